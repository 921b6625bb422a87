"""Which records of one file to compare with which of another: blocking and sampling where only pairs across count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from segaudit.identity.attributes import Codes
from segaudit.identity.blocking.keys import Blocking
from segaudit.identity.blocking.pairs import Packed, blocks_of, combine, pack
from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.evidence import Evidence, Handle
from segaudit.model.identity import KeyUse

_IMAGINED = 3000  # pairs of one entity
_MOVED = 0.1  # of these
_AGAIN = 0.35  # what it is worth to find a pair once more: another key may have missed it
_MOST_KEYS = 40
_LEAST_GAIN = 0.0005  # of the imagined pairs
_LARGEST = 1225  # pairs of a block
_LOOKING = 0.1  # cost of a key, in pairs for each record, beside its pairs
_MISJUDGED = 2.0  # as many pairs as a key was thought to have, from which it is judged again
_REFINED_BY = 4
_UNSPLIT = 0.25  # of the pairs that may still be compared, up to which a key's blocks are not split
_EACH, _ANYWAY = 8, 1_000_000  # most pairs in all: for each record that may have a partner, and in any case
_SPARE_EACH, _SPARE_ANYWAY = 1, 400_000  # pairs there is always room for
_PER_KEY, _PER_KEY_ANYWAY = 3, 300_000
_BEST_FIRST = 12  # keys chosen by what they find for what they cost
_ALL = 600_000  # pairs, up to which all are compared

_DRAWN = 300_000  # pairs drawn from all
_DRAWN_EACH = 50_000  # pairs drawn from those that agree on a field, for each field
_CANDIDATES = 250_000  # of the pairs that are compared

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Blocks that have records of both files: in each, those of the left file come first."""

    rows: Codes
    starts: npt.NDArray[np.int64]  # (blocks,) where each begins in rows
    lefts: npt.NDArray[np.int64]  # records of the left file
    rights: npt.NDArray[np.int64]

    @property
    def pairs(self) -> npt.NDArray[np.int64]:
        """Return how many pairs across each block has."""
        return self.lefts * self.rights

    def some(self, mask: npt.NDArray[np.bool_]) -> "Blocks":
        """Return some of the blocks."""
        return replace(self, starts=self.starts[mask], lefts=self.lefts[mask], rights=self.rights[mask])

    def packed(self) -> Packed:
        """Return all pairs across, block by block."""
        counts = self.pairs
        block = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(block)) - np.repeat(np.cumsum(counts) - counts, counts)
        first, second = np.divmod(number, self.rights[block])
        left = self.rows[self.starts[block] + first]
        return pack(left, self.rows[self.starts[block] + self.lefts[block] + second])

    def drawn(self, count: int, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """Return pairs across, each of them equally likely."""
        ends = np.cumsum(self.pairs)
        block = np.minimum(np.searchsorted(ends, rng.random(count) * ends[-1], side="right"), len(ends) - 1)
        first = (rng.random(count) * self.lefts[block]).astype(np.int64)
        second = (rng.random(count) * self.rights[block]).astype(np.int64)
        return self.rows[self.starts[block] + first], self.rows[self.starts[block] + self.lefts[block] + second]


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """Records of two files, numbered one after the other, of which only pairs of the one with the other count."""

    left: int  # records
    right: int

    @property
    def records(self) -> int:
        """Return how many records there are."""
        return self.left + self.right

    @property
    def total(self) -> int:
        """Return how many pairs there are."""
        return self.left * self.right

    @property
    def partners(self) -> int:
        """Return about how many records may have a partner."""
        return 2 * min(self.left, self.right)

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """Return pairs, each of them equally likely."""
        left, right = rng.integers(0, self.left, count), rng.integers(self.left, self.records, count)
        return left.astype(np.int32), right.astype(np.int32)

    def chance(self, codes: Codes) -> float:
        """Return how often a pair agrees on codes, those that lack one included."""
        size = int(codes.max(initial=-1)) + 1
        left, right = codes[: self.left], codes[self.left :]
        ours = np.bincount(left[left >= 0], minlength=size).astype(np.float64)
        theirs = np.bincount(right[right >= 0], minlength=size)
        return float((ours * theirs).sum() / max(self.total, 1))

    def blocks(self, codes: Sequence[Codes], rows: Codes | None = None) -> Blocks:
        """Return the blocks of records that agree on all of some codes; of some rows only, if they are given."""
        found, starts, sizes = blocks_of(combine(list(codes) if rows is None else [part[rows] for part in codes]))
        if rows is not None:
            found = rows[found]
        lefts = np.add.reduceat((found < self.left).astype(np.int64), starts) if len(starts) else sizes
        both = (lefts > 0) & (lefts < sizes)
        return Blocks(rows=found, starts=starts[both], lefts=lefts[both], rights=(sizes - lefts)[both])


class _Keys:
    """What records may be blocked on: handles, and keys of one to three of them."""

    def __init__(self, evidence: Sequence[Evidence], across: Across, rng: np.random.Generator) -> None:
        self.handles: list[Handle] = []
        self._owner: list[int] = []
        self._agrees: list[npt.NDArray[np.bool_]] = []
        self._chance: list[float] = []
        one, other = across.draw(_IMAGINED, rng)
        moved = rng.random(_IMAGINED) < _MOVED
        for owner, item in enumerate(evidence):
            luck = rng.random(_IMAGINED)  # one draw: who agrees on the value agrees on how it begins
            if item.comparison.moves:
                luck[moved] = 1.0
            for handle in item.handles:
                filled = (handle.codes[one] >= 0) & (handle.codes[other] >= 0)
                self.handles.append(handle)
                self._owner.append(owner)
                self._agrees.append(filled & (luck < handle.share))
                self._chance.append(across.chance(handle.codes))
        self._combine(across)

    def _combine(self, across: Across) -> None:
        """Put keys together: what each finds of the imagined pairs, and how many pairs it is thought to cost."""
        useful = [place for place in range(len(self.handles)) if self._agrees[place].mean() > _LEAST_GAIN]
        most = _PER_KEY * across.partners + _PER_KEY_ANYWAY
        self.all: list[tuple[int, ...]] = []
        covers, costs = [], []
        for size in (1, 2, 3):
            for key in combinations(useful, size):
                pairs = float(np.prod([self._chance[place] for place in key])) * across.total
                if len({self._owner[place] for place in key}) < size or pairs > most or (size == 3 and pairs < 1):  # noqa: PLR2004 - two of the three do as well
                    continue
                agree = np.logical_and.reduce([self._agrees[place] for place in key])
                if agree.mean() >= _LEAST_GAIN:
                    self.all.append(key)
                    covers.append(agree)
                    costs.append(pairs)
        self.covers = np.array(covers, dtype=np.float32).reshape(len(self.all), _IMAGINED)
        self.costs = np.array(costs)

    def codes(self, key: Sequence[int]) -> list[Codes]:
        """Return the codes of a key's handles."""
        return [self.handles[place].codes for place in key]

    def refining(self, key: Sequence[int]) -> list[int]:
        """Return the handles that split a key's blocks best."""
        owners = {self._owner[place] for place in key}
        others = [place for place in range(len(self.handles)) if self._owner[place] not in owners]
        others.sort(key=lambda place: -self._agrees[place].mean() * (1 - np.sqrt(self._chance[place])))
        return others[:_REFINED_BY]


def choose_links(evidence: Sequence[Evidence], across: Across, rng: np.random.Generator) -> Blocking:
    """Return the pairs across two files that are worth comparing."""
    if across.total <= _ALL:
        left, right = np.divmod(np.arange(across.total), max(across.right, 1))
        every = pack(left.astype(np.int32), (right + across.left).astype(np.int32))
        return Blocking(pairs=every, keys=(), recall=1.0, complete=True)
    keys = _Keys(evidence, across, rng)
    looking = _LOOKING * across.records
    budget = float(_EACH * across.partners + _ANYWAY)
    spare = _SPARE_EACH * across.partners + _SPARE_ANYWAY
    found: list[Packed] = []
    uses: list[KeyUse] = []
    times = np.zeros(_IMAGINED, dtype=np.int64)
    is_open, is_counted = np.ones(len(keys.all), dtype=bool), np.zeros(len(keys.all), dtype=bool)
    while len(uses) < _MOST_KEYS and is_open.any():
        gains = keys.covers @ (_AGAIN ** times.astype(np.float32))
        gains[~is_open] = 0
        # With room to spare, what finds most goes first: what is known of a field may be wrong for these files.
        roomy = sum(use.pairs for use in uses) < spare
        by_cost = gains / (keys.costs + looking)
        best = int(np.argmax(gains if roomy and len(uses) >= _BEST_FIRST else by_cost))
        if gains[best] < _LEAST_GAIN * _IMAGINED * (0.1 if roomy else 1.0):
            break
        blocks = across.blocks(keys.codes(keys.all[best]))
        pairs_of = float(blocks.pairs.sum())
        if not is_counted[best] and pairs_of > _MISJUDGED * (keys.costs[best] + looking):
            # Fields go together: it costs more than they would apart.
            is_counted[best], keys.costs[best] = True, pairs_of
            is_open[best] = pairs_of <= _PER_KEY * across.partners + _PER_KEY_ANYWAY
            continue
        is_open[best] = False
        pairs, use = _compared(keys, keys.all[best], blocks, across, budget)
        if use is None:
            continue
        found.append(pairs)
        uses.append(use)
        budget -= len(pairs)
        times += keys.covers[best].astype(np.int64)
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return Blocking(pairs=pairs, keys=tuple(uses), recall=float((times > 0).mean()))


def _compared(
    keys: _Keys, key: Sequence[int], blocks: Blocks, across: Across, budget: float
) -> tuple[Packed, KeyUse | None]:
    """Return the pairs a key finds; None for its use if there are more than the budget allows.

    Blocks that are too large are split by what their records share besides.
    """
    # Many pairs are no trouble if there is room for them.
    large = (blocks.pairs > _LARGEST) & (blocks.pairs.sum() > budget * _UNSPLIT)
    small = blocks.some(~large)
    if small.pairs.sum() > budget:
        return np.zeros(0, dtype=np.int64), None
    found = [small.packed()]
    split = blocks.some(large)
    if large.any():
        sizes = split.lefts + split.rights
        at = np.repeat(split.starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        rows = np.sort(blocks.rows[at])
        for place in keys.refining(key):
            finer = across.blocks(keys.codes([*key, place]), rows)
            found.append(finer.some(finer.pairs <= _LARGEST).packed())
    pairs = np.unique(np.concatenate(found))
    if len(pairs) > budget:
        return pairs, None
    return pairs, KeyUse(
        name=" + ".join(keys.handles[place].name for place in key),
        pairs=len(pairs),
        largest=int((blocks.lefts + blocks.rights).max(initial=0)),
        split=int(large.sum()),
        left=max(0, int(split.pairs.sum()) - (len(pairs) - len(found[0]))) if large.any() else 0,
    )


def sample_links(
    comparisons: Sequence[Comparison], candidates: Packed, across: Across, rng: np.random.Generator
) -> tuple[Codes, Codes, Floats]:
    """Return pairs across two files, and for how many of all such pairs each stands.

    As of one file: those that are compared stand for themselves or for a few of their like, all others are drawn, and a
    drawn pair stands for as many as its chance of being drawn says.
    """
    lefts, rights = ([side] for side in across.draw(_DRAWN, rng))
    rates: list[tuple[Codes, float]] = []
    for comparison in comparisons:
        blocks = across.blocks([comparison.main.codes])
        if len(blocks.starts):
            left, right = blocks.drawn(_DRAWN_EACH, rng)
            lefts.append(left)
            rights.append(right)
            rates.append((comparison.main.codes, _DRAWN_EACH / float(blocks.pairs.sum())))
    left, right = np.concatenate(lefts), np.concatenate(rights)
    fresh = ~_among(pack(left, right), candidates)
    left, right = left[fresh], right[fresh]
    rate = np.full(len(left), _DRAWN / across.total)
    for codes, drawn_at in rates:
        rate += drawn_at * ((codes[left] == codes[right]) & (codes[left] >= 0))
    kept = candidates
    if len(candidates) > _CANDIDATES:
        kept = candidates[np.sort(rng.choice(len(candidates), _CANDIDATES, replace=False))]
    stands_for = np.full(len(kept), len(candidates) / max(len(kept), 1))
    one, other = (kept >> np.int64(32)).astype(np.int32), (kept & np.int64(0xFFFFFFFF)).astype(np.int32)
    return np.concatenate([one, left]), np.concatenate([other, right]), np.concatenate([stands_for, 1 / rate])


def _among(packed: Packed, ordered: Packed) -> npt.NDArray[np.bool_]:
    """Tell which pairs are among some that are in order."""
    if not len(ordered):
        return np.zeros(len(packed), dtype=bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, packed), len(ordered) - 1)] == packed)
