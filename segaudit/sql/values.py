"""A table's columns grouped once each, their different cells read once each: what questions about values start from."""

from collections.abc import Sequence

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.sql.cells import OK, PLACEHOLDER, WORDS_OF_K, cell_parameters, classified_cells, shared_parameters
from segaudit.sql.kinds import KINDS, WHITE_SPACE, quoted

# TRIMMED over a table of classified values, which knows of which cells there is something to take off: looking at both
# ends of a million cells takes ten times as long. It needs the parameter white_space as well.
KEPT_TRIMMED = "CASE WHEN padded THEN trim(v, $white_space) ELSE v END"

_FEW_ROWS = 20_000  # up to which columns share a statement
_LEAST_ALIKE = 4  # columns from which it pays
_MOST_TOGETHER = 100  # columns of one statement


def values_table(source: Source, position: int) -> str:
    """Return the name of a column's different raw cells ``v``, each with its rows ``n``; a blank one is NULL or ''.

    Beside each stands its ``state``, and whether it is ``padded`` with white space (see KEPT_TRIMMED). Numbers, dates
    and yes or no have their ``value``, numbers ``high`` and money ``currency`` too, all of them NULL where nothing can
    be read; what speaks for a style is in ``speaks_<style>``. The value of any other kind is the cell itself: see
    ``read_values``.
    """
    return f"{source.table}_values_{position}"


def classify_values(
    source: Source, reading: ColumnReading, placeholders: Sequence[Placeholder], engine: Engine, *, anew: bool = False
) -> None:
    """Create the table of a column's different cells; ``anew``: it is there, and read in another way now."""
    position = reading.column.position
    parameters = cell_parameters(reading.column.field, reading.type, placeholders)
    cells = f"({_grouped(source, position, anew=anew)})"
    columns = ", ".join(_kept_columns(reading))
    engine.create(
        values_table(source, position), f"SELECT {columns} FROM {classified_cells(cells, reading)}", parameters
    )


def classify_columns(
    source: Source,
    readings: Sequence[ColumnReading],
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    anew: bool = False,
) -> None:
    """Create the tables of several columns, as classify_values does of one.

    To read a cell takes a long statement. Over few rows, working out how to run it is nearly all that it costs, so
    columns that are read the same way share one.
    """
    alike: dict[tuple[FieldType, str], list[ColumnReading]] = {}
    for reading in readings:
        alike.setdefault((reading.type, reading.style), []).append(reading)
    for group in alike.values():
        if source.rows > _FEW_ROWS or len(group) < _LEAST_ALIKE:
            for reading in group:
                classify_values(source, reading, placeholders, engine, anew=anew)
        else:
            for start in range(0, len(group), _MOST_TOGETHER):
                _classify_together(source, group[start : start + _MOST_TOGETHER], placeholders, engine, anew=anew)


def _classify_together(
    source: Source,
    readings: Sequence[ColumnReading],
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    anew: bool,
) -> None:
    """Create the tables of columns that are read the same way."""
    cells = " UNION ALL ".join(
        f"SELECT {k} AS k, v, n FROM ({_grouped(source, reading.column.position, anew=anew)})"
        for k, reading in enumerate(readings, start=1)
    )
    together, columns = f"{source.table}_values_together", _kept_columns(readings[0])
    read = classified_cells(f"({cells})", readings[0], words=WORDS_OF_K)
    engine.create(together, f"SELECT k, {', '.join(columns)} FROM {read}", shared_parameters(readings, placeholders))
    for k, reading in enumerate(readings, start=1):
        query = f"SELECT * EXCLUDE (k) FROM {together} WHERE k = {k}"
        engine.create(values_table(source, reading.column.position), query)


def _grouped(source: Source, position: int, *, anew: bool) -> str:
    """Return the query of a column's different cells with their rows."""
    if anew:
        return f"SELECT v, n FROM {values_table(source, position)}"
    return f"SELECT {source.column(position)} AS v, count(*) AS n FROM {source.table} GROUP BY v"


def _kept_columns(reading: ColumnReading) -> list[str]:
    """Return what a table of classified cells keeps of them."""
    columns = ["v", "n", "state", "v <> t AS padded"]
    if has_typed_values(reading.type):
        kind = KINDS[reading.type]
        how = kind.readings[reading.style]
        kept = {"value": "value", "high": how.high, "currency": how.currency}
        # A placeholder can look like a value; it is none.
        columns += [f"CASE WHEN state > {PLACEHOLDER} THEN {sql} END AS {name}" for name, sql in kept.items() if sql]
        columns += [f"{test} AS speaks_{style}" for style, test in kind.evidence.items()]
    return columns


def has_typed_values(kind: FieldType) -> bool:
    """Tell whether a kind's values are something else than the trimmed cell."""
    return kind in {FieldType.INT, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.BOOL}


def read_values(source: Source, reading: ColumnReading, *, with_parameters: bool = True) -> str:
    """Return the relation of a column's classified cells, with ``t``, the cell trimmed, and the ``value`` of each.

    It needs the parameter white_space, unless it is for a statement that takes none.
    """
    table = values_table(source, reading.column.position)
    trimmed = KEPT_TRIMMED if with_parameters else KEPT_TRIMMED.replace("$white_space", quoted(WHITE_SPACE))
    if has_typed_values(reading.type):
        return f"(SELECT *, {trimmed} AS t FROM {table})"
    return f"(SELECT *, CASE WHEN state = {OK} THEN t END AS value FROM (SELECT *, {trimmed} AS t FROM {table}))"
