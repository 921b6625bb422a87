"""Which columns of a table are evidence, and of what kind."""

import csv
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from segaudit.audit.identity import gather_evidence
from segaudit.audit.identity_records import Records
from segaudit.audit.opening import InputChoices, open_input
from segaudit.engine.duck import DuckEngine
from segaudit.identity.evidence import Gathered

PEOPLE = (
    ("Robert", "Ashdown", "bob@ashdown.com", "+49 89 1234567", "Ashdown Ltd", "ashdown.com", "1970-03-04", "Lyn"),
    ("Ann", "Fairweather", "ann@fair.com", "+49 89 7654321", "Fair Bakery", "fair.com", "1981-11-12", "Norwell"),
    ("Carla", "Thistlewood", "info@thistle.com", "+49 30 555123", "Thistle", "thistle.com", "1990-01-30", "Upwell"),
    ("Dora", "Quayle", "dora@quayle.com", "+49 30 999888", "Quayle Mill", "quayle.com", "1965-07-08", "Lyn"),
)  # fmt: skip
HEADER = ("First Name", "Last Name", "Email", "Phone", "Company", "Website", "Date of birth", "City")


def gathered(
    folder: Path, header: Sequence[str], rows: Sequence[Sequence[str]], *, level: str = "contact", numbered: bool = True
) -> Gathered:
    """Return the evidence of a small table, with a number for each record."""
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        first = (["Record ID"], *([f"{900 + number}"] for number in range(len(rows))))
        lines = [header, *rows]
        csv.writer(file).writerows([*one, *line] if numbered else line for one, line in zip(first, lines, strict=True))
    with DuckEngine() as engine:
        opened = open_input(str(path), InputChoices(), engine, ordered=True)
        return gather_evidence(opened, Records(opened, engine).part(), engine, level=level)


def named(found: Gathered) -> list[str]:
    """Return the names of what is compared."""
    return [item.comparison.name for item in found.evidence]


def anchors(found: Gathered) -> set[str]:
    """Return what tells entities apart whatever else they share."""
    return {item.comparison.name for item in found.evidence if item.comparison.anchor}


def movers(found: Gathered) -> set[str]:
    """Return what changes with the company or home."""
    return {item.comparison.name for item in found.evidence if item.comparison.moves}


def test_a_table_of_people(tmp_path: Path) -> None:
    """Names, mailboxes, telephones, births, company and place are evidence; the record's own number is none."""
    found = gathered(tmp_path, HEADER, PEOPLE * 2)
    assert found.of_people
    assert named(found) == [
        "First Name", "Last Name", "Email at one company", "Email", "Phone", "Date of birth", "Company", "Website",
        "City",
    ]  # fmt: skip
    assert anchors(found) == {"First Name", "Email at one company", "Email", "Date of birth"}
    assert movers(found) == {"Company", "Website", "City"}


def test_the_mailbox_of_a_function_is_nobodys(tmp_path: Path) -> None:
    """info@ is no evidence of a person; its domain is evidence of the company where no website is told."""
    found = gathered(tmp_path, HEADER[:5], [row[:5] for row in PEOPLE])
    by_name = {item.comparison.name: item.comparison.main for item in found.evidence}
    assert sorted(by_name["Email"].texts) == ["ann@fair.com", "bob@ashdown.com", "dora@quayle.com"]
    assert "thistle.com" in by_name["Email (domain)"].texts


def test_a_table_of_companies(tmp_path: Path) -> None:
    """The name of the company is the anchor; its telephone and place move, for branches have their own."""
    header = ("Company", "Website", "Phone", "Street", "City")
    rows = [(row[4], row[5], row[3], f"{number} Vine Road", row[7]) for number, row in enumerate(PEOPLE)]
    found = gathered(tmp_path, header, rows)
    assert not found.of_people
    assert sorted(named(found)) == sorted(header)
    assert anchors(found) == {"Company"}
    assert movers(found) == {"Phone", "Street", "City"}
    assert {item.comparison.name for item in found.evidence if item.comparison.own} == {"Company"}


def test_a_table_nobody_has_fields_for(tmp_path: Path) -> None:
    """Columns without a field count by what their cells show; the most telling name is the anchor."""
    header = ("Article", "Colour", "Weight kg", "Model")
    rows = [
        (f"{word} {what}", ("red", "blue")[number % 2], f"{number}.25", f"TX-{number // 2}{number // 2}7")
        for number, (word, what) in enumerate(
            product(("oak", "pine", "steel", "glass", "brass"), ("shelf", "lamp", "chair", "desk"))
        )
    ]  # fmt: skip
    found = gathered(tmp_path, header, rows)
    assert not found.of_people
    assert set(named(found)) == set(header)
    assert anchors(found) & {"Article", "Model"}
    levels = {item.comparison.name: [level.name for level in item.comparison.levels] for item in found.evidence}
    assert levels["Colour"] == ["different"]
    assert levels["Weight kg"] == ["different", "within 10 %", "within 1 %"]
    assert "slips" in levels["Article"]


def test_lists_whose_items_hardly_recur(tmp_path: Path) -> None:
    """Who worked with whom is a list of names, even if most stand in one cell only; what follows a sign is not."""
    people = [
        f"{given} of the house of {family}" for given in ("Ann", "Bob", "Carla") for family in ("Vine", "Ash", "Oak")
    ]
    rows = [
        (f"Mill {'abcdefghi'[at]}", f"{one}**{people[(at + 1) % 9]}**someone at mill number {at}")
        for at, one in enumerate(people)
    ]
    found = gathered(tmp_path, ("Company", "Worked with"), rows)
    worked_with = next(item.comparison for item in found.evidence if item.comparison.name == "Worked with")
    assert "nothing shared" in worked_with.names()
    prose = [(name, cell.replace("**", " and then, on another day, also ")) for name, cell in rows]
    found = gathered(tmp_path, ("Company", "Worked with"), prose)
    worked_with = next(item.comparison for item in found.evidence if item.comparison.name == "Worked with")
    assert "nothing shared" not in worked_with.names()


def main_of(found: Gathered, name: str) -> list[str | None]:
    """Return what each record has in one respect."""
    main = next(item.comparison.main for item in found.evidence if item.comparison.name == name)
    return [main.texts[code] if code >= 0 else None for code in main.codes]


def test_codes_are_one_however_they_are_parted(tmp_path: Path) -> None:
    """TX-20 B, TX20B and TX-20-B are one model; TX-20 C is another."""
    rows = [(f"{word} lamp", model) for word, model in zip(
        ("Oak", "Elm", "Ash", "Fir"), ("TX-20 B", "TX20B", "tx-20-b", "TX-20 C"), strict=True
    )]  # fmt: skip
    assert main_of(gathered(tmp_path, ("Article", "Model"), rows), "Model") == ["tx20b", "tx20b", "tx20b", "tx20c"]


def test_states_are_read_as_those_of_their_country(tmp_path: Path) -> None:
    """WA is Western Australia there and Washington elsewhere in a table of the States; what is no state stays."""
    rows = [
        (*PEOPLE[number % 4][:2], state, country)
        for number, (state, country) in enumerate(
            [("WA", "Australia"), ("WA", ""), ("Washington", ""), ("California", "US"), ("Texas", "US"), ("Moon", "")]
        )
    ]
    found = gathered(tmp_path, ("First Name", "Last Name", "State", "Country"), rows)
    assert main_of(found, "State") == ["AU-WA", "US-WA", "US-WA", "US-CA", "US-TX", "moon"]


def test_countries_are_one_in_all_languages(tmp_path: Path) -> None:
    """Italia, IT and Italy are one country; what is none stays as it is written."""
    rows = [(*row[:2], country) for row, country in zip(PEOPLE, ("Italia", "IT", "Italy", "Utopia"), strict=True)]
    found = gathered(tmp_path, ("First Name", "Last Name", "Country"), rows)
    assert main_of(found, "Country") == ["IT", "IT", "IT", "utopia"]


def test_what_is_the_same_for_all_is_no_evidence(tmp_path: Path) -> None:
    """A column with one value, an empty one, yes and no, and the row's own id say nothing."""
    header = ("Town", "Nothing", "Active")
    rows = [("Lyn", "", ("yes", "no")[number % 2]) for number in range(40)]
    assert named(gathered(tmp_path, header, rows)) == []


def test_a_column_that_numbers_rows_is_no_evidence(tmp_path: Path) -> None:
    """A whole number that is another one in each row counts the rows, whatever its column is called."""
    rows = [(f"{word} shelf", f"{5000 + place}") for place, word in enumerate(("oak", "pine", "steel", "glass"))]
    assert named(gathered(tmp_path, ("Article", "Serial"), rows)) == ["Article"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("account", ["Company", "Website", "City"]),
        ("household", ["Last Name", "Phone", "City"]),
    ],
)
def test_levels(tmp_path: Path, level: str, expected: list[str]) -> None:
    """Of accounts nothing counts that is a person's; of households what its members share."""
    found = gathered(tmp_path, HEADER, PEOPLE, level=level)
    assert named(found) == expected
    assert anchors(found) == {expected[0]}


def test_every_handle_has_a_value_for_each_record(tmp_path: Path) -> None:
    """Handles and what is compared speak of the same records, and shares are shares."""
    for item in gathered(tmp_path, HEADER, PEOPLE * 3).evidence:
        assert len(item.comparison.main.codes) == 12
        assert all(len(handle.codes) == 12 and 0 < handle.share <= 1 for handle in item.handles)
        assert item.comparison.main.codes.max() < len(item.comparison.main.values)


def test_the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    """Records are numbered by their keys, so that turned rows make the same evidence."""
    one = gathered(tmp_path, HEADER, PEOPLE, numbered=False)
    other = gathered(tmp_path, HEADER, PEOPLE[::-1], numbered=False)
    for left, right in zip(one.evidence, other.evidence, strict=True):
        a, b = left.comparison.main, right.comparison.main
        assert [a.values[int(code)] if code >= 0 else None for code in a.codes] == [
            b.values[int(code)] if code >= 0 else None for code in b.codes
        ]
