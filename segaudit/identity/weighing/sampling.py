"""A weighted sample of all pairs of a database, rich in those that agree on something."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import blocks_of, combine, pack, unpack
from segaudit.identity.comparing.comparison import Comparison

_ANY = 200_000  # pairs drawn from all
_EACH = 30_000  # pairs drawn from those that agree on a field, for each field
_CANDIDATES = 200_000  # of the pairs that are compared


def sample_pairs(
    comparisons: Sequence[Comparison], candidates: npt.NDArray[np.int64], records: int, rng: np.random.Generator
) -> tuple[Codes, Codes, npt.NDArray[np.float64]]:
    """Return pairs of records, and for how many pairs of the database each stands.

    The pairs that are compared stand for themselves, or for a few of their like. All others are drawn: some from all
    pairs, some from those that agree on one field, for each field. A drawn pair stands for as many as its chance of
    being drawn says (Horvitz and Thompson), so that the weights add up to all pairs of the database.
    """
    total = records * (records - 1) / 2
    left, right = rng.integers(0, records, _ANY), rng.integers(0, records, _ANY)
    lefts, rights = [left.astype(np.int32)], [right.astype(np.int32)]
    rates: list[tuple[Codes, float]] = []
    for comparison in comparisons:
        drawn = _agreeing(comparison.main.codes, rng)
        if drawn is not None:
            lefts.append(drawn[0])
            rights.append(drawn[1])
            rates.append((comparison.main.codes, _EACH / drawn[2]))
    left, right = np.concatenate(lefts), np.concatenate(rights)
    different = left != right
    left, right = left[different], right[different]
    left, right = np.minimum(left, right), np.maximum(left, right)
    packed = pack(left, right)
    places = np.minimum(np.searchsorted(candidates, packed), max(len(candidates) - 1, 0))
    fresh = candidates[places] != packed if len(candidates) else np.ones(len(packed), dtype=bool)
    left, right = left[fresh], right[fresh]
    rate = np.full(len(left), _ANY * (1 - 1 / records) / total)
    for codes, drawn_at in rates:
        rate += drawn_at * ((codes[left] == codes[right]) & (codes[left] >= 0))
    kept = _some(candidates, rng)
    a, b = unpack(kept)
    stands_for = np.full(len(kept), len(candidates) / max(len(kept), 1))
    return np.concatenate([a, left]), np.concatenate([b, right]), np.concatenate([stands_for, 1 / rate])


def _some(candidates: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    if len(candidates) <= _CANDIDATES:
        return candidates
    return candidates[np.sort(rng.choice(len(candidates), _CANDIDATES, replace=False))]


def _agreeing(codes: Codes, rng: np.random.Generator) -> tuple[Codes, Codes, float] | None:
    """Return drawn pairs that agree on a value, and how many there are in all; None if there are none."""
    rows, starts, sizes = blocks_of(combine([codes]))
    if not len(sizes):
        return None
    pairs = sizes * (sizes - 1.0) / 2
    block = np.searchsorted(np.cumsum(pairs), rng.random(_EACH) * pairs.sum(), side="right")
    block = np.minimum(block, len(sizes) - 1)
    first = (rng.random(_EACH) * sizes[block]).astype(np.int64)
    second = (rng.random(_EACH) * (sizes[block] - 1)).astype(np.int64)
    second += second >= first
    return rows[starts[block] + first], rows[starts[block] + second], float(pairs.sum())
