"""``assign --previous``: which records moved since the list was tagged before, and what moved them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.rules_support import Ran, run, write

RULES = """
    fields: {employees: {type: int}, last_engaged_on: {type: date}, industry: {type: text}}
    schemas:
      size:
        assign: exactly_one
        else: size_unknown
        transitions: {small: [middle], large: []}
        segments:
          small: {criteria: {employees: {between: [1, 50]}}}
          middle: {criteria: {employees: {between: [51, 500]}}}
          large: {criteria: {employees: {gte: 501}}}
      engagement:
        assign: first_match
        segments:
          warm: {criteria: {last_engaged_on: {within_last: 30d}}}
          software: {criteria: {industry: {eq: Software}}}
      outreach:
        assign: first_match
        segments:
          call: {criteria: {segment: size.large}}
"""
HEADERS = ["Record ID", "employees", "last_engaged_on", "industry"]


def write_table(path: Path, rows: list[list[str]], headers: list[str] = HEADERS) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def tag(folder: Path, name: str, rows: list[list[str]], day: str, *options: object, rules: str = RULES) -> Ran:
    """Tag rows as of a day; the file is called after the name."""
    given = ("--rules", write(folder / "rules.yaml", rules), "--as-of", day, "--format", "json", *options)
    return run("assign", write_table(folder / f"{name}.csv", rows), "-o", folder / f"{name}_tagged.csv", *given)


def compared(
    folder: Path, old: list[list[str]], new: list[list[str]], *options: object, day: str = "2026-06-30"
) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """Return the rows of a list that was tagged twice, and the summary of the second time."""
    assert tag(folder, "old", old, "2026-06-01").code == 0
    ran = tag(folder, "new", new, day, "--previous", folder / "old_tagged.csv", *options)
    assert ran.code == 0, ran.err
    with (folder / "new_tagged.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), json.loads(ran.out)


def moved(row: dict[str, str], schema: str) -> tuple[str, str, str]:
    """Return what a record was, what it is and what moved it."""
    return row[f"segment_{schema}_previous"], row[f"segment_{schema}"], row[f"segment_{schema}_moved_by"]


def test_cells(tmp_path: Path) -> None:
    """A record whose cell changed moved by the clauses of the segments it left and entered."""
    rows, found = compared(tmp_path, [["1", "480", "", ""]], [["1", "620", "", ""]])
    why = "employees 480 -> 620: not: is between 51 and 500, is at least 501"
    assert moved(rows[0], "size") == ("middle", "large", why)
    assert moved(rows[0], "outreach") == ("unplaced", "call", "in size.large")
    assert found["moves"]["schemas"][0]["transitions"] == [
        {"from": "middle", "to": "large", "records": 1, "illegal": 0}
    ]


def test_blanked(tmp_path: Path) -> None:
    """A record whose cell was emptied moved because nothing can be told of it any more."""
    rows, _ = compared(tmp_path, [["1", "40", "", ""]], [["1", "", "", ""]])
    why = "employees 40 -> blank: cannot tell: is between 1 and 50"
    assert moved(rows[0], "size") == ("small", "size_unknown", why)


def test_the_day(tmp_path: Path) -> None:
    """A record whose old cells give the new label today was moved by the day, and its date is shown."""
    row = ["1", "", "2026-05-20", "Software"]
    rows, _ = compared(tmp_path, [row], [row])
    assert moved(rows[0], "engagement") == ("warm", "software", "the day: last_engaged_on 2026-05-20")


def test_the_rules(tmp_path: Path) -> None:
    """A record whose old cells give another label than it had, in a schema without days, was moved by the rules."""
    assert tag(tmp_path, "old", [["1", "40", "", ""]], "2026-06-01").code == 0
    rules = RULES.replace("[1, 50]", "[1, 30]").replace("[51, 500]", "[31, 500]")
    ran = tag(
        tmp_path, "new", [["1", "40", "", ""]], "2026-06-30", "--previous", tmp_path / "old_tagged.csv", rules=rules
    )
    assert ran.code == 0, ran.err
    with (tmp_path / "new_tagged.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert moved(row, "size") == ("small", "middle", "the rules")


@pytest.mark.parametrize(
    ("given", "why"),
    [((), "the day: last_engaged_on 2026-05-20"), (("--previous-as-of", "2026-06-01"), "the rules")],
)
def test_the_day_the_file_was_tagged(tmp_path: Path, given: tuple[str, ...], why: str) -> None:
    """With the day the earlier file was tagged on, changed rules are told from the day's work."""
    row = ["1", "", "2026-05-20", "Software"]
    assert tag(tmp_path, "old", [row], "2026-06-01").code == 0
    rules = RULES.replace("within_last: 30d", "within_last: 5d")
    tag(tmp_path, "new", [row], "2026-06-01", "--previous", tmp_path / "old_tagged.csv", *given, rules=rules)
    with (tmp_path / "new_tagged.csv").open(encoding="utf-8", newline="") as file:
        (found,) = csv.DictReader(file)
    assert moved(found, "engagement") == ("warm", "software", why)


def test_matching(tmp_path: Path) -> None:
    """Records are matched by id: new, gone and doubled ones are counted, and have nothing previous."""
    many = [[str(number), "10", "", ""] for number in range(100, 130)]
    old = [*many, ["1", "40", "", ""], ["2", "40", "", ""], ["3", "40", "", ""]]
    new = [
        *many,
        ["1.0", "40", "", ""],
        ["3", "60", "", ""],
        ["3", "70", "", ""],
        ["5", "40", "", ""],
        ["", "1", "", ""],
    ]
    rows, found = compared(tmp_path, old, new)
    counts = {name: found["moves"][name] for name in ("key", "matched", "new", "gone", "doubled", "without_id")}
    assert counts == {"key": "Record ID", "matched": 31, "new": 1, "gone": 1, "doubled": 2, "without_id": 1}
    assert [moved(row, "size") for row in rows[30:33]] == [
        ("small", "small", ""),
        ("", "middle", ""),
        ("", "middle", ""),
    ]


def test_forbidden(tmp_path: Path) -> None:
    """A move the transitions do not allow is an error; a label without transitions may go anywhere."""
    old = [["1", "10", "", ""], ["2", "900", "", ""], ["3", "60", "", ""], ["4", "10", "", ""]]
    new = [["1", "900", "", ""], ["2", "60", "", ""], ["3", "900", "", ""], ["4", "60", "", ""]]
    _, found = compared(tmp_path, old, new)
    said = {(item["rule"], item["severity"], item["message"], item["hint"]) for item in found["findings"]}
    end = "which the transitions do not allow"
    assert said == {
        (
            "segments.illegal-transition",
            "error",
            f"1 record moved from small to large, {end}",
            "after small may come: middle",
        ),
        ("segments.illegal-transition", "error", f"1 record moved from large to middle, {end}", "large is an end"),
    }
    given = ("--previous", tmp_path / "old_tagged.csv", "--force", "--fail-on", "error")
    assert tag(tmp_path, "new", new, "2026-06-30", *given).code == 1


def test_by_exception(tmp_path: Path) -> None:
    """A record an exception moved says so, and is no forbidden move."""
    old = [["1", "10", "", ""], ["2", "10", "", ""]]
    assert tag(tmp_path, "old", old, "2026-06-01").code == 0
    (tmp_path / "exceptions.csv").write_text(
        "record_id,schema,segment,reason,approved_by,expires_on\n1,size,large,a group,boss,\n", encoding="utf-8"
    )
    rules = "    governance: {exceptions: exceptions.csv}" + RULES
    ran = tag(tmp_path, "new", old, "2026-06-30", "--previous", tmp_path / "old_tagged.csv", rules=rules)
    assert ran.code == 0, ran.err
    with (tmp_path / "new_tagged.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert moved(row, "size") == ("small", "large", "exception: a group, approved by boss, without an end")
    assert json.loads(ran.out)["moves"]["schemas"][0]["transitions"][0]["illegal"] == 0


def test_nothing_to_match_by(tmp_path: Path) -> None:
    """Without a column of ids, or with another file, the refusal says what is missing."""
    rules = write(tmp_path / "rules.yaml", RULES)
    plain = write_table(tmp_path / "plain.csv", [["10", "Steel"], ["10", "Glass"]], ["employees", "industry"])
    assert run("assign", plain, "-o", tmp_path / "plain_tagged.csv", "--rules", rules).code == 0
    given = ("-o", tmp_path / "again.csv", "--rules", rules, "--previous")
    ran = run("assign", plain, *given, tmp_path / "plain_tagged.csv")
    assert (ran.code, "no column of ids" in ran.err) == (2, True)
    ran = run("assign", plain, *given, plain)
    assert (ran.code, "has no column of segments" in ran.err) == (2, True)
    assert not (tmp_path / "again.csv").exists()


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_other_formats(tmp_path: Path, ending: str) -> None:
    """The earlier file may be a workbook or Parquet."""
    rules = write(tmp_path / "rules.yaml", RULES)
    given = ("--rules", rules, "--as-of", "2026-06-30")
    old, new = (write_table(tmp_path / f"{n}.csv", [["1", n, "", ""], ["2", n, "", ""]]) for n in ("480", "620"))
    assert run("assign", old, "-o", tmp_path / f"old.{ending}", *given).code == 0
    ran = run("assign", new, "-o", tmp_path / "out.csv", *given, "--previous", tmp_path / f"old.{ending}")
    assert ran.code == 0, ran.err
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["segment_size_previous"] for row in csv.DictReader(file)] == ["middle", "middle"]
