"""Which doubtful pairs are asked about, and in which order."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.identity.queue import Groups, order_pairs

NONE = np.empty((0, 2), dtype=np.int64)
Pairs = list[tuple[int, int]]


def ordered(
    pairs: Pairs, probability: list[float], clusters: list[int], must: Pairs | None = None, cannot: Pairs | None = None
) -> Pairs:
    """Return the pairs to ask about, in order."""
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    links = [np.array(given or NONE, dtype=np.int64).reshape(-1, 2) for given in (must, cannot)]
    order = order_pairs(array, np.array(probability), np.array(clusters), *links)
    return [pairs[place] for place in order]


def test_the_most_doubtful_pair_comes_first() -> None:
    """Between records that are alone, .5 comes before .4, which comes before .9."""
    assert ordered([(0, 1), (2, 3), (4, 5)], [0.9, 0.4, 0.5], list(range(6))) == [(4, 5), (2, 3), (0, 1)]


def test_a_pair_counts_as_much_as_hangs_on_it() -> None:
    """Two clusters of 2 and 3 records: 6 pairs at .1 are worth .6, more than one pair at .5."""
    assert ordered([(0, 1), (2, 4)], [0.5, 0.1], [0, 1, 2, 2, 3, 3, 3]) == [(2, 4), (0, 1)]


def test_within_a_cluster_one_record_may_leave_the_others() -> None:
    """In a cluster of 4 records 3 pairs hang on an answer: .2 x 3 is more than .5 x 1."""
    assert ordered([(0, 1), (2, 3)], [0.5, 0.8], [0, 1, 2, 2, 2, 2]) == [(2, 3), (0, 1)]


def test_what_follows_from_decisions_is_not_asked() -> None:
    """With 0 = 1 = 2 and 2 different from 3, neither 0-2 nor 0-3 is asked, but 0-4 is."""
    pairs = [(0, 2), (0, 3), (0, 4)]

    assert ordered(pairs, [0.5] * 3, list(range(5)), [(0, 1), (1, 2)], [(3, 2)]) == [(0, 4)]


def test_two_ways_to_ask_one_question_are_asked_once() -> None:
    """With 0 = 1, the pairs 0-2 and 2-1 are one question: the more doubtful one is put."""
    assert ordered([(0, 2), (2, 1)], [0.7, 0.6], [0, 0, 1], [(0, 1)]) == [(2, 1)]


def test_equal_worth_goes_by_doubt_and_then_by_record() -> None:
    """Of equal worth the more doubtful pair comes first; of pairs that are equal in all, that of the first records."""
    pairs = [(6, 5), (3, 4), (0, 1)]

    assert ordered(pairs, [0.5, 0.5, 0.25], [0, 1, 1, 2, 3, 4, 5]) == [(3, 4), (6, 5), (0, 1)]


def test_nothing_to_ask_is_an_empty_queue() -> None:
    """No pairs, no records."""
    assert ordered([], [], []) == []


@pytest.mark.parametrize("places", [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
def test_the_order_of_pairs_does_not_matter(places: list[int]) -> None:
    """The same pairs in another order make the same queue."""
    pairs, probability = [(0, 1), (1, 2), (2, 3), (3, 4)], [0.5, 0.5, 0.4, 0.6]

    shuffled = ordered([pairs[place] for place in places], [probability[place] for place in places], list(range(5)))

    assert shuffled == ordered(pairs, probability, list(range(5))) == [(0, 1), (1, 2), (2, 3), (3, 4)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_groups_are_connected_components(pairs: Pairs) -> None:
    """Two items are in one group if, and only if, a chain of pairs leads from one to the other."""
    reach = np.eye(10, dtype=bool)
    for a, b in pairs:
        reach[a, b] = reach[b, a] = True
    for _ in range(4):
        reach = reach @ reach
    groups = Groups(pairs)

    for a, b in combinations(range(10), 2):
        assert (groups.of(a) == groups.of(b)) == reach[a, b]


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=12),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=5),
)
def test_every_question_is_put_once_or_answered(pairs: Pairs, must: Pairs) -> None:
    """The groups that pairs ask about are those the queue asks about, each once."""
    groups = Groups(must)
    wanted = {frozenset((groups.of(a), groups.of(b))) for a, b in pairs}
    asked = [frozenset((groups.of(a), groups.of(b))) for a, b in ordered(pairs, [0.5] * len(pairs), [0] * 8, must)]

    assert len(asked) == len(set(asked))
    assert set(asked) == {question for question in wanted if len(question) == 2}
