"""Who is treated in two ways at once: those who are in the records several times, in different segments."""

from collections.abc import Iterator

from segaudit.model.decisions import Leakage, SchemaCounts
from segaudit.model.segments import Schema
from segaudit.report.audit.segment_words import Teller, note
from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Grid, Para, Section, Span, cell
from segaudit.report.words import Words

_MOST_PAIRS = 10
_MOST_EXAMPLES = 8
_MOST_RECORDS = 6  # of an example


def people(words: Words, kind: str, *, begins: bool = True) -> str:
    """Return what several records of a table stand for, as it begins a line or stands within a sentence."""
    group = "segments.who" if begins else "segments.whom"
    known = f"{group}.{kind}"
    return words(known) if words.has(known) else words(f"{group}.contacts")


def leakage_section(tell: Teller, schema: Schema, counted: SchemaCounts, kind: str) -> Iterator[Block]:
    """Yield who is in several segments by being there several times; nothing where entities were not asked for."""
    found, resolution = counted.leakage, tell.segments.overlap.resolution
    if found is None or resolution is None:
        return
    words, who = tell.words, people(tell.words, kind, begins=False)
    if not found.entities:
        yield note(words("segments.leakage.none", who=who), Tone.GOOD)
        return
    said = words("segments.leakage.said", n=tell.value(found.entities), who=who)
    if not tell.hides(found.entities):
        share = tell.share(found.entities, resolution.several)
        said = f"{said} {words('segments.leakage.share', share=share, records=found.records)}"
    lead = Para(line=(Span(text=said),), tone=Tone.WARN)
    blocks: list[Block] = [lead, _pairs(tell, schema, found, people(words, kind))]
    if not tell.redacted and found.examples:
        blocks.append(Fold(title=words("segments.leakage.examples"), blocks=(_examples(tell, schema, found),)))
    yield Section(title=words("segments.leakage.title"), anchor="", level=4, blocks=tuple(blocks))


def _pairs(tell: Teller, schema: Schema, found: Leakage, who: str) -> Grid:
    words = tell.words
    return Grid(
        title=words("segments.leakage.table"),
        columns=(words("segments.leakage.a"), words("segments.leakage.b"), words("segments.leakage.n", who=who)),
        rows=tuple(
            (tell.segment_cell(schema.id, pair.a), tell.segment_cell(schema.id, pair.b), tell.count(pair.entities))
            for pair in found.pairs[:_MOST_PAIRS]
        ),
        numeric=frozenset({2}),
        sortable=True,
    )


def _examples(tell: Teller, schema: Schema, found: Leakage) -> Grid:
    words = tell.words
    rows = []
    for item in found.examples[:_MOST_EXAMPLES]:
        told = [
            words("segments.leakage.row", row=words.number(row), label=tell.segment(schema.id, label))
            for row, label in zip(item.rows, item.labels, strict=True)
        ]
        rows.append((cell(item.entity_id), cell(tell.listed(told, _MOST_RECORDS))))
    return Grid(
        title=words("segments.leakage.examples"),
        columns=(words("segments.leakage.entity"), words("segments.leakage.rows")),
        rows=tuple(rows),
    )
