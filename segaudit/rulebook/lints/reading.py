"""What rules read: the fields, predicates, scores and segments that conditions name."""

from collections.abc import Iterator, Mapping

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    PredicateRef,
    RelatedClause,
    SegmentRef,
    clauses_of,
    segment_refs_of,
)
from segaudit.model.segments import RuleBook, RuleField, Schema, Segment
from segaudit.sql.operators import operator_for


def conditions_of(segment: Segment) -> tuple[Condition, ...]:
    """Return the conditions that decide a segment, and those its members are scored by."""
    scored = segment.score.parts if segment.score is not None else ()
    return (segment.criteria, *segment.exclude, *(part.when for part in scored))


def fields_of(clause: Clause, fields: Mapping[str, RuleField]) -> tuple[str, ...]:
    """Return the fields a clause reads: its own, another it compares with, those of related rows."""
    names = [clause.field]
    operator = operator_for(clause.operator, fields[clause.field].type) if clause.field in fields else None
    if operator is not None and operator.other_field:
        names.append(str(clause.operand))
    if isinstance(clause, RelatedClause):
        names += [name for part in (clause.where, clause.test) for name in fields_in(part, fields)]
        asked = clause.operand if isinstance(clause.operand, dict) else {}
        names += [str(asked[key]) for key in ("of", "by") if key in asked]
    return tuple(names)


def fields_in(condition: Condition | None, fields: Mapping[str, RuleField]) -> tuple[str, ...]:
    """Return the fields a condition reads, each once, predicates opened; segments referred to are not."""
    clauses = clauses_of(condition) if condition is not None else ()
    return tuple(dict.fromkeys(name for clause in clauses for name in fields_of(clause, fields)))


def fields_behind(rules: RuleBook, segment: Segment) -> frozenset[str]:
    """Return every field that has a say in a segment: its own, its rank's, and those of segments it refers to."""
    found: dict[str, None] = {}
    waiting, seen = [segment], {id(segment)}
    while waiting:
        here = waiting.pop()
        for condition in conditions_of(here):
            found |= dict.fromkeys(fields_in(condition, rules.fields))
            for ref in segment_refs_of(condition):
                other = rules.schema(ref.schema).segment(ref.segment)
                if id(other) not in seen:
                    seen.add(id(other))
                    waiting.append(other)
        found |= _ranked_by(rules, here)
    return frozenset(found)


def _ranked_by(rules: RuleBook, segment: Segment) -> dict[str, None]:
    rank = segment.rank_within
    if rank is None:
        return {}
    if not rank.is_score:
        return {rank.by: None}
    parts = rules.scores[rank.by].parts if rank.by in rules.scores else ()
    return dict.fromkeys(name for part in parts for name in fields_in(part.when, rules.fields))


def names_in(condition: Condition) -> Iterator[tuple[str, str]]:
    """Yield what a condition names: ("predicate", name) and ("score", name), predicates opened."""
    match condition:
        case PredicateRef():
            yield "predicate", condition.name
            yield from names_in(condition.condition)
        case Group():
            if condition.kind is GroupKind.SCORE:
                yield "score", condition.name
            for member in condition.members:
                yield from names_in(member)
        case RelatedClause():
            for part in (condition.where, condition.test):
                if part is not None:
                    yield from names_in(part)
        case Clause() | SegmentRef():
            return


def names_used(rules: RuleBook) -> frozenset[tuple[str, str]]:
    """Return the predicates and scores that some segment uses, as ("predicate", name) and ("score", name)."""
    used: set[tuple[str, str]] = set()
    waiting = [condition for _, segment in rules.segments() for condition in conditions_of(segment)]
    for _, segment in rules.segments():
        if segment.score is not None:
            used.add(("score", segment.score.name))
        if segment.rank_within is not None and segment.rank_within.is_score:
            used.add(("score", segment.rank_within.by))
    for condition in waiting:
        used.update(names_in(condition))
    # What only a used score uses is used.
    for kind, name in sorted(used):
        if kind == "score" and name in rules.scores:
            for part in rules.scores[name].parts:
                used.update(names_in(part.when))
    return frozenset(used)


def is_needed(segment: Segment, name: str, fields: Mapping[str, RuleField]) -> bool:
    """Tell whether no record can be a member that lacks a field, whatever else is true of it."""
    criteria = _possible(segment.criteria, name, fields)[0]
    return not (criteria and all(_possible(condition, name, fields)[1] for condition in segment.exclude))


def _possible(condition: Condition, name: str, fields: Mapping[str, RuleField]) -> tuple[bool, bool]:
    """Return whether a condition may be TRUE, and whether it may be FALSE, of a record that lacks a field."""
    match condition:
        case Clause():
            return _clause_possible(condition, name, fields)
        case PredicateRef():
            return _possible(condition.condition, name, fields)
        case SegmentRef():
            return True, True
        case Group(kind=GroupKind.SCORE):
            return True, True
        case Group():
            return _group_possible(condition, [_possible(member, name, fields) for member in condition.members])


def _clause_possible(clause: Clause, name: str, fields: Mapping[str, RuleField]) -> tuple[bool, bool]:
    if isinstance(clause, RelatedClause) or name not in fields_of(clause, fields):
        return True, True
    operator = operator_for(clause.operator, fields[clause.field].type)
    # A clause the operators do not know is the bucket: it goes by the record's id, which is never missing.
    if operator is None or operator.decided or fields[name].blank_means is not None:
        return True, True
    return clause.options.missing is MissingPolicy.INCLUDE, clause.options.missing is MissingPolicy.EXCLUDE


def _group_possible(group: Group, parts: list[tuple[bool, bool]]) -> tuple[bool, bool]:
    holds, fails = [part[0] for part in parts], [part[1] for part in parts]
    match group.kind:
        case GroupKind.ANY:
            return any(holds), all(fails)
        case GroupKind.NONE:
            return all(fails), any(holds)
        case GroupKind.NOT | GroupKind.NOT_ALL:
            return any(fails), all(holds)
        case GroupKind.AT_LEAST:
            return sum(holds) >= group.at_least, sum(fails) > len(parts) - group.at_least
        case _:
            return all(holds), any(fails)


def segments_reading(rules: RuleBook, name: str) -> list[tuple[Schema, Segment]]:
    """Return the segments that name a field among their required ones."""
    return [(schema, segment) for schema, segment in rules.segments() if name in required_fields(segment)]


def required_fields(segment: Segment) -> tuple[str, ...]:
    """Return the fields a segment says it cannot do without."""
    given = segment.documentation.get("required_fields")
    items = given if isinstance(given, list) else [] if given is None else [given]
    return tuple(str(item) for item in items)
