"""The rows of an .xlsx sheet, one after another: every kind of cell told apart, memory bounded by the longest row.

Three times slower than the library that reads whole sheets, so it is for what that one blurs or cannot hold.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from segaudit.ingest.books.cells import iso_text, number_text, serial_text
from segaudit.ingest.books.facts import SheetFacts, SheetRows
from segaudit.ingest.books.markup import DamagedWorkbook, local, parse
from segaudit.ingest.books.texts import TextPieces, unescaped

MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
_TRUE = {"1", "true"}
_RANGE = re.compile(r"([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?\Z")
_SOME_TEXT = "…"


class SheetParser:
    """Reads the cells of one sheet."""

    def __init__(
        self, texts: Sequence[str] | None, kinds: Sequence[str | None], facts: SheetFacts, *, from_1904: bool
    ) -> None:
        """Prepare to read.

        Args:
            texts: The workbook's shared texts; None shows each as some text, which will do for a first look.
            kinds: What each cell style shows a number as.
            facts: Takes what is learned on the way.
            from_1904: Whether days are counted from 1904.
        """
        self._texts = texts
        self._kinds = kinds
        self._facts = facts
        self._from_1904 = from_1904
        self._done: list[tuple[int, list[str]]] = []
        self._number = 0  # of the row
        self._cells: list[str] = []
        self._column = 0
        self._type = "n"
        self._style = "0"
        self._value: list[str] = []
        self._inline = TextPieces()
        self._has_formula = False
        self._take: Callable[[str], object] | None = None

    def rows(self, part: IO[bytes]) -> SheetRows:
        """Yield each row that has cells, with its 1-based number and without the empty cells at its end.

        Raises:
            DamagedWorkbook: The sheet is not what it should be.
        """
        for _ in parse(part, self._start, self._end, self._text):
            yield from self._done
            self._done.clear()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip("0123456789")
                self._column = _NUMBERS.get(letters) or column_number(letters)
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
        elif name == "v":
            self._take = self._value.append
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif name == "col":
            self._columns(attributes)
        elif self._type == "inlineStr" and self._inline.start(name, attributes):
            self._take = self._inline.add

    def _text(self, piece: str) -> None:
        if self._take is not None:
            self._take(piece)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        self._take = None
        if name == "c":
            self._end_cell()
        elif name == "row":
            while self._cells and not self._cells[-1]:
                self._cells.pop()
            if self._cells:
                self._done.append((self._number, self._cells))
                self._cells = []
        elif self._type == "inlineStr":
            self._inline.end(name)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self._number = int(number) if number.isdecimal() else self._number + 1
        if self._number > MOST_ROWS:
            raise DamagedWorkbook(f"it counts {self._number:,} rows, and no sheet has so many")
        self._column = 0
        if attributes.get("hidden") in _TRUE:
            self._facts.hidden_rows += 1

    def _end_cell(self) -> None:
        text = self._shown()
        if self._has_formula:
            self._has_formula = False
            if not text and self._type != "str":
                self._facts.uncomputed += 1
        self._value.clear()
        self._type = "n"
        if not text:
            return
        cells, index = self._cells, self._column - 1
        if index >= len(cells):
            cells.extend([""] * (index - len(cells)))
            cells.append(text)
        else:
            cells[index] = text

    def _shown(self) -> str:
        """Return what the cell that ends here shows."""
        kind = self._type
        if kind == "inlineStr":
            text = self._inline.text()
            self._inline.clear()
            return text or "".join(self._value)
        value = self._value[0] if len(self._value) == 1 else "".join(self._value)
        if not value:
            return ""
        if kind == "n":
            return self._number_shown(value)
        return self._shared(value) if kind == "s" else self._other_shown(kind, value)

    def _other_shown(self, kind: str, value: str) -> str:
        """Return what a cell shows that is neither a number nor a shared text."""
        if kind == "e":
            self._facts.errors = (self._facts.errors or 0) + 1
            return value
        if kind == "b":
            return "TRUE" if value.strip().lower() in _TRUE else "FALSE"
        return iso_text(value) if kind == "d" else unescaped(value)

    def _shared(self, value: str) -> str:
        if self._texts is None:
            return _SOME_TEXT
        try:
            return self._texts[int(value)]
        except (ValueError, IndexError):
            raise DamagedWorkbook(f"row {self._number} refers to text {value[:20]}, which is not there") from None

    def _number_shown(self, value: str) -> str:
        style = self._style
        kind = self._kinds[int(style)] if style.isdecimal() and int(style) < len(self._kinds) else None
        try:
            if kind is not None:
                return serial_text(float(value), kind, from_1904=self._from_1904)
            return number_text(float(value))
        except (ValueError, OverflowError):
            return value  # no number: shown as it stands

    def _merged(self, written: str) -> None:
        found = _RANGE.match(written.replace("$", ""))
        if found:
            left, top, right, bottom = found.groups()
            self._facts.merge(int(top), column_number(left), int(bottom or top), column_number(right or left))

    def _columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            self._facts.hide_columns(attributes.get("min", "1"), attributes.get("max", "1"))


_NUMBERS: dict[str, int] = {}  # of columns named before


def column_number(letters: str) -> int:
    """Return the 1-based number of a column such as ``AB``.

    Raises:
        DamagedWorkbook: No sheet has such a column.
    """
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    if not 0 < number <= MOST_COLUMNS:
        raise DamagedWorkbook(f"it names a column {letters[:10]!r}, and no sheet has such a one")
    _NUMBERS[letters] = number
    return number
