"""DuckDB, the embedded engine: in memory, spilling to a temporary folder of its own when memory is short."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import local
from time import sleep
from typing import Any, Self, TypeVar

import duckdb

from segaudit.engine.exports import append_files, csv_statement, parquet_statement, rows_query
from segaudit.engine.memory import left_for_engine
from segaudit.engine.protocol import AtHand, Counts, CsvLayout, CsvLoad, Export, Parameters, Row, Value
from segaudit.engine.quoting import file_literal, identifier, literal
from segaudit.errors import EngineError
from segaudit.files import TemporaryFolder

_BATCH = 10_000  # rows fetched at a time
_HALVED_FROM = 100_000  # rows from which writing in two halves pays
# A statement over a view binds all of its columns, whichever it reads: 9 us each. Of a wide table that is most of what
# a question costs, so its rows are numbered in a table, if copying it costs little.
_WIDE = 64  # columns
_MOST_COPIED = 5_000_000  # cells
# Work side by side: one plans, which takes one core, while another runs. Each holds its tables in memory, so that
# there are no more, and only one under --memory-limit.
_AT_ONCE = 2
_SOON = 0.02  # seconds

_Came = TypeVar("_Came")


def _escaped(line_end: str) -> str:
    return line_end.replace("\r", "\\r").replace("\n", "\\n")


class DuckEngine:
    """One in-memory database. Use it as a context manager, or close it."""

    dialect = "duckdb"

    def __init__(self, *, memory_limit: str | None = None, threads: int | None = None, beside: int = 0) -> None:
        """Open the database.

        Args:
            memory_limit: What the whole process may use at its peak, like ``512MB``; beyond it tables go to disk.
            threads: Workers; None takes every core.
            beside: Bytes that the process needs for itself beyond what every command does: heavy libraries.
        """
        limit = left_for_engine(memory_limit, beside)
        # Goes with the interpreter even if a Ctrl-C comes before there is anything to close.
        self._temporary = TemporaryFolder()
        self._folder = self._temporary.path
        config: dict[str, Any] = {
            "temp_directory": str(self._folder),
            "memory_limit": f"{limit}B",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            config["threads"] = threads
        self._is_limited = memory_limit is not None  # then one statement at a time
        self._copied: set[str] = set()  # sources that are tables, not views
        self._own = local()  # ``connection``: of a thread that works beside others
        try:
            self._connection = duckdb.connect(":memory:", config=config)
        except BaseException:
            self._temporary.close()
            raise

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, whatever happened."""
        self.close()

    def close(self) -> None:
        """Release memory and the temporary folder."""
        self._connection.close()
        self._temporary.close()

    @property
    def _here(self) -> duckdb.DuckDBPyConnection:
        """The connection of this thread."""
        beside: duckdb.DuckDBPyConnection | None = getattr(self._own, "connection", None)
        return self._connection if beside is None else beside

    @property
    def _is_beside(self) -> bool:
        return self._here is not self._connection

    def _run(self, statement: str, parameters: Parameters | None = None) -> duckdb.DuckDBPyConnection:
        return _execute(self._here, statement, parameters)

    def load_csv(self, name: str, path: Path, layout: CsvLayout, *, ordered: bool) -> CsvLoad:
        """Load a UTF-8 file; see Engine."""
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(1, layout.columns + 1))
        options = (
            f"columns={{{columns}}}, auto_detect=false, header={str(layout.header).lower()}, skip={layout.skip}, "
            f"delim={literal(layout.delimiter)}, quote={literal(layout.quote)}, escape={literal(layout.escape)}, "
            f"strict_mode=true, null_padding=false, max_line_size={layout.longest_row}"
            + (f", new_line={literal(_escaped(layout.line_end))}" if layout.line_end else "")
        )
        raw = identifier(f"{name}_cells")
        names = [f"c{position}" for position in range(1, layout.columns + 1)]
        cells = ", ".join(f"{name} VARCHAR" for name in names)
        self._run(f"CREATE OR REPLACE TABLE {raw} ({cells}, _bytes UBIGINT, _quotes UBIGINT, _breaks BOOLEAN)")
        # Measured where the cells are in the cache anyway: as one text it costs a tenth of what it would cell by cell.
        quote = literal(layout.quote) if layout.quote else "NULL"
        measured = (
            "SELECT * EXCLUDE (_all), strlen(_all), "
            f"CASE WHEN contains(_all, {quote}) THEN strlen(_all) - strlen(replace(_all, {quote}, '')) ELSE 0 END, "
            "contains(_all, chr(10)) OR contains(_all, chr(13)) "
            f"FROM (SELECT *, concat({', '.join(names)}) AS _all FROM "
            f"read_csv({file_literal(path)}, {options}))"
        )
        # An unordered load is a third faster; whatever speaks of row numbers asks for the ordered one, which costs a
        # sixth less as an INSERT than as the query of a new table.
        self._run(f"SET preserve_insertion_order={str(ordered).lower()}")
        try:
            self._run(f"INSERT INTO {raw} {measured}")
        finally:
            self._run("SET preserve_insertion_order=true")
        measures = "count(*), coalesce(sum(_bytes), 0), coalesce(sum(_quotes), 0), count(*) FILTER (_breaks)"
        rows, size, quotes, breaks = map(int, self.fetch(f"SELECT {measures} FROM {raw}")[0])
        watched = self._count_rows(raw, layout.watched)
        self._number_rows(name, "* EXCLUDE (_bytes, _quotes)", columns=layout.columns, rows=rows)
        return CsvLoad(rows=rows, cell_bytes=size, quotes_in_cells=quotes, rows_with_breaks=breaks, watched=watched)

    def _count_rows(self, table: str, cells: Sequence[str]) -> int:
        """Return how many rows of a table have these cells; none, if no cells are given."""
        if not cells:
            return 0
        condition = " AND ".join(f"coalesce(c{index}, '') = $h{index}" for index in range(1, len(cells) + 1))
        values = {f"h{index}": cell for index, cell in enumerate(cells, start=1)}
        return int(self.fetch(f"SELECT count(*) FROM {table} WHERE {condition}", values)[0][0])

    def load_parquet(self, name: str, path: Path) -> tuple[str, ...]:
        """Load a Parquet file; see Engine."""
        source = f"read_parquet({file_literal(path)})"
        headers = tuple(row[0] for row in self.fetch(f"DESCRIBE SELECT * FROM {source}"))
        cells = ", ".join(
            f"CAST({identifier(header)} AS VARCHAR) AS c{position}" for position, header in enumerate(headers, start=1)
        )
        raw = identifier(f"{name}_cells")
        self._run(f"CREATE OR REPLACE TABLE {raw} AS SELECT {cells} FROM {source}")
        rows = int(self.fetch(f"SELECT count(*) FROM {raw}")[0][0])
        self._number_rows(name, "*", columns=len(headers), rows=rows)
        return headers

    def _number_rows(self, name: str, cells: str, *, columns: int, rows: int) -> None:
        """Make a source of loaded cells: ``_row`` beside them."""
        raw = identifier(f"{name}_cells")
        numbered = f"SELECT rowid + 1 AS _row, {cells} FROM {raw}"
        self._forget(name)
        if columns < _WIDE or rows * columns > _MOST_COPIED:
            self._run(f"CREATE OR REPLACE VIEW {identifier(name)} AS {numbered}")
            return
        self._run(f"DROP VIEW IF EXISTS {identifier(name)}")  # of an earlier load under this name
        self._run(f"CREATE TABLE {identifier(name)} AS {numbered}")
        self._copied.add(name)
        self._run(f"DROP TABLE {raw}")

    def _forget(self, name: str) -> None:
        """Drop a source that is a table: no view can take its place while it is there."""
        if name in self._copied:
            self._run(f"DROP TABLE IF EXISTS {identifier(name)}")
            self._copied.discard(name)

    def create(self, name: str, query: str, parameters: Parameters | None = None) -> None:
        """Create or replace a table from a query; see Engine."""
        statement = f"CREATE OR REPLACE TABLE {identifier(name)} AS {query}"
        if self._is_beside:  # a setting is that of all connections
            self._run(statement, parameters)
            return
        # What is made on the way carries _row and needs no order of its own; keeping one costs a third more.
        self._run("SET preserve_insertion_order=false")
        try:
            self._run(statement, parameters)
        finally:
            self._run("SET preserve_insertion_order=true")

    def define(self, name: str, query: str) -> None:
        """Create or replace a view; see Engine."""
        self._forget(name)
        self._run(f"CREATE OR REPLACE VIEW {identifier(name)} AS {query}")

    def fetch(self, query: str, parameters: Parameters | None = None) -> list[Row]:
        """Return a small result; see Engine."""
        return _fetch_all(self._here, query, parameters)

    def arrow(self, query: str, parameters: Parameters | None = None) -> Any:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Return a result as an Arrow table; see Engine."""
        with _faults_told(query):
            return self._here.sql(query, params=parameters or None).to_arrow_table()

    def stream(self, query: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """Yield the rows of a large result; see Engine."""
        with self._here.cursor() as connection:  # of its own: others may ask something meanwhile
            result = _execute(connection, query, parameters)
            with _faults_told(query):
                while batch := result.fetchmany(_BATCH):
                    yield from batch

    def fetch_all(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Row]]:
        """Return several small results, worked out side by side; see Engine."""
        return self.side_by_side([partial(self.fetch, query, parameters) for query, parameters in queries])

    def side_by_side(self, works: Sequence[Callable[[], _Came]]) -> list[_Came]:
        """Do several things at a time; see engine.beside."""
        if self._is_limited or self._is_beside or len(works) <= 1:
            return [work() for work in works]
        # Here and not above: the import takes 5 ms, and most commands do one thing at a time.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        connections: set[duckdb.DuckDBPyConnection] = set()
        cores = int(self.fetch("SELECT current_setting('threads')")[0][0])
        # The callers work too. On two cores each then has one for itself, and spares what it costs to put the parts of
        # a grouping together: a fifth of the processor time over a million rows.
        self._run(f"SET threads={max(1, cores - _AT_ONCE + 1)}")
        workers, running = ThreadPoolExecutor(_AT_ONCE), []
        try:
            running += [workers.submit(self._beside, work, connections) for work in works]
            return [each.result() for each in running]
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            while any(each.running() for each in running):
                for connection in tuple(connections):
                    connection.interrupt()  # what it is at; the next statement may have begun meanwhile
                sleep(_SOON)
            raise
        finally:
            workers.shutdown()
            self._run(f"SET threads={cores}")

    def _beside(self, work: Callable[[], _Came], connections: set[duckdb.DuckDBPyConnection]) -> _Came:
        """Do something in a thread with a connection of its own."""
        with self._connection.cursor() as connection:
            connections.add(connection)
            self._own.connection = connection
            try:
                return work()
            finally:
                del self._own.connection
                connections.discard(connection)

    def map_batches(self, name: str, query: str, function: Callable[[Any], Any]) -> None:
        """Create a table from what a function makes of each Arrow batch; see Engine."""
        import pyarrow as pa  # noqa: PLC0415 - heavy: only commands that map text need it

        with _faults_told(query):
            reader = self._here.sql(query).to_arrow_reader(100_000)
            try:
                batches = [function(batch) for batch in reader]
            finally:
                reader.close()  # an open result would stand in the way of the next statement
        if not batches:
            batches = [function(pa.RecordBatch.from_pylist([], schema=reader.schema))]
        self.load_arrow(name, pa.Table.from_batches(batches))

    def share(self, value: Value) -> AtHand[Value]:
        """Return a value as functions can hold it; see Engine."""
        return AtHand(value)

    def load_arrow(self, name: str, table: Any) -> None:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Create or replace a table from an Arrow table; see Engine."""
        connection = self._here
        connection.register("_batches", table)
        try:
            self._run(f"CREATE OR REPLACE TABLE {identifier(name)} AS SELECT * FROM _batches")
        finally:
            connection.unregister("_batches")

    def rows(self, export: Export) -> Iterator[Row]:
        """Yield an export's rows; see Engine."""
        yield from self.stream(rows_query(export))

    def export_csv(self, path: Path, export: Export) -> Counts:
        """Write an export as CSV; see Engine. Nothing is counted: it takes as long as to ask.

        Rows that meet by position are written by one core at a time, so a long table is written in two halves side by
        side, and the second is appended to the first.
        """
        count = int(self.fetch(f"SELECT count(*) FROM {identifier(export.base)}")[0][0])
        middle = count // 2
        if self._is_limited or count < _HALVED_FROM:
            self._run(csv_statement(path, export))
            return {}
        rest = self._folder / "second_half.csv"
        halves = [
            csv_statement(path, export, rows=(1, middle)),
            csv_statement(rest, export, rows=(middle + 1, count), header=False),
        ]
        self.fetch_all([(half, {}) for half in halves])
        append_files([rest], path)
        return {}

    def export_parquet(self, path: Path, export: Export) -> Counts:
        """Write an export as Parquet; see Engine."""
        self._run(parquet_statement(path, export))
        return {}


def _execute(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: Parameters | None
) -> duckdb.DuckDBPyConnection:
    with _faults_told(statement):
        return connection.execute(statement, parameters) if parameters else connection.execute(statement)


def _fetch_all(connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters | None) -> list[Row]:
    result = _execute(connection, query, parameters)
    with _faults_told(query):
        return result.fetchall()


@contextmanager
def _faults_told(statement: str) -> Iterator[None]:
    """Raise what goes wrong with a statement as errors of our own, and Ctrl-C as what it is."""
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from None
        raise
    except duckdb.OutOfMemoryException as error:
        raise EngineError(
            "the data needs more memory than --memory-limit allows", statement=statement, hint="give it more"
        ) from error
    except duckdb.Error as error:
        raise EngineError(str(error).split("\n", 1)[0], statement=statement) from error
