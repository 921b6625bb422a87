"""Disguised missing values: what stands for nothing, and what only looks like it."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.model.quality import CERTAIN_FROM, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.stand_ins import find_stand_ins
from segaudit.sql.cells import PLACEHOLDER, classified_cells
from tests.column_finders_support import a_check, found_in, open_data

SAMPLE = Path(__file__).parent.parent / "sample_data"


def _found(
    folder: Path, columns: Mapping[str, Sequence[object]], **settings: object
) -> tuple[list[Suspicion], list[ColumnRemark]]:
    """Return what is found in a table of some columns; every suspicion says to empty the cell."""
    suspicions, remarks = found_in(folder, find_stand_ins, columns, **settings)
    assert all(each.suggestion == "" for each in suspicions)
    return suspicions, remarks


def _values(found: tuple[list[Suspicion], list[ColumnRemark]]) -> set[str]:
    return {each.value for each in found[0]}


@pytest.mark.parametrize(
    ("header", "usual", "stand_in"),
    [
        ("Phone", "+1 415 555 {:04}", "000-000-0000"),
        ("Phone", "+1 415 555 {:04}", "12345"),
        ("Phone", "+1 415 555 {:04}", "+1 111 111 1111"),
        ("Phone", "+1 415 555 {:04}", "+49 123456789"),
        ("Phone", "+1 415 555 {:04}", "+49"),
        ("Phone", "+1 415 555 {:04}", "ask reception"),
        ("Phone", "+1 415 555 {:04}", "600000000"),
        ("Phone", "+1 415 555 {:04}", "01 00 00 00 00"),
        ("Phone", "+1 415 555 {:04}", "+34 600 000 000"),
        ("Email", "ana{}@acme.com", "noemail@acme.com"),
        ("Email", "ana{}@acme.com", "none@none.com"),
        ("Email", "ana{}@acme.com", "test@test.com"),
        ("Website", "https://acme{}.com", "http://"),
        ("Industry", "Retail {}", "{NULL}"),
        ("Industry", "Retail {}", "-- Please choose your industry --"),
        ("Industry", "Retail {}", "Bitte auswählen - - -"),
        ("Industry", "Retail {}", "don't know"),
        ("City", "Town {}", "asdfasdf"),
        ("Zip", "1{:04}", "00000"),
        ("First Name", "Ana{}", "xxxx"),
        ("Create Date", "2024-01-{:02}", "00/00/0000"),
        ("Create Date", "2024-01-{:02}", "1900-01-01"),
        ("Create Date", "2024-01-{:02}", "1970-01-01"),
    ],
)
def test_a_value_nobody_means_is_found_from_what_it_is_made_of(
    tmp_path: Path, header: str, usual: str, stand_in: str
) -> None:
    """A filler in a column of ordinary values is suspected, and nothing else is."""
    cells = [usual.format(number) for number in range(1, 21)] + [stand_in]
    found = _found(tmp_path, {header: cells, "Other": range(21)})
    assert _values(found) == {stand_in}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Last Name", ["Null", "Nil", "Blank", "No", "Testa", "Dash", "Void", "Li", "Trew", "Wert"]),
        ("First Name", ["Na", "Nil", "Sem", "Tre", "Ana"]),
        ("Country", ["NA", "DE", "US"]),
        ("Company", ["None", "Select", "Choose Energy", "X", "Select Medical", "Missing Link"]),
        ("Product", ["None", "Priority Support"]),
        ("Email", ["na@li.com", "sem@devries.nl", "nora@acme.com", "null@null-family.com", "test.pilot@acme.com"]),
        (
            "Phone",
            ["415-555-0123", "+1 212 345 6789", "0800 111 222", "+44 7700 900123", "+49 30 200000", "800 222 2222"],
        ),
        ("Tags", ["[]", '["vip"]', '["vip", "sale"]', "{}", "[]"]),
        ("Page URL", ["/blog", "/demo", "/pricing", "https://www.example.com/about"]),
        ("Zip", ["11111", "12345", "55555", "10115"]),
        ("Lead Status", ["No response", "Not contacted", "New", "Pending"]),
        ("End Date", ["2024-01-01", "2025-03-01", "2026-04-01", "ongoing", "2024-02-02", "2023-02-02"] * 2),
        ("Rating", ["++", "+", "-+-", "++", "+"] * 3),
        ("Notes", ["N/A for the webinar, will come", "select one of the two plans", "test went well"]),
    ],
)
def test_a_value_that_only_looks_missing_is_left_alone(tmp_path: Path, header: str, cells: list[str]) -> None:
    """Names, codes, places and answers that resemble a filler are what they say."""
    assert _values(_found(tmp_path, {header: cells, "Other": range(len(cells))})) == set()


def test_a_held_down_digit_stands_out_where_no_number_is_near(tmp_path: Path) -> None:
    """999999 and 666666 among incomes up to 100,000 are fillers."""
    incomes = [*range(20_000, 100_000, 1_700), 999_999, 666_666]
    assert _values(_found(tmp_path, {"Income": incomes})) == {"999999", "666666"}


def test_one_amount_is_what_it_says_until_it_recurs(tmp_path: Path) -> None:
    """12,345.00 in one row may be a price, and nobody empties it unasked; in three it is no chance; 123.45 is one."""
    others = [f"{30_000 + 997 * place}.87" for place in range(60)]
    found = _found(tmp_path, {"Amount": [*others, "12345.00", "123.45", "12.345", "1234.56"]})[0]
    assert {(each.value, each.confidence < CERTAIN_FROM) for each in found} == {("12345.00", True)}
    often = _found(tmp_path, {"Amount": [*others, *["12345.00"] * 3]})[0]
    assert {(each.value, each.confidence >= CERTAIN_FROM) for each in often} == {("12345.00", True)}


def test_a_year_without_turnover(tmp_path: Path) -> None:
    """What a customer brought in one year may be nothing, however many there are."""
    cells = [f"{1000 + 11 * place}.50" for place in range(40)] + ["0.00"] * 20
    assert not _found(tmp_path, {"Revenue 2025": cells})[0]


def test_a_held_down_digit_among_its_like_is_a_number(tmp_path: Path) -> None:
    """In a column that counts from 1 to 12,400, the number 11111 is one of many, as is 12345."""
    assert _values(_found(tmp_path, {"Invoice": range(1, 12_401)})) == set()


def test_nines_below_zero_are_fillers_even_with_a_currency(tmp_path: Path) -> None:
    """-€999999 among salaries that are all above zero stands for none."""
    salaries = [f"€{amount}.50" for amount in range(20_000, 60_000, 1_000)] + ["-€999999"]
    assert _values(_found(tmp_path, {"Salary": salaries})) == {"-€999999"}


def test_zero_employees_are_told_by_the_other_rows_of_the_company(tmp_path: Path) -> None:
    """A zero is wrong where colleagues name employees, and right where all rows of a company say zero."""
    found, _ = _found(
        tmp_path,
        {
            "Company": ["Acme", "Acme", "Acme", "Solo", "Solo", "Beta"],
            "Number of Employees": [0, 120, 120, 0, 0, 14],
        },
    )
    assert [(each.row, each.value) for each in found] == [(1, "0")]
    assert found[0].confidence >= 0.9


def test_a_zero_that_another_column_explains_is_an_answer(tmp_path: Path) -> None:
    """Revenue is zero for exactly those that are not yet founded: nothing is missing."""
    stages = ["Planned"] * 10 + ["Running"] * 30
    revenue = [0] * 10 + [90_000 + 1_000 * number for number in range(30)]
    assert _values(_found(tmp_path, {"Status": stages, "Annual Revenue": revenue})) == set()


def test_a_declared_revenue_of_zero_stands_for_none(tmp_path: Path) -> None:
    """Zeros beside revenues of 90,000 and more, in rows that leave the next question empty too, were never answered."""
    revenue = [0] * 30 + [90_000 + 1_000 * number for number in range(10)]
    catalogue = [""] * 30 + [number % 5 + 1 for number in range(10)]
    found, _ = _found(tmp_path, {"declared_monthly_revenue": revenue, "catalog_size": catalogue})
    assert [(each.value, each.rows, each.confidence) for each in found] == [("0", 30, 0.95)]


def test_zeros_of_counts_and_scores_are_numbers(tmp_path: Path) -> None:
    """A score or a number of visits of 0 was measured."""
    columns = {"Intent Score": [0] * 50 + [*range(1, 51)], "Page Views": [0] * 80 + [*range(20)]}
    assert _values(_found(tmp_path, columns)) == set()


def test_a_word_as_company_is_told_by_who_else_says_it(tmp_path: Path) -> None:
    """As a company, "Select" in rows of ten websites is none; "None" in rows of one website is one."""
    companies = ["Select"] * 10 + ["None"] * 10 + [f"Firm {number}" for number in range(10)]
    sites = [f"site{number}.com" for number in range(10)] + ["none.com"] * 10 + [f"f{n}.com" for n in range(10)]
    assert _values(_found(tmp_path, {"Company": companies, "Website": sites})) == {"Select"}


def test_one_day_with_a_third_of_all_rows_is_remarked_on(tmp_path: Path) -> None:
    """An import leaves its day in many rows: worth a remark, but the cells are not called missing."""
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 9) for day in range(1, 26)] + ["2023-02-20"] * 100
    suspicions, remarks = _found(tmp_path, {"Size Updated": days})
    assert suspicions == []
    assert [(remark.rows, remark.rows_checked) for remark in remarks] == [(100, 300)]


def test_a_first_of_january_shared_by_many_is_no_birthday(tmp_path: Path) -> None:
    """Forty people born on 1980-01-01 among others who share no birthday did not give theirs."""
    days = [f"19{60 + month:02}-{month:02}-{day:02}" for month in range(1, 13) for day in range(2, 27)]
    assert _values(_found(tmp_path, {"Date of Birth": days + ["1985-01-01"] * 40})) == {"1985-01-01"}


def test_old_days_among_old_days_are_history(tmp_path: Path) -> None:
    """In a register of the years around 1900, its first day is a day like any other."""
    days = [f"{year}-0{month}-15" for year in range(1890, 1911) for month in range(1, 9)]
    assert _values(_found(tmp_path, {"Opened On": [*days, "1900-01-01"]})) == set()


def test_columns_with_very_many_values_are_picked_through_by_the_engine(tmp_path: Path) -> None:
    """Fillers are found by how they begin where not all values are fetched."""
    cells: dict[str, Sequence[object]] = {
        "Email": [f"ana{number}@acme.com" for number in range(60)] + [" noemail@acme.com", "test@test.com", "x@x.com"],
        "Phone": [f"+1 415 555 {number:04}" for number in range(60)] + ["0000000000", "call office", "12345"],
        "City": [f"Town {number}" for number in range(60)] + ["- -", "Please select a city", "asdf"],
        "Income": [20_000 + 1_100 * number for number in range(60)] + [999_999, 888_888, 7],
    }
    assert _values(_found(tmp_path, cells, most_values=5)) == {
        "noemail@acme.com", "test@test.com", "x@x.com", "0000000000", "call office", "12345", "- -",
        "Please select a city", "asdf", "999999", "888888",
    }  # fmt: skip


def _truth(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cells(data: QualityData, found: Iterable[Suspicion | ColumnRemark]) -> Iterator[tuple[str, str]]:
    """Yield the cells that are missing, on the list or by a suspicion: record id and header."""
    wanted = {
        (each.position, each.value if each.row is None else each.row) for each in found if isinstance(each, Suspicion)
    }
    for reading in data.readings:
        position, column = reading.column.position, data.source.column(reading.column.position)
        cells = classified_cells(f"(SELECT _row, c1 AS id, {column} AS v FROM {data.source.table})", reading)  # noqa: S608 - numbered columns
        rows = data.engine.fetch(f"SELECT _row, id, t, state FROM {cells}", data.parameters(position))  # noqa: S608 - as above
        for row, record, text, state in rows:
            if state == PLACEHOLDER or {(position, row), (position, text)} & wanted:
                yield record, reading.column.header


def test_what_was_planted_in_the_sample_is_found_and_its_traps_are_not() -> None:
    """Of the sample's disguised missing cells F1 is .95 or more, and no trap is called missing."""
    planted = {"disguised_missing", "zero_as_missing", "phone_invalid"}
    wrong = _truth("wrong_cells.csv")
    truth = {(cell["record_id"], cell["column"]) for cell in wrong if cell["fault"] in planted}
    # Whether a test record's name is missing or wrong is a matter of words; it counts neither way.
    either = {(cell["record_id"], cell["column"]) for cell in wrong if cell["fault"] == "test_record"}
    with DuckEngine(threads=2) as engine:
        data = open_data(SAMPLE / "contacts.csv", engine)
        found = set(_cells(data, find_stand_ins(data, a_check()))) - either
    right = len(found & truth)
    assert 2 * right / (len(found) + len(truth)) >= 0.95
    assert found & {(trap["record_id"], trap["column"]) for trap in _truth("traps.csv")} == set()
