"""Two rule books as one, so that one solver can speak of both: A's schemas, B's schemas, and the segments compared.

Each keeps its own schemas under a name of its own; both read the same record. A field that both declare alike is one
field. Where the meaning of a blank differs, B reads it under a second name, and ``diff_proof`` ties the two together:
what stands in the cell is the same. Where the types differ B has a second name too, and nothing can be compared.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    PredicateRef,
    RelatedClause,
    SegmentRef,
    clause_key,
    clauses_of,
)
from segaudit.model.rules_diff import Match
from segaudit.model.segments import Assignment, RuleBook, RuleField, Schema, Segment
from segaudit.segments.proof.record import Setting
from segaudit.sql.operators import operator_for

PAIRS = "pairs"  # the schema of segments compared; the others have a full stop in their names
_SECOND = "__b"  # behind the name of a field as B reads it; no field of a file can have two signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Two rule books as one."""

    rules: RuleBook
    pairs: Schema  # the segments compared: A's, B's, A's members, B's members, each in order; then the mirror
    twice: tuple[str, ...]  # fields of one type that B reads under a second name
    mirrored: tuple[Clause, ...]  # every clause on a field read twice, as A reads it


def second_name(field: str) -> str:
    """Return what a field is called as B reads it."""
    return f"{field}{_SECOND}"


def first_name(field: str) -> str:
    """Return what a field is called in the files."""
    return field.removesuffix(_SECOND)


def differently_typed(a: RuleBook, b: RuleBook) -> frozenset[str]:
    """Return the fields that the two read as different types."""
    return frozenset(name for name in a.fields if name in b.fields and a.fields[name].type is not b.fields[name].type)


def read_twice(a: RuleBook, b: RuleBook) -> tuple[str, ...]:
    """Return the fields of one type in which a blank means different things to the two."""
    return tuple(
        name
        for name in a.fields
        if name in b.fields
        and a.fields[name].type is b.fields[name].type
        and a.fields[name].blank_means != b.fields[name].blank_means
    )


def join_books(a: RuleBook, b: RuleBook, schemas: tuple[Schema, Schema], segments: Sequence[Match]) -> Book:
    """Return two rule books as one, with the segments of two schemas to be compared.

    Args:
        a: One rule book.
        b: The other.
        schemas: A's schema and B's.
        segments: Their segments put side by side.
    """
    twice, apart = read_twice(a, b), differently_typed(a, b)
    rename = partial(_renamed, twice=apart.union(twice), fields=b.fields)
    ours = [_moved(schema, "a", lambda clause: clause) for schema in a.schemas]
    theirs = [_moved(schema, "b", rename) for schema in b.schemas]
    one, other = (
        next(s for s in side if s.id == f"{letter}.{schema.id}")
        for side, letter, schema in zip((ours, theirs), "ab", schemas, strict=True)
    )
    compared = [_as(f"a{i}", one.segment(match.a)) for i, match in enumerate(segments)]
    compared += [_as(f"b{i}", other.segment(match.b)) for i, match in enumerate(segments)]
    compared += [_member(f"am{i}", one, match.a) for i, match in enumerate(segments)]
    compared += [_member(f"bm{i}", other, match.b) for i, match in enumerate(segments)]
    mirrored = _mirrored([*ours, *theirs], twice)
    if mirrored:
        compared.append(_mirror(mirrored, one))
    pairs = Schema(id=PAIRS, assign=Assignment.ALL_MATCHES, segments=tuple(compared), place=one.place)
    fields = {**b.fields, **a.fields, **_second_fields(b, [*twice, *sorted(apart)])}
    # Scores are worked out by their parts, which stand in the conditions.
    rules = replace(a, fields=fields, predicates={}, schemas=(*ours, *theirs, pairs), tests=(), scores={})
    return Book(rules=rules, pairs=pairs, twice=twice, mirrored=mirrored)


def _second_fields(b: RuleBook, names: Iterable[str]) -> dict[str, RuleField]:
    return {second_name(name): replace(b.fields[name], name=second_name(name)) for name in names}


def setting_of(setting: Setting, twice: Iterable[str]) -> Setting:
    """Return what the proof goes by, with the second names treated as the first."""
    names = list(twice)
    words = tuple(
        replace(item, not_in=item.not_in | {second_name(name) for name in names if name in item.not_in})
        for item in setting.placeholders
    )
    catalogue = setting.catalogue | {second_name(name) for name in names if name in setting.catalogue}
    return replace(setting, catalogue=catalogue, placeholders=words)


def _renamed(clause: Clause, *, twice: frozenset[str], fields: Mapping[str, RuleField]) -> Clause:
    """Return a clause of B over the fields as B reads them."""
    operator = operator_for(clause.operator, fields[clause.field].type)
    if isinstance(clause, RelatedClause):
        return clause
    if operator is not None and operator.other_field and clause.operand in twice:
        clause = replace(clause, operand=second_name(str(clause.operand)))
    return replace(clause, field=second_name(clause.field)) if clause.field in twice else clause


def _moved(schema: Schema, letter: str, rename: Callable[[Clause], Clause]) -> Schema:
    """Return a schema under a name of its own, with what it refers to."""

    def moved(condition: Condition) -> Condition:
        match condition:
            case Clause():
                return rename(condition)
            case SegmentRef():
                return replace(condition, schema=f"{letter}.{condition.schema}")
            case PredicateRef():
                return replace(condition, condition=moved(condition.condition))
            case Group():
                return replace(condition, members=tuple(moved(member) for member in condition.members))

    segments = tuple(
        replace(item, criteria=moved(item.criteria), exclude=tuple(moved(part) for part in item.exclude))
        for item in schema.segments
    )
    return replace(schema, id=f"{letter}.{schema.id}", segments=segments)


def _as(name: str, segment: Segment) -> Segment:
    return replace(segment, id=name)


def _member(name: str, schema: Schema, segment_id: str) -> Segment:
    segment = schema.segment(segment_id)
    inside = SegmentRef(schema=schema.id, segment=segment_id, place=segment.place)
    return replace(segment, id=name, criteria=inside, exclude=())


def _mirrored(schemas: Iterable[Schema], twice: Sequence[str]) -> tuple[Clause, ...]:
    """Return every clause on a field read twice, as A reads it, but for those that compare it with another field."""
    found: dict[object, Clause] = {}
    names = {*twice, *map(second_name, twice)}
    for schema in schemas:
        for segment in schema.segments:
            for condition in (segment.criteria, *segment.exclude):
                for clause in clauses_of(condition):
                    if clause.field in names and not clause.operator.endswith("_field"):
                        own = replace(clause, field=first_name(clause.field))
                        found.setdefault(clause_key(own), own)
    return tuple(found.values())


def _mirror(mirrored: Sequence[Clause], schema: Schema) -> Segment:
    """Return a segment that asks every clause of both readings, so that the solver models both alike."""
    asked = [item for clause in mirrored for item in (clause, replace(clause, field=second_name(clause.field)))]
    criteria = Group(kind=GroupKind.ANY, members=tuple(asked), place=schema.place)
    return Segment(id="mirror", name="mirror", criteria=criteria, exclude=(), place=schema.place)
