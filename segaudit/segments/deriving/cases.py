"""Cases decided by the engine: the first condition that holds has the value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import clauses_of
from segaudit.model.derived import Case, Cases
from segaudit.model.segments import RuleField
from segaudit.sql.cells import PLACEHOLDER
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.operators.expressions import any_of, literal
from segaudit.sql.records import RECORDS, RecordSource, create_records

_OPEN_BEFORE = 0.8  # a case before it could not be told: it may be that one


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """What cases are compiled with."""

    fields: Mapping[str, RuleField]
    as_of: date
    lists: Mapping[str, Sequence[str]]


def create_cases(table: str, cases: Cases, data: RecordSource, rules: CaseRules, engine: Engine) -> None:
    """Create a table of the case each record is: ``_row``, value, why, sure, given.

    What ``given`` says is whether the record has any of the fields that cases read.

    Args:
        table: What to call it.
        cases: To decide between.
        data: The records.
        rules: What the conditions are compiled with.
        engine: Where it all is.
    """
    columns = Columns()
    context = Context(columns=columns, as_of=rules.as_of, fields=rules.fields, lists=rules.lists)
    clauses = ClauseColumns(context)
    verdicts = [condition_verdict(case.when, clauses) for case in cases.cases]
    whys = [_why(case, data, columns) for case in cases.cases]
    given = [columns.part(name, Part.STATE) > PLACEHOLDER for name in data.readings]
    create_records(data, rules.fields, columns, engine)
    decided = exp.select("*", *_named(clauses.expressions)).from_(exp.to_table(RECORDS)).subquery("r")
    named = {f"case{number}": verdict for number, verdict in enumerate(verdicts)}
    layer = exp.select("*", *_named(named)).from_(decided).subquery("d")
    value, why, sure = exp.Case(), exp.Case(), exp.Case()
    for number, case in enumerate(cases.cases):
        holds = exp.column(f"case{number}", quoted=True)
        value = value.when(holds.copy(), literal(case.value))
        why = why.when(holds.copy(), whys[number])
        sure = sure.when(holds.copy(), _sure(case, number))
    named_columns = {"value": value, "why": why, "sure": sure, "given": any_of(given)}
    columns_of = [exp.alias_(expression, name) for name, expression in named_columns.items()]
    query = exp.select(exp.column("_row"), *columns_of).from_(layer)
    engine.create(table, query.sql(dialect=engine.dialect))


def _named(columns: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(expression.copy(), name, quoted=True) for name, expression in columns.items()]


def _sure(case: Case, number: int) -> exp.Expr:
    """Return how sure a case is: less so if one before it could not be told."""
    if number == 0:
        return literal(case.sure)
    unknown = any_of([exp.column(f"case{before}", quoted=True).is_(exp.null()) for before in range(number)])
    return exp.Case().when(unknown, literal(case.sure * _OPEN_BEFORE)).else_(literal(case.sure))


def _why(case: Case, data: RecordSource, columns: Columns) -> exp.Expr:
    """Return the fields a case reads with their cells: ``employees 50-200; industry Software``."""
    names = dict.fromkeys(clause.field for clause in clauses_of(case.when))
    told: list[exp.Expr] = []
    for name in names:
        if name in data.readings:
            cell = columns.part(name, Part.CELL)
            told.append(exp.DPipe(this=literal(f"{name} "), expression=cell))
    if not told:
        return literal("")
    joined = told[0]
    for item in told[1:]:
        joined = exp.DPipe(this=exp.DPipe(this=joined, expression=literal("; ")), expression=item)
    return joined
