"""Who may be contacted by which channel, by the rules that come with the program."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.yaml_nodes import load_nodes, plain
from tests.rules_support import run, write
from tests.survivorship_support import Row, merge
from tests.test_assign import read_csv, write_csv

NEVER_MERGED: Sequence[str] = ("sms_consent", "phone_consent", "ads_consent", "email_consent")


def reached(tmp_path: Path, channel: str, headers: Sequence[str], *rows: Sequence[str]) -> str:
    """Return a letter for each row: y where the channel may be used."""
    rules = f"""
        schemas:
          contact:
            assign: first_match
            else: no
            segments:
              yes_please: {{criteria: {{may_contact: {channel}}}}}
    """
    table = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    data = write_csv(tmp_path / "people.csv", ["Contact ID", *headers], table)
    ran = run("assign", data, "-o", tmp_path / "tagged.csv", "--rules", write(tmp_path / "rules.yaml", rules))
    assert ran.code == 0, ran.err
    header, *tagged = read_csv(tmp_path / "tagged.csv")
    place = header.index("segment_contact")
    return "".join("y" if row[place] == "yes_please" else "-" for row in tagged)


@pytest.mark.parametrize(
    ("channel", "headers", "rows", "expected"),
    [
        ("email", ["Opt In"], [["yes"], ["no"], [""]], "y--"),
        ("email", ["Opt In", "Unsubscribed"], [["yes", "yes"], ["yes", "no"], ["", "no"]], "-y-"),
        ("email", ["Opt In", "Deceased"], [["yes", "yes"], ["yes", ""]], "-y"),
        ("email", ["Accepts Email Marketing"], [["yes"], ["no"]], "y-"),
        (
            "email",
            ["Estado marketing", "Baja newsletter"],
            [["Suscrito", "No"], ["Suscrito", "Sí"], ["Baja", ""]],
            "y--",
        ),
        ("email", ["Newsletter Status"], [["Angemeldet"], ["Abgemeldet"], ["Désabonné"], ["offen"]], "y---"),
        (
            "email",
            ["Newsletter Consent"],
            [["Opted in"], ["Opted out"], ["Subscribed"], ["UNSUBSCRIBED"], ["Never subscribed"], [""]],
            "y-y---",
        ),
        ("email", ["Email Opt Out"], [["Opted out"], ["Opted in"], ["Opt-out"]], "-y-"),
        ("email", ["Email Opt Out", "Opt In"], [["yes", "Opt in"], ["no", "Opt in"], ["", "Opt out"]], "-y-"),
        ("sms", ["SMS Opt In"], [["yes"], ["no"], [""]], "y--"),
        ("sms", ["Opt In"], [["yes"]], "-"),
        ("sms", ["sms_optin", "SMS Opt Out"], [["yes", "yes"], ["yes", "no"]], "-y"),
        ("sms", ["Accepts SMS Marketing", "Do Not Call"], [["yes", "yes"], ["yes", ""]], "-y"),
        ("phone", ["Call Consent", "SMS Opt Out"], [["ja", "ja"], ["nein", ""]], "y-"),
        ("sms", ["SMS Consent"], [["granted"], ["denied"], ["zugestimmt"], ["widerrufen"], ["aceptado"]], "y-y-y"),
        ("phone", ["Acepta llamadas"], [["verdadero"], ["falso"]], "y-"),
        ("ads", ["Ads Opt In", "Opt In"], [["yes", "no"], ["", "yes"], ["no", ""]], "yy-"),
    ],
)
def test_consent_by_channel(
    tmp_path: Path, channel: str, headers: Sequence[str], rows: Sequence[Sequence[str]], expected: str
) -> None:
    """Something that grants, nothing that refuses; where nothing is known, the answer is no."""
    assert reached(tmp_path, channel, headers, *rows) == expected


@pytest.mark.parametrize("field", NEVER_MERGED)
def test_who_said_no_once_has_said_no(tmp_path: Path, field: str) -> None:
    """A merge never turns a no into a yes, however new the yes is."""
    rows: list[Row] = [
        {"email": "a@b.com", field: "no", "updated_on": "2024-01-01"},
        {"email": "a@b.com", field: "yes", "updated_on": "2026-01-01"},
        {"email": "a@b.com", field: "", "updated_on": "2026-02-01"},
    ]
    (record,) = merge(tmp_path, rows, ["e", "e", "e"]).golden
    assert record[field] == "no"


@pytest.mark.parametrize("refused", ["Unsubscribed", "Abgemeldet", "Cleaned", "Baja", "Opted out"])
def test_a_status_that_refuses_outlives_one_that_grants(tmp_path: Path, refused: str) -> None:
    """However new the subscription is."""
    rows: list[Row] = [
        {"email": "a@b.com", "marketing_status": refused, "updated_on": "2020-01-01"},
        {"email": "a@b.com", "marketing_status": "Subscribed", "updated_on": "2026-01-01"},
    ]
    (record,) = merge(tmp_path, rows, ["e", "e"]).golden
    assert record["marketing_status"] == refused


@pytest.mark.parametrize("field", NEVER_MERGED)
def test_a_yes_beside_a_blank_is_kept(tmp_path: Path, field: str) -> None:
    """A blank neither grants nor refuses; the proof of consent is not lost by it."""
    rows: list[Row] = [
        {"email": "a@b.com", field: "yes", "updated_on": "2020-01-01"},
        {"email": "a@b.com", field: "", "updated_on": "2026-01-01"},
    ]
    (record,) = merge(tmp_path, rows, ["e", "e"]).golden
    assert record[field] == "yes"


@pytest.mark.parametrize("field", ["do_not_text", "do_not_mail", "do_not_call", "unsubscribed", "deceased"])
def test_who_opted_out_once_has_opted_out(tmp_path: Path, field: str) -> None:
    """The other way round for what says no by a yes."""
    rows: list[Row] = [{field: "yes", "updated_on": "2024-01-01"}, {field: "no", "updated_on": "2026-01-01"}]
    (record,) = merge(tmp_path, rows, ["e", "e"]).golden
    assert record[field] == "yes"


def test_reasons_do_not_list_every_word(tmp_path: Path) -> None:
    """A reason tells the first words of a long list and how many others there are; a short one is told whole."""
    rules = """
        fields: {city: {type: text}}
        schemas:
          place:
            assign: first_match
            else: no
            segments:
              few: {criteria: {city: {in: [Ulm, Bonn, Köln]}}}
              many: {criteria: {city: {in: [A, B, C, D, E, F, G, H, I, J]}}}
    """
    data = write_csv(tmp_path / "people.csv", ["Contact ID", "city"], [["1", "Bonn"], ["2", "J"]])
    ran = run("assign", data, "-o", tmp_path / "tagged.csv", "--rules", write(tmp_path / "rules.yaml", rules))
    assert ran.code == 0, ran.err
    reasons = [row[-1] for row in read_csv(tmp_path / "tagged.csv")[1:]]
    assert reasons == ["city is one of Ulm, Bonn or Köln (Bonn)", "city is one of A, B, C, D, E or 5 others (J)"]


def _read(location: RulesLocation, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return plain(load_nodes(location.file(name)))


def test_words_that_refuse_are_the_same_in_both_files() -> None:
    """What refuses mail wins in golden records; a word added to one list belongs in the other."""
    location = RulesLocation.at(None)
    refused = _read(location, "consent.yaml")["channels"]["email"]["refused"]
    words = next(item["marketing_status"]["in"] for item in refused if "marketing_status" in item)
    fields = _read(location, "identity/survivorship.yaml")["fields"]
    preferred = next(item["rules"][0]["prefer"] for item in fields if item["fields"] == ["marketing_status"])
    assert preferred == words
