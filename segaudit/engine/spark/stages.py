"""What runs on the executors: an embedded DuckDB over the Arrow batches of a partition."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from segaudit.engine.quoting import file_literal
from segaudit.engine.spark.files import part_of
from segaudit.files import TemporaryFolder

# Rows worked on at a time: enough that binding a statement costs little, few enough to stay in a small worker's memory.
_CHUNK_ROWS = 131_072
_CHUNK_BYTES = 64_000_000
_OUTPUT_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One table or view that a stage makes of each chunk before its statement.

    Attributes:
        name: Its name.
        statement: DuckDB's SQL.
        parameters: Its parameters.
        is_view: It is worked out where it is read.
        function: Makes the table's batches of those of the statement; None for the statement's own rows.
        keeps: The columns of what the function makes.
        files: Where the table's rows lie, by the part of the source's files that they were made of; the statement
            reads them by the name that file_view gives. None for a table that has to be made.
    """

    name: str
    statement: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    is_view: bool = False
    function: Callable[[Any], Any] | None = None
    keeps: tuple[str, ...] = ()
    files: Mapping[int, str] | None = None

    def run(self, connection: Any, part: int) -> None:  # noqa: ANN401 - a DuckDB connection
        """Make the table of a chunk, which is of a part of the source's files."""
        parameters = dict(self.parameters) or None
        if self.files is not None:
            place = f"SELECT * FROM read_parquet({file_literal(self.files[part])})"
            connection.execute(f'CREATE OR REPLACE TEMP VIEW "{file_view(self.name)}" AS {place}')
            connection.execute(f'CREATE OR REPLACE TEMP VIEW "{self.name}" AS {self.statement}')
            return
        if self.function is None:
            kind = "VIEW" if self.is_view else "TABLE"
            connection.execute(f'CREATE OR REPLACE TEMP {kind} "{self.name}" AS {self.statement}', parameters)
            return
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        table = connection.sql(self.statement, params=parameters).to_arrow_table()
        batches = table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
        connection.register("_made", pa.Table.from_batches([self.function(batch) for batch in batches]))
        connection.execute(f'CREATE OR REPLACE TEMP TABLE "{self.name}" AS SELECT * FROM _made')
        connection.unregister("_made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One statement over what a partition holds. It is sent to the executors, so it holds nothing but plain values.

    Attributes:
        source: Name under which the statement knows the incoming rows.
        select: What makes the incoming columns those the statement expects: ``* REPLACE (CAST(...) AS ...)``.
        statement: DuckDB's SQL.
        parameters: Its parameters.
        tables: Small tables it reads as well, as Arrow IPC streams.
        steps: What is made of each chunk before.
        whole: The statement must see all rows of the partition at once, not chunk by chunk.
        memory: Bytes DuckDB may use; beyond it goes to disk.
    """

    source: str
    select: str
    statement: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, bytes] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    whole: bool = False
    memory: int = 384_000_000

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield what the statement makes of the batches of one partition; of an empty one, nothing."""
        if self.whole:
            yield from self._all(batches)
            return
        for connection, _ in self.prepared(batches):
            yield from self._result(connection)

    def prepared(self, batches: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield for each chunk a DuckDB connection with all that the steps make of it, and the chunk as it came."""
        first = next(batches, None)
        if first is None:
            return
        with self._opened() as connection:
            for chunk in _chunks(first, batches):
                connection.register("_chunk", chunk)
                connection.execute(f'CREATE OR REPLACE TEMP VIEW "{self.source}" AS SELECT {self.select} FROM _chunk')
                for step in self.steps:
                    step.run(connection, part_of(chunk.schema))
                yield connection, chunk
                connection.unregister("_chunk")

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """Yield a DuckDB connection with the small tables."""
        with TemporaryFolder() as folder:
            connection = self._open(str(folder))
            try:
                yield connection
            finally:
                connection.close()

    def _open(self, folder: str) -> Any:  # noqa: ANN401 - a DuckDB connection; the module is imported where it is needed
        import duckdb  # noqa: PLC0415 - on the executor, not where the stage is made
        import pyarrow as pa  # noqa: PLC0415 - as above

        connection = duckdb.connect(
            ":memory:",
            config={
                "temp_directory": folder,
                "memory_limit": f"{self.memory}B",
                "threads": 1,  # an executor runs as many tasks as it has cores
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        for name, content in self.tables.items():
            connection.register("_arriving", pa.ipc.open_stream(content).read_all())
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _arriving')
            connection.unregister("_arriving")
        return connection

    def _all(self, batches: Iterator[Any]) -> Iterator[Any]:
        first = next(batches, None)
        if first is None:
            return
        with self._opened() as connection:
            created = False
            for chunk in _chunks(first, batches):
                connection.register("_chunk", chunk)
                rows = f"SELECT {self.select} FROM _chunk"
                table = f'"{self.source}"'
                connection.execute(f"INSERT INTO {table} {rows}" if created else f"CREATE TEMP TABLE {table} AS {rows}")
                connection.unregister("_chunk")
                created = True
            yield from self._result(connection)

    def _result(self, connection: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        reader = connection.sql(self.statement, params=dict(self.parameters) or None).to_arrow_reader(_OUTPUT_ROWS)
        try:
            for batch in reader:
                if batch.num_rows:
                    yield batch
        finally:
            reader.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A function over Arrow batches, as ``Engine.map_batches`` takes it, run on the executors."""

    function: Callable[[Any], Any]
    schema: Any  # pyarrow.Schema: names and types the function knows its columns by

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield what the function makes of each batch."""
        for batch in batches:
            if batch.num_rows:
                yield self.function(batch.rename_columns(self.schema.names).cast(self.schema))


def file_view(name: str) -> str:
    """Return what the rows of a table are called that lie in a file, before those of a chunk are picked."""
    return f"{name}__file"


def _chunks(first: Any, rest: Iterator[Any]) -> Iterator[Any]:  # noqa: ANN401 - pyarrow.RecordBatch -> pyarrow.Table
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    held, rows, size = [first], first.num_rows, first.nbytes
    for batch in rest:
        if rows and (rows + batch.num_rows > _CHUNK_ROWS or size + batch.nbytes > _CHUNK_BYTES):
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
        held.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
    if rows:
        yield pa.Table.from_batches(held)
