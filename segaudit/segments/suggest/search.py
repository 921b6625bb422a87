"""The search for a part of some records that differs most from the others: subgroups of one or two conditions.

Source: subgroup discovery by beam search, Kloesgen (1996) and Lavrac et al. (2004); a part's quality is the difference
of means in standard errors, which weighs how far it is apart by how large it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from segaudit.model.suggestions import Plain, SuggestRules
from segaudit.segments.statistics.power import smallest_effect
from segaudit.segments.suggest.sample import Mask, Sample
from segaudit.segments.suggest.selectors import Selector

_WORTH = 1.2  # times as far apart, for one more condition
_PRECISION = 9  # decimals; two sides of one cut are as good as each other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some of the records, by conditions that all hold."""

    selectors: tuple[Selector, ...]
    mask: Mask
    quality: float  # standard errors between it and the others
    size: int
    rises: bool  # it comes to more than the others

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
        found = _first(sample, tried) if depth == 0 else _refined(front, sample, tried)
        found = [item for item in found if _is_large(item, sample, rules, is_rate=is_rate)]
        front = sorted(found, key=lambda item: (-item.quality, item.size))[: int(rules.limit("beam"))]
        apart = [item for item in front if not is_rate or _is_apart(item, sample, rules)]
        if apart and (best is None or apart[0].quality > _WORTH * best.quality):
            best = apart[0]
    return best


def _first(sample: Sample, tried: Sequence[Selector]) -> list[Part]:
    return [_part((item,), item.mask, sample) for item in tried]


def _refined(front: Sequence[Part], sample: Sample, tried: Sequence[Selector]) -> list[Part]:
    return [
        _part((*part.selectors, item), part.mask & item.mask, sample)
        for part in front
        for item in tried
        if all(item.feature.name != other.feature.name for other in part.selectors)
    ]


def _part(selectors: tuple[Selector, ...], mask: Mask, sample: Sample) -> Part:
    size = int(mask.sum())
    rest = sample.size - size
    quality, rises = 0.0, False
    spread = float(sample.outcome.var())
    if size and rest and spread:
        difference = float(sample.outcome[mask].mean() - sample.outcome[~mask].mean())
        rises = difference > 0
        quality = round(abs(difference) / sqrt(spread * (1 / size + 1 / rest)), _PRECISION)
    return Part(selectors=selectors, mask=mask, quality=quality, size=size, rises=rises)


def _is_large(part: Part, sample: Sample, rules: SuggestRules, *, is_rate: bool) -> bool:
    """Tell whether both sides would be large enough, by size, and to be measured."""
    least = max(rules.limit("least_members"), rules.limit("least_share") * sample.size * sample.scale)
    for mask in (part.mask, ~part.mask):
        size = float(mask.sum()) * sample.scale
        if size < least or (not is_rate and size < 2 * rules.limit("least_values")):
            return False
        if is_rate and not is_measurable(size, float(sample.outcome[mask].mean()), rules):
            return False
    return True


def is_measurable(members: float, rate: float, rules: SuggestRules) -> bool:
    """Tell whether two halves of so many records can show that their rate has changed by as much as is asked for."""
    if rate <= 0 or rate >= 1:
        return False
    smallest = smallest_effect(members / 2, min(rate, 1 - rate), alpha=rules.limit("alpha"), power=rules.limit("power"))
    return smallest is not None and smallest <= rules.limit("detect_relative")


def _is_apart(part: Part, sample: Sample, rules: SuggestRules) -> bool:
    """Tell whether the difference would be worth a segment."""
    inside, outside = float(sample.outcome[part.mask].mean()), float(sample.outcome[~part.mask].mean())
    return relative_gap(inside, outside) >= rules.limit("least_difference")


def relative_gap(a: float, b: float) -> float:
    """Return how far two rates are apart, by the smaller of what they leave: 90 % and 95 % are 5 % and 10 %."""
    low, high = min(a, b), max(a, b)
    as_hits = (high - low) / low if low > 0 else float("inf") if high > 0 else 0.0
    as_misses = (high - low) / (1 - high) if high < 1 else float("inf") if low < 1 else 0.0
    middle = (low + high) / 2
    return as_hits if middle <= 0.5 else as_misses  # noqa: PLR2004 - what is rarer is what is spoken of
