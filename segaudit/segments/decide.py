"""Deciding: the records table run through a program, once, into a table of verdicts or of tags."""

from collections.abc import Mapping, Sequence

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.errors import SegauditError
from segaudit.segments.patterns import create_decided
from segaudit.segments.program import Program
from segaudit.sql.records import RECORDS, RecordSource
from segaudit.sql.related import create_whole_records

DECISIONS = "decisions"
TAGS = "tags"


def create_decisions(program: Program, data: RecordSource, engine: Engine) -> None:
    """Create the table of decisions: ``_row``, every clause, verdict and membership, and each schema's label.

    Raises:
        SegauditError: A clause that says ``missing: error`` is UNKNOWN of some record.
    """
    create_whole_records(data, program.clauses.context, engine)
    labels = program.labels(program.rules.schemas)
    reasons = {
        f"undecided_{schema.id}": doubts for schema, doubts in zip(program.rules.schemas, program.doubts(), strict=True)
    }
    create_decided(program, DECISIONS, labels | reasons, engine)
    _refuse_unknown(program, DECISIONS, engine)


def create_tags(
    program: Program,
    data: RecordSource,
    engine: Engine,
    *,
    table: str = TAGS,
    beside: Mapping[str, exp.Expr] | None = None,
) -> tuple[str, ...]:
    """Create the table of tags, ``_row`` and two columns for each schema; return those columns.

    Args:
        program: What to decide.
        data: The records.
        engine: Where they are.
        table: What to call the table.
        beside: More columns for it, over the decided ones.

    Raises:
        SegauditError: A clause that says ``missing: error`` is UNKNOWN of some record.
    """
    tags: dict[str, exp.Expr] = {}
    for schema in program.rules.schemas:
        tags |= program.labels([schema]) | program.reasons([schema])
    strict = {name: exp.column(name, quoted=True) for name, _ in program.strict_clauses()}
    _create(program, data, engine, table, strict | tags | dict(beside or {}))
    _refuse_unknown(program, table, engine)
    return tuple(tags)


def create_labels(
    program: Program, data: RecordSource, engine: Engine, *, table: str, beside: Mapping[str, exp.Expr]
) -> None:
    """Create a table of labels without reasons: ``_row``, one column for each schema, and what is wanted beside it.

    No record is refused: these are the records of another day.
    """
    _create(program, data, engine, table, program.labels(program.rules.schemas) | dict(beside))


def _create(program: Program, data: RecordSource, engine: Engine, table: str, columns: Mapping[str, exp.Expr]) -> None:
    create_whole_records(data, program.clauses.context, engine)
    decided = program.decided(RECORDS).subquery("d", copy=False)
    query = exp.select(exp.column("_row"), *_aliased(columns), copy=False).from_(decided, copy=False)
    engine.create(table, query.sql(dialect=engine.dialect))


def _aliased(columns: Mapping[str, exp.Expr]) -> Sequence[exp.Expr]:
    return [exp.alias_(expression, name, quoted=True) for name, expression in columns.items()]


def _refuse_unknown(program: Program, table: str, engine: Engine) -> None:
    for name, clause in program.strict_clauses():
        unknown = exp.select(exp.func("COUNT", exp.Star()), exp.func("MIN", exp.column("_row")))
        query = unknown.from_(exp.to_table(table)).where(exp.column(name, quoted=True).is_(exp.null()))
        rows, first = engine.fetch(query.sql(dialect=engine.dialect))[0]
        if rows:
            raise SegauditError(
                f"{program.words(clause)}: cannot be told for {rows:,} records, the first is row {first:,}, "
                "and the rules say missing: error",
                where=str(clause.place),
                hint="fill the field, or let the clause say missing: unknown, exclude or include",
            )
