"""Kleene's three values in systems that know two: a condition as the filters under which it is TRUE, or is not.

A filter of a CRM passes a record or fails it. What the rules say of a record is TRUE, FALSE or UNKNOWN, so for each
clause it is asked under which filters it has one of the values that are wanted; groups turn that into AND and OR.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from segaudit.errors import InputError
from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef, interval_meets
from segaudit.model.segments import Assignment, RuleBook, Segment

L = TypeVar("L")
M = TypeVar("M")


class Truth(StrEnum):
    """What is said of a record."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


Wanted: TypeAlias = frozenset[Truth]
HOLDS, FAILS = frozenset({Truth.TRUE}), frozenset({Truth.FALSE})
ALL = frozenset(Truth)
_TURNED = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
_MOST_STEPS = 20_000  # of one segment's formula, references opened


@dataclass(frozen=True, slots=True)
class Leaf(Generic[L]):
    """One filter."""

    filter: L


@dataclass(frozen=True, slots=True)
class Both(Generic[L]):
    """All of several; of nothing: always."""

    members: "tuple[Formula[L], ...]"


@dataclass(frozen=True, slots=True)
class Either(Generic[L]):
    """Any of several; of nothing: never."""

    members: "tuple[Formula[L], ...]"


Formula: TypeAlias = Leaf[L] | Both[L] | Either[L]


def both(*members: Formula[L]) -> Formula[L]:
    """Return a conjunction, as short as it is plain."""
    kept = tuple(
        dict.fromkeys(part for item in members for part in (item.members if isinstance(item, Both) else (item,)))
    )
    if any(item == Either(()) for item in kept):
        return Either(())
    return kept[0] if len(kept) == 1 else Both(kept)


def either(*members: Formula[L]) -> Formula[L]:
    """Return a disjunction, as short as it is plain."""
    kept = tuple(
        dict.fromkeys(part for item in members for part in (item.members if isinstance(item, Either) else (item,)))
    )
    if any(item == Both(()) for item in kept):
        return Both(())
    return kept[0] if len(kept) == 1 else Either(kept)


ClauseFilters = Callable[[Clause, Wanted], Formula[L]]


@dataclass(slots=True)
class Opener(Generic[L]):
    """Turns the segments of a rule book into filters."""

    rules: RuleBook
    filters: ClauseFilters[L]  # when a clause has one of the values wanted
    steps: int = 0

    def segment(self, schema_id: str, segment_id: str) -> Formula[L]:
        """Return when a record is a member of a segment; in a waterfall, of none before it."""
        self.steps = 0
        return self._member(schema_id, segment_id, HOLDS)

    def _member(self, schema_id: str, segment_id: str, wanted: Wanted) -> Formula[L]:
        schema = self.rules.schema(schema_id)
        segment = schema.segment(segment_id)
        earlier = schema.segments[: schema.segments.index(segment)] if schema.assign is Assignment.FIRST_MATCH else ()
        # Membership is the verdict, and that no earlier one is TRUE, which is never UNKNOWN.
        free = [partial(self._leaves_free, other) for other in earlier]
        return self._all(wanted, [partial(self._verdict, segment), *free])

    def _leaves_free(self, earlier: Segment, wanted: Wanted) -> Formula[L]:
        return self._verdict(earlier, _untaken(wanted))

    def _verdict(self, segment: Segment, wanted: Wanted) -> Formula[L]:
        excluded = [partial(self._contrary, part) for part in segment.exclude]
        return self._all(wanted, [partial(self.condition, segment.criteria), *excluded])

    def _contrary(self, condition: Condition, wanted: Wanted) -> Formula[L]:
        return self.condition(condition, _turned(wanted))

    def condition(self, condition: Condition, wanted: Wanted) -> Formula[L]:
        """Return when a condition has one of the values wanted."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise InputError(
                "the conditions grow too many when they are opened for a list",
                where=str(condition.place),
                hint="let fewer segments refer to each other, or cut the waterfall in two",
            )
        if not wanted or wanted == ALL:
            return Both(()) if wanted else Either(())
        match condition:
            case Clause():
                return self.filters(condition, wanted)
            case PredicateRef():
                return self.condition(condition.condition, wanted)
            case SegmentRef():
                return self._member(condition.schema, condition.segment, wanted)
            case Group():
                return self._group(condition, wanted)

    def _group(self, group: Group, wanted: Wanted) -> Formula[L]:
        asked = [partial(self.condition, member) for member in group.members]
        turned = [partial(self._contrary, member) for member in group.members]
        match group.kind:
            case GroupKind.ALL:
                return self._all(wanted, asked)
            case GroupKind.ANY:
                return self._all(_turned(wanted), turned)
            case GroupKind.NONE:
                return self._all(wanted, turned)
            case GroupKind.NOT | GroupKind.NOT_ALL:
                return self._all(_turned(wanted), asked)
            case GroupKind.SCORE:
                return self._points(group, wanted)
            case GroupKind.AT_LEAST:
                points = (1.0,) * len(asked)
                return self._points(replace(group, points=points, bounds={"gte": float(group.at_least)}), wanted)

    def _all(self, wanted: Wanted, asked: "Sequence[Callable[[Wanted], Formula[L]]]") -> Formula[L]:
        """Return when a conjunction has one of the values wanted: each value by what it takes of the members."""
        if not wanted or wanted == ALL:
            return Both(()) if wanted else Either(())
        if wanted in {FAILS, ALL - HOLDS}:  # one is enough
            return either(*(ask(wanted) for ask in asked))
        if wanted in {HOLDS, ALL - FAILS}:  # all of them
            return both(*(ask(wanted) for ask in asked))
        if Truth.TRUE in wanted:
            return either(self._all(HOLDS, asked), self._all(FAILS, asked))
        return both(self._all(ALL - HOLDS, asked), self._all(ALL - FAILS, asked))

    def _points(self, group: Group, wanted: Wanted) -> Formula[L]:
        """Return when a sum of points has one of the values wanted, by what each member may be in turn."""
        members = tuple(zip(group.points, group.members, strict=True))

        def rest(index: int) -> tuple[float, float]:
            points = [number for number, _ in members[index:]]
            return sum(min(number, 0.0) for number in points), sum(max(number, 0.0) for number in points)

        def opened(index: int, low: float, high: float) -> Formula[L]:
            """Return when the members from index on lead to a value wanted, with what has come together before."""
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise InputError(
                    "the points of a score can come together in too many ways for a list",
                    where=str(group.place),
                    hint="ask for fewer parts",
                )
            least, most = rest(index)
            if index == len(members):
                verdict = interval_meets(low, high, group.bounds)
                found = Truth.UNKNOWN if verdict is None else Truth.TRUE if verdict else Truth.FALSE
                return Both(()) if found in wanted else Either(())
            settled = interval_meets(low + least, high + most, group.bounds)
            if settled is not None:
                return Both(()) if (Truth.TRUE if settled else Truth.FALSE) in wanted else Either(())
            number, member = members[index]
            ways = (
                (HOLDS, number, number),
                (FAILS, 0.0, 0.0),
                (frozenset({Truth.UNKNOWN}), min(number, 0.0), max(number, 0.0)),
            )
            # Ways that lead to the same are one: mostly it does not matter whether a member fails or cannot be told.
            merged: dict[Formula[L], Wanted] = {}
            for value, down, up in ways:
                rest_of = opened(index + 1, low + down, high + up)
                merged[rest_of] = merged.get(rest_of, frozenset()) | value
            return either(*(both(self.condition(member, value), after) for after, value in merged.items()))

        return opened(0, 0.0, 0.0)


def _turned(wanted: Wanted) -> Wanted:
    return frozenset(_TURNED[truth] for truth in wanted)


def _untaken(wanted: Wanted) -> Wanted:
    """Return what an earlier segment's verdict may be where "it does not take the record" has a value wanted."""
    untaken = ALL - HOLDS if Truth.TRUE in wanted else frozenset[Truth]()
    return untaken | (HOLDS if Truth.FALSE in wanted else frozenset[Truth]())


def disjuncts(formula: Formula[L], most: int) -> "list[tuple[L, ...]] | None":
    """Return a formula as an OR of ANDs; None if that takes more than so many filters.

    An AND that asks for all that another asks for, and more, is left out.
    """
    found = _product(formula, most)
    if found is None:
        return None
    sets = {frozenset(part): part for part in found}
    kept = [part for key, part in sets.items() if not any(other < key for other in sets)]
    return kept if sum(map(len, kept)) <= most else None


def _product(formula: Formula[L], most: int) -> "list[tuple[L, ...]] | None":
    if isinstance(formula, Leaf):
        return [(formula.filter,)]
    if isinstance(formula, Either):
        found: list[tuple[L, ...]] = []
        for member in formula.members:
            parts = _product(member, most)
            if parts is None:
                return None
            found = list(dict.fromkeys([*found, *parts]))
            if len(found) > most * most:
                return None
        return found
    crossed: list[tuple[L, ...]] = [()]
    for member in formula.members:
        parts = _product(member, most)
        if parts is None or len(parts) * len(crossed) > most * most:
            return None
        crossed = _absorbed([tuple(dict.fromkeys((*left, *right))) for left in crossed for right in parts])
    return crossed


def _absorbed(parts: "list[tuple[L, ...]]") -> "list[tuple[L, ...]]":
    sets = {frozenset(part): part for part in parts}
    if len(sets) > _FEW:
        return list(sets.values())
    return [part for key, part in sets.items() if not any(other < key for other in sets)]


_FEW = 2_000  # conjunctions that are compared with each other


def mapped(formula: Formula[L], change: Callable[[L], Formula[M]]) -> Formula[M]:
    """Return a formula with each filter changed."""
    if isinstance(formula, Leaf):
        return change(formula.filter)
    members = [mapped(member, change) for member in formula.members]
    return both(*members) if isinstance(formula, Both) else either(*members)
