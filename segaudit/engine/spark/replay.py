"""Statements that can be run over any part of a file's rows: they are noted, and run where the rows are.

Most of what is made of a file is made of each of its rows: a column's different values, what these say, the records
put together from them, clauses, labels. None of it needs the cluster to bring rows together. So such tables are not
made: what makes them is noted, and the whole way from the file's rows to what is asked runs chunk by chunk, in one go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlglot import exp

from segaudit.engine.spark.relations import Frame
from segaudit.engine.spark.stages import Step
from segaudit.engine.spark.trees import aggregates_of, conjuncts, subqueries_of, windows_of

_BESIDE = {"", "INNER", "LEFT", "CROSS", "SEMI", "ANTI"}
ROW = "_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table of the cluster whose rows are numbered by ``_row``."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A table or view that any part of a source's rows gives its part of.

    Attributes:
        name: Its name.
        source: The table whose rows it is made of.
        column: If it holds the different values of one column of the source, that column; empty if it holds rows.
        key: Its column that holds these values.
        steps: What makes it, its inputs first.
        small: Tables of the driver that the steps read, by name: their state when the steps were noted.
        frame: The source's rows: those it had when the steps were noted.
    """

    name: str
    source: str
    column: str = ""
    key: str = ""
    steps: tuple[Step, ...] = ()
    small: Mapping[str, bytes] = field(default_factory=dict)
    frame: Frame

    @property
    def reads(self) -> frozenset[str]:
        """The tables its steps make or read, but itself."""
        names = [*(step.name for step in self.steps[:-1]), *self.small, self.source]
        return frozenset(name.lower() for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a query is a part of: rows of a source, or the different values of one of its columns."""

    source: str
    column: str = ""
    key: str = ""
    is_source: bool = False


Known: TypeAlias = Callable[[str], Source | Noted | Literal["small"] | None]


def part_of(tree: exp.Expr, known: Known) -> Part | None:  # noqa: PLR0911 - each way out has its reason
    """Return what a query gives part by part; None if its rows must meet, or it reads what is not made of one source.

    Args:
        tree: The query, as it was written.
        known: What a table's name stands for.
    """
    if isinstance(tree, exp.Subquery):
        return part_of(tree.this, known) if not tree.args.get("joins") else None
    if not isinstance(tree, exp.Select) or not _is_row_by_row(tree, known):
        return None
    first = tree.args["from_"].this
    part = _part_of_source(first, known)
    if part is None:
        return None
    if tree.args.get("distinct"):
        return _values(tree, part)
    if not all(_can_join(join, part, first.alias_or_name, known) for join in tree.args.get("joins") or []):
        return None
    if part.column == "":
        return part if _keeps_numbers(tree, first.alias_or_name) else None
    return _same_values(tree, part) if _one_each(tree) else None


def _keeps_numbers(tree: exp.Select, alias: str) -> bool:
    """Tell whether ``_row``, where it is told, is still the number of the source's row."""
    for item in tree.expressions:
        if item.alias_or_name == ROW:
            inner = item.this if isinstance(item, exp.Alias) else item
            if not isinstance(inner, exp.Column) or inner.name != ROW or inner.table not in {"", alias}:
                return False
    return True


def _one_each(tree: exp.Select) -> bool:
    """Tell whether a query gives each value once at most: what stands twice cannot be told from what two parts say."""
    joins = tree.args.get("joins") or []
    return not tree.find(exp.Unnest, exp.Explode) and all(str(join.kind).upper() in {"SEMI", "ANTI"} for join in joins)


def _is_row_by_row(tree: exp.Select, known: Known) -> bool:
    """Tell whether nothing in a SELECT makes rows meet, its sources apart."""
    if tree.ctes or not tree.args.get("from_"):
        return False
    if any(tree.args.get(key) for key in ("group", "having", "qualify", "limit", "offset", "order", "laterals")):
        return False
    meet = aggregates_of(tree) or windows_of(tree)
    return not meet and not any(_reads_rows(node, known) for node in subqueries_of(tree))


def _part_of_source(node: exp.Expr, known: Known) -> Part | None:
    if isinstance(node, exp.Subquery):
        return part_of(node, known)
    found = known(node.name) if isinstance(node, exp.Table) else None
    if isinstance(found, Source):
        return Part(source=found.name, is_source=True)
    return Part(source=found.source, column=found.column, key=found.key) if isinstance(found, Noted) else None


def _reads_rows(node: exp.Expr, known: Known) -> bool:
    return any(known(table.name) != "small" for table in node.find_all(exp.Table))


def _values(tree: exp.Select, part: Part) -> Part | None:
    """Return the part that ``SELECT DISTINCT c AS v FROM source`` is, whatever it asks of c."""
    cells = tree.expressions
    if not part.is_source or len(cells) != 1 or tree.args.get("joins"):
        return None
    cell = cells[0].this if isinstance(cells[0], exp.Alias) else cells[0]
    if not isinstance(cell, exp.Column) or isinstance(cell.this, exp.Star):
        return None
    where = tree.args.get("where")
    if where is not None and {node.name for node in where.find_all(exp.Column)} != {cell.name}:
        return None
    return Part(source=part.source, column=cell.name, key=cells[0].alias_or_name)


def _same_values(tree: exp.Select, part: Part) -> Part | None:
    """Return the part if its values stand in the query's result as they are."""
    for item in tree.expressions:
        inner = item.this if isinstance(item, exp.Alias) else item
        if isinstance(inner, exp.Star) and part.key not in {str(name) for name in (inner.args.get("except_") or [])}:
            return part
        if isinstance(inner, exp.Column) and inner.name == part.key == item.alias_or_name:
            return part
    return None


def _can_join(join: exp.Join, part: Part, alias: str, known: Known) -> bool:
    """Tell whether a join meets within any part of the rows."""
    kind = str(join.kind or join.side or "").upper()
    if kind not in _BESIDE:
        return False
    node = join.this
    if isinstance(node, exp.Unnest):
        return True
    if not _reads_rows(node, known):
        return isinstance(node, (exp.Table, exp.Subquery))
    other = _part_of_source(node, known)
    if other is None or other.source != part.source or part.column:
        return False
    if other.column == "":
        return _on_row(join, alias, node.alias_or_name)
    on = conjuncts(join.args.get("on"))
    return part.is_source and len(on) == 1 and _on_value(on[0], alias, node.alias_or_name, other)


def _on_row(join: exp.Join, left: str, right: str) -> bool:
    if using := join.args.get("using"):
        return [name.name for name in using] == [ROW]
    on = conjuncts(join.args.get("on"))
    return len(on) == 1 and isinstance(on[0], exp.EQ) and _columns(on[0]) == {(left, ROW), (right, ROW)}


def _on_value(condition: exp.Expr, left: str, right: str, values: Part) -> bool:
    asked = {(left, values.column), (right, values.key)}
    return isinstance(condition, exp.EQ) and _columns(condition) == asked


def _columns(condition: exp.Expr) -> set[tuple[str, str]]:
    sides = (condition.this, condition.args.get("expression"))
    return {(side.table, side.name) for side in sides if isinstance(side, exp.Column)}
