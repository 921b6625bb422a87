"""The workspace: what each table is taken for, the file that says so, and running it again."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segaudit
from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError, OutputError, SegauditError
from segaudit.ingest.columns.fieldmap import UserMap, map_columns
from segaudit.ingest.table_files import list_table_files
from segaudit.ingest.table_kinds import guess_kind, words_of
from segaudit.model.workspace import KindGuess, TableSpec
from segaudit.rulebook.kinds import load_table_rules
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_presets
from segaudit.rulebook.workspace_edit import add_to
from segaudit.rulebook.workspace_file import read_workspace_file
from segaudit.rulebook.workspace_text import Additions, new_text
from segaudit.rulebook.yaml_nodes import load_plain
from tests.rules_support import run, write

KINDS = ("contacts", "companies", "deals", "activities", "campaign_outcomes", "other")
CONTACTS = """
    Record ID,First Name,Last Name,Email,Company ID,Shoe Size
    11,Ann,Lee,ann@north.example,c-1,38
    12,Bob,Ray,bob@south.example,c-2,44
"""
COMPANIES = """
    Record ID,Company Name,Domain,Industry
    c-1,North,north.example,Retail
    c-2,South,south.example,Retail
"""
DEALS = """
    Deal ID,Deal Name,Deal Stage,Amount,Contact ID
    7,One,Won,10,11
    8,Two,Lost,20,12
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three exports, which is the current folder."""
    for name, text in (("contacts", CONTACTS), ("companies", COMPANIES), ("deals", DEALS)):
        write(tmp_path / f"{name}.csv", text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_book(path: Path, sheets: dict[str, list[list[object]]], hidden: Sequence[str] = ()) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


# --------------------------------------------------------------------------------------------------------------- kinds


def guess(headers: str, *names: str) -> KindGuess:
    """Guess the kind of a table with these headers."""
    shipped = RulesLocation.at(None)
    fields = map_columns(headers.split(","), load_catalogue(shipped), load_presets(shipped), UserMap())
    return guess_kind(fields, names, load_table_rules(shipped))


@pytest.mark.parametrize(
    ("headers", "name", "kind"),
    [
        ("First Name,Last Name,Email,Company,Industry,Number of Employees,Annual Revenue", "export", "contacts"),
        ("Vorname,Nachname,E-Mail,Firma", "liste", "contacts"),
        ("Company Name,Industry,Number of Employees,Website", "export", "companies"),
        ("Deal Name,Deal Stage,Amount,Close Date,Company Name,Contact Name", "export", "deals"),
        ("Activity Type,Activity Date,Contact ID,Detail", "export", "activities"),
        ("Campaign Name,Email,Clicked,Replied", "export", "campaign_outcomes"),
        ("mql_id,first_contact_date,landing_page_id,origin", "marketing_qualified_leads", "contacts"),
        ("product,series,sales_price", "products", "other"),
        ("Field,Description", "contacts_dictionary", "other"),
        ("A,B,C", "accounts", "other"),
    ],
)
def test_kinds(headers: str, name: str, kind: str) -> None:
    """A table is what its columns say; a name alone decides nothing, and "can't tell" is an answer."""
    assert guess(headers, name).kind == kind


def test_reasons() -> None:
    """A guess says which fields, which system and which word it rests on."""
    reasons = guess(
        "Record ID,First Name,Last Name,Email,Lifecycle Stage,Contact owner", "HubSpotContacts 2026"
    ).reasons
    assert reasons[0] == "HubSpot prints these headers for contacts"
    assert reasons[1].startswith("has first_name, last_name, email, lifecycle_stage")
    assert reasons[2] == 'is named "contacts"'


def test_two_kinds_at_once() -> None:
    """What could be two kinds as well as each other is neither."""
    found = guess("company,industry,activity_id,person_id", "export")
    assert (found.kind, found.reasons) == ("other", ("it could be companies as well as activities",))


def test_words_of_names() -> None:
    """A name's words are parted by signs and capitals, and folded."""
    assert words_of("Account_Info2-Größe dealExport") == {"account", "info", "grosse", "deal", "export"}


# ---------------------------------------------------------------------------------------------------------------- init


def test_init_writes_what_was_found(client: Path) -> None:
    """The file names tables, kinds, keys, fields and joins, with paths relative to it."""
    result = segaudit.init_workspace(["contacts.csv", "companies.csv", "deals.csv"])
    document = load_plain(client / "segaudit.yaml")
    assert (result.created, result.changed, result.path) == (True, True, "segaudit.yaml")
    assert document["tables"]["contacts"] == {
        "file": "contacts.csv",
        "kind": "contacts",
        "key": "Record ID",
        "columns": {
            "Record ID": "record_id",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "email",
            "Company ID": "company_id",
        },
        "ignored": ["Shoe Size"],
    }
    assert {name: table["kind"] for name, table in document["tables"].items()} == {
        "contacts": "contacts",
        "companies": "companies",
        "deals": "deals",
    }
    assert document["joins"] == [
        {
            "from": {"table": "contacts", "column": "Company ID"},
            "to": {"table": "companies", "column": "Record ID"},
        },
        {"from": {"table": "deals", "column": "Contact ID"}, "to": {"table": "contacts", "column": "Record ID"}},
    ]


def test_init_again_changes_nothing(client: Path) -> None:
    """Run again on the same files, init leaves the file byte for byte as it is, and says so."""
    run("init", "contacts.csv", "companies.csv")
    before = (client / "segaudit.yaml").read_bytes()
    ran = run("init", "contacts.csv", "companies.csv")
    assert (ran.code, ran.err) == (0, "")
    assert "segaudit.yaml is up to date" in ran.out
    assert "nothing: the file names everything that is there" in ran.out
    assert (client / "segaudit.yaml").read_bytes() == before


def test_init_keeps_edits_and_adds_what_is_new(client: Path) -> None:
    """Every line of a person's is kept; a new file, a new column and their joins are added where they belong."""
    segaudit.init_workspace(["contacts.csv", "companies.csv"])
    file = client / "segaudit.yaml"
    text = file.read_text(encoding="utf-8")
    edited = text.replace("kind: contacts", "kind: other").replace(
        "Last Name: last_name", "Last Name: middle_name   # mine"
    )
    edited = edited.replace("\njoins:", "\n# how they hang together\njoins:") + "# the end\n"
    file.write_text(edited, encoding="utf-8")
    write(
        client / "contacts.csv",
        CONTACTS.replace("Shoe Size\n", "Shoe Size,Job Title,Hat\n").replace("38\n", "38,CEO,7\n"),
    )
    result = segaudit.init_workspace("deals.csv")
    after = file.read_text(encoding="utf-8")
    assert result.added_tables == ("deals",)
    assert result.added_columns == (("contacts", "Job Title", "job_title"), ("contacts", "Hat", None))
    assert [join.child for join in result.added_joins] == ["deals"]
    left = iter(after.splitlines())
    assert all(line in left for line in edited.splitlines())  # each line of before, in the same order
    document = load_plain(file)
    assert document["tables"]["contacts"]["kind"] == "other"
    assert document["tables"]["contacts"]["columns"]["Job Title"] == "job_title"
    assert document["tables"]["contacts"]["ignored"] == ["Shoe Size", "Hat"]
    assert list(document["tables"]) == ["contacts", "companies", "deals"]
    assert after.index("deals:") < after.index("# how they hang together")


def test_a_join_taken_out_stays_out(client: Path) -> None:
    """A join that a person has taken out is not added again by a run that finds nothing new about it."""
    segaudit.init_workspace(["contacts.csv", "companies.csv", "deals.csv"])
    file = client / "segaudit.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("  - from: {table: deals")
    file.write_text(text[:start], encoding="utf-8")
    assert not segaudit.init_workspace(["contacts.csv", "companies.csv", "deals.csv"]).changed


def test_joins_that_were_guessed_are_not_lost(client: Path) -> None:
    """A file that says nothing of joins has them guessed; once a new one is written, the others are written, too."""
    write(client / "segaudit.yaml", "tables: {contacts: {file: contacts.csv}, companies: {file: companies.csv}}\n")
    assert [item.join.child for item in segaudit.workspace().joins] == ["contacts", "contacts"]
    segaudit.init_workspace("deals.csv")
    assert {join["from"]["table"] for join in load_plain(client / "segaudit.yaml")["joins"]} == {"contacts", "deals"}


def test_a_file_that_is_gone_is_said(client: Path) -> None:
    """A declared file that is not there is said and its entry stays; the check calls it an error."""
    segaudit.init_workspace(["contacts.csv", "companies.csv"])
    before = (client / "segaudit.yaml").read_bytes()
    (client / "companies.csv").unlink()
    ran = run("init")
    assert ran.code == 0
    assert 'companies: the file "companies.csv" is not there; its entry was left as it is' in ran.out
    assert (client / "segaudit.yaml").read_bytes() == before
    findings = segaudit.workspace().findings
    assert ("workspace.file-missing", "error", "companies") in [(f.rule, f.severity, f.table) for f in findings]


def test_a_column_that_is_gone_is_an_error(client: Path) -> None:
    """A header the workspace file names and the data lacks is found, and its join is left out."""
    segaudit.init_workspace(["contacts.csv", "companies.csv"])
    write(client / "contacts.csv", CONTACTS.replace("Company ID", "Firm"))
    result = segaudit.workspace("segaudit.yaml")
    missing = {(f.table, f.column) for f in result.findings if f.rule == "workspace.column-missing"}
    assert (missing, result.joins) == ({("contacts", "Company ID")}, ())


def test_edits_count(client: Path) -> None:
    """What a person has declared is what is checked: kind, key and fields."""
    write(
        client / "segaudit.yaml",
        """
        version: 1
        tables:
          people:
            file: contacts.csv
            kind: companies
            key: Email
            columns: {Shoe Size: employees, First Name: ~}
            ignored: [Last Name]
        joins: []
        """,
    )
    result = segaudit.workspace()
    table = result.table("people")
    fields = {column.header: column.field for column in table.fields.columns}
    assert (table.kind, table.declared, table.header(table.key or 0)) == ("companies", True, "Email")
    assert (fields["Shoe Size"], fields["First Name"], fields["Last Name"]) == ("employees", None, None)
    assert fields["Email"] == "email"  # nothing was said of it


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_line_ends_are_kept(client: Path, line_end: str) -> None:
    """A file edited on Windows keeps its line ends, in what is added too."""
    segaudit.init_workspace("contacts.csv")
    file = client / "segaudit.yaml"
    file.write_bytes(file.read_text(encoding="utf-8").replace("\n", line_end).encode())
    segaudit.init_workspace("companies.csv")
    data = file.read_bytes()
    assert data.count(line_end.encode()) == data.count(b"\n")
    assert list(load_plain(file)["tables"]) == ["contacts", "companies"]


def test_maps_on_one_line(client: Path) -> None:
    """Tables and columns written on one line are added to as well, and comments stay."""
    text = """
        # mine
        version: 1  # one
        tables: {people: {file: contacts.csv, kind: contacts, columns: {Email: email}, ignored: [Shoe Size]}}
        """
    file = write(client / "segaudit.yaml", text)
    segaudit.init_workspace("companies.csv")
    document = load_plain(file)
    assert list(document["tables"]) == ["people", "companies"]
    assert document["tables"]["people"]["columns"]["First Name"] == "first_name"
    assert [join["from"]["table"] for join in document["joins"]] == ["people"]
    assert "# mine" in file.read_text(encoding="utf-8")
    assert "# one" in file.read_text(encoding="utf-8")


def test_the_client_overrides_the_kinds(client: Path) -> None:
    """A client's own tables.yaml takes the place of the shipped one."""
    shipped = RulesLocation.at(None).file("tables.yaml").read_text(encoding="utf-8")
    write(client / "rules" / "tables.yaml", shipped.replace("least: 3", "least: 300"))
    choices = segaudit.InputChoices(rules=str(client / "rules"))
    assert {table.kind for table in segaudit.workspace(["contacts.csv"], choices).tables} == {"other"}


# ------------------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("tables:\n  a: {file: x.csv\n", ":3:1", "this is no YAML"),
        ("- a\n", ":1:1", "this is no workspace file"),
        ("version: 1\n", ":1:1", "the workspace names no tables"),
        ("tables: {}\n", ":1:9", "the workspace names no tables"),
        ("tables:\n  a:\n    file: x.csv\n    kind: contact\n", ":4:11", 'unknown kind "contact"'),
        ("tables:\n  a: {kind: deals}\n", ":2:3", 'table "a" names no file'),
        ("tables:\n  a:\n    fiel: x.csv\n    file: x\n", ":3:5", 'table "a" has no key "fiel"'),
        ("tables:\n  A b: {file: x}\n", ":2:3", '"A b" cannot name a table'),
        ("tables:\n  a: {file: x, columns: {X: Not A Field}}\n", ":2:29", 'no field name for "X"'),
        ("tables:\n  a: {file: x, columns: {X: email, Y: email}}\n", ":2:36", '"Y" and "X" are both email'),
        ("tables:\n  a: {file: 1.5}\n", ":2:13", "file must be a text"),
        ("tables: {a: {file: x}}\njoins: [{from: {table: b, column: X}}]\n", ":2:16", 'there is no table "b"'),
        ("tables: {a: {file: x}}\njoins: [{to: {table: a, column: X}}]\n", ":2:9", 'the join has no "from"'),
        ("tables: {a: {file: x, quote: doubled}}\n", ":1:30", 'quote cannot be "doubled"'),
        ("tables: {a: {file: x, escape: quote}}\n", ":1:31", 'escape cannot be "quote"'),
        ("tables: {a: {file: x, delimiter: ab}}\n", ":1:34", '"ab" cannot separate cells'),
        ("tables: {a: {file: x, skip: -1}}\n", ":1:29", "skip must be a whole number"),
        ("tables: {a: {file: x, header_rows: 4}}\n", ":1:36", "header_rows must be a whole number"),
        ("tables: {a: {file: x, table: 0}}\n", ":1:30", "table must be a whole number"),
        ("tables: {a: {file: x, table: true}}\n", ":1:30", "table must be a whole number"),
        ("tables: {a: {file: x}}\ntables: {}\n", ":2:1", '"tables" stands here twice'),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, text: str, where: str, problem: str) -> None:
    """A mistake in the file is refused with line and column, and with what is wrong."""
    file = write(tmp_path / "segaudit.yaml", text)
    with pytest.raises(SegauditError) as caught:
        read_workspace_file(str(file), KINDS)
    assert f"segaudit.yaml{where}: " in str(caught.value)
    assert problem in str(caught.value)


def test_mistakes_are_told_at_once(client: Path) -> None:
    """All mistakes are told together, the program ends with 2, and init leaves such a file alone."""
    file = write(client / "segaudit.yaml", "tables:\n  a: {file: x, kind: contact}\n  b: {kin: deals}\n")
    before = file.read_bytes()
    for command in (("workspace",), ("init", "contacts.csv")):
        ran = run(*command)
        assert (ran.code, ran.out) == (2, "")
        assert [line.split(": ")[0] for line in ran.err.splitlines() if not line.startswith("  hint")] == [
            "segaudit.yaml:2:22",
            "segaudit.yaml:3:3",
            "segaudit.yaml:3:7",
        ]
    assert file.read_bytes() == before


def test_nothing_to_go_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without files and without a workspace file both commands say what to do."""
    monkeypatch.chdir(tmp_path)
    for command in ("init", "workspace"):
        ran = run(command)
        assert (ran.code, ran.out) == (2, "")
        assert "segaudit init FILE..." in ran.err


def test_outputs_that_are_refused(client: Path) -> None:
    """An input, a folder and a file in no folder are no workspace file to write."""
    before = (client / "contacts.csv").read_bytes()
    for output, problem in (
        ("contacts.csv", "this is an input"),
        (".", "this is a folder"),
        ("nowhere/segaudit.yaml", "there is no folder"),
    ):
        with pytest.raises(OutputError, match=problem):
            segaudit.init_workspace(["contacts.csv"], output)
    assert (client / "contacts.csv").read_bytes() == before
    with pytest.raises(InputError, match="made of files"):
        segaudit.workspace("-")


def test_a_broken_file_is_refused(client: Path) -> None:
    """A file that is named and cannot be read stops the run, and nothing is written."""
    (client / "bad.csv").write_bytes(b"")
    ran = run("init", "contacts.csv", "bad.csv")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("bad.csv: the file is empty")
    assert not (client / "segaudit.yaml").exists()


# --------------------------------------------------------------------------------------------------- files and sheets


def test_a_folder(client: Path) -> None:
    """A folder stands for its tables; what cannot be read in it is passed over and said."""
    (client / "empty.csv").write_bytes(b"")
    (client / "readme.md").write_text("no table")
    result = segaudit.workspace(".")
    assert [table.name for table in result.tables] == ["companies", "contacts", "deals"]
    assert [note for note in result.notes if "empty.csv passed over: the file is empty" in note]
    segaudit.init_workspace(".")
    assert segaudit.workspace(str(client)).file == str(client / "segaudit.yaml")


def test_sheets_of_a_workbook(client: Path) -> None:
    """Each visible sheet is a table, named after it; hidden and empty ones are passed over and said."""
    people: list[list[object]] = [
        ["Record ID", "First Name", "Last Name", "Email", "Company ID"],
        [11, "Ann", "Lee", "a@x.example", 1],
    ]
    firms: list[list[object]] = [
        ["Record ID", "Company Name", "Industry"],
        [1, "North", "Retail"],
        [2, "South", "Retail"],
    ]
    sheets: dict[str, list[list[object]]] = {"All People": people, "Firms": firms, "Notes": [], "Old": people}
    write_book(client / "crm.xlsx", sheets, hidden=["Old"])
    result = segaudit.init_workspace("crm.xlsx")
    document = load_plain(client / "segaudit.yaml")
    assert {name: (table["file"], table["sheet"], table["kind"]) for name, table in document["tables"].items()} == {
        "all_people": ("crm.xlsx", "All People", "contacts"),
        "firms": ("crm.xlsx", "Firms", "companies"),
    }
    assert any("1 hidden sheet passed over" in note for note in result.notes)
    assert any("[Notes] passed over" in note for note in result.notes)
    assert [item.counts.matched for item in segaudit.workspace().joins] == [1]
    assert not segaudit.init_workspace("crm.xlsx").changed


def test_one_sheet_takes_the_name_of_its_file(client: Path) -> None:
    """A workbook with one sheet is a table named after the file."""
    write_book(
        client / "Leads 2026.xlsx", {"Sheet1": [["First Name", "Last Name", "Email"], ["A", "B", "a@x.example"]]}
    )
    assert [table.name for table in segaudit.workspace("Leads 2026.xlsx").tables] == ["leads_2026"]


def test_two_files_of_one_name(client: Path) -> None:
    """Files of one name in two folders are two tables; one file named twice, or by a link, is one."""
    write(client / "old" / "contacts.csv", CONTACTS)
    (client / "link.csv").symlink_to(client / "contacts.csv")
    files = ["contacts.csv", "old/contacts.csv", "./contacts.csv", "link.csv", str(client / "contacts.csv")]
    document = segaudit.init_workspace(files)
    assert [table.name for table in document.tables] == ["contacts", "old_contacts"]
    assert load_plain(client / "segaudit.yaml")["tables"]["old_contacts"]["file"] == "old/contacts.csv"


def test_paths_count_from_the_workspace_file(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named relative to the workspace file and found from any folder; backslashes are read as slashes."""
    write(client / "exports" / "may" / "firms.csv", COMPANIES)
    (client / "audit").mkdir()
    segaudit.init_workspace(["exports/may/firms.csv", "contacts.csv"], "audit/client.yaml")
    file = client / "audit" / "client.yaml"
    tables = load_plain(file)["tables"]
    assert [table["file"] for table in tables.values()] == ["../exports/may/firms.csv", "../contacts.csv"]
    file.write_text(file.read_text().replace("../exports/may/firms.csv", "..\\\\exports\\\\may\\\\firms.csv"))
    monkeypatch.chdir(client / "exports")
    result = segaudit.workspace("../audit/client.yaml")
    assert [table.source.rows for table in result.tables] == [2, 2]
    assert not segaudit.init_workspace(["may/firms.csv"], "../audit/client.yaml").changed


def test_the_workspace_file_may_be_a_link(client: Path) -> None:
    """A link to the workspace file stays a link; what it leads to is added to."""
    (client / "shared").mkdir()
    segaudit.init_workspace("contacts.csv", "shared/segaudit.yaml")
    (client / "segaudit.yaml").symlink_to("shared/segaudit.yaml")
    text = (client / "shared" / "segaudit.yaml").read_text(encoding="utf-8").replace("../contacts", "contacts")
    (client / "shared" / "segaudit.yaml").write_text(text, encoding="utf-8")
    segaudit.init_workspace("companies.csv")
    assert (client / "segaudit.yaml").is_symlink()
    assert list(load_plain(client / "shared" / "segaudit.yaml")["tables"]) == ["contacts", "companies"]


def test_hostile_names(client: Path) -> None:
    """File names, sheet names and headers of any kind come back from the file as they were, and are shown harmless."""
    name = "con\ntacts: \x1b[31m#'\"{}.csv"
    header = 'a: b # "c"\\ \x07\u202e'
    write(client / name, CONTACTS.replace("Shoe Size", '"' + header.replace('"', '""') + '"'))
    ran = run("init", name, "companies.csv")
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out
    table = next(iter(load_plain(client / "segaudit.yaml")["tables"].values()))
    assert (table["file"], table["ignored"]) == (name, [header])
    checked = run("workspace")
    assert checked.code == 0, checked.err
    assert "\x1b" not in checked.out


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_name_that_is_no_text(client: Path) -> None:
    """A file whose name is no text can be checked; a workspace file cannot name it, and says so."""
    name = os.fsdecode(b"contacts\xff.csv")
    write(client / name, CONTACTS)
    assert segaudit.workspace([name]).tables[0].source.rows == 2
    with pytest.raises(InputError, match="name is no text"):
        segaudit.init_workspace([name])


def test_headers_that_cannot_be_named(client: Path) -> None:
    """Empty and repeated headers are left out of the file, and are not new in the next run."""
    (client / "odd.csv").write_text("Email,First Name,Email,,no,0501,1e5\na@x.example,A,b@x.example,x,y,z,w\n")
    segaudit.init_workspace("odd.csv")
    table = load_plain(client / "segaudit.yaml")["tables"]["odd"]
    assert table["columns"] == {"Email": "email", "First Name": "first_name"}
    assert table["ignored"] == ["no", "0501", "1e5"]
    assert not segaudit.init_workspace("odd.csv").changed
    assert list_table_files(["odd.csv", "odd.csv"])[0][0].path == "odd.csv"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_text_survives_the_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Any text that is a header or a file's name is read from the file as it was written, new or added."""
    path = tmp_path_factory.mktemp("any") / "segaudit.yaml"
    specs = [TableSpec(name=name, file=text, kind="other", columns={text: "email"}, ignored=(text,)) for name in "ab"]
    first = new_text(Additions(tables=[(specs[0], text)]))
    path.write_bytes(add_to(first, Additions(tables=[(specs[1], text)]), "x").encode())
    for spec in read_workspace_file(str(path), KINDS).tables:
        assert (spec.file, dict(spec.columns), spec.ignored) == (text, {text: "email"}, (text,))


# ------------------------------------------------------------------------------------------------- how files are read


def rows_of(engine: DuckEngine, table: str, columns: int) -> list[tuple[object, ...]]:
    """Return the rows of a table of the engine."""
    names = ", ".join(f"c{position}" for position in range(1, columns + 1))
    return engine.fetch(f"SELECT {names} FROM {table} ORDER BY _row")  # noqa: S608 - names of our own


@pytest.mark.parametrize(
    ("text", "said", "headers", "rows"),
    [
        ("a;b\n1;2\n", "delimiter: comma", ("a;b",), [("1;2",)]),
        ("a,b\n'1,2',3\n", "quote: single", ("a", "b"), [("1,2", "3")]),
        ('a,b\n"1",3\n', "quote: none", ("a", "b"), [('"1"', "3")]),
        ('a,b\n"1\\"2",3\n', "escape: backslash", ("a", "b"), [('1"2', "3")]),
        ("x,y\na,b\n1,2\n", "skip: 1", ("a", "b"), [("1", "2")]),
        ("a,b\n1,2\n", "header_rows: 0", ("Column 1", "Column 2"), [("a", "b"), ("1", "2")]),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n\nx,y\n1,2\n3,4\n", "table: 2", ("x", "y"), [("1", "2"), ("3", "4")]),
        ("\u00e4,b\n1,2\n", "encoding: latin-1", ("\u00c3\u00a4", "b"), [("1", "2")]),
    ],
)
def test_how_a_file_is_read(
    tmp_path: Path, text: str, said: str, headers: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    """A workspace file says how a table is to be read with the words of the command line."""
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    file = write(tmp_path / "segaudit.yaml", f"tables:\n  a: {{file: a.csv, {said}}}\n")
    with DuckEngine() as engine:
        opened = segaudit.open_workspace([str(file)], segaudit.InputChoices(), engine)
        source = opened.tables["a"].source
        assert (source.headers, rows_of(engine, source.table, len(headers))) == (headers, rows)


def test_messages_speak_of_keys(client: Path) -> None:
    """A message on a table names the keys of the workspace file, not options that the command lacks."""
    write(client / "segaudit.yaml", "tables:\n  a: {file: deals.csv, sheet: Deals}\n")
    assert run("workspace").err == "deals.csv: a text file has no sheets\n  hint: leave sheet: out\n"
    write(client / "segaudit.yaml", "tables:\n  a: {file: deals.csv, encoding: utf-99}\n")
    assert run("workspace").err.startswith('deals.csv: there is no encoding "utf-99"\n')
    write(client / "segaudit.yaml", "tables:\n  a: {file: deals.csv, header_rows: 0}\n")
    assert "(header_rows: 1 if not)" in run("workspace").out


@pytest.mark.parametrize("command", [("init", "-o", "new.yaml"), ("workspace",)])
def test_strict(client: Path, command: tuple[str, ...]) -> None:
    """--strict refuses the first file that is more than a table, by name, and writes nothing; what is none passes."""
    write_book(client / "book.xlsx", {"Empty": [], "T": [["a", "b"], [1, 2]], "U": [["c", "d"], [1, 2]]})
    assert run(*command, "companies.csv", "book.xlsx", "--strict").code == 0
    (client / "new.yaml").unlink(missing_ok=True)
    write(client / "deals.csv", "Report of May\n" + dedent(DEALS).lstrip("\n"))
    ran = run(*command, "contacts.csv", "deals.csv", "--strict", "--rejects", "rejects.csv")
    assert ran.code == 2
    assert ran.err.startswith("deals.csv: the file is not one plain table (line 1: a title above the header)")
    assert not {"new.yaml", "rejects.csv"} & set(os.listdir(client))  # noqa: PTH208 - names are what is compared


def test_rejects(client: Path) -> None:
    """--rejects writes what is set aside of all tables, each line with its table; a folder of them is read again."""
    write(client / "deals.csv", "Report of May\n" + dedent(DEALS).lstrip("\n"))
    write(client / "contacts.csv", dedent(CONTACTS) + "Total,,,,,\n")
    expected = [
        "table,file,line,reason,text",
        'contacts,contacts.csv,4,a total or a note below the table,"Total,,,,,"',
        "deals,deals.csv,1,a title above the header,Report of May",
    ]
    for again in (False, True):
        ran = run("init", ".", "--rejects", "rejects.csv")
        assert (ran.code, ran.err) == (0, "")
        assert (client / "rejects.csv").read_text().splitlines() == expected
        assert ("rejects.csv passed over" in ran.out) == again
    assert sorted(load_plain(client / "segaudit.yaml")["tables"]) == ["companies", "contacts", "deals"]


def test_rejects_go_nowhere_else(client: Path) -> None:
    """The rejects replace no input, no workspace file and nothing else that is there."""
    assert run("init", "deals.csv").code == 0
    files = {name: (client / name).read_bytes() for name in ("deals.csv", "contacts.csv", "segaudit.yaml")}
    for name in files:
        assert run("workspace", "--rejects", name).code == run("init", "--rejects", name).code == 2
    assert run("init", "deals.csv", "-o", "new.yaml", "--rejects", "new.yaml").code == 2
    assert {name: (client / name).read_bytes() for name in files} == files


def test_the_clients_footers_count(client: Path) -> None:
    """A client's own word for totals is known in a workspace, too."""
    shipped = RulesLocation.at(None).file("footers.csv").read_text(encoding="utf-8")
    write(client / "rules" / "footers.csv", shipped + ",total,summa summarum\n")
    write(client / "deals.csv", dedent(DEALS) + "Summa summarum,,,30,\n")
    tables = segaudit.workspace(["deals.csv"], segaudit.InputChoices(rules=str(client / "rules"))).tables
    assert tables[0].source.rows == 2


# ------------------------------------------------------------------------------------------------------------- output


def test_nothing_could_be_checked(client: Path) -> None:
    """A table without a key, joined to none, is not called sound."""
    write(client / "contacts.csv", "First Name,Last Name\nAnn,Lee\nBob,Ray\n")
    write(client / "segaudit.yaml", "tables:\n  a: {file: contacts.csv, kind: other}\n")
    assert "Nothing could be checked" in run("workspace").out


def test_json(client: Path) -> None:
    """The JSON is one document with a version, tables, joins and findings by row."""
    write(client / "contacts.csv", CONTACTS.replace("c-2", "c-9"))
    ran = run("workspace", "contacts.csv", "companies.csv", "--format", "json")
    document = json.loads(ran.out)
    assert (document["schema_version"], document["command"], document["file"]) == ("1", "workspace", None)
    assert [(t["name"], t["kind"], t["rows"], t["key_column"]) for t in document["tables"]] == [
        ("contacts", "contacts", 2, "Record ID"),
        ("companies", "companies", 2, "Record ID"),
    ]
    assert document["joins"][0] | {"matched": 1, "orphans": 1, "blank": 0} == document["joins"][0]
    assert document["joins"][0]["from"] == {"table": "contacts", "column": "Company ID"}
    finding = document["findings"][0]
    assert (finding["rule"], finding["column"], finding["rows"]) == ("workspace.orphans", "Company ID", [2])
    assert (finding["rows_checked"], finding["rows_failed"], finding["share_failed"]) == (2, 1, 0.5)
    assert json.loads(run("init", "contacts.csv", "--format", "json").out)["added"]["tables"] == ["contacts"]


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 1), ("warning", 1)])
def test_fail_on(client: Path, level: str, code: int) -> None:
    """The exit code says whether there are findings of the severity asked for."""
    write(client / "contacts.csv", CONTACTS.replace("c-2", "c-9"))
    ran = run("workspace", "contacts.csv", "companies.csv", "--fail-on", level)
    assert (ran.code, ran.err) == (code, "")
    assert run("workspace", "companies.csv", "--fail-on", level).code == 0


def test_the_report_reads_well(client: Path) -> None:
    """The report names tables, joins and findings in plain words."""
    write(client / "contacts.csv", CONTACTS.replace("c-2", "c-9"))
    out = " ".join(run("workspace", "contacts.csv", "companies.csv", "deals.csv").out.split())
    assert "Workspace, guessed from the files" in out
    assert "contacts: Company ID companies: Record ID id 2 1 1 0 1, 1, 1 1 (50%)" in out
    assert "error contacts Company ID 1 50% points to rows of companies that are not there 2" in out
    assert "segaudit init with the same files" in out
