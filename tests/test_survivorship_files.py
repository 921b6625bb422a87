"""The files of a merge: golden records, merge lists in each system's shape, and undo."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError, OutputError
from segaudit.identity.survive import SurvivalOutputs, survive
from segaudit.identity.survive.undo import Undone, undo
from segaudit.identity.survive.writing import shown_as_text
from segaudit.model.survival import UndoResult
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.survivorship import load_merge_formats
from segaudit.text.spreadsheets import spreadsheet_safe
from tests.survivorship_support import Merged, Row, load_entities, merge, opened_data

PEOPLE: Sequence[Row] = (
    {"record_id": "11", "last_name": "Ray", "email": "", "city": "Ulm"},
    {"record_id": "12", "last_name": "Kim", "email": "kim@acme.com", "city": "=1+1"},
    {"record_id": "13", "last_name": "Ray", "email": "ray@acme.com", "city": ""},
    {"record_id": "14", "last_name": "Ray", "email": "ray@bolt.com", "city": "Köln"},
)
WHO = ("ray", "kim", "ray", "ray")


def people(folder: Path, outputs: SurvivalOutputs | None = None) -> Merged:
    """Merge the people above."""
    return merge(folder, PEOPLE, WHO, keys=[row["record_id"] for row in PEOPLE], outputs=outputs)


# ------------------------------------------------------------------------------------------------------ golden records


def test_the_golden_file_has_one_row_for_each_entity(tmp_path: Path) -> None:
    """Entities stand in the order of the rows that survive, with the original headers and four more."""
    merged = people(tmp_path)
    assert merged.lines("golden.csv") == [
        ["record_id", "last_name", "email", "city", "entity_id", "records", "survivor", "_row"],
        ["12", "Kim", "kim@acme.com", "=1+1", "kim", "1", "12", "2"],
        ["14", "Ray", "ray@bolt.com", "Köln", "ray", "3", "14", "4"],
    ]
    result = merged.result
    assert (result.records, result.entities, result.merged_entities, result.merged_records) == (4, 2, 1, 2)
    assert result.largest == 3


def test_a_table_without_duplicates_stays_as_it_is(tmp_path: Path) -> None:
    """Where every row is an entity of its own, the golden file is the table, and nothing is listed."""
    merged = merge(tmp_path, PEOPLE, ("a", "b", "c", "d"))
    assert [row["record_id"] for row in merged.golden] == ["11", "12", "13", "14"]
    assert merged.changes == []
    assert (merged.result.changed_values, merged.result.example, merged.result.largest) == (0, None, 1)


def test_golden_records_as_parquet(tmp_path: Path) -> None:
    """The ending of the file decides its format; cells are text."""
    people(tmp_path, SurvivalOutputs(golden=str(tmp_path / "golden.parquet")))
    table = pq.read_table(tmp_path / "golden.parquet").to_pylist()
    assert [row["city"] for row in table] == ["=1+1", "Köln"]


def test_headers_that_are_there_already_stay(tmp_path: Path) -> None:
    """A table that has columns called entity_id and _row keeps them; ours stand behind."""
    rows = [{"entity_id": "theirs", "_row": "x", "last_name": "Ray"}, {"entity_id": "", "_row": "", "last_name": "Ray"}]
    merged = merge(tmp_path, rows, ["e", "e"])
    assert merged.lines("golden.csv")[1] == ["theirs", "x", "Ray", "e", "2", "1", "1"]


def test_an_output_is_refused_before_any_work(tmp_path: Path) -> None:
    """A file of an unknown kind, or two outputs of one name, stop the run."""
    with pytest.raises(OutputError, match="cannot write files that end in"):
        people(tmp_path, SurvivalOutputs(golden=str(tmp_path / "golden.xlsx")))
    same = str(tmp_path / "one.csv")
    with pytest.raises(OutputError, match="name the same file"):
        people(tmp_path, SurvivalOutputs(golden=same, undo=same))
    with pytest.raises(OutputError, match="never written to"):
        people(tmp_path, SurvivalOutputs(golden=str(tmp_path / "table.csv")))


def test_the_example_shows_where_each_value_came_from(tmp_path: Path) -> None:
    """The golden record with most to decide is told cell by cell; sensitive cells are not shown."""
    rows = [
        {"last_name": "Ray", "job_title": "", "birth_date": "1990-01-01", "city": "Ulm"},
        {"last_name": "Ray", "job_title": "CPO", "birth_date": "1991-01-01", "city": ""},
    ]
    example = merge(tmp_path, rows, ["e", "e"]).result.example
    assert example is not None
    assert (example.entity_id, example.rows) == ("e", (1, 2))
    title, birth = (next(cell for cell in example.cells if cell.header == name) for name in ("job_title", "birth_date"))
    assert (title.value, title.was, title.from_row, title.rule) == ("CPO", "", 2, "role: valid_first")
    assert (birth.value, birth.was, birth.dropped) == (None, None, ())


# ------------------------------------------------------------------------------------------------------------- changes


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n＝＋－＠", "a", "1", "'", ""])
@pytest.mark.parametrize("rest", ["SUM(A1)", "1"])
def test_the_list_is_neutral_as_every_list_for_people(sign: str, rest: str) -> None:
    """What the engine neutralises is what spreadsheet_safe does, plain numbers apart."""
    cell = sign + rest
    with DuckEngine(threads=1) as engine:
        query = f"SELECT {shown_as_text('v')} FROM (SELECT $cell AS v)"  # noqa: S608 - our own SQL
        ((found,),) = engine.fetch(query, {"cell": cell})
    is_number = cell in {"+1", "-1", "1"}
    assert found == (cell if is_number else spreadsheet_safe(cell))


def test_no_change_can_run_as_a_formula(tmp_path: Path) -> None:
    """A cell and a header of the client are text in the list of changes."""
    rows = [{"last_name": "Ray", "=cmd": "x"}, {"last_name": "Ray", "=cmd": "=1+1"}]
    changes = merge(tmp_path, rows, ["e", "e"]).changes
    assert {(change["column"], change["dropped"]) for change in changes} == {("'=cmd", "'=1+1")}


# --------------------------------------------------------------------------------------------------------- merge lists

SYSTEMS = {
    "HubSpot": ("Record ID,First Name,Last Name,Email,Lifecycle Stage,Create Date,Last Modified Date", "record"),
    "Salesforce": ("Contact ID,Salutation,First Name,Last Name,Account Name,Email Opt Out,Mailing Street", "record"),
    "Pipedrive": ("Person - ID,Person - Name,Person - Owner,Person - Creation date,Person - Visible to", "record"),
    "Zoho": ("Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Created By.id,Modified By.id", "record"),
}


def system_rows(headers: str, ids: Sequence[str]) -> list[Row]:
    """Return rows of one system's headers; the first column is the id, and the first record is the fullest."""
    names = headers.split(",")
    return [
        {name: record if name == names[0] else "x" if number < len(names) - place else ""
         for number, name in enumerate(names)}
        for place, record in enumerate(ids)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("HubSpot", [["primaryObjectId", "objectIdToMerge"], ["1", "2"], ["1", "3"], ["1", "4"]]),
        (
            "Salesforce",
            [["MasterRecordId", "MergeRecordId1", "MergeRecordId2"], ["1", "2", "3"], ["1", "4", ""]],
        ),
        ("Pipedrive", [["merge_with_id", "id"], ["1", "2"], ["1", "3"], ["1", "4"]]),
        ("Zoho", [["master_record_id", "child_record_id_1", "child_record_id_2"], ["1", "2", "3"], ["1", "4", ""]]),
    ],
)
def test_each_system_gets_the_shape_it_takes(tmp_path: Path, system: str, expected: list[list[str]]) -> None:
    """The headers of the file tell the system, and the system how merges are written down."""
    merged = merge(tmp_path, system_rows(SYSTEMS[system][0], "1234"), ["e"] * 4)
    assert merged.result.merges.system == system
    assert merged.lines("merges.csv") == expected
    assert merged.result.merges.merges == 3


def test_a_prefix_that_exports_print_is_taken_off(tmp_path: Path) -> None:
    """Zoho's exports put zcrm_ before the number that a merge takes."""
    rows = system_rows(SYSTEMS["Zoho"][0], ["zcrm_7", "zcrm_8"])
    assert merge(tmp_path, rows, ["e", "e"]).lines("merges.csv")[1] == ["7", "8", ""]


def test_a_system_that_knows_addresses_gets_addresses(tmp_path: Path) -> None:
    """Mailchimp has no merge: the list names the address to keep and the one to archive, capitals aside."""
    others = dict.fromkeys(("OPTIN_TIME", "CONFIRM_IP", "LEID", "EUID", "MEMBER_RATING"), "")
    rows = [
        {"Email Address": mail, "First Name": name, **others}
        for mail, name in (("Ann@acme.com", "Ann"), ("ann@ACME.com", ""), ("ann@gmail.com", ""), ("", ""))
    ]
    merged = merge(tmp_path, rows, ["e"] * 4)
    assert merged.lines("merges.csv") == [["email_to_keep", "email_to_archive"], ["Ann@acme.com", "ann@gmail.com"]]
    assert (merged.result.merges.same_key, merged.result.merges.without_key) == (1, 1)


def test_an_unknown_system_gets_pairs(tmp_path: Path) -> None:
    """A file of no known system is listed as pairs of ids, and the same id twice is nothing to merge."""
    merged = merge(tmp_path, [{"record_id": number, "x": "y"} for number in ("7", "7", "8")], ["e"] * 3)
    assert merged.lines("merges.csv") == [["survivor_id", "duplicate_id"], ["7", "8"]]
    assert merged.result.merges.same_key == 1


def test_a_table_without_ids_cannot_be_imported(tmp_path: Path) -> None:
    """The list gives the numbers of the rows, and the result says that no CRM can import it."""
    rows = [{"last_name": "Ray", "company_id": "5"}, {"last_name": "Ray", "company_id": "5"}]
    merged = merge(tmp_path, rows, ["e", "e"])
    assert merged.lines("merges.csv") == [["survivor_row", "duplicate_row", "entity_id"], ["1", "2", "e"]]
    assert merged.result.merges.key == ""
    assert "no column that names its records" in merged.result.merges.note


# ---------------------------------------------------------------------------------------------------------------- undo


def undone(
    folder: Path, what: Undone | None = None, *, golden: str = "golden.csv", to: str = "undone.csv"
) -> UndoResult:
    """Undo in a folder where something was merged."""
    with DuckEngine(threads=1) as engine:
        data = opened_data(folder / "table.csv", engine)
        return undo(folder / golden, folder / "undo.csv", folder / to, engine, what=what, data=data, force=True)


def test_the_undo_file_holds_each_merged_record_as_it_was(tmp_path: Path) -> None:
    """Every record of an entity with several stands there, the surviving one first."""
    assert people(tmp_path).lines("undo.csv") == [
        ["record_id", "last_name", "email", "city", "entity_id", "survivor", "record_key", "_row"],
        ["14", "Ray", "ray@bolt.com", "Köln", "ray", "14", "14", "4"],
        ["11", "Ray", "", "Ulm", "ray", "14", "11", "1"],
        ["13", "Ray", "ray@acme.com", "", "ray", "14", "13", "3"],
    ]


def test_undo_gives_the_table_back(tmp_path: Path) -> None:
    """Golden records and undo file together are the table, row for row and cell for cell."""
    merged = people(tmp_path)
    result = undone(tmp_path)
    assert merged.lines("undone.csv") == merged.lines("table.csv")
    assert (result.records, result.restored, result.entities) == (4, 3, 1)


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_undo_reads_what_was_written(tmp_path: Path, ending: str) -> None:
    """Golden and undo files of each kind lead back, whatever stands in headers and cells."""
    headers = ("record_id", "Name, first\nand last", "", "", 'a "b"', "_row")
    cells = (("1", "A\r\nB", "'", "\t", '"', "x"), ("2", "", "=1", "a,b", "", ""), ("3", "é", "n/a", " ", ";", "y"))
    with (tmp_path / "table.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *cells])
    golden, records, back = (tmp_path / f"{name}.{ending}" for name in ("golden", "undo", "back"))
    with DuckEngine(threads=1) as engine:
        data = opened_data(tmp_path / "table.csv", engine)
        load_entities(engine, "aba")
        outputs = SurvivalOutputs(golden=str(golden), undo=str(records))
        survive(data, load_merge_formats(RulesLocation.at(None)), engine, outputs)
        undo(golden, records, back, engine)
        opened_data(back, engine)
        found = engine.fetch(f"SELECT c1, c2, c3, c4, c5, c6 FROM {data.source.table} ORDER BY _row")  # noqa: S608
    assert [tuple(cell or "" for cell in row) for row in found] == list(cells)


def test_a_table_without_rows_is_merged(tmp_path: Path) -> None:
    """A header alone gives a golden file with a header alone."""
    (tmp_path / "table.csv").write_text("record_id,last_name\n", encoding="utf-8")
    with DuckEngine(threads=1) as engine:
        data = opened_data(tmp_path / "table.csv", engine)
        load_entities(engine, "")
        outputs = SurvivalOutputs(golden=str(tmp_path / "golden.csv"), undo=str(tmp_path / "undo.csv"))
        result = survive(data, load_merge_formats(RulesLocation.at(None)), engine, outputs)
        undo(tmp_path / "golden.csv", tmp_path / "undo.csv", tmp_path / "back.csv", engine)
    assert (result.records, result.entities, result.largest) == (0, 0, 0)
    assert (tmp_path / "back.csv").read_text(encoding="utf-8") == "record_id,last_name\n"


def test_a_wide_table_is_merged_whole(tmp_path: Path) -> None:
    """More columns than are compared at once are decided all the same."""
    rows = [{f"Field {number}": cell for number in range(120)} for cell in ("", "x")]
    (record,) = merge(tmp_path, rows, ["e", "e"], keys=["1", "2"]).golden
    assert {record[f"Field {number}"] for number in range(120)} == {"x"}


def test_undo_gives_cells_back_that_were_made_safe(tmp_path: Path) -> None:
    """A golden file made safe for spreadsheets loses nothing: rows it changed are in the undo file."""
    outputs = SurvivalOutputs(
        golden=str(tmp_path / "golden.csv"), undo=str(tmp_path / "undo.csv"), spreadsheet_safe=True
    )
    merged = people(tmp_path, outputs)
    assert merged.golden[0]["city"] == "'=1+1"
    undone(tmp_path)
    assert merged.lines("undone.csv") == merged.lines("table.csv")


def test_one_entity_can_be_taken_apart(tmp_path: Path) -> None:
    """The records of the entity stand for themselves again, the survivor under the entity's id; others stay merged."""
    rows = [*PEOPLE, {"record_id": "15", "last_name": "Kim", "email": "", "city": ""}]
    merged = merge(tmp_path, rows, (*WHO, "kim"), keys=[row["record_id"] for row in rows])
    result = undone(tmp_path, Undone(entities=("ray",)))
    assert [line[3:] for line in merged.lines("undone.csv")[1:]] == [
        ["Ulm", "ray/11", "1", "11", "1"],
        ["=1+1", "kim", "2", "12", "2"],
        ["", "ray/13", "1", "13", "3"],
        ["Köln", "ray", "1", "14", "4"],
    ]
    assert (result.records, result.restored, result.entities) == (4, 3, 1)


def test_one_record_can_be_taken_out(tmp_path: Path) -> None:
    """What is left of the entity is merged anew, without anything of the record that left."""
    rows: Sequence[Row] = (
        {"record_id": "1", "last_name": "Ray", "job_title": "", "city": "Ulm"},
        {"record_id": "2", "last_name": "Ray", "job_title": "CPO", "city": ""},
        {"record_id": "3", "last_name": "Ray", "job_title": "", "city": ""},
    )
    merged = merge(tmp_path, rows, ["e"] * 3)
    assert merged.golden[0]["job_title"] == "CPO"
    undone(tmp_path, Undone(records=("2",)))
    assert merged.lines("undone.csv")[1:] == [
        ["1", "Ray", "", "Ulm", "e", "2", "1", "1"],
        ["2", "Ray", "CPO", "", "e/2", "1", "2", "2"],
    ]


def test_what_was_undone_before_stays_undone(tmp_path: Path) -> None:
    """A second record leaves an entity that a first one has left, and all of it can still be undone."""
    merged = people(tmp_path)
    undone(tmp_path, Undone(records=("11",)))
    undone(tmp_path, Undone(records=("13",)), golden="undone.csv", to="again.csv")
    assert [(line[0], line[4], line[5]) for line in merged.lines("again.csv")[1:]] == [
        ("11", "ray/11", "1"), ("12", "kim", "1"), ("13", "ray/13", "1"), ("14", "ray", "1"),
    ]  # fmt: skip
    undone(tmp_path, golden="again.csv", to="all.csv")
    assert merged.lines("all.csv") == merged.lines("table.csv")


@pytest.mark.parametrize("what", [Undone(entities=("nobody",)), Undone(records=("99",))])
def test_what_was_never_merged_cannot_be_undone(tmp_path: Path, what: Undone) -> None:
    """A name that is in no merge is a mistake, and the message says where names stand."""
    people(tmp_path)
    with pytest.raises(InputError, match="nothing that was merged is called"):
        undone(tmp_path, what)


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    """Rows that are in neither file would be lost, so that nothing is written."""
    merged = people(tmp_path)
    lines = (tmp_path / "undo.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "undo.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match="hold 3 of 4 rows"):
        undone(tmp_path)
    assert not (tmp_path / "undone.csv").exists()
    with pytest.raises(InputError, match="no file of a merge"):
        undone(merged.folder, golden="table.csv")


def test_broken_row_numbers_are_told(tmp_path: Path) -> None:
    """A file that a spreadsheet has changed is refused with the number of rows."""
    people(tmp_path)
    text = (tmp_path / "golden.csv").read_text(encoding="utf-8")
    (tmp_path / "golden.csv").write_text(text.replace(",14,4\n", ",14,4th\n"), encoding="utf-8")
    with pytest.raises(InputError, match="1 rows have no row number"):
        undone(tmp_path)
