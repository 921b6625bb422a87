"""Patterns: the different ways the clauses come out together. Millions of records have a few thousand of them.

Verdicts, memberships, labels and doubts only depend on the clauses, so they are worked out for each pattern and not for
each record; a record knows its pattern by a few numbers, in which the verdicts stand as digits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.segments.program import Layer, Program
from segaudit.sql.operators import Part
from segaudit.sql.records import RECORDS

_CODED = "coded_records"
_PATTERNS = "patterns"
_LARGEST = 2**62  # that a number holds
_VERDICTS, _STATES = 3, 4  # digits: UNKNOWN, FALSE, TRUE; the states of a cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digit:
    """Where a column stands: in which number, at which place, and how many values it has."""

    number: str
    place: int
    values: int


def create_decided(program: Program, name: str, columns: Mapping[str, exp.Expr], engine: Engine) -> None:
    """Create what the program decides of the records table: ``_row``, every clause, verdict and membership, and more.

    Args:
        program: What to decide.
        name: Of the table, a view.
        columns: What stands beside: expressions over clauses, verdicts and memberships and the states of cells.
        engine: Where the records table lives.
    """
    clauses = program.layers[0]
    states = {column.name: column for column in _states(program)}
    digits = _places({**dict.fromkeys(clauses, _VERDICTS), **dict.fromkeys(states, _STATES)})
    numbers = list(dict.fromkeys(digit.number for digit in digits.values())) or ["p0"]
    coded = {number: _number(number, digits) for number in numbers}
    inner = exp.select("_row", *states.values(), *_named(clauses)).from_(exp.to_table(RECORDS))
    query = exp.select("_row", *_named(coded)).from_(inner.subquery("d", copy=False), copy=False)
    engine.create(_CODED, query.sql(dialect=engine.dialect))
    apart = exp.select(*numbers).from_(_CODED).distinct()
    read = {column: _digit_of(digit) for column, digit in digits.items()}
    decided = exp.select(*numbers, *_named(read)).from_(apart.subquery("p", copy=False), copy=False)
    for layer in program.layers[1:]:
        decided = exp.select("*", *_named(layer), copy=False).from_(decided.subquery("d", copy=False), copy=False)
    whole = exp.select("*", *_named(columns)).from_(decided.subquery("d", copy=False), copy=False)
    engine.create(_PATTERNS, whole.sql(dialect=engine.dialect))
    layers = [column for layer in program.layers for column in layer]
    wanted = [exp.column(column, table="p", quoted=True) for column in (*layers, *states, *columns)]
    same = exp.and_(*(exp.column(number, table="p").eq(exp.column(number, table="c")) for number in numbers))
    rows = exp.select(exp.column("_row", table="c"), *wanted).from_(f"{_CODED} AS c")
    engine.define(name, rows.join(exp.to_table(_PATTERNS).as_("p"), on=same).sql(dialect=engine.dialect))


def _states(program: Program) -> Sequence[exp.Column]:
    return [program.columns.part(name, Part.STATE) for name in program.rules.fields_read()]


def _places(values: Mapping[str, int]) -> dict[str, _Digit]:
    """Return where each column stands; a number that is full is followed by another."""
    digits: dict[str, _Digit] = {}
    number, place = 0, 1
    for column, count in values.items():
        if place * count > _LARGEST:
            number, place = number + 1, 1
        digits[column] = _Digit(number=f"p{number}", place=place, values=count)
        place *= count
    return digits


def _number(number: str, digits: Mapping[str, _Digit]) -> exp.Expr:
    """Return the sum of a number's digits."""
    total: exp.Expr = _whole(0)
    for column, digit in digits.items():
        if digit.number != number:
            continue
        value: exp.Expr = exp.column(column, quoted=True)
        if digit.values == _VERDICTS:
            case = exp.Case().when(value.copy(), _whole(2 * digit.place), copy=False)
            case = case.when(exp.not_(value, copy=False), _whole(digit.place), copy=False)
            total = exp.Add(this=total, expression=case.else_(_whole(0), copy=False))
        else:
            total = exp.Add(this=total, expression=exp.Mul(this=value, expression=_whole(digit.place)))
    return total


def _digit_of(digit: _Digit) -> exp.Expr:
    """Return what a digit of a number stands for."""
    above = exp.IntDiv(this=exp.column(digit.number), expression=_whole(digit.place))
    value = exp.paren(exp.Mod(this=exp.paren(above, copy=False), expression=_whole(digit.values)), copy=False)
    if digit.values == _STATES:
        return value
    case = exp.Case().when(value.eq(_whole(2)), exp.true(), copy=False)
    return case.when(value.eq(_whole(1)), exp.false(), copy=False)


def _whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "BIGINT", copy=False)


def _named(columns: Layer | Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(expression, name, quoted=True) for name, expression in columns.items()]
