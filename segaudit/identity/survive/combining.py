"""Columns whose golden cell is made of several: all different items, or a sum."""

import pyarrow as pa

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.cells import values_table
from segaudit.identity.survive.data import COLUMN, COMBINED, FILLED
from segaudit.sql.cells import OK, PLACEHOLDER
from segaudit.text.columns import folded

_ITEMS = "survival_items"  # e, rank, _row, place, item
_FOLDED = "survival_items_folded"  # item, f
# Digits alone: of what has a currency, a scale or two ends, a sum would say something else.
_PLAIN_NUMBER = "[-+]?[0-9][0-9., ''’]*"


def united(name: str, position: int, separator: str, may_have_blank: bool, engine: Engine) -> None:  # noqa: FBT001
    """Create the outcomes of a column whose items are put together: the survivor's first, as they are written.

    Args:
        name: Table to make.
        position: Of the column; its cells and their judged values are there.
        separator: What stands between items.
        may_have_blank: A blank goes behind the separator where the entity's cells have one.
        engine: Where the tables are.
    """
    parameters = {"separator": separator}
    cells = f"SELECT c.e, c.rank, c._row, x.t FROM {COLUMN} c JOIN {values_table(0)} x USING (v) WHERE state = {OK}"
    engine.create(
        _ITEMS,
        "SELECT e, rank, _row, unnest(range(len(items))) AS place, trim(unnest(items)) AS item "
        f"FROM (SELECT *, string_split(t, $separator) AS items FROM ({cells}))",
        parameters,
    )
    engine.map_batches(_FOLDED, f"SELECT DISTINCT item FROM {_ITEMS} WHERE item <> ''", _fold_items)
    first = (
        "SELECT *, row_number() OVER (PARTITION BY e, f ORDER BY rank, place) AS nth "
        f"FROM {_ITEMS} JOIN {_FOLDED} USING (item)"
    )
    items = "CASE WHEN own_text IS NULL THEN added ELSE [own_text] || added END"
    joined = (
        "SELECT e, list(item ORDER BY rank, place) FILTER (rank > 1) AS added, "
        "count(DISTINCT rank) FILTER (rank > 1) AS givers, max(_row) FILTER (rank > 1) AS giver "
        f"FROM ({first}) WHERE nth = 1 GROUP BY e"
    )
    own = (
        "SELECT e, max(v) FILTER (rank = 1) AS own, max(t) FILTER (rank = 1 AND state = "
        f"{OK}) AS own_text, bool_or(contains(t, $separator || ' ') AND state = {OK}) AS spaced "
        f"FROM {COLUMN} LEFT JOIN {values_table(0)} USING (v) GROUP BY e"
    )
    engine.create(
        name,
        f"SELECT e, {position} AS position, own AS was, CASE WHEN spaced THEN array_to_string({items}, $spaced) "
        f"ELSE array_to_string({items}, $separator) END AS becomes, "
        "CASE WHEN own_text IS NULL AND givers = 1 THEN giver END AS from_row, 'union' AS rule, "
        f"CASE WHEN own_text IS NULL THEN '{FILLED}' ELSE '{COMBINED}' END AS what, CAST([] AS VARCHAR[]) AS dropped "
        f"FROM ({joined}) JOIN ({own}) USING (e) WHERE added IS NOT NULL",
        parameters | {"spaced": separator + " " if may_have_blank else separator},
    )


def _fold_items(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"item": batch.column("item"), "f": folded(batch.column("item"))})


def summed(otherwise: str, position: int, decimal_comma: bool) -> str:  # noqa: FBT001
    """Return the query of a column's outcomes where its numbers are added up.

    Equal numbers count once: two records with the same figure are far more often one figure copied than two.

    Args:
        otherwise: Query of the outcomes where they cannot be: some have a currency or a scale, or two ends.
        position: Of the column; its cells and their judged values are there.
        decimal_comma: How the result is written.
    """
    # Floating point would give another sum for another order of rows.
    number = "try_cast(value AS DECIMAL(38, 6))"
    sums = (
        f"SELECT e, max(v) FILTER (rank = 1) AS own, max(state) FILTER (rank = 1) AS own_state, "
        f"max({number}) FILTER (rank = 1 AND state = {OK}) AS own_number, "
        f"sum(DISTINCT {number}) FILTER (state = {OK}) AS total, "
        f"bool_and(regexp_full_match(t, '{_PLAIN_NUMBER}') AND {number} IS NOT NULL) FILTER (state = {OK}) AS plain "
        f"FROM {COLUMN} LEFT JOIN {values_table(0)} USING (v) GROUP BY e"
    )
    text = "regexp_replace(CAST(total AS VARCHAR), '[.]?0+$', '')"
    written = f"replace({text}, '.', ',')" if decimal_comma else text
    return (
        f"WITH sums AS (SELECT * FROM ({sums}) WHERE plain) "
        f"SELECT * FROM ({otherwise}) WHERE e NOT IN (SELECT e FROM sums) UNION ALL "
        f"SELECT e, {position} AS position, own AS was, {written} AS becomes, CAST(NULL AS BIGINT) AS from_row, "
        f"'sum' AS rule, CASE WHEN coalesce(own_state, 0) <= {PLACEHOLDER} THEN '{FILLED}' ELSE '{COMBINED}' END "
        "AS what, "
        "CAST([] AS VARCHAR[]) AS dropped FROM sums WHERE total IS DISTINCT FROM own_number"
    )
