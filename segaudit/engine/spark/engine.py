"""Spark behind the engine protocol: statements of DuckDB, planned onto a cluster."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import AtHand, Counts, CsvLayout, CsvLoad, Export, Parameters, Row, Shared, Value
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.asking import Asking
from segaudit.engine.spark.exports import Exports
from segaudit.engine.spark.faults import faults_told
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.kept import Kept
from segaudit.engine.spark.keys import content_key, file_key, function_key, key_of
from segaudit.engine.spark.noting import Noting
from segaudit.engine.spark.places import SMALL_ROWS, Places
from segaudit.engine.spark.ranks import ranks_by_value
from segaudit.engine.spark.relations import Frame, Named
from segaudit.engine.spark.session import close_session
from segaudit.engine.spark.sharing import forget, share
from segaudit.engine.spark.stages import Mapped, Step
from segaudit.engine.spark.statements import parsed
from segaudit.engine.spark.taking import Taking
from segaudit.engine.spark.types import spark_schema

_SMALL_CELLS = 5_000_000  # of a file that stays with the driver


class SparkEngine(Taking):
    """Tables on a cluster, small ones beside it. Use it as a context manager, or close it.

    Statements come in DuckDB's dialect, like those of the embedded engine; what of them runs on the cluster is
    rendered in Spark's.
    """

    dialect = "duckdb"
    is_cluster = True

    def __init__(  # noqa: PLR0913 - what a session, and what this machine may use
        self,
        session: Any,  # noqa: ANN401 - a SparkSession, imported by who opens it
        *,
        work: str | None = None,
        memory_limit: str | None = None,
        beside: int = 0,
        own_session: bool = False,
        small_rows: int = SMALL_ROWS,
        small_files: int = 0,
    ) -> None:
        """Use a session.

        Args:
            session: The SparkSession.
            work: Folder that the driver and all executors see, for tables on the way; None for one of this machine.
            memory_limit: What the driver's process may use.
            beside: Bytes that the driver's process needs for libraries.
            own_session: Stop the session at the end.
            small_rows: Rows up to which tables made by statements stay with the driver.
            small_files: Rows up to which delimited text stays with the driver once it is read.
        """
        self._session = session
        self._own_session = own_session
        self._local = DuckEngine(memory_limit=memory_limit, beside=beside)
        self._kept = Kept(session, work)
        self._places = Places(session, self._local, self._kept, small_rows=small_rows)
        self._noting = Noting(self._places, self._stay_noted)
        self._places.notes = self._noting
        self._keys: Named[str] = Named()  # what each table was made of
        self._asking = Asking(self._places, self._local, self._keys)
        self._exports = Exports(self._asking, self._noting, self._local)
        self._small_files = small_files
        self._failed = False

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close it; after a failure, what was written for later stays."""
        self._failed = kind is not None
        self.close()

    def close(self) -> None:
        """Release what both places hold."""
        forget()
        try:
            self._local.close()
            self._kept.close(failed=self._failed)
        finally:
            if self._own_session:
                close_session(self._session)

    # ---------------------------------------------------------------------------------------------------------- loading

    def load_csv(self, name: str, path: Path, layout: CsvLayout, *, ordered: bool) -> CsvLoad:
        """Load a UTF-8 file; see Engine."""
        from segaudit.engine.spark.reading import read_csv  # noqa: PLC0415 - only files are read by it

        key = file_key(path, layout)
        with faults_told(f"reading {path.name}"):
            flow, load = read_csv(self._session, str(path), layout, ordered=ordered, folder=self._folder(key))
        self.load_flow(name, flow, key, load.rows)
        return load

    def load_parquet(self, name: str, path: Path) -> tuple[str, ...]:
        """Load a Parquet file; see Engine."""
        from segaudit.engine.spark.reading_tables import read_parquet  # noqa: PLC0415 - as above

        key = file_key(path, "parquet")
        with faults_told(f"reading {path.name}"):
            flow, headers = read_parquet(self._session, str(path), folder=self._folder(key))
        self.load_flow(name, flow, key)
        return tuple(headers)

    def load_flow(self, name: str, flow: Flow, key: str, rows: int | None = None) -> None:
        """Take rows of ``_row`` and texts c1, c2, ... as a table.

        Args:
            name: Table to make.
            flow: Its rows.
            key: What it was made of, so that a later run knows whether it is the same.
            rows: How many they are; None if nobody knows.
        """
        types = self._types_of(flow)
        self._forget(name, key)
        if rows is not None and rows <= self._small_files and rows * len(types) <= _SMALL_CELLS:
            small = self._places.settled(flow.data.toArrow().sort_by("_row"), types)
            self._local.create(name, f"SELECT * FROM {identifier(small.name)}")
            return
        self._places.shadow(name, types)
        self._places.frames[name] = Frame(shadow=name.lower(), flow=flow, types=types)  # as trees write it
        self._noting.sources.add(name.lower())

    def load_arrow(self, name: str, table: Any) -> None:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Create or replace a table from an Arrow table; see Engine."""
        key = content_key(table)
        self._local.load_arrow(name, table)
        self._forget(name, key)
        if table.num_rows > self._places.small_rows:
            with faults_told(name):
                if self._kept.is_near:
                    travelling, types = self._places.travelling(name)
                    flow = self._kept.put(travelling, key)
                    self._hold(name, Frame(shadow=name.lower(), flow=flow, types=types), key)
                else:
                    self._stay(name, self._places.spread(name), key)

    def _folder(self, key: str) -> str:
        return self._kept.path(f"read-{key}")

    def _types_of(self, flow: Flow) -> dict[str, str]:
        """Return DuckDB's types of plain columns."""
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415 - no one pays for Spark who does not use it

        name = self._places.new_name("types")
        self._local.load_arrow(name, to_arrow_schema(flow.schema).empty_table())
        return dict(self._places.columns(name) or {})

    def _forget(self, name: str, key: str) -> None:
        """Let go of what a name meant until now; from now on it is what the key says."""
        self._places.frames.drop(name)
        self._places.views.drop(name)
        self._noting.forget(name)
        self._keys[name] = key

    # ------------------------------------------------------------------------------------------------------ statements

    def create(self, name: str, query: str, parameters: Parameters | None = None) -> None:
        """Create or replace a table from a query; see Engine."""
        tree = self._asking.tree(query)
        key = key_of(["create", query, repr(sorted((parameters or {}).items())), *self._asking.inputs(tree)])
        if self._asking.needs_cluster(tree):
            query = ranks_by_value(name, query, parameters, self._create_lookup, self._added_up)
            tree = self._asking.tree(query)
            if self._note(Step(name=name, statement=query, parameters=parameters or {}), key):
                return
        if not self._asking.needs_cluster(tree):
            self._local.create(name, query, parameters)
            self._forget(name, key)
            return
        with faults_told(query):
            made = self._asking.made(tree, query, parameters)
            if isinstance(made, str):
                self._local.create(name, made)
                self._forget(name, key)
            else:
                self._stay(name, made, key)

    def _create_lookup(self, name: str, query: str, parameters: Parameters | None) -> None:
        """Create a table that travels with the functions that read it, though it is larger than others that do."""
        self._places.lookups.add(name.lower())
        self.create(name, query, parameters)

    def _added_up(self, name: str) -> int | None:
        """Return the sum of ``_n`` in a table of the driver; None if it is the cluster's."""
        if self._places.on_cluster(name):
            return None
        return int(self._local.fetch(f"SELECT coalesce(sum(_n), 0) FROM {identifier(name)}")[0][0])

    def _stay(self, name: str, frame: Frame, key: str) -> None:
        """Write a frame and keep it under a name: with the driver, if it is small."""
        flow = self._kept.write(frame.flow, key)
        self._hold(name, replace(frame, shadow=name.lower(), flow=flow), key)

    def _hold(self, name: str, frame: Frame, key: str) -> None:
        """Keep what was written under a name: with the driver, if it is small."""
        self._forget(name, key)
        if (table := self._small(name, frame.flow, key)) is not None:
            small = self._places.settled(table, frame.types)
            self._local.create(name, f"SELECT * FROM {identifier(small.name)}")
            return
        self._places.shadow(name, frame.types)
        self._places.frames[name] = frame

    def _note(self, step: Step, key: str, empty: Any = None) -> bool:  # noqa: ANN401 - a pyarrow.Table
        """Note what makes a table instead of making it, if every part of the rows gives its part; tell whether so."""
        noted = self._noting.note(step)
        if noted is None:
            return False
        if empty is not None:
            self._local.load_arrow(step.name, empty)
        elif step.is_view:
            self._local.define(step.name, step.statement)
        else:
            self._local.create(step.name, f"SELECT * FROM ({step.statement}) LIMIT 0", dict(step.parameters) or None)
        self._forget(step.name, key)
        self._noting.keep(noted)
        return True

    def _stay_noted(self, name: str, frame: Frame) -> Mapping[int, str]:
        """Make a noted table; it stays noted as well. Return its files by the tasks that wrote them, if they did."""
        noted, key = self._noting.found(name), self._keys[name]
        self._stay(name, frame, key)
        if noted is not None:
            self._noting.keep(noted)
        return self._kept.by_task(key)

    def _small(self, name: str, flow: Flow, key: str) -> Any:  # noqa: ANN401 - pyarrow.Table | None
        """Return a table that was written, if it is small; None if it is not."""
        most = self._places.most_rows(name)
        if self._kept.is_near:
            return self._kept.small(key, most)
        return flow.data.toArrow() if flow.data.limit(most + 1).count() <= most else None

    def define(self, name: str, query: str) -> None:
        """Create or replace a view; see Engine."""
        tree = self._asking.tree(query)
        key = key_of(["define", query, *self._asking.inputs(tree)])
        needed = self._asking.needs_cluster(tree)
        if needed and self._note(Step(name=name, statement=query, is_view=True), key):
            return
        self._local.define(name, query)  # over empty tables, it still tells columns and types
        self._forget(name, key)
        if needed:
            self._places.views[name] = parsed(query)

    def fetch(self, query: str, parameters: Parameters | None = None) -> list[Row]:
        """Return a small result; see Engine."""
        tree = self._asking.tree(query)
        if not self._asking.needs_cluster(tree):
            return self._local.fetch(query, parameters)
        with faults_told(query):
            return self._local.fetch(self._asking.answered(tree, parameters, query=query))

    def fetch_all(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Row]]:
        """Return several small results; see Engine."""
        return [self.fetch(query, parameters) for query, parameters in queries]

    def arrow(self, query: str, parameters: Parameters | None = None) -> Any:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Return a result as an Arrow table; see Engine."""
        tree = self._asking.tree(query)
        if not self._asking.needs_cluster(tree):
            return self._local.arrow(query, parameters)
        with faults_told(query):
            names = self._asking.column_names(query, parameters)
            return self._local.arrow(self._asking.answered(tree, parameters, query=query)).rename_columns(names)

    def stream(self, query: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """Yield the rows of a large result; see Engine."""
        tree = self._asking.tree(query)
        if not self._asking.needs_cluster(tree):
            yield from self._local.stream(query, parameters)
            return
        with faults_told(query):
            yield from self._local.stream(self._asking.answered(tree, parameters, query=query))

    def map_batches(self, name: str, query: str, function: Callable[[Any], Any]) -> None:
        """Create a table from what a function makes of each Arrow batch; see Engine."""
        tree = self._asking.tree(query)
        key = key_of(["map", query, function_key(function), *self._asking.inputs(tree)])
        if not self._asking.needs_cluster(tree):
            self._local.map_batches(name, query, function)
            self._forget(name, key)
            return
        with faults_told(query):
            empty = self._local.arrow(f"SELECT * FROM ({query}) LIMIT 0")
            made = function(_empty_batch(empty))
            step = Step(name=name, statement=query, function=function, keeps=tuple(made.schema.names))
            if self._note(step, key, made.schema.empty_table()):
                return
            frame = self._asking.frame(tree, query)
            mapped = Mapped(function=function, schema=empty.schema)
            flow = frame.flow.through(mapped, spark_schema(made.schema), list(frame.types))
            self._stay(name, self._places.frame(flow, self._types_of(flow)), key)

    def share(self, value: Value) -> Shared[Value]:
        """Return a large value as functions can hold it; see Engine."""
        return share(value, self._kept.folder) if self._kept.is_near else AtHand(value)

    # -------------------------------------------------------------------------------------------------------- exports

    def rows(self, export: Export) -> Iterator[Row]:
        """Yield an export's rows; see Engine."""
        return self._exports.rows(export)

    def export_csv(self, path: Path, export: Export) -> Counts:
        """Write an export as CSV; see Engine."""
        return self._exports.write_csv(path, export)

    def export_parquet(self, path: Path, export: Export) -> Counts:
        """Write an export as Parquet; see Engine."""
        return self._exports.write_parquet(path, export)

    def frame_of(self, query: str) -> Any:  # noqa: ANN401 - a DataFrame
        """Return the rows of a query as a DataFrame, worked out once and written down, for those who ask Spark itself.

        Args:
            query: Its columns have names of their own; tables with parameters are made before.
        """
        tree = self._asking.tree(query)
        with faults_told(query):
            if not self._asking.needs_cluster(tree):
                small = self._places.new_name("small")
                self._local.create(small, query)
                return self._places.spread(small).data
            key = key_of(["frame", query, *self._asking.inputs(tree)])
            return self._kept.write(self._asking.frame(tree, query).flow, key).data


def _empty_batch(table: Any) -> Any:  # noqa: ANN401 - pyarrow.Table -> pyarrow.RecordBatch
    import pyarrow as pa  # noqa: PLC0415 - heavy

    return pa.RecordBatch.from_pylist([], schema=table.schema)
