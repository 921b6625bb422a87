"""How far entities can be believed: estimated precision and recall, and the threshold that serves both best."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segaudit.identity.clustering.merging import Decided, Labels, Merging
from segaudit.identity.pairs import Floats, Pairs
from segaudit.model.identity import Estimate

# Measured against truth the odds are right on the whole, too high on some tables and too low on others: the interval
# spans what comes out if the evidence is trusted by this much less, or more.
TRUST, _LEAST_TRUST, _MOST_TRUST = 1.0, 0.6, 1.5
_AS_GOOD = 0.005  # of F1
_UNTOLD = 0.06
_ONE_PAIR = 0.5
_THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True, kw_only=True)
class Belief:
    """What is believed of entities."""

    precision: Estimate  # share of the pairs of records within entities that are one
    recall: Estimate  # share of the pairs of records that are one, that are within entities
    pairs: int  # of records within entities


def sigmoid(log_odds: Floats) -> Floats:
    """Return probabilities."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))))


def within(pairs: Pairs, entity: Labels) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    """Return which pairs are within entities, what speaks for each, and how well each record hangs on to its entity.

    Two records that have little in common are one if both are sure to be one with others of the entity: what speaks for
    them is then what holds the weaker of the two.
    """
    inside = entity[pairs.left] == entity[pairs.right]
    left, right, odds = pairs.left[inside], pairs.right[inside], pairs.log_odds[inside]
    holds = np.full(len(entity), -np.inf)
    np.maximum.at(holds, left, odds)
    np.maximum.at(holds, right, odds)
    return inside, np.maximum(odds, np.minimum(holds[left], holds[right])), holds


def believe(pairs: Pairs, entity: Labels, *, expected: float, found: float) -> Belief:
    """Return what is believed of entities.

    Args:
        pairs: Pairs within groups, as they were put together from.
        entity: Of each record.
        expected: Pairs of one entity the database is estimated to have.
        found: Share of them that was compared, as estimated.
    """
    _, odds, _ = within(pairs, entity)
    sizes = np.bincount(entity, minlength=len(entity)).astype(np.float64)
    count = int((sizes * (sizes - 1) / 2).sum())
    true = {trust: float(sigmoid(trust * odds).mean()) * count if len(odds) else 0.0 for trust in _trusts()}
    apart = pairs.log_odds[entity[pairs.left] != entity[pairs.right]]
    missed = {trust: float(sigmoid(trust * apart).sum()) for trust in _trusts()}
    unseen = expected * (1 - found)
    totals = {trust: max(true[trust] + missed[trust] + unseen, 1e-9) for trust in _trusts()}
    if not count:
        # Nothing was put together: nothing can be wrong, and all there is was missed.
        lost = missed[TRUST] + unseen
        none = Estimate(value=1.0, low=1.0, high=1.0)
        return Belief(
            precision=none, recall=none if lost < _ONE_PAIR else Estimate(value=0.0, low=0.0, high=0.5), pairs=0
        )
    return Belief(
        precision=_estimate({trust: true[trust] / count for trust in _trusts()}),
        recall=_estimate({trust: true[trust] / totals[trust] for trust in _trusts()}),
        pairs=count,
    )


def no_better(belief: Belief, log_odds: Floats) -> Belief:
    """Return a belief that is no better than what chance leaves of the pairs within entities.

    Args:
        belief: What is believed without regard to chance.
        log_odds: What speaks for the pairs within entities, as far as it can be believed.
    """
    if not len(log_odds):
        return belief
    share = float(sigmoid(log_odds).mean())
    value = belief.precision
    low = min(value.low, max(share - _UNTOLD, 0.0))
    precision = Estimate(value=min(value.value, share), low=low, high=value.high)
    return replace(belief, precision=precision)


def _trusts() -> tuple[float, ...]:
    return (_LEAST_TRUST, TRUST, _MOST_TRUST)


def _estimate(by_trust: dict[float, float]) -> Estimate:
    """Return an estimate from what comes out at each trust, with room below for what no table tells of itself."""
    value = min(by_trust[TRUST], 1.0)
    low, high = min(by_trust.values()) - _UNTOLD, max(by_trust.values())
    return Estimate(value=value, low=min(max(low, 0.0), value), high=max(min(high, 1.0), value))


def choose_entities(pairs: Pairs, group: Labels, decided: Decided) -> tuple[Labels, float]:
    """Return the entities with the best expected F1 of all thresholds, and that threshold."""
    merging = Merging(pairs, group, decided, least=_THRESHOLDS[0])
    total = float(sigmoid(TRUST * pairs.log_odds).sum())
    expected = [_expected(pairs, merging.entities(least), total) for least in _THRESHOLDS]
    # The lowest of those that are about as good: what a higher one leaves out is more likely one than not.
    least = next(t for t, score in zip(_THRESHOLDS, expected, strict=True) if score >= max(expected) - _AS_GOOD)
    return merging.entities(least), least


def _expected(pairs: Pairs, entity: Labels, total: float) -> float:
    """Return the F1 of entities that is to be expected."""
    _, odds, _ = within(pairs, entity)
    sizes = np.bincount(entity, minlength=len(entity)).astype(np.float64)
    count = float((sizes * (sizes - 1) / 2).sum())
    true = float(sigmoid(TRUST * odds).mean()) * count if len(odds) else 0.0
    return round(2 * true / max(count + max(total, true), 1e-9), 9)
