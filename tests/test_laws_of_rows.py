"""Laws that a table keeps without anybody having said so: sums, orders, what a state leaves blank; and their breaks."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from segaudit.audit.quality import quality
from segaudit.report.quality import _row, quality_json
from tests.quality_support import issues_of, write_rows

Row: TypeAlias = dict[str, str]
Told: TypeAlias = dict[tuple[int, str], str]  # by row and column: the evidence
Tell: TypeAlias = Callable[[str, Sequence[Mapping[str, str]]], Told]

START = date(2021, 1, 1)
ROWS = 200


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Return a function that writes rows and returns what a check says of each cell."""

    def told(check: str, rows: Sequence[Mapping[str, str]]) -> Told:
        issues = issues_of(write_rows(tmp_path / "a.csv", list(rows[0]), list(rows)), tmp_path)
        return {
            (int(issue["_row"]), issue["column"]): issue["because"]
            for issue in issues
            if issue["rule"] == f"quality.{check}"
        }

    return told


def drawn(seed: int = 1) -> random.Random:
    """Return a source of made-up cells, the same each time."""
    return random.Random(seed)  # noqa: S311 - made-up records


# --------------------------------------------------------------------------------------------------------------- sums


def invoices() -> list[Row]:
    """Return rows that keep four laws: a product, a percentage, a sum and a multiple."""
    draw = drawn()
    rows = []
    for number in range(ROWS):
        price, count = draw.randint(500, 9_999) / 100, draw.randint(2, 40)
        net, chance = round(price * count, 2), draw.choice((10, 25, 50, 75, 90))
        fee = draw.randint(100, 5_000) / 100
        rows.append(
            {
                "Invoice": f"R-{number:05}",
                "Price": f"{price:.2f}",
                "Pieces": str(count),
                "Net": f"{net:.2f}",
                "Fee": f"{fee:.2f}",
                "Gross": f"{net + fee:.2f}",
                "Chance": str(chance),
                "Expected": f"{net * chance / 100:.2f}",
                "Monthly": (monthly := f"{draw.randint(900, 99_999) / 100:.2f}"),
                "Yearly": f"{12 * float(monthly):.2f}",
            }
        )
    return rows


def test_rows_that_keep_every_law_are_left_alone(tell: Tell) -> None:
    """Four laws hold and nobody breaks them."""
    assert not tell("broken-sums", invoices())


@pytest.mark.parametrize(
    ("changed", "column", "because"),
    [
        ({"Fee": "0.00"}, "Gross", "Net and Fee together would be "),
        ({"Expected": "7.00"}, "Expected", "Net times Chance / 100 would be "),
        ({"Yearly": "50.00"}, "Yearly", "12 times Monthly would be "),
    ],
)
def test_a_row_that_breaks_a_law_is_told_by_its_result(changed: Row, column: str, because: str, tell: Tell) -> None:
    """Any part may be wrong, so the result is named, with what it would be."""
    rows = invoices()
    rows[50] |= changed
    found = tell("broken-sums", rows)
    assert (51, column) in found
    assert because in found[51, column]
    assert f"as it is in {ROWS - 1} of {ROWS} rows" in found[51, column]
    assert set(found) == {(51, column)}


def test_a_cell_in_several_broken_laws_is_the_wrong_one_and_gets_what_a_law_says(tmp_path: Path) -> None:
    """Three laws read the net amount; only one of them says what it should be."""
    rows = invoices()
    right = rows[50]["Net"]
    rows[50]["Net"] = "1.00"
    issues = issues_of(write_rows(tmp_path / "a.csv", list(rows[0]), rows), tmp_path)
    told = [issue for issue in issues if issue["rule"] == "quality.broken-sums"]
    assert [(issue["_row"], issue["column"], issue["suggestion"]) for issue in told] == [("51", "Net", right)]
    assert "Price times Pieces would be " in told[0]["because"]


def test_a_lost_decimal_sign_and_a_changed_sign_are_explained(tell: Tell) -> None:
    """100 times as much is a comma that went missing, or a percentage that was taken for a share."""
    rows = invoices()
    rows[50]["Yearly"] = f"{1200 * float(rows[50]['Monthly']):.2f}"
    rows[60]["Yearly"] = f"-{rows[60]['Yearly']}"
    found = tell("broken-sums", rows)
    assert found[51, "Yearly"].endswith("; it is 100 times as much")
    assert found[61, "Yearly"].endswith("; the sign differs")


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(lambda draw: (draw.randint(1, 5), draw.randint(1, 5), draw.randint(1, 5)), id="small at random"),
        pytest.param(lambda draw: ((n := draw.randint(1, 900)), 1, n), id="times one"),
        pytest.param(lambda draw: ((n := draw.randint(1, 900)), 0, n), id="and nothing"),
        pytest.param(lambda draw: (0, draw.randint(1, 900), 0), id="all nothing"),
        pytest.param(lambda draw: ((n := draw.randint(100, 999)), n + draw.randint(-3, 3), n * 2), id="nearly twice"),
    ],
)
def test_what_says_nothing_is_no_law(cells: Callable[[random.Random], tuple[int, int, int]], tell: Tell) -> None:
    """A law is told by rows in which it could have failed, and by results that differ."""
    draw = drawn()
    rows = [dict(zip(("A", "B", "C"), map(str, cells(draw)), strict=True)) for _ in range(ROWS)]
    rows[20]["A"] = "777"
    assert not [key for key in tell("broken-sums", rows) if key[0] != 21]


def test_a_law_that_one_row_in_five_breaks_is_none(tell: Tell) -> None:
    """Then it is an estimate, or a discount nobody noted."""
    rows = invoices()
    for row in rows[::5]:
        row["Yearly"] = "1.00"
    assert not tell("broken-sums", rows)


# -------------------------------------------------------------------------------------------------------------- orders


def visits() -> list[Row]:
    """Return rows whose three dates follow each other over two years, and of whose seats some are taken."""
    draw = drawn(4)
    rows = []
    for number in range(ROWS):
        met = START + timedelta(days=draw.randint(0, 700))
        seen = met + timedelta(days=draw.randint(0, 90))
        told = seen + timedelta(days=draw.randint(0, 90))
        room = draw.randint(5, 60)
        rows.append(
            {
                "Nr": f"V-{number:05}",
                "Met": met.isoformat(),
                "Seen": seen.isoformat(),
                "Told": told.isoformat(),
                "Taken": str(draw.randint(0, room)),
                "Room": str(room),
            }
        )
    return rows


def test_a_date_against_several_others_is_the_wrong_one(tell: Tell) -> None:
    """The first comes after both others: it alone explains that."""
    rows = visits()
    rows[9]["Met"] = "2024-05-05"
    assert tell("unusual-order", rows) == {
        (10, "Met"): f"Met is after Seen, as in 1 of {ROWS} rows only; 2 such laws say that it is this cell"
    }


def test_of_two_cells_in_the_wrong_order_the_later_is_named(tell: Tell) -> None:
    """Nothing says which of the two it is."""
    rows = visits()
    rows[9] |= {"Taken": "61", "Room": "60"}
    assert tell("unusual-order", rows) == {(10, "Room"): f"Taken is more than Room, as in 1 of {ROWS} rows only"}


def test_rows_in_order_are_left_alone(tell: Tell) -> None:
    """Whatever the order is."""
    assert not tell("unusual-order", visits())


def test_an_order_that_ranges_alone_make_is_none(tell: Tell) -> None:
    """Everybody was born before they ordered; one who was not is another check's to find."""
    draw = drawn()
    rows = [
        {
            "Nr": f"P-{number:05}",
            "One": (date(1950, 1, 1) + timedelta(days=draw.randint(0, 15_000))).isoformat(),
            "Two": (date(2020, 1, 1) + timedelta(days=draw.randint(0, 900))).isoformat(),
        }
        for number in range(ROWS)
    ]
    rows[9]["One"] = "2023-08-08"
    assert not tell("unusual-order", rows)


def test_an_amount_is_not_compared_with_a_count(tell: Tell) -> None:
    """Orders are fewer than what they came to, which says nothing."""
    draw = drawn()
    rows = [
        {"Nr": f"P-{n:05}", "Orders": str(k := draw.randint(1, 30)), "Spent": f"${k * draw.randint(2, 90)}.00"}
        for n in range(ROWS)
    ]
    rows[9] |= {"Orders": "30", "Spent": "$2.00"}
    assert not tell("unusual-order", rows)


# -------------------------------------------------------------------------------------------------------------- states


def subscriptions() -> list[Row]:
    """Return rows of which those that ended have a day, a reason and nothing else has."""
    draw = drawn(7)
    rows = []
    for number in range(ROWS):
        is_gone = draw.random() < 0.4
        rows.append(
            {
                "Nr": f"S-{number:05}",
                "State": "gone" if is_gone else draw.choice(("here", "on hold")),
                "Day": (START + timedelta(days=draw.randint(0, 700))).isoformat() if is_gone else "",
                "Reason": draw.choice(("price", "moved", "other")) if is_gone else "",
                "Note": draw.choice(("", "call back")),
            }
        )
    return rows


def test_one_cell_against_its_state_is_named(tell: Tell) -> None:
    """Filled where it should be blank, and the other way round; a word for nothing is blank."""
    rows = subscriptions()
    gone, here = (next(n for n, row in enumerate(rows) if row["State"] == state) for state in ("gone", "here"))
    rows[gone]["Day"] = "n/a"
    rows[here]["Day"] = "2022-02-02"
    found = tell("filled-against-state", rows)
    assert set(found) == {(gone + 1, "Day"), (here + 1, "Day")}
    assert found[gone + 1, "Day"].endswith("of the rows with State gone are filled here")
    assert found[here + 1, "Day"].endswith("of the rows with State here are blank here")


def test_several_cells_against_a_state_speak_against_the_state(tell: Tell) -> None:
    """Who has a day and a reason to have left is hardly here."""
    rows = subscriptions()
    here = next(n for n, row in enumerate(rows) if row["State"] == "here")
    rows[here] |= {"Day": "2022-02-02", "Reason": "price"}
    assert tell("filled-against-state", rows) == {
        (here + 1, "State"): "Day filled and Reason filled: hardly any of the rows with State here are so"
    }


def test_where_a_state_does_not_decide_nothing_is_said(tell: Tell) -> None:
    """Half of those who are gone left a day: a blank one is no contradiction."""
    rows = subscriptions()
    for row in rows[::2]:
        row["Day"] = ""
    for row in rows[::3]:
        row["Reason"] = ""
    here = next(n for n, row in enumerate(rows) if row["State"] == "here")
    rows[here]["Day"] = "2022-02-02"
    assert not tell("filled-against-state", rows)


def test_the_list_says_which_law_a_cell_breaks(tmp_path: Path) -> None:
    """A date or an amount alone does not say what is wrong with it."""
    rows = invoices()
    rows[50] |= {"Expected": "7.00"}
    result = quality(str(write_rows(tmp_path / "a.csv", list(rows[0]), rows)))
    finding = next(item for item in quality_json(result)["findings"] if item["rule"] == "quality.broken-sums")
    row = next(_row(item, examples=False) for item in result.findings if item.rule == "quality.broken-sums")
    assert f"7.00 – {finding['examples'][0]['because']}" in [cell.text for cell in row]
