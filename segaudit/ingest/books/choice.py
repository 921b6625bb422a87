"""Which sheet of a workbook is meant."""

import itertools
from collections.abc import Callable, Iterable, Sequence

from segaudit.ingest.books.facts import WORKSHEET, SheetInfo

_LIST_ROWS = 100  # a sheet of one column and this many rows is a list; a shorter one may be a page of instructions


class NoSuchSheet(Exception):  # noqa: N818 - it names what is the matter
    """The sheet asked for cannot be read; holds the problem and the hint of the message."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def sheet_list(sheets: Sequence[SheetInfo], quote: str = "") -> str:
    """Return the names of sheets, for people."""
    return ", ".join(f"{quote}{sheet.name}{quote}{_marks(sheet)}" for sheet in sheets)


def _marks(sheet: SheetInfo) -> str:
    marks = [] if sheet.kind == WORKSHEET else [sheet.kind.removesuffix("sheet")]
    marks += [] if sheet.visible else ["hidden"]
    return f" ({', '.join(marks)})" if marks else ""


def choose_sheet(
    sheets: Sequence[SheetInfo], wanted: str | None, preview: Callable[[SheetInfo], Iterable[Sequence[str]]]
) -> SheetInfo:
    """Return the sheet asked for, else the first visible one that holds a table.

    A table has two rows and two columns at least, or is a long list. Failing that, any sheet of two rows will do, then
    any that holds something at all; hidden ones come last.

    Args:
        sheets: All of the workbook.
        wanted: Name or number; None leaves it to the sheets.
        preview: Returns the first rows of a sheet that hold anything, as many as are asked for.

    Raises:
        NoSuchSheet: There is none of that name or number, or it is a chart.
    """
    if wanted is not None:
        return _named(sheets, wanted)
    readable = [sheet for sheet in sheets if sheet.kind == WORKSHEET]
    if not readable:
        raise NoSuchSheet("the workbook has no sheets with cells", "export the table that is behind it")
    best, best_rank = readable[0], 0
    for sheet in sorted(readable, key=lambda sheet: not sheet.visible):
        rank = _rank(preview(sheet))
        if best_rank and not sheet.visible and best.visible:
            break
        if rank > best_rank:
            best, best_rank = sheet, rank
        if rank == _TABLE:
            break
    return best


_TABLE, _ROWS, _SOMETHING = 3, 2, 1


def _rank(rows: Iterable[Sequence[str]]) -> int:
    filled = (sum(1 for cell in row if cell.strip()) for row in rows)
    count = wide = 0
    for cells in itertools.islice((cells for cells in filled if cells), _LIST_ROWS):
        count += 1
        wide += cells > 1
        if wide > 1:
            return _TABLE
    if count == _LIST_ROWS:
        return _TABLE
    return min(count, _ROWS)


def _named(sheets: Sequence[SheetInfo], wanted: str) -> SheetInfo:
    found = next((sheet for sheet in sheets if sheet.name == wanted), None)
    if found is None and wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
        found = sheets[int(wanted) - 1]
    if found is None:
        folded = wanted.strip().casefold()
        found = next((sheet for sheet in sheets if sheet.name.strip().casefold() == folded), None)
    if found is None:
        raise NoSuchSheet(f'there is no sheet "{wanted}"', f"its sheets are: {sheet_list(sheets, chr(34))}")
    if found.kind != WORKSHEET:
        others = [sheet for sheet in sheets if sheet.kind == WORKSHEET]
        hint = f"sheets with cells are: {sheet_list(others, chr(34))}" if others else ""
        raise NoSuchSheet(f'sheet "{found.name}" is a {found.kind.removesuffix("sheet")}: it has no table', hint)
    return found
