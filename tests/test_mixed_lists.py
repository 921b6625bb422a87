"""Multi-value cells written with another separator than the rest of their column."""

import csv
import json
from pathlib import Path

import pytest

from segaudit.ingest.columns.types import find_separator
from tests.rules_support import run, write

RULES = """
    fields: {{technologies: {{type: multi{more}}}}}
    schemas:
      stack:
        assign: all_matches
        else: none
        segments:
          crm: {{criteria: {{technologies: {{has_any: [CRM]}}}}}}
          three: {{criteria: {{technologies: {{count: {{gte: 3}}}}}}}}
"""
LISTS = ["CRM;ERP", "ERP;Shop", "Shop;CRM;Mail", "Shop;Mail"]


def tag(folder: Path, cells: list[str], more: str = "") -> tuple[list[str], list[str]]:
    """Return the labels of records with these cells, and the notes about cells."""
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Record ID", "Tech Stack"], *([str(n), cell] for n, cell in enumerate(cells))])
    rules = write(folder / "rules.yaml", RULES.format(more=more))
    ran = run("assign", folder / "data.csv", "-o", folder / "out.csv", "--rules", rules, "--force", "--format", "json")
    assert ran.code == 0, ran.err
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        labels = [row["segment_stack"] for row in csv.DictReader(file)]
    return labels, [note for note in json.loads(ran.out)["source"]["notes"] if "Tech Stack" in note]


def test_another_separator_is_read_where_all_parts_are_known(tmp_path: Path) -> None:
    """A cell without the column's separator is a list if all its parts are values of other cells, and it is said."""
    labels, notes = tag(tmp_path, [*LISTS, "crm, Mail, Shop", "ERP|CRM"])
    assert labels == ["crm", "none", "crm; three", "none", "crm; three", "crm"]
    told = 'another separator than ";" parts the values of 2 cells of "Tech Stack" (like "ERP|CRM")'
    assert notes == [f"{told}; they are read as lists too"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("CRM, Abacus", "may hold several values; each is read as one"),  # a part that is known, and one that is not
        ("Acme, Inc.", ""),  # nothing speaks for a list
    ],
)
def test_a_comma_may_be_part_of_a_value(tmp_path: Path, cell: str, said: str) -> None:
    """A cell with a part that no other cell has stays one value; it is told if another of its parts is known."""
    labels, notes = tag(tmp_path, [*LISTS, cell])
    assert labels[-1] == "none"
    assert [said in note for note in notes] == ([True] if said else [])


def test_a_value_that_stands_in_lists_is_one(tmp_path: Path) -> None:
    """What other lists have as one of their values is no list itself, though its parts are known."""
    labels, notes = tag(tmp_path, [*LISTS, "CRM, Mail;ERP", "CRM, Mail"])
    assert (labels[-2:], notes) == (["none", "none"], [])


def test_a_declared_separator_is_the_only_one(tmp_path: Path) -> None:
    """Where the rules say what separates values nothing else does; what looks like a list is told."""
    labels, notes = tag(tmp_path, [*LISTS, "CRM, Mail"], ', separator: ";"')
    assert labels[-1] == "none"
    assert ["may hold several values" in note for note in notes] == [True]


def test_a_column_of_lists_with_commas(tmp_path: Path) -> None:
    """A column that is known to hold lists may have commas between their values; any other column may not."""
    cells = [cell.replace(";", ", ") for cell in LISTS]
    assert tag(tmp_path, cells) == (["crm", "none", "crm; three", "none"], [])
    assert find_separator(cells) == ""


def test_explain_reads_alike(tmp_path: Path) -> None:
    """A record is explained as it is tagged, though explaining looks at its own cells only."""
    labels, _ = tag(tmp_path, [*LISTS, "CRM, Mail, Shop"])
    ran = run(
        "explain", tmp_path / "data.csv", "--row", 5, "--rules", tmp_path / "rules.yaml", "--format", "json", "-q"
    )
    assert json.loads(ran.out)["records"][0]["schemas"][0]["label"] == labels[-1] == "crm; three"
