"""Rows that slipped by a column and cells that changed places: found, mended, and everything else left alone."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from segaudit.audit.quality import quality
from segaudit.model.quality_result import QualityResult
from segaudit.quality.finders.cells.belonging import Belonging, shapes_of
from segaudit.quality.finders.cells.slips import Columns, shifts
from tests.quality_support import issues_of, write_rows

Row: TypeAlias = dict[str, str]
Told: TypeAlias = dict[str, tuple[str, str]]  # by column: the cell and the suggestion

HEADERS = ("Customer ID", "E-mail", "Company", "Job Title", "Street", "City", "ZIP", "Country", "Plan", "Note")
PLACES = (
    ("Berlin", "10115", "Germany", "Hauptstraße"),
    ("Hamburg", "20095", "Germany", "Elbchaussee"),
    ("Lyon", "69002", "France", "rue Victor Hugo"),
    ("Nice", "06000", "France", "avenue Jean Médecin"),
    ("Austin", "78701", "United States", "Congress Avenue"),
    ("Boston", "02108", "United States", "Beacon Street"),
)
TITLES = ("CEO", "Head of Sales", "Consultant", "Marketing Manager", "Assistant")
FIRMS = ("Acme", "Nordlicht", "Vertex", "Quantum", "Harbor", "Lumen")
KINDS = ("Foods", "Energy", "Robotics", "Textiles", "Studios")
PLANS = ("Free", "Team", "Business")


def people(count: int = 120, seed: int = 3) -> list[Row]:
    """Return records in which nothing is out of place; some cells are blank, as they are anywhere."""
    draw = random.Random(seed)  # noqa: S311 - made-up records
    rows = []
    for number in range(count):
        city, code, country, street = draw.choice(PLACES)
        firm, kind = draw.choice(FIRMS), draw.choice(KINDS)
        rows.append(
            {
                "Customer ID": f"C-{10_000 + number}",
                "E-mail": f"{draw.choice('abcdefghij')}.{firm.lower()}{number}@{kind.lower()}.com",
                "Company": f"{firm} {kind} {draw.choice(('GmbH', 'Inc.', 'SAS'))}",
                "Job Title": draw.choice(TITLES),
                "Street": f"{street} {draw.randint(1, 300)}",
                "City": city,
                "ZIP": code,
                "Country": country,
                "Plan": draw.choice(PLANS),
                "Note": draw.choice(("", "", "", "call back", "met at the fair")),
            }
        )
    return rows


def slipped(row: Mapping[str, str], first: str, last: str, step: int) -> Row:
    """Return a row whose cells from one column to another stand one to the right (1) or left (-1) of their own."""
    names = list(HEADERS[HEADERS.index(first) : HEADERS.index(last) + 1])
    cells = [row[name] for name in names]
    moved = ["", *cells[:-1]] if step > 0 else [*cells[1:], ""]
    return {**row, **dict(zip(names, moved, strict=True))}


def told(rows: list[Row], folder: Path, check: str) -> dict[int, Told]:
    """Return what a check says of each row of a file."""
    found: dict[int, Told] = {}
    for issue in issues_of(write_rows(folder / "a.csv", list(HEADERS), rows), folder):
        if issue["rule"] == f"quality.{check}":
            found.setdefault(int(issue["_row"]), {})[issue["column"]] = (issue["value"], issue["suggestion"])
    return found


def checked(rows: list[Row], folder: Path) -> QualityResult:
    """Return the quality of a file."""
    return quality(str(write_rows(folder / "a.csv", list(HEADERS), rows)))


# -------------------------------------------------------------------------------------------------------------- slips


def test_a_row_that_slipped_to_the_right_gets_its_cells_back(tmp_path: Path) -> None:
    """The last one is to be emptied: what stood there fell out of the row."""
    rows = people()
    right = rows[40]
    rows[40] = slipped(right, "Company", "Country", 1)
    assert told(rows, tmp_path, "shifted-rows") == {
        41: {
            "Company": ("", right["Company"]),
            "Job Title": (right["Company"], right["Job Title"]),
            "Street": (right["Job Title"], right["Street"]),
            "City": (right["Street"], right["City"]),
            "ZIP": (right["City"], right["ZIP"]),
            "Country": (right["ZIP"], ""),
        }
    }


def test_a_row_that_lost_a_cell_moves_back_to_the_right(tmp_path: Path) -> None:
    """What stood in the first of its columns fell out of the row."""
    rows = people()
    right = rows[70]
    rows[70] = slipped(right, "Job Title", "Plan", -1)
    found = told(rows, tmp_path, "shifted-rows")
    assert set(found) == {71}
    assert found[71]["Job Title"] == (right["Street"], "")
    assert {column: suggestion for column, (_, suggestion) in found[71].items() if column != "Job Title"} == {
        column: right[column] for column in ("Street", "City", "ZIP", "Country", "Plan")
    }


def test_a_row_with_a_cell_too_few_is_read_to_the_end_and_found(tmp_path: Path) -> None:
    """The file itself lacks a delimiter; the reader fills the row up with a blank."""
    rows = people()
    path = write_rows(tmp_path / "a.csv", list(HEADERS), rows)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[31].split(",")
    del cells[3]
    lines[31] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [issue for issue in issues_of(path, tmp_path) if issue["rule"] == "quality.shifted-rows"]
    assert {int(issue["_row"]) for issue in found} == {31}
    by_column = {issue["column"]: issue["suggestion"] for issue in found}
    assert by_column["City"] == rows[30]["City"]
    assert by_column["Country"] == rows[30]["Country"]


def fell_apart(row: Mapping[str, str], column: str, rest: str) -> list[str]:
    """Return the cells of a row in which one holds a delimiter that nobody quoted: they are one more."""
    cells = [row[name] for name in HEADERS]
    at = HEADERS.index(column) + 1
    return [*cells[:at], f" {rest}", *cells[at:]]


@pytest.mark.parametrize("columns", [0, 1])
def test_a_cell_that_fell_into_two_is_put_together_again(columns: int, tmp_path: Path) -> None:
    """An unquoted comma moves the rest of a row: past the header or, as spreadsheets save it, to a nameless column."""
    rows = people()
    lines = [list(HEADERS), *([row[name] for name in HEADERS] for row in rows)]
    for index, (column, rest) in {31: ("Company", "LLC"), 66: ("Job Title", "EMEA"), 90: ("Company", "LLC")}.items():
        lines[index] = fell_apart(rows[index - 1], column, rest)
    width = len(HEADERS) + columns
    path = tmp_path / "a.csv"
    text = (",".join(cells + [""] * (width - len(cells))) for cells in lines)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    found: dict[int, dict[str, tuple[str, float]]] = {}
    for issue in issues_of(path, tmp_path):
        if issue["rule"] == "quality.shifted-rows":
            found.setdefault(int(issue["_row"]), {})[issue["column"]] = (
                issue["suggestion"],
                float(issue["confidence"]),
            )
    assert set(found) == {31, 66, 90}
    for row, (column, rest) in {31: ("Company", "LLC"), 66: ("Job Title", "EMEA"), 90: ("Company", "LLC")}.items():
        right = rows[row - 1]
        suggested = {name: suggestion for name, (suggestion, _) in found[row].items() if name in HEADERS}
        assert suggested.pop(column) == f"{right[column]}, {rest}"
        assert suggested == {name: right[name] for name in suggested}
        assert {"City", "ZIP", "Country"} <= set(suggested)
        at = HEADERS.index(column)
        # Where a cell parted is less sure than what stands beside its own column.
        assert found[row][column][1] <= 0.6
        assert found[row][HEADERS[at + 1]][1] <= 0.6
        assert found[row]["ZIP"][1] >= 0.9


def model(cells: Sequence[str]) -> Belonging:
    """Return what a column of these cells is like."""
    filled = [cell for cell in cells if cell]
    counts = Counter(filled)
    shapes = [shapes_of(cell) for cell in filled]
    return Belonging(
        rows=len(cells),
        blank=len(cells) - len(filled),
        filled=len(filled),
        missing=frozenset(),
        is_whole=True,
        counts=dict(counts),
        once=float(sum(rows == 1 for rows in counts.values())),
        fine=Counter(fine for _, fine in shapes),
        coarse=Counter(coarse for coarse, _ in shapes),
        looked=len(filled),
    )


def test_a_value_in_two_columns_is_no_slip() -> None:
    """What is paid is the total, and a small total is as large as a usual tax: the row has not moved."""
    small, large = [f"{cents / 100:.2f}" for cents in range(101, 501)], [f"{cents}.50" for cents in range(100, 500)]
    known = {
        place: model(["", *cells]) for place, cells in {1: large, 2: small, 3: [*large, *small[:40]], 4: large}.items()
    }
    columns = Columns(known=known, in_question={})
    assert list(shifts(1, {1: "250.50", 2: "", 3: "1.05", 4: "1.05"}, columns)) == []
    (slip,) = shifts(1, {1: "", 2: "250.50", 3: "2.77", 4: "300.50"}, columns)
    assert (slip.first, slip.step, slip.is_rest) == (1, 1, False)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_suggested_is_what_stood_there(seed: int, tmp_path: Path) -> None:
    """Eight rows of a table slip somewhere: most are found, and no cell gets a wrong suggestion."""
    draw = random.Random(seed)  # noqa: S311 - made-up records
    right = people(150, seed)
    rows = [dict(row) for row in right]
    hit = draw.sample(range(150), 8)
    lost: dict[int, str] = {}
    for index in hit:
        first = draw.randint(1, 4)
        last = draw.randint(first + 3, 8)
        step = draw.choice((1, -1))
        rows[index] = slipped(rows[index], HEADERS[first], HEADERS[last], step)
        lost[index + 1] = HEADERS[last if step > 0 else first]
    found = told(rows, tmp_path, "shifted-rows")
    assert set(found) <= set(lost)
    assert len(found) >= 6
    for row, cells in found.items():
        wrong = {
            column: (suggestion, right[row - 1][column])
            for column, (_, suggestion) in cells.items()
            if suggestion != right[row - 1][column] and column != lost[row]
        }
        assert not wrong, (row, wrong)


def test_slipped_rows_are_one_finding_and_nothing_else_speaks_of_their_cells(tmp_path: Path) -> None:
    """Other finders would fill the gap and mend the city by what stands in the wrong place."""
    rows = people()
    rows[40] = slipped(rows[40], "Company", "Country", 1)
    rows[90] = slipped(rows[90], "Company", "Country", 1)
    result = checked(rows, tmp_path)
    (finding,) = [finding for finding in result.findings if finding.rule == "quality.shifted-rows"]
    assert finding.columns == ("Company", "Job Title", "Street", "City", "ZIP", "Country")
    assert (finding.rows_failed, finding.rows_certain, finding.rows_checked) == (2, 2, 120)
    assert finding.first_rows == (41, 91)
    assert finding.message == "Company to Country one column to the right (2)"
    finders = {check.id for check in result.checks if check.finder} - {"shifted-rows"}
    others = [
        (issue["rule"], issue["column"])
        for issue in issues_of(tmp_path / "a.csv", tmp_path)
        if int(issue["_row"]) in {41, 91} and issue["rule"].removeprefix("quality.") in finders
    ]
    assert not others


def test_a_gap_in_a_row_that_slipped_is_not_filled_by_its_wrong_cells(tmp_path: Path) -> None:
    """Others that slipped have its city as their ZIP too, which says nothing of the note beside; it is mended first."""
    rows = people()
    for row in rows:
        row["Note"] = {"Germany": "Herr", "France": "Monsieur"}.get(row["Country"], "Mr")
    blank, *others = [n for n, row in enumerate(rows) if row["City"] == "Berlin"][:4]
    for n in (blank, *others):
        rows[n] = slipped(rows[n], "Company", "Country", 1)
    in_place = next(n for n, row in enumerate(rows) if row["City"] == "Lyon")
    rows[blank]["Note"] = rows[in_place]["Note"] = ""
    assert set(told(rows, tmp_path, "fillable-gaps")) == {in_place + 1}


def test_many_rows_that_slipped_at_once_are_found(tmp_path: Path) -> None:
    """One in six: what they brought along counts as usual, unless it is known to be the next column's."""
    right = people(240)
    rows = [slipped(row, "Job Title", "Plan", 1) if n % 6 == 0 else dict(row) for n, row in enumerate(right)]
    found = told(rows, tmp_path, "shifted-rows")
    assert set(found) <= {n + 1 for n in range(0, 240, 6)}
    assert len(found) >= 36
    for row, cells in found.items():
        wrong = {c: s for c, (_, s) in cells.items() if c != "Plan" and s != right[row - 1][c]}
        assert not wrong, (row, wrong)


def test_columns_that_share_their_values_are_no_slip(tmp_path: Path) -> None:
    """A first and a second choice of the same list, with the first left out here and there."""
    draw = random.Random(8)  # noqa: S311 - made-up records
    choices = ("red", "blue", "green", "white")
    rows = [
        {
            "Nr": f"N-{n:04}",
            "First": draw.choice(choices) if draw.random() > 0.1 else "",
            "Second": draw.choice(choices) if draw.random() > 0.6 else "",
            "Third": draw.choice(choices[:2]) if draw.random() > 0.8 else "",
        }
        for n in range(200)
    ]
    issues = issues_of(write_rows(tmp_path / "a.csv", list(rows[0]), rows), tmp_path)
    assert not {issue["rule"] for issue in issues} & {"quality.shifted-rows", "quality.swapped-cells"}


# -------------------------------------------------------------------------------------------------------------- swaps


@pytest.mark.parametrize(
    ("first", "last"), [("City", "Country"), ("E-mail", "Job Title"), ("Plan", "Country"), ("Street", "Company")]
)
def test_cells_that_changed_places_change_back(first: str, last: str, tmp_path: Path) -> None:
    """Short lists, addresses and free text alike."""
    rows = people()
    right = rows[12]
    rows[12] = {**right, first: right[last], last: right[first]}
    assert told(rows, tmp_path, "swapped-cells") == {
        13: {first: (right[last], right[first]), last: (right[first], right[last])}
    }


def numbered(count: int = 300) -> list[Row]:
    """Return records of two numbers that are new in every row, and alike but for their length."""
    draw = random.Random(9)  # noqa: S311 - made-up records
    return [
        {
            "Name": f"{draw.choice(FIRMS)} {draw.choice(KINDS)}",
            "VAT": str(draw.randrange(10**10, 10**11)),
            "Account": f"IT{draw.randrange(10**9, 10**10)}{draw.choice(('X', 'Y'))}",
            **{f"Answer {question}": draw.choice(("yes", "no", "perhaps")) for question in range(26)},
        }
        for _ in range(count)
    ]


@pytest.mark.parametrize("hit", [(), (20,), (20, 90, 130, 222)])
def test_numbers_that_changed_places_again_and_again(hit: tuple[int, ...], tmp_path: Path) -> None:
    """The more rows it happened to, the less odd each looks beside the others; so many say that it happens."""
    rows = numbered()
    right = [dict(row) for row in rows]
    for index in hit:
        rows[index] |= {"VAT": right[index]["Account"], "Account": right[index]["VAT"]}
    found: dict[int, Told] = {}
    for issue in issues_of(write_rows(tmp_path / "a.csv", list(rows[0]), rows), tmp_path):
        if issue["rule"] == "quality.swapped-cells":
            found.setdefault(int(issue["_row"]), {})[issue["column"]] = (issue["value"], issue["suggestion"])
    assert found == {
        index + 1: {name: (rows[index][name], right[index][name]) for name in ("VAT", "Account")} for index in hit
    }


def test_cells_that_changed_places_are_one_finding_that_shows_none_of_them(tmp_path: Path) -> None:
    """A city is shown unasked, an address is not: one in the other's place is no city."""
    rows = people()
    rows[12] = {**rows[12], "City": rows[12]["E-mail"], "E-mail": rows[12]["City"]}
    findings = [finding for finding in checked(rows, tmp_path).findings if finding.rule == "quality.swapped-cells"]
    assert [(finding.columns, finding.rows_failed, finding.first_rows) for finding in findings] == [
        (("E-mail", "City"), 1, (13,))
    ]
    assert findings[0].message == "E-mail and City hold what belongs to the other"
    assert not findings[0].examples


# -------------------------------------------------------------------------------------------------------------- traps


def test_nothing_is_out_of_place_where_nothing_is(tmp_path: Path) -> None:
    """Blank notes and rare cells are in every table."""
    rows = people()
    assert not told(rows, tmp_path, "shifted-rows")
    assert not told(rows, tmp_path, "swapped-cells")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"Country": "Germny", "ZIP": ""}, id="a typo beside a blank"),
        pytest.param({"City": "Boston", "Country": "Francee"}, id="a place in another country"),
        pytest.param({"Street": "", "City": "Boston Common"}, id="a new city"),
        pytest.param({"Job Title": "Germany"}, id="one odd cell"),
        pytest.param(dict.fromkeys(HEADERS[2:], ""), id="hardly anything"),
        pytest.param({"Company": "Consultant", "Job Title": ""}, id="one cell beside its own"),
        pytest.param({"City": "Paris", "Plan": "Premium", "Country": "Portugal"}, id="three new values"),
    ],
)
def test_other_faults_are_no_slips(changed: Row, tmp_path: Path) -> None:
    """One odd cell, or several that fit no column better, stay what other checks say of them."""
    rows = people()
    rows[12] = {**rows[12], **changed}
    assert not told(rows, tmp_path, "shifted-rows")
    assert not told(rows, tmp_path, "swapped-cells")


def test_names_are_left_to_their_own_check(tmp_path: Path) -> None:
    """That check knows which words are given names."""
    draw = random.Random(5)  # noqa: S311 - made-up records
    first = ("Anna", "Lukas", "Heike", "Andrea", "Björn")
    last = ("Müller", "Schmidt", "Vogel", "Koch", "Weiß")
    rows = [{"First Name": draw.choice(first), "Last Name": draw.choice(last)} for _ in range(80)]
    rows[7] = {"First Name": "Schmidt", "Last Name": "Lukas"}
    issues = issues_of(write_rows(tmp_path / "a.csv", ["First Name", "Last Name"], rows), tmp_path)
    rules = {issue["rule"] for issue in issues if issue["_row"] == "8"}
    assert "quality.names-swapped" in rules
    assert "quality.swapped-cells" not in rules


def test_too_few_rows_teach_nothing(tmp_path: Path) -> None:
    """Of 29 rows nobody can tell what is usual."""
    rows = people(29)
    rows[12] = slipped(rows[12], "Company", "Country", 1)
    assert not told(rows, tmp_path, "shifted-rows")
