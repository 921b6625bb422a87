"""What may be said of segments: verdicts, whether they hold when like is compared with like, and what to look at."""

from collections.abc import Iterator, Mapping

from segaudit.model.performance import (
    Comparison,
    Confounding,
    Metric,
    MetricKind,
    NotComputable,
    SchemaPerformance,
    Standing,
)
from segaudit.report.audit.data_words import SMALL
from segaudit.report.audit.segment_words import MINUS, Teller, note, shortened
from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Form, Grid, Lines, Para, Span, amount, cell
from segaudit.report.words import Words

_MOST_VERDICTS = 25  # against the reference, and as many in pairs
_MOST_TESTS = 50
TONES = {Standing.BETTER: Tone.GOOD, Standing.WORSE: Tone.BAD, Standing.EQUIVALENT: Tone.PLAIN}
NAMES = {
    Standing.BETTER: "better",
    Standing.WORSE: "worse",
    Standing.EQUIVALENT: "equivalent",
    Standing.TOO_SMALL: "small",
    Standing.NOT_COMPARED: "not_compared",
}
_OUTCOMES = {
    Confounding.HOLDS: ("holds", Tone.GOOD),
    Confounding.FADES: ("fades", Tone.WARN),
    Confounding.TURNS: ("turns", Tone.BAD),
    Confounding.CANNOT_TELL: ("open", Tone.QUIET),
}
_CAUSES = {"data": "data", "message": "message", "fit": "fit", "can't tell": "open"}
_LARGE = 100


def metric_name(words: Words, metric: Metric | NotComputable) -> str:
    """Return what a metric is called; one of a client's own rules as these call it."""
    known = f"performance.metric.{metric.id if isinstance(metric, Metric) else metric.metric}"
    return words(known) if words.has(known) else shortened(metric.name, 80)


def figure(words: Words, value: float | None, metric: Metric) -> str:
    """Return a figure with its unit; a dash where there is none."""
    if value is None:
        return "–"
    match metric.kind:
        case MetricKind.RATE:
            return words.share(value, 1)
        case MetricKind.DAYS:
            return words("performance.days", n=round(value))
        case _:
            return words.number(value) if abs(value) >= _LARGE else words.decimal(value, 2)


def standing(words: Words, item: Comparison) -> str:
    """Return what is said of a segment in a word or two."""
    return words(f"performance.standing.{NAMES[item.standing]}")


def against(tell: Teller, schema: str, name: str) -> str:
    """Return what a segment is compared with."""
    known = f"performance.against.{name}"
    return tell.words(known) if tell.words.has(known) else tell.segment(schema, name)


def hidden_figures(tell: Teller, schema: SchemaPerformance) -> set[tuple[str, str]]:
    """Return metrics and segments whose figures would give a few away."""
    return {
        (table.metric.id, item.segment)
        for table in schema.tables
        for item in table.estimates
        if tell.hides(item.n) or tell.hides(item.hits)
    }


def verdict_blocks(tell: Teller, schema: SchemaPerformance) -> Iterator[Block]:
    """Yield what holds after correction, against the reference first; a sentence where nothing does."""
    words = tell.words
    metrics = {table.metric.id: table.metric for table in schema.tables}
    told = [item for item in schema.comparisons if item.standing in TONES]
    told.sort(key=lambda item: item.standing is Standing.EQUIVALENT)
    small = sum(item.standing is Standing.TOO_SMALL for item in schema.comparisons)
    if not told:
        yield note(words("performance.verdict.none", n=small), Tone.WARN)
        return
    first = [item for item in told if item.is_reference]
    pairs = [item for item in told if not item.is_reference]
    if first:
        yield _verdicts(tell, schema, first[:_MOST_VERDICTS], metrics)
    if pairs:
        grid = _verdicts(tell, schema, pairs[:_MOST_VERDICTS], metrics)
        yield Fold(title=words("performance.verdict.pairs", n=len(pairs)), blocks=(grid,))
    left = max(0, len(first) - _MOST_VERDICTS) + max(0, len(pairs) - _MOST_VERDICTS)
    if left:
        yield note(words("performance.verdict.more", n=left))
    if small:
        yield note(words("performance.verdict.small", n=small))
    yield Fold(
        title=words("performance.verdict.tests"), blocks=(_tests(tell, schema, (first + pairs)[:_MOST_TESTS], metrics),)
    )


def _verdicts(tell: Teller, schema: SchemaPerformance, told: list[Comparison], metrics: Mapping[str, Metric]) -> Grid:
    words, hidden = tell.words, hidden_figures(tell, schema)
    names = ("metric", "segment", "is", "against", "value", "other", "difference")
    rows = []
    for item in told:
        metric = metrics[item.metric]
        few = (item.metric, item.segment) in hidden or (item.metric, item.against) in hidden
        shown: tuple[Lines, ...] = (
            (cell(f"<{SMALL}"), cell("–"), cell("–"))
            if few
            else (
                cell(figure(words, item.value, metric)),
                cell(figure(words, item.other, metric)),
                _gap(words, item, metric),
            )
        )
        rows.append(
            (
                cell(metric_name(words, metric)),
                tell.segment_cell(schema.schema, item.segment),
                cell(standing(words, item), tone=TONES[item.standing]),
                cell(against(tell, schema.schema, item.against)),
                *shown,
            )
        )
    return Grid(
        title=words("performance.verdict.title", schema=tell.schema(schema.schema)),
        columns=tuple(words(f"performance.verdict.{name}") for name in names),
        rows=tuple(rows),
        numeric=frozenset({4, 5, 6}),
        sortable=True,
    )


def _gap(words: Words, item: Comparison, metric: Metric) -> Lines:
    """Return a difference with the interval it lies in."""
    if item.difference is None:
        return cell("–")
    said = _signed(words, item.difference, metric)
    if item.low is not None and item.high is not None:
        low, high = _signed(words, item.low, metric), _signed(words, item.high, metric)
        said = words("performance.between", value=said, low=low, high=high)
    if metric.kind is not MetricKind.AMOUNT:
        said = words("performance.points" if metric.kind is MetricKind.RATE else "performance.in_days", value=said)
    return amount(said, item.difference, Form.AMOUNT)


def _signed(words: Words, value: float, metric: Metric) -> str:
    sign = "+" if value >= 0 else MINUS
    if metric.kind is MetricKind.RATE:
        return sign + words.decimal(abs(value) * 100)
    return sign + (words.number(abs(value)) if metric.kind is MetricKind.DAYS else figure(words, abs(value), metric))


def _tests(tell: Teller, schema: SchemaPerformance, told: list[Comparison], metrics: Mapping[str, Metric]) -> Grid:
    words = tell.words
    return Grid(
        title=words("performance.verdict.tests"),
        columns=tuple(words(f"performance.verdict.{name}") for name in ("metric", "segment", "against", "why")),
        rows=tuple(
            (
                cell(metric_name(words, metrics[item.metric])),
                cell(tell.segment(schema.schema, item.segment)),
                cell(against(tell, schema.schema, item.against)),
                ((tell.evidence(item.reason),),),
            )
            for item in told
        ),
    )


def strata_blocks(tell: Teller, schema: SchemaPerformance) -> Iterator[Block]:
    """Yield whether verdicts hold when records alike in another field are compared."""
    found, words = schema.stratified, tell.words
    if found is None or not found.comparisons:
        return
    metrics = {table.metric.id: table.metric for table in schema.tables}
    field = shortened(found.field, 80)
    turned = sum(item.outcome is Confounding.TURNS for item in found.comparisons)
    faded = sum(item.outcome is Confounding.FADES for item in found.comparisons)
    name = "turns" if turned else "fades" if faded else "holds"
    tone = Tone.BAD if turned else Tone.WARN if faded else Tone.PLAIN
    yield Para(
        line=(
            Span(text=words(f"performance.strata.lead_{name}", field=field, n=turned or faded), strong=turned > 0),
            Span(text=" " + words("performance.strata.chosen" if found.chosen else "performance.strata.found")),
        ),
        tone=tone,
    )
    rows = []
    for item in found.comparisons[:_MOST_VERDICTS]:
        outcome, colour = _OUTCOMES[item.outcome]
        rows.append(
            (
                cell(metric_name(words, metrics[item.metric]) if item.metric in metrics else item.metric),
                tell.segment_cell(schema.schema, item.segment),
                cell(words(f"performance.standing.{NAMES[item.crude]}")),
                cell(words(f"performance.strata.{outcome}"), tone=colour),
                ((tell.evidence(item.reason),),),
            )
        )
    yield Grid(
        title=words("performance.strata.title", field=field),
        columns=tuple(words(f"performance.strata.{column}") for column in ("metric", "segment", "is", "within", "why")),
        rows=tuple(rows),
    )


def diagnosis_blocks(tell: Teller, schema: SchemaPerformance) -> Iterator[Block]:
    """Yield what to look at where a segment is weak: its data, the message, or whether it fits."""
    words = tell.words
    if not schema.diagnoses:
        return
    rows = tuple(
        (
            tell.segment_cell(schema.schema, item.segment),
            cell(words(f"performance.cause.{_CAUSES.get(item.cause, 'open')}"), tone=Tone.WARN),
            ((tell.evidence(item.reason),),),
        )
        for item in schema.diagnoses[:_MOST_VERDICTS]
    )
    yield Grid(
        title=words("performance.diagnosis.title"),
        columns=tuple(words(f"performance.diagnosis.{name}") for name in ("segment", "look_at", "why")),
        rows=rows,
    )
