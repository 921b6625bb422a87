"""Links inside the workbook: cells that lead to an anchor, tied when every anchor has its place."""

from dataclasses import dataclass, replace

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from segaudit.report.workbook.styles import Look, Styles

_MOST = 60_000  # of one sheet; the spreadsheet takes 65,530


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    cell: Cell
    look: Look
    anchor: str


class Links:
    """Anchors with their places, and the cells that lead to them."""

    def __init__(self, styles: Styles) -> None:
        """Begin with none."""
        self._styles = styles
        self._places: dict[str, str] = {}
        self._wanted: list[_Wanted] = []

    def place(self, anchor: str, sheet: Worksheet, row: int, column: int = 2) -> None:
        """Say where an anchor is; the first place it is given stays."""
        if anchor:
            self._places.setdefault(anchor, f"{quote_sheetname(sheet.title)}!{get_column_letter(column)}{row}")

    def want(self, cell: Cell, look: Look, anchor: str) -> None:
        """Say that a cell leads to an anchor, which may get its place later."""
        if anchor:
            self._wanted.append(_Wanted(cell=cell, look=look, anchor=anchor))

    def tie(self) -> None:
        """Make the links; a cell that leads nowhere stays a plain one."""
        made: dict[str, int] = {}
        for wanted in self._wanted:
            sheet, target = wanted.cell.parent.title, self._places.get(wanted.anchor)
            if target is None or made.get(sheet, 0) >= _MOST:
                continue
            made[sheet] = made.get(sheet, 0) + 1
            # Only a place in this workbook is ever linked: no address, and no text of the client's.
            wanted.cell.hyperlink = Hyperlink(ref=wanted.cell.coordinate, location=target)
            self._styles.apply(wanted.cell, replace(wanted.look, link=True))
