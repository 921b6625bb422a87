"""Why a record is in its segments, and what would move it to others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import Assignment, RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source
from segaudit.model.spans import Span


class PartKind(StrEnum):
    """What a line of an explanation speaks of."""

    CLAUSE = "clause"
    RELATED = "related"  # rows of another table
    GROUP = "group"
    SCORE = "score"
    PREDICATE = "predicate"
    SEGMENT = "segment"  # membership in another segment
    EXCLUSION = "exclusion"  # what keeps a record out if it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a segment's criteria, with its verdict on one record."""

    kind: PartKind
    words: str
    verdict: bool | None  # None: it cannot be told
    field: str = ""  # of a clause
    value: str = ""  # what the record holds there, as people are shown it
    note: str = ""  # why it cannot be told, or what else decides it
    members: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that would have to hold something else."""

    field: str
    before: str  # the cell as people are shown it
    is_filled: bool  # something stands there now, readable or not
    after: WitnessValue  # None: the cell is emptied
    stretch: Span | None = None  # of a number or date: every value that would do as well
    instead: tuple[WitnessValue, ...] = ()  # words that would do as well as ``after``
    words: str = ""


class MoveKind(StrEnum):
    """What is known of a way into a segment."""

    HERE = "here"  # the record is in it
    FOUND = "found"  # and confirmed by the program that decides records
    NONE = "none"  # proved: no change of what is in the record's fields
    OPEN = "open"  # it cannot be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The smallest change that puts a record into a segment: fewest fields, then least of numbers and dates."""

    segment: str
    kind: MoveKind
    changes: tuple[Change, ...] = ()
    label: str = ""  # of the schema, after the change
    # Fields that change, what nobody would think of first, and how far numbers and dates have to go: the least is best.
    effort: tuple[int, int, float] = (0, 0, 0.0)
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentExplained:
    """One segment of a schema, asked of one record."""

    segment: str
    name: str
    verdict: bool | None  # its criteria and not its exclusions
    member: bool | None  # in a waterfall: and none before it takes the record
    taken_by: str  # the segment before it that does; empty: none
    criteria: Part
    exclude: tuple[Part, ...]
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaExplained:
    """One schema, asked of one record."""

    schema: str
    assign: Assignment
    label: str
    reason: str  # as assign writes it
    segments: tuple[SegmentExplained, ...]
    nearest: str  # the segment that takes the least change; empty: none is known
    by_hand: str = ""  # what the exception says that gave the label; empty: the rules gave it


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExplained:
    """One record."""

    row: int  # _row
    schemas: tuple[SchemaExplained, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainResult(Shown):
    """The records asked for."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]  # fields rules read and no column provides
    asked: str  # the id; empty if a row was asked for
    header: str  # the column the id stands in; empty if a row was asked for
    rows: int  # that have the id
    records: tuple[RecordExplained, ...]  # the first of them

    def severities(self) -> Iterator[str]:
        """Yield "error" where a record matches segments that exclude each other, "warning" where it has none."""
        for found in (schema for record in self.records for schema in record.schemas):
            rules = self.rules.schema(found.schema)
            if rules.assign is Assignment.EXACTLY_ONE and found.label == rules.conflict:
                yield "error"
            if found.label in {rules.otherwise, rules.undecided_label}:
                yield "warning"
