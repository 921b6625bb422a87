"""What a user may say about how a file is to be read."""

from dataclasses import dataclass

from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import Footers, load_footers

SAMPLE_ROWS = 1000  # rows a source keeps for guessing types


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Options of one read; None leaves a decision to the file."""

    label: str  # the file's name as messages show it
    table: str = "raw"
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None  # one character; empty where nothing quotes
    escape: str | None = None  # before a quote within quotes: the quote again, or a backslash
    skip: int | None = None  # physical lines above the header
    header_rows: int | None = None  # 0: the first row is data
    table_number: int | None = None  # of several tables in one file or sheet, 1-based; None takes the longest
    strict: bool = False  # refuse a file that is more, or less, than one plain table
    rejects: str | None = None  # file that takes what was set aside, with line, reason and raw text
    footers: Footers | None = None  # what stands below tables; None takes the shipped words
    ordered: bool = True  # rows keep the file's order; coverage can do without

    def words(self) -> Footers:
        """Return what stands below tables."""
        return self.footers or load_footers(RulesLocation.at(None))
