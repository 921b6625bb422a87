"""The rows of a sheet through the fast library, which reads whole sheets of every kind of workbook."""

from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from segaudit.ingest.books.cells import row_texts
from segaudit.ingest.books.facts import WORKSHEET, SheetFacts, SheetInfo, SheetRows

_KINDS = (
    (calamine.SheetTypeEnum.ChartSheet, "chartsheet"),
    (calamine.SheetTypeEnum.DialogSheet, "dialogsheet"),
    (calamine.SheetTypeEnum.MacroSheet, "macrosheet"),
    (calamine.SheetTypeEnum.Vba, "macrosheet"),
)


class FastBook:
    """A workbook that the fast library has opened.

    Attributes:
        sheets: Its sheets, in the workbook's order.
    """

    def __init__(self, path: Path) -> None:
        """Open it; every error of the library means that it cannot be read."""
        self._book = calamine.CalamineWorkbook.from_path(str(path))
        self._loaded: tuple[str, calamine.CalamineSheet] | None = None
        self.sheets = tuple(
            SheetInfo(
                name=sheet.name,
                visible=sheet.visible == calamine.SheetVisibleEnum.Visible,
                kind=next((kind for type_, kind in _KINDS if sheet.typ == type_), WORKSHEET),
            )
            for sheet in self._book.sheets_metadata
        )

    def close(self) -> None:
        """Close the file."""
        self._book.close()

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet."""
        return (cells for _, cells in _rows(self._load(sheet)))

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet; the library keeps what errors and hidden rows it has to itself."""
        loaded = self._load(sheet)
        facts = SheetFacts(errors=None)
        merged = loaded.merged_cell_ranges
        if merged is None:
            facts.merged_count = None
        for (top, left), (bottom, right) in merged or ():
            facts.merge(top + 1, left + 1, bottom + 1, right + 1)
        return facts, _rows(loaded)

    def _load(self, sheet: SheetInfo) -> calamine.CalamineSheet:
        if self._loaded is None or self._loaded[0] != sheet.name:
            self._loaded = None  # one sheet in memory is enough
            self._loaded = sheet.name, self._book.get_sheet_by_name(sheet.name)
        return self._loaded[1]


def _rows(sheet: calamine.CalamineSheet) -> SheetRows:
    before = [""] * sheet.start[1] if sheet.start else []
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = row_texts(row)
        if cells:
            yield number, before + cells
