"""The parts of one field: bands of a number or a date, its frequent values, yes and no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.start.candidates import frequent_values
from segaudit.segments.suggest.start.conditions import TRUE, Ask, Truth, day_number
from segaudit.segments.suggest.start.cutoffs import bands, cut_at, is_live, number_cuts
from segaudit.segments.suggest.start.frame import Numbers
from segaudit.segments.suggest.start.sizes import BANDS, EMPLOYEES

# Whole numbers people know as bands; taken before bands of the data's own if these are no worse balanced.
_KNOWN_BANDS: Mapping[str, tuple[float, ...]] = {EMPLOYEES: BANDS}
_BAND_NAMES: Mapping[str, tuple[str, ...]] = {EMPLOYEES: ("SMB", "Mid-market", "Enterprise")}
_ENGAGED = (30, 90, 180, 365)  # days
_MOST_BANDS = 4
_OTHERS = "all others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a dimension."""

    name: str
    asks: tuple[Ask, ...]


def parts_of(feature: Feature, column: Numbers, as_of: date, *, most: int, least: int) -> list[Part]:
    """Return a feature's parts, none of which is too small if it can be helped."""
    match feature.kind:
        case FeatureKind.CATEGORY:
            return _value_parts(feature, column, most=most, least=least)
        case FeatureKind.BOOL:
            yes = Ask(feature=feature, low=0.5)
            parts = [Part(name=f"{feature.header}: {word}", asks=(ask,)) for word, ask in _yes_no(yes)]
            return parts if _all_large(parts, column, least) else []
        case FeatureKind.DATE if is_live(feature, as_of):
            return _aged_parts(feature, column, as_of, least=least)
        case FeatureKind.DATE:
            return []
        case _:
            return _number_parts(feature, column, most=most, least=least)


def _yes_no(yes: Ask) -> list[tuple[str, Ask]]:
    return [("yes", yes), ("no", yes.opposite())]


def _value_parts(feature: Feature, column: Numbers, *, most: int, least: int) -> list[Part]:
    """Return the frequent values one by one, and what is left as one part."""
    filled = int((~np.isnan(column)).sum())
    large = [place for place in frequent_values(column) if np.count_nonzero(column == place) >= least]
    named = large[:most]
    left = filled - sum(int(np.count_nonzero(column == place)) for place in named)
    if len(named) == most and left:
        named = named[:-1]
        left = filled - sum(int(np.count_nonzero(column == place)) for place in named)
    parts = [
        Part(name=feature.values[place].written, asks=(Ask(feature=feature, values=frozenset({place})),))
        for place in named
    ]
    if left and named:
        rest = Ask(feature=feature, values=frozenset(named), none_of=True)
        parts.append(Part(name=f"{feature.header}: {_OTHERS}", asks=(rest,)))
    return parts


def _known_parts(feature: Feature) -> list[Part]:
    """Return the bands people know a number by; none of most numbers."""
    if feature.name not in _KNOWN_BANDS:
        return []
    first, *others = bands([Ask(feature=feature, low=cut) for cut in _KNOWN_BANDS[feature.name]])
    # Nobody works at a company of 0 people: that is a gap in the data, not a size.
    asks = [Ask(feature=feature, low=1.0).meet(first), *others]
    named = zip(_BAND_NAMES[feature.name], asks, strict=True)
    return [Part(name=f"{name}: {ask.words()}", asks=(ask,)) for name, ask in named]


def _number_parts(feature: Feature, column: Numbers, *, most: int, least: int) -> list[Part]:
    known = _known_parts(feature)
    if known and _all_large(known, column, least):
        return known
    for number in range(min(most, _MOST_BANDS), 1, -1):
        cuts = _even_cuts(feature, column, number)
        parts = _banded(cuts)
        if len(parts) == number and _all_large(parts, column, least):
            return parts
    return []


def _even_cuts(feature: Feature, column: Numbers, number: int) -> list[Ask]:
    values = np.sort(column[~np.isnan(column)])
    if not len(values):
        return []
    different = np.unique(values)
    if len(different) <= number:
        return [Ask(feature=feature, low=float(value)) for value in different[1:]]
    heavy = np.mean(values == values[0]) >= 1 / (number + 1)
    if heavy:
        above = values[values > values[0]]
        first = number_cuts(feature, values, ())[:1] or [Ask(feature=feature, low=float(different[1]))]
        cuts = [cut_at(above, share / (number - 1)) for share in range(1, number - 1)]
        more = [Ask(feature=feature, low=cut) for cut in cuts if cut is not None]
        return [*first, *more]
    cuts = [cut_at(values, share / number) for share in range(1, number)]
    return [Ask(feature=feature, low=cut) for cut in dict.fromkeys(cuts) if cut is not None]


def _aged_parts(feature: Feature, column: Numbers, as_of: date, *, least: int) -> list[Part]:
    """Return bands of days before today, of those people speak of; neighbours that are too small are one."""
    today = day_number(as_of)
    cuts = [Ask(feature=feature, low=float(today - age), counted_from=as_of) for age in _ENGAGED]
    while cuts:
        parts = list(reversed(_banded(cuts)))
        small = [place for place, part in enumerate(parts) if _count(part, column) < least]
        if not small:
            return parts
        ordered = sorted(cuts, key=lambda ask: -(ask.low or 0.0))
        del ordered[min(small[0], len(ordered) - 1)]
        cuts = ordered
    return []


def _banded(cuts: Sequence[Ask]) -> list[Part]:
    return [Part(name=ask.words(), asks=(ask,)) for ask in bands(cuts)]


def _count(part: Part, column: Numbers) -> int:
    found: Truth = part.asks[0].truth(column)
    return int(np.count_nonzero(found == TRUE))


def _all_large(parts: Sequence[Part], column: Numbers, least: int) -> bool:
    return all(_count(part, column) >= least for part in parts)
