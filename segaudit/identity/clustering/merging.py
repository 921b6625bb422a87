"""From odds of pairs to entities: records are matched against entities, not chained from pair to pair."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import Packed, pack, pairs_within, unpack
from segaudit.identity.pairs import Floats, Pairs

Labels = npt.NDArray[np.int64]
Score = Callable[[Codes, Codes], Floats]

PROMISING = -2.0  # log odds from which a pair may hold records together
_WHOLE_EACH, _WHOLE_ANYWAY = 2, 1_500_000  # pairs within groups that are compared in all: for each record, and anyway
_CELLS = 4_000_000  # of the tables of pairs that are worked on at once
_LARGEST = 1000  # records of a group whose entities are told apart pair by pair
_LEAST_OF_LARGE = (0.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0, 20.0)
# How far one pair may count against and for two entities being one. That two records have little in common says
# less than what others have; what contradicts has weighed already.
_AGAINST, _FOR = -2.0, 6.0
_SAID_SO, _SAID_NOT = 1e3, -1e9  # of pairs somebody decided on


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
    group = _components(np.concatenate([pairs.left[held], left]), np.concatenate([pairs.right[held], right]), records)
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
    """Return the pairs within groups, with those that were not compared before.

    Of the largest groups, where there is no room for all pairs, there are only those that were compared.
    """
    sizes = np.bincount(group)
    inside = group[pairs.left] == group[pairs.right]
    left, right, log_odds = pairs.left[inside], pairs.right[inside], pairs.log_odds[inside]
    # Smaller groups first, as far as there is room.
    by_size = np.argsort(sizes, kind="stable")
    pairs_so_far = np.cumsum(sizes[by_size] * (sizes[by_size] - 1.0) / 2)
    wanted = np.zeros(len(sizes), dtype=bool)
    wanted[by_size[pairs_so_far <= _WHOLE_EACH * len(group) + _WHOLE_ANYWAY]] = True
    wanted &= sizes > 1
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
    """Puts records of groups together to entities: the two entities most alike again and again.

    How alike two entities are is the mean over all pairs between them, so what is joined later is never more alike, and
    one run serves every threshold.
    """

    def __init__(self, pairs: Pairs, group: Labels, decided: Decided, *, least: float) -> None:
        """Join as long as entities are more alike than ``least``.

        Args:
            pairs: All within groups.
            group: Of each record.
            decided: What somebody decided.
            least: Mean log odds.
        """
        self._records = len(group)
        weights = np.clip(pairs.log_odds, _AGAINST, _FOR)
        packed = pack(pairs.left, pairs.right)
        weights[np.isin(packed, decided.same)] = _SAID_SO
        weights[np.isin(packed, decided.different)] = _SAID_NOT
        sizes = np.bincount(group)
        # Members of each group in order, and the place of each record within its own.
        order = np.argsort(group, kind="stable")
        starts = np.cumsum(sizes) - sizes
        place = np.empty(len(group), dtype=np.int64)
        place[order] = np.arange(len(group)) - np.repeat(starts, sizes)
        of = group[pairs.left]
        kept: list[npt.NDArray[np.int64]] = []
        absorbed: list[npt.NDArray[np.int64]] = []
        heights: list[Floats] = []
        for size in np.unique(sizes[sizes > 1]):
            groups = np.flatnonzero(sizes == size)
            at_once = max(1, _CELLS // int(size) ** 2)
            rank = np.full(len(sizes), -1, dtype=np.int64)
            for start in range(0, len(groups), at_once):
                some = groups[start : start + at_once]
                rank[:] = -1
                rank[some] = np.arange(len(some))
                mine = rank[of] >= 0
                sums = np.full((len(some), size, size), _AGAINST)
                which, a, b = rank[of[mine]], place[pairs.left[mine]], place[pairs.right[mine]]
                sums[which, a, b] = sums[which, b, a] = weights[mine]
                for number, one, other, height in _joined(sums, least):
                    first = starts[some[number]]
                    kept.append(order[first + one])
                    absorbed.append(order[first + other])
                    heights.append(height)
        self._kept, self._absorbed, self._heights = (
            np.concatenate(found) if found else np.zeros(0, dtype=np.int64) for found in (kept, absorbed, heights)
        )

    def entities(self, least: float) -> Labels:
        """Return the entity of each record: the number of its first record.

        Args:
            least: Mean log odds between two entities from which they are one; not below that of the run.
        """
        entity = np.arange(self._records)
        joined = self._heights > least
        entity[self._absorbed[joined]] = self._kept[joined]
        while True:
            further = entity[entity]
            if (further == entity).all():
                return entity
            entity = further


def _joined(
    sums: Floats, least: float
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]]:
    """Yield what is joined in groups of one size, step by step: group, place kept, place absorbed, how alike.

    Args:
        sums: Log odds of the pairs of each group; (groups, members, members). It is used up.
        least: How alike entities have to be.
    """
    groups, size = sums.shape[:2]
    diagonal = np.arange(size)
    sums[:, diagonal, diagonal] = -np.inf
    sizes = np.ones((groups, size))
    number = np.arange(groups)
    for _ in range(size - 1):
        means = sums / (sizes[:, :, None] * sizes[:, None, :])
        flat = means.reshape(len(number), -1).argmax(axis=1)
        height = means.reshape(len(number), -1)[np.arange(len(number)), flat]
        going = height > least
        if not going.any():
            return
        sums, sizes, number, flat, height = sums[going], sizes[going], number[going], flat[going], height[going]
        row = np.arange(len(number))
        one, other = np.minimum(flat // size, flat % size), np.maximum(flat // size, flat % size)
        yield number, one, other, height
        sums[row, one] += sums[row, other]
        sums[row, :, one] += sums[row, :, other]
        sums[row, other] = -np.inf
        sums[row, :, other] = -np.inf
        sums[row, one, one] = -np.inf
        sizes[row, one] += sizes[row, other]
