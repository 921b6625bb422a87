"""What the finders of e-mail, phones, web, places, names, companies and titles say, and what they leave alone."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest

from segaudit.audit.opening import InputChoices, open_input
from segaudit.audit.quality import measure_quality_data
from segaudit.engine.duck import DuckEngine
from segaudit.model.conditions import Place
from segaudit.model.quality import CERTAIN_FROM, Check, ColumnRemark, Dimension, Severity, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.check_digits import find_wrong_check_digits
from segaudit.quality.finders.companies import find_company_case, find_company_legal_form, find_company_value
from segaudit.quality.finders.emails import find_email_reserved, find_email_syntax, find_email_typos
from segaudit.quality.finders.mailboxes import find_email_website
from segaudit.quality.finders.names import find_email_in_name, find_name_case, find_name_characters
from segaudit.quality.finders.phones import find_phone_country, find_phone_format, find_phone_impossible
from segaudit.quality.finders.places import find_country_names, find_state_country, find_state_names
from segaudit.quality.finders.postcodes import find_postcode_country
from segaudit.quality.finders.stand_ins import find_stand_ins
from segaudit.quality.finders.swapped import find_names_swapped
from segaudit.quality.finders.test_records import find_test_records
from segaudit.quality.finders.titles import find_title_case, find_title_value
from segaudit.quality.finders.web import find_web_address, find_website_format

Finder: TypeAlias = Callable[[QualityData, Check], Iterable[Suspicion | ColumnRemark]]
Ask: TypeAlias = Callable[[Finder, Sequence[str], Sequence[Sequence[str]]], "Found"]

CHECK = Check(
    id="tried",
    dimension=Dimension.VALIDITY,
    severity=Severity.WARNING,
    title="",
    why="",
    mend="",
    place=Place(file="tried.yaml", line=1, column=1),
)


class Found:
    """What a finder said."""

    def __init__(self, said: Iterable[Suspicion | ColumnRemark]) -> None:
        found = list(said)
        self.remarks = [one.message for one in found if isinstance(one, ColumnRemark)]
        self.suspicions = [one for one in found if isinstance(one, Suspicion)]

    @property
    def mends(self) -> dict[str, str | None]:
        """The suggestion for each value."""
        return {one.value: one.suggestion for one in self.suspicions}

    @property
    def certain(self) -> set[str]:
        """The values that are reported as certain."""
        return {one.value for one in self.suspicions if one.confidence >= CERTAIN_FROM}


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """A function that lets a finder look at a table: header and rows."""
    with DuckEngine() as engine:

        def run(finder: Finder, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Found:
            path = tmp_path / "contacts.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *rows])
            opened = open_input(str(path), InputChoices(fingerprint=False), engine, ordered=True)
            data = measure_quality_data(opened, date(2026, 6, 30), engine)
            return Found(finder(data, CHECK))

        yield run


def _each(*values: str) -> list[list[str]]:
    return [[str(number), value] for number, value in enumerate(values, 1)]


# ------------------------------------------------------------------------------------------------------------- e-mail


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahoo.con", "yahoo.com"),
        ("outlok.com", "outlook.com"),
    ],
)
def test_a_slip_for_a_mail_provider_is_certain(ask: Ask, domain: str, meant: str) -> None:
    """The whole address is given back with the provider's domain."""
    found = ask(find_email_typos, ["ID", "Email"], _each("ann@acme.de", f"bob@{domain}"))
    assert found.mends == {f"bob@{domain}": f"bob@{meant}"}
    assert found.certain == {f"bob@{domain}"}


@pytest.mark.parametrize(
    "domain", ["mail.com", "ymail.com", "email.com", "gmx.net", "yahoo.co.uk", "live.nl", "tmail.de"]
)
def test_real_domains_that_look_like_slips_are_left_alone(ask: Ask, domain: str) -> None:
    """Providers with names alike, and other companies' domains, are no slips."""
    assert not ask(find_email_typos, ["ID", "Email"], _each("ann@gmail.com", f"bob@{domain}")).suspicions


def test_a_domain_is_mended_after_its_frequent_twin_in_the_column(ask: Ask) -> None:
    """acme.con beside acme.com, and one letter off a frequent domain; another country's ending is no slip."""
    rows = _each(*(f"p{i}@northwind.com" for i in range(12)), "a@northwind.con", "b@northwnd.com", "c@northwind.de")
    found = ask(find_email_typos, ["ID", "Email"], rows)
    assert found.mends == {"a@northwind.con": "a@northwind.com", "b@northwnd.com": "b@northwind.com"}
    assert found.certain == {"a@northwind.con"}


def test_a_domain_that_is_the_companys_own_website_is_no_slip(ask: Ask) -> None:
    """What a company calls itself is not mended away."""
    rows = [["1", "ann@gmal.com", "https://www.gmal.com"], ["2", "bob@gmail.com", "https://acme.com"]]
    assert not ask(find_email_typos, ["ID", "Email", "Website"], rows).suspicions


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("Ann <ann@acme.org>", "ann@acme.org"),
        ("mailto:ann@acme.org", "ann@acme.org"),
        ("ann@acme.org,", "ann@acme.org"),
        ("ann@@acme.org", "ann@acme.org"),
        ("ann @acme.org", "ann@acme.org"),
        ("ann@acme,org", "ann@acme.org"),
        ("ann(at)acme.org", "ann@acme.org"),
        ("ann at acme dot org", "ann@acme.org"),
        ("ann@.acme.org", "ann@acme.org"),
        ("ann@gmail", "ann@gmail.com"),
        ("annacme.org", "ann@acme.org"),
    ],
)
def test_a_broken_address_is_mended(ask: Ask, broken: str, mended: str) -> None:
    """What a slip of the hand hides is certain where the domain is in use."""
    found = ask(find_email_syntax, ["ID", "Email"], _each("bob@acme.org", "eve@gmail.com", broken))
    assert found.mends == {broken: mended}
    assert found.certain == {broken}


@pytest.mark.parametrize("broken", ["ann@", "none of these", "a@acme.org; b@acme.org", "@acme.org", "ann smith"])
def test_what_cannot_be_mended_is_not_guessed(ask: Ask, broken: str) -> None:
    """Two addresses in a cell, or half of one, have no one reading."""
    assert not ask(find_email_syntax, ["ID", "Email"], _each("bob@acme.org", "eve@gmail.com", broken)).suspicions


def test_reserved_and_unknown_endings_cannot_be_reached(ask: Ask) -> None:
    """example.com and endings that do not exist are certain; a column full of them is one remark."""
    good = [f"p{i}@acme{i}.com" for i in range(12)]
    found = ask(find_email_reserved, ["ID", "Email"], _each(*good, "a@example.com", "b@acme.xyzzy"))
    assert found.certain == {"a@example.com", "b@acme.xyzzy"}
    whole = ask(find_email_reserved, ["ID", "Email"], _each("a@a.example", "b@b.example", "c@acme.com"))
    assert not whole.suspicions
    assert len(whole.remarks) == 1


# ------------------------------------------------------------------------------------------------------------- phones


def test_numbers_a_country_cannot_have(ask: Ask) -> None:
    """Too few digits and words are certain; numbers in use, in any notation, and unknown countries are left alone."""
    rows = [
        ["020 7946 0123", "United Kingdom"],
        ["+44 20 7946 0123", "France"],
        ["(415) 555-0123 ext. 4", "USA"],
        ["415-555-012", "USA"],
        ["call office", "USA"],
        ["000-000-0000", "USA"],
        ["0044 20 7946 0123", ""],
        ["12345678", ""],
        ["+49 (0)30 23125 125", "Germany"],
        ["11 5555-0101", "Brazil"],
    ]
    found = ask(find_phone_impossible, ["Phone", "Country"], rows)
    assert found.mends == {"call office": "", "000-000-0000": "", "415-555-012": None}
    assert found.certain == {"call office", "000-000-0000", "415-555-012"}


def test_the_same_digits_are_judged_by_the_country_of_their_row(ask: Ask) -> None:
    """A number that one country has and another cannot have is blamed in the second row only."""
    rows = [["020 7946 0123", "United Kingdom"], ["020 7946 0123", "United States"], ["415 555 0123", "United States"]]
    assert [one.row for one in ask(find_phone_impossible, ["Phone", "Country"], rows).suspicions] == [2]


def test_an_odd_number_counts_all_its_rows(ask: Ask) -> None:
    """A number that stands twice is one suspicion of two rows, also where hardly any number does, blanks or not."""
    fine = [[f"+1 212 555 {number:04d}", "US"] for number in range(100, 120)]
    rows = [*fine, ["212 555 01", "US"], [" 212 555 01", "US"]]
    (one,) = ask(find_phone_impossible, ["Phone", "Country"], rows).suspicions
    assert (one.value, one.row, one.rows) == ("212 555 01", None, 2)


def test_numbers_of_another_country_are_never_certain(ask: Ask) -> None:
    """People move; a shared calling code is no difference."""
    own = [[f"+1 415 555 {i:04}", "United States"] for i in range(100, 120)]
    rows = [*own, ["+44 20 7946 0123", "United States"], ["+1 416 555 0123", "Canada"]]
    found = ask(find_phone_country, ["Phone", "Country"], rows)
    assert set(found.mends) == {"+44 20 7946 0123"}
    assert not found.certain


def test_rare_notations_are_given_in_the_international_form(ask: Ask) -> None:
    """The extension is kept; a number whose country is not known is left as it is."""
    own = [[f"+1 415 555 {i:04}", "United States"] for i in range(100, 110)]
    rows = [*own, ["(415) 555-0123 ext. 4", "United States"], ["415.555.0124", ""]]
    found = ask(find_phone_format, ["Phone", "Country"], rows)
    assert found.mends == {"(415) 555-0123 ext. 4": "+14155550123 ext. 4"}
    assert len(found.remarks) == 1
    assert "0123" not in found.remarks[0]


def test_signs_no_number_has_are_replaced(ask: Ask) -> None:
    """876|678|3469 is a number with odd signs."""
    rows = _each("876-555-3460", "876-555-3461", "876|555|3462")
    assert ask(find_phone_format, ["ID", "Phone"], rows).mends == {"876|555|3462": "876-555-3462"}


# ---------------------------------------------------------------------------------------------------------------- web


def test_what_is_no_website(ask: Ask) -> None:
    """Slips are mended, addresses and social pages named; a company's own site is left alone."""
    rows = _each(
        *(f"https://www.acme{i}.com" for i in range(9)),
        "http//www.beta.com",
        "ann@gamma.org",
        "https://www.linkedin.com/company/delta",
        "www.gmail.com",
        "www.linkedin.com",
        "see notes",
    )
    found = ask(find_web_address, ["ID", "Website"], rows)
    assert found.mends == {
        "http//www.beta.com": "http://www.beta.com",
        "ann@gamma.org": None,
        "https://www.linkedin.com/company/delta": None,
        "www.gmail.com": None,
        "see notes": None,
    }
    assert found.certain == {"http//www.beta.com", "ann@gamma.org", "www.gmail.com"}


def test_websites_written_otherwise_than_their_column(ask: Ask) -> None:
    """The form is certain where the same host stands in it elsewhere."""
    usual = [f"https://www.acme{i}.com" for i in range(9)]
    found = ask(find_website_format, ["ID", "Website"], _each(*usual, "acme1.com", "HTTP://BETA.COM/en?utm=x"))
    assert found.mends == {"acme1.com": "https://www.acme1.com", "HTTP://BETA.COM/en?utm=x": "https://www.beta.com"}
    assert found.certain == {"acme1.com"}


def test_texts_that_programs_spelt_wrongly(ask: Ask) -> None:
    """Each is told by its own name; wide letters beside ideographs are as they should be."""
    rows = [
        ["MÃ¼ller", "x"],
        ["Smith &amp; Sons", "y"],
        ["Ａcme", "z"],
        ["ＮＴＴ日本", "z"],
        ["M�ller", "z"],
        ["R&D", "; z"],
    ]
    found = ask(find_name_characters, ["Company", "Stage"], rows)
    assert found.mends == {"MÃ¼ller": "Müller", "Smith &amp; Sons": "Smith & Sons", "Ａcme": "Acme", "M�ller": None}
    because = {one.value: one.because for one in found.suspicions}
    assert "encoding" in because["MÃ¼ller"]
    assert "web page" in because["Smith &amp; Sons"]
    assert "double width" in because["Ａcme"]


def test_wide_figures_are_no_signs_between_digits(ask: Ask) -> None:
    """A number in wide figures gets narrow ones, and from no other check itself as its repair."""
    rows = _each("０３-１２３４-５６７８", *(f"030 123456{digit}" for digit in range(8)))
    assert ask(find_name_characters, ["ID", "Phone"], rows).mends == {"０３-１２３４-５６７８": "03-1234-5678"}
    assert not ask(find_phone_format, ["ID", "Phone"], rows).suspicions


def test_a_generation_is_no_key_that_was_held(ask: Ask) -> None:
    """Young III is a name, and iii three keys at most elsewhere."""
    rows = [["Ann", "Young III"], ["Bob", "Smith IV"], ["Cy", "Lee VIII"]]
    assert not ask(find_test_records, ["First Name", "Last Name"], rows).suspicions


def test_the_place_of_a_name_in_a_template(ask: Ask) -> None:
    """What a mail program left unfilled is no name with signs around it."""
    tags = ["*|FNAME|*", "{{first_name}}", "%FIRSTNAME%", "<<Name>>", "[object Object]"]
    names = _each("Ann", "Bob", "Cy", "Dee", "Eve", "Flo", "Gus", *tags)
    assert not ask(find_name_characters, ["ID", "First Name"], names).mends
    assert not ask(find_name_case, ["ID", "First Name"], names).mends
    found = ask(find_stand_ins, ["ID", "First Name"], names)
    assert found.mends == dict.fromkeys(tags, "")
    assert found.certain == set(tags)


def test_numbers_with_the_apostrophe_of_a_shop(ask: Ask) -> None:
    """An apostrophe keeps a spreadsheet from working a number or a postal code out; it is no part of them."""
    rows = [[f"'+120622631{number}", "'02116", "US"] for number in range(10, 30)]
    assert not ask(find_phone_impossible, ["Phone", "Zip", "Country"], rows).suspicions
    assert not ask(find_postcode_country, ["Phone", "Zip", "Country"], rows).suspicions
    short = [*rows, ["'+1206226", "'0211", "US"]]
    assert set(ask(find_phone_impossible, ["Phone", "Zip", "Country"], short).mends) == {"'+1206226"}


def test_no_number_is_its_own_repair(ask: Ask) -> None:
    """What is in the international form already has nothing to be changed, however the column is written."""
    numbers = [f"+1 (206) 555-01{digit:02}" for digit in range(20)]
    found = ask(
        find_phone_format,
        ["ID", "Phone", "Country"],
        [[str(n), v, "US"] for n, v in enumerate([*numbers, "+12065550199"])],
    )
    assert not [one for one in found.suspicions if one.suggestion == one.value]


# Account numbers from the registry's examples, and the same with a digit changed or lost.
_CHECKED = {
    "IT60X0542811101000000123456": "IT60X0542811101000000123457",
    "DE89370400440532013000": "DE89370400440532013001",
    "GB29NWBK60161331926819": "GB29NWBK6016133192681",
}


def test_account_numbers_with_wrong_check_digits(ask: Ask) -> None:
    """An IBAN that was mistyped or cut is told; other account numbers, and columns of something else, are not."""
    right = [[number, ""] for number in _CHECKED] * 5
    wrong = [[number, ""] for number in _CHECKED.values()]
    found = ask(find_wrong_check_digits, ["IBAN", "x"], [*right, *wrong, ["12345678", ""]])
    assert found.mends == dict.fromkeys(_CHECKED.values())
    assert found.certain == set(_CHECKED.values())
    unlike = ask(find_wrong_check_digits, ["IBAN", "x"], [*right[:2], *wrong])
    assert not unlike.suspicions
    assert len(unlike.remarks) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "country"),
    [
        ("00743110157", "00743110158", "Italy"),
        ("DE136695976", "DE136695967", ""),
        ("FR40303265045", "FR41303265045", ""),
        ("BE0428759497", "BE0428759479", ""),
        ("PL5260001246", "PL5260001264", ""),
        ("PT501964843", "PT501964834", ""),
    ],
)
def test_vat_numbers_with_a_wrong_check_digit(ask: Ask, right: str, wrong: str, country: str) -> None:
    """Judged by the letters in front, or else by the record's country."""
    rows = [[right, country]] * 9 + [[wrong, country], ["ATU12345678", ""], ["X", country]]
    assert set(ask(find_wrong_check_digits, ["VAT Number", "Country"], rows).mends) == {wrong}


def test_vat_numbers_without_letters_and_country(ask: Ask) -> None:
    """Where most keep the rule of one country, the others are judged by it."""
    rows = [[number, ""] for number in ("00743110157", "12345670017", "07643520567")] * 6
    found = ask(find_wrong_check_digits, ["Partita IVA", "x"], [*rows, ["00743110158", ""], ["743110157", ""]])
    assert set(found.mends) == {"00743110158", "743110157"}


def test_a_form_of_address_before_a_given_name(ask: Ask) -> None:
    """Mr Olivia is Olivia; couples, and columns that hold forms of address throughout, are left alone."""
    names = [f"{name}{number}" for number in range(4) for name in ("Ann", "Bob", "Cy")]
    found = ask(
        find_name_characters, ["ID", "First Name"], _each(*names, "Mr Olivia", "Mrs. Jane", "Mr & Mrs", "Msafiri")
    )
    assert found.mends.items() >= {"Mr Olivia": "Olivia", "Mrs. Jane": "Jane"}.items()
    assert not {"Mr & Mrs", "Msafiri"} & set(found.mends)
    assert not ask(
        find_name_characters, ["ID", "First Name"], _each(*(f"Mr {name}" for name in ("Ann", "Bob", "Cy")))
    ).mends


# ------------------------------------------------------------------------------------------------------------- places


def test_a_lost_zero_is_restored_where_the_country_has_one(ask: Ask) -> None:
    """2108 is short in the United States and whole in Australia; ZIP+4 and unknown countries are left alone."""
    rows = [
        ["02116", "USA"],
        ["2108", "USA"],
        ["2108", "Australia"],
        ["94105-1234", "USA"],
        ["EC1A 1BB", "UK"],
        ["k1a 0b1", "Canada"],
        ["123", ""],
        ["1067", "Germany"],
    ]
    found = ask(find_postcode_country, ["Zip", "Country"], rows)
    assert [(one.value, one.row, one.suggestion) for one in found.suspicions] == [
        ("1067", None, "01067"),
        ("2108", 2, "02108"),
    ]
    assert found.certain == {"2108", "1067"}


_PLACES = ["Zip", "City", "Country"]


def test_a_short_code_of_a_city_abroad_is_no_lost_zero(ask: Ask) -> None:
    """1010 Wien in a row that says Germany: the country may be wrong, and nobody can tell what to write."""
    vienna = [["1010", "Wien", "Österreich"]] * 5
    rows = [*vienna, *[["80331", "München", "Deutschland"]] * 5, ["1010", "Wien", "Deutschland"]]
    found = ask(find_postcode_country, _PLACES, rows)
    assert [(one.value, one.row, one.suggestion) for one in found.suspicions] == [("1010", 11, None)]
    assert "Austria" in found.suspicions[0].because
    assert not found.certain


def test_a_short_code_gets_its_zero_where_its_city_has_one(ask: Ask) -> None:
    """Leipzig's codes begin with a zero and Munich's do not, so 8033 may lack any digit."""
    rows = [["04103", "Leipzig", "Germany"], ["80331", "München", "Germany"]] * 5
    found = ask(find_postcode_country, _PLACES, [*rows, ["4103", "leipzig", "Germany"], ["8033", "München", "Germany"]])
    assert found.mends == {"4103": "04103", "8033": "08033"}
    assert found.certain == {"4103"}


def test_a_short_code_where_the_others_keep_their_zeros(ask: Ask) -> None:
    """One in a file whose codes keep their zeros is a slip of any kind; unless the whole code stands there, too."""
    kept = [[f"0{code}", "USA"] for code in range(2100, 2120)]
    found = ask(find_postcode_country, ["Zip", "Country"], [*kept, ["2109", "USA"], ["7302", "USA"]])
    assert found.mends == {"2109": "02109", "7302": "07302"}
    assert found.certain == {"2109"}
    lost = [[f"{code}", "USA"] for code in range(2100, 2120)]
    assert len(ask(find_postcode_country, ["Zip", "Country"], lost).certain) == len(lost)


def test_codes_of_a_file_without_countries(ask: Ask) -> None:
    """The states tell the country of their rows, and of no others: Toronto's code is no wrong one."""
    rows = [["60601", "IL"], ["2108", "MA"], ["10001", "NY"], ["M5V 2T6", "ON"], ["94105", "CA"], ["1234", ""]]
    found = ask(find_postcode_country, ["Zip", "State"], [*rows, ["73301", "TX"], ["98101", "WA"], ["33101", "FL"]])
    assert found.mends == {"2108": "02108"}
    foreign = [["1010", "Wien"], ["2108", "MA"], ["10001", "NY"], ["8001", "Zürich"]]
    assert not ask(find_postcode_country, ["Zip", "State"], foreign).suspicions


def test_codes_of_another_form_are_no_certainty(ask: Ask) -> None:
    """A code its country cannot have is suspicious; where most are so, the columns do not belong together."""
    good = [[f"{code}", "USA"] for code in range(94100, 94120)]
    assert set(ask(find_postcode_country, ["Zip", "Country"], [*good, ["SW1A 1AA", "USA"]]).mends) == {"SW1A 1AA"}
    unlike = ask(find_postcode_country, ["Zip", "Country"], [[f"{code}", "UK"] for code in range(94100, 94120)])
    assert not unlike.suspicions
    assert len(unlike.remarks) == 1


def test_a_city_is_no_country_misspelt(ask: Ask) -> None:
    """Portland and Cambridge are far enough from Poland and Cambodia; and what stands among the cities is one."""
    names = ["Germany"] * 5 + ["Poland"] * 5 + ["Cambodia"] * 5
    assert not ask(find_country_names, ["ID", "Country"], _each(*names, "Portland", "Cambridge")).mends
    rows = [["Berlin", "Germany"]] * 5 + [["Germana", "Germany"], ["Germany", "Germana"], ["Berlin", "Germny"]]
    assert ask(find_country_names, ["City", "Country"], rows).mends == {"Germny": "Germany"}


def test_one_country_in_many_spellings(ask: Ask) -> None:
    """Codes, adjectives, other languages and slips take the form the column uses most."""
    names = ["United States"] * 5 + ["USA", "U.S.A.", "Germany", "Deutschland", "Germany", "France", "France", "French"]
    found = ask(find_country_names, ["ID", "Country"], _each(*names, "Philipines", "Austria", "Australia"))
    assert found.mends == {
        "USA": "United States",
        "U.S.A.": "United States",
        "Deutschland": "Germany",
        "French": "France",
        "Philipines": "Philippines",
    }
    assert found.certain == set(found.mends)


def test_a_column_that_is_no_country_column_is_left_alone(ask: Ask) -> None:
    """Languages are adjectives; the parts of the kingdom are no misspellings of it where they are the column's own."""
    languages = ["German", "French", "Spanish", "German", "English"] * 4
    assert not ask(find_country_names, ["ID", "Speaks"], _each(*languages)).suspicions
    parts = ["England"] * 6 + ["Scotland"] * 5 + ["Wales"] * 4
    assert not ask(find_country_names, ["ID", "Country"], _each(*parts)).suspicions


def test_one_state_in_many_spellings(ask: Ask) -> None:
    """The same letters are read by the country of the row."""
    rows = [
        *[["California", "USA"]] * 3,
        ["Calif.", "USA"],
        ["Californa", "USA"],
        *[["Washington", "USA"]] * 3,
        ["WA", "USA"],
        *[["Western Australia", "Australia"]] * 3,
        ["WA", "Australia"],
        ["Bavaria", "Germany"],
        *[["Bayern", "Germany"]] * 3,
        ["WA", ""],
    ]
    found = ask(find_state_names, ["State", "Country"], rows)
    assert {(one.value, one.row, one.suggestion) for one in found.suspicions} == {
        ("Calif.", None, "California"),
        ("Californa", None, "California"),
        ("WA", 9, "Washington"),
        ("WA", 13, "Western Australia"),
        ("Bavaria", None, "Bayern"),
    }


def test_a_state_of_another_country(ask: Ask) -> None:
    """A state that only another country of the file has is suspicious, never certain; Georgia is both."""
    rows = [
        *[["Texas", "United States"]] * 3,
        *[["Ontario", "Canada"]] * 3,
        ["Texas", "Canada"],
        ["Georgia", "United States"],
        ["Surrey", "United Kingdom"],
    ]
    found = ask(find_state_country, ["State", "Country"], rows)
    assert [(one.value, one.row) for one in found.suspicions] == [("Texas", 7)]
    assert not found.certain


# -------------------------------------------------------------------------------------------------------------- names


def _people(*more: Sequence[str]) -> list[list[str]]:
    names = ["Ann Baker", "Bob Carter", "Eve Dalton", "Max Weber", "Ian Brown", "Amy Green", "Sue Young", "Tom Jones"]
    return [*[name.split() for name in names * 3], *map(list, more)]


def test_names_in_one_case_get_the_usual_capitals(ask: Ask) -> None:
    """Names the column knows are certain; particles, Mc and initials are not."""
    odd = [
        ("ANN", "BAKER"),
        ("maria", "de la cruz"),
        ("JP", "MCDONALD"),
        ("Zoë", "O'BRIEN"),
        ("Bob", "Müller-LÜDENSCHEIDT"),
    ]
    found = ask(find_name_case, ["First Name", "Last Name"], _people(*odd))
    assert found.mends == {
        "ANN": "Ann",
        "BAKER": "Baker",
        "maria": "Maria",
        "de la cruz": "de la Cruz",
        "MCDONALD": "McDonald",
        "O'BRIEN": "O'Brien",
    }
    assert found.certain == {"ANN", "BAKER", "maria", "O'BRIEN"}


def test_capitals_that_are_the_convention_are_one_remark(ask: Ask) -> None:
    """A column in capitals is no thousand findings."""
    rows = [[first.upper(), last] for first, last in _people()]
    found = ask(find_name_case, ["First Name", "Last Name"], rows)
    assert not found.suspicions
    assert len(found.remarks) == 1


def test_swapped_names_are_told_by_the_column_itself(ask: Ask) -> None:
    """Baker Ann among Ann Bakers is turned round; two first names in a row are left alone."""
    found = ask(find_names_swapped, ["First Name", "Last Name"], _people(("Baker", "Ann"), ("Thomas", "James")))
    assert [(one.value, one.row, one.suggestion) for one in found.suspicions] == [
        ("Baker", 25, "Ann"),
        ("Ann", 25, "Baker"),
    ]


def test_the_address_can_prove_a_name_right(ask: Ask) -> None:
    """The order in the address speaks for or against a swap, if the other addresses keep one order."""
    rows = [[first, last, f"{first}.{last}@acme.com".lower()] for first, last in _people()]
    swapped, right = ["Weber", "Max", "max.weber@acme.com"], ["Young", "Tom", "young.tom@acme.com"]
    found = ask(find_names_swapped, ["First Name", "Last Name", "Email"], [*rows, swapped, right])
    assert {one.row for one in found.suspicions if one.confidence >= CERTAIN_FROM} == {25}


def test_test_records(ask: Ask) -> None:
    """What nobody is called is certain; people called Testa, Tester, Null and Demo are people."""
    rows = [
        *[[*name, f"{name[0]}.{name[1]}@acme.com".lower(), "Acme"] for name in _people()],
        ["Test", "Test", "test@test.com", "Test"],
        ["asdf", "asdf", "asdf@asdf.com", ""],
        ["Mickey", "Mouse", "", ""],
        ["Anna", "Testa", "anna.testa@acme.it", "Acme"],
        ["John", "Tester", "john.tester@acme.com", "Acme"],
        ["Eva", "Null", "eva.null@acme.com", "Acme"],
        ["Paul", "Test", "paul.test@acme.com", "Test Equipment Ltd"],
        ["Maria", "Demo", "maria@demo.com", "Acme"],
    ]
    found = ask(find_test_records, ["First Name", "Last Name", "Email", "Company"], rows)
    assert {one.row for one in found.suspicions} == {25, 26, 27}
    assert all(one.confidence >= CERTAIN_FROM for one in found.suspicions)


@pytest.mark.parametrize(
    ("trial", "person"),
    [
        (["Prueba", "Prueba", "prueba@prueba.es"], ["Ana", "Prueba", "ana.prueba@acme.es"]),
        (["Usuario", "de prueba", "test1@cliente.es"], ["Ana", "de la Puente", "ana@acme.es"]),
        (["NO BORRAR", "TEST", "a@a.com"], ["No", "Borra", "no.borra@acme.es"]),
        (["Testkunde", "Bitte löschen", "shop-test@firma.de"], ["Eva", "Kunde", "eva.kunde@acme.de"]),
        (["Max", "Mustermann", "max@mustermann.de"], ["Petra", "Muster", "petra.muster@acme.ch"]),
        (["Teste", "Teste", ""], ["Anna", "Testa", ""]),
        (["Essai", "Essai", "essai@essai.fr"], ["Luc", "Essai", "luc.essai@acme.fr"]),
        (["Do Not", "Delete", ""], ["Dona", "Delet", ""]),
        (["Usuario de prueba", "Uno", "a@x.de"], ["Una", "Uno", "a@x.de"]),
        (["Utente di prova", "", ""], ["Di", "Prova", ""]),
        (["Client de test", "", ""], ["Claire", "de Test", ""]),
    ],
)
def test_test_records_in_other_languages(ask: Ask, trial: list[str], person: list[str]) -> None:
    """Words of trials in Spanish, German, Portuguese and French; a person with one such name is a person."""
    rows = [*[[*name, f"{name[0]}.{name[1]}@acme.com".lower()] for name in _people()], trial, person]
    found = ask(find_test_records, ["First Name", "Last Name", "Email"], rows)
    assert {one.row for one in found.suspicions} == {25}


def test_an_address_in_a_name_moves_to_its_empty_field(ask: Ask) -> None:
    """The name is taken from the address where the other name confirms it."""
    rows = [*[[*name, "x@acme.com"] for name in _people()], ["zoe.miller@acme.com", "Miller", ""]]
    found = ask(find_email_in_name, ["First Name", "Last Name", "Email"], rows)
    assert found.mends == {"zoe.miller@acme.com": "Zoe", "": "zoe.miller@acme.com"}


def test_misread_text_is_put_right(ask: Ask) -> None:
    """UTF-8 read as Windows-1252, web escapes, stray signs and lost letters are certain; proper letters stay."""
    odd = [
        ("MÃ¼ller", "JoÃ£o"),
        ("SÃO", "PÃO"),
        ("O&#39;Neill", "/White"),
        ("Renée", "Łukasz"),
        ("Zoë", "Hs?"),
        ("Jean-Luc", "Smith Jr."),
    ]
    found = ask(find_name_characters, ["First Name", "Last Name"], _people(*odd))
    assert found.mends == {
        "MÃ¼ller": "Müller",
        "JoÃ£o": "João",
        "O&#39;Neill": "O'Neill",
        "/White": "White",
        "Hs?": None,
    }
    assert found.certain == set(found.mends)


# ---------------------------------------------------------------------------------------------------- company, title


def test_companies_in_capitals(ask: Ask) -> None:
    """Certain where the column knows the name; abbreviations stay as they are."""
    rows = _each(
        *["Beta Foods Ltd"] * 6, *["Gamma Tools"] * 6, "BETA FOODS LTD", "IBM", "SAP SE", "DELTA SHIPPING N.V."
    )
    found = ask(find_company_case, ["ID", "Company"], rows)
    assert found.mends == {"BETA FOODS LTD": "Beta Foods Ltd", "DELTA SHIPPING N.V.": "Delta Shipping N.V."}
    assert found.certain == {"BETA FOODS LTD"}


def test_one_legal_form_in_many_spellings_is_a_note(ask: Ask) -> None:
    """Limited is Ltd; another legal form is another company."""
    found = ask(
        find_company_legal_form, ["ID", "Company"], _each(*["Beta Ltd"] * 3, "Beta, Limited", "Beta GmbH", "Beta")
    )
    assert found.mends == {"Beta, Limited": "Beta Ltd"}
    assert not found.certain


def test_what_is_no_company(ask: Ask) -> None:
    """An address is none; a brand that ends in .com is one."""
    rows = [["Ann", "Baker", "Booking.com"], ["Bob", "Carter", "bob@acme.com"], ["Eve", "Dalton", "Eve Dalton"]]
    found = ask(find_company_value, ["First Name", "Last Name", "Company"], rows)
    assert set(found.mends) == {"bob@acme.com", "Eve Dalton"}
    assert found.certain == {"bob@acme.com"}


def test_titles(ask: Ask) -> None:
    """Only titles the column knows are recased; CEO is no shouting, asdf no title."""
    rows = _each(*["Sales Manager"] * 6, *["Chief Buyer"] * 6, "SALES MANAGER", "CEO", "CTO", "asdf", "ann@acme.com")
    assert ask(find_title_case, ["ID", "Job Title"], rows).mends == {"SALES MANAGER": "Sales Manager"}
    assert set(ask(find_title_value, ["ID", "Job Title"], rows).mends) == {"asdf", "ann@acme.com"}


def test_an_address_beside_another_companys_website(ask: Ask) -> None:
    """Free mail, another ending, a shop of the same name and a domain most colleagues use are no contradiction."""
    acme = [[f"p{i}@acme.com", "https://www.acme.com", "Acme"] for i in range(6)]
    beta = [[f"q{i}@beta.com", "https://www.beta.com", "Beta"] for i in range(6)]
    gamma = [[f"r{i}@gammamail.com", "https://www.delta.com", "Gamma"] for i in range(2)]
    fine = [["a@gmail.com", "https://www.acme.com", "Acme"], ["b@acme.de", "https://www.acme.com", "Acme"]]
    rows = [*acme, *beta, *gamma, *fine, ["x@acme.com", "https://www.beta.com", "Acme"]]
    found = ask(find_email_website, ["Email", "Website", "Company"], rows)
    assert [(one.value, one.row, one.suggestion) for one in found.suspicions] == [
        ("https://www.beta.com", 17, "https://www.acme.com")
    ]
