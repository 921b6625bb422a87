"""A table's columns grouped once each, their different cells read once each: what questions about values start from."""

from collections.abc import Sequence

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS, TRIMMED, WHITE_SPACE, quoted


def values_table(source: Source, position: int) -> str:
    """Return the name of a column's different raw cells ``v``, each with its rows ``n``; a blank one is NULL or ''.

    Beside each stands its ``state``. Numbers, dates and yes or no have their ``value``, numbers ``high`` and money
    ``currency`` too, all of them NULL where nothing can be read; what speaks for a style is in ``speaks_<style>``.
    The value of any other kind is the cell itself: see ``read_values``.
    """
    return f"{source.table}_values_{position}"


def classify_values(
    source: Source, reading: ColumnReading, placeholders: Sequence[Placeholder], engine: Engine, *, anew: bool = False
) -> None:
    """Create the table of a column's different cells; ``anew``: it is there, and read in another way now."""
    position = reading.column.position
    table, kind = values_table(source, position), KINDS[reading.type]
    cells = f"(SELECT v, n FROM {table})"
    if not anew:
        cells = f"(SELECT {source.column(position)} AS v, count(*) AS n FROM {source.table} GROUP BY v)"
    columns = ["v", "n", "state"]
    if has_typed_values(reading.type):
        how = kind.readings[reading.style]
        kept = {"value": "value", "high": how.high, "currency": how.currency}
        # A placeholder can look like a value; it is none.
        columns += [f"CASE WHEN state > {PLACEHOLDER} THEN {sql} END AS {name}" for name, sql in kept.items() if sql]
        columns += [f"{test} AS speaks_{style}" for style, test in kind.evidence.items()]
    parameters = cell_parameters(reading.column.field, reading.type, placeholders)
    engine.create(table, f"SELECT {', '.join(columns)} FROM {classified_cells(cells, reading)}", parameters)


def has_typed_values(kind: FieldType) -> bool:
    """Tell whether a kind's values are something else than the trimmed cell."""
    return kind in {FieldType.INT, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.BOOL}


def read_values(source: Source, reading: ColumnReading, *, with_parameters: bool = True) -> str:
    """Return the relation of a column's classified cells, with ``t``, the cell trimmed, and the ``value`` of each.

    It needs the parameter white_space, unless it is for a statement that takes none.
    """
    table = values_table(source, reading.column.position)
    trimmed = TRIMMED if with_parameters else TRIMMED.replace("$white_space", quoted(WHITE_SPACE))
    if has_typed_values(reading.type):
        return f"(SELECT *, {trimmed} AS t FROM {table})"
    return f"(SELECT *, CASE WHEN state = {OK} THEN t END AS value FROM (SELECT *, {trimmed} AS t FROM {table}))"
