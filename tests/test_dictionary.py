"""``segaudit fields``: what each column is, and what reads it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rules_support import load, mistakes, run, write

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data" / "contacts.csv"
RULES = """
    fields:
      employees: {type: int, max_age: 365d, owner: revops@example.com, description: People on the payroll}
      notes: {type: text, sensitive: true}
    schemas:
      size: {assign: exactly_one, segments: {small: {criteria: {employees: {lte: 50}}}}}
"""
ROWS = """
    Record ID,Email,Number of Employees,Company Size Updated,Date of birth,Lead Status,Notes,Old Score,Spare
    1,ann@acme.example,10,2026-01-01,1970-02-03,New,calls,5,
    2,bob@acme.example,,,,Open,,7,
    3,eve@acme.example,20,2025-01-01,,New,,9,
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """List the columns above."""
    folder = tmp_path_factory.mktemp("fields")
    data = write(folder / "data.csv", ROWS)
    ran = run("fields", data, "--rules", write(folder / "rules.yaml", RULES), "--format", "json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def entry(result: dict[str, Any], column: str) -> dict[str, Any]:
    """Return one column's entry."""
    found: dict[str, Any] = next(item for item in result["fields"] if item["column"] == column)
    return found


def test_head(result: dict[str, Any]) -> None:
    """The document says its version and has one entry for each column, in the file's order."""
    assert (result["schema_version"], result["command"]) == ("1", "fields")
    assert [item["position"] for item in result["fields"]] == list(range(1, 10))


def test_what_the_rules_say(result: dict[str, Any]) -> None:
    """Owner, description, age and use come from the rules, the date column from its header."""
    size = entry(result, "Number of Employees")
    assert (size["field"], size["type"], size["filled"]) == ("employees", "int", 2)
    assert (size["owner"], size["description"]) == ("revops@example.com", "People on the payroll")
    assert (size["max_age_days"], size["dated_by"]) == (365, "Company Size Updated")
    assert (size["schemas"], size["segments"]) == (["size"], ["size.small"])
    assert entry(result, "Company Size Updated")["serves"] == "dates Number of Employees"


def test_values_of_persons_are_not_shown(result: dict[str, Any]) -> None:
    """A column of few words shows them; one about persons never does."""
    assert [item["value"] for item in entry(result, "Lead Status")["values"]] == ["New"]
    assert all(not item["values"] for item in result["fields"] if item["personal"])
    assert "1970-02-03" not in json.dumps(result)


def test_unused_sensitive_first(result: dict[str, Any]) -> None:
    """Filled columns nothing reads are listed: sensitive ones first; the rules may say what is sensitive."""
    assert [(item["column"], item["sensitive"]) for item in result["unused"]] == [
        ("Date of birth", True),
        ("Notes", True),
        ("Lead Status", False),
        ("Old Score", False),
    ]


def test_fail_on(tmp_path: Path) -> None:
    """A sensitive column that nothing reads fails as an error; columns about no one do not fail."""
    rules = write(tmp_path / "rules.yaml", RULES)
    assert run("fields", write(tmp_path / "a.csv", ROWS), "--rules", rules, "--fail-on", "error").code == 1
    plain = write(tmp_path / "b.csv", "Record ID,Number of Employees,Old Score\n1,5,6\n")
    assert run("fields", plain, "--rules", rules, "--fail-on", "warning").code == 0


@pytest.mark.parametrize("output_format", ["table", "csv", "md"])
def test_formats(tmp_path: Path, output_format: str) -> None:
    """Every column is in every format; a header that would run as a formula is defused in CSV."""
    data = write(tmp_path / "data.csv", "Record ID,=cmd,Email\n1,2,a@b.example\n")
    ran = run("fields", data, "--format", output_format)
    assert ran.code == 0
    assert ("\n'=cmd," in ran.out) is (output_format == "csv")
    assert "a@b.example" not in ran.out


def test_sample_data() -> None:
    """Of the sample's columns only the date of birth is sensitive, and nothing reads it."""
    found = json.loads(run("fields", SAMPLE, "--format", "json", "-q").out)
    assert [item["column"] for item in found["unused"] if item["sensitive"]] == ["Date of birth"]
    assert found["unused"][0]["column"] == "Date of birth"


def test_declarations_add_up(tmp_path: Path) -> None:
    """A file that declares a field again need not repeat who owns it and which column dates it."""
    first = """
        fields: {employees: {type: int, owner: ann, updated: Size Date, description: people, sensitive: false}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {employees: {gt: 5}}}}}}
    """
    field = load(tmp_path, first, "fields: {employees: {type: int}}").fields["employees"]
    assert (field.owner, field.updated, field.description, field.sensitive) == ("ann", "Size Date", "people", False)


def test_sensitive_takes_yes_or_no(tmp_path: Path) -> None:
    """Anything but true or false is a mistake, told with its place."""
    rules = """
        fields: {employees: {type: int, sensitive: maybe}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {employees: {gt: 5}}}}}}
    """
    assert any("a.yaml:1" in item and "sensitive takes true or false" in item for item in mistakes(tmp_path, rules))
