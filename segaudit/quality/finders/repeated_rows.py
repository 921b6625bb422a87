"""Rows that are identical, all of them or all but for the id."""

from collections.abc import Iterable, Sequence

from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of

_UNIQUE = 0.95  # different values of the rows, from which a column is a key
_TELLING = 0.5  # different values of the filled cells, from which a column tells one record from another
_LEAST_TELLING = 20  # different values
_MOST_ROWS = 10_000
_FIRST = 10


def find_repeated_rows(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Yield a remark with how many rows repeat another, and each of them but the first of its kind.

    A row that is equal but for its id only counts if a cell that tells records apart (an address, a number, a name)
    is among the equal ones: in a survey of six questions many answer alike.

    Settings: ``most_rows`` (that are listed).
    """
    key = _key(data)
    others = [reading for reading in data.readings if key is None or reading.column.position != key.column.position]
    telling = [reading for reading in others if _tells(data, reading)]
    if not telling or len(others) < 2:  # noqa: PLR2004 - one column that repeats is no row that does
        return
    repeated, but_id = _count(data, key, others, telling)
    if not repeated:
        return
    position = (key or others[0]).column.position
    value = f"s.{data.source.column(position)}" if key else "''"
    found = data.engine.fetch(
        f"SELECT r._row, r.original, r.same_id, {value} FROM q_repeats r JOIN {data.source.table} s ON s._row = r._row "
        f"ORDER BY r._row LIMIT {int(share_of(check, 'most_rows', _MOST_ROWS))}"
    )
    but = f", {but_id:,} of them but for {key.column.header}" if key and but_id else ""
    first = ", ".join(f"{int(row):,} as {int(original):,}" for row, original, *_ in found[:_FIRST])
    yield ColumnRemark(
        check=check.id,
        positions=(position,),
        message=f"{repeated:,} {'row says' if repeated == 1 else 'rows say'} the same as another{but}: row {first}",
        rows=repeated,
        rows_checked=data.source.rows,
    )
    for row, original, same_id, cell in found:
        yield Suspicion(
            check=check.id,
            position=position,
            value=cell or "",
            row=int(row),
            confidence=0.95 if same_id else 0.85,
            because=f"says the same as row {int(original):,} in every column" + ("" if same_id else " but the id"),
        )


def _key(data: QualityData) -> ColumnReading | None:
    """Return the column that numbers the rows, if one does: a record's id before any other that hardly repeats."""
    unique = [
        reading
        for reading in data.readings
        if reading.type in {FieldType.ID, FieldType.INT, FieldType.TEXT}
        and data.coverage[reading.column.position].distinct >= _UNIQUE * data.source.rows
        and data.coverage[reading.column.position].filled == data.source.rows
    ]
    ids = [reading for reading in unique if reading.type is FieldType.ID]
    numbers = [reading for reading in unique if reading.type is FieldType.INT and reading.column.field is None]
    return next(iter(ids or numbers), None)


def _tells(data: QualityData, reading: ColumnReading) -> bool:
    measures = data.coverage[reading.column.position]
    return measures.distinct >= max(_LEAST_TELLING, _TELLING * measures.filled)


def _count(
    data: QualityData, key: ColumnReading | None, others: Sequence[ColumnReading], telling: Sequence[ColumnReading]
) -> tuple[int, int]:
    """Make the table of rows that repeat another, with the first of their kind; return how many, and but for the id."""
    engine, table, column = data.engine, data.source.table, data.source.column
    cells = [f"coalesce(s.{column(reading.column.position)}, '')" for reading in others]
    told = [f"coalesce(s.{column(reading.column.position)}, '')" for reading in telling]
    # Equal by hash of what tells records apart first, which is cheap for all rows, and then by every cell.
    any_told = " OR ".join(f"{cell} <> ''" for cell in told)
    engine.create("q_hashes", f"SELECT s._row, hash({', '.join(told)}) AS h FROM {table} s WHERE {any_told}")
    engine.create(
        "q_alike", "SELECT _row FROM q_hashes WHERE h IN (SELECT h FROM q_hashes GROUP BY h HAVING count(*) > 1)"
    )
    alike = ", ".join(f"{cell} AS k{place}" for place, cell in enumerate(cells))
    names = ", ".join(f"k{place}" for place, _ in enumerate(cells))
    the_id = f"s.{column(key.column.position)}" if key else "''"
    engine.create(
        "q_repeats",
        "SELECT _row, original, id IS NOT DISTINCT FROM first_id AS same_id FROM (SELECT _row, id, "
        f"min(_row) OVER (PARTITION BY {names}) AS original, arg_min(id, _row) OVER (PARTITION BY {names}) AS first_id "
        f"FROM (SELECT s._row, {the_id} AS id, {alike} FROM {table} s JOIN q_alike a ON a._row = s._row)) "
        "WHERE _row > original",
    )
    rows, but_id = engine.fetch("SELECT count(*), count(*) FILTER (NOT same_id) FROM q_repeats")[0]
    return int(rows), int(but_id)
