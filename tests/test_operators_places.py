"""Countries, regions of the world and states, however they are written; verdicts worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from segaudit.audit.ruling import word_lists
from segaudit.rulebook.location import RulesLocation
from tests.rules_support import judge, load, mistakes

COUNTRIES = ["", "n/a", "Germany", " deutschland ", "DE", "ＤＥ", "U.S.A.", "United States", "Narnia", "EMEA"]
REGIONS = ["", "EMEA", "dach", "Switzerland", "Kenya", "NA", "Europe", "APAC", "somewhere"]
STATES = ["", "CA", "California", "us-ca", "NSW", "New South Wales", "WA", "Bavaria", "Kent", "England", "nowhere"]


def decide(field: str, clause: dict[str, Any], cells: list[str]) -> str:
    """Return the verdicts of a clause on a field, by the shipped lists of names."""
    lists = word_lists(RulesLocation.at(None))
    return judge({"": {field: clause}}, [{field: cell} for cell in cells], {field: {"type": "text"}}, lists=lists)[""]


@pytest.mark.parametrize(
    ("field", "clause", "cells", "expected"),
    [
        ("country", {"country_in": ["DE", "United States"]}, COUNTRIES, "UUTTTTTTUU"),
        ("country", {"country_in": "Österreich"}, COUNTRIES, "UUFFFFFFUU"),
        ("country", {"country_in": ["DE"], "missing": "exclude"}, COUNTRIES, "FFTTTTFFFF"),
        ("region", {"region_in": ["DACH"]}, REGIONS, "UUTTFFUFU"),
        ("region", {"region_in": ["NA", "Africa"]}, REGIONS, "UUFFTTFFU"),
        ("country", {"region_in": ["Africa"]}, ["NA", "Namibia"], "TT"),
        ("state", {"state_in": ["US-CA", "New South Wales"]}, STATES, "UTTTTTFFFFU"),
        ("state", {"state_in": ["US-WA"]}, STATES, "UFFFFFUFFFU"),
        ("state", {"state_in": ["Kent"]}, STATES, "UFFFFFFFTUU"),
        ("state", {"state_in": ["England"]}, STATES, "UFFFFFFFTTU"),
    ],
)
def test_places(field: str, clause: dict[str, Any], cells: list[str], expected: str) -> None:
    """A place is read in every spelling; what names none, or may lie in and out of those asked for, is open."""
    assert decide(field, clause, cells) == expected


def test_the_country_settles_a_state() -> None:
    """A code that two countries use is the one of the record's country; a state of another one contradicts it."""
    rows = [
        ("WA", "USA"),
        ("WA", "Australia"),
        ("WA", ""),
        ("Bretagne", "France"),
        ("California", "France"),
        ("", "US"),
    ]
    records: list[dict[str, str | None]] = [{"state": state, "country": country} for state, country in rows]
    fields = {"state": {"type": "text"}, "country": {"type": "text"}}
    clause = {"": {"state": {"state_in": ["US-WA", "US-CA"]}}}
    lists = word_lists(RulesLocation.at(None))
    assert judge(clause, records, fields, lists=lists)[""] == "TFUFUU"


def test_an_address_has_its_own_country() -> None:
    """A billing state lies in the billing country."""
    fields = {name: {"type": "text"} for name in ("billing_state", "billing_country", "country")}
    record: dict[str, str | None] = {"billing_state": "WA", "billing_country": "Australia", "country": "US"}
    lists = word_lists(RulesLocation.at(None))
    assert judge({"": {"billing_state": {"state_in": ["AU-WA"]}}}, [record], fields, lists=lists)[""] == "T"


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            "country_in: [DE, Germny]",
            '"country_in" does not know the country "Germny"\n  hint: did you mean "Germany"?',
        ),
        ("country_in: [EU]", '"country_in" does not take the region "EU"\n  hint: write region_in: [EU]'),
        ("region_in: [Germany]", '"region_in" does not take the country "Germany"\n  hint: write country_in: [DE]'),
        ("region_in: [Nordic]", '"region_in" does not know the region "Nordic"\n  hint: did you mean "Nordics"?'),
        ("state_in: [WA]", '"state_in" does not know which state "WA" is\n  hint: write AU-WA in Australia, US-WA in'),
        ("state_in: [Californa]", '"state_in" does not know the state "Californa"\n  hint: did you mean "California"?'),
        ("country_in: []", '"country_in" takes a list with something in it'),
        ("country_in: [1]", '"country_in" takes a list of names or codes'),
    ],
)
def test_names_that_are_no_place(tmp_path: Path, clause: str, said: str) -> None:
    """A name that means nothing, or several things, is refused at its own line with what was meant."""
    text = f"version: 1\nschemas: {{s: {{assign: all_matches, segments: {{a: {{criteria: {{f: {{{clause}}}}}}}}}}}}}\n"
    found = mistakes(tmp_path, text + "fields: {f: {type: text}}\n")
    assert said in found[0]
    assert found[0].startswith("a.yaml:2:")


def test_equal_questions_are_equal(tmp_path: Path) -> None:
    """The same countries in other words and another order are one question."""
    text = """
        version: 1
        fields: {f: {type: text}}
        schemas:
          s:
            assign: all_matches
            segments:
              a: {criteria: {f: {country_in: [Germany, US]}}}
              b: {criteria: {f: {country_in: ["United States", DE]}}}
    """
    one, other = (segment.criteria for segment in load(tmp_path, text).schemas[0].segments)
    assert getattr(one, "operand", None) == ("DE", "US") == getattr(other, "operand", None)
