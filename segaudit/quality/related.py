"""What related tables say against each other: customers who never bought."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.engine.protocol import Engine
from segaudit.model.workspace import JoinMeasured, WorkspaceFinding, WorkspaceTable
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.sql.kinds.texts import TRUE_WORDS

_FIRST_ROWS = 10
_STAGES = ("lifecycle_stage", "relationship")
_DEAL_STAGES = ("deal_stage", "deal_status")


def find_contradictions(
    tables: Mapping[str, WorkspaceTable],
    joins: Sequence[JoinMeasured],
    engine: Engine,
    *,
    customer: Sequence[str],
    won: Sequence[str],
) -> tuple[WorkspaceFinding, ...]:
    """Return what tables say against each other.

    A person counts as having bought if a won deal is linked to them or to their company, and a company if one is linked
    to it or to one of its people. Where no deal is won or none leads anywhere, nothing can be told.

    Args:
        tables: By name.
        joins: How they are joined; their links are tables of the engine.
        engine: Where the tables are.
        customer: Stages of someone who buys, in small letters.
        won: Stages of a deal that was won, in small letters.
    """
    words = {"white_space": WHITE_SPACE, "customer": list(customer), "won": list(won), "yes": list(TRUE_WORDS)}
    return tuple(
        finding
        for deals in tables.values()
        if deals.kind == "deals" and (is_won := _is_won(deals))
        for table in tables.values()
        if table.kind in {"contacts", "companies"}
        for finding in _never_bought(table, deals, is_won, tables, joins, words, engine)
    )


def _is_won(deals: WorkspaceTable) -> str:
    """Return the condition that a deal was won; nothing if no column says so."""
    flag = deals.fields.column_of("is_won")
    if flag is not None:
        return f"list_contains($yes, lower({trimmed(deals.source.column(flag.position))}))"
    stage = next((column for name in _DEAL_STAGES if (column := deals.fields.column_of(name))), None)
    return f"list_contains($won, lower({trimmed(deals.source.column(stage.position))}))" if stage else ""


def _never_bought(  # noqa: PLR0913, PLR0917 - two tables and all between them
    table: WorkspaceTable,
    deals: WorkspaceTable,
    is_won: str,
    tables: Mapping[str, WorkspaceTable],
    joins: Sequence[JoinMeasured],
    words: Mapping[str, object],
    engine: Engine,
) -> Iterator[WorkspaceFinding]:
    stage = next((column for name in _STAGES if (column := table.fields.column_of(name))), None)
    won_rows = f"SELECT _row FROM {deals.source.table} WHERE {is_won}"
    routes = _routes(table.name, deals.name, won_rows, tables, joins)
    if stage is None or not routes:
        return
    cell = f"lower({trimmed(table.source.column(stage.position))})"
    query = (
        f"WITH bought AS ({' UNION '.join(routes)}), "
        f"customers AS (SELECT _row FROM {table.source.table} WHERE list_contains($customer, {cell})) "
        "SELECT (SELECT count(*) FROM bought), count(*), count(*) FILTER (b._row IS NULL), "
        f"min(c._row, {_FIRST_ROWS}) FILTER (b._row IS NULL) FROM customers c LEFT JOIN bought b USING (_row)"
    )
    used = {name: value for name, value in words.items() if f"${name}" in query}
    bought, customers, without, rows = engine.fetch(query, used)[0]
    if bought and without:
        yield WorkspaceFinding(
            rule="workspace.customer-without-won-deal",
            severity="warning",
            table=table.name,
            column=table.header(stage.position),
            rows_checked=int(customers),
            rows_failed=int(without),
            rows=tuple(map(int, rows)),
            message=f'{without:,} of {customers:,} customers have no won deal in "{deals.name}", own or related',
            hint="link the deal if there is one; else set the stage back",
        )


def _routes(
    table: str, deals: str, won: str, tables: Mapping[str, WorkspaceTable], joins: Sequence[JoinMeasured]
) -> list[str]:
    """Return queries of the rows of a table that won deals lead to, directly or over a table between."""
    routes = [
        f"SELECT parent_row AS _row FROM {item.join.links} WHERE child_row IN ({won})"
        for item in joins
        if (item.join.child, item.join.parent) == (deals, table)
    ]
    for item in joins:
        between = item.join.parent
        if item.join.child != deals or between in {table, deals} or between not in tables:
            continue
        reached = f"SELECT parent_row FROM {item.join.links} WHERE child_row IN ({won})"
        for other in joins:
            if (other.join.child, other.join.parent) == (table, between):
                routes.append(f"SELECT child_row AS _row FROM {other.join.links} WHERE parent_row IN ({reached})")
            if (other.join.child, other.join.parent) == (between, table):
                routes.append(f"SELECT parent_row AS _row FROM {other.join.links} WHERE child_row IN ({reached})")
    return routes
