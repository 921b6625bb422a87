"""Record keys: what a record is called, the same next month as now."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.audit.opening import InputChoices, open_input
from segaudit.engine.duck import DuckEngine
from segaudit.identity.keys import record_keys

Rows = list[list[str]]


def keys_of(folder: Path, header: list[str], rows: Rows, engine: DuckEngine) -> list[str]:
    """Return the key of each row of a table."""
    path = folder / "export.csv"
    lines = [",".join(f'"{cell}"' for cell in row) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = open_input(str(path), InputChoices(delimiter=",", header_rows=1), engine, ordered=True)
    table = record_keys(opened.source, opened.readings, engine, placeholders=opened.placeholders)
    found = engine.fetch(f"SELECT _row, record_key FROM {table} ORDER BY _row")  # noqa: S608 - our own name
    assert [row for row, _ in found] == list(range(1, len(rows) + 1))
    return [str(key) for _, key in found]


PEOPLE = [["Ann", "Bern", "5"], ["Bob", "Rome", "7"], ["Cy", "Oslo", "9"]]
COLUMNS = ["First Name", "City", "Lead Score"]


def test_the_key_is_the_records_own_id(tmp_path: Path, engine: DuckEngine) -> None:
    """A full and unique column of ids gives the keys, trimmed, and without the .0 of a spreadsheet."""
    rows = [[" A1 ", "Ann"], ["0017", "Bob"], ["12.0", "Cy"]]

    assert keys_of(tmp_path, ["Record ID", "First Name"], rows, engine) == ["A1", "0017", "12"]


def test_a_header_that_ends_in_id_is_taken_for_one(tmp_path: Path, engine: DuckEngine) -> None:
    """A column nobody mapped gives the keys if its header says id and its cells differ."""
    rows = [["rec-1-org", "Ann"], ["rec-1-dup", "Ann"], ["rec-2-org", "Cy"]]

    assert keys_of(tmp_path, ["rec_id", "First Name"], rows, engine) == ["rec-1-org", "rec-1-dup", "rec-2-org"]


def test_ids_of_something_else_are_no_keys(tmp_path: Path, engine: DuckEngine) -> None:
    """A contact's company repeats, so that the contact's own id is the key, wherever it stands."""
    rows = [["C1", "P1"], ["C1", "P2"], ["C2", "P3"]]

    assert keys_of(tmp_path, ["Company ID", "Contact ID"], rows, engine) == ["P1", "P2", "P3"]


def test_a_row_without_an_id_takes_no_other_key_away(tmp_path: Path, engine: DuckEngine) -> None:
    """One blank id, one stand-in and one id that stands twice among many: all other rows keep their ids."""
    rows = [[f"A{number}", f"Ann{number}"] for number in range(40)]
    rows[3][0], rows[4][0], rows[5][0] = "", "n/a", "A6"

    keys = keys_of(tmp_path, ["Record ID", "First Name"], rows, engine)

    assert keys[:3] + keys[7:] == [f"A{number}" for number in (0, 1, 2, *range(7, 40))]
    assert [key[0] for key in keys[3:5]] == ["r", "r"]
    assert {keys[5], keys[6]} == {"A6", "A6~2"}


def test_without_ids_the_key_is_a_hash_of_the_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """The hash is r and 16 digits of the MD5 of the cells in the order of headers, with a separator between them."""
    # printf 'Bern\x1fAnn' | md5sum: City before First Name, and no score
    assert keys_of(tmp_path, COLUMNS, PEOPLE, engine)[0] == "rd7169f76c47c19e6"


def test_neither_order_nor_state_changes_a_hashed_key(tmp_path: Path, engine: DuckEngine) -> None:
    """Rows and columns in another order, and another score, leave the keys; another name makes another key."""
    before = keys_of(tmp_path, COLUMNS, PEOPLE, engine)
    moved = [[score + "0", city, name] for name, city, score in reversed(PEOPLE)]
    renamed = [["Anna", *PEOPLE[0][1:]], *PEOPLE[1:]]

    assert keys_of(tmp_path, COLUMNS[::-1], moved, engine) == before[::-1]
    assert keys_of(tmp_path, COLUMNS, renamed, engine)[1:] == before[1:]
    assert keys_of(tmp_path, COLUMNS, renamed, engine)[0] != before[0]


def test_rows_with_equal_texts_are_told_apart_by_all_their_cells(tmp_path: Path, engine: DuckEngine) -> None:
    """Of two rows that differ in their score alone, the same one has the bare key whichever comes first."""
    rows = [["Ann", "Bern", "5"], ["Ann", "Bern", "6"], ["Bob", "Rome", "7"]]

    first, second, third = keys_of(tmp_path, COLUMNS, rows, engine)

    assert {f"{first}~2", f"{second}~2"} & {first, second}
    assert keys_of(tmp_path, COLUMNS, [rows[1], rows[2], rows[0]], engine) == [second, third, first]


def test_rows_that_are_equal_have_keys_of_their_own(tmp_path: Path, engine: DuckEngine) -> None:
    """Three equal rows are numbered in the order of the file."""
    keys = keys_of(tmp_path, COLUMNS, [PEOPLE[0]] * 3, engine)

    assert keys == [keys[0], f"{keys[0]}~2", f"{keys[0]}~3"]


def test_an_id_that_looks_like_a_numbered_one_is_no_trouble(tmp_path: Path, engine: DuckEngine) -> None:
    """Where A~2 is an id, the second A gets another number."""
    rows = [[f"B{number}", "Ann"] for number in range(30)] + [["A", "Bob"], ["A", "Cy"], ["A~2", "Di"]]

    keys = keys_of(tmp_path, ["Record ID", "First Name"], rows, engine)

    assert set(keys[30:]) == {"A", "A~2", "A~2~2"}


CELLS = st.sampled_from(["a", "b", "5", "n/a"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=3, max_size=12), st.randoms(use_true_random=False))
def test_keys_do_not_depend_on_the_order_of_rows(
    engine: DuckEngine, rows: list[tuple[str, str, str]], chance: Random
) -> None:
    """Shuffled rows have the same keys, and no key stands twice."""
    given_rows = [list(row) for row in rows]
    shuffled = list(given_rows)
    chance.shuffle(shuffled)
    with TemporaryDirectory() as name:
        keys = keys_of(Path(name), COLUMNS, given_rows, engine)
        again = keys_of(Path(name), COLUMNS, shuffled, engine)

    assert len(set(keys)) == len(rows)
    assert sorted(zip(shuffled, again, strict=True)) == sorted(zip(given_rows, keys, strict=True))
