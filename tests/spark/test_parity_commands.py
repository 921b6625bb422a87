"""Commands say on Spark what they say on the embedded engine, and write the same files."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from segaudit.audit import opening
from segaudit.engine.spark.engine import SparkEngine
from segaudit.engine.spark.places import SMALL_ROWS
from tests.rules_support import run, write
from tests.spark.parity import Session
from tests.worlds.households import make_households

AS_OF = ("--as-of", "2026-03-31")
HEADERS = (
    "Record ID,First Name,Last Name,Email,Company Name,Number of Employees,Annual Revenue,Country,Create Date,Notes"
)
CELLS: Mapping[str, list[str]] = {
    "name": ["Ann", "ann", " Zoë ", "İpek", "", "N/A", "X Æ", "O'Brien", "李", "TEST"],
    "mail": ["ann@example.com", "ANN@EXAMPLE.COM ", "", "bad@", "info@acme.de", "-", "a.b+c@gmail.com"],
    "firm": ["Acme GmbH", "ACME, Inc.", "Straße & Söhne", "", "unknown", "Line\nBreak Ltd", '5" Pipe'],
    "size": ["12", "1,000", "50-200", "１２", "many", "", "0", "1e3", "200+"],
    "money": ["$1.2M", "€10,000", "", "0", "n/a", "50000", "-5"],
    "land": ["DE", "Germany", "germany ", "United States", "??", "", "Österreich", "NO"],
    "day": ["2024-01-31", "31/01/2024", "1899-12-30", "0000-00-00", "yesterday", "", "2026-02-30", "Jan 5, 2023"],
    "note": ["", 'said "yes", twice', "=1+1", "tab\there", "🚀", "x" * 200],
}
SMALL, NOTHING_SMALL = SMALL_ROWS, 0


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """An export of cells that nobody tidied, with rows that stand twice."""
    path = tmp_path / "messy.csv"
    rows = [
        [str(1000 + number % 55), *(cells[(number * step + number // 7) % len(cells)] for step, cells in ways())]
        for number in range(60)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS.split(","))
        writer.writerows(rows)
    return path


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """An export in another encoding and with another delimiter, words above its header and rows of other widths."""
    path = tmp_path / "foreign.csv"
    head = "Bericht;;;;\r\n\r\nE-Mail;Vorname;Nachname;Firma;Mitarbeiter\r\n"
    rows = "".join(
        f"m{number % 17}@firma{number % 5}.de;Jörg;Müller{number % 9};Größe & Söhne {number % 5} GmbH;{number * 7}\r\n"
        for number in range(40)
    )
    path.write_bytes((head + rows + "kurz;\r\nm1@firma1.de;J;M;F;1;zu;viel\r\n").encode("cp1252"))
    return path


EXPECTED = set(
    "spreadsheet-damage duplicate-ids postcode-country out-of-order off-scale padded-cells email-typos country-names "
    "name-characters phone-impossible stand-ins shifted-rows swapped-cells broken-sums filled-against-state "
    "unusual-order number-notation spellings".split()
)
FAULTS: tuple[tuple[int, str, str], ...] = (
    (3, "Account Number", "1.23E+11"),
    (5, "Account Number", "123000000007"),
    (6, "Zip", "4103"),
    (9, "Country", "Germany"),
    (12, "Start Date", "45123"),
    (15, "End Date", "2024-03-10"),
    (18, "NPS", "11"),
    (21, "Company Name", " Acme 3 GmbH"),
    (24, "Amount", "#REF!"),
    (27, "Company Name", "=VLOOKUP(A2,B:C,2)"),
    (30, "Phone", "+49 341"),
    (33, "Email", "ann@gmial.com"),
    (36, "Country", "Germny"),
    (39, "Company Name", "MÃ¼ller GmbH"),
    (42, "State", "Sachsn"),
    (45, "Amount", "999999"),
    (48, "Amount", "1.234,50"),
    *((50, header, cell) for header, cell in (("City", "Germany"), ("Country", "Leipzig"))),
    *(
        (60, header, cell)
        for header, cell in (("City", ""), ("State", "Leipzig"), ("Zip", "Sachsen"), ("Country", "04103"))
    ),
    (63, "Yearly", "7"),
    (66, "Room", "1"),
    (69, "Left", "2024-02-02"),
    (72, "Tags", "alpha;betta"),
)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """An export with faults that finders look for in the whole of a column, or in columns side by side."""
    places = [("Leipzig", "Sachsen", "04103", "Germany"), ("Wien", "Wien", "1010", "Austria")]
    rows = []
    for number in range(260):
        city, state, code, land = places[number % 2]
        rows.append(
            {
                "Account Number": f"12300{number:07}",
                "City": city,
                "State": state,
                "Zip": code,
                "Country": land,
                "Start Date": f"2024-03-{number % 28 + 1:02}",
                "End Date": f"{2024 + number % 2}-{number % 9 + 4:02}-15",
                "NPS": str(number % 11),
                "Phone": f"+49 341 12345{number:03}",
                "Company Name": f"Acme {number % 40} GmbH",
                "Email": f"ann{number}@gmail.com",
                "Amount": f"{1000 + number * 7}.50",
                "Monthly": str(30 + number),
                "Yearly": str(12 * (30 + number)),
                "Taken": str(number * 7 % 40),
                "Room": str(number * 7 % 40 + number % 7 + 2),
                "Status": "gone" if number % 3 == 1 else "here",
                "Left": "2024-02-02" if number % 3 == 1 else "",
                "Tags": ";".join(("alpha", "beta", "gamma")[: 1 + number % 3]),
            }
        )
    for row, header, cell in FAULTS:
        rows[row][header] = cell
    path = tmp_path / "faulty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def ways() -> list[tuple[int, list[str]]]:
    """Return the cells of each column after the first, and how fast to walk through them."""
    names = ["name", "name", "mail", "firm", "size", "money", "land", "day", "note"]
    return [(step, CELLS[name]) for step, name in enumerate(names, start=1)]


def on_both(
    monkeypatch: pytest.MonkeyPatch, session: Session, small_rows: int, *arguments: object
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a command on both engines; return what each said and wrote. OUT among the arguments is a file to write."""
    told = []
    for engine in ("embedded", "cluster"):
        if engine == "cluster":
            monkeypatch.setattr(opening, "open_engine", lambda _, beside=0: _spark(session, small_rows, beside))
        written = Path(str(arguments[1])).parent / "written.csv"
        ran = run(*[written if argument == "OUT" else argument for argument in arguments], "--format", "json")
        assert ran.code in {0, 1}, ran.err
        file = sorted(written.read_text(encoding="utf-8").splitlines()) if written.exists() else []
        written.unlink(missing_ok=True)
        told.append({"said": json.loads(ran.out), "wrote": file})
    return told[0], told[1]


def _spark(session: Session, small_rows: int, beside: int) -> SparkEngine:
    return SparkEngine(session, small_rows=small_rows, beside=beside)


@pytest.mark.parametrize(
    ("command", "small_rows"),
    [
        (("coverage",), NOTHING_SMALL),
        (("fields",), SMALL),
        (("overlap", *AS_OF), NOTHING_SMALL),
        (("assign", "-o", "OUT", *AS_OF), NOTHING_SMALL),
        (("enrich", *AS_OF), SMALL),
        (("dedupe", "--golden", "OUT"), SMALL),
    ],
    ids=lambda asked: asked[0] if isinstance(asked, tuple) else str(asked),
)
def test_command_on_a_messy_file(
    command: tuple[str, ...], small_rows: int, messy: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """A command says and writes the same of a messy export."""
    embedded, cluster = on_both(monkeypatch, local_session, small_rows, command[0], messy, *command[1:])
    assert cluster == embedded


@pytest.mark.parametrize("command", ["dedupe", "link"])
def test_more_pairs_than_there_is_room_for(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """The strongest pairs of each record are the same, ranked on the cluster, and so is what comes of them."""
    monkeypatch.setattr("segaudit.identity.compared.MOST_PAIRS", 1)
    monkeypatch.setattr("segaudit.identity.compared._AT_ONCE", 100)
    world = make_households(300)
    files = [tmp_path / name for name in (("old.csv", "new.csv") if command == "link" else ("all.csv",))]
    for path in files:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([world.header, *world.rows])
    embedded, cluster = on_both(monkeypatch, local_session, 0, command, *files, "--pairs", "OUT")
    assert cluster == embedded
    assert embedded["said"]["blocking"]["left_out"] > 0


def test_quality(faulty: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session) -> None:
    """Every issue is the same with every table on the cluster; and there are such as need whole columns to be seen."""
    asked = ("quality", faulty, "--issues", "OUT", *AS_OF)
    embedded, cluster = on_both(monkeypatch, local_session, NOTHING_SMALL, *asked)
    assert cluster == embedded
    rules = {finding["rule"].removeprefix("quality.") for finding in embedded["said"]["findings"]}
    assert rules >= EXPECTED


@pytest.mark.parametrize("command", ["coverage", "dedupe"])
def test_command_on_a_foreign_file(
    command: str, foreign: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """A file of another encoding, delimiter and shape is read and told of the same way."""
    embedded, cluster = on_both(monkeypatch, local_session, NOTHING_SMALL, command, foreign)
    assert cluster == embedded


def test_two_files_beside_each_other(messy: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session) -> None:
    """What has changed between two exports is told the same way, with each table on the cluster."""
    later = messy.with_name("later.csv")
    rows = messy.read_text(encoding="utf-8").replace("Germany", "France").replace("Acme GmbH", "Beta GmbH")
    later.write_text(rows, encoding="utf-8", newline="")
    embedded, cluster = on_both(monkeypatch, local_session, NOTHING_SMALL, "drift", messy, later, *AS_OF)
    assert cluster == embedded


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    """Deals in several currencies, their accounts with one of their own beside them, and rules that ask of both."""
    codes = ["EUR", "jpy", "", "USD - U.S. Dollar", "n/a"]
    wide = {
        "deals.csv": ["Deal ID,Account ID,Deal Stage,Amount,Currency"]
        + [f"D{number},A{number % 7},Won,{number * 997}.50,{codes[number % 5]}" for number in range(40)],
        "accounts.csv": ["Account ID,Account Name,Industry,Number of Employees,Annual Revenue,Currency"]
        + [f"A{number % 6},Firm {number},{'Retail' if number % 3 else ''},{number * 90},60000,{codes[number % 5]}"
           for number in range(8)],
    }  # fmt: skip
    for name, lines in wide.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    rules = """
        fields:
          deal_amount: {type: money, currency: EUR}
          annual_revenue: {type: money, currency: EUR}
          last_engaged_on: {type: date, blank_means: never, if_absent: unknown}
        schemas:
          size:
            assign: all_matches
            segments:
              large: {criteria: {any: [{deal_amount: {gte: 10K}}, {annual_revenue: {gte: 50K}}]}}
              retail: {criteria: {all: [{industry: {eq: Retail}}, {employees: {gte: 100}}]}}
              cold: {criteria: {last_engaged_on: {never: true}}}
    """
    write(tmp_path / "rules.yaml", rules)
    return tmp_path / "deals.csv"


@pytest.mark.parametrize("asked", [("assign", "-o", "OUT"), ("overlap",), ("enrich",)], ids=lambda asked: str(asked[0]))
def test_records_with_their_companies(
    asked: tuple[str, ...], deals: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """What accounts say, and in which currency, is the same with each table on the cluster."""
    beside = ("--with", deals.with_name("accounts.csv"), "--rules", deals.with_name("rules.yaml"), *AS_OF)
    arguments = (asked[0], deals, *beside, *asked[1:])
    embedded, cluster = on_both(monkeypatch, local_session, NOTHING_SMALL, *arguments)
    assert cluster == embedded
    assert any("taken from accounts.csv" in note for note in embedded["said"]["source"]["notes"])


@pytest.mark.parametrize("small_rows", [SMALL, NOTHING_SMALL])
def test_records_of_two_files_are_linked(
    small_rows: int, messy: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """Who of one file is who of the other is told the same way, with the pairs compared on the cluster or here."""
    other = messy.with_name("other.csv")
    rows = messy.read_text(encoding="utf-8").replace("O'Brien", "OBrien").replace("Acme GmbH", "Acme")
    other.write_text(rows, encoding="utf-8", newline="")
    asked = ("link", messy, other, "--pairs", "OUT")
    embedded, cluster = on_both(monkeypatch, local_session, small_rows, *asked)
    assert cluster == embedded
    assert embedded["wrote"]
