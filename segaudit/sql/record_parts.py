"""The parts of a field as columns of the records table, with what a blank means where the rules say so."""

from collections.abc import Mapping

from sqlglot import expressions as exp

from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.cells import BLANK, PLACEHOLDER
from segaudit.sql.operators import Part, TextTest
from segaudit.sql.operators.expressions import joined, literal
from segaudit.text.tests import TESTS, text_function

NO_CELL = "blank"  # what reasons call a cell without content
# Parts that what a blank means has no say in.
_NEVER_MEANT = frozenset({Part.CURRENCY})


def present_parts(  # noqa: PLR0913 - what a column of records is made of
    rule_field: RuleField,
    alias: str,
    parts: Mapping[Part, str],
    tests: Mapping[TextTest, str],
    *,
    unfound: exp.Expr,
    currency: exp.Expr | None = None,
) -> list[exp.Expr]:
    """Return a field's parts, joined by its cell.

    Args:
        rule_field: The field.
        alias: The table its cells are joined from.
        parts: What is asked for, with the names to give.
        tests: As parts.
        unfound: The state of a cell that finds no value.
        currency: The code another column of the row names, for an amount that names none itself.
    """
    state = exp.func("COALESCE", exp.column("state", table=alias), unfound)
    selected = []
    for part, name in parts.items():
        if part is Part.STATE:
            value: exp.Expr = state.copy()
        elif part is Part.CELL:
            value = exp.func("COALESCE", _shown(exp.column(part.value, table=alias), currency), literal(NO_CELL))
        elif part is Part.CURRENCY and currency is not None:
            value = exp.func("COALESCE", exp.column(part.value, table=alias), currency.copy())
        else:
            value = _filled_in(rule_field, part, exp.column(part.value, table=alias), state)
        selected.append(exp.alias_(value, name, quoted=True))
    for test, name in tests.items():
        answer = exp.column(name, table=alias, quoted=True)
        meant = _meant_answer(rule_field, test)
        filled = answer if meant is None else exp.Case().when(_is_blank(state), meant).else_(answer)
        selected.append(exp.alias_(filled, name, quoted=True))
    return selected


def _shown(cell: exp.Expr, currency: exp.Expr | None) -> exp.Expr:
    """Return a cell as reasons show it, a bare number with the currency that stands beside it."""
    if currency is None:
        return cell
    is_bare = exp.RegexpLike(this=cell.copy(), expression=literal("^[-0-9., ]+$"))
    with_it = joined("", [cell, literal(" "), currency])
    return exp.Case().when(exp.and_(is_bare, exp.not_(currency.copy().is_(exp.null()))), with_it).else_(cell.copy())


def _filled_in(rule_field: RuleField, part: Part, value: exp.Column, state: exp.Expr) -> exp.Expr:
    """Return a value, with what a blank means in its place where the rules say so."""
    means = rule_field.blank_means
    if means is None or means == "never" or part in _NEVER_MEANT:
        return value
    return exp.Case().when(_is_blank(state), _meant(rule_field, part, means)).else_(value)


def _is_blank(state: exp.Expr) -> exp.Expr:
    return exp.LTE(this=exp.paren(state.copy()), expression=exp.Literal.number(PLACEHOLDER))


def _meant_answer(rule_field: RuleField, test: TextTest) -> exp.Expr | None:
    """Return the answer to a text test on what a blank means; None if a blank means nothing."""
    if rule_field.blank_means is None:
        return None
    answer = TESTS[test.name](*test.arguments)(str(rule_field.blank_means))
    return exp.cast(exp.null(), "BOOLEAN") if answer is None else literal(answer)


def _meant(rule_field: RuleField, part: Part, means: float | str) -> exp.Expr:
    if rule_field.type is FieldType.MULTI:
        word = str(means) if part is Part.ITEMS else text_function("fold")(str(means))
        return exp.array(literal(word))
    if part in {Part.FOLD, Part.RAW_FOLD, Part.DOMAIN}:
        return literal(text_function(part.value)(str(means)))
    return literal(means)


def absent_parts(rule_field: RuleField, parts: Mapping[Part, str], tests: Mapping[TextTest, str]) -> list[exp.Expr]:
    """Return the parts of a field no column provides: every record counts as blank."""
    means = rule_field.blank_means
    selected = []
    for part, name in parts.items():
        if part is Part.STATE:
            value: exp.Expr = exp.Literal.number(BLANK)
        elif part is Part.CELL:
            value = literal(NO_CELL)
        elif means is None or means == "never" or part in _NEVER_MEANT:
            value = exp.cast(exp.null(), _sql_type(rule_field.type, part))
        else:
            value = _meant(rule_field, part, means)
        selected.append(exp.alias_(value, name, quoted=True))
    for test, name in tests.items():
        answer = _meant_answer(rule_field, test) or exp.cast(exp.null(), "BOOLEAN")
        selected.append(exp.alias_(answer, name, quoted=True))
    return selected


def _sql_type(kind: FieldType, part: Part) -> str:
    if part in {Part.UNTRIMMED, Part.CURRENCY, Part.DOMAIN, Part.RAW_FOLD}:
        return "TEXT"
    if kind is FieldType.MULTI:
        return "ARRAY<TEXT>"
    if kind in NUMERIC_TYPES:
        return "DOUBLE"
    return {FieldType.DATE: "DATE", FieldType.BOOL: "BOOLEAN"}.get(kind, "TEXT")
