"""What becomes of a record of the list, from how well it fits records of the base."""

import numpy as np
import pytest

from segaudit.identity.clustering.believing import TRUST
from segaudit.identity.linking_fates import Candidates, Fate, Links, decide_links
from segaudit.identity.linking_pairs import Across


def decide(odds: list[float], inside: list[bool], alike: float) -> Links:
    """Decide on one record that fits several of the base, which are one or two by the odds given."""
    count = len(odds)
    found = Candidates(
        left=np.zeros(count, dtype=np.int32),
        right=np.arange(1, count + 1, dtype=np.int32),
        odds=np.array(odds),
        inside=np.array(inside, dtype=bool),
    )
    return decide_links(None, Across(left=1, right=count), found, lambda left, _: np.full(len(left), alike))


@pytest.mark.parametrize(
    ("odds", "alike", "fate"),
    [
        ([5.0, 5.0], -9.0, Fate.AMBIGUOUS),  # two people, and nothing tells which
        ([5.0, 4.5], -9.0, Fate.AMBIGUOUS),
        ([9.0, 5.0], -9.0, Fate.LINKED),  # one of them fits far better
        ([5.0, -1.0], -9.0, Fate.LINKED),  # the other does not fit
        ([5.0, 5.0], 9.0, Fate.LINKED),  # the two are one
        ([-1.0, -1.0], -9.0, Fate.NEW),
    ],
)
def test_rivals_decide(odds: list[float], alike: float, fate: Fate) -> None:
    """A record fits one, or two that are one, or two that are two, or none."""
    assert decide(odds, [True, False], alike).fate.tolist() == [fate]


def test_only_duplicates_are_both_linked() -> None:
    """Of two that are two, the likelier is linked at most; two that are one are both."""
    assert decide([9.0, 5.0], [True, False], -9.0).linked.tolist() == [True, False]
    assert decide([9.0, 5.0], [True, False], 9.0).linked.tolist() == [True, True]


def test_rivals_share_what_is_likely() -> None:
    """Two that fit equally well, and are two, have half the probability each, and a little less."""
    probability = decide([6.0, 6.0], [True, False], -60.0).probability
    odds = np.exp(TRUST * 6.0)
    assert probability == pytest.approx(2 * [odds / (1 + 2 * odds)])


def test_without_candidates_all_are_new() -> None:
    """A record that fits nobody is new, and nothing is missed by it."""
    links = decide([], [], 0.0)
    assert links.fate.tolist() == [Fate.NEW]
    assert (links.precision.value, links.recall.value) == (1.0, 1.0)
