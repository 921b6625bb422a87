"""Segments by what records came to: a shallow tree, each of whose splits the other half of the records confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from segaudit.errors import InputError
from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Feature,
    Outcome,
    ProposedSchema,
    ProposedSegment,
    SuggestionKind,
)
from segaudit.segments.statistics.power import size_needed
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.candidates import asks_of
from segaudit.segments.suggest.start.conditions import TRUE, Ask, criteria_of, fields_of, truth_of, words_of
from segaudit.segments.suggest.start.drafts import Draft
from segaudit.segments.suggest.start.frame import Frame, Mask, Numbers
from segaudit.segments.suggest.start.leaks import find_copies, find_leaks, left_out, usable
from segaudit.segments.suggest.start.naming import listed, slug
from segaudit.segments.suggest.start.outcomes import any_differ, chance_words, figure
from segaudit.segments.suggest.start.settings import least_members
from segaudit.segments.suggest.start.tree import Split, Trial, grow, kept, leaves_of, splits_of, try_splits

UNDECIDED = "not_enough_known"
_REST = 3.0  # a segment is held against the rest, which is as large as so many of it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What the tree was grown from."""

    outcome: Outcome
    frame: Frame
    features: Sequence[Feature]
    leaks: dict[str, str]
    least: int  # records of a segment
    alpha: float
    seen: int  # records that were searched
    request: StartRequest


def by_outcome(request: StartRequest, frame: Frame) -> Draft | CannotTell:
    """Propose segments that differ in the outcome, or say why none can be told.

    Args:
        request: With an outcome.
        frame: The records with all features.
    """
    outcome = request.outcome
    if outcome is None:
        return _cannot("there is no outcome: no column says what became of the records; name one with --outcome")
    lack = _lack(outcome, frame, request)
    if lack:
        return _cannot(lack)
    seen = frame.seen().part(frame.seen().known).sample(int(request.rules.limit("search_rows")))
    find = find_leaks if outcome.is_rate else find_copies
    leaks = find(request.features, seen, request.rules)
    taken = {*leaks, *outcome.made_of}
    features = [item for item in usable(request.features, frame, request.rules) if item.name not in taken]
    search = _Search(
        outcome=outcome,
        frame=frame,
        features=features,
        leaks=leaks,
        least=_least(outcome, frame, request),
        alpha=request.rules.limit("alpha"),
        seen=seen.rows,
        request=request,
    )
    asks = [ask for item in features for ask in asks_of(item, seen, request.as_of)]
    most = int(request.rules.limit("segments_most"))
    grown = grow(
        asks,
        seen,
        is_rate=outcome.is_rate,
        least=ceil(search.least * seen.rows / max(1, int(frame.known.sum()))),
        most=most,
    )
    if grown is None:
        return _cannot(
            f"no field parts the records by {outcome.name} into groups of at least {search.least:,}; "
            f"{len(features)} fields were looked at{left_out(leaks)}"
        )
    trials = try_splits(grown, seen, frame.unseen(), is_rate=outcome.is_rate)
    confirmed = kept(grown, trials, search.alpha)
    fewest = int(request.rules.limit("segments_least"))
    # So many segments need so many splits less one; one that stands only for what is below it is none of them.
    if confirmed is None or sum(trial.holds(search.alpha) for trial in trials) < fewest - 1:
        return _cannot(_not_confirmed(search, trials, fewest))
    return _draft(search, trials, confirmed)


def _lack(outcome: Outcome, frame: Frame, request: StartRequest) -> str:
    """Return what the outcome lacks to be searched by; empty if nothing."""
    rows, least = int(frame.known.sum()), int(request.rules.limit("start_least_rows"))
    if rows < least:
        return f"{outcome.name} is known of {rows:,} records, and halves to search and to confirm need {least:,}"
    if not outcome.is_rate:
        return ""
    hits, fewest = int(np.nansum(frame.outcome)), int(request.rules.limit("start_least_hits"))
    if min(hits, rows - hits) < fewest:
        return f"{outcome.name} is {hits:,} of {rows:,}; at least {fewest} of each answer are needed to compare groups"
    return ""


def _least(outcome: Outcome, frame: Frame, request: StartRequest) -> int:
    """Return how many records a segment must hold, so that a change of its outcome could be seen."""
    fewest = least_members(request.rules, frame.rows)
    if not outcome.is_rate:
        return fewest
    rate = float(np.nanmean(frame.outcome))
    change = request.rules.limit("detect_relative")
    try:
        needed = size_needed(rate, change if rate * (1 + change) < 1 else -change, ratio=_REST)
    except InputError:
        needed = fewest
    return max(fewest, ceil(needed * frame.rows / max(1, int(frame.known.sum()))))


def _not_confirmed(search: _Search, trials: Sequence[Trial], fewest: int) -> str:
    told = [_trial_words(trial, search) for trial in trials]
    held = sum(trial.holds(search.alpha) for trial in trials)
    return (
        f"what one half of the records shows of {search.outcome.name} is not borne out by the other half: {held} of "
        f"{len(trials)} splits are confirmed, and {fewest} segments need {fewest - 1} ({'; '.join(told)})"
        f"{left_out(search.leaks)}"
    )


def _trial_words(trial: Trial, search: _Search) -> str:
    yes = figure(trial.yes, is_rate=search.outcome.is_rate, alpha=search.alpha)
    no = figure(trial.no, is_rate=search.outcome.is_rate, alpha=search.alpha)
    where = f", where {words_of(trial.path)}" if trial.path else ""
    chance = "nothing could differ" if trial.p_corrected is None else f"corrected p {chance_words(trial.p_corrected)}"
    way = "" if trial.same_way else ", the other way round"
    return f"{trial.split.ask.words()}{where}: {yes.words} against {no.words}, {chance}{way}"


def _draft(search: _Search, trials: Sequence[Trial], tree: Split) -> Draft:
    outcome, frame = search.outcome, search.frame
    leaves = [_leaf(asks, frame, is_rate=outcome.is_rate) for asks in leaves_of(tree)]
    # In the order of all records, as the list of segments prints them; tests rest on the held-out half alone.
    leaves.sort(key=lambda leaf: -leaf.whole)
    segments = [
        ProposedSegment(
            id=own,
            name=", ".join(item.words() for item in leaf.asks),
            criteria=criteria_of(leaf.asks),
            notes=(_segment_note(search, leaf),),
            extra={"required_fields": [item.feature.name for item in leaf.asks]},
        )
        for own, leaf in zip(_ids(outcome, len(leaves)), leaves, strict=True)
    ]
    asked = [item for leaf in leaves for item in leaf.asks]
    used = list(dict.fromkeys(item.feature.header for item in asked))
    open_rows = int(np.logical_and.reduce([~leaf.inside for leaf in leaves]).sum())
    schema = ProposedSchema(
        id=slug(f"by_{outcome.id}"),
        objective=f"tell apart records that differ in {outcome.name}",
        dimension=next((item.feature.dimension for item in asked if item.feature.dimension), "behavioural"),
        assign="exactly_one",
        segments=tuple(segments),
        otherwise="unplaced",
        undecided=UNDECIDED,
        notes=(
            f"made of {listed(used)}: of {len(search.features)} fields these part the records best by {outcome.name}",
            *_search_note(search),
            _missing_note(open_rows, frame.rows, used),
            *search.leaks.values(),
        ),
        evidence=_evidence(search, trials, tree, [leaf.held for leaf in leaves]),
    )
    return Draft(schema=schema, approach="outcome", placed=1 - open_rows / frame.rows, fields=fields_of(asked))


def _ids(outcome: Outcome, count: int) -> list[str]:
    """Return ids in the order of the outcome; what a segment is made of stands in its name."""
    ends = {1: "_highest", count: "_lowest"}
    return [slug(f"{outcome.id[:40]}_{place}{ends.get(place, '')}") for place in range(1, count + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """A segment to be."""

    asks: tuple[Ask, ...]
    inside: Mask
    held: Numbers  # outcomes on the held-out half
    whole: float  # rate, or median amount, of all records


def _leaf(asks: tuple[Ask, ...], frame: Frame, *, is_rate: bool) -> _Leaf:
    inside = truth_of(asks, frame) == TRUE
    known = inside & frame.known
    values = frame.outcome[known]
    middle = np.mean if is_rate else np.median
    whole = float(middle(values)) if len(values) else 0.0
    return _Leaf(asks=asks, inside=inside, held=frame.outcome[known & frame.held], whole=whole)


def _segment_note(search: _Search, leaf: _Leaf) -> str:
    is_rate = search.outcome.is_rate
    told = figure(leaf.held, is_rate=is_rate, alpha=search.alpha)
    whole = f"{leaf.whole:.1%}" if is_rate else f"median {leaf.whole:,.6g}"
    return (
        f"{search.frame.told(leaf.inside)}; {search.outcome.name} {whole} of all, and on the held-out half, which the "
        f"search has not seen, {told.words}"
    )


def _search_note(search: _Search) -> list[str]:
    halves = int((~search.frame.held & search.frame.known).sum())
    if search.seen >= halves:
        return []
    return [f"searched in {search.seen:,} records, a sample of one half; confirmed on all of the other"]


def _missing_note(rows: int, whole: int, used: Sequence[str]) -> str:
    if not rows:
        return "every record has what the criteria ask for"
    return (
        f"{rows:,} of {whole:,} records ({rows / whole:.1%}) lack {listed(list(used), last='or')} where it decides: "
        f'they are labelled "{UNDECIDED}", in no segment'
    )


def _evidence(search: _Search, trials: Sequence[Trial], tree: Split, groups: Sequence[Numbers]) -> tuple[Evidence, ...]:
    is_rate, alpha = search.outcome.is_rate, search.alpha
    whole = any_differ(groups, is_rate=is_rate)
    found: list[Evidence] = []
    if whole is not None:
        test, statistic, p = whole
        statement = f"the segments differ in {search.outcome.name} on the held-out half (p {chance_words(p)})"
        rows = sum(len(group) for group in groups)
        found.append(
            Evidence(statement=statement, test=test, p=p, value=statistic, threshold=alpha, rows=rows, held_out=True)
        )
    stays = [(path, split.ask) for path, split in splits_of(tree)]
    for trial in trials:
        taken = "" if (trial.path, trial.split.ask) in stays else "; not confirmed, so it was taken back"
        found.append(
            Evidence(
                statement=_trial_words(trial, search) + taken,
                test=trial.test,
                p=trial.p,
                p_corrected=trial.p_corrected,
                family=trial.family,
                threshold=alpha,
                rows=len(trial.yes) + len(trial.no),
                held_out=True,
            )
        )
    return tuple(found)


def _cannot(reason: str) -> CannotTell:
    return CannotTell(kind=SuggestionKind.START, reason=reason, schema="by outcome")
