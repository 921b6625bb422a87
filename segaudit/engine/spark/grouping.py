"""Groups and aggregates: each chunk sends what its rows come to, and the cluster puts groups together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.places import Places, plain_columns
from segaudit.engine.spark.planning import Planning
from segaudit.engine.spark.relations import Frame, Recipe, Relation, Rows, column, named, table
from segaudit.engine.spark.statements import text_of
from segaudit.engine.spark.trees import aggregates_in, aggregates_of, replaced
from segaudit.engine.spark.types import is_nested
from segaudit.errors import EngineError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An aggregate in two steps.

    Attributes:
        partial: What a chunk works out, in DuckDB's SQL, by name.
        final: How the cluster puts chunks together, in Spark's SQL over these names.
    """

    partial: Mapping[str, exp.Expr]
    final: str


def grouped(planning: Planning, select: exp.Select) -> Relation:
    """Return a SELECT with groups or aggregates, over one source of the cluster and any number of small ones."""
    keys = {node.sql("duckdb"): f"g{number}" for number, node in enumerate(_groups(select), start=1)}
    aggregates = aggregates_of(select)
    names = {node.sql("duckdb"): f"a{number}" for number, node in enumerate(aggregates, start=1)}
    asked = _bare(select)
    asked.set(
        "expressions",
        [named(node.copy(), f"g{number}") for number, node in enumerate(_groups(select), start=1)]
        + [named(node.copy(), f"a{number}") for number, node in enumerate(aggregates, start=1)],
    )
    if not asked.expressions:  # HAVING without anything to have
        asked.set("expressions", [named(exp.Literal.number(1), "g1")])
    kinds = planning.places.kinds(planning.bindable(asked), planning.parameters)
    parts = [
        _part(node, f"p{number}") if _sorts_alike(node, kinds[f"a{number}"]) else None
        for number, node in enumerate(aggregates, start=1)
    ]
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        frame = _in_two_steps(planning, select, known, kinds)
    else:
        frame = _by_group(planning, asked, list(keys.values()), kinds)
    by: dict[str, exp.Expr] = {text: column(name, "g") for text, name in {**names, **keys}.items()}
    above = exp.Select()
    above.set("expressions", [replaced(item, by) for item in select.expressions])
    above.set("from_", exp.From(this=table(planning.bound(Rows(frame=frame)), "g")))
    if having := select.args.get("having"):
        above.set("where", exp.Where(this=replaced(having.this, by)))
    if qualify := select.args.get("qualify"):
        above.set("qualify", exp.Qualify(this=replaced(qualify.this, by)))
    return planning.select(above)


def _groups(select: exp.Select) -> list[exp.Expr]:
    group = select.args.get("group")
    if group is None:
        return []
    if group.args.get("all"):
        return [_unnamed(item).copy() for item in select.expressions if not list(aggregates_in(item))]
    if any(isinstance(node, (exp.Rollup, exp.Cube, exp.GroupingSets)) for node in group.expressions):
        raise EngineError("groups of several kinds at once cannot be planned", statement=text_of(select))
    return [node.unnest() for node in group.expressions]


def _unnamed(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Alias) else item


def _bare(select: exp.Select) -> exp.Select:
    """Return the sources, the filter and the groups of a SELECT only."""
    bare = exp.Select()
    for key in ("from_", "joins", "where"):
        if value := select.args.get(key):
            bare.set(key, [item.copy() for item in value] if isinstance(value, list) else value.copy())
    # Groups are named by place: they stand first, and a parameter is no group by itself.
    if places := [exp.Literal.number(number) for number, _ in enumerate(_groups(select), start=1)]:
        bare.set("group", exp.Group(expressions=places))
    return bare


# ------------------------------------------------------------------------------------------------------- in two steps


def _in_two_steps(planning: Planning, select: exp.Select, parts: list[Part], kinds: Mapping[str, str]) -> Frame:
    groups = _groups(select)
    chunk = _bare(select)
    cells = [named(node.copy(), f"g{number}") for number, node in enumerate(groups, start=1)]
    for part in parts:
        cells += [named(node.copy(), name) for name, node in part.partial.items()]
    chunk.set("expressions", cells or [named(exp.Literal.number(1), "g1")])
    recipe = Recipe(chunk=planning.by_row(chunk), groups=len(groups), finals=tuple(part.final for part in parts))
    if (data := _direct(planning, select, groups, aggregates_of(select), kinds)) is None:
        data = planning.places.realised(recipe.chunk, planning.parameters).data
        data = put_together(planning.places, data, [f"g{n}" for n in range(1, len(groups) + 1)], recipe.finals, kinds)
    return replace(planning.places.frame(data, kinds, grouped=True), recipe=recipe)


def _direct(
    planning: Planning,
    select: exp.Select,
    groups: list[exp.Expr],
    aggregates: list[exp.Expr],
    kinds: Mapping[str, str],
) -> Any:  # noqa: ANN401 - a DataFrame
    """Return groups worked out by the cluster alone, if they and what is counted are plain columns; None otherwise."""
    if select.args.get("where"):
        return None
    formulas, cells = [], [named(node.copy(), f"g{number}") for number, node in enumerate(groups, start=1)]
    for number, node in enumerate(aggregates, start=1):
        formula = _DIRECT.get(type(node))
        argument = node.this if formula is not None else None
        if isinstance(argument, exp.Star):
            formulas.append("count(1)")
        elif isinstance(argument, exp.Column) and formula is not None and not node.expressions:
            cells.append(named(argument.copy(), f"x{number}"))
            formulas.append(formula.format(f"x{number}"))
        else:
            return None
    if not cells:
        cells = [named(node.copy(), "x1") for node in list(select.find_all(exp.Column))[:1]]
    below = _bare(select)
    below.set("group", None)
    below.set("expressions", cells or [named(exp.Literal.number(1), "x1")])
    rows = planning.by_row(below)
    if cells and plain_columns(rows) is None:
        return None
    if not cells:
        rows = Rows(frame=rows.frame) if _is_all(below) else rows
        if rows.query is not None:
            return None
    data = planning.places.realised(rows, planning.parameters).data
    return put_together(planning.places, data, [f"g{n}" for n in range(1, len(groups) + 1)], formulas, kinds)


def _is_all(select: exp.Select) -> bool:
    """Tell whether a SELECT's source is a table as it is."""
    return isinstance(select.args["from_"].this, exp.Table) and not select.args.get("joins")


def put_together(
    places: Places,
    data: Any,  # noqa: ANN401 - a DataFrame
    groups: Sequence[str],
    formulas: Sequence[str],
    kinds: Mapping[str, str],
) -> Any:  # noqa: ANN401 - as above
    """Return a DataFrame of groups and a1, a2, ...: what the formulas give of the rows of each group."""
    from pyspark.sql import functions  # noqa: PLC0415 - no one pays for Spark who does not use it

    types = places.spark_types(kinds)
    finals = [
        functions.expr(f"CAST({formula} AS {types[name]})").alias(name)
        for formula, name in zip(formulas, [name for name in kinds if name.startswith("a")], strict=True)
    ]
    if not finals:
        return data.select(*groups).distinct()
    return data.groupBy(*groups).agg(*finals) if groups else data.agg(*finals)


def _part(node: exp.Expr, name: str) -> Part | None:
    inner, wrap = _unwrapped(node)
    build = _PARTS.get(type(inner))
    return None if build is None or _is_special(inner) else build(inner, wrap, name)


def _sorts_alike(node: exp.Expr, kind: str) -> bool:
    """Tell whether the cluster would put values of a type in DuckDB's order: lists and structs it would not."""
    ordered = isinstance(_unwrapped(node)[0], (exp.Min, exp.Max))
    return not ordered or not (is_nested(kind) or kind == "INTERVAL")


def _unwrapped(node: exp.Expr) -> tuple[exp.Expr, Callable[[exp.Expr], exp.Expr]]:
    """Return an aggregate without its filter, and what puts a filter like it around another."""
    if isinstance(node, exp.Filter):
        where = node.expression
        return _unwrapped(node.this)[0], lambda other: exp.Filter(this=other, expression=where.copy())
    if isinstance(node, exp.IgnoreNulls):
        return node.this, lambda other: other
    return node, lambda other: other


def _is_special(node: exp.Expr) -> bool:
    return any(isinstance(child, (exp.Distinct, exp.Order)) for child in node.iter_expressions()) or (
        bool(node.expressions) and not isinstance(node, exp.Count)
    )


def _summed(node: exp.Expr, wrap: Callable[[exp.Expr], exp.Expr], name: str) -> Part:
    return Part(partial={name: wrap(node.copy())}, final=f"coalesce(sum({name}), 0)")


def _like(spark: str) -> Callable[[exp.Expr, Callable[[exp.Expr], exp.Expr], str], Part]:
    def build(node: exp.Expr, wrap: Callable[[exp.Expr], exp.Expr], name: str) -> Part:
        return Part(partial={name: wrap(node.copy())}, final=spark.format(name))

    return build


def _average(node: exp.Expr, wrap: Callable[[exp.Expr], exp.Expr], name: str) -> Part:
    count = f"{name}_n"
    partial = {name: wrap(exp.Sum(this=node.this.copy())), count: wrap(exp.Count(this=node.this.copy()))}
    return Part(partial=partial, final=f"CAST(sum({name}) AS DOUBLE) / nullif(sum({count}), 0)")


_PARTS: Mapping[type[exp.Expr], Callable[..., Part]] = {
    exp.Count: _summed,
    exp.CountIf: _summed,
    exp.Sum: _like("sum({})"),
    exp.Min: _like("min({})"),
    exp.Max: _like("max({})"),
    exp.AnyValue: _like("any_value({}, true)"),
    exp.LogicalOr: _like("bool_or({})"),
    exp.LogicalAnd: _like("bool_and({})"),
    exp.Avg: _average,
}

# What means the same to both engines, of columns as they are.
_DIRECT: Mapping[type[exp.Expr], str] = {
    exp.Count: "count({})",
    exp.Min: "min({})",
    exp.Max: "max({})",
    exp.LogicalOr: "bool_or({})",
    exp.LogicalAnd: "bool_and({})",
}


# --------------------------------------------------------------------------------------------------- group by group


def _by_group(planning: Planning, asked: exp.Select, keys: list[str], kinds: Mapping[str, str]) -> Frame:
    """Return groups whose rows must meet: they are brought to one place, and DuckDB works them out there."""
    below = exp.Select()
    cells: dict[str, exp.Expr] = {}
    for node in [item for expression in asked.expressions for item in expression.find_all(exp.Column)]:
        cells.setdefault(node.sql("duckdb"), column(f"x{len(cells) + 1}", "m"))
    sources = [node.copy() for node in asked.expressions[: len(keys)]]
    by_text = dict(cells)
    below.set(
        "expressions",
        [*sources, *[named(exp.maybe_parse(text, dialect="duckdb"), cell.name) for text, cell in by_text.items()]]
        or [named(exp.Literal.number(1), "x1")],
    )
    for key in ("from_", "joins", "where"):
        if value := asked.args.get(key):
            below.set(key, value)
    frame = planning.places.realised(planning.by_row(below), planning.parameters)
    whole = exp.Select()
    expressions: list[exp.Expr] = [named(column(key, "m"), key) for key in keys]
    expressions += [named(_mapped(item.this, by_text), item.alias) for item in asked.expressions[len(keys) :]]
    whole.set("expressions", expressions)
    whole.set("from_", exp.From(this=table(frame.shadow, "m")))
    if keys:
        whole.set("group", exp.Group(expressions=[column(key, "m") for key in keys]))
    made = planning.places.realised(Rows(frame=frame, query=whole), planning.parameters, whole=True, keys=keys)
    data = made.data if keys else _one_at_least(planning, made.data, whole, kinds)
    return Frame(shadow=made.shadow, flow=Flow(data), types=kinds, grouped=True)


def _one_at_least(planning: Planning, data: Any, whole: exp.Select, kinds: Mapping[str, str]) -> Any:  # noqa: ANN401 - DataFrames
    """Return what all rows come to; of no rows, what DuckDB says of its empty table of them."""
    from pyspark.sql import functions  # noqa: PLC0415 - no one pays for Spark who does not use it

    of_none = planning.places.spread(planning.small(whole).name).data
    marked = [rows.withColumn("of_none", functions.lit(mark)) for mark, rows in enumerate((data, of_none))]
    return marked[0].unionAll(marked[1]).orderBy("of_none").limit(1).select(*kinds)


def _mapped(node: exp.Expr, cells: Mapping[str, exp.Expr]) -> exp.Expr:
    return node.transform(lambda child: cells[child.sql("duckdb")].copy() if isinstance(child, exp.Column) else child)
