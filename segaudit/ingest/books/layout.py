"""Where a sheet's table begins: its header, how it is merged, and what stands above it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segaudit.ingest.books.facts import MergedRange, SheetFacts, SheetRows
from segaudit.ingest.layout import find_header
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.shapes import ColumnShapes

_HEAD = 200  # rows in which the header is looked for
_MOST_NAMELESS = 100  # columns right of a dense row that are still columns; further right it is a stray cell

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """What a sheet begins with."""

    names: tuple[str, ...]  # of the columns; numbered if the table has no header
    header: list[Row]
    above: list[Row]
    first: list[Row]  # rows below the header; more may follow
    shapes: ColumnShapes

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
    width = _table_width(head, facts.width)
    padded = [widened(cells, width) for _, cells in head]
    place = find_header(padded, header_rows=options.header_rows, above=None if skip is None else 0)
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
    )


def _head(rows: SheetRows, skip: int) -> tuple[list[Row], list[Row]]:
    """Return the rows that are to be passed over, and the first of the others."""
    skipped: list[Row] = []
    for row in rows:
        if row[0] > skip:
            return skipped, [row, *itertools.islice(rows, _HEAD - 1)]
        skipped.append(row)
    return skipped, []


def _table_width(head: Sequence[Row], most: int) -> int:
    """Return the columns of a table: all that hold anything, unless a lone cell stands far right of it."""
    dense = max((len(cells) for _, cells in head if 2 * sum(map(bool, cells)) >= len(cells)), default=0)
    return most if most <= dense + _MOST_NAMELESS or not dense else dense


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
    has one merged cell among others has a name above every data cell, and so is none.
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
    if not several or any(name.strip() for index, name in enumerate(groups) if index not in covered):
        return False
    body = [widened(cells, width) for _, cells in head[first + 2 :]]
    return not ColumnShapes(body, width).matches(names)


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
