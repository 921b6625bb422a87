"""Duplicates: from rows to pairs to entities, how sure that is, examples side by side, and what was learned."""

from collections.abc import Iterator

from segaudit.model.audit import AuditedTable, AuditResult
from segaudit.model.identity import Estimate, FieldWeights, IdentityResult
from segaudit.report.audit.data_words import Says, file_of, in_detail, name_of
from segaudit.report.audit.duplicates_samples import sample_sections
from segaudit.report.audit.entities import holds_entities
from segaudit.report.charts import Bar, BarChart, Interval, IntervalChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Fold, Form, Grid, Lines, Para, Section, amount, cell, span
from segaudit.report.words import Words

_EVENTS = frozenset({"deals", "activities", "campaign_outcomes"})  # kinds whose rows happen: two alike are two
_SIZES = 10
_WEIGHTS = 40
_NEARLY = 0.99
_MUCH = 0.02  # of the rows, that need not be there
_STRENGTHS = ((10.0, "decisive"), (5.0, "strong"), (2.0, "some"), (0.0, "little"))  # bits


def section(result: AuditResult, words: Words) -> Section | None:
    """Return who stands in the tables more than once."""
    says = Says.of(result, words)
    told = [table for table in in_detail(result) if table.identity is not None]
    blocks: list[Block] = []
    if told:
        blocks.append(says.para("duplicates.lead"))
    for number, table in enumerate(told, start=1):
        if table.identity is not None:
            anchor = f"duplicates-{number}"
            parts = tuple(_table(table, table.identity, anchor, result, says))
            blocks.append(Section(title=name_of(table.name), anchor=anchor, level=3, blocks=parts))
    blocks += _not_looked_at(result, says)
    if not blocks:
        return None
    return Section(title=words("duplicates.title"), anchor="duplicates", level=2, blocks=tuple(blocks))


def _not_looked_at(result: AuditResult, says: Says) -> Iterator[Para]:
    lacking = [table for table in result.tables if table.identity is None]
    for name, events in (("duplicates.not_looked_at", True), ("duplicates.not_looked_at_other", False)):
        names = [name_of(table.name, 40) for table in lacking if (table.kind in _EVENTS) is events]
        if names:
            yield says.para(name, Tone.QUIET, tables=says.listed(names, 8))
    for item in result.not_assessed:
        if item.part in {"duplicates", "identity"}:
            yield Para(line=(*says.english(item.reason), *span(" "), *says.english(item.hint)), tone=Tone.WARN)


def _table(table: AuditedTable, found: IdentityResult, anchor: str, result: AuditResult, says: Says) -> Iterator[Block]:
    words = says.words
    counted = holds_entities(table, result.segments)
    if found.of_events is not None:
        yield says.para("duplicates.events", Tone.WARN)
    elif found.redundant and not counted:
        yield says.para("duplicates.unknown_kind", Tone.WARN)
    if not found.weights and not found.redundant:
        yield says.para("duplicates.nothing_tells", Tone.WARN)
        return
    what = words(f"duplicates.what.{_what(table, found)}")
    yield Figures(
        items=(
            (words.number(found.source.rows), words("duplicates.figure.rows")),
            (words.number(found.pairs_compared), words("duplicates.figure.compared")),
            (says.number(found.pairs_within), words("duplicates.figure.within")),
            (words.number(found.entities), what),
        )
    )
    if not found.redundant:
        yield says.para("duplicates.none", Tone.GOOD)
        yield from _learned(found, says)
        return
    rows = found.source.rows
    yield says.para(
        "duplicates.summary",
        Tone.WARN if counted and found.redundant > _MUCH * rows else Tone.PLAIN,
        n=says.value(found.redundant),
        share=says.share(found.redundant, rows),
        rows=rows,
        entities=found.entities,
        what=what,
    )
    yield _sure(found, says)
    yield says.para("duplicates.sure_note", Tone.QUIET)
    yield _sizes(found, says)
    yield from sample_sections(table, anchor, says)
    yield from _doubtful(found, says)
    yield from _files(table, result, says)
    yield from _learned(found, says)


def _what(table: AuditedTable, found: IdentityResult) -> str:
    if table.kind == "companies":
        return "companies"
    return "people" if found.of_people else "other"


def _sure(found: IdentityResult, says: Says) -> IntervalChart:
    words = says.words
    rows = tuple(
        Interval(
            label=words(f"duplicates.{name}"),
            low=estimate.low,
            value=estimate.value,
            high=estimate.high,
            said=words(
                "duplicates.interval",
                value=_whole(estimate.value),
                low=_whole(estimate.low),
                high=_whole(estimate.high),
            ),
        )
        for name, estimate in (("precision", found.precision), ("recall", found.recall))
    )
    return IntervalChart(
        title=words("duplicates.sure"),
        summary=words("duplicates.sure_summary", **_hundredths(found.precision, found.recall)),
        rows=rows,
    )


def _whole(share: float) -> float:
    """Return an estimate as far as it goes: whole percents, and no less than certain for lack of a little."""
    return round(share, 2)


def _hundredths(precision: Estimate, recall: Estimate) -> dict[str, int]:
    parts = {"precision": precision, "recall": recall}
    return {
        f"{name}{end}": round(100 * value)
        for name, estimate in parts.items()
        for end, value in (("", estimate.value), ("_low", estimate.low), ("_high", estimate.high))
    }


def _sizes(found: IdentityResult, says: Says) -> BarChart:
    words = says.words
    several = [(size, count) for size, count in sorted(found.sizes.items()) if size > 1]
    listed, rest = several[:_SIZES], several[_SIZES:]
    bars = [
        Bar(label=words("duplicates.size", n=size), values=(says.drawn(count),), said=says.number(count))
        for size, count in listed
    ]
    if rest:
        more = sum(count for _, count in rest)
        label = words("duplicates.size_more", n=rest[0][0])
        bars.append(Bar(label=label, values=(says.drawn(more),), said=says.number(more)))
    return BarChart(
        title=words("duplicates.sizes"),
        summary=words(
            "duplicates.sizes_summary",
            n=says.value(sum(count for _, count in several)),
            alone=found.sizes.get(1, 0),
            largest=max((size for size, _ in several), default=1),
        ),
        series=(words("duplicates.sizes_count"),),
        rows=tuple(bars),
    )


def _doubtful(found: IdentityResult, says: Says) -> Iterator[Block]:
    if found.doubtful:
        yield says.para("duplicates.doubtful", n=says.value(found.doubtful))
    if found.decided:
        yield says.para("duplicates.decided", Tone.QUIET, n=says.value(found.decided))
    name = "duplicates.incomplete_nearly" if found.blocking_recall >= _NEARLY else "duplicates.incomplete"
    name = "duplicates.complete" if found.complete else name
    yield says.para(name, Tone.QUIET, share=float(found.blocking_recall))


def _files(table: AuditedTable, result: AuditResult, says: Says) -> Iterator[Block]:
    listed, merges = (file_of(result, what, table.name) for what in ("duplicates", "merges"))
    if listed is not None:
        yield says.para("duplicates.file_duplicates", file=listed.name)
    if merges is not None:
        yield says.para("duplicates.file_merges", file=merges.name)
    elif listed is not None:
        yield says.para("duplicates.no_merges", Tone.WARN, file=listed.name)


def _learned(found: IdentityResult, says: Says) -> Iterator[Block]:
    words = says.words
    if not found.weights:
        return
    names = ("field", "filled", "for", "against")
    grid = Grid(
        title=words("duplicates.learned"),
        columns=tuple(words(f"duplicates.learned.{name}") for name in names),
        rows=tuple(_weight_row(field, says) for field in found.weights[:_WEIGHTS]),
        numeric=frozenset({1}),
    )
    yield Fold(title=words("duplicates.learned"), blocks=(says.para("duplicates.learned_note"), grid))


def _weight_row(field: FieldWeights, says: Says) -> tuple[Lines, ...]:
    best = max(field.levels, key=lambda level: level.same * level.bits)  # what happens, not what would
    worst = min(field.levels, key=lambda level: level.bits)
    return (
        cell(name_of(field.field)),
        amount(says.words.share(field.filled), field.filled, Form.SHARE),
        _strength(best.bits, says) if best.bits > 0 else cell("–"),
        _strength(worst.bits, says) if worst.bits < 0 else cell("–"),
    )


def _strength(bits: float, says: Says) -> Lines:
    name = next(name for least, name in _STRENGTHS if abs(bits) >= least)
    text = says.words(
        "duplicates.bits", strength=says.words(f"duplicates.strength.{name}"), bits=says.words.decimal(abs(bits))
    )
    return amount(text, bits, Form.AMOUNT)
