"""A file that was read: where its rows are and what was decided on the way."""

from dataclasses import dataclass

EXTRA_HEADER = "(cells beyond the header)"  # of the column that takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one thing happened while a file was read."""

    what: str  # in words, as a reader of the report sees it
    count: int  # records
    first_line: int  # physical line, 1-based; a sheet's row in a workbook
    file: str = ""  # the one it first happened in, where several were read


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteLedger:
    """Where every byte of a text file went. What is unexplained would be lost data: it is 0, or the read is refused."""

    file: int  # all of it, unpacked
    mark: int = 0  # byte-order mark
    header: int = 0  # cells of the header rows
    cells: int = 0
    delimiters: int = 0
    quotes: int = 0  # around cells, and those that escape others
    line_ends: int = 0
    set_aside: int = 0  # raw text of what is no data row, its line ends included

    @property
    def unexplained(self) -> int:
        """Bytes that went nowhere."""
        explained = self.mark + self.header + self.cells + self.delimiters + self.quotes + self.line_ends
        return self.file - explained - self.set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLedger:
    """Where every row of a sheet went. What is unexplained would be lost data: it is 0, or the read is refused."""

    sheet: int  # rows up to the last that holds anything
    data: int
    header: int
    set_aside: int
    blank: int

    @property
    def unexplained(self) -> int:
        """Rows that went nowhere."""
        return self.sheet - self.data - self.header - self.set_aside - self.blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A raw table: every cell as text, columns named c1, c2, ... by position, rows numbered by ``_row``.

    Positional names keep a client's headers out of SQL; ``headers`` holds what the file prints.
    """

    name: str  # the file's name, for people
    table: str  # the engine's table
    headers: tuple[str, ...]
    rows: int
    kind: str  # csv, xlsx, xls, ods, parquet
    encoding: str = ""  # empty where the format fixes it
    delimiter: str = ""
    skip: int = 0  # physical lines above the header
    sheet: str = ""
    size: int = 0  # bytes
    sha256: str = ""
    header_rows: int = 1  # 0: the file has none, and headers are numbered
    set_aside: tuple[Tally, ...] = ()  # what stands in the file and is no data row: titles, totals, other tables
    repaired: tuple[Tally, ...] = ()  # rows that were read otherwise than they stand there
    ledger: ByteLedger | None = None  # of text files
    row_ledger: RowLedger | None = None  # of sheets
    notes: tuple[str, ...] = ()  # decisions and doubts, in words
    sample: tuple[tuple[str, ...], ...] = ()  # the first data rows, for guessing types; never printed

    @property
    def rows_set_aside(self) -> int:
        """Records of the file that are no data rows."""
        return sum(tally.count for tally in self.set_aside)

    def column(self, position: int) -> str:
        """Return the SQL name of the column at a 1-based position."""
        return f"c{position}"
