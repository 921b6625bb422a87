"""`segaudit audit`: one folder, the same numbers in all of it, nothing that acts, nothing half written."""

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.rules_support import run
from tests.test_cli import refused

DAY = "2026-06-30"
NOBODY = "Zyxwvutq"
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.test","y")',
    "</script><img src=x onerror=alert(2)>",
    "\u202eevil",
)
HEADER = (
    "Record ID", "Email", "First Name", "Last Name", "Company Name", "Industry", "Number of Employees", "Unsubscribed",
    "Associated Company IDs", "Country/Region",
)  # fmt: skip
RULES = """\
version: 1
schemas:
  size:
    assign: exactly_one
    segments:
      small: {criteria: {employees: {between: [1, 50]}}, owner: Ann}
      large: {criteria: {employees: {gte: 50}}, owner: Ann}
  engagement:
    assign: first_match
    segments:
      dead: {criteria: {unsubscribed: {eq: true}}, suppress: true, owner: Bob}
      rest: {criteria: {email: {known: true}}, owner: Bob}
"""


def people(count: int = 60, *, worse: bool = False) -> str:
    """Return contacts: five of them twice, some without industry, hostile words among them."""
    rows = [",".join(HEADER)]
    for place in range(count):
        first, last = f"Ann{chr(97 + place % 26)}", f"Fair{chr(97 + place // 26)}{chr(97 + place % 7)}on"
        industry = "" if place % (2 if worse else 3) == 0 else ("Software", "software", "Retail")[place % 3]
        company = f'"{HOSTILE[place % 4].replace(chr(34), chr(34) * 2)}"' if place < 4 else f"Firm {place // 4}"
        size = "" if place % 5 == 4 else str(10 + place * 2)
        mail = f"{first}.{last}@firm{place}.com".lower()
        rows.append(
            f"{1000 + place},{mail},{first},{last},{company},{industry},{size},"
            f"{str(place % 10 == 0).lower()},{500 + place // 4},{'America' if place % 12 == 5 else 'United States'}"
        )
    for place in range(10, 15):
        cells = rows[place + 1].split(",")
        rows.append(",".join([str(9000 + place), cells[1].upper(), *cells[2:]]))
    rows.append(f"9999,{NOBODY.lower()}@private.org,{NOBODY},{NOBODY}son,{NOBODY} Ltd,,12,false,999,United States")
    return "\n".join(rows) + "\n"


STAGES = ("Closed Won", "Closed Lost", "Negotiation")
DEALS = "Deal ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Associated Contact IDs\n" + "".join(
    f"d{place},Deal {place},{STAGES[place % 3]},{1000 + place},2026-01-0{1 + place % 9},2026-03-01,{1000 + place}\n"
    for place in range(40)
)


def inputs(folder: Path, *, worse: bool = False) -> list[str]:
    """Write the files of a client, and rules; return what the program is to be called with."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "contacts.csv").write_text(people(worse=worse), encoding="utf-8")
    (folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    return [
        str(folder / "contacts.csv"),
        str(folder / "deals.csv"),
        "--rules",
        str(folder / "rules.yaml"),
        "--as-of",
        DAY,
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a client's files and the audit of them."""
    folder = tmp_path_factory.mktemp("client")
    ran = run("audit", *inputs(folder), "-o", folder / "audit")
    assert ran.code == 0, ran.err
    (folder / "said.txt").write_text(ran.out, encoding="utf-8")
    return folder


def result(folder: Path) -> dict[str, Any]:
    """Return what audit.json says."""
    found: dict[str, Any] = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    return found


def table_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Tags(HTMLParser):
    """What a browser would see: the tags, and the text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        """Read a document."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._quiet = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self._quiet += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        """Note where a script or style ends."""
        self._quiet -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """Note what can be read."""
        if not self._quiet:
            self.text += data


def html(folder: Path) -> Tags:
    """Return the report as a browser sees it."""
    return Tags((folder / "report.html").read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------ what is in the folder
def test_every_file_is_listed_with_its_rows(client: Path) -> None:
    """Nothing is there that audit.json does not name, and each list is as long as it says."""
    listed = {item["name"]: item["rows"] for item in result(client / "audit")["files"]}
    there = {path.relative_to(client / "audit").as_posix() for path in (client / "audit").rglob("*") if path.is_file()}
    assert there == set(listed)
    assert {"report.html", "report.xlsx", "report.md", "issues.csv", "enrichment.csv", "suppression.csv"} <= there
    for name, rows in listed.items():
        if rows is not None:
            assert len(table_of(client / "audit" / name)) == rows, name


def test_numbers_are_those_of_the_single_commands(client: Path) -> None:
    """Coverage, quality, duplicates and overlap, as each says them by itself."""
    found, given = result(client / "audit"), inputs(client)
    contacts = next(table for table in found["tables"] if table["name"] == "contacts")
    single = json.loads(run("coverage", given[0], *given[2:], "--format", "json").out)
    assert contacts["coverage"]["columns"] == single["columns"]
    single = json.loads(run("quality", given[0], *given[2:], "--format", "json").out)
    assert [(item["rule"], item["rows_failed"], item["rows"]) for item in contacts["quality"]["findings"]] == [
        (item["rule"], item["rows_failed"], item["rows"]) for item in single["findings"]
    ]
    single = json.loads(run("dedupe", given[0], *given[2:], "--format", "json").out)
    assert contacts["identity"]["entities"] == single["entities"] < contacts["rows"]
    single = json.loads(run("overlap", given[0], "--with", given[1], *given[2:], "--resolve", "--format", "json").out)
    assert found["segments"]["overlap"]["unplaced"] == single["unplaced"]
    for mine, other in zip(found["segments"]["overlap"]["schemas"], single["schemas"], strict=True):
        assert mine["segments"] == other["segments"]


def test_lists_hold_whom_the_numbers_count(client: Path) -> None:
    """Each segment's file has its labelled members, and who suppresses is on the list of those not to contact."""
    folder, schemas = client / "audit", result(client / "audit")["segments"]["overlap"]["schemas"]
    for schema in schemas:
        for segment in schema["segments"]:
            rows = table_of(folder / "segments" / f"{schema['schema']}.{segment['id']}.csv")
            assert len(rows) == schema["labels"].get(segment["id"], 0)
            assert all(row["reason"] for row in rows)
    suppressed = {row["_row"] for row in table_of(folder / "suppression.csv")}
    assert suppressed == {row["_row"] for row in table_of(folder / "segments" / "engagement.dead.csv")} != set()


def test_issues_are_those_the_findings_count(client: Path) -> None:
    """By table, rule and column; each names a row of its table."""
    contacts = next(table for table in result(client / "audit")["tables"] if table["name"] == "contacts")
    listed = {(row["table"], row["rule"], row["column"]) for row in table_of(client / "audit" / "issues.csv")}
    for finding in contacts["quality"]["findings"]:
        if finding["rows"]:
            assert ("contacts", finding["rule"], finding["columns"][0]) in listed or finding["rows_failed"] == 0
    assert all(
        1 <= int(row["_row"]) <= contacts["rows"]
        for row in table_of(client / "audit" / "issues.csv")
        if row["table"] == "contacts"
    )


def test_fixes_can_be_taken_back(client: Path) -> None:
    """The undo of a file of fixes has its rows with old and new changed over."""
    done = sorted((client / "audit" / "fixes").rglob("[0-9]*.csv"))
    fixes = [path for path in done if path.parent.name != "undo"]
    assert fixes
    for path in fixes:
        with (
            path.open(encoding="utf-8", newline="") as one,
            (path.parent / "undo" / path.name).open(encoding="utf-8", newline="") as two,
        ):
            there, back = list(csv.reader(one)), list(csv.reader(two))
        assert [(key, old, new) for key, new, old in there[1:]] == [(key, new, old) for key, new, old in back[1:]]


def test_forms_agree(client: Path) -> None:
    """The marks, the sizes and the rows are the same in HTML, Markdown and workbook."""
    folder = client / "audit"
    found = result(folder)
    texts = [html(folder).text, (folder / "report.md").read_text(encoding="utf-8")]
    book = openpyxl.load_workbook(folder / "report.xlsx")
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts.append("\n".join(str(cell) for cell in cells))
    rows = sum(table["rows"] for table in found["tables"])
    for text in texts:
        assert re.search(rf"\b{rows:,}\b|\b{rows}\b", text)
        assert re.search(rf"\b{round(found['scores']['total'])}\b", text)
        for headline in found["headlines"]:
            for value in headline["values"].values():
                if isinstance(value, int):
                    assert re.search(rf"\b{value:,}\b", text), (headline, value)
    assert any(isinstance(cell, int | float) and round(cell) == round(found["scores"]["total"]) for cell in cells)


def test_every_section_is_there_and_every_link_leads_somewhere(client: Path) -> None:
    """Contents, findings, plan: what is named can be gone to."""
    page = html(client / "audit")
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    data = "summary scorecard plan tables coverage findings duplicates"
    segments = "segments segment-scores performance enrichment dictionary method"
    assert set(f"{data} {segments}".split()) <= anchors
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert {link for link in links if not link.startswith("#")} == set()
    assert {link[1:] for link in links} <= anchors


def test_summary_says_what_matters_on_the_terminal(client: Path) -> None:
    """Rows read, the mark, the first steps, where it was written; 100 columns are enough."""
    said = (client / "said.txt").read_text(encoding="utf-8")
    found = result(client / "audit")
    assert "contacts.csv: 66 rows, people" in said
    assert f"Over all {round(found['scores']['total'])} of 100" in said
    assert "report.html" in said
    assert str(client / "audit") in said


# -------------------------------------------------------------------------------------------------- hostile content
def test_no_cell_acts_in_any_form(client: Path) -> None:
    """Scripts are ours alone, nothing is loaded, no cell of a workbook is a formula or leads out, no CSV cell runs."""
    folder = client / "audit"
    page = html(folder)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [1 for _, attributes in page.tags for name in attributes if name.startswith("on")]
    sources = [str(attributes.get("src") or "") for _, attributes in page.tags if "src" in attributes]
    assert [source for source in sources if not source.startswith("data:")] == []
    for sheet in openpyxl.load_workbook(folder / "report.xlsx"):
        for row in sheet.iter_rows():
            assert [cell.coordinate for cell in row if cell.data_type == "f"] == []
            assert [cell.hyperlink.target for cell in row if cell.hyperlink and cell.hyperlink.target] == []
    assert re.search(r"(?<!\\)<script", (folder / "report.md").read_text(encoding="utf-8")) is None
    for name in ("issues.csv", "suppression.csv", "enrichment.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "@"))] == []


def test_redacted_folder_holds_nothing_of_a_person(client: Path, tmp_path: Path) -> None:
    """No name, address or id in any form; nothing to work with; small groups without their number."""
    ran = run("audit", *inputs(client), "-o", tmp_path / "out", "--redact", "--quiet")
    assert (ran.code, ran.out) == (0, "")
    names = {path.name for path in (tmp_path / "out").rglob("*")}
    assert names == {"report.html", "report.xlsx", "report.md", "audit.json", "issues.csv"}
    book = openpyxl.load_workbook(tmp_path / "out" / "report.xlsx")
    cells = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    texts = [
        cells,
        *((tmp_path / "out" / name).read_text(encoding="utf-8") for name in sorted(names - {"report.xlsx"})),
    ]
    for text in texts:
        assert NOBODY.lower() not in text.lower()
        assert "annb.fairac" not in text.lower()
    assert result(tmp_path / "out")["redacted"] is True


# ------------------------------------------------------------------------------------------- another run, elsewhere
def test_same_input_gives_the_same_bytes(client: Path, tmp_path: Path) -> None:
    """In every file, whatever order Python keeps its sets in."""
    command = [sys.executable, "-m", "segaudit", "audit", *inputs(client), "-o", str(tmp_path / "again"), "--quiet"]
    done = subprocess.run(command, env={"PYTHONHASHSEED": "7", "PATH": ""}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in sorted((tmp_path / "again").rglob("*")):
        if path.is_file():
            before = client / "audit" / path.relative_to(tmp_path / "again")
            assert path.read_bytes() == before.read_bytes(), path.name


def test_against_an_earlier_audit_in_german(client: Path, tmp_path: Path) -> None:
    """What became worse is said, marks have their trend, and the report speaks the reader's language."""
    given = inputs(tmp_path / "june", worse=True)
    ran = run(
        "audit", *given, "-o", tmp_path / "out", "--against", client / "audit", "--language", "de", "--format", "json"
    )
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found == result(tmp_path / "out")
    assert found["scores"]["before"] == result(client / "audit")["scores"]["total"]
    worse = [item for item in found["comparison"]["changes"] if item["where"] == "industry" and item["better"] is False]
    assert worse
    page = html(tmp_path / "out")
    assert ("html", {"lang": "de"}) in [(tag, {"lang": attributes.get("lang")}) for tag, attributes in page.tags[:1]]
    assert "comparison" in {attributes.get("id") for _, attributes in page.tags}
    assert "Zusammenfassung" in page.text


def test_an_audit_takes_the_place_of_another_and_of_nothing_else(client: Path, tmp_path: Path) -> None:
    """With --force: what the earlier one wrote is gone, what somebody put beside it stays."""
    out = tmp_path / "out"
    shutil.copytree(client / "audit", out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    lone = tmp_path / "deals.csv"
    lone.write_text(DEALS, encoding="utf-8")
    message = refused(run("audit", lone, "-o", out))
    assert "not empty" in message
    assert "--force" in message
    ran = run("audit", lone, "-o", out, "--force", "--as-of", DAY, "--quiet")
    assert ran.code == 0, ran.err
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there == {item["name"] for item in result(out)["files"]} | {"notes.txt"}
    assert not (out / "segments").exists()
    assert result(out)["segments"] is None
    assert [item["part"] for item in result(out)["not_assessed"]] == ["segments"]


def test_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    """--force replaces audits, not homes; an input is never in the way; a file is no folder."""
    given = inputs(tmp_path / "in")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("mine", encoding="utf-8")
    assert "other things than an audit" in refused(run("audit", *given, "-o", tmp_path / "home", "--force"))
    assert "is in this folder" in refused(run("audit", *given, "-o", tmp_path / "in", "--force"))
    assert "this is a file" in refused(run("audit", *given, "-o", given[0]))
    assert "there is no folder" in refused(run("audit", *given, "-o", tmp_path / "no" / "where"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--language", "xx"], "there is no report in the language"),
        (["--against", "nowhere"], "there is no earlier audit here"),
        (["--main", "contcts"], 'there is no table "contcts"'),
        (["--assets", "nowhere"], "there is no such folder"),
    ],
)
def test_wrong_options_are_told_and_nothing_is_written(options: list[str], said: str, tmp_path: Path) -> None:
    """With a way out."""
    message = refused(run("audit", *inputs(tmp_path / "in"), "-o", tmp_path / "out", *options))
    assert said in message
    assert not (tmp_path / "out").exists()


def test_branding_and_record_of_a_workspace(tmp_path: Path) -> None:
    """Whose report it is stands in the workspace file; a recorded audit lets the next one tell what moved."""
    inputs(tmp_path)
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8"
    )
    workspace = tmp_path / "segaudit.yaml"
    workspace.write_text(
        "version: 1\n"
        "report: {agency: North Star, client: Acme & Sons, logo: logo.svg, colour: '#7a1f5c', language: de}\n"
        "tables:\n  contacts: {file: contacts.csv, kind: contacts}\n  deals: {file: deals.csv, kind: deals}\n",
        encoding="utf-8",
    )
    history = tmp_path / "runs.duckdb"
    options = ["--rules", tmp_path / "rules.yaml", "--history", history, "--record", "--quiet"]
    first = run("audit", workspace, *options, "--as-of", "2026-05-31", "-o", tmp_path / "may")
    assert first.code == 0, first.err
    (tmp_path / "contacts.csv").write_text(
        people().replace(f"{NOBODY} Ltd,,12,", f"{NOBODY} Ltd,,900,"), encoding="utf-8"
    )
    second = run("audit", workspace, *options, "--as-of", DAY, "-o", tmp_path / "june")
    assert second.code == 0, second.err
    page = html(tmp_path / "june")
    assert "North Star" in page.text
    assert "Acme & Sons" in page.text
    pictures = [str(attributes["src"]) for tag, attributes in page.tags if tag == "img"]
    assert [picture.partition(";")[0] for picture in pictures] == ["data:image/svg+xml"]
    drift = result(tmp_path / "june")["segments"]["drift"]
    moves = [move for schema in drift["schemas"] if schema["schema"] == "size" for move in schema["moves"]]
    assert [(move["from"], move["to"], move["records"]) for move in moves] == [("small", "large", 1)]


@pytest.mark.parametrize("text", ["Name\nAnn\nBob\n", "Record ID,Email,Industry\n"])
def test_tables_of_nearly_nothing(text: str, tmp_path: Path) -> None:
    """One column, or no row: it runs, and says what it cannot tell."""
    path = tmp_path / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    ran = run("audit", path, "-o", tmp_path / "out", "--as-of", DAY, "--rules", tmp_path / "rules.yaml")
    assert ran.code == 0, ran.err
    assert result(tmp_path / "out")["not_assessed"]


def test_stopped_half_way_leaves_nothing(tmp_path: Path) -> None:
    """No folder, no temporary one beside it."""
    command = [sys.executable, "-m", "segaudit", "audit", *inputs(tmp_path / "in"), "-o", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        for _ in range(400):
            if any(path.name.startswith(".out") for path in tmp_path.iterdir()):
                break
            time.sleep(0.05)
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_findings_decide_the_exit_code(client: Path, tmp_path: Path) -> None:
    """Two bands that share a number are a warning at least."""
    ran = run("audit", *inputs(client), "-o", tmp_path / "out", "--fail-on", "warning", "--quiet")
    assert ran.code == 1
    assert (tmp_path / "out" / "report.html").is_file()
