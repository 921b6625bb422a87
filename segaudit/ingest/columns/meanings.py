"""Columns to fields, by their headers and, where a header means two things, by the values below it."""

from collections.abc import Mapping, Sequence

from segaudit.ingest.columns.fieldmap import UserMap, map_columns
from segaudit.model.fields import CatalogueField, FieldMap, MappedColumn
from segaudit.model.source import Source
from segaudit.rulebook.tables import Preset
from segaudit.sql.kinds import WHITE_SPACE
from segaudit.text.folding import fold

_LEAST_DEALS = 2  # fields of deals that make a table one of deals
_PERSON = frozenset({"first_name", "last_name", "full_name", "email"})
_MOSTLY = 0.8  # share of the filled cells of the first rows


def map_source(
    source: Source, catalogue: Mapping[str, CatalogueField], presets: Sequence[Preset], user: UserMap
) -> FieldMap:
    """Map each column to a field, as map_columns does; one that holds another field's values is given to that.

    Where the other field has a column already, it is given to none: Title beside Salutation, with Mr and Ms in both;
    nor is one that would be private to a person, in a table of deals. What the user mapped stays.
    """
    fields = map_columns(source.headers, catalogue, presets, user)
    taken = {column.field for column in fields.columns}
    told: dict[str, str | None] = {}
    for column in fields.columns:
        other = _other(column, source, catalogue)
        if other is not None:
            told[column.header] = None if other in taken else other
            taken.add(other)
    for column in _of_nobody(fields, catalogue):
        told.setdefault(column.header, None)
    # Mapped anew: what a column was wrongly taken for, the next header that says so may have.
    return map_columns(source.headers, catalogue, presets, user, told=told) if told else fields


def _of_nobody(fields: FieldMap, catalogue: Mapping[str, CatalogueField]) -> list[MappedColumn]:
    """Return the columns taken for what is private to a person, in a table of deals that names none."""
    names = {column.field for column in fields.columns}
    deals = [name for name, item in catalogue.items() if name in names and item.entity == "deal"]
    if len(deals) < _LEAST_DEALS or names & _PERSON:
        return []
    found = []
    for column in fields.columns:
        definition = catalogue.get(column.field or "")
        if (
            definition is not None
            and definition.sensitive
            and definition.entity == "contact"
            and column.source != "map"
        ):
            found.append(column)  # the age of a deal, in days
    return found


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
