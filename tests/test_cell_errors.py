"""Cells found to be wrong without being told: broken dependencies, other spellings, broken patterns; and traps."""

import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from segaudit.audit.opening import InputChoices, open_input
from segaudit.audit.quality import measure_quality_data
from segaudit.engine.duck import DuckEngine
from segaudit.model.quality import CERTAIN_FROM, Suspicion
from segaudit.quality.finders.conflicts import find_cell_errors
from segaudit.rulebook.location import data_folder
from segaudit.text.likeness import every_word_alike, is_misspelling

Rows = list[list[str]]

# ZIP code, city, state: 12 places, each with the five rows that show what belongs together.
PLACES = [
    ("35233", "Birmingham", "AL"),
    ("99501", "Anchorage", "AK"),
    ("85001", "Phoenix", "AZ"),
    ("72201", "Little Rock", "AR"),
    ("90001", "Los Angeles", "CA"),
    ("80201", "Denver", "CO"),
    ("32301", "Tallahassee", "FL"),
    ("30301", "Atlanta", "GA"),
    ("83701", "Boise", "ID"),
    ("60601", "Chicago", "IL"),
    ("46201", "Indianapolis", "IN"),
    ("50301", "Des Moines", "IA"),
]
HEADERS = ["Key", "Zip", "Town", "Region"]


def places(times: int = 5) -> Rows:
    """Return a clean table of places."""
    return [[f"K{number:04}", *place] for number, place in enumerate(PLACES * times)]


def errors_in(folder: Path, headers: Sequence[str], rows: Rows) -> list[Suspicion]:
    """Return what is found in a table."""
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])
    with DuckEngine(threads=1) as engine:
        opened = open_input(str(path), InputChoices(fingerprint=False), engine, ordered=True)
        data = measure_quality_data(opened, date(2026, 6, 30), engine)
        return find_cell_errors(data)


def one_column(folder: Path, header: str, cells: Sequence[str]) -> list[Suspicion]:
    """Return what is found in a table of a key and one column."""
    return errors_in(folder, ["Key", header], [[f"K{number:05}", cell] for number, cell in enumerate(cells)])


def named(found: Sequence[Suspicion]) -> set[tuple[int | None, int, str, str | None]]:
    """Return row, column, value and suggestion of what was found."""
    return {(each.row, each.position, each.value, each.suggestion) for each in found}


# ------------------------------------------------------------------------------------------------------- dependencies


def test_a_value_unlike_all_others_of_its_group_is_an_error_with_the_groups_value_as_suggestion(
    tmp_path: Path,
) -> None:
    """A town that no other row with the ZIP code has is wrong, and the others say what belongs there."""
    rows = places()
    rows[16][2] = "Los Angelxs"
    (found,) = errors_in(tmp_path, HEADERS, rows)
    assert (found.row, found.position, found.suggestion) == (17, 3, "Los Angeles")
    assert found.confidence >= CERTAIN_FROM
    assert "rows with" in found.because
    assert "Los Angeles" in found.because


def test_a_blank_cell_is_filled_from_the_rows_that_agree(tmp_path: Path) -> None:
    """A missing state is suspected where every other row with the ZIP code states it."""
    rows = places()
    rows[20][3] = ""
    assert named(errors_in(tmp_path, HEADERS, rows)) == {(21, 4, "", "ID")}


def test_a_placeholder_counts_as_blank(tmp_path: Path) -> None:
    """``n/a`` is no state of its own."""
    rows = places()
    rows[20][3] = "n/a"
    assert named(errors_in(tmp_path, HEADERS, rows)) == {(21, 4, "n/a", "ID")}


def test_a_wrong_key_is_blamed_rather_than_all_that_depends_on_it(tmp_path: Path) -> None:
    """If town and region contradict the ZIP code and agree with each other, the ZIP code is wrong."""
    rows = places()
    rows[7][1] = "46201"
    found = [each for each in errors_in(tmp_path, HEADERS, rows) if each.confidence >= CERTAIN_FROM]
    assert {(each.row, each.position) for each in found} <= {(8, 2)}
    assert all(each.suggestion == "30301" for each in found)


def test_columns_that_have_nothing_to_do_with_each_other_raise_no_alarm(tmp_path: Path) -> None:
    """Independent columns of few values depend on nothing."""
    rows = [
        [f"K{n:05}", ["red", "green", "blue"][n % 3], ["north", "south", "east", "west"][n // 3 % 4]]
        for n in range(400)
    ]
    assert errors_in(tmp_path, ["Key", "Colour", "Side"], rows) == []


def test_a_column_that_is_nearly_constant_depends_on_nothing(tmp_path: Path) -> None:
    """Where nearly all rows say yes, a rare no breaks no rule."""
    rows = [[f"K{n:05}", f"team {'ABCDEFGH'[n % 8]}x", "no" if n in {17, 58, 203} else "yes"] for n in range(400)]
    assert errors_in(tmp_path, ["Key", "Team", "Insured"], rows) == []


def test_groups_that_differ_by_nature_make_a_rare_value_no_error(tmp_path: Path) -> None:
    """Where half of the companies have two sites, a second site is no error."""
    rows = [
        [
            f"K{n:05}",
            f"Firm {chr(65 + n % 20)}",
            f"Town {'abcdefghijklmnopqrst'[(n % 20 + (n % 3 == 0) * (n % 2)) % 20]}",
        ]
        for n in range(600)
    ]
    assert [
        each for each in errors_in(tmp_path, ["Key", "Firm", "Town"], rows) if each.confidence >= CERTAIN_FROM
    ] == []


def test_a_list_that_holds_the_groups_value_is_no_error(tmp_path: Path) -> None:
    """A cell may name two places where the others of its group name one of them."""
    rows = places()
    rows[16][2] = "Los Angeles;San Diego"
    assert [each for each in errors_in(tmp_path, HEADERS, rows) if each.confidence >= CERTAIN_FROM] == []


def test_what_a_setting_explains_is_no_error(tmp_path: Path) -> None:
    """If every row of one country prefixes its codes in another way, that is how this country does it."""
    kinds = ["alpha", "bravo", "charly", "delta", "echo", "fox", "golf", "hotel"]
    rows = [[f"K{n:05}", kinds[n % 8], "de", f"de_{kinds[n % 8]}"] for n in range(400)]
    rows += [[f"K{n:05}", kinds[n % 8], "at", f"at_{kinds[n % 8]}"] for n in range(400, 408)]
    assert errors_in(tmp_path, ["Key", "Kind", "Land", "Code"], rows) == []


def test_of_several_sources_about_one_entity_the_majority_is_believed(tmp_path: Path) -> None:
    """Nine sources state each flight's gate once; one of them is wrong about all, and is named each time."""
    names = ["alder", "beech", "cedar", "ebony", "fir", "hazel", "larch", "maple", "oak"]
    gates = {f"{letter}{letter}-{n}": f"{letter}{n + 3}" for letter in "ABCDEF" for n in range(5)}
    rows = [
        [f"K{n:05}", name, flight, "Z9" if name == "cedar" and len(gate) == 2 else gate]
        for n, (flight, gate, name) in enumerate((f, g, s) for f, g in gates.items() for s in names)
    ]
    found = errors_in(tmp_path, ["Key", "Told by", "Flight", "Gate"], rows)
    wrong = {(number, 4) for number, row in enumerate(rows, start=1) if row[3] == "Z9"}
    assert {(each.row, each.position) for each in found} == wrong
    assert all(each.suggestion == gates[rows[(each.row or 0) - 1][2]] for each in found)


# ---------------------------------------------------------------------------------------------------------- spellings


def test_a_rare_spelling_of_a_frequent_value_is_an_error(tmp_path: Path) -> None:
    """Among industries that are all unlike each other, one letter short of a frequent one is a slip."""
    cells = ["Healthcare", "Software", "Construction", "Logistics", "Education"] * 40 + ["Helthcare"]
    (found,) = one_column(tmp_path, "Trade", cells)
    assert (found.value, found.suggestion, found.row) == ("Helthcare", "Healthcare", None)
    assert "40 rows" in found.because


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        ("Male", "Female"),
        ("2018", "2019"),
        ("Q1 plan", "Q2 plan"),
        ("Austria", "Australia"),
        ("North Dakota", "South Dakota"),
        ("Type A unit", "Type B unit"),
    ],
)
def test_two_real_values_are_not_taken_for_one(tmp_path: Path, common: str, rare: str) -> None:
    """A rare value that is close to a frequent one and means something else raises no alarm that is certain."""
    cells = [common] * 60 + ["Something quite different"] * 60 + [rare] * 2
    assert [each for each in one_column(tmp_path, "Answer", cells) if each.confidence >= CERTAIN_FROM] == []


def test_names_a_letter_apart_are_two_names(tmp_path: Path) -> None:
    """In a column of given names closeness is no evidence."""
    cells = [name for name in ("Daniel", "Marie", "Christine", "Jonas", "Elena", "Viktor") for _ in range(30)]
    found = one_column(tmp_path, "First Name", [*cells, "Daniela", "Maria", "Christina", "Jona"])
    assert [each for each in found if each.confidence > 0.6] == []


def test_spellings_that_differ_in_case_or_accents_follow_the_majority(tmp_path: Path) -> None:
    """The same word in capitals or without its accent is a variant of the spelling most rows use."""
    cells = ["Montréal", "Québec", "Toronto"] * 30 + ["Montreal", "TORONTO"]
    assert {(each.value, each.suggestion) for each in one_column(tmp_path, "Town", cells)} == {
        ("Montreal", "Montréal"),
        ("TORONTO", "Toronto"),
    }


def test_one_character_that_comes_into_everything_is_recognised_as_systematic(tmp_path: Path) -> None:
    """With x in the place of many letters, even two in one short word are corruption."""
    words = ["heart attack", "pneumonia", "surgery", "fracture", "migraine"]
    broken = ["hexrt attxck", "pnxumonia", "surgxry", "frxcturx", "mxgrainx", "hearx axxack"]
    broken += ["fractuxe", "migxaine", "xneumonia"]
    found = one_column(tmp_path, "Reason", words * 40 + broken)
    assert {each.value for each in found if each.confidence >= 0.8} == set(broken)


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("technolgy", "technology", True),
        ("2018 plan", "2019 plan", False),
        ("2x18 plan", "2018 plan", True),
        ("Iran", "Iraq", True),
        ("CA", "GA", False),
    ],
)
def test_digits_that_differ_are_different_values(text: str, of: str, *, expected: bool) -> None:
    """A slip replaces letters, or a digit by something that is none; short texts have no slips."""
    assert is_misspelling(text, of) is expected
    assert is_misspelling(of, text) is expected


def test_each_word_has_to_be_alike() -> None:
    """One long word with a slip is a misspelling, another word or a single letter is not."""
    assert every_word_alike("surgicxl prevention", "surgical prevention")
    assert not every_word_alike("South Dakota", "North Dakota")
    assert not every_word_alike("Phase A", "Phase B")


# ----------------------------------------------------------------------------------------------------------- patterns


def test_a_letter_in_a_code_of_digits_is_an_error(tmp_path: Path) -> None:
    """Where every code has five digits, one with a letter in a digit's place is wrong."""
    cells = [f"{10000 + 7 * n}" for n in range(120)] + ["1x0x7"]
    (found,) = one_column(tmp_path, "Register", cells)
    assert found.value == "1x0x7"
    assert found.confidence >= CERTAIN_FROM


def test_house_numbers_with_a_letter_are_a_format(tmp_path: Path) -> None:
    """A shape that comes again and again is another way of writing and no certain error."""
    cells = [f"{n}" for n in range(1, 120)] + ["12A", "7B", "33C", "101D"]
    assert [each for each in one_column(tmp_path, "House", cells) if each.confidence >= CERTAIN_FROM] == []


def test_a_unit_some_rows_write_is_left_out_where_most_leave_it_out(tmp_path: Path) -> None:
    """0.05% among 0.05 is the same measure, written otherwise."""
    cells = [f"0.{n % 9 + 1:02}" for n in range(90)] + [f"0.{n % 9 + 1:02}%" for n in range(20)]
    found = one_column(tmp_path, "Strength", cells)
    assert {(each.value, each.suggestion) for each in found} == {(f"0.{n:02}%", f"0.{n:02}") for n in range(1, 10)}


def test_a_unit_in_many_spellings_makes_the_number_the_value(tmp_path: Path) -> None:
    """Where no spelling of the unit is in most rows, the number alone is what all of them mean."""
    units = ["oz", "oz.", "ounce", "OZ"]
    cells = [f"{size}.0 {units[n % 4]}" for n in range(30) for size in (12, 16, 24)]
    found = one_column(tmp_path, "Size", cells)
    assert {each.suggestion for each in found} == {"12.0", "16.0", "24.0"}
    assert sum(each.rows for each in found) == 90


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Nr", [f"{number}{'abc'[number % 3] if number % 8 == 0 else ''}" for number in range(1, 41)] * 3),  # houses
        ("Seat", [f"{number}{letter}" for number in range(1, 31) for letter in "ABCD"]),
        ("Address", [f"{number} {street}" for number in range(1, 31) for street in ("High Street", "Church Lane")]),
    ],
)
def test_what_stands_behind_a_number_may_be_no_unit(tmp_path: Path, header: str, cells: list[str]) -> None:
    """House numbers, seats and addresses are left as they are."""
    assert [each for each in one_column(tmp_path, header, cells) if each.suggestion] == []


def test_another_unit_is_another_amount(tmp_path: Path) -> None:
    """Of doses in mg, those in ml are spoken of, and none becomes a dose in mg."""
    cells = [f"{dose} mg" for dose in (5, 10, 20) for _ in range(20)] + ["10 ml"] * 5
    found = [each for each in one_column(tmp_path, "Dose", cells) if each.value == "10 ml"]
    assert found
    assert all(each.suggestion is None and each.confidence < 0.9 for each in found)


def test_a_digit_that_cannot_be_read_is_no_unit(tmp_path: Path) -> None:
    """9x% is not 9%."""
    cells = [f"{share}%" for share in range(60, 100) for _ in range(3)] + ["9x%"] * 3
    assert all(each.suggestion is None for each in one_column(tmp_path, "Score", cells) if each.value == "9x%")


def test_different_measures_in_one_column_are_not_mixed_units(tmp_path: Path) -> None:
    """Numbers that share no value with those of the other unit measure something else."""
    cells = [f"{n} kg" for n in range(1, 60)] + [f"{n} pieces" for n in range(1000, 1020)]
    assert one_column(tmp_path, "Amount", cells) == []


def test_a_cell_that_swallowed_its_blank_neighbour_is_parted(tmp_path: Path) -> None:
    """``Denver CO`` beside an empty region becomes Denver and CO."""
    rows = places()
    for number in (5, 22, 31):
        rows[number][2], rows[number][3] = f"{rows[number][2]} {rows[number][3]}", ""
    found = {(each.row, each.position): each for each in errors_in(tmp_path, HEADERS, rows)}
    assert {cell: each.suggestion for cell, each in found.items()} == {
        (6, 3): "Denver",
        (6, 4): "CO",
        (23, 3): "Indianapolis",
        (23, 4): "IN",
        (32, 3): "Atlanta",
        (32, 4): "GA",
    }
    assert all(each.confidence >= CERTAIN_FROM for each in found.values())


def test_a_character_that_could_not_be_read_is_an_error(tmp_path: Path) -> None:
    """The sign for an unreadable character is never meant."""
    cells = [f"note number {'abcdefghij'[n % 10]}" for n in range(30)] + ["Jos\ufffd was here"]
    (found,) = one_column(tmp_path, "Remark", cells)
    assert (found.value, found.suggestion) == ("Jos\ufffd was here", None)


def test_the_noise_of_binary_fractions_is_rounded_away(tmp_path: Path) -> None:
    """0.055999999999999994 is what a program made of 0.056."""
    cells = [f"0.0{n}" for n in range(10, 70)] + ["0.055999999999999994"]
    found = {each.value: each.suggestion for each in one_column(tmp_path, "Rate", cells)}
    assert found == {"0.055999999999999994": "0.056"}


def test_a_word_among_numbers_is_named(tmp_path: Path) -> None:
    """A number written in letters cannot be read, and n/a should be an empty cell."""
    cells = [str(3 * n) for n in range(1, 100)] + ["ten", "n/a"]
    found = {each.value: each.suggestion for each in one_column(tmp_path, "Seats", cells)}
    assert found == {"ten": None, "n/a": ""}


def test_a_rare_answer_is_said_with_little_confidence_and_no_suggestion(tmp_path: Path) -> None:
    """Nobody can tell what YOLO should have been."""
    cells = ["Married", "Together", "Single", "Divorced"] * 200 + ["YOLO"]
    (found,) = one_column(tmp_path, "Status", cells)
    assert (found.value, found.suggestion) == ("YOLO", None)
    assert found.confidence < 0.5


# ---------------------------------------------------------------------------------------------------------- all of it


def test_a_clean_table_has_no_errors(tmp_path: Path) -> None:
    """Nothing is found where nothing was planted."""
    assert errors_in(tmp_path, HEADERS, places()) == []


@pytest.mark.parametrize("rows", [[], [["K1", "35233", "Birmingham", "AL"]], [["", "", "", ""]] * 30])
def test_hardly_a_table_has_no_errors(tmp_path: Path, rows: Rows) -> None:
    """No rows, one row and empty rows say nothing."""
    assert errors_in(tmp_path, HEADERS, rows) == []


def planted() -> Rows:
    """Return places with an error of each kind."""
    rows = places(10)
    rows[3][2] = "Littel Rock"
    rows[40][3] = ""
    rows[66][1] = "3x301"
    rows[77][3] = "FL"
    rows[90][2] = "TALLAHASSEE"
    return rows


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    """The same rows in another order have the same errors, with the same confidence and for the same reasons."""
    rows = planted()
    order = sorted(range(len(rows)), key=lambda number: number * 37 % len(rows))

    def by_key(found: Sequence[Suspicion], table: Rows) -> set[tuple[str, int, str, str | None, float, str]]:
        return {
            (
                table[each.row - 1][0] if each.row else "",
                each.position,
                each.value,
                each.suggestion,
                each.confidence,
                each.because,
            )
            for each in found
        }

    shuffled = [rows[number] for number in order]
    first, second = errors_in(tmp_path, HEADERS, rows), errors_in(tmp_path, HEADERS, shuffled)
    assert by_key(first, rows) == by_key(second, shuffled)
    assert {each.position for each in first} == {2, 3, 4}


def test_a_clean_column_that_has_nothing_to_do_with_the_others_changes_nothing(tmp_path: Path) -> None:
    """What is found does not hang on what else is in the table."""
    rows = planted()
    wider = [[*row, ["spring", "summer", "autumn"][number // len(PLACES) % 3]] for number, row in enumerate(rows)]
    assert errors_in(tmp_path, [*HEADERS, "Season"], wider) == errors_in(tmp_path, HEADERS, rows)


def test_each_cell_is_named_once(tmp_path: Path) -> None:
    """What several finders say of a cell is one suspicion, with the reasons of all."""
    rows = places(10)
    rows[90][2] = "TALLAHASSEE"
    (found,) = errors_in(tmp_path, HEADERS, rows)
    assert (found.row, found.position, found.suggestion) == (91, 3, "Tallahassee")
    assert ";" in found.because


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    """Two runs write the same list of issues, although Python orders sets of texts differently in each."""
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.csv"
        table = str(data_folder("sample_data") / "companies.csv")
        command = [sys.executable, "-m", "segaudit", "quality", table, "--as-of", "2026-06-30", "--issues", str(path)]
        subprocess.run(
            [*command, "--quiet"], check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert b"quality.fillable-gaps" in written[0]


def test_two_usual_spellings_of_a_name_are_two_names(tmp_path: Path) -> None:
    """Chang and Ch'ang are two families where about as many are called either; one Müller among many Muller is not."""
    names = ["Chang"] * 17 + ["Ch'ang"] * 14 + ["Smith"] * 30 + ["Tran"] * 30
    assert [each.value for each in one_column(tmp_path, "Last Name", names)] == []
