"""Cells in another column's place: rows that slipped by one column, and two cells that changed places."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from segaudit.model.quality import CERTAIN_FROM, Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import once, share_of
from segaudit.quality.finders.cells.belonging import Belonging, belongings, learn
from segaudit.quality.finders.cells.out_of_place import MOST_ROWS, TELLS, Cells, odd_cells, rows_with, slipped_values

_LEAST_ROWS = 30  # of which it can be learnt what a column's cells are like
_MOST_EACH = 10.0  # that one cell may say: columns repeat each other
_HAPPENS = 0.001  # of the rows, before anything is looked at
_LEAST = 0.5  # probability from which it is told
_MOST_SURE = 0.97
_MOVED = 2  # cells that have to say so
_LEFT_BLANK = log(0.9)  # that a row which slipped is blank where it began
_AS_LIKELY = 0.1  # natural log-odds; of two stretches as likely as each other, the shorter is told
_SHOWN, _FIRST_ROWS = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slip:
    """What happened to a row: cells that belong elsewhere, each with its own column."""

    row: int
    cells: Cells
    first: int  # columns from ... to
    last: int
    step: int  # 1: to the right, -1: to the left; 0: first and last changed places
    odds: float  # natural logarithm of the evidence
    telling: int  # column of the cell that says so most


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """All that slipped, one stretch a row at most."""

    slips: tuple[_Slip, ...] = ()
    is_cut: bool = False  # there are more rows than were looked at


def find_shifted_rows(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find rows in which several cells stand one column beside their own.

    A cell is told by the values of the columns beside it and by what they look like, so nobody has to say what the
    columns are. The row is blank where it slipped; what fell out at the other end is lost.
    """
    found = _found(data)
    slips = [slip for slip in found.slips if slip.step]
    if found.is_cut:
        message = f"of the rows with cells like another column's, only the first {MOST_ROWS:,} were looked at"
        yield ColumnRemark(check=check.id, positions=(1,), message=message, of_search=True)
    if slips:
        yield _remark(data, check, slips)
    for slip in slips:
        yield from _suspicions(data, check, slip)


def find_swapped_cells(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find pairs of cells that stand in each other's column; names have a check of their own."""
    by_pair: dict[tuple[int, int], list[_Slip]] = defaultdict(list)
    for slip in _found(data).slips:
        if not slip.step:
            by_pair[slip.first, slip.last].append(slip)
            yield from _suspicions(data, check, slip)
    for (first, last), slips in by_pair.items():
        headers = (data.reading(place).column.header.strip() for place in (first, last))
        message = "{} and {} hold what belongs to the other".format(*headers)
        yield _told_together(data, check, slips, (first, last), message)


def slipped_rows(data: QualityData) -> frozenset[int]:
    """Return the rows of which several cells stand beside their own column: what they say of each other is wrong."""
    return frozenset(slip.row for slip in _found(data).slips if slip.step)


def _found(data: QualityData) -> _Found:
    return once(data, "slips", lambda: _look(data))


def _look(data: QualityData) -> _Found:
    if data.source.rows < _LEAST_ROWS or len(data.readings) < 2:  # noqa: PLR2004 - columns to take for each other
        return _Found()
    known = belongings(data)
    odd, slipped = odd_cells(data, known), slipped_values(known)
    either = {place: odd.get(place, frozenset()) | slipped.get(place, frozenset()) for place in known}
    rows = rows_with(data, {place: values for place, values in either.items() if values}, _MOVED)
    if not rows:
        return _Found()
    for position, belonging in known.items():  # what cells could be moved to a column from beside it, or swapped
        comers = {cell for cells in rows.values() for cell in _comers(cells, position, odd)}
        learn(data, position, belonging, comers)
    # What many rows may have brought along does not say what a column's own cells are like.
    own = {place: model.without(slipped[place]) if place in slipped else model for place, model in known.items()}
    named = {
        reading.column.position for reading in data.readings if reading.column.field in {"first_name", "last_name"}
    }
    found = []
    for row, cells in rows.items():
        slips = [*_shifts(row, cells, own), *_swaps(row, cells, known, odd, named)]
        best = max(slips, key=lambda slip: (slip.odds, -slip.first), default=None)
        if best is not None and _probability(best, len(data.readings)) >= _LEAST:
            found.append(best)
    return _Found(slips=tuple(found), is_cut=len(rows) == MOST_ROWS)


def _comers(cells: Cells, position: int, odd: Mapping[int, Collection[str]]) -> Iterator[str]:
    """Yield the cells of a row that may belong to a column: its own, those beside it, and the odd ones."""
    for place, cell in cells.items():
        if abs(place - position) <= 1 or cell in odd.get(place, ()):
            yield cell


def _speaks(cell: str, own: Belonging, other: Belonging) -> float:
    """Return the log-odds that a cell belongs to another column and not to the one it stands in."""
    found = other.likelihood(cell) - own.likelihood(cell, own=1)
    return max(-_MOST_EACH, min(_MOST_EACH, found))


def _shifts(row: int, cells: Cells, known: Mapping[int, Belonging]) -> Iterator[_Slip]:
    """Yield the likeliest stretch of a row that slipped to the right, and to the left."""
    for step in (1, -1):
        places = sorted(cells, reverse=step < 0)
        best: _Slip | None = None
        start, odds, moved, told = 0, 0.0, 0, (0.0, 0)
        for place in places:
            own, beside = known.get(place), known.get(place - step)
            # A stretch goes on while its cells say so, and one begins at a blank.
            if start and own is not None and beside is not None:
                says = _speaks(cells[place], own, beside)
                if says >= TELLS and not own.is_blank(cells[place]):
                    moved, told = moved + 1, max(told, (says, place))
                odds += says
                if moved >= _MOVED and says > 0 and (best is None or odds > best.odds):
                    first, last = sorted((start, place))
                    best = _Slip(row=row, cells=cells, first=first, last=last, step=step, odds=odds, telling=told[1])
            elif own is None or beside is None:
                start, odds = 0, 0.0
            if own is not None and own.is_blank(cells[place]):
                begins = max(-_MOST_EACH, min(_MOST_EACH, _LEFT_BLANK - own.likelihood(cells[place], own=1)))
                if not start or begins >= odds - _AS_LIKELY:
                    start, odds, moved, told = place, begins, 0, (0.0, 0)
        if best is not None:
            yield best


def _swaps(
    row: int, cells: Cells, known: Mapping[int, Belonging], odd: Mapping[int, Collection[str]], named: set[int]
) -> Iterator[_Slip]:
    """Yield the pairs of odd cells that fit each other's column better than their own."""
    places = [place for place, cell in cells.items() if cell in odd.get(place, ())]
    for at, first in enumerate(places):
        for last in places[at + 1 :]:
            if {first, last} == named or cells[first] == cells[last]:
                continue
            says = _speaks(cells[first], known[first], known[last])
            if says < TELLS:
                continue
            back = _speaks(cells[last], known[last], known[first])
            if back >= TELLS:
                telling = first if says >= back else last
                yield _Slip(row=row, cells=cells, first=first, last=last, step=0, odds=says + back, telling=telling)


def _probability(slip: _Slip, columns: int) -> float:
    """Return the probability that it happened; there are as many places for it as pairs of columns."""
    prior = log(_HAPPENS / max(1, columns * (columns - 1) / 2))
    return 1 / (1 + exp(-max(-50.0, min(50.0, slip.odds + prior))))


def _suspicions(data: QualityData, check: Check, slip: _Slip) -> Iterator[Suspicion]:
    """Yield what each cell should say, where it says something else."""
    sure = round(min(_MOST_SURE, _probability(slip, len(data.readings))), 2)
    because = _because(data, slip)
    if slip.step:
        places = range(slip.first, slip.last + 1)
        right = {place: slip.cells[place + slip.step] if place + slip.step in places else "" for place in places}
    else:
        right = {slip.first: slip.cells[slip.last], slip.last: slip.cells[slip.first]}
    for place, value in right.items():
        if value != slip.cells[place]:
            yield Suspicion(
                check=check.id,
                position=place,
                value=slip.cells[place],
                row=slip.row,
                suggestion=value,
                confidence=sure,
                because=because,
            )


def _because(data: QualityData, slip: _Slip) -> str:
    header = [data.reading(place).column.header for place in (slip.first, slip.last, slip.telling)]
    if not slip.step:
        return f"{header[0]} and {header[1]} have changed places: each is like the other's other cells"
    side = "right" if slip.step > 0 else "left"
    own = data.reading(slip.telling - slip.step).column.header
    return f"{header[0]} to {header[1]} stand one column to the {side}: {slip.cells[slip.telling]} belongs to {own}"


def _told_together(
    data: QualityData, check: Check, slips: Sequence[_Slip], positions: tuple[int, ...], message: str
) -> ColumnRemark:
    """Return what is said of all columns at once; no cell is in it, as it may belong to a column that is private."""
    return ColumnRemark(
        check=check.id,
        positions=positions,
        message=message,
        rows=len(slips),
        rows_checked=data.source.rows,
        rows_certain=sum(_probability(slip, len(data.readings)) >= CERTAIN_FROM for slip in slips),
        first_rows=tuple(slip.row for slip in slips[:_FIRST_ROWS]),
        stands_for_cells=True,
    )


def _remark(data: QualityData, check: Check, slips: Sequence[_Slip]) -> ColumnRemark:
    """Return what happened to the rows, stretch by stretch, in one line."""
    stretches = Counter((slip.first, slip.last, slip.step) for slip in slips).most_common()
    shown = stretches[: int(share_of(check, "most_shown", _SHOWN))]
    told = []
    for (first, last, step), rows in shown:
        headers = (data.reading(place).column.header.strip() for place in (first, last))
        told.append("{} to {} one column to the {}".format(*headers, "right" if step > 0 else "left") + f" ({rows:,})")
    left = len(slips) - sum(rows for _, rows in shown)
    more = f"; and {left:,} more" if left else ""
    concerned = {place for slip in slips for place in range(slip.first, slip.last + 1)}
    return _told_together(data, check, slips, tuple(sorted(concerned)), "; ".join(told) + more)
