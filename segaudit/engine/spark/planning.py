"""What the parts of the planner ask of it."""

from typing import Protocol

from sqlglot import exp

from segaudit.engine.protocol import Parameters
from segaudit.engine.spark.places import Places
from segaudit.engine.spark.relations import Frame, Relation, Rows, Small


class Planning(Protocol):
    """The planner as its parts know it."""

    places: Places
    parameters: Parameters

    def select(self, select: exp.Select) -> Relation:
        """Plan a SELECT whose sources are tables of the driver, or bound rows."""
        ...

    def by_row(self, select: exp.Select) -> Rows:
        """Put a SELECT that can be told row by row, or chunk by chunk, on top of its source on the cluster."""
        ...

    def small(self, tree: exp.Query) -> Small:
        """Run a query over the driver's tables there."""
        ...

    def realised(self, relation: Relation) -> Frame:
        """Return a relation as a frame, on the cluster."""
        ...

    def bound(self, rows: Rows) -> str:
        """Return a name under which rows can stand as a source."""
        ...

    def rows_of(self, node: exp.Expr | None) -> Rows | None:
        """Return the rows a source stands for; None for a table of the driver, or no table."""
        ...

    def bindable(self, tree: exp.Query) -> exp.Query:
        """Return a query in which what is bound stands as something DuckDB can bind."""
        ...
