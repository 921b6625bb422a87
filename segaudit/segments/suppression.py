"""The suppression list: every record in a segment that suppresses, whatever else is true of it."""

from collections.abc import Sequence

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.entities import SHARED
from segaudit.segments.labels import holds, named
from segaudit.segments.program import Layer, Program, verdict_column, verdict_name
from segaudit.segments.reasons import condition_words
from segaudit.sql.operators.expressions import any_of, joined, literal

SUPPRESSED = "suppressed"  # _row, segment, reason: one row for each record that is
HEADERS = ("_row", "record_id", "email", "segment", "reason")


def suppressing_segments(rules: RuleBook) -> list[tuple[Schema, Segment]]:
    """Return the segments that suppress."""
    return [(schema, segment) for schema, segment in rules.segments() if segment.suppress]


def suppression_layer(program: Program) -> Layer:
    """Return the verdicts of the segments that suppress, over the decided columns."""
    return {
        verdict_name(schema, segment): verdict_column(schema, segment)
        for schema, segment in suppressing_segments(program.rules)
    }


def create_suppressed(program: Program, tags: str, engine: Engine, *, by_entity: bool) -> None:
    """Create the table of suppressed records.

    A record is suppressed if the criteria of such a segment hold for it, also where a waterfall gave it another label,
    and if an exception or its entity put it there. Of an entity, one record is enough for all.

    Args:
        program: The rules.
        tags: Labels, reasons and the verdicts of suppression_layer.
        engine: Where they are.
        by_entity: Suppress all records of an entity.
    """
    found = [(schema, segment, _is_in(schema, segment)) for schema, segment in suppressing_segments(program.rules)]
    if not found:
        query = exp.select(exp.column("_row"), exp.alias_(literal(""), "segment"), exp.alias_(literal(""), "reason"))
        engine.create(SUPPRESSED, query.from_(tags).where(exp.false()).sql(dialect=engine.dialect))
        return
    names = [exp.Case().when(is_in.copy(), literal(f"{s.id}.{g.id}")) for s, g, is_in in found]
    whys = [exp.Case().when(is_in.copy(), _why(s, g, program)) for s, g, is_in in found]
    columns = [exp.alias_(joined("; ", names), "segment"), exp.alias_(joined("; ", whys), "reason")]
    query = exp.select(exp.column("_row"), *columns).from_(tags).where(any_of([is_in for _, _, is_in in found]))
    engine.create(SUPPRESSED, query.sql(dialect=engine.dialect))
    if by_entity:
        _spread(engine)


def _is_in(schema: Schema, segment: Segment) -> exp.Expr:
    holding = exp.func("COALESCE", named(verdict_name(schema, segment)), exp.false())
    return exp.paren(exp.or_(holding, holds(named(f"segment_{schema.id}"), segment.id)))


def _why(schema: Schema, segment: Segment, program: Program) -> exp.Expr:
    """Return the reason of the label, or where another segment took the record the criteria that hold."""
    words = condition_words(segment.criteria, program.clauses)
    label = named(f"segment_{schema.id}")
    return exp.Case().when(holds(label, segment.id), named(f"segment_{schema.id}_reason")).else_(literal(words))


def _spread(engine: Engine) -> None:
    """Suppress the other records of an entity too, for its first record that is."""
    shared = f"FROM {SUPPRESSED} d JOIN {SHARED} s ON s._row = d._row"
    of_entity = f"SELECT s.entity, MIN(d._row) AS first {shared} GROUP BY s.entity"
    engine.create(
        f"{SUPPRESSED}_others",
        f"SELECT o._row, f.segment, concat('as record ', f._row, ' of entity ', o.entity_id, ': ', f.reason) AS reason "
        f"FROM ({of_entity}) e JOIN {SHARED} o ON o.entity = e.entity JOIN {SUPPRESSED} f ON f._row = e.first "
        f"WHERE o._row NOT IN (SELECT _row FROM {SUPPRESSED})",
    )
    engine.create(f"{SUPPRESSED}_all", f"SELECT * FROM {SUPPRESSED} UNION ALL SELECT * FROM {SUPPRESSED}_others")
    engine.create(SUPPRESSED, f"SELECT * FROM {SUPPRESSED}_all")


def suppression_rows(table: str, record_id: str | None, emails: Sequence[str]) -> str:
    """Return the query of the list's rows: one for each address of a record, or one without.

    Args:
        table: Raw cells.
        record_id: Its column of ids; None if it has none.
        emails: Its columns of e-mail addresses, the main one first.

    Returns:
        A query of HEADERS as c1, c2, ... and ``place``, which orders the rows.
    """
    key = f"r.{record_id}" if record_id is not None else "''"
    cells = f"SELECT d._row, trim({key}) AS record_id, d.segment, d.reason"
    source = f"FROM {SUPPRESSED} d JOIN {table} r ON r._row = d._row"
    parts = [
        f"{cells}, trim(r.{column}) AS email, {number} AS number {source} WHERE trim(coalesce(r.{column}, '')) <> ''"
        for number, column in enumerate(emails)
    ]
    blank = " AND ".join(f"trim(coalesce(r.{column}, '')) = ''" for column in emails) or "1 = 1"
    parts.append(f"{cells}, '' AS email, 0 AS number {source} WHERE {blank}")
    return (
        "SELECT CAST(_row AS VARCHAR) AS c1, record_id AS c2, email AS c3, segment AS c4, reason AS c5, "
        f"_row * 100 + number AS place FROM ({' UNION ALL '.join(parts)}) a"
    )
