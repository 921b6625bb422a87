"""Ids and addresses on several records, dates before a company was founded, and words off by a letter."""

import csv
from datetime import date
from pathlib import Path

import pytest

from segaudit.audit.deciding import overlap
from segaudit.audit.opening import InputChoices
from segaudit.audit.quality import quality
from segaudit.model.quality import QualityFinding


def findings(path: Path, header: list[str], rows: list[list[str]]) -> dict[str, QualityFinding]:
    """Return what is found in a table, by rule."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return {finding.rule: finding for finding in quality(str(path), as_of=date(2026, 6, 30)).findings}


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    """An id on two rows is named with both, where ids nearly all differ."""
    rows = [[f"{index}", f"Company {index}"] for index in range(1, 41)]
    found = findings(tmp_path / "a.csv", ["Record ID", "Company Name"], [*rows, ["7", "Another"]])
    finding = found["quality.duplicate-ids"]
    assert (finding.rows_failed, finding.first_rows, finding.columns) == (2, (7, 41), ("Record ID",))
    assert [(example.value, example.rows) for example in finding.examples] == [("7", 2)]


@pytest.mark.parametrize("header", ["Constituent ID", "Account Number", "Member No.", "id_client", "Kundennr"])
def test_an_id_that_no_field_is_known_for(tmp_path: Path, header: str) -> None:
    """A column that numbers the rows is one by its header and its codes, whatever it is called."""
    rows = [[f"D{index:05}", f"Ann{index}"] for index in range(1, 41)]
    found = findings(tmp_path / "a.csv", [header, "First Name"], [*rows, ["D00007", "Bob"]])
    assert found["quality.duplicate-ids"].first_rows == (7, 41)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Budget Number", "two of {}"), ("Sales", "D{:05}"), ("House Number", "{}")],
    ids=["no codes", "no such header", "values recur"],
)
def test_columns_that_number_nothing(tmp_path: Path, header: str, cell: str) -> None:
    """Without a header that says so, with words or with values that recur, a column is no key."""
    count = 20 if header == "House Number" else 40
    rows = [[cell.format(index % count + 1), f"Ann{index}"] for index in range(40)]
    assert "quality.duplicate-ids" not in findings(
        tmp_path / "a.csv", [header, "First Name"], [*rows, [cell.format(7), "Bob"]]
    )


def test_ids_that_point_elsewhere(tmp_path: Path) -> None:
    """Ids of which many recur are those of another table, and no fault."""
    rows = [[f"{index % 5}", f"Task {index}"] for index in range(40)]
    assert "quality.duplicate-ids" not in findings(tmp_path / "a.csv", ["Contact ID", "Subject"], rows)


def test_an_address_on_two_people(tmp_path: Path) -> None:
    """An address on two records is named, and is no certain fault."""
    rows = [[f"Ann{index}", f"ann{index}@acme.io"] for index in range(20)]
    finding = findings(tmp_path / "a.csv", ["First Name", "Email"], [*rows, ["Bob", "ann3@acme.io"]])[
        "quality.shared-addresses"
    ]
    assert (finding.rows_failed, finding.rows_certain, finding.first_rows) == (2, 0, (4, 21))


def test_an_address_in_other_capitals(tmp_path: Path) -> None:
    """Ann.Lee@Acme.io is the address that stands elsewhere in small letters."""
    rows = [[f"Ann{index}", f"ann{index}@acme.io"] for index in range(20)]
    finding = findings(tmp_path / "a.csv", ["First Name", "Email"], [*rows, ["Bob", "Ann3@Acme.io"]])[
        "quality.shared-addresses"
    ]
    assert finding.first_rows == (4, 21)


@pytest.mark.parametrize(("since", "wrong"), [("2009-12-31", True), ("2010-01-01", False), ("", False)])
def test_a_customer_before_the_company(tmp_path: Path, since: str, wrong: bool) -> None:  # noqa: FBT001 - an expectation
    """A date in a year before the founding year is named; the founding year itself is fine."""
    rows = [["Acme", "2010", since], ["Globex", "1999", "2020-05-01"], ["Initech", "", "2001-01-01"]]
    found = findings(tmp_path / "a.csv", ["Company Name", "Founded Year", "Customer Since"], rows)
    assert ("quality.before-founding" in found) == wrong
    if wrong:
        assert found["quality.before-founding"].first_rows == (1,)


@pytest.mark.parametrize(
    ("industry", "better"),
    [
        ("technolgy", "technology"),
        ("Helthcare", "Healthcare"),
        ("RETIAL", "RETAIL"),
        ("Information Technlogy", "Information Technology"),
        ("technology", None),
        ("Technologies", None),
        ("Fiddlesticks", None),
        ("media", None),
    ],
)
def test_industries_off_by_a_letter(tmp_path: Path, industry: str, better: str | None) -> None:
    """A word one letter off from a known one is mended as it is written; known, unknown and short words stand."""
    rows = [["Acme", industry], ["Globex", "Energy"], ["Initech", "Energy"]]
    found = findings(tmp_path / "a.csv", ["Company Name", "Industry"], rows).get("quality.industry-words")
    assert (found.examples[0].suggestion if found else None) == better


def test_values_outside_the_picklist(tmp_path: Path) -> None:
    """What the rules do not list is named; other capitals and typing errors get the listed value."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.yaml").write_text(
        "version: 1\nfields: {lead_status: {type: enum, values: [Open, Contacted, Qualified]}}\n"
        "schemas: {s: {assign: all_matches, segments: {a: {criteria: {lead_status: {eq: Open}}}}}}\n",
        encoding="utf-8",
    )
    path = tmp_path / "a.csv"
    cells = ["Open", "OPEN", "Contactd", "Won", "", "Qualified", "Open", "Contacted"]
    path.write_text("Email,Lead Status\n" + "".join(f"a{i}@acme.io,{cell}\n" for i, cell in enumerate(cells)))
    result = quality(str(path), InputChoices(rules=str(rules)), as_of=date(2026, 6, 30))
    finding = next(item for item in result.findings if item.rule == "quality.outside-picklist")
    assert finding.first_rows == (2, 3, 4)
    assert {(example.value, example.suggestion) for example in finding.examples} == {
        ("OPEN", "Open"),
        ("Contactd", "Contacted"),
        ("Won", None),
    }


def test_a_gate_reads_segments_as_overlap_does(tmp_path: Path) -> None:
    """A threshold on a segment counts what `overlap` counts, where the rules name a field's column as well."""
    rules, gate, path = tmp_path / "own.yaml", tmp_path / "gate.yaml", tmp_path / "a.csv"
    rules.write_text(
        "version: 1\nfields: {employees: {type: int, column: Heads on board}}\n"
        "schemas: {size: {assign: exactly_one, segments: {small: {criteria: {employees: {lte: 50}}}}}}\n",
        encoding="utf-8",
    )
    gate.write_text("gate: [{metric: members, segment: size.small, equals: 2}]\n", encoding="utf-8")
    path.write_text("Email,Heads on board\na@acme.io,7\nb@acme.io,50\nc@acme.io,51\n", encoding="utf-8")
    choices = InputChoices(rules=str(rules))
    assert overlap(str(path), choices).schemas[0].segments[0].members == 2
    result = quality(str(path), choices, as_of=date(2026, 6, 30), gate=str(gate))
    assert result.gate is not None
    assert [(item.observed, item.met) for item in result.gate.thresholds] == [(2, True)]
