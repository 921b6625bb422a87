"""Lists in cells: items in another spelling, other signs between items; and letters that became question marks."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.quality_support import issues_of, write_rows

PRODUCTS = ("Analytics", "Marketing Hub", "Payments", "Service Desk")
Told = dict[str, tuple[str, float]]  # by cell: the suggestion and how sure it is


def told(folder: Path, column: str, cells: Sequence[str], rule: str) -> Told:
    """Return what a check says of the cells of a column."""
    rows = [{"Nr": f"N-{number:04}", column: cell} for number, cell in enumerate(cells)]
    return {
        issue["value"]: (issue["suggestion"], float(issue["confidence"]))
        for issue in issues_of(write_rows(folder / "a.csv", ["Nr", column], rows), folder)
        if (issue["rule"], issue["column"]) == (f"quality.{rule}", column)
    }


def lists(separator: str) -> list[str]:
    """Return lists of one to three products, each product in many of them."""
    return [separator.join(PRODUCTS[(start + place) % 4] for place in range(1 + start % 3)) for start in range(80)]


@pytest.mark.parametrize("separator", [";", ", ", "|"])
def test_an_item_in_another_spelling_is_mended_within_its_list(separator: str, tmp_path: Path) -> None:
    """The rest of the list stays as it stands there."""
    wrong = separator.join(("Payments", "Analytcs", "Service Desk"))
    found = told(tmp_path, "Tags", [*lists(separator), wrong, "ANALYTICS"], "spellings")
    assert found[wrong][0] == separator.join(("Payments", "Analytics", "Service Desk"))
    assert found["ANALYTICS"][0] == "Analytics"
    assert set(found) == {wrong, "ANALYTICS"}


def test_two_items_of_one_list_are_mended_together(tmp_path: Path) -> None:
    """The confidence is that of the less sure one."""
    found = told(tmp_path, "Tags", [*lists(";"), "Analytcs;Marketting Hub"], "spellings")
    assert found["Analytcs;Marketting Hub"][0] == "Analytics;Marketing Hub"


def test_a_list_parted_by_another_sign_gets_that_of_the_rest(tmp_path: Path) -> None:
    """Only where all its parts are items of the column: a comma may be a part of one."""
    cells = [*lists(";"), "Payments, Analytics", "Payments, in part"]
    found = told(tmp_path, "Tags", cells, "spellings")
    assert found == {"Payments, Analytics": ("Payments;Analytics", 0.9)}


def test_lists_without_faults_are_left_alone(tmp_path: Path) -> None:
    """Rare items are items too."""
    assert not told(tmp_path, "Tags", [*lists(";"), "Payments;Loans", "Telephony"], "spellings")


# ------------------------------------------------------------------------------------------------------- lost letters


def test_a_letter_that_became_a_question_mark_is_found_in_other_rows(tmp_path: Path) -> None:
    """The word has one letter beyond ASCII in that place, and only one word fits."""
    cells = ["Köln", "München", "Nîmes", "Berlin", "Hamburg", "Bremen"] * 8
    found = told(tmp_path, "City", [*cells, "M?nchen", "N?mes", "K?ln"], "name-characters")
    assert {cell: suggestion for cell, (suggestion, _) in found.items()} == {
        "M?nchen": "München",
        "N?mes": "Nîmes",
        "K?ln": "Köln",
    }


def test_a_lost_letter_that_nobody_has_is_named_and_a_question_is_not(tmp_path: Path) -> None:
    """Between letters no name has a question mark; after a word of several it may be somebody's doubt."""
    cells = ["Schmidt AG", "Weber", "Koch & Söhne", "Vogel"] * 10
    found = told(tmp_path, "Company", [*cells, "Gr?ber", "Meier GmbH?"], "name-characters")
    assert found == {"Gr?ber": ("", 0.9)}


def test_two_words_that_fit_leave_the_letter_open(tmp_path: Path) -> None:
    """Bär or Bör: nobody can tell."""
    cells = ["Bär", "Bör", "Koch", "Vogel"] * 10
    assert told(tmp_path, "Last Name", [*cells, "B?r"], "name-characters")["B?r"] == ("", 0.9)
