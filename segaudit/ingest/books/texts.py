"""Texts of an .xlsx workbook, as its cells show them."""

import re
from collections.abc import Mapping
from typing import IO

from segaudit.ingest.books.markup import local, parse

_SPACE = " \t\r\n"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class TextPieces:
    """Gathers the text of one cell from its ``t`` elements, of which formatted text has several.

    Spreadsheets trim a piece that is not marked as preserving its white space, and so does this; but a text that is
    nothing but white space stays, for the commonest writers leave the mark out there, and a cell that somebody has
    typed a blank into is not an empty one.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._within: list[str] = []
        self._preserved = False
        self._phonetic = False

    def clear(self) -> None:
        """Begin with the next text."""
        self._pieces.clear()
        self._within.clear()

    def start(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Take note of an element; tell whether the text that follows belongs to the cell."""
        if name == "rPh":  # how the text is pronounced
            self._phonetic = True
        if name != "t" or self._phonetic:
            return False
        self._preserved = attributes.get("xml:space") == "preserve"
        return True

    def add(self, text: str) -> None:
        """Take text within a ``t`` element."""
        self._within.append(text)

    def end(self, name: str) -> None:
        """Take note of an element's end."""
        if name == "rPh":
            self._phonetic = False
        elif name == "t" and not self._phonetic:
            text = "".join(self._within)
            self._within.clear()
            self._pieces.append(text if self._preserved else text.strip(_SPACE) or text)

    def text(self) -> str:
        """Return the text gathered."""
        return unescaped(self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces))


def unescaped(text: str) -> str:
    """Return a text with ``_x000D_`` and its like as the characters they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_texts(part: IO[bytes]) -> list[str]:
    """Return the texts of a shared-strings part, in order."""
    texts: list[str] = []
    pieces = TextPieces()
    wanted = False

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal wanted
        wanted = pieces.start(local(name), attributes)

    def end(name: str) -> None:
        nonlocal wanted
        wanted = False
        pieces.end(name := local(name))
        if name == "si":
            texts.append(pieces.text())
            pieces.clear()

    def text(piece: str) -> None:
        if wanted:
            pieces.add(piece)

    for _ in parse(part, start, end, text):
        pass
    return texts
