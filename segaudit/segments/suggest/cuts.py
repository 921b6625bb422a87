"""Boundaries: where two segments meet on a number, and a cut elsewhere that parts what they come to better."""

from dataclasses import replace

import numpy as np

from segaudit.model.segments import Schema
from segaudit.model.suggestions import Feature, Outcome, ProposedSegment, Replacement, Suggestion, SuggestionKind
from segaudit.segments.suggest.bands import Boundary, boundaries, moved
from segaudit.segments.suggest.cutting import best_cut
from segaudit.segments.suggest.drafts import Confirmed, Draft
from segaudit.segments.suggest.figures import MEMBERS, joined, measure
from segaudit.segments.suggest.sample import Sample, Values, fetch_sample
from segaudit.segments.suggest.search import relative_gap
from segaudit.segments.suggest.selectors import number, round_cut
from segaudit.segments.suggest.splits import is_worth_it
from segaudit.segments.suggest.telling import chance, figure, tested
from segaudit.segments.suggest.work import Work


def search_boundaries(work: Work) -> tuple[tuple[Draft, Boundary], ...]:
    """Search each place where two segments meet on a number for a better one."""
    outcome, found = work.outcome, list[tuple[Draft, Boundary]]()
    if outcome is None:
        return ()
    by_name = {item.name: item for item in work.features}
    for schema in work.judged:
        if work.circular[schema.id]:
            continue
        for boundary in boundaries(schema, work.written, work.rules.fields):
            feature = by_name.get(boundary.field)
            draft = _search(schema, boundary, feature, outcome, work) if feature is not None else None
            if draft is not None:
                found.append((draft, boundary))
    return tuple(found)


def _search(schema: Schema, boundary: Boundary, feature: Feature, outcome: Outcome, work: Work) -> Draft | None:
    limits = work.limits
    members = " OR ".join(work.column(schema.id, name) for name in (boundary.lower, boundary.upper))
    sample = fetch_sample(
        MEMBERS, f"({members})", [feature], outcome, work.engine, most=int(limits.limit("search_rows"))
    )
    values = sample.columns[feature.name]
    cut = _best_cut(values, sample, boundary, work)
    if cut is None:
        return None
    cut = round_cut(cut, values, whole=feature.whole, most=limits.limit("between"))
    down = cut < boundary.cut  # the upper one grows
    between = (values >= min(cut, boundary.cut)) & (values < max(cut, boundary.cut))
    least = max(limits.limit("least_members"), limits.limit("least_share") * sample.size * sample.scale)
    if between.sum() * sample.scale < least or not between.sum():
        return None
    origin = (values < boundary.cut if down else values >= boundary.cut) & ~between
    if not origin.any():
        return None
    return Draft(
        kind=SuggestionKind.BOUNDARY,
        rises=bool(sample.outcome[between].mean() > sample.outcome[origin].mean()),
        schema=schema,
        segment=boundary.lower if down else boundary.upper,
        part={boundary.field: {"gte" if down else "lt": number(cut)}, "missing": "exclude"},
        features=(feature,),
        destination=boundary.upper if down else boundary.lower,
        cut=cut,
        was=boundary.cut,
    )


def _best_cut(values: Values, sample: Sample, boundary: Boundary, work: Work) -> float | None:
    """Return the cut with the largest difference of the outcome in standard errors; None if it is the one there is."""
    known = ~np.isnan(values)
    inside = known & (values >= (boundary.least if boundary.least is not None else -np.inf))
    inside &= values < (boundary.most if boundary.most is not None else np.inf)
    order = np.argsort(values[inside], kind="stable")
    x, y = values[inside][order], sample.outcome[inside][order]
    least = max(work.limits.limit("least_members") / sample.scale, work.limits.limit("least_share") * len(x))
    found = best_cut(x, y, least)
    if found is None:
        return None
    below, above = float(x[found.place - 1]), float(x[found.place])
    return (below + above) / 2 if not below < boundary.cut <= above else None


def judge_boundary(item: Confirmed, boundary: Boundary, work: Work) -> Suggestion | None:
    """Return a better boundary if those between the two come to what the other segment comes to."""
    outcome, limits, found, draft = work.outcome, work.limits, item.difference, item.draft
    if outcome is None or found is None or item.p_corrected is None or item.other is None or draft.cut is None:
        return None
    if item.p_corrected > limits.limit("alpha") or not is_worth_it(item, outcome, work):
        return None
    if not _belongs(item, outcome):
        return None
    told = {"alpha": limits.limit("alpha"), "power": limits.limit("power")}
    schema = draft.schema
    both = (boundary.lower, boundary.upper)
    there_now = work.counts[schema.id, draft.destination]
    there = figure(item.other.value or 0.0, outcome)
    near = tested(item, outcome, f"those of {draft.segment} between the two cuts, against its others")
    if item.to_other is not None:
        near = replace(
            near,
            statement=f"{near.statement}; {draft.destination} has {there}, from which they are not further "
            f"({chance(item.to_other.p)})",
        )
    field = work.rules.fields[boundary.field]
    whole = field.type.value == "int"
    was, now = number(boundary.cut), number(draft.cut)
    return Suggestion(
        kind=SuggestionKind.BOUNDARY,
        schema=schema.id,
        segments=both,
        title=f"let {boundary.upper} begin at {boundary.field.replace('_', ' ')} {now}, not at {was}",
        reason=f"the {item.whole[0].members:,} records between come to {figure(found.a, outcome)}, as "
        f"{draft.destination} does ({there}), and not to the {figure(found.b, outcome)} of the others of "
        f"{draft.segment}",
        evidence=(near,),
        before=tuple(measure(schema.id, name, work.counts[schema.id, name], work.rows, **told) for name in both),
        after=(
            measure(schema.id, draft.segment, item.whole[1], work.rows, **told),
            measure(schema.id, draft.destination, joined(there_now, item.whole[0]), work.rows, **told),
        ),
        change=_change(schema, boundary, draft.cut, near.statement, work, whole=whole),
    )


def _belongs(item: Confirmed, outcome: Outcome) -> bool:
    """Tell whether those between are closer to the segment they would go to than to the one they are in."""
    part, others = item.held_out
    if item.other is None or part.value is None or others.value is None or item.other.value is None:
        return False
    if outcome.is_rate:
        return relative_gap(part.value, item.other.value) < relative_gap(part.value, others.value)
    return abs(part.value - item.other.value) < abs(part.value - others.value)


def _change(  # noqa: PLR0913 - what it is made of
    schema: Schema, boundary: Boundary, cut: float, why: str, work: Work, *, whole: bool
) -> Replacement:
    """Return the segments with the cut moved, as their file has them otherwise."""
    criteria = {name: work.written[schema.id, name]["criteria"] for name in (boundary.lower, boundary.upper)}
    for name, band, end in boundary.edits:
        criteria[name] = moved(criteria[name], band, end, cut, whole=whole)
    touched = list(dict.fromkeys(name for name, *_ in boundary.edits))
    return Replacement(
        schema=schema.id,
        removed=tuple(touched),
        added=tuple(
            ProposedSegment(id=name, name=schema.segment(name).name, criteria=criteria[name], notes=(why,))
            for name in touched
        ),
    )
