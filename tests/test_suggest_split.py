"""Splits: parts of a segment that come to something else."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from segaudit.model.fields import FieldType
from segaudit.model.suggestions import Feature, FeatureKind, FeatureValue
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.suggestions import load_suggest_rules
from segaudit.segments.statistics.rates import Counted, compare_rates
from segaudit.segments.suggest.cutting import tree_cuts
from segaudit.segments.suggest.sample import Sample
from segaudit.segments.suggest.search import find_part, is_measurable, relative_gap
from segaudit.segments.suggest.selectors import round_cut, selectors
from tests.suggest_support import Record, sizes, suggested, told, world

_RULES = load_suggest_rules(RulesLocation.at(None))


def _planted(record: Record) -> float:
    """Return 40 % of software companies of middle size, 15 % of all others."""
    return 0.4 if record["Kind"] == "software" and 50 < record["Size now"] <= 500 else 0.15


def _feature(name: str, kind: FeatureKind, *words: str) -> Feature:
    return Feature(
        name=name,
        header=name,
        type=FieldType.ENUM if words else FieldType.INT,
        kind=kind,
        column=name,
        declared={},
        rows_filled=1000,
        different=10,
        whole=not words,
        values=tuple(FeatureValue(folded=word, written=word.title(), rows=1) for word in words),
    )


def test_a_planted_part_is_found_and_nothing_else(tmp_path: Path) -> None:
    """Software companies of middle size convert more: that part is split off, and nothing else is suggested."""
    result = suggested(tmp_path, world(9000, _planted), sizes())
    assert told(result) == [("split", "middle")]
    (found,) = result.suggestions
    assert found.title == "split middle: kind is software"
    assert found.evidence[0].held_out
    assert found.change is not None
    assert [item.id for item in found.change.added] == ["middle_kind_software", "middle"]


def test_parts_add_up_to_the_segment(tmp_path: Path) -> None:
    """Every member of a segment that is split is in exactly one of its parts, blanks included."""
    records = ({**record, "Kind": record["Kind"] if record["Years"] % 7 else ""} for record in world(9000, _planted))
    (found,) = suggested(tmp_path, records, sizes()).suggestions
    assert sum(item.members for item in found.after) == found.before[0].members


def test_the_corrected_p_is_that_of_the_half_not_searched(tmp_path: Path) -> None:
    """The p-value is the test of the two parts on the held-out half, times the candidates that were confirmed."""
    (found,) = suggested(tmp_path, world(9000, _planted), sizes()).suggestions
    shown = found.evidence[0]
    assert shown.p is not None
    assert shown.p_corrected is not None
    assert shown.family is not None
    assert shown.p <= shown.p_corrected <= shown.p * shown.family
    assert shown.rows is not None
    assert shown.rows < 0.6 * found.before[0].members


def test_chance_is_no_part(tmp_path: Path) -> None:
    """Where the outcome hangs on nothing, nothing is suggested."""
    assert told(suggested(tmp_path, world(4000, lambda _: 0.2), sizes())) == []


def test_what_another_schema_is_made_of_is_no_split(tmp_path: Path) -> None:
    """A field that another schema parts the records by already does not part this one's segments, too."""
    segments = "{it: {criteria: {kind: {eq: software}}}, other: {criteria: {kind: {ne: software}}}}"
    by_kind = f"  kinds: {{assign: all_matches, segments: {segments}}}"
    rules = (
        sizes()
        .replace("schemas:\n", f"schemas:\n{by_kind}\n")
        .replace("fields:\n", "fields:\n  kind: {type: enum, column: Kind}\n")
    )
    found = suggested(tmp_path, world(9000, _planted), rules, only=("split",)).suggestions
    assert [(item.schema, item.segments) for item in found if item.schema == "size"] == []


def test_suppressed_segments_are_left_alone(tmp_path: Path) -> None:
    """Nobody writes to the members of a suppressed segment, so it has no parts."""
    assert told(suggested(tmp_path, world(9000, _planted), sizes(middle=", suppress: true"))) == []


def test_a_field_that_tells_the_outcome_is_left_out(tmp_path: Path) -> None:
    """A column that says the same as the outcome under another name makes no segment, and that is said."""
    records = ({**record, "Invoice sent": "yes" if record["Converted"] else "no"} for record in world(6000, _planted))
    result = suggested(tmp_path, records, sizes())
    assert all("invoice" not in item.title for item in result.suggestions)
    assert any(note.startswith("invoice_sent is left out of the search") for note in result.notes)


def test_small_segments_are_said_to_be_too_small(tmp_path: Path) -> None:
    """A segment with fewer than twice the least members is not split, with the number that would be needed."""
    result = suggested(tmp_path, world(450, lambda _: 0.3), sizes())
    (reason,) = [item.reason for item in result.cannot_tell if item.kind.value == "split"]
    assert "200 are needed" in reason


@pytest.mark.parametrize(
    ("a", "b", "gap"),
    [(0.10, 0.20, 1.0), (0.20, 0.10, 1.0), (0.90, 0.95, 1.0), (0.0, 0.1, float("inf")), (0.3, 0.3, 0)],
)
def test_rates_are_apart_by_what_is_rarer(a: float, b: float, gap: float) -> None:
    """5 % and 10 % are apart by as much as 90 % and 95 %: what is rarer counts, and the order does not."""
    assert relative_gap(a, b) == pytest.approx(gap)


def test_a_part_must_be_large_enough_to_be_measured() -> None:
    """Of 20 %, two halves of 400 records show a change by half, two halves of 100 do not."""
    assert is_measurable(800, 0.2, _RULES)
    assert not is_measurable(200, 0.2, _RULES)
    assert not is_measurable(800, 0.0, _RULES)


def test_a_tree_cuts_where_the_outcome_changes() -> None:
    """Below 40 nothing happens, from 40 on everything: the one cut lies between 39 and 40."""
    values = np.arange(100.0)
    assert tree_cuts(values, (values >= 40).astype(float), 5, 1) == [39.5]


@pytest.mark.parametrize(("cut", "rounded"), [(39.5, 40), (98.7, 100), (1234.5, 1000)])
def test_cuts_are_round_numbers(cut: float, rounded: float) -> None:
    """A cut is the roundest number with hardly a value between."""
    values = np.concatenate([np.arange(0.0, 200.0), [1000.0, 1235.0, 2000.0]])
    assert round_cut(cut, values, whole=True, most=0.02) == rounded


def test_the_part_that_differs_most_is_found() -> None:
    """Of 1,000 records with 50 % where the kind is a, 10 % where it is b: the part is one side of that."""
    kinds = np.repeat([0.0, 1.0], 500)
    outcome = np.concatenate([np.tile([1.0, 0.0], 250), np.tile([1.0] + [0.0] * 9, 50)])
    sample = Sample(columns={"kind": kinds}, outcome=outcome, scale=4.0)
    tried = selectors([_feature("kind", FeatureKind.CATEGORY, "a", "b")], sample, _RULES, date(2026, 1, 1))
    found = find_part(sample, tried, _RULES, is_rate=True)
    assert found is not None
    assert found.plain in ({"kind": {"eq": "A"}, "missing": "exclude"}, {"kind": {"eq": "B"}, "missing": "exclude"})
    test = compare_rates(Counted(250, 500), Counted(50, 500))
    assert test is not None
    assert test.p < 1e-20


def test_a_permuted_outcome_is_not_confirmed() -> None:
    """Of 200 outcomes that are pure chance, what the best part of one half shows holds on the other in 5 % at most."""
    alarms, draw = 0, np.random.default_rng(7)
    features = [_feature(name, FeatureKind.NUMBER) for name in ("a", "b", "c")]
    for _ in range(200):
        columns = {item.name: draw.integers(0, 40, 2000).astype(float) for item in features}
        outcome = draw.permutation(np.repeat([1.0, 0.0], [400, 1600]))
        halves = [slice(0, 1000), slice(1000, 2000)]
        one, other = (
            Sample(columns={name: values[half] for name, values in columns.items()}, outcome=outcome[half], scale=2.0)
            for half in halves
        )
        found = find_part(one, selectors(features, one, _RULES, date(2026, 1, 1)), _RULES, is_rate=True)
        if found is None:
            continue
        inside = np.ones(1000, dtype=bool)
        for item in found.selectors:
            values = other.columns[item.feature.name]
            ((operator, cut),) = item.test.items()
            inside &= (values >= float(str(cut))) if operator == "gte" else (values < float(str(cut)))
        a, b = (Counted(float(other.outcome[side].sum()), int(side.sum())) for side in (inside, ~inside))
        test = compare_rates(a, b)
        alarms += test is not None and test.p <= 0.05 and (a.rate > b.rate) is found.rises
    assert 0 < alarms <= 10
