"""The verb that tells what segments came to: performance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import expressions as exp

from segaudit.audit.opening import InputChoices
from segaudit.audit.performance_tables import StrataTables, outcome_tables
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.performance import (
    RECORDS_TABLE,
    Comparison,
    MetricRules,
    NotComputable,
    PerformanceResult,
    SchemaPerformance,
    Stratification,
)
from segaudit.model.segments import RuleBook, Schema
from segaudit.rulebook.metrics import load_metrics
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.performance_columns import Meaning, create_outcomes
from segaudit.segments.performance_counts import SchemaFigures, currencies, fetch_figures
from segaudit.segments.performance_diagnosis import SegmentState, diagnose
from segaudit.segments.performance_judge import Standards, compare_segments
from segaudit.segments.performance_sources import ChosenMetric, choose_sources, circular
from segaudit.segments.performance_strata import candidates, confounds, decided_rates, stratify
from segaudit.segments.performance_tables import metric_tables
from segaudit.segments.program import clause_names, verdict_column
from segaudit.segments.statistics.corrections import Correction
from segaudit.sql.operators.expressions import any_of
from segaudit.sql.records import RecordSource

_FIXED = ("rest", "best")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceChoices:
    """What a user may choose about the comparison."""

    schema: str | None = None  # None: all
    correction: Correction = Correction.HOLM
    baseline: str = "rest"  # "rest", "best", a segment or schema.segment
    stratify: str | None = None  # header or field; None: the one that goes most with segment and outcome
    unit: str = "record"  # or "send"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all schemas of a run have in common."""

    found: Prepared
    metrics: MetricRules
    choices: PerformanceChoices
    chosen: tuple[ChosenMetric, ...]
    links: Mapping[str, str]
    records: RecordSource  # the main file, as metrics read it
    strata: StrataTables
    engine: Engine


def performance(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    compared: PerformanceChoices | None = None,
    *,
    as_of: date | None = None,
    progress: Progress = lambda _: None,
) -> PerformanceResult:
    """Tell what the segments of a file came to, and what may be said of the differences.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, which rules, and the tables of outcomes beside it (``related``).
        compared: Against what, and how.
        as_of: Day that rules count from; today if not given.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or name no such schema, segment or column.
    """
    choices, compared = choices or InputChoices(), compared or PerformanceChoices()
    rules = _chosen_rules(load_rules(choices.rules), compared)
    with engine_for(choices, resolve=False) as engine:
        found = prepare(path, choices, rules, as_of, engine, resolve=False, progress=progress)
        return compare_prepared(found, compared, engine, progress)


def compare_prepared(
    found: Prepared, compared: PerformanceChoices, engine: Engine, progress: Progress, *, decided: bool = False
) -> PerformanceResult:
    """Tell the same of a file that is open, with rules compiled for it; ``decided``: its decisions stand there, too."""
    metrics = load_metrics(found.opened.location, found.opened.catalogue)
    tables = outcome_tables(found, metrics, engine)
    picked, lacking = choose_sources(metrics.metrics, tables)
    if not decided:
        create_decisions(found.program, found.data, engine)
    progress("Counting the outcomes")
    meaning = Meaning(fields=metrics.fields, lists=found.lists, as_of=found.day)
    links = {kind: rows.links for kind, rows in found.data.related.items()}
    unit = compared.unit == "send"
    create_outcomes(picked, tables, links, found.rules, meaning, engine, per_send=unit)
    kept, mixed = _one_currency(picked, engine)
    run = _Run(
        found=found,
        metrics=metrics,
        choices=compared,
        chosen=kept,
        links=links,
        records=tables[RECORDS_TABLE],
        strata=StrataTables(found.opened, found.data, metrics.settings, engine),
        engine=engine,
    )
    schemas = tuple(_schema(schema, run, progress) for schema in found.rules.schemas if _is_wanted(schema, compared))
    return PerformanceResult(
        source=found.source,
        rules=found.rules,
        metrics=metrics,
        as_of=found.day,
        absent_fields=found.absent(),
        unit=compared.unit,
        correction=compared.correction.value,
        alpha=metrics.settings["alpha"],
        schemas=schemas,
        not_computable=(*lacking, *mixed),
        notes=() if kept else ("nothing in the file or beside it says what the records came to",),
    )


def _chosen_rules(rules: RuleBook, compared: PerformanceChoices) -> RuleBook:
    """Return the rules after the choices were held against them."""
    names = [schema.id for schema in rules.schemas]
    if compared.schema is not None and compared.schema not in names:
        hint = did_you_mean(compared.schema, names) or "there are " + ", ".join(names)
        raise InputError(f'there is no schema "{compared.schema}"', where="--schema", hint=hint)
    wanted = [schema for schema in rules.schemas if _is_wanted(schema, compared)]
    if compared.baseline not in _FIXED and not any(_reference(item, compared) is not None for item in wanted):
        known = [f"{schema.id}.{segment.id}" for schema in wanted for segment in schema.segments]
        hint = did_you_mean(compared.baseline, known) or "write rest, best or one of " + ", ".join(known[:12])
        raise InputError(f'there is no segment "{compared.baseline}"', where="--baseline", hint=hint)
    return rules


def _is_wanted(schema: Schema, compared: PerformanceChoices) -> bool:
    return compared.schema is None or schema.id == compared.schema


def _reference(schema: Schema, compared: PerformanceChoices) -> str | None:
    """Return what a schema's segments are compared with; None if it has no such segment."""
    if compared.baseline in _FIXED:
        return compared.baseline
    names = {name for segment in schema.segments for name in ((segment.id), f"{schema.id}.{segment.id}")}
    return compared.baseline.rpartition(".")[2] if compared.baseline in names else None


def _one_currency(
    chosen: Sequence[ChosenMetric], engine: Engine
) -> tuple[tuple[ChosenMetric, ...], tuple[NotComputable, ...]]:
    """Return the metrics whose amounts can be added up, and those that cannot."""
    kept: list[ChosenMetric] = []
    mixed: list[NotComputable] = []
    for item in chosen:
        found = currencies(item, engine) if item.has_values and item.source.value is not None else ()
        if len(found) > 1:
            reason = f"amounts in several currencies: {', '.join(found)}"
            mixed.append(NotComputable(metric=item.metric.id, name=item.metric.name, reason=reason))
        else:
            kept.append(item)
    return tuple(kept), tuple(mixed)


def _schema(schema: Schema, run: _Run, progress: Progress) -> SchemaPerformance:
    names = [segment.id for segment in schema.segments]
    settings = run.metrics.settings
    own = _read_by(schema, run)
    made_of = {item.metric.id: circular(item, own) for item in run.chosen}
    chosen = [item for item in run.chosen if not made_of[item.metric.id] and not made_of.get(item.metric.outcome)]
    figures = fetch_figures(schema.id, names, chosen, run.links, run.engine, per_send=run.choices.unit == "send")
    reference = _reference(schema, run.choices)
    standards = Standards(
        alpha=settings["alpha"],
        correction=run.choices.correction,
        reference=reference or "rest",
        settings=settings,
    )
    progress(f"Comparing the segments of {schema.id}")
    comparisons, family = compare_segments(chosen, figures, standards)
    found = SchemaPerformance(
        schema=schema.id,
        segments=tuple((name, int(figures.records[figures.inside(place)].sum())) for place, name in enumerate(names)),
        reference=standards.reference,
        tables=metric_tables(chosen, figures, settings, unit=run.choices.unit),
        comparisons=comparisons,
        family=family,
        stratified=_stratified(schema, figures, comparisons, run),
        diagnoses=(),
        notes=(*_notes(schema, reference, names, settings), *_circles(made_of)),
    )
    return replace(found, diagnoses=diagnose(found, _states(schema, found, run), settings))


def _read_by(schema: Schema, run: _Run) -> set[str]:
    """Return the fields a schema's segments are made of, by the rules' names and by those columns go by otherwise."""
    own = {name for segment in schema.segments for name in segment.fields}
    return own | {item.also for item in run.found.data.fields.columns if item.field in own and item.also is not None}


def _circles(made_of: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which metrics are left out because they are what the segments are made of."""
    return [
        f"{metric} is not compared: the segments are made of {', '.join(fields)}, which it decides"
        for metric, fields in made_of.items()
        if fields
    ]


def _no_confounders(schema: Schema, run: _Run) -> set[int]:
    """Return the columns that are measured, that segments are made of, or that are private: by position."""
    own = _read_by(schema, run)
    measured = {
        name for item in run.metrics.metrics for source in item.sources for group in source.needs for name in group
    }
    private = {name for name, field in run.found.opened.catalogue.items() if field.sensitive}
    taken = {*own, *measured, *private, *run.metrics.headers}
    both = [*run.found.opened.readings, *run.records.readings.values()]
    return {item.column.position for item in both if item.column.field in taken}


def _notes(
    schema: Schema, reference: str | None, names: Sequence[str], settings: Mapping[str, float]
) -> tuple[str, ...]:
    notes = []
    if reference is None:
        notes.append(f"{schema.id} has no such segment as the baseline; its segments are compared with the rest")
    if len(names) > settings["most_segments"]:
        notes.append(f"{len(names)} segments are not compared in pairs, from {settings['most_segments']:.0f} on")
    return tuple(notes)


def _states(schema: Schema, found: SchemaPerformance, run: _Run) -> dict[str, SegmentState]:
    """Return what is undecided of each segment, and for lack of what."""
    members, counts, asked = dict(found.segments), [], []
    for segment in schema.segments:
        verdict = verdict_column(schema, segment)
        counts.append(exp.func("COUNT_IF", verdict.is_(exp.null())))
        for field, names in clause_names(segment, run.found.program.clauses).items():
            causes = any_of([exp.column(name, quoted=True).is_(exp.null()) for name in names])
            counts.append(exp.func("COUNT_IF", exp.and_(verdict.copy().is_(exp.null()), causes)))
            asked.append((segment.id, field, len(counts) - 1))
    query = exp.select(*counts).from_(DECISIONS).sql(dialect=run.engine.dialect)
    row = [int(count or 0) for count in run.engine.fetch(query)[0]]
    places = _first_places(schema, asked)
    states = {}
    for segment in schema.segments:
        lacks = sorted(((row[place], field) for name, field, place in asked if name == segment.id), reverse=True)
        words = ", ".join(field for count, field in lacks[:2] if count)
        undecided = row[places[segment.id]]
        states[segment.id] = SegmentState(members=members[segment.id], undecided=undecided, lacking=words)
    return states


def _first_places(schema: Schema, asked: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    places, place = {}, 0
    for segment in schema.segments:
        places[segment.id] = place
        place += 1 + sum(name == segment.id for name, *_ in asked)
    return places


def _stratified(
    schema: Schema, figures: SchemaFigures, comparisons: Sequence[Comparison], run: _Run
) -> Stratification | None:
    """Return the verdicts within the strata of the field that was named, or of the one most likely to confound."""
    settings, decided = run.metrics.settings, decided_rates(comparisons, figures)
    if run.choices.stratify is not None:
        strata = run.strata.of(run.strata.named(run.choices.stratify), figures)
        return stratify(strata, decided, alpha=settings["alpha"], chosen=True)
    if not decided:
        return None
    readings = candidates(run.found.opened.readings, _no_confounders(schema, run))
    found = [run.strata.of(reading, figures) for reading in readings]
    measured = dict.fromkeys(item.metric for item in decided)
    scores = [confounds(strata, measured) for strata in found]
    best = found[scores.index(max(scores))] if found else None
    if best is None or max(scores) < settings["related_from"]:
        return None
    return stratify(best, decided, alpha=settings["alpha"], chosen=False)
