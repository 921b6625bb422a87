"""Which keys to block on: several that complement each other, chosen from what the fields of this table can tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.pairs import blocks_of, combine, count_pairs, different, pack, pairs_within, some_rows
from segaudit.identity.evidence import Evidence, Handle
from segaudit.model.identity import KeyUse

_IMAGINED = 3000  # pairs of one entity
_MOVED = 0.1  # of these
_AGAIN = 0.35  # what it is worth to find a pair once more: another key may have missed it
_MOST_KEYS = 40
_LEAST_GAIN = 0.0005  # of the imagined pairs
_LARGEST = 50  # records of a block
_LOOKING = 0.1  # cost of a key, in pairs for each record, beside its pairs
_MISJUDGED = 2.0
_REFINED_BY = 4
_UNSPLIT = 0.25  # of the pairs that may still be compared, up to which a key's blocks are not split
_PAIRS_EACH, _PAIRS_ANYWAY = 8, 1_000_000  # most pairs in all: for each record, and in any case
_BEST_FIRST = 12  # keys chosen by what they find for what they cost
_SPARE_EACH, _SPARE_ANYWAY = 1, 400_000  # pairs there is always room for
_ALL = 600_000  # pairs of a table, up to which all are compared
_PER_KEY, _PER_KEY_ANYWAY = 3, 300_000


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """Which pairs to compare."""

    pairs: npt.NDArray[np.int64]  # packed, sorted, each once
    keys: tuple[KeyUse, ...]
    recall: float  # estimated share of the pairs of one entity among them
    complete: bool = False  # all pairs of the table


@dataclass(kw_only=True)
class _Handles:
    """The handles of all evidence, and in which imagined pairs of one entity each agrees."""

    handles: list[Handle] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)  # which evidence it belongs to
    chance: list[float] = field(default_factory=list)  # that two records agree on it, lacking values included
    agrees: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    some: dict[int, Codes] = field(default_factory=dict)  # records of some values of a handle

    def count(self, key: tuple[int, ...]) -> float:
        """Return about how many pairs of records agree on all handles of a key."""
        chosen = min(key, key=lambda place: self.chance[place])  # of many values, so that some stand for all
        if chosen not in self.some:
            self.some[chosen] = some_rows(self.handles[chosen].codes)
        rows = self.some[chosen]
        return count_pairs([self.handles[place].codes[rows] for place in key])


def choose_pairs(evidence: Sequence[Evidence], records: int, rng: np.random.Generator) -> Blocking:
    """Return the pairs of records worth comparing."""
    if records * (records - 1) // 2 <= _ALL:
        left, right = np.triu_indices(records, k=1)
        return Blocking(pairs=pack(left.astype(np.int32), right.astype(np.int32)), keys=(), recall=1.0, complete=True)
    known = _prepared(evidence, records, rng)
    keys, covers, costs = _candidates(known, records)
    found: list[npt.NDArray[np.int64]] = []
    uses: list[KeyUse] = []
    counted: set[int] = set()
    most = _PER_KEY * records + _PER_KEY_ANYWAY
    budget = float(_PAIRS_EACH * records + _PAIRS_ANYWAY)
    times = np.zeros(_IMAGINED, dtype=np.int64)
    open_keys = np.ones(len(keys), dtype=bool)
    while len(uses) < _MOST_KEYS and open_keys.any():
        gains = covers @ (_AGAIN ** times.astype(np.float32))
        gains[~open_keys] = 0
        # With room to spare, what finds most goes first: what is known of a field may be wrong for this table.
        spare = sum(use.pairs for use in uses) < _SPARE_EACH * records + _SPARE_ANYWAY
        best = int(np.argmax(gains if spare and len(uses) >= _BEST_FIRST else gains / (costs + _LOOKING * records)))
        if gains[best] < _LEAST_GAIN * _IMAGINED * (0.1 if spare else 1.0):
            break
        if best not in counted:
            counted.add(best)
            pairs_of = known.count(keys[best])
            if pairs_of > _MISJUDGED * (costs[best] + _LOOKING * records):  # fields go together: it costs more
                costs[best] = pairs_of
                open_keys[best] = pairs_of <= most
                continue
        open_keys[best] = False
        pairs, use = _block(keys[best], known, budget)
        if use is None:
            continue
        found.append(pairs)
        uses.append(use)
        budget -= use.pairs
        times += covers[best].astype(np.int64)
    pairs = different(found)
    return Blocking(pairs=pairs, keys=tuple(uses), recall=float((times > 0).mean()))


def _prepared(evidence: Sequence[Evidence], records: int, rng: np.random.Generator) -> _Handles:
    known = _Handles()
    one, other = rng.integers(0, records, _IMAGINED), rng.integers(0, records, _IMAGINED)
    moved = rng.random(_IMAGINED) < _MOVED
    for owner, item in enumerate(evidence):
        luck = rng.random(_IMAGINED)  # one draw: who agrees on the value agrees on how it begins
        if item.comparison.moves:
            luck[moved] = 1.0
        for handle in item.handles:
            counts = np.bincount(handle.codes[handle.codes >= 0]).astype(np.float64)
            known.handles.append(handle)
            known.owner.append(owner)
            known.chance.append(float((counts * (counts - 1)).sum() / (records * (records - 1.0))))
            filled = (handle.codes[one] >= 0) & (handle.codes[other] >= 0)
            known.agrees.append(filled & (luck < handle.share))
    return known


def _candidates(
    known: _Handles, records: int
) -> tuple[list[tuple[int, ...]], npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return the keys of one to three handles that are not too large, what each finds, and what each costs."""
    keys: list[tuple[int, ...]] = []
    covers, costs = [], []
    most = _PER_KEY * records + _PER_KEY_ANYWAY
    useful = [place for place in range(len(known.handles)) if known.agrees[place].mean() > _LEAST_GAIN]
    for size in (1, 2, 3):
        for key in combinations(useful, size):
            if len({known.owner[place] for place in key}) < size:
                continue
            chance = float(np.prod([known.chance[place] for place in key]))
            pairs = chance * records * (records - 1.0) / 2
            if pairs > most or (size > 1 and pairs < 1 and size == 3):  # noqa: PLR2004 - two of the three do as well
                continue
            agree = np.logical_and.reduce([known.agrees[place] for place in key])
            if agree.mean() < _LEAST_GAIN:
                continue
            keys.append(key)
            covers.append(agree)
            costs.append(pairs)
    return keys, np.array(covers, dtype=np.float32).reshape(len(keys), _IMAGINED), np.array(costs)


def _block(key: tuple[int, ...], known: _Handles, budget: float) -> tuple[npt.NDArray[np.int64], KeyUse | None]:
    """Return the pairs a key finds; None for its use if there are more than the budget allows."""
    codes = [known.handles[place].codes for place in key]
    rows, _, sizes = blocks_of(combine(codes))
    # Many pairs are no trouble if there is room for them: then these are the entities with many records.
    large = sizes > (_LARGEST if _count(sizes) > budget * _UNSPLIT else sizes.max(initial=0))
    member = np.repeat(large, sizes)
    small = rows[~member], sizes[~large]
    if _count(small[1]) > budget:
        return np.zeros(0, dtype=np.int64), None
    found = [pack(left, right) for left, right in pairs_within(*small)]
    whole = _count(sizes[large])
    split = 0
    if large.any():
        split, parts = int(large.sum()), _refined(rows[member], key, codes, known)
        found += parts
    pairs = different(found) if split else np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    if len(pairs) > budget:
        return np.zeros(0, dtype=np.int64), None
    use = KeyUse(
        name=" + ".join(known.handles[place].name for place in key),
        pairs=len(pairs),
        largest=int(sizes.max(initial=0)),
        split=split,
        left=max(0, int(whole - (len(pairs) - _count(small[1])))) if split else 0,
    )
    return pairs, use


def _count(sizes: npt.NDArray[np.int64]) -> float:
    return float((sizes * (sizes - 1.0) / 2).sum())


def _refined(rows: Codes, key: tuple[int, ...], codes: Sequence[Codes], known: _Handles) -> list[npt.NDArray[np.int64]]:
    """Return the pairs of records in blocks that are too large, which agree on something else besides."""
    owners = {known.owner[place] for place in key}
    others = [place for place in range(len(known.handles)) if known.owner[place] not in owners]
    others.sort(key=lambda place: -known.agrees[place].mean() * (1 - np.sqrt(known.chance[place])))
    inner = [part[rows] for part in codes]
    found = []
    for place in others[:_REFINED_BY]:
        at, _, sizes = blocks_of(combine([*inner, known.handles[place].codes[rows]]))
        small = sizes <= _LARGEST
        kept = at[np.repeat(small, sizes)]
        found += [
            pack(np.minimum(rows[left], rows[right]), np.maximum(rows[left], rows[right]))
            for left, right in pairs_within(kept, sizes[small])
        ]
    return found
