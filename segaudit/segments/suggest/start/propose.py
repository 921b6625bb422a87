"""The way in: a whole starting segmentation for a database that has none."""

from collections.abc import Callable, Sequence

from segaudit.model.suggestions import CannotTell, Plain, StartProposal, SuggestionKind
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.by_fit import by_fit
from segaudit.segments.suggest.start.by_outcome import by_outcome
from segaudit.segments.suggest.start.by_purchases import by_purchases
from segaudit.segments.suggest.start.by_structure import by_structure
from segaudit.segments.suggest.start.drafts import Draft
from segaudit.segments.suggest.start.frame import Frame, fetch_frame

_WAYS: Sequence[Callable[[StartRequest, Frame], Draft | CannotTell]] = (by_outcome, by_purchases, by_fit)


def propose_start(request: StartRequest) -> StartProposal | CannotTell:
    """Propose a starting segmentation: by the outcome, by purchases, by what won accounts have in common.

    Each answers a question of its own, so each that can be told is a schema. Where none of them places most records,
    these are also parted by what is known of them.

    Args:
        request: The records, and what may be made of them.

    Returns:
        The schemas, best first, with what they read; or why nothing can be proposed.
    """
    most = int(request.rules.limit("start_confirm_rows"))
    frame = fetch_frame(request, request.features, most)
    tried = [way(request, frame) for way in _WAYS]
    drafts = [item for item in tried if isinstance(item, Draft)]
    lacking = [item for item in tried if isinstance(item, CannotTell)]
    if all(draft.placed < request.rules.limit("start_least_coverage") for draft in drafts):
        last = by_structure(request, frame)
        if isinstance(last, Draft):
            drafts.append(last)
        else:
            lacking.append(last)
    if not drafts:
        reasons = "; ".join(f"{item.schema}: {item.reason}" for item in lacking)
        return CannotTell(kind=SuggestionKind.START, reason=reasons)
    return _together(drafts, lacking, _sample_note(frame))


def _together(drafts: Sequence[Draft], lacking: Sequence[CannotTell], notes: Sequence[str]) -> StartProposal:
    fields = {name: declared for draft in drafts for name, declared in draft.fields.items() if declared}
    scores: dict[str, Plain] = {name: score for draft in drafts for name, score in draft.scores.items()}
    return StartProposal(
        schemas=tuple(draft.schema for draft in drafts),
        approach=" + ".join(draft.approach for draft in drafts),
        fields=fields,
        scores=scores,
        notes=(*notes, *(note for draft in drafts for note in draft.notes)),
        cannot_tell=tuple(lacking),
        needs=tuple(dict.fromkeys(kind for draft in drafts for kind in draft.needs)),
    )


def _sample_note(frame: Frame) -> tuple[str, ...]:
    if frame.rows >= frame.of_rows:
        return ()
    return (f"worked out from {frame.rows:,} of {frame.of_rows:,} records, a sample that repeats",)
