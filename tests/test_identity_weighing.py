"""What agreement weighs: the sample that stands for all pairs, the mixture of classes, weights that add up."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import log

import numpy as np
import pyarrow as pa
import pytest

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.blocking.pairs import different, pack
from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.comparing.texts import categories
from segaudit.identity.explaining import evidence_of, field_weights, in_one_line, weigh
from segaudit.identity.weighing.mixture import Floats, Mixture, Patterns, estimate, log_sum
from segaudit.identity.weighing.sampling import sample_pairs

# Two classes, one entity and chance; two fields; of a lacking value the share is 1. Levels: none, different, same.
ONE = ([1.0, 0.1, 0.9], [1.0, 0.2, 0.8])
CHANCE = ([1.0, 0.99, 0.01], [1.0, 0.9, 0.1])
SIMPLE = Mixture(
    shares=np.array([0.001, 0.999]),
    tables=tuple(np.array([one, chance]) for one, chance in zip(ONE, CHANCE, strict=True)),
    matching=1,
)


def attribute(texts: Sequence[str | None], name: str = "field") -> Attribute:
    """Return a standard form, one text for each record."""
    return encode(name, "name", pa.array(texts, pa.string()), np.arange(len(texts), dtype=np.int32))


# --------------------------------------------------------------------------------------------------------------- sample


def test_a_sample_stands_for_all_pairs() -> None:
    """The weights add up to all pairs, and those of the pairs that agree to all that agree, counted one by one."""
    rng = np.random.default_rng(5)
    records = 3_000
    columns = [attribute([f"{value}" for value in rng.integers(0, size, records)]) for size in (40, 900)]
    candidates = different([pack(np.arange(0, 2_000, dtype=np.int32), np.arange(1, 2_001, dtype=np.int32))])
    left, right, weights = sample_pairs([categories(column) for column in columns], candidates, records, rng)
    assert (left < right).all()
    assert weights.sum() == pytest.approx(records * (records - 1) / 2, rel=0.02)
    for column in columns:
        agreeing = float((column.counts * (column.counts - 1) / 2).sum())
        assert weights[column.codes[left] == column.codes[right]].sum() == pytest.approx(agreeing, rel=0.05)


def test_candidates_stand_for_themselves() -> None:
    """A pair that is compared anyway is in the sample once, with weight 1, and is not drawn a second time."""
    records = 50
    column = attribute([f"{place % 5}" for place in range(records)])
    rows = np.triu_indices(records, k=1)
    every = different([pack(rows[0].astype(np.int32), rows[1].astype(np.int32))])
    left, right, weights = sample_pairs([categories(column)], every, records, np.random.default_rng(1))
    assert (pack(left, right) == every).all()
    assert (weights == 1).all()


# -------------------------------------------------------------------------------------------------------------- mixture


def test_log_odds_of_two_classes_are_fellegi_and_sunters_sum() -> None:
    """With two classes the odds are those of the classes times each field's ratio; a lacking value adds nothing."""
    levels = np.array([[2, 2], [2, 1], [1, 1], [2, 0], [0, 0]], dtype=np.uint8)
    before = log(0.001 / 0.999)
    same = log(0.9 / 0.01), log(0.8 / 0.1)
    differing = log(0.1 / 0.99), log(0.2 / 0.9)
    expected = [
        before + same[0] + same[1],
        before + same[0] + differing[1],
        before + differing[0] + differing[1],
        before + same[0],
        before,
    ]
    assert SIMPLE.log_odds(levels) == pytest.approx(expected)


def test_probabilities_of_all_patterns_sum_to_one() -> None:
    """Every pair is at some level of each field and of some class, so the joint probabilities add up to 1."""
    levels = np.array(list(product((1, 2), (1, 2))), dtype=np.uint8)
    assert np.exp(log_sum(SIMPLE.logs(levels))).sum() == pytest.approx(1.0)
    of_class = np.exp(SIMPLE.logs(levels) - log_sum(SIMPLE.logs(levels))[:, None])
    assert of_class.sum(axis=1) == pytest.approx(np.ones(4))


# A world of pairs: for each field, how often one entity's records are the same, and how often others are.
FIELDS = ("given", "family", "mail", "company", "town")
SAME_OF_ONE = (0.9, 0.92, 0.6, 0.9, 0.85)
SAME_BY_CHANCE = (0.005, 0.002, 0.00001, 0.001, 0.02)
SAME_OF_COLLEAGUES = (0.005, 0.002, 0.00001, 0.98, 0.9)
ONE_PAIRS, COLLEAGUES, ALL = 10_000.0, 200_000.0, 50_000_000.0


def comparisons() -> list[Comparison]:
    """Return comparisons of the fields: different or same, the given name and the mailbox anchors."""
    found = []
    for name, same in zip(FIELDS, SAME_OF_ONE, strict=True):
        comparison = categories(attribute(["a", "b", "a"], name), same=same)
        found.append(replace(comparison, anchor=name in ("given", "mail")))
    assert {comparison.size for comparison in found} == {3}
    return found


def simulated(*classes: tuple[float, Sequence[float]]) -> Patterns:
    """Return the pairs of classes as they would come out on the mean: pairs, and how often each field is the same."""
    levels = np.array(list(product((1, 2), repeat=len(FIELDS))), dtype=np.uint8)
    weights = np.zeros(len(levels))
    for pairs, same in classes:
        weights += pairs * np.where(levels == 2, np.array(same), 1 - np.array(same)).prod(axis=1)
    return Patterns(levels=levels, weights=weights)


def found_pairs(mixture: Mixture, patterns: Patterns) -> float:
    """Return how many pairs the mixture takes for one entity."""
    return float((patterns.weights / (1 + np.exp(-mixture.log_odds(patterns.levels)))).sum())


@pytest.mark.parametrize("colleagues", [0.0, COLLEAGUES])
def test_the_mixture_is_found_again(colleagues: float) -> None:
    """From pairs alone: how many are one, and how often these agree on each field; colleagues are not among them."""
    patterns = simulated(
        (ONE_PAIRS, SAME_OF_ONE), (colleagues, SAME_OF_COLLEAGUES), (ALL - ONE_PAIRS - colleagues, SAME_BY_CHANCE)
    )
    mixture = estimate(patterns, comparisons(), expected=2_000)
    assert found_pairs(mixture, patterns) == pytest.approx(ONE_PAIRS, rel=0.1)
    assert mixture.shares.sum() == pytest.approx(1)
    for table, same in zip(mixture.tables, SAME_OF_ONE, strict=True):
        assert table[0][2] == pytest.approx(same, abs=0.04)
        assert table[:, 1:].sum(axis=1) == pytest.approx(np.ones(len(table)))
        assert (table[:, 0] == 1).all()


def test_colleagues_are_not_one() -> None:
    """Who shares the company and the town with another, and neither name, is not the same."""
    patterns = simulated(
        (ONE_PAIRS, SAME_OF_ONE), (COLLEAGUES, SAME_OF_COLLEAGUES), (ALL - ONE_PAIRS - COLLEAGUES, SAME_BY_CHANCE)
    )
    odds = estimate(patterns, comparisons(), expected=2_000).log_odds(
        np.array([[1, 1, 1, 2, 2], [1, 2, 1, 2, 2], [2, 2, 1, 2, 2], [2, 2, 2, 1, 1]], dtype=np.uint8)
    )
    assert odds[0] < -4
    assert odds[1] < 0
    assert odds[2] > 4
    assert odds[3] > 4


def test_nobody_twice_is_nobody_found() -> None:
    """In a world of strangers hardly a pair is taken for one."""
    patterns = simulated((ALL, SAME_BY_CHANCE))
    assert found_pairs(estimate(patterns, comparisons(), expected=2_000), patterns) < 100


def test_an_anchor_is_by_chance_in_all_classes_of_two() -> None:
    """How often different entities have one given name is the same for all classes of them."""
    patterns = simulated(
        (ONE_PAIRS, SAME_OF_ONE), (COLLEAGUES, SAME_OF_COLLEAGUES), (ALL - ONE_PAIRS - COLLEAGUES, SAME_BY_CHANCE)
    )
    given = estimate(patterns, comparisons(), expected=2_000, of_people=True).tables[0][1:, 2]
    assert given == pytest.approx(np.full(len(given), given[0]))
    assert given[0] == pytest.approx(SAME_BY_CHANCE[0], rel=0.05)


def chance_of_a_name(pairs: Sequence[float], by_chance: float | None) -> float:
    """Return how often two people share a given name: learned from pairs that share neither name, one, the other, both.

    Args:
        pairs: Of the whole table, by what they share: nothing, the given name, the family name, both.
        by_chance: What is known of it beforehand.
    """
    fields = [
        replace(categories(attribute(["a", "b", "a"], name), same=0.9), anchor=name == "given", by_chance=by_chance)
        for name in ("given", "family")
    ]
    levels = np.array([[1, 1], [2, 1], [1, 2], [2, 2]], dtype=np.uint8)
    mixture = estimate(Patterns(levels=levels, weights=np.array(pairs)), fields, expected=1.0)
    return float(mixture.tables[0][mixture.matching, 2])


def test_chance_of_a_small_table_is_known_beforehand() -> None:
    """Five of 45 pairs share a given name: where one in two hundred does, (5 + 2) of (45 + 400) are to be expected."""
    pairs = [40.0, 5.0, 0.0, 0.0]
    assert chance_of_a_name(pairs, None) == pytest.approx(5 / 45, abs=0.02)
    assert chance_of_a_name(pairs, 0.005) == pytest.approx(7 / 445, abs=0.002)


def test_chance_of_a_large_table_is_learned() -> None:
    """What is known beforehand is nothing beside what millions of pairs say."""
    pairs = [4_900_000.0, 100_000.0, 50_000.0, 10_000.0]
    assert chance_of_a_name(pairs, 0.005) == pytest.approx(chance_of_a_name(pairs, None), rel=0.01)


# -------------------------------------------------------------------------------------------------------------- weights


def three_classes() -> Mixture:
    """Return a mixture in which fields go together: a second class of two entities shares the first field."""
    tables: tuple[Floats, ...] = (
        np.array([ONE[0], [1.0, 0.05, 0.95], CHANCE[0]]),
        np.array([ONE[1], [1.0, 0.30, 0.70], CHANCE[1]]),
    )
    return Mixture(shares=np.array([0.001, 0.01, 0.989]), tables=tables, matching=1)


@pytest.mark.parametrize("mixture", [SIMPLE, three_classes()])
def test_weights_add_up_to_the_log_odds(mixture: Mixture) -> None:
    """What is known before and what each field adds, in bits, is the log odds, whatever goes together."""
    levels = np.array(list(product((0, 1, 2), repeat=2)), dtype=np.uint8)
    bits = weigh(mixture, levels)
    assert bits.shape == (9, 3)
    assert bits.sum(axis=1) * log(2) == pytest.approx(mixture.log_odds(levels))
    assert bits[:, 0] == pytest.approx(np.full(9, np.log2(0.001 / 0.999)))
    assert (abs(bits[levels[:, 0] == 0, 1]) < 1e-9).all()


def test_evidence_in_one_line() -> None:
    """Each field that says something, its level and its bits: log2 of .9/.01 is 6.5, of .2/.9 -2.2, of .001/.999 -10.

    What chance takes off is told as well, so that the bits add up to the odds.
    """
    fields = [categories(attribute(["a", "b", "a"], name)) for name in ("mail", "town")]
    levels = np.array([[2, 1], [0, 2], [0, 0]], dtype=np.uint8)
    assert in_one_line(fields, SIMPLE, levels) == [
        "mail same (shared by 2+) +6.5; town different -2.2; before comparing -10.0",
        "town same (shared by 2+) +3.0; before comparing -10.0",
        "before comparing -10.0",
    ]
    held = SIMPLE.log_odds(levels) - np.array([2 * log(2), 0, 0])
    assert in_one_line(fields, SIMPLE, levels, held)[:2] == [
        "mail same (shared by 2+) +6.5; town different -2.2; before comparing -10.0; chance makes as many -2.0",
        "town same (shared by 2+) +3.0; before comparing -10.0",
    ]
    found = evidence_of(fields, SIMPLE, levels[0], 0, 1)
    assert [(item.field, item.left, item.right, round(item.weight, 1)) for item in found] == [
        ("mail", "a", "b", 6.5), ("town", "a", "b", -2.2),
    ]  # fmt: skip


def test_weights_of_fields() -> None:
    """Each level of a field has how often one and two entities are at it, and the log2 of the ratio."""
    field = field_weights([categories(attribute(["a", "b", "a", None], "mail"))] * 2, SIMPLE)[0]
    assert (field.field, field.filled) == ("mail", 0.75)
    assert [(item.same, item.different) for item in field.levels] == [(0.1, 0.99), (0.9, 0.01)]
    assert field.levels[1].bits == pytest.approx(6.492, abs=0.001)
