"""Which doubtful pairs to ask a person about, and in which order: those first whose answer averts most errors."""

from collections.abc import Hashable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Item = TypeVar("Item", bound=Hashable)


class Groups(Generic[Item]):
    """What belongs together because pairs of it do. Whatever no pair names is a group of its own."""

    def __init__(self, pairs: Iterable[tuple[Item, Item]]) -> None:
        """Join each pair."""
        self._above: dict[Item, Item] = {}
        for left, right in pairs:
            a, b = self.of(left), self.of(right)
            if a != b:
                self._above[b] = a

    def of(self, item: Item) -> Item:
        """Return the one of a group that stands for it."""
        top = item
        while (above := self._above.get(top)) is not None:
            top = above
        while item != top:  # the way is short next time
            above = self._above[item]
            self._above[item] = top
            item = above
        return top


def order_pairs(
    pairs: Ints, probability: Floats, clusters: npt.NDArray[np.integer[Any]], must: Ints, cannot: Ints
) -> Ints:
    """Order pairs by what an answer is worth, and leave out those that need none.

    An answer is worth the number of wrong record pairs it averts: how likely the pair is decided wrongly without it,
    min(p, 1 - p), times the record pairs that hang on it. Between two clusters these are all pairs across them; within
    one of n records, n - 1: at the least, one record leaves the others.

    A pair is left out if it follows from decisions, or if another pair that is worth more asks about the same two
    groups of records already decided to be the same.

    Args:
        pairs: Places of the records of each pair; (pairs, 2).
        probability: That they are the same, 0-1; (pairs,).
        clusters: Which cluster each record is in, by any numbering; (records,).
        must: Places of records decided to be the same; (must, 2).
        cannot: Places of records decided to be different; (cannot, 2).

    Returns:
        Places of the pairs to ask about, the most worth first; of equal ones the most doubtful, then those of the
        first records.
    """
    groups = _decided_groups(must, len(clusters))
    first, second = np.sort(pairs, axis=1).T
    asked, barred = _codes(groups, pairs), _codes(groups, cannot)
    undecided: Bools = (groups[first] != groups[second]) & ~np.isin(asked, barred)
    value = np.minimum(probability, 1 - probability) * _at_stake(pairs, clusters)
    # Rounded, so that what is equal stays so whatever the order it was added up in.
    order = np.lexsort((second, first, np.abs(probability - 0.5).round(9), -value.round(9)))
    order = order[undecided[order]]
    _, firsts = np.unique(asked[order], return_index=True)
    found: Ints = order[np.sort(firsts)]
    return found


def _codes(groups: Ints, pairs: Ints) -> Ints:
    """Return one number for the two groups of each pair, the same whichever comes first."""
    ends = np.sort(groups[pairs.reshape(-1, 2)], axis=1)
    codes: Ints = ends[:, 0] * max(1, len(groups)) + ends[:, 1]
    return codes


def _decided_groups(must: Ints, records: int) -> Ints:
    """Return which group of records decided to be the same each one is in."""
    joined = Groups((int(a), int(b)) for a, b in must)
    groups = np.arange(records, dtype=np.int64)
    for record in np.unique(must).tolist():
        groups[record] = joined.of(record)
    return groups


def _at_stake(pairs: Ints, clusters: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return how many record pairs hang on each pair."""
    _, members, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    a, b = members[pairs[:, 0]], members[pairs[:, 1]]
    rows = sizes.astype(np.float64)
    at_stake: Floats = np.where(a == b, rows[a] - 1, rows[a] * rows[b])
    return at_stake
