"""``Never`` written out in a column of dates."""

import csv
import json
from pathlib import Path

from tests.rules_support import run, write

DATA = "Record ID,Last Contacted Date,How often,Last Name\n1,2026-06-20,never,Nie\n2,Never,daily,Bell\n3,,never,Nie\n"
DATA += "4,2026-01-02,daily,Bell\n5,nie,never,Case\n6,soon,daily,Nie\n"
RULES = """
    fields: {{last_contacted_on: {{type: date{more}}}, often: {{type: enum, column: How often}}}}
    schemas:
      contact:
        assign: all_matches
        else: none
        segments:
          never: {{criteria: {{last_contacted_on: {{never: true}}}}}}
          not_lately: {{criteria: {{last_contacted_on: {{not_within_last: 90d}}}}}}
          rare: {{criteria: {{often: {{eq: never}}}}}}
"""


def labels(folder: Path, more: str = "") -> list[str]:
    """Return the labels of the records above."""
    data = write(folder / "data.csv", DATA)
    rules = write(folder / "rules.yaml", RULES.format(more=more))
    ran = run("assign", data, "-o", folder / "out.csv", "--rules", rules, "--as-of", "2026-06-30", "--force", "-q")
    assert ran.code == 0, ran.err
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return [row["segment_contact"] for row in csv.DictReader(file)]


def test_a_date_that_never_was(tmp_path: Path) -> None:
    """In a column of dates the word is as good as a blank; it cannot be told of a word that says no such thing."""
    assert labels(tmp_path) == ["rare", "never", "never; rare", "not_lately", "never; rare", "none"]
    means = labels(tmp_path, ", blank_means: never")
    both, all_three = "never; not_lately", "never; not_lately; rare"
    assert means == ["rare", both, all_three, "not_lately", all_three, "none"]


def test_it_is_an_answer_elsewhere(tmp_path: Path) -> None:
    """Only columns of dates count the word as missing."""
    ran = run("coverage", write(tmp_path / "data.csv", DATA), "--format", "json")
    assert ran.code == 0, ran.err
    counted = {item["column"]: (item["placeholder"], item["invalid"]) for item in json.loads(ran.out)["columns"]}
    assert counted["Last Contacted Date"] == (2, 1)
    assert (counted["How often"], counted["Last Name"]) == ((0, 0), (0, 0))
