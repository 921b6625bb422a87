"""Conditions with one clause left out: what shows whether it decides anything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints.reading import conditions_of

_OPEN = frozenset({GroupKind.ALL, GroupKind.ANY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A condition looked at as a whole: what decides a segment, or a predicate."""

    name: str  # schema.segment, or the predicate's name
    condition: Condition


def units_of(rules: RuleBook, schema: Schema, seen: set[str]) -> Iterator[Unit]:
    """Yield a schema's segments, and the predicates they use that were not seen before.

    Args:
        rules: The whole rule book.
        schema: Whose segments.
        seen: Names of predicates that were looked at already; the new ones are added.
    """
    for segment in schema.segments:
        yield Unit(name=f"{schema.id}.{segment.id}", condition=verdict_condition(segment))
        for condition in conditions_of(segment):
            for name in _predicates(condition):
                if name not in seen and name in rules.predicates:
                    seen.add(name)
                    yield Unit(name=name, condition=rules.predicates[name])


def verdict_condition(segment: Segment) -> Condition:
    """Return what decides a segment as one condition: its criteria and none of its exclusions."""
    if not segment.exclude:
        return segment.criteria
    excluded = Group(kind=GroupKind.NONE, members=segment.exclude, place=segment.place)
    return Group(kind=GroupKind.ALL, members=(segment.criteria, excluded), place=segment.place)


def without_each(condition: Condition) -> Iterator[tuple[Clause, Condition]]:
    """Yield each clause that stands beside others in an ALL or ANY group, with the condition without it.

    Predicates and segments are not opened: what stands in them is not this condition's to leave out.
    """
    if not isinstance(condition, Group) or condition.kind is GroupKind.SCORE:
        return
    for index, member in enumerate(condition.members):
        before, after = condition.members[:index], condition.members[index + 1 :]
        if isinstance(member, Clause) and condition.kind in _OPEN and len(condition.members) > 1:
            if not _is_made(condition):
                yield member, replace(condition, members=(*before, *after))
        else:
            for clause, rest in without_each(member):
                yield clause, replace(condition, members=(*before, rest, *after))


def count_variants(condition: Condition) -> int:
    """Return how many clauses ``without_each`` would leave out, without making the conditions."""
    if not isinstance(condition, Group) or condition.kind is GroupKind.SCORE:
        return 0
    own = condition.kind in _OPEN and len(condition.members) > 1 and not _is_made(condition)
    return sum(own if isinstance(member, Clause) else count_variants(member) for member in condition.members)


def _is_made(group: Group) -> bool:
    """Tell whether a group is not in the file but holds criteria and exclusions together."""
    last = group.members[-1]
    return isinstance(last, Group) and last.place == group.place and last.kind is GroupKind.NONE


def _predicates(condition: Condition) -> Iterator[str]:
    match condition:
        case PredicateRef():
            yield condition.name
            yield from _predicates(condition.condition)
        case Group():
            for member in condition.members:
                yield from _predicates(member)
        case _:
            return
