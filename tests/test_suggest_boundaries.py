"""Boundaries: where one segment ends and the next begins."""

from pathlib import Path
from typing import Any

import pytest

from segaudit.audit.ruling import load_rules
from segaudit.segments.suggest.bands import boundaries, joined_bands, moved
from segaudit.segments.suggest.work import written_segments
from tests.suggest_support import Record, sizes, suggested, told, world


def _at_200(record: Record) -> float:
    """Return 5 % below 200, 20 % up to 500, 40 % above: the first boundary is planted at 200, rules have it at 51."""
    size = record["Size now"]
    return 0.05 if size < 200 else 0.2 if size <= 500 else 0.4


def _rules(tmp_path: Path, text: str) -> Any:  # noqa: ANN401 - a rule book and its text
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return load_rules(str(path))


def test_a_planted_boundary_is_found_and_nothing_else(tmp_path: Path) -> None:
    """What changes at 200 is told at 200, not at 51, and the records between change sides."""
    result = suggested(tmp_path, world(9000, _at_200), sizes())
    assert told(result) == [("boundaries", "small", "middle")]
    (found,) = result.suggestions
    assert found.change is not None
    small, middle = (item.criteria for item in found.change.added)
    assert small == {"size_now": {"between": [1, 199]}}
    assert middle == {"size_now": {"between": [200, 500]}}
    assert sum(item.members for item in found.after) == sum(item.members for item in found.before)


def test_a_boundary_that_fits_stays(tmp_path: Path) -> None:
    """What changes where the rules say is left where it is."""
    result = suggested(
        tmp_path, world(9000, lambda r: 0.05 if r["Size now"] <= 50 else 0.2), sizes(), only=("boundaries",)
    )
    assert told(result) == []


def test_steps_of_a_waterfall_have_boundaries(tmp_path: Path) -> None:
    """`gte: 20` and then `gte: 5`: the first ends where the second begins, and its cut alone is moved."""
    rules = """
version: 1
fields:
  years: {type: int, column: Years}
schemas:
  ages:
    assign: first_match
    segments:
      old: {criteria: {years: {gte: 20}}}
      grown: {criteria: {years: {gte: 5}}}
      young: {criteria: {years: {known: true}}}
"""
    (found,) = suggested(
        tmp_path, world(9000, lambda r: 0.4 if r["Years"] >= 12 else 0.1), rules, only=("boundaries",)
    ).suggestions
    assert found.change is not None
    assert [(item.id, item.criteria) for item in found.change.added] == [("old", {"years": {"gte": 12}})]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (
            {"employees": {"between": [1, 50]}},
            {"employees": {"between": [51, 500]}},
            {"employees": {"between": [1, 500]}},
        ),
        ({"employees": {"gte": 501}}, {"employees": {"between": [51, 500]}}, {"employees": {"gte": 51}}),
        ({"employees": {"lt": 51}}, {"employees": {"gte": 51}}, {"employees": {"known": True}}),
        ({"lead_score": {"range": [0, 50]}}, {"lead_score": {"gte": 50}}, {"lead_score": {"gte": 0}}),
        ({"employees": {"between": [1, 50]}}, {"employees": {"gte": 501}}, None),
        ({"employees": {"lte": 50}, "country": {"eq": "DE"}}, {"employees": {"gt": 50}}, None),
    ],
)
def test_bands_that_meet_are_one_band(one: dict[str, Any], other: dict[str, Any], both: dict[str, Any] | None) -> None:
    """Two bands of one number become one if nothing lies between, and nothing else is asked for."""
    assert joined_bands(one, other, load_rules().fields) == both


def test_an_end_is_moved_and_the_rest_stays(tmp_path: Path) -> None:
    """A cut moves one end of one clause; what else the criteria ask for stays as it is written."""
    beside = "{country: {known: true}}"
    text = sizes().replace(
        "{size_now: {between: [51, 500]}}", f"{{all: [{{size_now: {{between: [51, 500]}}}}, {beside}]}}"
    )
    text = text.replace("{size_now: {gte: 501}}", f"{{all: [{{size_now: {{gte: 501}}}}, {beside}]}}")
    rules = _rules(tmp_path, text)
    written = written_segments(rules)
    (found,) = boundaries(rules.schema("size"), written, rules.fields)
    assert (found.lower, found.upper, found.cut) == ("middle", "large", 501)
    name, band, end = found.edits[0]
    assert moved(written["size", name]["criteria"], band, end, 800, whole=True) == {
        "all": [{"size_now": {"between": [51, 799]}}, {"country": {"known": True}}]
    }


def test_segments_that_ask_for_more_have_no_boundary_to_move(tmp_path: Path) -> None:
    """Where one of two bands asks for something else, too, what moves would not be in the other: they do not meet."""
    text = sizes().replace("{size_now: {gte: 501}}", "{all: [{size_now: {gte: 501}}, {country: {known: true}}]}")
    rules = _rules(tmp_path, text)
    found = boundaries(rules.schema("size"), written_segments(rules), rules.fields)
    assert [(item.lower, item.upper) for item in found] == [("small", "middle")]
