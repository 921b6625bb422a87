"""How often pairs of a class are at each level of a comparison: shares counted, known beforehand and held to limits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segaudit.identity.comparing.comparison import LACKING, Comparison

Floats = npt.NDArray[np.float64]

STRENGTH_OF_CHANCE = 400.0  # pairs of two entities that what is known of names and births beforehand counts for
_LEAST = 1e-9


def known_of_two(comparison: Comparison) -> Floats:
    """Return what is known of two entities before the data is asked, as pairs seen at each level."""
    prior = comparison.prior_chance()
    return np.full(comparison.size, 0.5 / comparison.size) if prior is None else STRENGTH_OF_CHANCE * prior


def level_shares(levels: npt.NDArray[np.uint8], weights: Floats, comparisons: Sequence[Comparison]) -> list[Floats]:
    """Return the share of each level of each comparison among weighted pairs."""
    found = []
    for position, comparison in enumerate(comparisons):
        at = levels[:, position]
        counts = np.asarray(np.bincount(at, weights=weights, minlength=comparison.size), dtype=np.float64)
        found.append(normalised(counts + known_of_two(comparison), comparison))
    return found


def normalised(counts: Floats, comparison: Comparison) -> Floats:
    """Return counts of levels as shares, context by context."""
    shares = np.ones(comparison.size)
    for start in comparison.starts():
        part = counts[start : start + comparison.span]
        shares[start : start + comparison.span] = np.maximum(part / part.sum(), _LEAST)
    shares[LACKING] = 1.0
    return shares


def held_back(table: Floats, comparison: Comparison) -> Floats:
    """Return a table in which records of one entity disagree no more often than they may."""
    limited = normalised(np.minimum(table, comparison.limits()), comparison)
    agrees = comparison.agreeing()
    for start in comparison.starts():
        part, good = limited[start : start + comparison.span], agrees[start : start + comparison.span]
        share = part[~good].sum()
        if share > comparison.ceiling:
            part[~good] *= comparison.ceiling / share
            part[good] *= (1 - comparison.ceiling) / part[good].sum()
    return limited
