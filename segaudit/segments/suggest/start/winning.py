"""Who was won: by the outcome, by deals beside the file, or by what the file calls a customer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.frame import Frame, Numbers
from segaudit.segments.suggest.start.related_purchases import deals_of, own_deals

WINS = frozenset(("win", "deal"))  # metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """Which records were won."""

    won: Numbers  # 1, 0, NaN: not known
    words: str  # by what, for people


def winning(request: StartRequest, frame: Frame) -> list[Won]:
    """Return who was won, by each sign there is, the surest first.

    An outcome of wins knows who was lost; deals and customers only know who was won, and all others are the rest.
    """
    outcome, found = request.outcome, list[Won]()
    if outcome is not None and outcome.is_rate and outcome.id in WINS:
        found.append(Won(won=frame.outcome, words=f"{outcome.name}, of records of which it is known"))
    own = own_deals(request, frame.places)
    if own is not None:
        found.append(Won(won=own, words="the record's deal is won"))
    deals = deals_of(request, frame.places)
    if deals is not None:
        found.append(Won(won=(deals[0] > 0).astype(np.float64), words="has a won deal"))
    features = {item.name: item for item in request.features}
    customer = features.get("is_customer") or features.get("is_converted")
    if customer is not None and customer.kind is FeatureKind.BOOL:
        found.append(Won(won=frame.columns[customer.name], words=f"{customer.header}: yes"))
    stages = (features.get(name) for name in ("relationship", "lifecycle_stage"))
    called = (_called(item, frame, request.rules.customers) for item in stages)
    return [*found, *(item for item in called if item is not None)]


def _called(feature: Feature | None, frame: Frame, customers: frozenset[str]) -> Won | None:
    if feature is None or feature.kind is not FeatureKind.CATEGORY:
        return None
    places = [place for place, value in enumerate(feature.values) if value.folded in customers]
    if not places:
        return None
    column = frame.columns[feature.name]
    won = np.where(np.isnan(column), np.nan, np.isin(column, places).astype(np.float64))
    words = f"{feature.header} is {', '.join(feature.values[place].written for place in places)}"
    return Won(won=won, words=words)


def may_fit(features: Sequence[Feature], request: StartRequest) -> list[Feature]:
    """Return the features that do not follow from a win by what they are; what the data tells is for ``find_leaks``."""
    taken = {*request.rules.after_winning, *(request.outcome.made_of if request.outcome else ())}
    return [item for item in features if item.name not in taken]
