"""The verb that says what could be better about segments: suggest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from segaudit.audit.opening import InputChoices
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
from segaudit.audit.suggesting_outcomes import Measured, measure_outcomes
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.identity.keys import record_keys
from segaudit.ingest.files.paths import named_files
from segaudit.model.segments import Schema
from segaudit.model.suggestions import (
    CannotTell,
    Start,
    StartProposal,
    SuggestionKind,
    SuggestionsResult,
    SuggestRules,
)
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.suggestions import load_suggest_rules
from segaudit.segments.decide import create_decisions
from segaudit.segments.suggest.columns import find_candidates, private_note
from segaudit.segments.suggest.figures import count_groups
from segaudit.segments.suggest.judging import Judged, fitting, judge, overlapping, undecided
from segaudit.segments.suggest.outcomes import (
    OUTCOMES,
)
from segaudit.segments.suggest.request import SEARCH, StartRequest
from segaudit.segments.suggest.settling import settle
from segaudit.segments.suggest.start.propose import propose_start
from segaudit.segments.suggest.table import Beside, create_search_table
from segaudit.segments.suggest.work import Work, create_members, written_segments
from segaudit.segments.suggest.writing import starting_book


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestChoices:
    """What a user may choose about suggestions."""

    only: tuple[str, ...] = ()  # kinds; empty: all
    outcome: str | None = None  # a metric, a column, or COLUMN=VALUE; None: the one nearest to money
    start: bool = False  # propose a starting segmentation, whatever rules there are
    output: str | None = None  # rules file or folder to write
    force: bool = False  # replace it if there is one


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
        measured = measure_outcomes(found, limits, wanted.outcome, engine)
        progress("Reading the values segments may be made of")
        provided = (*found.data.readings, *found.data.related)
        private = private_note(found.opened.readings, limits, _sensitive(found))
        fits, not_judged = fitting(rules, provided, limits, found.source.rows, engine)
        work = _prepared(found, measured, limits, () if wanted.start else fits, engine)
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
            notes=(*measured.notes, *private, *told.judged.notes),
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


def _prepared(
    found: Prepared,
    measured: Measured,
    limits: SuggestRules,
    fits: tuple[Schema, ...],
    engine: Engine,
) -> Work:
    """Create the tables of the search, and return what all suggestions begin with."""
    rules, opened = found.rules, found.opened
    sensitive = _sensitive(found)
    candidates = find_candidates(
        opened.readings, rules.fields, opened.catalogue, limits, taken=measured.taken, sensitive=sensitive
    )
    keys = record_keys(found.data.source, opened.readings, engine, placeholders=opened.placeholders)
    table = OUTCOMES if measured.outcomes else None
    beside = Beside(
        keys=keys,
        outcomes=table,
        count=len(measured.outcomes),
        shared=measured.shared,
        countries=found.lists["country_names"],
    )
    features = create_search_table(candidates, found.data, beside, limits, engine)
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


def _sensitive(found: Prepared) -> frozenset[str]:
    """Return the fields that are private, by the catalogue or by the rules."""
    known = {**found.opened.catalogue, **found.rules.fields}.keys()
    return frozenset(
        name
        for name in known
        for fields in (found.opened.catalogue, found.rules.fields)
        if name in fields and fields[name].sensitive
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
            what = "1 test of the rules expects" if book.left_out == 1 else f"{book.left_out} tests of the rules expect"
            gone = "is" if book.left_out == 1 else "are"
            notes = (*notes, f"{what} what would no longer be so, and {gone} left out of what is written")
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
