"""What chance makes: pairs as shuffling one field would leave them, and how far odds are believed beside them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.comparing.comparison import Comparison, compare
from segaudit.identity.comparing.texts import categories
from segaudit.identity.weighing.chance import find_chance
from segaudit.identity.weighing.decoys import EDGES, Decoys, find_fields
from segaudit.identity.weighing.distinct import distinct
from segaudit.identity.weighing.mixture import Mixture, Patterns
from tests.worlds.names import SURNAMES
from tests.worlds.running import find_entities
from tests.worlds.world import Dice

ROWS = 60


def attribute(texts: Sequence[str]) -> Attribute:
    """Return a standard form, one text for each record."""
    return encode("field", "name", pa.array(texts, pa.string()), np.arange(len(texts), dtype=np.int32))


def mixture_for(comparisons: Sequence[Comparison]) -> Mixture:
    """Return two classes: of one entity nine of ten agree, of two one of five; one pair of fifty is of one entity."""
    tables = []
    for comparison in comparisons:
        agrees = comparison.agreeing()
        one, two = np.where(agrees, 0.9, 0.1), np.where(agrees, 0.2, 0.8)
        one[0] = two[0] = 1.0
        tables.append(np.array([one, two]))
    return Mixture(shares=np.array([0.02, 0.98]), tables=tuple(tables), matching=1)


def all_patterns(columns: Sequence[Sequence[str]]) -> tuple[list[Comparison], Patterns]:
    """Return a comparison of each column, and the patterns of all pairs of rows."""
    comparisons = [categories(attribute(column), same=0.9) for column in columns]
    left, right = np.triu_indices(len(columns[0]), k=1)
    levels = compare(comparisons, left.astype(np.int32), right.astype(np.int32))
    first, places = distinct(levels)
    return comparisons, Patterns(levels=levels[first], weights=np.bincount(places).astype(np.float64))


def test_decoys_are_the_mean_over_shuffles() -> None:
    """The pairs of high odds that shuffling a column makes are, on the mean of many shuffles, as many as stated."""
    dice = Dice(4)
    columns = [[dice.choice("abcde") for _ in range(ROWS)] for _ in range(3)]
    comparisons, patterns = all_patterns(columns)
    mixture = mixture_for(comparisons)
    fields = find_fields(patterns, mixture, comparisons)
    stated = Decoys(patterns.levels, mixture, fields).count(0, patterns.weights)
    above = EDGES[:-1] >= 0
    seen = []
    for _ in range(200):
        shuffled = [dice.sample(columns[0], ROWS), *columns[1:]]
        left, right = np.triu_indices(ROWS, k=1)
        others = [categories(attribute(column), same=0.9) for column in shuffled]
        levels = compare(others, left.astype(np.int32), right.astype(np.int32))
        said = fields.said(levels)
        mine = (said.argmax(axis=1) == 0) & (mixture.log_odds(levels) >= 0)
        seen.append(int(mine.sum()))
    assert stated[above].sum() == pytest.approx(np.mean(seen), rel=0.1)


def test_agreement_by_chance_is_not_believed() -> None:
    """In columns drawn at random pairs that agree throughout have high odds, and none of them is believed."""
    dice = Dice(8)
    comparisons, patterns = all_patterns([[dice.choice("abcd") for _ in range(200)] for _ in range(3)])
    mixture = mixture_for(comparisons)
    odds = mixture.log_odds(patterns.levels)
    chance = find_chance(patterns, patterns, odds, mixture, comparisons)
    assert chance is not None
    assert (odds > 0).any()
    assert chance.expected == pytest.approx(chance.agreeing, rel=0.25)
    assert (chance.held(patterns.levels, odds)[odds > 0] <= 0).all()


def test_agreement_beyond_chance_stays() -> None:
    """Rows that agree on two columns of which each has a hundred values are no chance: their odds stay as they are."""
    dice = Dice(8)
    rows = [(str(dice.randrange(100)), str(dice.randrange(100))) for _ in range(100)]
    comparisons, patterns = all_patterns(list(zip(*rows, *rows[:20], strict=True)))
    mixture = mixture_for(comparisons)
    odds = mixture.log_odds(patterns.levels)
    chance = find_chance(patterns, patterns, odds, mixture, comparisons)
    assert chance is None or (chance.held(patterns.levels, odds) == odds).all()


def test_odds_are_never_raised() -> None:
    """Whatever chance makes, no pair is believed more than before."""
    dice = Dice(2)
    comparisons, patterns = all_patterns([[dice.choice("abcdefgh") for _ in range(150)] for _ in range(3)])
    mixture = mixture_for(comparisons)
    odds = mixture.log_odds(patterns.levels)
    chance = find_chance(patterns, patterns, odds, mixture, comparisons)
    assert chance is not None
    assert (chance.held(patterns.levels, odds) <= odds).all()
    assert (chance.believed(patterns.levels, odds) <= odds).all()


def customers(rows: int, surnames: int, seed: int) -> list[list[str]]:
    """Return customers of whom a family name, a region, an age and a score are known, each drawn at random."""
    dice = Dice(seed)
    found = []
    for number in range(rows):
        region = dice.choice(("North", "South", "East", "West"))
        age, points = str(dice.randint(18, 80)), str(dice.randint(300, 850))
        found.append([f"C{number}", dice.choice(SURNAMES[:surnames]), region, age, points])
    return found


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_customers_told_apart_by_little_stay_apart(seed: int) -> None:
    """Four hundred different people of sixteen family names stay so many, though some agree on much."""
    rows = customers(400, 16, seed)
    assert len(set(find_entities(["Customer ID", "Surname", "Region", "Age", "Score"], rows).values())) == len(rows)


def test_a_family_name_alone_is_nobody() -> None:
    """Sixty people of five family names are sixty where nothing else is known of them."""
    rows = [row[:2] for row in customers(60, 5, 1)]
    assert len(set(find_entities(["Customer ID", "Surname"], rows).values())) == len(rows)
