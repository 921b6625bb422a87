"""Finders that look at columns as a whole: outliers, mixed units, copies, repeated rows, secrets in text."""

import random
import string
from pathlib import Path

import pytest

from segaudit.quality.finders.columns import find_constant, find_near_empty
from segaudit.quality.finders.copies import find_copies
from segaudit.quality.finders.currencies import find_mixed_units
from segaudit.quality.finders.names import find_name_case
from segaudit.quality.finders.outliers import find_outliers
from segaudit.quality.finders.patterns import find_broken_patterns
from segaudit.quality.finders.repeated_rows import find_repeated_rows
from segaudit.quality.finders.secrets_in_text import find_secrets
from segaudit.quality.finders.sensitive import find_sensitive
from tests.column_finders_support import found_in
from tests.quality_support import issues_of, write_rows

# --------------------------------------------------------------------------------------------------------- outliers


@pytest.mark.parametrize(
    ("header", "usual", "odd"),
    [
        ("Year of Birth", [*range(1950, 2000)], ["1893", "2031"]),
        ("Date of Birth", [f"{year}-03-05" for year in range(1950, 2000)], ["1899-07-01", "2026-07-01"]),
        ("Age", [*range(20, 70)], ["-3", "214"]),
        ("Intent Score", [*range(0, 100, 2)] * 10, ["250", "-5"]),
        ("Number of Employees", [*range(1, 51)], ["4500000"]),
        ("Founded Year", [*range(1960, 2010)], ["2062"]),
        ("Signed On", [f"2024-02-{day:02}" for day in range(1, 29)] * 2, ["0204-02-11"]),
    ],
)
def test_what_a_field_cannot_hold_is_nearly_certain(
    tmp_path: Path, header: str, usual: list[object], odd: list[str]
) -> None:
    """Values beyond the bounds of a field are found, without a suggestion what they should be."""
    found, _ = found_in(tmp_path, find_outliers, {header: [*usual, *odd], "Other": range(len(usual) + len(odd))})
    assert {each.value for each in found} == set(odd)
    assert all(each.confidence >= 0.9 and each.suggestion is None for each in found)


def test_a_far_number_behind_a_gap_is_suspected_the_more_the_farther(tmp_path: Path) -> None:
    """Of prices between 100 and 160, 9,000 and 900,000 are outliers, and the second is the surer one."""
    found, _ = found_in(tmp_path, find_outliers, {"Price": [*range(100, 160), 9_000, 900_000], "Other": range(62)})
    assert sorted((each.value, each.confidence < 0.9) for each in found) == [("9000", True), ("900000", True)]
    by_value = {each.value: each.confidence for each in found}
    assert by_value["900000"] >= by_value["9000"] > 0.5


def test_the_heavy_tail_of_real_sizes_is_no_outlier(tmp_path: Path) -> None:
    """Sizes from 3 to 400,000 that thin out without a gap are those of real companies."""
    sizes = sorted({round(3 * 1.12**step) for step in range(104)})
    assert found_in(tmp_path, find_outliers, {"Number of Employees": sizes, "Other": range(len(sizes))})[0] == []


def test_zeros_do_not_make_the_other_amounts_outliers(tmp_path: Path) -> None:
    """Where most deals were lost for 0, those that were won are no outliers."""
    amounts = [0] * 300 + [50 * number for number in range(1, 101)]
    assert found_in(tmp_path, find_outliers, {"Amount": amounts, "Other": range(400)})[0] == []


def test_amounts_below_zero_are_suspected_where_nearly_none_is(tmp_path: Path) -> None:
    """One refund among two hundred payments is suspected, and not certain."""
    amounts = [*range(100, 300), -120]
    found, _ = found_in(tmp_path, find_outliers, {"Cost": amounts, "Other": range(201)})
    assert [(each.value, each.confidence < 0.9) for each in found] == [("-120", True)]


def test_bounds_can_be_left_to_the_row_contract(tmp_path: Path) -> None:
    """Without bounds, an age of 214 among few ages is not spoken of."""
    ages = {"Age": [30, 40, 50, 214], "Other": range(4)}
    assert found_in(tmp_path, find_outliers, ages, bounds=False)[0] == []


# ------------------------------------------------------------------------------------------------------ mixed units


def test_the_fewer_of_two_currencies_are_suspected(tmp_path: Path) -> None:
    """Three amounts in euros among forty in dollars are remarked on, and suspected one by one."""
    amounts = [f"${number}00" for number in range(10, 50)] + ["€4,500", "EUR 900", "2.5m €"]
    found, remarks = found_in(tmp_path, find_mixed_units, {"Revenue": amounts, "Other": range(43)}, minority=0.1)
    currencies = [remark for remark in remarks if "currencies" in remark.message]
    assert [(remark.rows, remark.rows_checked) for remark in currencies] == [(3, 43)]
    assert {each.value for each in found if "EUR" in each.because} == {"€4,500", "EUR 900", "2.5m €"}


def test_one_currency_written_in_several_ways_is_one(tmp_path: Path) -> None:
    """$, USD and US$ are the same dollars."""
    amounts = [f"${number}00" for number in range(10, 30)] + ["USD 900", "US$ 700"] * 5
    assert found_in(tmp_path, find_mixed_units, {"Revenue": amounts, "Other": range(30)}) == ([], [])


def test_currencies_may_be_mixed_where_a_column_names_them(tmp_path: Path) -> None:
    """With a column for the currency, amounts in two currencies are as they should be."""
    amounts = [f"${number}00" for number in range(10, 30)] + [f"€{number}00" for number in range(10, 15)]
    columns = {"Revenue": amounts, "Currency": ["USD"] * 20 + ["EUR"] * 5}
    assert found_in(tmp_path, find_mixed_units, columns) == ([], [])


def test_percent_among_fractions_is_remarked_on(tmp_path: Path) -> None:
    """0.05 and 5% in one column are two ways of writing a share."""
    shares = [f"0.0{number}" for number in range(1, 10)] * 5 + ["5%", "6%", "5%"]
    found, remarks = found_in(tmp_path, find_mixed_units, {"Rate": shares, "Other": range(48)})
    assert {each.value for each in found} == {"5%", "6%"}
    assert [remark.rows for remark in remarks] == [3]


@pytest.mark.parametrize(
    "codes",
    [
        [f"{letter}{number}" for number in range(1, 21) for letter in "BMK"],  # booths
        [f"{letter}{number}" for number in (1, 2) * 15 for letter in "ABC"],  # levels of English
        [f"{number} {letter}" for number in range(1, 31) for letter in "ABM"],  # flats
    ],
)
def test_a_letter_of_a_code_is_no_scale(tmp_path: Path, codes: list[str]) -> None:
    """M14 is no fourteen millions, and B2 no billions."""
    assert found_in(tmp_path, find_mixed_units, {"Place": codes, "Other": range(len(codes))}) == ([], [])


def test_a_range_or_a_rough_number_is_no_unit(tmp_path: Path) -> None:
    """A size of "ca. 40" or "50 to 200" is a plain number of employees."""
    sizes = [*range(10, 50), "ca. 40", "50 to 200", "approx. 12"]
    assert found_in(tmp_path, find_mixed_units, {"Number of Employees": sizes, "Other": range(43)}) == ([], [])


# ------------------------------------------------------------------------------------------- columns that say nothing


def test_a_column_of_one_value_is_constant_and_a_flag_is_not(tmp_path: Path) -> None:
    """One word in all rows says nothing; one word in half of them tells these from the others."""
    columns = {"Team": ["Revenue"] * 40, "VIP": ["yes", ""] * 20, "Other": range(40)}
    _, remarks = found_in(tmp_path, find_constant, columns)
    assert [remark.positions for remark in remarks] == [(1,)]


def test_a_column_that_hardly_a_row_fills_is_nearly_empty(tmp_path: Path) -> None:
    """One of 100 rows, or none, is nearly empty; five are not."""
    columns = {"Fax": ["x1"] + [""] * 99, "Telex": [""] * 100, "Car": list("abcde") + [""] * 95, "Other": range(100)}
    _, remarks = found_in(tmp_path, find_near_empty, columns)
    assert [(remark.positions, remark.rows) for remark in remarks] == [((1,), 99), ((2,), 100)]


def test_a_copy_is_found_even_if_written_otherwise(tmp_path: Path) -> None:
    """Two columns equal but for case are copies; two flags that are nearly always no are not."""
    columns = {
        "Score": [f"s{number % 9}" for number in range(60)],
        "Score 2": [f"S{number % 9}" for number in range(60)],
        "Opened": ["no"] * 58 + ["yes"] * 2,
        "Clicked": ["no"] * 57 + ["yes", "no", "yes"],
    }
    _, remarks = found_in(tmp_path, find_copies, columns, recoded=False)
    assert [(remark.positions, remark.rows) for remark in remarks] == [((2, 1), 60)]


def test_a_code_for_another_column_is_only_noted(tmp_path: Path) -> None:
    """A campaign's id and its name stand for each other; the remark has little confidence that this is a fault."""
    columns = {"Id": ["C1", "C2", "C3"] * 10, "Name": ["Spring", "Autumn", "Winter"] * 10, "Other": range(30)}
    _, remarks = found_in(tmp_path, find_copies, columns)
    assert [(remark.positions, remark.confidence <= 0.5) for remark in remarks] == [((2, 1), True)]


# ----------------------------------------------------------------------------------------------------- repeated rows


def test_rows_equal_but_for_the_id_are_listed_behind_the_first(tmp_path: Path) -> None:
    """Of three equal rows the later two repeat the first; one with another city does not."""
    columns = {
        "Record ID": range(1, 29),
        "Email": [f"ana{number}@acme.com" for number in range(24)] + ["bo@acme.com"] * 4,
        "City": ["Rome"] * 27 + ["Oslo"],
    }
    found, remarks = found_in(tmp_path, find_repeated_rows, columns)
    assert [(each.row, each.value) for each in found] == [(26, "26"), (27, "27")]
    assert [remark.rows for remark in remarks] == [2]
    assert all("row 25 " in each.because and each.suggestion is None for each in found)


def test_answers_that_many_give_are_no_repeated_rows(tmp_path: Path) -> None:
    """In a survey without a name or address, equal answers come from different people."""
    columns = {"ID": range(60), "Gender": ["f", "m"] * 30, "Age": [30 + number % 5 for number in range(60)]}
    assert found_in(tmp_path, find_repeated_rows, columns) == ([], [])


# --------------------------------------------------------------------------------------------------- secrets in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Paid with 5555 5555 5555 4444 by phone.", "a payment card's number"),
        ("amex 3782-822463-10005", "a payment card's number"),
        ("cc 4242424242424242", "a payment card's number"),
        ("refund to GB82 WEST 1234 5698 7654 32 please", "a bank account (IBAN)"),
        ("IBAN de89370400440532013000", "a bank account (IBAN)"),
        ("her SSN is 219-09-9999", "a US social security number"),
        ("DNI 12345678Z", "a Spanish identity number"),
        ("NIE: X1234567L", "a Spanish identity number"),
        ("bsn 111222333", "a Dutch citizen number"),
        ("NIR 2 55 08 14 168 025 38", "a French social security number"),
        ("CF RSSMRA85T10A562S", "an Italian tax number"),
        ("Password: Sommer2024!", "a password"),
        ("Passwort ist hunter2", "a password"),
    ],
)
def test_a_secret_is_told_by_its_check_digits(text: str, kind: str) -> None:
    """Numbers published as examples by those who give them out are recognised."""
    assert [secret.kind for secret in find_secrets(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Asked about order 4111 1111 1111 1112, shipped twice.",
        "call +1 415 555 0123 or 0044 20 7946 0958",
        "order 9876543210987654, part 12345678A",
        "GB82 WEST 1234 5698 7654 33",
        "SSN 000-12-3456, 666-12-3456, 912-12-3456",
        "ticket 111222333, zip 12345-6789, date 2024-01-31 10:00",
        "password: reset, password is expired, Password: see the vault",
        "0000 0000 0000 0000",
        "RSSMRA85T10A562T",
    ],
)
def test_what_fails_the_check_digits_is_no_secret(text: str) -> None:
    """Orders, telephones and tickets stay silent, and so does a word about a password."""
    assert list(find_secrets(text)) == []


def test_secrets_are_reported_by_place_and_never_echoed(tmp_path: Path) -> None:
    """The row and the kind are named; neither value nor reason holds a part of the text."""
    notes = ["Likes trains", "card 4111 1111 1111 1111, exp 09/27", "order 4111 1111 1111 1112"]
    found, _ = found_in(tmp_path, find_sensitive, {"Notes": notes, "Other": range(3)})
    assert [(each.row, each.position, each.value) for each in found] == [(2, 1, "")]
    assert found[0].because == "holds a payment card's number"


def test_order_numbers_of_which_some_pass_by_chance_are_no_cards(tmp_path: Path) -> None:
    """One in ten long numbers passes the checksum: a column of them is not a column of cards."""
    orders = [f"4{number:015}" for number in range(700_000, 760_000, 500)]
    assert found_in(tmp_path, find_sensitive, {"Order": orders, "Other": range(len(orders))}) == ([], [])


def test_a_column_of_cards_is_one_remark(tmp_path: Path) -> None:
    """Where nearly all numbers are valid cards, the column is named, and no row is."""
    cards = ["4111111111111111", "5555555555554444", "378282246310005", "4242424242424242"] * 10
    found, remarks = found_in(tmp_path, find_sensitive, {"Number": cards, "Other": range(40)})
    assert found == []
    assert [(remark.positions, remark.rows) for remark in remarks] == [((1,), 40)]


def test_a_remark_in_brackets_is_no_name_in_small_letters(tmp_path: Path) -> None:
    """(deceased) in the place of a last name is not written with a capital."""
    names = [f"Smith{letter}" for letter in "abcdefghijklmnopqrst"] + ["(deceased)", "jones"]
    found, _ = found_in(tmp_path, find_name_case, {"Last Name": names, "Other": range(len(names))})
    assert {each.value for each in found} == {"jones"}


def test_ids_at_random_and_addresses_of_machines_have_no_pattern(tmp_path: Path) -> None:
    """Letters and digits in any order are ids as they are made, and IPv6 beside IPv4 is no slip."""
    order = random.Random(5)  # noqa: S311 - made-up ids
    ids = ["0065e00000" + "".join(order.choices(string.ascii_letters + string.digits, k=8)) for _ in range(400)]
    machines = [f"10.{number % 256}.3.{number % 200}" for number in range(380)]
    newer = [f"2001:db8::{number:x}:1" for number in range(20)]
    columns = {"Opportunity ID": ids, "Confirmed From": [*machines, *newer]}
    assert not found_in(tmp_path, find_broken_patterns, columns)[0]


def test_what_is_one_persons_own_is_not_filled_from_those_they_live_with(tmp_path: Path) -> None:
    """A couple shares telephone and mailbox; whoever has no date of birth does not get the other's."""
    dice = random.Random(9)  # noqa: S311 - made-up records
    names = "Ana Luis Marta Carlos Jorge Elena Pablo Diego Carmen Javier Laura Miguel Isabel Raul Nuria Oscar".split()
    rows = []
    for home in range(400):
        family, (first, second) = dice.choice(("Garcia", "Perez", "Ruiz", "Moreno", "Smith")), dice.sample(names, 2)
        person = {
            "Contact ID": f"P{home}",
            "First Name": first,
            "Last Name": family,
            "Email": f"{first}.{family}{home}@gmail.com".lower(),
            "Home Phone": f"217-{dice.randint(200, 999)}-{dice.randint(1000, 9999)}",
            "Street": f"{dice.randint(1, 999)} {dice.choice(('Oak', 'Elm', 'Main'))} St",
            "Birth Date": f"19{dice.randint(40, 99)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        }
        rows.append(person)
        if home % 3 == 0:
            rows.append({**person, "First Name": second, "Birth Date": ""})
        if home % 3 == 1:
            rows.append({**person, "First Name": f"{first[0]}.", "Street": person["Street"].replace("St", "Street")})
    columns = list(rows[0])
    gaps = [
        {issue["column"] for issue in issues_of(write_rows(tmp_path / name, listed, rows), tmp_path)}
        for name, listed in (("homes.csv", columns[1:]), ("people.csv", columns))
    ]
    assert "Birth Date" not in gaps[0]
    assert "Birth Date" in gaps[1]  # a number that says whose row it is is another matter
