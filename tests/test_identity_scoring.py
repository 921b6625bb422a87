"""The scores of a partition, worked out by hand."""

import pytest

from tests.worlds.scoring import measure_reliability, score_partition

TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}


def test_pairs_and_companions() -> None:
    """Of 2 found pairs 1 is right, of 4 true ones 1 is found; companions are averaged over records."""
    score = score_partition({"a": "x", "b": "x", "c": "y", "d": "y", "e": "z"}, TRUTH)
    assert (score.found_pairs, score.right_pairs, score.true_pairs, score.largest) == (2, 1, 4, 2)
    assert (score.precision, score.recall) == (0.5, 0.25)
    assert score.f1 == pytest.approx(1 / 3)
    assert score.bcubed_precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1 + 1) / 6)
    assert score.bcubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2 + 1) / 6)


def test_nothing_found_is_precise() -> None:
    """Records that nothing is said of stand alone: no pair, so none is wrong."""
    score = score_partition({}, TRUTH)
    assert (score.precision, score.recall, score.f1, score.largest) == (1.0, 0.0, 0.0, 1)


def test_all_in_one() -> None:
    """One entity for all finds every pair, and is as precise as true pairs are frequent."""
    score = score_partition(dict.fromkeys(TRUTH, "x"), TRUTH)
    assert (score.precision, score.recall) == (4 / 15, 1.0)
    assert score.bcubed_precision == pytest.approx((9 + 4 + 1) / 36)


def test_reliability_by_bins() -> None:
    """Each bin has its mean probability and its true share; what lies on an edge counts above it, 1 in the last."""
    bins = measure_reliability([(0.2, False), (0.5, True), (0.7, False), (1.0, True)], (0.0, 0.5, 1.0))
    assert [(each.low, each.high, each.pairs) for each in bins] == [(0.0, 0.5, 1), (0.5, 1.0, 3)]
    assert [each.stated for each in bins] == pytest.approx([0.2, 2.2 / 3])
    assert [each.true for each in bins] == pytest.approx([0, 2 / 3])
