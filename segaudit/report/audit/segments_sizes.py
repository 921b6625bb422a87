"""How large the segments of a schema are, what they would have to be, and which records are in none of them."""

import re
from collections.abc import Iterator

from segaudit.model.decisions import SchemaCounts, SegmentCounts, SegmentPower, Unplaced
from segaudit.model.segments import Schema
from segaudit.report.audit.segment_words import Teller, field_list
from segaudit.report.charts import Bar, BarChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Grid, Lines, Para, Span, amount, cell
from segaudit.report.words import Words
from segaudit.segments.wording_values import field_words

_MOST_BARS = 25
_MOST_ROWS = 40
_MOST_REASONS = 6
_MOST_FIELDS = 3
_ARMS = 2  # half of the members get something new, the other half does not
_SMALL_RATE = 0.1  # below it a decimal matters
_MANY = 0.1  # share of records without a segment from which it is a warning
_CANNOT_TELL = "cannot tell: "
_DOUBT = re.compile(r"(\w+) (is missing|is a placeholder|cannot be read|does not decide it)")
_DOUBTS = {
    "is missing": "missing",
    "is a placeholder": "placeholder",
    "cannot be read": "unreadable",
    "does not decide it": "open",
}


def size_blocks(tell: Teller, schema: Schema, counted: SchemaCounts) -> Iterator[Block]:
    """Yield the sizes as a chart, and as a table with what each segment is measured by."""
    powers = {item.segment: item for item in tell.segments.overlap.powers if item.schema == schema.id}
    if counted.segments:
        yield _chart(tell, counted, powers)
        grid = _table(tell, counted, powers)
        yield Fold(title=tell.words("segments.sizes.fold"), blocks=(grid, *_explained(tell.words, powers)))


def size_needed(power: SegmentPower | None) -> int | None:
    """Return the members a segment needs for its change to show; None if it does not say, or no size would do."""
    return None if power is None or power.arm_needed is None else _ARMS * power.arm_needed


def _chart(tell: Teller, counted: SchemaCounts, powers: dict[str, SegmentPower]) -> BarChart:
    words, rows = tell.words, tell.segments.overlap.source.rows
    items = sorted(counted.segments, key=lambda item: -item.members)[:_MOST_BARS]
    items = [item for item in counted.segments if item in items]  # in the rules' order, as everywhere
    needed = [size_needed(powers.get(item.segment)) for item in items]
    bars = tuple(
        Bar(
            label=tell.segment(item.schema, item.segment),
            values=(tell.drawn(item.members),),
            said=_said(tell, item, powers.get(item.segment), rows),
            tone=_tone(item, powers.get(item.segment)),
            to=tell.card(item.schema, item.segment),
        )
        for item in items
    )
    return BarChart(
        title=words("segments.sizes.chart", schema=tell.schema(counted.schema)),
        summary=_summary(tell, counted, powers),
        series=(words("segments.sizes.series"),),
        rows=bars,
        marks=tuple(None if size is None else float(size) for size in needed) if any(needed) else (),
        mark=words("segments.sizes.mark") if any(needed) else "",
    )


def _said(tell: Teller, item: SegmentCounts, power: SegmentPower | None, rows: int) -> str:
    told = tell.sized(item.members, rows)
    needed = size_needed(power)
    if power is None or needed is None or power.enough:
        return told
    return f"{told}, {tell.words('segments.sizes.needs', n=needed)}"


def _tone(item: SegmentCounts, power: SegmentPower | None) -> Tone:
    if not item.members:
        return Tone.BAD
    return Tone.PLAIN if power is None else Tone.GOOD if power.enough else Tone.WARN


def _summary(tell: Teller, counted: SchemaCounts, powers: dict[str, SegmentPower]) -> str:
    largest = max(counted.segments, key=lambda item: item.members)
    smallest = min(counted.segments, key=lambda item: item.members)
    told = tell.words(
        "segments.sizes.summary",
        largest=tell.segment(counted.schema, largest.segment),
        most=tell.value(largest.members),
        smallest=tell.segment(counted.schema, smallest.segment),
        least=tell.value(smallest.members),
    )
    if not powers:
        return told
    enough = sum(item.enough for item in powers.values())
    return f"{told} {tell.words('segments.sizes.enough', enough=enough, n=len(powers))}"


def _table(tell: Teller, counted: SchemaCounts, powers: dict[str, SegmentPower]) -> Grid:
    words, entities = tell.words, tell.segments.overlap.resolution is not None
    names = ["segment", "members", "share", *(["entities"] if entities else []), "open", "lack"]
    names += ["measured_by", "needed", "smallest"] if powers else []
    rows = tuple(
        _row(tell, item, powers.get(item.segment), measured=bool(powers)) for item in counted.segments[:_MOST_ROWS]
    )
    numeric = {"members", "share", "entities", "open", "needed", "smallest"}
    return Grid(
        title=words("segments.sizes.table", schema=tell.schema(counted.schema)),
        columns=tuple(words(f"segments.sizes.{name}") for name in names),
        rows=rows,
        numeric=frozenset(place for place, name in enumerate(names) if name in numeric),
        sortable=True,
    )


def _row(tell: Teller, item: SegmentCounts, power: SegmentPower | None, *, measured: bool) -> tuple[Lines, ...]:
    rows = tell.segments.overlap.source.rows
    entities = item.members_entities
    lack = field_list([name for name, _ in item.undecided_by_field[:_MOST_FIELDS]])
    return (
        tell.segment_cell(item.schema, item.segment),
        tell.count(item.members, Tone.PLAIN if item.members else Tone.BAD),
        tell.share_cell(item.members, rows),
        *((tell.count(entities),) if entities is not None else ()),
        tell.count(item.undecided, Tone.WARN if item.undecided else Tone.QUIET),
        cell(lack),
        *(_power_cells(tell.words, power) if measured else ()),
    )


def _power_cells(words: Words, power: SegmentPower | None) -> tuple[Lines, Lines, Lines]:
    if power is None:
        return cell(words("segments.not_stated"), tone=Tone.QUIET), cell("–"), cell("–")
    known = f"segments.metric.{power.metric}"
    name = words(known) if words.has(known) else field_words(power.metric)
    rate = words.share(power.baseline, 1 if power.baseline < _SMALL_RATE else 0)
    change = words("segments.sizes.change", metric=name, baseline=rate, relative=power.relative)
    needed = size_needed(power)
    tone = Tone.GOOD if power.enough else Tone.WARN
    smallest = words("segments.sizes.none") if power.smallest is None else f"+{words.share(power.smallest)}"
    return (
        cell(change),
        cell("–") if needed is None else amount(words.number(needed), needed, tone=tone),
        cell(smallest, tone=tone),
    )


def _explained(words: Words, powers: dict[str, SegmentPower]) -> tuple[Block, ...]:
    if not powers:
        return ()
    told = words("segments.sizes.explained")
    if any(item.assumed for item in powers.values()):
        told = f"{told} {words('segments.sizes.assumed')}"
    return (Para(line=(Span(text=told),), tone=Tone.QUIET),)


def unplaced_blocks(tell: Teller, counted: SchemaCounts) -> Iterator[Block]:
    """Yield the records without a segment, by what leaves them out."""
    words, rows = tell.words, tell.segments.overlap.source.rows
    if not counted.unplaced:
        yield Para(line=(Span(text=words("segments.unplaced.none")),), tone=Tone.GOOD)
        return
    total = sum(item.rows for item in counted.unplaced)
    reasons: list[tuple[Lines, int]] = [
        ((reason_line(tell, item),), item.rows) for item in counted.unplaced[:_MOST_REASONS]
    ]
    rest = counted.unplaced[_MOST_REASONS:]
    if rest:
        reasons.append((cell(words("segments.unplaced.rest", n=len(rest))), sum(item.rows for item in rest)))
    share = total / rows if rows else 0.0
    lead = words("segments.unplaced.lead", rows=tell.value(total), share=tell.share(total, rows))
    yield Para(line=(Span(text=lead),), tone=Tone.WARN if share > _MANY else Tone.PLAIN)
    yield Grid(
        title=words("segments.unplaced.title", schema=tell.schema(counted.schema)),
        columns=tuple(words(f"segments.unplaced.{name}") for name in ("reason", "rows", "share")),
        rows=tuple((reason, tell.count(count), tell.share_cell(count, rows)) for reason, count in reasons),
        numeric=frozenset({1, 2}),
    )


def reason_line(tell: Teller, item: Unplaced) -> tuple[Span, ...]:
    """Return why records have no segment in the reader's language; what is said otherwise as it was built."""
    if item.decided:
        return (Span(text=tell.words("segments.unplaced.no_match")),)
    doubts = item.reason.removeprefix(_CANNOT_TELL).split(", ")
    found = [_DOUBT.fullmatch(doubt) for doubt in doubts]
    if not item.reason.startswith(_CANNOT_TELL) or not all(found):
        return (tell.evidence(item.reason),)
    told = [tell.words(f"segments.doubt.{_DOUBTS[match[2]]}", field=field_words(match[1])) for match in found if match]
    return (Span(text=", ".join(told)),)
