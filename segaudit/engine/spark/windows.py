"""Windows: the rows of a partition are brought to one place, and DuckDB works the window out there."""

from sqlglot import exp

from segaudit.engine.spark.planning import Planning
from segaudit.engine.spark.relations import Relation, Rows, column, named, table
from segaudit.engine.spark.trees import replaced


def window_apart(planning: Planning, select: exp.Select, windows: list[exp.Window]) -> Relation:
    """Return a SELECT with windows: those that share a partition first, then the others over what that gives."""
    by = _partition(windows[0])
    together = [window for window in windows if _partition(window) == by]
    keys = list(windows[0].args.get("partition_by") or [])
    cells: dict[str, str] = {}
    for node in _read(select):
        cells.setdefault(node.sql("duckdb"), f"x{len(cells) + 1}")
    below = exp.Select()
    below.set(
        "expressions",
        [named(exp.maybe_parse(text, dialect="duckdb"), name) for text, name in cells.items()]
        + [named(key.copy(), f"k{number}") for number, key in enumerate(keys, start=1)]
        or [named(exp.Literal.number(1), "x1")],
    )
    for part in ("from_", "joins", "where"):
        if value := select.args.get(part):
            below.set(part, value)
    frame = planning.places.realised(planning.by_row(below), planning.parameters)
    inside: dict[str, exp.Expr] = {text: column(name, "w") for text, name in cells.items()}
    whole = exp.Select()
    names = {window.sql("duckdb"): f"w{number}" for number, window in enumerate(together, start=1)}
    whole.set(
        "expressions",
        [named(column(name, "w"), name) for name in cells.values()]
        + [named(replaced(window, inside), names[window.sql("duckdb")]) for window in together],
    )
    whole.set("from_", exp.From(this=table(frame.shadow, "w")))
    made = planning.places.realised(
        Rows(frame=frame, query=whole),
        planning.parameters,
        whole=True,
        keys=[f"k{number}" for number in range(1, len(keys) + 1)],
    )
    by_text: dict[str, exp.Expr] = {text: column(name, "w") for text, name in {**names, **cells}.items()}
    above = exp.Select()
    above.set("expressions", [replaced(item, by_text) for item in select.expressions])
    above.set("from_", exp.From(this=table(planning.bound(Rows(frame=made)), "w")))
    if qualify := select.args.get("qualify"):
        rest = replaced(qualify.this, by_text)
        # Windows that are still to come see all rows, so what is filtered by others is filtered after them.
        later = any(item.find(exp.Window) for item in [rest, *above.expressions])
        above.set("qualify" if later else "where", (exp.Qualify if later else exp.Where)(this=rest))
    return planning.select(above)


def _partition(window: exp.Window) -> tuple[str, ...]:
    return tuple(node.sql("duckdb") for node in window.args.get("partition_by") or [])


def _read(select: exp.Select) -> list[exp.Column]:
    """Return the columns a SELECT reads above its sources and its filter."""
    parts = [*select.expressions, *([select.args["qualify"]] if select.args.get("qualify") else [])]
    return [node for part in parts for node in part.find_all(exp.Column)]
