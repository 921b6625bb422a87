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
class Failures:
    """What fails one check: the rows ``_row`` of a table, or the raw cells ``v``, where its ``check`` is ``index``."""

    table: str
    index: int
    check: int  # place among all checks of the run
    position: int  # column to blame
    confidence: float
    of_cells: bool = False


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
    failures: Sequence[Failures],
    suspicions: Sequence[tuple[int, Suspicion]],
    yielding: Mapping[int, int],
    engine: Engine,
) -> None:
    """Create the table of issues.

    Args:
        source: The table they are in; the tables of classify_values are there.
        failures: Rows that fail checks, in tables that are there already.
        suspicions: What finders found, each with the place of its check.
        yielding: Checks that have nothing to say of a cell that another names, by place, and their rank among each
            other: of two, the lower speaks.
        engine: Where the tables live.
    """
    _load(suspicions, engine)
    heard = {item.check for item in failures} | {check for check, _ in suspicions}
    by_rank: dict[int, set[int]] = {0: set()}
    for check in heard:
        by_rank.setdefault(yielding.get(check, 0), set()).add(check)
    tables: list[str] = []
    for rank, checks in sorted(by_rank.items()):
        by_value = {found.position for check, found in suspicions if check in checks and found.row is None}
        query = _issues_of(source, sorted(checks), [f for f in failures if f.check in checks], sorted(by_value))
        if tables:
            named = " UNION ALL ".join(f"SELECT _row, position FROM {table}" for table in tables)
            query = f"SELECT * FROM ({query}) ANTI JOIN ({named}) USING (_row, position)"
        tables.append(f"{ISSUES}_{rank}")
        engine.create(tables[-1], query, {"white_space": WHITE_SPACE} if by_value else None)
    engine.define(ISSUES, " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables))


def _issues_of(source: Source, checks: Sequence[int], failures: Sequence[Failures], by_value: Sequence[int]) -> str:
    """Return the query of the issues of some checks.

    Args:
        source: The table they are in.
        checks: Their places.
        failures: What fails them.
        by_value: Columns of which finders suspect values, wherever they stand.
    """
    of_checks = f'"check" IN ({", ".join(map(str, checks)) or "NULL"})'
    cells = {position: [_suspected_cells(source, position, of_checks)] for position in by_value}
    for item in failures:
        if item.of_cells:
            cells.setdefault(item.position, []).append(_failed_cells(item))
    columns = '"check", position, _row, value, suggestion, confidence, because'
    queries = [f"SELECT {columns} FROM {_FOUND} WHERE _row IS NOT NULL AND {of_checks}"]
    queries += [_failed_rows(source, item) for item in failures if not item.of_cells]
    queries += [_rows_of_cells(source, position, of_column) for position, of_column in cells.items()]
    return " UNION ALL ".join(queries)


def _failed_rows(source: Source, item: Failures) -> str:
    return (
        f"SELECT {item.check}, {item.position}, f._row, r.{source.column(item.position)}, CAST(NULL AS VARCHAR), "
        f"{item.confidence}, '' FROM {item.table} f JOIN {source.table} r USING (_row) WHERE f.\"check\" = {item.index}"
    )


def _failed_cells(item: Failures) -> str:
    return (
        f'SELECT {item.check} AS "check", v, CAST(NULL AS VARCHAR) AS suggestion, {item.confidence} AS confidence, '
        f"'' AS because FROM {item.table} WHERE \"check\" = {item.index}"
    )


def _suspected_cells(source: Source, position: int, of_checks: str) -> str:
    """Return the query of the raw cells that hold the values suspected in a column, whatever blanks are around them."""
    suspected = f"(SELECT * FROM {_FOUND} WHERE position = {position} AND _row IS NULL AND {of_checks})"
    return (
        f'SELECT f."check", g.v, f.suggestion, f.confidence, f.because FROM {values_table(source, position)} g '
        f"JOIN {suspected} f ON f.value = {trimmed('g.v')}"
    )


def _rows_of_cells(source: Source, position: int, cells: Sequence[str]) -> str:
    """Return the query of the rows that hold some cells of a column."""
    return (
        f'SELECT f."check", {position}, r._row, f.v, f.suggestion, f.confidence, f.because '
        f"FROM {source.table} r JOIN ({' UNION ALL '.join(cells)}) f "
        f"ON r.{source.column(position)} IS NOT DISTINCT FROM f.v"
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
