"""What spreadsheets leave behind, blanks around values, columns out of order, scales: found, and traps left alone."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.quality.keys import key_cells, key_parameters
from tests.quality_support import issues_of, write_rows

Told: TypeAlias = dict[int, tuple[str, str]]  # by row: the cell and the suggestion
Tell: TypeAlias = Callable[..., Told]

# Salesforce ids whose last three characters are worked out by hand: each group of five characters is a number in base
# two, the first character the lowest digit, 1 for a capital; A to Z are 0 to 25 and 0 to 5 are 26 to 31.
SALESFORCE = {"001D000000IqhSL": "IAZ", "00530000005abcD": "AAQ", "0035e00000AbCdE": "AAV"}


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Return a function that writes columns and returns what a check says of one of them."""

    def told(check: str, column: str, **columns: Sequence[str]) -> Told:
        headers = [name.replace("_", " ") for name in columns]
        rows = [dict(zip(headers, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        issues = issues_of(write_rows(tmp_path / "a.csv", headers, rows), tmp_path)
        return {
            int(issue["_row"]): (issue["value"], issue["suggestion"])
            for issue in issues
            if (issue["rule"], issue["column"]) == (f"quality.{check}", column)
        }

    return told


# ------------------------------------------------------------------------------------------------------------- damage


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("#REF!", ""),
        ("#N/A", ""),
        ("#DIV/0!", ""),
        ("#WERT!", ""),
        ("#¿NOMBRE?", ""),
        ("=VLOOKUP(A2,Sheet2!A:B,2,0)", ""),
        ("=Sheet1!A2", ""),
        ("=A2&B2", ""),
        ("=-SUM(B2:B9)", ""),
        ("=cmd|' /C calc'!A0", ""),
        ('="00123"', "00123"),
        ("Acme_x000D_ Inc", "Acme Inc"),
        ("Caf_x00E9_ Noir", "Café Noir"),
    ],
)
def test_what_a_spreadsheet_left_in_a_cell(tell: Tell, cell: str, suggestion: str) -> None:
    """Errors, formulas, texts in formulas and signs as codes are named, with the value where the cell holds it."""
    shown = cell if cell[0] != "=" else f"'{cell}"
    assert tell("spreadsheet-damage", "Supplier", Supplier=["Acme Ltd", cell]) == {2: (shown, suggestion)}


@pytest.mark.parametrize(
    "cell",
    ["#1 Plumbing", "#winning!", "= Equals Ltd", "=) hello", "a_x12_b", "+49 171 2345678", "@acme", "#12", "x=1"],
)
def test_what_only_looks_like_it(tell: Tell, cell: str) -> None:
    """Names, handles, hashtags and numbers are no formulas and no errors."""
    assert tell("spreadsheet-damage", "Supplier", Supplier=["Acme Ltd", cell]) == {}


@pytest.mark.parametrize("header", ["Account_Number", "Record_ID"])
def test_codes_of_which_the_first_digits_are_left(tell: Tell, header: str) -> None:
    """1.23E+11 among numbers of twelve digits was one of them; that it recurs makes it no duplicate."""
    codes = [f"1230000{number:05}" for number in range(0, 400, 7)]
    found = tell("spreadsheet-damage", header.replace("_", " "), **{header: [*codes, "1.23E+11", "1.23E+11"]})
    assert set(found.values()) == {("1.23E+11", "")}
    assert len(found) == 2
    assert not tell("duplicate-ids", header.replace("_", " "), **{header: [*codes, "1.23E+11", "1.23E+11"]})


def test_amounts_may_be_written_with_an_exponent(tell: Tell) -> None:
    """Among numbers of any length 1.2E+9 is an amount."""
    amounts = [str(3**power) for power in range(1, 21)]
    assert not tell("spreadsheet-damage", "Volume", Volume=[*amounts, "1.2E+9"])


def test_ids_that_lost_their_end(tell: Tell) -> None:
    """Of 15 characters the last three follow, if most ids of the column carry those that follow from theirs."""
    whole = [f"{short}{ending}" for short, ending in SALESFORCE.items()]
    for short, ending in SALESFORCE.items():
        assert tell("spreadsheet-damage", "SFDC ID", SFDC_ID=[*whole, short]) == {4: (short, f"{short}{ending}")}
    invented = [f"{short}xyz" for short in SALESFORCE]
    assert tell("spreadsheet-damage", "SFDC ID", SFDC_ID=[*invented, "001D000000IqhSL"]) == {4: ("001D000000IqhSL", "")}
    assert not tell("spreadsheet-damage", "SFDC ID", SFDC_ID=[*SALESFORCE, whole[0]])


def test_the_ending_is_that_of_the_keys() -> None:
    """What is added is what reading keys takes off."""
    with DuckEngine() as engine:
        for short, ending in SALESFORCE.items():
            cells = f"(SELECT 1 AS _row, '{short}{ending}' AS v)"
            query = f"SELECT key FROM {key_cells(cells)}"  # noqa: S608 - ids from above
            assert engine.fetch(query, key_parameters(None, ())) == [(short,)]


def test_dates_as_the_number_of_their_day(tell: Tell) -> None:
    """45123 is 16 July 2023 among dates; in their form where that is ISO, and told without one elsewhere."""
    iso = [f"2024-03-{day:02}" for day in range(1, 25)]
    assert tell("spreadsheet-damage", "Start Date", Start_Date=[*iso, "45123"]) == {25: ("45123", "2023-07-16")}
    german = [f"{day:02}.03.2024" for day in range(1, 25)]
    assert tell("spreadsheet-damage", "Start Date", Start_Date=[*german, "45123"]) == {25: ("45123", "")}
    assert not tell("spreadsheet-damage", "Start Date", Start_Date=[f"{45123 + day}" for day in range(25)])


def test_sizes_that_became_dates(tell: Tell) -> None:
    """Nov-50 was 11-50 where that stands elsewhere in the column; 3-Aug is only no number, another check's finding."""
    sizes = ["11-50", "1-10", "51-200"] * 10
    found = tell("patterns", "Headcount", Headcount=[*sizes, "Nov-50", "10-Jan", "3-Aug"])
    assert found == {31: ("Nov-50", "11-50"), 32: ("10-Jan", "1-10")}


# ------------------------------------------------------------------------------------------------------------ padding


def test_blanks_around_values(tell: Tell) -> None:
    """Blanks of every kind around a value are named with the value; blanks alone are an empty cell."""
    cells = ["Gold", "Gold ", "\tSilver", "Bronze\u00a0", "  ", "", "Gold", "Tin Can", "Silver", "Gold"]
    found = tell("padded-cells", "Level", Level=cells)
    assert found == {2: ("Gold ", "Gold"), 3: ("'\tSilver", "Silver"), 4: ("Bronze\u00a0", "Bronze")}


def test_columns_of_fixed_width(tell: Tell) -> None:
    """Where most cells are padded the file was written so, and no cell is blamed; nor is a long note."""
    assert not tell(
        "padded-cells", "Level", Level=[f"{name:<10}" for name in ("Gold", "Silver", "Tin", "Lead", "Iron")]
    )
    assert not tell("padded-cells", "Notes", Notes=["short", "also short", "fine", "word " * 50])


# ------------------------------------------------------------------------------------------------------------- orders


@pytest.mark.parametrize(
    ("before", "after"),
    [("Start_Date", "End_Date"), ("StartDate", "EndDate"), ("Start_Date", "Renewal_Date"), ("First_Gift", "Last_Gift"),
     ("Vertragsbeginn_am", "Vertragsende_am"), ("valid_from", "valid_to")],
)  # fmt: skip
def test_ends_before_their_start(tell: Tell, before: str, after: str) -> None:
    """The headers say which date comes first, and most rows keep to it; equal days are in order."""
    starts = [f"2024-01-{day:02}" for day in range(1, 31)]
    ends = [f"2024-02-{day:02}" for day in range(1, 30)] + ["2024-01-29"]
    found = tell(
        "out-of-order", after.replace("_", " "), **{before: [*starts, "2024-01-31"], after: [*ends, "2024-01-31"]}
    )
    assert found == {30: ("2024-01-29", "")}


def test_a_highest_below_the_lowest(tell: Tell) -> None:
    """Numbers have an order by their headers, too."""
    low, high = [f"${place}00,000" for place in range(1, 31)], [f"${place}50,000" for place in range(1, 31)]
    found = tell("out-of-order", "Price Max", Price_Min=[*low, "$900,000"], Price_Max=[*high, "$90,000"])
    assert found == {31: ("$90,000", "")}


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("Largest_Gift", "Total_Giving"),
        ("Last_Gift_Amount", "Lifetime_Gifts"),
        ("Average_Order_Value", "Total_Spend"),
        ("max_donation", "total_donations"),
        ("Höchste_Spende", "Gesamt_Spende"),
    ],
)
def test_a_part_above_the_whole(tell: Tell, part: str, whole: str) -> None:
    """The largest gift is never more than all gifts, in the singular and the plural."""
    parts, wholes = [f"{100 + place}.50" for place in range(30)], [f"{100 + place * 9}.50" for place in range(30)]
    found = tell("out-of-order", whole.replace("_", " "), **{part: [*parts, "480.50"], whole: [*wholes, "48.05"]})
    assert found == {31: ("48.05", "")}


@pytest.mark.parametrize(
    ("before", "after", "ordered"),
    [
        ("Start_Date", "Birthday", True),
        ("Start_Date", "Other_End", True),
        ("Stage_1_Start", "Stage_2_End", True),
        ("Start_Date", "End_Date", False),
    ],
    ids=["no words of order", "of something else", "of another stage", "most rows are not so"],
)
def test_no_order(tell: Tell, before: str, after: str, ordered: bool) -> None:  # noqa: FBT001 - a case
    """Without two headers that differ by their order alone, and rows that keep to it, nothing is said."""
    starts = [f"2024-01-{day:02}" for day in range(1, 31)]
    ends = [f"2024-02-{day:02}" if ordered or day % 2 else f"2023-02-{day:02}" for day in range(1, 29)]
    assert not tell(
        "out-of-order", after.replace("_", " "), **{before: starts, after: [*ends, "2024-02-01", "2023-12-31"]}
    )


def test_days_at_the_end_of_the_calendar_are_in_no_order(tell: Tell) -> None:
    """31 December 9999 is no start, and 1 January 1900 no end; other checks speak of them."""
    starts = [f"2024-01-{day:02}" for day in range(1, 31)]
    found = tell(
        "out-of-order",
        "End Date",
        Start_Date=[*starts, "9999-12-31", "1900-01-01"],
        End_Date=[*starts, "2024-01-01", "2024-01-01"],
    )
    assert not found


# ------------------------------------------------------------------------------------------------------------- scales


@pytest.mark.parametrize(
    ("header", "scale", "beyond"),
    [("NPS", range(11), "11"), ("Progress", range(0, 101, 4), "1000"), ("Customer Rating", range(1, 6), "55")],
)
def test_a_score_beyond_its_scale(tell: Tell, header: str, scale: range, beyond: str) -> None:
    """Where many rows are at the end of a scale and a few beyond, those are none of it."""
    cells = [str(value) for value in scale for _ in range(60)] + [beyond] * 2
    found = tell("off-scale", header, **{header.replace(" ", "_"): cells})
    assert set(found.values()) == {(beyond, "")}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Visits", [*range(11)] * 60 + [11, 11]),
        ("NPS", [*range(11)] * 60),
        ("Score", [value for value in range(11) for _ in range(2 ** (11 - value))] + [11]),
        ("Lead Rate", [*range(60, 101)] * 10 + [*range(101, 111)] * 5),
    ],
    ids=["no scale by its header", "nothing beyond", "a tail that thins out", "just beyond a long scale"],
)
def test_what_is_no_scale(tell: Tell, header: str, cells: list[int]) -> None:
    """A header without a word for a scale, or no edge where the scale would end."""
    assert not tell("off-scale", header, **{header.replace(" ", "_"): [str(cell) for cell in cells]})


@pytest.mark.parametrize(
    ("header", "usual", "beyond"),
    [
        ("Discount (%)", [0] * 150 + [5, 10, 15] * 10, {"150", "-10"}),
        ("Rabatt", [0] * 150 + [5, 10, 15] * 10, {"150", "-10"}),
        ("Growth %", [0] * 150 + [5, 10, 15] * 10, set()),
        ("Discount", [0] * 150 + [0.05, 0.1, 0.15] * 10, set()),
        ("Discount", [0] * 100 + [150, 250, -10] * 10, set()),
    ],
)
def test_parts_of_a_hundred_end_at_a_hundred(tell: Tell, header: str, usual: list[float], beyond: set[str]) -> None:
    """However few come near it; growth may be anything, parts of one and amounts have no such end."""
    found = tell("off-scale", header, **{header.replace(" ", "_"): [*map(str, usual), "150", "-10"]})
    assert {cell for cell, _ in found.values()} == beyond


# ------------------------------------------------------------------------------------------------------------ notation


@pytest.mark.parametrize(
    ("usual", "odd", "suggestion"),
    [
        ("{}.50", "1.234,50", "1234.50"),
        ("{}.50", "49,00", "49.00"),
        ("{},50", "1,234.50", "1234,50"),
        ("{}.50", "EUR 49,00", ""),
    ],
)
def test_the_other_decimal_sign_is_found_and_written_as_the_rest(
    usual: str, odd: str, suggestion: str, tell: Tell
) -> None:
    """It is read rightly either way; what holds more than a number is only named."""
    amounts = [usual.format(37 * number) for number in range(1, 40)]
    found = tell("number-notation", "Amount", Nr=[f"N-{n:03}" for n in range(40)], Amount=[*amounts, odd])
    assert found == {40: (odd, suggestion)}


def test_thousands_between_commas_are_no_other_decimal_sign(tell: Tell) -> None:
    """Nor is a column that is half in one form and half in the other judged cell by cell."""
    numbers = [f"N-{n:03}" for n in range(40)]
    amounts = [f"{37 * number}.50" for number in range(1, 39)]
    assert not tell("number-notation", "Amount", Nr=numbers, Amount=[*amounts, "1,250.00", "1,250"])
    mixed = [f"{37 * number}{'.,'[number % 2]}50" for number in range(1, 41)]
    assert not tell("number-notation", "Amount", Nr=numbers, Amount=mixed)
