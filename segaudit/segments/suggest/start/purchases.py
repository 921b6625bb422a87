"""Where a database tells of purchases: columns of the file, or a table of deals beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.suggestions import Feature, FeatureKind, SuggestRules
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.frame import Frame
from segaudit.segments.suggest.start.measures import Measure, column_amount, column_recency, points_amount
from segaudit.text.headers import words_of_header

_LEAST_GROUP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """What is known of purchases."""

    recency: Measure | None
    frequency: Measure | None
    money: Measure | None


def purchases_of(request: StartRequest, frame: Frame) -> Purchases:
    """Return what the columns of the file tell of purchases."""
    features = {item.name: item for item in request.features}
    words = {item.name: words_of_header(item.header) for item in request.features}
    groups = request.rules.words
    recency = features.get("last_purchase_on") or _headed(features, words, groups["recency"], FeatureKind.DATE)
    recency = recency or _headed(features, words, groups["recency"], FeatureKind.NUMBER)
    orders = features.get("orders_count") or _headed(features, words, groups["frequency"], FeatureKind.NUMBER)
    money = features.get("total_revenue") or _headed(features, words, groups["money"], FeatureKind.NUMBER)
    columns, seen = frame.columns, ~frame.held
    frequency = column_amount(orders, columns[orders.name], "frequency") if orders else None
    amount = column_amount(money, columns[money.name], "money") if money else None
    if frequency is None:
        several = _grouped(features, words, request.rules, "bought_by")
        frequency = points_amount(several, columns, seen, words="frequency", score="purchases_made")
    if amount is None:
        several = _grouped(features, words, request.rules, "spent_on")
        amount = points_amount(several, columns, seen, words="money", score="spending")
    return Purchases(
        recency=column_recency(recency, columns[recency.name], request.as_of) if recency else None,
        frequency=frequency,
        money=amount,
    )


def _headed(
    features: Mapping[str, Feature],
    words: Mapping[str, Sequence[str]],
    groups: Sequence[frozenset[str]],
    kind: FeatureKind,
) -> Feature | None:
    for group in groups:
        for name, item in features.items():
            if item.kind is kind and group <= set(words[name]):
                return item
    return None


def _grouped(
    features: Mapping[str, Feature], words: Mapping[str, Sequence[str]], rules: SuggestRules, group: str
) -> list[Feature]:
    """Return the numbers whose headers begin or end with one of some words; none if there is only one."""
    marks, others = rules.single(group), rules.single("not_bought")
    found = [
        item
        for name, item in features.items()
        if item.kind is FeatureKind.NUMBER
        and words[name]
        and {words[name][0], words[name][-1]} & marks
        and not others.intersection(words[name])
    ]
    return found if len(found) >= _LEAST_GROUP else []
