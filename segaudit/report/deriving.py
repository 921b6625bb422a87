"""What was derived, how sure that is, and what nothing could be told from."""

from typing import Any

from segaudit.model.derived import DerivedCount, DeriveResult
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import masked, shown
from segaudit.report.sources import reading_texts, source_json, source_line

_PERSONAL = frozenset({"email", "phone", "mobile", "website"})  # sources whose cells may name a person
_MOST_CELLS = 8
_UNSURE_BELOW = 0.7


def derive_document(result: DeriveResult) -> Document:
    """Return what was derived, as people read it; the first table is the summary."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Derived from {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        _summary(result),
        Text(
            text="Told: records whose value follows from other fields. Can't tell: there is something to tell it from, "
            "and nothing known in it. Sure: on average, 0 to 1.",
            tone=Tone.QUIET,
        ),
    ]
    untold = [item for item in result.fields if item.untold]
    if untold:
        blocks += [
            Heading(text="What nothing could be told from, most frequent first"),
            _untold(untold),
            Text(text="A row more in a table of rules/derived/ tells them the next time.", tone=Tone.QUIET),
        ]
    blocks += [
        Text(text=f"{item.field} is not derived: {shown(item.reason, longest=200)}.", tone=Tone.QUIET)
        for item in result.not_derived
    ]
    if result.rolled_up:
        blocks.append(Text(text=f"Rolled up from the other tables: {', '.join(result.rolled_up)}."))
    blocks += [Text(text=shown(note, longest=300), tone=Tone.WARN) for note in result.notes]
    blocks.append(
        Text(
            text=f"Wrote {result.source.rows:,} rows to {shown(result.output, longest=200)}: every input column, and "
            f"{len(result.columns)} more.",
            tone=Tone.GOOD,
        )
    )
    return Document(blocks=tuple(blocks))


def _summary(result: DeriveResult) -> Table:
    rows = result.source.rows
    columns = (
        Column(title="Field"),
        Column(title="From", optional=True),
        Column(title="Told", numeric=True),
        Column(title="Share", numeric=True),
        Column(title="Can't tell", numeric=True),
        Column(title="Sure", numeric=True),
        Column(title="Most frequent", optional=True),
    )
    return Table(columns=columns, rows=tuple(cells(_row(item, rows)) for item in result.fields))


def _row(item: DerivedCount, rows: int) -> list[str | Cell]:
    sure = item.average_sure
    tone = Tone.WARN if sure is not None and sure < _UNSURE_BELOW else Tone.PLAIN
    return [
        item.field,
        ", ".join(item.sources),
        f"{item.derived:,}",
        percent(item.derived / rows) if rows else "-",
        f"{item.untold_rows:,}",
        Cell("-" if sure is None else f"{sure:.2f}", tone),
        ", ".join(f"{shown(_safe(item, value), longest=30)} {count:,}" for value, count in item.values[:3]),
    ]


def _untold(fields: list[DerivedCount]) -> Table:
    rows = [
        cells([item.field, shown(_safe(item, cell), longest=60), f"{count:,}"])
        for item in fields
        for cell, count in item.untold[:_MOST_CELLS]
    ]
    columns = (Column(title="Field"), Column(title="Cell"), Column(title="Records", numeric=True))
    return Table(columns=columns, rows=tuple(rows))


def _safe(item: DerivedCount, cell: str) -> str:
    """Return a cell as it may be shown: not an address of a person."""
    return masked(cell) if "@" in cell or (_PERSONAL.intersection(item.sources) and cell.count(".") > 1) else cell


def derive_json(result: DeriveResult) -> dict[str, Any]:
    """Return what was derived, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "derive",
        "source": source_json(result.source),
        "as_of": result.as_of.isoformat(),
        "output": result.output,
        "rows": result.source.rows,
        "columns_added": list(result.columns),
        "fields": [
            {
                "field": item.field,
                "from": list(item.sources),
                "rows": item.rows,
                "derived": item.derived,
                "cannot_tell": item.untold_rows,
                "blank": item.blank,
                "average_sure": item.average_sure,
                "values": dict(item.values),
                "untold": [{"cell": _safe(item, cell), "rows": count} for cell, count in item.untold],
            }
            for item in result.fields
        ],
        "rolled_up": list(result.rolled_up),
        "notes": list(result.notes),
        "not_derived": [{"field": item.field, "reason": item.reason} for item in result.not_derived],
    }
