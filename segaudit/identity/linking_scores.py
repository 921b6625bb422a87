"""From evidence on two files to the odds that a record of one is a record of the other."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from segaudit.identity.blocking.pairs import unpack
from segaudit.identity.evidence import Gathered
from segaudit.identity.linking_pairs import Across, choose_links, sample_links
from segaudit.identity.resolve import Levels, Scored, compare
from segaudit.identity.weighing.mixture import Patterns, estimate

_SEED = 20_240_229
_EXPECTED = 0.1  # partners of each record that may have one, to begin with
_AT_ONCE = 1 << 20  # pairs


def score_links(gathered: Gathered, across: Across, progress: Callable[[str], None] = lambda _: None) -> Scored:
    """Return all pairs across worth comparing with the odds that each is one entity."""
    evidence = gathered.evidence
    rng = np.random.default_rng(_SEED)
    comparisons = [item.comparison for item in evidence]
    progress("Choosing which records to compare")
    blocking = choose_links(evidence, across, rng)
    progress("Learning what agreement weighs")
    left, right, weights = sample_links(comparisons, blocking.pairs, across, rng)
    levels = compare(comparisons, left, right)
    kinds, places = _different(levels)
    patterns = Patterns(levels=levels[kinds], weights=np.bincount(places, weights=weights).astype(np.float64))
    mixture = estimate(patterns, comparisons, expected=_EXPECTED * across.partners, of_people=gathered.of_people)
    progress("Comparing records")
    left, right = unpack(blocking.pairs)
    starts = range(0, max(len(left), 1), _AT_ONCE)
    levels = np.concatenate(
        [compare(comparisons, left[at : at + _AT_ONCE], right[at : at + _AT_ONCE]) for at in starts]
    )
    kinds, places = _different(levels)
    log_odds = mixture.log_odds(levels[kinds])[places] if len(levels) else np.zeros(0)
    return Scored(left=left, right=right, levels=levels, log_odds=log_odds, mixture=mixture, blocking=blocking)


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
