"""What records came to, of all a file and the tables beside it can tell: found, or named by the user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.audit.performance_tables import outcome_tables
from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.performance import MetricRules
from segaudit.model.suggestions import (
    Outcome,
    SuggestRules,
)
from segaudit.rulebook.metrics import load_metrics
from segaudit.segments.performance_columns import Meaning, create_outcomes
from segaudit.segments.performance_sources import ChosenMetric, choose_sources
from segaudit.segments.suggest.outcomes import (
    Source,
    as_outcome,
    column_source,
    create_outcome_columns,
    is_enough,
    measured_positions,
    metric_source,
    named_column,
)
from segaudit.text.folding import fold_header

_MOST_BESIDE = 4  # outcomes that are looked at beside the one suggestions rest on


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What records came to, and the columns that say it."""

    outcomes: tuple[Outcome, ...]
    taken: frozenset[int]  # positions of columns no segment may be made of
    shared: bool = False  # some records share what they came to
    notes: tuple[str, ...] = ()


def measure_outcomes(found: Prepared, limits: SuggestRules, wanted: str | None, engine: Engine) -> Measured:
    """Create the table of outcomes, and return those there are, the one suggestions rest on first."""
    metrics = load_metrics(found.opened.location, found.opened.catalogue)
    tables = outcome_tables(found, metrics, engine)
    picked, _ = choose_sources(metrics.metrics, tables)
    picked = tuple(item for item in picked if item.metric.id in limits.outcomes)
    links = {kind: rows.links for kind, rows in found.data.related.items()}
    meaning = Meaning(fields=metrics.fields, lists=found.lists, as_of=found.day)
    create_outcomes(picked, tables, links, replace(found.rules, schemas=()), meaning, engine, per_send=False)
    sources, notes = _sources(found, picked, links, limits, wanted, engine)
    create_outcome_columns(sources, found.data, engine)
    outcomes = [as_outcome(place, item, engine, chosen=wanted is not None and not place)
                for place, item in enumerate(sources)]  # fmt: skip
    if wanted is not None and "=" in wanted and outcomes[0].hits == 0:
        raise InputError(
            f"no record has {outcomes[0].name}",
            where="--outcome",
            hint="compare the value with the cells of the column; capitals do not matter",
        )
    first = next((place for place, item in enumerate(outcomes) if item.chosen or is_enough(item, limits)), None)
    chosen = metrics.metric(sources[first].id) if first is not None and _is_metric(sources[first].id, metrics) else None
    taken = set(measured_positions(found.opened.readings, metrics, chosen))
    if first is None:
        few = [f"{item.name} ({item.hits or 0:,} of {item.records:,})" for item in outcomes[:3]]
        told = f"too few records have an outcome for anything to rest on it: {'; '.join(few)}" if few else ""
        return Measured(outcomes=(), taken=frozenset(taken), notes=(told,) if told else ())
    order = [sources[first], *(item for place, item in enumerate(sources) if place != first
                               and is_enough(outcomes[place], limits))][: _MOST_BESIDE + 1]  # fmt: skip
    if order[0] is not sources[0] or len(order) != len(sources):
        create_outcome_columns(order, found.data, engine)
    outcome = replace(as_outcome(0, order[0], engine, chosen=wanted is not None))
    beside = tuple(as_outcome(place, item, engine, chosen=False) for place, item in enumerate(order) if place)
    follows = {fold_header(word) for key in (outcome.id, outcome.name) for word in limits.follows.get(key, ())}
    taken |= {item.column.position for item in found.opened.readings if fold_header(item.column.header) in follows}
    taken |= {item.position for item in sources if item.position is not None}
    return Measured(outcomes=(outcome, *beside), taken=frozenset(taken), shared=order[0].links is not None, notes=notes)


def _is_metric(name: str, metrics: MetricRules) -> bool:
    return any(item.id == name for item in metrics.metrics)


def _sources(  # noqa: PLR0913, PLR0917 - where outcomes may come from
    found: Prepared,
    picked: Sequence[ChosenMetric],
    links: Mapping[str, str],
    limits: SuggestRules,
    wanted: str | None,
    engine: Engine,
) -> tuple[list[Source], tuple[str, ...]]:
    """Return the outcomes that could be taken, best first; one the user names stands alone at the head."""
    by_metric = {item.metric.id: source for item in picked if (source := metric_source(item, links)) is not None}
    ordered = [by_metric[name] for name in limits.outcomes if name in by_metric]
    readings = found.opened.readings
    if wanted is not None:
        if wanted in by_metric:
            return [by_metric[wanted], *(s for s in ordered if s.id != wanted)], ()
        reading, value = named_column(wanted, readings, list(by_metric))
        source = column_source(reading, value, found.data, limits, engine)
        if source is None:
            raise InputError(
                f'"{reading.column.header}" says neither yes or no nor an amount',
                where="--outcome",
                hint=f'name the value that counts as a hit: --outcome "{reading.column.header}=VALUE"',
            )
        return [source, *ordered], ()
    headers = {fold_header(header): place for place, header in enumerate(limits.outcome_headers)}
    named = [item for item in readings if fold_header(item.column.header) in headers]
    named.sort(key=lambda item: headers[fold_header(item.column.header)])
    told = {name for item in ordered for name in item.made_of}
    columns = [column_source(item, None, found.data, limits, engine) for item in named if item.column.field not in told]
    rates = [item for item in columns if item is not None and item.is_rate]
    amounts = [item for item in ordered if not item.is_rate]
    return [*(item for item in ordered if item.is_rate), *rates, *amounts], ()
