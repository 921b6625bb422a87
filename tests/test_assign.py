"""``segaudit assign``: the input as it was, and what is put beside it."""

import csv
import errno
import json
import os
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from segaudit.audit.sample import DEMO_DAY, sample_file
from tests.rules_support import Ran, run, write

RULES = """
    fields: {employees: {type: int}, industry: {type: text}, last_engaged_on: {type: date}}
    schemas:
      size:
        assign: exactly_one
        else: size_unknown
        segments:
          small: {criteria: {employees: {lte: 500}}}
          large: {criteria: {employees: {gte: 500}}}
      engagement:
        assign: first_match
        segments:
          warm: {criteria: {last_engaged_on: {within_last: 30d}}}
          software: {criteria: {industry: {contains: soft}}}
"""
HEADERS = ["Record ID", "employees", "industry", "last_engaged_on", "Notes"]
TAGS = ["segment_size", "segment_size_reason", "segment_engagement", "segment_engagement_reason"]
NASTY = [
    *("", " ", "  both  ", "a\nb", "a\r\nb", 'say "hi"', '""', "a,b", "a;b", "a\tb", "'", "\\", "\\N", "NULL", "null"),
    *(
        "=1+1",
        "@x",
        "-1",
        "+49 30 1234",
        "0501",
        "1.0",
        "1e5",
        "ﬁn",
        "İ",
        "🚀",
        "e\u0301",
        "\u200b",
        "\u00a0",
        "ß" * 300,
    ),
]


def write_csv(path: Path, headers: list[str], rows: list[list[str]]) -> Path:
    """Write a table as CSV, every cell in quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([headers, *rows])
    return path


def read_csv(path: Path, delimiter: str = ",") -> list[list[str]]:
    """Return all rows of a CSV file, the header too, as an independent reader sees them."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def assign(data: Path, output: Path, *options: object, rules: str = RULES) -> Ran:
    """Tag a file by the rules above."""
    path = write(output.parent / "rules.yaml", rules)
    return run("assign", data, "-o", output, "--rules", path, "--as-of", "2026-03-31", *options)


def record(number: int, *cells: str) -> list[str]:
    """Return a row of the columns above."""
    return [str(number), *cells, *[""] * (4 - len(cells))]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a small file to tag."""
    rows = [record(1, "10"), record(2, "501"), record(3, "500"), record(4, ""), record(5, "many"), record(6, "50-600")]
    return write_csv(tmp_path / "data.csv", HEADERS, rows)


# ------------------------------------------------------------------------------------------------------ nothing is lost


@pytest.mark.parametrize("header", ["Record ID", "x"])
def test_nasty_cells(tmp_path: Path, header: str) -> None:
    """Every cell of the input is in the output as it was, byte for byte, in its row and column."""
    rows = [record(number, "10", cell, "", cell) for number, cell in enumerate(NASTY)]
    headers = [header, *HEADERS[1:]]
    data = write_csv(tmp_path / "data.csv", headers, rows)
    ran = assign(data, tmp_path / "out.csv", "--delimiter", ",")
    assert ran.code == 0, ran.err
    head, *body = read_csv(tmp_path / "out.csv")
    assert head == [*headers, *TAGS]
    assert [row[:5] for row in body] == rows


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=8)
_LIKELY = st.sampled_from(["", "10", "500", "n/a", "Software", "2026-03-30", '"', "\n", "a\nb", ",", ";", "\ufeff"])


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(st.lists(_LIKELY | _CELL, min_size=4, max_size=4), min_size=1, max_size=12),
    stated=st.sampled_from([(), ("--encoding", "utf-8")]),
)
def test_no_row_is_lost_or_moved(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], stated: tuple[str, ...]
) -> None:
    """Whatever the cells, the output has the input's rows in their order, each cell as it was."""
    folder = tmp_path_factory.mktemp("any")
    numbered = [[str(number), *row] for number, row in enumerate(rows)]
    data = write_csv(folder / "data.csv", HEADERS, numbered)
    ran = assign(data, folder / "out.csv", "--delimiter", ",", *stated)
    assert ran.code == 0, ran.err
    assert [row[:5] for row in read_csv(folder / "out.csv")[1:]] == numbered


def test_rows_stay_in_order(tmp_path: Path) -> None:
    """Rows stay in the input's order beyond the size that engines work on at once."""
    rows = [[str(number), str(number % 997), "x" if number % 3 else "Software", "", "n"] for number in range(150_000)]
    ran = assign(write_csv(tmp_path / "data.csv", HEADERS, rows), tmp_path / "out.csv")
    assert ran.code == 0, ran.err
    body = read_csv(tmp_path / "out.csv")[1:]
    assert [row[0] for row in body] == [row[0] for row in rows]
    assert all((row[5] == "small") == (int(row[1]) < 500) for row in body)
    assert all((row[7] == "software") == (row[2] == "Software") for row in body)


@pytest.mark.parametrize(
    "headers",
    [
        ["Record ID", "employees", "employees", "Employees", ""],
        [" employees ", 'a"b', "a,b", "ab ", "ß"],
        ["_row", "v", "state", "k0", "c1"],
        ["records", "tags", "d", "select", "o1"],
    ],
)
def test_headers_stay(tmp_path: Path, headers: list[str]) -> None:
    """Headers stay as they were, doubles and empty ones, and names of our own, too."""
    rows = [["1", "10", "x", "2026-01-01", "z"], ["2", "20", "y", "", ""]]
    ran = assign(write_csv(tmp_path / "data.csv", headers, rows), tmp_path / "out.csv", "--delimiter", ",")
    assert ran.code == 0, ran.err
    found = read_csv(tmp_path / "out.csv")
    assert found[0] == [*headers, *TAGS]
    assert [row[:5] for row in found[1:]] == rows


def test_input_is_untouched(data: Path, tmp_path: Path) -> None:
    """The input is read and nothing else, and no other file is left behind."""
    before = (data.read_bytes(), data.stat().st_mtime_ns)
    assign(data, tmp_path / "out.csv")
    assert (data.read_bytes(), data.stat().st_mtime_ns) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "out.csv", "rules.yaml"]


# ----------------------------------------------------------------------------------------------------- tags and reasons


def test_labels_and_reasons(data: Path, tmp_path: Path) -> None:
    """Each record has a label, and a reason that names field and value, or what keeps it from being told."""
    assign(data, tmp_path / "out.csv")
    assert [tuple(row[5:7]) for row in read_csv(tmp_path / "out.csv")[1:]] == [
        ("small", "employees is at most 500 (10)"),
        ("large", "employees is at least 500 (501)"),
        (
            "conflict",
            (
                "matches more than one segment: small: employees is at most 500 (500); "
                "large: employees is at least 500 (500)"
            ),
        ),
        ("size_unknown", "cannot tell: employees is missing"),
        ("size_unknown", "cannot tell: employees cannot be read (many)"),
        ("size_unknown", "cannot tell: employees does not decide it (50-600)"),
    ]


def test_waterfall_says_what_it_could_not_tell(tmp_path: Path) -> None:
    """A record a later segment takes says which earlier one could not be told; one that none takes says its values."""
    rows = [record(1, "", "Software"), record(2, "", "Steel", "2020-01-01"), record(3, "", "n/a", "2020-01-01")]
    assign(write_csv(tmp_path / "data.csv", HEADERS, rows), tmp_path / "out.csv")
    assert [tuple(row[7:]) for row in read_csv(tmp_path / "out.csv")[1:]] == [
        ("software", "industry contains soft (Software); cannot tell warm: last_engaged_on is missing"),
        ("unplaced", "matches no segment: last_engaged_on is 2020-01-01, industry is Steel"),
        ("unplaced", "cannot tell: industry is a placeholder"),
    ]


def test_all_matches_names_them_all(data: Path, tmp_path: Path) -> None:
    """A record in several segments of an all_matches schema is tagged with all of them, in the schema's order."""
    assign(data, tmp_path / "out.csv", rules=RULES.replace("exactly_one", "all_matches"))
    found = read_csv(tmp_path / "out.csv")[3]
    assert found[5] == "small; large"
    assert found[6] == "small: employees is at most 500 (500); large: employees is at least 500 (500)"


def test_summary(data: Path, tmp_path: Path) -> None:
    """The JSON summary says what was written and how many records carry each label."""
    ran = assign(data, tmp_path / "out.csv", "--format", "json")
    summary = json.loads(ran.out)
    assert (summary["schema_version"], summary["command"], summary["rows"]) == ("1", "assign", 6)
    assert summary["columns_added"] == TAGS
    assert summary["labels"]["size"] == {"size_unknown": 3, "conflict": 1, "large": 1, "small": 1}
    assert assign(data, tmp_path / "again.csv", "--quiet").out == ""


def test_same_input_same_bytes(data: Path, tmp_path: Path) -> None:
    """The same input and rules give the same bytes."""
    for name in ("one.csv", "two.csv"):
        assign(data, tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


# -------------------------------------------------------------------------------------------------------------- formats


def nasty_data(tmp_path: Path) -> tuple[Path, list[list[str]]]:
    """Return a file of nasty cells, and its rows."""
    rows = [record(number, "10", cell, "", cell) for number, cell in enumerate(NASTY)]
    return write_csv(tmp_path / "data.csv", HEADERS, rows), rows


def test_tsv(tmp_path: Path) -> None:
    """A .tsv is the same table with tabs."""
    data, rows = nasty_data(tmp_path)
    assert assign(data, tmp_path / "out.tsv", "--delimiter", ",").code == 0
    assert [row[:5] for row in read_csv(tmp_path / "out.tsv", "\t")[1:]] == rows


def test_parquet(tmp_path: Path) -> None:
    """A .parquet holds the cells as text."""
    data, rows = nasty_data(tmp_path)
    assert assign(data, tmp_path / "out.parquet", "--delimiter", ",").code == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == [*HEADERS, *TAGS]
    assert [[cell or "" for cell in row.values()][:5] for row in table.to_pylist()] == rows


def test_xlsx(tmp_path: Path) -> None:
    """A .xlsx holds every cell as text: no formula runs, and no code loses its zeros."""
    data, rows = nasty_data(tmp_path)
    assert assign(data, tmp_path / "out.xlsx", "--delimiter", ",").code == 0
    head, *body = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows()
    assert [cell.value for cell in head] == [*HEADERS, *TAGS]
    assert {cell.data_type for row in body for cell in row if cell.value is not None} == {"s"}
    # A workbook spells characters that XML would change; openpyxl leaves the spelling to be undone.
    assert [[unescape(cell.value or "") for cell in row[:5]] for row in body] == rows


def test_spreadsheet_safe(tmp_path: Path) -> None:
    """With --spreadsheet-safe, cells a spreadsheet would run get an apostrophe; without, none does."""
    data, rows = nasty_data(tmp_path)
    assert assign(data, tmp_path / "out.csv", "--delimiter", ",", "--spreadsheet-safe").code == 0
    assert [row[4] for row in read_csv(tmp_path / "out.csv")[1:]] == [
        f"'{row[4]}" if row[4].startswith(("=", "+", "-", "@")) else row[4] for row in rows
    ]


# ----------------------------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ("old.csv", "this file exists already"),
        ("data.csv", "this is the input, which is never written to"),
        ("gone/out.csv", "there is no folder"),
        ("out.pdf", 'cannot write files that end in ".pdf"'),
        ("out", 'cannot write files that end in ""'),
        ("folder.csv", "this is a folder"),
    ],
)
def test_output_that_cannot_be(data: Path, tmp_path: Path, output: str, problem: str) -> None:
    """An output that cannot be written is one message with a way out, exit code 2, and nothing left behind."""
    (tmp_path / "folder.csv").mkdir()
    write(tmp_path / "old.csv", "mine\n")
    write(tmp_path / "rules.yaml", RULES)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    ran = assign(data, tmp_path / output) if "/" not in output else run("assign", data, "-o", tmp_path / output)
    assert ran.code == 2
    assert problem in ran.err
    assert len(ran.err.strip().split("\n")) == 2
    assert ran.err.count("hint: ") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_force(data: Path, tmp_path: Path) -> None:
    """--force replaces an output, and never the input."""
    write(tmp_path / "out.csv", "mine\n")
    assert assign(data, tmp_path / "out.csv", "--force").code == 0
    assert len(read_csv(tmp_path / "out.csv")) == 7
    before = data.read_bytes()
    assert assign(data, data, "--force").code == 2
    (tmp_path / "link.csv").symlink_to(data)
    assert assign(data, tmp_path / "link.csv", "--force").code == 2
    assert data.read_bytes() == before


def test_folder_that_cannot_be_written(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written to is told before any work is done."""
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser, who may run tests, may write anywhere
    ran = assign(data, tmp_path / "out.csv")
    assert ran.code == 2
    assert "cannot be written to" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_full_disk(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not hold the output is one message, and neither output nor temporary file is left."""

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    ran = assign(data, tmp_path / "out.csv")
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "rules.yaml"]


def test_input_that_is_tagged_already(data: Path, tmp_path: Path) -> None:
    """A file with a column of the same name as a tag is refused, whatever its case."""
    assign(data, tmp_path / "out.csv")
    ran = assign(tmp_path / "out.csv", tmp_path / "twice.csv")
    assert ran.code == 2
    assert 'the input already has a column "segment_size"' in ran.err
    reason_only = write_csv(tmp_path / "reason.csv", ["Record ID", "Segment_Size_Reason"], [["1", "x"]])
    assert assign(reason_only, tmp_path / "twice.csv").code == 2
    assert not (tmp_path / "twice.csv").exists()


@pytest.mark.parametrize(
    "rules", ["schemas: [", RULES.replace("lte: 500", "let: 500"), RULES.replace("lte: 500", "lte: 1, missing: error")]
)
def test_nothing_is_left_of_a_run_that_fails(data: Path, tmp_path: Path, rules: str) -> None:
    """A run that fails, by its rules or half way, leaves no output and no temporary file."""
    ran = assign(data, tmp_path / "out.csv", rules=rules)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "rules.yaml"]


def test_cell_too_long_for_a_sheet(tmp_path: Path) -> None:
    """A cell a sheet cannot hold stops the workbook, and nothing is left of it."""
    data = write_csv(tmp_path / "data.csv", HEADERS, [record(1, "10", "", "", "x" * 40_000)])
    ran = assign(data, tmp_path / "out.xlsx")
    assert ran.code == 2
    assert "row 1 has a cell of 40,000 characters" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "rules.yaml"]
    assert assign(data, tmp_path / "out.csv").code == 0


# ---------------------------------------------------------------------------------------------------------- sample data


# The truth file names stages as the system does; the pack groups some of them.
_STAGES = {
    "marketing_qualified_lead": "marketing_qualified",
    "sales_qualified_lead": "sales_qualified",
    "evangelist": "customer",
    "other": "stage_unknown",
}


def read_truth(name: str) -> list[dict[str, str]]:
    """Return the rows of a truth file of the sample data."""
    with Path(sample_file(f"truth/{name}")).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tagged_sample(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Return the sample contacts as the shipped rules tag them."""
    output = tmp_path_factory.mktemp("sample") / "out.csv"
    ran = run("assign", sample_file("contacts.csv"), "-o", output, "--as-of", DEMO_DAY)
    assert ran.code == 0, ran.err
    with output.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("schema", "column"), [("size", "Number of Employees"), ("lifecycle", "Lifecycle Stage")])
def test_sample_data_lands_where_it_should(tagged_sample: list[dict[str, str]], schema: str, column: str) -> None:
    """Sample contacts whose deciding cell no fault was planted in get the segment of the truth file."""
    truth = {row["record_id"]: row["segment"] for row in read_truth("segments.csv") if row["schema"] == schema}
    wrong = {row["record_id"] for row in read_truth("wrong_cells.csv") if row["column"] == column}
    clean = [row for row in tagged_sample if row["Record ID"] in truth and row["Record ID"] not in wrong]
    assert len(clean) > 5_000
    wanted = {number: _STAGES.get(segment, segment) for number, segment in truth.items()}
    parted = [
        (row["Record ID"], row[column], row[f"segment_{schema}"])
        for row in clean
        if row[f"segment_{schema}"] != wanted[row["Record ID"]]
    ]
    assert parted == []
