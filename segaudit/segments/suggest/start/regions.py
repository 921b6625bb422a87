"""Regions of the world as a dimension: countries are many, and a sales team knows a handful of regions."""

from collections.abc import Mapping, Sequence

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.acting import acted_on
from segaudit.segments.suggest.start.conditions import Ask
from segaudit.segments.suggest.start.dimensions import Dimension, measured
from segaudit.segments.suggest.start.frame import Frame
from segaudit.segments.suggest.start.parts import Part
from segaudit.text.tests import TESTS

_REGIONS = ("EMEA", "North America", "APAC", "LATAM")  # of rules/lists/regions.csv; no country is in two
_LEAST = 3


def by_region(feature: Feature, frame: Frame, request: StartRequest, *, least: int) -> Dimension | None:
    """Return the regions of a field of countries; None if it is none, or if fewer than three regions hold enough.

    Args:
        feature: The field.
        frame: All records.
        request: With the countries of regions, and the names of countries.
        least: Records of a region.
    """
    lists = request.lists
    if feature.kind is not FeatureKind.CATEGORY or "country" not in feature.name or "regions" not in lists:
        return None
    column = frame.columns[feature.name]
    asks = [_region(feature, name, lists) for name in _REGIONS]
    large = [ask for ask in asks if ask.values and np.isin(column, sorted(ask.values)).sum() >= least]
    if len(large) < _LEAST:
        return None
    parts = [Part(name=ask.region, asks=(ask,)) for ask in large]
    return measured((feature,), parts, (parts, parts), frame, acted_on(feature, request.rules))


def _region(feature: Feature, region: str, lists: Mapping[str, Sequence[str]]) -> Ask:
    """Return a region as the countries of the field that the language takes for its own."""
    rows = [row.split("\t") for row in lists["regions"]]
    codes = " ".join(code for name, code in rows if name == region)
    given = [f"region\t{row}" for row in lists["regions"]] + [f"country\t{row}" for row in lists["country_names"]]
    inside = TESTS["region_in"](codes, "country", *given)
    places = frozenset(place for place, value in enumerate(feature.values) if inside(value.written))
    return Ask(feature=feature, values=places, region=region)
