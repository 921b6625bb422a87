"""An XML spreadsheet of 2003, which some systems still export under a name that ends in .xls, row after row."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from segaudit.ingest.books.cells import iso_text, number_text
from segaudit.ingest.books.facts import SheetFacts, SheetInfo, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook, local, parse
from segaudit.ingest.books.stream import MOST_COLUMNS, MOST_ROWS

Attributes = Mapping[str, str]


class XmlBook:
    """An open XML spreadsheet.

    Attributes:
        sheets: Its sheets, in its order.
    """

    def __init__(self, path: Path) -> None:
        """Open it and list its sheets.

        Raises:
            DamagedWorkbook: It is no well-formed XML, or has no sheets.
        """
        self._path = path
        self.sheets = tuple(self._listed())
        if not self.sheets:
            raise DamagedWorkbook("it has no sheets")

    def close(self) -> None:
        """Close the file, which is open only while it is read."""

    def preview(self, sheet: SheetInfo) -> Iterator[list[str]]:
        """Yield the rows of a sheet."""
        return (cells for _, cells in self.read(sheet)[1])

    def read(self, sheet: SheetInfo) -> tuple[SheetFacts, SheetRows]:
        """Return the rows of a sheet, and what is to be known of it once they are read."""
        facts = SheetFacts()
        return facts, self._rows([other.name for other in self.sheets].index(sheet.name), facts)

    def _listed(self) -> Iterator[SheetInfo]:
        sheets: list[list[str]] = []  # name, and whether it is shown
        within: list[str] = []

        def start(name: str, attributes: Attributes) -> None:
            within.append(local(name))
            if within[-1] == "Worksheet":
                sheets.append([_said(attributes, "Name"), "SheetVisible"])

        def text(piece: str) -> None:
            if within[-1:] == ["Visible"] and sheets and piece.strip():
                sheets[-1][1] = piece.strip()

        with self._path.open("rb") as part:
            for _ in parse(part, start, lambda _: within.pop(), text):
                pass
        for name, shown in sheets:
            yield SheetInfo(name=name, visible=shown == "SheetVisible")

    def _rows(self, index: int, facts: SheetFacts) -> SheetRows:
        parser = _SheetParser(index, facts)
        with self._path.open("rb") as part:
            for _ in parse(part, parser.start, parser.end, parser.text):
                yield from parser.take()


class _SheetParser:
    """Reads the cells of one sheet."""

    def __init__(self, index: int, facts: SheetFacts) -> None:
        self._index = index
        self._facts = facts
        self._sheet = -1
        self._rows: list[tuple[int, list[str]]] = []
        self._number = 0
        self._is_hidden = False
        self._span = 0  # rows after it that it stands for as well; they are empty
        self._column = 0  # up to which the row has been read
        self._columns_seen = 0
        self._cells: list[str] = []
        self._cell: Attributes | None = None
        self._kind = ""
        self._text: list[str] | None = None
        self._comments = 0

    def take(self) -> SheetRows:
        """Yield the rows read so far."""
        yield from self._rows
        self._rows.clear()

    def start(self, name: str, attributes: Attributes) -> None:
        """Take note of an element."""
        tag = local(name)
        if tag == "Worksheet":
            self._sheet += 1
        if self._sheet != self._index:
            return
        if tag == "Comment":
            self._comments += 1
        elif tag == "Data" and self._cell is not None and not self._comments:
            self._kind, self._text = _said(attributes, "Type"), []
        elif tag == "Row":
            self._number = _number(attributes, "Index", self._number + 1)
            self._cells, self._column, self._span = [], 0, _number(attributes, "Span", 0)
            if self._number > MOST_ROWS:
                raise DamagedWorkbook("a row stands further down than any sheet reaches")
            self._is_hidden = _said(attributes, "Hidden") == "1"
        elif tag == "Cell":
            self._begin_cell(attributes)
        elif tag == "Column":
            first = _number(attributes, "Index", self._columns_seen + 1)
            self._columns_seen = first + _number(attributes, "Span", 0)
            if _said(attributes, "Hidden") == "1":
                self._facts.hide_columns(str(first), str(self._columns_seen))

    def end(self, name: str) -> None:
        """Take note of an element's end."""
        if self._sheet != self._index:
            return
        tag = local(name)
        if tag == "Comment":
            self._comments -= 1
        elif tag == "Data" and self._text is not None:
            text, self._text = self._shown("".join(self._text)), None
            if text:
                self._cells += [""] * (self._column - 1 - len(self._cells)) + [text]
        elif tag == "Cell" and self._cell is not None:
            self._column += _number(self._cell, "MergeAcross", 0)
            self._cell = None
        elif tag == "Row":
            if self._cells:
                self._rows.append((self._number, self._cells))
                self._facts.hidden_rows += self._is_hidden
            self._number += self._span

    def text(self, piece: str) -> None:
        """Take text of a cell; what marks up its letters is passed over."""
        if self._text is not None:
            self._text.append(piece)

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._column = _number(attributes, "Index", self._column + 1)
        across, down = _number(attributes, "MergeAcross", 0), _number(attributes, "MergeDown", 0)
        if self._column + across > MOST_COLUMNS:
            raise DamagedWorkbook("a row has more cells than any sheet has columns")
        if across or down:
            self._facts.merge(self._number, self._column, self._number + down, self._column + across)

    def _shown(self, written: str) -> str:
        """Return what a cell shows; where its value cannot be read, its text."""
        match self._kind:
            case "Number":
                try:
                    return number_text(float(written))
                except ValueError:
                    return written
            case "Boolean":
                return {"1": "TRUE", "0": "FALSE"}.get(written.strip(), written)
            case "DateTime":
                return iso_text(written.removesuffix(".000"))
            case "Error":
                self._facts.errors = (self._facts.errors or 0) + 1
        return written


def _said(attributes: Attributes, name: str) -> str:
    """Return an attribute by its name without the prefix of its namespace."""
    return next((value for key, value in attributes.items() if local(key) == name), "")


def _number(attributes: Attributes, name: str, otherwise: int) -> int:
    written = _said(attributes, name)
    return int(written) if written.isdecimal() and len(written) <= 7 else otherwise  # noqa: PLR2004 - digits
