"""Segments as verdicts over the imagined record, as the program over the real ones decides them."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    PredicateRef,
    SegmentRef,
    clause_key,
    clauses_of,
    segment_refs_of,
)
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.segments.proof import smt
from segaudit.segments.proof.clauses import Clauses
from segaudit.segments.proof.kleene import Truth, both, grouped
from segaudit.segments.proof.smt import Solver

_Key = tuple[str, str]


def earlier_segments(schema: Schema, segment: Segment) -> tuple[Segment, ...]:
    """Return the segments that take a record before this one: in a waterfall those written before it."""
    if schema.assign is not Assignment.FIRST_MATCH:
        return ()
    return schema.segments[: schema.segments.index(segment)]


def clauses_behind(rules: RuleBook, segments: Sequence[tuple[Schema, Segment]]) -> Iterator[Clause]:
    """Yield the clauses that segments hang on, those of the segments they refer to included."""
    seen: dict[_Key, None] = {}
    waiting = deque(segments)
    while waiting:
        schema, segment = waiting.popleft()
        if (schema.id, segment.id) in seen:
            continue
        seen[schema.id, segment.id] = None
        for condition in (segment.criteria, *segment.exclude):
            yield from clauses_of(condition)
            for ref in segment_refs_of(condition):
                other = rules.schema(ref.schema)
                referred = other.segment(ref.segment)
                waiting += [(other, item) for item in (referred, *earlier_segments(other, referred))]


@dataclass(slots=True)
class Verdicts:
    """The verdicts of segments, each worked out once."""

    rules: RuleBook
    clauses: Clauses
    solver: Solver
    _verdicts: dict[_Key, Truth] = field(default_factory=dict)

    def verdict(self, schema: Schema, segment: Segment) -> Truth:
        """Return the verdict of a segment, its criteria and not its exclusions, as two named flags."""
        key = (schema.id, segment.id)
        if key not in self._verdicts:
            parts = [self.condition(segment.criteria)]
            parts += [self.condition(item).negated() for item in segment.exclude]
            found = both(parts)
            named = Truth(smt.flag(f"{schema.id}.{segment.id} holds"), smt.flag(f"{schema.id}.{segment.id} fails"))
            self.solver.require(named.true == found.true, named.false == found.false)
            self._verdicts[key] = named
        return self._verdicts[key]

    def membership(self, schema: Schema, segment: Segment) -> Truth:
        """Return whether a record is in a segment: in a waterfall, if no segment before it holds."""
        left = [self._left_over(schema, other) for other in earlier_segments(schema, segment)]
        return both([self.verdict(schema, segment), *left])

    def _left_over(self, schema: Schema, segment: Segment) -> Truth:
        """Return whether a segment of a waterfall leaves the record to those after it: it does unless it holds."""
        verdict = self.verdict(schema, segment)
        left = smt.opposite(verdict.true)
        if self.hangs_on_free(schema, segment):
            # Under strict a free clause is UNKNOWN only because the proof does not look into it; it may well hold.
            left = smt.all_of([left, smt.any_of([verdict.false, smt.opposite(self.clauses.strict)])])
        return Truth(left, verdict.true)

    def hangs_on_free(self, schema: Schema, segment: Segment) -> bool:
        """Tell whether a segment whose verdict is known has to do with clauses that the proof does not look into."""
        behind = clauses_behind(self.rules, [(schema, segment)])
        return any(clause_key(clause) in self.clauses.free for clause in behind)

    def condition(self, condition: Condition) -> Truth:
        """Return the verdict of a condition."""
        match condition:
            case Clause():
                return self.clauses.truth(condition)
            case SegmentRef():
                schema = self.rules.schema(condition.schema)
                return self.membership(schema, schema.segment(condition.segment))
            case PredicateRef():
                return self.condition(condition.condition)
            case Group():
                return grouped(condition, [self.condition(member) for member in condition.members])
