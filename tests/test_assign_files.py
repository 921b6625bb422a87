"""``assign``: the suppression list, files for each segment and the file a CRM imports."""

import csv
import json
from pathlib import Path

import pytest

from segaudit.segments.folders import segment_file
from tests.rules_support import Ran, run, write

RULES = """
    fields: {employees: {type: int}, unsubscribed: {type: bool, blank_means: false}, industry: {type: text}}
    schemas:
      size:
        assign: exactly_one
        else: no_size
        segments:
          small: {criteria: {employees: {lt: 100}}}
          large: {criteria: {employees: {gte: 100}}}
      outreach:
        assign: first_match
        segments:
          steel: {criteria: {industry: {eq: Steel}}}
          dead: {criteria: {unsubscribed: {is: true}}, suppress: true}
      account_tier:
        assign: all_matches
        segments:
          metal: {criteria: {industry: {in: [Steel, Iron]}}}
          big: {criteria: {employees: {gte: 50}}}
"""
HEADERS = ["Record ID", "Email", "Secondary Email", "employees", "unsubscribed", "industry"]
ROWS = [
    ["11", "a@x.org", "", "60", "", "Steel"],
    ["12", "b@x.org", "b2@x.org", "10", "yes", "Steel"],  # steel takes it, and it is suppressed all the same
    ["13", "", "", "900", "yes", ""],
    ["", "d@x.org", "", "", "", "Iron"],
    ["15", "e@x.org", "", "=1", "no", "Glass"],
    *([str(number), f"{number}@x.org", "", "10", "", "Wood"] for number in range(16, 30)),
]


def write_table(path: Path, rows: list[list[str]], headers: list[str] = HEADERS) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def assign(folder: Path, *options: object, rows: list[list[str]] = ROWS) -> Ran:
    """Tag the rows above."""
    rules = write(folder / "rules.yaml", RULES)
    data = write_table(folder / "data.csv", rows)
    return run("assign", data, "-o", folder / "out.csv", "--rules", rules, "--format", "json", *options)


def read_csv(path: Path) -> list[list[str]]:
    """Return all rows of a CSV file, the header too."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


# --------------------------------------------------------------------------------------------------------- suppression


def test_suppression(tmp_path: Path) -> None:
    """Everybody for whom a segment that suppresses holds is listed, whatever took the record, once per address."""
    ran = assign(tmp_path, "--suppression", tmp_path / "stop.csv")
    assert ran.code == 0, ran.err
    assert read_csv(tmp_path / "stop.csv") == [
        ["_row", "record_id", "email", "segment", "reason"],
        ["2", "12", "b@x.org", "outreach.dead", "unsubscribed is yes"],
        ["2", "12", "b2@x.org", "outreach.dead", "unsubscribed is yes"],
        ["3", "13", "", "outreach.dead", "unsubscribed is yes (yes); cannot tell steel: industry is missing"],
    ]
    assert json.loads(ran.out)["files"] == [{"what": "suppression", "path": str(tmp_path / "stop.csv"), "rows": 3}]


def test_suppression_of_entities(tmp_path: Path) -> None:
    """Of an entity, one record that is suppressed suppresses all of them."""
    clusters = [[str(n), row[0], "EA" if n < 3 else f"E{n}", "1"] for n, row in enumerate(ROWS, start=1) if row[0]]
    rows = [row for row in ROWS if row[0]]
    given = write_table(tmp_path / "c.csv", clusters, ["_row", "record_id", "entity_id", "match_probability"])
    ran = assign(tmp_path, "--suppression", tmp_path / "stop.csv", "--entities", given, rows=rows)
    assert ran.code == 0, ran.err
    assert [row[:3] for row in read_csv(tmp_path / "stop.csv")[1:3]] == [["1", "11", "a@x.org"], ["2", "12", "b@x.org"]]
    assert read_csv(tmp_path / "stop.csv")[1][4] == "as record 2 of entity EA: unsubscribed is yes"


def test_no_segment_suppresses(tmp_path: Path) -> None:
    """Without a segment that suppresses, the list is a header."""
    rules = write(tmp_path / "r.yaml", RULES.replace(", suppress: true", ""))
    data = write_table(tmp_path / "data.csv", ROWS)
    ran = run(
        "assign", data, "-o", tmp_path / "out.csv", "--rules", rules, "--suppression", tmp_path / "stop.csv", "-q"
    )
    assert (ran.code, len(read_csv(tmp_path / "stop.csv"))) == (0, 1)


# --------------------------------------------------------------------------------------------------------- per segment


def test_per_segment(tmp_path: Path) -> None:
    """Each segment has a file with its members as they are in the tagged file, in the same order."""
    ran = assign(tmp_path, "--per-segment", tmp_path / "segments")
    assert ran.code == 0, ran.err
    head, *tagged = read_csv(tmp_path / "out.csv")
    names = ["account_tier.big", "account_tier.metal", "outreach.dead", "outreach.steel", "size.large", "size.small"]
    assert sorted(file.name for file in (tmp_path / "segments").iterdir()) == [f"{name}.csv" for name in names]
    for name in names:
        schema, segment = name.split(".")
        label = head.index(f"segment_{schema}")
        members = [row for row in tagged if segment in row[label].split("; ")]
        assert read_csv(tmp_path / "segments" / f"{name}.csv") == [head, *members]


def test_per_segment_with_some_columns(tmp_path: Path) -> None:
    """--columns names the columns the files of segments have before the tags, in the list's order."""
    ran = assign(tmp_path, "--per-segment", tmp_path / "segments", "--columns", "employees", "--columns", "email")
    assert ran.code == 0, ran.err
    head, *rows = read_csv(tmp_path / "segments" / "size.large.csv")
    assert head[:3] == ["Email", "employees", "segment_size"]
    assert rows[0][:3] == ["", "900", "large"]
    assert read_csv(tmp_path / "out.csv")[0][: len(HEADERS)] == HEADERS


def test_columns_that_cannot_be_written(tmp_path: Path) -> None:
    """A header the list lacks is refused with one that is like it, and so is --columns without a folder."""
    ran = assign(tmp_path, "--per-segment", tmp_path / "segments", "--columns", "Emial")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, '  hint: did you mean "email"?')
    assert not (tmp_path / "out.csv").exists()
    ran = assign(tmp_path, "--columns", "Email")
    assert (ran.code, ran.err.startswith("--columns: ")) == (2, True)


def test_a_folder_with_something_in_it(tmp_path: Path) -> None:
    """A folder that is not empty is refused without --force; with it, files of other runs stay and are told."""
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "size.huge.csv").write_text("mine", encoding="utf-8")
    ran = assign(tmp_path, "--per-segment", tmp_path / "segments")
    assert (ran.code, "this folder is not empty" in ran.err) == (2, True)
    assert not (tmp_path / "out.csv").exists()
    ran = assign(tmp_path, "--per-segment", tmp_path / "segments", "--force")
    assert [item["message"] for item in json.loads(ran.out)["findings"]] == ["not of this run: size.huge.csv"]
    assert (tmp_path / "segments" / "size.huge.csv").read_text(encoding="utf-8") == "mine"


def test_never_over_an_input(tmp_path: Path) -> None:
    """A file of a segment that would replace the input is refused, with --force too."""
    folder = tmp_path / "size"
    folder.mkdir()
    data = write_table(folder / "size.small.csv", ROWS)
    rules = write(tmp_path / "rules.yaml", RULES)
    before = data.read_bytes()
    ran = run("assign", data, "-o", tmp_path / "o.csv", "--rules", rules, "--per-segment", folder, "--force")
    assert (ran.code, "never written to" in ran.err, data.read_bytes() == before) == (2, True, True)


@pytest.mark.parametrize(("schema", "name"), [("con", "con_.a.csv"), ("size", "size.a.csv"), ("com1", "com1_.a.csv")])
def test_names_every_system_takes(schema: str, name: str) -> None:
    """No file is called what a system keeps for a device."""
    assert segment_file(schema, "a") == name


# ----------------------------------------------------------------------------------------------------------------- CRM


def test_several_values_in_bars(tmp_path: Path) -> None:
    """A system that wants bars around several values gets them, and none around one."""
    assert assign(tmp_path, "--crm", tmp_path / "crm.csv", "--system", "activecampaign").code == 0
    found = {row[0]: row[3] for row in read_csv(tmp_path / "crm.csv")}
    assert (found["a@x.org"], found["d@x.org"]) == ("||metal||big||", "metal")


@pytest.mark.parametrize(
    ("system", "head", "first"),
    [
        ("hubspot", "Record ID|segment_size|segment_outreach|segment_account_tier", "11|small|steel|metal;big"),
        ("Salesforce", "Id|Segment_Size__c|Segment_Outreach__c|Segment_Account_Tier__c", "11|small|steel|metal;big"),
        ("pipedrive", "ID|Segment: Size|Segment: Outreach|Segment: Account tier", "11|small|steel|metal,big"),
        ("zoho", "Record Id|Segment Size|Segment Outreach|Segment Account tier", "11|small|steel|metal;big"),
        (
            "mailchimp",
            "Email Address|Segment Size|Segment Outreach|Segment Account tier",
            "a@x.org|small|steel|metal, big",
        ),
        ("other", "record_id|segment_size|segment_outreach|segment_account_tier", "11|small|steel|metal; big"),
    ],
)
def test_crm(tmp_path: Path, system: str, head: str, first: str) -> None:
    """The file has ids and one property for each schema, called and separated as the system imports them."""
    ran = assign(tmp_path, "--crm", tmp_path / "crm.csv", "--system", system)
    assert ran.code == 0, ran.err
    assert ["|".join(row) for row in read_csv(tmp_path / "crm.csv")[:2]] == [head, first]


def test_crm_leaves_out_who_cannot_be_found(tmp_path: Path) -> None:
    """Records without an id, and those whose id stands in an earlier row, are counted and not in the file."""
    rows = [*ROWS, ["11", "z@x.org", "", "900", "", ""]]
    ran = assign(tmp_path, "--crm", tmp_path / "crm.csv", "--system", "hubspot", rows=rows)
    counts = json.loads(ran.out)["crm"]
    assert (counts["system"], counts["key"], counts["written"]) == ("HubSpot", "Record ID", 18)
    assert (counts["without_key"], counts["repeated"]) == (1, 1)
    assert len(read_csv(tmp_path / "crm.csv")) == 19


def test_system_of_the_headers(tmp_path: Path) -> None:
    """Without --system it is that of the headers."""
    headers = ["Record ID", "First Name", "Last Name", "Email", "Associated Company IDs", "Marketing contact status"]
    headers += [
        "Record ID - Company",
        "Contact owner",
        "Original Source Drill-Down 1",
        "Time First Seen",
        "Number of Sessions",
    ]
    rows = [[str(number), *["x"] * (len(headers) - 1)] for number in range(9)]
    data = write_table(tmp_path / "data.csv", rows, headers)
    rules = write(tmp_path / "rules.yaml", RULES)
    ran = run(
        "assign", data, "-o", tmp_path / "out.csv", "--rules", rules, "--crm", tmp_path / "c.csv", "--format", "json"
    )
    assert json.loads(ran.out)["crm"]["system"] == "HubSpot"


def test_unknown_system(tmp_path: Path) -> None:
    """A system nobody knows is refused with the closest one."""
    ran = assign(tmp_path, "--crm", tmp_path / "crm.csv", "--system", "hubsopt")
    assert (ran.code, 'did you mean "hubspot"?' in ran.err) == (2, True)


def test_all_or_nothing(tmp_path: Path) -> None:
    """If one of the files cannot be written, none is."""
    rows = [[*row[:1], "", *row[2:]] for row in ROWS]
    rules = write(tmp_path / "rules.yaml", RULES)
    data = write_table(tmp_path / "data.csv", [row[3:] for row in rows], HEADERS[3:])
    ran = run(
        "assign", data, "-o", tmp_path / "out.csv", "--rules", rules, "--suppression", tmp_path / "s.csv",
        "--per-segment", tmp_path / "segs", "--crm", tmp_path / "crm.csv", "--system", "hubspot",
    )  # fmt: skip
    assert (ran.code, "no column of ids" in ran.err) == (2, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data.csv", "rules.yaml"]


def test_two_options_one_file(tmp_path: Path) -> None:
    """Two options cannot name the same file."""
    ran = assign(tmp_path, "--crm", tmp_path / "a.csv", "--suppression", tmp_path / "a.csv")
    assert (ran.code, "name the same place" in ran.err) == (2, True)


def test_spreadsheet_safe(tmp_path: Path) -> None:
    """Cells a spreadsheet would run get an apostrophe in every file for people, if asked for."""
    rows = [["=1", "+a@x.org", "", "10", "yes", ""], *ROWS[5:]]
    given = ("--suppression", tmp_path / "s.csv", "--per-segment", tmp_path / "segs", "--crm", tmp_path / "c.csv")
    assert assign(tmp_path, *given, "--spreadsheet-safe", rows=rows).code == 0
    assert read_csv(tmp_path / "s.csv")[1][1:3] == ["'=1", "'+a@x.org"]
    assert read_csv(tmp_path / "c.csv")[1][0] == "'=1"
    assert read_csv(tmp_path / "segs" / "size.small.csv")[1][0] == "'=1"
