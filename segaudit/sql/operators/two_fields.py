"""One field against another of the same record; UNKNOWN if either is missing."""

from collections.abc import Callable

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.expressions import decide
from segaudit.sql.operators.operator import Builder, Context, Family, Operator, Part

_Interval = tuple[exp.Column, exp.Column]


def _interval(name: str, context: Context) -> _Interval:
    return context.columns.part(name, Part.VALUE), context.columns.part(name, Part.HIGH)


def _numbers(
    true_when: Callable[[_Interval, _Interval], exp.Expr],
    false_when: Callable[[_Interval, _Interval], exp.Expr],
) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        one, other = _interval(field.name, context), _interval(str(operand), context)
        # A comparison of ranges may be settled by one end alone; both fields must be known all the same.
        known = exp.and_(exp.not_(one[0].copy().is_(exp.null())), exp.not_(other[0].copy().is_(exp.null())))
        return decide(exp.and_(known, true_when(one, other)), exp.and_(known.copy(), false_when(one, other)))

    return build


def _dates(operator: type[exp.Binary]) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        one, other = (context.columns.part(name, Part.VALUE) for name in (field.name, str(operand)))
        return operator(this=one, expression=other)

    return build


def _equal(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    if field.type in NUMERIC_TYPES:
        return _EQUAL_NUMBERS(field, operand, options, context)
    if field.type in TEXT_TYPES:
        return context.text(field.name, options).eq(context.text(str(operand), options))
    return _dates(exp.EQ)(field, operand, options, context)


def _unequal(field: RuleField, operand: Operand, options: ClauseOptions, context: Context) -> exp.Expr:
    return exp.not_(exp.paren(_equal(field, operand, options, context)))


def _same(a: _Interval, b: _Interval) -> exp.Expr:
    single = exp.and_(a[0].copy().eq(a[1].copy()), b[0].copy().eq(b[1].copy()))
    return exp.and_(single, a[0].copy().eq(b[0].copy()))


_EQUAL_NUMBERS = _numbers(_same, lambda a, b: exp.or_(a[0].copy() > b[1].copy(), a[1].copy() < b[0].copy()))


def _operator(
    name: str, words: str, types: frozenset[FieldType], build: Builder, *, negative: bool = False
) -> Operator:
    return Operator(
        name=name,
        family=Family.TWO_FIELDS,
        types=types,
        takes="the name of another field of the same kind",
        parse=operands.text,
        build=build,
        words=words,
        negative=negative,
        other_field=True,
    )


_ANY = TEXT_TYPES | NUMERIC_TYPES | {FieldType.DATE, FieldType.BOOL}
_NUMERIC = frozenset(NUMERIC_TYPES)
_DATE = frozenset({FieldType.DATE})

OPERATORS = (
    _operator("eq_field", "is the same as {}", _ANY, _equal),
    _operator("ne_field", "is not the same as {}", _ANY, _unequal, negative=True),
    _operator(
        "gt_field",
        "is above {}",
        _NUMERIC,
        _numbers(lambda a, b: a[0].copy() > b[1].copy(), lambda a, b: a[1].copy() <= b[0].copy()),
    ),
    _operator(
        "gte_field",
        "is at least {}",
        _NUMERIC,
        _numbers(lambda a, b: a[0].copy() >= b[1].copy(), lambda a, b: a[1].copy() < b[0].copy()),
    ),
    _operator(
        "lt_field",
        "is below {}",
        _NUMERIC,
        _numbers(lambda a, b: a[1].copy() < b[0].copy(), lambda a, b: a[0].copy() >= b[1].copy()),
    ),
    _operator(
        "lte_field",
        "is at most {}",
        _NUMERIC,
        _numbers(lambda a, b: a[1].copy() <= b[0].copy(), lambda a, b: a[0].copy() > b[1].copy()),
    ),
    _operator("before_field", "is before {}", _DATE, _dates(exp.LT)),
    _operator("after_field", "is after {}", _DATE, _dates(exp.GT)),
)
