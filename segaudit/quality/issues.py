"""Every issue of a run, cell by cell, in one table of the engine: it is as long as the faults are many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.model.quality import CERTAIN_FROM, Suspicion
from segaudit.model.source import Source
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.sql.values import values_table

ISSUES = "issues"  # check: place among the checks; position; _row; value; suggestion; confidence; because
_FOUND = "suspicions"
_FIRST_ROWS = 10
_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFailures:
    """The rows that fail one check: those of a table with ``check`` and ``_row`` in which ``check`` is ``index``."""

    table: str
    index: int
    check: int  # place among all checks of the run
    position: int  # column to blame
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCount:
    """The issues of one check in one column, counted."""

    check: int  # place among the checks
    position: int
    rows: int
    rows_certain: int
    first_rows: tuple[int, ...]
    examples: tuple[dict[str, Any], ...]  # value, rows, suggestion, because, confidence


def create_issues(
    source: Source,
    failures: Sequence[RowFailures],
    suspicions: Sequence[tuple[int, Suspicion]],
    yielding: Mapping[int, int],
    engine: Engine,
) -> None:
    """Create the table of issues.

    Args:
        source: The table they are in; the tables of group_values are there.
        failures: Rows that fail checks, in tables that are there already.
        suspicions: What finders found, each with the place of its check.
        yielding: Checks that have nothing to say of a cell that another names, by place, and their rank among each
            other: of two, the lower speaks.
        engine: Where the tables live.
    """
    _load(suspicions, engine)
    parts = [
        f'SELECT {item.check} AS "check", {item.position} AS position, f._row, '
        f"r.{source.column(item.position)} AS value, CAST(NULL AS VARCHAR) AS suggestion, "
        f"{item.confidence} AS confidence, '' AS because "
        f'FROM {item.table} f JOIN {source.table} r USING (_row) WHERE f."check" = {item.index}'
        for item in failures
    ]
    parts.append(
        f'SELECT "check", position, _row, value, suggestion, confidence, because FROM {_FOUND} WHERE _row IS NOT NULL'
    )
    by_value = sorted({found.position for _, found in suspicions if found.row is None})
    parts += [_of_values(source, position) for position in by_value]
    query = " UNION ALL ".join(parts)
    heard = {item.check for item in failures} | {check for check, _ in suspicions}
    ranks = " ".join(f"WHEN {check} THEN {rank}" for check, rank in yielding.items() if check in heard)
    parameters = {"white_space": WHITE_SPACE} if by_value else None
    engine.create(ISSUES, _unless_named(query, ranks) if ranks else query, parameters)


def _of_values(source: Source, position: int) -> str:
    """Return the query of the rows that hold the values suspected in a column, whatever blanks are around them."""
    # The different cells are trimmed, and not those of every row.
    cells = (
        f'SELECT f."check", g.v, f.suggestion, f.confidence, f.because FROM {values_table(source, position)} g '
        f"JOIN {_FOUND} f ON f.position = {position} AND f._row IS NULL AND f.value = {trimmed('g.v')}"
    )
    return (
        f'SELECT f."check", {position} AS position, r._row, f.v AS value, f.suggestion, f.confidence, f.because '
        f"FROM {source.table} r JOIN ({cells}) f ON r.{source.column(position)} = f.v"
    )


def _unless_named(query: str, ranks: str) -> str:
    """Return the query of issues without those of checks that yield to another which names the same cell."""
    return (
        f'WITH found AS MATERIALIZED (SELECT *, CASE "check" {ranks} ELSE 0 END AS rank FROM ({query})), '
        "yielding AS (SELECT DISTINCT _row, position FROM found WHERE rank > 0), "
        "first AS (SELECT _row, position, min(rank) AS rank FROM found JOIN yielding USING (_row, position) "
        "GROUP BY _row, position) "
        "SELECT * EXCLUDE (rank) FROM found WHERE rank = 0 UNION ALL "
        "SELECT * EXCLUDE (rank) FROM found SEMI JOIN first USING (_row, position, rank) WHERE rank > 0"
    )


def _load(suspicions: Sequence[tuple[int, Suspicion]], engine: Engine) -> None:
    import pyarrow as pa  # noqa: PLC0415 - heavy: needed by this check only

    schema = pa.schema(
        [
            ("check", pa.int32()),
            ("position", pa.int32()),
            ("_row", pa.int64()),
            ("value", pa.string()),
            ("suggestion", pa.string()),
            ("confidence", pa.float64()),
            ("because", pa.string()),
        ]
    )
    columns = [
        [check for check, _ in suspicions],
        [found.position for _, found in suspicions],
        [found.row for _, found in suspicions],
        [found.value for _, found in suspicions],
        [found.suggestion for _, found in suspicions],
        [found.confidence for _, found in suspicions],
        [found.because for _, found in suspicions],
    ]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
    engine.load_arrow(_FOUND, pa.Table.from_arrays(arrays, schema=schema))


def count_issues(engine: Engine) -> list[IssueCount]:
    """Count the issues of each check in each column, with the first rows and the values most rows hold."""
    counts = engine.fetch(
        f'SELECT "check", position, count(*), count(*) FILTER (confidence >= {CERTAIN_FROM}), min(_row, {_FIRST_ROWS}) '
        f'FROM (SELECT "check", position, _row, max(confidence) AS confidence FROM {ISSUES} GROUP BY ALL) GROUP BY ALL'
    )
    examples = engine.fetch(
        'SELECT "check", position, value, rows, suggestion, because, confidence FROM ('
        'SELECT "check", position, value, count(*) AS rows, min(because) AS because, '
        # Where the rows of one value call for different ones, none of them stands for all.
        "CASE WHEN min(suggestion) = max(suggestion) THEN min(suggestion) END AS suggestion, "
        f'max(confidence) AS confidence FROM {ISSUES} GROUP BY "check", position, value) '
        f'QUALIFY row_number() OVER (PARTITION BY "check", position ORDER BY rows DESC, value) <= {_EXAMPLES} '
        'ORDER BY "check", position, rows DESC, value'
    )
    shown: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for check, position, value, rows, suggestion, because, confidence in examples:
        shown.setdefault((int(check), int(position)), []).append(
            {
                "value": "" if value is None else str(value),
                "rows": int(rows),
                "suggestion": suggestion,
                "because": because or "",
                "confidence": float(confidence),
            }
        )
    return [
        IssueCount(
            check=int(check),
            position=int(position),
            rows=int(rows),
            rows_certain=int(certain),
            first_rows=tuple(map(int, first)),
            examples=tuple(shown.get((int(check), int(position)), ())),
        )
        for check, position, rows, certain, first in counts
    ]
