"""Amounts and times: skewed, so they are compared by rank.

Source: Mann & Whitney (1947); Hodges & Lehmann (1963), the interval after Moses (1965).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from segaudit.segments.statistics.rates import Interval, Test

Values = NDArray[np.float64]
MANN_WHITNEY = "Mann-Whitney"
_LEAST = 2  # values of each
_MOST = 2_000  # values of each of which all differences are taken: four million


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """By how much the values of one are above those of another."""

    estimate: float
    interval: Interval


def median_interval(values: Values, *, alpha: float) -> Interval | None:
    """Return the interval of a median by order statistics; None if there are too few values for it."""
    if len(values) < _LEAST:
        return None
    from scipy.stats import quantile_test  # noqa: PLC0415 - slow to import, as yet unneeded

    found = quantile_test(values, q=0, p=0.5).confidence_interval(confidence_level=1 - alpha)
    low, high = float(found.low), float(found.high)
    return Interval(low=low, high=high) if np.isfinite(low) and np.isfinite(high) else None


def compare_values(a: Values, b: Values) -> Test | None:
    """Test whether the values of one tend to be above those of another, two-sided; None if there are too few."""
    if min(len(a), len(b)) < _LEAST or ((a == a[0]).all() and (b == a[0]).all()):
        return None
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - slow to import, as yet unneeded

    return Test(name=MANN_WHITNEY, p=float(mannwhitneyu(a, b).pvalue))


def equivalent_values(a: Values, b: Values, *, margin: float) -> float | None:
    """Return the p-value of two one-sided rank tests that values are apart by the margin or more."""
    if min(len(a), len(b)) < _LEAST or margin <= 0:
        return None
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - slow to import, as yet unneeded

    above = mannwhitneyu(a + margin, b, alternative="greater").pvalue
    below = mannwhitneyu(a - margin, b, alternative="less").pvalue
    return float(max(above, below))


def shift(a: Values, b: Values, *, alpha: float) -> Shift | None:
    """Return the Hodges-Lehmann shift of a over b: the median of all differences, and its interval.

    Of more than 2,000 values, as many evenly spread ones stand for all; the interval is that of all.
    """
    if min(len(a), len(b)) < _LEAST:
        return None
    from scipy.stats import norm  # noqa: PLC0415 - slow to import, as yet unneeded

    differences = np.sort(np.subtract.outer(_spread(a), _spread(b)), axis=None)
    pairs = len(a) * len(b)
    out = floor(pairs / 2 - norm.isf(alpha / 2) * sqrt(pairs * (len(a) + len(b) + 1) / 12))
    cut = min(max(0, int(out / pairs * len(differences))), len(differences) - 1)
    ends = differences[cut], differences[len(differences) - 1 - cut]
    return Shift(estimate=float(np.median(differences)), interval=Interval(low=float(ends[0]), high=float(ends[1])))


def pooled_median(groups: Sequence[Values]) -> float:
    """Return the median of several groups together; 0 of nothing."""
    values = np.concatenate([np.empty(0), *groups])
    return float(np.median(values)) if len(values) else 0.0


def _spread(values: Values) -> Values:
    """Return at most so many values, evenly spread over the sorted ones."""
    if len(values) <= _MOST:
        return values
    places = (np.arange(_MOST) + 0.5) * len(values) / _MOST
    spread: Values = np.sort(values)[places.astype(np.int64)]
    return spread
