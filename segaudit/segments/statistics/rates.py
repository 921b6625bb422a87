"""Rates: how sure one is, whether two differ, whether two are the same for all that matters.

Source: Wilson (1927); Newcombe (1998), method 10; Fisher (1935); Schuirmann (1987) for the two one-sided tests, each by
the score of Farrington & Manning (1990).
"""

from dataclasses import dataclass

import numpy as np

_LEAST_EXPECTED = 5  # Cochran's rule: below it chi-square does not hold
CHI_SQUARE, FISHER = "chi-square", "Fisher exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two ends between which something lies."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counted:
    """A rate as counts."""

    hits: float  # whole, unless they were deflated
    n: float

    @property
    def rate(self) -> float:
        """Return the share of hits; 0 of nothing."""
        return self.hits / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Clustered:
    """How rows come to records: sums over records."""

    records: int
    hits_hits: float
    hits_trials: float
    trials_trials: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """The outcome of a test."""

    name: str
    p: float


def wilson(counted: Counted, *, alpha: float) -> Interval:
    """Return Wilson's interval of a rate; of no record it is all there is."""
    if not counted.n:
        return Interval(low=0.0, high=1.0)
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415 - slow to import, as yet unneeded

    low, high = proportion_confint(counted.hits, counted.n, alpha=alpha, method="wilson")
    return Interval(low=max(0.0, float(low)), high=min(1.0, float(high)))


def newcombe(a: Counted, b: Counted, *, alpha: float) -> Interval:
    """Return Newcombe's interval of the difference of two rates, a less b; both have records."""
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415 - slow to import, as yet unneeded

    low, high = confint_proportions_2indep(
        a.hits, a.n, b.hits, b.n, compare="diff", method="newcomb", alpha=alpha, correction=False
    )
    return Interval(low=float(low), high=float(high))


def smallest_expected(a: Counted, b: Counted) -> float:
    """Return the smallest cell there would be if both had one rate."""
    hits, n = a.hits + b.hits, a.n + b.n
    return min(a.n, b.n) * min(hits, n - hits) / n if n else 0.0


def deflated(counted: Counted, clusters: Clustered) -> Counted:
    """Return a rate of rows with as many rows as would say as much if each were of another record.

    The counts are divided by the design effect: the variance of the ratio over records, by what it were of independent
    rows; at least 1. Source: Rao & Scott (1992).
    """
    share, records = counted.rate, clusters.records
    plain = counted.n * share * (1 - share)
    if records < 2 or not plain:  # noqa: PLR2004 - one record has no spread
        per_record = counted.n / records if records else 1.0
        return Counted(counted.hits / per_record, counted.n / per_record)
    spread = clusters.hits_hits - 2 * share * clusters.hits_trials + share**2 * clusters.trials_trials
    effect = max(1.0, spread * records / (records - 1) / plain)
    return Counted(counted.hits / effect, counted.n / effect)


def compare_rates(a: Counted, b: Counted) -> Test | None:
    """Test whether two rates differ: by chi-square with Yates' correction, or exactly where a cell is expected below 5.

    Returns:
        The test, two-sided; None if one has no records, or nobody is a hit, or everybody: nothing could differ.
    """
    hits, n = a.hits + b.hits, a.n + b.n
    if not a.n or not b.n or hits in {0, n}:
        return None
    from scipy.stats import chi2_contingency, fisher_exact  # noqa: PLC0415 - slow to import, as yet unneeded

    table = [[a.hits, a.n - a.hits], [b.hits, b.n - b.hits]]
    if smallest_expected(a, b) < _LEAST_EXPECTED:
        whole = [[round(cell) for cell in row] for row in table]
        return Test(name=FISHER, p=min(1.0, float(fisher_exact(whole).pvalue)))
    return Test(name=CHI_SQUARE, p=float(chi2_contingency(table, correction=True).pvalue))


def equivalence(a: Counted, b: Counted, *, margin: float) -> float | None:
    """Return the p-value of two one-sided tests that two rates differ by the margin or more.

    Args:
        a: One.
        b: The other.
        margin: Difference of the shares that does not matter, above 0.

    Returns:
        Small: they are the same for all that matters. None where a cell is expected below 5: the test does not hold.
    """
    if not a.n or not b.n or margin <= 0 or smallest_expected(a, b) < _LEAST_EXPECTED:
        return None
    from statsmodels.stats.proportion import tost_proportions_2indep  # noqa: PLC0415 - slow to import, as yet unneeded

    with np.errstate(divide="ignore", invalid="ignore"):  # ratios are worked out beside, which may be of 0
        found = tost_proportions_2indep(a.hits, a.n, b.hits, b.n, -margin, margin, method="score", compare="diff")
    p = float(found.pvalue)
    return p if p == p else None  # noqa: PLR0124 - not a number: the score has no solution
