"""One record's text to its cells, as its dialect has it: no guessing, nothing mended."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from segaudit.ingest.delimited.dialect import Dialect

WHOLE, OPEN, BROKEN = "whole", "open", "broken"


@dataclass(slots=True)
class Scan:
    """What was read of a text: its cells, and how it ended."""

    cells: list[str]  # those that are complete
    state: str  # whole; open: the text ends within a quoted cell; broken: not of this dialect
    opened: list[str] = field(default_factory=list)  # pieces of the open cell


class CellScanner:
    """Reads records of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        """Prepare the patterns."""
        self._dialect = dialect
        self._is_simple = bool(dialect.quote) and len(dialect.delimiter) == 1 and dialect.escape == dialect.quote
        self._inside, self._escapes = _patterns(dialect.quote or '"', dialect.escape)

    def cells(self, text: str) -> list[str] | None:
        """Return the cells of a text without a line end; None if that is not all of the record, or broken."""
        dialect = self._dialect
        if not dialect.quote or dialect.quote not in text:
            return text.split(dialect.delimiter)
        if self._is_simple:
            try:
                # Many times quicker than scanning, and just as strict.
                return next(
                    csv.reader((text,), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True), [""]
                )
            except csv.Error:
                return None
        scan = self.scan(text)
        return scan.cells if scan.state == WHOLE else None

    def rows(self, lines: Sequence[str], width: int) -> list[list[str]]:
        """Return the cells of lines, line ends included, up to the first that is no record of so many cells."""
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        rows: list[list[str]] = []
        quoted = (line for line in lines if quote in line)
        # One reader for all of them. Where a quote stays open it goes on in the next such line, and its number tells.
        reader = csv.reader(quoted, delimiter=delimiter, quotechar=quote, strict=True) if self._is_simple else None
        number = 0
        try:
            for line in lines:
                if not quote or quote not in line:
                    row = line.rstrip("\r\n").split(delimiter)
                elif reader is None:
                    row = self.cells(line.rstrip("\r\n")) or []
                else:
                    number += 1
                    row = next(reader)
                    if reader.line_num != number:
                        break
                if len(row) != width:
                    break
                rows.append(row)
        except csv.Error:
            pass
        return rows

    def scan(self, text: str) -> Scan:
        """Read a text from its first cell on."""
        return self._scan_from(text, 0, [])

    def closing_line(self, lines: Sequence[str]) -> int | None:
        """Return which of the lines that begin within a quoted cell is the first with an end of it; None if none is."""
        text = "".join(lines)
        inside = self._inside.match(text)
        left = inside.end() if inside else 0
        if left == len(text):
            return None
        for index, line in enumerate(lines):
            left -= len(line)
            if left < 0:
                return index
        return None

    def resume(self, before: Scan, text: str) -> Scan:
        """Read on within a quoted cell.

        Args:
            before: How reading ended before: within a cell. It is used up.
            text: The line in which the cell ends, line end included.
        """
        found = self._inside.match(text)
        end = found.end() if found else 0
        body = text.rstrip("\r\n")
        if not text.startswith(self._dialect.quote, end) or not self._is_end(body, end + 1):
            return Scan(before.cells, BROKEN)
        cells = [*before.cells, self._unescaped("".join((*before.opened, text[:end])))]
        if end + 1 >= len(body):
            return Scan(cells, WHOLE)
        scan = self._scan_from(body, end + 1 + len(self._dialect.delimiter), cells)
        if scan.state == OPEN:
            scan.opened.append(text[len(body) :])
        return scan

    def _scan_from(self, text: str, position: int, cells: list[str]) -> Scan:
        dialect = self._dialect
        while True:
            if dialect.quote and text.startswith(dialect.quote, position):
                found = self._inside.match(text, position + 1)
                end = found.end() if found else position + 1
                if end >= len(text):
                    return Scan(cells, OPEN, [text[position + 1 :]])
                if not text.startswith(dialect.quote, end) or not self._is_end(text, end + 1):
                    return Scan(cells, BROKEN)
                cells.append(self._unescaped(text[position + 1 : end]))
                position = end + 1
            else:
                end = text.find(dialect.delimiter, position)
                end = len(text) if end < 0 else end
                cells.append(text[position:end])
                position = end
            if position >= len(text):
                return Scan(cells, WHOLE)
            position += len(dialect.delimiter)

    def _is_end(self, text: str, position: int) -> bool:
        """Tell whether a cell may end at a place."""
        return position >= len(text) or text.startswith(self._dialect.delimiter, position)

    def _unescaped(self, cell: str) -> str:
        if self._dialect.escape == self._dialect.quote:
            return cell.replace(self._dialect.quote * 2, self._dialect.quote)
        return self._escapes.sub(lambda found: found.group(1) or found.group(2), cell)


@cache
def _patterns(quote: str, escape: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a quoted cell holds up to its end or that of the text, and what is escaped in it."""
    mark = re.escape(quote)
    escaped = rf"\\.|{mark}{mark}" if escape != quote else mark + mark
    stops = mark + (r"\\" if escape != quote else "")
    # Possessive, so that nothing is remembered of each of a million escapes.
    inside = rf"[^{stops}]*+(?:(?:{escaped})[^{stops}]*+)*+"
    return re.compile(inside, re.DOTALL), re.compile(rf"\\(\\|{mark})|{mark}({mark})")
