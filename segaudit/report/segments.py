"""Segments on paper: how they divide the records, what should be decided, what was tagged."""

from collections.abc import Sequence
from typing import Any

from segaudit.model.decisions import AssignResult, Finding, OverlapResult, SchemaCounts
from segaudit.model.segments import Assignment, RuleBook, Schema
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.leakage import leakage_blocks, leakage_json, resolution_json, resolution_line
from segaudit.report.overlap import across_blocks, closing_texts, meeting_blocks, meetings_json, pair_json, weighed_json
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line
from segaudit.report.tagging import (
    audience_blocks,
    exception_texts,
    exceptions_json,
    file_texts,
    files_json,
    move_blocks,
    moves_json,
)

_MOST_LABELS = 30  # of a schema
_MOST_REASONS = 5
_ASSIGN_WORDS = {
    Assignment.FIRST_MATCH: "the first that matches takes the record",
    Assignment.EXACTLY_ONE: "exactly one may match",
    Assignment.ALL_MATCHES: "all that match",
}


def overlap_document(result: OverlapResult) -> Document:
    """Return how segments divide the records, as people read it; the first table has every segment."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Segments of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        *_absent(result.absent_fields),
        *resolution_line(result.resolution),
        *exception_texts(result.exceptions),
        _segment_table(result),
    ]
    for schema, counted in zip(result.rules.schemas, result.schemas, strict=True):
        blocks += _schema_blocks(schema, counted, result.source.rows)
        blocks += leakage_blocks(counted, result.resolution)
    blocks += across_blocks(result)
    blocks += _finding_blocks(result.findings)
    blocks += closing_texts(result)
    return Document(blocks=tuple(blocks))


def _absent(fields: tuple[str, ...]) -> list[Text]:
    if not fields:
        return []
    names = ", ".join(fields)
    return [
        Text(
            text=f"No column provides: {names}. Every record counts as blank there; "
            "name the columns in a --map file if the data is there under another name.",
            tone=Tone.WARN,
        )
    ]


def _segment_table(result: OverlapResult) -> Table:
    columns = (
        Column(title="Schema"),
        Column(title="Segment"),
        Column(title="Members", numeric=True),
        Column(title="Share", numeric=True),
        *([Column(title="Entities", numeric=True)] if result.resolution else []),
        Column(title="Criteria hold", numeric=True, optional=True),
        Column(title="Cannot tell", numeric=True),
        Column(title="For lack of", optional=True),
    )
    rows = []
    total = result.source.rows
    for counted in result.schemas:
        for item in counted.segments:
            lacking = ", ".join(f"{field} ({rows:,})" for field, rows in item.undecided_by_field[:3])
            rows.append(
                cells(
                    [
                        counted.schema,
                        item.segment,
                        f"{item.members:,}",
                        percent(item.members / total) if total else "-",
                        *([f"{item.members_entities:,}"] if result.resolution else []),
                        f"{item.matched:,}",
                        Cell(f"{item.undecided:,}", Tone.WARN if item.undecided else Tone.QUIET),
                        lacking,
                    ]
                )
            )
    return Table(columns=columns, rows=tuple(rows))


def _schema_blocks(schema: Schema, counted: SchemaCounts, rows: int) -> list[Heading | Text | Table]:
    meeting = meeting_blocks(schema, counted, rows)
    if not meeting and not counted.unplaced:
        return []
    blocks: list[Heading | Text | Table] = [Heading(text=f"{schema.id}: {_ASSIGN_WORDS[schema.assign]}"), *meeting]
    blocks += [
        Text(text=f"{_records(item.rows)} ({percent(item.rows / rows)}) unplaced: {item.reason}")
        for item in counted.unplaced[:_MOST_REASONS]
    ]
    rest = sum(item.rows for item in counted.unplaced[_MOST_REASONS:])
    if rest:
        blocks.append(Text(text=f"{rest:,} records unplaced for other reasons of this kind", tone=Tone.QUIET))
    return blocks


def _finding_blocks(findings: tuple[Finding, ...]) -> list[Heading | Text | Table]:
    if not findings:
        return [Text(text="Nothing to decide: no finding.", tone=Tone.GOOD)]
    order = {"error": 0, "warning": 1}
    ranked = sorted(findings, key=lambda item: order[item.severity])
    rows = tuple(
        cells(
            [
                Cell(item.severity, Tone.BAD if item.severity == "error" else Tone.WARN),
                item.where,
                item.message,
                item.hint,
            ]
        )
        for item in ranked
    )
    columns = (
        Column(title="Severity"),
        Column(title="Where"),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    return [Heading(text=f"{len(findings)} findings"), Table(columns=columns, rows=rows)]


def overlap_json(result: OverlapResult) -> dict[str, Any]:
    """Return how segments divide the records, as JSON-ready values."""
    total = result.source.rows
    schemas = []
    overlaps = []
    unplaced = []
    for schema, counted in zip(result.rules.schemas, result.schemas, strict=True):
        schemas.append(
            {
                "schema": counted.schema,
                "assign": schema.assign.value,
                "segments": [
                    {
                        "id": item.segment,
                        "name": item.name,
                        "members": item.members,
                        "matched": item.matched,
                        "undecided": item.undecided,
                        "undecided_by_field": dict(item.undecided_by_field),
                        "share": round(item.members / total, 6) if total else 0.0,
                        **({"members_entities": item.members_entities} if result.resolution else {}),
                        **({"members_by_exception": item.members_by_exception} if result.exceptions else {}),
                    }
                    for item in counted.segments
                ],
                "labels": dict(counted.labels),
                "conflicts": counted.conflicts,
                "in_several": counted.in_several,
                **meetings_json(counted),
                **leakage_json(counted, result.resolution),
            }
        )
        overlaps += [pair_json(pair) for pair in counted.overlaps if pair.both]
        unplaced += [
            {"schema": item.schema, "reason": item.reason, "rows": item.rows, "decided": item.decided}
            for item in counted.unplaced
        ]
    return {
        "schema_version": "1",
        "command": "overlap",
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        **resolution_json(result.resolution),
        **exceptions_json(result.exceptions),
        "schemas": schemas,
        "overlaps": overlaps,
        "unplaced": unplaced,
        **weighed_json(result, result.rules),
        "findings": [item.to_dict() for item in result.findings],
    }


def rules_json(rules: RuleBook) -> dict[str, Any]:
    """Return which rules were used."""
    return {"files": list(rules.files), "sha256": rules.sha256, "schemas": [schema.id for schema in rules.schemas]}


def assign_document(result: AssignResult) -> Document:
    """Return what was tagged, as people read it."""
    rows = tuple(
        cells([schema, label, f"{count:,}", percent(count / result.rows) if result.rows else "-"])
        for schema, labels in result.labels
        for label, count in _most_labels(labels)
    )
    columns = (
        Column(title="Schema"),
        Column(title="Label"),
        Column(title="Records", numeric=True),
        Column(title="Share", numeric=True),
    )
    return Document(
        blocks=(
            Heading(text=f"Tagged {shown(result.source.name, longest=200)}"),
            Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
            *reading_texts(result.source),
            *_absent(result.absent_fields),
            *resolution_line(result.resolution),
            *_relabelled(result),
            *exception_texts(result.exceptions),
            Table(columns=columns, rows=rows),
            *move_blocks(result.moves),
            *audience_blocks(result.audiences),
            *(_finding_blocks(result.findings) if result.findings else []),
            Text(
                text=f"Wrote {result.rows:,} rows to {shown(result.output, longest=200)}: "
                f"every input column, and {len(result.columns)} columns of tags and reasons.",
                tone=Tone.GOOD,
            ),
            *file_texts(result),
        )
    )


def _most_labels(labels: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the labels of most records; where every match is a label, there may be thousands of combinations."""
    rest = labels[_MOST_LABELS:]
    others = [(f"({len(rest):,} other combinations)", sum(count for _, count in rest))] if rest else []
    return [*labels[:_MOST_LABELS], *others]


def _relabelled(result: AssignResult) -> list[Text]:
    changed = [f"{rows:,} in {schema}" for schema, rows in result.relabelled if rows]
    if not changed:
        return []
    return [Text(text=f"Records with another label than they have by themselves: {', '.join(changed)}.")]


def assign_json(result: AssignResult) -> dict[str, Any]:
    """Return what was tagged, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "assign",
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        "output": result.output,
        "rows": result.rows,
        "columns_added": list(result.columns),
        "labels": {schema: dict(labels) for schema, labels in result.labels},
        **resolution_json(result.resolution),
        **({"relabelled": dict(result.relabelled)} if result.resolution else {}),
        **exceptions_json(result.exceptions),
        **moves_json(result.moves),
        **files_json(result),
        "findings": [item.to_dict() for item in result.findings],
    }


def _records(rows: int) -> str:
    return "1 record" if rows == 1 else f"{rows:,} records"
