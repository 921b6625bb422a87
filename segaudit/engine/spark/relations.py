"""Rows that live on the cluster, and what is still to be worked out of each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlglot import exp

from segaudit.engine.spark.flows import Flow

_Value = TypeVar("_Value")


class Named(dict[str, _Value]):
    """What stands under the names of tables, which are the same in capitals or not."""

    def __getitem__(self, name: str) -> _Value:
        """Return what stands under a name."""
        return super().__getitem__(name.lower())

    def __setitem__(self, name: str, value: _Value) -> None:
        """Let something stand under a name."""
        super().__setitem__(name.lower(), value)

    def __contains__(self, name: object) -> bool:
        """Tell whether anything stands under a name."""
        return isinstance(name, str) and super().__contains__(name.lower())

    def find(self, name: str) -> _Value | None:
        """Return what stands under a name, if anything does."""
        return super().get(name.lower())

    def drop(self, name: str) -> None:
        """Let nothing stand under a name."""
        super().pop(name.lower(), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How groups are made in two steps, for those who would make several kinds of groups in one go.

    Attributes:
        chunk: What each chunk works out: columns g1, g2, ... and p1, p2, ...
        groups: How many of them are groups.
        finals: Spark's SQL over p1, p2, ... that puts chunks together, for a1, a2, ...
    """

    chunk: "Rows"
    groups: int
    finals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Rows on the cluster, and the empty table in the driver's DuckDB that has its columns and types.

    Attributes:
        shadow: Name of that empty table; statements over the frame name it.
        flow: The rows; columns travel as their carrier types.
        types: DuckDB's types by column, in order.
        grouped: The rows are groups: likely few.
        recipe: How the groups were made.
    """

    shadow: str
    flow: Flow
    types: Mapping[str, str]
    grouped: bool = False
    recipe: Recipe | None = None

    @property
    def data(self) -> Any:  # noqa: ANN401 - a DataFrame
        """The rows as a DataFrame."""
        return self.flow.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A frame, and a statement over it that can be told from each row, or each few rows, by themselves.

    Attributes:
        frame: Where the rows come from.
        query: The statement, over ``frame.shadow``; None for the frame as it is.
    """

    frame: Frame
    query: exp.Query | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A table in the driver's DuckDB."""

    name: str


Relation: TypeAlias = Rows | Small


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a quoted column."""
    return exp.column(
        exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None
    )


def table(name: str, alias: str | None = None) -> exp.Table:
    """Return a quoted table, under an alias if there is one."""
    node = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias is not None:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return node


def derived(query: exp.Query, alias: str) -> exp.Subquery:
    """Return a query as a source under an alias."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))


def named(expression: exp.Expr, name: str) -> exp.Alias:
    """Return an expression under a quoted name."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name, quoted=True))
