"""Where a sheet's table begins: its header, how it is merged, and what stands above it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segaudit.ingest.books.facts import MergedRange, SheetFacts, SheetRows
from segaudit.ingest.books.gaps import MOST_BLANK, Gaps, reach
from segaudit.ingest.layout import find_header, is_header_like, may_repeat
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.shapes import ColumnShapes, shape

_HEAD = 200  # rows in which the header is looked for
_MOST_NOTES = 20  # rows of notes that may be taken for a header and what is under it

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """What a sheet begins with."""

    names: tuple[str, ...]  # of the columns; numbered if the table has no header
    header: list[Row]
    above: list[Row]
    first: list[Row]  # rows below the header; more may follow
    shapes: ColumnShapes
    repeated: list[str]  # the header's last row, if a row like it can only be the header again; else nothing

    @property
    def first_row(self) -> int:
        """Number of the row the table begins on."""
        return next((number for number, _ in (*self.header, *self.first)), 1)


def find_layout(rows: SheetRows, facts: SheetFacts, options: ReadOptions, skip: int | None) -> SheetLayout:
    """Find the header of a sheet's table.

    Args:
        rows: All that hold anything, with their 1-based numbers; the first are taken.
        facts: What is known of the sheet.
        options: What the user said of its header.
        skip: Rows above the header, if that is known.
    """
    skipped, head = _head(rows, skip or 0)
    width = _table_width(head, facts.width, facts.gaps)
    padded = [widened(cells, width) for _, cells in head]
    place = find_header(padded, header_rows=options.header_rows, above=None if skip is None else 0)
    if skip is None and options.header_rows is None and (notes := _rows_of_notes(padded, place.above, width)):
        place = find_header(padded, above=place.above + notes)
    count = place.header_rows
    if options.header_rows is None and _has_groups(head, place.above, width, facts.merged):
        count = 2
    header = head[place.above : place.above + count]
    names = (_spread_names(header, width, facts.merged) if count > 1 else ()) or place.names
    below = place.above + count
    return SheetLayout(
        names=tuple(widened(list(names), width)),
        header=header,
        above=skipped + head[: place.above],
        first=head[below:],
        shapes=ColumnShapes(padded[below:], width),
        repeated=padded[below - 1] if count and may_repeat(padded[below - 1], padded[below:]) else [],
    )


def _head(rows: SheetRows, skip: int) -> tuple[list[Row], list[Row]]:
    """Return the rows that are to be passed over, and the first of the others."""
    skipped: list[Row] = []
    for row in rows:
        if row[0] > skip:
            return skipped, [row, *itertools.islice(rows, _HEAD - 1)]
        skipped.append(row)
    return skipped, []


def _table_width(head: Sequence[Row], most: int, gaps: Gaps) -> int:
    """Return the columns of a table: all that hold anything, unless a lone cell stands far right of it."""
    is_dense = (2 * sum(map(bool, cells)) >= reach(len(cells), gaps) for _, cells in head)
    dense = max((len(cells) for (_, cells), dense in zip(head, is_dense, strict=True) if dense), default=0)
    return most if reach(most, gaps) <= reach(dense, gaps) + MOST_BLANK or not dense else dense


def _rows_of_notes(rows: Sequence[list[str]], above: int, width: int) -> int:
    """Count the rows of notes, a few cells each, that stand where a header was seen, above the real one.

    That one is full, no row before it is, and what it has words for is of one kind in nearly all rows below.
    """
    for index in range(above, min(above + _MOST_NOTES, len(rows))):
        row = rows[index]
        if len(row) != width or not all(map(str.strip, row)):
            continue
        shapes = ColumnShapes(rows[index + 1 :], width)
        names = is_header_like(row) and shapes.contradicts(row) > 1 and not shapes.matches(row)
        is_below_notes = names and not any(map(shapes.matches, rows[above:index]))
        return index - above if is_below_notes and index > above + 1 else 0
    return 0


def widened(cells: list[str], width: int) -> list[str]:
    """Return a row with as many cells as the table has columns, or more where it has more."""
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _has_groups(head: Sequence[Row], first: int, width: int, merged: Iterable[MergedRange]) -> bool:
    """Tell whether a header's first row holds group names and its second the columns' own.

    Each name of the first row must then be merged over several columns, or down into the second; a plain header that
    has one merged cell among others has a name above every data cell, and so is none. A name that is not merged may
    stand above a blank cell, if there are words for the groups' columns where all below is numbers or dates.
    """
    if len(head) <= first + 1 or head[first + 1][0] != head[first][0] + 1:
        return False
    number, groups = head[first][0], widened(head[first][1], width)
    names = widened(head[first + 1][1], width)
    covered: set[int] = set()
    several = False
    for cells in merged:
        if cells.top <= number <= cells.bottom:
            if cells.bottom == number:
                under = [name for name in names[cells.left - 1 : cells.right] if name.strip()]
                if len(set(under)) < len(under) or not under:
                    return False
                several = several or len(under) > 1
            covered.update(range(cells.left - 1, cells.right))
    alone = [index for index, name in enumerate(groups) if name.strip() and index not in covered]
    if not several or any(names[index].strip() for index in alone):
        return False
    shapes = ColumnShapes([widened(cells, width) for _, cells in head[first + 2 :]], width)
    return not shapes.matches(names) and (not alone or _names_figures(names, shapes))


def _names_figures(names: Sequence[str], shapes: ColumnShapes) -> bool:
    """Tell whether all names that stand above numbers, dates and the like are words or such as Q1, and some do."""
    above = [index for index, kind in shapes.typed.items() if kind != "code" and names[index].strip()]
    return bool(above) and all(shape(names[index]) in {"text", "code"} for index in above)


def _spread_names(header: Sequence[Row], width: int, merged: Iterable[MergedRange]) -> tuple[str, ...]:
    """Return the columns' names of a header of several rows: what is merged stands in each of its cells.

    Returns:
        Nothing, if no group name is merged: how far it reaches must then be told by the blank cells beside it.
    """
    grid = {number: [cell.strip() for cell in widened(cells, width)] for number, cells in header}
    spread = False
    for cells in merged:
        if cells.top not in grid:
            continue
        name = grid[cells.top][cells.left - 1] if cells.left <= width else ""
        for number in range(cells.top, cells.bottom + 1):
            for index in range(cells.left - 1, min(cells.right, width)):
                if number in grid:
                    grid[number][index] = name
        spread = spread or cells.right > cells.left
    if not spread:
        return ()
    return tuple(" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*grid.values(), strict=False))
