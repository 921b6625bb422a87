"""Split: a segment with a part that comes to something else, found on one half of the records, shown on the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Feature,
    Outcome,
    Plain,
    ProposedSegment,
    Replacement,
    Suggestion,
    SuggestionKind,
)
from segaudit.segments.suggest.drafts import Confirmed, Draft, part_id, words_of
from segaudit.segments.suggest.figures import MEMBERS, detectable, measure
from segaudit.segments.suggest.leaks import another_name
from segaudit.segments.suggest.sample import fetch_sample
from segaudit.segments.suggest.search import Part, find_part, find_too_small, relative_gap
from segaudit.segments.suggest.selectors import selectors
from segaudit.segments.suggest.telling import figure, tested
from segaudit.segments.suggest.work import Work, read_condition

_CARRIED = ("exclude", "missing", "case", "trim")  # of a segment: they decide who is in its parts, too
_TO_FILL = "owner, decision and treatment are for a person to write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was found, and where nothing could be."""

    drafts: tuple[Draft, ...]
    cannot_tell: tuple[CannotTell, ...]
    notes: tuple[str, ...] = ()


def search_splits(work: Work) -> Searched:
    """Search each segment for the part that differs most from its others."""
    outcome, drafts, untold = work.outcome, list[Draft](), list[CannotTell]()
    leaking: dict[str, str] = {}
    if outcome is None:
        return Searched(drafts=(), cannot_tell=())
    for schema in work.judged:
        small: list[str] = []
        features = usable_features(schema, work)
        for segment in schema.segments:
            if segment.suppress or work.circular[schema.id]:
                continue
            draft = _search(schema, segment, features, outcome, work, leaking)
            if isinstance(draft, Draft):
                drafts.append(draft)
            elif draft:
                small.append(draft)
        if small:
            untold.append(
                CannotTell(
                    kind=SuggestionKind.SPLIT, schema=schema.id, reason=f"too small to split: {'; '.join(small)}"
                )
            )
    notes = tuple(f"{name} is left out of the search: {why}" for name, why in leaking.items())
    return Searched(drafts=tuple(drafts), cannot_tell=tuple(untold), notes=notes)


def usable_features(schema: Schema, work: Work) -> list[Feature]:
    """Return what a schema's segments may be parted by: not what another schema parts the records by already."""
    others = {
        name for item in work.judged if item.id != schema.id for segment in item.segments for name in segment.fields
    }
    own = {name for segment in schema.segments for name in segment.fields}
    return [item for item in work.features if item.name in own or item.name not in others]


def _search(  # noqa: PLR0913, PLR0917 - what a search is made of
    schema: Schema, segment: Segment, features: Sequence[Feature], outcome: Outcome, work: Work, leaking: dict[str, str]
) -> Draft | str:
    """Return what was found; a text: why it is too small; an empty one: nothing."""
    member = work.column(schema.id, segment.id)
    limits = work.limits
    sample = fetch_sample(MEMBERS, member, features, outcome, work.engine, most=int(limits.limit("search_rows")))
    needed = 2 * limits.limit("least_members")
    if sample.size * sample.scale < needed:
        known = sample.size * sample.scale
        return f"{segment.id} has {known:,.0f} records whose outcome is known, {needed:,.0f} are needed"
    kept: list[Feature] = []
    for feature in features:
        why = leaking.get(feature.name) or another_name(feature, sample, limits, is_rate=outcome.is_rate)
        if why:
            leaking[feature.name] = why
        else:
            kept.append(feature)
    tried = selectors(kept, sample, limits, work.day)
    part = find_part(sample, tried, limits, is_rate=outcome.is_rate)
    if part is None:
        return _too_small(segment, find_too_small(sample, tried, limits), outcome, work) if outcome.is_rate else ""
    return Draft(
        kind=SuggestionKind.SPLIT,
        schema=schema,
        segment=segment.id,
        part=part.plain,
        rises=part.rises,
        features=tuple(item.feature for item in part.selectors),
    )


def _too_small(segment: Segment, part: Part | None, outcome: Outcome, work: Work) -> str:
    """Return what is to be said of a part that differs and could not be measured; nothing of none."""
    if part is None:
        return ""
    words = words_of(read_condition(part.plain, work), work)
    return (
        f"{segment.id} has a part ({words}) that seems to come to {figure(part.inside, outcome)} where the others "
        f"come to {figure(part.outside, outcome)}, but one of the two would have too few records to show a change of "
        f"{work.limits.limit('detect_relative'):.0%} afterwards"
    )


def judge_split(item: Confirmed, work: Work) -> Suggestion | None:
    """Return a split if the half that was not searched shows it, and it is worth it."""
    outcome, limits, found = work.outcome, work.limits, item.difference
    if outcome is None or found is None or item.p_corrected is None or item.p_corrected > limits.limit("alpha"):
        return None
    if not is_worth_it(item, outcome, work):
        return None
    change = limits.limit("detect_relative")
    told = {"alpha": limits.limit("alpha"), "power": limits.limit("power")}
    smallest = [detectable(counts, **told) for counts in item.whole]
    if outcome.is_rate and any(value is None or value > change for value in smallest):
        return None
    draft = item.draft
    name, words = part_id(draft), words_of(item.condition, work)
    better = (found.difference > 0) is outcome.higher_is_better
    evidence = (
        tested(item, outcome, f"{words}, against the others of {draft.segment}"),
        *_enough(item, smallest, change, outcome),
    )
    return Suggestion(
        kind=SuggestionKind.SPLIT,
        schema=draft.schema.id,
        segments=(draft.segment,),
        title=f"split {draft.segment}: {words}",
        reason=f"their {outcome.name.lower()} is {figure(found.a, outcome)}, that of the others of {draft.segment} "
        f"{figure(found.b, outcome)}: {'better' if better else 'worse'} by more than chance, on records the search "
        f"has not seen",
        evidence=evidence,
        before=(
            measure(draft.schema.id, draft.segment, work.counts[draft.schema.id, draft.segment], work.rows, **told),
        ),
        after=(
            measure(draft.schema.id, name, item.whole[0], work.rows, **told),
            measure(draft.schema.id, draft.segment, item.whole[1], work.rows, **told),
        ),
        change=_change(draft, name, words, work, evidence),
    )


def is_worth_it(item: Confirmed, outcome: Outcome, work: Work) -> bool:
    """Tell whether both halves agree, and the difference is worth a segment, and more than what does not matter."""
    found = item.difference
    if found is None or (found.difference > 0) is not item.draft.rises:
        return False
    least, margin = work.limits.limit("least_difference"), work.limits.limit("margin")
    seen = relative_gap(found.a, found.b) if outcome.is_rate else abs(found.relative)
    nearer = min(abs(found.low), abs(found.high)) if found.low * found.high > 0 else 0.0
    base = min(found.b, 1 - found.b) if outcome.is_rate else abs(found.b)
    return seen >= least and nearer > margin * base


def _enough(item: Confirmed, smallest: Sequence[float | None], change: float, outcome: Outcome) -> tuple[Evidence, ...]:
    sizes = " and ".join(f"{counts.members:,}" for counts in item.whole)
    if not outcome.is_rate:
        return (Evidence(statement=f"the parts have {sizes} records"),)
    told = " and ".join(f"{value:.0%}" for value in smallest if value is not None)
    return (
        Evidence(
            statement=f"the parts have {sizes} records: each can be measured, as two halves of it would show a change "
            f"of its {outcome.name.lower()} by {told}",
            value=max(value for value in smallest if value is not None),
            threshold=change,
        ),
    )


def _change(draft: Draft, name: str, words: str, work: Work, evidence: tuple[Evidence, ...]) -> Replacement:
    schema, segment = draft.schema, draft.schema.segment(draft.segment)
    written = work.written[schema.id, segment.id]
    criteria: Plain = written["criteria"]
    extra: dict[str, Plain] = {key: written[key] for key in _CARRIED if key in written}
    notes = (*(item.statement for item in evidence), _TO_FILL)
    new = ProposedSegment(
        id=name, name=f"{segment.name}: {words}", criteria=_all(criteria, draft.part), notes=notes, extra=extra
    )
    rest = ProposedSegment(id=segment.id, name=segment.name, criteria=criteria)
    if schema.assign is not Assignment.FIRST_MATCH:  # in a waterfall those before it take what is theirs
        rest = replace(rest, criteria=_all(criteria, {"none": [draft.part]}))
    return Replacement(
        schema=schema.id,
        removed=(segment.id,),
        added=(new, rest),
        fields=work.declared([feature.name for feature in draft.features]),
    )


def _all(criteria: Plain, part: Plain) -> Plain:
    """Return both conditions as one."""
    inner = part.get("all") if isinstance(part, dict) else None
    more: list[Plain] = inner if isinstance(inner, list) else [part]
    if isinstance(criteria, dict) and list(criteria) == ["all"] and isinstance(criteria["all"], list):
        return {"all": [*criteria["all"], *more]}
    return {"all": [criteria, *more]}
