"""What a recorded run holds, and what a history file says of its runs."""

from dataclasses import dataclass
from datetime import date, datetime

from segaudit.model.fields import FieldType
from segaudit.model.shown import Shown

SEGMENT, OTHER = "segment", "other"  # what a label is: a segment, or what a record without one gets


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How the readable values of a column are spread.

    Numbers and ages (days before the run's day) lie in bins: the first ends at ``uppers[0]``, which belongs to it; the
    last has no end. Values stand by themselves, in small letters, most frequent first.
    """

    kind: str  # "numbers", "ages" or "values"
    uppers: tuple[float, ...] = ()  # ascending; one less than counts
    values: tuple[str, ...] = ()  # as many as counts
    counts: tuple[int, ...] = ()  # records
    others: int = 0  # records with values that are not among those

    @property
    def records(self) -> int:
        """Records with a readable value."""
        return sum(self.counts) + self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMeasures:
    """One column of a run."""

    name: str  # the field; of a column that is none its header, in small letters
    header: str
    type: FieldType
    rows: int
    filled: int
    usable: int  # filled, and readable as the type
    different: int  # values among the filled
    distribution: Distribution | None = None
    why: str = ""  # why there is no distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSize:
    """How many records of a run had a label; in a schema of all matches, among others."""

    schema: str
    label: str
    kind: str  # SEGMENT or OTHER
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMix:
    """How many records of a run had one label of a schema; one of several segments is ``a; b``."""

    schema: str
    label: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, as it was recorded."""

    number: int  # of the file; never given twice
    recorded_at: datetime  # UTC, without a time zone
    as_of: date
    command: str
    input: str  # the file's name, without folders
    rows: int
    sha256: str
    rules: str  # names of the files, with commas
    rules_sha256: str
    version: str  # of segaudit
    key: str  # header of the column of ids; empty: the run cannot tell one record from another
    followed: int  # records that can be found again by their id

    @property
    def name(self) -> str:
        """Return what people call the run."""
        return f"run {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A run that was just recorded."""

    file: str
    run: Run
    again: int | None = None  # an earlier run of the same input, rules and day


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeHistory:
    """The size of one segment, run by run."""

    schema: str
    label: str
    kind: str
    records: tuple[int | None, ...]  # of each run; None: the run's rules did not have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprawl:
    """Which segments came and went from one run to the next."""

    run: int
    schema: str
    segments: int  # of the schema, then
    added: tuple[str, ...]
    retired: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A schema or segment that is worked out less often than its rules say."""

    where: str  # schema or schema.segment
    refresh: str  # as the rules say it
    days: int  # what that is
    last_on: date  # the day it was last worked out for
    late: int  # days beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryResult(Shown):
    """What a history file holds."""

    file: str
    bytes: int
    as_of: date
    runs: tuple[Run, ...]  # oldest first
    sizes: tuple[SizeHistory, ...]  # of the latest runs
    shown: tuple[int, ...]  # numbers of the runs that sizes are of, oldest first
    sprawl: tuple[Sprawl, ...]  # only where something came or went
    overdue: tuple[Overdue, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Runs that were taken out of a history file."""

    file: str
    runs: tuple[int, ...]
    left: int  # runs
    bytes_before: int
    bytes: int
