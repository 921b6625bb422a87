"""Power: how large a difference a sample can show, and how large a sample a difference needs.

Two shares are compared by a two-sided normal test with their own variances, as published tables of sample sizes have
it. Nothing heavy is imported: other commands ask here, too.

Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 4.
"""

from math import ceil, sqrt
from statistics import NormalDist

from segaudit.errors import InputError

ALPHA = 0.05
POWER = 0.80


def size_needed(
    baseline: float, relative: float, *, alpha: float = ALPHA, power: float = POWER, ratio: float = 1.0
) -> int:
    """Return how many records the first of two arms needs to show a relative difference from a baseline.

    Args:
        baseline: Share without the change, above 0 and below 1; that of the first arm.
        relative: Change relative to it: 0.5 is half as much again, -0.2 a fifth less; not 0.
        alpha: Two-sided chance of seeing a difference where there is none.
        power: Chance of seeing the difference if it is there.
        ratio: Size of the second arm, by that of the first.

    Raises:
        InputError: The baseline is no share that can change, or changed so it is none.
    """
    changed = _changed(baseline, relative)
    spread = baseline * (1 - baseline) + changed * (1 - changed) / ratio
    return max(1, ceil(_quantiles(alpha, power) ** 2 * spread / (changed - baseline) ** 2))


def smallest_effect(n: float, baseline: float, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Return the smallest relative increase that two arms of ``n`` records each can show.

    Args:
        n: Records in each arm.
        baseline: Share without the change.
        alpha: As above.
        power: As above.

    Returns:
        The increase relative to the baseline (0.5: half as much again); None if not even a share of 1 would show, or
        nothing can be told for want of records or of a baseline between 0 and 1.
    """
    if n < 1 or not 0 < baseline < 1:
        return None
    # n d^2 = k (p(1-p) + (p+d)(1-p-d)), solved for d > 0.
    k = _quantiles(alpha, power) ** 2
    half = k * (1 - 2 * baseline)
    difference = (half + sqrt(half**2 + 8 * (n + k) * k * baseline * (1 - baseline))) / (2 * (n + k))
    return difference / baseline if baseline + difference <= 1 else None


def _changed(baseline: float, relative: float) -> float:
    if not 0 < baseline < 1:
        raise InputError(
            f"a baseline of {baseline:.4g} leaves nothing to compare", hint="give a share between 0 and 1, like 0.04"
        )
    changed = baseline * (1 + relative)
    if relative == 0 or not 0 <= changed <= 1:
        raise InputError(
            f"a share of {baseline:.4g} cannot change by {relative:+.4g} of itself",
            hint="0.5 means half as much again, -0.2 a fifth less; the result must be between 0 and 1",
        )
    return changed


def _quantiles(alpha: float, power: float) -> float:
    """Return how many standard errors a difference must be away from 0."""
    if not 0 < alpha < 1 or not 0 < power < 1:
        raise InputError(
            f"alpha {alpha:.4g} and power {power:.4g} are not both chances", hint="usual are 0.05 and 0.80"
        )
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
