"""What a user may say about how a file is to be read."""

from dataclasses import dataclass

SAMPLE_ROWS = 1000  # rows a source keeps for guessing types


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Options of one read; None leaves a decision to the file."""

    label: str  # the file's name as messages show it
    table: str = "raw"
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    ordered: bool = True  # rows keep the file's order; coverage can do without
