"""The rules that are tables: field catalogue, presets, placeholders, cut-offs and lists, as CSV a person can edit."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.model.coverage import Cutoffs
from segaudit.model.fields import VALUE_TYPES, CatalogueField, FieldType, Placeholder
from segaudit.rulebook.location import RulesLocation
from segaudit.text.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetHeader:
    """One header of a system's export."""

    object: str
    header: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The headers a system prints."""

    system: str  # as people write it
    headers: tuple[PresetHeader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footers:
    """What stands below tables and is no record."""

    notes: tuple[str, ...]  # beginnings of lines
    totals: frozenset[str]  # first cells of rows of sums, in lower case


_SYSTEM_NAMES = {
    "hubspot": "HubSpot",
    "activecampaign": "ActiveCampaign",
    "mailchimp": "Mailchimp",
    "salesforce": "Salesforce",
    "pipedrive": "Pipedrive",
    "shopify": "Shopify",
    "zoho": "Zoho",
    "marketo": "Marketo",
    "apollo": "Apollo",
    "mautic": "Mautic",
}


def load_catalogue(location: RulesLocation) -> Mapping[str, CatalogueField]:
    """Return the canonical fields by name, in the file's order."""
    path = location.file("fields.csv")
    others = _other_meanings(location)
    fields: dict[str, CatalogueField] = {}
    for line, row in rows_of(path, ("field", "type", "entity", "core", "sensitive", "synonyms", "description")):
        if row["type"] not in {kind.value for kind in VALUE_TYPES}:
            raise SegauditError(
                f'unknown type "{row["type"]}"', where=f"{path}:{line}", hint="types are " + ", ".join(VALUE_TYPES)
            )
        fields[row["field"]] = CatalogueField(
            name=row["field"],
            type=FieldType(row["type"]),
            entity=row["entity"],
            core=row["core"] == "yes",
            sensitive=row["sensitive"] == "yes",
            synonyms=tuple(filter(None, row["synonyms"].split("|"))),
            description=row["description"],
            other_meanings=others.get(row["field"], {}),
        )
    return fields


def _other_meanings(location: RulesLocation) -> dict[str, dict[str, frozenset[str]]]:
    """Return by field which other one its headers may mean, and the values of that, folded and without a full stop."""
    found: dict[str, dict[str, set[str]]] = {}
    for _, row in rows_of(location.file("other_meanings.csv"), ("field", "values_of", "value")):
        values = found.setdefault(row["field"], {}).setdefault(row["values_of"], set())
        values.add(fold(row["value"]).rstrip("."))
    return {name: {other: frozenset(values) for other, values in by.items()} for name, by in found.items()}


def load_presets(location: RulesLocation) -> tuple[Preset, ...]:
    """Return the header vocabularies of the systems known."""
    presets = []
    for path in location.presets():
        headers = tuple(
            PresetHeader(object=row["object"], header=row["header"], field=row["field"] or None)
            for _, row in rows_of(path, ("object", "header", "field"))
        )
        presets.append(
            Preset(system=_SYSTEM_NAMES.get(path.stem, path.stem.replace("_", " ").title()), headers=headers)
        )
    return tuple(presets)


def load_placeholders(location: RulesLocation) -> tuple[Placeholder, ...]:
    """Return the words that stand for a missing value."""
    return tuple(
        Placeholder(value=row["value"].strip().lower(), not_in=frozenset(row["not_in"].split()))
        for _, row in rows_of(location.file("placeholders.csv"), ("value", "not_in", "why"))
    )


def load_footers(location: RulesLocation) -> Footers:
    """Return what stands below tables."""
    found = [(row["kind"], row["text"]) for _, row in rows_of(location.file("footers.csv"), ("text", "kind"))]
    return Footers(
        notes=tuple(text for kind, text in found if kind == "note"),
        totals=frozenset(text.casefold() for kind, text in found if kind == "total"),
    )


def load_cutoffs(location: RulesLocation) -> Cutoffs:
    """Return the shares at which a coverage verdict changes.

    Raises:
        SegauditError: A cut-off is missing or is no share between 0 and 1.
    """
    path = location.file("quality/cutoffs.csv")
    values: dict[str, float] = {}
    for line, row in rows_of(path, ("name", "value", "meaning")):
        try:
            values[row["name"]] = float(row["value"])
        except ValueError:
            raise SegauditError(f'"{row["value"]}" is no number', where=f"{path}:{line}", hint="write 0.80") from None
    if not 0 <= values.get("source_below", -1) <= values.get("good_from", -1) <= 1:
        raise SegauditError(
            "source_below and good_from are both needed, as shares from 0 to 1 in that order",
            where=str(path),
            hint="the shipped file has 0.30 and 0.80",
        )
    return Cutoffs(good_from=values["good_from"], source_below=values["source_below"])


def load_list(location: RulesLocation, name: str, column: str) -> tuple[str, ...]:
    """Return one column of rules/lists/<name>.csv, folded."""
    path = location.file(f"lists/{name}.csv")
    return tuple(row[column].strip().lower() for _, row in rows_of(path, (column,)))


def load_rows(location: RulesLocation, name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return columns of rules/lists/<name>.csv as they stand, the cells of a row with tabs between them."""
    rows = rows_of(location.file(f"lists/{name}.csv"), columns)
    return tuple("\t".join(" ".join(row[column].split()) for column in columns) for _, row in rows)


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield a CSV file's rows with their line numbers; blank lines and lines that start with # are passed over.

    Raises:
        SegauditError: The file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [column for column in columns if column not in (reader.fieldnames or ())]
            if lacking:
                raise SegauditError(
                    f"the table lacks the column {', '.join(lacking)}",
                    where=f"{path}:1",
                    hint="its first line is " + ",".join(columns),
                )
            for row in reader:
                if (row[columns[0]] and not row[columns[0]].startswith("#")) or (
                    columns[0] == "value" and any(row.values())
                ):
                    yield reader.line_num, {column: (row[column] or "").strip() for column in columns}
    except (OSError, UnicodeDecodeError) as error:
        raise SegauditError(f"the rules table cannot be read ({error})", where=str(path)) from error
