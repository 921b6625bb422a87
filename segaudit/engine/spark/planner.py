"""A statement's way to the cluster: what each row tells by itself, and what rows must meet for."""

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from segaudit.engine.protocol import Parameters
from segaudit.engine.spark.flows import spark_name
from segaudit.engine.spark.grouping import grouped
from segaudit.engine.spark.joining import join_sources
from segaudit.engine.spark.places import Places
from segaudit.engine.spark.relations import Frame, Relation, Rows, Small, column, derived, named, table
from segaudit.engine.spark.statements import parameters_of, tables_of, text_of
from segaudit.engine.spark.trees import aggregates_of, outer_columns, subqueries_of, windows_of
from segaudit.engine.spark.types import is_nested
from segaudit.engine.spark.uniting import as_kinds, united
from segaudit.engine.spark.windows import window_apart
from segaudit.errors import EngineError

_STREAMED = {"", "INNER", "LEFT", "CROSS", "SEMI", "ANTI", "OUTER"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a result is sorted by: a column of it, and which way."""

    name: str
    descending: bool
    nulls_first: bool

    def sql(self) -> str:
        """Return it as DuckDB's SQL."""
        quoted = exp.to_identifier(self.name, quoted=True).sql("duckdb")
        return f"{quoted} {'DESC' if self.descending else 'ASC'} NULLS {'FIRST' if self.nulls_first else 'LAST'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A planned statement: its rows, its columns by position, and the order people asked for."""

    relation: Relation
    columns: tuple[str, ...]
    order: tuple[Order, ...] = ()


class Planner:
    """Plans one qualified statement."""

    def __init__(self, places: Places, parameters: Parameters) -> None:
        """Plan for these places, with the statement's parameters."""
        self.places = places
        self.parameters = parameters
        self._scope: dict[str, Rows] = {}

    def plan(self, tree: exp.Query) -> Relation:
        """Return what a query gives, in no particular order."""
        return self.top(tree, ordered=False).relation

    def top(self, tree: exp.Query, *, ordered: bool = True) -> Planned:
        """Return what a query gives, and in what order if that is asked for."""
        if not self._on_cluster(tree):
            if outer := outer_columns(tree):
                raise EngineError(f"a subquery asks for {outer[0].sql()} of outside", statement=text_of(tree))
            return Planned(relation=self.small(tree), columns=tuple(_names(tree)))
        tree = self._without_ctes(tree)
        if isinstance(tree, exp.Subquery):
            return self.top(tree.this, ordered=ordered)
        names = tuple(_names(tree))
        sorting, limit = _taken(tree)
        if limit is None and not ordered:
            sorting = []
        if isinstance(tree, exp.SetOperation):
            relation = self._set(tree)
            order = tuple(_order(item, item.this.name) for item in sorting)
        else:
            relation, order = self._sorted_select(_select(tree), sorting)
        if limit is not None:
            most = self.parameters[limit.name] if isinstance(limit, (exp.Placeholder, exp.Parameter)) else limit.name
            relation = self._first(relation, order, int(most))
        return Planned(relation=relation, columns=names, order=order)

    def small(self, tree: exp.Query) -> Small:
        """Run a query over the driver's tables there."""
        name = self.places.new_name("small")
        self.places.local.create(name, text_of(tree), parameters_of(tree, self.parameters))
        return Small(name=name)

    def bound(self, rows: Rows) -> str:
        """Return a name under which rows can stand as a source."""
        name = self.places.new_name("rows")
        self._scope[name] = rows
        return name

    def rows_of(self, node: exp.Expr | None) -> Rows | None:
        """Return the rows a source stands for; None for a table of the driver, or no table."""
        return self._scope.get(node.name) if isinstance(node, exp.Table) else None

    # ------------------------------------------------------------------------------------------------- what is where

    def _on_cluster(self, tree: exp.Expr) -> bool:
        return any(node.name in self._scope or self.places.on_cluster(node.name) for node in tables_of(tree))

    def _without_ctes(self, tree: exp.Query) -> exp.Query:
        ctes = tree.ctes
        if not ctes:
            return tree
        tree = tree.copy()
        tree.set("with_", None)
        for number, cte in enumerate(ctes):
            relation = self.plan(cte.this)
            name = relation.name if isinstance(relation, Small) else self.bound(relation)
            for place in [tree, *[later.this for later in ctes[number + 1 :]]]:
                for node in list(place.find_all(exp.Table)):
                    if node.name == cte.alias_or_name:
                        node.replace(_renamed(node, name))
        return tree

    def _settle(self, select: exp.Select) -> None:
        """Make every source of a SELECT a table, of the driver or in scope; what needs no cluster is worked out."""
        from_ = select.args.get("from_")
        for holder in [*([from_] if from_ else []), *(select.args.get("joins") or [])]:
            node = holder.this
            if isinstance(node, exp.Table):
                if node.name and node.name not in self._scope and (frame := self._frame(node, select)) is not None:
                    holder.set("this", table(self.bound(Rows(frame=frame)), node.alias_or_name))
            elif isinstance(node, exp.Subquery) and not outer_columns(node):
                relation = self.plan(node.this)
                name = relation.name if isinstance(relation, Small) else self.bound(relation)
                holder.set("this", table(name, node.alias_or_name))

    def _frame(self, node: exp.Table, select: exp.Select) -> Frame | None:
        """Return the frame a table stands for; None for a table of the driver that can travel."""
        if self.places.notes is not None and self.places.notes.is_noted(node.name):
            alias = node.alias_or_name.lower()
            read = [item.name for item in select.find_all(exp.Column) if item.table.lower() == alias]
            frame = self.places.notes.asked_for(node.name, list(dict.fromkeys(read)))
            if frame is not None:
                return frame
        if node.name in self.places.frames:
            return self.places.frames[node.name]
        return None if self.places.is_small(node.name) else self.places.spread(node.name)

    # ------------------------------------------------------------------------------------------------------ a SELECT

    def _sorted_select(self, select: exp.Select, sorting: list[exp.Ordered]) -> tuple[Relation, tuple[Order, ...]]:
        """Return a SELECT's rows with a column for everything they are sorted by."""
        by_text = {_bare(item).sql("duckdb"): item.alias_or_name for item in select.expressions}
        aliases = {item.alias_or_name.lower() for item in select.expressions}
        order = []
        for item in sorting:
            asked = item.this
            if isinstance(asked, exp.Column) and not asked.table and asked.name.lower() in aliases:
                order.append(_order(item, asked.name))
            elif isinstance(asked, exp.Literal) and not asked.is_string:
                order.append(_order(item, select.expressions[int(asked.this) - 1].alias_or_name))
            elif (known := by_text.get(asked.sql("duckdb"))) is not None:
                order.append(_order(item, known))
            else:
                name = self.places.new_name("by")
                select.append("expressions", named(asked.copy(), name))
                order.append(_order(item, name))
        return self.select(select), tuple(order)

    def select(self, select: exp.Select) -> Relation:
        """Return the rows of a SELECT without order or limit."""
        distinct = select.args.get("distinct")
        if distinct is not None:
            if distinct.args.get("on"):
                raise EngineError("DISTINCT ON cannot be planned", statement=text_of(select))
            select.set("distinct", None)
            return self._distinct(self.select(select))
        self._settle(select)
        self._answer_subqueries(select)
        from_ = select.args.get("from_")
        sources = [*([from_] if from_ else []), *(select.args.get("joins") or [])]
        on_cluster = [node for node in sources if self.rows_of(node.this) is not None]
        if not on_cluster:
            return self.small(select)
        if not self._streams(select, on_cluster):
            select = join_sources(self, select)
        if select.args.get("group") or select.args.get("having") or aggregates_of(select):
            return grouped(self, select)
        if windows := windows_of(select):
            return window_apart(self, select, windows)
        return self.by_row(select)

    def _streams(self, select: exp.Select, on_cluster: list[exp.Expr]) -> bool:
        """Tell whether a SELECT's sources are one of the cluster with small ones that can be joined batch by batch."""
        if len(on_cluster) != 1:
            return False
        joins = select.args.get("joins") or []
        sides = {(join.side or join.kind or "").upper() for join in joins}
        if isinstance(on_cluster[0], exp.From):
            return sides <= _STREAMED
        return sides <= {"", "INNER", "CROSS"}

    def by_row(self, select: exp.Select) -> Rows:
        """Return a SELECT that looks at one row of the cluster at a time, put on top of what its source still needs."""
        from_ = select.args.get("from_")
        for holder in [*([from_] if from_ else []), *(select.args.get("joins") or [])]:
            node = holder.this
            rows = self.rows_of(node)
            if rows is None:
                continue
            alias = node.alias_or_name
            below = table(rows.frame.shadow, alias) if rows.query is None else derived(rows.query.copy(), alias)
            holder.set("this", below)
            return Rows(frame=rows.frame, query=select)
        raise AssertionError(text_of(select))  # pragma: no cover - callers have looked

    def realised(self, relation: Relation) -> Frame:
        """Return a relation as a frame, on the cluster."""
        if isinstance(relation, Small):
            return self.places.spread(relation.name)
        return self.places.realised(relation, self.parameters)

    def _distinct(self, relation: Relation) -> Relation:
        if isinstance(relation, Small):  # pragma: no cover - what needs no cluster is run as it stands
            return self.small(exp.select("*").from_(table(relation.name)).distinct())
        if relation.query is not None:  # each chunk sends what differs in it only
            apart = exp.select(*[column(name, "d") for name in relation.query.named_selects])
            relation = Rows(frame=relation.frame, query=apart.from_(derived(relation.query, "d")).distinct())
        frame = self.places.realised(relation, self.parameters)
        return Rows(frame=self.places.frame(frame.data.distinct(), frame.types, grouped=True))

    # ------------------------------------------------------------------------------------- limits, sets, subqueries

    def _first(self, relation: Relation, order: tuple[Order, ...], limit: int) -> Relation:
        """Return the first rows in an order."""
        by = ", ".join(item.sql() for item in order)
        if isinstance(relation, Rows):
            if relation.query is not None and order:  # each chunk sends its own first rows only
                names = ", ".join(
                    exp.to_identifier(name, quoted=True).sql("duckdb") for name in relation.query.named_selects
                )
                text = f"SELECT {names} FROM ({text_of(relation.query)}) AS f ORDER BY {by} LIMIT {limit}"
                relation = Rows(frame=relation.frame, query=_select(exp.maybe_parse(text, dialect="duckdb")))
            frame = self.places.realised(relation, self.parameters)
            data = frame.data
            if any(is_nested(frame.types[item.name]) for item in order):
                raise EngineError("the first rows by a list or struct cannot be planned", statement=by)
            if order:
                data = data.orderBy(*[_spark_order(data, item) for item in order])
            kept = self.places.frame(data.limit(limit), frame.types, grouped=True)
            if limit > self.places.small_rows:
                return Rows(frame=kept)
            relation = self.places.collected(kept, statement=by)
        sort = f" ORDER BY {by}" if by else ""
        name = self.places.new_name("small")
        quoted = exp.to_identifier(relation.name, quoted=True).sql("duckdb")
        self.places.local.create(name, f"SELECT * FROM {quoted}{sort} LIMIT {limit}")
        return Small(name=name)

    def _set(self, tree: exp.SetOperation) -> Relation:
        kinds = self.places.kinds(self.bindable(tree), self.parameters)
        distinct = tree.args.get("distinct") is not False
        if isinstance(tree, exp.Union):
            sides = [self.plan(side) for side in _branches(tree)]
            relation = united(self, sides, kinds)
            return self._distinct(relation) if distinct else relation
        left, right = (self.realised(as_kinds(self, self.plan(side), kinds)) for side in (tree.left, tree.right))
        if isinstance(tree, exp.Except):
            data = left.data.subtract(right.data) if distinct else left.data.exceptAll(right.data)
        else:
            data = left.data.intersect(right.data) if distinct else left.data.intersectAll(right.data)
        return Rows(frame=self.places.frame(data, kinds, grouped=left.grouped))

    def bindable(self, tree: exp.Query) -> exp.Query:
        """Return a query in which what is in scope stands as something DuckDB can bind."""
        tree = tree.copy()
        for node in list(tree.find_all(exp.Table)):
            rows = self._scope.get(node.name)
            if rows is None:
                continue
            alias = node.alias_or_name
            below = table(rows.frame.shadow, alias) if rows.query is None else derived(rows.query.copy(), alias)
            if node.args.get("joins"):
                below.set("joins", node.args["joins"])
            node.replace(below)
        return tree

    def _answer_subqueries(self, select: exp.Select) -> None:
        """Replace queries within expressions that need the cluster by tables of their answers."""
        for node in subqueries_of(select):
            query = node.args["query"] if isinstance(node, exp.In) else node.this
            query = query.this if isinstance(query, exp.Subquery) else query
            if not self._on_cluster(query):
                continue
            if outer_columns(query):
                raise EngineError("a subquery that depends on each row cannot be planned", statement=text_of(select))
            if isinstance(node, exp.Exists):
                query = exp.select(named(exp.Literal.number(1), "one")).from_(derived(query, "e")).limit(1)
            relation = self.plan(query)
            if isinstance(relation, Rows):
                frame = self.places.realised(relation, self.parameters)
                relation = self.places.collected(frame, statement=text_of(query))
            names = list(self.places.columns(relation.name) or {})
            answer = exp.select(*[column(name, "a") for name in names]).from_(table(relation.name, "a"))
            if isinstance(node, exp.In):
                node.set("query", exp.Subquery(this=answer))
            else:
                node.set("this", answer)


def _branches(tree: exp.Query) -> list[exp.Query]:
    """Return what a UNION puts together, however it is nested; a UNION of another kind within it is one branch."""
    if not isinstance(tree, exp.Union) or tree.args.get("order") or tree.args.get("limit"):
        return [tree]
    sides: list[exp.Query] = []
    for side in (tree.left, tree.right):
        same = isinstance(side, exp.Union) and side.args.get("distinct") == tree.args.get("distinct")
        sides += _branches(side) if same and not side.ctes else [side]
    return sides


def _select(tree: exp.Expr | None) -> exp.Select:
    if not isinstance(tree, exp.Select):
        raise EngineError("a query of this form cannot be planned", statement=tree.sql("duckdb") if tree else "")
    return tree


def _names(tree: exp.Query) -> list[str]:
    return list(tree.named_selects)


def _bare(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Alias) else item


def _taken(tree: exp.Query) -> tuple[list[exp.Ordered], exp.Expr | None]:
    """Take order and limit away from a query and return them."""
    order, limit = tree.args.get("order"), tree.args.get("limit")
    if tree.args.get("offset"):
        raise EngineError("OFFSET cannot be planned", statement=text_of(tree))
    tree.set("order", None)
    tree.set("limit", None)
    return (list(order.expressions) if order else []), (limit.expression if limit else None)


def _order(item: exp.Ordered, name: str) -> Order:
    return Order(name=name, descending=bool(item.args.get("desc")), nulls_first=bool(item.args.get("nulls_first")))


def _spark_order(data: Any, item: Order) -> Any:  # noqa: ANN401 - a DataFrame and a Column of it
    cell = data[spark_name(item.name)]
    if item.descending:
        return cell.desc_nulls_first() if item.nulls_first else cell.desc_nulls_last()
    return cell.asc_nulls_first() if item.nulls_first else cell.asc_nulls_last()


def _renamed(node: exp.Table, name: str) -> exp.Table:
    renamed = table(name, node.alias_or_name)
    if node.args.get("joins"):
        renamed.set("joins", node.args["joins"])
    return renamed
