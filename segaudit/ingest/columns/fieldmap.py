"""Columns to canonical fields: by the user's map, by the source system's preset, by synonyms."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from segaudit.model.fields import CatalogueField, FieldMap, FieldType, MappedColumn
from segaudit.rulebook.tables import Preset
from segaudit.text.folding import fold_header

# A system is named only on evidence: this much distinctive vocabulary, and this share of the file's headers.
_LEAST_WEIGHT = 1.5
_LEAST_SHARE = 0.5
_PLAIN_WORD = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMap:
    """What a --map file says."""

    fields: Mapping[str, str | None] = field(default_factory=dict)  # header -> field, None to leave it alone
    types: Mapping[str, FieldType] = field(default_factory=dict)  # header -> type
    date_order: str | None = None
    decimal: str | None = None


def map_columns(
    headers: Sequence[str],
    catalogue: Mapping[str, CatalogueField],
    presets: Sequence[Preset],
    user: UserMap,
    *,
    told: Mapping[str, str | None] = {},
) -> FieldMap:
    """Map each column to a field; the first column to claim a field keeps it.

    Args:
        headers: Of the file.
        catalogue: The fields by name.
        presets: The headers systems print.
        user: What the user says; it comes first.
        told: Headers whose values tell what they are, and the field; None for no field.
    """
    system, system_object, known = detect_system(headers, presets)
    by_preset = _preset_fields(presets, system, system_object)
    by_synonym = _synonyms(catalogue)
    claims = [
        _Claim(told[header], "values", 0)
        if header in told and header not in user.fields
        else _claim(header, user, system or "", by_preset, by_synonym)
        for header in headers
    ]
    # A stronger claim beats an earlier one: map, then preset, then synonym; within one rank the first column wins.
    order = sorted(range(len(claims)), key=lambda index: (claims[index].rank, index))
    left_alone = {header for header, field in user.fields.items() if field is None}
    winner: dict[str, int] = {}
    for index in order:
        name = claims[index].field
        if name is not None:
            winner.setdefault(name, index)
    columns = []
    for index, (header, claim) in enumerate(zip(headers, claims, strict=True)):
        kept = claim.field is not None and winner[claim.field] == index
        name = claim.field if kept else None
        definition = catalogue.get(name) if name is not None else None
        declared = user.types.get(header) or (definition.type if definition else None)
        columns.append(
            MappedColumn(
                position=index + 1,
                header=header,
                field=name,
                type=declared,
                source="map" if header in {*user.types, *left_alone} else claim.source if kept else "",
            )
        )
    return FieldMap(
        columns=tuple(columns),
        system=system,
        system_object=system_object,
        known_headers=known,
        date_order=user.date_order,
        decimal=user.decimal,
    )


@dataclass(frozen=True, slots=True)
class _Claim:
    field: str | None
    source: str
    rank: int


def _claim(
    header: str,
    user: UserMap,
    system: str,
    by_preset: Mapping[str, tuple[str | None, int]],
    by_synonym: Mapping[str, str],
) -> _Claim:
    if header in user.fields:
        return _Claim(user.fields[header], "map", 0)
    folded = fold_header(header)
    if folded in by_preset:
        name, position = by_preset[folded]
        # Within a preset the header listed first is the preferred one.
        return _Claim(name, system, 1 + position)
    return _Claim(by_synonym.get(folded), "synonym", 1_000_000)


def detect_system(headers: Sequence[str], presets: Sequence[Preset]) -> tuple[str | None, str | None, int]:
    """Return the system and object whose vocabulary the headers speak, and how many of them it knows.

    A header weighs the more the fewer systems print it: "Email" says nothing, "Record ID - Contact" nearly all.
    """
    systems_with: Counter[str] = Counter()
    vocabulary: dict[tuple[str, str], set[str]] = defaultdict(set)
    for preset in presets:
        systems_with.update({item.header for item in preset.headers})
        for item in preset.headers:
            vocabulary[preset.system, item.object].add(item.header)
    present = {header.strip() for header in headers if header.strip()}
    scores = {
        key: (sum(_weight(header) / systems_with[header] for header in present & words), len(present & words))
        for key, words in vocabulary.items()
    }
    if not present or not scores:
        return None, None, 0
    # Contacts are what people export; between equals they win, then the name decides.
    best = max(scores, key=lambda key: (scores[key], key[1].startswith("contact"), key))
    weight, known = scores[best]
    if weight < _LEAST_WEIGHT or known / len(present) < _LEAST_SHARE:
        return None, None, 0
    return best[0], best[1], known


def _weight(header: str) -> float:
    """Return how telling a header can be: one plain word, such as Name, is what anybody would write."""
    return _PLAIN_WORD if header.isalpha() and header.istitle() else 1.0


def _preset_fields(
    presets: Sequence[Preset], system: str | None, system_object: str | None
) -> dict[str, tuple[str | None, int]]:
    fields: dict[str, tuple[str | None, int]] = {}
    for preset in presets:
        if preset.system != system:
            continue
        ranked = sorted(preset.headers, key=lambda item: item.object != system_object)
        for position, item in enumerate(ranked):
            if item.object == system_object or item.field is not None:
                fields.setdefault(fold_header(item.header), (item.field, position))
    return fields


def _synonyms(catalogue: Mapping[str, CatalogueField]) -> dict[str, str]:
    # A field's own name is stronger than another field's synonym.
    known = {fold_header(name): name for name in catalogue}
    for item in catalogue.values():
        for synonym in item.synonyms:
            known.setdefault(fold_header(synonym), item.name)
    known.pop("", None)
    return known
