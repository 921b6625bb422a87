"""The segment dictionary as a page: what is asked, every segment, and what stands behind them."""

from collections.abc import Iterator
from pathlib import Path

from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.report.document import Tone, percent
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Grid,
    Item,
    Line,
    Lines,
    Outline,
    Page,
    Para,
    Section,
    Span,
    cell,
    span,
)
from segaudit.report.rules_docs_glossary import exceptions, fields_used, glossary, treatment_map
from segaudit.report.rules_docs_names import (
    Names,
    documented,
    schema_anchor,
    schema_name,
    segment_anchor,
    segment_title,
    text_of,
    words_of,
)
from segaudit.report.rules_docs_segment import segment_section
from segaudit.segments.wording_values import field_words, listed, number_words

_HOW = {
    Assignment.FIRST_MATCH: "A record gets the first segment it meets, in this order",
    Assignment.EXACTLY_ONE: "A record gets the one segment it meets; to meet two is a mistake, labelled",
    Assignment.ALL_MATCHES: "A record gets every segment it meets",
}


def dictionary_page(docs: RulesDocs) -> Page:
    """Return the dictionary; what is not known is left out rather than held open."""
    parts = dictionary_sections(docs)
    blocks: tuple[Block, ...] = (_figures(docs), _contents(docs, parts), *parts)
    return Page(title="Segment dictionary", about=tuple(_about(docs)), blocks=blocks)


def dictionary_sections(docs: RulesDocs) -> tuple[Section, ...]:
    """Return the parts of the dictionary, for a page of its own or as part of another."""
    names = Names.of(docs.rules)
    schemas = tuple(_schema_segments(docs, names, schema) for schema in docs.rules.schemas)
    return (
        _questions(docs),
        _all_segments(docs),
        Section(title="The segments", anchor="the-segments", level=2, blocks=schemas),
        *treatment_map(docs),
        *glossary(names),
        *exceptions(docs, names),
        *fields_used(docs),
        *_governance(docs),
    )


def _about(docs: RulesDocs) -> Iterator[Line]:
    yield span("What each segment is, who is in it, what is decided by it, and how its members are treated.")
    files = listed([Path(file).name for file in docs.rules.files])
    yield span(f"Made from {files} (version {docs.rules.sha256[:12]}); days are counted from {docs.as_of.isoformat()}.")
    if docs.data is not None:
        source = docs.data.source
        yield span(f"Counted in {Path(source.name).name}, {source.rows:,} records.")


def _figures(docs: RulesDocs) -> Figures:
    segments = list(docs.rules.segments())
    items = [(f"{len(docs.rules.schemas):,}", "schemas"), (f"{len(segments):,}", "segments")]
    if docs.data is not None:
        items.append((f"{docs.data.source.rows:,}", "records"))
    suppressed = sum(segment.suppress for _, segment in segments)
    if suppressed:
        items.append((f"{suppressed:,}", "suppressed: nothing is sent"))
    return Figures(items=tuple(items))


def _contents(docs: RulesDocs, parts: tuple[Section, ...]) -> Section:
    schemas = tuple(Item(line=span(schema_name(schema), to=schema_anchor(schema.id))) for schema in docs.rules.schemas)
    items = tuple(
        Item(line=span(part.title, to=part.anchor), children=schemas if part.anchor == "the-segments" else ())
        for part in parts
    )
    return Section(title="Contents", anchor="contents", level=2, blocks=(Outline(items=items),))


def _questions(docs: RulesDocs) -> Section:
    columns = (
        "Schema", "What it answers", "Looks at", "How a record is placed", "Otherwise", "Refreshed",
    )  # fmt: skip
    rows = tuple(
        (
            cell(schema_name(schema), to=schema_anchor(schema.id)),
            words_of(documented(schema, "objective")) or cell("not stated", tone=Tone.WARN),
            cell(field_words(text_of(documented(schema, "dimension"))) or "–"),
            cell(f"{_how(schema)}."),
            cell(_otherwise(schema)),
            words_of(documented(schema, "refresh")) or cell("not stated", tone=Tone.WARN),
        )
        for schema in docs.rules.schemas
    )
    grid = Grid(title="What each schema answers", columns=columns, rows=rows)
    return Section(title="The questions", anchor="questions", level=2, blocks=(grid,))


def _otherwise(schema: Schema) -> str:
    """Return what a record is labelled that meets no segment, or of which it cannot be told."""
    if schema.undecided_label == schema.otherwise:
        return f'"{schema.otherwise}"'
    return f'"{schema.otherwise}"; if it cannot be told, "{schema.undecided_label}"'


def _how(schema: Schema) -> str:
    if schema.assign is Assignment.FIRST_MATCH:
        return f"{_HOW[schema.assign]}: {listed([segment_title(segment) for segment in schema.segments])}"
    if schema.assign is Assignment.EXACTLY_ONE:
        return f'{_HOW[schema.assign]} "{schema.conflict}"'
    return _HOW[schema.assign]


def _all_segments(docs: RulesDocs) -> Section:
    sized = ("Records", "Share") if docs.data is not None else ()
    columns = ("Segment", "Schema", "Owner", "Decision", *sized)
    rows = tuple(_segment_row(docs, schema, segment) for schema, segment in docs.rules.segments())
    numeric = frozenset(range(4, 4 + len(sized)))
    grid = Grid(title="All segments", columns=columns, rows=rows, numeric=numeric)
    return Section(title="All segments", anchor="all-segments", level=2, blocks=(grid,))


def _segment_row(docs: RulesDocs, schema: Schema, segment: Segment) -> tuple[Lines, ...]:
    owner = documented(segment, "owner") or documented(schema, "owner")
    link = Span(text=segment_title(segment), to=segment_anchor(schema.id, segment.id))
    mark = (Span(text=" "), Span(text="SUPPRESSED", tone=Tone.BAD, strong=True)) if segment.suppress else ()
    sized: tuple[Lines, ...] = ()
    if docs.data is not None:
        members, rows = docs.data.counted(schema.id, segment.id).members, docs.data.source.rows
        sized = (cell(f"{members:,}"), cell(percent(members / rows) if rows else "–"))
    return (
        ((link, *mark),),
        cell(schema_name(schema)),
        words_of(owner) or cell("nobody", tone=Tone.BAD),
        words_of(documented(segment, "decision")) or cell("none is written down", tone=Tone.BAD),
        *sized,
    )


def _schema_segments(docs: RulesDocs, names: Names, schema: Schema) -> Section:
    blocks: list[Block] = []
    if text := text_of(documented(schema, "description")):
        blocks.append(Para(line=span(text)))
    blocks.append(Facts(rows=tuple(_schema_facts(docs, schema))))
    blocks += [segment_section(docs, names, schema, segment) for segment in schema.segments]
    return Section(title=schema_name(schema), anchor=schema_anchor(schema.id), level=3, blocks=tuple(blocks))


def _schema_facts(docs: RulesDocs, schema: Schema) -> Iterator[tuple[str, Lines]]:
    for key, title in (("objective", "Answers"), ("owner", "Owner"), ("notes", "Notes")):
        if (value := documented(schema, key)) is not None:
            yield title, words_of(value)
    yield "Placing", cell(f"{_how(schema)}.")
    yield "If none is met", cell(f'labelled "{schema.otherwise}"')
    same = "; the reason beside it says that, and which field is missing" if schema.undecided is None else ""
    yield "If it cannot be told", cell(f'labelled "{schema.undecided_label}"{same}')
    if (refresh := documented(schema, "refresh")) is not None:
        yield "Refreshed", words_of(refresh)
    if schema.transitions:
        yield "Allowed next", tuple(span(_transition(schema, label)) for label in schema.transitions)
    if docs.data is not None:
        counts = docs.data.counts[schema.id]
        labels = listed([f"{label} {rows:,}" for label, rows in counts.labels])
        yield "Labels given", cell(labels)


def _transition(schema: Schema, label: str) -> str:
    nexts = schema.transitions[label]
    return f"from {label} to {listed(nexts, 'or')}" if nexts else f"from {label} to nothing: it is an end"


def _governance(docs: RulesDocs) -> Iterator[Section]:
    governance = docs.rules.governance
    rows: list[tuple[str, Lines]] = []
    if governance.may_create:
        rows.append(("May create segments", words_of(list(governance.may_create))))
    if governance.approvers:
        rows.append(("Approve segments", words_of(list(governance.approvers))))
    low, high = governance.start
    stop = f"more than {governance.warn_above} needs a reason, more than {governance.stop_above} is too many"
    rows.append(("Segments in a schema", cell(f"{low} to {high} to begin with; {stop}")))
    if (hours := governance.capacity_hours_per_quarter) is not None:
        rows.append(("Capacity", cell(f"{number_words(hours)} hours a quarter")))
    yield Section(title="Governance", anchor="governance", level=2, blocks=(Facts(rows=tuple(rows)),))
