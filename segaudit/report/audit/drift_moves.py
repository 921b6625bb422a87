"""Which records moved from one label to another, as a picture, and the clauses behind the moves."""

from collections.abc import Iterator

from segaudit.model.drift import GONE, NEW, Cause, DriftResult, Move, SchemaDrift
from segaudit.report.audit.data_words import SMALL
from segaudit.report.audit.segment_words import Teller, note, shortened
from segaudit.report.charts import FlowChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Grid, Line, Lines, Span, cell, span

_MOST_MOVES = 15
_MOST_CAUSES = 3
_NOW = {"holds": "holds", "does not hold": "fails", "cannot be told": "open"}


def label_name(tell: Teller, schema: str, label: str) -> str:
    """Return a label as people call it; several segments of a record are named one by one."""
    if label in {NEW, GONE}:
        return tell.words("drift.label.new" if label == NEW else "drift.label.gone")
    if not label:
        return tell.words("drift.label.blank")
    return shortened(" + ".join(tell.segment(schema, name) for name in label.split("; ")), 120)


def move_blocks(tell: Teller, found: DriftResult, item: SchemaDrift) -> Iterator[Block]:
    """Yield the moves of a schema: a Sankey chart, and a table with what is behind each."""
    if found.matched is None:
        return
    words = tell.words
    moved = [move for move in item.moves if move.was != NEW and move.now != GONE]
    if not item.moves:
        yield note(words("drift.moves.none", n=item.staying), Tone.GOOD)
        return
    records = sum(move.records for move in moved)
    yield note(words("drift.moves.lead", n=tell.value(records), stayed=tell.value(item.staying)), Tone.PLAIN)
    forbidden = sum(move.illegal for move in item.moves)
    if forbidden:
        yield note(words("drift.moves.forbidden", n=tell.value(forbidden)), Tone.BAD)
    # Where all of a few moves are hidden there is no picture to draw.
    drawn = [move for move in item.moves if not tell.hides(move.records)][:_MOST_MOVES]
    if drawn:
        yield _flows(tell, item, drawn)
    yield _table(tell, item)
    left = [move for move in item.moves[_MOST_MOVES:] if not move.illegal]
    if left:
        yield note(words("drift.moves.more", n=len(left), records=tell.value(sum(move.records for move in left))))


def _flows(tell: Teller, item: SchemaDrift, drawn: list[Move]) -> FlowChart:
    words = tell.words
    before = list(dict.fromkeys(move.was for move in drawn))
    after = list(dict.fromkeys(move.now for move in drawn))
    most = drawn[0]
    summary = words(
        "drift.moves.summary",
        n=most.records,
        was=label_name(tell, item.schema, most.was),
        now=label_name(tell, item.schema, most.now),
    )
    if tell.redacted:
        summary = f"{summary} {words('segments.redacted', least=SMALL)}"
    return FlowChart(
        title=words("drift.moves.chart", n=len(drawn), all=len(item.moves)),
        summary=summary,
        before=tuple(label_name(tell, item.schema, label) for label in before),
        after=tuple(label_name(tell, item.schema, label) for label in after),
        flows=tuple((before.index(move.was), after.index(move.now), move.records) for move in drawn),
    )


def _table(tell: Teller, item: SchemaDrift) -> Grid:
    words = tell.words
    told = [move for place, move in enumerate(item.moves) if place < _MOST_MOVES or move.illegal]
    known = any(move.causes or move.illegal for move in told)  # a recorded run holds no cells, and so no clauses
    names = ("was", "now", "records", *(("behind",) if known else ()))
    return Grid(
        title=words("drift.moves.title"),
        columns=tuple(words(f"drift.moves.{name}") for name in names),
        rows=tuple(_row(tell, item, move)[: len(names)] for move in told[: 2 * _MOST_MOVES]),
        numeric=frozenset({2}),
        sortable=True,
    )


def _row(tell: Teller, item: SchemaDrift, move: Move) -> tuple[Lines, ...]:
    behind: list[Line] = [_cause(tell, cause) for cause in move.causes[:_MOST_CAUSES]]
    if move.illegal:
        behind.insert(0, span(tell.words("drift.moves.illegal", n=tell.value(move.illegal)), tone=Tone.BAD))
    more = len(move.causes) - _MOST_CAUSES
    if more > 0:
        behind.append(span(tell.words("segments.more", n=more), tone=Tone.QUIET))
    return (
        cell(label_name(tell, item.schema, move.was)),
        cell(label_name(tell, item.schema, move.now)),
        tell.count(move.records, Tone.BAD if move.illegal else Tone.PLAIN),
        tuple(behind) or cell("–"),
    )


def _cause(tell: Teller, cause: Cause) -> Line:
    """Return a clause that is decided otherwise, and for how many only because days went by."""
    words = tell.words
    said = words(f"drift.cause.{_NOW.get(cause.now, 'open')}", n=tell.value(cause.records))
    day = f", {words('drift.cause.day', n=tell.value(cause.by_the_day))}" if cause.by_the_day else ""
    return (tell.evidence(cause.clause), Span(text=f": {said}{day}"))
