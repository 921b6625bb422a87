"""The rank of each member of a segment among them; of an entity's records, one rank for all."""

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.labels import holds, named
from segaudit.segments.program import Layer, Program
from segaudit.segments.resolving import ENTITY_ID
from segaudit.segments.scoring import ranking_score
from segaudit.segments.views import TagView, row_table
from segaudit.sql.conditions import condition_verdict, score_ends
from segaudit.sql.operators import Part
from segaudit.sql.operators.expressions import in_currency


def ranked_segments(schema: Schema) -> tuple[Segment, ...]:
    """Return the segments of a schema whose members are ranked."""
    return tuple(segment for segment in schema.segments if segment.rank_within is not None)


def rank_value(schema: Schema, segment: Segment) -> str:
    """Return the column of what the members of a segment are ranked by."""
    return f"rank__{schema.id}__{segment.id}"


def rank_layer(schema: Schema, segment: Segment, program: Program) -> Layer:
    """Return what members are ranked by, over the decided columns: of a score, and of a range, the lower end."""
    rank = segment.rank_within
    if rank is None:
        return {}
    score = ranking_score(segment, program.rules)
    if score is not None:
        verdicts = [condition_verdict(part.when, program.clauses) for part in score.parts]
        return {rank_value(schema, segment): score_ends([part.points for part in score.parts], verdicts)[0]}
    context = program.clauses.context
    value: exp.Expr = context.columns.part(rank.by, Part.VALUE)
    fits = in_currency(context.fields[rank.by], context)
    return {rank_value(schema, segment): value if fits is None else exp.Case().when(fits, value)}


def create_ranks(rules: RuleBook, tags: TagView, engine: Engine, *, by_entity: bool) -> dict[tuple[str, str], str]:
    """Create a table of ranks for each segment that has them: ``_row``, ``place`` and ``places``.

    Records that rank by the same share the better place; those without a value come last.

    Returns:
        (schema, segment) -> table.
    """
    tables: dict[tuple[str, str], str] = {}
    for schema in rules.schemas:
        for segment in ranked_segments(schema):
            query = _entities_ranked if by_entity else _records_ranked
            name = f"ranks_{len(tables)}"
            tables[schema.id, segment.id] = row_table(name, query(schema, segment, tags.relation), engine)
    return tables


def _order(segment: Segment, value: exp.Expr) -> exp.Order:
    descending = segment.rank_within is not None and segment.rank_within.descending
    return exp.Order(expressions=[exp.Ordered(this=value, desc=descending, nulls_first=False)])


def _ranked(segment: Segment, value: exp.Expr) -> list[exp.Expr]:
    place = exp.Window(this=exp.Anonymous(this="RANK"), order=_order(segment, value))
    places = exp.Window(this=exp.Count(this=exp.Star()))
    return [exp.alias_(place, "place"), exp.alias_(places, "places")]


def _members(schema: Schema, segment: Segment, relation: str, *columns: exp.Expr) -> exp.Select:
    return exp.select(*columns).from_(relation).where(holds(named(f"segment_{schema.id}"), segment.id))


def _records_ranked(schema: Schema, segment: Segment, relation: str) -> exp.Select:
    ranked = _ranked(segment, named(rank_value(schema, segment)))
    return _members(schema, segment, relation, exp.column("_row"), *ranked)


def _entities_ranked(schema: Schema, segment: Segment, relation: str) -> exp.Select:
    """Return the query of members with the rank of their entity, which counts once, by its best record."""
    value = named(rank_value(schema, segment))
    descending = segment.rank_within is not None and segment.rank_within.descending
    best = exp.alias_(exp.Max(this=value) if descending else exp.Min(this=value), "best")
    entities = _members(schema, segment, relation, named(ENTITY_ID), best).group_by(named(ENTITY_ID))
    ranked = exp.select(named(ENTITY_ID), *_ranked(segment, exp.column("best"))).from_(entities.subquery("e"))
    rows = _members(schema, segment, relation, exp.column("_row"), named(ENTITY_ID))
    joined = exp.select("m._row", "r.place", "r.places").from_(rows.subquery("m"))
    return joined.join(ranked.subquery("r"), on=named(ENTITY_ID, "m").eq(named(ENTITY_ID, "r")))
