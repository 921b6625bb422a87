"""What the tests of survivorship share: a table and its entities merged, and the files of it read back."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from segaudit.audit.opening import InputChoices, open_input
from segaudit.engine.duck import DuckEngine
from segaudit.identity.survive import SurvivalData, SurvivalOutputs, survive
from segaudit.model.survival import MergeFormat, SurvivalResult, Survivorship
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.survivorship import RULES_FILE, load_merge_formats, load_survivorship
from segaudit.rulebook.tables import load_catalogue
from tests.rules_support import write

AS_OF = date(2026, 1, 1)
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What merging a table came to, and its files as lists of rows."""

    result: SurvivalResult
    folder: Path

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a file's rows by header."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def golden(self) -> list[dict[str, str]]:
        """The golden records."""
        return self.table("golden.csv")

    @property
    def changes(self) -> list[dict[str, str]]:
        """The list of changes."""
        return self.table("changes.csv")

    def lines(self, name: str) -> list[list[str]]:
        """Return a file's lines as lists of cells, its header first."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))


def write_table(path: Path, rows: Sequence[Row], headers: Sequence[str] | None = None) -> Path:
    """Write rows given by header as CSV; a header that a row lacks is blank."""
    names = list(headers or dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in names] for row in rows)
    return path


def rules_folder(folder: Path, rules: str) -> str:
    """Return a rules folder whose survivorship is that of a text."""
    (folder / "rules" / "identity").mkdir(parents=True, exist_ok=True)
    write(folder / "rules" / RULES_FILE, rules)
    return str(folder / "rules")


def merge(  # noqa: PLR0913 - a run has all of it
    folder: Path,
    rows: Sequence[Row],
    entities: Sequence[str],
    *,
    rules: str | None = None,
    keys: Sequence[str] | None = None,
    outputs: SurvivalOutputs | None = None,
) -> Merged:
    """Merge rows whose entities are known, and write all four files.

    Args:
        folder: Where the files go.
        rows: By header.
        entities: Of each row.
        rules: The file of survivorship; None is the shipped one.
        keys: Of each row; None is the number of the row.
        outputs: Other files than the usual ones.
    """
    location = None if rules is None else rules_folder(folder, rules)
    file = write_table(folder / "table.csv", rows)
    usual = SurvivalOutputs(
        golden=str(folder / "golden.csv"),
        changes=str(folder / "changes.csv"),
        merges=str(folder / "merges.csv"),
        undo=str(folder / "undo.csv"),
    )
    with DuckEngine(threads=1) as engine:
        data = opened_data(file, engine, location)
        load_entities(engine, entities, keys)
        result = survive(data, shipped_formats(), engine, replace(outputs or usual, force=True), inputs=(str(file),))
    return Merged(result=result, folder=folder)


def opened_data(file: Path, engine: DuckEngine, rules: str | None = None) -> SurvivalData:
    """Open a file the way the command does."""
    opened = open_input(str(file), InputChoices(rules=rules), engine, ordered=True)
    return SurvivalData(
        source=opened.source,
        fields=opened.fields,
        readings=opened.readings,
        placeholders=opened.placeholders,
        catalogue=opened.catalogue,
        rules=shipped_rules() if rules is None else load_survivorship(opened.location, opened.catalogue),
        as_of=AS_OF,
    )


@cache
def shipped_rules() -> Survivorship:
    """Read the shipped rules once: it takes longer than a small merge."""
    location = RulesLocation.at(None)
    return load_survivorship(location, load_catalogue(location))


@cache
def shipped_formats() -> tuple[MergeFormat, ...]:
    """Read the shipped merge formats once."""
    return load_merge_formats(RulesLocation.at(None))


def load_entities(engine: DuckEngine, entities: Sequence[str], keys: Sequence[str] | None = None) -> None:
    """Create the table that clustering hands on."""
    numbers = list(range(1, len(entities) + 1))
    engine.load_arrow(
        "entities",
        pa.table(
            {
                "_row": pa.array(numbers, pa.int64()),
                "record_key": pa.array(list(keys) if keys is not None else list(map(str, numbers)), pa.string()),
                "entity_id": pa.array(list(entities), pa.string()),
                "match_probability": pa.array([1.0] * len(numbers), pa.float64()),
            }
        ),
    )


def rules_text(fields: str = "", *, groups: str = "{}", survivor: str = "[most_complete]", default: str = "") -> str:
    """Return a file of survivorship with what a test is about."""
    return (
        "version: 1\n"
        "dates: {recent: [updated_on, last_activity_on], created: [created_on], believed_from: 1980-01-01}\n"
        f"survivor: {survivor}\ngroups: {groups}\nfields: [{fields}]\ndefault: [{default or 'keep_own, most_recent'}]\n"
    )


def golden_of(folder: Path, rules: str, *rows: Row) -> dict[str, str]:
    """Return the one golden record of rows that are one entity."""
    (record,) = merge(folder, rows, ["e"] * len(rows), rules=rules).golden
    return record


PEOPLE: Sequence[Row] = (
    {"record_id": "11", "last_name": "Ray", "email": "", "city": "Ulm"},
    {"record_id": "12", "last_name": "Kim", "email": "kim@acme.com", "city": "=1+1"},
    {"record_id": "13", "last_name": "Ray", "email": "ray@acme.com", "city": ""},
    {"record_id": "14", "last_name": "Ray", "email": "ray@bolt.com", "city": "Köln"},
)
WHO = ("ray", "kim", "ray", "ray")


def people(folder: Path, outputs: SurvivalOutputs | None = None) -> Merged:
    """Merge the people above."""
    return merge(folder, PEOPLE, WHO, keys=[row["record_id"] for row in PEOPLE], outputs=outputs)
