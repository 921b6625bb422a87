"""A statement of DuckDB as a tree in which every column says whose it is and no star is left."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify

from segaudit.errors import EngineError

Views = Callable[[str], exp.Query | None]
Columns = Callable[[str], Mapping[str, str] | None]


# Strings and quoted names first, so that what looks like a parameter within them stays.
_PARAMETER = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|\$(\w+)""")

_MARK = "\x00parameter:"


def _unmarked(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Literal) and node.is_string and node.name.startswith(_MARK):
        return exp.Placeholder(this=node.name.removeprefix(_MARK))
    return node


@lru_cache(maxsize=512)
def parsed_once(statement: str) -> exp.Query:
    """Return a query as a tree that others look at, too: it must not be changed."""
    try:
        # A $name may also begin a quoted text, and is now and then taken for one: it is read as a text, and put back.
        marked = _PARAMETER.sub(lambda found: found[1] or f"'{_MARK}{found[2]}'", statement)
        tree = sqlglot.parse_one(marked, read="duckdb").transform(_unmarked, copy=False)
    except SqlglotError as error:
        raise EngineError(f"the statement cannot be read: {error}", statement=statement) from error
    if not isinstance(tree, exp.Query):
        raise EngineError("only queries can be planned", statement=statement)
    return tree


def parsed(statement: str) -> exp.Query:
    """Return a query as a tree of its own."""
    return parsed_once(statement).copy()


def with_views(tree: exp.Query, views: Views) -> exp.Query:
    """Return a query in which the views it reads stand written out, and those that these read."""
    for node in list(tables_of(tree)):
        query = views(node.name)
        if query is None:
            continue
        written = with_views(query.copy(), views)
        source = exp.Subquery(
            this=written, alias=exp.TableAlias(this=exp.to_identifier(node.alias_or_name, quoted=True))
        )
        if node.args.get("joins"):
            source.set("joins", node.args["joins"])
        node.replace(source)
    return tree


def qualified(tree: exp.Query, columns: Columns) -> exp.Query:
    """Return a query whose columns all name their source, without stars, and without columns nobody reads."""
    schema: dict[str, object] = {}
    for node in tables_of(tree):
        if node.name not in schema and (found := columns(node.name)) is not None:
            schema[node.name] = dict.fromkeys(found, "varchar")
    try:
        return pushdown_projections(
            qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=True, identify=True)
        )
    except SqlglotError as error:
        raise EngineError(f"the statement cannot be planned: {error}", statement=tree.sql("duckdb")) from error


def tables_of(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield the tables a tree names; what a WITH of its own defines is left out."""
    defined = {item.alias_or_name for item in tree.find_all(exp.CTE)}
    for node in tree.find_all(exp.Table):
        if node.name and node.name not in defined:
            yield node


def parameters_of(tree: exp.Expr, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those parameters that a tree uses."""
    used = {node.name for node in tree.find_all(exp.Placeholder)} | {node.name for node in tree.find_all(exp.Parameter)}
    return {name: value for name, value in given.items() if name in used}


def text_of(tree: exp.Expr) -> str:
    """Return a tree as DuckDB's SQL."""
    return tree.sql(dialect="duckdb")
