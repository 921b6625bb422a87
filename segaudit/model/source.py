"""A file that was read: where its rows are and what was decided on the way."""

from dataclasses import dataclass


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
    notes: tuple[str, ...] = ()  # decisions and doubts, in words
    sample: tuple[tuple[str, ...], ...] = ()  # the first data rows, for guessing types; never printed

    def column(self, position: int) -> str:
        """Return the SQL name of the column at a 1-based position."""
        return f"c{position}"
