"""Ranks over all rows of a table, looked up by value where the different values are few."""

from collections.abc import Callable

from sqlglot import exp

from segaudit.engine.protocol import Parameters
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.statements import parameters_of, parsed_once
from segaudit.engine.spark.trees import replaced, windows_of

_Create = Callable[[str, str, Parameters | None], None]


def ranks_by_value(
    name: str, query: str, parameters: Parameters | None, create: _Create, count: Callable[[str], int | None]
) -> str:
    """Return a query that looks ranks up by value; one without such ranks, or of many different values, as it is.

    Args:
        name: The table that the query makes; those on the way are named after it.
        query: A statement of DuckDB.
        parameters: Of the query.
        create: Makes a table from a query, which travels though it may be larger than others that do.
        count: Adds up the column ``_n`` of a table; None if it is too large for the driver.
    """
    tree = parsed_once(query)
    ranked = _ranked_globally(tree)
    if ranked is None or not isinstance(tree, exp.Select):
        return query
    tree = tree.copy()
    order, windows = ranked
    counts, places = f"{name}__counts", f"{name}__places"
    by = tree.copy()
    by.set("expressions", [exp.alias_(order.this.copy(), "_e"), exp.alias_(exp.Count(this=exp.Star()), "_n")])
    by.set("group", exp.Group(expressions=[exp.Literal.number(1)]))
    create(counts, by.sql(dialect="duckdb"), parameters_of(by, parameters or {}))
    if (total := count(counts)) is None:
        return query
    sort = exp.Ordered(this=exp.column("_e"), **{key: value for key, value in order.args.items() if key != "this"})
    create(
        places,
        f"SELECT _e, CAST(sum(_n) OVER (ORDER BY {sort.sql(dialect='duckdb')}) - _n + 1 AS BIGINT) AS _rank "
        f"FROM {identifier(counts)}",
        None,
    )
    looked_up: dict[str, exp.Expr] = {
        window.sql("duckdb"): exp.column("_rank")
        if isinstance(window.this, exp.Rank)
        else exp.cast(exp.Literal.number(total), "BIGINT")
        for window in windows
    }
    tree.set("expressions", [replaced(item, looked_up) for item in tree.expressions])
    on = exp.NullSafeEQ(this=order.this.copy(), expression=exp.column("_e"))
    return tree.join(exp.Table(this=exp.to_identifier(places, quoted=True)), on=on).sql(dialect="duckdb")


def _ranked_globally(tree: exp.Query) -> tuple[exp.Ordered, list[exp.Window]] | None:
    """Return the order and the windows of a query whose only windows are ranks over all its rows; None for others."""
    if not isinstance(tree, exp.Select) or any(tree.args.get(key) for key in ("group", "qualify", "distinct", "limit")):
        return None
    windows = windows_of(tree)
    orders: dict[str, exp.Ordered] = {}
    for window in windows:
        counts = isinstance(window.this, exp.Count) and isinstance(window.this.this, exp.Star)
        if (
            window.args.get("partition_by")
            or window.args.get("spec")
            or not (counts or isinstance(window.this, exp.Rank))
        ):
            return None
        by = window.args["order"].expressions if window.args.get("order") else []
        if counts == bool(by) or len(by) > 1:
            return None
        orders |= {item.sql("duckdb"): item for item in by}
    return (next(iter(orders.values())), windows) if len(orders) == 1 else None
