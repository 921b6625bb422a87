"""What one file's records say of the rules, counted in one pass over a table of decisions."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.checks import ClauseCounts, IdleClause, RuleCounts
from segaudit.model.conditions import clause_key, clauses_of
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints.reading import required_fields
from segaudit.segments.decide import create_labels
from segaudit.segments.lints.currencies import count_currencies
from segaudit.segments.lints.customers import CUSTOMERS
from segaudit.segments.lints.variants import count_variants, units_of, without_each
from segaudit.segments.program import Program, membership_name
from segaudit.sql.cells import PLACEHOLDER
from segaudit.sql.conditions import condition_verdict
from segaudit.sql.operators import Part
from segaudit.sql.records import RecordSource

_TABLE = "checked"
_MOST_VARIANTS = 20_000  # clauses in conditions with one left out; each is worked out for every record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Columns of the decided table, by what is counted of them."""

    clauses: Mapping[str, Hashable]  # column -> clause_key
    states: Mapping[str, str]  # column -> field
    customers: Mapping[str, tuple[str, str]]  # column -> schema and segment
    idle: Mapping[str, IdleClause]  # column: the clause moves the record
    columns: Mapping[str, exp.Expr]


def measure_rules(
    program: Program, data: RecordSource, offering: Sequence[tuple[Schema, Segment]], engine: Engine
) -> RuleCounts:
    """Count what a file's records say of the rules.

    Args:
        program: Of the rules; its last schema asks who is a customer if there is one called ``CUSTOMERS``.
        data: The records.
        offering: Segments of which it matters how many members are customers.
        engine: Where the records are.
    """
    asked = _asked(program, offering)
    create_labels(program, data, engine, table=_TABLE, beside=asked.columns)
    count = [exp.func("COUNT_IF", exp.column(name, quoted=True)) for name in (*asked.customers, *asked.idle)]
    count += [exp.func("COUNT_IF", exp.column(name, quoted=True) > PLACEHOLDER) for name in asked.states]
    for name in asked.clauses:
        column = exp.column(name, quoted=True)
        count += [exp.func("COUNT_IF", column), exp.func("COUNT_IF", column.copy().is_(exp.null()))]
    query = exp.select(exp.func("COUNT", exp.Star()), *count).from_(_TABLE)
    rows, *numbers = (int(number or 0) for number in engine.fetch(query.sql(dialect=engine.dialect))[0])
    found = iter(numbers)
    customers = {key: next(found) for key in asked.customers.values()}
    moved = [(item, next(found)) for item in asked.idle.values()]
    filled = {field: next(found) for field in asked.states.values()}
    clauses = {key: _counts(next(found), next(found), rows) for key in asked.clauses.values()}
    return RuleCounts(
        name=data.source.name,
        rows=rows,
        absent=tuple(name for name in filled if name not in data.readings),
        filled=filled,
        clauses=clauses,
        idle=tuple(item for item, records in moved if not records),
        customers=customers,
        currencies=count_currencies(program.rules, data, engine),
    )


def _counts(true: int, unknown: int, rows: int) -> ClauseCounts:
    return ClauseCounts(true=true, false=rows - true - unknown, unknown=unknown)


def _asked(program: Program, offering: Sequence[tuple[Schema, Segment]]) -> _Asked:
    rules = program.rules
    states = {f"state_{name}": name for name in _covered(rules)}
    columns: dict[str, exp.Expr] = {column: program.columns.part(name, Part.STATE) for column, name in states.items()}
    clauses = {name: clause_key(clause) for name, clause in program.clauses.clauses.items()}
    columns |= {name: exp.column(name, quoted=True) for name in clauses}
    idle: dict[str, IdleClause] = {}
    for number, (item, moved) in enumerate(_variants(program)):
        idle[f"moved{number}"] = item
        columns[f"moved{number}"] = moved
    customers: dict[str, tuple[str, str]] = {}
    for number, (schema, segment) in enumerate(offering if rules.schemas[-1].id == CUSTOMERS else ()):
        is_member = exp.column(membership_name(schema, segment), quoted=True)
        is_customer = exp.column(f"v__{CUSTOMERS}__customer", quoted=True)
        customers[f"customer{number}"] = schema.id, segment.id
        columns[f"customer{number}"] = exp.and_(is_member, is_customer)
    return _Asked(
        clauses=clauses,
        states=states,
        customers=customers,
        idle=idle,
        columns=columns,
    )


def _covered(rules: RuleBook) -> list[str]:
    """Return the fields whose coverage is told: those segments require, of which some records must be filled."""
    required = dict.fromkeys(name for _, segment in rules.segments() for name in required_fields(segment))
    return [name for name in required if name in rules.fields and rules.fields[name].type is not FieldType.ROWS]


def _variants(program: Program) -> list[tuple[IdleClause, exp.Expr]]:
    """Return for each clause of a group whether a record would be decided otherwise without it."""
    found: list[tuple[IdleClause, exp.Expr]] = []
    seen: set[str] = set()
    left = _MOST_VARIANTS
    for schema in program.rules.schemas:
        if schema.id == CUSTOMERS:
            continue
        for unit in units_of(program.rules, schema, seen):
            left -= count_variants(unit.condition) * len(clauses_of(unit.condition))
            if left < 0:
                return found
            whole = condition_verdict(unit.condition, program.clauses)
            for clause, rest in without_each(unit.condition):
                moved = exp.NullSafeNEQ(
                    this=exp.paren(whole.copy()), expression=exp.paren(condition_verdict(rest, program.clauses))
                )
                found.append((IdleClause(unit=unit.name, clause=clause), moved))
    return found
