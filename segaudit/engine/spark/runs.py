"""On the executors: rows to part files, one for each run of rows in ascending order."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from segaudit.engine.exports import unique_names, written_cell
from segaudit.engine.quoting import literal
from segaudit.engine.spark.attempts import put_together
from segaudit.engine.spark.tallies import Tally

# The embedded engine's own ways with cells and names: what both engines write is the same.
from segaudit.files import TemporaryFolder

__all__ = ["CsvText", "Form", "Run", "Runs", "empty_part", "header_bytes", "unique_names"]

_ROWS, _BYTES = 50_000, 32_000_000  # written at a time
MOST_RUNS = 1000  # of a task; beyond them its rows have no order to speak of
_BEYOND = 2**62
# A run ends before a gap, as rows of another task may belong there; where there are many, only before a wide one.
_EXACT_RUNS, _WIDE = 500, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How rows are written.

    Attributes:
        kind: csv or parquet.
        headers: One for each column behind ``_row``.
        delimiter: Of CSV.
        safe: In how many columns, from the first, an apostrophe goes before what a spreadsheet would run.
        counted: Columns whose texts are counted, by their places behind ``_row`` from 0.
    """

    kind: str
    headers: tuple[str, ...]
    delimiter: str = ","
    safe: int = 0
    counted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A part file, and the first and last ``_row`` in it."""

    file: str
    first: int
    last: int


NO_ORDER = Run(file="", first=-1, last=_BEYOND)  # what a task says whose rows have no order to speak of
WROTE = "file string, first bigint, last bigint, counted string"  # what it says, in Spark's SQL


def said_of_runs(runs: Sequence[Run], tally: Tally) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch
    """Return the rows that a task which wrote ends with: its files, and beside one of them what it counted."""
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    return pa.RecordBatch.from_pydict(
        {
            "file": pa.array([run.file for run in runs], pa.string()),
            "first": pa.array([run.first for run in runs], pa.int64()),
            "last": pa.array([run.last for run in runs], pa.int64()),
            "counted": pa.array([tally.said() if number == 0 else None for number in range(len(runs))], pa.string()),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Writes part files.

    Attributes:
        form: How.
        folder: Where, a path that driver and executors see.
        one_each: One file a task, with the header, whatever the order of its rows.
    """

    form: Form
    folder: str
    one_each: bool = False

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield each file that was written, with its first and last row; beside one of them, what was counted."""
        runs: list[Run] = []
        part: _Part | None = None
        tally = Tally(self.form.counted)
        try:
            for table in put_together(batches, _ROWS, _BYTES):
                for place in tally.wanted():
                    found = table.column(place + 1).value_counts()
                    tally.add(place, ((item["values"].as_py(), item["counts"].as_py()) for item in found))
                step = 1 if len(runs) < _EXACT_RUNS else _WIDE
                for rows in [table] if self.one_each else _ascending(table, step):
                    first, last = rows.column(0)[0].as_py(), rows.column(0)[-1].as_py()
                    if part is not None and not self.one_each and not part.last < first <= part.last + step:
                        runs.append(part.close())
                        part = None
                    if len(runs) > MOST_RUNS:
                        runs.append(NO_ORDER)
                        break
                    part = part or _Part(self, first)
                    part.write(rows, last)
                if len(runs) > MOST_RUNS:
                    break
        finally:
            if part is not None:
                runs.append(part.close())
        yield said_of_runs(runs, tally)


class _Part:
    """A part file that is being written."""

    def __init__(self, job: Runs, first: int) -> None:
        self._form = job.form
        self._name = f"{secrets.token_hex(8)}.{job.form.kind}"
        self._path = Path(job.folder, self._name)
        self._writer: Any = None
        self._text: CsvWriter | None = None
        self.first = first
        self.last = first
        if job.form.kind == "csv":
            self._writer = self._path.open("xb")
            self._text = CsvWriter(job.form)
            if job.one_each:
                self._writer.write(self._text.header())

    def write(self, rows: Any, last: int) -> None:  # noqa: ANN401 - a pyarrow.Table
        """Append rows."""
        self.last = last
        if self._text is not None:
            self._writer.write(self._text.text(rows))
            return
        import pyarrow.parquet as pq  # noqa: PLC0415 - on the executor

        cells = rows.drop_columns(["_row"]).rename_columns(list(self._form.headers))
        self._writer = self._writer or pq.ParquetWriter(self._path, cells.schema, compression="zstd")
        self._writer.write_table(cells)

    def close(self) -> Run:
        """Finish the file."""
        if self._text is not None:
            self._text.close()
        self._writer.close()
        return Run(file=self._name, first=self.first, last=self.last)


class CsvWriter:
    """Rows to text, by the embedded engine."""

    _ROWS: ClassVar = "_rows"

    def __init__(self, form: Form) -> None:
        """Open the database."""
        import duckdb  # noqa: PLC0415 - on the executor

        self._form = form
        self._folder = TemporaryFolder()
        self._file = self._folder.path / "rows.csv"
        config: dict[str, Any] = {"threads": 1, "memory_limit": "1GB", "autoinstall_known_extensions": False}
        self._connection = duckdb.connect(":memory:", config=config)

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the database and remove its files."""
        self._connection.close()
        self._folder.close()

    def text(self, rows: Any) -> bytes:  # noqa: ANN401 - a pyarrow.Table
        """Return the rows of a table as text."""
        names = [f"o{number}" for number in range(1, len(self._form.headers) + 1)]
        cells = [written_cell(name, safe=number <= self._form.safe) for number, name in enumerate(names, start=1)]
        self._connection.register(self._ROWS, rows.rename_columns(["_row", *names]))
        try:
            return self._copied(f"SELECT {', '.join(cells)} FROM {self._ROWS}")
        finally:
            self._connection.unregister(self._ROWS)

    def header(self) -> bytes:
        """Return the line of the headers: as a row, since a name may be there twice, or be none."""
        return self._copied("SELECT " + ", ".join(literal(header) for header in self._form.headers))

    def _copied(self, query: str) -> bytes:
        form = f"FORMAT csv, HEADER false, DELIMITER {literal(self._form.delimiter)}"
        self._connection.execute(f"COPY ({query}) TO {literal(str(self._file))} ({form})")
        return self._file.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvText:
    """Turns rows into pieces of text, each of many lines, for Spark to write line by line; the header comes first."""

    form: Form

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the text of a partition; of an empty one nothing, but that the first always has the header."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor
        from pyspark import TaskContext  # noqa: PLC0415 - as above

        context = TaskContext.get()
        with CsvWriter(self.form) as writer:
            text = writer.header()
            for table in put_together(batches, _ROWS, _BYTES):
                text += writer.text(table)
                yield pa.RecordBatch.from_pydict({"value": [text.decode().removesuffix("\n")]})
                text = b""
            if text and context is not None and context.partitionId() == 0:
                yield pa.RecordBatch.from_pydict({"value": [text.decode().removesuffix("\n")]})


def header_bytes(form: Form) -> bytes:
    """Return the line of the headers."""
    with CsvWriter(form) as writer:
        return writer.header()


def empty_part(form: Form, folder: Path) -> Run:
    """Write a part without rows; return it."""
    path = folder / f"empty.{form.kind}"
    if form.kind == "csv":
        path.write_bytes(header_bytes(form))
    else:
        import pyarrow as pa  # noqa: PLC0415 - heavy
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        schema = pa.schema([(header, pa.string()) for header in form.headers])
        pq.write_table(schema.empty_table(), path)
    return Run(file=path.name, first=0, last=0)


def _ascending(table: Any, step: int) -> Iterator[Any]:  # noqa: ANN401 - pyarrow.Tables
    """Yield stretches of a table in each of which ``_row`` goes up, by no more than a step."""
    numbers = table.column(0).to_numpy()
    found = list(stretches(numbers, step))
    if len(found) > _EXACT_RUNS and step < _WIDE:
        found = list(stretches(numbers, _WIDE))
    for begin, end in found:
        yield table.slice(begin, end - begin)


def stretches(numbers: Any, step: int) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - a numpy.ndarray
    """Yield where stretches of numbers begin and end in each of which they go up, by no more than a step."""
    import numpy as np  # noqa: PLC0415 - on the executor

    steps = np.diff(numbers)
    breaks = (np.flatnonzero((steps <= 0) | (steps > step)) + 1).tolist()
    yield from zip([0, *breaks], [*breaks, len(numbers)], strict=True)
