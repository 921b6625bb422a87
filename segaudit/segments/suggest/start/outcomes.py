"""What a group of records came to: a rate or an amount, how sure that is, and whether groups differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency, kruskal

from segaudit.segments.statistics.amounts import compare_values, median_interval
from segaudit.segments.statistics.rates import Counted, compare_rates, wilson
from segaudit.segments.suggest.start.frame import Numbers

_TINY = 1e-15  # below it a p-value is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A figure with its interval, in numbers and in words."""

    value: float | None
    low: float | None
    high: float | None
    words: str


def counted(values: Numbers) -> Counted:
    """Return a rate of ones and zeros as counts."""
    return Counted(float(values.sum()), len(values))


def figure(values: Numbers, *, is_rate: bool, alpha: float) -> Told:
    """Return the rate, or the median, of a group."""
    if not len(values):
        return Told(value=None, low=None, high=None, words="not known of any")
    if is_rate:
        rate, interval = counted(values), wilson(counted(values), alpha=alpha)
        words = f"{rate.rate:.1%} ({interval.low:.1%} to {interval.high:.1%}; {rate.hits:,.0f} of {rate.n:,.0f})"
        return Told(value=rate.rate, low=interval.low, high=interval.high, words=words)
    median, ends = float(np.median(values)), median_interval(values, alpha=alpha)
    if ends is None:
        return Told(value=median, low=None, high=None, words=f"median {median:,.6g} of {len(values):,}")
    words = f"median {median:,.6g} ({ends.low:,.6g} to {ends.high:,.6g}; {len(values):,} records)"
    return Told(value=median, low=ends.low, high=ends.high, words=words)


def differ(one: Numbers, other: Numbers, *, is_rate: bool) -> tuple[str, float] | None:
    """Return the test of two groups and its p-value; None if nothing could differ."""
    found = compare_rates(counted(one), counted(other)) if is_rate else compare_values(one, other)
    return None if found is None else (found.name, found.p)


def higher(one: Numbers, other: Numbers, *, is_rate: bool) -> bool:
    """Tell whether the first group came to more than the second: a greater share, or more often the greater amount."""
    if is_rate:
        return bool(one.mean() > other.mean())
    ranks = np.argsort(np.argsort(np.concatenate([one, other]), kind="stable"), kind="stable")
    return bool(ranks[: len(one)].mean() > ranks[len(one) :].mean())


def any_differ(groups: Sequence[Numbers], *, is_rate: bool) -> tuple[str, float, float] | None:
    """Return the test of all groups at once, its statistic and its p-value; None if nothing could differ."""
    filled = [group for group in groups if len(group)]
    whole = np.concatenate([np.empty(0), *filled])
    if len(filled) < 2 or not len(whole) or (whole == whole[0]).all():  # noqa: PLR2004 - two to compare
        return None
    if is_rate:
        table = [[group.sum() for group in filled], [len(group) - group.sum() for group in filled]]
        found = chi2_contingency(np.array(table), correction=False)
        return "chi-square", float(found.statistic), float(found.pvalue)
    ranked = kruskal(*filled)
    return "Kruskal-Wallis", float(ranked.statistic), float(ranked.pvalue)


def chance_words(p: float) -> str:
    """Return a p-value as people are told it."""
    return f"{p:.2g}" if p >= _TINY else f"below {_TINY:g}"
