"""Merge: two segments that lie side by side, are treated alike, and are shown to come to the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import Any

from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Outcome,
    Plain,
    ProposedSegment,
    Replacement,
    Suggestion,
    SuggestionKind,
)
from segaudit.rulebook.lints.lint import texts_of
from segaudit.segments.statistics.corrections import Correction, corrected
from segaudit.segments.suggest.bands import joined_bands
from segaudit.segments.suggest.figures import Counts, Difference, compare, count_groups, joined, measure
from segaudit.segments.suggest.telling import chance, figure, figure_of_difference
from segaudit.segments.suggest.work import Work
from segaudit.text.folding import fold

_TREATED_BY = ("treatment", "decision")
_DECIDING = ("exclude", "missing", "case", "trim")  # beside the criteria, they decide who is in a segment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    schema: Schema
    a: Segment
    b: Segment
    criteria: Plain  # of both together
    treated: str  # in words: why they count as treated alike

    @property
    def names(self) -> str:
        return f"{self.a.id} and {self.b.id}"


def suggest_merges(work: Work) -> tuple[tuple[Suggestion, ...], tuple[CannotTell, ...], int]:
    """Return the pairs of segments that might as well be one, what cannot be told, and how many pairs were tested."""
    pairs = [pair for schema in work.judged for pair in _pairs(schema, work)]
    outcome, kind = work.outcome, SuggestionKind.MERGE
    if not pairs:
        return (), (), 0
    if outcome is None:
        return (), (), 0
    kept = [pair for pair in pairs if not work.circular[pair.schema.id]]
    alpha, margin = work.limits.limit("alpha"), work.limits.limit("margin")
    found = [compare(*_counts(pair, work), alpha=alpha, margin=margin) for pair in kept]
    alike = corrected([item.p_equivalent if item else None for item in found], Correction.HOLM)
    suggestions, untold = list[Suggestion](), list[CannotTell]()
    used: set[tuple[str, str]] = set()
    for pair, difference, p in sorted(zip(kept, found, alike, strict=True), key=lambda item: item[2] or 2.0):
        ends = {(pair.schema.id, pair.a.id), (pair.schema.id, pair.b.id)}
        if difference is None or p is None or p > alpha:
            if difference is None or difference.p > alpha:
                untold.append(
                    CannotTell(kind=kind, schema=pair.schema.id, reason=_needs(pair, difference, outcome, work))
                )
            continue
        apart = _apart(pair, work)
        if apart or used & ends:
            continue
        used |= ends
        suggestions.append(_suggested(pair, difference, p, len(kept), outcome, work))
    return tuple(suggestions), tuple(untold), len(kept)


def _pairs(schema: Schema, work: Work) -> Iterator[_Pair]:
    """Yield the pairs whose criteria can be put in one, and that are treated alike as far as the rules say."""
    for place, a in enumerate(schema.segments):
        for number, b in enumerate(schema.segments[place + 1 :], start=place + 1):
            mine, theirs = (work.written[schema.id, item.id] for item in (a, b))
            if a.suppress or b.suppress or any(mine.get(key) != theirs.get(key) for key in _DECIDING):
                continue
            if schema.assign is Assignment.FIRST_MATCH and number != place + 1:
                continue  # one that stands between would lose records to them
            if work.overlapping.get((schema.id, a.id, b.id)):
                continue
            treated = _treated_alike(a, b)
            criteria = _together(schema, a, b, work)
            if treated and criteria is not None:
                yield _Pair(schema=schema, a=a, b=b, criteria=criteria, treated=treated)


def _treated_alike(a: Segment, b: Segment) -> str:
    """Return why two segments count as treated alike; empty if they do not."""
    same: list[str] = []
    for key in _TREATED_BY:
        one, other = (" ".join(fold(text) for text in texts_of(item.documentation.get(key))) for item in (a, b))
        if one != other:
            return ""
        if one:
            same.append(key)
    return f"they have the same {' and '.join(same)}" if same else "no treatment or decision is written down for either"


def _together(schema: Schema, a: Segment, b: Segment, work: Work) -> Plain:
    """Return the criteria of both in one: a wider band, a longer list; None if they are not of one region."""
    one, other = (work.written[schema.id, item.id]["criteria"] for item in (a, b))
    if set(a.fields) != set(b.fields) or not a.fields:
        return None
    band = joined_bands(one, other, work.rules.fields)
    if band is not None:
        return band
    return _joined_lists(one, other)


def _joined_lists(one: Mapping[str, Any], other: Mapping[str, Any]) -> Plain:
    lists = [_listed(item) for item in (one, other)]
    if None in lists or lists[0] is None or lists[1] is None or lists[0][0] != lists[1][0]:
        return None
    (field, words, options), (_, more, others) = lists[0], lists[1]
    if options != others:
        return None
    return {field: {"in": list(dict.fromkeys([*words, *more]))}, **options}


def _listed(criteria: Mapping[str, Any]) -> tuple[str, list[Plain], dict[str, Plain]] | None:
    options = {key: value for key, value in criteria.items() if key in {"missing", "case", "trim"}}
    tests = [(key, value) for key, value in criteria.items() if key not in options]
    if len(tests) != 1 or not isinstance(tests[0][1], dict) or len(tests[0][1]) != 1:
        return None
    field, ((operator, operand),) = tests[0][0], tests[0][1].items()
    if operator == "eq":
        return field, [operand], options
    return (field, list(operand), options) if operator == "in" and isinstance(operand, list) else None


def _counts(pair: _Pair, work: Work) -> tuple[Counts, Counts]:
    return work.counts[pair.schema.id, pair.a.id], work.counts[pair.schema.id, pair.b.id]


def _apart(pair: _Pair, work: Work) -> str:
    """Return another outcome in which two segments differ; empty if there is none."""
    columns = [work.column(pair.schema.id, item.id) for item in (pair.a, pair.b)]
    alpha, margin = work.limits.limit("alpha"), work.limits.limit("margin")
    for place, outcome in enumerate(work.outcomes[1:], start=1):
        one, other = count_groups(columns, outcome, work.engine, place=place)
        found = compare(one, other, alpha=alpha, margin=margin)
        if found is not None and found.p * (len(work.outcomes) - 1) <= alpha:
            return outcome.name
    return ""


def _suggested(  # noqa: PLR0913, PLR0917 - what it says
    pair: _Pair, found: Difference, p: float, family: int, outcome: Outcome, work: Work
) -> Suggestion:
    one, other = _counts(pair, work)
    told = {"alpha": work.limits.limit("alpha"), "power": work.limits.limit("power")}
    margin, schema = work.limits.limit("margin"), pair.schema.id
    evidence = Evidence(
        statement=f"{outcome.name.lower()} {figure(found.a, outcome)} of {one.measured:,} and "
        f"{figure(found.b, outcome)} of {other.measured:,}, apart by less than {margin:.0%} of what both have: two "
        f"one-sided tests {chance(p)}, corrected for {family} {'pair' if family == 1 else 'pairs'} (Holm); difference "
        f"between {figure_of_difference(found.low, outcome)} and {figure_of_difference(found.high, outcome)}",
        test="two one-sided tests",
        p=found.p_equivalent,
        p_corrected=p,
        family=family,
        value=found.difference,
        low=found.low,
        high=found.high,
        threshold=margin,
        rows=one.measured + other.measured,
    )
    also = [item.name.lower() for item in work.outcomes[1:]]
    beside = [Evidence(statement=f"nor is a difference shown in {', '.join(also)}")] if also else []
    region = Evidence(statement="their criteria ask for the same fields, and meet")
    shown = (evidence, *beside, Evidence(statement=pair.treated), region)
    merged = ProposedSegment(
        id=pair.a.id,
        name=f"{pair.a.name} and {pair.b.name}",
        criteria=pair.criteria,
        notes=tuple(item.statement for item in shown),
    )
    return Suggestion(
        kind=SuggestionKind.MERGE,
        schema=schema,
        segments=(pair.a.id, pair.b.id),
        title=f"merge {pair.names}",
        reason=f"they come to the same, are treated alike, and lie side by side: {figure(found.a, outcome)} and "
        f"{figure(found.b, outcome)} {outcome.name.lower()}",
        evidence=shown,
        before=tuple(
            measure(schema, item.id, work.counts[schema, item.id], work.rows, **told) for item in (pair.a, pair.b)
        ),
        after=(measure(schema, pair.a.id, joined(one, other), work.rows, **told),),
        change=Replacement(schema=schema, removed=(pair.a.id, pair.b.id), added=(merged,)),
    )


def _needs(pair: _Pair, found: Difference | None, outcome: Outcome, work: Work) -> str:
    """Return why neither can be shown, and how many records would be needed."""
    start = f"whether {pair.names} come to the same"
    if found is None:
        return f"{start}: nobody is a hit, or everybody, or one has no records"
    if not outcome.is_rate:
        return f"{start}: neither a difference nor its absence can be shown ({chance(found.p)})"
    one, other = (item.effective for item in _counts(pair, work))
    rate = (one.hits + other.hits) / (one.n + other.n)
    needed = equivalence_size(
        rate, work.limits.limit("margin") * rate, work.limits.limit("alpha"), work.limits.limit("power")
    )
    return (
        f"{start}: {figure(found.a, outcome)} and {figure(found.b, outcome)} are neither shown to differ nor to be "
        f"alike; that takes about {needed:,} records of each whose outcome is known"
    )


def equivalence_size(rate: float, margin: float, alpha: float, power: float) -> int:
    """Return how many records of each of two equal rates show that they are less than a margin apart.

    Source: Chow, Shao & Wang (2008), Sample Size Calculations in Clinical Research, 4.2.
    """
    normal = NormalDist()
    quantiles = normal.inv_cdf(1 - alpha) + normal.inv_cdf((1 + power) / 2)
    return ceil(2 * rate * (1 - rate) * (quantiles / margin) ** 2)
