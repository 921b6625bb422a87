"""Pairs of records with what speaks for each being one entity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of records with the odds that each is one entity."""

    left: Codes
    right: Codes
    log_odds: Floats  # base e

    def some(self, mask: npt.NDArray[np.bool_]) -> "Pairs":
        """Return some of them."""
        return Pairs(left=self.left[mask], right=self.right[mask], log_odds=self.log_odds[mask])


NO_PAIRS = Pairs(left=np.zeros(0, dtype=np.int32), right=np.zeros(0, dtype=np.int32), log_odds=np.zeros(0))
