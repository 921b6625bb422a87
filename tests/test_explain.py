"""``segaudit explain``: which record is meant, and what is said of each of its clauses."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules_support import run, write

RULES = """
    fields:
      employees: {type: int}
      industry: {type: text}
      intent_score: {type: number}
      unsubscribed: {type: bool, blank_means: false}
      last_engaged_on: {type: date}
      created_on: {type: date}
    predicates: {software: {industry: {in: [Software, SaaS]}}}
    schemas:
      reach:
        assign: first_match
        segments:
          stop: {criteria: {unsubscribed: {is: true}}, suppress: true}
          hot: {criteria: {all: [{intent_score: {gte: 70}}, {last_engaged_on: {within_last: 30d}}]}}
          rest: {criteria: {intent_score: {known: true}}}
      size:
        assign: exactly_one
        segments:
          small: {criteria: {employees: {between: [1, 500]}}}
          large: {criteria: {employees: {gte: 501}}, exclude: [{segment: reach.stop}]}
      play:
        assign: all_matches
        segments:
          saas: {criteria: {predicate: software}}
          late: {criteria: {last_engaged_on: {before_field: created_on}}}
          strict: {criteria: {intent_score: {gte: 10, missing: exclude}}}
"""
DATA = """
    Record ID,Email,employees,industry,intent_score,unsubscribed,last_engaged_on,created_on
    101,ann@example.com,480,Retail,80,,2026-06-20,2024-01-01
    102,Bob@example.com,n/a,,twelve,true,2020-01-01,2024-01-01
    103,ann@example.com,50-900,SaaS,,false,,
    104.0,eve@example.com,900,SaaS,20,yes,2026-06-20,2024-01-01
"""


@pytest.fixture(name="files")
def _files(tmp_path: Path) -> tuple[Path, Path]:
    """Return a table and rules."""
    return write(tmp_path / "data.csv", DATA), write(tmp_path / "rules.yaml", RULES)


def explained(files: tuple[Path, Path], *options: object) -> dict[str, Any]:
    """Return what explain says as JSON."""
    data, rules = files
    ran = run("explain", data, "--rules", rules, "--as-of", "2026-06-30", "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def schemas(found: dict[str, Any], place: int = 0) -> dict[str, Any]:
    """Return the schemas of one record by their names."""
    return {item["schema"]: item for item in found["records"][place]["schemas"]}


def segments(found: dict[str, Any], schema: str) -> dict[str, Any]:
    """Return the segments of the first record's schema by their ids."""
    return {item["id"]: item for item in schemas(found)[schema]["segments"]}


def leaves(part: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield words, value and verdict of the clauses below a part."""
    if "members" not in part:
        yield part["words"], part.get("value", ""), part["verdict"]
    for member in part.get("members", ()):
        yield from leaves(member)


def test_head(files: tuple[Path, Path]) -> None:
    """The document says its version, the day it counts from, and how the record was found."""
    found = explained(files, "--record", "101")
    assert (found["schema_version"], found["command"], found["as_of"]) == ("1", "explain", "2026-06-30")
    assert (found["record"], found["column"], found["rows"]) == ("101", "Record ID", 1)
    assert found["records"][0]["row"] == 1


def test_label_and_reason_are_those_of_assign(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Each schema has the label and the reason that assign writes for the row."""
    data, rules = files
    out = tmp_path / "tagged.csv"
    assert run("assign", data, "-o", out, "--rules", rules, "--as-of", "2026-06-30").code == 0
    with out.open(encoding="utf-8") as file:
        tagged = list(csv.DictReader(file))
    for row, tags in enumerate(tagged, start=1):
        for name, item in schemas(explained(files, "--row", row)).items():
            assert (item["label"], item["reason"]) == (tags[f"segment_{name}"], tags[f"segment_{name}_reason"])


def test_clauses_have_value_and_verdict(files: tuple[Path, Path]) -> None:
    """Each clause stands with the record's value and its verdict; a group has its own."""
    hot = segments(explained(files, "--record", "101"), "reach")["hot"]
    assert (hot["verdict"], hot["criteria"]["words"], hot["criteria"]["verdict"]) == ("holds", "all of", "holds")
    assert list(leaves(hot["criteria"])) == [
        ("intent_score is at least 70", "80", "holds"),
        ("last_engaged_on is within the last 30d", "2026-06-20", "holds"),
    ]


def test_what_cannot_be_told_says_why(files: tuple[Path, Path]) -> None:
    """A missing value, a placeholder, an unreadable one and a range that leaves it open are told apart."""
    second, third = explained(files, "--row", 2), explained(files, "--row", 3)
    assert segments(second, "size")["small"]["criteria"]["note"] == "employees is a placeholder"
    assert segments(second, "reach")["hot"]["criteria"]["members"][0]["note"] == "intent_score cannot be read"
    assert segments(second, "play")["saas"]["criteria"]["note"] == "industry is missing"
    assert segments(third, "size")["small"]["criteria"]["note"] == "what it holds leaves it open"


def test_policies_and_what_a_blank_means_are_said(files: tuple[Path, Path]) -> None:
    """A verdict that comes from what the rules say of a missing value says so."""
    first, third = explained(files, "--row", 1), explained(files, "--row", 3)
    assert segments(first, "reach")["stop"]["criteria"]["value"] == "blank, which means no"
    strict = segments(third, "play")["strict"]["criteria"]
    assert (strict["verdict"], strict["note"]) == ("does_not_hold", "a missing intent_score counts as no here")


def test_waterfall_says_who_takes_it(files: tuple[Path, Path]) -> None:
    """A segment that holds after another of a waterfall is no member, and the one before is named."""
    rest = segments(explained(files, "--record", "101"), "reach")["rest"]
    assert (rest["verdict"], rest["member"], rest["taken_by"]) == ("holds", "does_not_hold", "hot")


def test_predicates_and_segments_are_opened(files: tuple[Path, Path]) -> None:
    """A predicate shows what it stands for, an exclusion by a segment that segment's criteria."""
    found = explained(files, "--record", "104")
    saas = segments(found, "play")["saas"]["criteria"]
    assert (saas["kind"], saas["words"]) == ("predicate", "software: industry is one of Software or SaaS")
    (left_out,) = segments(found, "size")["large"]["exclude"]
    assert (left_out["words"], left_out["verdict"]) == ("left out if in reach.stop", "holds")
    assert list(leaves(left_out)) == [("unsubscribed is yes", "yes", "holds")]


def test_two_fields_show_both(files: tuple[Path, Path]) -> None:
    """A clause that compares two fields shows what stands in both."""
    late = segments(explained(files, "--record", "102"), "play")["late"]["criteria"]
    assert late["value"] == "2020-01-01; created_on is 2024-01-01"


def test_scores_show_their_points(tmp_path: Path) -> None:
    """A score shows the points of each part and its sum, as a range where a part cannot be told."""
    rules = """
        fields: {employees: {type: int}, intent_score: {type: number}}
        scores:
          fit:
            parts:
              - {name: big, points: 60, when: {employees: {gte: 5}}}
              - {name: many, points: 40, when: {intent_score: {gte: 5}}}
        schemas: {s: {assign: first_match, segments: {good: {criteria: {score: {fit: {gte: 70}}}}}}}
    """
    files = (
        write(tmp_path / "data.csv", "Record ID,employees,intent_score\na,9,\nb,1,1\n"),
        write(tmp_path / "rules.yaml", rules),
    )
    score = segments(explained(files, "--record", "a"), "s")["good"]["criteria"]
    assert (score["kind"], score["value"], score["verdict"]) == ("score", "60 to 100", "cannot_tell")
    assert [part["words"] for part in score["members"]] == [
        "+60 points if employees is at least 5",
        "+40 points if intent_score is at least 5",
    ]


# --------------------------------------------------------------------------------------------------- finding the record


@pytest.mark.parametrize(
    ("asked", "rows"), [("104", [4]), ("103", [3]), ("bob@EXAMPLE.com", [2]), ("ann@example.com", [1, 3])]
)
def test_ids_and_addresses(files: tuple[Path, Path], asked: str, rows: list[int]) -> None:
    """A record is found by its id, as a spreadsheet may have spoilt it, or by its address; of several all are."""
    found = explained(files, "--record", asked)
    assert ([record["row"] for record in found["records"]], found["rows"]) == (rows, len(rows))


def test_many_rows_with_one_id_are_bounded(tmp_path: Path) -> None:
    """Of many rows with one id the first five are explained, and how many there are is said."""
    rows = "".join(f"7,{number}\n" for number in range(8)) + "8,1\n"
    data = write(tmp_path / "data.csv", f"Record ID,employees\n{rows}")
    files = data, write(tmp_path / "rules.yaml", RULES)
    found = explained(files, "--record", "7", "--schema", "size")
    assert ([record["row"] for record in found["records"]], found["rows"]) == ([1, 2, 3, 4, 5], 8)
    out = run("explain", data, "--record", "7", "--schema", "size", "--rules", files[1]).out
    assert '8 rows have this id in "Record ID"; the first 5 are explained.' in out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--record", "1004"), 'no record has "1004" as "Record ID"\n  hint: ids that look like it: 104'),
        (("--record", "zzz"), "check the id, or give the number of the data row: --row 17"),
        (("--row", "9"), "there is no row 9\n  hint: its data rows are 1 to 4; the header is not counted"),
        (("--record", "101", "--schema", "sise"), 'the rules have no schema "sise"\n  hint: did you mean "size"?'),
        ((), "say which record to explain"),
        (("--record", "101", "--row", "1"), "--record and --row cannot go together"),
    ],
)
def test_mistakes(files: tuple[Path, Path], options: tuple[str, ...], says: str) -> None:
    """A record or schema that is not there is refused with what may have been meant."""
    data, rules = files
    ran = run("explain", data, "--rules", rules, *options)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize("asked", [("--row", "1"), ("--record", "101")])
def test_no_records(tmp_path: Path, asked: tuple[str, str]) -> None:
    """Of a file without data rows that is said, and no range of rows that are not there."""
    data = write(tmp_path / "data.csv", "Record ID,employees\n")
    ran = run("explain", data, "--rules", write(tmp_path / "rules.yaml", RULES), *asked)
    assert (ran.code, ran.out) == (2, "")
    assert "this file has a header and no data rows\n  hint: export it again" in ran.err


def test_no_column_of_ids(tmp_path: Path) -> None:
    """Where no column tells records apart, that is said with the way out."""
    data = write(tmp_path / "data.csv", "employees\n5\n6\n")
    ran = run("explain", data, "--rules", write(tmp_path / "rules.yaml", RULES), "--record", "5")
    assert ran.code == 2
    assert "no column of this file tells its records apart" in ran.err


# -------------------------------------------------------------------------------------------- as the whole file has it


def test_styles_are_those_of_the_whole_column(tmp_path: Path) -> None:
    """A date is read in the order of day and month that the rest of its column shows, as assign reads it."""
    rules = """
        fields: {last_engaged_on: {type: date}}
        schemas: {s: {assign: first_match, segments: {june: {criteria: {last_engaged_on: {on: 2026-06-05}}}}}}
    """
    rows = "".join(f"{number},06/{number}/2026\n" for number in range(13, 29))
    data = write(tmp_path / "data.csv", f"Record ID,last_engaged_on\n1,06/05/2026\n{rows}")
    found = explained((data, write(tmp_path / "rules.yaml", rules)), "--record", "1")
    assert schemas(found)["s"]["label"] == "june"


@pytest.mark.parametrize("command", ["assign", "coverage"])
def test_a_cell_speaks_for_a_style_as_often_as_it_stands_there(tmp_path: Path, command: str) -> None:
    """One date in five rows outweighs two in a row each; every command reads the column in the same order."""
    rules = """
        fields: {last_engaged_on: {type: date}}
        schemas: {s: {assign: first_match, segments: {june: {criteria: {last_engaged_on: {on: 2026-06-05}}}}}}
    """
    dates = ["06/05/2026", *["06/13/2026"] * 5, "13/06/2026", "14/06/2026"]
    rows = "".join(f"{number},{date}\n" for number, date in enumerate(dates))
    data = write(tmp_path / "data.csv", f"Record ID,last_engaged_on\n{rows}")
    if command == "coverage":
        columns = json.loads(run("coverage", data, "--format", "json").out)["columns"]
        assert any("5 cells are month/day/year, 2 the other way round" in note for note in columns[1]["notes"])
        return
    out = tmp_path / "out.csv"
    assert run("assign", data, "--rules", write(tmp_path / "rules.yaml", rules), "-o", out).code == 0
    with out.open() as file:
        assert next(csv.DictReader(file))["segment_s"] == "june"


def test_ranks_are_those_among_all_rows(tmp_path: Path) -> None:
    """What ranks a record is decided among all rows of the file."""
    rules = """
        fields: {employees: {type: int}}
        schemas:
          s:
            assign: first_match
            segments: {top: {criteria: {employees: {top_percent: 20}}}, rest: {criteria: {employees: {gte: 0}}}}
    """
    rows = "".join(f"{number},{number}\n" for number in range(1, 11))
    files = write(tmp_path / "data.csv", f"Record ID,employees\n{rows}"), write(tmp_path / "rules.yaml", rules)
    labels = [schemas(explained(files, "--row", row))["s"]["label"] for row in (8, 9)]
    assert labels == ["rest", "top"]


# ------------------------------------------------------------------------------------------------------------ on paper


def test_table(files: tuple[Path, Path]) -> None:
    """The table shows label, reason, each clause and the nearest other segment."""
    data, rules = files
    out = run("explain", data, "--rules", rules, "--record", "101", "--schema", "size", "--as-of", "2026-06-30").out
    assert "size: small" in out
    assert "employees is between 1 and 500 (480)" in out
    assert "Nearest other segment: large. It takes: employees from 480 to at least 501" in out


def test_csv_is_one_table(files: tuple[Path, Path]) -> None:
    """As CSV there is one line for each part of each segment, with its level."""
    data, rules = files
    ran = run("explain", data, "--rules", rules, "--record", "104", "--schema", "size", "--format", "csv", "-q")
    lines = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(line["segment"], line["level"], line["verdict"]) for line in lines] == [
        ("small", "0", "no"),
        ("small", "1", "does not hold"),
        ("large", "0", "no"),
        ("large", "1", "holds"),
        ("large", "1", "holds: left out"),
        ("large", "2", "holds"),
    ]


def test_cells_cannot_take_over(tmp_path: Path) -> None:
    """Control characters of a cell are shown harmless, long cells are cut, and markup is none."""
    cell = "\x1b[31mRetail <b>|" + "x" * 500
    data = write(tmp_path / "data.csv", f"Record ID,industry\n1,{cell}\n2,SaaS\n")
    rules = write(tmp_path / "rules.yaml", RULES)
    for form in ("table", "md", "json", "csv"):
        out = run("explain", data, "--rules", rules, "--record", "1", "--format", form, "-q").out
        assert "Retail" in out
        assert "\x1b" not in out
        assert "x" * 100 not in out
    assert "<b>" not in run("explain", data, "--rules", rules, "--record", "1", "--format", "md", "-q").out


def test_fail_on(files: tuple[Path, Path]) -> None:
    """A record without a segment fails --fail-on warning, and passes --fail-on error."""
    data, rules = files
    codes = [
        run("explain", data, "--rules", rules, "--row", 2, "--schema", "size", "--fail-on", level).code
        for level in ("warning", "error")
    ]
    assert codes == [1, 0]


def test_an_exception_gives_the_label(tmp_path: Path) -> None:
    """A record put into a segment by hand is explained with the label and the reason that assign writes."""
    rules = """
        governance: {exceptions: exceptions.csv}
        fields: {n: {type: int}}
        schemas:
          size:
            assign: exactly_one
            segments: {small: {criteria: {n: {lt: 50}}}, large: {criteria: {n: {gte: 50}}}}
    """
    write(tmp_path / "rules.yaml", rules)
    head = "record_id,schema,segment,reason,approved_by,expires_on"
    write(tmp_path / "exceptions.csv", f"{head}\n1,size,large,group contract,me@example.com,2026-12-31\n")
    write(tmp_path / "d.csv", "Record ID,n\n1,10\n2,10\n")
    common = ("--rules", tmp_path / "rules.yaml", "--as-of", "2026-12-31")
    found = json.loads(run("explain", tmp_path / "d.csv", "--record", "1", *common, "--format", "json").out)
    (schema,) = found["records"][0]["schemas"]
    assert schema["label"] == "large"
    assert schema["reason"].startswith("exception: group contract, approved by me@example.com, until 2026-12-31; ")
    assert (schema["nearest"], schema["by_hand"] is None) == (None, False)
    out = tmp_path / "out.csv"
    run("assign", tmp_path / "d.csv", "-o", out, *common, "-q")
    with out.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["segment_size_reason"] == schema["reason"]
    other = json.loads(run("explain", tmp_path / "d.csv", "--record", "2", *common, "--format", "json").out)
    assert other["records"][0]["schemas"][0]["label"] == "small"


def test_what_texts_may_do_is_not_called_impossible(tmp_path: Path) -> None:
    """A text no rule names may do what none of its words does: that is "cannot tell", not proved impossible."""
    rules = """
        fields: {job: {type: text}}
        schemas:
          s:
            assign: all_matches
            segments:
              long: {criteria: {all: [{job: {starts_with: Head}}, {job: {length: {gte: 20}}}]}}
              never: {criteria: {all: [{job: {eq: a}}, {job: {eq: b}}]}}
    """
    write(tmp_path / "rules.yaml", rules)
    write(tmp_path / "d.csv", "Record ID,job\n1,Clerk\n")
    ran = run("explain", tmp_path / "d.csv", "--row", "1", "--rules", tmp_path / "rules.yaml", "--format", "json")
    segments = json.loads(ran.out)["records"][0]["schemas"][0]["segments"]
    moves = {item["id"]: item["move"] for item in segments}
    assert moves["never"]["verdict"] == "none"
    assert moves["long"]["verdict"] in {"open", "found"}
