"""The figures of segments: a chart with intervals for each metric, and all of them in one table."""

from collections.abc import Iterator

from segaudit.model.performance import Estimate, MetricKind, MetricTable, SchemaPerformance, Standing
from segaudit.report.audit.data_words import SMALL
from segaudit.report.audit.performance_verdicts import NAMES, TONES, figure, metric_name, standing
from segaudit.report.audit.segment_words import Teller, note
from segaudit.report.charts import Interval, IntervalChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Form, Grid, Lines, amount, cell
from segaudit.report.words import Words

_MOST_CHARTS = 6
_MOST_INTERVALS = 20
_MOST_ROWS = 200
_COMPARED = frozenset({MetricKind.RATE, MetricKind.AMOUNT, MetricKind.DAYS})


def charts(tell: Teller, schema: SchemaPerformance) -> Iterator[Block]:
    """Yield a chart for each metric, those of which something can be said first."""
    found = [(table, _drawn(tell, table)) for table in schema.tables if table.metric.kind in _COMPARED]
    ready = [(table, shown) for table, shown in found if len(shown) > 1]
    told = {item.metric for item in schema.comparisons if item.is_reference and item.standing in TONES}
    ready.sort(key=lambda pair: pair[0].metric.id not in told)  # stable: otherwise in the rules' order
    for table, shown in ready[:_MOST_CHARTS]:
        yield _chart(tell, schema, table, shown)
    if len(ready) > _MOST_CHARTS:
        yield note(tell.words("performance.more_charts", n=len(ready) - _MOST_CHARTS))


def _drawn(tell: Teller, table: MetricTable) -> list[Estimate]:
    """Return the estimates that have an interval and single nobody out."""
    return [
        item
        for item in table.estimates
        if None not in {item.value, item.low, item.high} and not tell.hides(item.n) and not tell.hides(item.hits)
    ]


def _chart(tell: Teller, schema: SchemaPerformance, table: MetricTable, shown: list[Estimate]) -> IntervalChart:
    words, metric = tell.words, table.metric
    rest = table.rest
    reference = None
    if rest is not None and rest.value is not None and not tell.hides(rest.hits):
        reference = (rest.value, words("performance.chart.all", value=figure(words, rest.value, metric)))
    return IntervalChart(
        title=words("performance.chart.title", metric=metric_name(words, metric), schema=tell.schema(schema.schema)),
        summary=_summary(tell, schema, table, shown),
        rows=tuple(_interval(tell, schema, table, item) for item in shown[:_MOST_INTERVALS]),
        share=metric.kind is MetricKind.RATE,
        reference=reference,
    )


def _interval(tell: Teller, schema: SchemaPerformance, table: MetricTable, item: Estimate) -> Interval:
    words, metric = tell.words, table.metric
    compared = schema.against_reference(metric.id, item.segment)
    said = figure(words, item.value, metric)
    if compared is not None and compared.standing is not Standing.NOT_COMPARED:
        said = f"{said}, {standing(words, compared)}"
    tone = TONES.get(compared.standing, Tone.QUIET) if compared is not None else Tone.QUIET
    return Interval(
        label=tell.segment(schema.schema, item.segment),
        low=item.low or 0.0,
        value=item.value or 0.0,
        high=item.high or 0.0,
        said=said,
        tone=tone,
    )


def _summary(tell: Teller, schema: SchemaPerformance, table: MetricTable, shown: list[Estimate]) -> str:
    words, metric = tell.words, table.metric
    highest, lowest = max(shown, key=_value), min(shown, key=_value)
    told = words(
        "performance.chart.summary",
        highest=tell.segment(schema.schema, highest.segment),
        most=_with_interval(words, highest, table),
        lowest=tell.segment(schema.schema, lowest.segment),
        least=_with_interval(words, lowest, table),
    )
    compared = [schema.against_reference(metric.id, item.segment) for item in shown]
    settled = sum(item is not None and item.standing in TONES for item in compared)
    name = "performance.chart.settled" if settled else "performance.chart.open"
    return f"{told} {words(name, n=settled, all=len(shown))}"


def _value(item: Estimate) -> float:
    return item.value or 0.0


def _with_interval(words: Words, item: Estimate, table: MetricTable) -> str:
    said = figure(words, item.value, table.metric)
    if item.low is None or item.high is None:
        return said
    low, high = figure(words, item.low, table.metric), figure(words, item.high, table.metric)
    return words("performance.between", value=said, low=low, high=high)


def figures_fold(tell: Teller, schema: SchemaPerformance) -> Fold:
    """Return every figure of a schema, a row for each metric and segment."""
    words = tell.words
    filled = {name for name, members in schema.segments if members}
    rows = [
        _row(tell, schema, table, item) for table in schema.tables for item in table.estimates if item.segment in filled
    ]
    names = ("metric", "segment", "of", "hits", "value", "interval", "drawn", "is")
    grid = Grid(
        title=words("performance.figures.title", schema=tell.schema(schema.schema)),
        columns=tuple(words(f"performance.figures.{name}") for name in names),
        rows=tuple(rows[:_MOST_ROWS]),
        numeric=frozenset({2, 3, 4, 5, 6}),
        sortable=True,
    )
    left = len(rows) - _MOST_ROWS
    more = (note(words("performance.more_figures", n=left)),) if left > 0 else ()
    return Fold(title=words("performance.figures.title", schema=tell.schema(schema.schema)), blocks=(grid, *more))


def _row(tell: Teller, schema: SchemaPerformance, table: MetricTable, item: Estimate) -> tuple[Lines, ...]:
    words, metric = tell.words, table.metric
    compared = schema.against_reference(metric.id, item.segment)
    said = words(f"performance.standing.{NAMES[compared.standing]}") if compared is not None else ""
    tone = TONES.get(compared.standing, Tone.QUIET) if compared is not None else Tone.QUIET
    few = tell.hides(item.n) or tell.hides(item.hits)
    shown: tuple[Lines, ...] = (
        (cell(f"<{SMALL}"), cell("–"), cell("–"))
        if few
        else (_figure(words, item.value, table), _interval_cell(words, item, table), _figure(words, item.shrunk, table))
    )
    return (
        cell(metric_name(words, metric)),
        tell.segment_cell(schema.schema, item.segment),
        tell.count(item.n),
        cell("") if item.hits is None else tell.count(item.hits),
        *shown,
        cell(said, tone=tone),
    )


def _figure(words: Words, value: float | None, table: MetricTable) -> Lines:
    if value is None:
        return cell("–")
    form = Form.SHARE if table.metric.kind is MetricKind.RATE else Form.AMOUNT
    return amount(figure(words, value, table.metric), value, form)


def _interval_cell(words: Words, item: Estimate, table: MetricTable) -> Lines:
    if item.low is None:
        return cell("")
    low = figure(words, item.low, table.metric)
    if item.high is None:
        return cell(words("performance.from", low=low))
    return cell(f"{low} – {figure(words, item.high, table.metric)}")
