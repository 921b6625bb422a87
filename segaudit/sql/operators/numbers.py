"""Numbers and money. A cell may hold a range; what is true of all of it is TRUE, of none of it FALSE."""

from collections.abc import Callable

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import NUMERIC_TYPES
from segaudit.model.segments import RuleField
from segaudit.sql.operators import operands
from segaudit.sql.operators.expressions import decide, in_currency, literal, numbers
from segaudit.sql.operators.operator import Builder, Context, Family, OperandError, Operator, Parser, Part

_Ends = tuple[exp.Column, exp.Column]
_WHOLE = 100  # percent


def _bound(
    true_when: Callable[[_Ends, exp.Expr], exp.Expr], false_when: Callable[[_Ends, exp.Expr], exp.Expr]
) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        ends = _ends(field, context)
        (bound,) = numbers(operand)
        return decide(true_when(ends, literal(bound)), false_when(ends, literal(bound)))

    return build


def _ends(field: RuleField, context: Context) -> _Ends:
    return context.columns.part(field.name, Part.VALUE), context.columns.part(field.name, Part.HIGH)


def _between(*, upper_included: bool, negated: bool = False) -> Builder:
    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        low, high = _ends(field, context)
        start, end = (literal(bound) for bound in numbers(operand))
        below_end = high.copy() <= end if upper_included else high.copy() < end
        beyond_end = low.copy() > end if upper_included else low.copy() >= end
        inside, outside = exp.and_(low.copy() >= start, below_end), exp.or_(beyond_end, high.copy() < start)
        return decide(outside, inside) if negated else decide(inside, outside)

    return build


def _extreme_percent(*, descending: bool) -> Builder:
    """Rank by value among the records that have one; ties share the better rank, so all or none of them are in."""

    def build(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
        low: exp.Expr = context.columns.part(field.name, Part.VALUE)
        fits = in_currency(field, context)
        if fits is not None:
            low = exp.Case().when(fits, low)
        order = exp.Order(expressions=[exp.Ordered(this=low.copy(), desc=descending, nulls_first=False)])
        rank = exp.Window(this=exp.Rank(), order=order)
        of_all = exp.Window(this=exp.Count(this=low.copy()))
        (share,) = numbers(operand)
        within = rank <= exp.Ceil(
            this=exp.Div(this=exp.Mul(this=of_all, expression=literal(share)), expression=literal(_WHOLE))
        )
        return exp.Case().when(exp.not_(low.copy().is_(exp.null())), within)

    return build


def _percent(value: object, field: RuleField) -> Operand:
    share = operands.number(value, field)
    if not 0 < share <= _WHOLE:
        raise OperandError("takes a percentage above 0 and up to 100")
    return share


def _operator(  # noqa: PLR0913 - a row of the table below
    name: str, words: str, takes: str, parse: Parser, build: Builder, *, negative: bool = False
) -> Operator:
    return Operator(
        name=name,
        family=Family.NUMBER,
        types=frozenset(NUMERIC_TYPES),
        takes=takes,
        parse=parse,
        build=build,
        words=words,
        negative=negative,
    )


_NUMBER = "a number: 500, 20M, 1.2B"
_PAIR = "a lower and an upper bound: [51, 500]"
_bounds = operands.pair_of(operands.number)

OPERATORS = (
    _operator("gt", "is above {}", _NUMBER, operands.number, _bound(lambda e, x: e[0] > x, lambda e, x: e[1] <= x)),
    _operator("gte", "is at least {}", _NUMBER, operands.number, _bound(lambda e, x: e[0] >= x, lambda e, x: e[1] < x)),
    _operator("lt", "is below {}", _NUMBER, operands.number, _bound(lambda e, x: e[1] < x, lambda e, x: e[0] >= x)),
    _operator("lte", "is at most {}", _NUMBER, operands.number, _bound(lambda e, x: e[1] <= x, lambda e, x: e[0] > x)),
    _operator("between", "is between {}", _PAIR, _bounds, _between(upper_included=True)),
    _operator(
        "not_between", "is not between {}", _PAIR, _bounds, _between(upper_included=True, negated=True), negative=True
    ),
    _operator("range", "is from {} to below {}", _PAIR, _bounds, _between(upper_included=False)),
    _operator("top_percent", "is in the top {} %", "a percentage", _percent, _extreme_percent(descending=True)),
    _operator("bottom_percent", "is in the bottom {} %", "a percentage", _percent, _extreme_percent(descending=False)),
)
