"""Fields that exist because the outcome does: they tell it too well, or only one side has them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from segaudit.model.suggestions import Feature, FeatureKind, SuggestRules
from segaudit.segments.suggest.start.frame import Frame, Mask, Numbers

_LEAST = 20  # hits, and others, from which a share says anything
_NEARLY_NONE = 0.02  # of the rate of all
_MOSTLY = 0.5  # of the others
_BINS = 20
_MOST_DIFFERENT = 0.2  # different values by records: above it each value says little more than which record it is


def find_leaks(features: Sequence[Feature], frame: Frame, rules: SuggestRules) -> dict[str, str]:
    """Return the features that follow from a yes-or-no outcome, each with the reason.

    Args:
        features: Of the records.
        frame: The half that is searched; only records whose outcome is known are looked at.
        rules: With the thresholds.
    """
    known = frame.part(frame.known)
    hits = known.outcome == 1
    if min(hits.sum(), (~hits).sum()) < _LEAST:
        return {}
    reasons = {item.name: _reason(item, known.columns[item.name], hits, rules) for item in features}
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(feature: Feature, column: Numbers, hits: Mask, rules: SuggestRules) -> str:
    filled = ~np.isnan(column)
    with_hits, with_others = float(filled[hits].mean()), float(filled[~hits].mean())
    apart = rules.limit("start_leak_filled")
    if abs(with_hits - with_others) >= apart:
        return (
            f"{feature.header} is filled for {with_hits:.0%} of the hits and {with_others:.0%} of the others, "
            f"{apart:.0%} apart or more: it seems to be written down because of the outcome"
        )
    both = hits[filled]
    if min(both.sum(), (~both).sum()) < _LEAST:
        return ""
    area, most = _area(feature, column[filled], both), rules.limit("start_leak_area")
    if area >= most:
        return (
            f"{feature.header} alone tells hits from others in {area:.1%} of pairs, {most:.0%} or more: "
            "it is the outcome in other words, or follows from it"
        )
    never = _never(feature, column[filled], both)
    if never:
        return never
    return ""


def _never(feature: Feature, values: Numbers, hits: Mask) -> str:
    """Tell whether hits keep to some values of which most others have none: a step on the way, not a trait."""
    places = _bins(feature, values)
    counts = np.bincount(places).astype(np.float64)
    rates = np.bincount(places, weights=hits) / np.maximum(counts, 1)
    none = rates[places] <= _NEARLY_NONE * hits.mean()
    share, expected = float(none[~hits].mean()), float(hits.mean() * none.sum())
    if share < _MOSTLY or expected < _LEAST:
        return ""
    return (
        f"{feature.header} has values that {share:.0%} of the others and hardly any hit have ({hits[none].sum():,} "
        f"where {expected:,.0f} were to be expected): it seems to be a step on the way to the outcome"
    )


def _bins(feature: Feature, values: Numbers) -> NDArray[np.int64]:
    """Return values by number: each value of a category, and numbers in twentieths of the records."""
    different, places = np.unique(values, return_inverse=True)
    if feature.kind is FeatureKind.CATEGORY or len(different) <= _BINS:
        return places.astype(np.int64)
    ends = np.unique(np.quantile(values, np.arange(1, _BINS) / _BINS))
    return np.searchsorted(ends, values, "right").astype(np.int64)


def _area(feature: Feature, values: Numbers, hits: Mask) -> float:
    """Return how often a hit and another are in the right order by this feature; a value is ordered by its hits."""
    different, places = np.unique(values, return_inverse=True)
    if feature.kind is FeatureKind.CATEGORY or len(different) <= _MOST_DIFFERENT * min(hits.sum(), (~hits).sum()):
        rates = np.bincount(places, weights=hits) / np.bincount(places)
        values = rates[places]
    ranks = rankdata(values)
    count = float(hits.sum())
    area = (ranks[hits].sum() - count * (count + 1) / 2) / (count * (len(hits) - count))
    return float(max(area, 1 - area))


def find_copies(features: Sequence[Feature], frame: Frame, rules: SuggestRules) -> dict[str, str]:
    """Return the numbers that go with an amount nearly one to one, each with the reason."""
    known, most = frame.part(frame.known), rules.limit("start_leak_area")
    reasons: dict[str, str] = {}
    for item in features:
        column = known.columns[item.name]
        both = ~np.isnan(column)
        if item.kind is not FeatureKind.NUMBER or both.sum() < _LEAST or (column[both] == column[both][0]).all():
            continue
        likeness = abs(float(np.corrcoef(rankdata(column[both]), rankdata(known.outcome[both]))[0, 1]))
        if likeness >= most:
            reasons[item.name] = (
                f"{item.header} goes with the outcome nearly one to one (rank correlation {likeness:.2f}, {most:g} or "
                "more): it is the outcome in other words, or follows from it"
            )
    return reasons


def left_out(leaks: Mapping[str, str]) -> str:
    """Return in words what was left out, for the end of a sentence; empty if nothing was."""
    return f"; left out: {'; '.join(leaks.values())}" if leaks else ""


def usable(features: Sequence[Feature], frame: Frame, rules: SuggestRules) -> list[Feature]:
    """Return the features that enough records have, and that are not the same for all of them."""
    least = rules.limit("start_field_coverage")
    return [
        item
        for item in features
        if frame.rows and 1 - np.isnan(frame.columns[item.name]).mean() >= least and item.different > 1
    ]
