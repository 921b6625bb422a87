"""Every issue of a run, cell by cell, in tables of the engine: they are as long as the faults are many."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.model.quality import CERTAIN_FROM, Suspicion
from segaudit.model.source import Source
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.sql.values import KEPT_TRIMMED, values_table

# A view: check, its place among the checks; position; _row; value; suggestion; confidence; because.
ISSUES = "issues"
_FOUND = "suspicions"
# One cell may be wrong in a million rows: what is said of it stands once, and beside each row its number.
_CELLS = "issue_cells"  # cell, its number; _row, NULL for every row with this cell; and all else of ISSUES
_ROWS = "issue_rows"  # cell, position, _row; mends: it has a suggestion; surely: a certain one
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


def create_issues(  # noqa: PLR0913 - what was found, and who speaks before whom
    source: Source,
    failures: Sequence[Failures],
    suspicions: Sequence[tuple[int, Suspicion]],
    yielding: Mapping[int, int],
    engine: Engine,
    *,
    always: Collection[int] = (),
) -> None:
    """Create the tables of issues.

    Args:
        source: The table they are in; the tables of classify_values are there.
        failures: Rows that fail checks, in tables that are there already.
        suspicions: What finders found, each with the place of its check.
        yielding: Checks that have nothing to say of a cell that another names, by place, and their rank among each
            other: of two, the lower speaks; the rest have 0. One that knows a certain repair speaks where the other
            knows none.
        engine: Where the tables live.
        always: Checks of rank 0 that speak whatever others say: their counts are held against other tools'.
    """
    _load(suspicions, engine)
    _create_cells(source, failures, {found.position for _, found in suspicions if found.row is None}, engine)
    found = engine.fetch(f'SELECT DISTINCT "check", position, _row IS NULL FROM {_CELLS}')
    by_rank: dict[tuple[int, bool], set[int]] = {(0, False): set()}
    for check, _, _ in found:
        by_rank.setdefault((yielding.get(check, 0), check in always), set()).add(check)
    tables: list[str] = []
    for (_, speak_anyway), checks in sorted(by_rank.items()):
        anywhere = {position for check, position, is_anywhere in found if is_anywhere and check in checks}
        query = _rows_of(source, checks, anywhere)
        if tables and not speak_anyway:
            each = " UNION ALL ".join(f"SELECT _row, position, mends FROM {table}" for table in tables)
            named = f"SELECT _row, position, bool_or(mends) AS mended FROM ({each}) GROUP BY _row, position"
            query = (
                f"SELECT q.* FROM ({query}) q LEFT JOIN ({named}) n ON n._row = q._row AND n.position = q.position "
                "WHERE n.mended IS NULL OR (q.surely AND NOT n.mended)"
            )
        tables.append(f"{_ROWS}_{len(tables)}")
        engine.create(tables[-1], query)
    engine.define(_ROWS, " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables))
    engine.define(
        ISSUES,
        'SELECT c."check", c.position, r._row, c.value, c.suggestion, c.confidence, c.because '
        f"FROM {_ROWS} r JOIN {_CELLS} c USING (cell)",
    )


def _create_cells(source: Source, failures: Sequence[Failures], by_value: Collection[int], engine: Engine) -> None:
    """Create the table of what is wrong: a cell of one row, or a raw cell wherever it stands in its column."""
    columns = '"check", position, _row, value, suggestion, confidence, because'
    queries = [f"SELECT {columns} FROM {_FOUND} WHERE _row IS NOT NULL"]
    # The different cells are trimmed, and not those of every row.
    queries += [
        f'SELECT f."check", f.position, NULL, g.v, f.suggestion, f.confidence, f.because '
        f"FROM (SELECT v, {KEPT_TRIMMED} AS t FROM {values_table(source, position)}) g "
        f"JOIN (SELECT * FROM {_FOUND} WHERE position = {position} AND _row IS NULL) f ON f.value = g.t"
        for position in sorted(by_value)
    ]
    for item in failures:
        row, cell, table = "NULL", "f.v", f"{item.table} f"
        if not item.of_cells:
            row, cell = "f._row", f"r.{source.column(item.position)}"
            table += f" JOIN {source.table} r USING (_row)"
        queries.append(
            f"SELECT {item.check}, {item.position}, {row}, {cell}, NULL, {item.confidence}, '' FROM {table} "
            f'WHERE f."check" = {item.index}'
        )
    query = f"SELECT row_number() OVER () AS cell, * FROM ({' UNION ALL '.join(queries)})"
    engine.create(_CELLS, query, {"white_space": WHITE_SPACE} if by_value else None)


def _rows_of(source: Source, checks: Iterable[int], anywhere: Iterable[int]) -> str:
    """Return the query of the rows with what is wrong by some checks; ``anywhere``: columns with cells of any row."""
    told = f"suggestion IS NOT NULL AS mends, suggestion IS NOT NULL AND confidence >= {CERTAIN_FROM} AS surely"
    cells = f'SELECT *, {told} FROM {_CELLS} WHERE "check" IN ({", ".join(map(str, sorted(checks))) or "NULL"})'
    queries = [f"SELECT cell, position, _row, mends, surely FROM ({cells}) WHERE _row IS NOT NULL"]
    queries += [
        f"SELECT c.cell, c.position, r._row, c.mends, c.surely FROM {source.table} r "
        f"JOIN (SELECT * FROM ({cells}) WHERE position = {position} AND _row IS NULL) c "
        f"ON r.{source.column(position)} IS NOT DISTINCT FROM c.value"
        for position in sorted(anywhere)
    ]
    return " UNION ALL ".join(queries)


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
        'FROM (SELECT c."check", c.position, r._row, max(c.confidence) AS confidence '
        f"FROM {_ROWS} r JOIN {_CELLS} c USING (cell) GROUP BY ALL) GROUP BY ALL"
    )
    examples = engine.fetch(
        'SELECT "check", position, value, rows, suggestion, because, confidence FROM ('
        'SELECT "check", position, value, CAST(sum(rows) AS BIGINT) AS rows, min(because) AS because, '
        # Where the rows of one value call for different ones, none of them stands for all.
        "CASE WHEN min(suggestion) = max(suggestion) THEN min(suggestion) END AS suggestion, "
        f"max(confidence) AS confidence FROM (SELECT cell, count(*) AS rows FROM {_ROWS} GROUP BY cell) "
        f'JOIN {_CELLS} USING (cell) GROUP BY "check", position, value) '
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
