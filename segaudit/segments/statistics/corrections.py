"""Many comparisons at once: p-values corrected so that chance does not find what it looks for.

Source: Holm (1979); Benjamini & Hochberg (1995).
"""

from collections.abc import Sequence
from enum import StrEnum

from statsmodels.stats.multitest import multipletests


class Correction(StrEnum):
    """How p-values are corrected."""

    HOLM = "holm"  # the chance of a single false alarm in the whole family
    BH = "bh"  # the expected share of false alarms among what is found


CORRECTION_NAMES = {Correction.HOLM: "Holm", Correction.BH: "Benjamini-Hochberg"}
_METHODS = {Correction.HOLM: "holm", Correction.BH: "fdr_bh"}


def corrected(p_values: Sequence[float | None], method: Correction) -> list[float | None]:
    """Return the p-values corrected as one family; where there is none, none."""
    known = [p for p in p_values if p is not None]
    if not known:
        return [None] * len(p_values)
    adjusted = iter(multipletests(known, method=_METHODS[method])[1])
    return [None if p is None else float(next(adjusted)) for p in p_values]
