"""How segments meet: all-way combinations, segments per record and entity, what a waterfall takes, conflicts."""

from collections.abc import Sequence
from itertools import combinations

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import Combination, Combinations, Conflict, SchemaCounts, Taken
from segaudit.model.segments import Assignment, RuleBook, Schema
from segaudit.segments.decide import DECISIONS
from segaudit.segments.entities import SHARED
from segaudit.segments.overlap_tally import RECORDS_OF, Sums, holds
from segaudit.segments.program import membership_name, verdict_column, verdicts_of
from segaudit.sql.operators.expressions import number_true

MOST_COMBINATIONS = 30
_MOST_CONFLICTS = 20
_FIRST_ROWS = 5
_LARGEST_MASK = 62  # segments whose memberships one number holds


def ask_taken(schema: Schema, sums: Sums) -> None:
    """Ask how many records each segment of a waterfall takes from each later one."""
    if schema.assign is not Assignment.FIRST_MATCH:
        return
    for a, b in combinations(schema.segments, 2):
        before = schema.segments[: schema.segments.index(a)]
        parts: list[exp.Expr] = [verdict_column(schema, a), verdict_column(schema, b)]
        parts += [exp.not_(holds(verdict_column(schema, item))) for item in before]
        sums.ask(f"{schema.id}.{b.id} taken by {a.id}", exp.and_(*parts))


def find_taken(schema: Schema, sums: Sums) -> tuple[Taken, ...]:
    """Return what was counted, in the rules' order."""
    if schema.assign is not Assignment.FIRST_MATCH:
        return ()
    found = [
        Taken(segment=b.id, by=a.id, rows=sums[f"{schema.id}.{b.id} taken by {a.id}"])
        for a, b in combinations(schema.segments, 2)
    ]
    place = {segment.id: number for number, segment in enumerate(schema.segments)}
    return tuple(sorted((item for item in found if item.rows), key=lambda item: (place[item.segment], -item.rows)))


def count_per_record(schema: Schema, tally: str, engine: Engine) -> tuple[tuple[int, int], ...]:
    """Return how many records meet the criteria of 0, 1, 2, ... segments."""
    held = exp.alias_(number_true([holds(item) for item in verdicts_of(schema)]), "held")
    query = exp.select(held, exp.alias_(exp.func("SUM", exp.column(RECORDS_OF)), "n")).from_(tally).group_by("1")
    rows = engine.fetch(query.sql(dialect=engine.dialect))
    return tuple(sorted((int(number), int(count)) for number, count in rows))


def combine_schema(schema: Schema, tally: str, engine: Engine) -> Combinations:
    """Return the combinations of a schema's segments by criteria."""
    columns = [(segment.id, holds(verdict_column(schema, segment))) for segment in schema.segments]
    return _combine(columns, tally, engine)


def combine_across(rules: RuleBook, tally: str, engine: Engine) -> Combinations:
    """Return the combinations of the members of all schemas' segments."""
    columns = [
        (f"{schema.id}.{segment.id}", holds(exp.column(membership_name(schema, segment), quoted=True)))
        for schema, segment in rules.segments()
    ]
    return _combine(columns, tally, engine)


def _combine(columns: Sequence[tuple[str, exp.Expr]], tally: str, engine: Engine) -> Combinations:
    chunks = [columns[start : start + _LARGEST_MASK] for start in range(0, len(columns), _LARGEST_MASK)]
    masks = [exp.alias_(_mask([held for _, held in chunk]), f"m{index}") for index, chunk in enumerate(chunks)]
    keys = [f"m{index}" for index in range(len(chunks))]
    count = exp.alias_(exp.func("SUM", exp.column(RECORDS_OF)), "n")
    grouped = exp.select(*masks, count).from_(tally).group_by(*(str(index) for index in range(1, len(keys) + 1)))
    text = grouped.sql(dialect=engine.dialect)
    order = f"ORDER BY n DESC, {', '.join(keys)} LIMIT {MOST_COMBINATIONS}"
    rows = engine.fetch(f"SELECT {', '.join(keys)}, n FROM ({text}) g {order}")
    ways, total = engine.fetch(f"SELECT COUNT(*), SUM(n) FROM ({text}) g")[0]
    listed = tuple(Combination(segments=_named(chunks, row[:-1]), rows=int(row[-1])) for row in rows)
    return Combinations(
        listed=listed,
        others=int(ways) - len(listed),
        others_rows=int(total or 0) - sum(item.rows for item in listed),
    )


def _mask(held: Sequence[exp.Expr]) -> exp.Expr:
    total: exp.Expr = _whole(0)
    for place, condition in enumerate(held):
        digit = exp.Case().when(condition, _whole(2**place)).else_(_whole(0))
        total = exp.Add(this=total, expression=digit)
    return total


def _named(chunks: Sequence[Sequence[tuple[str, exp.Expr]]], masks: Sequence[object]) -> tuple[str, ...]:
    return tuple(
        name
        for chunk, mask in zip(chunks, masks, strict=True)
        for place, (name, _) in enumerate(chunk)
        if int(str(mask)) >> place & 1
    )


def _whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "BIGINT")


def find_conflicts(schema: Schema, counted: SchemaCounts, engine: Engine) -> tuple[Conflict, ...]:
    """Return the pairs of an exactly_one schema that share records, most first, each with its first rows."""
    if schema.assign is not Assignment.EXACTLY_ONE:
        return ()
    pairs = sorted((pair for pair in counted.overlaps if pair.both), key=lambda pair: -pair.both)
    return tuple(
        Conflict(a=pair.a, b=pair.b, rows=pair.both, first_rows=_first_rows(schema, pair.a, pair.b, engine))
        for pair in pairs[:_MOST_CONFLICTS]
    )


def _first_rows(schema: Schema, a: str, b: str, engine: Engine) -> tuple[int, ...]:
    both = exp.and_(verdict_column(schema, schema.segment(a)), verdict_column(schema, schema.segment(b)))
    query = exp.select("_row").from_(DECISIONS).where(both).order_by("_row").limit(_FIRST_ROWS)
    return tuple(int(row) for (row,) in engine.fetch(query.sql(dialect=engine.dialect)))


def count_per_entity(schemas: Sequence[Schema], tally: str, engine: Engine) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return for each schema how many entities have their records in 0, 1, 2, ... different segments.

    Args:
        schemas: Of the decisions.
        tally: Of all records.
        engine: Where it is, and the decisions and shared entities.
    """
    alone = [_spread(schema, tally, engine, records=RECORDS_OF) for schema in schemas]
    shared = _create_shared_members(schemas, engine)
    found = []
    for schema, all_records in zip(schemas, alone, strict=True):
        counts = dict(all_records)
        for number, records in _spread(schema, shared[0], engine, records="1"):
            counts[number] = counts.get(number, 0) - records
        for number, entities in _spread(schema, shared[1], engine, records="1"):
            counts[number] = counts.get(number, 0) + entities
        found.append(tuple(sorted((number, count) for number, count in counts.items() if count)))
    return tuple(found)


def _spread(schema: Schema, relation: str, engine: Engine, *, records: str) -> list[tuple[int, int]]:
    members = [holds(exp.column(membership_name(schema, segment), quoted=True)) for segment in schema.segments]
    query = exp.select(number_true(members), f"SUM({records})").from_(relation).group_by("1")
    return [(int(number), int(count)) for number, count in engine.fetch(query.sql(dialect=engine.dialect))]


def _create_shared_members(schemas: Sequence[Schema], engine: Engine) -> tuple[str, str]:
    """Create the memberships of rows that share their entity, and of these entities; return the two tables."""
    names = [membership_name(schema, segment) for schema in schemas for segment in schema.segments]
    rows = exp.select("s.entity", *(exp.column(name, table="d", quoted=True) for name in names))
    query = rows.from_(f"{SHARED} AS s").join(f"{DECISIONS} AS d", on="d._row = s._row")
    engine.create("shared_members", query.sql(dialect=engine.dialect))
    one = exp.Literal.number(1)
    some = [
        exp.alias_(exp.func("MAX", exp.Case().when(exp.column(name, quoted=True), one.copy()).else_("0")).eq(one), name)
        for name in names
    ]
    for item in some:
        item.set("alias", exp.to_identifier(item.alias, quoted=True))
    grouped = exp.select("entity", *some).from_("shared_members").group_by("entity")
    engine.create("shared_entities", grouped.sql(dialect=engine.dialect))
    return "shared_members", "shared_entities"
