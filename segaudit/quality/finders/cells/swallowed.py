"""Cells that hold their blank neighbour's value too: ``Portland OR`` beside an empty state."""

from collections.abc import Iterator

from segaudit.model.fields import FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import holding
from segaudit.sql.kinds import WHITE_SPACE, trimmed

_MOST_VALUES = 1_000  # of the neighbour; a list of words rather than prose
_LEAST_TWICE = 3  # rows of a neighbour's value that is known to be one
_LEAST_ROWS = 3
_BY_NATURE = 0.1  # of the share of blank rows, the share of filled ones whose cell ends in a neighbour's value
_SURE = 0.97
_MOST = 20_000  # rows reported
_SAMPLED = 20_000  # rows of a large table on which to look first
_TYPES = frozenset({FieldType.TEXT, FieldType.ENUM})


def swallowed_neighbours(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield cells that end in a value of the blank cell beside them, and the blank cells."""
    beside = _beside(data)
    # A cell that ends in another's value has a space in it, as few columns of a wide table do.
    spaced = frozenset(holding(data, sorted({left for left, _ in beside}), "contains(v, ' ')"))
    for left, right in beside:
        if left in spaced:
            yield from _swallowed(data, left, right, check)


def _beside(data: QualityData) -> list[tuple[int, int]]:
    """Return columns that may hold the value of the one beside them, and that one."""
    found = []
    for reading in data.readings:
        right = reading.column.position
        counts = data.coverage[right]
        if reading.type not in _TYPES or not counts.blank or not 1 < counts.distinct <= _MOST_VALUES:
            continue
        found += [
            (left, right)
            for left in (right - 1, right + 1)
            if 1 <= left <= len(data.readings) and data.reading(left).type in _TYPES
        ]
    return found


def _swallowed(data: QualityData, left: int, right: int, check: str) -> Iterator[Suspicion]:
    known = [value for value, rows in data.values(right) if rows >= _LEAST_TWICE and not value.isdigit()]
    source = data.source
    raw, last = source.column(left), "split_part(a, ' ', -1)"
    a, b = trimmed(raw), trimmed(source.column(right))
    # Filtered by the raw cell first: nothing is trimmed of the many rows that are not looked at.
    some = f"hash({raw}) % {-(-source.rows // _SAMPLED)} = 0 AND " if source.rows > _SAMPLED else ""
    sampled, every = (
        f"(SELECT _row, {raw} AS raw, {a} AS a, coalesce({b}, '') AS b FROM {source.table} WHERE {taken}"
        f"contains({raw}, ' '))"
        for taken in (some, "")
    )
    ends = f"contains(a, ' ') AND list_contains($known, {last})"
    parameters = {"white_space": WHITE_SPACE, "known": known}
    counts = ("b = '' AND ends", "b = '' AND a <> ''", "b <> '' AND ends", "b <> '' AND a <> ''")
    query = (
        f"SELECT {', '.join(f'count(*) FILTER ({counted})' for counted in counts)} "
        f"FROM (SELECT a, b, {ends} AS ends FROM {sampled})"
    )
    hits, blank, ending, filled = map(int, data.engine.fetch(query, parameters)[0]) if known else (0, 0, 0, 0)
    if hits < _LEAST_ROWS or ending / max(1, filled) > _BY_NATURE * hits / blank:
        return
    rows = data.engine.fetch(
        f"SELECT _row, raw, a, {last} FROM {every} WHERE b = '' AND a <> '' AND {ends} ORDER BY _row LIMIT {_MOST}",
        parameters,
    )
    beside = data.reading(left).column.header, data.reading(right).column.header
    for row, raw, cell, end in rows:
        rest = cell.removesuffix(end).rstrip(" ,;/-")
        because = f"{beside[0]} ends in {end}, a value of {beside[1]}, which is blank in this row"
        for position, value, suggestion in ((left, raw, rest), (right, "", end)):
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                row=int(row),
                suggestion=suggestion,
                confidence=_SURE,
                because=because,
            )
