"""What the tests of exports share: records that a typed table can hold, and the table and view in an engine."""

import random
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from ruamel.yaml import YAML

from segaudit.audit.exporting import ExportChoices, export_rules
from segaudit.model.conditions import clauses_of, segment_refs_of
from segaudit.model.exports import Fidelity, RulesExported
from segaudit.model.segments import RuleBook
from segaudit.rulebook.load import load_rulebook
from tests.compare_reference import Record, Verdicts, decide
from tests.reference import generate, values

TYPES = {
    "int": "DOUBLE",
    "number": "DOUBLE",
    "money": "DOUBLE",
    "date": "DATE",
    "bool": "BOOLEAN",
    "multi": "VARCHAR[]",
}
Typed = dict[str, Any]


def typed_records(records: Sequence[Record], fields: Mapping[str, Any]) -> tuple[list[Record], list[Typed]]:
    """Return records without what only a file can hold, as texts and as typed values.

    Ranges, foreign currencies and cells that cannot be read have no place in a typed column, and letters that only full
    folding makes equal are told apart by databases.
    """
    pairs = [{name: _both(cell, fields[name]) for name, cell in record.items()} for record in records]
    return [{n: p[0] for n, p in row.items()} for row in pairs], [{n: p[1] for n, p in row.items()} for row in pairs]


def _both(raw: str | None, field: Mapping[str, Any]) -> tuple[str | None, Any]:  # noqa: PLR0911 - one type each
    if raw is None or not raw.strip():
        return None, None
    kind = str(field["type"])
    if kind in values.TEXT_TYPES:
        plain = (
            "".join(character if character.isprintable() else " " for character in raw)
            .replace("\u00a0", " ")
            .replace("İ", "I")
        )
        if unicodedata.normalize("NFC", plain).lower() != values.fold(plain):
            plain = values.fold(plain)
        return plain, plain
    if values.is_missing(raw):
        return None, None
    value = values.read_value(raw, kind)
    if isinstance(value, values.Interval):
        return f"{value.low:f}", float(value.low)
    if isinstance(value, date):
        return value.isoformat(), value
    if kind == "multi":
        items = [values.fold(item) for item in raw.split(";") if item.strip()]
        return ";".join(items) or ";", items
    return (None, None) if value is None else (str(value).lower(), value)


def write_rules(rules: Mapping[str, Any], folder: Path) -> Path:
    """Write a rules file, and beside it the words that the reference takes for missing."""
    YAML(typ="safe", pure=True).dump(rules, folder / "rules.yaml")
    words = "\n".join(f"{word},," for word in sorted(values.PLACEHOLDERS))
    (folder / "placeholders.csv").write_text(f"value,not_in,why\n{words}\n", encoding="utf-8")
    return folder


def create_table(rows: Sequence[Typed], fields: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    """Return an engine with the typed table ``contacts``."""
    engine = duckdb.connect()
    names = list(fields)
    columns = ", ".join(f'"{name}" {TYPES.get(str(fields[name]["type"]), "VARCHAR")}' for name in names)
    engine.execute(f"CREATE TABLE contacts (record_id VARCHAR, {columns})")
    marks = ", ".join("?" for _ in range(len(names) + 1))
    for number, row in enumerate(rows):
        engine.execute(f"INSERT INTO contacts VALUES ({marks})", [f"{number:04}", *(row.get(name) for name in names)])  # noqa: S608 - our own
    return engine


def read_view(rows: Sequence[Sequence[Any]], names: Sequence[str], book: RuleBook) -> list[Verdicts]:
    """Return what a view says of each record, schema by schema."""
    decided = []
    for row in rows:
        said = dict(zip(names, row, strict=True))
        decided.append(
            {
                schema.id: (
                    said[f"segment_{schema.id}"],
                    {segment.id: said[f"holds_{schema.id}__{segment.id}"] for segment in schema.segments},
                )
                for schema in book.schemas
            }
        )
    return decided


def random_typed_case(
    rng: random.Random, folder: Path, *, rows: int = generate.ROWS
) -> tuple[RuleBook, date, list[Typed], list[Verdicts]]:
    """Return random rules as a book, their day, typed records, and what the program decides of them from a file."""
    as_of = rng.choice(generate.AS_OF_DAYS)
    rules, raw = generate.random_case(rng, as_of=as_of, rows=rows)
    records, typed = typed_records(raw, rules["fields"])
    for folder_of in (folder / "file", folder / "view"):
        folder_of.mkdir(parents=True, exist_ok=True)
    expected = decide(rules, records, as_of, folder / "file")
    write_rules(rules, folder / "view")
    return load_rulebook((folder / "view" / "rules.yaml",), {}), as_of, typed, expected


def view_of(folder: Path, target: str, as_of: date | None) -> RulesExported:
    """Return the rules in a folder as a view."""
    return export_rules(str(folder), target, ExportChoices(as_of=as_of, moving=as_of is None))


def comparable_schemas(exported: RulesExported) -> set[str]:
    """Return the schemas of which everything is carried over, and that look up no list of addresses.

    Which addresses are whose is told by lists that the reference has and the shipped rules have otherwise.
    """
    lost = {item.schema for item in exported.segments if item.fidelity is Fidelity.NOT_CARRIED}
    lost |= {item.schema for item in exported.segments for note in item.notes if "hangs on" in note.why}
    listed = {
        schema.id
        for schema, segment in exported.rules.segments()
        for part in (segment.criteria, *segment.exclude)
        if any(clause.operator in _LISTED for clause in clauses_of(part))
    }
    named = {
        schema.id
        for schema, segment in exported.rules.segments()
        for part in (segment.criteria, *segment.exclude)
        if any(ref.schema in listed for ref in segment_refs_of(part))
    }
    return {schema.id for schema in exported.rules.schemas} - lost - listed - named


_LISTED = frozenset({"is_free_mail", "is_role_address", "is_disposable"})
