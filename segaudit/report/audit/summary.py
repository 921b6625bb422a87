"""The first page: what has to be decided, the key figures, the marks, the first steps, and what nobody could assess."""

from collections.abc import Iterator

from segaudit.model.audit import AuditResult, Headline, NotAssessed
from segaudit.model.coverage import Quality
from segaudit.model.quality import Severity
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.audit.entities import are_shipped, holds_entities
from segaudit.report.audit.headline_words import headline_words
from segaudit.report.audit.plan_words import action_words, first_steps
from segaudit.report.audit.scorecard import ANCHORS
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Item, Line, Outline, Para, Score, Scores, Section, Span, span
from segaudit.report.safety import shown
from segaudit.report.words import Words

_TONES = {"bad": Tone.BAD, "warn": Tone.WARN, "good": Tone.GOOD}
_STEPS = 3
_MOST_LACKING = 5  # or the first page would be two
_LONGEST = 160
_REASON = "summary.reason."  # reasons as they are built where the audit runs, in English
_FEW = 50  # records: below, one more or less moves shares by two points and more


def section(result: AuditResult, words: Words) -> Section | None:
    """Return the first page; it fits on one in print."""
    blocks: list[Block] = []
    if result.headlines:
        to_decide = any(item.tone != "good" for item in result.headlines)
        title = words("summary.decisions" if to_decide else "summary.news")
        told = tuple(_headline(item, result, words) for item in result.headlines)
        blocks.append(Section(title=title, anchor="summary-decisions", level=3, blocks=told))
    blocks.append(Figures(items=tuple(_figures(result, words))))
    blocks += _restraints(result, words)
    if result.scored.pillars:
        blocks.append(_scores(result, words))
    blocks += _steps(result, words)
    blocks += _lacking(result, words)
    return Section(title=words("summary.title"), anchor="summary", level=2, blocks=tuple(blocks))


def _restraints(result: AuditResult, words: Words) -> Iterator[Para]:
    """Yield what a reader has to know before taking the numbers at their word."""
    rows = sum(table.source.rows for table in result.tables)
    if not rows:
        yield Para(line=span(words("summary.empty")), tone=Tone.BAD)
    if 0 < rows < _FEW:
        yield Para(line=span(words("summary.tiny", rows=rows)), tone=Tone.WARN)
    if rows and result.segments is not None and are_shipped(result.rules):
        yield Para(line=span(words("summary.shipped")), tone=Tone.QUIET)


def _headline(item: Headline, result: AuditResult, words: Words) -> Para:
    fact, decision = headline_words(item, result, words)
    line: Line = (Span(text=fact, strong=True),)
    if decision:
        line = (*line, Span(text=f" {decision}"))
    if item.to:
        line = (*line, Span(text=" "), Span(text=words("summary.more"), to=item.to))
    return Para(line=line, tone=_TONES.get(item.tone, Tone.PLAIN))


def _figures(result: AuditResult, words: Words) -> Iterator[tuple[str, str]]:
    rows, tables = sum(table.source.rows for table in result.tables), len(result.tables)
    name = "summary.figure.records.one" if tables == 1 else "summary.figure.records"
    yield words.number(rows), words(name, tables=tables)
    if result.scored.total is not None:
        yield words.number(result.scored.total), words("summary.figure.score")
    core = [column for table in result.tables if table.source.rows for column in table.coverage.columns if column.core]
    if core:
        good = sum(column.quality is Quality.GOOD for column in core)
        yield words("summary.of", n=good, of=len(core)), words("summary.figure.core")
    errors = sum(item.severity is Severity.ERROR for table in result.tables for item in table.quality.findings)
    yield words.number(errors), words("summary.figure.errors", n=errors)
    yield from _of_people(result, words)


def _of_people(result: AuditResult, words: Words) -> Iterator[tuple[str, str]]:
    tables = [table for table in result.tables if table.source.rows and holds_entities(table, result.segments)]
    people = [table.identity for table in tables if table.identity is not None]
    rows, twice = sum(item.source.rows for item in people), sum(item.redundant for item in people)
    if rows:
        yield Says.of(result, words).share(twice, rows), words("summary.figure.duplicates")
    evidence = {name: value for item in result.scored.pillars for name, value in item.evidence.items()}
    if "placed" in evidence:
        yield words.share(evidence["placed"]), words("summary.figure.placed")


def _scores(result: AuditResult, words: Words) -> Scores:
    scored = result.scored
    items = tuple(
        Score(
            name=words(f"scores.pillar.{item.pillar.value}"),
            value=item.score,
            weight=item.weight,
            before=item.before,
            to=ANCHORS[item.pillar.value],
        )
        for item in scored.pillars
    )
    total = Score(name=words("summary.total"), value=scored.total, weight=1.0, before=scored.before, to="scorecard")
    return Scores(title=words("summary.scores"), total=total, items=items)


def _steps(result: AuditResult, words: Words) -> Iterator[Section]:
    first = first_steps(result, _STEPS)
    if first:
        items = tuple(Item(line=span(action_words(action, result, words)[0], to="plan")) for action in first)
        yield Section(title=words("summary.first"), anchor="summary-first", level=3, blocks=(Outline(items=items),))


def _lacking(result: AuditResult, words: Words) -> Iterator[Section]:
    """Yield what could not be assessed: parts of the audit, and marks nobody could give."""
    items = [_part(item, words) for item in result.not_assessed]
    parts = {item.part for item in result.not_assessed}
    unknown = [item.pillar.value for item in result.scored.pillars if item.score is None]
    for pillar in unknown:
        if pillar not in parts:
            text = f": {words('summary.not_assessed.pillar')}"
            items.append(Item(line=(Span(text=words(f"scores.pillar.{pillar}"), strong=True), Span(text=text))))
    more = len(items) - _MOST_LACKING
    if more > 0:
        items = [*items[:_MOST_LACKING], Item(line=span(words("summary.not_assessed.more", n=more)))]
    blocks: tuple[Block, ...] = (
        (Outline(items=tuple(items)),) if items else (Para(line=span(words("summary.not_assessed.all"))),)
    )
    yield Section(title=words("summary.not_assessed"), anchor="summary-not-assessed", level=3, blocks=blocks)


def _part(item: NotAssessed, words: Words) -> Item:
    names = (f"summary.part.{item.part}", f"scores.pillar.{item.part}")
    part = next((words(name) for name in names if words.has(name)), shown(item.part))
    if item.table:
        part = words("summary.part_of", part=part, table=name_of(item.table))
    line: Line = (
        Span(text=part, strong=True),
        Span(text=": "),
        reason_words(item.reason, words),
    )
    return Item(line=(*line, Span(text="; "), reason_words(item.hint, words)) if item.hint else line)


def reason_words(text: str, words: Words) -> Span:
    """Return a reason in the reader's language; in English, where it was built, if nobody translated it."""
    known = (name for name, said in words.fallback.items() if name.startswith(_REASON) and said == text)
    if (name := next(known, None)) is not None:
        return Span(text=words(name))
    return Span(text=shown(text, longest=_LONGEST), language="en" if words.language != "en" else "")
