"""Points of a fit score: what each condition adds when the others are known, in steps of five that make a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.segments.suggest.start.conditions import FALSE, TRUE, UNKNOWN, Ask
from segaudit.segments.suggest.start.frame import Frame, Numbers

_WHOLE, _STEP = 100, 5
_STRONG, _FAIR = 0.25, 0.60  # of the records, about, that are strong, and that are strong or fair


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The parts of a score."""

    parts: tuple[tuple[Ask, int], ...]

    def sums(self, frame: Frame) -> tuple[Numbers, Numbers]:
        """Return the least and the most points each record has; they differ where something is missing."""
        low, high = np.zeros(frame.rows), np.zeros(frame.rows)
        for ask, points in self.parts:
            truth = ask.truth(frame.columns[ask.feature.name])
            low += np.where(truth == TRUE, points, 0)
            high += np.where(truth == FALSE, 0, points)
        return low, high


def points_of(asks: Sequence[Ask], frame: Frame, *, least: int) -> Points | None:
    """Return points for conditions that go with the outcome, by a logistic regression over all of them.

    Args:
        asks: Each tells the way that goes with the outcome.
        frame: The half that is searched, records whose outcome is known.
        least: Records; the regression draws points towards none by as much as so many would.

    Returns:
        Points that add up to 100; None if no condition adds anything.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy, for this search only

    cells = np.column_stack([_cells(ask, frame) for ask in asks])
    fitted = LogisticRegression(C=1 / max(1.0, least / 30), max_iter=1000).fit(cells, frame.outcome)
    weights = np.maximum(0.0, fitted.coef_[0])
    if not weights.any():
        return None
    points = np.maximum(_STEP * (weights > 0), np.round(_WHOLE * weights / weights.sum() / _STEP) * _STEP)
    points[int(np.argmax(points))] += _WHOLE - points.sum()
    parts = [(ask, int(own)) for ask, own in zip(asks, points, strict=True) if own > 0]
    return Points(parts=tuple(sorted(parts, key=lambda item: -item[1])))


def _cells(ask: Ask, frame: Frame) -> Numbers:
    """Return whether a condition holds; what is not known stands as the share of those for which it does."""
    truth = ask.truth(frame.columns[ask.feature.name])
    known = truth != UNKNOWN
    share = float((truth[known] == TRUE).mean()) if known.any() else 0.0
    cells: Numbers = np.where(known, truth == TRUE, share).astype(np.float64)
    return cells


def tier_cuts(points: Points, frame: Frame, least: int) -> tuple[int, int] | None:
    """Return from how many points a record is strong, and from how many fair; None if the score has too few values.

    Args:
        points: Of the parts.
        frame: The half that is searched.
        least: Records of a tier.
    """
    low, high = points.sums(frame)
    told = low[low == high]
    steps = sorted(set(told.tolist()))[1:]
    shares = {step: int((told >= step).sum()) for step in steps}
    pairs = [
        (abs(shares[strong] / len(told) - _STRONG) + abs(shares[fair] / len(told) - _FAIR), -strong, -fair)
        for strong in steps
        for fair in steps
        if fair < strong and min(shares[strong], shares[fair] - shares[strong], len(told) - shares[fair]) >= least
    ]
    if not pairs:
        return None
    _, strong, fair = min(pairs)
    return int(-strong), int(-fair)
