"""Answers hardly anybody gave, in a column where everybody chose from a short list."""

from collections.abc import Iterator

from segaudit.model.fields import FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData

_LEAST_ROWS = 500
_MOST_VALUES = 12
_RARE = 0.002  # share of the rows
_MOST_ROWS = 3
_TIMES = 10  # how many times as frequent the list's own values are
_SURE = 0.3


def rare_values(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the values of a short list that stand in a handful of many rows; nothing says what they should be."""
    for reading in data.of_type(FieldType.ENUM, FieldType.TEXT):
        position = reading.column.position
        counts = data.coverage[position]
        if counts.filled < _LEAST_ROWS or not 1 < counts.distinct <= _MOST_VALUES:
            continue
        values = data.values(position)
        own = [rows for _, rows in values if rows > _MOST_ROWS]
        for value, rows in values:
            if rows <= min(_MOST_ROWS, _RARE * counts.filled) and own and min(own) >= _TIMES * rows:
                yield Suspicion(
                    check=check,
                    position=position,
                    value=value,
                    rows=rows,
                    confidence=_SURE,
                    because=f"{rows} of {counts.filled} rows, where every other value stands in {min(own)} or more",
                )
