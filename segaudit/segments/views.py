"""Tags put together step by step: each step is a view over the one before, with tables of few rows beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.segments.labels import named

BEFORE = "t"  # what a step's expressions call the view before


@dataclass(slots=True)
class TagView:
    """The tags so far."""

    relation: str  # table or view of the engine: ``_row`` and the columns
    columns: list[str]  # all it has beside ``_row``, those no file shows too
    steps: int = 0

    def extend(self, beside: Sequence[str], values: Mapping[str, exp.Expr], engine: Engine) -> None:
        """Add columns, or put others in their place.

        Args:
            beside: Tables with ``_row``, each row once at most; expressions call them a0, a1, ...
            values: Column -> what it holds, over BEFORE and those tables.
            engine: Where they are.
        """
        self.steps += 1
        everything = dict.fromkeys([*self.columns, *values])
        selected = [
            exp.alias_(values[name].copy() if name in values else named(name, BEFORE), name, quoted=True)
            for name in everything
        ]
        query = exp.select(exp.column("_row", table=BEFORE), *selected).from_(f"{self.relation} AS {BEFORE}")
        for number, table in enumerate(beside):
            on = f"a{number}._row = {BEFORE}._row"
            query = query.join(f"{table} AS a{number}", on=on, join_type="left", copy=False)
        name = f"tags_step_{self.steps}"
        engine.define(name, query.sql(dialect=engine.dialect))
        self.relation, self.columns = name, list(everything)


def row_table(name: str, query: exp.Expr | str, engine: Engine) -> str:
    """Create a table for a step; return its name."""
    engine.create(name, query if isinstance(query, str) else query.sql(dialect=engine.dialect))
    return name
