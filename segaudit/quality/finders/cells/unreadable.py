"""Cells that are no value of their column's type: words among numbers and dates."""

from collections import Counter
from collections.abc import Iterator

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import unread
from segaudit.quality.finders.cells.cleaned import cells_where, words_of
from segaudit.quality.finders.cells.shapes import shape
from segaudit.sql.cells import PLACEHOLDER

_TYPES = NUMERIC_TYPES | {FieldType.DATE}
_MOST = 5_000  # different cells of a column
_LONGEST_WORD = 24  # bytes of a word for a missing value
_SURE_WORD = 0.8  # a word for "missing" stops a column of numbers from being one; the cell should be empty
_SURE_UNREAD = 0.93
_SURE_FORMAT = 0.6
_FORMAT_VALUES = 3  # different values put together alike
_READABLE = 0.8  # share of the cells; where fewer can be read, the type is wrong rather than the cells


def unreadable_cells(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the cells of numbers and dates that cannot be read as such, words for "missing" included."""
    for reading in data.of_type(*_TYPES):
        position = reading.column.position
        counts = data.coverage[position]
        readable = counts.filled - counts.invalid
        for value, rows in _words(data, position) if counts.placeholder else ():
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion="",
                confidence=_SURE_WORD,
                because="a word for a missing value, in a column of numbers or dates",
            )
        found = _unread(data, reading) if counts.invalid and readable >= _READABLE * counts.filled else []
        shapes = Counter(shape(value) for value, _ in found)
        for value, rows in found:
            # House numbers such as 12A, 7B and 33C are a format; each error is put together in its own way.
            is_format = shapes[shape(value)] >= _FORMAT_VALUES and "9" in shape(value)
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                confidence=round((_SURE_FORMAT if is_format else _SURE_UNREAD) * readable / counts.filled, 3),
                because=f"cannot be read, as {readable} of {counts.filled} cells of the column can",
            )


def _words(data: QualityData, position: int) -> list[Counted]:
    """Return the words for a missing value that a column holds, with their rows."""
    words = words_of(data, position)
    found = cells_where(data, position, f"state = {PLACEHOLDER} AND strlen(v) <= {_LONGEST_WORD}")
    return [(value, rows) for value, rows in found if value.lower() in words]


def _unread(data: QualityData, reading: ColumnReading) -> list[Counted]:
    """Return the cells that cannot be read as the column's type, with their rows; most first."""
    position = reading.column.position
    counts = data.coverage[position]
    if sum(rows for _, rows in counts.invalid_frequent) == counts.invalid:
        return [(value.strip(), rows) for value, rows in counts.invalid_frequent]
    return unread(data, position)[:_MOST]
