"""One record's text to its cells, as its dialect has it: no guessing, nothing mended."""

import csv
import re
from dataclasses import dataclass, field

from segaudit.ingest.dialect import Dialect

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
        delimiter, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
        end = rf"(?={delimiter}|\Z)"
        self._plain = re.compile(rf"(?:(?!{delimiter}).)*", re.DOTALL)
        if dialect.quote:
            escaped = rf"\\.|{quote}{quote}" if dialect.escape != dialect.quote else quote + quote
            stops = quote + (r"\\" if dialect.escape != dialect.quote else "")
            self._inside = re.compile(rf"[^{stops}]*(?:(?:{escaped})[^{stops}]*)*", re.DOTALL)
            self._end = re.compile(end)
            self._escapes = re.compile(rf"\\(\\|{quote})|{quote}({quote})")

    def cells(self, text: str) -> list[str] | None:
        """Return the cells of a text without a line end; None if that is not all of the record, or broken."""
        dialect = self._dialect
        if not dialect.quote or dialect.quote not in text:
            return text.split(dialect.delimiter)
        if len(dialect.delimiter) == 1 and dialect.escape == dialect.quote:
            try:
                # Many times quicker than scanning, and just as strict.
                return next(
                    csv.reader((text,), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True), [""]
                )
            except csv.Error:
                return None
        scan = self.scan(text)
        return scan.cells if scan.state == WHOLE else None

    def scan(self, text: str) -> Scan:
        """Read a text from its first cell on."""
        return self._scan_from(text, 0, [])

    def resume(self, before: Scan, text: str) -> Scan:
        """Read on within a quoted cell.

        Args:
            before: How reading ended before: within a cell. It is used up.
            text: What follows, line end included.
        """
        found = self._inside.match(text)
        end = found.end() if found else 0
        before.opened.append(text[:end])  # in place: a cell of 20 MB comes in as many pieces as it has lines
        if end == len(text):
            return before
        body = text.rstrip("\r\n")
        if not text.startswith(self._dialect.quote, end) or not self._end.match(body, end + 1):
            return Scan(before.cells, BROKEN)
        cells = [*before.cells, self._unescaped("".join(before.opened))]
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
                if not text.startswith(dialect.quote, end) or not self._end.match(text, end + 1):
                    return Scan(cells, BROKEN)
                cells.append(self._unescaped(text[position + 1 : end]))
                position = end + 1
            else:
                found = self._plain.match(text, position)
                end = found.end() if found else position
                cells.append(text[position:end])
                position = end
            if position >= len(text):
                return Scan(cells, WHOLE)
            position += len(dialect.delimiter)

    def _unescaped(self, cell: str) -> str:
        if self._dialect.escape == self._dialect.quote:
            return cell.replace(self._dialect.quote * 2, self._dialect.quote)
        return self._escapes.sub(lambda found: found.group(1) or found.group(2), cell)
