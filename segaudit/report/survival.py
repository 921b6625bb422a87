"""Golden records as people read them: what merging changes, and an example with where each value came from."""

from typing import Any

from segaudit.model.survival import GoldenExample, SurvivalResult
from segaudit.report.document import Block, Column, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown

_COLUMNS = 12
_ROWS = 6


def survival_blocks(result: SurvivalResult) -> list[Block]:
    """Return what merging the records of each entity comes to."""
    blocks: list[Block] = [
        Heading(text="One record for each entity"),
        Text(
            text=f"{result.merged_records:,} records go into {result.merged_entities:,} others; "
            f"{result.changed_values:,} values of those change, and in {result.conflicts:,} cases different values "
            "are dropped."
        ),
    ]
    if result.columns:
        rows = tuple(
            cells((shown(column.header), f"{column.changed:,}", f"{column.conflicts:,}", shown(column.rules)))
            for column in sorted(result.columns, key=lambda item: (-item.changed, item.position))[:_COLUMNS]
        )
        columns = (
            Column(title="Column"),
            Column(title="Changed", numeric=True),
            Column(title="Dropped", numeric=True),
            Column(title="Rule", optional=True),
        )
        blocks.append(Table(columns=columns, rows=rows))
    if result.merges.note:
        blocks.append(Text(text=result.merges.note, tone=Tone.QUIET))
    if result.files:
        blocks.append(
            Text(text=f"Written: {', '.join(shown(name, longest=200) for name in result.files)}.", tone=Tone.QUIET)
        )
    return blocks


def survival_json(result: SurvivalResult) -> dict[str, Any]:
    """Return it as JSON-ready values; cells of clients are left out but for where they came from."""
    return {
        "merged_entities": result.merged_entities,
        "merged_records": result.merged_records,
        "changed_values": result.changed_values,
        "conflicts": result.conflicts,
        "columns": [
            {
                "column": column.header,
                "field": column.field,
                "rules": column.rules,
                "filled": column.filled,
                "replaced": column.replaced,
                "combined": column.combined,
                "emptied": column.emptied,
                "conflicts": column.conflicts,
            }
            for column in result.columns
        ],
        "rules": dict(result.rules),
        "example": None if result.example is None else _example_json(result.example),
        "merges": {
            "system": result.merges.system,
            "key": result.merges.key,
            "merges": result.merges.merges,
            "without_key": result.merges.without_key,
            "same_key": result.merges.same_key,
            "note": result.merges.note,
        },
        "files": list(result.files),
    }


def _example_json(example: GoldenExample) -> dict[str, Any]:
    return {
        "entity_id": example.entity_id,
        "rows": list(example.rows[:_ROWS]),
        "cells": [
            {"column": cell.header, "from_row": cell.from_row, "rule": cell.rule, "dropped": len(cell.dropped)}
            for cell in example.cells
        ],
    }
