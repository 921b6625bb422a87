"""The rows of a table that a person means by an id."""

import heapq
from dataclasses import dataclass

from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.identity.keys import id_candidates, id_column
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.quality.keys import key_cells, key_parameters, key_text, split_cells
from segaudit.sql.kinds import WHITE_SPACE

_MOST_ROWS = 5  # with one id, that are explained
_CLOSE_FROM = 70.0
_MOST_CLOSE = 3
_LONGEST_ID = 200  # characters of an id that is said again


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRows:
    """The rows that are meant."""

    header: str  # the column they were found by; empty: by their number
    rows: int
    first: tuple[int, ...]  # _row of the first few, ascending


def find_row(opened: OpenedInput, row: int) -> FoundRows:
    """Return one row by its number.

    Raises:
        InputError: The table has no such row.
    """
    _check_any(opened)
    if not 1 <= row <= opened.source.rows:
        raise InputError(
            f"there is no row {row:,}",
            where=opened.source.name,
            hint=f"its data rows are 1 to {opened.source.rows:,}; the header is not counted",
        )
    return FoundRows(header="", rows=1, first=(row,))


def find_rows(opened: OpenedInput, record: str, engine: Engine) -> FoundRows:
    """Return the rows with an id, or with an e-mail address.

    Raises:
        InputError: The table has no column of ids, or no row with this one.
    """
    _check_any(opened)
    key = _key_column(opened, engine)
    mail = [reading for reading in opened.readings if reading.type is FieldType.EMAIL] if "@" in record else []
    for reading in [*([key] if key else []), *mail]:
        rows = _rows_with(opened, reading, record, engine)
        if rows:
            return FoundRows(header=reading.column.header, rows=len(rows), first=tuple(rows[:_MOST_ROWS]))
    searched = [*([key] if key else []), *mail]
    if not searched:
        raise InputError(
            "no column of this file tells its records apart",
            where=opened.source.name,
            hint="give the number of the data row: --row 17; or name the column of ids in a --map file",
        )
    columns = " or ".join(f'"{reading.column.header}"' for reading in searched)
    said = record if len(record) <= _LONGEST_ID else f"{record[: _LONGEST_ID - 1]}…"
    raise InputError(
        f'no record has "{said}" as {columns}',
        where=opened.source.name,
        hint=_hint(opened, searched[-1], record, engine),
    )


def _check_any(opened: OpenedInput) -> None:
    if not opened.source.rows:
        raise InputError(
            "there is no record to explain: this file has a header and no data rows",
            where=opened.source.name,
            hint="export it again; or say where its header stands with --skip and --header-rows, if it has records",
        )


def _key_column(opened: OpenedInput, engine: Engine) -> ColumnReading | None:
    """Return the column of ids: the best whose cells are nearly all filled and different, or else the best."""
    best = id_column(opened.source, opened.readings, engine)
    return best if best is not None else next(id_candidates(opened.readings), None)


def _rows_with(opened: OpenedInput, reading: ColumnReading, record: str, engine: Engine) -> list[int]:
    """Return the rows of an id, which may be written otherwise: 123.0 for 123; addresses without regard to case."""
    asked = engine.fetch(
        f"SELECT key FROM {key_text('(SELECT CAST($v AS VARCHAR) AS v)')}", {"v": record, "white_space": WHITE_SPACE}
    )[0][0]
    cells = key_cells(split_cells(opened.source, reading.column.position, ""))
    same = "lower(key) = lower($asked)" if reading.type is FieldType.EMAIL else "key = $asked"
    parameters = {**key_parameters(reading.column.field, opened.placeholders), "asked": asked}
    rows = engine.fetch(f"SELECT _row FROM {cells} WHERE {same} ORDER BY _row", parameters)
    return [int(row[0]) for row in rows]


def _hint(opened: OpenedInput, reading: ColumnReading, record: str, engine: Engine) -> str:
    """Return ids that look like one."""
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - needed for a mistake only

    cells = key_cells(split_cells(opened.source, reading.column.position, ""))
    ids = engine.stream(f"SELECT DISTINCT key FROM {cells}", key_parameters(reading.column.field, opened.placeholders))
    found = process.extract_iter(
        record[:_LONGEST_ID],
        (str(row[0])[:_LONGEST_ID] for row in ids),
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=_CLOSE_FROM,
    )
    close = heapq.nsmallest(_MOST_CLOSE, ((-score, text) for text, score, _ in found))
    if not close:
        return "check the id, or give the number of the data row: --row 17"
    return "ids that look like it: " + ", ".join(text for _, text in close)
