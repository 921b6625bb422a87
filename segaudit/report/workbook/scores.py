"""Marks as a table: what each part got, what it weighs, and whether it went up."""

from segaudit.report.document import Tone
from segaudit.report.page import Form, Grid, Lines, Score, Scores, Span, amount, cell
from segaudit.report.words import Words
from segaudit.report.workbook.parts import Table

_FULL = 100.0
_GOOD, _FAIR = 80.0, 60.0


def scores_table(scores: Scores, words: Words) -> Table:
    """Return marks as a table, the whole last; columns nobody has anything in are left out."""
    all_scores = (*scores.items, scores.total)
    before = any(score.before is not None for score in all_scores)
    notes = any(score.note for score in all_scores)
    columns = (
        words("workbook.score_part"),
        words("workbook.score"),
        *((words("workbook.score_before"), words("workbook.score_change")) if before else ()),
        words("workbook.score_weight"),
        *((words("workbook.score_note"),) if notes else ()),
    )
    rows = tuple(_row(score, words, before=before, notes=notes, whole=score is scores.total) for score in all_scores)
    numeric = frozenset(range(1, len(columns) - (1 if notes else 0)))
    grid = Grid(title=scores.title, columns=columns, rows=rows, numeric=numeric)
    arrows = frozenset((3,)) if before else frozenset[int]()
    return Table(grid=grid, name=scores.title, bars={1: _FULL}, share_bars=False, arrows=arrows)


def score_tone(value: float | None) -> Tone:
    """Return how a mark looks."""
    if value is None:
        return Tone.QUIET
    return Tone.GOOD if value >= _GOOD else Tone.WARN if value >= _FAIR else Tone.BAD


def _row(score: Score, words: Words, *, before: bool, notes: bool, whole: bool) -> tuple[Lines, ...]:
    none = cell(words("workbook.not_judged"), tone=Tone.QUIET)
    value = _mark(words, score.value, score_tone(score.value)) if score.value is not None else none
    then = _mark(words, score.before) if score.before is not None else cell("–")
    change = _mark(words, score.value - score.before) if None not in (score.value, score.before) else cell("–")  # type: ignore[operator]
    name: Lines = ((Span(text=score.name, to=score.to, strong=whole),),)
    weight = amount(words.share(score.weight), score.weight, Form.SHARE)
    return (name, value, *((then, change) if before else ()), weight, *((cell(score.note),) if notes else ()))


def _mark(words: Words, value: float, tone: Tone = Tone.PLAIN) -> Lines:
    return amount(words.number(value), float(round(value)), Form.COUNT, tone=tone)
