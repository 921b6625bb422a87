"""What the tests of quality share: conditions judged by contract and engine, and the command run on cells."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from ruamel.yaml import YAML
from sqlglot import expressions as exp

from segaudit.audit import quality as audit_quality
from segaudit.audit.opening import InputChoices
from segaudit.audit.quality import QualityOutputs
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import RuleErrors
from segaudit.ingest.columns.types import find_types
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.conditions import Group, GroupKind
from segaudit.model.fields import FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.model.quality import Check
from segaudit.model.segments import RuleField
from segaudit.quality.contract import compile_contract
from segaudit.quality.contract_judge import CELL_FAILURES, ROW_FAILURES, create_failures
from segaudit.quality.finders import FINDERS
from segaudit.rulebook.checks import load_checks
from segaudit.rulebook.location import RulesLocation
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context
from segaudit.sql.records import RECORDS, RecordSource, create_records
from segaudit.sql.values import classify_values
from tests.rules_support import AS_OF, letters, write

Fields = Mapping[str, RuleField]
Records = Sequence[Mapping[str, str | None]]

PLACEHOLDERS = tuple(Placeholder(value=word, not_in=frozenset()) for word in ("n/a", "-"))
LISTS = {"is_free_mail": ("gmail.com",), "is_role_address": ("info", "sales")}

ABOUT = "dimension: validity, severity: error, title: Wrong, why: Because, mend: Mend it"


def fields_of_types(**types: str) -> dict[str, RuleField]:
    """Return rule fields by name and type."""
    return {name: RuleField(name=name, type=FieldType(kind)) for name, kind in types.items()}


# ------------------------------------------------------------------------------------------------- reading checks


def read_checks(
    folder: Path,
    *texts: str,
    known: Fields | None = None,
    present: Fields | None = None,
    finders: Sequence[str] = ("email-typos", "outliers"),
) -> tuple[Check, ...]:
    """Read texts as the files a.yaml, b.yaml, ... of quality checks."""
    files = [write(folder / f"{letter}.yaml", text) for letter, text in zip("abc", texts, strict=False)]
    fields = known if known is not None else fields_of_types(email="email", age="int", created_on="date")
    return load_checks(files, fields, fields if present is None else present, finders)


def mistakes(folder: Path, *texts: str, **given: Any) -> list[str]:  # noqa: ANN401 - what read_checks takes
    """Return what is wrong with checks: each mistake with file, line, column and hint, folders left out."""
    try:
        read_checks(folder, *texts, **given)
    except RuleErrors as errors:
        return [str(error).replace(f"{folder}/", "") for error in errors.errors]
    return []


# ------------------------------------------------------------------------------------------------ the whole product


def only_checks(folder: Path, text: str) -> Path:
    """Return a rules folder whose checks are those of a text, in place of all the shipped ones."""
    for shipped in RulesLocation.at(None).quality_files():
        write(folder / "quality" / shipped.name, "checks: []\n")
    write(folder / "quality" / "own.yaml", text)
    return folder


def write_rows(path: Path, headers: Sequence[str], rows: Records) -> Path:
    """Write rows given by header as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(headers)
        writer.writerows([row.get(name) or "" for name in headers] for row in rows)
    return path


def issues_of(
    file: Path, folder: Path, *, as_of: date = AS_OF, mapped: Path | None = None, finders: bool = True
) -> list[dict[str, str]]:
    """Run the whole check of a file, and return the issues it writes; ``finders`` may be told to find nothing."""
    outputs = QualityOutputs(issues=str(folder / "issues.csv"), force=True)
    choices = InputChoices(map=None if mapped is None else str(mapped))
    blind = {} if finders else {name: lambda *_: () for name in FINDERS}
    with mock.patch.object(audit_quality, "FINDERS", {**FINDERS, **blind}):
        audit_quality.quality(str(file), choices, outputs, as_of=as_of)
    with (folder / "issues.csv").open(encoding="utf-8", newline="") as issues:
        return list(csv.DictReader(issues))


def failed_rows(issues: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], set[int]]:
    """Return the rows that fail each check in each column."""
    found: dict[tuple[str, str], set[int]] = {}
    for issue in issues:
        found.setdefault((issue["rule"].removeprefix("quality."), issue["column"]), set()).add(int(issue["_row"]))
    return found


# ---------------------------------------------------------------------------------------- the contract and the engine


def run_contract(
    checks: Sequence[Check], data: RecordSource, fields: Fields, engine: Engine, as_of: date
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return for each check the rows checked and failed, and each failure as the check's place and the row.

    What can be judged by different cells is, and has to come out as it does row by row.
    """
    by_row = _run_contract(checks, data, fields, engine, as_of)
    for reading in data.readings.values():
        classify_values(data.source, reading, data.placeholders, engine)
    assert _run_contract(checks, replace(data, classified=True), fields, engine, as_of) == by_row
    return by_row


def _run_contract(
    checks: Sequence[Check], data: RecordSource, fields: Fields, engine: Engine, as_of: date
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    contract = compile_contract(checks, fields, as_of, LISTS)
    found = create_failures(contract, data, fields, engine)
    failures = engine.fetch(f'SELECT "check", _row FROM {ROW_FAILURES}')  # noqa: S608 - our own name
    for check, judged in zip(contract.checks, found, strict=True):
        if judged.of_cells:
            column = data.source.column(data.readings[check.check.column].column.position)
            failures += engine.fetch(
                f'SELECT f."check", r._row FROM {CELL_FAILURES} f JOIN {data.source.table} r '  # noqa: S608 - as above
                f'ON r.{column} IS NOT DISTINCT FROM f.v WHERE f."check" = {check.place}'
            )
    counts = [(judged.rows_checked, judged.rows_failed) for judged in found]
    return counts, sorted((int(check), int(row)) for check, row in failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the contract and the engine each say of rows, by check: T, F, or U where it cannot be told."""

    contract: dict[str, str]
    engine: dict[str, str]


def judge_both(
    conditions: Mapping[str, Any], records: Records, fields: Fields, *, listed: Mapping[str, str] | None = None
) -> Judged:
    """Judge conditions by the contract and by the engine; ``listed`` are files beside the checks, by name."""
    checks = [
        {"id": f"c{number}", **dict(part.strip().split(": ") for part in ABOUT.split(", ")), "expect": condition}
        for number, condition in enumerate(conditions.values())
    ]
    with TemporaryDirectory() as name, DuckEngine(threads=1) as engine:
        folder = Path(name)
        for file, text in (listed or {}).items():
            write(folder / file, text)
        YAML(typ="safe", pure=True).dump({"checks": checks}, folder / "checks.yaml")
        read = load_checks([folder / "checks.yaml"], fields, {}, ())
        data = record_source(folder / "data.csv", records, fields, engine)
        by_contract = contract_letters(read, data, fields, engine, AS_OF, rows=len(records))
        by_engine = engine_letters(read, data, fields, engine, AS_OF)
    names = {check.id: words for check, words in zip(read, conditions, strict=True)}
    return Judged(
        contract={names[check]: found for check, found in by_contract.items()},
        engine={names[check]: found for check, found in by_engine.items()},
    )


def record_source(path: Path, records: Records, fields: Fields, engine: Engine) -> RecordSource:
    """Write records as CSV and read them as a source whose headers are the fields' own names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*fields, "row"])
        writer.writerows([*(record.get(name) or "" for name in fields), row] for row, record in enumerate(records))
    source = read_source(str(path), engine, ReadOptions(label="data.csv", delimiter=",", encoding="utf-8"))
    columns = tuple(
        MappedColumn(
            position=position,
            header=header,
            field=header,
            type=fields[header].type if header in fields else FieldType.INT,
            source="map",
        )
        for position, header in enumerate(source.headers, start=1)
    )
    mapped = FieldMap(columns=columns, system=None, system_object=None, known_headers=0)
    readings = {reading.column.header: reading for reading in find_types(source, mapped, PLACEHOLDERS, engine)}
    return RecordSource(
        source=source,
        fields=mapped,
        readings={name: reading for name, reading in readings.items() if name in fields},
        placeholders=PLACEHOLDERS,
    )


def contract_letters(  # noqa: PLR0913 - a run needs all of it
    checks: Sequence[Check], data: RecordSource, fields: Fields, engine: Engine, as_of: date, *, rows: int
) -> dict[str, str]:
    """Return what the contract says of each row; which rows it cannot tell of, it says only in how many it checked.

    A check whose expectation is turned round fails the rows that pass, so that both ends are seen.
    """
    turned = [_turned(check) for check in checks]
    counts, failures = run_contract([*checks, *turned], data, fields, engine, as_of)
    failed: dict[int, set[int]] = {}
    for index, row in failures:
        failed.setdefault(index, set()).add(row)
    found = {}
    for place, check in enumerate(checks):
        wrong, right = failed.get(place, set()), failed.get(place + len(checks), set())
        assert counts[place] == (len(wrong) + len(right), len(wrong))
        assert not wrong & right
        truths = (True if row in right else False if row in wrong else None for row in range(1, rows + 1))
        found[check.id] = letters(truths)
    return found


def _turned(check: Check) -> Check:
    assert check.expect is not None
    return replace(check, expect=Group(kind=GroupKind.NOT, members=(check.expect,), place=check.place))


def engine_letters(
    checks: Sequence[Check], data: RecordSource, fields: Fields, engine: Engine, as_of: date
) -> dict[str, str]:
    """Return what the engine says of each row's expectations, by SQL alone."""
    columns = Columns()
    clauses = ClauseColumns(Context(columns=columns, as_of=as_of, fields=fields, lists=LISTS))
    verdicts = {check.id: condition_verdict(check.expect, clauses) for check in checks if check.expect is not None}
    create_records(data, fields, columns, engine)
    layer = exp.select("_row", *(exp.alias_(sql, name) for name, sql in clauses.expressions.items())).from_(RECORDS)
    query = exp.select(*(exp.alias_(sql, name) for name, sql in verdicts.items())).from_(layer.subquery("d"))
    rows = engine.fetch(query.order_by("_row").sql(dialect=engine.dialect))
    return {name: letters(row[index] for row in rows) for index, name in enumerate(verdicts)}
