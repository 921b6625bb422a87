"""Tally: how the decisions of all records come out together, counted in one scan.

However many records there are, they come out in some thousands of ways; everything that is counted is a sum over these.
"""

from collections.abc import Iterable, Mapping

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.sql.operators.expressions import any_of

RECORDS_OF = "records"  # column of a tally: how many records come out like this
_LARGEST = 2**62  # that a number holds
_WAYS = 3  # UNKNOWN, FALSE, TRUE


def create_tally(name: str, columns: Mapping[str, exp.Expr], relation: str, engine: Engine) -> None:
    """Create a table with one row for each way some verdicts come out together, and how many records do.

    Args:
        name: Of the table: the columns, and ``records``.
        columns: Verdicts over the relation: TRUE, FALSE or NULL.
        relation: Table or view with a row for each record.
        engine: Where both are.
    """
    numbers: list[dict[str, int]] = [{}]
    place = 1
    for column in columns:
        if place * _WAYS > _LARGEST:
            numbers.append({})
            place = 1
        numbers[-1][column] = place
        place *= _WAYS
    packed = [exp.alias_(_packed(number, columns), f"n{index}", copy=False) for index, number in enumerate(numbers)]
    inner = exp.select(*packed, copy=False).from_(exp.to_table(relation), copy=False).subquery("d", copy=False)
    keys = [exp.column(f"n{index}") for index in range(len(numbers))]
    grouped = (
        exp.select(*keys, exp.alias_(exp.func("COUNT", exp.Star()), RECORDS_OF))
        .from_(inner, copy=False)
        .group_by(*(key.copy() for key in keys))
    )
    read = [
        exp.alias_(_verdict(exp.column(f"n{index}"), place), column, quoted=True, copy=False)
        for index, number in enumerate(numbers)
        for column, place in number.items()
    ]
    query = exp.select(*read, exp.column(RECORDS_OF), copy=False).from_(grouped.subquery("g", copy=False), copy=False)
    engine.create(name, query.sql(dialect=engine.dialect))


class Sums:
    """Counts asked for by name, and fetched together from a tally."""

    def __init__(self) -> None:
        self._conditions: dict[str, exp.Expr] = {}
        self._counts: dict[str, int] = {}

    def ask(self, name: str, condition: exp.Expr) -> None:
        """Ask how many records a condition holds for."""
        self._conditions[name] = condition

    def fetch(self, relation: str, engine: Engine) -> None:
        """Count everything asked for."""
        counts = [exp.func("SUM", records_where(condition), copy=False) for condition in self._conditions.values()]
        if not counts:
            return
        row = engine.fetch(exp.select(*counts, copy=False).from_(relation).sql(dialect=engine.dialect))[0]
        self._counts = {name: int(count or 0) for name, count in zip(self._conditions, row, strict=True)}

    def __getitem__(self, name: str) -> int:
        """Return how many records it was."""
        return self._counts[name]


def records_where(condition: exp.Expr) -> exp.Expr:
    """Return the records of a tally's row if a condition holds for them, else 0."""
    case = exp.Case().when(condition.copy(), exp.column(RECORDS_OF), copy=False)
    return case.else_(exp.Literal.number(0), copy=False)


def holds(verdict: exp.Expr) -> exp.Expr:
    """Return whether a verdict is TRUE, itself never NULL."""
    return exp.func("COALESCE", verdict.copy(), exp.false())


def none_of(verdicts: Iterable[exp.Expr]) -> exp.Expr:
    """Return whether no verdict is TRUE."""
    return exp.not_(exp.paren(any_of([holds(verdict) for verdict in verdicts])))


def _packed(number: Mapping[str, int], columns: Mapping[str, exp.Expr]) -> exp.Expr:
    """Return verdicts as the digits of one number."""
    total: exp.Expr = _whole(0)
    for column, place in number.items():
        verdict = columns[column]
        digit = (
            exp.Case()
            .when(verdict.copy(), _whole(2 * place), copy=False)
            .when(exp.not_(exp.paren(verdict.copy(), copy=False), copy=False), _whole(place), copy=False)
        )
        total = exp.Add(this=total, expression=digit.else_(_whole(0), copy=False))
    return total


def _verdict(number: exp.Expr, place: int) -> exp.Expr:
    """Return the verdict that a digit stands for."""
    above = exp.IntDiv(this=number, expression=_whole(place))
    digit = exp.paren(exp.Mod(this=exp.paren(above, copy=False), expression=_whole(_WAYS)), copy=False)
    case = exp.Case().when(digit.eq(_whole(2)), exp.true(), copy=False)
    return case.when(digit.eq(_whole(1)), exp.false(), copy=False)


def _whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "BIGINT", copy=False)
