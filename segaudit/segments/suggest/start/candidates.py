"""Conditions a search may choose from, each of which a person could have written."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.start.conditions import Ask
from segaudit.segments.suggest.start.cutoffs import cuts_of
from segaudit.segments.suggest.start.frame import Frame, Mask, Numbers

SHARES = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9)  # of the records below a cut-off that is tried
_MOST_VALUES = 12  # of a category that are looked at; all others are one
_LEAST_VALUE = 0.02  # share of records with a value of its own
_LISTED = 5  # values in a condition, at most
_BELIEF = 20.0  # records the mean counts for when values are put in order of their outcome


def asks_of(feature: Feature, frame: Frame, as_of: date) -> list[Ask]:
    """Return the conditions on a feature that could part records by their outcome, of which it takes the known ones."""
    column = frame.columns[feature.name]
    if feature.kind is not FeatureKind.CATEGORY:
        return cuts_of(feature, column, as_of, SHARES)
    places = frequent_values(column)
    single = [Ask(feature=feature, values=frozenset({place})) for place in places]
    if len(places) <= 2:  # noqa: PLR2004 - the one is not the other
        return single
    ordered = sorted(places, key=lambda place: (_drawn_mean(column == place, frame.outcome), place))
    groups = [_group(feature, ordered[:cut], ordered[cut:]) for cut in range(2, len(ordered) - 1)]
    found = [*single, *(group for group in groups if group is not None)]
    return list({(item.values, item.none_of): item for item in found}.values())


def frequent_values(column: Numbers) -> list[int]:
    """Return the places of the values that are frequent enough to be named, most frequent first."""
    filled = column[~np.isnan(column)]
    values, counts = np.unique(filled[filled >= 0], return_counts=True)
    ordered = sorted(zip(values, counts, strict=True), key=lambda item: (-item[1], item[0]))
    return [int(value) for value, count in ordered[:_MOST_VALUES] if count >= _LEAST_VALUE * len(filled)]


def _group(feature: Feature, low: Sequence[int], high: Sequence[int]) -> Ask | None:
    """Return the shorter of two lists of values as a condition; the rest, rare values included, is what it is not."""
    shorter = min(low, high, key=len)
    return Ask(feature=feature, values=frozenset(shorter)) if len(shorter) <= _LISTED else None


def _drawn_mean(mask: Mask, outcome: Numbers) -> float:
    own = outcome[mask]
    return float((own.sum() + _BELIEF * outcome.mean()) / (len(own) + _BELIEF))
