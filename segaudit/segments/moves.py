"""Records whose label moved since the list was tagged before, and what moved them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, Schema
from segaudit.model.tagging import SchemaMoves, Transition
from segaudit.segments.exceptions import exception_said
from segaudit.segments.labels import named
from segaudit.segments.moved_by import Comparison, moved_by
from segaudit.segments.program import Program, build_program
from segaudit.segments.views import TagView, row_table
from segaudit.sql.operators.expressions import literal

MATCHED = "moves_matched"  # _row, old_row: records that are one in both files
_FAR = timedelta(days=400)  # another day: whatever counts from the day is told apart by it
_EXCEPTION, _ENTITY = "exception: ", "as % records of entity %"  # how reasons begin


def clauses_of_the_day(program: Program, lists: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the columns of the clauses whose verdict hangs on the day rules count from."""
    is_early = program.as_of < date.min + _FAR
    other = build_program(program.rules, program.as_of + _FAR if is_early else program.as_of - _FAR, lists)
    there = other.clauses.expressions
    return frozenset(
        name for name, verdict in program.clauses.expressions.items() if name in there and verdict != there[name]
    )


def create_moves(comparison: Comparison, engine: Engine) -> dict[str, str]:
    """Create for each schema the earlier file has the table of matched records: ``_row``, ``was``, ``moved_by``.

    Returns:
        Schema -> table.
    """
    return {
        schema.id: row_table(f"moves__{schema.id}", _compared(schema, comparison), engine)
        for schema in comparison.program.rules.schemas
        if schema.id in comparison.earlier.labels
    }


def _compared(schema: Schema, comparison: Comparison) -> exp.Select:
    earlier, label = comparison.earlier, f"segment_{schema.id}"
    was = exp.func("COALESCE", exp.func("TRIM", exp.column(earlier.labels[schema.id], table="s")), literal(""))
    excepted = exception_said(schema.id, comparison.tags, "t")
    by_exception = exp.not_(excepted.is_(exp.null()))
    said: exp.Expr = literal("")
    if schema.id in earlier.reasons:
        said = exp.func("COALESCE", exp.column(earlier.reasons[schema.id], table="s"), literal(""))
    why = (
        exp.Case()
        .when(was.copy().eq(named(label, "t")), exp.null())
        .when(by_exception, excepted.copy())
        .when(_begins(said, _EXCEPTION), literal("exception: the earlier one has ended"))
        .when(named(label, "t").neq(named(label, "o")), literal("its entity: the label of its other records"))
        .when(said.copy().like(literal(_ENTITY)), literal("its entity: it had the label of its other records"))
        .else_(moved_by(schema, comparison, was))
    )
    query = (
        exp.select("m._row", exp.alias_(was, "was"), exp.alias_(named(label, "t"), "now"), exp.alias_(why, "moved_by"))
        .select(exp.alias_(by_exception.copy(), "by_exception"))
        .from_(f"{MATCHED} AS m")
        .join(f"{comparison.tags.relation} AS t", on="t._row = m._row")
        .join(f"{comparison.own} AS o", on="o._row = m._row")
        .join(f"{earlier.table} AS s", on="s._row = m.old_row")
        .join(f"{earlier.today} AS p", on="p._row = m.old_row")
    )
    return query if earlier.then is None else query.join(f"{earlier.then} AS h", on="h._row = m.old_row")


def _begins(text: exp.Expr, words: str) -> exp.Expr:
    return text.copy().like(literal(f"{words}%"))


def add_moves(tables: Mapping[str, str], tags: TagView, engine: Engine) -> None:
    """Add ``segment_<schema>_previous`` and ``segment_<schema>_moved_by``; blank for records that were not matched."""
    for schema, table in tables.items():
        values = {
            f"segment_{schema}_previous": exp.column("was", table="a0"),
            f"segment_{schema}_moved_by": exp.column("moved_by", table="a0"),
        }
        tags.extend([table], values, engine)


def count_moves(rules: RuleBook, tables: Mapping[str, str], engine: Engine) -> tuple[SchemaMoves, ...]:
    """Count the records that moved from label to label."""
    counted = []
    for schema in rules.schemas:
        if schema.id not in tables:
            continue
        found = engine.fetch(
            "SELECT was, now, COUNT(*), SUM(CASE WHEN by_exception THEN 1 ELSE 0 END) "
            f"FROM {tables[schema.id]} WHERE was <> now GROUP BY was, now"
        )
        transitions = [
            Transition(
                was=str(was),
                now=str(now),
                records=int(rows),
                illegal=0 if _is_allowed(schema, str(was), str(now)) else int(rows) - int(excepted),
            )
            for was, now, rows, excepted in found
        ]
        transitions.sort(key=lambda item: (-item.records, item.was, item.now))
        counted.append(SchemaMoves(schema=schema.id, transitions=tuple(transitions)))
    return tuple(counted)


def _is_allowed(schema: Schema, was: str, now: str) -> bool:
    return was not in schema.transitions or now in schema.transitions[was]


def judge_moves(rules: RuleBook, moves: Sequence[SchemaMoves]) -> Iterator[Finding]:
    """Yield the moves that the schemas' transitions forbid."""
    for item in moves:
        schema = rules.schema(item.schema)
        for move in item.transitions:
            if not move.illegal:
                continue
            allowed = schema.transitions[move.was]
            records = "1 record" if move.illegal == 1 else f"{move.illegal:,} records"
            yield Finding(
                rule="segments.illegal-transition",
                severity="error",
                where=schema.id,
                message=f"{records} moved from {move.was} to {move.now}, which the transitions do not allow",
                hint=f"after {move.was} may come: {', '.join(allowed)}" if allowed else f"{move.was} is an end",
            )
