"""The table segments x metrics: each figure with its interval, small segments drawn towards the others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from segaudit.model.performance import RECORDS_TABLE, Estimate, MetricKind, MetricTable
from segaudit.segments.performance_counts import Mask, SchemaFigures
from segaudit.segments.performance_sources import ChosenMetric, denominator
from segaudit.segments.statistics.amounts import Values, median_interval
from segaudit.segments.statistics.rates import Counted, wilson
from segaudit.segments.statistics.shrinkage import Prior, fit_prior, shrink

ALL = "all"
_CENTS = 6  # digits that do not depend on the order in which amounts were added


def metric_tables(
    chosen: Sequence[ChosenMetric], figures: SchemaFigures, settings: Mapping[str, float], *, unit: str
) -> tuple[MetricTable, ...]:
    """Return every metric over the segments of a schema.

    Args:
        chosen: What is measured.
        figures: Of the schema.
        settings: Of the metrics' file.
        unit: "record" or "send".
    """
    return tuple(_table(item, figures, settings, unit) for item in chosen)


def _table(item: ChosenMetric, figures: SchemaFigures, settings: Mapping[str, float], unit: str) -> MetricTable:
    metric, alpha = item.metric, settings["alpha"]
    rest: Estimate | None = None
    notes = [f"directional: {metric.directional}"] if metric.directional else []
    match metric.kind:
        case MetricKind.RATE:
            estimates, rest = _rates(item, figures, settings)
        case MetricKind.COST:
            estimates = [_cost(item, figures, place, alpha) for place in range(len(figures.segments))]
            notes.append("the interval is that of the rate; the cost is taken as it is")
        case _:
            groups = [figures.values_in(metric.id, place) for place in range(len(figures.segments))]
            pairs = zip(figures.segments, groups, strict=True)
            estimates = [_values(name, values, item, alpha) for name, values in pairs]
    where = "the file itself" if item.source.table == RECORDS_TABLE else item.source.table
    return MetricTable(
        metric=metric,
        denominator=denominator(item, unit),
        source=where,
        estimates=tuple(estimates),
        rest=rest,
        notes=tuple(notes),
    )


def _rates(
    item: ChosenMetric, figures: SchemaFigures, settings: Mapping[str, float]
) -> tuple[list[Estimate], Estimate]:
    metric = item.metric.id
    masks = [figures.inside(place) for place in range(len(figures.segments))]
    prior = fit_prior([figures.effective(metric, mask) for mask in masks])
    estimates = [
        _shown(_rate(name, figures.effective(metric, mask), prior, settings), figures.counted(metric, mask))
        for name, mask in zip(figures.segments, masks, strict=True)
    ]
    placed: Mask = figures.codes != 0
    whole = _rate(ALL, figures.effective(metric, placed), None, settings)
    return estimates, _shown(whole, figures.counted(metric, placed))


def _shown(estimate: Estimate, counted: Counted) -> Estimate:
    """Return an estimate with the counts as they are, whatever they weigh in tests."""
    return replace(estimate, n=int(counted.n), hits=int(counted.hits))


def _rate(name: str, counted: Counted, prior: Prior | None, settings: Mapping[str, float]) -> Estimate:
    alpha, few = settings["alpha"], settings["few_hits"]
    if not counted.n:
        return Estimate(segment=name, n=0, hits=0)
    interval = wilson(counted, alpha=alpha)
    small = prior is not None and min(counted.hits, counted.n - counted.hits) < few
    drawn = shrink(counted, prior, alpha=alpha) if small and prior is not None else None
    return Estimate(
        segment=name,
        n=int(counted.n),
        hits=int(counted.hits),
        value=counted.rate,
        low=interval.low,
        high=interval.high,
        shrunk=drawn.rate if drawn else None,
        shrunk_low=drawn.interval.low if drawn else None,
        shrunk_high=drawn.interval.high if drawn else None,
    )


def _values(name: str, values: Values, item: ChosenMetric, alpha: float) -> Estimate:
    if not len(values):
        return Estimate(segment=name, n=0)
    total = round(float(values.sum()), _CENTS)
    if item.metric.kind is MetricKind.TOTAL:
        return Estimate(segment=name, n=len(values), value=total, total=total)
    interval = median_interval(values, alpha=alpha)
    return Estimate(
        segment=name,
        n=len(values),
        value=float(np.median(values)),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        total=total,
    )


def _cost(item: ChosenMetric, figures: SchemaFigures, place: int, alpha: float) -> Estimate:
    """Return the cost of each hit; how sure it is follows from how sure the rate is."""
    mask, name = figures.inside(place), figures.segments[place]
    cost = round(float(figures.costs[item.metric.id][mask].sum()), _CENTS)
    counted = figures.counted(item.metric.outcome, mask)
    if not cost or not counted.n:
        return Estimate(segment=name, n=int(counted.n), hits=int(counted.hits), total=cost or None)
    interval, each = wilson(counted, alpha=alpha), cost / counted.n
    return Estimate(
        segment=name,
        n=int(counted.n),
        hits=int(counted.hits),
        value=cost / counted.hits if counted.hits else None,
        low=each / interval.high,
        high=each / interval.low if counted.hits else None,
        total=cost,
    )
