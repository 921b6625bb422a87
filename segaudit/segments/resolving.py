"""One label for all records of an entity: its records vote, and a segment that suppresses needs one vote only."""

from collections.abc import Mapping

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import Schema
from segaudit.segments.decide import TAGS, create_tags
from segaudit.segments.entities import ENTITIES, SHARED
from segaudit.segments.program import Program, verdicts_of
from segaudit.sql.operators.expressions import any_of, joined, literal
from segaudit.sql.records import RecordSource

OWN = "tags_own"
ENTITY_ID = "entity_id"
_FIRST = ", the first of equals in the schema's order"
_SUPPRESSES = ", for it suppresses"


def create_entity_tags(program: Program, data: RecordSource, engine: Engine) -> tuple[str, ...]:
    """Create the view of tags, ``_row``, ``entity_id`` and two columns for each schema; return all but ``_row``.

    Of an entity's records, those that are undecided have no vote. If any of the others has a label that suppresses, so
    does the entity. Otherwise it has the label most of them have; of equals the one whose segment stands first in the
    schema. If no record has a vote, each keeps the label it has.

    Raises:
        SegauditError: A clause that says ``missing: error`` is UNKNOWN of some record.
    """
    schemas = program.rules.schemas
    undecided = {f"open_{number}": _is_open(schema) for number, schema in enumerate(schemas)}
    tags = create_tags(program, data, engine, table=OWN, beside=undecided)
    for number, schema in enumerate(schemas):
        engine.create(_votes(number), _count_votes(schema, number).sql(dialect=engine.dialect))
    # A view: reasons are long, and once in memory is enough.
    engine.define(TAGS, _chosen(program).sql(dialect=engine.dialect))
    return (ENTITY_ID, *tags)


def count_relabelled(program: Program, engine: Engine) -> tuple[tuple[str, int], ...]:
    """Return for each schema how many records have another label than they have by themselves."""
    counted = []
    for number, schema in enumerate(program.rules.schemas):
        query = (
            exp.select(exp.func("COUNT", exp.Star()))
            .from_(f"{SHARED} AS s")
            .join(f"{OWN} AS o", on="o._row = s._row")
            .join(f"{_votes(number)} AS v", on="v.entity = s.entity")
            .where(_column(f"segment_{schema.id}", "o").neq(exp.column("label", table="v")))
        )
        counted.append((schema.id, int(engine.fetch(query.sql(dialect=engine.dialect))[0][0])))
    return tuple(counted)


def _votes(number: int) -> str:
    return f"votes_{number}"


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


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
        exp.alias_(_suppressing(schema, label), "suppresses"),
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


def _holds(label: exp.Expr, segment: str) -> exp.Expr:
    """Return whether a label names a segment, alone or beside others."""
    whole = joined("", [literal("; "), label, literal("; ")])
    return exp.StrPosition(this=whole, substr=literal(f"; {segment}; ")) > exp.Literal.number(0)


def _suppressing(schema: Schema, label: exp.Expr) -> exp.Expr:
    return any_of([_holds(label, segment.id) for segment in schema.segments if segment.suppress])


def _place(schema: Schema, label: exp.Expr) -> exp.Expr:
    """Return a text that sorts labels by the segments they name, in the schema's order."""
    zero, one = literal("0"), literal("1")
    flags = [exp.Case().when(_holds(label, segment.id), zero.copy()).else_(one.copy()) for segment in schema.segments]
    return joined("", flags)


def _chosen(program: Program) -> exp.Select:
    columns: dict[str, exp.Expr] = {ENTITY_ID: exp.column("entity_id", table="e")}
    query = exp.select("o._row").from_(f"{OWN} AS o").join(f"{ENTITIES} AS e", on="e._row = o._row")
    query = query.join(f"{SHARED} AS s", on="s._row = o._row", join_type="left")
    for number, schema in enumerate(program.rules.schemas):
        name = f"segment_{schema.id}"
        votes = f"v{number}"
        query = query.join(f"{_votes(number)} AS {votes}", on=f"{votes}.entity = s.entity", join_type="left")
        columns |= _decided(name, votes)
    return query.select(*(exp.alias_(value, name, quoted=True) for name, value in columns.items()))


def _decided(name: str, votes: str) -> Mapping[str, exp.Expr]:
    """Return a record's label and reason: its entity's, or its own where the entity has none."""
    own, why, said = _column(name, "o"), _column(f"{name}_reason", "o"), exp.column("said", table=votes)
    told = joined("", [said.copy(), literal("; own: "), own.copy(), literal(": "), why.copy()])
    return {
        name: exp.func("COALESCE", exp.column("label", table=votes), own),
        f"{name}_reason": exp.Case().when(exp.not_(said.copy().is_(exp.null())), told).else_(why),
    }
