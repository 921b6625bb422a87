"""The page of one segment in the dictionary."""

from collections.abc import Iterator

from segaudit.model.decisions import SegmentCounts
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import Assignment, Schema, Score, Segment
from segaudit.report.document import Tone, percent
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Grid,
    Line,
    Lines,
    Outline,
    Para,
    Section,
    Span,
    cell,
    span,
)
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
from segaudit.report.rules_docs_neighbours import neighbours, share_of
from segaudit.segments.wording import missing_words
from segaudit.segments.wording_values import field_words, listed, number_words

TREATMENT = {
    "next_action": "Next action",
    "message": "Message",
    "pains": "Pains",
    "outcomes": "Outcomes",
    "proof": "Proof",
    "objections": "Objections",
    "assets": "Assets",
}
_MEASURES = {
    "primary": "Measured by",
    "baseline": "Rate today",
    "detect_relative": "Change to detect (relative)",
    "detect_absolute": "Change to detect (absolute)",
    "holdout": "Held out, gets nothing",
}
_MOST_CAUSES = 4
_SUPPRESSED = "Nothing is sent to these records: no mail, no call, no ad audience, whatever else is true of them."


def segment_section(docs: RulesDocs, names: Names, schema: Schema, segment: Segment) -> Section:
    """Return everything the dictionary says of a segment."""
    blocks: list[Block] = []
    if segment.suppress:
        blocks.append(Para(line=span(_SUPPRESSED, strong=True), tone=Tone.BAD))
    blocks.append(Para(line=_lead(names, schema, segment)))
    if text := text_of(documented(segment, "description")):
        blocks.append(Para(line=span(text)))
    blocks += _who(docs, schema, segment)
    blocks.append(Facts(rows=tuple(_facts(names, schema, segment))))
    blocks += _criteria(names, segment)
    blocks += _required(docs, segment)
    blocks += _treatment(segment)
    blocks += _measure(segment)
    blocks += _score(names, segment)
    blocks += neighbours(docs, names, schema, segment)
    blocks += _example(docs, schema, segment)
    marks = (Span(text="SUPPRESSED", tone=Tone.BAD, strong=True),) if segment.suppress else ()
    return Section(
        title=segment_title(segment),
        anchor=segment_anchor(schema.id, segment.id),
        level=4,
        blocks=tuple(blocks),
        marks=(Span(text=f"{schema.id}.{segment.id}", tone=Tone.QUIET), *marks),
        card=True,
    )


def _lead(names: Names, schema: Schema, segment: Segment) -> Line:
    """Return the segment in a sentence."""
    said = f"A record is in it if {names.told(segment.criteria)}"
    if segment.exclude:
        said += f"; but not if {listed([names.told(condition) for condition in segment.exclude], 'or')}"
    before = schema.segments[: schema.segments.index(segment)]
    if schema.assign is not Assignment.FIRST_MATCH or not before:
        return span(f"{said}.")
    line = [Span(text=f"{said}. What meets an earlier segment stays there: ")]
    for place, other in enumerate(before):
        line += [Span(text=", ")] if place else []
        line.append(Span(text=segment_title(other), to=segment_anchor(schema.id, other.id)))
    return (*line, Span(text="."))


def _who(docs: RulesDocs, schema: Schema, segment: Segment) -> Iterator[Block]:
    """Yield how many are in it, and of how many it cannot be told why."""
    if docs.data is None:
        return
    counted, rows = docs.data.counted(schema.id, segment.id), docs.data.source.rows
    figures = [
        (f"{counted.members:,}", "records in it"),
        (share_of(counted.members, rows), "of all records"),
        (f"{counted.undecided:,}", "cannot be told"),
    ]
    if counted.matched != counted.members:
        figures.append((f"{counted.matched - counted.members:,}", "meet it, but are taken by a segment before it"))
    if counted.members_by_exception:
        figures.append((f"{counted.members_by_exception:,}", "put into it by an exception"))
    yield Figures(items=tuple(figures))
    if counted.undecided:
        yield Para(line=span(_why_open(docs, counted)), tone=Tone.WARN)


def _why_open(docs: RulesDocs, counted: SegmentCounts) -> str:
    absent = docs.data.absent_fields if docs.data is not None else ()
    causes = [
        f"{field_words(name)} ({'no column has it' if name in absent else f'{rows:,} records'})"
        for name, rows in counted.undecided_by_field[:_MOST_CAUSES]
    ]
    rest = len(counted.undecided_by_field) - _MOST_CAUSES
    causes += [f"{rest} more fields"] if rest > 0 else []
    told = listed(causes) if causes else "a segment it refers to"
    return f"{counted.undecided:,} cannot be told, because this is missing, unreadable or leaves it open: {told}."


def _facts(names: Names, schema: Schema, segment: Segment) -> Iterator[tuple[str, Lines]]:
    yield "Part of", cell(schema_name(schema), to=schema_anchor(schema.id))
    for key, title in (("decision", "Decision"), ("persona", "Persona"), ("personas", "Personas")):
        if (value := documented(segment, key)) is not None:
            yield title, words_of(value)
    owner = documented(segment, "owner") or documented(schema, "owner")
    yield "Owner", words_of(owner) if owner is not None else cell("nobody is named", tone=Tone.BAD)
    refresh = documented(segment, "refresh") or documented(schema, "refresh")
    yield "Refreshed", words_of(refresh) if refresh is not None else cell("not stated", tone=Tone.WARN)
    for key, title in (("review_on", "To be reviewed"), ("approved_by", "Approved by"), ("notes", "Notes")):
        if (value := documented(segment, key)) is not None:
            yield title, words_of(value)
    if (rank := segment.rank_within) is not None:
        order = "highest first" if rank.descending else "lowest first"
        to = names.anchors.get(f"score:{rank.by}", "") if rank.is_score else ""
        yield "Members ranked by", ((Span(text=field_words(rank.by), to=to), Span(text=f", {order}")),)


def _criteria(names: Names, segment: Segment) -> Iterator[Block]:
    yield Section(
        title="Criteria",
        anchor="",
        level=5,
        blocks=(Outline(items=names.items(segment.criteria)),),
    )
    if segment.exclude:
        items = tuple(item for condition in segment.exclude for item in names.items(condition))
        title = "Never in it, whatever the criteria say"
        yield Section(title=title, anchor="", level=5, blocks=(Outline(items=items),))
    for sentence in missing_words((segment.criteria, *segment.exclude), names.fields):
        yield Para(line=span(sentence), tone=Tone.QUIET)


def _required(docs: RulesDocs, segment: Segment) -> Iterator[Block]:
    wanted = documented(segment, "required_fields")
    fields = [str(name) for name in wanted] if isinstance(wanted, list) else [str(wanted)] if wanted else []
    if not fields:
        return
    rows = tuple((cell(field_words(name)), *coverage_cells(docs, name)) for name in fields)
    filled = ("Filled in",) if docs.data is not None else ()
    grid = Grid(
        title="Required fields",
        columns=("Field", *filled, "At least"),
        rows=rows,
        numeric=frozenset(range(1, 2 + len(filled))),
    )
    yield Section(title="Cannot do without", anchor="", level=5, blocks=(grid,))


def coverage_cells(docs: RulesDocs, name: str) -> tuple[Lines, ...]:
    """Return how much of a field is filled, if data is given, and how much of it has to be."""
    field = docs.rules.fields.get(name)
    least = field.min_coverage if field is not None else None
    wanted = cell(percent(least) if least is not None else "–")
    if docs.data is None:
        return (wanted,)
    share = docs.data.coverage.get(name)
    if share is None:
        return cell("no column has it", tone=Tone.BAD), wanted
    low = least is not None and share < least
    return cell(percent(share), tone=Tone.BAD if low else Tone.PLAIN), wanted


def _treatment(segment: Segment) -> Iterator[Block]:
    treatment = documented(segment, "treatment")
    if not isinstance(treatment, dict):
        if treatment is not None:
            yield Section(title="Treatment", anchor="", level=5, blocks=(Para(line=span(text_of(treatment))),))
        return
    known = [key for key in TREATMENT if treatment.get(key)]
    keys = [*known, *(key for key in treatment if key not in TREATMENT and not str(key).startswith("x-"))]
    rows = tuple((TREATMENT.get(key) or field_words(str(key)), words_of(treatment[key])) for key in keys)
    if rows:
        yield Section(title="Treatment", anchor="", level=5, blocks=(Facts(rows=rows),))


def _measure(segment: Segment) -> Iterator[Block]:
    measure = documented(segment, "measure")
    if isinstance(measure, dict):
        rows = tuple(
            (_MEASURES.get(str(key)) or field_words(str(key)), tuple(_measured(str(key), value)))
            for key, value in measure.items()
        )
        yield Section(title="Measure", anchor="", level=5, blocks=(Facts(rows=rows),))
    elif measure is not None:
        yield Section(title="Measure", anchor="", level=5, blocks=(Para(line=span(text_of(measure))),))


def _measured(key: str, value: object) -> Iterator[Line]:
    if key == "primary":
        yield span(field_words(str(value)))
    else:
        yield from words_of(value, key)


def _score(names: Names, segment: Segment) -> Iterator[Block]:
    score = segment.score
    if score is None:
        return
    if to := names.anchors.get(f"score:{score.name}"):
        line = (Span(text="Its members are scored by "), Span(text=field_words(score.name), to=to), Span(text="."))
        yield Section(title="Score", anchor="", level=5, blocks=(Para(line=line),))
    else:
        yield Section(title="Score", anchor="", level=5, blocks=tuple(score_blocks(names, score)))


def score_blocks(names: Names, score: Score) -> Iterator[Block]:
    """Yield what a score is made of."""
    if score.description:
        yield Para(line=span(score.description))
    least, most = (number_words(end) for end in score.ends)
    rows = tuple(
        (cell(field_words(part.name) or f"part {place}"), cell(number_words(part.points)), cell(names.told(part.when)))
        for place, part in enumerate(score.parts, start=1)
    )
    yield Grid(title="Parts of the score", columns=("Part", "Points", "If"), rows=rows, numeric=frozenset({1}))
    open_ = "A part that cannot be told leaves the score between two ends."
    yield Para(line=span(f"From {least} to {most} points. {open_}"), tone=Tone.QUIET)


def _example(docs: RulesDocs, schema: Schema, segment: Segment) -> Iterator[Block]:
    example = docs.data.examples.get((schema.id, segment.id)) if docs.data is not None else None
    if example is None or not example.values:
        return
    rows = tuple((field_words(name), cell(value)) for name, value in example.values)
    hidden = "One of its records; what could point to a person or company is masked." if example.masked else ""
    note = Para(line=span(hidden or "One of its records, as it stands in the file."), tone=Tone.QUIET)
    yield Section(title="What one looks like", anchor="", level=5, blocks=(note, Facts(rows=rows)))
