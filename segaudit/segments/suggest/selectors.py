"""Simple conditions a search may try, each readable: cuts at round numbers, single values and small sets of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind, Plain, SuggestRules
from segaudit.segments.suggest.cutting import tree_cuts
from segaudit.segments.suggest.sample import Mask, Sample, Values

_EPOCH = date(1970, 1, 1).toordinal()
_LARGEST_SET = 5  # values in one condition
_DIGITS = range(1, 7)
_PERIODS = (7, 14, 30, 60, 90, 120, 180, 270, 365, 545, 730, 1095, 1460, 1825, 3650)  # days people count in


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selector:
    """One condition on one feature."""

    feature: Feature
    test: Mapping[str, Plain]  # operator: operand
    mask: Mask

    @property
    def plain(self) -> dict[str, Plain]:
        """Return the condition as it stands in a rules file; a record without a value does not meet it."""
        return {self.feature.name: dict(self.test), "missing": "exclude"}


def selectors(features: Sequence[Feature], sample: Sample, rules: SuggestRules, as_of: date) -> list[Selector]:
    """Return what may be tried, in the order of the features."""
    least = max(2, int(rules.limit("least_share") * sample.size))
    found: list[Selector] = []
    for feature in features:
        values = sample.columns[feature.name]
        if feature.kind is FeatureKind.NUMBER:
            found += _numbers(feature, values, sample.outcome, least, rules)
        elif feature.kind is FeatureKind.DATE:
            found += _dates(feature, values, sample.outcome, least, rules, as_of.toordinal() - _EPOCH)
        elif feature.kind is FeatureKind.BOOL:
            found += [Selector(feature=feature, test={"is": bool(item)}, mask=values == item) for item in (1, 0)]
        else:
            found += _categories(feature, values, sample.outcome, least, rules)
    return [item for item in found if least <= item.mask.sum() <= sample.size - least]


def _numbers(feature: Feature, values: Values, outcome: Values, least: int, rules: SuggestRules) -> Iterator[Selector]:
    cuts = [round_cut(cut, values, whole=feature.whole, most=rules.limit("between")) for cut in
            tree_cuts(values, outcome, least, int(rules.limit("most_cuts")))]  # fmt: skip
    for cut in dict.fromkeys(cuts):
        yield Selector(feature=feature, test={"gte": number(cut)}, mask=values >= cut)
        yield Selector(feature=feature, test={"lt": number(cut)}, mask=values < cut)


def _dates(  # noqa: PLR0913, PLR0917 - what a cut of dates is made of
    feature: Feature, values: Values, outcome: Values, least: int, rules: SuggestRules, today: int
) -> Iterator[Selector]:
    """Yield cuts in days before today; days to come are left alone."""
    past = np.where(values <= today, today - values, np.nan)
    periods: list[int] = []
    for cut in tree_cuts(past, outcome, least, int(rules.limit("most_cuts"))):
        between = [
            (float(np.mean((past >= min(cut, days)) & (past < max(cut, days)))), days) for days in _PERIODS
        ]  # fmt: skip
        near, days = min(between)
        periods.append(days if near <= rules.limit("between") else ceil(cut))
    for days in dict.fromkeys(periods):
        yield Selector(feature=feature, test={"within_last": f"{days}d"}, mask=past <= days)
        yield Selector(feature=feature, test={"before_last": f"{days}d"}, mask=past > days)


def _categories(
    feature: Feature, values: Values, outcome: Values, least: int, rules: SuggestRules
) -> Iterator[Selector]:
    counts, averages = by_value(feature, values, outcome)
    frequent = [int(place) for place in np.flatnonzero(counts)][: int(rules.limit("most_values"))]
    means = {place: float(averages[place]) for place in frequent}
    for place in frequent:
        one = feature.values[place].written
        test: dict[str, Plain] = {feature.read_by: [one]} if feature.read_by else {"eq": one}
        yield Selector(feature=feature, test=test, mask=values == place)
    # Values in the order of what they came to: a tree parts that order best (Breiman et al. 1984, 4.2.2).
    coded = np.full(len(values), np.nan)
    for place, mean in means.items():
        coded[values == place] = mean
    for cut in tree_cuts(coded, outcome, least, 1):
        for chosen in (
            [place for place in frequent if means[place] >= cut],
            [place for place in frequent if means[place] < cut],
        ):
            if 1 < len(chosen) <= _LARGEST_SET:
                words: list[Plain] = [feature.values[place].written for place in chosen]
                yield Selector(feature=feature, test={feature.read_by or "in": words}, mask=np.isin(values, chosen))


def by_value(feature: Feature, values: Values, outcome: Values) -> tuple[Values, Values]:
    """Return how many records have each value of a category, and the mean of what they came to (0 of none)."""
    known = ~np.isnan(values)
    places, size = values[known].astype(np.int64), len(feature.values)
    counts = np.bincount(places, minlength=size).astype(np.float64)
    sums = np.bincount(places, weights=outcome[known], minlength=size)
    return counts, sums / np.maximum(counts, 1)


def round_cut(cut: float, values: Values, *, whole: bool, most: float) -> float:
    """Return the roundest number near a cut, with no more than so large a share of the values between."""
    known = values[~np.isnan(values)]
    above = known[known >= cut]
    exact = float(above.min()) if len(above) else cut  # the first value on the upper side
    if not len(known):
        return exact
    for digits in _DIGITS:
        for rounded in dict.fromkeys((_rounded(cut, digits), _rounded(cut, digits, half=True))):
            low, high = min(rounded, cut), max(rounded, cut)
            moved = float(((known >= low) & (known < high)).mean())
            if moved <= most and known.min() < rounded <= known.max() and (not whole or rounded == int(rounded)):
                return rounded
    return float(ceil(cut)) if whole else exact


def _rounded(value: float, digits: int, *, half: bool = False) -> float:
    """Return a number to so many digits; ``half``: or to the halves between, as in 150 or 25."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - digits + 1)
    step = step / 2 if half else step
    return round(round(value / step) * step, 10)


def number(value: float) -> Plain:
    """Return a number as a rules file has it."""
    return int(value) if value == int(value) else round(value, 10)
