"""Which date column says when which field was last looked at: by what the rules declare, else by its header."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.model.fields import CatalogueField, ColumnReading, FieldType
from segaudit.model.segments import RuleField
from segaudit.text.folding import fold_header
from segaudit.text.headers import words_of_header

# Words that say a date is the day a value was looked at; one of them is needed.
_LOOKED_AT = frozenset(
    "updated update modified changed change verified verification checked refreshed enriched confirmed reviewed "
    "validated synced appended aktualisiert geändert geprüft bestätigt stand verifie verifié vérifié actualise "
    "actualisé actualizado atualizado verificado modifié modificado".split()
)
_BESIDE = frozenset(
    "last latest date day time timestamp on at as of the when letzte letzter zuletzt am datum dernier dernière date "
    "le última último fecha data de da do em el".split()
)


def pair_dates(
    readings: Sequence[ColumnReading],
    rule_fields: Mapping[str, RuleField],
    catalogue: Mapping[str, CatalogueField],
) -> dict[int, int]:
    """Return for each column that a date column dates the position of that date column, by its own position.

    The rules' ``updated:`` names the date column of a field. Otherwise a header is taken apart: "Company Size Updated"
    dates the column that is called Company Size, or that holds the field of that name. A date column that is a
    field of its own (the record's last change, the last activity) dates none.
    """
    by_header: dict[str, int] = {}
    for reading in readings:
        by_header.setdefault(fold_header(reading.column.header), reading.column.position)
    by_header.pop("", None)  # a header of signs alone, such as "#", is what nothing is called
    by_field = {reading.column.field: reading.column.position for reading in readings if reading.column.field}
    called = _called(catalogue)
    pairs: dict[int, int] = {}
    for name, declared in rule_fields.items():
        dated, dating = by_field.get(name), by_header.get(fold_header(declared.updated or ""))
        if dated is not None and dating is not None and dated != dating:
            pairs[dated] = dating
    for reading in readings:
        if reading.type is not FieldType.DATE or reading.column.field is not None:
            continue
        for subject in _subjects(reading.column.header):
            found = by_header.get(subject) or by_field.get(called.get(subject, ""))
            if found is not None and found != reading.column.position:
                pairs.setdefault(found, reading.column.position)
                break
    return pairs


def _subjects(header: str) -> Iterator[str]:
    """Yield what a header may date, folded: the words left when those that speak of a date are taken away."""
    words = words_of_header(header, numbers=True)
    if not _LOOKED_AT.intersection(words):
        return
    left = [word for word in words if word not in _LOOKED_AT]
    yield fold_header("".join(left))  # "Date of Birth updated" dates the date of birth
    while left and left[0] in _BESIDE:
        left.pop(0)
    while left and left[-1] in _BESIDE:
        left.pop()
    yield fold_header("".join(left))


def _called(catalogue: Mapping[str, CatalogueField]) -> dict[str, str]:
    """Return the canonical field of each name it goes by, folded."""
    names: dict[str, str] = {}
    for item in catalogue.values():
        for word in (item.name, *item.synonyms):
            names.setdefault(fold_header(word), item.name)
    names.pop("", None)
    return names
