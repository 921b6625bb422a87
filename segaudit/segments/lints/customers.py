"""Who is a customer, as a condition over the fields that say so; and a schema that asks it of members."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from segaudit.model.conditions import Clause, ClauseOptions, Condition, Group, GroupKind, Operand, Place, SegmentRef
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.sql.operators import operator_for

CUSTOMERS = "customers.asked"  # with a full stop: no schema of a file can be called so
_FLAG = "is_customer"
_STAGES = ("lifecycle_stage", "relationship")


def customer_condition(rules: RuleBook, stages: Sequence[str]) -> Condition | None:
    """Return the condition that a record is a customer; None if no field of the rules could say so."""
    place = rules.schemas[0].place
    asked: list[tuple[str, str, Operand]] = [(_FLAG, "is", True)]
    asked += [(name, "in", tuple(stages)) for name in _STAGES if stages]
    clauses = tuple(
        Clause(field=name, operator=operator, operand=operand, options=ClauseOptions(), place=place)
        for name, operator, operand in asked
        if name in rules.fields and operator_for(operator, rules.fields[name].type) is not None
    )
    return Group(kind=GroupKind.ANY, members=clauses, place=place) if clauses else None


def with_customers(
    rules: RuleBook, customers: Condition, segments: Iterable[tuple[Schema, Segment]] = ()
) -> tuple[RuleBook, Schema]:
    """Return rules with a schema more, and that schema: first who is a customer, then the members of some segments."""
    place = rules.schemas[0].place
    asked = [_segment("customer", customers, place)]
    asked += [
        _segment(f"member{number}", SegmentRef(schema=schema.id, segment=segment.id, place=place), place)
        for number, (schema, segment) in enumerate(segments)
    ]
    schema = Schema(id=CUSTOMERS, assign=Assignment.ALL_MATCHES, segments=tuple(asked), place=place)
    return replace(rules, schemas=(*rules.schemas, schema)), schema


def _segment(name: str, criteria: Condition, place: Place) -> Segment:
    return Segment(id=name, name=name, criteria=criteria, exclude=(), place=place)
