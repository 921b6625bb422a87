"""How far a condition goes with an outcome: odds ratios, drawn towards 1 by how much chance alone would spread them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy.stats import norm

from segaudit.segments.suggest.start.conditions import FALSE, TRUE, Ask
from segaudit.segments.suggest.start.frame import Frame

_HALF = 0.5  # added to each cell, so that an empty one leaves the ratio finite (Haldane and Anscombe)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """The odds of a hit where a condition holds, by those where it does not."""

    inside: tuple[int, int]  # hits, others
    outside: tuple[int, int]

    @property
    def log_ratio(self) -> float:
        """Return the logarithm of the odds ratio."""
        (a, b), (c, d) = self.inside, self.outside
        return log((a + _HALF) * (d + _HALF) / ((b + _HALF) * (c + _HALF)))

    @property
    def error(self) -> float:
        """Return the standard error of the logarithm."""
        return float(np.sqrt(sum(1 / (count + _HALF) for count in (*self.inside, *self.outside))))

    @property
    def rates(self) -> tuple[float, float]:
        """Return the share of hits inside and outside."""
        return tuple(hits / max(1, hits + others) for hits, others in (self.inside, self.outside))  # type: ignore[return-value]

    def ends(self, alpha: float) -> tuple[float, float]:
        """Return the interval of the odds ratio."""
        away = float(norm.isf(alpha / 2)) * self.error
        return exp(self.log_ratio - away), exp(self.log_ratio + away)


def odds_of(ask: Ask, frame: Frame) -> Odds:
    """Count a condition against a yes-or-no outcome."""
    truth = ask.truth(frame.columns[ask.feature.name])
    hit, known = frame.outcome == 1, frame.known
    counts = [
        (
            int(np.count_nonzero((truth == verdict) & known & hit)),
            int(np.count_nonzero((truth == verdict) & known & ~hit)),
        )
        for verdict in (TRUE, FALSE)
    ]
    return Odds(inside=counts[0], outside=counts[1])


def shrunk(odds: Sequence[Odds]) -> list[float]:
    """Return the logarithms of odds ratios, each drawn towards 0 by its own error against the spread of all.

    Source: DerSimonian & Laird (1986) for the spread; the mean is taken to be 0, no condition being favoured.
    """
    if not odds:
        return []
    ratios = np.array([item.log_ratio for item in odds])
    errors = np.array([item.error for item in odds]) ** 2
    weights = 1 / errors
    spread = max(0.0, float((weights * (ratios**2 - errors)).sum() / weights.sum()))
    return [float(ratio * spread / (spread + error)) for ratio, error in zip(ratios, errors, strict=True)]
