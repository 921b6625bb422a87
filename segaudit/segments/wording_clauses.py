"""One clause in plain words: on a field of the record, or on the rows of another table that belong to it."""

from collections.abc import Mapping

from segaudit.model.conditions import Clause, Operand, RelatedClause
from segaudit.model.fields import TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.segments.wording_values import (
    bound_words,
    field_words,
    length_words,
    listed,
    number_words,
    share_words,
    value_words,
)
from segaudit.sql.operators import Family, Operator, operator_for

# What is asked by true or false, and how each answer reads; other operators say so themselves.
_FLAGS = {
    "known": ("is filled", "is not filled"),
    "unknown": ("is missing", "is not missing"),
    "valid": ("is filled and can be read", "is missing or cannot be read"),
    "invalid": ("is filled but cannot be read", "is missing or can be read"),
    "placeholder": ("holds a placeholder", "holds no placeholder"),
    "is_free_mail": ("is at a free mail provider", "is not at a free mail provider"),
    "is_role_address": ("is a role address", "is not a role address"),
    "is_disposable": ("is a disposable address", "is not a disposable address"),
}
_DATES = {
    "on": "on {}",
    "before": "before {}",
    "after": "after {}",
    "on_or_before": "on or before {}",
    "on_or_after": "on or after {}",
    "between": "from {}",
    "within_last": "in the last {}",
    "not_within_last": "not in the last {}",
    "before_last": "more than {} ago",
    "within_next": "in the next {}",
    "after_next": "more than {} from now",
    "this": "in the current calendar {}",
    "last": "in the previous calendar {}",
    "next": "in the next calendar {}",
}
_NEVER = {("never", True), ("ever", False)}
_SENTENCES = ("is ", "has ", "do ", "does ", "can ", "was ")  # names of fields that are half a sentence
_EVERY_ONE = frozenset({"has_all", "exactly"})
_PATTERNS = frozenset({"like", "matches", "not_matches"})
_PAIR = 2
_RELATED = {
    "exists": "has {rows}",
    "none": "has no {rows}",
    "every": "every one of its {rows}",
    "at_least": "has at least {n} {rows}",
    "at_most": "has at most {n} {rows}",
    "exactly": "has exactly {n} {rows}",
    "count": "the number of its {rows} is {bounds}",
    "sum": "the sum of {of} over its {rows} is {bounds}",
    "avg": "the average {of} of its {rows} is {bounds}",
    "min": "the least {of} of its {rows} is {bounds}",
    "max": "the greatest {of} of its {rows} is {bounds}",
    "first": "the first of its {rows}{by}",
    "last": "the last of its {rows}{by}",
}


def clause_text(clause: Clause, fields: Mapping[str, RuleField]) -> str:
    """Return a clause as a marketer would say it: ``annual revenue is between $20M and $200M``."""
    field = field_of(clause.field, fields)
    operator = operator_for(clause.operator, field.type)
    if clause.operator == "bucket":
        return _bucket_text(clause)
    if operator is None:
        return f"{field_words(clause.field)}: {field_words(clause.operator)} {value_words(clause.operand, field)}"
    folds = field.type in TEXT_TYPES or field.type is FieldType.MULTI
    exact = ", capitals as written" if folds and not clause.options.fold_case else ""
    return f"{_subject(operator, field)} {_predicate(operator, clause.operand, field)}{exact}"


def _bucket_text(clause: Clause) -> str:
    asked = clause.operand if isinstance(clause.operand, dict) else {}
    percent = asked.get("percent")
    share = f"{percent:,.10g}% " if isinstance(percent, int | float) else ""
    return f"falls in a fixed random sample: {share}of all records"


def _subject(operator: Operator, field: RuleField) -> str:
    name = field_words(field.name)
    if operator.family is Family.BOOLEAN and name.startswith(_SENTENCES):
        return f'"{name}"'
    return name.removesuffix(" on").removesuffix(" at") if operator.family is Family.DATE else name


def _predicate(operator: Operator, operand: Operand, field: RuleField) -> str:
    if operator.family is Family.DATE:
        return _date_words(operator, operand, field)
    if operator.name in _FLAGS and isinstance(operand, bool):
        return _FLAGS[operator.name][0 if operand else 1]
    if operator.other_field:
        return operator.words.format(field_words(str(operand)))
    return _said(operator, operand, field)


def _said(operator: Operator, operand: Operand, field: RuleField) -> str:
    """Return what an operator says of a field, the field itself left out."""
    match operator.name:
        case "between" | "not_between" if isinstance(operand, tuple):
            return operator.words.format(listed([value_words(item, field) for item in operand]))
        case "range" if isinstance(operand, tuple) and len(operand) == _PAIR:
            low, high = (value_words(item, field) for item in operand)
            return f"is at least {low} and below {high}"
        case "count" | "length":
            return f"has {bound_words(operand)} {'values' if operator.name == 'count' else 'characters'}"
        case "top_percent" | "bottom_percent" if isinstance(operand, int | float):
            return operator.words.format(f"{operand:,.10g}").replace(" %", "%")
        case "similar_to" if isinstance(operand, dict):
            least = operand.get("at_least")
            likeness = f" (at least {share_words(least)} alike)" if isinstance(least, float) else ""
            return f"is similar to {value_words(operand.get('to', ''), field)}{likeness}"
    return _listed(operator, operator.shown(operand), field)


def _listed(operator: Operator, operand: Operand, field: RuleField) -> str:
    if operator.name in _PATTERNS:
        return operator.words.format(f"the pattern {operand}")
    if isinstance(operand, tuple) and operator.words.count("{}") == len(operand) > 1:
        return operator.words.format(*[value_words(item, field) for item in operand])
    if isinstance(operand, tuple) and operator.name in _EVERY_ONE:
        return operator.words.format(listed([value_words(item, field) for item in operand]))
    return operator.words.format(length_words(value_words(operand, field)))


def _date_words(operator: Operator, operand: Operand, field: RuleField) -> str:
    if isinstance(operand, bool):
        return "never" if (operator.name, operand) in _NEVER else "at some time"
    if isinstance(operand, tuple):
        days = " to ".join(value_words(item, field) for item in operand)
        return _DATES.get(operator.name, operator.words).format(days)
    return _DATES.get(operator.name, operator.words).format(length_words(value_words(operand, field)))


def related_text(clause: RelatedClause, fields: Mapping[str, RuleField]) -> str:
    """Return what is asked of related rows, which rows left out: ``has at least 2 deals``."""
    asked = clause.operand if isinstance(clause.operand, dict) else {}
    summed = str(asked["of"]) if "of" in asked else ""
    by = f", by {field_words(str(asked['by']))}" if "by" in asked else ""
    return _RELATED.get(clause.operator, "{rows}").format(
        rows=field_words(clause.field),
        n=_how_many(asked.get("n", 0)),
        bounds=bound_words(asked.get("bounds", {}), field_of(summed, fields) if summed else None),
        of=field_words(summed),
        by=by,
    )


def _how_many(number: Operand) -> str:
    return number_words(float(number)) if isinstance(number, int | float) else str(number)


def field_of(name: str, fields: Mapping[str, RuleField]) -> RuleField:
    """Return a field of the rules; one they do not have is text."""
    return fields.get(name) or RuleField(name=name, type=FieldType.TEXT)
