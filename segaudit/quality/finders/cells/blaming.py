"""Which cell of a row is to blame where dependencies do not hold, and what it should say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.cleaned import CLEANED
from segaudit.quality.finders.cells.groups import Groups
from segaudit.quality.finders.cells.settings import Blamed, doubt_settings
from segaudit.quality.finders.cells.votes import Vote, combined, vote

MOST_ROWS = 20_000  # suspicious rows of one dependency that are looked at
_WORTH_A_LOOK = 0.25  # confidence of a single vote
_FALSE_FROM = 2  # cells of a row that a left cell accuses ...
_MOST_OF_ITS_OWN = 0.5  # ... and which share of all that depend on it, from which it is itself the culprit


def blame_cells(data: QualityData, dependencies: Sequence[Groups]) -> list[Blamed]:
    """Return the cells to blame for broken dependencies, by column and row.

    Args:
        data: The table.
        dependencies: What was counted of the dependencies between columns of the table CLEANED.
    """
    by_right: dict[int, list[Groups]] = {}
    for groups in dependencies:
        by_right.setdefault(groups.dependency.right, []).append(groups)
    suspects = {right: _suspects(data, right, lefts) for right, lefts in sorted(by_right.items())}
    sizes = _group_sizes(data, by_right, suspects)
    cells = [cell for right, found in suspects.items() for cell in _voted(right, found, by_right[right], sizes)]
    # A bad source is wrong about most of what it states, and names the right entity all the same.
    dependents = Counter(groups.dependency.left for groups in dependencies if groups.dependency.source is None)
    cells = _without_false_accusers(cells, dependents)
    sources = {groups.dependency.source for groups in dependencies} - {None}
    return doubt_settings(data, _weighed(cells), {number for number in sources if number is not None})


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    position: int
    raw: str
    votes: tuple[Vote, ...]


_Suspect: TypeAlias = Sequence[Any]  # row number, raw cell, cleaned cell, and the cleaned cells of the left sides


def _suspects(data: QualityData, right: int, lefts: Sequence[Groups]) -> list[_Suspect]:
    """Return the cells of a column that at least one dependency suspects."""
    rows: set[int] = set()
    for groups in lefts:
        rows.update(_suspicious_rows(data, groups))
    if not rows:
        return []
    numbers = (right, *(groups.dependency.left for groups in lefts))
    columns = ", ".join(f"x.{data.source.column(number)}" for number in numbers)
    query = (
        f"SELECT _row, s.{data.source.column(right)}, {columns} FROM {CLEANED} x "
        f"JOIN {data.source.table} s USING (_row) WHERE _row IN (SELECT unnest($rows)) ORDER BY _row"
    )
    return list(data.engine.fetch(query, {"rows": sorted(rows)}))


def _suspicious_rows(data: QualityData, groups: Groups) -> list[int]:
    pairs = []
    for group, values in groups.said.items():
        for own in values:
            said = vote(groups, group, own)
            if said is not None and said.confidence >= _WORTH_A_LOOK:
                pairs.append((said.confidence, group, own))
    if not pairs:
        return []
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    a, b = data.source.column(groups.dependency.left), data.source.column(groups.dependency.right)
    wanted = f"(SELECT unnest($a) AS {a}, unnest($b) AS {b})"
    query = f"SELECT _row FROM {CLEANED} JOIN {wanted} USING ({a}, {b}) ORDER BY _row LIMIT {MOST_ROWS}"
    found = data.engine.fetch(query, {"a": [a for _, a, _ in pairs], "b": [b for _, _, b in pairs]})
    return [int(row[0]) for row in found]


def _group_sizes(
    data: QualityData, by_right: Mapping[int, Sequence[Groups]], suspects: Mapping[int, Sequence[_Suspect]]
) -> Mapping[tuple[int, str], int]:
    """Return by left column and value the rows of the groups that suspects are in."""
    wanted: dict[int, set[str]] = {}
    for right, found in suspects.items():
        for k, groups in enumerate(by_right[right], start=3):
            wanted.setdefault(groups.dependency.left, set()).update(row[k] for row in found if row[k])
    sizes = {}
    for left, values in sorted(wanted.items()):
        a = data.source.column(left)
        query = f"SELECT {a}, count(*) FROM {CLEANED} WHERE {a} IN (SELECT unnest($a)) GROUP BY {a}"
        for value, rows in data.engine.fetch(query, {"a": sorted(values)}):
            sizes[left, str(value)] = int(rows)
    return sizes


def _voted(
    right: int, suspects: Sequence[_Suspect], lefts: Sequence[Groups], sizes: Mapping[tuple[int, str], int]
) -> Iterator[_Cell]:
    """Yield the suspects of a column with the votes of all dependencies."""
    known: dict[tuple[int, str, str], Vote | None] = {}
    for row, raw, own, *values in suspects:
        votes = []
        for k, (groups, group) in enumerate(zip(lefts, values, strict=True)):
            if (k, group, own) not in known:
                known[k, group, own] = _vote(groups, group, own, sizes)
            votes.append(known[k, group, own])
        yield _Cell(int(row), right, str(raw or ""), tuple(each for each in votes if each is not None))


def _vote(groups: Groups, group: str, own: str, sizes: Mapping[tuple[int, str], int]) -> Vote | None:
    if group in groups.said:
        return vote(groups, group, own)
    rows = sizes.get((groups.dependency.left, group), 0)
    if not own or rows < 2:  # noqa: PLR2004 - nobody else who could confirm it
        return None
    return Vote(
        left=groups.dependency.left,
        group=group,
        right_value=own,
        confidence=0.0,
        confirms=1 - groups.noise,
        rows=rows,
        of=rows,
    )


def _without_false_accusers(cells: Sequence[_Cell], dependents: Mapping[int, int]) -> list[_Cell]:
    """Return the cells without the votes of left cells that most of what depends on them contradicts in the same row.

    A wrong ZIP code makes city, county and state look wrong; a wrong county leaves city and state alone.
    """
    accused = Counter((cell.row, each.left) for cell in cells for each in cell.votes if each.confidence > 0)
    false = {
        (row, left)
        for (row, left), times in accused.items()
        if times >= _FALSE_FROM and left in dependents and times > _MOST_OF_ITS_OWN * dependents[left]
    }
    return [
        replace(cell, votes=tuple(each for each in cell.votes if (cell.row, each.left) not in false)) for cell in cells
    ]


def _weighed(cells: Sequence[_Cell]) -> list[Blamed]:
    """Return the cells that remain suspects once all votes are in, and those of likelier culprits are left out."""
    outcomes = {votes: combined(votes) for votes in {cell.votes for cell in cells}}
    first = {(cell.row, cell.position): outcomes[cell.votes] for cell in cells}
    blamed = []
    for cell in cells:
        mine = first[cell.row, cell.position]
        if mine is None:
            continue
        votes = tuple(each for each in cell.votes if not _is_worse(first.get((cell.row, each.left)), mine[0]))
        outcome = outcomes[votes] if votes in outcomes else combined(votes)
        if outcome is not None:
            confidence, value, strongest = outcome
            agreeing = sum(each.right_value == value and each.confidence > 0 for each in votes)
            found = Blamed(
                row=cell.row,
                position=cell.position,
                raw=cell.raw,
                value=value,
                confidence=confidence,
                strongest=strongest,
                votes=agreeing,
            )
            blamed.append(found)
    return blamed


def _is_worse(left: tuple[float, str, Vote] | None, confidence: float) -> bool:
    """Tell whether the cell that accuses is itself the more likely culprit."""
    return left is not None and left[0] > confidence
