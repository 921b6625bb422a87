"""Rates of small segments, drawn towards what all segments have: beta-binomial, empirical Bayes.

Source: Kleinman (1973), moments weighted by size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.segments.statistics.rates import Counted, Interval

_LEAST_SEGMENTS = 3  # two say nothing of how much segments vary
_MOST_ALIKE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What the rate of any segment is expected to be, as a beta distribution."""

    a: float
    b: float

    @property
    def weight(self) -> float:
        """Return how many records it counts as."""
        return self.a + self.b


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """A rate after it has been drawn towards the others."""

    rate: float
    interval: Interval


def fit_prior(segments: Sequence[Counted]) -> Prior | None:
    """Return how the rates of segments are spread, by moments; None if there are too few, or nothing varies.

    Segments that vary no more than chance has it are drawn together with the weight of all their records.
    """
    filled = [item for item in segments if item.n]
    hits, n = sum(item.hits for item in filled), sum(item.n for item in filled)
    if len(filled) < _LEAST_SEGMENTS or hits in {0, n}:
        return None
    mean = hits / n
    spread = sum(item.n * (item.rate - mean) ** 2 for item in filled) / (mean * (1 - mean))
    room = sum((item.n - 1) * (1 - item.n / n) for item in filled)
    alike = (spread - (len(filled) - 1)) / room if room else 0.0
    alike = min(_MOST_ALIKE, max(alike, 1 / (1 + n)))
    weight = (1 - alike) / alike
    return Prior(a=mean * weight, b=(1 - mean) * weight)


def shrink(counted: Counted, prior: Prior, *, alpha: float) -> Shrunk:
    """Return the rate of a segment, given what is expected of any."""
    a, b = prior.a + counted.hits, prior.b + counted.n - counted.hits
    from scipy.stats import beta  # noqa: PLC0415 - slow to import, as yet unneeded

    low, high = beta.ppf((alpha / 2, 1 - alpha / 2), a, b)
    return Shrunk(rate=a / (a + b), interval=Interval(low=float(low), high=float(high)))
