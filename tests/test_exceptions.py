"""Exceptions: records that somebody has put into a segment by hand, read from a file and honoured until a day."""

import csv
import json
from pathlib import Path

import pytest

from segaudit.rulebook.load import load_rulebook
from tests.rules_support import Ran, mistakes, run, write

RULES = """
    governance: {exceptions: exceptions.csv, approvers: [boss@example.com]}
    fields: {employees: {type: int}, unsubscribed: {type: bool, blank_means: false}, industry: {type: text}}
    schemas:
      size:
        assign: exactly_one
        else: size_unknown
        segments:
          small: {criteria: {employees: {lte: 500}}}
          large: {criteria: {employees: {gt: 500}}}
      outreach:
        assign: first_match
        segments:
          dead: {criteria: {unsubscribed: {is: true}}, suppress: true}
          steel: {criteria: {industry: {eq: Steel}}}
      programme:
        assign: all_matches
        segments:
          metal: {criteria: {industry: {in: [Steel, Iron]}}}
          big: {criteria: {employees: {gte: 100}}}
"""
HEAD = "record_id,schema,segment,reason,approved_by,expires_on\n"
HEADERS = ["Record ID", "employees", "unsubscribed", "industry"]
ROWS = [["1", "10", "", "Steel"], ["2", "900", "", "Glass"], ["3", "20", "yes", "Steel"], ["4", "30", "", ""]]
BY = "boss@example.com"


def write_table(path: Path, headers: list[str], rows: list[list[str]]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def assign(folder: Path, exceptions: str, *options: object, rows: list[list[str]] = ROWS) -> Ran:
    """Tag the rows above on the last day of June."""
    rules = write(folder / "rules.yaml", RULES)
    (folder / "exceptions.csv").write_text(exceptions, encoding="utf-8")
    data = write_table(folder / "data.csv", HEADERS, rows)
    given = ("--rules", rules, "--as-of", "2026-06-30", "--force", "--format", "json", *options)
    return run("assign", data, "-o", folder / "out.csv", *given)


def tags(folder: Path) -> list[dict[str, str]]:
    """Return the tagged rows."""
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def loaded(folder: Path, exceptions: str) -> list[str]:
    """Return what is wrong with a file of exceptions."""
    (folder / "exceptions.csv").write_text(exceptions, encoding="utf-8")
    return mistakes(folder, RULES)


def test_honoured_until_the_day(tmp_path: Path) -> None:
    """An exception gives the record its segment up to and on the day it expires, and the reason says by whom."""
    text = f"{HEAD}1,size,large,joins a group,{BY},2026-06-30\n4,size,large,late,{BY},2026-06-29\n"
    ran = assign(tmp_path, text)
    assert ran.code == 0, ran.err
    first, *_, last = tags(tmp_path)
    assert first["segment_size"] == "large"
    assert first["segment_size_reason"] == (
        "exception: joins a group, approved by boss@example.com, until 2026-06-30; "
        "by the rules: small: employees is at most 500 (10)"
    )
    assert (last["segment_size"], last["segment_size_reason"]) == ("small", "employees is at most 500 (30)")
    (counts,) = json.loads(ran.out)["exceptions"]
    assert counts == {
        "schema": "size", "given": 2, "honoured": 1, "records": {"large": 1}, "agreeing": 0, "suppressed": 0,
        "expired": 1, "absent": 0, "overruled": 0,
    }  # fmt: skip


def test_suppression_stays(tmp_path: Path) -> None:
    """An exception never takes a record out of a segment that suppresses; that it was ignored is said and counted."""
    ran = assign(tmp_path, f"{HEAD}3,outreach,steel,a friend,{BY},\n")
    record = tags(tmp_path)[2]
    assert record["segment_outreach"] == "dead"
    assert record["segment_outreach_reason"].endswith(
        "an exception for steel is ignored: it cannot take a record out of a segment that suppresses"
    )
    found = json.loads(ran.out)
    assert found["exceptions"][0]["suppressed"] == 1
    assert [item["rule"] for item in found["findings"]] == ["exceptions.suppressed"]


def test_into_a_segment_that_suppresses(tmp_path: Path) -> None:
    """A record that an exception puts into a segment that suppresses is on the suppression list."""
    ran = assign(tmp_path, f"{HEAD}1,outreach,dead,wrote to us,{BY},\n", "--suppression", tmp_path / "stop.csv")
    assert ran.code == 0, ran.err
    with (tmp_path / "stop.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["record_id"]: row["reason"] for row in csv.DictReader(file)}
    assert list(listed) == ["1", "3"]
    assert listed["1"].startswith("exception: wrote to us, approved by boss@example.com, without an end")


def test_all_matches_adds(tmp_path: Path) -> None:
    """Where a record may be in several segments, an exception adds one, in the schema's order."""
    assign(tmp_path, f"{HEAD}2,programme,metal,trades in it,{BY},\n4,programme,big,will be,{BY},\n")
    assert [row["segment_programme"] for row in tags(tmp_path)] == ["metal", "metal; big", "metal", "big"]


def test_agreeing_and_absent(tmp_path: Path) -> None:
    """An exception that says what the rules say changes nothing, and one for an unknown record is counted."""
    ran = assign(tmp_path, f"{HEAD}1,size,small,as is,{BY},\n77,size,large,who,{BY},\n")
    assert tags(tmp_path)[0]["segment_size_reason"] == "employees is at most 500 (10)"
    (counts,) = json.loads(ran.out)["exceptions"]
    assert (counts["agreeing"], counts["absent"], counts["honoured"]) == (1, 1, 0)


def test_ids_as_spreadsheets_write_them(tmp_path: Path) -> None:
    """An id a spreadsheet took for a number, and one that stands in two rows, are found all the same."""
    rows = [*[[str(number), "10", "", ""] for number in range(1, 20)], ["7", "20", "", ""]]
    assign(tmp_path, f"{HEAD}7.0,size,large,both,{BY},\n", rows=rows)
    assert [row["Record ID"] for row in tags(tmp_path) if row["segment_size"] == "large"] == ["7", "7"]


def test_list_without_ids(tmp_path: Path) -> None:
    """Without a column of ids no exception can be matched, and a finding says so."""
    rules = write(tmp_path / "rules.yaml", RULES)
    (tmp_path / "exceptions.csv").write_text(f"{HEAD}1,size,large,why,{BY},\n", encoding="utf-8")
    data = write_table(tmp_path / "data.csv", ["employees", "industry"], [["10", "Steel"], ["10", "Glass"]])
    ran = run("assign", data, "-o", tmp_path / "out.csv", "--rules", rules, "--format", "json")
    (finding,) = json.loads(ran.out)["findings"]
    assert finding["hint"] == "the list has no column of ids to find them by"


def test_all_records_of_an_entity(tmp_path: Path) -> None:
    """An exception of one record is one of all records of its entity."""
    clusters = [["1", "1", "EA", "0.9"], ["2", "2", "EA", "0.9"], ["3", "3", "EB", "0.9"], ["4", "4", "EC", "0.9"]]
    given = write_table(tmp_path / "c.csv", ["_row", "record_id", "entity_id", "match_probability"], clusters)
    ran = assign(tmp_path, f"{HEAD}2,outreach,steel,sells it,{BY},\n", "--entities", given)
    assert ran.code == 0, ran.err
    assert [row["segment_outreach"] for row in tags(tmp_path)] == ["steel", "steel", "dead", "unplaced"]


def test_overlap_counts_them(tmp_path: Path) -> None:
    """Overlap tells how many records are in a segment by exception, beside its members by the rules."""
    assign(tmp_path, f"{HEAD}1,size,large,why,{BY},\n4,size,large,why,{BY},\n")
    given = ("--rules", tmp_path / "rules.yaml", "--as-of", "2026-06-30", "--format", "json")
    found = json.loads(run("overlap", tmp_path / "data.csv", *given).out)
    sizes = {item["id"]: (item["members"], item["members_by_exception"]) for item in found["schemas"][0]["segments"]}
    assert sizes == {"small": (3, 0), "large": (1, 2)}


# ------------------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,sise,large,why,a,", 'exceptions.csv:2:1: there is no schema "sise"\n  hint: did you mean "size"?'),
        ("1,size,lage,why,a,", 'schema "size" has no segment "lage"\n  hint: did you mean "large"?'),
        ("1,size,large,why,a,31.12.2026", '"31.12.2026" is no day'),
        (",size,large,why,a,", "an exception names no record"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, row: str, said: str) -> None:
    """What is wrong in the file is told with its line and, for a name, the closest one."""
    (found,) = loaded(tmp_path, f"{HEAD}{row}\n")
    assert said in found
    assert found.startswith("exceptions.csv:2:1: ")


def test_doubled(tmp_path: Path) -> None:
    """A record has one exception in a schema; a line break within a cell does not move the lines."""
    (found,) = loaded(tmp_path, f'{HEAD}1,size,large,"why\nnot",a,\n1,size,small,why,a,\n')
    assert found == 'exceptions.csv:4:1: "1" has an exception in size already\n  hint: on line 2'


@pytest.mark.parametrize("content", [None, "record_id;segment\n", "", "\x00\n", '"' + "x" * 200_000])
def test_files_that_are_none(tmp_path: Path, content: str | None) -> None:
    """A file that is missing, empty or something else is a mistake and no crash."""
    if content is not None:
        (tmp_path / "exceptions.csv").write_text(content, encoding="utf-8")
    assert mistakes(tmp_path, RULES)


def test_semicolons(tmp_path: Path) -> None:
    """A file that a spreadsheet saved with semicolons is read."""
    text = (HEAD + f"1,size,large,why,{BY},2026-12-31\n").replace(",", ";")
    (tmp_path / "exceptions.csv").write_text("\ufeff" + text, encoding="utf-8")
    rules = load_rulebook((write(tmp_path / "a.yaml", RULES),), {})
    assert [(item.record_id, item.segment) for item in rules.exceptions] == [("1", "large")]
