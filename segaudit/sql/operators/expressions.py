"""Small pieces of SQL that operators share."""

from collections.abc import Sequence
from datetime import date

from sqlglot import expressions as exp

from segaudit.model.conditions import Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators.operator import Context, Part


def literal(value: object) -> exp.Expr:
    """Return a value as a literal; only here do the words of a rules file enter a statement."""
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int | float):
        return exp.cast(exp.Literal.number(repr(float(value))), "DOUBLE")
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.Literal.string(str(value))


def decide(true_when: exp.Expr, false_when: exp.Expr) -> exp.Case:
    """Return TRUE, FALSE or, where neither condition holds, UNKNOWN."""
    case = exp.Case().when(true_when.copy(), exp.true(), copy=False)
    return case.when(false_when.copy(), exp.false(), copy=False)


def in_currency(field: RuleField, context: Context) -> exp.Expr | None:
    """Return whether an amount is in its field's currency, as one that names none is; None if the field has none."""
    if field.type is not FieldType.MONEY or field.currency is None:
        return None
    currency = context.columns.part(field.name, Part.CURRENCY)
    return exp.or_(currency.copy().is_(exp.null()), currency.copy().eq(literal(field.currency)))


def any_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return the disjunction; FALSE of nothing."""
    return exp.or_(*conditions) if conditions else exp.false()


def all_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return the conjunction; TRUE of nothing."""
    return exp.and_(*conditions) if conditions else exp.true()


def texts(operand: Operand) -> tuple[str, ...]:
    """Return an operand that is a list of texts."""
    items = operand if isinstance(operand, tuple) else (operand,)
    return tuple(str(item) for item in items)


def numbers(operand: Operand) -> tuple[float, ...]:
    """Return an operand that is a number or a list of numbers."""
    items = operand if isinstance(operand, tuple) else (operand,)
    return tuple(float(item) for item in items if isinstance(item, int | float))


def number_true(verdicts: Sequence[exp.Expr]) -> exp.Expr:
    """Return how many verdicts hold."""
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    total, *rest = [
        exp.Case().when(verdict.copy(), one.copy(), copy=False).else_(none.copy(), copy=False) for verdict in verdicts
    ]
    sum_of: exp.Expr = total
    for term in rest:
        sum_of = exp.Add(this=sum_of, expression=term)
    return exp.paren(sum_of)


def joined(separator: str, parts: Sequence[exp.Expr]) -> exp.Expr:
    """Return texts joined by a separator; parts that are NULL are left out, and without a separator none may be.

    Every engine's CONCAT_WS leaves NULLs out; sqlglot's own node for it does not, and guards each part at length.
    CONCAT, of which engines disagree on NULLs, is a third cheaper.
    """
    copies = [part.copy() for part in parts]
    if not separator:
        return exp.Anonymous(this="CONCAT", expressions=copies)
    return exp.Anonymous(this="CONCAT_WS", expressions=[literal(separator), *copies])


_COMPARE: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "gt": exp.GT,
    "gte": exp.GTE,
    "lt": exp.LT,
    "lte": exp.LTE,
}


def interval_verdict(low: exp.Expr, high: exp.Expr, bounds: object) -> exp.Expr:
    """Return whether a number known to lie between two ends meets all bounds; NULL ends are not known.

    Args:
        low: The least it can be.
        high: The most it can be.
        bounds: Comparisons such as ``{"gte": 2.0, "lt": 5.0}``; the bounds may be days.
    """
    if not isinstance(bounds, dict):
        raise TypeError(bounds)
    return all_of([exp.paren(_held_against(low, high, name, literal(bound))) for name, bound in bounds.items()])


def _held_against(low: exp.Expr, high: exp.Expr, name: str, bound: exp.Expr) -> exp.Expr:
    low, high = low.copy(), high.copy()
    match name:
        case "gt":
            return decide(low > bound, high <= bound.copy())
        case "gte":
            return decide(low >= bound, high < bound.copy())
        case "lt":
            return decide(high < bound, low >= bound.copy())
        case "lte":
            return decide(high <= bound, low > bound.copy())
        case _:
            same = exp.and_(low.eq(bound), high.eq(bound.copy()))
            apart = exp.or_(low.copy() > bound.copy(), high.copy() < bound.copy())
            return decide(same, apart) if name == "eq" else decide(apart, same)


def compared(left: exp.Expr, comparisons: Operand) -> exp.Expr:
    """Return the comparisons an operand such as ``{gte: 2}`` asks for."""
    if not isinstance(comparisons, dict):
        raise TypeError(comparisons)
    return all_of([_COMPARE[name](this=left.copy(), expression=literal(bound)) for name, bound in comparisons.items()])
