"""Where a database tells of purchases: columns of the file, or a table of deals beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.suggestions import Feature, FeatureKind
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.frame import Frame
from segaudit.segments.suggest.start.measures import Measure, column_amount, column_recency, points_amount

# Words a header has, all of one group; the first group that fits. In the languages the field catalogue speaks.
_RECENCY = (
    ("recency",), ("days", "last", "purchase"), ("days", "last", "order"), ("days", "since", "purchase"),
    ("days", "since", "order"), ("months", "last", "purchase"), ("months", "last", "order"),
    ("last", "purchase"), ("last", "order"), ("letzter", "kauf"), ("letzte", "bestellung"), ("dernier", "achat"),
    ("dernière", "commande"), ("última", "compra"),
)  # fmt: skip
_FREQUENCY = (
    ("frequency",), ("orders", "count"), ("order", "count"), ("number", "orders"), ("num", "orders"),
    ("number", "purchases"), ("total", "orders"), ("total", "purchases"), ("purchases", "count"),
    ("anzahl", "bestellungen"), ("anzahl", "käufe"), ("nombre", "commandes"),
)  # fmt: skip
_MONEY = (
    ("monetary",), ("total", "spent"), ("total", "spend"), ("amount", "spent"), ("total", "sales"),
    ("total", "purchases", "amount"), ("purchase", "amount"), ("lifetime", "spend"), ("gesamtumsatz",),
    ("montant", "total"), ("total", "gastado"),
)  # fmt: skip
_SPENT_ON = frozenset(("mnt", "amount", "amt", "spent", "spend", "spending", "umsatz", "montant"))
_BOUGHT_BY = frozenset(("purchases", "orders", "käufe", "bestellungen", "achats", "commandes", "compras", "pedidos"))
_NOT_BOUGHT = frozenset(("deals", "visits", "returns", "refunds"))  # "deals": purchases at a discount, not another way
_LEAST_GROUP = 2
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """What is known of purchases."""

    recency: Measure | None
    frequency: Measure | None
    money: Measure | None


def purchases_of(request: StartRequest, frame: Frame) -> Purchases:
    """Return what the columns of the file tell of purchases."""
    features = {item.name: item for item in request.features}
    words = {item.name: _words(item.header) for item in request.features}
    recency = features.get("last_purchase_on") or _headed(features, words, _RECENCY, FeatureKind.DATE)
    recency = recency or _headed(features, words, _RECENCY, FeatureKind.NUMBER)
    orders = features.get("orders_count") or _headed(features, words, _FREQUENCY, FeatureKind.NUMBER)
    money = features.get("total_revenue") or _headed(features, words, _MONEY, FeatureKind.NUMBER)
    columns, seen = frame.columns, ~frame.held
    frequency = column_amount(orders, columns[orders.name], "frequency") if orders else None
    amount = column_amount(money, columns[money.name], "money") if money else None
    if frequency is None:
        several = _grouped(features, words, _BOUGHT_BY)
        frequency = points_amount(several, columns, seen, words="frequency", score="purchases_made")
    if amount is None:
        several = _grouped(features, words, _SPENT_ON)
        amount = points_amount(several, columns, seen, words="money", score="spending")
    return Purchases(
        recency=column_recency(recency, columns[recency.name], request.as_of) if recency else None,
        frequency=frequency,
        money=amount,
    )


def _words(header: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_HUMP.sub(" ", header))]


def _headed(
    features: Mapping[str, Feature],
    words: Mapping[str, Sequence[str]],
    groups: Sequence[Sequence[str]],
    kind: FeatureKind,
) -> Feature | None:
    for group in groups:
        for name, item in features.items():
            if item.kind is kind and set(group) <= set(words[name]):
                return item
    return None


def _grouped(
    features: Mapping[str, Feature], words: Mapping[str, Sequence[str]], marks: frozenset[str]
) -> list[Feature]:
    """Return the numbers whose headers begin or end with one of some words; none if there is only one."""
    found = [
        item
        for name, item in features.items()
        if item.kind is FeatureKind.NUMBER
        and words[name]
        and {words[name][0], words[name][-1]} & marks
        and not set(words[name]) & _NOT_BOUGHT
    ]
    return found if len(found) >= _LEAST_GROUP else []
