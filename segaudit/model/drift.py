"""What has changed between two lists, or between a recorded run and a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from segaudit.model.decisions import Finding
from segaudit.model.history import Overdue
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source

NEW, GONE = "(new)", "(gone)"  # what stands for the label of a record that only one side has


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """A population stability index, and what it is held against."""

    index: float
    limit: float  # from which it is a finding: the larger of the two below
    by_chance: float  # what so few records reach by chance alone
    old: int  # records that were compared
    new: int
    bins: int  # after those of too few records were put together

    @property
    def is_shift(self) -> bool:
        """Tell whether it is a finding."""
        return self.index > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChange:
    """Two shares, and between which ends their difference lies."""

    old: float
    new: float
    low: float  # of new - old
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value only one side has."""

    value: str
    records: int
    is_sure: bool  # more than chance explains


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDrift:
    """One column of both sides."""

    name: str
    header: str
    read_by_rules: bool
    usable: ShareChange | None  # share of records with a readable value; None: only one side has the column
    only: str = ""  # NEW or GONE, where only one side has the column
    stability: Stability | None = None  # of the values both sides have
    why: str = ""  # why there is none
    new_values: tuple[ValueCount, ...] = ()  # most records first
    vanished: tuple[ValueCount, ...] = ()
    type_changed: bool = False
    of_ages: bool = False  # what is compared are ages: days before the day each side is of


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChange:
    """How many records had a label; one of several segments is ``a; b``."""

    label: str
    is_segment: bool
    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A clause that is decided otherwise for records that moved."""

    clause: str  # in words
    now: str  # "holds", "does not hold" or "cannot be told"
    records: int
    by_the_day: int  # of those, with the cell unchanged: only the day has moved on


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Records that had one label and now have another."""

    was: str  # NEW if they are not on the old side
    now: str  # GONE if they are not on the new side
    records: int
    illegal: int = 0
    causes: tuple[Cause, ...] = ()  # most records first


@dataclass(frozen=True, slots=True, kw_only=True)
class Flapping:
    """Records that leave a label and come back to it."""

    runs: int  # looked at, the present list included
    records: int
    followed: int  # records that all of them have
    examples: tuple[tuple[str, tuple[str, ...]], ...]  # id, its label in each; the first few


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaDrift:
    """One schema."""

    schema: str
    sizes: tuple[SizeChange, ...]
    mix: Stability | None = None  # of the labels
    moves: tuple[Move, ...] = ()  # most records first
    staying: int = 0  # records of both sides with the same label
    flapping: Flapping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is compared."""

    name: str
    rows: int
    as_of: date | None  # None: the day it is of is not known, and it was decided as of the other's
    run: int | None = None  # number of the recorded run


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """How the records of both sides were found in each other."""

    key: str  # header of the column of ids
    both: int
    new: int
    gone: int
    unclear: int  # records of the new side without an id, or whose id stands several times


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftResult(Shown):
    """What has changed."""

    old: Side
    new: Side
    source: Source
    rules: RuleBook
    matched: Matched | None  # None: records could not be followed
    fields: tuple[FieldDrift, ...]
    schemas: tuple[SchemaDrift, ...]
    overdue: tuple[Overdue, ...]
    absent_fields: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def severities(self) -> Iterator[str]:
        """Yield how bad each finding is."""
        yield from (item.severity for item in self.findings)
