"""Conditions as JSON Schema: groups, references, clauses by type of field, and related rows."""

from collections.abc import Mapping, Sequence

from segaudit.model.conditions import GroupKind, MissingPolicy
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.rulebook.conditions import OPTION_KEYS
from segaudit.rulebook.json_schema_operands import Json, operand_schema, ref
from segaudit.rulebook.related import TABLES
from segaudit.sql.operators import Family, Operator
from segaudit.sql.operators.operands import COMPARISONS

FIELD_NAME: Json = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"}
OPTIONS: Mapping[str, Json] = {
    "missing": {
        "enum": [policy.value for policy in MissingPolicy],
        "description": "What a missing value means: unknown, exclude (no), include (yes), error (stop the run).",
    },
    "case": {"enum": ["fold", "exact"], "description": "fold: capitals do not matter. exact: they do."},
    "trim": {"type": "boolean", "description": "false: spaces around a value count."},
}
_GROUPS = {
    GroupKind.ALL: "All of these hold.",
    GroupKind.ANY: "At least one of these holds.",
    GroupKind.NONE: "None of these holds.",
    GroupKind.NOT: "This does not hold; one condition.",
    GroupKind.NOT_ALL: "Not all of these hold.",
    GroupKind.AT_LEAST: "So many of these hold: {n: 2, of: [...]}.",
    GroupKind.SCORE: "Points of a score: {icp_fit: {gte: 70}}.",
}
_COUNTS = frozenset({"at_least", "at_most", "exactly"})
_SUMS = frozenset({"sum", "avg", "min", "max"})
_TESTED = frozenset({"every", "first", "last"})


def condition_definitions(
    fields: Mapping[str, FieldType], described: Mapping[str, str], operators: Sequence[Operator]
) -> dict[str, Json]:
    """Return the definitions of conditions, twice: by the fields' known types, and ``loose``, by none.

    A file may declare a known field with another type; what it says of fields is then held against all operators.

    Args:
        fields: Known fields with their types; others may be declared.
        described: What known fields are.
        operators: Those there are.
    """
    definitions = {f"{kind.value}_clause": _clause(_of_type(operators, kind)) for kind in VALUE_TYPES}
    definitions["any_clause"] = _clause(_of_any_type(operators))
    for suffix in ("", "_loose"):
        clauses = {
            name: {**ref(f"{'any' if suffix else kind.value}_clause"), "description": described.get(name, "")}
            for name, kind in fields.items()
        }
        definitions[f"condition{suffix}"] = _condition(f"condition{suffix}", suffix, clauses)
        definitions[f"related{suffix}"] = _related(f"condition{suffix}", operators)
    return definitions


def _condition(name: str, suffix: str, clauses: Mapping[str, Json]) -> Json:
    groups = {kind.value: {**_group(kind, name), "description": _GROUPS.get(kind, "")} for kind in GroupKind}
    named = {
        "predicate": {"type": "string", "description": "A condition named in predicates:."},
        "segment": {"type": "string", "pattern": r"^[^.]+\..+$", "description": "Membership in schema.segment."},
        "may_contact": {"type": "string", "description": "Consent for a channel: email, phone, ..."},
        "bucket": {
            "type": "object",
            "properties": {
                "percent": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
                "salt": {"type": ["string", "number", "boolean"]},
            },
            "required": ["percent"],
            "description": "A stable share of the records, by the hash of their id.",
        },
    }
    related = {table: {**ref(f"related{suffix}"), "description": f"Rows of {table} of the record."} for table in TABLES}
    single = {
        "type": "object",
        "properties": {**OPTIONS, **related, **clauses, **groups, **named},
        "additionalProperties": ref("any_clause"),
        "propertyNames": FIELD_NAME,
        "not": {"propertyNames": {"enum": list(OPTION_KEYS)}},
    }
    return {
        "description": "Fields with operators, or groups; several in one map, or a list, mean all of them.",
        "anyOf": [single, {"type": "array", "items": ref(name), "minItems": 1}],
    }


def _group(kind: GroupKind, condition: str) -> Json:
    if kind is GroupKind.AT_LEAST:
        members = {"type": "array", "items": ref(condition), "minItems": 1}
        counted = {"n": {"type": "integer", "minimum": 1}, "of": members}
        return {"type": "object", "properties": counted, "required": ["n", "of"], "additionalProperties": False}
    if kind is GroupKind.SCORE:
        return {"type": "object", "additionalProperties": ref("comparisons"), "minProperties": 1}
    if kind is GroupKind.NOT:
        return {"allOf": [{"type": "object"}, ref(condition)]}
    return ref(condition)


def _clause(operands: Mapping[str, Json]) -> Json:
    return {
        "type": "object",
        "properties": {**operands, **OPTIONS},
        "additionalProperties": False,
        "not": {"propertyNames": {"enum": list(OPTION_KEYS)}},
    }


def _of_type(operators: Sequence[Operator], kind: FieldType) -> dict[str, Json]:
    return {item.name: operand_schema(item, kind) for item in operators if kind in item.types}


def _of_any_type(operators: Sequence[Operator]) -> dict[str, Json]:
    """Return every operator of fields with whatever it takes on some type."""
    found: dict[str, list[Json]] = {}
    for item in operators:
        for kind in sorted(item.types - {FieldType.ROWS}):
            schema = operand_schema(item, kind)
            if schema not in found.setdefault(item.name, []):
                found[item.name].append(schema)
    return {name: schemas[0] if len(schemas) == 1 else {"anyOf": schemas} for name, schemas in found.items()}


def _related(condition: str, operators: Sequence[Operator]) -> Json:
    rows = [item for item in operators if item.family is Family.RELATED]
    windows = {
        item.name: operand_schema(item, FieldType.DATE)
        for item in operators
        if item.family is Family.DATE and not item.decided
    }
    body: dict[str, Json] = {
        "where": {**ref(condition), "description": "Conditions on the fields of the other table."},
        "among": {**ref(condition), "description": "Which rows count."},
        "by": {**FIELD_NAME, "description": "The date of a row that windows and order go by."},
        "of": {**FIELD_NAME, "description": "The number that is summed up."},
        "n": {"type": "integer", "minimum": 0},
        **{name: {"anyOf": [ref("number"), ref("day")]} for name in COMPARISONS},
        **windows,
    }
    asked = {item.name: {**_body(item.name, body), "description": item.takes} for item in rows}
    return _clause(asked)


def _body(name: str, keys: Mapping[str, Json]) -> Json:
    """Return what stands behind an operator on related rows, with what it cannot do without."""
    compared = [{"required": [comparison]} for comparison in COMPARISONS]
    mapped: Json = {"type": "object", "properties": dict(keys), "additionalProperties": False}
    if name in _COUNTS:
        return {"anyOf": [{**mapped, "required": ["n"]}, {"type": "integer", "minimum": 0}]}
    if name in _SUMS:
        return {**mapped, "required": ["of"], "anyOf": compared}
    if name in _TESTED:
        return {**mapped, "required": ["where"]}
    if name == "count":
        return {"anyOf": [{**mapped, "anyOf": compared}, {"type": "number"}]}
    return {"anyOf": [mapped, {"const": True}]}
