"""Entities with records in different segments, on paper."""

from typing import Any

from segaudit.model.decisions import Leakage, LeakageExample, Resolution, SchemaCounts
from segaudit.report.document import Column, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown

_MOST_PAIRS = 10


def resolution_line(resolution: Resolution | None) -> list[Text]:
    """Return how many entities the records are; nothing where nobody asked."""
    if resolution is None:
        return []
    source = f", as {shown(resolution.file, longest=200)} has them" if resolution.file else ""
    return [
        Text(
            text=f"{resolution.entities:,} entities{source}; "
            f"{resolution.several:,} of them have several records, {resolution.records:,} in all."
        )
    ]


def resolution_json(resolution: Resolution | None) -> dict[str, Any]:
    """Return how many entities the records are, under the name ``entities``; nothing where nobody asked."""
    if resolution is None:
        return {}
    counts = {"entities": resolution.entities, "several": resolution.several, "records_in_several": resolution.records}
    return {"entities": {"file": resolution.file, **counts}}


def leakage_blocks(counted: SchemaCounts, resolution: Resolution | None) -> list[Heading | Text | Table]:
    """Return which entities have records with different labels in a schema."""
    leakage = counted.leakage
    if leakage is None or resolution is None or not leakage.entities:
        return []
    share = percent(leakage.entities / resolution.several)
    return [
        Heading(text=f"{counted.schema}: duplicates with different labels"),
        Text(
            text=f"{leakage.entities:,} entities, {share} of those with several records; {leakage.records:,} records",
            tone=Tone.WARN,
        ),
        _pair_table(leakage),
        _example_table(leakage),
    ]


def _pair_table(leakage: Leakage) -> Table:
    columns = (Column(title="Label"), Column(title="and label"), Column(title="Entities", numeric=True))
    rows = tuple(cells([pair.a, pair.b, f"{pair.entities:,}"]) for pair in leakage.pairs[:_MOST_PAIRS])
    return Table(columns=columns, rows=rows)


def _example_table(leakage: Leakage) -> Table:
    columns = (Column(title="Entity"), Column(title="Rows and their labels"))
    rows = tuple(cells([shown(item.entity_id), _rows_said(item)]) for item in leakage.examples)
    return Table(columns=columns, rows=rows)


def _rows_said(example: LeakageExample) -> str:
    return ", ".join(f"{row:,} {label}" for row, label in zip(example.rows, example.labels, strict=True))


def leakage_json(counted: SchemaCounts, resolution: Resolution | None) -> dict[str, Any]:
    """Return which entities have records with different labels, under the name ``leakage``; nothing if not asked."""
    leakage = counted.leakage
    if leakage is None or resolution is None:
        return {}
    found = {
        "entities": leakage.entities,
        "share": round(leakage.entities / resolution.several, 6) if resolution.several else 0.0,
        "records": leakage.records,
        "pairs": [{"a": pair.a, "b": pair.b, "entities": pair.entities} for pair in leakage.pairs],
        "examples": [
            {"entity_id": item.entity_id, "rows": list(item.rows), "labels": list(item.labels)}
            for item in leakage.examples
        ],
    }
    return {"leakage": found}
