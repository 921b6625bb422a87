"""``segaudit coverage``: counts against hand-worked and plain-Python ones, verdicts, formats, and what rules change."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segaudit
from segaudit.audit.opening import InputChoices
from segaudit.model.coverage import ColumnMeasures, CoverageResult, Cutoffs, Quality
from segaudit.model.fields import FieldType
from segaudit.quality.coverage import judge
from segaudit.quality.suspects import find_suspects
from segaudit.rulebook.location import RulesLocation, data_folder
from segaudit.rulebook.tables import load_placeholders
from tests.rules_support import run

SAMPLE = data_folder("sample_data")
PLACEHOLDERS = load_placeholders(RulesLocation.at(None))


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return path


def measures(**counts: object) -> ColumnMeasures:
    """Return measures with these counts and nothing else."""
    plain: dict[str, Any] = dict.fromkeys(("rows", "filled", "blank", "placeholder", "invalid", "distinct"), 0)
    plain |= dict.fromkeys(("shortest", "longest", "lowest", "highest"))
    plain |= dict.fromkeys(("frequent", "suspects", "invalid_frequent"), ())
    return ColumnMeasures(**plain | counts)


# -------------------------------------------------------------------------------------------------------------- counts

EMAILS = ["ann@example.com", "ANN@example.com", "bob@example", "", "  ", "n/a", "ann@example.com"]


def test_counts_of_a_column(tmp_path: Path) -> None:
    """Seven cells by hand: two blank, one placeholder, four filled, of which one is no address and three differ."""
    result = segaudit.coverage(str(write(tmp_path / "a.csv", ["Email"], [[email] for email in EMAILS])))
    m = result.columns[0].measures
    assert (m.rows, m.filled, m.blank, m.placeholder, m.invalid, m.distinct) == (7, 4, 2, 1, 1, 3)
    assert (m.shortest, m.longest) == (11, 15)
    assert m.frequent == (("ann@example.com", 2),)
    assert m.invalid_frequent == (("bob@example", 1),)


def test_range_of_a_column(tmp_path: Path) -> None:
    """The smallest and largest value are those of numbers and days, not of the texts they are written in."""
    rows = [["9", "9.1.2024"], ["10", "10.1.2023"], ["1,000", "2.1.2024"]]
    numbers, days = segaudit.coverage(str(write(tmp_path / "a.csv", ["n", "Create Date"], rows))).columns
    assert (numbers.measures.lowest, numbers.measures.highest) == ("9", "1000")
    assert (days.measures.lowest, days.measures.highest) == ("2023-01-10", "2024-01-09")


def recount(result: CoverageResult, rows: Sequence[Sequence[str]]) -> list[tuple[int, int, int, int]]:
    """Count blank, placeholder, filled and distinct cells of each column in plain Python."""
    counts = []
    for index, column in enumerate(result.columns):
        words = {item.value for item in PLACEHOLDERS if item.means_missing(column.field, column.type)}
        cells = [row[index] for row in rows]
        filled = [cell for cell in cells if cell.strip() and cell.strip().lower() not in words]
        blank = sum(not cell.strip() for cell in cells)
        counts.append((blank, len(cells) - blank - len(filled), len(filled), len(set(filled))))
    return counts


@pytest.mark.parametrize("name", ["contacts.csv", "companies.csv", "deals.csv", "campaign_outcomes.csv"])
def test_recount_of_the_sample(name: str) -> None:
    """Every column of the sample counts as the csv module and a loop count it."""
    result = segaudit.coverage(str(SAMPLE / name))
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    found = [column.measures for column in result.columns]
    assert [(m.blank, m.placeholder, m.filled, m.distinct) for m in found] == recount(result, rows)
    assert all(m.rows == len(rows) == m.filled + m.blank + m.placeholder for m in found)


def test_truth_of_the_sample() -> None:
    """Blanks are those planted; a planted stand-in is a placeholder, cannot be read, or is a value of its kind."""
    found = {column.column: column for column in segaudit.coverage(str(SAMPLE / "contacts.csv")).columns}
    with (SAMPLE / "truth" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["column"]: {key: int(row[key]) for key in row if key != "column"} for row in csv.DictReader(file)}
    assert list(found) == list(truth)
    for name, planted in truth.items():
        m = found[name].measures
        assert (m.rows, m.blank) == (planted["rows"], planted["blank"] + planted["whitespace_only"]), name
        assert m.filled + m.placeholder == planted["filled"] + planted["placeholder"], name
        if found[name].type is FieldType.TEXT:
            assert abs(m.placeholder - planted["placeholder"]) <= 0.005 * planted["rows"], name


CELL = st.sampled_from(
    ["", " ", "n/a", "-", "1", "1.0", "7", "2024-01-31", "x", "X", "é", "a,b", '"', "None", "NULL", "0"]
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=12))
def test_counts_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    """Rows are filled, blank or placeholder; distinct values and invalid ones are no more than the filled."""
    path = write(tmp_path_factory.mktemp("c") / "a.csv", ["x", "Country", "Number of Employees"], rows)
    # A row of words above figures may well be a second row of the header; here none is.
    result = segaudit.coverage(str(path), InputChoices(header_rows=1))
    found = [column.measures for column in result.columns]
    assert [(m.blank, m.placeholder, m.filled, m.distinct) for m in found] == recount(result, rows)
    assert all(m.rows == len(rows) and m.invalid <= m.filled >= m.distinct for m in found)


def test_more_values_than_fit(tmp_path: Path) -> None:
    """Distinct values are exact where all of 30,000 differ, and so are the counts beside them."""
    rows = [[f"u{index}@example.com", f"{index % 7}"] for index in range(30_000)]
    emails, digits = segaudit.coverage(str(write(tmp_path / "a.csv", ["Email", "digit"], rows))).columns
    assert (emails.measures.distinct, emails.measures.invalid, emails.measures.frequent) == (30_000, 0, ())
    assert (digits.measures.distinct, digits.measures.frequent[0]) == (7, ("4", 4286))


def test_doubled_headers(tmp_path: Path) -> None:
    """Columns of the same name, or of none, are columns of their own."""
    result = segaudit.coverage(str(write(tmp_path / "a.csv", ["a", "a", "", ""], [["1", "", "2", ""]])))
    assert [(column.position, column.column, column.measures.filled) for column in result.columns] == [
        (1, "a", 1),
        (2, "a", 0),
        (3, "", 1),
        (4, "", 0),
    ]


# ------------------------------------------------------------------------------------------------------------ verdicts

CUTOFFS = Cutoffs(good_from=0.8, source_below=0.3)


@pytest.mark.parametrize(
    ("filled", "invalid", "quality"),
    [
        (100, 0, Quality.GOOD),
        (80, 0, Quality.GOOD),
        (79, 0, Quality.NEEDS_ENRICHMENT),
        (100, 20, Quality.GOOD),
        (100, 21, Quality.NEEDS_ENRICHMENT),
        (100, 100, Quality.NEEDS_ENRICHMENT),
        (30, 0, Quality.NEEDS_ENRICHMENT),
        (30, 30, Quality.NEEDS_ENRICHMENT),
        (29, 0, Quality.NEEDS_DATA_SOURCE),
        (0, 0, Quality.NEEDS_DATA_SOURCE),
    ],
)
def test_verdict_at_the_cut_offs(filled: int, invalid: int, quality: Quality) -> None:
    """Good begins at exactly 80 % filled and readable; under 30 % filled a source is needed; the rest is enrichment."""
    assert judge(measures(rows=100, filled=filled, invalid=invalid), CUTOFFS) is quality


def test_verdict_on_no_rows() -> None:
    """A column without rows has nothing in it."""
    assert judge(measures(), CUTOFFS) is Quality.NEEDS_DATA_SOURCE


@pytest.mark.parametrize(
    ("kind", "frequent", "suspects"),
    [
        ("int", [("0", 500), ("250", 40), ("510", 30)], ["0"]),
        ("int", [("0", 50), ("1", 40), ("2", 30)], []),
        ("int", [("999999", 300), ("250", 40)], ["999999"]),
        ("date", [("1900-01-01", 30), ("2024-01-01", 20)], ["1900-01-01"]),
        ("text", [("test", 30), ("Ann", 20)], ["test"]),
        ("text", [("!!", 30), ("Ann", 20)], ["!!"]),
        ("phone", [("000-000-0000", 9), ("555-123-4567", 3)], ["000-000-0000"]),
        ("text", [("test", 2), ("Ann", 1)], []),
        ("enum", [("Yes", 500), ("No", 5)], []),
    ],
)
def test_suspects(kind: str, frequent: list[tuple[str, int]], suspects: list[str]) -> None:
    """Values that recur and look like stand-ins are shown; counts of nothing, rare and ordinary values are not."""
    found = find_suspects(FieldType(kind), measures(rows=1000, filled=1000, frequent=tuple(frequent)))
    assert [value for value, _ in found] == suspects


# ------------------------------------------------------------------------------------------------------- command line


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Ten contacts: every one has an address, four an industry, two a number of employees."""
    rows = [
        [f"u{index}@example.com", "Software" if index < 4 else "", "7" if index < 2 else "n/a"] for index in range(10)
    ]
    return write(tmp_path / "export.csv", ["Email", "Industry", "Number of Employees"], rows)


def test_json(export: Path) -> None:
    """JSON has the keys scripts rely on, and nothing that points to a person unless examples are asked for."""
    ran = run("coverage", export, "--format", "json", "--as-of", "2026-06-30")
    result = json.loads(ran.out)
    assert (ran.code, ran.err, result["schema_version"], result["as_of"]) == (0, "", "1", "2026-06-30")
    assert result["source"]["rows"] == 10
    contract = "column field rows filled blank placeholder invalid share_filled distinct quality".split()
    assert [{key: column[key] for key in contract} for column in result["columns"]] == [
        dict(zip(contract, row, strict=True))
        for row in [
            ("Email", "email", 10, 10, 0, 0, 0, 1.0, 10, "Good"),
            ("Industry", "industry", 10, 4, 6, 0, 0, 0.4, 1, "Needs enrichment"),
            ("Number of Employees", "employees", 10, 2, 0, 8, 0, 0.2, 1, "Needs data source"),
        ]
    ]
    assert "example.com" not in ran.out
    assert result["cutoffs"] == {"good_from": 0.8, "source_below": 0.3}


def test_examples(export: Path) -> None:
    """Examples show values, ranges and cells that cannot be read, in JSON and for people."""
    columns = json.loads(run("coverage", export, "--format", "json", "--examples").out)["columns"]
    assert columns[1]["frequent"] == [{"value": "Software", "rows": 4}]
    assert (columns[2]["lowest"], columns[2]["highest"]) == ("7", "7")
    assert "Software (4)" in run("coverage", export, "--examples").out


def test_table(export: Path) -> None:
    """The table has a line for each field with its coverage and quality, and says which cut-offs it used."""
    lines = run("coverage", export).out.splitlines()
    table = [line.split() for line in lines]
    assert ["Email", "100%", "Good", "email", "(email)", "10", "0", "0", "0", "10"] in table
    assert ["Industry*", "40%", "Needs", "enrichment", "enum", "(industry)", "4", "6", "0", "0", "1"] in table
    assert any("Good: at least 80%" in line and "under 30%" in line for line in lines)


def test_csv(export: Path) -> None:
    """CSV is the table and nothing else."""
    rows = list(csv.DictReader(run("coverage", export, "--format", "csv").out.splitlines()))
    assert [(row["Field"], row["Coverage"], row["Quality"]) for row in rows] == [
        ("Email", "100%", "Good"),
        ("Industry*", "40%", "Needs enrichment"),
        ("Number of Employees*", "20%", "Needs data source"),
    ]


def test_markdown(export: Path) -> None:
    """Markdown is a heading, the table and what to know of it."""
    out = run("coverage", export, "--format", "md").out
    assert out.startswith("## Coverage of ")
    assert "\n| Industry\\* | 40% | Needs enrichment |" in out


def test_percent_beside_a_cut_off(tmp_path: Path) -> None:
    """79.6 % is not shown as 80 % of which the table says that it is Good."""
    cells = [["x" if index < 199 else ""] for index in range(250)]
    out = run("coverage", write(tmp_path / "a.csv", ["a"], cells), "--format", "csv").out
    assert "a,79.6%,Needs enrichment" in out


@pytest.mark.parametrize(
    ("fail_on", "filled", "code"),
    [("never", 0, 0), ("error", 0, 1), ("error", 5, 0), ("warning", 5, 1), ("warning", 10, 0)],
)
def test_fail_on(tmp_path: Path, fail_on: str, filled: int, code: int) -> None:
    """A core field without a source is an error and one that wants enrichment a warning; other fields are neither."""
    rows = [["Software" if index < filled else "", ""] for index in range(10)]
    path = write(tmp_path / "a.csv", ["Industry", "some column"], rows)
    assert run("coverage", path, "--fail-on", fail_on).code == code


def test_header_only(tmp_path: Path) -> None:
    """A header without rows is measured like any table, and said to be one."""
    path = write(tmp_path / "a.csv", ["Email", "x"], [])
    ran = run("coverage", path)
    assert ran.code == 0
    assert "0 rows, 2 columns (utf-8 text), which is a header without data rows" in ran.out
    columns = json.loads(run("coverage", path, "--format", "json", "--examples").out)["columns"]
    assert [(column["rows"], column["share_filled"], column["length_min"]) for column in columns] == [(0, 0, None)] * 2


def test_own_rules(export: Path, tmp_path: Path) -> None:
    """A client's folder replaces the files it holds, and no other: cut-offs, then placeholders."""
    rules = tmp_path / "acme"
    (rules / "quality").mkdir(parents=True)
    (rules / "quality" / "cutoffs.csv").write_text("name,value,meaning\ngood_from,0.4,x\nsource_below,0.2,x\n")
    verdicts = [column["quality"] for column in columns_of(export, rules)]
    assert verdicts == ["Good", "Good", "Needs enrichment"]
    (rules / "placeholders.csv").write_text("value,not_in,why\nsoftware,,an answer nobody wanted\n")
    counts = [(column["placeholder"], column["invalid"]) for column in columns_of(export, rules)]
    assert counts == [(0, 0), (4, 0), (0, 8)]


def columns_of(export: Path, rules: Path) -> list[dict[str, Any]]:
    """Return the columns of a run with a client's rules."""
    columns: list[dict[str, Any]] = json.loads(run("coverage", export, "--rules", rules, "--format", "json").out)[
        "columns"
    ]
    return columns


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,value,meaning\ngood_from,much,x\nsource_below,0.3,x\n", 'cutoffs.csv:2: "much" is no number'),
        ("name,value,meaning\ngood_from,0.2,x\nsource_below,0.3,x\n", "in that order"),
        ("name,value,meaning\ngood_from,80,x\nsource_below,30,x\n", "shares from 0 to 1"),
        ("name,value,meaning\ngood_from,0.8,x\n", "are both needed"),
        ("name,share\ngood_from,0.8\n", "cutoffs.csv:1: the table lacks the column value, meaning"),
    ],
)
def test_mistakes_in_cut_offs(export: Path, tmp_path: Path, text: str, problem: str) -> None:
    """Cut-offs that make no sense are one message with a way out."""
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "cutoffs.csv").write_text(text)
    ran = run("coverage", export, "--rules", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err
    assert "hint: " in ran.err


@pytest.mark.parametrize(("size", "code"), [("512MB", 0), ("0.5 GiB", 0), ("400", 0), ("2tb", 0)])
def test_memory_limit(export: Path, size: str, code: int) -> None:
    """An amount of memory is written as people write it."""
    assert run("coverage", export, "--memory-limit", size).code == code


@pytest.mark.parametrize("size", ["lots", "", "MB", "12 parsecs", "1MB", "-5GB", "infGB", "nanMB"])
def test_impossible_memory_limit(export: Path, size: str) -> None:
    """What is no amount of memory, or too little, is one message with an example, and nothing is left behind."""
    ran = run("coverage", export, "--memory-limit", size)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("--memory-limit: ")
    assert "MB" in ran.err.split("hint: ")[1]


def test_same_under_a_memory_limit(tmp_path: Path) -> None:
    """The counts are the same when memory is short."""
    rows = [[f"user{index}@example{index % 997}.com", "x" * (index % 50)] for index in range(20_000)]
    path = str(write(tmp_path / "a.csv", ["Email", "Notes"], rows))
    wide, narrow = (segaudit.coverage(path, segaudit.InputChoices(memory_limit=size)) for size in (None, "330MB"))
    assert wide.columns == narrow.columns


def test_library(export: Path) -> None:
    """The library returns what the command prints, with the day it is of."""
    result = segaudit.coverage(str(export), as_of=date(2026, 6, 30))
    assert result.as_of == date(2026, 6, 30)
    assert [column.quality for column in result.columns] == [
        Quality.GOOD,
        Quality.NEEDS_ENRICHMENT,
        Quality.NEEDS_DATA_SOURCE,
    ]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(["-5", "1", "0", "8", "-8", "9", "10", "5.5"] * 5, "number"), ([*map(str, range(100)), "12.5"], "int")],
    ids=["hours", "one slip"],
)
def test_halves_among_whole_numbers(tmp_path: Path, cells: list[str], kind: str) -> None:
    """Offsets of half an hour make a column one of numbers; a slip among a hundred whole numbers does not."""
    file = tmp_path / "a.csv"
    file.write_text("\n".join(["Name,GMTOFF", *(f"n,{cell}" for cell in cells), ""]), encoding="utf-8")
    ran = run("coverage", file, "--format", "json", "-q")
    column = next(item for item in json.loads(ran.out)["columns"] if item["column"] == "GMTOFF")
    assert (column["type"], column["invalid"]) == (kind, 0 if kind == "number" else 1)


def test_amounts_in_cents_are_no_whole_numbers(tmp_path: Path) -> None:
    """Of amounts that are written with cents and nearly all end in .00, the others can be read as well."""
    cells = [f"{1000 + 7 * number}.00" for number in range(60)] + ["0.01", "99.50"]
    file = tmp_path / "gifts.csv"
    file.write_text("Name,Pledged Sum\n" + "".join(f"n,{cell}\n" for cell in cells), encoding="utf-8")
    ran = run("coverage", file, "--format", "json", "-q")
    column = next(item for item in json.loads(ran.out)["columns"] if item["column"] == "Pledged Sum")
    assert (column["type"], column["invalid"]) == ("number", 0)
