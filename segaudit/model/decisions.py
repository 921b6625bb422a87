"""What deciding the segments of a source came to."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from segaudit.model.segments import Assignment, RuleBook
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

    @property
    def jaccard(self) -> float:
        """Share of the records in either that are in both; 0 where both are empty."""
        total = self.both + self.only_a + self.only_b
        return self.both / total if total else 0.0


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
class OverlapResult:
    """How the segments divide the records."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]  # fields rules read and no column provides
    schemas: tuple[SchemaCounts, ...]
    findings: tuple[Finding, ...]
    resolution: Resolution | None = None  # None: entities were not asked for
    exceptions: tuple[ExceptionCounts, ...] = ()  # of schemas that have some


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignResult:
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
