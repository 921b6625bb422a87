"""What a record is called in files: its id where the table has one, else a hash of what it says."""

import re
from collections.abc import Iterator, Sequence

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import cell_parameters
from segaudit.sql.kinds import TRIMMED, with_steps

# Fields that can be the row's own id, best first. Which of them is the key of this table shows in its cells: a
# contact's company_id repeats.
_ID_FIELDS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")
_ID_WORDS = frozenset(("id", "uid", "uuid", "guid", "key", "pk"))  # a header nobody mapped that ends so
_HEADER_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Below 1, so that one blank or repeated id in next month's export does not rename every record.
_OWN_ID_FROM = 0.9
# 123.0: a spreadsheet took the id for a number.
_ID = (
    "CASE WHEN ends_with(t, '0') AND contains(t, '.0') AND regexp_full_match(t, '[0-9]+[.]0+') "
    "THEN regexp_extract(t, '^[0-9]+') ELSE t END"
)
# What a record says about its state changes from export to export: scores, stages, days of contact.
_STATES = frozenset(
    (
        FieldType.ENUM, FieldType.MULTI, FieldType.INT, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE,
        FieldType.BOOL,
    )
)  # fmt: skip


def record_keys(
    source: Source, readings: Sequence[ColumnReading], engine: Engine, *, placeholders: Sequence[Placeholder] = ()
) -> str:
    """Create the table of record keys: ``_row``, ``record_key``, one row for each of the source, no key twice.

    A key is the cell of the column of ids, trimmed. Rows without an id, and all rows of a table without such a column,
    have ``r`` and 16 hex digits: a hash of their raw cells, in the order of headers, without mapped columns that say
    in what state a record is (numbers, dates, picklists). Such a key is lost when one of those cells changes. Of rows
    with one key, the first by a hash of all cells keeps it, the others have ``~2``, ``~3``, ... after it; only between
    rows that are equal in every cell does the order in the file decide.

    Args:
        source: The opened file.
        readings: How its columns are read.
        engine: Where the table lives.
        placeholders: Words that stand for a missing id.

    Returns:
        The name of the table.
    """
    table = f"{source.table}_keys"
    column = id_column(source, readings, engine)
    said = _hashed(source, [item for item in readings if item.column.field is None or item.type not in _STATES])
    if column is None:
        engine.create(table, f"SELECT _row, 'r' || {said} AS record_key FROM {source.table}")
    else:
        cells = f"(SELECT *, {source.column(column.column.position)} AS v FROM {source.table})"
        given = cell_parameters(column.column.field, FieldType.ID, placeholders)
        blank = "t IS NULL OR t = '' OR lower(t) IN (SELECT unnest($placeholders))"
        engine.create(
            table,
            f"SELECT _row, CASE WHEN {blank} THEN 'r' || {said} ELSE {_ID} END AS record_key "
            f"FROM {with_steps(cells, ({'t': TRIMMED},))}",
            {name: given[name] for name in ("white_space", "placeholders")},
        )
    while _repeats(table, engine):  # an id may look like one that was made here; then once more
        _tell_apart(table, source, readings, engine)
    return table


def id_column(source: Source, readings: Sequence[ColumnReading], engine: Engine) -> ColumnReading | None:
    """Return the first column whose cells are nearly all filled and nearly all different."""
    for reading in id_candidates(readings):
        cell = f"nullif({source.column(reading.column.position)}, '')"
        filled, distinct = engine.fetch(f"SELECT count({cell}), count(DISTINCT {cell}) FROM {source.table}")[0]
        if filled and filled >= _OWN_ID_FROM * source.rows and distinct >= _OWN_ID_FROM * filled:
            return reading
    return None


def rows_written_twice(source: Source, readings: Sequence[ColumnReading], engine: Engine) -> list[tuple[int, int]]:
    """Return rows that have an id and are equal to an earlier one in every cell: ``_row`` of that one, their own.

    Whatever else the table says, one id with the same cells twice is one record that was exported twice.
    """
    column = id_column(source, readings, engine)
    if column is None:
        return []
    own = source.column(column.column.position)
    cells = ", ".join(source.column(position) for position in range(1, len(source.headers) + 1))
    several = f"SELECT {own} FROM {source.table} WHERE nullif({own}, '') IS NOT NULL GROUP BY {own} HAVING count(*) > 1"
    query = (
        f"SELECT first, _row FROM (SELECT _row, min(_row) OVER (PARTITION BY {cells}) AS first "
        f"FROM {source.table} WHERE {own} IN ({several})) WHERE _row > first ORDER BY first, _row"
    )
    return [(int(first), int(row)) for first, row in engine.fetch(query)]


def id_candidates(readings: Sequence[ColumnReading]) -> Iterator[ColumnReading]:
    """Yield the columns that may hold the rows' own ids, best first."""
    for field in _ID_FIELDS:
        yield from (reading for reading in readings if reading.column.field == field)
    for reading in readings:
        words = _HEADER_WORD.findall(reading.column.header)
        if reading.column.field is None and words and words[-1].lower() in _ID_WORDS:
            yield reading


def _hashed(source: Source, readings: Sequence[ColumnReading]) -> str:
    """Return the SQL of a hash of cells that is the same on every machine; of no columns, it is of none."""
    # By header, so that a column that has moved changes no key. A cell that holds the separator can at worst give two
    # rows one key, which are then told apart.
    ordered = sorted(readings, key=lambda item: (item.column.header, item.column.position))
    cells = ", chr(31), ".join(source.column(item.column.position) for item in ordered)
    return f"substr(md5(concat({cells})), 1, 16)" if cells else "''"


def _repeats(table: str, engine: Engine) -> bool:
    rows, distinct = engine.fetch(f"SELECT count(*), count(DISTINCT record_key) FROM {table}")[0]
    return bool(rows > distinct)


def _tell_apart(table: str, source: Source, readings: Sequence[ColumnReading], engine: Engine) -> None:
    """Number the rows of each key that stands several times."""
    twice = f"{table}_twice"
    engine.create(
        twice,
        f"SELECT k._row, k.record_key, row_number() OVER (PARTITION BY k.record_key ORDER BY s.cells, k._row) AS place "
        f"FROM {table} k JOIN (SELECT _row, {_hashed(source, readings)} AS cells FROM {source.table} WHERE _row IN ("
        f"SELECT unnest(list(_row)) FROM {table} GROUP BY record_key HAVING count(*) > 1)) s ON s._row = k._row",
    )
    numbered = "CASE WHEN t.place > 1 THEN k.record_key || '~' || t.place ELSE k.record_key END"
    engine.create(
        table, f"SELECT k._row, {numbered} AS record_key FROM {table} k LEFT JOIN {twice} t ON t._row = k._row"
    )
