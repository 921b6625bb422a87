"""What has changed since the last recorded run: sizes, moves and what is behind them, columns, what is overdue."""

from collections.abc import Iterator
from pathlib import Path

from segaudit.model.audit import AuditResult
from segaudit.model.drift import DriftResult, SchemaDrift, Side
from segaudit.model.history import Overdue
from segaudit.report.audit.drift_columns import column_section
from segaudit.report.audit.drift_moves import label_name, move_blocks
from segaudit.report.audit.segment_words import MINUS, MOST_SCHEMAS, Teller, note, shortened, unassessed
from segaudit.report.charts import TrendChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Form, Grid, Lines, Para, Section, amount, cell, span
from segaudit.report.words import Words

ANCHOR = "drift"
_NO_RUN = "no earlier run is recorded"  # what is then noted as not assessed
_MOST_SIZES = 40  # labels of a schema
_MOST_LINES = 8
_MOST_POINTS = 12
_MOST_OVERDUE = 30


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what has changed since the last recorded run; None where there are no segments."""
    if result.segments is None:
        return None
    title = words("drift.title")
    found = result.segments.drift
    if found is None:
        return _nothing(result, words, title)
    tell = Teller.about(result.segments, words, redacted=result.redacted)
    blocks: list[Block] = [*_lead(tell, found), *_overdue(tell, found.overdue)]
    blocks += [_schema(tell, found, item) for item in found.schemas[:MOST_SCHEMAS]]
    if len(found.schemas) > MOST_SCHEMAS:
        blocks.append(note(words("drift.more_schemas", n=len(found.schemas) - MOST_SCHEMAS)))
    blocks += column_section(tell, found)
    return Section(title=title, anchor=ANCHOR, level=2, blocks=tuple(blocks))


def _nothing(result: AuditResult, words: Words, title: str) -> Section:
    """Return why nothing is known: as a rule, there is no run to compare with."""
    failed = any(item.part == "drift" and item.reason != _NO_RUN for item in result.not_assessed)
    told = unassessed(result, words, "drift", title=title, anchor=ANCHOR) if failed else None
    first = note(words("drift.first"), Tone.PLAIN)
    return told or Section(title=title, anchor=ANCHOR, level=2, blocks=(first,))


def _lead(tell: Teller, found: DriftResult) -> Iterator[Block]:
    words, matched = tell.words, found.matched
    shifted = sum(item.mix is not None and item.mix.is_shift for item in found.schemas)
    items = [(words.number(found.new.rows), words("drift.figure.now", rows=found.new.rows))]
    items.append((words.number(found.old.rows), words("drift.figure.before", rows=found.old.rows)))
    if matched is not None:
        items.append((tell.number(matched.new), words("drift.figure.new", n=matched.new)))
        items.append((tell.number(matched.gone), words("drift.figure.gone", n=matched.gone)))
    yield Figures(items=tuple(items))
    told = words("drift.sides", old=_side(words, found.old), new=_side(words, found.new))
    yield note(told, Tone.PLAIN)
    name = "drift.shifted" if shifted else "drift.steady"
    yield note(words(name, n=shifted, all=len(found.schemas)), Tone.WARN if shifted else Tone.GOOD)
    if matched is None:
        yield note(words("drift.not_followed"), Tone.WARN)
    elif matched.unclear:
        yield note(words("drift.unclear", n=tell.value(matched.unclear), key=shortened(matched.key, 80)))
    for text in found.notes:
        yield Para(line=(tell.evidence(text),), tone=Tone.QUIET)


def _side(words: Words, side: Side) -> str:
    name = words("drift.run", run=str(side.run)) if side.run is not None else shortened(Path(side.name).name, 80)
    return words("drift.side", name=name, day=words.day(side.as_of)) if side.as_of is not None else name


def _overdue(tell: Teller, overdue: tuple[Overdue, ...]) -> Iterator[Block]:
    """Yield which segments are worked out less often than their rules ask."""
    if not overdue:
        return
    words = tell.words
    names = ("where", "refresh", "last", "late")
    rows = tuple(
        (
            cell(_where(tell, item.where)),
            ((tell.evidence(item.refresh),),),
            cell(words.day(item.last_on)),
            amount(words.number(item.late), item.late, tone=Tone.WARN),
        )
        for item in overdue[:_MOST_OVERDUE]
    )
    grid = Grid(
        title=words("drift.overdue.title"),
        columns=tuple(words(f"drift.overdue.{name}") for name in names),
        rows=rows,
        numeric=frozenset({3}),
        sortable=True,
    )
    yield note(words("drift.overdue.lead", n=len(overdue)), Tone.WARN)
    yield grid


def _where(tell: Teller, where: str) -> str:
    schema, _, segment = where.partition(".")
    try:
        name = tell.schema(schema)
    except KeyError:
        return shortened(where, 80)
    return f"{name}: {tell.segment(schema, segment)}" if segment else name


def _schema(tell: Teller, found: DriftResult, item: SchemaDrift) -> Section:
    words = tell.words
    changed = any(size.old != size.new for size in item.sizes)
    blocks: list[Block] = [_mix(words, item)]
    if changed:
        blocks.append(_sizes(tell, found, item))
    blocks += [*_trend(tell, item), *move_blocks(tell, found, item), *_flapping(tell, item)]
    return Section(title=_where(tell, item.schema), anchor=f"{ANCHOR}-{item.schema}", level=3, blocks=tuple(blocks))


def _mix(words: Words, item: SchemaDrift) -> Para:
    if item.mix is None:
        return note(words("drift.mix.unknown"))
    index, limit = words.decimal(item.mix.index, 3), words.decimal(item.mix.limit, 3)
    name = "drift.mix.shift" if item.mix.is_shift else "drift.mix.steady"
    return note(words(name, index=index, limit=limit), Tone.WARN if item.mix.is_shift else Tone.GOOD)


def _sizes(tell: Teller, found: DriftResult, item: SchemaDrift) -> Grid:
    words = tell.words
    names = ("label", "before", "now", "change", "share_before", "share_now")
    rows: list[tuple[Lines, ...]] = []
    for size in item.sizes[:_MOST_SIZES]:
        few = tell.hides(size.old) or tell.hides(size.new)
        rows.append(
            (
                label_cell(tell, item.schema, size.label, is_segment=size.is_segment),
                tell.count(size.old),
                tell.count(size.new),
                cell("–") if few else _change(words, size.new - size.old),
                tell.share_cell(size.old, found.old.rows),
                tell.share_cell(size.new, found.new.rows),
            )
        )
    return Grid(
        title=words("drift.sizes.title"),
        columns=tuple(words(f"drift.sizes.{name}") for name in names),
        rows=tuple(rows),
        numeric=frozenset(range(1, len(names))),
        sortable=True,
    )


def label_cell(tell: Teller, schema: str, label: str, *, is_segment: bool) -> Lines:
    """Return a label as a cell; what is no segment is quiet."""
    if is_segment:
        return tell.segment_cell(schema, label)
    return cell(label_name(tell, schema, label), tone=Tone.QUIET)


def _change(words: Words, change: int) -> Lines:
    said = "0" if not change else f"{'+' if change > 0 else MINUS}{words.number(abs(change))}"
    return amount(said, change, Form.COUNT)


def _trend(tell: Teller, item: SchemaDrift) -> Iterator[Block]:
    """Yield the sizes over the recorded runs, where there are several."""
    history = tell.segments.history
    if history is None or len(history.shown) < 2:  # noqa: PLR2004 - one run is no trend
        return
    words, last = tell.words, min(len(history.shown), _MOST_POINTS)
    sizes = [size for size in history.sizes if size.schema == item.schema and size.kind == "segment"]
    sizes.sort(key=lambda size: -max((records or 0) for records in size.records))
    lines = tuple(
        (
            tell.segment(item.schema, size.label),
            tuple(
                None if records is None or tell.hides(records) else float(records) for records in size.records[-last:]
            ),
        )
        for size in sizes[:_MOST_LINES]
    )
    if lines:
        days = {run.number: run.as_of for run in history.runs}
        points = tuple(words.day(days[number]) for number in history.shown[-last:])
        summary = words("drift.trend.summary", n=last, first=points[0], last=points[-1])
        title = words("drift.trend.title", schema=_where(tell, item.schema))
        yield TrendChart(title=title, summary=summary, points=points, lines=lines)


def _flapping(tell: Teller, item: SchemaDrift) -> Iterator[Block]:
    """Yield how many records go to and fro, with a few of them by their id."""
    found, words = item.flapping, tell.words
    if found is None or not found.records:
        return
    said = words("drift.flapping", n=tell.value(found.records), all=found.followed, runs=found.runs)
    yield Para(line=span(said), tone=Tone.WARN)
    if tell.redacted or not found.examples:
        return
    rows = tuple(
        (cell(key), cell(" → ".join(label_name(tell, item.schema, label) for label in labels)))
        for key, labels in found.examples[:5]
    )
    yield Grid(
        title=words("drift.flapping.title"),
        columns=(words("drift.flapping.record"), words("drift.flapping.labels")),
        rows=rows,
    )
