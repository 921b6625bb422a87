"""Statements over the tables of both places: whether they need the cluster, planned onto it, and answered."""

from collections.abc import Sequence

from sqlglot import exp

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Parameters
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.places import Places
from segaudit.engine.spark.planner import Planned, Planner
from segaudit.engine.spark.relations import Frame, Named, Rows, Small
from segaudit.engine.spark.statements import parsed_once, qualified, tables_of, with_views


class Asking:
    """What is asked of tables, some of them on the cluster and some beside it."""

    def __init__(self, places: Places, local: DuckEngine, keys: Named[str]) -> None:
        """Ask.

        Args:
            places: Where the tables are.
            local: The driver's engine.
            keys: What each table was made of.
        """
        self._places = places
        self._local = local
        self._keys = keys

    def tree(self, query: str) -> exp.Query:
        """Return a query with the views it reads written out; the tree must not be changed."""
        tree = parsed_once(query)
        views = self._places.views
        return with_views(tree.copy(), views.find) if any(node.name in views for node in tables_of(tree)) else tree

    def needs_cluster(self, tree: exp.Query) -> bool:
        """Tell whether a query reads a table that is there."""
        return any(self._places.on_cluster(node.name) for node in tables_of(tree))

    def inputs(self, tree: exp.Query) -> list[str]:
        """Return what the tables a query reads were made of."""
        return [f"{name}={self._keys.find(name) or ''}" for name in sorted({node.name for node in tables_of(tree)})]

    def made(self, tree: exp.Query, query: str, parameters: Parameters | None) -> Frame | str:
        """Return the rows of a query as a frame, or as a statement over the driver's tables where they came to it.

        Their columns have the names DuckDB gives them.
        """
        columns = self.column_names(query, parameters)
        planned, planner = self._planned(tree, parameters)
        if isinstance(planned.relation, Small):
            pairs = zip(planned.columns, columns, strict=True)
            cells = ", ".join(f"{identifier(mine)} AS {identifier(own)}" for mine, own in pairs)
            return f"SELECT {cells} FROM {identifier(planned.relation.name)}"
        return self._with_names(planner.realised(planned.relation), planned, columns)

    def frame(self, tree: exp.Query, query: str, parameters: Parameters | None = None) -> Frame:
        """Return the rows of a query as a frame, under the names DuckDB gives its columns."""
        columns = self.column_names(query, parameters)
        planned, planner = self._planned(tree, parameters)
        return self._with_names(planner.realised(planned.relation), planned, columns)

    def unnamed(self, tree: exp.Query) -> Frame:
        """Return the rows of a query whose columns have names of their own."""
        planned, planner = self._planned(tree, None)
        return planner.realised(planned.relation)

    def answered(self, tree: exp.Query, parameters: Parameters | None, *, query: str) -> str:
        """Work a query out; return a statement over the driver's tables that gives its rows in their order."""
        planned, planner = self._planned(tree, parameters)
        relation = planned.relation
        if isinstance(relation, Rows):
            frame = relation.frame
            if relation.query is not None and frame.grouped and not relation.query.args.get("where"):
                # Groups are few, and what is left to be worked out of them is worked out here.
                small = self._places.collected(frame, statement=query)
                here = relation.query.copy()
                for node in here.find_all(exp.Table):
                    if node.name == frame.shadow:
                        node.set("this", exp.to_identifier(small.name, quoted=True))
                relation = planner.small(here)
            else:
                relation = self._places.collected(planner.realised(relation), statement=query)
        cells = ", ".join(identifier(name) for name in planned.columns)
        order = f" ORDER BY {', '.join(item.sql() for item in planned.order)}" if planned.order else ""
        return f"SELECT {cells} FROM {identifier(relation.name)}{order}"

    def column_names(self, query: str, parameters: Parameters | None) -> list[str]:
        """Return the names DuckDB gives the columns of a query."""
        return [str(row[0]) for row in self._local.fetch(f"DESCRIBE {query}", parameters)]

    def _planned(self, tree: exp.Query, parameters: Parameters | None) -> tuple[Planned, Planner]:
        tree = _with_own_names(qualified(_with_own_names(tree.copy()), self._places.columns))  # stars written out, too
        planner = Planner(self._places, parameters or {})
        return planner.top(tree), planner

    def _with_names(self, frame: Frame, planned: Planned, columns: Sequence[str]) -> Frame:
        flow = frame.flow.named(planned.columns, columns)
        types = dict(zip(columns, (frame.types[mine] for mine in planned.columns), strict=True))
        return self._places.frame(flow, types, grouped=frame.grouped)


def _with_own_names(tree: exp.Query) -> exp.Query:
    """Return a query whose columns have names of their own: a DataFrame cannot have one twice."""
    select = tree
    while isinstance(select, exp.SetOperation):
        select = select.left
    if isinstance(select, exp.Select):
        seen: set[str] = set()
        for number, item in enumerate(select.expressions, start=1):
            name = item.alias_or_name.lower()
            if name and name in seen:
                inner = item.this if isinstance(item, exp.Alias) else item
                item.replace(exp.alias_(inner.copy(), f"{name}_{number}", quoted=True))
            seen.add(name)
    return tree
