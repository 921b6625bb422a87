"""Questions about the tree of one SELECT."""

from collections.abc import Iterable, Iterator

from sqlglot import exp

_CLAUSES = ("having", "qualify", "order")
_WRAPS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
# DuckDB's aggregates that the parser takes for plain functions: worked out chunk by chunk they would be wrong.
UNNAMED_AGGREGATES = frozenset(
    "arbitrary arg_max_null arg_max_nulls_last arg_min_null arg_min_nulls_last bitstring_agg combine_aggr count_star "
    "decimal_average entropy favg fsum histogram histogram_exact kahan_sum kurtosis_pop lttb mad mean product "
    "reservoir_quantile sem sum_no_overflow sumkahan variant_group_object".split()
)


def aggregates_of(select: exp.Select) -> list[exp.Expr]:
    """Return the aggregates of a SELECT, each once: with their filters, and not those of windows or subqueries."""
    found: dict[str, exp.Expr] = {}
    for part in _parts(select):
        for node in aggregates_in(part):
            found.setdefault(node.sql("duckdb"), node)
    return list(found.values())


def windows_of(select: exp.Select) -> list[exp.Window]:
    """Return the windows of a SELECT, each once."""
    found: dict[str, exp.Window] = {}
    for part in _parts(select):
        for node in _own(part):
            if isinstance(node, exp.Window):
                found.setdefault(node.sql("duckdb"), node)
    return list(found.values())


def subqueries_of(select: exp.Select) -> list[exp.Expr]:
    """Return the queries within a SELECT's expressions: scalars, IN (...), EXISTS (...)."""
    found: list[exp.Expr] = []
    for key in ("expressions", "where", "group", *_CLAUSES):
        for part in _listed(select.args.get(key)):
            found.extend(_queries(part))
    for join in select.args.get("joins") or []:
        if join.args.get("on"):
            found.extend(_queries(join.args["on"]))
    return found


def conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    """Return what must all hold for a condition to hold."""
    if condition is None:
        return []
    node = condition.unnest()
    return [part.unnest() for part in node.flatten()] if isinstance(node, exp.And) else [node]


def all_of(parts: Iterable[exp.Expr]) -> exp.Expr | None:
    """Return the condition that all parts hold; None for none."""
    listed = list(parts)
    return exp.and_(*listed, copy=True) if listed else None


def outer_columns(query: exp.Expr) -> list[exp.Column]:
    """Return the columns of a query that are of a source outside it."""
    sources = query.find_all(exp.Table, exp.Subquery, exp.CTE, exp.Unnest, exp.Lateral)
    inside = {node.alias_or_name.lower() for node in sources}
    return [node for node in query.find_all(exp.Column) if node.table and node.table.lower() not in inside]


def replaced(tree: exp.Expr, by: dict[str, exp.Expr]) -> exp.Expr:
    """Return a tree in which each expression of a given text stands replaced."""

    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, (exp.Literal, exp.Identifier, exp.Null, exp.Star, exp.Select)):
            return node
        found = by.get(node.sql("duckdb"))
        return node if found is None else found.copy()

    return tree.transform(change)


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    yield from select.expressions
    for key in _CLAUSES:
        yield from _listed(select.args.get(key))


def _listed(value: object) -> list[exp.Expr]:
    if isinstance(value, exp.Expr):
        return [value]
    return [item for item in value if isinstance(item, exp.Expr)] if isinstance(value, list) else []


def aggregates_in(node: exp.Expr, *, windowed: bool = False) -> Iterator[exp.Expr]:
    """Yield the aggregates of an expression with their filters; not those of windows or of queries within it."""
    if isinstance(node, exp.Query):
        return
    if isinstance(node, exp.Window):
        for child in node.iter_expressions():
            yield from aggregates_in(child, windowed=child is node.this)
        return
    wraps = isinstance(node, _WRAPS)
    if not windowed and is_aggregate(_innermost(node)) and (wraps or is_aggregate(node)):
        yield node
        return
    for inner in node.iter_expressions():
        yield from aggregates_in(inner, windowed=windowed and wraps)


def is_aggregate(node: exp.Expr) -> bool:
    """Tell whether a node is an aggregate by itself, without what is wrapped around it."""
    unnamed = isinstance(node, exp.Anonymous) and node.name.lower() in UNNAMED_AGGREGATES
    return unnamed or isinstance(node, exp.AggFunc)


def _innermost(node: exp.Expr) -> exp.Expr:
    inner = node
    while isinstance(inner, _WRAPS):
        inner = inner.this
    return inner


def _own(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield a node and what is under it, without the queries within."""
    if isinstance(node, exp.Query):
        return
    yield node
    for child in node.iter_expressions():
        yield from _own(child)


def _queries(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, (exp.Exists, exp.Subquery)):
        yield node
        return
    if isinstance(node, exp.In) and node.args.get("query"):
        yield node
        yield from _queries(node.this)
        return
    for child in node.iter_expressions():
        yield from _queries(child)
