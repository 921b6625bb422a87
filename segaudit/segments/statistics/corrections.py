"""Many comparisons at once: p-values corrected so that chance does not find what it looks for.

Source: Holm (1979); Benjamini & Hochberg (1995).
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np


class Correction(StrEnum):
    """How p-values are corrected."""

    HOLM = "holm"  # the chance of a single false alarm in the whole family
    BH = "bh"  # the expected share of false alarms among what is found


CORRECTION_NAMES = {Correction.HOLM: "Holm", Correction.BH: "Benjamini-Hochberg"}


def corrected(p_values: Sequence[float | None], method: Correction) -> list[float | None]:
    """Return the p-values corrected as one family; where there is none, none."""
    known = [p for p in p_values if p is not None]
    if not known:
        return [None] * len(p_values)
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - slow to import, as yet unneeded

    adjusted = iter(_holm(known) if method is Correction.HOLM else false_discovery_control(known).tolist())
    return [None if p is None else float(next(adjusted)) for p in p_values]


def _holm(p_values: Sequence[float]) -> list[float]:
    # Two lines in place of statsmodels.multipletests, which collects the garbage of the whole process at each call.
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(np.asarray(p_values)[order] * np.arange(len(order), 0, -1))
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1.0, steps)
    return [float(p) for p in adjusted]
