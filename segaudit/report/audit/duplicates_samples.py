"""Examples of duplicates: the records side by side with the golden record, and how alike they are."""

from collections.abc import Iterator

from segaudit.model.audit import AuditedTable, EntitySample
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.charts import GraphChart, Link
from segaudit.report.document import Tone
from segaudit.report.page import Block, Facts, Grid, Lines, Section, Span, cell

_LIKELIER_THAN_NOT = 0.5


def sample_sections(table: AuditedTable, anchor: str, says: Says) -> Iterator[Section]:
    """Yield a part for each example; a redacted report says what agreed, and shows no cell."""
    for number, sample in enumerate(table.samples, start=1):
        blocks: list[Block] = []
        if not says.redacted:
            blocks.append(_side_by_side(sample, says))
        if len(sample.links) > 1:
            blocks.append(_graph(sample, says))
        if sample.links:
            blocks.append(_evidence(sample, says))
        if blocks:
            title = says.words("duplicates.example", number=number, n=len(sample.rows))
            yield Section(title=title, anchor=f"{anchor}-{number}", level=4, blocks=tuple(blocks))


def _side_by_side(sample: EntitySample, says: Says) -> Grid:
    words = says.words
    records = tuple(words("duplicates.row", row=words.number(row)) for row, _ in sample.rows)
    return Grid(
        title=words("duplicates.side_by_side"),
        columns=(words("duplicates.learned.field"), *records, words("duplicates.golden")),
        rows=tuple(_field_row(place, sample, says) for place in range(len(sample.headers))),
    )


def _field_row(place: int, sample: EntitySample, says: Says) -> tuple[Lines, ...]:
    golden = sample.golden[place]
    cells = tuple(
        cell(
            says.cell(some[place]),
            tone=Tone.QUIET if not some[place].strip() else Tone.PLAIN if some[place] == golden else Tone.WARN,
        )
        for _, some in sample.rows
    )
    return (cell(name_of(sample.headers[place])), *cells, cell(says.cell(golden), strong=True))


def _names(sample: EntitySample, says: Says) -> dict[int, str]:
    """Return what each record is called: by its row, or by a letter where rows are not told."""
    if says.redacted:
        return {
            row: says.words("duplicates.record", letter=chr(ord("A") + place))
            for place, (row, _) in enumerate(sample.rows)
        }
    return {row: says.words("duplicates.row", row=says.words.number(row)) for row, _ in sample.rows}


def _graph(sample: EntitySample, says: Says) -> GraphChart:
    names = _names(sample, says)
    places = {row: place for place, row in enumerate(names)}
    links = tuple(
        Link(
            a=places[link.row_l],
            b=places[link.row_r],
            probability=link.probability,
            said=says.words.share(link.probability),
            joined=link.probability >= _LIKELIER_THAN_NOT,
        )
        for link in sample.links
        if link.row_l in places and link.row_r in places
    )
    return GraphChart(
        title=says.words("duplicates.graph"),
        summary=says.words("duplicates.graph_summary", n=len(names), share=says.words.share(sample.probability)),
        nodes=tuple(names.values()),
        links=links,
    )


def _evidence(sample: EntitySample, says: Says) -> Facts:
    names = _names(sample, says)
    return Facts(
        rows=tuple(
            (
                says.words("duplicates.pair", a=names[link.row_l], b=names[link.row_r]),
                ((Span(text=f"{says.words.share(link.probability)}: "), *says.english(link.evidence)),),
            )
            for link in sample.links
            if link.row_l in names and link.row_r in names
        )
    )
