"""Which record of one file is which of another: every left record with its likeliest partner, if it has one.

A left record is one entity, so two right records that differ from each other compete for it; two that are duplicates of
each other do not. What two rivals have in common is no reason to choose either: then the record is ambiguous.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from segaudit.engine.protocol import Engine
from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import Packed, pack, unpack
from segaudit.identity.clustering.believing import choose_entities, within
from segaudit.identity.clustering.merging import (
    PROMISING,
    Decided,
    Labels,
    Score,
    complete_groups,
    group_records,
)
from segaudit.identity.comparing.comparison import compare
from segaudit.identity.evidence import Gathered
from segaudit.identity.linking_fates import Candidates, Links, decide_links
from segaudit.identity.linking_pairs import Across
from segaudit.identity.linking_scores import score_links
from segaudit.identity.pairs import Floats, Pairs
from segaudit.identity.resolve import Scored

_SURE, _NOTHING_SPEAKS = 60.0, -60.0  # log odds of pairs with one id, and of those nothing is known of
_FINELY = 1e6  # parts of a unit of log odds that are told apart


NOTHING = np.zeros(0, dtype=np.int64)


def find_links(  # noqa: PLR0913 - each is a thing of its own
    gathered: Gathered,
    across: Across,
    engine: Engine,
    *,
    attach: bool = False,
    known: Labels | None = None,
    said: Packed = NOTHING,
    progress: Callable[[str], None] = lambda _: None,
) -> Links:
    """Return the links of two files.

    Records that pairs across hold together are put together to entities as duplicates of one file are, so that what
    speaks for one record speaks for its duplicates too. Where left records are attached to what they belong to, they
    are no duplicates of each other, and each is decided by itself.

    Args:
        gathered: Evidence over the records of both, the left ones first.
        across: How many each has.
        engine: Where pairs are compared.
        attach: A left record belongs to a right one, as others may, and is not the same.
        known: Which right records are one, by any numbering, -1 where that is not known; (right records,).
        said: Pairs that are one whatever the evidence: they have the same id; packed, sorted.
        progress: Takes what is being done.
    """
    scored = score_links(gathered, across, engine, progress) if gathered.evidence and across.total else None
    progress("Deciding which are one")
    comparisons = [item.comparison for item in gathered.evidence]

    def log_odds(left: Codes, right: Codes) -> Floats:
        if scored is None or not len(left):
            return np.full(len(left), _NOTHING_SPEAKS)
        return scored.mixture.log_odds(compare(comparisons, left, right))

    def alike(left: Codes, right: Codes) -> Floats:
        """Return the log odds that two right records are one; what is known goes before what their cells say."""
        return _as_known(log_odds(left, right), left - across.left, right - across.left, known)

    pairs = _promising(scored, said)
    if attach:
        return decide_links(scored, across, _attached(pairs, alike), alike)
    like = _like(pairs, across)
    pairs = pairs.some(like[pairs.left] == pairs.left)
    decided = Decided(same=np.sort(np.concatenate([said, _same(pairs, known, across)])), different=NOTHING)
    group = group_records(pairs, across.records, decided)
    pairs = complete_groups(pairs, group, log_odds)
    decided = replace(decided, different=_apart(pairs, known, across))
    entity, _ = choose_entities(pairs, group, decided)
    return decide_links(scored, across, _expanded(_found(pairs, entity, across), like, across), alike)


def _promising(scored: Scored | None, said: Packed) -> Pairs:
    """Return the pairs that may be one, in order; those that are said to be are sure."""
    if scored is None:
        left, right = unpack(said)
        return Pairs(left=left, right=right, log_odds=np.full(len(said), _SURE))
    found = scored.above(PROMISING)
    packed = pack(found.left, found.right)
    more = np.setdiff1d(said, packed)
    odds = np.concatenate([np.where(np.isin(packed, said), _SURE, found.log_odds), np.full(len(more), _SURE)])
    packed = np.concatenate([packed, more])
    order = np.argsort(packed)
    left, right = unpack(packed[order])
    return Pairs(left=left, right=right, log_odds=odds[order])


def _like(pairs: Pairs, across: Across) -> Codes:
    """Return for each record the first that fits the same right records equally well; pairs stand in order.

    Of a thousand contacts of one company, whose cells say the same of it, one is decided on.
    """
    like = np.arange(across.records, dtype=np.int32)
    if not len(pairs.left):
        return like
    marks = pack(pairs.right, ((pairs.log_odds - PROMISING) * _FINELY).astype(np.int32)).astype(np.uint64)
    marks = (marks ^ (marks >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    starts = np.flatnonzero(np.append(True, pairs.left[1:] != pairs.left[:-1]))
    _, first, places = np.unique(np.add.reduceat(marks, starts), return_index=True, return_inverse=True)
    members = pairs.left[starts]
    like[members] = members[first][places]
    return like


def _found(pairs: Pairs, entity: Labels, across: Across) -> Candidates:
    """Return the pairs across that may be one, with what speaks for each."""
    inside, lifted, _ = within(pairs, entity)
    odds = pairs.log_odds.copy()
    odds[inside] = lifted
    held = (pairs.left < across.left) & (pairs.right >= across.left) & (inside | (odds > PROMISING))
    return Candidates(left=pairs.left[held], right=pairs.right[held], odds=odds[held], inside=inside[held])


def _as_known(odds: Floats, one: Codes, other: Codes, known: Labels | None) -> Floats:
    """Return log odds that right records are one, those that are known to be, or not to be, surely."""
    if known is None:
        return odds
    ours, theirs = known[one], known[other]
    return np.where((ours < 0) | (theirs < 0), odds, np.where(ours == theirs, _SURE, -_SURE))


def _attached(pairs: Pairs, alike: Score) -> Candidates:
    """Return each left record's pairs, with its likeliest partner and that one's duplicates as one entity."""
    order = np.lexsort((pairs.right, -pairs.log_odds, pairs.left))
    left, right, odds = pairs.left[order], pairs.right[order], pairs.log_odds[order]
    best = np.append(True, left[1:] != left[:-1]) if len(left) else np.zeros(0, dtype=bool)
    head = np.maximum.accumulate(np.where(best, np.arange(len(left)), 0))
    again = np.full(len(left), _SURE)  # log odds that the right record is the best one once more
    others = np.flatnonzero(~best)
    one, other = right[others], right[head[others]]
    again[others] = alike(np.minimum(one, other), np.maximum(one, other))
    odds = np.maximum(odds, np.minimum(odds[head], again))
    inside = again > 0
    order = np.lexsort((right, -odds, ~inside, left))
    return Candidates(left=left[order], right=right[order], odds=odds[order], inside=inside[order])


def _expanded(found: Candidates, like: Codes, across: Across) -> Candidates:
    """Return pairs with those of the records that are like the ones decided on: by left record, the likeliest first."""
    order = np.lexsort((found.right, -found.odds, ~found.inside, found.left))
    each = np.bincount(found.left, minlength=across.left)
    starts = np.cumsum(each) - each
    of = like[: across.left]
    counts = each[of]
    at = np.repeat(starts[of] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    places = order[at]
    left = np.repeat(np.arange(across.left, dtype=np.int32), counts)
    return Candidates(left=left, right=found.right[places], odds=found.odds[places], inside=found.inside[places])


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
