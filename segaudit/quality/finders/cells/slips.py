"""What happened to a row whose cells belong elsewhere: a stretch slipped by one column, or two changed places.

Everything here is evidence in natural log-odds, cell by cell, against columns as they usually are.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from segaudit.quality.finders.cells.belonging import Belonging
from segaudit.quality.finders.cells.out_of_place import TELLS, Cells

_MOST_EACH = 10.0  # that one cell may say: columns repeat each other
_MOST_FIT = 20.0  # that one cell may say of where a stretch begins
_MOVED = 2  # cells that have to say so
_LEFT_BLANK = log(0.9)  # that a row which slipped is blank where it began
_LEFT_REST, _LETTER = log(0.05), log(0.3)  # that it holds the rest of a cell there; for each letter of it
_AS_LIKELY = 0.1  # of two stretches as likely as each other, the shorter is told
_HAPPENS = 0.001  # of the rows, before anything is looked at
_SEEMS = 8.0  # odds from which another row counts as hit the same way ...
_MEANT = 0.5  # ... by half, if there are as many as ...
_OTHERS = 2  # ... and more than chance makes


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What happened to a row: cells that belong elsewhere, each with its own column."""

    row: int
    cells: Cells
    first: int  # columns from ... to
    last: int
    step: int  # 1: to the right, -1: to the left; 0: first and last changed places
    odds: float  # natural logarithm of the evidence
    telling: int  # column of the cell that says so most
    is_rest: bool = False  # the first cell is the rest of the one before it, which fell into two
    chance: float = 0.0  # that it happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a table that cells may have come from."""

    known: Mapping[int, Belonging]
    in_question: Mapping[tuple[int, str], int]  # rows that are looked at, by column and cell: they show nothing usual
    nameless: Collection[int] = ()  # without a header: they are there for what slipped out of the table

    def usual(self, place: int, cell: str) -> float:
        """Return how likely a cell is in its column, judged by the rows that are not in question."""
        return self.known[place].likelihood(cell, own=self.in_question.get((place, cell), 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A stretch of a row that may have slipped, from where it begins up to a place."""

    start: int
    fit: float  # the odds that it begins here and not beside it
    odds: float  # that anything slipped
    is_rest: bool = False
    moved: int = 0  # cells that say so
    told: tuple[float, int] = (0.0, 0)  # what the cell says that says most, and its place
    agrees: bool = False  # what stands at the place is no reason against it


def shifts(row: int, cells: Cells, columns: Columns) -> Iterator[Slip]:
    """Yield the likeliest stretch of a row that slipped to the right, and to the left."""
    for step in (1, -1):
        best: Slip | None = None
        run: _Run | None = None
        for place in sorted(cells, reverse=step < 0):
            run = None if run is None else _further(run, cells, place, step, columns)
            if run is not None and run.agrees and run.moved >= _MOVED and (best is None or run.odds >= best.odds):
                first, last = sorted((run.start, place))
                best = Slip(
                    row=row,
                    cells=cells,
                    first=first,
                    last=last,
                    step=step,
                    odds=run.odds,
                    telling=run.told[1],
                    is_rest=run.is_rest,
                )
            begins = _begins(cells, place, step, columns)
            if begins is not None and (run is None or begins.fit >= run.fit - _AS_LIKELY):
                run = begins
        if best is not None:
            yield best


def _further(run: _Run, cells: Cells, place: int, step: int, columns: Columns) -> _Run | None:
    """Return a stretch that goes on to a place; None where nothing is known of it."""
    own, beside = columns.known.get(place), columns.known.get(place - step)
    if own is None or beside is None:
        return None
    if cells[place] == cells[place - step]:  # it stands where it is said to belong
        return replace(run, agrees=True)
    says = speaks(cells[place], own, beside)
    fit = beside.likelihood(cells[place]) - columns.usual(place, cells[place])
    if place in columns.nameless:
        says, fit = max(says, _AS_LIKELY), max(fit, _AS_LIKELY)
    tells = says >= TELLS and not own.is_blank(cells[place])
    return replace(
        run,
        fit=run.fit + _at_most(fit, _MOST_FIT),
        odds=run.odds + says,
        moved=run.moved + tells,
        told=max(run.told, (says, place)) if tells else run.told,
        agrees=says > 0,
    )


def _begins(cells: Cells, place: int, step: int, columns: Columns) -> _Run | None:
    """Return a stretch that begins at a place: the row is blank there, or holds the rest of the cell before.

    A cell falls into two where it holds a delimiter that was not quoted.
    """
    own, cell = columns.known.get(place), cells[place]
    if own is None:
        return None
    if own.is_blank(cell):
        odds = _at_most(_LEFT_BLANK - own.likelihood(cell, own=1))
        return _Run(start=place, fit=odds, odds=odds)
    if step < 0 or not cells.get(place - 1):
        return None
    fit = _at_most(_LEFT_REST + _LETTER * len(cell) - columns.usual(place, cell), _MOST_FIT)
    # A rest is a reason to begin here and not beside it, but none to think that anything slipped.
    return _Run(start=place, fit=fit, odds=min(0.0, fit), is_rest=True)


def swaps(
    row: int,
    cells: Cells,
    known: Mapping[int, Belonging],
    odd: Mapping[int, Collection[str]],
    but: Collection[frozenset[int]],
) -> Iterator[Slip]:
    """Yield the pairs of odd cells that fit each other's column better than their own.

    Args:
        row: Its number.
        cells: What stands in it.
        known: What the columns' cells are like.
        odd: Cells, by column, that another column's are more like.
        but: Pairs of columns that are not looked at.
    """
    places = [place for place, cell in cells.items() if cell in odd.get(place, ())]
    for at, first in enumerate(places):
        for last in places[at + 1 :]:
            if frozenset((first, last)) in but or cells[first] == cells[last]:
                continue
            says = speaks(cells[first], known[first], known[last])
            if says < TELLS:
                continue
            back = speaks(cells[last], known[last], known[first])
            if back >= TELLS:
                telling = first if says >= back else last
                yield Slip(row=row, cells=cells, first=first, last=last, step=0, odds=says + back, telling=telling)


def with_chances(slips: Sequence[Slip], *, rows: int, columns: int) -> Iterator[Slip]:
    """Yield slips, one a row, with the probability that each happened.

    There are as many places for one as pairs of columns. Where the same seems to have happened to other rows too, and
    to more than chance makes look so, that many say how often it does.

    Args:
        slips: The likeliest of each row.
        rows: Of the table.
        columns: Of the table.
    """
    anywhere = _HAPPENS / max(1, columns * (columns - 1) / 2)
    times = Counter((slip.first, slip.last, slip.step) for slip in slips if slip.odds >= _SEEMS)
    for slip in slips:
        others = times[slip.first, slip.last, slip.step] - 1
        more = others - rows * exp(-_SEEMS) if others >= _OTHERS else 0.0
        prior = max(anywhere, _MEANT * more / rows)
        yield replace(slip, chance=1 / (1 + exp(-max(-50.0, min(50.0, slip.odds + log(prior))))))


def speaks(cell: str, own: Belonging, other: Belonging) -> float:
    """Return the log-odds that a cell belongs to another column and not to the one it stands in."""
    return _at_most(other.likelihood(cell) - own.likelihood(cell, own=1))


def _at_most(odds: float, most: float = _MOST_EACH) -> float:
    return max(-most, min(most, odds))
