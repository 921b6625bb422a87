"""A list linked to a base: who is in it, who is new, who fits two; what is written; what is refused."""

from pathlib import Path

import pytest

import segaudit
from tests.linking_support import Table, link_tables, links_of, write_table
from tests.rules_support import run
from tests.worlds.contacts import make_contacts
from tests.worlds.households import HEADER, make_households
from tests.worlds.running import read_rows
from tests.worlds.world import Dice, World

CROWD = [list(row[1:]) for row in make_households(400, seed=5).rows]
SON = ["Arthur", "Quayle", "7 Vine Road", "Upwell", "D4 2AZ", "1979-11-02", "01904 553311"]
FATHER = [*SON[:5], "1951-04-17", SON[6]]


def halves(world: World, seed: int) -> tuple[Table, Table]:
    """Return the rows of a world as two files, each row in either."""
    dice = Dice(seed)
    sides: tuple[list[list[str]], list[list[str]]] = ([], [])
    for row in world.rows:
        sides[dice.random() < 0.5].append(list(row))
    return [list(world.header), *sides[0]], [list(world.header), *sides[1]]


def people(rows: Table, prefix: str) -> Table:
    """Return rows of people as a file with ids."""
    return [["record_id", *HEADER], *([f"{prefix}{number}", *row] for number, row in enumerate(rows))]


def link_people(folder: Path, rows: Table, base: Table, *options: object) -> dict[str, object]:
    """Link rows of people to a base, each of them among others."""
    return link_tables(folder, people([*rows, *CROWD[:250]], "l"), people([*base, *CROWD[150:]], "r"), *options)


# ---------------------------------------------------------------------------------------------------------- who is who


def test_most_partners_are_found_and_few_others(tmp_path: Path) -> None:
    """Of contacts in two files, nine of ten links are right, and eight of ten pairs of one person are linked."""
    world = make_contacts(1500)
    left, right = halves(world, 1)
    truth = world.truth
    found = links_of(link_tables(tmp_path, left, right))
    true = {(a[0], b[0]) for a in left[1:] for b in right[1:] if truth[a[0]] == truth[b[0]]}
    assert len(found & true) / len(found) >= 0.9
    assert len(found & true) / len(true) >= 0.8


def test_files_without_a_common_person_are_not_linked(tmp_path: Path) -> None:
    """Of two files that share nobody, one row in fifty at most is linked."""
    world = make_contacts(1500)
    left = [list(world.header), *(list(row) for row in world.rows if world.truth[row[0]] % 2)]
    right = [list(world.header), *(list(row) for row in world.rows if not world.truth[row[0]] % 2)]
    assert link_tables(tmp_path, left, right)["linked"] <= len(left) / 50


def test_the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    """Rows in another order have the same partners, as surely."""
    left, right = halves(make_contacts(600), 2)
    turned = [left[0], *reversed(left[1:])], [right[0], *sorted(right[1:])]
    pairs = [
        sorted((row["record_id_l"], row["record_id_r"], row["linked"], row["match_probability"]) for row in found)
        for found in (link_tables(tmp_path, *files)["pairs"] for files in ((left, right), turned))
    ]
    assert pairs[0] == pairs[1] != []


def test_a_base_with_duplicates_is_not_ambiguous(tmp_path: Path) -> None:
    """A row that fits a person and a copy of that person is linked to both."""
    found = link_people(tmp_path, [SON], [SON, [*SON[:6], ""]])
    assert {("l0", "r0"), ("l0", "r1")} <= links_of(found)


def test_best_is_the_likeliest_partner(tmp_path: Path) -> None:
    """Each row of the list has one best pair, and none of its pairs is likelier."""
    pairs = link_people(tmp_path, [SON], [SON, FATHER])["pairs"]
    assert isinstance(pairs, list)
    for key in {row["_row_l"] for row in pairs}:
        mine = [row for row in pairs if row["_row_l"] == key]
        assert [row["best"] for row in mine].count("true") == 1
    assert next(row["_row_r"] for row in pairs if row["_row_l"] == "1" and row["best"] == "true") == "1"


# ------------------------------------------------------------------------------------------------------------ columns


def test_columns_are_paired_by_meaning(tmp_path: Path) -> None:
    """Headers in two languages mean the same field; what neither a field nor a header pairs is left out."""
    left = [["First Name", "Surname", "E-mail", "Shoe"], ["Ann", "Ames", "ann@ames.com", "7"], ["Bob", "Boyd", "", "9"]]
    right = [["Vorname", "Nachname", "Email", "Hat"], ["Ann", "Ames", "ann@ames.com", "8"]]
    columns = link_tables(tmp_path, left, right)["columns"]
    assert [(pair["left"], pair["right"]) for pair in columns] == [
        ("First Name", "Vorname"), ("Surname", "Nachname"), ("E-mail", "Email"),
    ]  # fmt: skip


def test_ids_both_files_have_decide(tmp_path: Path) -> None:
    """Where both know a record by the same id, nothing else is asked."""
    left = [["record_id", "note"], *([f"a{number}x", "called"] for number in range(30))]
    right = [["record_id", "origin"], *([f"a{number}x", "fair"] for number in range(10, 40))]
    found = link_tables(tmp_path, left, right)
    assert links_of(found) == {(f"a{number}x", f"a{number}x") for number in range(10, 30)}
    assert (found["linked"], found["new"], found["links_by_id"]) == (20, 10, 20)
    assert {row["evidence"] for row in found["pairs"]} == {"same id"}


def test_counters_are_no_ids(tmp_path: Path) -> None:
    """Rows numbered from 1 in both files are not the same for it."""
    left = [["record_id", *HEADER], *([str(number), *row] for number, row in enumerate(CROWD[:100], start=1))]
    right = [["record_id", *HEADER], *([str(number), *row] for number, row in enumerate(CROWD[100:], start=1))]
    assert link_tables(tmp_path, left, right)["links_by_id"] == 0


def test_contacts_are_attached_to_companies(tmp_path: Path) -> None:
    """A contact belongs to the company whose name or domain it has, wherever the contact lives."""
    words = [
        f"{a} {b}"
        for a in ("Alder", "Birch", "Cedar", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper")
        for b in ("Foods", "Media", "Systems", "Textiles", "Capital", "Partners")
    ]
    right = [["Account Name", "Website", "City"]]
    left = [["First Name", "Last Name", "Email", "Company", "City"]]
    towns = ["Leeds", "York", "Derby", "Hull"]
    for number, name in enumerate(words):
        domain = name.lower().replace(" ", "") + ".com"
        right.append([f"{name} Ltd", f"https://www.{domain}", towns[number % 4]])
        left.append(["Ann", f"A{number}", f"ann@{domain}", name.upper(), towns[number % 3]])
        left.append(["Bob", f"B{number}", f"bob@{domain}", "", towns[number % 3]])
    left.append(["Cid", "Cole", "cid@nowhere.com", "Zenith Tools", "Leeds"])
    found = link_tables(tmp_path, left, right)
    linked = {(int(row["_row_l"]), int(row["_row_r"])) for row in found["pairs"] if row["linked"] == "true"}
    assert found["level"] == "account"
    assert linked == {(row, (row + 1) // 2) for row in range(1, 2 * len(words) + 1)}


# ------------------------------------------------------------------------------------------------------------- outputs


def test_the_list_comes_back_with_its_partners(tmp_path: Path) -> None:
    """Every row of the list is in the output as it was and in its order; those without a partner are in --new."""
    stranger = ["Zoë", "Wünsch", "=1+1", "Nowhere, far", 'the "Z"', "1911-01-01", "07700 900999"]
    found = link_people(tmp_path, [SON, stranger], [SON], "-o", tmp_path / "out.csv", "--new", tmp_path / "new.csv")
    given, out, new = (read_rows(tmp_path / name) for name in ("left.csv", "out.csv", "new.csv"))
    assert [{name: row[name] for name in given[0]} for row in out] == given
    assert new == [row for row, tagged in zip(given, out, strict=True) if tagged["link_status"] == "new"]
    assert (out[0]["link_status"], out[0]["linked_row"], out[0]["linked_record_id"]) == ("linked", "1", "r0")
    assert (out[1]["link_status"], out[1]["linked_row"], out[1]["linked_record_id"]) == ("new", "", "")
    statuses = [row["link_status"] for row in out]
    assert [statuses.count(word) for word in ("linked", "new", "ambiguous")] == [
        found["linked"], found["new"], found["ambiguous"],
    ]  # fmt: skip


@pytest.mark.parametrize(("entities", "status"), [(("E1", "E1"), "linked"), (("E1", "E2"), "ambiguous")])
def test_linked_rows_get_the_entity_of_the_base(tmp_path: Path, entities: tuple[str, str], status: str) -> None:
    """With the clusters of the base a row has the entity_id of its partner; two they know as two are rivals."""
    known = [["record_id", "entity_id"], ["r0", entities[0]], ["r1", entities[1]]]
    base = write_table(tmp_path / "base.csv", known)
    found = link_people(tmp_path, [SON], [SON, SON], "--base", base, "-o", tmp_path / "out.csv")
    first = read_rows(tmp_path / "out.csv")[0]
    assert (first["link_status"], found["rows_of_known_entity"]) == (status, 2)
    assert first["entity_id"] == ("E1" if status == "linked" else "")


def test_the_library_mirrors_the_command(tmp_path: Path) -> None:
    """segaudit.link returns the counts that the command prints."""
    found = link_people(tmp_path, [SON], [SON])
    result = segaudit.link(str(tmp_path / "left.csv"), str(tmp_path / "right.csv"))
    assert (result.linked, result.new, result.ambiguous) == (found["linked"], found["new"], found["ambiguous"])


def test_the_report_names_columns_and_counts(tmp_path: Path) -> None:
    """People read how many rows have a partner, and which columns told."""
    link_people(tmp_path, [SON], [SON])
    out = run("link", tmp_path / "left.csv", tmp_path / "right.csv", "--format", "md").out
    assert "Of 251 rows," in out
    assert "field birth" in out


@pytest.mark.parametrize(("left", "right"), [(0, 3), (3, 0), (0, 0)])
def test_a_file_without_rows_links_nothing(tmp_path: Path, left: int, right: int) -> None:
    """A header without rows is no mistake: all rows of the list are new."""
    tables = people(CROWD[:left], "l"), people(CROWD[:right], "r")
    found = link_tables(tmp_path, *tables, "-o", tmp_path / "out.csv", "--new", tmp_path / "new.csv")
    assert (found["linked"], found["new"], len(found["pairs"])) == (0, left, 0)
    assert len(read_rows(tmp_path / "out.csv")) == len(read_rows(tmp_path / "new.csv")) == left


# ------------------------------------------------------------------------------------------------------------ refusals


def refusal(*arguments: object) -> str:
    """Return what the command says where it cannot run."""
    ran = run("link", *arguments)
    assert (ran.code, ran.out) == (2, "")
    return ran.err


def test_files_without_anything_in_common_are_refused(tmp_path: Path) -> None:
    """The message names what each file has."""
    left = write_table(tmp_path / "left.csv", [["Colour"], ["red"], ["blue"]])
    right = write_table(tmp_path / "right.csv", [["Weight"], ["3"], ["4"]])
    said = refusal(left, right)
    assert f"{left} has Colour; {right} has Weight" in said
    assert "--right-map" in said


def test_one_file_twice_is_work_for_dedupe(tmp_path: Path) -> None:
    """A file is not linked to itself, by whatever name."""
    path = write_table(tmp_path / "a.csv", people(CROWD[:3], "a"))
    (tmp_path / "b.csv").symlink_to(path)
    assert "segaudit dedupe" in refusal(path, path)
    assert "segaudit dedupe" in refusal(path, tmp_path / "b.csv")
    assert "only one of the two" in refusal("-", "-")


def test_outputs_are_refused_before_any_work(tmp_path: Path) -> None:
    """An input, a file that is there, an ending nothing is written for, and one name twice."""
    left = write_table(tmp_path / "left.csv", people(CROWD[:3], "l"))
    right = write_table(tmp_path / "right.csv", people(CROWD[:3], "r"))
    assert "the input" in refusal(left, right, "-o", right, "--force")
    assert "exists already" in refusal(left, right, "--pairs", write_table(tmp_path / "there.csv", [["x"]]))
    assert 'end in ".doc"' in refusal(left, right, "--new", tmp_path / "new.doc")
    same = tmp_path / "same.csv"
    assert "--pairs and --output name the same file" in refusal(left, right, "--pairs", same, "-o", same)


def test_a_list_that_was_linked_before_is_refused(tmp_path: Path) -> None:
    """Columns are not appended twice."""
    left = write_table(tmp_path / "left.csv", [["email", "Linked_Row"], ["a@b.example", "1"]])
    right = write_table(tmp_path / "right.csv", [["email"], ["a@b.example"]])
    assert 'already has a column "linked_row"' in refusal(left, right, "-o", tmp_path / "out.csv")
