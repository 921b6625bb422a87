"""The scorecard of the segments: each at a glance, a matrix of all questions, and what stands behind the answers."""

from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditResult
from segaudit.model.scorecard import MAIN, QUESTIONS, Answer, Light, Mark, ScorecardResult, SegmentCard
from segaudit.report.audit.segment_words import MOST_SCHEMAS, Teller, note
from segaudit.report.document import Tone
from segaudit.report.page import Block, Facts, Figures, Fold, Form, Grid, Lines, Section, amount, cell
from segaudit.report.words import Words

ANCHOR = "segment-scores"
_LIGHTS = {Light.GREEN: Tone.GOOD, Light.YELLOW: Tone.WARN, Light.RED: Tone.BAD}
_ANSWERS = {Answer.YES: Tone.GOOD, Answer.NO: Tone.BAD, Answer.OPEN: Tone.WARN, Answer.NOT_ASKED: Tone.QUIET}
_NAMES = {Answer.YES: "yes", Answer.NO: "no", Answer.OPEN: "open", Answer.NOT_ASKED: "not_asked"}
_OTHERS = tuple(question for question in QUESTIONS if question not in MAIN)
_MOST_CARDS = 120
_MOST_REASONS = 60  # of a schema


def section(result: AuditResult, words: Words) -> Section | None:
    """Return whether each segment is any good; None where there are none."""
    if result.segments is None or not result.segments.scorecard.cards:
        return None
    tell = Teller.about(result.segments, words, redacted=result.redacted)
    found = result.segments.scorecard
    blocks: list[Block] = [
        _lights(words, found),
        note(words("segment_scores.lead"), Tone.PLAIN),
        _questions(words),
        *(note(words("segment_scores.note", text=text)) for text in found.notes),
        _matrix(tell, found.cards, MAIN, "segment_scores.main"),
        Fold(
            title=words("segment_scores.others"),
            blocks=(_matrix(tell, found.cards, _OTHERS, "segment_scores.others"),),
        ),
    ]
    if len(found.cards) > _MOST_CARDS:
        blocks.append(note(words("segment_scores.more", n=len(found.cards) - _MOST_CARDS)))
    blocks += _reasons(tell, found)
    blocks.append(_limits(tell, found))
    return Section(title=words("segment_scores.title"), anchor=ANCHOR, level=2, blocks=tuple(blocks))


def question_name(words: Words, question: str) -> str:
    """Return what a question is called; one that came later by its id."""
    known = f"segment_scores.question.{question}"
    return words(known) if words.has(known) else question


def _lights(words: Words, found: ScorecardResult) -> Figures:
    lights = [card.light for card in found.cards]
    return Figures(
        items=tuple(
            (words.number(lights.count(light)), words(f"segment_scores.figure.{light.value}", n=lights.count(light)))
            for light in (Light.GREEN, Light.YELLOW, Light.RED)
        )
    )


def _questions(words: Words) -> Fold:
    """Return what is asked, in a sentence each."""
    rows = tuple(
        (question_name(words, question), cell(words(f"segment_scores.asks.{question}"))) for question in QUESTIONS
    )
    return Fold(title=words("segment_scores.questions"), blocks=(Facts(rows=rows),))


def _matrix(tell: Teller, cards: Sequence[SegmentCard], questions: Sequence[str], name: str) -> Grid:
    """Return the answers of each segment to some questions, the worst lights standing where their segment does."""
    words, with_light = tell.words, questions is MAIN
    titles = [words("segment_scores.segment"), words("segment_scores.schema")]
    titles += [words("segment_scores.light"), words("segment_scores.points")] if with_light else []
    titles += [question_name(words, question) for question in questions]
    return Grid(
        title=words(name),
        columns=tuple(titles),
        rows=tuple(_card(tell, card, questions, with_light=with_light) for card in cards[:_MOST_CARDS]),
        numeric=frozenset({3}) if with_light else frozenset(),
        sortable=True,
    )


def _card(tell: Teller, card: SegmentCard, questions: Sequence[str], *, with_light: bool) -> tuple[Lines, ...]:
    words = tell.words
    light = cell(f"● {words(f'segment_scores.light.{card.light.value}')}", tone=_LIGHTS[card.light])
    return (
        tell.segment_cell(card.schema, card.segment),
        cell(tell.schema(card.schema)),
        *((light, amount(_points(words, card), card.score[0], Form.AMOUNT)) if with_light else ()),
        *(_answer(words, card.mark(question)) for question in questions),
    )


def _points(words: Words, card: SegmentCard) -> str:
    low, high = (words.number(end) for end in card.score)
    return low if low == high else f"{low}–{high}"


def _answer(words: Words, mark: Mark) -> Lines:
    return cell(words(f"segment_scores.answer.{_NAMES[mark.answer]}"), tone=_ANSWERS[mark.answer])


def _reasons(tell: Teller, found: ScorecardResult) -> Iterator[Block]:
    """Yield for each schema why an answer is no yes."""
    words = tell.words
    schemas = [schema.id for schema in tell.segments.docs.rules.schemas]
    for schema in schemas[:MOST_SCHEMAS]:
        rows = [
            _reason(tell, card, mark)
            for card in found.cards
            if card.schema == schema
            for mark in card.marks
            if mark.answer in {Answer.NO, Answer.OPEN}
        ]
        if not rows:
            continue
        # Evidence is the same for many segments of a schema: what is not shown says little that is new.
        grid = Grid(
            title=words("segment_scores.reasons", schema=tell.schema(schema)),
            columns=tuple(words(f"segment_scores.reason.{name}") for name in ("segment", "question", "answer", "why")),
            rows=tuple(rows[:_MOST_REASONS]),
        )
        left = len(rows) - _MOST_REASONS
        more = (note(words("segment_scores.more_reasons", n=left)),) if left > 0 else ()
        yield Fold(title=words("segment_scores.reasons", schema=tell.schema(schema)), blocks=(grid, *more))


def _reason(tell: Teller, card: SegmentCard, mark: Mark) -> tuple[Lines, ...]:
    return (
        tell.segment_cell(card.schema, card.segment),
        cell(question_name(tell.words, mark.question)),
        _answer(tell.words, mark),
        ((tell.evidence(mark.evidence),),),
    )


def _limits(tell: Teller, found: ScorecardResult) -> Fold:
    words = tell.words
    grid = Grid(
        title=words("segment_scores.limits"),
        columns=tuple(words(f"segment_scores.limit.{name}") for name in ("name", "value", "means")),
        rows=tuple(
            (
                cell(limit.name),
                amount(words.decimal(limit.value, _places(limit.value)), limit.value, Form.AMOUNT),
                ((tell.evidence(limit.means),),),
            )
            for limit in found.standards.limits.values()
        ),
        numeric=frozenset({1}),
    )
    return Fold(title=words("segment_scores.limits"), blocks=(note(words("segment_scores.limits_lead")), grid))


def _places(value: float) -> int:
    return 0 if value == round(value) else 2
