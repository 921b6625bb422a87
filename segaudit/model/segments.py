"""The rule book: fields, predicates, schemas, segments, governance and tests, as the segment files say them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from segaudit.model.conditions import Condition, Place, clauses_of
from segaudit.model.fields import FieldType


class Assignment(StrEnum):
    """How a schema places a record."""

    FIRST_MATCH = "first_match"  # waterfall, in the order written
    EXACTLY_ONE = "exactly_one"  # two matches are a conflict
    ALL_MATCHES = "all_matches"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleField:
    """A field as the rules declare it, or as the catalogue does where they are silent."""

    name: str
    type: FieldType
    column: str | None = None  # header to read, instead of what the field map finds
    currency: str | None = None  # ISO code; a value in another currency is UNKNOWN
    blank_means: bool | float | str | None = None  # "never" for dates; None: missing stays missing
    absent_unknown: bool = False  # where no column provides it, it is unknown, whatever a blank means
    is_absent: bool = False  # found out, not declared: it is unknown of every record, for no column provides it
    separator: str | None = None  # of multi-value cells; None: found in the data
    min_coverage: float | None = None  # share of rows, 0-1
    max_age_days: int | None = None
    values: tuple[str, ...] = ()  # the only ones there are, as they should be written; empty: any
    updated: str | None = None  # header of the date column that says when the field was last looked at
    description: str = ""
    owner: str = ""
    sensitive: bool | None = None  # None: as the catalogue has it
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """What gives a record points."""

    name: str
    points: float  # may be negative
    when: Condition
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points for each part that holds; a part that cannot be told leaves the sum between two ends."""

    name: str
    parts: tuple[ScorePart, ...]
    place: Place
    description: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """Return the least and the most points there are."""
        points = [part.points for part in self.parts]
        return sum(item for item in points if item < 0), sum(item for item in points if item > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankBy:
    """What the members of a segment are ranked by."""

    by: str  # a field, or a score
    is_score: bool
    descending: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment: who is in it, and what it is for."""

    id: str
    name: str
    criteria: Condition
    exclude: tuple[Condition, ...]
    place: Place
    suppress: bool = False
    score: Score | None = None  # its own, or the one it names
    rank_within: RankBy | None = None
    # What the file documents beside the criteria (owner, decision, treatment, ...), as written.
    documentation: Mapping[str, object] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields its clauses read, each once, in reading order."""
        conditions = (self.criteria, *self.exclude)
        return tuple(dict.fromkeys(clause.field for part in conditions for clause in clauses_of(part)))

    @property
    def fields_ranked_by(self) -> tuple[str, ...]:
        """Return the fields its members are scored and ranked by."""
        parts = self.score.parts if self.score is not None else ()
        names = [clause.field for part in parts for clause in clauses_of(part.when)]
        if self.rank_within is not None and not self.rank_within.is_score:
            names.append(self.rank_within.by)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Segments that answer one question about a record."""

    id: str
    assign: Assignment
    segments: tuple[Segment, ...]
    place: Place
    otherwise: str = "unplaced"  # label when no segment matches
    undecided: str | None = None  # label when it cannot be told; None: the same as otherwise
    conflict: str = "conflict"  # label when two segments of an exactly_one schema match
    # Label -> labels a record may have next; empty: any. A label that stands here with nothing is an end.
    transitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documentation: Mapping[str, object] = field(default_factory=dict)

    @property
    def undecided_label(self) -> str:
        """Return the label of a record that cannot be placed for lack of data."""
        return self.undecided if self.undecided is not None else self.otherwise

    def segment(self, segment_id: str) -> Segment:
        """Return the segment of that id; KeyError if there is none."""
        for segment in self.segments:
            if segment.id == segment_id:
                return segment
        raise KeyError(segment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """The bounds a segmentation is held against."""

    start: tuple[int, int] = (3, 6)  # segments to begin with
    warn_above: int = 6
    stop_above: int = 20
    largest_share: float = 0.60  # of placed records; above it a segment is too broad to steer by
    smallest_share: float = 0.01  # below it, or below smallest_members, a segment is tiny
    smallest_members: int = 30
    capacity_hours_per_quarter: float | None = None
    may_create: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()  # who may approve a segment; empty: none is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleException:
    """A record that somebody has put into a segment by hand, against what the rules say of it."""

    record_id: str
    schema: str
    segment: str
    reason: str
    approved_by: str
    expires_on: date | None  # the last day it holds; None: for good
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A record given, and the label one schema must put on it."""

    given: Mapping[str, object]
    schema: str
    expect: str
    as_of: date | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Everything the segment files of one run say."""

    files: tuple[str, ...]
    sha256: str  # of the files' bytes, in order
    fields: Mapping[str, RuleField]
    predicates: Mapping[str, Condition]
    schemas: tuple[Schema, ...]  # as written
    governance: Governance
    tests: tuple[RuleTest, ...]
    scores: Mapping[str, Score] = field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
    beside: tuple[str, ...] = ()  # files that the rules name and that were read: lists of values, exceptions

    def schema(self, schema_id: str) -> Schema:
        """Return the schema of that id; KeyError if there is none."""
        for schema in self.schemas:
            if schema.id == schema_id:
                return schema
        raise KeyError(schema_id)

    def segments(self) -> Iterator[tuple[Schema, Segment]]:
        """Yield every segment with its schema, as written."""
        for schema in self.schemas:
            for segment in schema.segments:
                yield schema, segment

    def fields_read(self) -> tuple[str, ...]:
        """Return the fields some clause, score or rank reads, each once, in reading order."""
        read = [name for _, segment in self.segments() for name in segment.fields]
        ranked = [name for _, segment in self.segments() for name in segment.fields_ranked_by]
        return tuple(dict.fromkeys([*read, *ranked]))
