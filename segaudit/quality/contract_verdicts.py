"""Verdicts for polars to read: conditions as SQL that means the same to polars as it does to the engine.

What polars may read otherwise (patterns, lists, ranks over all rows) the engine works out first, a column of verdicts
for each such clause; so it does for conditions that are too large for polars.
"""

from collections.abc import Mapping

from sqlglot import expressions as exp

from segaudit.model.conditions import Condition
from segaudit.sql.conditions import ClauseColumns, condition_verdict

# Comparisons and logic, which mean the same to every engine; a clause of anything else is the engine's.
_COMMON = frozenset(
    {
        *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Is, exp.Null, exp.Boolean),
        *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Add, exp.Neg),
        *(exp.Column, exp.Identifier, exp.Literal, exp.Cast, exp.DataType),
    }
)
_MOST_JOINED = 100  # of what AND and OR join
_MOST_NESTED = 12  # brackets within each other


def read_verdict(condition: Condition, clauses: ClauseColumns, engines: dict[str, exp.Expr]) -> exp.Expr:
    """Return a condition's verdict over the records table and columns that the engine works out first.

    Args:
        condition: To be judged.
        clauses: The clauses met so far.
        engines: What the engine works out over the records table, by column; added to.
    """
    verdict = condition_verdict(condition, clauses)
    names = {column.name for column in verdict.find_all(exp.Column)}
    read = {name for name in names if all(type(part) in _COMMON for part in clauses.expressions[name].walk())}
    written = _written_out(verdict, {name: clauses.expressions[name] for name in read})
    if _is_small(written):
        engines.update({name: clauses.expressions[name] for name in sorted(names - read)})
        return exp.paren(written)
    whole = f"v{len(engines)}"
    engines[whole] = _written_out(verdict, clauses.expressions)
    return exp.column(whole, quoted=True)


def _written_out(verdict: exp.Expr, clauses: Mapping[str, exp.Expr]) -> exp.Expr:
    def written_out(node: exp.Expr) -> exp.Expr:
        return exp.paren(clauses[node.name].copy()) if isinstance(node, exp.Column) and node.name in clauses else node

    return verdict.copy().transform(written_out, copy=False)


def _is_small(verdict: exp.Expr) -> bool:
    """Tell whether polars can read a verdict: it gives up where groups stand deep in each other or hold hundreds."""
    joined = nested = 0
    left = [(verdict, 0)]
    while left:
        node, depth = left.pop()
        depth += isinstance(node, exp.Paren | exp.Not | exp.Case)
        joined, nested = joined + isinstance(node, exp.Connector | exp.Add), max(nested, depth)
        left += [(part, depth) for part in node.iter_expressions()]
    return joined <= _MOST_JOINED and nested <= _MOST_NESTED
