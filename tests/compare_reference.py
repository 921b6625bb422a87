"""The product's decisions beside the reference evaluator's, on random rules and random records.

Run as ``python -m tests.compare_reference --cases 2000`` for the long comparison; the suite runs a short one.
"""

import argparse
import csv
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.ingest.types import find_types
from segaudit.model.fields import FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.rulebook.load import load_rulebook
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.program import build_program
from segaudit.segments.records import RecordSource
from tests.reference import evaluator, generate, values

Record = Mapping[str, str | None]
Verdicts = dict[str, tuple[str, dict[str, bool | None]]]  # schema -> label, verdict of each segment

PLACEHOLDERS = tuple(Placeholder(value=word, not_in=frozenset()) for word in values.PLACEHOLDERS)


def decide(rules: Mapping[str, Any], records: Sequence[Record], as_of: date, engine: Engine, folder: Path) -> list[Verdicts]:
    """Return what the product decides of records given by field, through a rules file and a CSV file."""
    rules_file = folder / "rules.yaml"
    YAML(typ="safe", pure=True).dump(rules, rules_file)
    book = load_rulebook((rules_file,), {})
    headers = list(dict.fromkeys(name for record in records for name in record)) or ["nothing"]
    data_file = folder / "data.csv"
    with data_file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL") else csv.QUOTE_ALL)
        writer.writerow([*headers, "row"])
        writer.writerows([*("" if record.get(name) is None else record[name] for name in headers), index] for index, record in enumerate(records))
    source = read_source(str(data_file), engine, ReadOptions(label="data.csv", delimiter=",", encoding="utf-8"))
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
    readings = find_types(source, fields, PLACEHOLDERS, engine)
    by_field = {reading.column.field: reading for reading in readings if reading.column.field in book.fields}
    data = RecordSource(
        source=source,
        fields=fields,
        readings={name: reading for name, reading in by_field.items() if name is not None},
        placeholders=PLACEHOLDERS,
    )
    create_decisions(build_program(book, as_of, {}), data, engine)
    wanted = [(schema.id, segment.id) for schema, segment in book.segments()]
    labels = ", ".join(f'"segment_{schema.id}"' for schema in book.schemas)
    verdicts = ", ".join(f'"v__{schema}__{segment}"' for schema, segment in wanted)
    rows = engine.fetch(f"SELECT {labels}, {verdicts} FROM {DECISIONS} ORDER BY _row")  # noqa: S608 - our own names
    decided = []
    for row in rows:
        found: Verdicts = {schema.id: (row[index], {}) for index, schema in enumerate(book.schemas)}
        for (schema_id, segment_id), verdict in zip(wanted, row[len(book.schemas) :], strict=True):
            found[schema_id][1][segment_id] = verdict
        decided.append(found)
    return decided


def differences(rules: dict[str, Any], records: Sequence[dict[str, str | None]], as_of: date, engine: Engine, folder: Path) -> list[str]:
    """Return in words where the product and the reference part; nothing if they agree."""
    found = []
    for index, (record, decided) in enumerate(zip(records, decide(rules, records, as_of, engine, folder), strict=True)):
        for schema, outcome in evaluator.evaluate(rules, record, as_of).items():
            label, verdicts = decided[schema]
            if label != outcome.label or verdicts != dict(outcome.verdicts):
                found.append(f"row {index} {schema}: product {label} {verdicts}, reference {outcome.label} {dict(outcome.verdicts)}; {record}")
    return found


def main() -> None:
    """Compare many random cases and print the first differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    decided = failed = 0
    with tempfile.TemporaryDirectory() as name:
        for case in range(options.cases):
            rng = random.Random(options.seed * 1_000_003 + case)  # noqa: S311 - reproducible test data
            as_of = rng.choice(generate.AS_OF_DAYS)
            rules, records = generate.random_case(rng, as_of=as_of)
            with DuckEngine() as engine:
                wrong = differences(rules, records, as_of, engine, Path(name))
            decided += sum(len(schema["segments"]) for schema in rules["schemas"].values()) * len(records)
            if wrong:
                failed += 1
                print(f"case {case} (seed {options.seed}):", *wrong[:2], sep="\n  ")  # noqa: T201
                if failed >= 5:
                    break
    print(f"{decided:,} rule x row cases, {failed} cases differ")  # noqa: T201


if __name__ == "__main__":
    main()
