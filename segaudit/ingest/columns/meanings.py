"""Columns to fields, by their headers and, where a header means two things, by the values below it."""

from collections.abc import Mapping, Sequence

from segaudit.ingest.columns.fieldmap import UserMap, map_columns
from segaudit.model.fields import CatalogueField, FieldMap, MappedColumn
from segaudit.model.source import Source
from segaudit.rulebook.tables import Preset
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.text.folding import fold

_MOSTLY = 0.8  # share of the filled cells of the first rows


def map_source(
    source: Source, catalogue: Mapping[str, CatalogueField], presets: Sequence[Preset], user: UserMap
) -> FieldMap:
    """Map each column to a field, as map_columns does; one that holds another field's values is given to that.

    Where the other field has a column already, it is given to none: Title beside Salutation, with Mr and Ms in both.
    What the user mapped stays.
    """
    fields = map_columns(source.headers, catalogue, presets, user)
    taken = {column.field for column in fields.columns}
    told: dict[str, str | None] = {}
    for column in fields.columns:
        other = _other(column, source, catalogue)
        if other is not None:
            told[column.header] = None if other in taken else other
            taken.add(other)
    # Mapped anew: what a column was wrongly taken for, the next header that says so may have.
    return map_columns(source.headers, catalogue, presets, user, told=told) if told else fields


def _other(column: MappedColumn, source: Source, catalogue: Mapping[str, CatalogueField]) -> str | None:
    """Return the field whose values a column holds instead of those of the field its header says."""
    definition = catalogue.get(column.field or "")
    if definition is None or column.source == "map":
        return None
    others = definition.other_meanings.items()
    return next((name for name, values in others if _holds(source, column.position, values)), None)


def _holds(source: Source, position: int, values: frozenset[str]) -> bool:
    cells = [fold(row[position - 1].strip(WHITE_SPACE)).rstrip(".") for row in source.sample if position <= len(row)]
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(cell in values for cell in filled) >= _MOSTLY * len(filled)
