"""Settings in which other things hold: if the rows of one state nearly all "err" alike, that state is different."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.votes import Vote
from segaudit.sql.kinds import WHITE_SPACE

_MOST_VALUES = 100  # of a column whose values may be settings
_LEAST_ROWS = 5  # of a setting
_LEAST_GROUPS = 3  # in which a setting's rows deviate; within one group they only agree with each other
_MOST_SHARE = 0.5  # of the rows; what holds in more is no exception
_ERRING = 0.5  # share of a setting's rows
_LEFT = 0.4  # of the confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Blamed:
    """A cell that is probably wrong."""

    row: int
    position: int
    raw: str
    value: str  # the right value, probably; empty if nobody can tell
    confidence: float
    strongest: Vote
    votes: int  # dependencies that say so


def doubt_settings(data: QualityData, blamed: Sequence[Blamed], sources: Collection[int]) -> list[Blamed]:
    """Return the cells, with less confidence where a value of another column explains why they deviate.

    Args:
        data: The table.
        blamed: Cells of any columns.
        sources: Columns that say who states a fact: one that is mostly wrong is a bad source and no setting.
    """
    filled = [cell for cell in blamed if cell.raw.strip()]
    settings = [
        reading.column.position
        for reading in data.readings
        if 1 < data.coverage[reading.column.position].distinct <= _MOST_VALUES
        and reading.column.position not in sources
    ]
    if not filled or not settings:
        return list(blamed)
    held = _values_of(data, settings, sorted({cell.row for cell in filled}))
    wrong = {(cell.row, cell.position) for cell in blamed}
    explained: set[tuple[int, int]] = set()
    for number, position in enumerate(settings):
        # A cell that is itself suspected sets nothing.
        looked_at = [cell for cell in filled if position != cell.position and (cell.row, position) not in wrong]
        where = [(cell.position, held[cell.row][number]) for cell in looked_at]
        common = _common(data, position, Counter(where))
        groups: dict[tuple[int, str], set[str]] = {}
        inside = [(cell, place) for cell, place in zip(looked_at, where, strict=True) if place in common]
        for cell, place in inside:
            groups.setdefault(place, set()).add(cell.strongest.group)
        explained.update((cell.row, cell.position) for cell, place in inside if len(groups[place]) >= _LEAST_GROUPS)
    return [
        replace(cell, confidence=cell.confidence * _LEFT) if (cell.row, cell.position) in explained else cell
        for cell in blamed
    ]


def _common(data: QualityData, position: int, erring: Mapping[tuple[int, str], int]) -> set[tuple[int, str]]:
    """Return the columns and settings where so many of a setting's rows deviate that it is the setting."""
    if max(erring.values(), default=0) < _ERRING * _LEAST_ROWS:
        return set()
    totals = dict(data.values(position))
    largest = _MOST_SHARE * sum(totals.values())
    return {
        (right, value)
        for (right, value), rows in erring.items()
        if _LEAST_ROWS <= totals.get(value, 0) <= largest and rows >= _ERRING * totals[value]
    }


def _values_of(data: QualityData, positions: Sequence[int], rows: Sequence[int]) -> Mapping[int, Sequence[str]]:
    source = data.source
    cells = ", ".join(source.column(number) for number in positions)
    found = data.engine.fetch(
        f"SELECT _row, {cells} FROM {source.table} WHERE _row IN (SELECT unnest($rows))", {"rows": list(rows)}
    )
    return {int(row): [(cell or "").strip(WHITE_SPACE) for cell in cells] for row, *cells in found}
