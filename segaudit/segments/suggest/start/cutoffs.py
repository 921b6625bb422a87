"""Cut-offs people can remember: the roundest number in the room the data leaves."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.start.conditions import Ask, day_number
from segaudit.segments.suggest.start.frame import Numbers

_STEPS = (1.0, 0.5, 0.25, 0.2)  # of a power of ten, the roundest first
_ROOM = 0.03  # a cut-off may lie this share of the records beside where it was sought
_FEW_VALUES = 12  # different values, each of which is worth a cut-off of its own
_HEAVY = 0.10  # share of records that have the smallest value, from which it stands apart
LIVE_DAYS = 62  # a file whose newest day is older was put aside: "in the last 30 days" would hold for nobody
_AGES = (7, 14, 30, 60, 90, 180, 365, 730, 1095, 1825)  # days, as people speak of them


def roundest(low: float, high: float) -> float:
    """Return the roundest number above ``low`` and up to ``high``: the multiple of the largest step that lies there."""
    if not low < high:
        return high
    if low < 0 < high:
        return 0.0
    power = 10.0 ** ceil(log10(max(abs(low), abs(high))))
    for _ in range(40):
        for step in _STEPS:
            size = power * step
            # 25 and 75 are round, 2.5 and 7.5 are not.
            if step == 0.25 and size < 25:  # noqa: PLR2004 - as said
                continue
            found = _multiple(low, high, size)
            if found is not None:
                return found
        power /= 10
    return high


def _multiple(low: float, high: float, size: float) -> float | None:
    first, last = floor(low / size) + 1, floor(high / size)
    if first > last:
        return None
    middle = round((low + high) / 2 / size)
    return float(f"{min(max(middle, first), last) * size:.12g}")


def cut_at(values: Numbers, share: float) -> float | None:
    """Return a round cut-off below which about a share of the values lies; None if no cut-off parts them.

    Args:
        values: Sorted, none missing.
        share: Above 0 and below 1.
    """
    count = len(values)
    low, high = (values[min(count - 1, max(0, int((share + room) * count)))] for room in (-_ROOM, _ROOM))
    if low == high:
        # One value fills the room: a cut beside it, on the side that comes nearer to the share.
        below, upto = np.searchsorted(values, low, "left"), np.searchsorted(values, low, "right")
        if share * count - below <= upto - share * count:
            return None if below == 0 else roundest(float(values[below - 1]), float(low))
        return None if upto >= count else roundest(float(low), float(values[upto]))
    return roundest(float(low), float(high))


def number_cuts(feature: Feature, values: Numbers, shares: Sequence[float]) -> list[Ask]:
    """Return conditions "so much and more" that part the records at about these shares, each once."""
    values = np.sort(values[~np.isnan(values)])
    if not len(values) or values[0] == values[-1]:
        return []
    found: list[Ask] = []
    different = np.unique(values)
    if len(different) <= _FEW_VALUES:
        found = [Ask(feature=feature, low=float(value)) for value in different[1:]]
    else:
        heavy = float(np.mean(values == values[0])) >= _HEAVY
        if heavy:
            # What most have nothing of is a question of its own: nothing, or something.
            whole = bool(feature.whole)
            edge = float(values[0])
            found.append(Ask(feature=feature, low=edge + whole, low_included=whole))
        cuts = [cut_at(values, share) for share in shares]
        found += [Ask(feature=feature, low=cut) for cut in cuts if cut is not None and cut > values[0]]
    return list({(item.low, item.low_included): item for item in found}.values())


def is_live(feature: Feature, as_of: date) -> bool:
    """Tell whether a date is still written down, so that what counts from today has a meaning."""
    return feature.high is not None and day_number(as_of) - feature.high <= LIVE_DAYS


def date_cuts(feature: Feature, values: Numbers, as_of: date, shares: Sequence[float]) -> list[Ask]:
    """Return conditions "since" that part the records: days before today, or, in an old file, firsts of a month."""
    values = np.sort(values[~np.isnan(values)])
    if not len(values) or values[0] == values[-1]:
        return []
    today = day_number(as_of)
    if is_live(feature, as_of):
        cuts = [float(today - age) for age in _AGES if values[0] < today - age <= values[-1]]
        return [Ask(feature=feature, low=cut, counted_from=as_of) for cut in cuts]
    places = [values[min(len(values) - 1, int(share * len(values)))] for share in shares]
    firsts = sorted({_first_of_month(float(place)) for place in places})
    return [Ask(feature=feature, low=cut) for cut in firsts if values[0] < cut <= values[-1]]


def _first_of_month(value: float) -> float:
    day = date.fromordinal(date(1970, 1, 1).toordinal() + int(value))
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    nearest = min((day.replace(day=1), after), key=lambda item: abs((item - day).days))
    return float(day_number(nearest))


def cuts_of(feature: Feature, values: Numbers, as_of: date, shares: Sequence[float]) -> list[Ask]:
    """Return the conditions with one end that part the records by a number, a date, or yes and no."""
    match feature.kind:
        case FeatureKind.NUMBER:
            return number_cuts(feature, values, shares)
        case FeatureKind.DATE:
            return date_cuts(feature, values, as_of, shares)
        case FeatureKind.BOOL:
            return [Ask(feature=feature, low=0.5)] if len(np.unique(values[~np.isnan(values)])) > 1 else []
        case _:
            return []


def bands(cuts: Sequence[Ask]) -> list[Ask]:
    """Return what lies between cut-offs of one feature, lowest first: one more than there are cut-offs."""
    ordered = sorted(cuts, key=lambda item: (item.low or 0.0, not item.low_included))
    if not ordered:
        return []
    inner = [one.meet(other.opposite()) for one, other in pairwise(ordered)]
    return [ordered[0].opposite(), *inner, ordered[-1]]
