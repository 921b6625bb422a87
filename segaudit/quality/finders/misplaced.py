"""Cells in another column's place: rows that slipped by one column, and two cells that changed places."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.quality import CERTAIN_FROM, Check, ColumnRemark, Suspicion
from segaudit.model.source import EXTRA_HEADER
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import once, share_of
from segaudit.quality.finders.cells.belonging import belongings, learn
from segaudit.quality.finders.cells.out_of_place import MOST_ROWS, Cells, odd_cells, rows_with, slipped_values
from segaudit.quality.finders.cells.slips import Columns, Slip, shifts, swaps, with_chances

_LEAST_ROWS = 30  # of which it can be learnt what a column's cells are like
_LEAST = 0.5  # probability from which it is told
_MOST_SURE = 0.97
_SURE_OF_REST = 0.6  # where a cell fell into two: its halves may be those of the cell beside it
_BETWEEN = {",": ", ", ";": "; ", "|": "|", "\t": " "}  # the halves of a cell, by what they fell apart at
_NAMELESS = ("", EXTRA_HEADER)  # columns that are there for what slipped out of the table
_ODD = 2  # cells of a row from which it is looked at
_SHOWN, _FIRST_ROWS = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """All that slipped, one stretch a row at most."""

    slips: tuple[Slip, ...] = ()
    is_cut: bool = False  # there are more rows than were looked at


def find_shifted_rows(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find rows in which several cells stand one column beside their own.

    A cell is told by the values of the columns beside it and by what they look like, so nobody has to say what the
    columns are. The row is blank where it slipped, or holds there the rest of the cell before, which fell into two;
    what fell out at the other end is lost.
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
    by_pair: dict[tuple[int, int], list[Slip]] = defaultdict(list)
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
    rows = rows_with(data, {place: values for place, values in either.items() if values}, _ODD)
    if not rows:
        return _Found()
    for position, belonging in known.items():  # what cells could be moved to a column from beside it, or swapped
        comers = {cell for cells in rows.values() for cell in _comers(cells, position, odd)}
        learn(data, position, belonging, comers)
    named = frozenset(
        reading.column.position for reading in data.readings if reading.column.field in {"first_name", "last_name"}
    )
    columns = Columns(
        # What many rows may have brought along does not say what a column's own cells are like.
        known={place: model.without(slipped[place]) if place in slipped else model for place, model in known.items()},
        in_question=Counter((place, cell) for cells in rows.values() for place, cell in cells.items()),
        nameless={reading.column.position for reading in data.readings if reading.column.header.strip() in _NAMELESS},
    )
    best = []
    for row, cells in rows.items():
        slips = [*shifts(row, cells, columns), *swaps(row, cells, known, odd, {named})]
        if slips:
            best.append(max(slips, key=lambda slip: (slip.odds, -slip.first)))
    told = with_chances(best, rows=data.source.rows, columns=len(data.readings))
    return _Found(slips=tuple(slip for slip in told if slip.chance >= _LEAST), is_cut=len(rows) == MOST_ROWS)


def _comers(cells: Cells, position: int, odd: Mapping[int, Collection[str]]) -> Iterator[str]:
    """Yield the cells of a row that may belong to a column: its own, those beside it, and the odd ones."""
    for place, cell in cells.items():
        if abs(place - position) <= 1 or cell in odd.get(place, ()):
            yield cell


def _suspicions(data: QualityData, check: Check, slip: Slip) -> Iterator[Suspicion]:
    """Yield what each cell should say, where it says something else."""
    because = _because(data, slip)
    for place, value in _mended(slip, _BETWEEN.get(data.source.delimiter, ", ")).items():
        most = _SURE_OF_REST if slip.is_rest and place <= slip.first else _MOST_SURE
        if value != slip.cells[place]:
            yield Suspicion(
                check=check.id,
                position=place,
                value=slip.cells[place],
                row=slip.row,
                suggestion=value,
                confidence=round(min(most, slip.chance), 2),
                because=because,
            )


def _mended(slip: Slip, between: str) -> dict[int, str]:
    """Return what the cells of a row should say, by column."""
    if not slip.step:
        return {slip.first: slip.cells[slip.last], slip.last: slip.cells[slip.first]}
    places = range(slip.first, slip.last + 1)
    right = {place: slip.cells[place + slip.step] if place + slip.step in places else "" for place in places}
    if slip.is_rest:
        right[slip.first - 1] = f"{slip.cells[slip.first - 1]}{between}{slip.cells[slip.first]}"
    return right


def _because(data: QualityData, slip: Slip) -> str:
    header = [data.reading(place).column.header for place in (slip.first, slip.last, slip.telling)]
    if not slip.step:
        return f"{header[0]} and {header[1]} have changed places: each is like the other's other cells"
    side = "right" if slip.step > 0 else "left"
    own = data.reading(slip.telling - slip.step).column.header
    told = f"{header[0]} to {header[1]} stand one column to the {side}: {slip.cells[slip.telling]} belongs to {own}"
    return f"{data.reading(slip.first - 1).column.header} fell into two cells; {told}" if slip.is_rest else told


def _told_together(
    data: QualityData, check: Check, slips: Sequence[Slip], positions: tuple[int, ...], message: str
) -> ColumnRemark:
    """Return what is said of all columns at once; no cell is in it, as it may belong to a column that is private."""
    return ColumnRemark(
        check=check.id,
        positions=positions,
        message=message,
        rows=len(slips),
        rows_checked=data.source.rows,
        rows_certain=sum(slip.chance >= CERTAIN_FROM for slip in slips),
        first_rows=tuple(slip.row for slip in slips[:_FIRST_ROWS]),
        stands_for_cells=True,
    )


def _remark(data: QualityData, check: Check, slips: Sequence[Slip]) -> ColumnRemark:
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
