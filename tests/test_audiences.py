"""Audiences for ads: only who agreed and is not suppressed, only hashed; and what consent means."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import Group, Place, PredicateRef, clauses_of
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.consent import Consent, consent_condition, load_consent
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tag_formats import load_crm_formats, load_platforms
from segaudit.text.ad_identifiers import ad_email, ad_phone
from tests.rules_support import Ran, run, write

RULES = """
    fields: {unsubscribed: {type: bool, blank_means: false}, industry: {type: text}}
    schemas:
      s:
        assign: first_match
        segments:
          dead: {criteria: {industry: {eq: Closed}}, suppress: true}
          all: {criteria: {record_id: {known: true}}}
"""
HEADERS = [
    "Record ID", "Email", "Phone", "Mobile", "Country", "industry", "Unsubscribed", "Opt In", "Do Not Contact",
    "Subscription Status",
]  # fmt: skip
GMAIL = ("gmail.com", "googlemail.com")


def sha(text: str) -> str:
    """Return the hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def person(number: int, email: str = "", phone: str = "", **more: str) -> list[str]:
    """Return a row: somebody who agreed, unless it says otherwise."""
    given = {"mobile": "", "country": "", "industry": "", "out": "", "opt": "yes", "stop": "", "status": "", **more}
    return [str(number), email, phone, *given.values()]


def audiences(folder: Path, rows: list[list[str]], *options: object, rules: str = RULES) -> Ran:
    """Write the audiences of rows."""
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *rows])
    given = ("--rules", write(folder / "rules.yaml", rules), "--audiences", folder / "ads", "--format", "json")
    return run("assign", folder / "data.csv", "-o", folder / "out.csv", *given, *options)


def read_csv(path: Path) -> list[list[str]]:
    """Return all rows of a CSV file, the header too."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def emails(folder: Path, platform: str = "google") -> set[str]:
    """Return the hashed addresses of the audience."""
    return {row[0] for row in read_csv(folder / "ads" / f"s.all.{platform}.csv")[1:]}


# ------------------------------------------------------------------------------------------------------- what is hashed


@pytest.mark.parametrize(
    ("text", "google", "meta"),
    [
        (" Ann@X.org ", "ann@x.org", "ann@x.org"),
        ("Ann.Lee+news@gmail.com", "annlee@gmail.com", "ann.lee+news@gmail.com"),
        ("a.b@GoogleMail.com", "ab@googlemail.com", "a.b@googlemail.com"),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com", "user.name+nyc@example.com"),
        ("ann @x.org", "ann@x.org", "ann@x.org"),
        ("nobody", None, None),
        ("+news@gmail.com", None, "+news@gmail.com"),
    ],
)  # fmt: skip
def test_addresses(text: str, google: str | None, meta: str | None) -> None:
    """Addresses are trimmed and in small letters; dots and tags go where the platform takes them for nothing."""
    assert (ad_email(text, GMAIL), ad_email(text)) == (google, meta)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("(800) 555-0100", "US", "+18005550100"),
        ("+49 (0)30 901820", None, "+4930901820"),
        ("0049 30 901820", None, "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("030 901820", None, None),
        ("12345", "US", None),
        ("call me", "US", None),
    ],
)
def test_numbers(text: str, region: str | None, number: str | None) -> None:
    """Numbers are in the international form; without a country, only those that name theirs are used."""
    assert ad_phone(text, region) == number


def test_files(tmp_path: Path) -> None:
    """Each platform has its header and its form of numbers; nothing stands there plainly."""
    ran = audiences(tmp_path, [person(1, "Ann.Lee@gmail.com", "(415) 555-2671", country="United States")])
    assert ran.code == 0, ran.err
    google, meta = (read_csv(tmp_path / "ads" / f"s.all.{name}.csv") for name in ("google", "meta"))
    assert google == [["Email", "Phone"], [sha("annlee@gmail.com"), sha("+14155552671")]]
    assert meta == [["email", "phone"], [sha("ann.lee@gmail.com"), sha("14155552671")]]
    assert not (tmp_path / "ads" / "s.dead.google.csv").exists()


def test_several_numbers(tmp_path: Path) -> None:
    """A person's other numbers have columns of the same name; one that is the same is not repeated."""
    rows = [
        person(1, "a@x.org", "+1 415 555 2671", mobile="+1 415 555 2672"),
        person(2, "b@x.org", "+1 415 555 2673", mobile="(+1) 415-555-2673"),
    ]
    assert audiences(tmp_path, rows).code == 0
    head, *found = read_csv(tmp_path / "ads" / "s.all.google.csv")
    assert head == ["Email", "Phone", "Phone"]
    assert sorted(row[1:] for row in found) == sorted(
        [[sha("+14155552671"), sha("+14155552672")], [sha("+14155552673"), ""]]
    )


# ------------------------------------------------------------------------------------------------------------ who is in


@pytest.mark.parametrize(
    "changed",
    [
        {"opt": ""},
        {"opt": "no"},
        {"out": "yes"},
        {"out": "perhaps"},
        {"stop": "true"},
        {"status": "Unsubscribed"},
        {"industry": "Closed"},
    ],
)
def test_left_out(tmp_path: Path, changed: dict[str, str]) -> None:
    """Without a yes, with any no, with a no that cannot be read, or suppressed: nobody is in an audience."""
    rows = [person(1, "in@x.org"), person(2, "out@x.org", **changed)]
    assert audiences(tmp_path, rows).code == 0
    assert emails(tmp_path) == {sha("in@x.org")}


def test_suppressed_though_placed_elsewhere(tmp_path: Path) -> None:
    """Who a segment that suppresses holds is in no audience, also of schemas and segments that come before it."""
    rules = RULES.replace("          dead", "          any: {criteria: {industry: {known: true}}}\n          dead")
    rows = [person(1, "in@x.org", industry="Steel"), person(2, "out@x.org", industry="Closed")]
    assert audiences(tmp_path, rows, rules=rules).code == 0
    assert {row[0] for row in read_csv(tmp_path / "ads" / "s.any.meta.csv")[1:]} == {sha("in@x.org")}


def test_counts(tmp_path: Path) -> None:
    """Each member is counted at the first step that stops it."""
    rows = [
        person(1, "a@x.org"), person(2, "A@x.org"), person(3, "b@x.org", opt=""), person(4), person(5, "n/a"),
        person(6, "c@x.org"),
    ]  # fmt: skip
    rules = (
        RULES + "      t: {assign: all_matches, segments: {c: {criteria: {email: {eq: c@x.org}}, suppress: true}}}\n"
    )
    found = json.loads(audiences(tmp_path, rows, rules=rules).out)["audiences"]
    expected = {
        "schema": "s", "segment": "all", "platform": "google", "members": 6, "consented": 5, "suppressed": 1,
        "without_address": 2, "repeated": 1, "written": 1,
    }  # fmt: skip
    assert found[0] == expected


def test_entities(tmp_path: Path) -> None:
    """An entity is one person: its addresses stand in one row, and one refusal is enough for all its records."""
    rows = [
        person(1, "a@x.org"), person(2, "a2@x.org"), person(3, "b@x.org"), person(4, "b2@x.org", out="yes"),
    ]  # fmt: skip
    clusters = "_row,record_id,entity_id,match_probability\n1,1,EA,1\n2,2,EA,1\n3,3,EB,1\n4,4,EB,1\n"
    (tmp_path / "clusters.csv").write_text(clusters, encoding="utf-8")
    ran = audiences(tmp_path, rows, "--entities", tmp_path / "clusters.csv")
    assert ran.code == 0, ran.err
    assert read_csv(tmp_path / "ads" / "s.all.google.csv") == [
        ["Email", "Email", "Phone"],
        [sha("a@x.org"), sha("a2@x.org"), ""],
    ]
    assert json.loads(ran.out)["audiences"][0]["members"] == 2


def test_no_consent_in_the_list(tmp_path: Path) -> None:
    """Where nothing can grant contact, audiences are empty and a finding says what is looked for."""
    (tmp_path / "data.csv").write_text("Record ID,Email\n1,a@x.org\n2,b@x.org\n", encoding="utf-8")
    given = ("--rules", write(tmp_path / "rules.yaml", RULES), "--audiences", tmp_path / "ads", "--format", "json")
    found = json.loads(run("assign", tmp_path / "data.csv", "-o", tmp_path / "out.csv", *given).out)
    assert [item["rule"] for item in found["findings"]] == ["audiences.no-consent"]
    assert "email_consent" in found["findings"][0]["hint"]
    assert emails(tmp_path) == set()


def test_rows_do_not_tell_their_place(tmp_path: Path) -> None:
    """Rows stand in the order of their hashes, not of the list."""
    assert audiences(tmp_path, [person(number, f"p{number}@x.org") for number in range(30)]).code == 0
    found = [row[0] for row in read_csv(tmp_path / "ads" / "s.all.meta.csv")[1:]]
    assert (found, len(found)) == (sorted(found), 30)


# -------------------------------------------------------------------------------------------------------------- consent

PLACE = Place(file="x", line=1, column=1)


def consent_of(folder: Path, text: str) -> Consent:
    """Read a client's consent file."""
    write(folder / "consent.yaml", text)
    return load_consent(RulesLocation.at(str(folder)))


def test_condition(tmp_path: Path) -> None:
    """A channel is a condition of granted and refused clauses that count a missing value as no."""
    consent = consent_of(tmp_path, "channels: {email: {granted: [a, {b: {in: [x]}}], refused: [c]}}")
    fields = {name: RuleField(name=name, type=FieldType.BOOL) for name in "ac"} | {
        "b": RuleField(name="b", type=FieldType.ENUM)
    }
    found = consent_condition("email", consent, fields, PLACE)
    assert isinstance(found, PredicateRef)
    assert isinstance(found.condition, Group)
    assert found.name == "may contact by email"
    assert [(clause.field, clause.operator, clause.options.missing.value) for clause in clauses_of(found)] == [
        ("a", "is", "exclude"), ("b", "in", "exclude"), ("c", "is", "exclude"), ("c", "invalid", "exclude"),
    ]  # fmt: skip
    assert [str(getattr(member, "kind", "")) for member in found.condition.members] == ["any", "none"]


def test_nothing_grants(tmp_path: Path) -> None:
    """A channel nobody knows, and one whose fields the rules do not know, grant nothing."""
    consent = consent_of(tmp_path, "channels: {email: {granted: [a], refused: [c]}}")
    assert consent_condition("fax", consent, {}, PLACE) is None
    assert consent_condition("email", consent, {"c": RuleField(name="c", type=FieldType.BOOL)}, PLACE) is None


def test_a_refusal_of_another_kind(tmp_path: Path) -> None:
    """A refusal that cannot be asked as the field is declared is an error, and never passed over."""
    consent = consent_of(tmp_path, "channels: {email: {granted: [a], refused: [c]}}")
    fields = {"a": RuleField(name="a", type=FieldType.BOOL), "c": RuleField(name="c", type=FieldType.TEXT)}
    with pytest.raises(SegauditError, match='cannot be asked of "c"'):
        consent_condition("email", consent, fields, PLACE)


@pytest.mark.parametrize(
    "text",
    [
        "channels: [email]",
        "channels: {email: {refused: [a]}}",
        "channels: {email: {granted: [{a: yes}]}}",
        "channels: {email: {granted: [{a: {inn: [x]}}]}}",
        "channels: {email: {granted: [a], refuse: [b]}}",
    ],
)
def test_mistakes_in_consent(tmp_path: Path, text: str) -> None:
    """A mistake in the file is told with its place."""
    with pytest.raises(RuleErrors, match=r"consent\.yaml:1:"):
        consent_of(tmp_path, text)


def test_shipped_files() -> None:
    """What is shipped can be read, and each channel that the catalogue has fields for can be granted."""
    location = RulesLocation.at(None)
    assert set(load_consent(location)) == {"email", "phone", "sms", "ads"}
    assert {item.platform for item in load_platforms(location)} == {"google", "meta"}
    assert {"HubSpot", "Salesforce", "Pipedrive", "Zoho", ""} <= {item.system for item in load_crm_formats(location)}
