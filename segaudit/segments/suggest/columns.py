"""Which columns of a file segments may be made of, and what rules call them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.fields import NUMERIC_TYPES, CatalogueField, ColumnReading, FieldType
from segaudit.model.segments import RuleField
from segaudit.model.suggestions import FeatureKind, Plain, SuggestRules
from segaudit.segments.suggest.headers import is_private
from segaudit.text.folding import fold_header

_CATEGORIES = frozenset({FieldType.ENUM, FieldType.TEXT})
_ID_WORDS = frozenset(
    ("id", "uid", "uuid", "guid", "key", "pk", "number", "no", "nr", "code", "index", "row", "row id")
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A column that segments may be made of, before its cells were looked at."""

    name: str
    reading: ColumnReading
    kind: FeatureKind
    declared: Mapping[str, Plain]


def find_candidates(  # noqa: PLR0913 - what decides it
    readings: Sequence[ColumnReading],
    fields: Mapping[str, RuleField],
    catalogue: Mapping[str, CatalogueField],
    rules: SuggestRules,
    *,
    taken: frozenset[int],
    sensitive: frozenset[str],
) -> tuple[Candidate, ...]:
    """Return the columns segments may be made of, in the order of the file.

    Args:
        readings: Of the file.
        fields: Those the rules know.
        catalogue: Canonical fields.
        rules: Which fields never are.
        taken: Positions of columns that are the outcome, or follow from it.
        sensitive: Fields that are private.
    """
    found: list[Candidate] = []
    names = {reading.column.field for reading in readings if reading.column.field}
    headers = [fold_header(reading.column.header) for reading in readings]
    for reading in readings:
        column, kind = reading.column, _kind(reading.type)
        skipped = column.position in taken or column.field in rules.not_features
        skipped = skipped or column.field in sensitive or is_private(column.header, rules)
        if kind is None or skipped or not column.header.strip():
            continue
        if column.field is None and _is_id(reading):
            continue
        if headers.count(fold_header(column.header)) > 1 and column.field is None:
            continue  # rules could not tell it from its namesake
        name = column.field or _named(column.header, {*names, *fields, *(item.name for item in found)})
        known = catalogue.get(name)
        declared: dict[str, Plain] = {}
        if column.field is None:
            declared = {"type": reading.type.value, "column": column.header}
        elif known is None or known.type is not reading.type:
            declared = {"type": reading.type.value}
        found.append(Candidate(name=name, reading=reading, kind=kind, declared=declared))
    return tuple(found[: int(rules.limit("most_features"))])


def private_note(readings: Sequence[ColumnReading], rules: SuggestRules, sensitive: frozenset[str]) -> tuple[str, ...]:
    """Return a note on the private columns of a file, if there are any."""
    headers = [
        item.column.header
        for item in readings
        if _kind(item.type) is not None and (item.column.field in sensitive or is_private(item.column.header, rules))
        and item.column.field not in rules.not_features
    ]  # fmt: skip
    return (f"private, and so not looked at: {', '.join(headers)}",) if headers else ()


def _kind(kind: FieldType) -> FeatureKind | None:
    if kind in NUMERIC_TYPES:
        return FeatureKind.NUMBER
    if kind in _CATEGORIES:
        return FeatureKind.CATEGORY
    return {FieldType.DATE: FeatureKind.DATE, FieldType.BOOL: FeatureKind.BOOL}.get(kind)


def _is_id(reading: ColumnReading) -> bool:
    """Tell whether a column nobody mapped is called like a number of something."""
    words = [word.lower() for word in _WORD.findall(reading.column.header)]
    return bool(words) and words[-1] in _ID_WORDS and reading.type is not FieldType.BOOL


def _named(header: str, used: set[str]) -> str:
    """Return a name for a field: the header in lower case letters, digits and _."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_NAME].strip("_")
    name = name if name and name[0].isalpha() else f"column_{name}".strip("_")
    return next(item for item in _numbered(name) if item not in used)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
