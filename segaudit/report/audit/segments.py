"""The segments of an audit: how they divide the records, what the rules prove, how segments meet, what is twice."""

from collections.abc import Iterator

from segaudit.model.audit import AuditedSegments, AuditResult
from segaudit.model.decisions import SchemaCounts
from segaudit.model.segments import Assignment, Schema
from segaudit.report.audit.segment_words import Teller, field_list, note, schemas_in_full, shortened, unassessed
from segaudit.report.audit.segments_leakage import leakage_section, people
from segaudit.report.audit.segments_meeting import across_fold, meeting_section
from segaudit.report.audit.segments_proofs import proof_section
from segaudit.report.audit.segments_sizes import size_blocks, unplaced_blocks
from segaudit.report.charts import Bar, BarChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Grid, Line, Lines, Para, Section, Span, amount, cell
from segaudit.report.rules_docs_names import documented, text_of
from segaudit.report.words import Words

ANCHOR = "segments"
_MOST_ROWS = 100  # schemas in the table of all


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what the segmentation comes to; None if there is nothing to say."""
    title = words("segments.title")
    if result.segments is None:
        return unassessed(result, words, "segments", title=title, anchor=ANCHOR)
    if not result.segments.overlap.rules.schemas:
        return None
    tell = Teller.about(result.segments, words, redacted=result.redacted)
    found = result.segments.overlap
    pairs = list(zip(found.rules.schemas, found.schemas, strict=True))
    kind = next((table.kind for table in result.tables if table.name == result.segments.table), "")
    blocks: list[Block] = [*_lead(tell), _all_schemas(tell, pairs, kind), *_absent(tell), _sprawl(tell, pairs)]
    full = schemas_in_full(found.rules.schemas)
    blocks += [_schema(tell, schema, counted, kind) for schema, counted in pairs if schema in full]
    if len(pairs) > len(full):
        blocks.append(note(words("segments.more_schemas", n=len(pairs) - len(full))))
    blocks += across_fold(tell)
    return Section(title=title, anchor=ANCHOR, level=2, blocks=tuple(blocks))


def schema_anchor(schema: str) -> str:
    """Return where a schema stands in this section; no other anchor here is like it, for a schema has no hyphen."""
    return f"{ANCHOR}-{schema}"


def _lead(tell: Teller) -> Iterator[Block]:
    found, words = tell.segments.overlap, tell.words
    segments = sum(len(schema.segments) for schema in found.rules.schemas)
    empty = sum(item.members == 0 for counted in found.schemas for item in counted.segments)
    small = sum(bool(item.members) and not item.enough for item in found.powers)
    items = [
        (words.number(segments), words("segments.figure.segments", n=segments)),
        (words.number(len(found.rules.schemas)), words("segments.figure.schemas", n=len(found.rules.schemas))),
        (words.number(empty), words("segments.figure.empty", n=empty)),
    ]
    if found.powers:
        items.append((words.number(small), words("segments.figure.small", n=small)))
    yield Figures(items=tuple(items))
    yield note(words("segments.lead", rows=found.source.rows), Tone.PLAIN)


def _absent(tell: Teller) -> Iterator[Block]:
    names = tell.segments.overlap.absent_fields
    if names:
        yield note(tell.words("segments.absent", fields=shortened(field_list(names))), Tone.WARN)


def _all_schemas(tell: Teller, pairs: list[tuple[Schema, SchemaCounts]], kind: str) -> Grid:
    words = tell.words
    names = ["schema", "number", "placed", "no_match", "cannot_tell", "largest"]
    twice = tell.segments.overlap.resolution is not None
    titles = [words(f"segments.all.{name}") for name in names]
    titles += [words("segments.all.twice", who=people(words, kind))] if twice else []
    full = schemas_in_full(tell.segments.overlap.rules.schemas)
    rows = tuple(
        _schema_row(tell, schema, counted, linked=schema in full, twice=twice) for schema, counted in pairs[:_MOST_ROWS]
    )
    return Grid(
        title=words("segments.all.title"),
        columns=tuple(titles),
        rows=rows,
        numeric=frozenset(range(1, len(titles))),
        sortable=True,
    )


def _schema_row(tell: Teller, schema: Schema, counted: SchemaCounts, *, linked: bool, twice: bool) -> tuple[Lines, ...]:
    rows = tell.segments.overlap.source.rows
    outside = sum(item.rows for item in counted.unplaced if item.decided)
    open_ = sum(item.rows for item in counted.unplaced if not item.decided)
    governance, number = tell.segments.overlap.rules.governance, len(schema.segments)
    tone = Tone.BAD if number > governance.stop_above else Tone.WARN if number > governance.warn_above else Tone.PLAIN
    leaking = counted.leakage.entities if counted.leakage is not None else 0
    return (
        cell(tell.schema(schema.id), to=schema_anchor(schema.id) if linked else ""),
        amount(tell.words.number(number), number, tone=tone),
        tell.share_cell(rows - outside - open_, rows),
        tell.share_cell(outside, rows),
        tell.share_cell(open_, rows, Tone.WARN if open_ * 5 > rows else Tone.PLAIN),
        _largest(tell, counted),
        *((tell.count(leaking, Tone.BAD if leaking else Tone.PLAIN),) if twice else ()),
    )


def _largest(tell: Teller, counted: SchemaCounts) -> Lines:
    members = sum(item.members for item in counted.segments)
    most = max((item.members for item in counted.segments), default=0)
    wide = tell.segments.overlap.rules.governance.largest_share
    return tell.share_cell(most, members, Tone.WARN if members and most / members > wide else Tone.PLAIN)


def _sprawl(tell: Teller, pairs: list[tuple[Schema, SchemaCounts]]) -> Section:
    """Return how many segments there are against how many can be served."""
    words, governance = tell.words, tell.segments.overlap.rules.governance
    low, high = governance.start
    bars = []
    for schema, counted in pairs[:_MOST_ROWS]:
        number, even = len(schema.segments), counted.evenness
        said = words("segments.sprawl.said", n=number, effective=words.decimal(even.effective))
        over = (
            Tone.BAD if number > governance.stop_above else Tone.WARN if number > governance.warn_above else Tone.PLAIN
        )
        bars.append(Bar(label=tell.schema(schema.id), values=(float(number),), said=said, tone=over))
    above = sum(len(schema.segments) > governance.warn_above for schema, _ in pairs)
    name = "segments.sprawl.summary" if above else "segments.sprawl.fine"
    summary = words(name, n=above, high=governance.warn_above, stop=governance.stop_above)
    chart = BarChart(
        title=words("segments.sprawl.chart"),
        summary=summary,
        series=(words("segments.sprawl.series"),),
        rows=tuple(bars),
        limits=(
            (float(governance.warn_above), words("segments.sprawl.warn", n=governance.warn_above)),
            (float(governance.stop_above), words("segments.sprawl.stop", n=governance.stop_above)),
        ),
    )
    rule = words("segments.sprawl.rule", low=low, high=high, stop=governance.stop_above)
    blocks = (note(rule, Tone.PLAIN), *_hours(tell.segments, words), chart, note(words("segments.sprawl.even")))
    return Section(title=words("segments.sprawl.title"), anchor=f"{ANCHOR}-how-many", level=3, blocks=blocks)


def _hours(segments: AuditedSegments, words: Words) -> Iterator[Block]:
    hours = segments.overlap.hours
    if hours is None:
        return
    served, needed = hours.stated + hours.assumed, round(hours.needed)
    if hours.capacity is None:
        yield note(words("segments.hours.open", n=served, hours=needed))
        return
    over = hours.needed > hours.capacity
    name = "segments.hours.over" if over else "segments.hours.within"
    said = words(name, n=served, hours=needed, capacity=round(hours.capacity))
    line: Line = (Span(text=said, strong=over),)
    if hours.assumed:
        line = (*line, Span(text=" " + words("segments.hours.assumed", n=hours.assumed, usual=round(hours.usual))))
    yield Para(line=line, tone=Tone.WARN if over else Tone.GOOD)


def _schema(tell: Teller, schema: Schema, counted: SchemaCounts, kind: str) -> Section:
    words = tell.words
    how = {
        Assignment.FIRST_MATCH: "segments.how.first_match",
        Assignment.EXACTLY_ONE: "segments.how.exactly_one",
        Assignment.ALL_MATCHES: "segments.how.all_matches",
    }[schema.assign]
    objective = text_of(documented(schema, "objective"))
    asked = words("segments.asks", objective=shortened(objective)) if objective else words("segments.asks_nothing")
    blocks: list[Block] = [
        note(asked, Tone.PLAIN if objective else Tone.WARN),
        note(words(how)),
        *size_blocks(tell, schema, counted),
        *unplaced_blocks(tell, counted),
        *meeting_section(tell, schema, counted),
        *proof_section(tell, schema),
        *leakage_section(tell, schema, counted, kind),
    ]
    return Section(title=tell.schema(schema.id), anchor=schema_anchor(schema.id), level=3, blocks=tuple(blocks))
