"""Presence: is there a value, can it be read, how old is it. Always decided."""

from collections.abc import Callable

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.cells import INVALID, OK, PLACEHOLDER
from segaudit.sql.operators import operands
from segaudit.sql.operators.calendar import shifted
from segaudit.sql.operators.expressions import literal
from segaudit.sql.operators.operator import Builder, Context, Family, Operator, Part

_ANY_TYPE = frozenset(VALUE_TYPES)


def _state(test: Callable[[exp.Column], exp.Expr]) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        holds = test(context.columns.part(field.name, Part.STATE))
        return holds if operand else exp.not_(holds)

    return build


def _age(*, older: bool) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        value = context.columns.part(field.name, Part.VALUE)
        limit = literal(shifted(context.as_of, str(operand), -1))
        compare = exp.LT(this=value, expression=limit) if older else exp.GTE(this=value, expression=limit)
        return exp.func("COALESCE", compare, exp.false())

    return build


def _presence(name: str, words: str, build: Builder) -> Operator:
    return Operator(
        name=name,
        family=Family.PRESENCE,
        types=_ANY_TYPE,
        takes="true or false",
        parse=operands.flag,
        build=build,
        words=words,
        decided=True,
    )


def _dated(name: str, words: str, build: Builder) -> Operator:
    return Operator(
        name=name,
        family=Family.PRESENCE,
        types=frozenset({FieldType.DATE}),
        takes="a length of time: 30d, 2w, 6m, 1y",
        parse=operands.duration,
        build=build,
        words=words,
        decided=True,
    )


OPERATORS = (
    _presence("known", "is filled: {}", _state(lambda state: state >= INVALID)),
    _presence("unknown", "is missing: {}", _state(lambda state: state <= PLACEHOLDER)),
    _presence("valid", "can be read: {}", _state(lambda state: state.eq(OK))),
    _presence("invalid", "cannot be read: {}", _state(lambda state: state.eq(INVALID))),
    _presence("placeholder", "holds a placeholder: {}", _state(lambda state: state.eq(PLACEHOLDER))),
    _dated("older_than", "is older than {}", _age(older=True)),
    _dated("newer_than", "is newer than {}", _age(older=False)),
)
