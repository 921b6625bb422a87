"""Days that move with the calendar: a program compiled for a stand-in day, its days put back as what they stand for.

Operators make every ``as_of`` and every length of time a day before any SQL is written. For a view that lives on, the
program is compiled for a day nobody writes, and each day that follows from it is found again in the finished tree.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlglot import expressions as exp

from segaudit.interop.export.sql.dialect import Dialect
from segaudit.model.conditions import Clause, Operand, RelatedClause, clauses_of
from segaudit.model.exports import Target
from segaudit.model.segments import RuleBook
from segaudit.sql.operators.calendar import PERIODS, period, shifted
from segaudit.sql.operators.expressions import literal
from segaudit.sql.operators.operands import AS_OF

_FAR = date(7777, 7, 7)
_OFFSETS = {"this": 0, "last": -1, "next": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LENGTHS = frozenset(
    {
        *("within_last", "not_within_last", "before_last", "within_next", "after_next", "older_than", "newer_than"),
    }
)


def stand_in_day(rules: RuleBook) -> date:
    """Return a day far from any other that the rules write."""
    conditions = [part for _, segment in rules.segments() for part in (segment.criteria, *segment.exclude)]
    written = {day for part in conditions for clause in clauses_of(part) for day in _days_in(clause.operand)}
    day = _FAR
    while day in written:
        day += timedelta(days=1)
    return day


def _days_in(operand: Operand) -> Iterable[date]:
    if isinstance(operand, date):
        yield operand
    elif isinstance(operand, tuple):
        for item in operand:
            yield from _days_in(item)


def moving(verdict: exp.Expr, clause: Clause, stand_in: date, dialect: Dialect) -> exp.Expr:
    """Return a clause's verdict with the days that follow from the stand-in as they follow from the current date."""
    if isinstance(clause, RelatedClause):
        return verdict
    days = {day.isoformat(): moved for day, moved in _moving_days(clause, stand_in, dialect).items()}

    def put_back(node: exp.Expr) -> exp.Expr:
        is_day = isinstance(node, exp.Cast) and node.is_type("DATE") and isinstance(node.this, exp.Literal)
        return days[node.this.name].copy() if is_day and node.this.name in days else node

    return verdict.transform(put_back)


def _moving_days(clause: Clause, day: date, dialect: Dialect) -> dict[date, exp.Expr]:
    today = exp.CurrentDate()
    operand = clause.operand
    if clause.operator in _LENGTHS:
        length = str(operand)
        ends = {shifted(day, length, sign): _shifted_today(length, sign) for sign in (-1, 1)}
        return ends | {day: today}
    if clause.operator in _OFFSETS and operand in PERIODS:
        offset, name = _OFFSETS[clause.operator], str(operand)
        first, last = period(day, name, offset)
        begins = _period_start(name, dialect)
        return {
            first: _added(begins, name, offset),
            last: _as_day(
                exp.DateSub(
                    this=_added(begins, name, offset + 1), expression=exp.Literal.number(1), unit=exp.var("DAY")
                )
            ),
        }
    items = operand if isinstance(operand, tuple) else (operand,)
    return {day: today} if AS_OF in items else {}


def _shifted_today(length: str, sign: int) -> exp.Expr:
    """Return the current date moved by a length; a day beyond the calendar is its first or last."""
    by_now = shifted(date.today(), length, sign)  # noqa: DTZ011 - only asked whether it is beyond the calendar
    if by_now in {date.min, date.max}:
        return literal(by_now)
    amount, unit = int(length[:-1]), length[-1]
    if unit in "dw":
        return _moved(exp.CurrentDate(), sign * amount * (7 if unit == "w" else 1), "DAY")
    return _moved(exp.CurrentDate(), sign * amount * (12 if unit == "y" else 1), "MONTH")


def _moved(day: exp.Expr, amount: int, unit: str) -> exp.Expr:
    if amount == 0:
        return day
    kind = exp.DateSub if amount < 0 else exp.DateAdd
    return _as_day(kind(this=day, expression=exp.Literal.number(abs(amount)), unit=exp.var(unit)))


def _added(begins: exp.Expr, name: str, periods: int) -> exp.Expr:
    if name == "week":
        return _moved(begins, 7 * periods, "DAY")
    return _moved(begins, _MONTHS[name] * periods, "MONTH")


def _period_start(name: str, dialect: Dialect) -> exp.Expr:
    if name == "week":
        return _as_day(dialect.call("week_start", exp.CurrentDate()))
    return _as_day(exp.DateTrunc(this=exp.CurrentDate(), unit=exp.Literal.string(name.upper())))  # type: ignore[no-untyped-call]


def _as_day(moment: exp.Expr) -> exp.Expr:
    # Some add an interval to a date and get a moment.
    return exp.cast(moment, "DATE")


def week_matters(clause: Clause, dialect: Dialect) -> bool:
    """Tell whether a clause asks for weeks of a database in which a week may begin on any day."""
    return dialect.target is Target.SNOWFLAKE and clause.operator in _OFFSETS and clause.operand == "week"
