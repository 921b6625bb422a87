"""Cells that another column's are more like, and the rows that hold several of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import measures
from segaudit.quality.finders.cells.belonging import Belonging, shapes_of
from segaudit.sql.cells import INVALID
from segaudit.sql.kinds import WHITE_SPACE

Cells: TypeAlias = Mapping[int, str]  # the trimmed cells of a row, by position

TELLS = 3.0  # natural log-odds from which a cell speaks for another column
MOST_ROWS = 2_000  # rows that are looked at
_RARE_ROWS, _RARE = 3, 0.01  # rows, or share of them, up to which a value may be another column's
_ODD_SHAPE = 0.02  # share of the rows up to which what a value is put together of is unusual
_CLOSED = 0.05  # share of the rows with a value of their own up to which a new one is unusual
_MOST_ODD = 5_000  # different cells of one column
_SLIPPED = 0.4  # of a column's rows that may hold the cells of the column beside it ...
_SLIPPED_TOO = 0.8  # ... a value of which is rarer there, by this, than in its own ...
_COVERED = 0.5  # ... if most of that column's rows hold one of them
_MOST_SHARE = 0.1  # of a column's rows; where more are odd, the column is


def slipped_values(known: Mapping[int, Belonging]) -> Mapping[int, frozenset[str]]:
    """Return the values of columns that are those of the column beside them, where many rows may have slipped at once.

    Most of what stands in the one column stands in some rows of the other as well, and little else is shared: columns
    that hold the same sort of thing share nearly all.
    """
    found: dict[int, frozenset[str]] = {}
    for position, belonging in known.items():
        for other in (known.get(position - 1), known.get(position + 1)):
            if other is None or not (belonging.is_whole and other.is_whole) or other.share_new > _CLOSED:
                continue
            shared = frozenset(
                value
                for value, rows in other.counts.items()
                if rows > _RARE_ROWS
                and any(map(str.isalpha, value))  # a number says little of where it belongs
                and 0 < belonging.counts.get(value, 0) * other.filled < rows * belonging.filled * _SLIPPED_TOO
            )
            here = sum(belonging.counts[value] for value in shared)
            there = sum(other.counts[value] for value in shared)
            if _RARE * belonging.filled < here <= _SLIPPED * belonging.filled and there >= _COVERED * other.filled:
                found[position] = found.get(position, frozenset()) | shared
    return found


def odd_cells(data: QualityData, known: Mapping[int, Belonging]) -> Mapping[int, frozenset[str]]:
    """Return the cells of each column that another column's are more like, as they stand there."""
    often: dict[str, list[int]] = {}  # the columns in which a value is frequent
    for position, belonging in known.items():
        for value, rows in belonging.counts.items():
            if rows > _RARE_ROWS:
                often.setdefault(value, []).append(position)
    elsewhere = _Elsewhere(known, often)
    odd: dict[int, frozenset[str]] = {}
    for position, belonging in known.items():
        looked = _looked_at(data, position, belonging, often)
        found = {value: rows for value, rows in looked if _is_odd(value, rows, position, belonging, elsewhere)}
        if 0 < sum(found.values()) <= max(_RARE_ROWS, _MOST_SHARE * belonging.filled):
            odd[position] = frozenset(found)
    return odd


class _Elsewhere:
    """How likely a value is in the other columns."""

    def __init__(self, known: Mapping[int, Belonging], often: Mapping[str, Sequence[int]]) -> None:
        self._known, self.often = known, often
        self._alike: dict[str, list[tuple[float, int]]] = {}  # by shape, the columns in which a new value is likeliest

    def likelihood(self, value: str, position: int) -> float:
        """Return the likelihood of a value in the column it fits best, another than its own."""
        form = shapes_of(value)[1]
        if form not in self._alike:
            new = ((other.likelihood(value, own=min(1, other.counts.get(value, 0))), at) for at, other in self._items())
            self._alike[form] = sorted(new, reverse=True)[:2]
        held = (self._known[at].likelihood(value) for at in self.often.get(value, ()) if at != position)
        return max((*held, *(likely for likely, at in self._alike[form] if at != position)), default=float("-inf"))

    def _items(self) -> Iterable[tuple[int, Belonging]]:
        return self._known.items()


def _is_odd(value: str, rows: int, position: int, belonging: Belonging, elsewhere: _Elsewhere) -> bool:
    if rows > max(_RARE_ROWS, _RARE * belonging.filled) or belonging.is_blank(value):
        return False
    own = rows if rows <= _RARE_ROWS else 0  # what comes more often speaks for itself
    is_usual = belonging.share_new > _CLOSED and belonging.share_of_shape(value, own=own) > _ODD_SHAPE
    if is_usual and value not in elsewhere.often:
        return False
    return elsewhere.likelihood(value, position) - belonging.likelihood(value, own=own) >= TELLS


def _looked_at(
    data: QualityData, position: int, belonging: Belonging, often: Mapping[str, Sequence[int]]
) -> Iterable[tuple[str, int]]:
    """Return the values of a column that may be odd, with their rows: all, or those there is a reason to look at."""
    if belonging.is_whole:
        return belonging.counts.items()
    elsewhere = [value for value, columns in often.items() if columns != [position]]
    invalid = f"state = {INVALID} OR " if measures(data, position).invalid else ""
    query = (
        f"SELECT v, n FROM {data.grouped(position)} WHERE state >= {INVALID} AND "
        f"({invalid}v IN (SELECT unnest($elsewhere))) ORDER BY n, v LIMIT {_MOST_ODD}"
    )
    return [(str(v), int(n)) for v, n in data.engine.fetch(query, {"elsewhere": elsewhere})]


def rows_with(data: QualityData, odd: Mapping[int, Collection[str]], least: int) -> Mapping[int, Cells]:
    """Return the first rows with so many odd cells or more, MOST_ROWS at most, with all their cells."""
    if len(odd) < least:
        return {}
    source = data.source
    each = " UNION ALL ".join(
        f"SELECT _row FROM {source.table} WHERE {source.column(position)} IN (SELECT unnest($odd{position}))"
        for position in odd
    )
    query = f"SELECT _row FROM ({each}) GROUP BY _row HAVING count(*) >= {int(least)} ORDER BY _row LIMIT {MOST_ROWS}"
    found = data.engine.fetch(query, {f"odd{position}": sorted(values) for position, values in odd.items()})
    rows = [int(row) for (row,) in found]
    if not rows:
        return {}
    columns = ", ".join(source.column(reading.column.position) for reading in data.readings)
    query = f"SELECT _row, {columns} FROM {source.table} WHERE _row IN (SELECT unnest($rows)) ORDER BY _row"
    return {
        int(row): {position: (cell or "").strip(WHITE_SPACE) for position, cell in enumerate(cells, start=1)}
        for row, *cells in data.engine.fetch(query, {"rows": rows})
    }
