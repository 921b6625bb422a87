"""UNION ALL: what is made of the same rows is made in one go."""

from collections.abc import Mapping, Sequence
from functools import reduce

from sqlglot import exp

from segaudit.engine.spark.grouping import put_together
from segaudit.engine.spark.planning import Planning
from segaudit.engine.spark.relations import Frame, Recipe, Relation, Rows, Small, column, derived, named, table

_BRANCH = "branch"


def united(planning: Planning, sides: Sequence[Relation], kinds: Mapping[str, str]) -> Relation:
    """Return the rows of all sides, under the names and types of the whole."""
    sides = [as_kinds(planning, side, kinds) for side in _grouped_together(planning, sides)]
    by_frame: dict[str, list[Rows]] = {}
    frames = []
    for side in sides:
        if isinstance(side, Small):
            frames.append(planning.places.spread(side.name))
        else:
            by_frame.setdefault(side.frame.shadow, []).append(side)
    together = [_one(rows) for rows in by_frame.values()]
    if len(together) == 1 and not frames:
        return together[0]
    frames += [planning.realised(rows) for rows in together]
    data = reduce(lambda one, other: one.unionAll(other), [frame.data for frame in frames])
    return Rows(frame=planning.places.frame(data, kinds, grouped=all(frame.grouped for frame in frames)))


def as_kinds(planning: Planning, relation: Relation, kinds: Mapping[str, str]) -> Relation:
    """Return a side of a set operation with the names and types of the whole."""
    if isinstance(relation, Small):
        own = list(planning.places.columns(relation.name) or {})
        source: exp.Expr = table(relation.name, "s")
    else:
        own = list(relation.frame.types) if relation.query is None else list(relation.query.named_selects)
        source = table(relation.frame.shadow, "s") if relation.query is None else derived(relation.query, "s")
    select = exp.Select()
    cells = zip(own, kinds.items(), strict=True)
    select.set(
        "expressions",
        [
            named(exp.maybe_parse(f'CAST("s"."{mine}" AS {kind})', dialect="duckdb"), name)
            for mine, (name, kind) in cells
        ],
    )
    select.set("from_", exp.From(this=source))
    return planning.small(select) if isinstance(relation, Small) else Rows(frame=relation.frame, query=select)


def _one(rows: Sequence[Rows]) -> Rows:
    """Return rows of one frame as one query over it."""
    queries = [row.query for row in rows if row.query is not None]
    one = reduce(lambda left, right: exp.Union(this=left, expression=right, distinct=False), queries)
    return Rows(frame=rows[0].frame, query=one)


def _grouped_together(planning: Planning, sides: Sequence[Relation]) -> list[Relation]:
    """Return the sides; those that are groups of one frame, made the same way, as groups made in one go."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, side in enumerate(sides):
        if isinstance(side, Rows) and (recipe := side.frame.recipe) is not None:
            key = (recipe.chunk.frame.shadow, recipe.groups, recipe.finals, tuple(side.frame.types.values()))
            alike.setdefault(key, []).append(number)
    made = list(sides)
    for numbers in alike.values():
        if len(numbers) > 1:
            for number, rows in zip(numbers, _in_one_go(planning, [sides[n] for n in numbers]), strict=True):
                made[number] = rows
    return made


def _in_one_go(planning: Planning, sides: Sequence[Relation]) -> list[Rows]:
    rows = [side for side in sides if isinstance(side, Rows)]
    recipes = [row.frame.recipe for row in rows if row.frame.recipe is not None]
    chunk = _one([_branch(recipe, number) for number, recipe in enumerate(recipes)])
    first = recipes[0]
    groups = [_BRANCH, *(f"g{number}" for number in range(1, first.groups + 1))]
    data = planning.places.realised(chunk, planning.parameters).data
    types = {_BRANCH: "INTEGER", **rows[0].frame.types}
    data = put_together(planning.places, data, groups, first.finals, rows[0].frame.types)
    frame = planning.places.frame(data.select(*types), types, grouped=True)
    return [_part(row, frame, number) for number, row in enumerate(rows)]


def _branch(recipe: Recipe, number: int) -> Rows:
    """Return what a chunk works out, with the number of the branch it is for."""
    query = recipe.chunk.query
    if query is None:  # pragma: no cover - a chunk always has a query of its own
        raise AssertionError
    select = exp.Select()
    cells = [named(column(name, "c"), name) for name in query.named_selects]
    mark = named(exp.cast(exp.Literal.number(number), "INTEGER"), _BRANCH)
    select.set("expressions", [mark, *cells])
    select.set("from_", exp.From(this=derived(query.copy(), "c")))
    return Rows(frame=recipe.chunk.frame, query=select)


def _part(row: Rows, frame: Frame, number: int) -> Rows:
    """Return one branch's rows as a query over the frame of all."""
    own = exp.Select()
    own.set("expressions", [named(column(name, "b"), name) for name in row.frame.types])
    own.set("from_", exp.From(this=table(frame.shadow, "b")))
    own.set("where", exp.Where(this=exp.EQ(this=column(_BRANCH, "b"), expression=exp.Literal.number(number))))
    if row.query is None:
        return Rows(frame=frame, query=own)
    query = row.query.copy()
    for node in list(query.find_all(exp.Table)):
        if node.name == row.frame.shadow:
            node.replace(derived(own.copy(), node.alias_or_name))
    return Rows(frame=frame, query=query)
