"""One label for all records of an entity: its records vote, and a segment that suppresses needs one vote only."""

from collections.abc import Mapping

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import Schema
from segaudit.segments.decide import TAGS, create_tags
from segaudit.segments.entities import ENTITIES, SHARED
from segaudit.segments.labels import holds, suppressing
from segaudit.segments.labels import named as _column
from segaudit.segments.program import Program, verdicts_of
from segaudit.sql.operators.expressions import any_of, joined, literal
from segaudit.sql.records import RecordSource

OWN = "tags_own"  # what each record has by itself
_RESOLVED = "tags_resolved"  # of rows that share their entity: the entity's labels, and what reasons begin with
ENTITY_ID = "entity_id"
_FIRST = ", the first of equals in the schema's order"
_SUPPRESSES = ", for it suppresses"


def create_entity_tags(
    program: Program,
    data: RecordSource,
    engine: Engine,
    *,
    table: str = TAGS,
    beside: Mapping[str, exp.Expr] | None = None,
) -> tuple[str, ...]:
    """Create the view of tags, ``_row``, ``entity_id`` and two columns for each schema; return all but ``_row``.

    Of an entity's records, those that are undecided have no vote. If any of the others has a label that suppresses, so
    does the entity. Otherwise it has the label most of them have; of equals the one whose segment stands first in the
    schema. If no record has a vote, each keeps the label it has.

    Args:
        program: What to decide.
        data: The records.
        engine: Where they are, and the table of entities.
        table: What to call the view.
        beside: More columns for it, over the decided ones; each record's own.

    Raises:
        SegauditError: A clause that says ``missing: error`` is UNKNOWN of some record.
    """
    schemas = program.rules.schemas
    undecided = {f"open_{number}": _is_open(schema) for number, schema in enumerate(schemas)}
    tags = create_tags(program, data, engine, table=OWN, beside=undecided | dict(beside or {}))
    for number, schema in enumerate(schemas):
        engine.create(_votes(number), _count_votes(schema, number).sql(dialect=engine.dialect))
    _gather_votes(len(schemas), engine)
    # A view: reasons are long, and once in memory is enough.
    chosen = _chosen(program).select(*(_column(name, "o") for name in beside or {}))
    engine.define(table, chosen.sql(dialect=engine.dialect))
    return (ENTITY_ID, *tags)


def count_relabelled(program: Program, engine: Engine) -> tuple[tuple[str, int], ...]:
    """Return for each schema how many records have another label than they have by themselves."""
    schemas = program.rules.schemas
    other = [
        exp.func("COUNT_IF", _column(f"segment_{schema.id}", "o").neq(_column(f"label_{number}", "r")))
        for number, schema in enumerate(schemas)
    ]
    query = exp.select(*other).from_(f"{_RESOLVED} AS r").join(f"{OWN} AS o", on="o._row = r._row")
    row = engine.fetch(query.sql(dialect=engine.dialect))[0]
    return tuple((schema.id, int(rows or 0)) for schema, rows in zip(schemas, row, strict=True))


def _votes(number: int) -> str:
    return f"votes_{number}"


def _is_open(schema: Schema) -> exp.Expr:
    """Return whether no segment holds a record and one might."""
    verdicts = verdicts_of(schema)
    held = any_of([exp.func("COALESCE", verdict.copy(), exp.false()) for verdict in verdicts])
    return exp.and_(exp.not_(exp.paren(held)), exp.paren(any_of([item.copy().is_(exp.null()) for item in verdicts])))


def _count_votes(schema: Schema, number: int) -> exp.Select:
    """Return the query of ``entity``, ``label``, ``said`` (what reasons begin with; NULL if all records agree)."""
    counted = (
        exp.select("s.entity", "s.entity_id", "s.size", exp.alias_(_column(f"segment_{schema.id}", "o"), "label"))
        .select("COUNT(*) AS votes")
        .from_(f"{SHARED} AS s")
        .join(f"{OWN} AS o", on="o._row = s._row")
        .where(f"NOT o.open_{number}")
        .group_by("1", "2", "3", "4")
    )
    label = exp.column("label")
    judged = exp.select(
        "*",
        exp.alias_(suppressing(schema, label), "suppresses"),
        exp.alias_(_place(schema, label), "place"),
        exp.alias_(label.eq(literal(schema.otherwise)), "otherwise"),
    ).from_(counted.subquery("c"))
    order = "PARTITION BY entity ORDER BY suppresses DESC, votes DESC, otherwise, place, label"
    ranked = exp.select(
        "*",
        f"ROW_NUMBER() OVER ({order}) AS rank",
        f"LEAD(votes) OVER ({order}) AS next_votes",
    ).from_(judged.subquery("j"))
    how = (
        exp.Case()
        .when("suppresses AND next_votes IS NOT NULL", literal(_SUPPRESSES))
        .when("votes = next_votes", literal(_FIRST))
        .else_(literal(""))
    )
    votes, size, entity = (exp.column(name) for name in ("votes", "size", "entity_id"))
    parts = [literal("as "), votes, literal(" of "), size, literal(" records of entity "), entity, how]
    said = exp.Case().when("votes < size", joined("", parts))
    return exp.select("entity", "label", exp.alias_(said, "said")).from_(ranked.subquery("r")).where("rank = 1")


def _place(schema: Schema, label: exp.Expr) -> exp.Expr:
    """Return a text that sorts labels by the segments they name, in the schema's order."""
    zero, one = literal("0"), literal("1")
    flags = [exp.Case().when(holds(label, segment.id), zero.copy()).else_(one.copy()) for segment in schema.segments]
    return joined("", flags)


def _gather_votes(schemas: int, engine: Engine) -> None:
    votes = [f"v{number}.label AS label_{number}, v{number}.said AS said_{number}" for number in range(schemas)]
    joins = [f"LEFT JOIN {_votes(number)} v{number} ON v{number}.entity = s.entity" for number in range(schemas)]
    engine.create(_RESOLVED, f"SELECT {', '.join(['s._row', *votes])} FROM {SHARED} s {' '.join(joins)}")


def _chosen(program: Program) -> exp.Select:
    columns = [exp.alias_(exp.column("entity_id", table="e"), ENTITY_ID)]
    for number, schema in enumerate(program.rules.schemas):
        columns += _decided(f"segment_{schema.id}", number)
    query = exp.select("o._row", *columns).from_(f"{OWN} AS o").join(f"{ENTITIES} AS e", on="e._row = o._row")
    return query.join(f"{_RESOLVED} AS r", on="r._row = o._row", join_type="left")


def _decided(name: str, number: int) -> list[exp.Expr]:
    """Return a record's label and reason: its entity's, or its own where the entity has none."""
    own, why = _column(name, "o"), _column(f"{name}_reason", "o")
    label, said = _column(f"label_{number}", "r"), _column(f"said_{number}", "r")
    told = joined("", [said.copy(), literal("; own: "), own.copy(), literal(": "), why.copy()])
    reason = exp.Case().when(exp.not_(said.copy().is_(exp.null())), told).else_(why)
    return [
        exp.alias_(exp.func("COALESCE", label, own), name, quoted=True),
        exp.alias_(reason, f"{name}_reason", quoted=True),
    ]
