"""A fit score from won accounts against the rest: points for what goes with winning, and tiers of the score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Plain,
    ProposedSchema,
    ProposedSegment,
    SuggestionKind,
)
from segaudit.segments.statistics.corrections import Correction, corrected
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.candidates import asks_of
from segaudit.segments.suggest.start.conditions import FALSE, TRUE, Ask, fields_of
from segaudit.segments.suggest.start.drafts import Draft
from segaudit.segments.suggest.start.fit_points import Points, points_of, tier_cuts
from segaudit.segments.suggest.start.frame import Frame, Numbers
from segaudit.segments.suggest.start.leaks import find_leaks, left_out, usable
from segaudit.segments.suggest.start.odds import Odds, odds_of, shrunk
from segaudit.segments.suggest.start.outcomes import any_differ, chance_words, differ, figure
from segaudit.segments.suggest.start.settings import least_members
from segaudit.segments.suggest.start.winning import Won, may_fit, winning

UNDECIDED = "fit_unknown"
SCORE = "fit"
_MOST_PARTS = 8  # a score a person can add up
_LEAST_RATIO = 1.2  # odds ratio, after shrinkage, below which a condition is not worth a part
_SAME = 0.8  # share of records two conditions have in common, by those either has, from which they are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A condition that goes with winning, on both halves."""

    ask: Ask
    held: Odds
    log_ratio: float  # on the half that was searched, shrunk
    test: str
    p: float | None
    p_corrected: float | None
    family: int

    def holds(self, alpha: float) -> bool:
        """Tell whether the other half confirms it."""
        return self.held.log_ratio > 0 and self.p_corrected is not None and self.p_corrected <= alpha


def by_fit(request: StartRequest, frame: Frame) -> Draft | CannotTell:
    """Propose a fit score and its tiers, or say why none can be told.

    Args:
        request: What there is.
        frame: The records with all features.
    """
    signs = winning(request, frame)
    lacks = [_lack(item, frame.with_outcome(item.won), request) for item in signs]
    won = next((item for item, lack in zip(signs, lacks, strict=True) if not lack), None)
    if won is None:
        nothing = "nothing says which accounts were won: no deals beside the file, no win, no customers in it"
        return _cannot("; ".join(lacks) or nothing)
    frame = frame.with_outcome(won.won)
    alpha = request.rules.limit("alpha")
    listed = may_fit(request.features, request)
    seen = frame.seen().part(frame.seen().known).sample(int(request.rules.limit("search_rows")))
    leaks = find_leaks(listed, seen, request.rules)
    features = usable([item for item in listed if item.name not in leaks], frame, request.rules)
    asks = [ask for item in features for ask in asks_of(item, seen, request.as_of)]
    parts = _confirmed(_chosen(asks, seen, request), frame)
    kept = [item for item in parts if item.holds(alpha)]
    if not kept:
        told = "; ".join(_part_words(item) for item in parts) or "no condition stands out"
        return _cannot(
            f"no field goes with {won.words} on both halves ({len(features)} fields; {told}){left_out(leaks)}"
        )
    points = points_of([item.ask for item in kept], seen, least=least_members(request.rules, frame.rows))
    cuts = tier_cuts(points, seen, least_members(request.rules, seen.rows)) if points else None
    if points is None or cuts is None:
        return _cannot(f"the fit score takes too few values to make three tiers ({len(kept)} parts were confirmed)")
    return _tiers(_Fit(won=won, parts=parts, points=points, cuts=cuts, leaks=leaks), frame, request)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A score, and what it came from."""

    won: Won
    parts: Sequence[Part]  # tried on the half that was held out
    points: Points
    cuts: tuple[int, int]  # from which a record is strong, and fair
    leaks: dict[str, str]


def _lack(won: Won, frame: Frame, request: StartRequest) -> str:
    rows, hits = int(frame.known.sum()), int(np.nansum(frame.outcome))
    fewest, least = int(request.rules.limit("start_least_hits")), int(request.rules.limit("start_least_rows"))
    if rows < least or min(hits, rows - hits) < fewest:
        return (
            f"{hits:,} of {rows:,} records are won ({won.words}); {fewest} won, {fewest} that are not and {least} "
            "together are needed to compare them"
        )
    return ""


def _chosen(asks: Sequence[Ask], seen: Frame, request: StartRequest) -> list[tuple[Ask, float]]:
    """Return the best condition of each field, told the way that goes with winning, best first."""
    told = [ask if odds_of(ask, seen).log_ratio >= 0 else ask.opposite() for ask in asks]
    odds = [odds_of(ask, seen) for ask in told]
    drawn = shrunk(odds)
    least = least_members(request.rules, seen.rows)
    chances = corrected([_chance(item) for item in odds], Correction.BH)
    ranked = sorted(
        (
            (-ratio / item.error, place)
            for place, (item, ratio, p) in enumerate(zip(odds, drawn, chances, strict=True))
            if exp(ratio) >= _LEAST_RATIO
            and p is not None
            and p <= request.rules.limit("alpha")
            and min(sum(item.inside), sum(item.outside)) >= least
        )
    )
    found: list[tuple[Ask, float]] = []
    for _, place in ranked:
        ask = told[place]
        if any(ask.feature.name == other.feature.name or _same(ask, other, seen) for other, _ in found):
            continue
        found.append((ask, drawn[place]))
    return found[:_MOST_PARTS]


def _chance(odds: Odds) -> float | None:
    (a, b), (c, d) = odds.inside, odds.outside
    found = differ(_outcomes(a, b), _outcomes(c, d), is_rate=True)
    return found[1] if found else None


def _outcomes(hits: int, others: int) -> Numbers:
    return np.concatenate([np.ones(hits), np.zeros(others)])


def _same(one: Ask, other: Ask, frame: Frame) -> bool:
    """Tell whether two conditions hold for the same records, so that points for both would count one thing twice."""
    a, b = (item.truth(frame.columns[item.feature.name]) == TRUE for item in (one, other))
    either = np.count_nonzero(a | b)
    return bool(either and np.count_nonzero(a & b) / either >= _SAME)


def _confirmed(chosen: Sequence[tuple[Ask, float]], frame: Frame) -> list[Part]:
    unseen = frame.unseen()
    parts: list[Part] = []
    for ask, ratio in chosen:
        truth = ask.truth(unseen.columns[ask.feature.name])
        yes, no = (unseen.outcome[(truth == verdict) & unseen.known] for verdict in (TRUE, FALSE))
        test = differ(yes, no, is_rate=True)
        name, p = test or ("", None)
        held = odds_of(ask, unseen)
        parts.append(Part(ask=ask, held=held, log_ratio=ratio, test=name, p=p, p_corrected=None, family=len(chosen)))
    after = corrected([item.p for item in parts], Correction.HOLM)
    return [replace(item, p_corrected=p) for item, p in zip(parts, after, strict=True)]


def _tiers(fit: _Fit, frame: Frame, request: StartRequest) -> Draft | CannotTell:
    alpha = request.rules.limit("alpha")
    low, high = fit.points.sums(frame)
    strong, fair = fit.cuts
    inside = [low >= strong, (low >= fair) & (high < strong), high < fair]
    held = [frame.outcome[mask & frame.held & frame.known] for mask in inside]
    whole = frame.outcome[frame.held & frame.known]
    rates = [float(group.mean()) if len(group) else 0.0 for group in held]
    tested = any_differ(held, is_rate=True)
    apart = request.rules.limit("start_tiers_apart")
    if tested is None or tested[2] > alpha or rates != sorted(rates, reverse=True) or rates[0] < apart * whole.mean():
        told = ", ".join(f"{rate:.1%}" for rate in rates)
        return _cannot(
            f"the tiers of the fit score do not hold on the half that was not searched: {told} won from strong to "
            f"weak, and the best should be {apart:g} times the {whole.mean():.1%} of all"
        )
    names = (("strong_fit", "Strong fit"), ("fair_fit", "Fair fit"), ("weak_fit", "Weak fit"))
    bounds: tuple[dict[str, Plain], ...] = ({"gte": strong}, {"gte": fair, "lt": strong}, {"lt": fair})
    segments = [
        ProposedSegment(
            id=own,
            name=name,
            criteria={"score": {SCORE: dict(bound)}},
            notes=(f"{frame.told(mask)}; won on the held-out half {figure(group, is_rate=True, alpha=alpha).words}",),
            extra={"score": SCORE, "rank_within": {"by": SCORE, "order": "desc"}},
        )
        for (own, name), bound, mask, group in zip(names, bounds, inside, held, strict=True)
    ]
    schema = ProposedSchema(
        id="fit",
        objective="spend the team's hours where the fit is",
        dimension="value_fit",
        assign="exactly_one",
        segments=tuple(segments),
        otherwise=UNDECIDED,
        undecided=UNDECIDED,
        notes=_notes(fit, frame, int((~np.logical_or.reduce(inside)).sum())),
        evidence=(_whole_evidence(tested, rates, len(whole), alpha), *(_evidence(item, alpha) for item in fit.parts)),
    )
    asks = [ask for ask, _ in fit.points.parts]
    return Draft(
        schema=schema,
        approach="icp",
        placed=float(np.logical_or.reduce(inside).mean()),
        fields=fields_of(asks),
        scores={SCORE: _score(fit)},
    )


def _notes(fit: _Fit, frame: Frame, unknown: int) -> tuple[str, ...]:
    return (
        f"won is: {fit.won.words}; all other records are the rest",
        "points follow from all parts together, so that what two fields share is not counted twice",
        f"{unknown:,} of {frame.rows:,} records lack a field that decides: they are labelled {UNDECIDED}",
        "what goes with winning need not be why; where nobody was ever asked to buy, nobody was won",
        *fit.leaks.values(),
    )


def _score(fit: _Fit) -> Plain:
    parts: list[Plain] = [
        {"name": ask.words(), "points": points, "when": dict(ask.criteria())} for ask, points in fit.points.parts
    ]
    return {"description": f"how like the won accounts ({fit.won.words}), 0 to 100", "parts": parts}


def _part_words(part: Part) -> str:
    inside, outside = part.held.rates
    chance = "nothing could differ" if part.p_corrected is None else f"corrected p {chance_words(part.p_corrected)}"
    return f"{part.ask.words()}: {inside:.1%} won against {outside:.1%}, {chance}"


def _evidence(part: Part, alpha: float) -> Evidence:
    low, high = part.held.ends(alpha)
    ratio, drawn = exp(part.held.log_ratio), exp(part.log_ratio)
    taken = "" if part.holds(alpha) else "; not confirmed, so it has no points"
    return Evidence(
        statement=f"{_part_words(part)}; odds ratio {ratio:.2f} ({low:.2f} to {high:.2f}), {drawn:.2f} on the half "
        f"that was searched, after shrinkage{taken}",
        test=part.test,
        p=part.p,
        p_corrected=part.p_corrected,
        family=part.family,
        value=ratio,
        low=low,
        high=high,
        threshold=alpha,
        rows=sum(part.held.inside) + sum(part.held.outside),
        held_out=True,
    )


def _whole_evidence(tested: tuple[str, float, float], rates: Sequence[float], rows: int, alpha: float) -> Evidence:
    test, statistic, p = tested
    told = " > ".join(f"{rate:.1%}" for rate in rates)
    return Evidence(
        statement=f"the tiers win differently on the half that was not searched: {told} (p {chance_words(p)})",
        test=test,
        p=p,
        value=statistic,
        threshold=alpha,
        rows=rows,
        held_out=True,
    )


def _cannot(reason: str) -> CannotTell:
    return CannotTell(kind=SuggestionKind.START, reason=reason, schema="by fit")
