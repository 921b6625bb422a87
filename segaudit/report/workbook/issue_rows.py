"""The cells that findings are about, as a workbook lists them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One cell a finding is about."""

    table: str
    row: int  # the data row, from 1
    line: int | None  # physical line of the file, where it is known
    column: str
    rule: str
    value: str
    suggestion: str = ""
    finding: str = ""  # Finding.id it belongs to; empty: it stands by itself, under its table and rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """The issues of an audit; they are read once and only the first of each finding are kept."""

    rows: Iterable[IssueRow] = ()
    redacted: bool = False  # values are masked
    most: int = 100  # of one finding
    most_in_all: int = 20_000
    total: int | None = None  # how many there are; None: as many as rows
    file: str = "issues.csv"  # that has them all
