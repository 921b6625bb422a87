"""What stands behind the segments in the dictionary: treatment map, definitions, scores, exceptions, fields."""

from collections.abc import Iterator

from segaudit.model.conditions import clauses_of
from segaudit.model.fields import FieldType
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import RuleException, Segment
from segaudit.report.document import Tone
from segaudit.report.page import Block, Grid, Lines, Outline, Para, Section, Span, cell, span
from segaudit.report.rules_docs_names import (
    Names,
    conditions_of,
    documented,
    schema_name,
    segment_anchor,
    segment_title,
)
from segaudit.report.rules_docs_segment import TREATMENT, coverage_cells, score_blocks
from segaudit.segments.wording import missing_words
from segaudit.segments.wording_values import field_words

_TYPES = {
    FieldType.TEXT: "text",
    FieldType.ID: "id",
    FieldType.ENUM: "one of a list",
    FieldType.MULTI: "several of a list",
    FieldType.INT: "whole number",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "money",
    FieldType.DATE: "date",
    FieldType.BOOL: "yes or no",
    FieldType.EMAIL: "e-mail address",
    FieldType.PHONE: "phone number",
    FieldType.URL: "web address",
}


def treatment_map(docs: RulesDocs) -> Iterator[Section]:
    """Yield the matrix of segments and what is written down of their treatment."""
    segments = list(docs.rules.segments())
    own = {key: None for _, segment in segments for key in _treatment(segment) if not key.startswith("x-")}
    keys = [*TREATMENT, *(key for key in own if key not in TREATMENT)]
    rows = []
    missing = 0
    for schema, segment in segments:
        cells = [_filled(segment, key) for key in keys]
        missing += sum(line[0].tone is Tone.BAD for (line,) in cells)
        name = cell(segment_title(segment), to=segment_anchor(schema.id, segment.id))
        rows.append((name, cell(schema_name(schema)), *cells))
    titles = tuple(TREATMENT.get(key) or field_words(key) for key in keys)
    told = f"{missing:,} of {len(segments) * len(keys):,} entries are missing." if missing else "Every entry is filled."
    grid = Grid(title="Treatment by segment", columns=("Segment", "Schema", *titles), rows=tuple(rows))
    yield Section(
        title="Treatment map",
        anchor="treatment-map",
        level=2,
        blocks=(Para(line=span(told), tone=Tone.WARN if missing else Tone.GOOD), grid),
    )


def _treatment(segment: Segment) -> dict[str, object]:
    found = segment.documentation.get("treatment")
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _filled(segment: Segment, key: str) -> Lines:
    if _treatment(segment).get(key) not in (None, "", [], {}):
        return cell("✓", tone=Tone.GOOD)
    if segment.suppress and key != "next_action":
        return cell("not needed", tone=Tone.QUIET)
    return cell("missing", tone=Tone.BAD)


def glossary(names: Names) -> Iterator[Section]:
    """Yield the definitions that criteria are made of, and the scores."""
    entries = tuple(_definition(names, name) for name in sorted(names.definitions))
    if entries:
        note = Para(line=span("Defined once and used by name wherever the criteria need it."), tone=Tone.QUIET)
        yield Section(title="Definitions", anchor="definitions", level=2, blocks=(note, *entries))
    scores = tuple(
        Section(
            title=field_words(name),
            anchor=names.anchors[f"score:{name}"],
            level=3,
            blocks=tuple(score_blocks(names, score)),
        )
        for name, score in names.rules.scores.items()
    )
    if scores:
        yield Section(title="Scores", anchor="scores", level=2, blocks=scores)


def _definition(names: Names, name: str) -> Section:
    condition = names.definitions[name]
    anchor = names.anchors[f"predicate:{name}"]
    users = [
        (schema, segment)
        for schema, segment in names.rules.segments()
        if any(names.uses(part, name) for part in (segment.criteria, *segment.exclude))
    ]
    line = [Span(text="Used by " if users else "No segment uses it.")]
    for place, (schema, segment) in enumerate(users):
        line += [Span(text=", ")] if place else []
        line.append(Span(text=segment_title(segment), to=segment_anchor(schema.id, segment.id)))
        line.append(Span(text=f" ({schema_name(schema)})"))
    missing = [Para(line=span(said), tone=Tone.QUIET) for said in missing_words((condition,), names.fields)]
    used = Para(line=tuple(line), tone=Tone.QUIET if users else Tone.WARN)
    blocks: tuple[Block, ...] = (Outline(items=names.items(condition)), *missing, used)
    return Section(title=field_words(name), anchor=anchor, level=3, blocks=blocks)


def exceptions(docs: RulesDocs, names: Names) -> Iterator[Section]:
    """Yield the exceptions that hold on the day of the dictionary."""
    held = [item for item in docs.rules.exceptions if item.expires_on is None or item.expires_on >= docs.as_of]
    over = len(docs.rules.exceptions) - len(held)
    if not docs.rules.exceptions:
        return
    blocks: list[Block] = []
    if held:
        titles = ("Record", "Put into", "Reason", "Approved by", "Until")
        blocks.append(Grid(title="Exceptions", columns=titles, rows=tuple(_exception(names, item) for item in held)))
    else:
        blocks.append(Para(line=span("None is in force.")))
    if over:
        blocks.append(Para(line=span(f"{over:,} have expired and are no longer honoured."), tone=Tone.WARN))
    yield Section(title="Exceptions in force", anchor="exceptions", level=2, blocks=tuple(blocks))


def _exception(names: Names, item: RuleException) -> tuple[Lines, ...]:
    label = names.segment_name(f"{item.schema}.{item.segment}")
    return (
        cell(item.record_id),
        cell(label, to=segment_anchor(item.schema, item.segment)),
        cell(item.reason) if item.reason else cell("none is given", tone=Tone.BAD),
        cell(item.approved_by) if item.approved_by else cell("nobody", tone=Tone.BAD),
        cell(item.expires_on.isoformat()) if item.expires_on else cell("for good", tone=Tone.WARN),
    )


def fields_used(docs: RulesDocs) -> Iterator[Section]:
    """Yield the fields that criteria, scores and requirements name."""
    used: dict[str, dict[str, None]] = {}
    for schema, segment in docs.rules.segments():
        required = documented(segment, "required_fields")
        wanted = map(str, required) if isinstance(required, list) else ()
        for name in (*segment.fields, *wanted):
            used.setdefault(name, {})[f"{schema.id}.{segment.id}"] = None
    for condition in conditions_of(docs.rules):
        for clause in clauses_of(condition):
            used.setdefault(clause.field, {})
    if not used:
        return
    filled = ("Filled in",) if docs.data is not None else ()
    columns = ("Field", "What it is", "Kind", "Owner", "Read by", *filled, "At least")
    rows = tuple(_field_row(docs, name, len(segments)) for name, segments in sorted(used.items()))
    grid = Grid(title="Fields", columns=columns, rows=rows, numeric=frozenset(range(4, len(columns))))
    yield Section(title="Fields used", anchor="fields", level=2, blocks=(grid,))


def _field_row(docs: RulesDocs, name: str, segments: int) -> tuple[Lines, ...]:
    field, known = docs.rules.fields.get(name), docs.catalogue.get(name)
    about = (field.description if field else "") or (known.description if known else "")
    kind = _TYPES.get(field.type, field.type.value) if field else ""
    currency = f" ({field.currency})" if field and field.currency else ""
    owner = field.owner if field else ""
    return (
        cell(name, strong=True),
        cell(about) if about else cell("not described", tone=Tone.QUIET),
        cell(f"{kind}{currency}"),
        cell(owner) if owner else cell("–", tone=Tone.QUIET),
        cell(f"{segments} segment{'' if segments == 1 else 's'}"),
        *coverage_cells(docs, name),
    )
