"""Where two definitions of the same segments part: what is proved, what else changed, what it comes to in a file."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.decisions import Finding
from segaudit.model.proofs import Witness
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown


class Relation(StrEnum):
    """How the records B's definition holds lie to those A's holds."""

    SAME = "same"  # proved: the same records
    NARROWER = "narrower"  # proved: all of B's are A's; a record shows that A has more
    WIDER = "wider"  # proved: all of A's are B's; a record shows that B has more
    OVERLAPPING = "overlapping"  # records show that each has some of its own, and some with the other
    DISJOINT = "disjoint"  # proved: no record is in both
    NOT_PROVEN = "not_proven"  # it hangs on a clause the proof does not look into, or took too long
    NOT_COMPARABLE = "not_comparable"  # they read a field as different types


class MatchedBy(StrEnum):
    """Why two schemas or segments are taken for the same."""

    ID = "id"
    NAME = "name"  # the closest of those left over: a proposal
    ASKED = "asked"  # somebody said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two ids taken for the same."""

    a: str
    b: str
    by: MatchedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Two lists of ids put side by side."""

    pairs: tuple[Match, ...]  # in A's order
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two definitions lie to each other, with records that the program decides as it is said here."""

    relation: Relation
    only_a: Witness | None = None  # a record in A's and not in B's
    only_b: Witness | None = None
    both: Witness | None = None
    because: tuple[str, ...] = ()  # not proven: clauses not looked into; not comparable: fields
    inside: str = ""  # not proven, but that much is: "a_in_b" or "b_in_a"; the other may hold more


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is said differently; empty where it is not said."""

    key: str  # dotted, such as treatment.next_action
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """A field that the two rule books declare differently."""

    field: str
    key: str
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A record of a file."""

    row: int  # _row
    record_id: str | None  # None: no column holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDiffCounts:
    """What two definitions of a segment come to in a file: members, in a waterfall after those before."""

    a: int
    b: int
    both: int
    undecided_a: int  # records of which A's criteria cannot be told
    undecided_b: int
    examples_a: tuple[Example, ...]  # in A's only, the first in the file
    examples_b: tuple[Example, ...]

    @property
    def only_a(self) -> int:
        """Members of A's only."""
        return self.a - self.both

    @property
    def only_b(self) -> int:
        """Members of B's only."""
        return self.b - self.both


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFlow:
    """Records that one label of A's schema and one of B's is put on."""

    a: str
    b: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDiff:
    """One segment, as A and as B define it."""

    a: str
    b: str
    by: MatchedBy
    criteria: Comparison  # criteria and exclusions
    membership: Comparison | None  # after the order of a waterfall; None: neither is in one
    changes: tuple[Change, ...]
    counts: SegmentDiffCounts | None = None  # None: no file was given


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaDiff:
    """One schema, as A and as B define it."""

    a: str
    b: str
    by: MatchedBy
    segments: tuple[SegmentDiff, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    changes: tuple[Change, ...]
    flows: tuple[LabelFlow, ...] = ()  # most records first


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffData:
    """The file two rule books were held against."""

    name: str
    rows: int
    absent: tuple[str, ...]  # fields either reads and no column provides


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesDiff(Shown):
    """Two rule books, compared."""

    a: RuleBook
    b: RuleBook
    as_of: date
    schemas: tuple[SchemaDiff, ...]
    only_a: tuple[str, ...]  # schemas
    only_b: tuple[str, ...]
    fields: tuple[FieldDifference, ...]
    findings: tuple[Finding, ...]
    data: DiffData | None = None
