"""Field, coverage, quality: how much of each column is filled, what that is worth, and what is missing together."""

from collections import Counter
from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditedTable, AuditResult
from segaudit.model.coverage import ColumnCoverage, Cutoffs, Quality
from segaudit.report.audit.data_words import Says, in_detail, name_of
from segaudit.report.charts import Bar, BarChart, MatrixChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Fold, Form, Grid, Lines, Section, amount, cell
from segaudit.report.words import Words

_ROWS = 60  # columns of one table that are listed
_BARS = 16
_FEW_CORE = 6  # below so many core fields other known ones are drawn too
_SUSPECTS = 30
_TONES = {Quality.GOOD: Tone.GOOD, Quality.NEEDS_ENRICHMENT: Tone.WARN, Quality.NEEDS_DATA_SOURCE: Tone.BAD}
_NAMES = {Quality.GOOD: "good", Quality.NEEDS_ENRICHMENT: "enrichment", Quality.NEEDS_DATA_SOURCE: "source"}


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what is filled."""
    tables = in_detail(result)
    if not tables:
        return None
    says = Says.of(result, words)
    blocks: list[Block] = [_figures(result, words), *_legend(tables[0].coverage.cutoffs, says)]
    for number, table in enumerate(tables, start=1):
        title = name_of(table.name)
        parts = tuple(_table(table, says))
        blocks.append(Section(title=title, anchor=f"coverage-{number}", level=3, blocks=parts))
    if len(tables) < len(result.tables):
        blocks.append(says.para("coverage.more_tables", Tone.QUIET, n=len(result.tables) - len(tables)))
    return Section(title=words("coverage.title"), anchor="coverage", level=2, blocks=tuple(blocks))


def _figures(result: AuditResult, words: Words) -> Figures:
    counts = Counter(column.quality for table in result.tables for column in table.coverage.columns)
    items = [(words.number(counts[quality]), words(f"coverage.figure.{name}")) for quality, name in _NAMES.items()]
    core = [column for table in result.tables for column in table.coverage.columns if column.core]
    good = sum(column.quality is Quality.GOOD for column in core)
    if core:
        items.insert(0, (words("coverage.of", n=good, of=len(core)), words("coverage.figure.core")))
    return Figures(items=tuple(items))


def _legend(cutoffs: Cutoffs, says: Says) -> Iterator[Block]:
    yield says.para("coverage.legend", good=float(cutoffs.good_from), source=float(cutoffs.source_below))
    yield says.para("coverage.legend_core", Tone.QUIET)


def _table(table: AuditedTable, says: Says) -> Iterator[Block]:
    columns, words = table.coverage.columns, says.words
    counts = Counter(column.quality for column in columns)
    if not table.source.rows:
        yield says.para("coverage.no_rows", Tone.WARN)
        return
    yield says.para(
        "coverage.summary",
        columns=len(columns),
        good=counts[Quality.GOOD],
        enrichment=counts[Quality.NEEDS_ENRICHMENT],
        source=counts[Quality.NEEDS_DATA_SOURCE],
    )
    if (chart := _chart(table, says)) is not None:
        yield chart
    ordered = sorted(columns, key=lambda column: (not column.core, column.field is None, column.position))
    dated = any(column.stale is not None for column in columns)
    names = ("field", "coverage", "quality", "core", "blank", "placeholder", "invalid", *(("stale",) if dated else ()))
    yield Grid(
        title=words("coverage.grid", table=name_of(table.name)),
        columns=tuple(words(f"coverage.column.{name}") for name in names),
        rows=tuple(_row(column, table.coverage.cutoffs, says)[: len(names)] for column in ordered[:_ROWS]),
        numeric=frozenset({1, 4, 5, 6, 7} & set(range(len(names)))),
        sortable=True,
    )
    if len(ordered) > _ROWS:
        yield says.para("coverage.more_columns", Tone.QUIET, n=len(ordered) - _ROWS)
    yield from _missing(table, says)
    yield from _stale(columns, says)
    yield from _folds(columns, says)


def _row(column: ColumnCoverage, cutoffs: Cutoffs, says: Says) -> tuple[Lines, ...]:
    measures, limits = column.measures, (cutoffs.good_from, cutoffs.source_below)
    share = says.beside(column.share_filled, limits)
    stale = (
        says.count(column.stale, Tone.WARN if column.stale else Tone.PLAIN) if column.stale is not None else cell("–")
    )
    return (
        cell(name_of(column.column), strong=column.core),
        amount(share, column.share_filled, Form.SHARE),
        cell(says.words(f"coverage.quality.{_NAMES[column.quality]}"), tone=_TONES[column.quality]),
        cell(says.words("coverage.yes") if column.core else ""),
        says.count(measures.blank),
        says.count(measures.placeholder),
        says.count(measures.invalid, Tone.WARN if measures.invalid else Tone.PLAIN),
        stale,
    )


def _chart(table: AuditedTable, says: Says) -> BarChart | None:
    """Return the bars of the fields that matter, the emptiest first."""
    known = sorted(
        (column for column in table.coverage.columns if column.field is not None),
        key=lambda column: (not column.core, column.position),
    )
    core = [column for column in known if column.core]
    drawn = sorted((core if len(core) >= _FEW_CORE else known)[:_BARS], key=lambda column: column.share_filled)
    if not drawn:
        return None
    words, cutoffs = says.words, table.coverage.cutoffs
    limits = (cutoffs.good_from, cutoffs.source_below)
    unread = any(column.measures.invalid for column in drawn)
    bars = tuple(
        Bar(
            label=name_of(column.column, 40),
            values=(column.share_usable, column.share_filled - column.share_usable)
            if unread
            else (column.share_filled,),
            said=says.beside(column.share_filled, limits),
            tone=_TONES[column.quality],
        )
        for column in drawn
    )
    lowest = drawn[0]
    return BarChart(
        title=words("coverage.chart", table=name_of(table.name)),
        summary=words(
            "coverage.chart_summary",
            n=len(drawn),
            good=sum(column.quality is Quality.GOOD for column in drawn),
            lowest=name_of(lowest.column),
            share=says.beside(lowest.share_filled, limits),
        ),
        series=(words("coverage.usable"), words("coverage.unreadable")) if unread else (words("coverage.filled"),),
        rows=bars,
        share=True,
        limits=(
            (cutoffs.source_below, words("coverage.limit_source")),
            (cutoffs.good_from, words("coverage.limit_good")),
        ),
    )


def _missing(table: AuditedTable, says: Says) -> Iterator[Block]:
    missing, words = table.missing, says.words
    patterns = [pattern for pattern in missing.patterns if not says.hides(pattern.rows)]
    if len(missing.headers) < 2 or not patterns:  # noqa: PLR2004 - one field alone makes no pattern
        return
    total, hidden = table.source.rows, len(missing.patterns) - len(patterns)
    rows = tuple(
        (
            words("coverage.pattern", n=pattern.rows),
            tuple(1.0 if held else 0.0 for held in pattern.filled),
            words.share(pattern.rows / total),
        )
        for pattern in patterns
    )
    first = patterns[0]
    lacking = [name_of(header) for header, held in zip(missing.headers, first.filled, strict=True) if not held]
    text = "coverage.missing_summary" if lacking else "coverage.missing_summary_all"
    yield MatrixChart(
        title=words("coverage.missing", table=name_of(table.name)),
        summary=words(text, n=first.rows, share=first.rows / total, fields=says.listed(lacking, 5)),
        columns=tuple(name_of(header, 30) for header in missing.headers),
        rows=rows,
        presence=True,
    )
    yield says.para("coverage.missing_note", Tone.QUIET)
    rest = missing.rest + sum(pattern.rows for pattern in missing.patterns if says.hides(pattern.rows))
    if rest:
        name = "coverage.missing_rest_hidden" if hidden else "coverage.missing_rest"
        yield says.para(name, Tone.QUIET, n=says.value(rest), share=says.share(rest, total))


def _stale(columns: Sequence[ColumnCoverage], says: Says) -> Iterator[Block]:
    for column in columns[:_ROWS]:
        if column.stale:
            yield says.para(
                "coverage.stale",
                Tone.WARN,
                n=says.value(column.stale),
                column=name_of(column.column),
                share=says.share(column.stale, column.measures.filled),
            )


def _folds(columns: Sequence[ColumnCoverage], says: Says) -> Iterator[Block]:
    """Yield what may stand for a missing value, and how columns were read."""
    words = says.words
    suspects = [(column, value, rows) for column in columns for value, rows in column.measures.suspects]
    if suspects and not says.redacted:
        grid = Grid(
            title=words("coverage.suspects"),
            columns=(words("coverage.column.field"), words("coverage.value"), words("coverage.rows")),
            rows=tuple(
                (cell(name_of(column.column)), cell(says.cell(value)), says.count(rows))
                for column, value, rows in suspects[:_SUSPECTS]
            ),
            numeric=frozenset({2}),
        )
        yield Fold(title=words("coverage.suspects"), blocks=(says.para("coverage.suspects_note"), grid))
    read = [(column, note) for column in columns for note in column.notes]
    if read:
        grid = Grid(
            title=words("coverage.notes"),
            columns=(words("coverage.column.field"), words("coverage.note")),
            rows=tuple((cell(name_of(column.column)), (says.english(note),)) for column, note in read[:_SUSPECTS]),
        )
        yield Fold(title=words("coverage.notes"), blocks=(grid,))
