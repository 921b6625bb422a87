"""Joins by e-mail domain: a person belongs to the company whose web domain the address ends in."""

from collections.abc import Callable, Sequence
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.model.workspace import BY_ID, Join, JoinCounts
from segaudit.quality.keys import KeyTables, first_rows
from segaudit.text.tests import domain_of


def link_domains(join: Join, others: Sequence[Join], keys: KeyTables) -> tuple[JoinCounts, dict[str, int]]:
    """Link the rows that nothing else places to the one parent whose domain they share; return the counts.

    A row whose id is filled and found nowhere is left alone: it belongs to a parent that is not here. A row whose
    *name* is found nowhere is not: names have spellings.

    Args:
        join: The e-mail column and the domain column.
        others: The joins by value between the same two tables, linked already.
        keys: The tables, and the domains of providers anyone can use, which say nothing of an employer.

    Returns:
        The counts, fan-out left open; and for each of the other joins how many of its orphans have a parent's domain.
    """
    engine, free = keys.engine, list(keys.free_mail)
    _create_domains("ws_mail", keys.of(join.child, join.child_position), engine)
    _create_domains("ws_sites", keys.of(join.parent, join.parent_position), engine)
    engine.create(
        "ws_owners",
        "SELECT domain, min(row) AS row, count(DISTINCT row) AS n FROM ws_sites "
        "WHERE NOT list_contains($free, domain) GROUP BY domain",
        {"free": free},
    )
    placed = [f"SELECT child_row FROM {other.links}" for other in others]
    placed += [
        f"SELECT row FROM {keys.of(other.child, other.child_position, other.separator)}"
        for other in others
        if other.by == BY_ID
    ]
    known = f"m.row IN ({' UNION '.join(placed)})" if placed else "FALSE"
    engine.create(
        "ws_mailed",
        f"SELECT m.row, m.domain, {known} AS placed, list_contains($free, m.domain) AS free, o.row AS parent, "
        "coalesce(o.n, 0) AS n FROM ws_mail m LEFT JOIN ws_owners o ON o.domain = m.domain",
        {"free": free},
    )
    engine.create(
        join.links, "SELECT DISTINCT row AS child_row, parent AS parent_row FROM ws_mailed WHERE NOT placed AND n = 1"
    )
    orphans = {other.links: _orphans_placed(other, keys) for other in others}
    return _count(keys.tables[join.child].source.rows, engine), orphans


def _count(rows: int, engine: Engine) -> JoinCounts:
    """Count the rows by what became of them; a domain nobody here has is no broken link, so there are no orphans."""
    mailed, matched, free, ambiguous, values, found, domains = engine.fetch(
        "SELECT count(*), count_if(NOT placed AND n = 1), count_if(NOT placed AND free), "
        "count_if(NOT placed AND n > 1), count(DISTINCT domain) FILTER (NOT free), "
        "count(DISTINCT domain) FILTER (n = 1), count(DISTINCT domain) FILTER (NOT placed AND n > 1) FROM ws_mailed"
    )[0]
    first = first_rows("SELECT row FROM ws_mailed WHERE NOT placed AND n > 1", engine)
    return JoinCounts(
        rows=rows,
        blank=rows - int(mailed),
        matched=int(matched),
        unplaced=int(mailed) - int(matched),
        values=int(values),
        values_found=int(found),
        free_mail=int(free),
        ambiguous=int(ambiguous),
        ambiguous_domains=int(domains),
        ambiguous_first=first,
    )


def _orphans_placed(other: Join, keys: KeyTables) -> int:
    """Count the rows another join finds no parent for, although their domain has exactly one."""
    filled = keys.of(other.child, other.child_position, other.separator)
    return int(
        keys.engine.fetch(
            f"SELECT count(DISTINCT m.row) FROM ws_mailed m WHERE m.n = 1 AND m.row IN (SELECT row FROM {filled}) "
            f"AND m.row NOT IN (SELECT child_row FROM {other.links})"
        )[0][0]
    )


def _create_domains(name: str, cells: str, engine: Engine) -> None:
    """Create a table of rows and the domains of their cells; cells without one are left out."""
    _map_values(f"{name}_domains", f"SELECT DISTINCT t FROM {cells}", domain_of, engine)
    engine.create(
        name, f"SELECT c.row, d.domain FROM {cells} c JOIN {name}_domains d ON d.t = c.t WHERE d.domain <> ''"
    )


def _map_values(name: str, query: str, function: Callable[[str], str], engine: Engine) -> None:
    import pyarrow as pa  # noqa: PLC0415 - heavy: only joins by domain need it

    def work(batch: Any) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch
        given = batch.column("t").to_pylist()
        columns = {"t": pa.array(given, pa.string()), "domain": pa.array(map(function, given), pa.string())}
        return pa.RecordBatch.from_pydict(columns)

    engine.map_batches(name, query, work)
