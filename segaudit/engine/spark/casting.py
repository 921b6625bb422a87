"""On the executors: values of any type to texts, each written as the embedded engine writes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.engine.quoting import file_literal, literal

_ROWS = 50_000  # at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """Rows of a Parquet file, from one up to another."""

    file: str  # a path that executors see
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCells:
    """Reads stretches of Parquet files; the number that comes in says which.

    Attributes:
        stretches: All of them.
        headers: Columns to read.
        zone: Time zone in which points in time are written.
    """

    stretches: Sequence[FileRows]
    headers: Sequence[str]
    zone: str

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield tables of texts, and how many rows each stretch has."""
        cells = _cells(self.headers)
        with _opened(self.zone) as connection:
            for batch in batches:
                for number in batch.column(0).to_pylist():
                    wanted = self.stretches[number]
                    source = f"read_parquet({file_literal(wanted.file)}, file_row_number=true)"
                    rows = f"file_row_number >= {wanted.begin} AND file_row_number < {wanted.end}"
                    count = 0
                    for table in _tables(connection.sql(f"SELECT {cells} FROM {source} WHERE {rows}")):
                        count += table.num_rows
                        yield table
                    yield {"stretch": number, "rows": count}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameCells:
    """Writes the rows of a DataFrame as texts.

    Attributes:
        columns: How many there are to write, from the first; behind them come the file and where its block begins.
        zone: Time zone in which points in time are written.
    """

    columns: int
    zone: str

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield tables of texts, and of each stretch of a file how many rows it has."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        key, count = None, 0
        cells = _cells([f"v{number}" for number in range(1, self.columns + 1)])
        with _opened(self.zone) as connection:
            for batch in batches:
                for place, part in _by_place(batch, self.columns):
                    if key is not None and place != key:
                        yield {"file": key[0], "start": key[1], "rows": count}
                        count = 0
                    key, count = place, count + part.num_rows
                    connection.register("_chunk", pa.Table.from_batches([part]))
                    yield from _tables(connection.sql(f"SELECT {cells} FROM _chunk"))
                    connection.unregister("_chunk")
        if key is not None:
            yield {"file": key[0], "start": key[1], "rows": count}


def _by_place(batch: Any, columns: int) -> Iterator[tuple[tuple[int, int], Any]]:  # noqa: ANN401 - pyarrow.RecordBatch
    """Yield the rows of each file and block of a batch, their columns called v1, v2, ..."""
    import itertools  # noqa: PLC0415 - on the executor

    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    files, starts = batch.column(columns), batch.column(columns + 1)
    ends = {*pc.run_end_encode(files).run_ends.to_pylist(), *pc.run_end_encode(starts).run_ends.to_pylist()}
    names = [f"v{number}" for number in range(1, columns + 1)]
    rows = pa.RecordBatch.from_arrays(batch.columns[:columns], names=names)
    for begin, end in itertools.pairwise([0, *sorted(ends)]):
        yield (files[begin].as_py(), starts[begin].as_py()), rows.slice(begin, end - begin)


def _cells(headers: Sequence[str]) -> str:
    quoted = ['"' + header.replace('"', '""') + '"' for header in headers]
    return ", ".join(f"CAST({name} AS VARCHAR) AS c{number}" for number, name in enumerate(quoted, start=1))


def _tables(relation: Any) -> Iterator[Any]:  # noqa: ANN401 - DuckDBPyRelation -> pyarrow.Table
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    reader = relation.to_arrow_reader(_ROWS)
    try:
        for batch in reader:
            if batch.num_rows:
                yield pa.Table.from_batches([batch])
    finally:
        reader.close()


def _opened(zone: str) -> Any:  # noqa: ANN401 - a DuckDB connection
    import duckdb  # noqa: PLC0415 - on the executor

    config: dict[str, Any] = {"threads": 1, "memory_limit": "1GB", "autoinstall_known_extensions": False}
    connection = duckdb.connect(":memory:", config=config)
    connection.execute(f"SET TimeZone = {literal(zone)}")
    return connection
