"""A delimited file's text to records, one after the other, whatever state it is in; no character goes missing."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from segaudit.ingest.aside import NUL_BLOCK, NULS
from segaudit.ingest.delimited.cells import OPEN, WHOLE, CellScanner
from segaudit.ingest.delimited.dialect import Dialect
from segaudit.ingest.delimited.lines import MOST_AHEAD, Lines, split_lines
from segaudit.ingest.delimited.mending import WRAPPED, mend, read_otherwise, unwrap

_FURTHEST = 1 << 26  # characters looked ahead for the end of a quoted cell
_LEAST_WIDTH = 3  # two cells make no row of a table yet: prose has a comma, too
_MOST_LINES_MENDED = 8
_LINES_WEIGHED = 1000  # lines of a cell: rows that a stray quote swallowed begin right behind it
_FIRST_LOOK = 4  # lines that are looked at first, for the end of a quoted cell or for regular records
_LEAST_ROWS = 8  # fewer are not worth a stretch
_AROUND_NULS = re.compile(f"({NUL_BLOCK}\0*)")


@dataclass(slots=True)
class Record:
    """One record of a file, or a row of a sheet."""

    line: int  # its first physical line, 1-based
    cells: list[str]
    raw: str  # as it stands in the file, without its line end
    end: str = ""  # its line end
    how: str = ""  # in words, what had to be mended
    after_blank: bool = False  # a blank line stands before it


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records next to each other with nothing to be said of any: one line each, and as many cells as a row has."""

    line: int  # the first of them, 1-based
    lines: list[str]  # as they stand in the file, line ends included
    rows: list[list[str]]  # their cells

    @property
    def text(self) -> str:
        """All of it, as it stands in the file."""
        return "".join(self.lines)

    def part(self, start: int, stop: int) -> "Stretch":
        """Return some of the records."""
        return Stretch(self.line + start, self.lines[start:stop], self.rows[start:stop])

    def record(self, index: int) -> Record:
        """Return one of the records."""
        line = self.lines[index]
        text = line.rstrip("\r\n")
        return Record(self.line + index, self.rows[index], text, line[len(text) :])

    def records(self) -> Iterator[Record]:
        """Return each record."""
        return map(self.record, range(len(self.rows)))


class RecordReader:
    """Reads records; what follows a quote that is never closed stays records of its own."""

    def __init__(self, lines: Lines, dialect: Dialect, width: int | None) -> None:
        """Begin.

        Args:
            lines: Where they are read from.
            dialect: How the file is written.
            width: Cells of a row; None if it is not known yet, and damage is then mended less well.
        """
        self._lines = lines
        self._scanner = CellScanner(dialect)
        self._dialect = dialect
        self._width = width
        self._look = _FIRST_LOOK  # lines that are looked at together
        self.open_from: int | None = None  # line of the first quoted cell that the lines ended in
        self.blank: Counter[str] = Counter()  # blank lines, which are no records, by their line end

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in the file's order; blank lines only where a row is one cell."""
        for item in self.stretches():
            if isinstance(item, Stretch):
                yield from item.records()
            else:
                yield item

    def stretches(self) -> Iterator[Record | Stretch]:
        """Yield the records, those together that are regular."""
        after_blank = False
        while True:
            if not after_blank and (regular := self._regular()):
                yield from (regular,) if len(regular.rows) >= _LEAST_ROWS else regular.records()
            line = self._lines.next()
            if line is None:
                return
            text = line.rstrip("\r\n")
            if not text and self._width != 1:
                self.blank[line] += 1
                after_blank = True
                continue
            end = line[len(text) :]
            for record in self._around_nuls(text, end) if NUL_BLOCK in text else (self._record(text, end),):
                record.after_blank = after_blank
                after_blank = False
                yield record

    def _regular(self) -> Stretch | None:
        """Take those of the next lines, up to the first that is otherwise, that are a row each."""
        if self._width is None or self._dialect.wrapped:
            return None
        lines = self._lines.ahead(self._look)
        if NUL_BLOCK in "".join(lines):
            lines = lines[: next(index for index, line in enumerate(lines) if NUL_BLOCK in line)]
        rows = self._scanner.rows(lines, self._width)
        # Where many records are irregular, not many lines are looked at before each.
        self._look = min(2 * self._look, MOST_AHEAD) if len(rows) == self._look else _FIRST_LOOK
        if not rows:
            return None
        first = self._lines.number + 1
        self._lines.take(len(rows))
        return Stretch(first, lines[: len(rows)], rows)

    def _around_nuls(self, text: str, end: str) -> Iterator[Record]:
        """Yield what stands before a block of NUL bytes, the block, and what is behind it."""
        line = self._lines.number
        *begun, last = filter(None, _AROUND_NULS.split(text))
        for piece in begun:
            block = piece.startswith(NUL_BLOCK)
            yield Record(line, [piece], piece, "", NULS) if block else self._fragment(line, piece)
        yield Record(line, [last], last, end, NULS) if last.startswith(NUL_BLOCK) else self._record(last, end)

    def _fragment(self, line: int, text: str) -> Record:
        """Read the beginning of a row that was overwritten; a cell of it may be open."""
        return Record(line, self._scanner.cells(text) or text.split(self._dialect.delimiter), text)

    def _record(self, text: str, end: str) -> Record:
        first = self._lines.number
        cells = self._scanner.cells(text)
        if cells is None:
            return self._damaged(first, text, end)
        if self._dialect.wrapped and (unwrapped := unwrap(cells, self._scanner)):
            return Record(first, unwrapped, text, end, WRAPPED)
        if self._width is not None and len(cells) != self._width:
            other = read_otherwise(text, self._dialect, self._width)
            if other:
                return Record(first, other.cells, text, end, other.how)
        return Record(first, cells, text, end)

    def _damaged(self, first: int, text: str, end: str) -> Record:
        """Read a record that is more than a line, or not of the dialect."""
        longer = self._over_lines(first, text, end)
        if longer:
            return longer
        mended = mend(text, self._dialect, self._width)
        if mended is None and self._width is not None:
            several = self._mended_over_lines(first, text, end)
            if several:
                return several
            mended = mend(text, self._dialect, None)
        if mended is None:
            return Record(first, text.split(self._dialect.delimiter), text, end)
        return Record(first, mended.cells, text, end, mended.how)

    def _over_lines(self, first: int, text: str, end: str) -> Record | None:
        """Read a record whose quoted cell holds line ends; None if its quote is not closed where that makes sense."""
        scan = self._scanner.scan(text)
        if scan.state != OPEN:
            return None
        scan.opened.append(end)
        taken: list[str] = []  # texts of one line or many
        count = length = 0
        look = _FIRST_LOOK
        while scan.state == OPEN and length <= _FURTHEST and (lines := self._lines.ahead(look)):
            closing = self._scanner.closing_line(lines)
            within = "".join(lines[:closing])
            scan.opened.append(within)
            taken.append(within)
            if closing is not None:
                taken.append(lines[closing])
                scan = self._scanner.resume(scan, lines[closing])
            used = len(lines) if closing is None else closing + 1
            self._lines.take(used)
            count += used
            length += sum(map(len, lines[:used]))
            look = 2 * look if closing is None else _FIRST_LOOK
        if scan.state == OPEN and self.open_from is None:
            self.open_from = first
        between = islice(chain.from_iterable(map(split_lines, taken)), max(0, min(count - 1, _LINES_WEIGHED)))
        if scan.state != WHOLE or self._swallows(list(between), len(scan.cells)):
            self._lines.give_back(taken, count)
            return None
        raw = "".join([text, end, *taken])
        terminator = taken[-1][len(taken[-1].rstrip("\r\n")) :]
        return Record(first, scan.cells, raw.removesuffix(terminator), terminator)

    def _swallows(self, between: Sequence[str], cells: int) -> bool:
        """Tell whether lines within a quoted cell are rows of their own, so that its quote was never meant to open.

        Not if the record is as wide as any: people paste rows into notes.
        """
        if self._width is None or self._width < _LEAST_WIDTH or cells == self._width:
            return False
        rows = (self._scanner.cells(line.rstrip("\r\n")) for line in between)
        return any(row is not None and len(row) == self._width and any(map(str.strip, row)) for row in rows)

    def _mended_over_lines(self, first: int, text: str, end: str) -> Record | None:
        """Mend a record whose cell holds both line ends and quotes that are not doubled."""
        raw, last, taken = text, end, list[str]()
        while len(taken) < _MOST_LINES_MENDED and (line := self._lines.next()) is not None:
            taken.append(line)
            body = line.rstrip("\r\n")
            own = self._scanner.cells(body)
            if own is not None and len(own) == self._width:
                break  # the next row begins here
            raw, last = raw + last + body, line[len(body) :]
            mended = mend(raw, self._dialect, self._width)
            if mended:
                return Record(first, mended.cells, raw, last, mended.how)
        self._lines.give_back(taken, len(taken))
        return None
