"""From probabilities of pairs to entities: records are matched against entities, not chained from pair to pair."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import pack, unpack

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Score = Callable[[Codes, Codes], Floats]

_PROMISING = -2.0  # log odds from which a pair may hold records together
_WHOLE = 60  # records of a group up to which all its pairs are compared
_LARGEST = 1500  # records of a group whose entities are told apart pair by pair
_LEAST_OF_LARGE = (0.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """How entities are put together."""

    least: float  # mean log odds between two entities from which they are one
    floor: float  # how much a single pair may speak against it
    ceiling: float  # and for it


def groups(left: Codes, right: Codes, log_odds: Floats, records: int) -> Labels:
    """Return groups of records that hang together by promising pairs; entities are parts of them."""
    held = log_odds > _PROMISING
    graph = csr_matrix((np.ones(int(held.sum()), dtype=np.int8), (left[held], right[held])), shape=(records, records))
    group = np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
    return _large_split(left, right, log_odds, group)


def _large_split(left: Codes, right: Codes, log_odds: Floats, group: Labels) -> Labels:
    """Return groups of which those that are too large to be one entity hang together by ever better pairs only."""
    for least in _LEAST_OF_LARGE:
        large = np.bincount(group)[group] > _LARGEST
        if not large.any():
            break
        held = (log_odds > least) | ~large[left]
        held &= group[left] == group[right]
        held &= (log_odds > _PROMISING)
        graph = csr_matrix((np.ones(int(held.sum()), dtype=np.int8), (left[held], right[held])), shape=(len(group),) * 2)
        group = np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
    return group


def completed(
    left: Codes, right: Codes, log_odds: Floats, group: Labels, score: Score
) -> tuple[Codes, Codes, Floats]:
    """Return the pairs within groups, with those that were not compared yet; of large groups only what was."""
    sizes = np.bincount(group)
    inside = (group[left] == group[right]) & (sizes[group[left]] > 2)
    known = pack(left[inside], right[inside])
    order = np.argsort(group, kind="stable").astype(np.int32)
    wanted = (sizes > 2) & (sizes <= _WHOLE)
    rows = order[wanted[group[order]]]
    from segaudit.identity.blocking.pairs import pairs_within

    parts = [pack(a, b) for a, b in pairs_within(rows, sizes[wanted])]
    every = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    fresh = np.setdiff1d(every, known, assume_unique=True)
    a, b = unpack(fresh)
    pair = (group[left] == group[right]) & (sizes[group[left]] == 2)  # noqa: PLR2004
    return (
        np.concatenate([left[inside | pair], a]),
        np.concatenate([right[inside | pair], b]),
        np.concatenate([log_odds[inside | pair], score(a, b)]),
    )


def merge(left: Codes, right: Codes, log_odds: Floats, group: Labels, linkage: Linkage) -> Labels:
    """Return the entity of each record."""
    records = len(group)
    entity = np.arange(records)
    weights = np.clip(log_odds, linkage.floor, linkage.ceiling)
    of = group[left]
    order = np.argsort(of, kind="stable")
    left, right, weights, of = left[order], right[order], weights[order], of[order]
    begins = np.flatnonzero(np.append(True, of[1:] != of[:-1])) if len(of) else np.zeros(0, dtype=np.int64)
    ends = np.append(begins[1:], len(of))
    for begin, end in zip(begins, ends, strict=True):
        if end - begin == 1:
            if weights[begin] > linkage.least:
                entity[right[begin]] = left[begin]
            continue
        part = slice(begin, end)
        members = np.unique(np.concatenate([left[part], right[part]]))
        entity[members] = members[_agglomerate(members, left[part], right[part], weights[part], linkage)]
    return entity


def _agglomerate(members: Codes, left: Codes, right: Codes, weights: Floats, linkage: Linkage) -> Labels:
    """Return for each member the place of the first member of its entity, joining the two most alike again and again."""
    count = len(members)
    sums = np.full((count, count), float(linkage.floor))
    a, b = np.searchsorted(members, left), np.searchsorted(members, right)
    sums[a, b] = sums[b, a] = weights
    np.fill_diagonal(sums, -np.inf)
    sizes = np.ones(count)
    belongs = np.arange(count)
    while True:
        means = sums / np.outer(sizes, sizes)
        one, other = divmod(int(np.argmax(means)), count)
        if not means[one, other] > linkage.least:
            return belongs
        one, other = min(one, other), max(one, other)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums[other] = sums[:, other] = sums[one, one] = -np.inf
        sizes[one] += sizes[other]
        belongs[belongs == other] = one
