"""The records' patterns of verdicts, counted in the engine, and what each pattern lacks.

A pattern is a number: a digit for each clause the schema hangs on (0 UNKNOWN, 1 FALSE, 2 TRUE) and one for each of
their fields (whether it holds a value: one that can be read, or a blank that means something). Only records with an
UNKNOWN clause have one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.enrichment import Need
from segaudit.model.segments import RuleBook, Schema
from segaudit.segments.enrichment_logic import FALSE, TRUE, UNKNOWN, Leaf, find_matters, find_need, leaves_of
from segaudit.segments.program import Program
from segaudit.sql.cells import INVALID, OK
from segaudit.sql.operators import Part
from segaudit.sql.operators.expressions import any_of
from segaudit.sql.records import RECORDS, RecordSource
from segaudit.sql.related import create_whole_records

CLAUSES = "enrichment_clauses"  # _row, a column for each clause, p0, p1, ... the states of the fields read
NEEDS = "enrichment_needs"  # _row, n0, n1, ...: for each schema the place of the record's need, from 1; 0: it is sure
_BASE = 3
_DIGITS = 39  # of base 3, in a 64-bit number
_SURE = -1
_VERDICTS = (UNKNOWN, FALSE, TRUE)

Pattern: TypeAlias = tuple[Mapping[str, int], frozenset[str], int, int]  # verdicts, filled fields, rows, need's place


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPatterns:
    """The patterns of one schema that lack something."""

    schema: Schema
    leaves: Mapping[str, Leaf]
    fields: tuple[str, ...]  # that the clauses read
    needs: tuple[Need, ...]  # those alike are one; the place is what NEEDS holds, less 1
    patterns: tuple[Pattern, ...]


def create_clauses(program: Program, data: RecordSource, engine: Engine) -> tuple[str, ...]:
    """Create the table of clause verdicts and field states; return the fields, those at p0, p1, ...

    Unlike a run that tags, it does not stop at a clause that says ``missing: error``: it is here to say what to fill.
    """
    fields = tuple(dict.fromkeys(name for leaf in all_leaves(program).values() for name in leaf.fields))
    states = [
        exp.alias_(program.columns.part(name, Part.STATE), _state_column(index)) for index, name in enumerate(fields)
    ]
    create_whole_records(data, program.clauses.context, engine)
    verdicts = [
        exp.alias_(expression.copy(), name, quoted=True) for name, expression in program.clauses.expressions.items()
    ]
    query = exp.select("_row", *verdicts, *states).from_(RECORDS)
    engine.create(CLAUSES, query.sql(dialect=engine.dialect))
    return fields


def all_leaves(program: Program) -> dict[str, Leaf]:
    """Return every clause of the rules, by column."""
    found: dict[str, Leaf] = {}
    for schema in program.rules.schemas:
        found |= leaves_of(schema, program.rules, program.clauses)
    return found


def state_column(fields: Sequence[str], name: str) -> str:
    """Return the column of a field's state."""
    return _state_column(fields.index(name))


def _state_column(index: int) -> str:
    return f"p{index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A schema's patterns as the engine counted them."""

    schema: Schema
    leaves: Mapping[str, Leaf]
    read: tuple[str, ...]
    codes: Sequence[exp.Expr]  # aliased w0, w1, ...
    rows: Sequence[tuple[tuple[int, ...], Mapping[str, int], frozenset[str], int]]  # number, verdicts, filled, rows


def find_patterns(program: Program, fields: Sequence[str], engine: Engine) -> tuple[SchemaPatterns, ...]:
    """Count the patterns of each schema and work out what they lack; create the table of needs."""
    rules, clauses = program.rules, program.clauses
    counted = [_counted(schema, program, fields, engine) for schema in rules.schemas]
    candidates = frozenset(
        name
        for item in counted
        for _, values, filled, _ in item.rows
        for name in find_matters(item.schema, rules, clauses, item.leaves, values, filled)
    )
    found = []
    for number, item in enumerate(counted):
        patterns, needs, places = _judged(item, program, candidates)
        found.append(
            SchemaPatterns(schema=item.schema, leaves=item.leaves, fields=item.read, needs=needs, patterns=patterns)
        )
        _create_places(f"enrichment_places{number}", len(item.codes), places, engine)
    _create_needs([(f"enrichment_places{number}", item.codes) for number, item in enumerate(counted)], engine)
    return tuple(found)


def _counted(schema: Schema, program: Program, fields: Sequence[str], engine: Engine) -> _Counted:
    leaves = leaves_of(schema, program.rules, program.clauses)
    read = tuple(dict.fromkeys(name for leaf in leaves.values() for name in leaf.fields))
    codes = [exp.alias_(code, f"w{part}") for part, code in enumerate(_codes(leaves, read, fields, program.rules))]
    names = [code.alias for code in codes]
    coded = exp.select(*(code.copy() for code in codes)).from_(CLAUSES).subquery("c")
    query = exp.select(*names, exp.func("COUNT", exp.Star())).from_(coded).group_by(*names)
    rows = []
    for *numbers, count in sorted(engine.fetch(query.sql(dialect=engine.dialect))):
        if numbers[0] == _SURE:
            continue
        digits = _read(numbers, len(leaves) + len(read))
        values = {name: _VERDICTS[digit] for name, digit in zip(leaves, digits, strict=False)}
        filled = frozenset(name for name, digit in zip(read, digits[len(leaves) :], strict=True) if digit)
        rows.append((tuple(numbers), values, filled, int(count)))
    return _Counted(schema=schema, leaves=leaves, read=read, codes=codes, rows=rows)


def _codes(leaves: Mapping[str, Leaf], read: Sequence[str], fields: Sequence[str], rules: RuleBook) -> list[exp.Expr]:
    """Return the pattern's number in as many parts as it needs; -1 where no clause is UNKNOWN."""
    digits: list[exp.Expr] = []
    for name in leaves:
        verdict = exp.column(name, quoted=True)
        digits.append(exp.Case().when(verdict, _number(2)).when(exp.not_(verdict.copy()), _number(1)).else_(_number(0)))
    for name in read:
        state = exp.column(state_column(fields, name))
        meant = rules.fields[name].blank_means is not None
        holds = state.neq(_number(INVALID)) if meant else state.eq(_number(OK))
        digits.append(exp.Case().when(holds, _number(1)).else_(_number(0)))
    unknown = any_of([exp.column(name, quoted=True).is_(exp.null()) for name in leaves])
    parts = [digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS)]
    return [exp.Case().when(unknown.copy(), _sum(part)).else_(_number(_SURE)) for part in parts]


def _sum(digits: Sequence[exp.Expr]) -> exp.Expr:
    total: exp.Expr = exp.cast(_number(0), "BIGINT")
    for power, digit in enumerate(digits):
        weight = exp.cast(_number(_BASE**power), "BIGINT")
        total = exp.Add(this=total, expression=exp.Mul(this=exp.paren(digit), expression=weight))
    return total


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _read(numbers: Sequence[int], count: int) -> list[int]:
    """Return the digits of a pattern."""
    digits = []
    for index in range(count):
        part, power = divmod(index, _DIGITS)
        digits.append(numbers[part] // _BASE**power % _BASE)
    return digits


def _judged(
    counted: _Counted, program: Program, candidates: frozenset[str]
) -> tuple[tuple[Pattern, ...], tuple[Need, ...], list[tuple[tuple[int, ...], int]]]:
    """Return the patterns, the needs they have, and for each pattern's number the place of its need."""
    places: dict[Need, int] = {}
    counts: list[int] = []
    patterns: list[Pattern] = []
    numbered = []
    for number, values, filled, rows in counted.rows:
        need = find_need(counted.schema, program.rules, program.clauses, counted.leaves, values, filled, candidates)
        if need is None:
            continue
        place = places.setdefault(need, len(places))
        if place == len(counts):
            counts.append(0)
        counts[place] += rows
        patterns.append((values, filled, rows, place))
        numbered.append((number, place + 1))
    needs = tuple(replace(need, rows=rows) for need, rows in zip(places, counts, strict=True))
    return tuple(patterns), needs, numbered


def _create_places(table: str, parts: int, places: Sequence[tuple[tuple[int, ...], int]], engine: Engine) -> None:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    columns = {f"w{part}": pa.array([numbers[part] for numbers, _ in places], pa.int64()) for part in range(parts)}
    columns["place"] = pa.array([place for _, place in places], pa.int32())
    engine.load_arrow(table, pa.table(columns))


def _create_needs(sources: Sequence[tuple[str, Sequence[exp.Expr]]], engine: Engine) -> None:
    """Create the table of needs: each record's pattern looked up among those that lack something."""
    coded: list[exp.Expr] = [exp.column("_row")]
    for number, (_, codes) in enumerate(sources):
        coded += [exp.alias_(code.this.copy(), f"s{number}{code.alias}") for code in codes]
    query = exp.select("c._row").from_(exp.select(*coded).from_(CLAUSES).subquery("c"))
    for number, (table, codes) in enumerate(sources):
        place = exp.func("COALESCE", exp.column("place", table=f"t{number}"), _number(0))
        query = query.select(exp.alias_(place, f"n{number}"))
        same = [
            exp.column(f"s{number}{code.alias}", table="c").eq(exp.column(code.alias, table=f"t{number}"))
            for code in codes
        ]
        query = query.join(exp.to_table(table).as_(f"t{number}"), on=exp.and_(*same), join_type="left")
    engine.create(NEEDS, query.sql(dialect=engine.dialect))
