"""Parquet that executors see as files: they read it themselves, without the Java machine in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

# What a task reads: enough that starting it costs little, and few enough that the tasks end at about the same time.
_PART_ROWS = 262_144
_PART_BYTES = 64_000_000
_BATCH_ROWS = 65_536
_PART = b"segaudit-part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Row groups of a file, from the first up to but not with the last."""

    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How ``_row`` is worked out of ``_task``, ``_piece`` and ``_at``.

    Attributes:
        each: Pieces of a task that are counted, whether it has them or not.
        above: Rows above each piece of each task.
    """

    each: int
    above: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files of the same columns, in parts.

    Attributes:
        parts: What each task reads.
        numbers: How rows are numbered; None if ``_row`` is a column like others, or there is none.
    """

    parts: tuple[tuple[Slice, ...], ...]
    numbers: Numbers | None = None

    @classmethod
    def of(cls, paths: Sequence[Path], numbers: Numbers | None = None) -> Self:
        """Return files in parts of similar size; small ones share one, unless their rows are numbered through."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

        parts: list[tuple[Slice, ...]] = []
        held: list[Slice] = []
        rows = size = 0
        for path in paths:
            about, first = pq.read_metadata(path), 0
            for number in range(about.num_row_groups):
                group = about.row_group(number)
                rows, size = rows + group.num_rows, size + group.total_byte_size
                if rows >= _PART_ROWS or size >= _PART_BYTES:
                    parts.append((*held, Slice(file=str(path), first=first, last=number + 1)))
                    held, rows, size, first = [], 0, 0, number + 1
            if first < about.num_row_groups:
                held.append(Slice(file=str(path), first=first, last=about.num_row_groups))
            if numbers is not None and held:
                parts.append(tuple(held))
                held, rows, size = [], 0, 0
        return cls(parts=(*parts, *([tuple(held)] if held else [])), numbers=numbers)

    def wanted(self, session: Any) -> Any:  # noqa: ANN401 - SparkSession -> DataFrame
        """Return the numbers of the parts, a task for each."""
        return session.range(0, len(self.parts), 1, max(1, len(self.parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """On the executors: numbers of parts to their rows.

    Attributes:
        files: The files.
        columns: Those to read.
        schema: Names and types under which they are handed on; a pyarrow.Schema.
    """

    files: Files
    columns: tuple[str, ...]
    schema: Any

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the rows of the parts that are asked for."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                schema = self.schema.with_metadata({_PART: str(number)})
                for item in self.files.parts[number]:
                    yield from self._rows(item, schema)

    def _rows(self, item: Slice, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - a pyarrow.Schema
        import pyarrow as pa  # noqa: PLC0415 - on the executor
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        counted = self.files.numbers is not None and "_row" in self.columns
        places = ["_task", "_piece", "_at"] if counted else []
        asked = [name for name in self.columns if not (counted and name == "_row")]
        with pq.ParquetFile(item.file) as file:
            groups = list(range(item.first, item.last))
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=groups, columns=[*asked, *places]):
                cells = [self._number(batch) if counted and name == "_row" else batch[name] for name in self.columns]
                fitting = [
                    cell if cell.type == field.type else cell.cast(field.type)
                    for cell, field in zip(cells, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(fitting, schema=schema)

    def _number(self, batch: Any) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch -> pyarrow.Array
        import numpy as np  # noqa: PLC0415 - on the executor
        import pyarrow as pa  # noqa: PLC0415 - as above

        numbers = self.files.numbers
        if numbers is None:  # pragma: no cover - callers have looked
            raise AssertionError
        above = np.asarray(numbers.above, np.int64)
        places = batch["_task"].to_numpy().astype(np.int64) * numbers.each + batch["_piece"].to_numpy()
        return pa.array(above[places] + batch["_at"].to_numpy() + 1)


def part_of(schema: Any) -> int:  # noqa: ANN401 - a pyarrow.Schema
    """Return the number of the part that rows with a schema were read from; -1 if they were not read from parts."""
    return int((schema.metadata or {}).get(_PART, -1))
