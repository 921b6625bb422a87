"""Which record of one file is which of another: every left record with its likeliest partner, if it has one.

A left record is one entity, so two right records that differ from each other compete for it; two that are duplicates of
each other do not. What two rivals have in common is no reason to choose either: then the record is ambiguous.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import pack, unpack
from segaudit.identity.clustering.believing import TRUST, choose_entities, sigmoid, within
from segaudit.identity.clustering.merging import (
    PROMISING,
    Decided,
    Floats,
    Labels,
    Packed,
    Pairs,
    Score,
    complete_groups,
    group_records,
)
from segaudit.identity.evidence import Gathered
from segaudit.identity.linking_pairs import Across
from segaudit.identity.linking_scores import score_links
from segaudit.identity.resolve import Scored, compare
from segaudit.model.identity import Estimate

Mask = npt.NDArray[np.bool_]

_TRUSTS = (0.4, TRUST, 1.0)  # how much of the weights is believed: the estimate's interval spans all three
_LEAST = 0.5  # probability from which two records are taken for one
_AS_WELL = float(np.log(4))  # how much likelier the best has to be than a rival
_SURE, _NOTHING_SPEAKS = 60.0, -60.0  # log odds of pairs with one id, and of those nothing is known of
_FINELY = 1e6  # parts of a unit of log odds that are told apart
_NEVER_SEEN = 0.03  # of the links found, that may be missed because nothing at all agrees
_A_PAIR = 0.5
_DOUBTFUL = (0.02, 0.98)  # probabilities between which a person may know better


NOTHING = np.zeros(0, dtype=np.int64)


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
class _Found:
    """Pairs across that may be one."""

    left: Codes
    right: Codes
    odds: Floats  # log odds, base e, with what others of the entity say
    inside: Mask  # of one entity


def find_links(
    gathered: Gathered,
    across: Across,
    *,
    known: Labels | None = None,
    said: Packed = NOTHING,
    progress: Callable[[str], None] = lambda _: None,
) -> Links:
    """Return the links of two files.

    Records that pairs across hold together are put together to entities as duplicates of one file are, so that what
    speaks for one right record speaks for its duplicates too.

    Args:
        gathered: Evidence over the records of both, the left ones first.
        across: How many each has.
        known: Which right records are one, by any numbering, -1 where that is not known; (right records,).
        said: Pairs that are one whatever the evidence: they have the same id; packed, sorted.
        progress: Takes what is being done.
    """
    scored = score_links(gathered, across, progress) if gathered.evidence and across.total else None
    progress("Deciding which are one")
    comparisons = [item.comparison for item in gathered.evidence]

    def log_odds(left: Codes, right: Codes) -> Floats:
        if scored is None or not len(left):
            return np.full(len(left), _NOTHING_SPEAKS)
        return scored.mixture.log_odds(compare(comparisons, left, right))

    pairs = _promising(scored, said)
    like = _like(pairs, across)
    pairs = _some(pairs, like[pairs.left] == pairs.left)
    decided = Decided(same=np.sort(np.concatenate([said, _same(pairs, known, across)])), different=NOTHING)
    group = group_records(pairs, across.records, decided)
    pairs = complete_groups(pairs, group, log_odds)
    decided = replace(decided, different=_apart(pairs, known, across))
    entity, _ = choose_entities(pairs, group, decided)
    return _decide(scored, across, _expanded(_found(pairs, entity, across), like, across), log_odds)


def _promising(scored: Scored | None, said: Packed) -> Pairs:
    """Return the pairs that may be one, in order; those that are said to be are sure."""
    if scored is None:
        left, right = unpack(said)
        return Pairs(left=left, right=right, log_odds=np.full(len(said), _SURE))
    held = scored.log_odds > PROMISING
    packed = pack(scored.left[held], scored.right[held])
    more = np.setdiff1d(said, packed)
    odds = np.concatenate([np.where(np.isin(packed, said), _SURE, scored.log_odds[held]), np.full(len(more), _SURE)])
    packed = np.concatenate([packed, more])
    order = np.argsort(packed)
    left, right = unpack(packed[order])
    return Pairs(left=left, right=right, log_odds=odds[order])


def _some(pairs: Pairs, mask: Mask) -> Pairs:
    return Pairs(left=pairs.left[mask], right=pairs.right[mask], log_odds=pairs.log_odds[mask])


def _like(pairs: Pairs, across: Across) -> Codes:
    """Return for each record the first that fits the same right records equally well; pairs stand in order.

    Of a thousand contacts of one company, whose cells say the same of it, one is decided on.
    """
    like = np.arange(across.records, dtype=np.int32)
    if not len(pairs.left):
        return like
    marks = pack(pairs.right, (pairs.log_odds * _FINELY).astype(np.int32)).astype(np.uint64)
    marks = (marks ^ (marks >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    starts = np.flatnonzero(np.append(True, pairs.left[1:] != pairs.left[:-1]))
    _, first, places = np.unique(np.add.reduceat(marks, starts), return_index=True, return_inverse=True)
    members = pairs.left[starts]
    like[members] = members[first][places]
    return like


def _found(pairs: Pairs, entity: Labels, across: Across) -> _Found:
    """Return the pairs across that may be one, with what speaks for each."""
    inside, lifted, _ = within(pairs, entity)
    odds = pairs.log_odds.copy()
    odds[inside] = lifted
    held = (pairs.left < across.left) & (pairs.right >= across.left) & (inside | (odds > PROMISING))
    return _Found(left=pairs.left[held], right=pairs.right[held], odds=odds[held], inside=inside[held])


def _expanded(found: _Found, like: Codes, across: Across) -> _Found:
    """Return pairs with those of the records that are like the ones decided on: by left record, the likeliest first."""
    order = np.lexsort((found.right, -found.odds, ~found.inside, found.left))
    each = np.bincount(found.left, minlength=across.left)
    starts = np.cumsum(each) - each
    of = like[: across.left]
    counts = each[of]
    at = np.repeat(starts[of] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    places = order[at]
    left = np.repeat(np.arange(across.left, dtype=np.int32), counts)
    return _Found(left=left, right=found.right[places], odds=found.odds[places], inside=found.inside[places])


def _same(pairs: Pairs, known: Labels | None, across: Across) -> Packed:
    """Return that right records are one which are known to be, of those that may have a partner; packed."""
    if known is None:
        return NOTHING
    held = np.unique(pairs.right[pairs.log_odds > PROMISING])
    of = known[held - across.left]
    held, of = held[of >= 0], of[of >= 0]
    order = np.argsort(of, kind="stable")
    held, of = held[order], of[order]
    again = np.flatnonzero(of[1:] == of[:-1])
    return np.sort(pack(held[again], held[again + 1]))


def _apart(pairs: Pairs, known: Labels | None, across: Across) -> Packed:
    """Return that right records are two which are known to be; packed."""
    if known is None:
        return NOTHING
    both = pairs.left >= across.left
    left, right = pairs.left[both], pairs.right[both]
    one, other = known[left - across.left], known[right - across.left]
    return np.sort(pack(left, right)[(one >= 0) & (other >= 0) & (one != other)])


def _decide(scored: Scored | None, across: Across, found: _Found, score: Score) -> Links:
    """Return the links that entities come to: what is within one and likelier than not."""
    left, right, odds, inside = found.left, found.right, found.odds, found.inside
    best = np.append(True, left[1:] != left[:-1]) if len(left) else np.zeros(0, dtype=bool)
    mine, theirs = _strongest(left, odds, inside, across), _strongest(left, odds, ~inside, across)
    against = np.where(inside, theirs[left], mine[left])
    probabilities = _probabilities(odds, against, _alike(found, best, score))
    likely = probabilities[TRUST]
    linked = inside & (sigmoid(TRUST * odds) >= _LEAST)
    fate = np.full(across.left, Fate.NEW, dtype=np.int8)
    fate[left[linked]] = Fate.LINKED
    rivals = (sigmoid(TRUST * theirs) >= _LEAST) & (TRUST * mine < TRUST * theirs + _AS_WELL)
    fate[rivals & (fate == Fate.LINKED)] = Fate.AMBIGUOUS
    linked &= fate[left] == Fate.LINKED
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


def _alike(found: _Found, best: Mask, score: Score) -> Floats:
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
    precision = {trust: true[trust] / count if count else 1.0 for trust in _TRUSTS}
    recall = {trust: _share(true[trust], missed[trust] + unseen) for trust in _TRUSTS}
    least = _share(true[TRUST], missed[TRUST] + 3 * unseen + _NEVER_SEEN * true[TRUST])
    return _spanned([*precision.values()], precision[TRUST]), _spanned([*recall.values(), least], recall[TRUST])


def _share(found: float, missed: float) -> float:
    """Return the share of what was found in all there is; where there is nothing, nothing was missed."""
    return found / (found + missed) if found + missed >= _A_PAIR else 1.0


def _spanned(values: Sequence[float], value: float) -> Estimate:
    return Estimate(value=value, low=min(values), high=max(values))
