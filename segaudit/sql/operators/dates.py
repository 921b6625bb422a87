"""Dates; ``as_of`` and every length of time are made days before any SQL is written."""

from collections.abc import Callable
from datetime import date

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.cells import INVALID, PLACEHOLDER
from segaudit.sql.operators import operands
from segaudit.sql.operators.calendar import PERIODS, period, resolved, shifted
from segaudit.sql.operators.expressions import literal
from segaudit.sql.operators.operator import Builder, Context, Family, OperandError, Operator, Parser, Part

_Test = Callable[[exp.Column, Operand, date], exp.Expr]


def _dated(test: _Test) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        return test(context.columns.part(field.name, Part.VALUE), operand, context.as_of)

    return build


def _compared(operator: type[exp.Binary]) -> Builder:
    return _dated(lambda value, operand, as_of: operator(this=value, expression=literal(resolved(operand, as_of))))


def _inside(first: object, last: object, value: exp.Column) -> exp.Expr:
    return exp.Between(this=value, low=literal(first), high=literal(last))


def _between(value: exp.Column, operand: Operand, as_of: date) -> exp.Expr:
    first, last = operand if isinstance(operand, tuple) else (operand, operand)
    return _inside(resolved(first, as_of), resolved(last, as_of), value)


def _within_last(value: exp.Column, operand: Operand, as_of: date) -> exp.Expr:
    return _inside(shifted(as_of, str(operand), -1), as_of, value)


def _within_next(value: exp.Column, operand: Operand, as_of: date) -> exp.Expr:
    return _inside(as_of, shifted(as_of, str(operand), 1), value)


def _in_period(offset: int) -> Builder:
    return _dated(lambda value, operand, as_of: _inside(*period(as_of, str(operand), offset), value))


def _happened(*, ever: bool) -> Builder:
    """Decide never and ever: a blank is never, a date is ever, and what cannot be read or is not kept is neither."""

    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        state = context.columns.part(field.name, Part.STATE)
        if field.is_absent:
            return exp.cast(exp.null(), "BOOLEAN")
        asked = bool(operand) is ever
        return (
            exp.Case()
            .when(state.copy() <= PLACEHOLDER, literal(not asked))
            .when(state.copy() > INVALID, literal(asked))
        )

    return build


def _period_name(value: object, _: RuleField) -> Operand:
    if value not in PERIODS:
        raise OperandError("takes week, month, quarter or year")
    return str(value)


def _operator(  # noqa: PLR0913 - a row of the table below
    name: str, words: str, takes: str, parse: Parser, build: Builder, *, negative: bool = False, decided: bool = False
) -> Operator:
    return Operator(
        name=name,
        family=Family.DATE,
        types=frozenset({FieldType.DATE}),
        takes=takes,
        parse=parse,
        build=build,
        words=words,
        negative=negative,
        decided=decided,
    )


_DAY = "a date: 2026-01-31, or as_of"
_PAIR = "a first and a last day"
_LENGTH = "a length of time: 30d, 2w, 6m, 1y"
_PERIOD = "week, month, quarter or year"
_length = operands.duration

OPERATORS = (
    _operator("on", "is on {}", _DAY, operands.day, _compared(exp.EQ)),
    _operator("before", "is before {}", _DAY, operands.day, _compared(exp.LT)),
    _operator("after", "is after {}", _DAY, operands.day, _compared(exp.GT)),
    _operator("on_or_before", "is on or before {}", _DAY, operands.day, _compared(exp.LTE)),
    _operator("on_or_after", "is on or after {}", _DAY, operands.day, _compared(exp.GTE)),
    _operator("between", "is between {}", _PAIR, operands.pair_of(operands.day), _dated(_between)),
    _operator("within_last", "is within the last {}", _LENGTH, _length, _dated(_within_last)),
    _operator(
        "not_within_last",
        "is not within the last {}",
        _LENGTH,
        _length,
        _dated(lambda value, operand, as_of: exp.not_(_within_last(value, operand, as_of))),
        negative=True,
    ),
    _operator(
        "before_last",
        "is longer ago than {}",
        _LENGTH,
        _length,
        _dated(lambda value, operand, as_of: value < literal(shifted(as_of, str(operand), -1))),
    ),
    _operator("within_next", "is within the next {}", _LENGTH, _length, _dated(_within_next)),
    _operator(
        "after_next",
        "is later than the next {}",
        _LENGTH,
        _length,
        _dated(lambda value, operand, as_of: value > literal(shifted(as_of, str(operand), 1))),
    ),
    _operator("this", "is in this {}", _PERIOD, _period_name, _in_period(0)),
    _operator("last", "is in the last {}", _PERIOD, _period_name, _in_period(-1)),
    _operator("next", "is in the next {}", _PERIOD, _period_name, _in_period(1)),
    _operator("never", "never happened: {}", "true or false", operands.flag, _happened(ever=False), decided=True),
    _operator("ever", "ever happened: {}", "true or false", operands.flag, _happened(ever=True), decided=True),
)
