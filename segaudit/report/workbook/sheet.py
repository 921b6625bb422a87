"""A sheet that is written from top to bottom: texts, merged texts and heights that fit them."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from segaudit.report.page import Line, Lines
from segaudit.report.workbook.links import Links
from segaudit.report.workbook.safe import clean, would_run
from segaudit.report.workbook.styles import Look, Styles

FIRST = 2  # column things begin in; the one before is a margin
ROW = 15.0  # points of a row of one line
_LINE = 13.7  # points of each further line
_TALLEST = 240.0  # points; the spreadsheet takes 409
_MARGIN = 2.0  # characters
_TEXT = 122.0  # characters a paragraph may be wide
_PIXELS = 7.0  # of one character
_MOST_TEXT = 8000
_POINTS_PER_PIXEL = 0.75
_PAPER, _PAGE = 780.0, 500.0  # points of A4 that print, across and down
_REPEATED = 55.0  # points of the rows that are on each page
_TOO_EMPTY = 0.3  # of a page: better a table that goes on overleaf


def text_of(lines: Lines) -> str:
    """Return a cell's lines as one safe text, each on a line of its own."""
    text = "\n".join(clean("".join(piece.text for piece in line)) for line in lines)
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def width_of(text: str) -> float:
    """Return how many characters wide a text is; those of East Asia are twice as wide."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def lines_in(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of a width, if words are not cut."""
    room = max(4.0, width * 1.08)  # letters are narrower than the digits a column is measured in
    return sum(max(1, math.ceil(width_of(part) / room)) for part in text.split("\n"))


def height_of(lines: int) -> float:
    """Return how high a row of some lines is, in points."""
    return ROW + _LINE * (lines - 1)


class SheetWriter:
    """Writes one sheet; ``row`` is the next that is free."""

    def __init__(self, sheet: Worksheet, styles: Styles, links: Links, widths: Sequence[float]) -> None:
        """Set the widths of the columns, in characters; more columns follow where paragraphs need the room."""
        self.sheet, self.styles, self.links = sheet, styles, links
        self.row = 1
        self.depth = 0  # of folds
        self._page = 1  # row the page begins with that was begun last
        self._head = (0, 0)  # rows of the headings written last: the first, and the one below them
        self.widths = [*widths]
        while sum(self.widths) < _TEXT or len(self.widths) < 6:  # noqa: PLR2004 - figures stand beside each other
            self.widths.append(14.0)
        sheet.column_dimensions["A"].width = _MARGIN
        for place, width in enumerate(self.widths, start=FIRST):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.sheet_view.showGridLines = False

    @property
    def last(self) -> int:
        """The last column a paragraph is written over."""
        return self.until(FIRST, _TEXT)

    def begin_head(self) -> None:
        """Say that a heading begins here; one right below another goes with it."""
        self._head = (self._head[0] if self._head[1] == self.row else self.row, 0)

    def end_head(self) -> None:
        """Say that a heading ended; what follows it stays with it."""
        self._head = (self._head[0], self.row)

    def keep(self, points: float) -> None:
        """Begin a new page in print if the next rows, so high together, do not fit on this one."""
        wide = sum(self.widths) * _PIXELS * _POINTS_PER_PIXEL
        page = _PAGE / min(1.0, _PAPER / wide) - (_REPEATED if self._page > 1 else 0)
        heights = self.sheet.row_dimensions
        rows = range(self._page, self.row)
        used = sum((heights[row].height if row in heights else None) or ROW for row in rows) % page
        if page * _TOO_EMPTY < used and used + points > page:
            begin, end = self._head
            self._page = begin if end == self.row and begin > self._page else self.row
            self.sheet.row_breaks.append(Break(id=self._page - 1))

    @property
    def pixels(self) -> float:
        """How wide paragraphs are."""
        return sum(self.width(column) * _PIXELS + 5 for column in range(FIRST, self.last + 1))

    def width(self, column: int) -> float:
        """Return a column's width in characters."""
        place = column - FIRST
        return self.widths[place] if place < len(self.widths) else 8.43

    def until(self, first: int, width: float) -> int:
        """Return the last of the columns that together are as wide as asked, as far as there are columns."""
        column, room, end = first, self.width(first), FIRST + len(self.widths) - 1
        while room < width - 0.5 and column < end:
            column += 1
            room += self.width(column)
        return column

    def text(self, column: int, text: str, look: Look, *, row: int | None = None, to: str = "") -> Cell:
        """Write a safe text into a cell: always text, whatever it begins with."""
        cell = self.sheet.cell(row or self.row, column)
        if would_run(text):
            look = replace(look, runs=True)
        cell.value = text or None
        if text:
            cell.data_type = "s"
        self.styles.apply(cell, look)
        self.links.want(cell, look, to)
        return cell

    def number(self, column: int, number: float, look: Look, *, to: str = "") -> Cell:
        """Write a number into a cell."""
        cell = self.sheet.cell(self.row, column)
        cell.value = int(number) if float(number).is_integer() and abs(number) < 2**53 else number
        self.styles.apply(cell, look)
        self.links.want(cell, look, to)
        return cell

    def wide(self, text: str, look: Look, *, first: int = FIRST, last: int | None = None, to: str = "") -> Cell:
        """Write a text over several columns and make its row high enough."""
        end = max(first, last or self.last)
        wrapped = replace(look, wrap=True)
        cell = self.text(first, text, wrapped, to=to)
        if end > first:
            for column in range(first + 1, end + 1):
                self.styles.apply(self.sheet.cell(self.row, column), wrapped)
            # The sheet's own way holds each range against all others, and draws borders there are none of.
            self.sheet.merged_cells.ranges.add(
                CellRange(min_col=first, min_row=self.row, max_col=end, max_row=self.row)
            )
        room = sum(self.width(column) for column in range(first, end + 1))
        scale = look.size / 10.5
        self.heighten(height_of(lines_in(text, room / scale)) * scale)
        return cell

    def heighten(self, points: float) -> None:
        """Make the row at least so high."""
        dimension = self.sheet.row_dimensions[self.row]
        dimension.height = max(dimension.height or 0.0, min(points, _TALLEST))

    def down(self, rows: int = 1) -> None:
        """Go on with a row further down."""
        if self.depth:
            for row in range(self.row, self.row + rows):
                self.sheet.row_dimensions[row].outlineLevel = min(self.depth, 7)
        self.row += rows


def link_of(lines: Lines | tuple[Line, ...]) -> str:
    """Return the first anchor a cell leads to; a cell has one link."""
    return next((piece.to for line in lines for piece in line if piece.to), "")
