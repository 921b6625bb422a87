"""What a workbook says of itself: its sheets, and what is to be known of the one that was read."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TypeAlias

SheetRows: TypeAlias = Iterator[tuple[int, list[str]]]  # a row's 1-based number, and its cells up to the last filled

WORKSHEET = "worksheet"
# What the older formats number and a sheet shows.
ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
MOST_MERGED = 1000  # merged ranges kept one by one; more are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetInfo:
    """A sheet as the workbook lists it."""

    name: str
    visible: bool = True
    kind: str = WORKSHEET  # or chartsheet, dialogsheet, macrosheet: what has no cells to read


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRange:
    """Cells merged into one; rows and columns are 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True, kw_only=True)
class SheetFacts:
    """What is learned of a sheet while its rows pass by; whole once they have."""

    rows: int = 0  # that hold anything
    last: int = 0  # number of the last of them
    width: int = 0  # columns up to the last that holds more than white space, without those left out
    gaps: list[tuple[int, int]] = field(default_factory=list)  # runs of blank columns left out, both ends included
    hidden_rows: int = 0
    hidden_ranges: list[tuple[int, int]] = field(default_factory=list)  # of columns, both ends included
    merged: list[MergedRange] = field(default_factory=list)  # the first of them
    merged_count: int | None = 0  # None: the reader cannot tell
    uncomputed: int = 0  # formulas no program has worked out: their cells are empty
    errors: int | None = 0  # cells that show an error, such as #N/A; None: they come as empty cells

    @property
    def hidden_columns(self) -> int:
        """Columns of the table that are hidden."""
        return sum(max(0, min(last, self.width) - first + 1) for first, last in self.hidden_ranges)

    def hide_columns(self, first: str, last: str) -> None:
        """Note hidden columns, numbered from 1; a sheet often hides all those right of its table."""
        if first.isdecimal() and last.isdecimal():
            self.hidden_ranges.append((int(first), int(last)))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merged range."""
        if self.merged_count is not None:
            self.merged_count += 1
        if len(self.merged) < MOST_MERGED:
            self.merged.append(MergedRange(top=top, left=left, bottom=bottom, right=right))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a child process has to say of a workbook."""

    sheets: tuple[SheetInfo, ...] = ()
    chosen: str = ""  # empty if only the list of sheets was asked for
    facts: SheetFacts = field(default_factory=SheetFacts)
    problem: str = ""  # why the workbook was refused
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """Return what was said."""
        facts = dict(said["facts"])
        facts["merged"] = [MergedRange(**merged) for merged in facts["merged"]]
        facts["gaps"] = [(first, last) for first, last in facts["gaps"]]
        return cls(
            sheets=tuple(SheetInfo(**sheet) for sheet in said["sheets"]),
            chosen=said["chosen"],
            facts=SheetFacts(**facts),
            problem=said["problem"],
            hint=said["hint"],
        )
