"""What filling the missing fields would decide: needs, sets of fields, stand-ins, and the plan made of them.

A *placement* is one record in one schema; it is open while its label could still change with what is not known.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source


class Effort(StrEnum):
    """Where a missing value can come from."""

    DERIVE = "derive"  # another column of the same table tells it
    REPAIR = "repair"  # something stands there that cannot be read, or is not exact enough
    CONNECT = "connect"  # no column provides it: add it to the export, or join the table that has it
    BUY = "buy"  # data providers sell it
    ASK = "ask"  # only the person knows
    DECIDE = "decide"  # the team itself assigns it
    MEASURE = "measure"  # systems record it


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What open placements of one schema lack, those alike taken together."""

    matters: frozenset[str]  # fields that leave the label open
    turns: frozenset[str]  # missing too; they leave nothing open, but filled they change what hangs on the others
    deciding: frozenset[frozenset[str]]  # sets of all those, up to three, that decide it whatever their values are
    lasting: frozenset[frozenset[str]]  # of those and the whole, sets that decide it whatever else is filled besides
    whole: frozenset[str]  # of those that matter, a set that decides it, none of which can be spared
    unplaced: bool  # no segment holds so far; otherwise there is a label that may change
    rows: int

    def decided_by(self, fields: frozenset[str]) -> bool:
        """Tell whether filling some fields decides the label, whatever their values are."""
        filled = (self.matters | self.turns) & fields
        if len(filled) <= LARGEST_SET:
            return filled in self.deciding
        return any(item <= filled for item in self.lasting)


LARGEST_SET = 3  # fields of the sets that are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGain:
    """What filling one field would do in one schema, or in all of them."""

    field: str
    matters: int  # open placements it is one of the reasons of: more it cannot decide
    alone: int  # of those, decided by it alone, whatever its values turn out to be
    places: int  # of those decided alone, records that have no segment so far
    likely: int | None  # decided by it alone if its values are spread like those filled in; None: too few to go by


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSet:
    """Fields filled together, and the placements that decides for sure."""

    fields: tuple[str, ...]
    decides: int
    places: int  # of those, records that have no segment so far


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaNeeds:
    """One schema: what is open in it, and what would decide it."""

    schema: str
    unplaced: int  # records that cannot be placed
    provisional: int  # records with a label that may change
    gains: tuple[FieldGain, ...]  # most decided first
    best: tuple[FieldSet, ...]  # the best single field, pair and triple, each better than the one before

    @property
    def open(self) -> int:
        """Records whose label could still change."""
        return self.unplaced + self.provisional


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldState:
    """How a field the rules read is filled."""

    field: str
    header: str | None  # None: no column provides it
    rows: int
    missing: int  # blank or a placeholder
    unreadable: int
    inexact: int  # filled, and a rule cannot be told all the same: "50-200", another currency

    @property
    def share_filled(self) -> float:
        """Share of rows that hold a readable value."""
        return (self.rows - self.missing - self.unreadable) / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A better-filled column that tells what the rules ask of a field."""

    field: str
    column: str  # header; "domain of ..." where only that part of an address is meant
    position: int
    share_agrees: float  # of records with both that have others alike: those others tell the same
    share_usual: float  # what always guessing the most frequent would get right
    rows_compared: int
    fills: int  # records without the field for which it can be told
    decides: int  # placements that decides for sure
    used_by: tuple[str, ...]  # schemas that read this column already


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """Fields to fill next, by what they decide on top of the steps before."""

    fields: tuple[str, ...]
    decides: int
    places: int
    left: int  # placements still open after it
    efforts: tuple[tuple[str, Effort], ...]  # field, where its values can come from


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichmentResult(Shown):
    """What filling the missing fields would decide."""

    source: Source
    rules: RuleBook
    as_of: date
    absent_fields: tuple[str, ...]
    records_open: int  # in at least one schema
    schemas: tuple[SchemaNeeds, ...]
    overall: tuple[FieldGain, ...]  # over all schemas, in placements
    best: tuple[FieldSet, ...]
    states: tuple[FieldState, ...]
    stand_ins: tuple[StandIn, ...]
    plan: tuple[PlanStep, ...]
    list_path: str | None = None
    list_rows: int = 0
    waiting: int = 0  # open records for which only fields no column provides would help

    @property
    def open(self) -> int:
        """Open placements."""
        return sum(item.open for item in self.schemas)

    def severities(self) -> set[str]:
        """Return "error" if a schema cannot place more than half of the records, "warning" if it cannot place some."""
        worst = max((item.unplaced for item in self.schemas), default=0)
        return ({"warning"} if worst else set()) | ({"error"} if 2 * worst > self.source.rows else set())
