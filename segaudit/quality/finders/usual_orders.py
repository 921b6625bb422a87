"""Dates and numbers that nearly every row has in one order, nobody having said so, and the rows that have not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

import numpy as np

from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of
from segaudit.quality.finders.cells.breaks import Break, explained
from segaudit.quality.finders.cells.row_values import Numbers, date_columns, joined, number_columns, row_values

_LEAST_ROWS = 100  # with both
_HOLDS = 0.985  # share of them in one order, from which it is one
_BY_CHANCE = 0.2  # share that would be in the other if the rows of one column were mixed
_TIMES = 20  # as large as the other a column's usual number may be
_MOST_ROWS = 5_000
_LIKELY, _LIKELIER = 0.5, 0.75


def find_unusual_order(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield dates and numbers that stand in the other order than in nearly all rows.

    It counts as an order where chance alone would break it far more often. Where a row breaks several, the cell that
    is in most of them is the wrong one; of two cells it cannot be told, and the later is named. Settings: ``holds``.
    """
    holds = share_of(check, "holds", _HOLDS)
    by_row: dict[int, list[Break]] = defaultdict(list)
    for name, readings in (("dates", date_columns(data)), ("numbers", number_columns(data))):
        if len(readings) < 2:  # noqa: PLR2004 - one to come before the other
            continue
        for first, second in _orders(data, readings, name, holds):
            for broken in _broken(data, first, second, holds):
                by_row[broken.row].append(broken)
    for breaks in by_row.values():
        yield from explained(breaks, check.id)


def _orders(
    data: QualityData, readings: Sequence[ColumnReading], name: str, holds: float
) -> list[tuple[ColumnReading, ColumnReading]]:
    """Return the pairs of columns of which the first is hardly ever more than the second."""
    values = row_values(data, readings, name).values
    by_position = {reading.column.position: reading for reading in readings}
    return [
        (by_position[first], by_position[second])
        for first, second in permutations(values, 2)
        if _are_alike(by_position[first], by_position[second], values)
        and _is_order(values[first], values[second], holds)
    ]


def _are_alike(first: ColumnReading, second: ColumnReading, values: Mapping[int, Numbers]) -> bool:
    """Tell whether two columns count the same sort of thing: a number of orders is no amount, however much smaller."""
    if first.type is FieldType.DATE:
        return True
    sizes = [float(np.nanmedian(np.abs(values[reading.column.position]))) for reading in (first, second)]
    return first.type is second.type and max(sizes) <= _TIMES * max(min(sizes), 1.0)


def _is_order(first: Numbers, second: Numbers, holds: float) -> bool:
    known = ~np.isnan(first) & ~np.isnan(second)
    if known.sum() < _LEAST_ROWS:
        return False
    x, y = first[known], second[known]
    if np.mean(x > y) > 1 - holds or not np.any(x < y):
        return False
    # How often a cell of the first column is more than one of any row of the second: all pairs, by ranks.
    below = np.searchsorted(np.sort(y), x, side="left")
    return float(below.mean() / len(y)) >= _BY_CHANCE


def _broken(data: QualityData, first: ColumnReading, second: ColumnReading, holds: float) -> Iterator[Break]:
    positions = first.column.position, second.column.position
    pairs = joined(data, *positions)
    ((count, wrong),) = data.engine.fetch(f"SELECT count(*), count(*) FILTER (x0 > x1) FROM {pairs}")
    if not 0 < wrong <= (1 - holds) * count:
        return
    names = first.column.header.strip(), second.column.header.strip()
    relation = "after" if first.type is FieldType.DATE else "more than"
    because = f"{names[0]} is {relation} {names[1]}, as in {wrong:,} of {count:,} rows only"
    sure = _LIKELY + (_LIKELIER - _LIKELY) * (1 - (wrong / count) / (1 - _HOLDS))
    query = f"SELECT _row, v0, v1 FROM {pairs} WHERE x0 > x1 ORDER BY _row LIMIT {_MOST_ROWS}"
    for row, x, y in data.engine.fetch(query):
        yield Break(
            row=int(row),
            cells={positions[0]: str(x), positions[1]: str(y)},
            blamed=positions[1],
            sure=round(max(_LIKELY, sure), 2),
            because=because,
            right={},
        )
