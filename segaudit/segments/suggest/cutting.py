"""Where a column is cut best: what the two sides came to is as far apart, and each as much one thing, as can be.

Source: regression trees, Breiman et al. (1984): each cut takes the most from the squares within the parts.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from segaudit.segments.suggest.sample import Mask, Values

_NOTHING = 1e-9  # squares; below it is rounding


class Cut(NamedTuple):
    """A cut of records that stand in the order of a column."""

    place: int  # so many are below it
    gain: float  # squares between the two sides


def best_cut(values: Values, outcome: Values, least: float) -> Cut | None:
    """Return the best cut of records in the order of their values; None if each has too few on one side.

    Args:
        values: Of a column, ascending.
        outcome: What the records came to.
        least: Records of a side.
    """
    rows = len(values)
    if rows < 2:  # noqa: PLR2004 - nothing to part
        return None
    left = np.arange(1, rows)
    possible: Mask = (values[1:] > values[:-1]) & (left >= least) & (rows - left >= least)
    if not possible.any():
        return None
    # As differences from the mean: sums of large amounts would lose what is to be told apart.
    sums = np.cumsum(outcome - outcome.mean())[:-1]
    gain = np.where(possible, sums**2 * rows / (left * (rows - left)), -1.0)
    best = int(np.argmax(gain))
    return Cut(place=best + 1, gain=float(gain[best]))


def tree_cuts(values: Values, outcome: Values, least: float, most: int) -> list[float]:
    """Return where a shallow tree cuts a column, ascending; each part has so many records at least.

    Args:
        values: Of the column, NaN where nothing is known.
        outcome: What the records came to.
        least: Records of a part.
        most: Cuts.
    """
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    x, y = values[order], outcome[order]
    open_: list[tuple[float, int, int, int]] = []  # less the gain, first, cut, end: the best first
    cuts: list[float] = []

    def look(first: int, end: int) -> None:
        found = best_cut(x[first:end], y[first:end], least)
        if found is not None and found.gain > _NOTHING:
            heappush(open_, (-found.gain, first, first + found.place, end))

    look(0, len(x))
    while open_ and len(cuts) < most:
        _, first, place, end = heappop(open_)
        cuts.append(float(x[place - 1] + x[place]) / 2)
        look(first, place)
        look(place, end)
    return sorted(cuts)
