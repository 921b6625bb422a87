"""Tables of a web page: what many systems export under a name that ends in .xls, for Excel opens it.

Nothing of the page is run or fetched: its tags are read as they pass by, and what is in the cells of tables is kept.
"""

import copy
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TextIO

from segaudit.ingest.books.facts import SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook
from segaudit.ingest.books.stream import MOST_COLUMNS, MOST_ROWS
from segaudit.ingest.encodings.detecting import detect_encoding

_PIECE = 1 << 16
_MOST_TABLES = 1_000
_MOST_KEPT = 1_000_000  # cells; of a larger page one table is read at a time
_DEEPEST = 50  # tables within cells of tables
_HEAD = 1 << 12  # bytes
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")  # as browsers show it; a blank that does not break is a sign of its own
_CELLS, _BREAKS = frozenset(("td", "th")), frozenset(("br", "p", "div", "li"))
_UNSEEN = frozenset(("script", "style", "title", "template", "noscript"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_EMPTY = "\u00a0"  # what programs put into empty cells, so that their borders show


class NoExport(Exception):  # noqa: N818 - it is what the page is
    """A web page that holds no table of an export."""


class HtmlBook:
    """An open web page; its tables are its sheets.

    Attributes:
        sheets: Its tables, in the page's order.
    """

    def __init__(self, path: Path) -> None:
        """Open it and list its tables.

        Raises:
            NoExport: It has none, or asks for a password.
        """
        self._path = path
        listing = self._all = _Tables()
        for _ in _parsed(path, listing):
            pass
        if listing.asks_password:
            raise NoExport("this is a page to log in, not an export")
        if not listing.names:
            raise NoExport("this is a web page without a table")
        self.sheets = tuple(SheetInfo(name=name) for name in _different(listing.names))

    def close(self) -> None:
        """Close the file, which is open only while it is read."""

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a table."""
        return (cells for _, cells in self.read(sheet)[1])

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a table, and what is to be known of it once they are read."""
        index = [other.name for other in self.sheets].index(sheet.name)
        if self._all.is_whole:
            return copy.deepcopy(self._all.facts[index]), iter(self._all.rows[index])
        tables = _Tables(index)
        return tables.facts[index], itertools.chain.from_iterable(_parsed(self._path, tables))


def _parsed(path: Path, tables: "_Tables") -> Iterator[SheetRows]:
    """Read a page; yield the rows of the table that is wanted, as they come."""
    with _opened(path) as file:
        while piece := file.read(_PIECE):
            tables.feed(piece)
            yield tables.take()
    tables.close()
    yield tables.take()


def _opened(path: Path) -> TextIO:
    """Open a page in the encoding it declares, or the one its bytes are in."""
    with path.open("rb") as raw:
        declared = _CHARSET.search(raw.read(_HEAD))
    encoding = detect_encoding(path, whole=True)
    codec = declared[1].decode("ascii") if declared else ""
    if encoding.is_utf8 or encoding.mark or not _decodes(path, codec):
        codec = encoding.codec
    file = path.open("r", encoding=codec, errors="replace", newline="")
    file.seek(len(encoding.mark))
    return file


def _decodes(path: Path, codec: str) -> bool:
    """Tell whether a file is in an encoding throughout; what pages declare need not be so."""
    try:
        with path.open("r", encoding=codec, newline="") as file:
            while file.read(_PIECE):
                pass
    except (LookupError, UnicodeError):
        return False
    return bool(codec)


def _different(names: list[str]) -> list[str]:
    """Return names that tell tables apart; those without one are numbered."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        found.append(name if name and name not in found else f"{name or 'table'} {number}")
    return found


class _Table:
    """A table that is open."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.row: list[str] | None = None
        self.number = 0
        self.column = 0  # of the row, up to which cells are taken
        self.below: dict[int, int] = {}  # column -> rows that a cell further up still reaches into
        self.cell: list[str] | None = None
        self.caption: list[str] | None = None
        self.spans = (1, 1)


class _Tables(HTMLParser):
    """Lists the tables of a page; reads the rows of one, or of all as long as they are few.

    Attributes:
        names: Their captions.
        facts: What is to be known of each that is read.
        rows: The rows of each that is read.
        is_whole: No row is missing.
        asks_password: The page is there to log in.
    """

    def __init__(self, wanted: int | None = None) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.facts: dict[int, SheetFacts] = defaultdict(SheetFacts)
        self.rows: dict[int, list[tuple[int, list[str]]]] = defaultdict(list)
        self.is_whole = True
        self.asks_password = False
        self._wanted = wanted
        self._open: list[_Table] = []
        self._unseen = 0
        self._kept = 0  # cells

    def take(self) -> SheetRows:
        """Return the rows of the wanted table that were read since; none, if all are."""
        return iter(()) if self._wanted is None else iter(self.rows.pop(self._wanted, ()))

    def _reads(self, table: "_Table") -> bool:
        return self.is_whole and self._wanted in {None, table.index}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what a tag begins; a cell or row that was not ended ends here."""
        if tag in _UNSEEN:
            self._unseen += 1
            return
        attributes = {name: value or "" for name, value in attrs}
        if tag == "input" and attributes.get("type", "").lower() == "password":
            self.asks_password = True
        if tag == "table":
            self._begin_table()
        elif not self._open:
            return
        elif tag == "caption":
            self._open[-1].caption = []
        elif tag == "tr":
            self._begin_row(self._open[-1], attributes)
        elif tag in _CELLS:
            self._begin_cell(self._open[-1], attributes)
        elif tag in _BREAKS and self._open[-1].cell:
            self._open[-1].cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what a tag ends."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif not self._open:
            return
        elif tag == "table":
            self._end_row(self._open[-1])
            self._open.pop()
        elif tag == "tr":
            self._end_row(self._open[-1])
        elif tag in _CELLS:
            self._end_cell(self._open[-1])
        elif tag == "caption" and self._open[-1].caption is not None:
            self.names[self._open[-1].index] = _text(self._open[-1].caption)
            self._open[-1].caption = None

    def handle_data(self, data: str) -> None:
        """Take text into the innermost cell or caption."""
        if not self._open or self._unseen:
            return
        table = self._open[-1]
        for part in (table.cell, table.caption):
            if part is not None:
                part.append(_SPACE.sub(" ", data))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - as the parser calls it
        """Pass over what Excel writes for itself, ``<![if ...]>``, whatever it says; the parser fails of some."""
        end = self.rawdata.find(">", i)
        return -1 if end < 0 else end + 1

    def close(self) -> None:
        """End what the page left open."""
        super().close()
        while self._open:
            self._end_row(self._open.pop())

    def _begin_table(self) -> None:
        if len(self.names) >= _MOST_TABLES or len(self._open) >= _DEEPEST:
            raise DamagedWorkbook("it holds more tables than any export does")
        self._open.append(_Table(len(self.names)))
        self.names.append("")

    def _begin_row(self, table: _Table, attributes: Mapping[str, str]) -> None:
        self._end_row(table)
        table.number += 1
        if table.number > MOST_ROWS:
            raise DamagedWorkbook(f"a table has more than {MOST_ROWS:,} rows")
        table.row, table.column = [], 0
        if "style" in attributes and self._reads(table) and _HIDDEN.search(attributes["style"]):
            self.facts[table.index].hidden_rows += 1

    def _begin_cell(self, table: _Table, attributes: Mapping[str, str]) -> None:
        if table.row is None:
            self._begin_row(table, {})
        self._end_cell(table)
        table.spans = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        table.cell = []

    def _end_cell(self, table: _Table) -> None:
        if table.cell is None or table.row is None:
            return
        text, table.cell = _text(table.cell), None
        while table.below.get(table.column, 0):  # a cell further up reaches down to here
            table.row.append("")
            table.column += 1
        wide, high = table.spans
        if table.column + wide > MOST_COLUMNS:
            raise DamagedWorkbook(f"a table has more than {MOST_COLUMNS:,} columns")
        if (wide > 1 or high > 1) and self._reads(table):
            self.facts[table.index].merge(table.number, table.column + 1, table.number + high - 1, table.column + wide)
        if high > 1:
            table.below.update(dict.fromkeys(range(table.column, table.column + wide), high))
        table.row += [text, *[""] * (wide - 1)]
        table.column += wide

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.row is None:
            return
        cells, table.row = table.row, None
        table.below = {column: rows - 1 for column, rows in table.below.items() if rows > 1}
        while cells and not cells[-1]:
            cells.pop()
        if cells and self._reads(table):
            self.rows[table.index].append((table.number, cells))
            self._kept += len(cells)
            if self._wanted is None and self._kept > _MOST_KEPT:
                self.is_whole = False
                self.rows.clear()


def _span(said: str | None) -> int:
    """Return over how many cells one reaches; bounded as browsers have it."""
    digits = (said or "").strip()
    return max(1, min(1000, int(digits))) if digits.isdecimal() and len(digits) <= 6 else 1  # noqa: PLR2004 - digits


def _text(parts: list[str]) -> str:
    """Return what a cell shows; each line without blanks around it."""
    lines = (_SPACE.sub(" ", line).strip(" ") for line in "".join(parts).split("\n"))
    text = "\n".join(line for line in lines if line)
    return "" if not text.strip(_EMPTY) else text
