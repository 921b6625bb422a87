"""Two rule books compared, on paper."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from segaudit.model.rules_diff import (
    Comparison,
    Example,
    MatchedBy,
    Relation,
    RulesDiff,
    SchemaDiff,
    SegmentDiff,
    SegmentDiffCounts,
)
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.proofs import witness_json
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json

_LONGEST = 400  # characters of a sentence
_LONGEST_VALUE = 160  # of what is said under a key
_MOST_FLOWS = 10
_Block: TypeAlias = Heading | Text | Table
_TONES = {Relation.SAME: Tone.GOOD, Relation.DISJOINT: Tone.BAD, Relation.NOT_PROVEN: Tone.QUIET}


def diff_document(result: RulesDiff) -> Document:
    """Return where two rule books part, as people read it; the first table has every segment both have."""
    blocks: list[_Block] = [
        Heading(text="Two definitions compared"),
        Text(text=f"A: {_files(result.a.files)}"),
        Text(text=f"B: {_files(result.b.files)}"),
        Text(text=diff_summary(result), tone=Tone.WARN if result.findings else Tone.GOOD),
        *_segments(result),
        *_findings(result),
        *_changes(result),
    ]
    if result.data is not None:
        blocks += _data(result)
    return Document(blocks=tuple(blocks))


def diff_summary(result: RulesDiff) -> str:
    """Return the whole in a line: ``as of 2026-03-31; 3 segments in both: 2 same, 1 narrower; 1 in A only``."""
    pairs = [item for schema in result.schemas for item in schema.segments]
    kinds = Counter(_overall(item) for item in pairs)
    told = ", ".join(f"{kinds[kind]:,} {_words(kind)}" for kind in Relation if kinds[kind])
    only_a = sum(len(schema.only_a) for schema in result.schemas)
    only_b = sum(len(schema.only_b) for schema in result.schemas)
    only_a += sum(len(result.a.schema(name).segments) for name in result.only_a)
    only_b += sum(len(result.b.schema(name).segments) for name in result.only_b)
    number = f"{len(pairs):,} {'segment' if len(pairs) == 1 else 'segments'} in both"
    parts = [f"{number}: {told}" if told else number]
    parts += [f"{only_a:,} in A only"] if only_a else []
    parts += [f"{only_b:,} in B only"] if only_b else []
    return f"as of {result.as_of.isoformat()}; {'; '.join(parts)}"


def _overall(item: SegmentDiff) -> Relation:
    if item.criteria.relation is Relation.SAME and item.membership is not None:
        return item.membership.relation
    return item.criteria.relation


def _files(files: Sequence[str]) -> str:
    named = shown(files[0], longest=200)
    return named if len(files) == 1 else f"{named} and {len(files) - 1:,} more"


def _words(relation: Relation) -> str:
    return relation.value.replace("_", " ")


def _segments(result: RulesDiff) -> list[_Block]:
    counted = result.data is not None
    titles = ["A", "B", "Only A", "Only B", "Cannot tell"] if counted else []
    columns = (
        Column(title="Schema"),
        Column(title="Segment"),
        Column(title="Criteria: B is"),
        Column(title="Members: B is"),
        *(Column(title=title, numeric=True) for title in titles),
    )
    rows = [_segment(schema, item) for schema in result.schemas for item in schema.segments]
    return [Table(columns=columns, rows=tuple(rows))] if rows else [Text(text="Nothing is in both.", tone=Tone.WARN)]


def _segment(schema: SchemaDiff, item: SegmentDiff) -> tuple[Cell, ...]:
    criteria = item.criteria.relation
    membership = item.membership.relation if item.membership is not None else criteria
    mark = " (by name)" if MatchedBy.NAME in {schema.by, item.by} else ""
    told: list[str | Cell] = [
        schema.a if schema.a == schema.b else f"{schema.a} / {schema.b}",
        (item.a if item.a == item.b else f"{item.a} / {item.b}") + mark,
        Cell(_words(criteria), _TONES.get(criteria, Tone.WARN)),
        Cell(_words(membership), _TONES.get(membership, Tone.WARN)),
    ]
    counts = item.counts
    if counts is None:
        return cells(told)
    numbers = (counts.a, counts.b, counts.only_a, counts.only_b)
    undecided = f"{counts.undecided_a:,}"
    if counts.undecided_a != counts.undecided_b:
        undecided += f" / {counts.undecided_b:,}"
    return cells([*told, *(f"{number:,}" for number in numbers), undecided])


def _findings(result: RulesDiff) -> list[_Block]:
    if not result.findings:
        return [Text(text="Both put the same records into the same segments.", tone=Tone.GOOD)]
    columns = (
        Column(title="Where"),
        Column(title="Severity"),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    rows = tuple(
        cells(
            [
                shown(item.where, longest=_LONGEST),
                Cell(item.severity, Tone.BAD if item.severity == "error" else Tone.WARN),
                shown(item.message, longest=_LONGEST),
                shown(item.hint, longest=_LONGEST),
            ]
        )
        for item in result.findings
    )
    number = len(result.findings)
    return [Heading(text=f"{number:,} {'finding' if number == 1 else 'findings'}"), Table(columns=columns, rows=rows)]


def _changes(result: RulesDiff) -> list[_Block]:
    """Return what is said differently, key by key: of schemas and segments, and of fields."""
    rows: list[tuple[str, str, str, str]] = []
    for schema in result.schemas:
        rows += [(schema.b, item.key, item.a, item.b) for item in schema.changes]
        for segment in schema.segments:
            rows += [(f"{schema.b}.{segment.b}", item.key, item.a, item.b) for item in segment.changes]
    fields = [(item.field, item.key, item.a, item.b) for item in result.fields]
    blocks: list[_Block] = []
    if rows:
        blocks += [Heading(text="What else is said differently"), _said("Of", rows)]
    if fields:
        blocks += [Heading(text="Fields declared differently"), _said("Field", fields)]
    return blocks


def _said(title: str, rows: Iterable[tuple[str, str, str, str]]) -> Table:
    columns = tuple(Column(title=name) for name in (title, "Key", "A", "B"))
    return Table(
        columns=columns,
        rows=tuple(
            cells([of, key, *(shown(text, longest=_LONGEST_VALUE) or "-" for text in (a, b))]) for of, key, a, b in rows
        ),
    )


def _data(result: RulesDiff) -> list[_Block]:
    data = result.data
    if data is None:
        return []
    blocks: list[_Block] = [
        Heading(text=f"In {shown(data.name, longest=200)}"),
        Text(text=f"{data.rows:,} records"),
    ]
    if data.absent:
        absent = ", ".join(data.absent)
        blocks.append(Text(text=f"No column provides: {absent}. Every record counts as blank there.", tone=Tone.WARN))
    for schema in result.schemas:
        for item in schema.segments:
            blocks += _examples(f"{schema.b}.{item.b}", item.counts)
        blocks += _flows(schema)
    return blocks


def _examples(name: str, counts: SegmentDiffCounts | None) -> list[_Block]:
    if counts is None:
        return []
    sides = (("A", counts.examples_a, counts.only_a), ("B", counts.examples_b, counts.only_b))
    return [
        Text(text=f"{name} in {side} only, {number:,} {'record' if number == 1 else 'records'}: {_rows(examples)}")
        for side, examples, number in sides
        if examples
    ]


def _rows(examples: Sequence[Example]) -> str:
    return ", ".join(
        f"row {item.row:,}" + (f" ({shown(item.record_id)})" if item.record_id is not None else "") for item in examples
    )


def _flows(schema: SchemaDiff) -> list[_Block]:
    """Return the labels that records have in A and not in B."""
    moved = [flow for flow in schema.flows if flow.a != flow.b]
    if not moved:
        return []
    columns = (Column(title="Label in A"), Column(title="Label in B"), Column(title="Records", numeric=True))
    rows = tuple(cells([shown(flow.a), shown(flow.b), f"{flow.rows:,}"]) for flow in moved[:_MOST_FLOWS])
    stay = sum(flow.rows for flow in schema.flows if flow.a == flow.b)
    head = f"{schema.a}: {sum(flow.rows for flow in moved):,} records get another label, {stay:,} the same"
    rest = sum(flow.rows for flow in moved[_MOST_FLOWS:])
    more = [Text(text=f"{rest:,} records more between other labels", tone=Tone.QUIET)] if rest else []
    return [Heading(text=head), Table(columns=columns, rows=rows), *more]


def diff_json(result: RulesDiff) -> dict[str, Any]:
    """Return where two rule books part, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules diff",
        "a": rules_json(result.a),
        "b": rules_json(result.b),
        "as_of": result.as_of.isoformat(),
        "schemas": [_schema_json(schema) for schema in result.schemas],
        "schemas_only_a": list(result.only_a),
        "schemas_only_b": list(result.only_b),
        "fields": [asdict(item) for item in result.fields],
        "findings": [item.to_dict() for item in result.findings],
        "data": asdict(result.data) if result.data is not None else None,
    }


def _schema_json(schema: SchemaDiff) -> dict[str, Any]:
    return {
        "a": schema.a,
        "b": schema.b,
        "matched_by": schema.by.value,
        "segments": [_segment_json(item) for item in schema.segments],
        "only_a": list(schema.only_a),
        "only_b": list(schema.only_b),
        "changes": [asdict(item) for item in schema.changes],
        "labels": [asdict(item) for item in schema.flows],
    }


def _segment_json(item: SegmentDiff) -> dict[str, Any]:
    counts = item.counts
    return {
        "a": item.a,
        "b": item.b,
        "matched_by": item.by.value,
        "criteria": _comparison_json(item.criteria),
        "membership": _comparison_json(item.membership) if item.membership is not None else None,
        "changes": [asdict(change) for change in item.changes],
        "counts": None if counts is None else asdict(counts) | {"only_a": counts.only_a, "only_b": counts.only_b},
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "relation": comparison.relation.value,
        "only_a": witness_json(comparison.only_a),
        "only_b": witness_json(comparison.only_b),
        "both": witness_json(comparison.both),
        "because": list(comparison.because),
        "inside": comparison.inside or None,
    }
