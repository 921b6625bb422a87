"""Retire: segments that are not real. Nobody is in them, or so few that nothing they are for can be seen."""

from collections.abc import Iterator

from segaudit.model.segments import Schema, Segment
from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Replacement,
    Suggestion,
    SuggestionKind,
)
from segaudit.segments.suggest.figures import measure
from segaudit.segments.suggest.work import Work

_OWN = ("treatment", "decision", "owner")


def suggest_retirements(work: Work) -> tuple[tuple[Suggestion, ...], tuple[CannotTell, ...]]:
    """Return the segments nothing would be lost with, and those of which that cannot be told."""
    found = [item for schema in work.judged for item in _of_schema(schema, work)]
    suggestions = tuple(item for item in found if isinstance(item, Suggestion))
    return suggestions, tuple(item for item in found if isinstance(item, CannotTell))


def _of_schema(schema: Schema, work: Work) -> Iterator[Suggestion | CannotTell]:
    governance = work.rules.governance
    least = max(governance.smallest_members, governance.smallest_share * work.rows)
    if work.rows < least * len(schema.segments):
        reason = f"{work.rows:,} records are too few for {len(schema.segments)} segments of {least:,.0f} each"
        yield CannotTell(kind=SuggestionKind.RETIRE, schema=schema.id, reason=reason)
        return
    for segment in schema.segments:
        members = work.counts[schema.id, segment.id].members
        if segment.suppress or members >= least:
            continue
        open_for, meeting = work.undecided[schema.id, segment.id]
        if not members and open_for:
            yield _untold(schema, segment, f"nobody is in it, but of {open_for:,} records it cannot be told")
        elif not members:
            yield _suggestion(schema, segment, _empty(meeting), least, work)
        elif open_for > work.rows - open_for:
            yield _untold(schema, segment, f"it has {members:,} members, but of {open_for:,} records it cannot be told")
        elif any(segment.documentation.get(key) for key in _OWN):
            reason = f"{members:,} records are too few to be measured ({least:,.0f} are asked for); it is treated in a "
            yield _untold(schema, segment, f"{reason}way of its own, and whether each is worth that is for you to say")
        else:
            reason = f"{members:,} records are too few to steer by, and nothing is written down that is done for them"
            yield _suggestion(schema, segment, reason, least, work)


def _empty(meeting: int) -> str:
    if meeting:
        return f"nobody is in it: the segments before it take all {meeting:,} records that meet its criteria"
    return "no record meets its criteria"


def _untold(schema: Schema, segment: Segment, reason: str) -> CannotTell:
    return CannotTell(kind=SuggestionKind.RETIRE, schema=schema.id, segment=segment.id, reason=reason)


def _suggestion(schema: Schema, segment: Segment, reason: str, least: float, work: Work) -> Suggestion:
    counts = work.counts[schema.id, segment.id]
    told = {"alpha": work.limits.limit("alpha"), "power": work.limits.limit("power")}
    return Suggestion(
        kind=SuggestionKind.RETIRE,
        schema=schema.id,
        segments=(segment.id,),
        title=f"retire {segment.id}",
        reason=reason,
        evidence=(
            Evidence(
                statement=f"{counts.members:,} of {work.rows:,} records; a segment is asked to have {least:,.0f}",
                value=float(counts.members),
                threshold=float(least),
                rows=work.rows,
            ),
        ),
        before=(measure(schema.id, segment.id, counts, work.rows, **told),),
        change=Replacement(schema=schema.id, removed=(segment.id,), added=()),
    )
