"""Tests inside a segment: what they need, who is in which arm, and what they came to."""

from dataclasses import dataclass

from segaudit.model.performance import Comparison, Estimate
from segaudit.model.shown import Shown
from segaudit.model.source import Source

HOLDOUT, CONTROL, TREATED = "holdout", "control", "treated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm: the records whose bucket lies from one percentage up to another."""

    name: str
    low: float  # percent of the buckets, 0-100
    high: float
    needed: int  # records, to show the difference asked for
    records: int | None = None  # of the segment that are in it; None: no file was given
    is_reference: bool = False

    @property
    def share(self) -> float:
        """Return its share of the records, 0-1."""
        return (self.high - self.low) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan(Shown):
    """What a test needs, and who is in it."""

    __test__ = False  # no test of ours, whatever its name

    name: str
    baseline: float
    relative: float
    power: float
    alpha: float  # of the whole test
    alpha_each: float  # of one comparison with the reference: alpha shared out between them
    arms: tuple[Arm, ...]
    needed: int  # records in all arms together
    weeks: int | None  # None: it is not known how many can be reached in a week
    per_week: int | None
    source: Source | None  # None: only the size was asked for
    segment: str  # schema.segment; empty: all records
    available: int | None  # records that have an id
    without_id: int
    smallest_relative: float | None  # what the records there are can show; None: not even all of them
    hashed_by: str  # what the id is: header of a column, or "entity"
    output: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmBalance:
    """An arm as it was meant and as it came."""

    name: str
    expected_share: float | None  # None: not on record
    assigned: int
    measured: int  # of those, records with an outcome in the file
    blank: int  # found, and the outcome is blank or cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReadout(Shown):
    """What a test came to."""

    __test__ = False

    source: Source
    assignment: str
    name: str  # salt of the hash; empty: none is on record
    outcome: str  # header of its column
    kind: str  # "rate" or "amount"
    arms: tuple[ArmBalance, ...]
    reference: str
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]
    correction: str
    alpha: float
    random: bool  # the arms are those of the hash
    refusals: tuple[str, ...]  # why nothing may be claimed; empty: it may
    mismatch_p: float | None  # sample ratio: chance of shares as uneven as these
    warnings: tuple[str, ...]
    not_found: int  # assigned, and not in the file
