"""Learning from decisions: what people said of doubtful pairs corrects the odds of all others."""

import numpy as np
import numpy.typing as npt

from segaudit.identity.pairs import Floats

_LEAST = 10  # decisions from which they say something of other pairs
_FIRM = 4.0, 0.25  # how firmly the odds are believed as they are: of their slope, and of their height
_STEPS = 25
_MOST = 15.0  # log odds beyond which a pair says nothing of where the doubtful ones stand


def corrected(log_odds: Floats, judged: Floats, same: npt.NDArray[np.bool_]) -> Floats:
    """Return log odds corrected by decisions: stretched and shifted, as little as these demand.

    This is logistic regression with one variable (Platt's scaling), held back to the odds as they are.

    Args:
        log_odds: What is to be corrected.
        judged: Log odds of the pairs that were decided.
        same: What was decided.
    """
    if len(judged) < _LEAST:
        return log_odds
    x = np.stack([np.clip(judged, -_MOST, _MOST), np.ones(len(judged))], axis=1)
    believed, firmness = np.array([1.0, 0.0]), np.diag(_FIRM)
    weights = believed.copy()
    for _ in range(_STEPS):
        odds = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (odds - same) + firmness @ (weights - believed)
        curve = (x * (odds * (1 - odds))[:, None]).T @ x + firmness
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - settled
            break
    return np.asarray(max(weights[0], 0.1) * log_odds + weights[1])
