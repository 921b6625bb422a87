"""Text and names as a spreadsheet takes them: nothing runs, nothing is too long, no name is there twice."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeAlias

from segaudit.report.safety import shown

LONGEST = 4000  # characters of a cell; a spreadsheet takes 32,767
_LONGEST_HEADER = 120
_LONGEST_SHEET = 31  # as the spreadsheet counts: in halves of characters outside the first plane
_NOT_XML = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9]+")
_Made: TypeAlias = Callable[[str], str]
_PAUSE = re.compile(r"(?<=\w)[:,;?!] | [–-] ")
_COLON = ": "
_RUNS = ("=", "+", "-", "@")
_RESERVED_SHEETS = frozenset(("history", "verlauf"))


def clean(text: str, longest: int = LONGEST) -> str:
    """Return a text of one line that XML can hold and a spreadsheet shows as it is.

    A spreadsheet reads ``_x000D_`` as a character by its number; such a text is written so that it stays what it is.
    """
    return _ESCAPE.sub("_x005F_", plain(text, longest))


def plain(text: str, longest: int = LONGEST) -> str:
    """Return a text as ``clean`` does, for places where a spreadsheet knows no characters by number."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", shown(text[: 2 * longest + 2], longest=longest))


def would_run(text: str) -> bool:
    """Tell whether a text became a formula if somebody typed it."""
    return text.lstrip().startswith(_RUNS)


def on_tab(title: str, longest: int = _LONGEST_SHEET) -> str:
    """Return what fits on a sheet's tab: as far as its first pause, or its last whole word."""
    text = " ".join(_NOT_IN_SHEET.sub(" ", plain(title)).split())
    if _units(text) > longest or _COLON in title:
        text = _PAUSE.split(plain(title), maxsplit=1)[0]
        text = " ".join(_NOT_IN_SHEET.sub(" ", text).split())
    if _units(text) > longest:
        cut = _cut(text, longest + 1)
        text = cut.rpartition(" ")[0] or cut
    return text.strip("' ") or "Sheet"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


class Names:
    """Names that are given out once each, whatever their capitals."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with names that are taken."""
        self._taken = {_folded(name) for name in taken}

    def sheet(self, title: str) -> str:
        """Return a name for a sheet."""
        text = on_tab(title)
        if text.casefold() in _RESERVED_SHEETS:
            text += " 1"
        return self._free(lambda suffix: _cut(text, _LONGEST_SHEET - len(suffix)) + suffix)

    def table(self, title: str) -> str:
        """Return a name for a table, that formulas can use: letters and digits of ASCII."""
        text = _NOT_IN_NAME.sub(
            "_", unicodedata.normalize("NFKD", title[:200].replace("ß", "ss")).encode("ascii", "ignore").decode()
        )
        stem = f"t_{text.strip('_').lower()[:60] or 'table'}"
        return self._free(lambda suffix: stem + _NOT_IN_NAME.sub("_", suffix).rstrip("_"))

    def header(self, title: str, place: int) -> str:
        """Return a column's header; one without words is called by its place."""
        text = clean(" ".join(title.split()), _LONGEST_HEADER).strip() or f"({place})"
        return self._free(lambda suffix: text + suffix)

    def _free(self, made: _Made) -> str:
        name, count = made(""), 1
        while _folded(name) in self._taken:
            count += 1
            name = made(f" ({count})")
        self._taken.add(_folded(name))
        return name


def _cut(text: str, units: int) -> str:
    text = text[:units]
    while _units(text) > units:
        text = text[:-1]
    return text.rstrip().rstrip("'").rstrip()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
