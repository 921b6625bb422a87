"""`segaudit dedupe`: what it prints and writes, small and odd tables, levels, decisions, last month's ids."""

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.rules_support import run
from tests.test_cli import refused
from tests.worlds.companies import make_companies
from tests.worlds.contacts import make_contacts
from tests.worlds.running import read_rows

Row = Sequence[str]
CROWD = make_contacts(400, seed=9)
HEADER = CROWD.header
ANN = ("Ann", "Fairweather", "ann@fairweather.com", "+49 30 5551234", "Fair Bakery", "Lynford", "80331")
BOB = ("Robert", "Ashdown", "bob@ashdown.com", "+49 89 7654321", "Ashdown Ltd", "Norwell", "10115")
ROB = ("Bob", "Ashdown", "bob@ashdown.com", "+49 89 7654321", "Ashdown Limited", "Norwell", "10115")
SON = ("Carl", "Ashdown", "carl@ashdown.com", "+49 89 7654321", "Ashdown Ltd", "Norwell", "10115")
CLERK = ("Dora", "Quayle", "dora@ashdown.com", "", "Ashdown Ltd", "Norwell", "10115")
ROWS = [ANN, BOB, ROB, SON, CLERK]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(name: str, rows: Sequence[Row], header: Row = HEADER, *, numbered: bool = True) -> Path:
    """Write a table, its records numbered from 9101."""
    path = Path(name)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(header)
        csv.writer(file).writerows([f"{9101 + place}", *row] if numbered else row for place, row in enumerate(rows))
    return path


def among_others(name: str, rows: Sequence[Row] = ROWS) -> Path:
    """Write rows, numbered from 9101, before those of four hundred other contacts."""
    numbered = [[f"{9101 + place}", *row] for place, row in enumerate(rows)]
    return table(name, [*numbered, *CROWD.rows], numbered=False)


def entities(path: Path, *options: object, out: str = "clusters.csv") -> dict[str, str]:
    """Run the command; return the entity of each record."""
    ran = run("dedupe", path, "--clusters", out, "--force", *options)
    assert ran.code == 0, ran.err
    return {row["record_id"]: row["entity_id"] for row in read_rows(Path(out))}


def together(found: dict[str, str]) -> set[frozenset[str]]:
    """Return the records from 9101 on that share their entity with another."""
    planted = [record for record in found if record.startswith("910")]
    groups = {frozenset(record for record in found if found[record] == found[one]) for one in planted}
    return {group for group in groups if len(group) > 1}


def document(path: Path, *options: object) -> dict[str, Any]:
    """Run the command; return its JSON."""
    ran = run("dedupe", path, "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


# ------------------------------------------------------------------------------------------------------------- contract


def test_the_file_of_clusters() -> None:
    """One line for each row, in the order of the file: row, id, entity, how sure it belongs; alone is sure."""
    path = among_others("people.csv")
    run("dedupe", path, "--clusters", "clusters.csv")
    lines = read_rows(Path("clusters.csv"))
    assert list(lines[0]) == ["_row", "record_id", "entity_id", "match_probability"]
    ids = [*(f"{9101 + place}" for place in range(len(ROWS))), *(row[0] for row in CROWD.rows)]
    assert [(line["_row"], line["record_id"]) for line in lines] == [
        (f"{n}", key) for n, key in enumerate(ids, start=1)
    ]
    of = {line["record_id"]: line["entity_id"] for line in lines}
    assert together(of) == {frozenset({"9102", "9103"})}
    sure = {line["record_id"]: float(line["match_probability"]) for line in lines}
    assert all(0.5 < sure[record] <= 1 for record in ("9102", "9103"))
    assert [sure[record] for record in ("9101", "9104", "9105")] == [1, 1, 1]


def test_the_file_of_pairs() -> None:
    """Pairs that may be one: rows and ids, smaller row first, how likely, whether they are, and why in bits."""
    run("dedupe", among_others("people.csv"), "--pairs", "pairs.csv")
    lines = read_rows(Path("pairs.csv"))
    assert list(lines[0]) == [
        "_row_l", "_row_r", "record_id_l", "record_id_r", "match_probability", "same_entity", "evidence",
    ]  # fmt: skip
    pair = next(line for line in lines if line["same_entity"] == "true")
    assert [pair[key] for key in ("_row_l", "_row_r", "record_id_l", "record_id_r")] == ["2", "3", "9102", "9103"]
    assert "First name nickname +" in pair["evidence"]
    assert all(int(line["_row_l"]) < int(line["_row_r"]) for line in lines)


def test_json_and_the_table_say_the_same() -> None:
    """Rows, entities and sizes add up; shares lie in their intervals."""
    path = among_others("people.csv")
    found = document(path)
    rows, count = len(ROWS) + len(CROWD.rows), found["entities"]
    assert (found["rows"], found["redundant"]) == (rows, rows - count)
    assert sum(size["records"] * size["entities"] for size in found["sizes"]) == rows
    assert sum(size["entities"] for size in found["sizes"]) == count == len(set(entities(path).values()))
    assert (found["blocking"]["complete"], found["pairs_compared"]) == (True, rows * (rows - 1) // 2)
    for share in ("precision", "recall"):
        assert 0 <= found[share]["low"] <= found[share]["value"] <= found[share]["high"] <= 1
    assert f"{rows} rows are {count} entities: {rows - count} rows (" in run("dedupe", path).out


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled rows make the same entities with the same ids and probabilities, and the same pairs."""
    world = make_contacts(1_300, seed=6)
    shuffled = random.Random(2).sample(world.rows, len(world.rows))  # noqa: S311 - an order that repeats
    written = []
    for name, rows in (("one", world.rows), ("other", shuffled)):
        path = table(f"{name}.csv", rows, world.header, numbered=False)
        run("dedupe", path, "--clusters", f"{name}_clusters.csv", "--pairs", f"{name}_pairs.csv")
        clusters = read_rows(Path(f"{name}_clusters.csv"))
        pairs = read_rows(Path(f"{name}_pairs.csv"))
        written.append(
            (
                {line["record_id"]: (line["entity_id"], line["match_probability"]) for line in clusters},
                {
                    frozenset((line["record_id_l"], line["record_id_r"])): (line["match_probability"], line["evidence"])
                    for line in pairs
                },
            )
        )
    assert written[0] == written[1]


def test_two_runs_write_the_same_bytes() -> None:
    """The same file gives the same files and the same report."""
    world = make_companies(1_300, seed=6)
    path = table("sites.csv", world.rows, world.header, numbered=False)
    ran = [run("dedupe", path, "--clusters", f"c{n}.csv", "--pairs", f"p{n}.csv", "--format", "json") for n in (1, 2)]
    assert ran[0].out == ran[1].out
    assert Path("c1.csv").read_bytes() == Path("c2.csv").read_bytes()
    assert Path("p1.csv").read_bytes() == Path("p2.csv").read_bytes()


# ------------------------------------------------------------------------------------------------------ small and odd


@pytest.mark.parametrize(("rows", "expected"), [([], 0), ([ANN], 1), ([ANN, ANN], 1), ([ANN, BOB], 2), ([ANN] * 12, 1)])
def test_small_tables(rows: list[Row], expected: int) -> None:
    """No row, one, two alike, two different, all alike."""
    found = entities(table("small.csv", rows))
    assert len(found) == len(rows)
    assert len(set(found.values())) == expected


def test_copies_without_an_id_are_one() -> None:
    """Rows that are the same in every cell are one entity where the table has no ids either."""
    found = entities(table("small.csv", [ANN, BOB, ANN], HEADER[1:], numbered=False))
    assert len(found) == 3
    assert len(set(found.values())) == 2


@pytest.mark.parametrize("cell", ["", "yes"])
def test_a_table_with_nothing_that_tells_records_apart(cell: str) -> None:
    """Each row is an entity of its own, and the report says why."""
    path = table("flat.csv", [(cell,)] * 5, ("Record ID", "Active"))
    assert len(set(entities(path).values())) == 5
    ran = run("dedupe", path)
    assert ran.code == 0
    assert "Nothing in this table tells records apart" in ran.out


def test_hostile_cells_stay_cells() -> None:
    """Quotes, semicolons, formulas and SQL in names are names."""
    evil = ("=cmd()", "'; DROP TABLE x; --", '"quoted"@fairweather.com', *ANN[3:])
    found = entities(table("evil.csv", [evil, evil, BOB]))
    assert together(found) == {frozenset({"9101", "9102"})}


def test_an_obvious_double_of_a_small_table() -> None:
    """Bob and Robert with one address, telephone and company are one, be the table ever so small."""
    assert together(entities(table("people.csv", ROWS))) == {frozenset({"9102", "9103"})}


def test_two_of_one_family_are_two() -> None:
    """Robert and Carl Ashdown with one telephone are two people, although Carl has no mailbox to tell them apart."""
    carl = (*SON[:2], "", SON[3], "", *SON[5:])
    assert together(entities(among_others("people.csv", [BOB, ROB, carl]))) == {frozenset({"9101", "9102"})}


# --------------------------------------------------------------------------------------------------------------- levels


def test_account_level() -> None:
    """Bob, twice, and the clerk belong to one company; Ann to another."""
    found = entities(table("people.csv", [ANN, BOB, ROB, CLERK]), "--level", "account")
    assert together(found) == {frozenset({"9102", "9103", "9104"})}


def test_household_level() -> None:
    """Who has one family name, telephone and home lives together, whatever they are called."""
    found = entities(table("people.csv", [ANN, BOB, ROB, SON]), "--level", "household")
    assert together(found) == {frozenset({"9102", "9103", "9104"})}


def test_the_report_names_the_level() -> None:
    """The report counts accounts, and so does the JSON."""
    path = table("people.csv", [ANN, BOB, ROB, CLERK])
    assert "4 rows are 2 accounts" in run("dedupe", path, "--level", "account").out
    assert document(path, "--level", "household")["level"] == "household"


# ------------------------------------------------------------------------------------------- decisions, and next month


def test_review_needs_a_file_for_the_answers() -> None:
    """--review alone is refused, with what to add."""
    message = refused(run("dedupe", table("people.csv", ROWS), "--review"))
    assert message == "--review needs a file for the answers | add --decisions decisions.csv"


def test_review_and_standard_input_are_refused() -> None:
    """Answers and the table cannot both come from standard input."""
    message = refused(run("dedupe", "-", "--review", "--decisions", "d.csv"))
    assert "save the table to a file" in message


def test_decisions_are_followed() -> None:
    """What people said holds against the data, and decisions about others are counted as absent."""
    Path("d.csv").write_text(
        "record_id_l,record_id_r,decision\n9102,9103,different\n9101,9104,same\n7777,7778,same\n", encoding="utf-8"
    )
    path = table("people.csv", ROWS)
    assert together(entities(path, "--decisions", "d.csv")) == {frozenset({"9101", "9104"})}
    assert document(path, "--decisions", "d.csv")["decisions"] == {"followed": 2, "absent": 1}


def test_entities_keep_the_ids_of_the_base() -> None:
    """A copy more, of the smallest id, renames nobody; who is new gets an id of their own."""
    before = entities(among_others("april.csv"), out="april_clusters.csv")
    april = Path("april.csv").read_text(encoding="utf-8")
    Path("may.csv").write_text(f"{april}{','.join(('0009', *ROB))}\n", encoding="utf-8")
    after = entities(Path("may.csv"), "--base", "april_clusters.csv", out="may_clusters.csv")
    assert {record: after[record] for record in before} == before
    assert after["0009"] == before["9102"]


def test_files_are_not_overwritten() -> None:
    """An output that exists is kept without --force, and so is the input with it."""
    path = table("people.csv", ROWS)
    Path("clusters.csv").write_text("mine", encoding="utf-8")
    refused(run("dedupe", path, "--clusters", "clusters.csv"))
    assert Path("clusters.csv").read_text(encoding="utf-8") == "mine"
    before = path.read_bytes()
    refused(run("dedupe", path, "--clusters", path, "--force"))
    assert path.read_bytes() == before


def test_a_table_of_deals_is_no_table_of_people(tmp_path: Path) -> None:
    """Rows that are things that happen get a warning: two that are alike may well be two."""
    lines = ["Deal ID,Deal Name,Deal Stage,Amount,Close Date"]
    lines += [
        f"{number},Renewal {number // 2},Closed Won,{number * 10},2026-01-0{number % 9 + 1}" for number in range(30)
    ]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "This looks like a table of deals, not of people" in " ".join(run("dedupe", path).out.split())
    assert json.loads(run("dedupe", path, "--format", "json").out)["of_events"] == "deals"


def told_by_little(*again: int) -> Path:
    """Write a table of 1,500 people of whom it says little, and some rows of it once more."""
    chance = random.Random(5)  # noqa: S311 - made-up data
    names = (
        "Reed Moss Vale Holt Dane Abel Cole Finch Gale Hart Ives Judd Kent Lowe Nash Orme Pace Quin Rowe Shaw".split()
    )
    rows = [
        (f"{70000 + place}", chance.choice(names), chance.choice("NESW"), f"{chance.randint(18, 80)}")
        for place in range(1500)
    ]
    header = ("Customer ID", "Surname", "Region", "Age")
    return table("export.csv", [*rows, *(rows[place] for place in again)], header, numbered=False)


def test_a_row_exported_twice_is_one_record_whatever_the_table_tells() -> None:
    """Equal in every cell, the id included, is one record, surely; nobody else is put together."""
    found = document(told_by_little(7), "--clusters", "c.csv")
    entity = {int(row["_row"]): row["entity_id"] for row in read_rows(Path("c.csv"))}
    assert entity[8] == entity[1501]
    assert len(set(entity.values())) == 1500
    assert found["precision"]["value"] == 1.0


def test_what_people_say_of_a_row_exported_twice_outranks_its_cells() -> None:
    """They may know better."""
    Path("d.csv").write_text("record_id_l,record_id_r,decision\n70007,70007~2,different\n", encoding="utf-8")
    found = document(told_by_little(7), "--decisions", "d.csv", "--clusters", "c.csv")
    assert found["decisions"]["followed"] == 1
    assert len({row["entity_id"] for row in read_rows(Path("c.csv"))}) == 1501


def test_a_column_that_is_to_be_left_alone_is_no_evidence(tmp_path: Path) -> None:
    """A map that gives a column to no field takes it out of what rows are compared by."""
    path, chosen = tmp_path / "people.csv", tmp_path / "map.yaml"
    world = make_contacts(200)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*world.header, "Batch"])
        writer.writerows([*row, f"B-{number % 40}"] for number, row in enumerate(world.rows))
    chosen.write_text("columns: {Batch: null}\n")
    weighed = [
        [item["field"] for item in json.loads(run("dedupe", path, *more, "--format", "json").out)["weights"]]
        for more in ((), ("--map", chosen))
    ]
    assert "Batch" in weighed[0]
    assert weighed[1] == [field for field in weighed[0] if field != "Batch"]
