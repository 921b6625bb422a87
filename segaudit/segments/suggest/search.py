"""The search for a part of some records that differs most from the others: subgroups of one or two conditions.

Source: subgroup discovery by beam search, Kloesgen (1996) and Lavrac et al. (2004); a part's quality is the difference
of means in standard errors, which weighs how far it is apart by how large it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from segaudit.model.suggestions import Plain, SuggestRules
from segaudit.segments.statistics.power import smallest_effect
from segaudit.segments.suggest.sample import Mask, Sample, Values
from segaudit.segments.suggest.selectors import Selector

_WORTH = 1.2  # times as far apart, for one more condition
_BITS = np.array([number.bit_count() for number in range(256)], np.uint8)  # set in a byte
_PRECISION = 9  # decimals; two sides of one cut are as good as each other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some of the records, by conditions that all hold."""

    selectors: tuple[Selector, ...]
    quality: float  # standard errors between it and the others
    size: int
    inside: float  # mean outcome
    outside: float  # of the others

    @property
    def rises(self) -> bool:
        """Tell whether it comes to more than the others."""
        return self.inside > self.outside

    @property
    def plain(self) -> Plain:
        """Return the condition as it stands in a rules file."""
        parts: list[Plain] = [dict(item.plain) for item in self.selectors]
        return parts[0] if len(parts) == 1 else {"all": parts}


def find_part(sample: Sample, tried: Sequence[Selector], rules: SuggestRules, *, is_rate: bool) -> Part | None:
    """Return the part that differs most, of those large enough to be segments; None if there is none.

    Args:
        sample: Records, and what they came to.
        tried: Conditions.
        rules: Thresholds.
        is_rate: The outcome is one.
    """
    best: Part | None = None
    front: list[Part] = []
    for depth in range(int(rules.limit("depth"))):
        found = _refined(front if depth else [_everybody(sample)], sample, tried)
        found.sort(key=lambda item: (-item.quality, item.size))
        large = (item for item in found if _is_large(item, sample, rules, is_rate=is_rate))
        front = list(islice(large, int(rules.limit("beam"))))
        apart = [item for item in front if not is_rate or _is_apart(item, rules)]
        if apart and (best is None or apart[0].quality > _WORTH * best.quality):
            best = apart[0]
    return best


def find_too_small(sample: Sample, tried: Sequence[Selector], rules: SuggestRules) -> Part | None:
    """Return the part that differs most by one condition, more than chance in all that were tried, if it is too small.

    Nothing can be proposed of it: one of its two sides could not be measured afterwards. But a reader should know.
    """
    least = max(rules.limit("least_members"), rules.limit("least_share") * sample.size * sample.scale) / sample.scale
    found = [item for item in _refined([_everybody(sample)], sample, tried) if _is_apart(item, rules)]
    found = [item for item in found if min(item.size, sample.size - item.size) >= least]
    best = max(found, key=lambda item: (item.quality, -item.size), default=None)
    # Bonferroni over the conditions; the half that would confirm it is not asked.
    if best is None or erfc(best.quality / sqrt(2)) * len(tried) > rules.limit("alpha"):
        return None
    return best


def _everybody(sample: Sample) -> Part:
    return Part(selectors=(), quality=0.0, size=sample.size, inside=float(sample.outcome.mean()), outside=0.0)


def _refined(front: Sequence[Part], sample: Sample, tried: Sequence[Selector]) -> list[Part]:
    """Return the parts of some parts by each of the conditions on another feature; none that has no others."""
    total, spread = float(sample.outcome.sum()), float(sample.outcome.var())
    sizes, sums = _sums(front, sample, tried)
    found: list[Part] = []
    for i, part in enumerate(front):
        names = {item.feature.name for item in part.selectors}
        for j, item in enumerate(tried):
            size, came_to = int(sizes[i, j]), float(sums[i, j])
            rest = sample.size - size
            if item.feature.name in names or not size or not rest:
                continue
            inside, outside = came_to / size, (total - came_to) / rest
            apart = abs(inside - outside) / sqrt(spread * (1 / size + 1 / rest)) if spread else 0.0
            quality = round(apart, _PRECISION)
            own = (*part.selectors, item)
            found.append(Part(selectors=own, quality=quality, size=size, inside=inside, outside=outside))
    return found


def _sums(front: Sequence[Part], sample: Sample, tried: Sequence[Selector]) -> tuple[NDArray[np.int64], Values]:
    """Return how many records each part has of each condition, and the sum of what they came to."""
    if not tried:
        return np.zeros((len(front), 0), np.int64), np.zeros((len(front), 0))
    # A bit for each record: eight at once are compared, and counted.
    masks = np.array([np.packbits(item.mask) for item in tried])
    is_rate = bool(np.isin(sample.outcome, (0, 1)).all())
    hits = np.packbits(sample.outcome == 1)
    sizes, sums = list[NDArray[np.int64]](), list[Values]()
    for part in front:
        own: Mask = np.ones(sample.size, np.bool_)
        for item in part.selectors:
            own &= item.mask
        both = masks & np.packbits(own)
        sizes.append(_BITS[both].sum(axis=1, dtype=np.int64))
        sums.append(
            _BITS[both & hits].sum(axis=1, dtype=np.float64)
            if is_rate
            else np.array([sample.outcome[own & item.mask].sum() for item in tried])
        )
    return np.array(sizes), np.array(sums)


def _is_large(part: Part, sample: Sample, rules: SuggestRules, *, is_rate: bool) -> bool:
    """Tell whether both sides would be large enough, by size, and to be measured."""
    least = max(rules.limit("least_members"), rules.limit("least_share") * sample.size * sample.scale)
    for rows, mean in ((part.size, part.inside), (sample.size - part.size, part.outside)):
        size = rows * sample.scale
        if size < least or (not is_rate and size < 2 * rules.limit("least_values")):
            return False
        if is_rate and not is_measurable(size, mean, rules):
            return False
    return True


def is_measurable(members: float, rate: float, rules: SuggestRules) -> bool:
    """Tell whether two halves of so many records can show that their rate has changed by as much as is asked for."""
    if rate <= 0 or rate >= 1:
        return False
    smallest = smallest_effect(members / 2, min(rate, 1 - rate), alpha=rules.limit("alpha"), power=rules.limit("power"))
    return smallest is not None and smallest <= rules.limit("detect_relative")


def _is_apart(part: Part, rules: SuggestRules) -> bool:
    """Tell whether the difference would be worth a segment."""
    return relative_gap(part.inside, part.outside) >= rules.limit("least_difference")


def relative_gap(a: float, b: float) -> float:
    """Return how far two rates are apart, by the smaller of what they leave: 90 % and 95 % are 5 % and 10 %."""
    low, high = min(a, b), max(a, b)
    as_hits = (high - low) / low if low > 0 else float("inf") if high > 0 else 0.0
    as_misses = (high - low) / (1 - high) if high < 1 else float("inf") if low < 1 else 0.0
    middle = (low + high) / 2
    return as_hits if middle <= 0.5 else as_misses  # noqa: PLR2004 - what is rarer is what is spoken of
