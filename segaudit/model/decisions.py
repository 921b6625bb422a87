"""What deciding the segments of a source came to."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from segaudit.model.segments import Assignment, RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source
from segaudit.model.tagging import AudienceCounts, CrmCounts, ExceptionCounts, Moves, WrittenFile


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCounts:
    """One segment, counted."""

    schema: str
    segment: str
    name: str
    matched: int  # records its criteria hold for
    members: int  # records in it: in a waterfall those no earlier segment took
    undecided: int  # records of which it cannot be told
    undecided_by_field: tuple[tuple[str, int], ...]  # field that leaves it open, records; most first
    members_entities: int | None = None  # entities with a record in it; None: entities were not asked for
    members_by_exception: int = 0  # records an exception puts into it; members are counted by the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOverlap:
    """Two segments of one schema, by their criteria."""

    schema: str
    a: str
    b: str
    both: int  # records the criteria of both hold for
    only_a: int
    only_b: int
    rows: int = 0  # of the source
    lift_ends: tuple[float, float] | None = None  # 95 % interval of the lift; None: too few records to say

    @property
    def jaccard(self) -> float:
        """Share of the records in either that are in both; 0 where both are empty."""
        total = self.both + self.only_a + self.only_b
        return self.both / total if total else 0.0

    @property
    def a_in_b(self) -> float:
        """Share of the records of the first that are in the second too; 0 where the first is empty."""
        return self.both / (self.both + self.only_a) if self.both else 0.0

    @property
    def b_in_a(self) -> float:
        """Share of the records of the second that are in the first too; 0 where the second is empty."""
        return self.both / (self.both + self.only_b) if self.both else 0.0

    @property
    def expected(self) -> float:
        """Records that would be in both by chance, if the one had nothing to do with the other."""
        return (self.both + self.only_a) * (self.both + self.only_b) / self.rows if self.rows else 0.0

    @property
    def lift(self) -> float | None:
        """How many times as many are in both as by chance; None where chance would leave nobody there."""
        return self.both / self.expected if self.expected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Records that belong to exactly these segments and to no other."""

    segments: tuple[str, ...]  # ids in the rules' order; across schemas "schema.segment"
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Combinations:
    """How segments meet: every record is in one combination, the empty one included."""

    listed: tuple[Combination, ...]  # those of most records, most first
    others: int  # combinations that are not listed
    others_rows: int  # records in those


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Records of a waterfall that an earlier segment takes from a later one, whose criteria hold for them too."""

    segment: str  # the later one
    by: str  # the first whose criteria hold
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two segments of an exactly_one schema that both hold for some records."""

    a: str
    b: str
    rows: int
    first_rows: tuple[int, ...]  # _row of the first of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """Records without a segment, for one reason."""

    schema: str
    reason: str
    rows: int
    decided: bool  # True: no segment matches. False: it cannot be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The entities of a source."""

    file: str  # they were read from; empty: found in this run
    entities: int
    several: int  # entities with more than one record
    records: int  # in those


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPair:
    """Two labels that records of one entity have."""

    a: str
    b: str
    entities: int  # with a record of each


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageExample:
    """An entity whose records have different labels; of a large one the first records."""

    entity_id: str
    rows: tuple[int, ...]  # _row
    labels: tuple[str, ...]  # of those rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Entities whose records have different labels in one schema: one person, one company, treated in several ways."""

    entities: int
    records: int  # of these entities
    pairs: tuple[LabelPair, ...]  # those of most entities, most first; the first label stands first in the schema
    examples: tuple[LeakageExample, ...]  # those that begin first in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaCounts:
    """One schema, counted."""

    schema: str
    labels: tuple[tuple[str, int], ...]  # what records are tagged with, and how many; in the schema's order
    segments: tuple[SegmentCounts, ...]
    overlaps: tuple[PairOverlap, ...]
    unplaced: tuple[Unplaced, ...]
    conflicts: int  # records of an exactly_one schema that match more than one segment
    in_several: int  # records that match more than one segment
    leakage: Leakage | None = None  # None: entities were not asked for
    combinations: Combinations | None = None  # by criteria; None: nobody asked
    per_record: tuple[tuple[int, int], ...] = ()  # segments whose criteria hold, records; fewest segments first
    per_entity: tuple[tuple[int, int], ...] | None = None  # segments its records are in, entities; None: not asked for
    taken: tuple[Taken, ...] = ()  # of a waterfall
    conflict_pairs: tuple[Conflict, ...] = ()  # of an exactly_one schema, those of most records first

    @property
    def evenness(self) -> "Evenness":
        """How evenly the segments divide their members."""
        return Evenness.of([item.members for item in self.segments])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """How evenly segments divide their members."""

    herfindahl: float  # sum of the squared shares: 1 / segments if all are alike, 1 if one has them all; 0 of nobody
    effective: float  # segments of one size that would be as uneven: 1 / herfindahl
    largest: float  # share of the largest

    @classmethod
    def of(cls, members: Sequence[int]) -> "Evenness":
        """Work it out from the members of each segment."""
        total = sum(members)
        if not total:
            return cls(herfindahl=0.0, effective=0.0, largest=0.0)
        herfindahl = sum((number / total) ** 2 for number in members)
        return cls(herfindahl=herfindahl, effective=1 / herfindahl, largest=max(members) / total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about the segmentation that a person should decide."""

    rule: str
    severity: str  # "error" or "warning"
    where: str  # schema or schema.segment; of the rules themselves file:line:column
    message: str
    hint: str

    def to_dict(self) -> dict[str, str]:
        """Return the finding as JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What serving the segments takes in a quarter."""

    needed: float
    stated: int  # segments that say how many hours they take
    assumed: int  # segments that are taken to need the usual
    usual: float  # hours of a segment that says nothing
    capacity: float | None  # hours there are; None: the rules do not say


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPower:
    """Whether a segment is large enough to measure what it says it is measured by."""

    schema: str
    segment: str
    metric: str
    baseline: float  # share without a change
    relative: float  # change to be seen, relative to it
    assumed: tuple[str, ...]  # of the two what the segment does not say: "baseline", "detect_relative"
    members: int
    arm: int  # members in each of two arms
    arm_needed: int | None  # None: such a change is impossible
    smallest: float | None  # relative change two arms of this size can show; None: none

    @property
    def enough(self) -> bool:
        """Whether the change would show."""
        return self.arm_needed is not None and self.arm >= self.arm_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapResult(Shown):
    """How the segments divide the records."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]  # fields rules read and no column provides
    schemas: tuple[SchemaCounts, ...]
    findings: tuple[Finding, ...]
    resolution: Resolution | None = None  # None: entities were not asked for
    exceptions: tuple[ExceptionCounts, ...] = ()  # of schemas that have some
    across: Combinations | None = None  # of members of all schemas; None: nobody asked
    hours: Hours | None = None  # a quarter the segments ask for; None: nobody asked
    powers: tuple[SegmentPower, ...] = ()  # of segments that say what they are measured by
    not_computable: tuple[tuple[str, str], ...] = ()  # what was not looked at, why
    leakage_path: str = ""  # where the list of leaking entities was written
    leakage_entities: int = 0  # in it


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignResult(Shown):
    """What was tagged, and where it was written."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]
    output: str
    rows: int
    columns: tuple[str, ...]  # added to the input's
    labels: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]  # schema -> label, records; most first
    resolution: Resolution | None = None  # None: each record was decided by itself
    relabelled: tuple[tuple[str, int], ...] = ()  # schema, records with another label than they have by themselves
    exceptions: tuple[ExceptionCounts, ...] = ()  # of schemas that have some
    moves: Moves | None = None  # None: no earlier file was given
    files: tuple[WrittenFile, ...] = ()  # beside the output
    crm: CrmCounts | None = None
    audiences: tuple[AudienceCounts, ...] = ()
    findings: tuple[Finding, ...] = ()

    def severities(self) -> Iterator[str]:
        """Yield "error" where records match segments that exclude each other, "warning" where they have none.

        Findings yield their own.
        """
        yield from (item.severity for item in self.findings)
        for schema, labels in self.labels:
            rules = self.rules.schema(schema)
            found = {label for label, rows in labels if rows}
            if rules.assign is Assignment.EXACTLY_ONE and rules.conflict in found:
                yield "error"
            if found & {rules.otherwise, rules.undecided_label}:
                yield "warning"
