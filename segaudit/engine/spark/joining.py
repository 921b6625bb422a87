"""Joins of tables that are both on the cluster."""

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from segaudit.engine.spark.flows import spark_name
from segaudit.engine.spark.planning import Planning
from segaudit.engine.spark.relations import Frame, Rows, column, named, table
from segaudit.engine.spark.trees import all_of, conjuncts
from segaudit.errors import EngineError

_KINDS = {
    "": "inner",
    "INNER": "inner",
    "LEFT": "left",
    "RIGHT": "right",
    "FULL": "full",
    "SEMI": "left_semi",
    "ANTI": "left_anti",
    "CROSS": "inner",
}
_BESIDE = {"", "INNER", "LEFT", "CROSS", "SEMI", "ANTI"}  # a small table may be joined this way chunk by chunk


def join_sources(planning: Planning, select: exp.Select) -> exp.Select:
    """Return a SELECT over one source: its sources joined from left to right."""
    joins = list(select.args.get("joins") or [])
    read = _read(select)
    first = select.args["from_"].this
    filters = conjuncts(select.args["where"].this) if select.args.get("where") else []
    inner = all(_kind(join) in {"", "INNER", "CROSS"} for join in joins)
    names: dict[tuple[str, str], str] = {}
    left, filters = _side(planning, first, read, names, filters, filter_here=inner or _keeps_left(joins))
    for join in joins:
        node, kind = join.this, _kind(join)
        on = conjuncts(join.args.get("on"))
        if planning.rows_of(node) is None and (kind in _BESIDE):
            left = _beside(planning, left, join, read, names)
            continue
        right, filters = _side(planning, node, read, names, filters, filter_here=inner)
        left, rest = _joined(planning, left, right, kind, on, names)
        filters += rest
    one = exp.Select()
    one.set("from_", exp.From(this=table(planning.bound(left), "j")))
    for key in ("expressions", "group", "having", "qualify"):
        if value := select.args.get(key):
            one.set(key, [_mapped(item, names) for item in value] if isinstance(value, list) else _mapped(value, names))
    if condition := all_of(_mapped(part, names) for part in filters):
        one.set("where", exp.Where(this=condition))
    return one


def _kind(join: exp.Join) -> str:
    kind = str(join.side or join.kind or "").upper()
    return str(join.kind).upper() if str(join.kind or "").upper() in {"SEMI", "ANTI"} else kind


def _keeps_left(joins: list[exp.Join]) -> bool:
    return all(_kind(join) not in {"RIGHT", "FULL"} for join in joins)


def _read(select: exp.Select) -> dict[str, list[str]]:
    """Return the columns a SELECT reads by the alias of their source."""
    read: dict[str, list[str]] = {}
    for node in select.find_all(exp.Column):
        found = read.setdefault(node.table.lower(), [])
        if node.name.lower() not in found:
            found.append(node.name.lower())
    return read


def _side(  # noqa: PLR0913 - a source, and what is known of it
    planning: Planning,
    node: exp.Expr,
    read: Mapping[str, list[str]],
    names: dict[tuple[str, str], str],
    filters: list[exp.Expr],
    *,
    filter_here: bool,
) -> tuple[Rows, list[exp.Expr]]:
    """Return a source with the columns that are read of it, under names of their own; and the filters that are left."""
    if not isinstance(node, exp.Table):
        raise EngineError("what is joined here is no table", statement=node.sql("duckdb"))
    alias = node.alias_or_name.lower()
    rows = planning.rows_of(node) or Rows(frame=planning.places.spread(node.name))
    here = [part for part in filters if filter_here and {c.table.lower() for c in part.find_all(exp.Column)} == {alias}]
    select = exp.Select()
    cells = []
    for name in read.get(alias, []):
        names[alias, name] = f"j{len(names) + 1}"
        cells.append(named(column(name, alias), names[alias, name]))
    select.set("expressions", cells or [named(exp.Literal.number(1), f"one_{alias}")])
    select.set("from_", exp.From(this=table(planning.bound(rows), alias)))
    if condition := all_of(part.copy() for part in here):
        select.set("where", exp.Where(this=condition))
    return planning.by_row(select), [part for part in filters if part not in here]


def _beside(
    planning: Planning, left: Rows, join: exp.Join, read: Mapping[str, list[str]], names: dict[tuple[str, str], str]
) -> Rows:
    """Return rows joined with a small table, chunk by chunk."""
    alias = join.this.alias_or_name.lower()
    held = list(names.values())
    select = exp.Select()
    cells = [named(column(name, "j"), name) for name in held if name in _columns(left)]
    own: dict[tuple[str, str], str] = {}
    if _kind(join) not in {"SEMI", "ANTI"}:
        for name in read.get(alias, []):
            own[alias, name] = f"j{len(names) + len(own) + 1}"
            cells.append(named(column(name, alias), own[alias, name]))
    select.set("expressions", cells or [named(exp.Literal.number(1), "one")])
    select.set("from_", exp.From(this=table(planning.bound(left), "j")))
    copy = join.copy()
    if copy.args.get("on"):
        copy.set("on", _mapped(copy.args["on"], names))
    select.set("joins", [copy])
    names.update(own)
    return planning.by_row(select)


def _columns(rows: Rows) -> list[str]:
    return list(rows.frame.types) if rows.query is None else list(rows.query.named_selects)


def _joined(  # noqa: PLR0913, PLR0917 - two sides, and how they meet
    planning: Planning,
    left: Rows,
    right: Rows,
    kind: str,
    on: list[exp.Expr],
    names: Mapping[tuple[str, str], str],
) -> tuple[Rows, list[exp.Expr]]:
    """Return two sides joined by the cluster; and the conditions that are left for afterwards."""
    mine, theirs = set(_columns(left)), set(_columns(right))
    pairs, rest, kept = [], [], []
    of_left: list[exp.Expr] = []
    of_right: list[exp.Expr] = []
    outer = kind not in {"", "INNER", "CROSS"}
    for part in on:
        mapped = _mapped(part, names)
        sides = _sides(mapped, mine, theirs)
        read = {node.name for node in mapped.find_all(exp.Column)}
        if sides is not None:
            pairs.append((*sides, isinstance(part, exp.NullSafeEQ)))
        elif outer and (read <= mine or read <= theirs):
            (of_left if read <= mine else of_right).append(mapped)
        else:
            rest.append(mapped)
            kept.append(part)
    if rest and outer:
        raise EngineError(
            "an outer join on more than equal columns cannot be planned", statement=" AND ".join(p.sql() for p in rest)
        )
    one, other = (
        _keyed(planning, left, [*(pair[0] for pair in pairs), *of_left], "l"),
        _keyed(planning, right, [*(pair[1] for pair in pairs), *of_right], "r"),
    )
    condition: Any = None
    for number, (_, _, null_safe) in enumerate(pairs, start=1):
        a, b = one.data[f"l{number}"], other.data[f"r{number}"]
        met = a.eqNullSafe(b) if null_safe else a == b
        condition = met if condition is None else condition & met
    for side, letter, told in ((one, "l", of_left), (other, "r", of_right)):
        for number in range(len(pairs) + 1, len(pairs) + len(told) + 1):
            met = side.data[f"{letter}{number}"]
            condition = met if condition is None else condition & met
    data = one.data.crossJoin(other.data) if condition is None else one.data.join(other.data, condition, _KINDS[kind])
    types = {name: kind_ for name, kind_ in one.types.items() if name in mine}
    if kind not in {"SEMI", "ANTI"}:
        types |= {name: kind_ for name, kind_ in other.types.items() if name in theirs}
    frame = planning.places.frame(data.select(*[spark_name(name) for name in types]), types)
    return Rows(frame=frame), kept


def _keyed(planning: Planning, rows: Rows, keys: list[exp.Expr], letter: str) -> Frame:
    """Return a side with a column for each expression it is joined by."""
    select = exp.Select()
    cells = [named(column(name, "j"), name) for name in _columns(rows)]
    cells += [named(_within(key), f"{letter}{number}") for number, key in enumerate(keys, start=1)]
    select.set("expressions", cells)
    select.set("from_", exp.From(this=table(planning.bound(rows), "j")))
    return planning.places.realised(planning.by_row(select), planning.parameters)


def _within(node: exp.Expr) -> exp.Expr:
    return node.transform(lambda child: column(child.name, "j") if isinstance(child, exp.Column) else child)


def _sides(part: exp.Expr, mine: set[str], theirs: set[str]) -> tuple[exp.Expr, exp.Expr] | None:
    """Return an equality as (what the left side gives, what the right gives); None for any other condition."""
    if not isinstance(part, (exp.EQ, exp.NullSafeEQ)):
        return None
    of_left, of_right = ({node.name for node in side.find_all(exp.Column)} for side in (part.left, part.right))
    if of_left and of_right and of_left <= mine and of_right <= theirs:
        return part.left, part.right
    if of_left and of_right and of_left <= theirs and of_right <= mine:
        return part.right, part.left
    return None


def _mapped(node: exp.Expr, names: Mapping[tuple[str, str], str]) -> exp.Expr:
    """Return an expression whose columns are those of the joined source."""

    def change(child: exp.Expr) -> exp.Expr:
        if isinstance(child, exp.Column) and (child.table.lower(), child.name.lower()) in names:
            return column(names[child.table.lower(), child.name.lower()], "j")
        return child

    return node.copy().transform(change)
