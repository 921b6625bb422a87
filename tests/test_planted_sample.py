"""Merges, splits and drifts planted in the sample's contacts are found, and nothing else is said to be there.

Outcomes and changes are planted in copies, each from its own seed; everything else of the sample stays as it is.
"""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segaudit.audit.sample import DEMO_DAY, sample_file
from tests.rules_support import run, write

RULES = """\
version: 1
schemas:
  size:
    assign: first_match
    segments:
      smb: {criteria: {employees: {between: [1, 50]}}, owner: Ann, decision: price}
      mid: {criteria: {employees: {between: [51, 500]}}, owner: Ann, decision: price}
      large: {criteria: {employees: {gte: 501}}, owner: Ann, decision: call}
"""
SEARCH = frozenset({"Organic Search", "Paid Search", "Referrals"})
Row = dict[str, str]


def segment_of(row: Row) -> str:
    """Return the segment a clean head count puts a record in."""
    text = row["Number of Employees"].replace(",", "")
    if not text.isdecimal() or int(text) == 0:
        return ""
    return "smb" if int(text) <= 50 else "mid" if int(text) <= 500 else "large"


def contacts() -> list[Row]:
    """Return the sample's contacts."""
    with Path(sample_file("contacts.csv")).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, rows: list[Row]) -> Path:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def suggestions(folder: Path, rate: Callable[[Row], float], seed: int) -> dict[str, Any]:
    """Plant an outcome by its rate; return what is suggested."""
    chance = random.Random(seed)  # noqa: S311 - a plant that repeats, not a secret
    rows = [{**row, "Replied": str(int(chance.random() < rate(row)))} for row in contacts()]
    write(folder / "rules.yaml", RULES)
    path = save(folder / "people.csv", rows)
    ran = run(
        "suggest", path, "--rules", folder / "rules.yaml", "--outcome", "Replied", "--as-of", DEMO_DAY,
        "--format", "json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def said(found: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the kind of each suggestion and the segments it is about."""
    return [(item["kind"], tuple(item["segments"])) for item in found["suggestions"]]


def test_planted_split_is_found_and_nothing_else(tmp_path: Path) -> None:
    """People of the middle who came by search reply twice as often."""
    rates = {"smb": 0.12, "large": 0.12, "": 0.12}
    found = suggestions(
        tmp_path,
        lambda row: rates.get(segment_of(row), 0.6 if row["Original Source"] in SEARCH else 0.25),
        seed=3,
    )
    assert said(found) == [("split", ("mid",))]
    assert "Organic Search, Paid Search or Referrals" in found["suggestions"][0]["title"]


def test_planted_merge_is_found_and_nothing_else(tmp_path: Path) -> None:
    """Small and middle reply alike and are treated alike; the large do not."""
    rates = {"smb": 0.75, "mid": 0.75, "large": 0.4, "": 0.5}
    found = suggestions(tmp_path, lambda row: rates[segment_of(row)], seed=3)
    assert said(found) == [("merge", ("smb", "mid"))]


@pytest.mark.parametrize("seed", range(4))
def test_outcome_that_is_chance_suggests_nothing(seed: int, tmp_path: Path) -> None:
    """Everybody replies alike; what cannot be told is said."""
    found = suggestions(tmp_path, lambda _: 0.1, seed=seed)
    assert said(found) == []
    assert found["cannot_tell"]


def test_split_into_what_could_not_be_measured_is_told_and_not_proposed(tmp_path: Path) -> None:
    """A strong difference in a segment too small for two: the reader knows, the rules stay."""
    rates = {"smb": 0.12, "large": 0.12, "": 0.12}
    found = suggestions(
        tmp_path,
        lambda row: rates.get(segment_of(row), 0.3 if row["Original Source"] in SEARCH else 0.04),
        seed=3,
    )
    assert said(found) == []
    (told,) = [item["reason"] for item in found["cannot_tell"] if item["kind"] == "split"]
    assert "mid has a part" in told
    assert "too few records" in told


def drift(folder: Path, change: Callable[[int, Row], Row]) -> dict[str, Any]:
    """Change the sample's contacts; return what drift says."""
    write(folder / "rules.yaml", RULES)
    rows = contacts()
    new = save(folder / "new.csv", [change(place, dict(row)) for place, row in enumerate(rows)])
    days = ("--old-as-of", DEMO_DAY, "--as-of", DEMO_DAY)
    old = save(folder / "old.csv", rows)
    ran = run("drift", old, new, "--rules", folder / "rules.yaml", *days, "--format", "json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_planted_drift_is_found_and_nothing_else(tmp_path: Path) -> None:
    """All of the middle grew: they moved, by that clause, and no other column is said to have shifted."""
    grown = sum(segment_of(row) == "mid" for row in contacts())

    def grow(_: int, row: Row) -> Row:
        return {**row, "Number of Employees": "4000"} if segment_of(row) == "mid" else row

    found = drift(tmp_path, grow)
    (schema,) = found["schemas"]
    moves = [(move["from"], move["to"], move["records"]) for move in schema["moves"]]
    assert moves == [("mid", "large", moves[0][2])]
    assert 0.95 * grown <= moves[0][2] <= grown  # an id that stands twice is followed once
    assert {(item["rule"], item["where"]) for item in found["findings"]} == {
        ("drift.shift", "employees"),
        ("drift.mix", "size"),
    }


def test_list_that_did_not_change_has_not_drifted(tmp_path: Path) -> None:
    """The same rows: no move, no finding."""
    found = drift(tmp_path, lambda _, row: row)
    assert found["findings"] == []
    assert [schema["moves"] for schema in found["schemas"]] == [[]]
