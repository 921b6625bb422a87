"""How a delimited file is written: what separates, quotes and escapes its cells, decided from its beginning."""

import _csv
import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from segaudit.ingest.delimited.commas import is_one_column, parts_decimals
from segaudit.ingest.shapes import ColumnShapes

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x02"  # of a table of one column whose commas separate nothing: a sign that no text holds
_RARE_DELIMITERS = ("^", "~", "\x01", "\x1f", ":", " ")
_WIDE = ", "  # a comma that a space always follows
_BACKSLASH = "\\"
_SAMPLE_ROWS = 2000
_LOOKED_AT = 1 << 18  # characters
_CLOSE_LOOK = 1 << 16  # characters in which rare ways of writing are looked for
_BELIEVED_FROM = 0.5  # consistency from which a common delimiter needs no rival
_MOSTLY = 2 / 3
_FIRST_DIFFERS = 0.6
_LEAST_TYPED = 2
_LINES_LOOKED_AT = 100
_LEAST_RARE_WIDTH = 3  # prose has a blank or a colon in each line, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str = ","  # one character, or a comma and a space
    quote: str = '"'  # empty: nothing is quoted
    escape: str = '"'  # before a quote within quotes: the quote itself, or a backslash
    wrapped: bool = False  # each row stands in quotes as a whole, its own quotes doubled

    @property
    def separator(self) -> str:
        """What separates cells, for people; empty if nothing does."""
        return "" if self.delimiter == NO_DELIMITER else self.delimiter


def detect_dialect(
    text: str, *, delimiter: str | None = None, quote: str | None = None, escape: str | None = None
) -> Dialect:
    """Decide how a file is written from its beginning.

    Args:
        text: The beginning, decoded; its last line may be cut.
        delimiter: What the user said separates cells; None to find it.
        quote: What the user said quotes cells; empty if nothing does, None to find it.
        escape: What the user said stands before a quote within quotes; None to find it.
    """
    text = text[:_LOOKED_AT]
    lines = text.splitlines()
    if delimiter is None and lines and (said := _SAID.fullmatch(lines[0])):
        return detect_dialect("\n".join(lines[1:]), delimiter=said[1], quote=quote, escape=escape)
    if quote is None and (unwrapped := _unwrapped(lines)):
        inner = detect_dialect("\n".join(unwrapped), delimiter=delimiter, quote='"')
        if _consistency(sample_rows(unwrapped, inner)) >= _BELIEVED_FROM:
            return replace(inner, wrapped=True)
    near = "\n".join(text[:_CLOSE_LOOK].splitlines())
    mark = _quote(near) if quote is None else quote
    dialect = Dialect(quote=mark, escape=mark if escape is None else escape)
    chosen = _delimiter(text, near, lines, dialect) if delimiter is None else delimiter
    dialect = replace(dialect, delimiter=chosen)
    marks = [dialect]
    if quote is None and _APOSTROPHE in near:
        usual = replace(dialect, quote='"', escape='"' if escape is None else escape)
        rare = replace(dialect, quote=_APOSTROPHE, escape=_APOSTROPHE if escape is None else escape)
        marks = [rare, usual] if _shows_apostrophes(near, chosen) else [usual, rare]
    candidates = []
    for way in marks:
        candidates.append(way)
        if escape is None and way.quote and _BACKSLASH + way.quote in near:
            candidates.append(replace(way, escape=_BACKSLASH))
    if len(candidates) == 1:
        return dialect
    return max(candidates, key=lambda way: _regular_lines(near, way))  # the first of equals


def _delimiter(text: str, near: str, lines: Sequence[str], dialect: Dialect) -> str:
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    common = (*DELIMITERS, _WIDE) if _WIDE in first else DELIMITERS  # behind a space, a quote is none to a comma alone
    best, highest = _most_consistent(text, dialect, common, 0.0)
    if best in {",", _WIDE}:
        seen = near.split("\n") if len(text) <= _CLOSE_LOOK else near.split("\n")[:-1]
        filled = [line for line in seen if line.strip() and not line.startswith("#")] or [first]
        if is_one_column(filled):
            return NO_DELIMITER
        best = next((other for other in DELIMITERS[1:] if parts_decimals(filled, other)), best)
    if highest < _BELIEVED_FROM and best not in first:
        rare = [candidate for candidate in _RARE_DELIMITERS if first.count(candidate) >= _LEAST_RARE_WIDTH - 1]
        shares = {candidate: _share_like_first(near, replace(dialect, delimiter=candidate)) for candidate in rare}
        likely = max(shares, key=lambda candidate: shares[candidate], default=best)
        best = likely if shares.get(likely, 0.0) > highest else best
    if best in {",", _WIDE}:
        return _WIDE if _is_wide(lines) else ","
    return best


def sample_rows(lines: Iterable[str], dialect: Dialect) -> list[list[str]]:
    """Return the first rows of some lines, at most 2,000, read the quick way."""
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(itertools.islice(_reader(lines, dialect), _SAMPLE_ROWS))
    return rows


def lines_of(lines: Iterable[str], rows: int, dialect: Dialect) -> int:
    """Return how many physical lines the first rows take."""
    reader = _reader(lines, dialect)
    for _ in range(rows):
        next(reader)
    return reader.line_num


def _reader(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> _csv.Reader:
    return csv.reader(
        lines,
        strict=strict,
        delimiter=dialect.delimiter[0],
        skipinitialspace=len(dialect.delimiter) > 1,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=_BACKSLASH if dialect.escape == _BACKSLASH else None,
    )


def _most_consistent(text: str, dialect: Dialect, candidates: Iterable[str], highest: float) -> tuple[str, float]:
    """Return the delimiter that makes the most table-like rows; the first of equals."""
    best = ","
    for candidate in candidates:
        # A character that stands there n times makes rows of n + 1 cells at the most, and parsing takes milliseconds.
        if 1 - 1 / (text.count(candidate) + 1) <= highest:
            continue
        lines = io.StringIO(text, newline="")
        consistency = _consistency(sample_rows(lines, replace(dialect, delimiter=candidate)))
        if consistency > highest:
            best, highest = candidate, consistency
    return best, highest


def _consistency(rows: Sequence[Sequence[str]]) -> float:
    """Return how table-like rows are: the share of them with the most common width, for widths above one."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return 0.0
    # A wider table is stronger evidence: one comma in each row of prose happens, ten do not. And a header that lacks
    # the delimiter is evidence against it: the comma of decimals is in all rows but that.
    first = next((len(row) for row in rows if row and not row[0].startswith("#")), width)
    return count / sum(widths.values()) * (1 - 1 / width) * (1.0 if first == width else _FIRST_DIFFERS)


def _share_like_first(text: str, dialect: Dialect) -> float:
    """Return the share of rows that are as wide as the first, a header of three names or more.

    None, unless columns hold figures, dates or the like: as many words in each line make no table.
    """
    rows = [row for row in sample_rows(io.StringIO(text), dialect) if row]
    alike = [row for row in rows if len(row) == len(rows[0])]
    typed = ColumnShapes(alike[1:], len(rows[0])).typed if rows else {}
    return len(alike) / len(rows) if len(typed) >= _LEAST_TYPED else 0.0


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Return what stands within the quotes around each line; nothing if lines do not stand in quotes as a whole."""
    filled = [line for line in lines[:_SAMPLE_ROWS] if line][:-1] or list(lines[:1])
    if not filled or not all(_WRAPPED.fullmatch(line) for line in filled):
        return []
    return [line[1:-1].replace('""', '"') for line in filled]


_SAID = re.compile(r"\"?sep=(.)\"?", re.IGNORECASE)  # a first line that Excel writes and reads
_WRAPPED = re.compile(r'"[^"]*(?:""[^"]*)*"')
_ANY_DELIMITER = "[,;\\t|^~: ]"
_APOSTROPHE = "'"
_COMMON = "".join(DELIMITERS)


def _quoted_cells(text: str, mark: str, delimiter: str) -> list[str]:
    """Return what looks like cells in quotes, given what may separate them as a regular expression."""
    return re.findall(
        rf"(?:^|{delimiter})\s?{mark}(?:[^{mark}\n]|{mark}{mark}|\\{mark})*{mark}\s?(?=$|{delimiter})",
        text,
        re.MULTILINE,
    )


def _quote(text: str) -> str:
    """Return what seems to be the quotation mark while nothing else is known."""
    return _APOSTROPHE if _APOSTROPHE in text and _shows_apostrophes(text, None) else '"'


def _shows_apostrophes(text: str, delimiter: str | None) -> bool:
    """Tell whether cells stand in apostrophes: most that begin with one, and none in double quotes."""
    separator = _ANY_DELIMITER if delimiter is None else re.escape(delimiter)
    found = _quoted_cells(text, _APOSTROPHE, separator)
    if not found or _quoted_cells(text, '"', separator):
        return False
    escaped = any(_APOSTROPHE * 2 in cell[2:-2] or _BACKSLASH + _APOSTROPHE in cell for cell in found)
    begun = len(re.findall(rf"(?:^|{separator})\s?{_APOSTROPHE}", text, re.MULTILINE))
    filled = sum(bool(cell.strip(f" {_APOSTROPHE}{_COMMON}")) for cell in found)
    return (filled > 1 or escaped) and 2 * len(found) > begun


def _regular_lines(text: str, dialect: Dialect) -> int:
    """Count the lines of a text that are in rows which break no rule of a dialect and have the most common width."""
    reader = _reader(text.splitlines(keepends=True), dialect, strict=True)
    lines: Counter[int] = Counter()
    while True:
        before = reader.line_num
        try:
            width = len(next(reader))
        except csv.Error:
            continue
        except StopIteration:
            return max(lines.values(), default=0)
        lines[width] += reader.line_num - before


def _is_wide(lines: Sequence[str]) -> bool:
    """Tell whether a space follows every comma that separates cells: all in the first row, as many in the others."""
    filled = [line for line in lines[:_LINES_LOOKED_AT] if "," in line]
    separators = filled[0].count(_WIDE) if filled else 0
    if not separators or filled[0].count(",") != separators + filled[0].endswith(","):
        return False
    return sum(line.count(_WIDE) + line.endswith(",") >= separators for line in filled) >= _MOSTLY * len(filled)
