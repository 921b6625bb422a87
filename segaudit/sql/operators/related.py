"""Related rows: what is asked of the rows of another table that belong to the record.

What stands behind them is read with the conditions inside it (rulebook), and worked out over the other table
(sql/related.py); here they are named, and said in words.
"""

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators.operator import Context, Family, OperandError, Operator


def _not_here(*_: object) -> Operand:
    raise OperandError("takes conditions on the rows of the other table")


def _build(_: RuleField, __: Operand, ___: ClauseOptions, ____: Context) -> exp.Expr:
    raise TypeError("a clause on related rows is worked out over its own table")


_WHICH = "where: conditions on the other table; within_last: 90d and its like, on the date by:"
_COUNT = f"n: a number; {_WHICH}"
_SUM = f"of: a number of the other table; comparisons: gte: 10K; {_WHICH}"
_EDGE = "where: what that row must meet; by: the date that orders them; among: which rows count"


def _operator(name: str, words: str, takes: str, *, negative: bool = False) -> Operator:
    return Operator(
        name=name,
        family=Family.RELATED,
        types=frozenset({FieldType.ROWS}),
        takes=takes,
        parse=_not_here,
        build=_build,
        words=words,
        negative=negative,
    )


OPERATORS = (
    _operator("exists", "has one", _WHICH),
    _operator("none", "has none", _WHICH, negative=True),
    _operator("every", "every one", f"where: what each row must meet; among: which rows count; {_WHICH}"),
    _operator("at_least", "has at least {}", _COUNT),
    _operator("at_most", "has at most {}", _COUNT, negative=True),
    _operator("exactly", "has exactly {}", _COUNT),
    _operator("count", "number is {}", f"comparisons: gte: 2; {_WHICH}"),
    _operator("sum", "sum of {} is {}", _SUM),
    _operator("avg", "average of {} is {}", _SUM),
    _operator("min", "least {} is {}", _SUM),
    _operator("max", "greatest {} is {}", _SUM),
    _operator("first", "first by {}", _EDGE),
    _operator("last", "last by {}", _EDGE),
)
