"""An .xlsx workbook: the fast library where it reads a sheet exactly, row by row where it would blur or burst."""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError

from segaudit.ingest.books.calamine import FastBook
from segaudit.ingest.books.facts import SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook
from segaudit.ingest.books.package import Package
from segaudit.ingest.books.scan import is_plain
from segaudit.ingest.books.stream import SheetParser

_MOST_AT_ONCE = 250 << 20  # bytes of XML; the fast library takes two to four times as much memory


class XlsxBook:
    """An open .xlsx workbook.

    Attributes:
        sheets: Its sheets, in the workbook's order.
    """

    def __init__(self, path: Path, *, careful: bool = False) -> None:
        """Open it.

        Args:
            path: The file.
            careful: Leave the fast library alone, which has failed already.

        Raises:
            DamagedWorkbook: It is no such workbook.
        """
        self._path = path
        self._careful = careful
        self._package = Package(path)
        self.sheets = self._package.sheets

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet, with something in place of every text that it refers to."""
        parser = SheetParser(None, (), SheetFacts(), from_1904=False)
        with self._package.open(self._part(sheet)) as opened:
            for _, cells in parser.rows(opened):
                yield cells

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet, and what is to be known of it once they are read."""
        if not self._careful and self._package.size(self._part(sheet)) + self._texts_size() <= _MOST_AT_ONCE:
            facts = SheetFacts()
            if self._is_plain(sheet, facts):
                try:
                    found, rows = FastBook(self._path).read(sheet)
                except (CalamineError, OSError):
                    return self._read_carefully(sheet)
                found.errors = 0
                found.hidden_rows, found.hidden_ranges = facts.hidden_rows, facts.hidden_ranges
                return found, rows
        return self._read_carefully(sheet)

    def _read_carefully(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        facts = SheetFacts()
        parser = SheetParser(
            self._package.texts(), self._package.number_kinds(), facts, from_1904=self._package.from_1904
        )
        return facts, self._parsed(parser, self._part(sheet))

    def _parsed(self, parser: SheetParser, part: str) -> SheetRows:
        with self._package.open(part) as opened:
            yield from parser.rows(opened)

    def _is_plain(self, sheet: SheetInfo, facts: SheetFacts) -> bool:
        for part in (self._part(sheet), self._package.related("sharedStrings")):
            if part is not None:
                with self._package.open(part) as opened:
                    if not is_plain(opened, facts):
                        return False
        return True

    def _part(self, sheet: SheetInfo) -> str:
        part = self._package.sheet_part(sheet)
        if part is None:
            raise DamagedWorkbook(f'the cells of sheet "{sheet.name}" are missing')
        return part

    def _texts_size(self) -> int:
        return self._package.size(self._package.related("sharedStrings"))
