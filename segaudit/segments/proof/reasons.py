"""Which clauses settle a verdict on the record found, so that a witness names only the fields that matter.

By Kleene's tables the clauses kept settle the verdict whatever the others say, so the fields left out may hold
anything, or nothing.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef, clause_key
from segaudit.model.segments import Segment
from segaudit.segments.proof.smt import Model
from segaudit.segments.proof.verdicts import Verdicts, earlier_segments

Reason = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be settled: that a verdict is TRUE, FALSE, or not that."""

    of: bool
    is_not: bool = False

    def turned(self) -> "Goal":
        """Return the goal for what the verdict is the negation of."""
        return replace(self, of=not self.of)

    def wants_all(self) -> bool:
        """Tell whether a conjunction needs all of its parts to meet the goal, and not one alone."""
        return self.of is not self.is_not


TRUE, FALSE = Goal(of=True), Goal(of=False)
_NOT_TRUE = Goal(of=True, is_not=True)
_ANY_GOAL = (TRUE, FALSE, _NOT_TRUE)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of verdicts on one record found."""

    verdicts: Verdicts
    model: Model
    left_out: frozenset[str] = frozenset()  # fields that no reason may speak of
    _seen: dict[Hashable, tuple[bool, bool]] = field(default_factory=dict)  # clause -> it is TRUE, it is FALSE

    def without(self, name: str) -> "Reasons":
        """Return the reasons that do not speak of a field."""
        return replace(self, left_out=self.left_out | {name})

    def verdicts_of(self, goals: Iterable[tuple[Segment, Goal]]) -> Reason | None:
        """Return clauses that settle the verdicts of several segments; None if a goal is not met."""
        parts = [self.verdict(segment, goal) for segment, goal in goals]
        return _fewest(parts, len(parts))

    def verdict(self, segment: Segment, goal: Goal) -> Reason | None:
        """Return clauses that settle a segment's verdict; None if the goal is not met."""
        parts = [self.condition(segment.criteria, goal)]
        parts += [self.condition(item, goal.turned()) for item in segment.exclude]
        return _of_all(parts, goal)

    def condition(self, condition: Condition, goal: Goal) -> Reason | None:
        """Return clauses that settle a condition; None if the goal is not met."""
        match condition:
            case Clause():
                return (condition,) if self._settles(condition, goal) else None
            case PredicateRef():
                return self.condition(condition.condition, goal)
            case SegmentRef():
                return self._membership(condition, goal)
            case Group():
                return self._group(condition, goal)

    def _settles(self, clause: Clause, goal: Goal) -> bool:
        if not self.left_out.isdisjoint(self.verdicts.clauses.fields_of(clause)):
            return False
        key = clause_key(clause)
        if key not in self._seen:
            truth = self.verdicts.clauses.truth(clause)
            self._seen[key] = self.model.holds(truth.true), self.model.holds(truth.false)
        true, false = self._seen[key]
        return (true if goal.of else false) is not goal.is_not

    def _membership(self, ref: SegmentRef, goal: Goal) -> Reason | None:
        schema = self.verdicts.rules.schema(ref.schema)
        segment = schema.segment(ref.segment)
        parts = [self.verdict(segment, goal)]
        for other in earlier_segments(schema, segment):
            # Whether an earlier segment takes the record is never UNKNOWN: it holds or it does not.
            leaves = FALSE if self.verdicts.hangs_on_free(schema, other) else _NOT_TRUE
            parts.append(self.verdict(other, leaves if goal.wants_all() else TRUE))
        return _of_all(parts, goal)

    def _group(self, group: Group, goal: Goal) -> Reason | None:
        if group.kind in {GroupKind.NONE, GroupKind.NOT, GroupKind.NOT_ALL}:
            goal = goal.turned()
        if group.kind is GroupKind.SCORE:
            return self._score(group)
        parts = [self.condition(member, goal) for member in group.members]
        if group.kind is GroupKind.AT_LEAST:
            # Enough that hold, or so many that do not that too few are left.
            return _fewest(parts, group.at_least if goal.wants_all() else len(parts) - group.at_least + 1)
        return _of_all(parts, goal.turned() if group.kind in {GroupKind.ANY, GroupKind.NONE} else goal)

    def _score(self, group: Group) -> Reason | None:
        """Return what settles every part of a score, one way or the other: which of them matter is not asked."""
        parts = [
            next((found for goal in _ANY_GOAL if (found := self.condition(member, goal)) is not None), None)
            for member in group.members
        ]
        return _fewest(parts, len(parts))


def _of_all(parts: Sequence[Reason | None], goal: Goal) -> Reason | None:
    """Return what settles a conjunction: every part where it is to be TRUE, one part where it is to be FALSE."""
    return _fewest(parts, len(parts) if goal.wants_all() else 1)


def _fewest(parts: Iterable[Reason | None], enough: int) -> Reason | None:
    """Return the reasons of enough parts, of those that have one the ones with the fewest fields."""
    found = [reason for reason in parts if reason is not None]
    if len(found) < enough:
        return None
    kept: dict[Hashable, Clause] = {}
    for _ in range(enough):
        fields = frozenset(clause.field for clause in kept.values())
        best = min(range(len(found)), key=lambda place: _cost(found[place], fields))
        kept |= {clause_key(clause): clause for clause in found.pop(best)}
    return tuple(kept.values())


def _cost(reason: Reason, fields: frozenset[str]) -> tuple[int, int]:
    return len({clause.field for clause in reason} - fields), len(reason)
