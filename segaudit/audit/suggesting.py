"""The verb that says what could be better about segments: suggest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from segaudit.audit.opening import InputChoices
from segaudit.audit.performance_tables import outcome_tables
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.audit.suggesting_files import (
    Target,
    changed_book,
    check_readable,
    recounted,
    start_measures,
    starting_rules,
    write_book,
)
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.identity.keys import record_keys
from segaudit.ingest.files.paths import named_files
from segaudit.model.performance import MetricRules
from segaudit.model.suggestions import (
    CannotTell,
    Outcome,
    Start,
    StartProposal,
    SuggestionKind,
    SuggestionsResult,
    SuggestRules,
)
from segaudit.rulebook.metrics import load_metrics
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.suggestions import load_suggest_rules
from segaudit.segments.decide import create_decisions
from segaudit.segments.performance_columns import Meaning, create_outcomes
from segaudit.segments.performance_sources import ChosenMetric, choose_sources
from segaudit.segments.suggest.columns import find_candidates
from segaudit.segments.suggest.figures import count_groups
from segaudit.segments.suggest.judging import Judged, fitting, judge, overlapping, undecided
from segaudit.segments.suggest.outcomes import (
    OUTCOMES,
    Source,
    as_outcome,
    column_source,
    create_outcome_columns,
    is_enough,
    measured_positions,
    metric_source,
    named_column,
)
from segaudit.segments.suggest.request import SEARCH, StartRequest
from segaudit.segments.suggest.settling import settle
from segaudit.segments.suggest.start.private import is_private
from segaudit.segments.suggest.start.propose import propose_start
from segaudit.segments.suggest.table import Beside, create_search_table
from segaudit.segments.suggest.work import Work, create_members, written_segments
from segaudit.segments.suggest.writing import starting_book
from segaudit.text.folding import fold_header

_MOST_BESIDE = 4  # outcomes that are looked at beside the one suggestions rest on


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestChoices:
    """What a user may choose about suggestions."""

    only: tuple[str, ...] = ()  # kinds; empty: all
    outcome: str | None = None  # a metric, a column, or COLUMN=VALUE; None: the one nearest to money
    start: bool = False  # propose a starting segmentation, whatever rules there are
    output: str | None = None  # rules file or folder to write
    force: bool = False  # replace it if there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What records came to, and the columns that say it."""

    outcomes: tuple[Outcome, ...]
    taken: frozenset[int]  # positions of columns no segment may be made of
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What comes of it."""

    judged: Judged
    start: Start | None = None
    written: str | None = None


def suggest(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    wanted: SuggestChoices | None = None,
    *,
    as_of: date | None = None,
    progress: Progress = lambda _: None,
) -> SuggestionsResult:
    """Say what could be better about a file's segments: merge, split, retire, move a boundary, or how to start.

    Nothing is applied: suggestions are told, and written as rules to a file of their own if one is named.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, which rules, and the tables beside it (``related``).
        wanted: Which kinds, by which outcome, and where to write them.
        as_of: Day that rules count from; today if not given.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, a choice is not possible, or the output cannot be written.
    """
    choices, wanted = choices or InputChoices(), wanted or SuggestChoices()
    kinds = _kinds(wanted)
    rules = load_rules(choices.rules)
    target = Target.at(wanted.output, rules, named_files(path), force=wanted.force)
    with engine_for(choices, resolve=False) as engine:
        found = prepare(path, choices, rules, as_of, engine, resolve=False, progress=progress)
        limits = load_suggest_rules(found.opened.location)
        create_decisions(found.program, found.data, engine)
        progress("Counting what records came to")
        measured = _measure(found, limits, wanted, engine)
        progress("Reading the values segments may be made of")
        work = _prepared(found, measured, limits, wanted, engine)
        provided = (*found.data.readings, *found.data.related)
        not_judged = fitting(rules, provided, limits, found.source.rows, engine)[1]
        if work.judged:
            progress("Searching for what could be better")
            told = _better(work, kinds, target)
        elif SuggestionKind.START in kinds:
            progress("Searching for segments to start with")
            told = _start(work, target, asked=wanted.start)
        else:
            told = _Told(judged=Judged(suggestions=(), cannot_tell=(), considered={}))
        return SuggestionsResult(
            source=found.source,
            rules=found.rules,
            suggest_rules=limits,
            as_of=found.day,
            outcome=work.outcome,
            judged=tuple(schema.id for schema in work.judged),
            not_judged=not_judged,
            considered=told.judged.considered,
            suggestions=told.judged.suggestions,
            cannot_tell=told.judged.cannot_tell,
            start=told.start,
            written=told.written,
            notes=(*measured.notes, *told.judged.notes),
        )


def _kinds(wanted: SuggestChoices) -> frozenset[SuggestionKind]:
    known = [kind.value for kind in SuggestionKind]
    for word in wanted.only:
        if word not in known:
            hint = did_you_mean(word, known) or "write some of " + ",".join(known)
            raise InputError(f'there is no kind of suggestion "{word}"', where="--only", hint=hint)
    if wanted.start:
        return frozenset({SuggestionKind.START})
    return frozenset(SuggestionKind(word) for word in wanted.only) or frozenset(SuggestionKind)


def _measure(found: Prepared, limits: SuggestRules, wanted: SuggestChoices, engine: Engine) -> _Measured:
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
    outcomes = [as_outcome(place, item, engine, chosen=bool(wanted.outcome) and not place)
                for place, item in enumerate(sources)]  # fmt: skip
    first = next((place for place, item in enumerate(outcomes) if item.chosen or is_enough(item, limits)), None)
    chosen = metrics.metric(sources[first].id) if first is not None and _is_metric(sources[first].id, metrics) else None
    taken = set(measured_positions(found.opened.readings, metrics, chosen))
    if first is None:
        few = [f"{item.name} ({item.hits or 0:,} of {item.records:,})" for item in outcomes[:3]]
        told = f"too few records have an outcome for anything to rest on it: {'; '.join(few)}" if few else ""
        return _Measured(outcomes=(), taken=frozenset(taken), notes=(told,) if told else ())
    order = [sources[first], *(item for place, item in enumerate(sources) if place != first
                               and is_enough(outcomes[place], limits))][: _MOST_BESIDE + 1]  # fmt: skip
    if order[0] is not sources[0] or len(order) != len(sources):
        create_outcome_columns(order, found.data, engine)
    outcome = replace(as_outcome(0, order[0], engine, chosen=bool(wanted.outcome)))
    beside = tuple(as_outcome(place, item, engine, chosen=False) for place, item in enumerate(order) if place)
    follows = {fold_header(word) for key in (outcome.id, outcome.name) for word in limits.follows.get(key, ())}
    taken |= {item.column.position for item in found.opened.readings if fold_header(item.column.header) in follows}
    taken |= {item.position for item in sources if item.position is not None}
    return _Measured(outcomes=(outcome, *beside), taken=frozenset(taken), notes=notes)


def _is_metric(name: str, metrics: MetricRules) -> bool:
    return any(item.id == name for item in metrics.metrics)


def _sources(  # noqa: PLR0913, PLR0917 - where outcomes may come from
    found: Prepared,
    picked: Sequence[ChosenMetric],
    links: Mapping[str, str],
    limits: SuggestRules,
    wanted: SuggestChoices,
    engine: Engine,
) -> tuple[list[Source], tuple[str, ...]]:
    """Return the outcomes that could be taken, best first; one the user names stands alone at the head."""
    by_metric = {item.metric.id: source for item in picked if (source := metric_source(item, links)) is not None}
    ordered = [by_metric[name] for name in limits.outcomes if name in by_metric]
    readings = found.opened.readings
    if wanted.outcome is not None:
        if wanted.outcome in by_metric:
            return [by_metric[wanted.outcome], *(s for s in ordered if s.id != wanted.outcome)], ()
        reading, value = named_column(wanted.outcome, readings, list(by_metric))
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


def _prepared(
    found: Prepared,
    measured: _Measured,
    limits: SuggestRules,
    wanted: SuggestChoices,
    engine: Engine,
) -> Work:
    """Create the tables of the search, and return what all suggestions begin with."""
    rules, opened = found.rules, found.opened
    sensitive = frozenset(
        {name for name, item in opened.catalogue.items() if item.sensitive}
        | {name for name, item in rules.fields.items() if item.sensitive}
    )
    candidates = find_candidates(
        opened.readings, rules.fields, opened.catalogue, limits, taken=measured.taken, sensitive=sensitive
    )
    keys = record_keys(found.data.source, opened.readings, engine, placeholders=opened.placeholders)
    table = OUTCOMES if measured.outcomes else None
    beside = Beside(keys=keys, outcomes=table, count=len(measured.outcomes))
    features = tuple(
        item for item in create_search_table(candidates, found.data, beside, limits, engine) if not is_private(item)
    )
    provided = (*found.data.readings, *found.data.related)
    fits = () if wanted.start else fitting(rules, provided, limits, found.source.rows, engine)[0]
    members = create_members(fits, engine)
    outcome = measured.outcomes[0] if measured.outcomes else None
    counts = count_groups(list(members.values()), outcome, engine)
    named = {item.name: item.reading for item in candidates}
    own = set(outcome.made_of) if outcome is not None else set()
    return Work(
        rules=rules,
        judged=fits,
        written=written_segments(rules),
        members=members,
        features=features,
        counts=dict(zip(members, counts, strict=True)),
        outcomes=measured.outcomes,
        overlapping=overlapping(fits, engine),
        undecided=undecided(fits, engine),
        circular={
            schema.id: tuple(dict.fromkeys(name for s in schema.segments for name in s.fields if name in own))
            for schema in fits
        },
        data=replace(found.data, readings={**named, **found.data.readings}),
        lists=found.lists,
        location=opened.location,
        limits=limits,
        day=found.day,
        rows=found.source.rows,
        engine=engine,
    )


def _better(work: Work, kinds: frozenset[SuggestionKind], target: Target | None) -> _Told:
    """Return what could be better about the segments that are there."""
    judged = judge(work, kinds)
    suggestions = settle(judged.suggestions, work.rules)
    book = changed_book(suggestions, work.rules, work)
    written: str | None = None
    notes = judged.notes
    if book is not None:
        suggestions = recounted(book, suggestions, work)
        if book.left_out:
            notes = (*notes, f"{book.left_out} tests of the rules expect what would no longer be so; they are left out")
        if target is not None:
            written = write_book(book, target, work.rules)
            check_readable(written, work)
    elif target is not None:
        notes = (*notes, "nothing is written: there is nothing to change")
    return _Told(judged=replace(judged, suggestions=suggestions, notes=notes), written=written)


def _start(work: Work, target: Target | None, *, asked: bool) -> _Told:
    """Return a starting segmentation, counted by its own rules."""
    request = StartRequest(
        table=SEARCH,
        rows=work.rows,
        features=work.features,
        outcome=work.outcome,
        data=work.data,
        fields=work.fields(),
        lists=work.lists,
        rules=work.limits,
        as_of=work.day,
        engine=work.engine,
    )
    proposal = propose_start(request)
    if isinstance(proposal, CannotTell):
        return _Told(judged=Judged(suggestions=(), cannot_tell=(proposal,), considered={}))
    reason = "it was asked for" if asked else "no schema of the rules can speak of this file"
    text = starting_book(proposal, _head(proposal, work))
    book = starting_rules(text, work)
    measures, unplaced = start_measures(book, proposal, work)
    start = Start(proposal=proposal, measures=measures, unplaced=unplaced, reason=reason)
    written: str | None = None
    if target is not None:
        written = write_book(book, target, book.rules)
        check_readable(written, work)
    judged = Judged(suggestions=(), cannot_tell=proposal.cannot_tell, considered={}, notes=proposal.notes)
    return _Told(judged=judged, start=start, written=written)


def _head(proposal: StartProposal, work: Work) -> list[str]:
    lines = [
        f"A starting segmentation that segaudit suggest found in the data, as of {work.day}. Nothing has been applied.",
        f"What it rests on: {proposal.approach}. The evidence stands in notes:.",
        "Read it, change what you know better, and write owner, decision and treatment of each segment.",
    ]
    if proposal.needs:
        lines.append(f"It reads {', '.join(proposal.needs)} beside the records: give them with --with.")
    return lines
