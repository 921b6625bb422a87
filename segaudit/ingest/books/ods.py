"""An OpenDocument spreadsheet, row after row: what is said to be repeated a million times is not unfolded first."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

from segaudit.ingest.books.cells import duration_text, iso_text, number_text
from segaudit.ingest.books.facts import SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook, parse
from segaudit.ingest.books.stream import MOST_COLUMNS, MOST_ROWS

_MOST_REPEATED = 10_000_000  # filled cells that one row may stand for
_SPACE = re.compile(r"[ \t\r\n]+")
_TIME = re.compile(r"(-)?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
_DAY = dt.timedelta(days=1)
_HIDDEN = {"collapse", "filter"}

Attributes = Mapping[str, str]


class OdsBook:
    """An open OpenDocument spreadsheet.

    Attributes:
        sheets: Its sheets, in its order.
    """

    def __init__(self, path: Path) -> None:
        """Open it and read the list of its sheets.

        Raises:
            DamagedWorkbook: It is no spreadsheet.
        """
        self._archive = ZipFile(path)
        self.sheets = self._list_sheets()
        if not self.sheets:
            raise DamagedWorkbook("it has no sheets")

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet."""
        return (cells for _, cells in self.read(sheet)[1])

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet, and what is to be known of it once they are read."""
        facts = SheetFacts()
        return facts, self._rows([other.name for other in self.sheets].index(sheet.name), facts)

    def _rows(self, index: int, facts: SheetFacts) -> SheetRows:
        parser = _TableParser(index, facts)
        with self._archive.open("content.xml") as part:
            for _ in parse(part, parser.start, parser.end, parser.text):
                yield from parser.take()
                if parser.passed:
                    return

    def _list_sheets(self) -> tuple[SheetInfo, ...]:
        tables: list[tuple[str, str]] = []
        not_shown: set[str] = set()
        style = ""
        depth = 0

        def start(name: str, attributes: Attributes) -> None:
            nonlocal style, depth
            if name == "style:style":
                style = attributes.get("style:name", "")
            elif name == "style:table-properties" and attributes.get("table:display") == "false":
                not_shown.add(style)
            elif name == "table:table":
                if not depth:
                    tables.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))
                depth += 1

        def end(name: str) -> None:
            nonlocal depth
            depth -= name == "table:table"

        with self._archive.open("content.xml") as part:
            for _ in parse(part, start, end):
                pass
        return tuple(SheetInfo(name=name, visible=style not in not_shown) for name, style in tables)


class _TableParser:
    """Reads the cells of one table."""

    def __init__(self, index: int, facts: SheetFacts) -> None:
        self.passed = False
        self._index = index
        self._facts = facts
        self._table = -1
        self._depth = 0  # of tables: one within a cell is not the sheet
        self._rows: list[tuple[int, int, list[str]]] = []  # number, how often, cells
        self._number = 0
        self._cells: list[str] = []
        self._column = 0
        self._columns_seen = 0
        self._row: Attributes = {}
        self._cell: Attributes | None = None
        self._within = 0  # elements open within the cell
        self._paragraphs: list[str] = []
        self._text: list[str] | None = None

    def take(self) -> SheetRows:
        """Yield the rows read so far."""
        for number, repeated, cells in self._rows:
            for offset in range(repeated):
                yield number + offset, cells
        self._rows.clear()

    def start(self, name: str, attributes: Attributes) -> None:
        """Take note of an element."""
        if name == "table:table":
            self._table += self._depth == 0
            self._depth += 1
        if self._table != self._index or self._depth != 1:
            return
        if self._cell is not None:
            self._start_within(name, attributes)
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell = attributes
        elif name == "table:table-row":
            self._row = attributes
        elif name == "table:table-column":
            first = self._columns_seen + 1
            self._columns_seen += _count(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                self._facts.hide_columns(str(first), str(self._columns_seen))

    def end(self, name: str) -> None:
        """Take note of an element's end."""
        if name == "table:table":
            self._depth -= 1
            self.passed = self.passed or (self._table == self._index and not self._depth)
        if self._table != self._index or self._depth != 1:
            return
        if self._within:
            self._within -= 1
            if not self._within and self._text is not None:
                self._paragraphs.append("".join(self._text))
                self._text = None
        elif self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table:table-row":
            self._end_row()

    def text(self, piece: str) -> None:
        """Take text; what stands outside a cell's own paragraphs, as comments do, is none of the cell."""
        if self._text is not None and self._depth == 1:
            self._text.append(_SPACE.sub(" ", piece))

    def _start_within(self, name: str, attributes: Attributes) -> None:
        self._within += 1
        if self._within == 1 and name == "text:p":
            self._text = []
        elif self._text is not None:
            if name == "text:s":
                self._text.append(" " * min(_count(attributes, "text:c"), 1 << 16))
            elif name in {"text:tab", "text:line-break"}:
                self._text.append("\t" if name == "text:tab" else "\n")

    def _end_cell(self, cell: Attributes) -> None:
        text = self._shown(cell)
        self._paragraphs.clear()
        repeated = _count(cell, "table:number-columns-repeated")
        first = self._column + 1
        self._column += repeated
        rows, columns = _count(cell, "table:number-rows-spanned"), _count(cell, "table:number-columns-spanned")
        if rows > 1 or columns > 1:
            self._facts.merge(self._number + 1, first, self._number + rows, first + columns - 1)
        if text:
            if self._column > MOST_COLUMNS:
                raise DamagedWorkbook("a row has more cells than any sheet has columns")
            self._cells += [""] * (first - 1 - len(self._cells)) + [text] * repeated

    def _shown(self, cell: Attributes) -> str:
        """Return what a cell shows; where its value cannot be read, its text."""
        kind = cell.get("office:value-type", "")
        written = "\n".join(self._paragraphs)
        if cell.get("calcext:value-type") == "error":
            self._facts.errors = (self._facts.errors or 0) + 1
        elif kind in {"float", "percentage", "currency"}:
            return _number(cell.get("office:value", "")) or written
        elif kind == "boolean":
            return cell.get("office:boolean-value", written).upper()
        elif kind == "date":
            return iso_text(cell.get("office:date-value", "")) or written
        elif kind == "time":
            return _time(cell.get("office:time-value", "")) or written
        return written or cell.get("office:string-value", "")

    def _end_row(self) -> None:
        repeated = _count(self._row, "table:number-rows-repeated")
        number = self._number + 1
        self._number += repeated
        if self._cells:
            if self._number > MOST_ROWS or repeated * len(self._cells) > _MOST_REPEATED:
                raise DamagedWorkbook(f"a row claims to stand for {repeated * len(self._cells):,} cells")
            if self._row.get("table:visibility") in _HIDDEN:
                self._facts.hidden_rows += repeated
            self._rows.append((number, repeated, self._cells))
            self._cells = []
        self._column = 0


def _count(attributes: Attributes, name: str) -> int:
    written = attributes.get(name, "1")
    return int(written) if written.isdecimal() else 1


def _number(written: str) -> str:
    try:
        return number_text(float(written))
    except ValueError:
        return ""


def _time(written: str) -> str:
    """Return a time of day, or a longer duration, that is written like ``PT10H05M30S``."""
    found = _TIME.fullmatch(written)
    if found is None:
        return written
    sign, days, hours, minutes, seconds = found.groups(default="0")
    span = dt.timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    if sign == "-" or span >= _DAY:
        return duration_text(-span if sign == "-" else span)
    fraction = f".{span.microseconds:06d}" if span.microseconds else ""
    return f"{span.seconds // 3600:02d}:{span.seconds // 60 % 60:02d}:{span.seconds % 60:02d}{fraction}"
