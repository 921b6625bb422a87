"""What stands behind an operator, as JSON Schema: found by asking the operator's own reader what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import Family, OperandError, Operator
from segaudit.sql.operators.calendar import PERIODS
from segaudit.sql.operators.operands import COMPARISONS

Json = dict[str, Any]

# Said once, and referred to.
OPERANDS: dict[str, Json] = {
    "number": {
        "description": "a number, or one with a scale: 20M, 250K, 1.2B",
        "anyOf": [
            {"type": "number"},
            {
                "type": "string",
                "pattern": r"^\s*[+-]?[0-9][0-9_,]*(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*[kmbKMB]?\s*$",
            },
        ],
    },
    "percentage": {
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
            {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*$"},
        ]
    },
    "length": {
        "description": "a length of time: 30d, 2w, 6m, 1y",
        "type": "string",
        "pattern": r"^\s*[0-9]+\s*[dwmy]\s*$",
    },
    "day": {
        "description": "a date: 2026-01-31, or as_of for the day of the run",
        "type": "string",
        "pattern": r"^\s*([0-9]{4}-?([0-9]{2}-?[0-9]{2}|W[0-9]{2}(-?[0-9])?)|as_of)\s*$",
    },
    "flag": {
        "description": "true or false",
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([yY][eE][sS]|[nN][oO]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE])$"},
        ],
    },
    "text": {"type": ["string", "number", "boolean"]},
    "period": {"enum": list(PERIODS)},
    "comparisons": {
        "description": "comparisons: {gte: 2, lt: 5}, {between: [2, 5]}",
        "type": "object",
        "properties": {name: {"$ref": "#/$defs/number"} for name in COMPARISONS}
        | {"between": {"type": "array", "items": {"$ref": "#/$defs/number"}, "minItems": 2, "maxItems": 2}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "likeness": {
        "type": "object",
        "properties": {
            "to": {"$ref": "#/$defs/text"},
            "at_least": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        },
        "required": ["to"],
        "additionalProperties": False,
    },
}


def ref(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


@dataclass(frozen=True, slots=True)
class _Form:
    """One shape an operand can have: what a reader of it takes, and what it refuses."""

    name: str  # of OPERANDS
    taken: tuple[object, ...]
    refused: tuple[object, ...] = ()

    @property
    def is_map(self) -> bool:
        """Tell whether it is a map, which an operator may take beside something plain."""
        return OPERANDS[self.name].get("type") == "object"


_NO_WORD = "no such word"
_FORMS = (
    _Form("text", ("zz", "Ü x", 7, -0.5, True)),
    _Form("number", (-3, 0, 0.5, 500, "20M", "1,000"), (_NO_WORD,)),
    _Form("percentage", (0.5, 100, "50"), (0, -3, 101, _NO_WORD)),
    _Form("flag", (True, False, "yes", "No"), (_NO_WORD, 7)),
    _Form("day", ("2026-01-31", "as_of"), (_NO_WORD, 7)),
    _Form("length", ("30d", "2w", "6m", "1y"), (_NO_WORD, "30")),
    _Form("period", PERIODS, (_NO_WORD,)),
    _Form("comparisons", ({"gte": 2}, {"gt": 1, "lt": "5K"}, {"between": [1, 2]}), ({_NO_WORD: 1}, {})),
    _Form("likeness", ({"to": "x", "at_least": 0.9}, {"to": "x"}), ({_NO_WORD: 1}, {})),
)


def operand_schema(operator: Operator, kind: FieldType) -> Json:
    """Return what may stand behind an operator on a field of a type; of an operator that tells nothing, anything."""
    said = {"description": f"{operator.words.replace('{}', '…')} – takes {operator.takes}"}
    if operator.family is Family.PLACE:
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}], **said}
    if operator.other_field or operator.takes.startswith("a file"):
        return {"type": "string", **said}
    field = RuleField(name="f", type=kind)
    single = [form for form in _FORMS if _fits(operator, field, form.taken, form.refused)]
    lists = [form for form in _FORMS if _fits_list(operator, field, form)]
    pairs = [form for form in _FORMS if _fits_pair(operator, field, form)]
    choices = [ref(form.name) for place, form in enumerate(single) if place == 0 or form.is_map]
    choices += [{"type": "array", "items": ref(form.name), "minItems": 1} for form in lists[:1]]
    choices += [{"type": "array", "items": ref(form.name), "minItems": 2, "maxItems": 2} for form in pairs[:1]]
    if not choices:
        return said
    return {**choices[0], **said} if len(choices) == 1 else {"anyOf": choices, **said}


def _fits(operator: Operator, field: RuleField, taken: Sequence[object], refused: Sequence[object]) -> bool:
    return all(_takes(operator, field, item) for item in taken) and not any(
        _takes(operator, field, item) for item in refused
    )


def _fits_list(operator: Operator, field: RuleField, form: _Form) -> bool:
    taken = [[item] for item in form.taken]
    return _fits(operator, field, [*taken, list(form.taken)], [[], *([item] for item in form.refused)])


def _fits_pair(operator: Operator, field: RuleField, form: _Form) -> bool:
    taken = [[item, item] for item in form.taken]
    alone = [[item] for item in form.taken] + [[item] * 3 for item in form.taken]
    return _fits(operator, field, taken, [*alone, *([item, item] for item in form.refused)])


def _takes(operator: Operator, field: RuleField, value: object) -> bool:
    try:
        operator.parse(value, field)
    except (OperandError, TypeError, ValueError):
        return False
    return True
