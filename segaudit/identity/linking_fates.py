"""What becomes of left records: linked, new or ambiguous; and how far that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes
from segaudit.identity.clustering.believing import TRUST, sigmoid
from segaudit.identity.clustering.merging import Score
from segaudit.identity.linking_pairs import Across
from segaudit.identity.pairs import Floats
from segaudit.identity.resolve import Scored
from segaudit.model.identity import Estimate

Mask = npt.NDArray[np.bool_]

_TRUSTS = (0.6 * TRUST, TRUST, 1.5 * TRUST)  # how far weights are believed: the interval spans all three
_UNTOLD = 0.06  # below that, for what no table tells of itself
_LEAST = 0.5  # probability from which two records are taken for one
_AS_WELL = float(np.log(4))  # how much likelier the best has to be than a rival
_DOUBTFUL = (0.02, 0.98)  # probabilities between which a person may know better
_A_PAIR = 0.5


class Fate(IntEnum):
    """What became of a left record."""

    NEW = 0
    LINKED = 1
    AMBIGUOUS = 2


@dataclass(frozen=True, kw_only=True)
class Links:
    """Pairs across two files that may be one: by left record, the likeliest first."""

    scored: Scored | None  # None: no evidence, or no records
    left: Codes  # (pairs,) number of the record
    right: Codes  # right records are numbered behind the left ones
    probability: Floats
    best: Mask  # the likeliest of its left record
    linked: Mask  # the two are taken for one
    fate: npt.NDArray[np.int8]  # (left records,) a Fate
    precision: Estimate  # of the links, how many are right
    recall: Estimate  # of the pairs that are one, how many are links
    doubtful: int  # pairs worth a person's look


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Pairs across that may be one."""

    left: Codes
    right: Codes
    odds: Floats  # log odds, base e, with what others of the entity say
    inside: Mask  # of one entity


def decide_links(scored: Scored | None, across: Across, found: Candidates, score: Score) -> Links:
    """Return the links that entities come to: what is likelier than not, rivals considered."""
    left, right, odds = found.left, found.right, found.odds
    best = np.append(True, left[1:] != left[:-1]) if len(left) else np.zeros(0, dtype=bool)
    inside = found.inside | best  # if a record is of no entity, its best partner has the first claim to it
    found = Candidates(left=left, right=right, odds=odds, inside=inside)
    mine, theirs = _strongest(left, odds, inside, across), _strongest(left, odds, ~inside, across)
    alike = _alike(found, best, score)
    probabilities = _probabilities(odds, np.where(inside, theirs[left], mine[left]), alike)
    likely = probabilities[TRUST]
    but_for_rivals = inside & (sigmoid(TRUST * odds) >= _LEAST)
    as_well = (
        (alike <= 0) & (TRUST * mine < TRUST * theirs + _AS_WELL)[left] & (sigmoid(TRUST * theirs) >= _LEAST)[left]
    )
    fate = np.full(across.left, Fate.NEW, dtype=np.int8)
    fate[left[but_for_rivals]] = Fate.AMBIGUOUS
    fate[left[but_for_rivals & (likely >= _LEAST) & ~as_well]] = Fate.LINKED
    linked = (likely >= _LEAST) & (fate[left] == Fate.LINKED)
    precision, recall = _believed(scored, across, linked, probabilities)
    return Links(
        scored=scored,
        left=left,
        right=right,
        probability=likely,
        best=best,
        linked=linked,
        fate=fate,
        precision=precision,
        recall=recall,
        doubtful=int(((likely > _DOUBTFUL[0]) & (likely < _DOUBTFUL[1])).sum()),
    )


def _strongest(left: Codes, odds: Floats, some: Mask, across: Across) -> Floats:
    """Return the best log odds of some pairs for each left record; minus infinity where it has none of them."""
    found = np.full(across.left, -np.inf)
    np.maximum.at(found, left[some], odds[some])
    return found


def _alike(found: Candidates, best: Mask, score: Score) -> Floats:
    """Return for each pair the log odds that its left record's partner and the strongest rival are one after all."""
    left, right, inside = found.left, found.right, found.inside
    first_rival = ~inside & np.append(False, inside[:-1] & ~best[1:]) if len(left) else inside
    at = np.flatnonzero(first_rival)
    partner = right[np.maximum.accumulate(np.where(best, np.arange(len(left)), 0))[at]]
    alike = np.full(int(left.max(initial=-1)) + 1, -np.inf)
    alike[left[at]] = score(np.minimum(partner, right[at]), np.maximum(partner, right[at]))
    return alike[left]


def _probabilities(odds: Floats, against: Floats, alike: Floats) -> dict[float, Floats]:
    """Return how likely each pair is one entity, by how much of the weights is believed.

    Args:
        odds: Log odds of the pair by itself.
        against: Of the strongest rival of its right record; minus infinity without one.
        alike: That the two rivals are one, so that they are no rivals.
    """
    found = {}
    for trust in _TRUSTS:
        alone = sigmoid(trust * odds)
        ours = np.clip(trust * odds, -60, 60)
        rivals = np.where(np.isfinite(against), np.exp(np.clip(trust * against, -60, 60) - ours), 0.0)
        instead = 1 / (1 + np.exp(-ours) + rivals)
        no_rivals = sigmoid(trust * alike)
        found[trust] = no_rivals * alone + (1 - no_rivals) * instead
    return found


def _believed(
    scored: Scored | None, across: Across, linked: Mask, probabilities: dict[float, Floats]
) -> tuple[Estimate, Estimate]:
    """Return the estimated precision and recall of links."""
    count = int(linked.sum())
    unseen = 0.0
    if scored is not None:
        shares = scored.mixture.shares
        unseen = float(shares[: scored.mixture.matching].sum()) * across.total * (1 - scored.blocking.recall)
    true = {trust: float(found[linked].sum()) for trust, found in probabilities.items()}
    missed = {trust: float(found[~linked].sum()) for trust, found in probabilities.items()}
    if not count:
        none = Estimate(value=1.0, low=1.0, high=1.0)
        lost = missed[TRUST] + unseen >= _A_PAIR
        return none, Estimate(value=0.0, low=0.0, high=0.5) if lost else none
    precision = [true[trust] / count for trust in _TRUSTS]
    recall = [true[trust] / max(true[trust] + missed[trust] + unseen, _A_PAIR) for trust in _TRUSTS]
    return _spanned(precision), _spanned(recall)


def _spanned(values: Sequence[float]) -> Estimate:
    """Return an estimate from what comes out at each trust."""
    value = min(values[_TRUSTS.index(TRUST)], 1.0)
    low, high = max(min(values) - _UNTOLD, 0.0), min(max(values), 1.0)
    return Estimate(value=value, low=min(low, value), high=max(high, value))
