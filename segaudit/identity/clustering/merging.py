"""From odds of pairs to entities: records are matched against entities, not chained from pair to pair."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import pack, pairs_within, unpack

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Packed = npt.NDArray[np.int64]
Score = Callable[[Codes, Codes], Floats]

PROMISING = -2.0  # log odds from which a pair may hold records together
_WHOLE = 60  # records of a group up to which all its pairs are compared
_LARGEST = 1500  # records of a group whose entities are told apart pair by pair
_LEAST_OF_LARGE = (0.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0, 20.0)
# How far one pair may count against and for two entities being one. That two records have little in common says
# less than what others have; what contradicts has weighed already.
_AGAINST, _FOR = -2.0, 6.0
_SAID_SO, _SAID_NOT = 1e3, -1e9  # of pairs somebody decided on


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of records with the odds that each is one entity."""

    left: Codes
    right: Codes
    log_odds: Floats  # base e


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Pairs that somebody decided on, packed and sorted."""

    same: Packed
    different: Packed


NOTHING_DECIDED = Decided(same=np.zeros(0, dtype=np.int64), different=np.zeros(0, dtype=np.int64))


def group_records(pairs: Pairs, records: int, decided: Decided) -> Labels:
    """Return groups of records that hang together by promising pairs; entities are parts of them."""
    held = pairs.log_odds > PROMISING
    left, right = unpack(decided.same)
    group = _components(
        np.concatenate([pairs.left[held], left]), np.concatenate([pairs.right[held], right]), records
    )
    for least in _LEAST_OF_LARGE:
        large = np.bincount(group)[group] > _LARGEST
        if not large.any():
            break
        # A giant is no entity: it falls apart where its weakest pairs are.
        kept = held & (group[pairs.left] == group[pairs.right]) & (~large[pairs.left] | (pairs.log_odds > least))
        group = _components(
            np.concatenate([pairs.left[kept], left]), np.concatenate([pairs.right[kept], right]), records
        )
    return group


def _components(left: Codes, right: Codes, records: int) -> Labels:
    graph = csr_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(records, records))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def complete_groups(pairs: Pairs, group: Labels, score: Score) -> Pairs:
    """Return the pairs within groups, with those that were not compared before; of large groups only those that were."""
    sizes = np.bincount(group)
    inside = group[pairs.left] == group[pairs.right]
    left, right, log_odds = pairs.left[inside], pairs.right[inside], pairs.log_odds[inside]
    wanted = (sizes > 1) & (sizes <= _WHOLE)
    order = np.argsort(group, kind="stable").astype(np.int32)
    rows = order[wanted[group[order]]]
    parts = [pack(a, b) for a, b in pairs_within(rows, sizes[wanted])]
    every = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    fresh = np.setdiff1d(every, pack(left, right), assume_unique=True)
    a, b = unpack(fresh)
    return Pairs(
        left=np.concatenate([left, a]),
        right=np.concatenate([right, b]),
        log_odds=np.concatenate([log_odds, score(a, b)]),
    )


class Merging:
    """Puts records of groups together to entities, again and again from the same pairs."""

    def __init__(self, pairs: Pairs, group: Labels, decided: Decided) -> None:
        """Prepare.

        Args:
            pairs: All within groups.
            group: Of each record.
            decided: What somebody decided.
        """
        of = group[pairs.left]
        order = np.lexsort((pairs.right, pairs.left, of))
        self._records = len(group)
        self._left, self._right, of = pairs.left[order], pairs.right[order], of[order]
        self._weights = np.clip(pairs.log_odds[order], _AGAINST, _FOR)
        packed = pack(self._left, self._right)
        self._weights[np.isin(packed, decided.same)] = _SAID_SO
        self._weights[np.isin(packed, decided.different)] = _SAID_NOT
        self._begins = np.flatnonzero(np.append(True, of[1:] != of[:-1])) if len(of) else np.zeros(0, dtype=np.int64)
        self._ends = np.append(self._begins[1:], len(of)).astype(np.int64)

    def entities(self, least: float) -> Labels:
        """Return the entity of each record: the number of its first record.

        Args:
            least: Mean log odds between two entities from which they are one.
        """
        entity = np.arange(self._records)
        alone = self._ends - self._begins == 1
        pair = self._begins[alone]
        one = pair[self._weights[pair] > least]
        entity[self._right[one]] = self._left[one]
        for begin, end in zip(self._begins[~alone], self._ends[~alone], strict=True):
            part = slice(begin, end)
            members = np.unique(np.concatenate([self._left[part], self._right[part]]))
            found = _agglomerate(members, self._left[part], self._right[part], self._weights[part], least)
            entity[members] = members[found]
        return entity


def _agglomerate(members: Codes, left: Codes, right: Codes, weights: Floats, least: float) -> Labels:
    """Return for each member the place of the first member of its entity, joining the two most alike again and again."""
    count = len(members)
    sums = np.full((count, count), _AGAINST)
    a, b = np.searchsorted(members, left), np.searchsorted(members, right)
    sums[a, b] = sums[b, a] = weights
    np.fill_diagonal(sums, -np.inf)
    sizes = np.ones(count)
    belongs = np.arange(count)
    while True:
        means = sums / np.outer(sizes, sizes)
        one, other = divmod(int(np.argmax(means)), count)
        if not means[one, other] > least:
            return belongs
        one, other = min(one, other), max(one, other)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums[other] = sums[:, other] = sums[one, one] = -np.inf
        sizes[one] += sizes[other]
        belongs[belongs == other] = one
