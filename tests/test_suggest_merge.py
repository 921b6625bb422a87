"""Merges and retirements: segments that might as well be one, and those that are none."""

from pathlib import Path

import pytest
from statsmodels.stats.proportion import tost_proportions_2indep

from segaudit.segments.suggest.merges import equivalence_size
from tests.suggest_support import Record, sizes, suggested, told, world


def _alike(record: Record) -> float:
    """Return 40 % of small and middle ones, 60 % of large ones."""
    return 0.4 if record["Size now"] <= 500 else 0.6


def test_segments_that_come_to_the_same_are_merged(tmp_path: Path) -> None:
    """Small and middle convert alike, large ones do not: the first two become one band, and nothing else is said."""
    result = suggested(tmp_path, world(30000, _alike), sizes())
    assert told(result) == [("merge", "small", "middle")]
    (found,) = result.suggestions
    assert found.change is not None
    assert found.change.added[0].criteria == {"size_now": {"between": [1, 500]}}
    assert found.after[0].members == sum(item.members for item in found.before)


def test_the_evidence_is_two_one_sided_tests(tmp_path: Path) -> None:
    """The p-value is that of statsmodels' two one-sided tests against a tenth of what both have."""
    (found,) = suggested(tmp_path, world(30000, _alike), sizes()).suggestions
    (a, b), shown = found.before, found.evidence[0]
    assert a.hits is not None
    assert b.hits is not None
    assert a.measured is not None
    assert b.measured is not None
    margin = 0.10 * (a.hits + b.hits) / (a.measured + b.measured)
    expected = tost_proportions_2indep(
        a.hits, a.measured, b.hits, b.measured, -margin, margin, method="score", compare="diff"
    ).pvalue
    assert shown.p == pytest.approx(expected, abs=1e-9)


def test_segments_that_are_treated_otherwise_are_not_merged(tmp_path: Path) -> None:
    """Whoever is treated in another way stays a segment of their own, however alike they come out."""
    rules = sizes(small=", treatment: {next_action: call}", middle=", treatment: {next_action: visit}")
    assert told(suggested(tmp_path, world(30000, _alike), rules)) == []


def test_segments_that_do_not_meet_are_not_merged(tmp_path: Path) -> None:
    """Small and large convert alike, and middle lies between: they are not one region."""
    result = suggested(tmp_path, world(30000, lambda r: 0.6 if 50 < r["Size now"] <= 500 else 0.4), sizes())
    assert told(result) == []


def test_what_cannot_be_told_apart_is_not_alike(tmp_path: Path) -> None:
    """Of few records neither a difference nor its absence can be shown; how many it takes is said."""
    result = suggested(tmp_path, world(900, lambda _: 0.3), sizes(), only=("merge",))
    assert told(result) == []
    assert "records of each" in next(item.reason for item in result.cannot_tell if item.kind.value == "merge")


def test_without_an_outcome_nothing_is_merged(tmp_path: Path) -> None:
    """Nothing says what the records came to: merges, splits and boundaries cannot be told, and that is said."""
    records = ({key: value for key, value in record.items() if key != "Converted"} for record in world(900, _alike))
    result = suggested(tmp_path, records, sizes())
    assert told(result) == []
    assert {item.kind.value for item in result.cannot_tell} == {"merge", "split", "boundaries"}


def test_a_longer_list_takes_the_place_of_two(tmp_path: Path) -> None:
    """Two segments by lists of one field become one with both lists."""
    rules = """
version: 1
fields:
  kind: {type: enum, column: Kind}
schemas:
  kinds:
    assign: first_match
    segments:
      private: {criteria: {kind: {in: [software, retail]}}}
      health: {criteria: {kind: {eq: health}}}
      public: {criteria: {kind: {eq: public}}}
"""
    rate = {"software": 0.4, "retail": 0.4, "health": 0.4, "public": 0.6}
    (found,) = suggested(tmp_path, world(30000, lambda r: rate[r["Kind"]]), rules).suggestions
    assert found.segments == ("private", "health")
    assert found.change is not None
    assert found.change.added[0].criteria == {"kind": {"in": ["software", "retail", "health"]}}


def test_the_size_for_equivalence_is_the_published_one() -> None:
    """75 % of both, a margin of 20 points, 80 % power: 81 of each, as Chow, Shao & Wang's formula has it.

    2 x 0.75 x 0.25 x (1.6449 + 1.2816)^2 / 0.2^2 = 80.3.
    """
    assert equivalence_size(0.75, 0.2, 0.05, 0.8) == 81


def test_an_empty_segment_is_retired(tmp_path: Path) -> None:
    """No record meets the criteria: the segment is to go, and the file without it has the same members elsewhere."""
    rules = sizes().replace("large: {", "giant: {criteria: {size_now: {gte: 100000}}}\n      large: {")
    rules = rules.replace("size_now: {gte: 501}", "size_now: {between: [501, 99999]}")
    result = suggested(tmp_path, world(900, lambda _: 0.3), rules, only=("retire",))
    assert told(result) == [("retire", "giant")]
    assert result.suggestions[0].reason == "no record meets its criteria"


def test_a_shadowed_segment_is_retired_with_the_reason(tmp_path: Path) -> None:
    """In a waterfall, the segments before it take all its records: that is said, with their number."""
    rules = (
        sizes()
        .replace("exactly_one", "first_match")
        .replace("large: {", "tiny: {criteria: {size_now: {lte: 20}}}\n      large: {")
    )
    result = suggested(tmp_path, world(900, lambda _: 0.3), rules, only=("retire",))
    assert told(result) == [("retire", "tiny")]
    assert "the segments before it take all" in result.suggestions[0].reason


def test_an_empty_segment_that_lacks_its_field_is_not_retired(tmp_path: Path) -> None:
    """No column provides what a segment asks for: whether it is real cannot be told."""
    rules = sizes().replace("large: {", "known: {criteria: {account_tier: {eq: '1'}}}\n      large: {")
    result = suggested(tmp_path, world(900, lambda _: 0.3), rules, only=("retire",))
    assert told(result) == []
    assert any(item.segment == "known" for item in result.cannot_tell)
