"""From odds of pairs to entities: groups, mean linkage, decisions, and how far the outcome can be believed."""

from itertools import combinations
from math import log

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from segaudit.identity.blocking.pairs import pack
from segaudit.identity.clustering.believing import believe, choose_entities, sigmoid, within
from segaudit.identity.clustering.merging import (
    NOTHING_DECIDED,
    PROMISING,
    Decided,
    Labels,
    Merging,
    complete_groups,
    group_records,
)
from segaudit.identity.entities import decided_pairs
from segaudit.identity.pairs import Pairs

Said = list[tuple[int, int]]


def pairs_of(odds: dict[tuple[int, int], float]) -> Pairs:
    """Return pairs with their log odds."""
    left, right = (np.array([pair[side] for pair in odds], dtype=np.int32) for side in (0, 1))
    return Pairs(left=left, right=right, log_odds=np.array(list(odds.values()), dtype=np.float64))


def decided(same: Said = [], different: Said = []) -> Decided:  # noqa: B006 - only read
    """Return what somebody said of pairs."""
    return decided_pairs(*(np.array(said, dtype=np.int64).reshape(-1, 2) for said in (same, different)))


def partition(labels: Labels) -> set[frozenset[int]]:
    """Return which records belong together."""
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


def merged(odds: dict[tuple[int, int], float], records: int, said: Decided = NOTHING_DECIDED) -> set[frozenset[int]]:
    """Return the entities of a group of records that are more alike than even odds."""
    group = np.zeros(records, dtype=np.int64)
    return partition(Merging(pairs_of(odds), group, said, least=0.0).entities(0.0))


def sets(*members: str) -> set[frozenset[int]]:
    """Return groups written as digits."""
    return {frozenset(map(int, group)) for group in members}


# --------------------------------------------------------------------------------------------------------------- groups


@given(st.dictionaries(st.tuples(st.integers(0, 14), st.integers(0, 14)), st.floats(-9, 9), max_size=30))
def test_groups_are_the_components_of_promising_pairs(odds: dict[tuple[int, int], float]) -> None:
    """Records hang together as in networkx, by pairs that may hold them together."""
    odds = {pair: value for pair, value in odds.items() if pair[0] < pair[1]}
    graph = nx.Graph()
    graph.add_nodes_from(range(15))
    graph.add_edges_from(pair for pair, value in odds.items() if value > PROMISING)
    found = group_records(pairs_of(odds), 15, NOTHING_DECIDED)
    assert partition(found) == {frozenset(group) for group in nx.connected_components(graph)}


def test_what_is_said_to_be_one_is_in_one_group() -> None:
    """A decision puts two records in a group, although no pair speaks for it."""
    assert partition(group_records(pairs_of({(0, 1): -9.0}), 3, decided(same=[(1, 0)]))) == sets("01", "2")


def test_giants_fall_apart_where_they_are_weakest() -> None:
    """Two chains of 600 records that one weak pair holds together are two groups."""
    odds = {(place, place + 1): 10.0 for place in range(1_199)} | {(599, 600): 1.0}
    found = group_records(pairs_of(odds), 1_200, NOTHING_DECIDED)
    assert partition(found) == {frozenset(range(600)), frozenset(range(600, 1_200))}


def test_groups_are_compared_in_full() -> None:
    """Pairs within groups that no key found are scored, those between groups are left out."""
    pairs = pairs_of({(0, 1): 3.0, (1, 2): 2.0, (2, 3): -5.0, (3, 4): 1.0})
    asked: Said = []

    def score(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        asked.extend(zip(left.tolist(), right.tolist(), strict=True))
        return np.full(len(left), -1.0)

    found = complete_groups(pairs, np.array([0, 0, 0, 1, 1]), score)
    assert asked == [(0, 2)]
    assert dict(zip(pack(found.left, found.right).tolist(), found.log_odds.tolist(), strict=True)) == {
        int(pack(np.array([left]), np.array([right]))[0]): value
        for (left, right), value in {(0, 1): 3.0, (1, 2): 2.0, (3, 4): 1.0, (0, 2): -1.0}.items()
    }


# -------------------------------------------------------------------------------------------------------------- linkage


@pytest.mark.parametrize("seed", range(6))
def test_entities_are_those_of_average_linkage(seed: int) -> None:
    """Within each group the entities are those of scipy's average linkage, cut at whatever threshold."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 4, 30)
    every = [(a, b) for a, b in combinations(range(30), 2) if group[a] == group[b]]
    odds = dict(zip(every, rng.uniform(-2, 6, len(every)).tolist(), strict=True))
    merging = Merging(pairs_of(odds), group, NOTHING_DECIDED, least=0.0)
    for least in (0.0, 1.0, 2.0, 3.5, 5.0):
        expected: set[frozenset[int]] = set()
        for number in np.unique(group):
            members = np.flatnonzero(group == number)
            if len(members) < 2:
                expected.add(frozenset(members.tolist()))
                continue
            far = [10 - odds[pair] for pair in combinations(members.tolist(), 2)]
            labels = hierarchy.fcluster(hierarchy.linkage(far, "average"), 10 - least, "distance")
            expected |= {frozenset(members[labels == label].tolist()) for label in np.unique(labels)}
        assert partition(merging.entities(least)) == expected


def test_an_entity_is_called_by_its_first_record() -> None:
    """The number of an entity is that of its first record."""
    group = np.zeros(4, dtype=np.int64)
    merging = Merging(pairs_of({(1, 3): 5.0, (0, 2): 4.0}), group, NOTHING_DECIDED, least=0.0)
    assert merging.entities(0.0).tolist() == [0, 1, 0, 1]


def test_a_chain_is_no_entity() -> None:
    """Four records, each a little like the next and not like the others, are not one."""
    chain = {(0, 1): 3.0, (1, 2): 2.5, (2, 3): 3.0, (0, 2): -2.0, (1, 3): -2.0, (0, 3): -2.0}
    assert merged(chain, 4) == sets("01", "23")


def test_one_pair_does_not_break_an_entity() -> None:
    """Two records that have nothing in common are one if both are surely one with two others."""
    odds = dict.fromkeys(combinations(range(4), 2), 6.0) | {(0, 3): -50.0}
    assert merged(odds, 4) == sets("0123")


def test_one_pair_does_not_make_an_entity() -> None:
    """However sure one pair is, it does not join two entities whose other records contradict."""
    sure = {(0, 1): 6.0, (2, 3): 6.0, (1, 2): 50.0}
    odds = dict.fromkeys(combinations(range(4), 2), -9.0) | sure
    assert all(len(group) < 4 for group in merged(odds, 4))


# ------------------------------------------------------------------------------------------------------------ decisions


def test_decisions_go_before_odds() -> None:
    """What is said to be one is, and what is said to be two is, whatever the data says."""
    odds = {(0, 1): -9.0, (1, 2): -9.0, (0, 2): 50.0}
    assert merged(odds, 3, decided(same=[(0, 1)], different=[(0, 2)])) == sets("01", "2")


def test_nobody_joins_by_way_of_another() -> None:
    """A record stays apart from the whole entity of the one it is said to differ from."""
    odds = {(0, 1): 6.0, (1, 2): 6.0, (0, 2): 6.0, (2, 3): 6.0, (1, 3): 6.0, (0, 3): 6.0}
    assert merged(odds, 4, decided(different=[(3, 0)])) in (sets("012", "3"), sets("0", "123"))


def test_decisions_may_name_a_pair_either_way_and_twice() -> None:
    """(2, 1) and (1, 2) are one pair, said once."""
    found = decided(same=[(2, 1), (1, 2)])
    assert found.same.tolist() == [(1 << 32) + 2]
    assert found.different.tolist() == []


# -------------------------------------------------------------------------------------------------------------- belief


def test_belief_of_one_pair() -> None:
    """Odds of 9 to 1 for the only pair: nine of ten such are one, and nothing was missed."""
    belief = believe(pairs_of({(0, 1): log(9)}), np.array([0, 0, 2]), expected=0.0, found=1.0)
    assert belief.pairs == 1
    assert [belief.precision.value, belief.recall.value] == pytest.approx([0.9, 1.0])
    assert belief.precision.low < 0.9 < belief.precision.high


def test_belief_counts_what_was_left_and_what_was_not_compared() -> None:
    """Half a pair was left apart, and of 10 pairs of one entity 4 % were never compared: .9 of .9 + .5 + .4."""
    pairs = pairs_of({(0, 1): log(9), (1, 2): 0.0})
    belief = believe(pairs, np.array([0, 0, 2]), expected=10.0, found=0.96)
    assert belief.precision.value == pytest.approx(0.9)
    assert belief.recall.value == pytest.approx(0.9 / 1.8)
    assert 0 <= belief.recall.low <= belief.recall.value <= belief.recall.high <= 1


def test_belief_where_nothing_was_put_together() -> None:
    """Nothing can be wrong; all was found if there is nothing, and none of it if there is something."""
    alone = np.arange(3)
    nothing = believe(pairs_of({(0, 1): -9.0}), alone, expected=0.0, found=1.0)
    something = believe(pairs_of({(0, 1): -0.1, (1, 2): 0.1}), alone, expected=2.0, found=1.0)
    assert (nothing.pairs, nothing.precision.value, nothing.recall.value) == (0, 1.0, 1.0)
    assert (something.precision.value, something.recall.value) == (1.0, 0.0)


def test_two_that_have_little_in_common_are_as_sure_as_what_holds_them() -> None:
    """0 and 2 are one as surely as the weaker of the pairs that hold them to 1."""
    pairs = pairs_of({(0, 1): 5.0, (1, 2): 3.0, (0, 2): -4.0, (2, 3): 1.0})
    inside, odds, holds = within(pairs, np.array([0, 0, 0, 3]))
    assert inside.tolist() == [True, True, True, False]
    assert odds.tolist() == [5.0, 3.0, 3.0]
    assert holds.tolist() == [5.0, 5.0, 3.0, -np.inf]


def test_probabilities() -> None:
    """Even odds are one half, odds of 3 to 1 three quarters; beyond all bounds nothing overflows."""
    assert sigmoid(np.array([0.0, log(3), -1e9, 1e9])) == pytest.approx([0.5, 0.75, 0.0, 1.0])


def test_the_threshold_keeps_what_is_likely() -> None:
    """What is sure is put together, what is unlikely is not, and decisions hold at the threshold that is chosen."""
    pairs = pairs_of({(0, 1): 6.0, (2, 3): 5.0, (4, 5): -1.9})
    group = np.array([0, 0, 1, 1, 2, 2, 3])
    entity, least = choose_entities(pairs, group, NOTHING_DECIDED)
    assert partition(entity) == sets("01", "23", "4", "5", "6")
    assert 0 <= least < 5
    entity, _ = choose_entities(pairs, group, decided(same=[(4, 5)], different=[(0, 1)]))
    assert partition(entity) == sets("0", "1", "23", "45", "6")
