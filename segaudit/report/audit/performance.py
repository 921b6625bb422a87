"""What segments came to: what may be said of the differences, what may not, and what is lacking to say more."""

from collections.abc import Iterator

from segaudit.model.audit import AuditResult
from segaudit.model.performance import NotComputable, PerformanceResult, SchemaPerformance, Standing
from segaudit.report.audit.performance_figures import charts, figures_fold
from segaudit.report.audit.performance_verdicts import diagnosis_blocks, metric_name, strata_blocks, verdict_blocks
from segaudit.report.audit.segment_words import MOST_SCHEMAS, Teller, note, unassessed
from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Grid,
    Item,
    Lines,
    Outline,
    Para,
    Section,
    Span,
    amount,
    cell,
    span,
)
from segaudit.report.words import Words

ANCHOR = "performance"
_TOLD = (Standing.BETTER, Standing.WORSE, Standing.EQUIVALENT)
_CORRECTIONS = {"holm": "Holm", "bh": "Benjamini-Hochberg"}
_HAND_IN = ("campaign", "deals", "activities")
_MOST_ROWS = 100


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what segments came to; None where there are no segments."""
    title = words("performance.title")
    if result.segments is None:
        return None
    tell = Teller.about(result.segments, words, redacted=result.redacted)
    found = result.segments.performance
    measured = _measured(found) if found is not None else []
    if found is None or not measured:
        lacking = found.not_computable if found is not None else ()
        told = unassessed(result, words, "performance", title=title, anchor=ANCHOR) if found is None else None
        blocks = (*_nothing(words), *(told.blocks if told is not None else ()), *_lacking(tell, lacking))
        return Section(title=title, anchor=ANCHOR, level=2, blocks=blocks)
    blocks = (
        *_lead(tell, found, measured),
        _all_schemas(tell, measured),
        *(_schema(tell, found, schema) for schema in measured[:MOST_SCHEMAS]),
        *_lacking(tell, found.not_computable),
    )
    return Section(title=title, anchor=ANCHOR, level=2, blocks=blocks)


def _measured(found: PerformanceResult) -> list[SchemaPerformance]:
    """Return the schemas of which something can be compared."""
    return [
        schema for schema in found.schemas if schema.tables and sum(members > 0 for _, members in schema.segments) > 1
    ]


def _nothing(words: Words) -> Iterator[Block]:
    """Yield what would have to be handed in."""
    yield Para(line=span(words("performance.nothing"), strong=True), tone=Tone.WARN)
    items = tuple(Item(line=span(words(f"performance.hand_in.{name}"))) for name in _HAND_IN)
    yield Outline(items=items)
    yield note(words("performance.hand_in.key"))


def _lead(tell: Teller, found: PerformanceResult, measured: list[SchemaPerformance]) -> Iterator[Block]:
    words = tell.words
    standings = [item.standing for schema in measured for item in schema.comparisons if item.is_reference]
    better, worse = standings.count(Standing.BETTER), standings.count(Standing.WORSE)
    equal, small = standings.count(Standing.EQUIVALENT), standings.count(Standing.TOO_SMALL)
    yield Figures(
        items=tuple(
            (words.number(number), words(f"performance.figure.{name}", n=number))
            for name, number in (("better", better), ("worse", worse), ("equivalent", equal), ("small", small))
        )
    )
    if better + worse:
        yield note(words("performance.lead", n=better + worse, all=len(standings)), Tone.PLAIN)
    else:
        yield note(words("performance.lead_none", all=len(standings)), Tone.WARN)
    yield Facts(
        rows=(
            (words("performance.how.interval"), cell(words("performance.how.interval_said"))),
            (
                words("performance.how.corrected"),
                cell(words("performance.how.corrected_said", name=_CORRECTIONS[found.correction], alpha=found.alpha)),
            ),
            (words("performance.how.small"), cell(words("performance.how.small_said"))),
            (words("performance.how.unit"), cell(words(f"performance.how.unit_{found.unit}"))),
        )
    )
    for text in found.notes:
        yield Para(line=(tell.evidence(text),), tone=Tone.WARN)
    directional = {
        table.metric.id: table.metric for schema in measured for table in schema.tables if table.metric.directional
    }
    for metric in directional.values():
        said = (Span(text=words("performance.directional", metric=metric_name(words, metric)) + " "),)
        yield Para(line=(*said, tell.evidence(metric.directional)), tone=Tone.WARN)


def _all_schemas(tell: Teller, measured: list[SchemaPerformance]) -> Grid:
    words = tell.words
    names = ("schema", "segments", "metrics", "compared", "better", "worse", "equivalent", "small")
    rows = tuple(
        _schema_row(tell, schema, linked=place < MOST_SCHEMAS) for place, schema in enumerate(measured[:_MOST_ROWS])
    )
    return Grid(
        title=words("performance.all.title"),
        columns=tuple(words(f"performance.all.{name}") for name in names),
        rows=rows,
        numeric=frozenset(range(1, len(names))),
        sortable=True,
    )


def _schema_row(tell: Teller, schema: SchemaPerformance, *, linked: bool) -> tuple[Lines, ...]:
    # Of all comparisons, with the reference and in pairs; those with nothing to measure are too small, and not tested.
    standings = [item.standing for item in schema.comparisons]
    tones = {Standing.BETTER: Tone.GOOD, Standing.WORSE: Tone.BAD}
    counts = [(standing, standings.count(standing)) for standing in (*_TOLD, Standing.TOO_SMALL)]
    return (
        cell(tell.schema(schema.schema), to=schema_anchor(schema.schema) if linked else ""),
        *(_counted(tell, number) for number in (len(schema.segments), len(schema.tables), schema.family)),
        *(_counted(tell, number, tones.get(standing, Tone.PLAIN)) for standing, number in counts),
    )


def _counted(tell: Teller, number: int, tone: Tone = Tone.PLAIN) -> Lines:
    """Return a number of comparisons, which stand for nobody, as a cell."""
    return amount(tell.words.number(number), number, tone=tone if number else Tone.QUIET)


def schema_anchor(schema: str) -> str:
    """Return where a schema stands in this section; no other anchor here is like it, for a schema has no hyphen."""
    return f"{ANCHOR}-{schema}"


def _schema(tell: Teller, found: PerformanceResult, schema: SchemaPerformance) -> Section:
    words = tell.words
    reference = f"performance.against.{schema.reference}"
    against = words(reference) if words.has(reference) else tell.segment(schema.schema, schema.reference)
    lead = words(
        "performance.compared",
        n=schema.family,
        name=_CORRECTIONS[found.correction],
        alpha=found.alpha,
        against=against,
    )
    blocks: list[Block] = [
        *verdict_blocks(tell, schema),
        *diagnosis_blocks(tell, schema),
        *charts(tell, schema),
        *strata_blocks(tell, schema),
        note(lead),
        *(Para(line=(tell.evidence(text),), tone=Tone.QUIET) for text in schema.notes),
        figures_fold(tell, schema),
    ]
    return Section(title=tell.schema(schema.schema), anchor=schema_anchor(schema.schema), level=3, blocks=tuple(blocks))


def _lacking(tell: Teller, lacking: tuple[NotComputable, ...]) -> Iterator[Block]:
    """Yield which metrics nothing provides, and which column would."""
    if not lacking:
        return
    words = tell.words
    rows = tuple((cell(metric_name(words, item)), ((tell.evidence(item.reason),),)) for item in lacking)
    grid = Grid(
        title=words("performance.lacking.title"),
        columns=(words("performance.lacking.metric"), words("performance.lacking.why")),
        rows=rows,
    )
    yield Section(title=words("performance.lacking.title"), anchor=f"{ANCHOR}-not-computed", level=3, blocks=(grid,))
