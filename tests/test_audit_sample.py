"""The audit of the sample client: its numbers are those of the golden file, in every form of the report.

``SEGAUDIT_GOLDEN=write`` writes the golden file anew; read what has changed before it is kept.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from segaudit.audit.sample import DEMO_DAY, sample_file
from tests.rules_support import run
from tests.test_audit import Tags

GOLDEN = Path(__file__).parent / "golden" / "audit_sample.json"
TABLES = ("contacts.csv", "companies.csv", "deals.csv", "activities.csv", "campaign_outcomes.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the audit of the sample client."""
    out = tmp_path_factory.mktemp("sample") / "audit"
    ran = run("audit", *(sample_file(name) for name in TABLES), "-o", out, "--as-of", DEMO_DAY, "--quiet")
    assert ran.code == 0, ran.err
    return out


@pytest.fixture(scope="module")
def golden(folder: Path) -> dict[str, Any]:
    """Return the golden numbers."""
    if os.environ.get("SEGAUDIT_GOLDEN") == "write":
        text = json.dumps(numbers(json.loads((folder / "audit.json").read_text(encoding="utf-8"))), indent=1)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    found: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def numbers(audit: dict[str, Any]) -> dict[str, Any]:
    """Return what an audit says in numbers, few enough to be read."""
    return {
        "rows": {table["name"]: table["rows"] for table in audit["tables"]},
        "core_filled": {
            f"{table['name']}.{column['field']}": round(column["share_filled"], 4)
            for table in audit["tables"]
            for column in table["coverage"]["columns"]
            if column["core"]
        },
        "errors": {
            f"{table['name']}.{finding['rule']}.{finding['columns'][0]}": finding["rows_failed"]
            for table in audit["tables"]
            for finding in table["quality"]["findings"]
            if finding["severity"] == "error"
        },
        "entities": {table["name"]: table["identity"]["entities"] for table in audit["tables"] if table["identity"]},
        "labels": {schema["schema"]: schema["labels"] for schema in audit["segments"]["overlap"]["schemas"]},
        "marks": {item["pillar"]: round(item["score"], 1) for item in audit["scores"]["pillars"]},
        "total": round(audit["scores"]["total"], 1),
        "headlines": {item["id"]: item["values"] for item in audit["headlines"]},
        "first_actions": [item["id"] for item in audit["actions"]][:10],
    }


def whole(values: object) -> Iterator[int]:
    """Yield the whole numbers within values."""
    if isinstance(values, dict):
        for value in values.values():
            yield from whole(value)
    elif isinstance(values, int):
        yield values


def test_numbers_of_the_sample_are_the_golden_ones(folder: Path, golden: dict[str, Any]) -> None:
    """Whatever changes them has to say why."""
    assert numbers(json.loads((folder / "audit.json").read_text(encoding="utf-8"))) == golden


def test_html_says_the_golden_numbers(folder: Path, golden: dict[str, Any]) -> None:
    """Rows, errors, entities, sizes of segments, headlines."""
    text = Tags((folder / "report.html").read_text(encoding="utf-8")).text
    assert [number for number in whole(golden) if f"{number:,}" not in text] == []


def test_markdown_says_the_golden_numbers(folder: Path, golden: dict[str, Any]) -> None:
    """The same."""
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert [number for number in whole(golden) if f"{number:,}" not in text] == []


def test_workbook_holds_the_golden_numbers_as_numbers(folder: Path, golden: dict[str, Any]) -> None:
    """People calculate with them; shares of the core fields too."""
    book = openpyxl.load_workbook(folder / "report.xlsx")
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    there = {round(float(cell), 4) for cell in cells if isinstance(cell, int | float)}
    said = "\n".join(cell for cell in cells if isinstance(cell, str))
    assert [number for number in whole(golden["labels"]) if number not in there and f"{number:,}" not in said] == []
    sizes = {label: rows for label, rows in golden["labels"]["size"].items() if label != "size_unknown"}
    assert [label for label, rows in sizes.items() if rows not in there] == []
    assert [share for share in golden["core_filled"].values() if share not in there] == []
    assert [number for number in whole(golden["headlines"]) if number not in there and f"{number:,}" not in said] == []
    assert {round(golden["total"]), golden["total"]} & {round(number, 1) for number in there}


def test_planted_faults_lead(golden: dict[str, Any]) -> None:
    """What the sample's own description plants is what a reader is told first."""
    assert golden["headlines"]["opted-out"]["rows"] == 60
    assert "stop-mailing-opted-out" in golden["first_actions"][:3]
