"""The ids of a list's records: which column has them, and what each row is called by them."""

from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.identity.keys import id_candidates, id_column
from segaudit.model.fields import ColumnReading
from segaudit.quality.keys import key_cells, key_parameters, split_cells


def find_key(opened: OpenedInput, engine: Engine) -> ColumnReading | None:
    """Return the column of the rows' own ids: nearly all filled, nearly all different; None if there is none."""
    if not opened.source.rows:  # nothing to tell by; tomorrow's export will have some
        return next(id_candidates(opened.readings), None)
    return id_column(opened.source, opened.readings, engine)


def same_column(key: ColumnReading, other: OpenedInput) -> ColumnReading | None:
    """Return the column of another list that holds the ids of this one: of the same header, else the same field."""
    header = key.column.header.strip().lower()
    named = (item for item in other.readings if item.column.header.strip().lower() == header)
    field = key.column.field
    meant = (item for item in other.readings if field is not None and item.column.field == field)
    return next(named, None) or next(meant, None)


def create_keys(table: str, opened: OpenedInput, key: ColumnReading, engine: Engine) -> str:
    """Create a table of ``_row`` and ``key``, for rows that have an id; return its name.

    One id is one text, however a spreadsheet or an export wrote it: see quality/keys.py.
    """
    cells = key_cells(split_cells(opened.source, key.column.position, ""))
    parameters = key_parameters(key.column.field, opened.placeholders)
    engine.create(table, f"SELECT _row, key FROM {cells}", parameters)
    return table
