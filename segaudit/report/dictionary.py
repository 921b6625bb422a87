"""The field dictionary on paper."""

from typing import Any

from segaudit.model.coverage import Quality
from segaudit.model.dictionary import DictionaryResult, FieldEntry
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line

_TONES = {Quality.GOOD: Tone.GOOD, Quality.NEEDS_ENRICHMENT: Tone.WARN, Quality.NEEDS_DATA_SOURCE: Tone.BAD}
_VALUES_SHOWN = 6


def dictionary_document(result: DictionaryResult) -> Document:
    """Return the dictionary as people read it; the first table has every column."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Fields of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        _table(result),
        Text(
            text="Read by: schemas whose criteria read the column; in brackets, quality checks. Values of columns "
            "about persons are not shown.",
            tone=Tone.QUIET,
        ),
        *_unused_blocks(result),
    ]
    return Document(blocks=tuple(blocks))


def _table(result: DictionaryResult) -> Table:
    columns = (
        Column(title="Column"),
        Column(title="Field", optional=True),
        Column(title="Type"),
        Column(title="Filled", numeric=True),
        Column(title="Quality"),
        Column(title="Values"),
        Column(title="Dated by", optional=True),
        Column(title="Owner", optional=True),
        Column(title="Read by"),
        Column(title="Description", optional=True),
    )
    rows = [_row(entry) for entry in result.entries]
    # What no column has anything to say to only takes room.
    kept = [place for place in range(len(columns)) if any(row[place].text for row in rows)]
    return Table(
        columns=tuple(columns[place] for place in kept), rows=tuple(tuple(row[place] for place in kept) for row in rows)
    )


def _row(entry: FieldEntry) -> tuple[Cell, ...]:
    mark = " (sensitive)" if entry.sensitive else " (personal)" if entry.personal else ""
    return cells(
        [
            _name(entry),
            entry.field or "",
            entry.type.value + mark,
            percent(entry.share_filled),
            Cell(entry.quality.value, _TONES[entry.quality]),
            _values(entry),
            shown(entry.dated_by) if entry.dated_by else "",
            shown(entry.owner),
            _use(entry),
            shown(entry.description, longest=80),
        ]
    )


def _name(entry: FieldEntry) -> str:
    return shown(entry.column.strip()) or f"(column {entry.position}, no header)"


def _values(entry: FieldEntry) -> str:
    if not entry.values:
        return f"{entry.measures.distinct:,} different"
    told = ", ".join(shown(value, longest=24) for value, _ in entry.values[:_VALUES_SHOWN])
    rest = entry.measures.distinct - min(len(entry.values), _VALUES_SHOWN)
    return f"{told} and {rest:,} more" if rest > 0 else told


def _use(entry: FieldEntry) -> Cell:
    told = ", ".join(entry.schemas) or entry.serves
    checks = f"[{len(entry.checks)} checks]" if len(entry.checks) > 1 else "[1 check]" if entry.checks else ""
    text = " ".join(part for part in (told, checks) if part)
    if entry.is_used:
        return Cell(text)
    tone = Tone.BAD if entry.sensitive else Tone.WARN if entry.personal else Tone.QUIET
    return Cell(f"nothing {checks}".strip(), tone)


def _unused_blocks(result: DictionaryResult) -> list[Heading | Text | Table]:
    unused = result.unused()
    if not unused:
        return [Text(text="Something reads every filled column.", tone=Tone.GOOD)]
    blocks: list[Heading | Text | Table] = [Heading(text=f"{len(unused)} filled columns that nothing reads")]
    sensitive = [entry for entry in unused if entry.sensitive]
    personal = [entry for entry in unused if entry.personal and not entry.sensitive]
    rest = [entry for entry in unused if not entry.personal]
    for tone, told, entries in (
        (Tone.BAD, "Sensitive: stop collecting them and delete what is there, or name the purpose", sensitive),
        (Tone.WARN, "About persons: keep them only for a purpose somebody can name", personal),
        (Tone.PLAIN, "Others: use them in a segment, or leave them out of the next export", rest),
    ):
        if entries:
            names = ", ".join(f"{_name(entry)} ({entry.measures.filled:,} rows)" for entry in entries)
            blocks.append(Text(text=f"{told}: {names}.", tone=tone))
    return blocks


def dictionary_json(result: DictionaryResult) -> dict[str, Any]:
    """Return the dictionary as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "fields",
        "source": source_json(result.source) | {"system": result.fields.system, "object": result.fields.system_object},
        "rules": {"files": list(result.rules.files), "sha256": result.rules.sha256},
        "as_of": result.as_of.isoformat(),
        "fields": [_entry_json(entry) for entry in result.entries],
        "unused": [
            {
                "column": entry.column,
                "position": entry.position,
                "sensitive": entry.sensitive,
                "personal": entry.personal,
                "rows": entry.measures.filled,
            }
            for entry in result.unused()
        ],
    }


def _entry_json(entry: FieldEntry) -> dict[str, Any]:
    return {
        "column": entry.column,
        "position": entry.position,
        "field": entry.field,
        "type": entry.type.value,
        "share_filled": round(entry.share_filled, 6),
        "filled": entry.measures.filled,
        "invalid": entry.measures.invalid,
        "distinct": entry.measures.distinct,
        "quality": entry.quality.value,
        "values": [{"value": value, "rows": rows} for value, rows in entry.values],
        "personal": entry.personal,
        "sensitive": entry.sensitive,
        "description": entry.description,
        "owner": entry.owner or None,
        "dated_by": entry.dated_by,
        "max_age_days": entry.max_age_days,
        "used": entry.is_used,
        "schemas": list(entry.schemas),
        "segments": list(entry.segments),
        "checks": list(entry.checks),
        "serves": entry.serves or None,
    }
