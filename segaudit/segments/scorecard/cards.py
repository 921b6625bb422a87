"""Every question put to every segment, and what the answers come to."""

from collections.abc import Callable, Mapping, Sequence

from segaudit.model.scorecard import QUESTIONS, Answer, Mark, SegmentCard
from segaudit.segments.scorecard.four import ask_able, ask_data, ask_measurable, ask_reachable
from segaudit.segments.scorecard.shares import Asked, Facts
from segaudit.segments.scorecard.upkeep import (
    ask_assets,
    ask_cadence,
    ask_fresh,
    ask_in_sync,
    ask_owner,
    ask_placeable,
    ask_treatment,
)

_WHOLE = 100
_JUDGES: Mapping[str, Callable[[Asked], Mark]] = {
    "measurable": ask_measurable,
    "able_to_buy": ask_able,
    "reachable": ask_reachable,
    "enough_data": ask_data,
    "placeable": ask_placeable,
    "fresh": ask_fresh,
    "owner": ask_owner,
    "cadence": ask_cadence,
    "treatment": ask_treatment,
    "assets": ask_assets,
    "in_sync": ask_in_sync,
}


def make_cards(facts: Facts) -> tuple[SegmentCard, ...]:
    """Return a card for each segment, in the rules' order."""
    cards = []
    for schema, segment in facts.rules.segments():
        asked = Asked(schema=schema, segment=segment, facts=facts)
        marks = tuple(_JUDGES[question](asked) for question in QUESTIONS)
        cards.append(
            SegmentCard(
                schema=schema.id,
                segment=segment.id,
                name=segment.name,
                members=asked.measured.members,
                undecided=asked.measured.undecided,
                marks=marks,
                score=score_of(marks, facts.standards.points),
            )
        )
    return tuple(cards)


def score_of(marks: Sequence[Mark], points: Mapping[str, float]) -> tuple[float, float]:
    """Return the points of 100 that are sure, and those that are possible; what is not asked does not count."""
    asked = [mark for mark in marks if mark.answer is not Answer.NOT_ASKED]
    most = sum(points.get(mark.question, 0.0) for mark in asked)
    if not most:
        return 0.0, 0.0
    sure = sum(points.get(mark.question, 0.0) for mark in asked if mark.answer is Answer.YES)
    may = sum(points.get(mark.question, 0.0) for mark in asked if mark.answer is Answer.OPEN)
    return _WHOLE * sure / most, _WHOLE * (sure + may) / most
