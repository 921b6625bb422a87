"""The files of a merge: golden records, merge lists in each system's shape, and undo."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import OutputError
from segaudit.identity.survive import SurvivalOutputs
from segaudit.identity.survive.writing import shown_as_text
from segaudit.text.spreadsheets import spreadsheet_safe
from tests.survivorship_support import PEOPLE, Row, merge, people

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
