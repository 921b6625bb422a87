"""From headers to fields: the system they speak of, presets, synonyms, and the user's own map."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from segaudit.errors import InputError, SegauditError
from segaudit.ingest.columns.fieldmap import UserMap, detect_system, map_columns
from segaudit.ingest.columns.usermap import read_map
from segaudit.model.fields import FieldMap, FieldType
from segaudit.rulebook.location import RulesLocation, data_folder
from segaudit.rulebook.tables import load_catalogue, load_presets
from tests.rules_support import run

LOCATION = RulesLocation.at(None)
CATALOGUE = load_catalogue(LOCATION)
PRESETS = load_presets(LOCATION)
SYSTEMS = [
    *("HubSpot", "Salesforce", "Pipedrive", "Zoho", "Marketo"),
    *("Mailchimp", "ActiveCampaign", "Apollo", "Mautic", "Shopify"),
]


def mapped(headers: Sequence[str], user: UserMap | None = None) -> FieldMap:
    """Map headers with the shipped rules."""
    return map_columns(headers, CATALOGUE, PRESETS, user or UserMap())


def fields(headers: Sequence[str], user: UserMap | None = None) -> list[str | None]:
    """Return the field of each header."""
    return [column.field for column in mapped(headers, user).columns]


def test_ten_systems() -> None:
    """There is a preset for each of the ten systems, and its fields are fields of the catalogue."""
    assert {preset.system for preset in PRESETS} == set(SYSTEMS)
    assert {item.field for preset in PRESETS for item in preset.headers} - {None} <= set(CATALOGUE)


def test_a_synonym_means_one_field() -> None:
    """No header is a synonym of two fields."""
    with (data_folder("rules") / "fields.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name.lower() for row in rows for name in {row["field"], *filter(None, row["synonyms"].split("|"))}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_system_is_detected(system: str) -> None:
    """The contact headers of a system name it: the first twenty of its export, in any order, own columns beside."""
    preset = next(preset for preset in PRESETS if preset.system == system)
    headers = [item.header for item in preset.headers if item.object == "contacts"][:20]
    found, kind, known = detect_system(["Our own flag", *reversed(headers)], PRESETS)
    assert (found, kind) == (system, "contacts")
    assert known == len(headers)


def test_country_and_its_code() -> None:
    """Where a shop prints both, the code is the country; alone, the name is."""
    both = ["Customer ID", "Email", "Address1", "Address2", "Country", "Country Code", "Zip", "Total Spent"]
    assert fields(both)[4:6] == [None, "country"]
    assert fields([header for header in both if header != "Country Code"])[4] == "country"


@pytest.mark.parametrize(
    "headers",
    [
        ["Name", "Email", "Phone"],
        ["Name", "Title", "Company", "Email", "Phone", "City", "Country"],
        ["First Name", "Last Name", "Email", "Company"],
        ["a", "b", "c"],
        [],
        ["", " "],
        # Three headers that only HubSpot prints do not make a file of twelve other columns one of its exports.
        ["Record ID", "Lifecycle Stage", "HubSpot Team", *(f"column {index}" for index in range(12))],
    ],
)
def test_no_system_without_evidence(headers: list[str]) -> None:
    """Headers that any system prints, or few of a system's own, name none."""
    assert detect_system(headers, PRESETS) == (None, None, 0)


def test_object_of_a_system() -> None:
    """The same header means what its object says: Name is the company among companies and the deal among deals."""
    companies = ["Record ID", "Company name", "Company Domain Name", "Number of Employees", "Annual Revenue"]
    deals = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Deal owner", "Pipeline"]
    assert [mapped(headers).system_object for headers in (companies, deals)] == ["companies", "deals"]
    assert fields(deals)[1:5] == ["deal_name", "deal_stage", "deal_amount", "deal_closed_on"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-mail Address", "email"),
        ("e_mail address", "email"),
        ("E-Mail-Adresse", "email"),
        ("Prénom", "first_name"),
        ("メールアドレス", "email"),
        ("郵便番号", "postal_code"),
        ("N° client", "record_id"),
        ("Partita IVA", "vat_id"),
        ("Woonplaats", "city"),
        ("Województwo", "state"),
        ("PRENOM", "first_name"),
        ("  Company Name ", "company"),
        ("No. of Employees", "employees"),
        ("NumberOfEmployees", "employees"),
        ("mitarbeiterzahl", "employees"),
        ("annual_revenue", "annual_revenue"),
        ("Status", None),
        ("Type", None),
        ("", None),
        ("?", None),
        ("Employee of the month", None),
    ],
)
def test_synonyms(header: str, field: str | None) -> None:
    """Capitals, accents, blanks and signs make no difference; words that mean ten things are not guessed."""
    assert fields([header]) == [field]


def test_each_field_once() -> None:
    """The first column to claim a field has it; the other passes through without one."""
    assert fields(["Mail", "E-mail Address", "Email 1"]) == ["email", None, None]


def test_map_beats_preset_beats_synonym() -> None:
    """What the user says wins over what the system says, and that over what the words say."""
    preset = next(preset for preset in PRESETS if preset.system == "HubSpot")
    hubspot = [item.header for item in preset.headers if item.object == "contacts"][:12]
    headers = ["Vorname", *hubspot]
    plain = mapped(headers)
    assert plain.system == "HubSpot"
    assert [column.header for column in plain.columns if column.field == "first_name"] == ["First Name"]
    said = mapped(headers, UserMap(fields={"Vorname": "first_name"}))
    assert [(column.header, column.source) for column in said.columns if column.field == "first_name"] == [
        ("Vorname", "map")
    ]


# ------------------------------------------------------------------------------------------------------------- the map

HEADERS = ("Contact", "Firma ", "Größe", "Mail")


def write_map(folder: Path, text: str, name: str = "map.yaml") -> str:
    """Write a map file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


YAML = """
columns:
  Contact: full_name
  Firma: {field: company}
  Größe: {field: employees, type: number}
  Mail: null
date_order: dmy
decimal: comma
"""
CSV = "header,field,type\nContact,full_name,\nFirma,company,\nGröße,employees,number\nMail,,\n"


@pytest.mark.parametrize(("name", "text"), [("map.yaml", YAML), ("map.csv", CSV)])
def test_map_file(tmp_path: Path, name: str, text: str) -> None:
    """A map names fields and types, and leaves a column alone where it says so; YAML and CSV say the same."""
    columns = mapped(HEADERS, read_map(write_map(tmp_path, text, name), HEADERS)).columns
    assert [(column.field, column.type) for column in columns] == [
        ("full_name", FieldType.TEXT),
        ("company", FieldType.TEXT),
        ("employees", FieldType.NUMBER),
        (None, None),
    ]
    assert [column.is_left_alone for column in columns] == [False, False, False, True]


def test_styles_of_a_map(tmp_path: Path) -> None:
    """YAML can settle the order of dates and the decimal sign as well."""
    user = read_map(write_map(tmp_path, YAML), HEADERS)
    assert (user.date_order, user.decimal) == ("dmy", "comma")


def test_type_without_field(tmp_path: Path) -> None:
    """A type alone says how a column is read and leaves its field as it is found."""
    user = read_map(write_map(tmp_path, "columns: {Mail: {type: text}, Größe: {type: int}}"), HEADERS)
    columns = mapped(HEADERS, user).columns
    assert [(columns[index].field, columns[index].type) for index in (3, 2)] == [
        ("email", FieldType.TEXT),
        (None, FieldType.INT),
    ]


def test_field_of_ones_own(tmp_path: Path) -> None:
    """A map may name a field that only the client's rules know."""
    user = read_map(write_map(tmp_path, "columns: {Contact: acme_score}"), HEADERS)
    assert fields(HEADERS, user)[0] == "acme_score"


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("columns: {Telefon: phone}", 'the data has no column "Telefon"', '"Contact", "Firma ", "Größe", "Mail"'),
        ("columns: {Mail: {type: e-mail}}", 'unknown type "e-mail"', "types are text, id, enum"),
        ("columns: {Mail: E-Mail}", '"E-Mail" is no field name', "lower case"),
        ("columns: {Mail: [email]}", "is no field name", "lower case"),
        ("date_order: dmy", "a map file holds `columns:`", "columns: {Mail: email}"),
        ("columns: {Mail: email}\ndate_order: ymd", 'date_order cannot be "ymd"', "dmy or mdy"),
        ("columns: {Mail: email}\ndecimal: point,comma", 'decimal cannot be "point,comma"', "point or comma"),
        ("columns: [Mail", "", ""),
        ("- Mail", "a map file holds `columns:`", ""),
        ("", "a map file holds `columns:`", ""),
    ],
)
def test_mistakes_in_a_map(tmp_path: Path, text: str, problem: str, hint: str) -> None:
    """A mistake in a map is one message with a way out."""
    with pytest.raises(SegauditError) as caught:
        read_map(write_map(tmp_path, text), HEADERS)
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert "map.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"column,field\nMail,email\n", "begins with the line header,field,type"),
        (b"header,field\nGr\xf6\xdfe,employees\n", "the map cannot be read"),
        (b"field,header,type\nemail\n", 'the data has no column ""'),
    ],
)
def test_mistakes_in_a_csv_map(tmp_path: Path, data: bytes, problem: str) -> None:
    """A CSV map without its header line, in another encoding or with half a row is one message."""
    (tmp_path / "map.csv").write_bytes(data)
    with pytest.raises(InputError, match=problem):
        read_map(str(tmp_path / "map.csv"), HEADERS)


def test_no_map_file(tmp_path: Path) -> None:
    """A map that is not there is one message, and so is a folder."""
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InputError, match="there is no such map file"):
            read_map(str(path), HEADERS)


def test_a_field_of_the_rules_is_found_under_its_name_whatever_the_catalogue_calls_that(tmp_path: Path) -> None:
    """`mobil` is the catalogue's mobile in German; rules that declare a field of that name read that column."""
    path, rules = tmp_path / "people.csv", tmp_path / "rules.yaml"
    path.write_text("customer_id,mobil,ort,region\n1,+49 1512 1234567,Berlin,East\n2,,Bonn,West\n", encoding="utf-8")
    rules.write_text(
        "version: 1\nfields:\n  mobil: {type: text}\n  ort: {type: text}\nschemas:\n  s:\n    assign: first_match\n"
        "    else: none\n    segments:\n      bonn: {criteria: {ort: {in: [Bonn]}}}\n"
        "      reach: {criteria: {mobil: {known: true}}}\n",
        encoding="utf-8",
    )
    ran = run("overlap", path, "--rules", rules, "--format", "json")
    sizes = {item["id"]: item["members"] for item in json.loads(ran.out)["schemas"][0]["segments"]}
    assert sizes == {"bonn": 1, "reach": 1}
