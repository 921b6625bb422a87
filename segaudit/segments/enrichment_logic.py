"""What a pattern of clause verdicts leaves open, and which fields would close it.

Verdicts are sets of what they can be: TRUE, FALSE, UNKNOWN or several of them, as three bits. A clause on a field that
is filled in may turn out either way; a clause on a field that stays missing keeps the verdict it has. A label is sure
if none of the verdicts it hangs on can be UNKNOWN. Sets of members are combined as if members had nothing to do with
each other, so what is called sure is sure; a label may be sure and not be seen to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    PredicateRef,
    SegmentRef,
    clauses_of,
    interval_meets,
    segment_refs_of,
)
from segaudit.model.enrichment import LARGEST_SET, Need
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.sql.conditions import ClauseColumns

TRUE, FALSE, UNKNOWN = 1, 2, 4
EITHER = TRUE | FALSE
_SEVERAL = 2

# What these say of a field that holds a value, where they are asked with yes.
_OF_FILLED = {"known": TRUE, "valid": TRUE, "ever": TRUE, "unknown": FALSE, "invalid": FALSE, "placeholder": FALSE,
              "never": FALSE}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """One clause: its column and the fields it reads, two where it compares them."""

    name: str
    fields: tuple[str, ...]
    when_filled: int


def leaf_of(clause: Clause, clauses: ClauseColumns) -> Leaf:
    """Return a clause with what it can be once its fields are filled."""
    fields = (clause.field, str(clause.operand)) if clause.operator.endswith("_field") else (clause.field,)
    certain = _OF_FILLED.get(clause.operator, EITHER)
    if certain != EITHER and clause.operand is False:
        certain = negated(certain)
    return Leaf(clauses.name(clause), fields, certain)


def leaves_of(schema: Schema, rules: RuleBook, clauses: ClauseColumns) -> dict[str, Leaf]:
    """Return every clause a schema's labels hang on, by column, those of segments it refers to included."""
    found: dict[str, Leaf] = {}
    todo, seen = [schema.id], {schema.id}
    while todo:
        for segment in rules.schema(todo.pop()).segments:
            for condition in (segment.criteria, *segment.exclude):
                for clause in clauses_of(condition):
                    leaf = leaf_of(clause, clauses)
                    found[leaf.name] = leaf
                for name in {ref.schema for ref in segment_refs_of(condition)} - seen:
                    seen.add(name)
                    todo.append(name)
    return found


@dataclass(slots=True)
class Verdicts:
    """The verdicts of one schema's segments, given what its clauses can be."""

    rules: RuleBook
    clauses: ClauseColumns
    values: Mapping[str, int]  # by clause column
    # As records are tagged: in a waterfall a segment that cannot be told takes nothing from those behind it.
    as_tagged: bool = False
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def segment(self, schema: Schema, segment: Segment) -> int:
        """Return what a segment's criteria without its exclusions can be."""
        key = (schema.id, segment.id)
        if key not in self._known:
            parts = [self.of(segment.criteria), *(negated(self.of(item)) for item in segment.exclude)]
            self._known[key] = reduce(_both, parts)
        return self._known[key]

    def member(self, ref: SegmentRef) -> int:
        """Return what membership in a segment can be."""
        schema = self.rules.schema(ref.schema)
        segment = schema.segment(ref.segment)
        verdict = self.segment(schema, segment)
        for other in _before(schema, segment):
            taken = self.segment(schema, other)
            verdict = _both(verdict, FALSE if taken == TRUE else TRUE if self.as_tagged else negated(taken))
        return verdict

    def of(self, condition: Condition) -> int:
        """Return what a condition can be."""
        match condition:
            case Clause():
                return self.values[self.clauses.name(condition)]
            case SegmentRef():
                return self.member(condition)
            case PredicateRef():
                return self.of(condition.condition)
            case Group():
                return _grouped(condition, [self.of(member) for member in condition.members])

    def is_open(self, schema: Schema) -> bool:
        """Tell whether the label could be other than it is."""
        return next(self._open_segments(schema), None) is not None

    def is_placed(self, schema: Schema) -> bool:
        """Tell whether some segment holds for certain."""
        return any(self.segment(schema, segment) == TRUE for segment in schema.segments)

    def _open_segments(self, schema: Schema) -> Iterator[Segment]:
        """Yield the segments that leave the label open."""
        verdicts = [self.segment(schema, segment) for segment in schema.segments]
        if schema.assign is Assignment.EXACTLY_ONE and verdicts.count(TRUE) >= _SEVERAL:
            return  # a conflict, whatever else holds
        for segment, verdict in zip(schema.segments, verdicts, strict=True):
            if verdict & UNKNOWN:
                yield segment
            if verdict == TRUE and schema.assign is Assignment.FIRST_MATCH:
                return

    def open_leaves(self, schema: Schema) -> frozenset[str]:
        """Return the clauses that leave the label open, by column."""
        return frozenset(
            name
            for segment in self._open_segments(schema)
            for condition in (segment.criteria, *segment.exclude)
            for name in self._unknown(condition)
        )

    def _unknown(self, condition: Condition) -> Iterator[str]:
        if not self.of(condition) & UNKNOWN:
            return
        match condition:
            case Clause():
                yield self.clauses.name(condition)
            case PredicateRef():
                yield from self._unknown(condition.condition)
            case Group():
                for member in condition.members:
                    yield from self._unknown(member)
            case SegmentRef():
                schema = self.rules.schema(condition.schema)
                segment = schema.segment(condition.segment)
                for other in (*_before(schema, segment), segment):
                    for part in (other.criteria, *other.exclude):
                        yield from self._unknown(part)


def filled_in(
    values: Mapping[str, int], leaves: Mapping[str, Leaf], filled: frozenset[str], fill: frozenset[str]
) -> dict[str, int]:
    """Return what clauses can be once some fields are filled, whatever their values are.

    Args:
        values: What each clause is now.
        leaves: The clauses.
        filled: Fields that hold a value now.
        fill: Fields to fill; one that holds a value already gets a better one.
    """
    known = filled | fill
    return {
        name: leaf.when_filled if fill & set(leaf.fields) and known >= set(leaf.fields) else values[name]
        for name, leaf in leaves.items()
    }


def find_matters(  # noqa: PLR0913, PLR0917 - as below
    schema: Schema,
    rules: RuleBook,
    clauses: ClauseColumns,
    leaves: Mapping[str, Leaf],
    values: Mapping[str, int],
    filled: frozenset[str],
) -> frozenset[str]:
    """Return the fields that leave a label open; none if it is sure."""
    matters: frozenset[str] = frozenset()
    open_leaves = Verdicts(rules, clauses, values).open_leaves(schema)
    while open_leaves:  # a field that is filled may bring up another: "known, and then the other is over 50"
        matters |= {name for leaf in open_leaves for name in _wanting(leaves[leaf], filled | matters)}
        open_leaves = Verdicts(rules, clauses, filled_in(values, leaves, filled, matters)).open_leaves(schema)
    return matters


def find_need(  # noqa: PLR0913, PLR0917 - a pattern, and all that gives it a meaning
    schema: Schema,
    rules: RuleBook,
    clauses: ClauseColumns,
    leaves: Mapping[str, Leaf],
    values: Mapping[str, int],
    filled: frozenset[str],
    candidates: frozenset[str],
) -> Need | None:
    """Return what would close a pattern of verdicts, of no row yet; None if its label is sure as it is.

    Args:
        schema: Whose label it is.
        rules: The rules.
        clauses: Their clauses.
        leaves: Those the label hangs on, by column.
        values: What each of them is.
        filled: Fields that hold a readable value.
        candidates: Fields that anybody may think of filling: those that leave something open in some record.
    """
    matters = find_matters(schema, rules, clauses, leaves, values, filled)
    if not matters:
        return None

    def decides(fields: frozenset[str]) -> bool:
        return not Verdicts(rules, clauses, filled_in(values, leaves, filled, fields)).is_open(schema)

    turns = frozenset(name for leaf in leaves.values() for name in leaf.fields) & candidates - filled - matters
    fillable = sorted(matters | turns)
    sizes = range(1, min(LARGEST_SET, len(fillable)) + 1)
    sets = (frozenset(item) for size in sizes for item in combinations(fillable, size))
    whole = matters
    for name in sorted(matters):
        if decides(whole - {name}):
            whole -= {name}
    deciding = frozenset(item for item in sets if decides(item))
    least = {item for item in deciding if not any(other < item for other in deciding)} | {whole}
    everything = filled_in(values, leaves, filled, frozenset(fillable))

    def lasts(fields: frozenset[str]) -> bool:
        after = filled_in(values, leaves, filled, fields)
        # What else can be filled may be or may not be.
        either = {name: verdict | everything[name] for name, verdict in after.items()}
        return not Verdicts(rules, clauses, either).is_open(schema)

    return Need(
        matters=matters,
        turns=turns,
        deciding=deciding,
        lasting=frozenset(item for item in least if lasts(item)),
        whole=whole,
        unplaced=not Verdicts(rules, clauses, values, as_tagged=True).is_placed(schema),
        rows=0,
    )


def _wanting(leaf: Leaf, filled: frozenset[str]) -> Sequence[str]:
    """Return the fields to blame for a clause that cannot be told: those not filled; if all are, all of them."""
    return [name for name in leaf.fields if name not in filled] or leaf.fields


def _before(schema: Schema, segment: Segment) -> tuple[Segment, ...]:
    """Return the segments that a record is offered first."""
    return schema.segments[: schema.segments.index(segment)] if schema.assign is Assignment.FIRST_MATCH else ()


def negated(can_be: int) -> int:
    """Return what the opposite can be."""
    return (can_be & UNKNOWN) | (FALSE if can_be & TRUE else 0) | (TRUE if can_be & FALSE else 0)


def _both(a: int, b: int) -> int:
    can_be = (a | b) & FALSE
    if a & TRUE and b & TRUE:
        can_be |= TRUE
    if (a & UNKNOWN and b & (UNKNOWN | TRUE)) or (a & TRUE and b & UNKNOWN):
        can_be |= UNKNOWN
    return can_be


def _grouped(group: Group, members: Sequence[int]) -> int:
    match group.kind:
        case GroupKind.ALL:
            return reduce(_both, members)
        case GroupKind.ANY:
            return negated(reduce(_both, map(negated, members)))
        case GroupKind.NONE:
            return reduce(_both, map(negated, members))
        case GroupKind.NOT | GroupKind.NOT_ALL:
            return negated(reduce(_both, members))
        case GroupKind.AT_LEAST:
            return _at_least(group.at_least, members)
        case GroupKind.SCORE:
            return _score(group, members)


def _score(group: Group, members: Sequence[int]) -> int:
    """Return what "so many points" can be, over each sum that can come about."""
    reached = {(0.0, 0.0)}  # least and most points
    for points, can_be in zip(group.points, members, strict=True):
        doubt = (min(points, 0.0), max(points, 0.0))
        steps = [
            step for bit, step in ((TRUE, (points, points)), (FALSE, (0.0, 0.0)), (UNKNOWN, doubt)) if can_be & bit
        ]
        reached = {(low + down, high + up) for low, high in reached for down, up in steps}
    can_be = 0
    for low, high in reached:
        verdict = interval_meets(low, high, group.bounds)
        can_be |= UNKNOWN if verdict is None else TRUE if verdict else FALSE
    return can_be


def _at_least(least: int, members: Sequence[int]) -> int:
    """Return what "at least so many hold" can be, over each number that can hold and each that is unknown."""
    reached = {(0, 0)}  # hold, unknown
    for can_be in members:
        steps = [step for bit, step in ((TRUE, (1, 0)), (FALSE, (0, 0)), (UNKNOWN, (0, 1))) if can_be & bit]
        reached = {(hold + more, unknown + doubt) for hold, unknown in reached for more, doubt in steps}
    can_be = 0
    for hold, unknown in reached:
        can_be |= TRUE if hold >= least else FALSE if hold + unknown < least else UNKNOWN
    return can_be
