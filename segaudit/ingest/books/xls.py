"""An .xls workbook: the fast library lists its sheets, and a slower one that blurs nothing reads them if it is there.

The fast one shows errors as empty cells, misreads some texts of several bytes a letter, and keeps hidden rows to
itself; it reads the few damaged files the slower one refuses.
"""

import importlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from segaudit.ingest.books.calamine import FastBook
from segaudit.ingest.books.cells import number_kind, number_text, serial_text
from segaudit.ingest.books.facts import ERROR_TEXTS, SheetFacts, SheetInfo, SheetRows

_NUMBERS = {2, 3}  # types of cell: number, date
_TEXT, _BOOLEAN, _ERROR = 1, 4, 5


class XlsBook:
    """An open .xls workbook.

    Attributes:
        sheets: Its sheets, in the workbook's order.
    """

    def __init__(self, path: Path) -> None:
        """Open it; every error of the fast library means that it cannot be read."""
        self._fast = FastBook(path)
        self._book = _opened(path)
        self.sheets = self._fast.sheets

    def close(self) -> None:
        """Close the file."""
        self._fast.close()
        if self._book is not None:
            self._book.release_resources()

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet."""
        return (cells for _, cells in self.read(sheet)[1])

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet, and what is to be known of it."""
        if self._book is None:
            return self._fast.read(sheet)
        try:
            loaded = self._book.sheet_by_name(sheet.name)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - broken files make the library fail in many ways, asserts among them
            return self._fast.read(sheet)
        facts = SheetFacts(hidden_rows=sum(bool(row.hidden) for row in loaded.rowinfo_map.values()))
        for index, column in loaded.colinfo_map.items():
            if column.hidden:
                facts.hide_columns(str(index + 1), str(index + 1))
        for top, bottom, left, right in loaded.merged_cells:
            facts.merge(top + 1, left + 1, bottom, right)
        return facts, self._rows(loaded, facts)

    def _rows(self, sheet: Any, facts: SheetFacts) -> SheetRows:  # noqa: ANN401 - the library has no types
        kinds = {index: self._kind(style.format_key) for index, style in enumerate(self._book.xf_list)}
        from_1904 = bool(self._book.datemode)
        for index in range(sheet.nrows):
            cells = []
            for column, (type_, value) in enumerate(zip(sheet.row_types(index), sheet.row_values(index), strict=True)):
                if type_ == _TEXT:
                    cells.append(value)
                elif type_ in _NUMBERS:
                    kind = kinds.get(sheet.cell_xf_index(index, column))
                    cells.append(number_text(value) if kind is None else serial_text(value, kind, from_1904=from_1904))
                elif type_ == _BOOLEAN:
                    cells.append("TRUE" if value else "FALSE")
                elif type_ == _ERROR:
                    facts.errors = (facts.errors or 0) + 1
                    cells.append(ERROR_TEXTS.get(value, "#N/A"))
                else:
                    cells.append("")
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield index + 1, cells

    def _kind(self, key: int) -> str | None:
        found = self._book.format_map.get(key)
        return number_kind(key, found.format_str if found else None)


def _opened(path: Path) -> Any:  # noqa: ANN401 - the library has no types
    """Open a workbook with the slower library; None if it does not know how."""
    try:
        xlrd = importlib.import_module("xlrd")
        silent = io.StringIO()  # it prints what it wonders at
        return xlrd.open_workbook(str(path), logfile=silent, on_demand=True, formatting_info=True, ragged_rows=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - broken files make the library fail in many ways, asserts among them
        return None
