"""The statistics of drift: how far two samples lie apart, and how far they would by chance."""

import math
from collections.abc import Sequence

from segaudit.model.drift import ShareChange, Stability

SMALL_SHIFT, LARGE_SHIFT = 0.10, 0.25  # the usual reading of the index, made for large samples
_FALSE_ALARM = 0.01  # of a whole comparison, however many columns it has
_LEAST_EXPECTED = 5.0  # records of a bin, as the chi-square approximation asks
_LEAST_RECORDS = 50


def stability_index(old: Sequence[int], new: Sequence[int]) -> float:
    """Return the population stability index of counts in the same bins: the sum of (q - p) ln(q / p).

    A bin that one side leaves empty counts as half a record there, for the index is infinite else.
    """
    p, q = _shares(old), _shares(new)
    return math.fsum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [(count or 0.5) / total for count in counts]


def index_by_chance(old: int, new: int, bins: int, alpha: float) -> float:
    """Return what the index of two samples of one population exceeds with a chance of ``alpha`` only.

    Under no change it is spread as (1/n + 1/m) times chi-square with one degree of freedom less than bins.

    Source: Yurdakul & Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
    Validation 14(4).
    """
    from scipy.stats import chi2  # noqa: PLC0415 - slow to import, as yet unneeded

    return float(chi2.ppf(1 - alpha, bins - 1)) * (1 / old + 1 / new)


def judge_stability(old: Sequence[int], new: Sequence[int], *, ordered: bool, tests: int) -> Stability | None:
    """Return how stable a distribution is; None if there are too few records or bins to tell.

    Args:
        old: Records in each bin.
        new: As many.
        ordered: The bins lie next to each other, so that small ones may be put together with their neighbours;
            others are put together with each other.
        tests: How many distributions are judged in all: the chance of a false alarm is shared between them.
    """
    n, m = sum(old), sum(new)
    if min(n, m) < _LEAST_RECORDS:
        return None
    merged = _merged(list(zip(old, new, strict=True)), min(n, m) / (n + m), ordered=ordered)
    if len(merged) < 2:  # noqa: PLR2004 - of one bin nothing can shift
        return None
    by_chance = index_by_chance(n, m, len(merged), _FALSE_ALARM / tests)
    index = stability_index([a for a, _ in merged], [b for _, b in merged])
    limit = max(SMALL_SHIFT, by_chance)
    return Stability(index=index, limit=limit, by_chance=by_chance, old=n, new=m, bins=len(merged))


def _merged(bins: Sequence[tuple[int, int]], smaller: float, *, ordered: bool) -> list[tuple[int, int]]:
    """Return bins put together until the smaller sample can be expected to have enough records in each."""

    def is_small(item: tuple[int, int]) -> bool:
        return sum(item) * smaller < _LEAST_EXPECTED

    if not ordered:
        small = [item for item in bins if is_small(item)]
        rest = (sum(a for a, _ in small), sum(b for _, b in small))
        kept = [item for item in bins if not is_small(item)]
        if sum(rest) and is_small(rest) and kept:  # even together they are too few to stand alone
            least = min(range(len(kept)), key=lambda place: sum(kept[place]))
            kept[least] = (kept[least][0] + rest[0], kept[least][1] + rest[1])
            return kept
        return [*kept, rest] if sum(rest) else kept
    merged: list[tuple[int, int]] = []
    for item in bins:
        if merged and is_small(merged[-1]):
            merged[-1] = (merged[-1][0] + item[0], merged[-1][1] + item[1])
        else:
            merged.append(item)
    if len(merged) > 1 and is_small(merged[-1]):
        last = merged.pop()
        merged[-1] = (merged[-1][0] + last[0], merged[-1][1] + last[1])
    return merged


def share_change(old: tuple[int, int], new: tuple[int, int], *, tests: int) -> ShareChange:
    """Return two shares, each given as (records that have it, records), and the interval of their difference.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
    """
    if not old[1] or not new[1]:
        return ShareChange(old=0.0, new=0.0, low=-1.0, high=1.0)
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415 - slow to import, as yet unneeded

    low, high = confint_proportions_2indep(*new, *old, method="newcomb", compare="diff", alpha=_FALSE_ALARM / tests)
    return ShareChange(old=old[0] / old[1], new=new[0] / new[1], low=float(low), high=float(high))


def is_new_value(here: int, of_here: int, of_there: int, *, tests: int) -> bool:
    """Tell whether chance does not explain that a value stands on one side only (Fisher's exact test)."""
    from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import, as yet unneeded

    table = [[here, of_here - here], [0, of_there]]
    return bool(fisher_exact(table).pvalue < _FALSE_ALARM / tests)
