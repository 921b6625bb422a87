"""The JSON Schema of a segment file, made from the tables its own reader goes by: editors know what it knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of

from segaudit.model.fields import VALUE_TYPES
from segaudit.model.segments import Assignment, Governance, RuleField
from segaudit.rulebook.json_schema_conditions import FIELD_NAME, OPTIONS, condition_definitions
from segaudit.rulebook.json_schema_operands import OPERANDS, Json, ref
from segaudit.rulebook.keys import FIELD_KEYS, GOVERNANCE_KEYS, SCHEMA_KEYS, SEGMENT_KEYS, TEST_KEYS, TOP_KEYS
from segaudit.sql.operators import OPERATORS, Operator

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MOST_PARTS = 100  # of a score
_ANYTHING: Json = {}  # documentation: a text, a list, whatever says it best
_TEXT = ref("text")
_SCALAR: Json = {"type": ["string", "number", "boolean", "null"]}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
_DIMENSIONS = (
    "firmographic", "behavioural", "technographic", "intent", "relationship", "role", "stage", "value_fit",
    "geographic", "demographic", "psychographic",
)  # fmt: skip
_CADENCES = ("daily", "weekly", "monthly", "quarterly", "yearly")
_TREATMENT = {
    "next_action": "What happens next, and who does it.",
    "message": "What is said.",
    "pains": "What troubles them.",
    "outcomes": "What they get.",
    "proof": "What shows that it is so.",
    "objections": "What they will say against it.",
    "assets": "Files and pages that are used.",
}
_ABOUT: Mapping[str, Json] = {
    "name": {**_TEXT, "description": "What people call it."},
    "owner": {**_ANYTHING, "description": "Who answers for it."},
    "refresh": {"anyOf": [{"enum": list(_CADENCES)}, _TEXT], "description": "How often it is worked out anew."},
    "review_on": {**_SCALAR, "description": "The day it has to be looked at again."},
    "description": {**_ANYTHING, "description": "What it is, in a sentence."},
    "notes": {**_ANYTHING, "description": "Whatever else should be known."},
    "approved_by": {**_ANYTHING, "description": "Who approved it."},
    **OPTIONS,
}


def segment_file_schema(
    fields: Mapping[str, RuleField], described: Mapping[str, str], operators: Sequence[Operator] = OPERATORS
) -> Json:
    """Return the JSON Schema (2020-12) of a segment file.

    Args:
        fields: Known fields; a file may declare others.
        described: What they are, for editors to show.
        operators: Those criteria can use.
    """
    types = {name: field.type for name, field in fields.items() if field.type in VALUE_TYPES}
    definitions = dict(OPERANDS) | condition_definitions(types, described, operators)
    for suffix in ("", "_loose"):
        definitions |= _parts(f"condition{suffix}", suffix)
    definitions["field"] = _object(_keyed(FIELD_KEYS, _FIELD))
    same = {name: {"properties": {"type": {"const": kind.value}}} for name, kind in types.items()}
    return {
        "$schema": _DRAFT,
        "title": "segaudit segment file",
        "description": "Segments as data: what decides who is in them, and what is done about it.",
        **_object(_top(types, described)),
        # A known field declared with another type than usual: what is asked of it is not held against the usual one.
        "if": {"properties": {"fields": {"properties": same}}},
        "then": {"properties": _decided("")},
        "else": {"properties": _decided("_loose")},
        "$defs": definitions,
    }


def _top(types: Iterable[str], described: Mapping[str, str]) -> dict[str, Json]:
    declared = {name: {**ref("field"), "description": described.get(name, "")} for name in types}
    new = {**ref("field"), "required": ["type"]}
    names = {"pattern": "^(?!.*__)[a-z][a-z0-9_]{0,62}$"}
    test = {**_object(_keyed(TEST_KEYS, _TEST)), "required": ["given", "schema", "expect"]}
    about: dict[str, Json] = {
        "version": {"const": 1, "description": "The version of the language."},
        "defaults": {**_object(dict(OPTIONS), null=True), "description": "For every clause of the file."},
        "governance": {
            **_object(_keyed(GOVERNANCE_KEYS, _governance()), null=True),
            "description": "Who may create segments, and the bounds they are held against.",
        },
        "fields": {
            "type": ["object", "null"],
            "properties": declared,
            "additionalProperties": new,
            "propertyNames": names,
            "description": "What the columns mean; fields of the catalogue need not be declared.",
        },
        "predicates": {"type": ["object", "null"], "description": "Conditions named once, used as {predicate: name}."},
        "scores": {"type": ["object", "null"], "description": "Points, used as {score: {name: {gte: 70}}}."},
        "schemas": {"type": "object", "minProperties": 1, "description": "Segments that answer one question each."},
        "tests": {"type": ["array", "null"], "items": test, "description": "A record given, and its label."},
    }
    return _keyed(TOP_KEYS, about)


def _decided(suffix: str) -> dict[str, Json]:
    named = {"additionalProperties": ref(f"condition{suffix}")}
    scored = {"additionalProperties": ref(f"score{suffix}"), "propertyNames": FIELD_NAME}
    grouped = {"additionalProperties": ref(f"schema{suffix}"), "propertyNames": FIELD_NAME}
    return _keyed(
        [key for key in TOP_KEYS if key in {"predicates", "scores", "schemas"}],
        {"predicates": named, "scores": scored, "schemas": grouped},
    )


def _parts(condition: str, suffix: str) -> dict[str, Json]:
    """Return what holds conditions: scores, segments, schemas."""
    when = ref(condition)
    part = {**_object({"name": _TEXT, "points": ref("number"), "when": when}), "required": ["points", "when"]}
    parts = {"type": "array", "items": part, "minItems": 1, "maxItems": _MOST_PARTS}
    score = {**_object({"description": _ANYTHING, "parts": parts}), "required": ["parts"]}
    segment = _object(_keyed(SEGMENT_KEYS, _segment(when, f"score{suffix}")))
    schema = _object(_keyed(SCHEMA_KEYS, _schema(f"segment{suffix}")))
    return {
        f"score{suffix}": score,
        f"segment{suffix}": {**segment, "required": ["criteria"]},
        f"schema{suffix}": {**schema, "required": ["assign", "segments"]},
    }


def _schema(segment: str) -> dict[str, Json]:
    label = {"type": "string"}
    listed = {"anyOf": [{"type": "string"}, {"type": "null"}, {"type": "array", "items": {"type": "string"}}]}
    return {
        **_ABOUT,
        "objective": {**_ANYTHING, "description": "The question it answers."},
        "dimension": {"anyOf": [{"enum": list(_DIMENSIONS)}, _TEXT], "description": "What it looks at."},
        "assign": {
            "enum": [item.value for item in Assignment],
            "description": "first_match: a waterfall, in the order written. exactly_one: two matches are a finding. "
            "all_matches: every segment that holds.",
        },
        "else": {**label, "description": "Label of a record that meets none."},
        "undecided": {**label, "description": "Label where it cannot be told; the same as else if left out."},
        "conflict": {**label, "description": "Label of a record that meets two segments of an exactly_one schema."},
        "transitions": {
            "type": ["object", "null"],
            "additionalProperties": listed,
            "description": "Label -> labels a record may have next.",
        },
        "segments": {
            "type": "object",
            "additionalProperties": ref(f"{segment}"),
            "propertyNames": FIELD_NAME,
            "minProperties": 1,
        },
    }


def _segment(condition: Json, score: str) -> dict[str, Json]:
    ranked = _object({"by": _TEXT, "order": {"enum": ["asc", "desc"]}})
    measure = {
        "primary": {**_TEXT, "description": "What it is judged by: reply_rate, meeting_rate, ..."},
        "baseline": {**_SHARE, "description": "The rate today, 0 to 1."},
        "detect_relative": {"type": "number", "description": "The change worth knowing: 0.5 is half as much again."},
        "holdout": {**_SHARE, "description": "Share that gets nothing, for comparison."},
    }
    return {
        **_ABOUT,
        "criteria": {**condition, "description": "Who is in it."},
        "exclude": {
            "anyOf": [condition, {"type": "array", "maxItems": 0}],
            "description": "Who is not in it, whatever the criteria say.",
        },
        "required_fields": {
            "anyOf": [{"type": "array", "items": FIELD_NAME}, FIELD_NAME],
            "description": "Fields it cannot do without.",
        },
        "persona": {**_ANYTHING, "description": "Who its members are, as one person."},
        "personas": {**_ANYTHING, "description": "Who its members are."},
        "decision": {**_ANYTHING, "description": "What is done differently because of it."},
        "rank_within": {"anyOf": [{**ranked, "required": ["by"]}, _TEXT], "description": "What members are ranked by."},
        "score": {"anyOf": [ref(f"{score}"), _TEXT], "description": "A score of scores:, or one of its own."},
        "treatment": {
            "type": ["object", "string", "array", "null"],
            "properties": {key: {**_ANYTHING, "description": said} for key, said in _TREATMENT.items()},
            "description": "What its members get.",
        },
        "measure": {"type": ["object", "string", "null"], "properties": measure, "description": "How it is judged."},
        "suppress": {"type": "boolean", "description": "true: nothing is sent to its members, whatever else is true."},
    }


_FIELD: Mapping[str, Json] = {
    "type": {"enum": [kind.value for kind in VALUE_TYPES], "description": "What its cells hold."},
    "column": {**_SCALAR, "description": "Header to read, if not the one that is found."},
    "currency": {**_SCALAR, "description": "Of money: USD, EUR, ..."},
    "blank_means": {**_SCALAR, "description": "What a blank stands for: false, 0, a text; never, of a date."},
    "if_absent": {
        "enum": ["unknown", "blank"],
        "description": "unknown: where no column provides it, a blank means nothing. blank, if left out.",
    },
    "separator": {**_SCALAR, "description": "Between the values of one cell."},
    "min_coverage": {**_SHARE, "description": "Share of records that have to be filled, 0 to 1."},
    "max_age": {**ref("length"), "description": "How old it may be: 365d."},
    "updated": {**_SCALAR, "description": "Header of the date it was last looked at."},
    "values": {
        "type": "array",
        "items": _TEXT,
        "minItems": 1,
        "description": "The only values there are, as they should be written.",
    },
    "description": {**_SCALAR, "description": "What it is."},
    "owner": {**_SCALAR, "description": "Who keeps it right."},
    "sensitive": {"type": ["boolean", "string"], "description": "true: of a kind the law protects more."},
}
_TEST: Mapping[str, Json] = {
    "given": {"type": "object", "description": "Fields and their cells; what is left out is blank."},
    "schema": {**_TEXT, "description": "Which schema decides."},
    "expect": {**_TEXT, "description": "The label it must give."},
    "as_of": {**ref("day"), "description": "The day to count from."},
    "name": {**_TEXT, "description": "What the test shows."},
}


def _governance() -> dict[str, Json]:
    people = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    return {
        "segments": {"anyOf": [_object(_bounds()), {"type": "null"}], "description": "How many, and how large."},
        "capacity_hours_per_quarter": {"type": ["number", "null"], "description": "Hours there are for segments."},
        "may_create": {**people, "description": "Who may own a segment."},
        "approvers": {**people, "description": "Who may approve one."},
        "exceptions": {**_TEXT, "description": "CSV of records put into segments by hand."},
    }


def _bounds() -> dict[str, Json]:
    """Return the bounds of a segmentation: those its model knows."""
    found: dict[str, Json] = {}
    for item in fields_of(Governance):
        if item.name.endswith("_share"):
            found[item.name] = _SHARE
        elif isinstance(item.default, tuple) and item.default:
            found[item.name] = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
        elif isinstance(item.default, int):
            found[item.name] = {"type": "integer"}
    return found


def _keyed(keys: Sequence[str], about: Mapping[str, Json]) -> dict[str, Json]:
    """Return a schema for each key there is; of one nothing is known of, anything will do."""
    return {key: about.get(key, {}) for key in keys}


def _object(properties: dict[str, Json], *, null: bool = False) -> Json:
    """Return a map of known keys; what begins with x- is the author's own."""
    return {
        "type": ["object", "null"] if null else "object",
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
