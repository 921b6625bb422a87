"""What a blank means in a file that does not have the column at all."""

from pathlib import Path

import pytest

from tests.rules_support import mistakes, run, write
from tests.test_assign import read_csv, write_csv

RULES = """
    fields: {last_engaged_on: {type: date, blank_means: never%s}}
    schemas:
      engagement:
        assign: first_match
        else: unplaced
        segments:
          cold: {criteria: {any: [{last_engaged_on: {never: true}}, {last_engaged_on: {before_last: 180d}}]}}
          ever: {criteria: {last_engaged_on: {ever: true}}}
"""


def labels(tmp_path: Path, headers: list[str], rows: list[list[str]], *rules: Path) -> list[tuple[str, str]]:
    """Return label and reason of each row."""
    data = write_csv(tmp_path / "people.csv", headers, rows)
    given = [part for path in rules for part in ("--rules", path)]
    ran = run("assign", data, "-o", tmp_path / "out.csv", "--as-of", "2026-03-31", "--force", *given)
    assert ran.code == 0, ran.err
    return [(row[-2], row[-1]) for row in read_csv(tmp_path / "out.csv")[1:]]


@pytest.mark.parametrize(
    ("said", "label"), [("", "cold"), (", if_absent: blank", "cold"), (", if_absent: unknown", "unplaced")]
)
def test_a_file_without_the_column(tmp_path: Path, said: str, label: str) -> None:
    """Nobody is cold of whom nothing is kept, if the rules say so; without a word, absent counts as blank."""
    rules = write(tmp_path / "rules.yaml", RULES % said)
    (found,) = labels(tmp_path, ["Contact ID", "First Name"], [["1", "Ann"]], rules)
    assert found[0] == label
    assert found[1].startswith("cannot tell: last_engaged_on is missing") is (label == "unplaced")


def test_a_file_with_the_column(tmp_path: Path) -> None:
    """Where the column is there, a blank means what the rules say, every cell blank or not."""
    rules = write(tmp_path / "rules.yaml", RULES % ", if_absent: unknown")
    rows = [["1", ""], ["2", "2026-03-01"], ["3", "2024-03-01"]]
    found = labels(tmp_path, ["Contact ID", "last_engaged_on"], rows, rules)
    assert [label for label, _ in found] == ["cold", "ever", "cold"]
    assert labels(tmp_path, ["Contact ID", "last_engaged_on"], [["1", ""]], rules)[0][0] == "cold"


def test_the_shipped_cold_needs_a_column_of_engagement(tmp_path: Path) -> None:
    """A list of names alone is no list of cold people."""
    data = write_csv(tmp_path / "people.csv", ["Contact ID", "First Name", "Email"], [["1", "Ann", "ann@b.com"]])
    assert run("assign", data, "-o", tmp_path / "out.csv").code == 0
    header, row = read_csv(tmp_path / "out.csv")
    assert row[header.index("segment_engagement")] == "unplaced"


def test_the_gap_is_worth_a_column(tmp_path: Path) -> None:
    """Enrichment names the field as what would decide the records."""
    rules = write(tmp_path / "rules.yaml", RULES % ", if_absent: unknown")
    data = write_csv(tmp_path / "people.csv", ["Contact ID", "First Name"], [["1", "Ann"], ["2", "Bo"]])
    ran = run("enrich", data, "--rules", rules)
    assert ran.code == 0, ran.err
    assert "last_engaged_on" in ran.out


def test_a_word_that_is_none(tmp_path: Path) -> None:
    """There are two answers."""
    (told,) = mistakes(tmp_path, RULES % ", if_absent: never")
    assert "if_absent is unknown or blank" in told
