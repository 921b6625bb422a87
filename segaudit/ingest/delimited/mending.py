"""Records that are not as their dialect has it: the reading that bends it least and makes a row of the right width."""

import re
from dataclasses import dataclass, replace

from segaudit.ingest.delimited.cells import CellScanner
from segaudit.ingest.delimited.dialect import DELIMITERS, Dialect

UNCLOSED = "a quote was opened and not closed; its text is kept"
STRAY_QUOTE = "quotes inside a cell were not doubled; they are kept as text"
WRAPPED = "the row stood in quotes as a whole and was unwrapped"
OTHER_DELIMITER = "the row was separated by another character than the rest"
MISSING_DELIMITER = "a delimiter was missing before a quoted cell"

_LONGEST = 1 << 16  # characters of a record that is mended; a longer one is taken as it stands
_MOST_STEPS = 200_000
_MOST_LOOKED_AT = 1 << 19  # characters, of readings that are tried one after the other
# What it costs to bend the dialect. A quote before the last cell's text more likely lacks its partner than is text.
_LITERAL_QUOTE, _UNDOUBLED, _UNCLOSED = 1.0, 0.6, 0.8
_SWALLOWED = 0.1  # for each delimiter that becomes part of a cell with undoubled quotes


@dataclass(frozen=True, slots=True)
class Mended:
    """A record's cells, and in words how it was read."""

    cells: list[str]
    how: str


def mend(text: str, dialect: Dialect, width: int | None) -> Mended | None:
    """Read a record that is not of its dialect.

    Args:
        text: The record without its line end.
        dialect: What the rest of the file keeps to.
        width: Cells a row has; None if that is not known yet.

    Returns:
        The reading of that width that bends the dialect least; None if there is none.
    """
    if width is not None and (other := read_otherwise(text, dialect, width)):
        return other
    if not dialect.quote or dialect.quote not in text or len(text) > _LONGEST:
        return None
    return _least_bent(text, dialect, width)


def read_otherwise(text: str, dialect: Dialect, width: int) -> Mended | None:
    """Read a record that keeps to another dialect than the rest and has the right width in it; None if it does not."""
    if width == 1:
        return None
    return (
        _unwrapped(text, dialect, width)
        or _by_other_delimiter(text, dialect, width)
        or _by_missing_delimiter(text, dialect, width)
    )


def unwrap(cells: list[str], scanner: CellScanner) -> list[str] | None:
    """Return the cells of a row whose only cell is the whole row."""
    return scanner.cells(cells[0]) if len(cells) == 1 else None


def _unwrapped(text: str, dialect: Dialect, width: int) -> Mended | None:
    scanner = CellScanner(dialect)
    outer = scanner.cells(text) if dialect.quote and text.startswith(dialect.quote) else None
    cells = unwrap(outer, scanner) if outer else None
    return Mended(cells, WRAPPED) if cells and len(cells) == width else None


def _by_other_delimiter(text: str, dialect: Dialect, width: int) -> Mended | None:
    candidates = [*DELIMITERS, " "] if width > len(DELIMITERS) else DELIMITERS
    for candidate in candidates:
        if candidate != dialect.delimiter and text.count(candidate) >= width - 1:
            cells = CellScanner(replace(dialect, delimiter=candidate)).cells(text)
            # As many filled cells as the row would have under its own delimiter, and more: no comma within prose.
            if cells and len(cells) == width and text.count(dialect.delimiter) < width - 1:
                return Mended(cells, OTHER_DELIMITER)
    return None


def _by_missing_delimiter(text: str, dialect: Dialect, width: int) -> Mended | None:
    """Read a row that is whole once a cell without quotes ends where a quote stands in its midst.

    None unless there is one such quote, and what it opens holds a delimiter: between inch signs there is none.
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    if not quote or not 0 < text.count(quote) * len(text) <= _MOST_LOOKED_AT:
        return None
    scanner = CellScanner(dialect)
    whole = []
    for found in re.finditer(rf"(?<=[^{re.escape(quote + delimiter)}]){re.escape(quote)}(?=\S)", text):
        before = scanner.cells(text[: found.start()])  # None within a quoted cell
        cells = scanner.cells(text[: found.start()] + delimiter + text[found.start() :]) if before else None
        if before and cells and len(cells) == width and delimiter in cells[len(before)]:
            whole.append(cells)
    return Mended(whole[0], MISSING_DELIMITER) if len(whole) == 1 else None


@dataclass(frozen=True, slots=True)
class _Step:
    """The cheapest way to read the rest of a text into so many cells: one cell, and where the next begins."""

    cost: float
    cell: str
    following: int
    how: str


def _least_bent(text: str, dialect: Dialect, width: int | None) -> Mended | None:
    """Find the reading that costs least, from the end of the text to its beginning."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if (text.count(delimiter) + 1) * (text.count(quote) + 1) > _MOST_STEPS:
        return None
    after_last = len(text) + len(delimiter)
    best: dict[int, dict[int, _Step]] = {after_last: {0: _Step(0.0, "", after_last, "")}}
    starts = [0]
    while (found := text.find(delimiter, starts[-1])) >= 0:
        starts.append(found + len(delimiter))
    for start in reversed(starts):
        best[start] = {}
        for step in _cells_at(text, start, dialect):
            for count, rest in best.get(step.following, {}).items():
                cost = step.cost + rest.cost
                known = best[start].get(count + 1)
                if (width is None or count < width) and (known is None or cost < known.cost):
                    best[start][count + 1] = _Step(cost, step.cell, step.following, step.how)
    reachable = best[0]
    count = width if width is not None else min(reachable, key=lambda cells: reachable[cells].cost, default=0)
    return _followed(best, count) if count in reachable else None


def _followed(best: dict[int, dict[int, _Step]], count: int) -> Mended:
    cells, how, start = [], "", 0
    for left in range(count, 0, -1):
        step = best[start][left]
        cells.append(step.cell)
        how = how or step.how
        start = step.following
    return Mended(cells, how)


def _cells_at(text: str, start: int, dialect: Dialect) -> list[_Step]:
    """Return every cell that may begin at a place."""
    delimiter, quote = dialect.delimiter, dialect.quote
    end = text.find(delimiter, start)
    end = len(text) if end < 0 else end
    following = end + len(delimiter)
    if not text.startswith(quote, start):
        return [_Step(0.0, text[start:end], following, "")]
    steps = [_Step(_LITERAL_QUOTE, text[start:end], following, STRAY_QUOTE)]
    inside = start + len(quote)
    if end == len(text) > inside and quote not in text[inside:]:
        steps.append(_Step(_UNCLOSED, text[inside:], following, UNCLOSED))
    closing = text.find(quote, inside)
    while closing >= 0:
        after = closing + len(quote)
        if after == len(text) or text.startswith(delimiter, after):
            steps.append(_quoted(text[inside:closing], after + len(delimiter), dialect))
        closing = text.find(quote, after)
    return steps


def _quoted(content: str, following: int, dialect: Dialect) -> _Step:
    """Return a cell that stands in quotes, with what its inner quotes cost."""
    quote = dialect.quote
    doubled = dialect.escape + quote
    undoubled = content.replace(doubled, "").count(quote)
    cell = content.replace(doubled, quote)
    if not undoubled:
        return _Step(0.0, cell, following, "")
    return _Step(_UNDOUBLED + _SWALLOWED * content.count(dialect.delimiter), cell, following, STRAY_QUOTE)
