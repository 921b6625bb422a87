"""The product's decisions beside the reference evaluator's, on random rules and random records.

Run as ``python -m tests.compare_reference --cases 2000`` for the long comparison; the suite runs a short one.
"""

import argparse
import csv
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from segaudit.audit.ruling import word_lists
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.ingest.columns.types import find_types
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.fields import FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.rulebook.load import load_rulebook
from segaudit.rulebook.location import RulesLocation
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.program import build_program
from segaudit.sql.records import RecordSource
from tests.reference import clauses, evaluator, generate, values

Record = dict[str, str | None]
Verdicts = dict[str, tuple[str, dict[str, bool | None]]]  # schema -> label, verdict of each segment

PLACEHOLDERS = tuple(Placeholder(value=word, not_in=frozenset()) for word in sorted(values.PLACEHOLDERS))
_MOST_SHOWN = 5  # cases that differ, before the comparison stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One random case, decided by both."""

    decided: int  # segments x records
    differences: tuple[str, ...]  # in words


def decide(
    rules: Mapping[str, Any],
    records: Sequence[Record],
    as_of: date,
    folder: Path,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> list[Verdicts]:
    """Return what the product decides of records given by field, through a rules file and a CSV file."""
    rules_file, data_file = folder / "rules.yaml", folder / "data.csv"
    YAML(typ="safe", pure=True).dump(rules, rules_file)
    book = load_rulebook((rules_file,), {})
    write_records(data_file, records)
    with DuckEngine(threads=1) as engine:
        source = read_source(str(data_file), engine, ReadOptions(label="data.csv", delimiter=",", encoding="utf-8"))
        create_decisions(build_program(book, as_of, lists or {}), _record_source(source, book, engine), engine)
        return fetch_verdicts(book, engine)


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Write records as CSV, a column for each field and a last one that no row leaves empty."""
    headers = list(dict.fromkeys(name for record in records for name in record))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*headers, "row"])
        writer.writerows([*(record.get(name) or "" for name in headers), index] for index, record in enumerate(records))


def _record_source(source: Source, book: RuleBook, engine: Engine) -> RecordSource:
    """Return a source whose headers are the fields' own names, typed as the rules declare them."""
    columns = tuple(
        MappedColumn(
            position=position,
            header=name,
            field=name,
            type=book.fields[name].type if name in book.fields else FieldType.TEXT,
            source="map",
        )
        for position, name in enumerate(source.headers, start=1)
    )
    fields = FieldMap(columns=columns, system=None, system_object=None, known_headers=0)
    by_field = {reading.column.field: reading for reading in find_types(source, fields, PLACEHOLDERS, engine)}
    readings = {name: reading for name, reading in by_field.items() if name is not None and name in book.fields}
    return RecordSource(source=source, fields=fields, readings=readings, placeholders=PLACEHOLDERS)


def fetch_verdicts(book: RuleBook, engine: Engine) -> list[Verdicts]:
    """Return each decided record's label and verdicts, schema by schema, in the records' order."""
    wanted = [(schema.id, segment.id) for schema, segment in book.segments()]
    labels = ", ".join(f'"segment_{schema.id}"' for schema in book.schemas)
    verdicts = ", ".join(f'"v__{schema}__{segment}"' for schema, segment in wanted)
    decided = []
    for row in engine.fetch(f"SELECT {labels}, {verdicts} FROM {DECISIONS} ORDER BY _row"):  # noqa: S608 - our own names
        found: Verdicts = {schema.id: (row[index], {}) for index, schema in enumerate(book.schemas)}
        for (schema_id, segment_id), verdict in zip(wanted, row[len(book.schemas) :], strict=True):
            found[schema_id][1][segment_id] = verdict
        decided.append(found)
    return decided


def compare(rng: random.Random, folder: Path, *, rows: int) -> Compared:
    """Decide one random case by the product and by the reference, and say where they part."""
    as_of = rng.choice(generate.AS_OF_DAYS)
    rules, records = generate.random_case(rng, as_of=as_of, rows=rows)
    decided = decide(rules, records, as_of, folder, _lists())
    differences = []
    for index, (record, by_product) in enumerate(zip(records, decided, strict=True)):
        for schema, outcome in evaluator.evaluate(rules, record, as_of).items():
            by_reference = (outcome.label, dict(outcome.verdicts))
            if by_product[schema] != by_reference:
                differences.append(
                    f"row {index} {schema}: product {by_product[schema]}, reference {by_reference}; {record}"
                )
    segments = sum(len(schema["segments"]) for schema in rules["schemas"].values())
    return Compared(decided=segments * len(records), differences=tuple(differences))


def _lists() -> dict[str, tuple[str, ...]]:
    """Return the words that operators look up: names of places as shipped, addresses as the reference has them."""
    shipped = word_lists(RulesLocation.at(None))
    return {**shipped, "is_free_mail": clauses.FREE_MAIL, "is_role_address": clauses.ROLES}


def case_of(seed: int, number: int) -> random.Random:
    """Return what a case is drawn from: the same case for the same seed and number."""
    return random.Random(seed * 1_000_003 + number)  # noqa: S311 - cases that repeat, not secrets


def main() -> None:
    """Compare many random cases, print the first differences, and exit with 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="random rule books to compare")
    parser.add_argument("--rows", type=int, default=generate.ROWS, help="records for each")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    decided = failed = 0
    with tempfile.TemporaryDirectory() as name:
        for number in range(options.cases):
            compared = compare(case_of(options.seed, number), Path(name), rows=options.rows)
            decided += compared.decided
            if compared.differences:
                failed += 1
                print(f"case {number} (seed {options.seed}):", *compared.differences[:2], sep="\n  ")  # noqa: T201
            if failed >= _MOST_SHOWN:
                break
    print(f"{decided:,} rule x row cases, {failed} random rule books decided differently")  # noqa: T201
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
