"""The scorecard on paper: each segment at a glance, what stands in the way, and the limits it was held against."""

from typing import Any

from segaudit.model.scorecard import MAIN, QUESTIONS, Answer, Light, Mark, ScorecardResult, SegmentCard
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.report.sources import reading_texts, source_json, source_line

_TITLES = {
    "measurable": "Measurable",
    "able_to_buy": "Able to buy",
    "reachable": "Reachable",
    "enough_data": "Enough data",
    "placeable": "Placeable",
    "fresh": "Fresh",
    "owner": "Owner",
    "cadence": "Cadence",
    "treatment": "Treatment",
    "assets": "Assets",
    "in_sync": "CRM list",
}
_TONES = {Answer.YES: Tone.GOOD, Answer.NO: Tone.BAD, Answer.OPEN: Tone.WARN, Answer.NOT_ASKED: Tone.QUIET}
_LIGHT_TONES = {Light.GREEN: Tone.GOOD, Light.YELLOW: Tone.WARN, Light.RED: Tone.BAD}
_OTHERS = tuple(question for question in QUESTIONS if question not in MAIN)
_LONGEST = 600


def scorecard_document(result: ScorecardResult) -> Document:
    """Return the scorecard as people read it."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Scorecard of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        *_absent(result),
        _summary(result),
        Text(
            text="Light: red if one of the four questions is a no, green if all that was asked is a yes, else yellow. "
            "Score: points of 100 that are sure, and with what can't be told.",
            tone=Tone.QUIET,
        ),
    ]
    for schema in result.rules.schemas:
        cards = [card for card in result.cards if card.schema == schema.id]
        blocks += [Heading(text=f"{schema.id}: what is no yes, and why"), _evidence(cards)]
    return Document(
        blocks=(*blocks, Heading(text=f"Limits, from {shown(result.standards.file, longest=200)}"), _limits(result))
    )


def _absent(result: ScorecardResult) -> list[Text]:
    if not result.absent_fields:
        return []
    names = ", ".join(result.absent_fields)
    return [Text(text=f"No column provides: {names}. Every record counts as blank there.", tone=Tone.WARN)]


def _summary(result: ScorecardResult) -> Table:
    columns = (
        Column(title="Segment"),
        Column(title="Light"),
        Column(title="Score", numeric=True),
        *(Column(title=_TITLES[question]) for question in MAIN),
        Column(title="Members", numeric=True, optional=True),
        Column(title="The other questions", optional=True),
    )
    rows = tuple(
        cells(
            [
                f"{card.schema}.{card.segment}",
                Cell(_light_words(card), _LIGHT_TONES[card.light]),
                _score_words(card),
                *(_answer(card.mark(question)) for question in MAIN),
                f"{card.members:,}",
                _counted(card),
            ]
        )
        for card in result.cards
    )
    return Table(columns=columns, rows=rows)


def _light_words(card: SegmentCard) -> str:
    """Return the light with how many answers it hides: ``yellow, 3?``."""
    left = card.count(Answer.OPEN)
    return f"{card.light}, {left}?" if left else card.light.value


def _score_words(card: SegmentCard) -> str:
    low, high = card.score
    return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f}-{high:.0f}"


def _answer(mark: Mark) -> Cell:
    return Cell(mark.answer.value, _TONES[mark.answer])


def _counted(card: SegmentCard) -> str:
    by_answer: dict[str, list[str]] = {}
    for question in _OTHERS:
        by_answer.setdefault(card.mark(question).answer.value, []).append(_TITLES[question])
    return "; ".join(
        f"{answer}: {', '.join(by_answer[answer])}"
        for answer in (Answer.NO.value, Answer.OPEN.value)
        if answer in by_answer
    )


def _evidence(cards: list[SegmentCard]) -> Table:
    rows = tuple(
        cells([card.segment, _TITLES[mark.question], _answer(mark), shown(mark.evidence, longest=_LONGEST)])
        for card in cards
        for mark in card.marks
        if mark.answer in {Answer.NO, Answer.OPEN}
    )
    titles = ("Segment", "Question", "Answer", "Because")
    return Table(columns=tuple(Column(title=title) for title in titles), rows=rows)


def _limits(result: ScorecardResult) -> Table:
    rows = tuple(
        cells([limit.name, f"{limit.value:,g}", shown(limit.means, longest=200)])
        for limit in result.standards.limits.values()
    )
    return Table(columns=(Column(title="Limit"), Column(title="Is", numeric=True), Column(title="Means")), rows=rows)


def scorecard_rows(result: ScorecardResult) -> Document:
    """Return the scorecard as one table with a column for each question, for a spreadsheet."""
    columns = ("schema", "segment", "members", "undecided", "light", "score_sure", "score_possible", *QUESTIONS)
    rows = tuple(
        cells(
            [
                card.schema,
                card.segment,
                str(card.members),
                str(card.undecided),
                card.light.value,
                f"{card.score[0]:.1f}",
                f"{card.score[1]:.1f}",
                *(mark.answer.value for mark in card.marks),
            ]
        )
        for card in result.cards
    )
    return Document(blocks=(Table(columns=tuple(Column(title=title) for title in columns), rows=rows),))


def scorecard_json(result: ScorecardResult) -> dict[str, Any]:
    """Return the scorecard as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "scorecard",
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        "assets": result.assets,
        "limits": [
            {"name": limit.name, "value": limit.value, "means": limit.means}
            for limit in result.standards.limits.values()
        ],
        "segments": [_card_json(card) for card in result.cards],
    }


def _card_json(card: SegmentCard) -> dict[str, Any]:
    return {
        "schema": card.schema,
        "id": card.segment,
        "name": card.name,
        "members": card.members,
        "undecided": card.undecided,
        "light": card.light.value,
        "score": {"sure": round(card.score[0], 1), "possible": round(card.score[1], 1)},
        "answers": {answer.value: card.count(answer) for answer in Answer},
        "questions": [
            {
                "question": mark.question,
                "answer": mark.answer.value,
                "evidence": mark.evidence,
                "values": dict(mark.values),
                "limits": list(mark.limits),
            }
            for mark in card.marks
        ],
    }
