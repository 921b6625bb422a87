"""The two places where tables live: the driver's DuckDB, for small ones, and the cluster."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Parameters
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.flows import Flow, spark_name
from segaudit.engine.spark.kept import Kept
from segaudit.engine.spark.notes import Notes
from segaudit.engine.spark.relations import Frame, Named, Rows, Small
from segaudit.engine.spark.stages import Stage
from segaudit.engine.spark.statements import parameters_of, tables_of, text_of
from segaudit.engine.spark.types import carried, carrier, spark_schema
from segaudit.errors import EngineError

# A table of no more rows is kept by the driver, and travels with the functions that read it.
SMALL_ROWS = 100_000
# Of tables that values are looked up in, which have two columns, so many times as many rows travel.
LOOKED_UP = 20
# What is asked for as a result is held by the driver as a whole, so it has a bound.
MOST_COLLECTED = 20_000_000  # cells


class Places:
    """Both, and what moves rows between them."""

    def __init__(self, session: Any, local: DuckEngine, kept: Kept, *, small_rows: int = SMALL_ROWS) -> None:  # noqa: ANN401 - a SparkSession
        """Begin with nothing on the cluster.

        Args:
            session: The SparkSession.
            local: The driver's DuckDB.
            kept: Where tables of the cluster are written.
            small_rows: Rows up to which a table made by a statement is kept by the driver.
        """
        self.session = session
        self.local = local
        self.kept = kept
        self.small_rows = small_rows
        self.frames: Named[Frame] = Named()
        self.views: Named[exp.Query] = Named()  # those that read tables of the cluster, and are not noted
        self.notes: Notes | None = None  # tables that are noted, not made
        self.lookups: set[str] = set()  # tables of the driver that may be larger and travel all the same
        self._numbers = itertools.count(1)

    def most_rows(self, name: str) -> int:
        """Return up to how many rows a table stays with the driver."""
        return self.small_rows * (LOOKED_UP if name.lower() in self.lookups else 1)

    def new_name(self, what: str) -> str:
        """Return a name no table has."""
        return f"_{what}_{next(self._numbers)}"

    def kinds(self, query: exp.Query, parameters: Parameters) -> dict[str, str]:
        """Return the columns of a query and DuckDB's types of them, by binding it; nothing runs."""
        rows = self.local.fetch(f"DESCRIBE {text_of(query)}", parameters_of(query, parameters))
        return {str(name): str(kind) for name, kind, *_ in rows}

    def columns(self, name: str) -> Mapping[str, str] | None:
        """Return the columns of any table or view; None if there is none of this name."""
        try:
            rows = self.local.fetch(f"DESCRIBE SELECT * FROM {identifier(name)}")
        except EngineError:
            return None
        return {str(column): str(kind) for column, kind, *_ in rows}

    def frame(self, rows: Any, types: Mapping[str, str], *, grouped: bool = False) -> Frame:  # noqa: ANN401 - a Flow or DataFrame
        """Return rows as a frame, with its empty table beside it."""
        shadow = self.new_name("frame")
        self.shadow(shadow, types)
        flow = rows if isinstance(rows, Flow) else Flow(rows)
        return Frame(shadow=shadow, flow=flow, types=dict(types), grouped=grouped)

    def shadow(self, name: str, types: Mapping[str, str]) -> None:
        """Make an empty table of these columns in the driver's DuckDB."""
        columns = ", ".join(
            f"CAST(NULL AS {_castable(kind)}) AS {identifier(column)}" for column, kind in types.items()
        )
        self.local.create(name, f"SELECT {columns} LIMIT 0")

    def realised(
        self, rows: Rows, parameters: Parameters, *, whole: bool = False, keys: Sequence[str] | None = None
    ) -> Frame:
        """Return rows with nothing left to be worked out.

        Args:
            rows: What to work out.
            parameters: Those of the statement it belongs to.
            whole: The query must see all rows of a partition at once.
            keys: Columns of the frame whose equal rows must be in one partition; empty for all in one. None leaves
                them where they are.
        """
        if rows.query is None:
            return rows.frame
        types = self.kinds(rows.query, parameters)
        flow = rows.frame.flow
        if keys is not None:
            flow = Flow(flow.data.repartition(*(map(spark_name, keys) if keys else [1])))
        if (plain := plain_columns(rows)) is not None:
            picked = flow.named([source for _, source in plain], [name for name, _ in plain])
            return self.frame(picked, types, grouped=rows.frame.grouped)
        stage, schema = self._stage(rows, types, parameters, whole=whole)
        made = flow.through(stage, spark_schema(schema), _needed(rows))
        return self.frame(made, types, grouped=rows.frame.grouped)

    def spark_types(self, types: Mapping[str, str]) -> dict[str, str]:
        """Return the types columns have on the cluster, as Spark's SQL writes them."""
        cells = ", ".join(
            f"CAST(NULL AS {_castable(carrier(kind))}) AS {identifier(name)}" for name, kind in types.items()
        )
        schema = spark_schema(self.local.arrow(f"SELECT {cells} LIMIT 0").schema)
        return {name: item.dataType.simpleString() for name, item in zip(types, schema.fields, strict=True)}

    def _stage(self, rows: Rows, types: Mapping[str, str], parameters: Parameters, *, whole: bool) -> tuple[Stage, Any]:
        query = rows.query
        if query is None:  # pragma: no cover - callers have looked
            raise AssertionError
        statement = _carried(text_of(query), types)
        used = parameters_of(query, parameters)
        schema = self.local.arrow(f"SELECT * FROM ({statement}) LIMIT 0", used).schema
        needed = _needed(rows)
        select = arriving({name: rows.frame.types[name] for name in needed})
        tables = {node.name: self.shipped(node.name) for node in tables_of(query) if node.name != rows.frame.shadow}
        stage = Stage(
            source=rows.frame.shadow,
            select=select,
            statement=statement,
            parameters=used,
            tables=tables,
            whole=whole,
        )
        return stage, schema

    def on_cluster(self, name: str) -> bool:
        """Tell whether the rows of a table are the cluster's."""
        return name in self.frames or (self.notes is not None and self.notes.is_noted(name))

    def shipped(self, name: str) -> bytes:
        """Return a table of the driver as it travels: an Arrow IPC stream."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        table = self.local.arrow(f"SELECT * FROM {identifier(name)}")
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue().to_pybytes())

    def is_small(self, name: str) -> bool:
        """Tell whether a table of the driver is small enough to travel."""
        rows = int(self.local.fetch(f"SELECT count(*) FROM {identifier(name)}")[0][0])
        return rows <= max(self.most_rows(name), SMALL_ROWS)

    def spread(self, name: str) -> Frame:
        """Return a table of the driver as a frame on the cluster."""
        table, types = self.travelling(name)
        return self.frame(self.data_of(table), types)

    def travelling(self, name: str) -> tuple[Any, dict[str, str]]:
        """Return a table of the driver in the types it travels in, as a pyarrow.Table, and its own types."""
        types = dict(self.columns(name) or {})
        return self.local.arrow(_carried(f"SELECT * FROM {identifier(name)}", types)), types

    def data_of(self, table: Any) -> Any:  # noqa: ANN401 - pyarrow.Table -> DataFrame
        """Return an Arrow table as a DataFrame."""
        if not table.num_rows:
            return self.session.createDataFrame([], spark_schema(table.schema))
        return self.session.createDataFrame(table, schema=spark_schema(table.schema))

    def collected(self, frame: Frame, *, statement: str) -> Small:
        """Return a frame as a table of the driver.

        Raises:
            EngineError: It has more cells than the driver takes.
        """
        most = MOST_COLLECTED // max(1, len(frame.types))
        # No limit is put into the query: it would bring all rows to one place first. Spark itself refuses results of
        # more bytes than spark.driver.maxResultSize before they fill the driver.
        table = frame.data.toArrow()
        if table.num_rows > most:
            raise EngineError(
                f"a result has more than {most:,} rows, which is more than the driver takes",
                statement=statement,
                hint="ask for less at a time, or run on the embedded engine",
            )
        return self.settled(table, frame.types)

    def settled(self, table: Any, types: Mapping[str, str]) -> Small:  # noqa: ANN401 - a pyarrow.Table
        """Return an Arrow table of carrier types as a table of the driver, with its own types."""
        name = self.new_name("small")
        self.local.load_arrow(name, table)
        if carried(types):
            cells = ", ".join(
                f"CAST({identifier(column)} AS {kind}) AS {identifier(column)}" for column, kind in types.items()
            )
            plain = self.new_name("small")
            self.local.create(plain, f"SELECT {cells} FROM {identifier(name)}")
            name = plain
        return Small(name=name)


def arriving(types: Mapping[str, str]) -> str:
    """Return what makes numbered columns of carrier types those of these names and types."""
    back = carried(types)
    cells = []
    for number, (name, kind) in enumerate(types.items(), start=1):
        cell = f"CAST(x{number} AS {kind})" if name in back else f"x{number}"
        cells.append(f"{cell} AS {identifier(name)}")
    return ", ".join(cells)


def _needed(rows: Rows) -> list[str]:
    """Return the columns of the frame that the query reads; one of them even if it reads none."""
    if rows.query is None:
        return list(rows.frame.types)
    read = {node.name.lower() for node in rows.query.find_all(exp.Column)}
    needed = [name for name in rows.frame.types if name.lower() in read]
    return needed or list(rows.frame.types)[:1]


def plain_columns(rows: Rows) -> list[tuple[str, str]] | None:
    """Return (name, column of the frame) for a query that only picks columns; None for any other."""
    query = rows.query
    if query is None or any(
        value for key, value in query.args.items() if key not in {"expressions", "from_", "operation_modifiers"}
    ):
        return None
    source = query.args["from_"].this
    if not isinstance(source, exp.Table) or source.name != rows.frame.shadow:
        return None
    by_lower = {name.lower(): name for name in rows.frame.types}
    picked = []
    for item in query.expressions:
        inner = item.this if isinstance(item, exp.Alias) else item
        if not isinstance(inner, exp.Column) or inner.name.lower() not in by_lower:
            return None
        picked.append((item.alias_or_name, by_lower[inner.name.lower()]))
    return picked


def _carried(statement: str, types: Mapping[str, str]) -> str:
    changed = carried(types)
    if not changed:
        return statement
    cells = ", ".join(
        f"CAST({identifier(name)} AS {changed[name]}) AS {identifier(name)}" if name in changed else identifier(name)
        for name in types
    )
    return f"SELECT {cells} FROM ({statement})"


def _castable(kind: str) -> str:
    return "INTEGER" if kind in {'"NULL"', "NULL"} else kind
