"""The byte ledger: where every byte of a text file went, so that none can be lost unseen."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import chain

from segaudit.ingest.delimited.dialect import Dialect
from segaudit.ingest.delimited.lines import Lines
from segaudit.ingest.delimited.records import Record, RecordReader, Stretch
from segaudit.model.source import ByteLedger

_LINE_ENDS = "\r\n"
_MARKS = frozenset(",;\t|^~\x01\x1f: '\"\\\r\n")


class LedgerBook:
    """Books the records of a file one by one."""

    def __init__(self, size: int, mark: int, dialect: Dialect, encoded_length: Callable[[str], int]) -> None:
        """Open the book.

        Args:
            size: Bytes of the file.
            mark: Bytes of its byte-order mark.
            dialect: How it is written.
            encoded_length: Bytes a text has in the file's encoding.
        """
        self._length = encoded_length
        self._mark_length = cache(encoded_length)
        self._delimiter = dialect.delimiter
        self._quoting = {dialect.quote, dialect.escape} - {""}
        self._marks = _MARKS | set(dialect.delimiter)
        self._size = size
        self._mark = mark
        self._header = self._cells = self._delimiters = self._quotes = self._line_ends = self._aside = 0

    def row(self, record: Record) -> None:
        """Book a data row."""
        self._cells += self._apart(record)
        self._line_ends += self._mark_length(record.end)

    def stretch(self, stretch: Stretch) -> None:
        """Book data rows next to each other."""
        raw, cells = stretch.text, "".join(chain.from_iterable(stretch.rows))
        self._cells += self._length(cells)
        self._regular(raw, cells, sum(map(len, stretch.rows)) - len(stretch.rows))
        for mark in _LINE_ENDS:
            self._line_ends += (raw.count(mark) - cells.count(mark)) * self._mark_length(mark)

    def header(self, record: Record) -> None:
        """Book a row of the header."""
        self._header += self._apart(record)
        self._line_ends += self._mark_length(record.end)

    def aside(self, record: Record) -> None:
        """Book a record that is no data row."""
        self._aside += self._length(record.raw + record.end)

    def blank(self, lines: Mapping[str, int]) -> None:
        """Book blank lines: how many there are of each line end."""
        self._line_ends += sum(self._length(end) * count for end, count in lines.items())

    def blank_row(self, record: Record) -> None:
        """Book a row of blank cells that is no data row."""
        self._delimiters += self._length(record.raw)
        self._line_ends += self._mark_length(record.end)

    def close(self) -> ByteLedger:
        """Return the ledger."""
        return ByteLedger(
            file=self._size,
            mark=self._mark,
            header=self._header,
            cells=self._cells,
            delimiters=self._delimiters,
            quotes=self._quotes,
            line_ends=self._line_ends,
            set_aside=self._aside,
        )

    def _apart(self, record: Record) -> int:
        """Book what stands between a record's cells by what is in the text and not in them; return the cells' bytes."""
        cells = "".join(record.cells)
        raw = record.raw
        if not record.how:
            self._regular(raw, cells, len(record.cells) - 1)
            return self._length(cells)
        gone = {mark: raw.count(mark) - cells.count(mark) for mark in self._marks if mark in raw}
        for mark, count in gone.items():
            if mark in self._quoting:
                self._quotes += count * self._mark_length(mark)
            elif mark in _LINE_ENDS:
                self._line_ends += count * self._mark_length(mark)
            else:
                self._delimiters += count * self._mark_length(mark)
        return self._length(cells)

    def _regular(self, raw: str, cells: str, delimiters: int) -> None:
        """Book delimiters, as many as the cells say, and quotes, as many as are in the text and not in the cells."""
        self._delimiters += delimiters * self._mark_length(self._delimiter)
        for mark in self._quoting:
            if mark in raw:
                self._quotes += (raw.count(mark) - cells.count(mark)) * self._mark_length(mark)


def book_above(lines: list[str], dialect: Dialect, book: LedgerBook) -> list[Record]:
    """Book the physical lines above a header; return the titles among them, the rest being blank."""
    reader = RecordReader(Lines([lines]), dialect, None)
    titles = []
    for record in reader:
        if any(map(str.strip, record.cells)):
            titles.append(record)
            book.aside(record)
        else:
            book.blank_row(record)
    book.blank(reader.blank)
    return titles
