"""From evidence to odds: which pairs to compare, what their agreement weighs, how likely each is one entity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.keys import Blocking, choose_pairs
from segaudit.identity.blocking.pairs import unpack
from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.evidence import Gathered
from segaudit.identity.weighing.mixture import Mixture, Patterns, estimate
from segaudit.identity.weighing.sampling import sample_pairs

_SEED = 20_240_229
_EXPECTED = 0.05  # pairs of one entity for each record, to begin with
_AT_ONCE = 1 << 20  # pairs

Levels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Pairs of records that were compared."""

    left: Codes  # (pairs,) smaller number of record
    right: Codes
    levels: Levels  # (pairs, comparisons)
    log_odds: npt.NDArray[np.float64]  # of one entity, base e
    mixture: Mixture
    blocking: Blocking


def score(gathered: Gathered, records: int, progress: Callable[[str], None] = lambda _: None) -> Scored:
    """Return all pairs worth comparing with the odds that each is one entity."""
    evidence = gathered.evidence
    rng = np.random.default_rng(_SEED)
    comparisons = [item.comparison for item in evidence]
    if records < 2 or not comparisons:  # noqa: PLR2004 - a pair
        return _nothing(len(comparisons))
    progress("Choosing which records to compare")
    blocking = choose_pairs(evidence, records, rng)
    progress("Learning what agreement weighs")
    left, right, weights = sample_pairs(comparisons, blocking.pairs, records, rng)
    levels = compare(comparisons, left, right)
    kinds, places = _different(levels)
    patterns = Patterns(levels=levels[kinds], weights=np.bincount(places, weights=weights).astype(np.float64))
    mixture = estimate(patterns, comparisons, expected=_EXPECTED * records, of_people=gathered.of_people)
    progress("Comparing records")
    left, right = unpack(blocking.pairs)
    parts = [
        compare(comparisons, left[at : at + _AT_ONCE], right[at : at + _AT_ONCE])
        for at in range(0, len(left), _AT_ONCE)
    ]
    levels = np.concatenate(parts) if parts else np.zeros((0, len(comparisons)), dtype=np.uint8)
    kinds, places = _different(levels)
    log_odds = mixture.log_odds(levels[kinds])[places] if len(levels) else np.zeros(0)
    return Scored(left=left, right=right, levels=levels, log_odds=log_odds, mixture=mixture, blocking=blocking)


def _nothing(comparisons: int) -> Scored:
    """Return that no pairs were compared."""
    none = np.zeros(0, dtype=np.int32)
    mixture = Mixture(shares=np.array([0.5, 0.5]), tables=(), matching=1)
    blocking = Blocking(pairs=np.zeros(0, dtype=np.int64), keys=(), recall=1.0, complete=True)
    levels = np.zeros((0, comparisons), dtype=np.uint8)
    return Scored(left=none, right=none, levels=levels, log_odds=np.zeros(0), mixture=mixture, blocking=blocking)


def compare(comparisons: Sequence[Comparison], left: Codes, right: Codes) -> Levels:
    """Return the level of each pair of records in each comparison; (pairs, comparisons)."""
    levels = np.empty((len(left), len(comparisons)), dtype=np.uint8)
    for position, comparison in enumerate(comparisons):
        levels[:, position] = comparison.compare(left, right)
    return levels


def _different(levels: Levels) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return a row of each different combination of levels, and which of them each row has."""
    keys = np.zeros(len(levels), dtype=np.uint64)
    for column in levels.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    encoded = pa.array(keys).dictionary_encode()
    places = encoded.indices.to_numpy()
    first = np.empty(len(encoded.dictionary), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]
    return first, places
