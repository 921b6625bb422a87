"""What purchases are told by: how long ago, how often, how much; each with the conditions rules can ask of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np

from segaudit.model.suggestions import Feature, FeatureKind, Plain
from segaudit.segments.suggest.start.conditions import TRUE, UNKNOWN, Ask, Truth, day_number, told
from segaudit.segments.suggest.start.cutoffs import cut_at, is_live
from segaudit.segments.suggest.start.frame import Mask, Numbers

_AGES = (7, 14, 30, 60, 90, 120, 180, 270, 365, 540, 730, 1095, 1460, 1825)  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A condition on records, with what is so of each."""

    truth: Truth
    criteria: Plain
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One of recency, frequency and money."""

    words: str  # what it is, for people
    values: Numbers  # of each record, NaN: not known; recency grows with the days that have gone by
    cut: Callable[[Mask, float], float | None]  # round cut-off below which a share of some records lies
    beyond: Callable[[float], Held]  # so much and more; of recency no longer ago
    fields: Mapping[str, Mapping[str, Plain]]
    scores: Mapping[str, Plain] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ever: Held | None = None  # has bought at all; None: it is not told apart


def column_amount(feature: Feature, column: Numbers, words: str) -> Measure:
    """Return the measure of a number that grows with purchases."""

    def cut(rows: Mask, share: float) -> float | None:
        values = np.sort(column[rows & (column > 0)])
        return cut_at(values, share) if len(values) else None

    def beyond(bound: float) -> Held:
        return _held(Ask(feature=feature, low=bound), column)

    ever = Ask(feature=feature, low=0.0, low_included=False)
    return Measure(
        words=f"{words} = {feature.header}",
        values=column,
        cut=cut,
        beyond=beyond,
        fields={feature.name: feature.declared},
        ever=_held(ever, column),
    )


def column_recency(feature: Feature, column: Numbers, as_of: date) -> Measure:
    """Return the measure of a day of purchase, or of a number of days since then."""
    if feature.kind is FeatureKind.DATE:
        return _dated(feature, column, as_of)

    def cut(rows: Mask, share: float) -> float | None:
        values = np.sort(column[rows & ~np.isnan(column)])
        return cut_at(values, share) if len(values) else None

    def within(bound: float) -> Held:
        return _held(Ask(feature=feature, high=bound, high_included=False), column)

    return Measure(
        words=f"recency = {feature.header}",
        values=column,
        cut=cut,
        beyond=within,
        fields={feature.name: feature.declared},
        ever=_known(feature, column),
        notes=(f"{feature.header} is taken for the time since the last purchase",),
    )


def _dated(feature: Feature, column: Numbers, as_of: date) -> Measure:
    live, today = is_live(feature, as_of), day_number(as_of)
    newest = float(feature.high if feature.high is not None else today)
    start = as_of if live else None
    since = float(today) if live else newest

    def cut(rows: Mask, share: float) -> float | None:
        return nearest_age(since - column[rows & ~np.isnan(column)], share)

    def within(bound: float) -> Held:
        return _held(Ask(feature=feature, low=since - bound, counted_from=start), column)

    return Measure(
        words=f"recency = {feature.header}",
        values=since - column,
        cut=cut,
        beyond=within,
        fields={feature.name: feature.declared},
        ever=_known(feature, column),
        notes=() if live else (old_note(feature.header),),
    )


def old_note(header: str) -> str:
    """Return a note that days are fixed."""
    return f"the newest {header} lies months back, so cut-offs are fixed days, counted from that one; renew them"


def nearest_age(ages: Numbers, share: float) -> float | None:
    """Return the days, of those people speak of, nearest to what a share of the ages lies below."""
    ages = np.sort(ages[ages >= 0])
    if not len(ages):
        return None
    sought = float(ages[min(len(ages) - 1, int(share * len(ages)))])
    inside = [age for age in _AGES if ages[0] < age <= ages[-1]]
    # By ratio: between 30 and 90 lies 52, not 60.
    return float(min(inside, key=lambda age: abs(np.log(age / max(1.0, sought))))) if inside else None


def _held(ask: Ask, column: Numbers) -> Held:
    return Held(truth=ask.truth(column), criteria=dict(ask.criteria()), words=ask.words())


def _known(feature: Feature, column: Numbers) -> Held:
    truth: Truth = (~np.isnan(column)).astype(np.int8)
    return Held(truth=truth, criteria={feature.name: {"known": True}}, words=f"{feature.header} is known")


def points_amount(
    features: list[Feature], columns: Mapping[str, Numbers], rows: Mask, *, words: str, score: str
) -> Measure | None:
    """Return the measure of several amounts that no column adds up: points for each, about as many as its amount.

    Args:
        features: The amounts.
        columns: By feature.
        rows: From which points are worked out.
        words: What it measures.
        score: What to call it in the rules.
    """
    parts = [part for item in features for part in _points(item, columns[item.name], rows)]
    if not parts:
        return None
    low, high = _sums(parts, columns)
    whole = np.sum([columns[item.name] for item in features], axis=0)
    values = np.where(low == high, low, np.nan)
    both = rows & ~np.isnan(whole) & ~np.isnan(values)
    likeness = float(np.corrcoef(_ranks(values[both]), _ranks(whole[both]))[0, 1])

    def cut(among: Mask, share: float) -> float | None:
        points = np.sort(values[among & (values > 0)])
        return cut_at(points, share) if len(points) else None

    def beyond(bound: float) -> Held:
        truth = np.where(low >= bound, TRUE, np.where(high < bound, np.int8(0), UNKNOWN)).astype(np.int8)
        return Held(
            truth=truth, criteria={"score": {score: {"gte": int(bound)}}}, words=f"{score} {told(bound)} and more"
        )

    headers = ", ".join(item.header for item in features)
    listed: list[Plain] = [
        {"name": ask.words(), "points": int(points), "when": dict(ask.criteria())} for ask, points in parts
    ]
    about = f"about what {headers} add up to; rank correlation with the sum {likeness:.2f}"
    return Measure(
        words=f"{words} = the score {score} over {headers}",
        values=values,
        cut=cut,
        beyond=beyond,
        fields={item.name: item.declared for item in features},
        scores={score: {"description": about, "parts": listed}},
        notes=(f"no column holds the sum, and rules do not add columns up: the score {score} is {about}",),
    )


def _ranks(values: Numbers) -> Numbers:
    from scipy.stats import rankdata  # noqa: PLC0415 - heavy, for this search only

    ranks: Numbers = rankdata(values)
    return ranks


_POINT_SHARES = (0.5, 0.8)


def _points(feature: Feature, column: Numbers, rows: Mask) -> list[tuple[Ask, float]]:
    """Return cut-offs of an amount with how much more lies beyond each than before it."""
    values = column[rows & ~np.isnan(column)]
    above = np.sort(values[values > 0])
    if not len(above):
        return []
    cuts = sorted({cut for cut in (cut_at(above, share) for share in _POINT_SHARES) if cut is not None and cut > 0})
    ends = [-np.inf, *cuts, np.inf]
    means = []
    for low, high in pairwise(ends):
        inside = values[(values >= low) & (values < high)]
        means.append(float(inside.mean()) if len(inside) else 0.0)
    more = [_two_digits(b - a) for a, b in pairwise(means)]
    return [(Ask(feature=feature, low=cut), points) for cut, points in zip(cuts, more, strict=True) if points >= 1]


def _two_digits(value: float) -> float:
    return float(f"{value:.1g}") if value < 10 else float(f"{value:.2g}")  # noqa: PLR2004 - one digit


def _sums(parts: list[tuple[Ask, float]], columns: Mapping[str, Numbers]) -> tuple[Numbers, Numbers]:
    """Return the least and the most points of each record."""
    truths = [(ask.truth(columns[ask.feature.name]), points) for ask, points in parts]
    low = np.sum([np.where(truth == TRUE, points, 0.0) for truth, points in truths], axis=0)
    open_points = np.sum([np.where(truth == UNKNOWN, points, 0.0) for truth, points in truths], axis=0)
    return low, low + open_points
