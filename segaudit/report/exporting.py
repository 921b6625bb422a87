"""Exports and imports on paper: how true they are, segment by segment."""

from collections.abc import Sequence
from typing import Any

from segaudit.model.exports import Fidelity, ListsImported, RulesExported
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json

_LONGEST = 400
_TONES = {Fidelity.EXACT: Tone.GOOD, Fidelity.NEARLY: Tone.WARN, Fidelity.NOT_CARRIED: Tone.BAD}


def _said(fidelity: Fidelity) -> str:
    return fidelity.value.replace("_", " ")


def export_document(result: RulesExported, written: Sequence[str]) -> Document:
    """Return how true an export is, as people read it.

    Args:
        result: What was exported.
        written: Files it was written to.
    """
    counts = ", ".join(f"{result.counted(kind)} {_said(kind)}" for kind in Fidelity)
    columns = (
        Column(title="Schema"),
        Column(title="Segment"),
        Column(title="Fidelity"),
        Column(title="About", optional=True),
        Column(title="How it differs"),
    )
    rows = []
    for item in result.segments:
        said = Cell(_said(item.fidelity), _TONES[item.fidelity])
        notes = [(shown(note.about, longest=_LONGEST), shown(note.why, longest=_LONGEST)) for note in item.notes]
        for about, why in notes or [("", "")]:
            rows.append(cells([item.schema, item.segment, said, about, why]))
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Rules for {result.target.value}"),
        Text(text=f"{len(result.segments)} segments: {counts}"),
        *(Text(text=f"Written: {shown(path, longest=_LONGEST)}") for path in written),
        Table(columns=columns, rows=tuple(rows)),
        Heading(text="It is taken that"),
        *(Text(text=shown(text, longest=_LONGEST), tone=Tone.QUIET) for text in result.assumptions),
    ]
    return Document(blocks=tuple(blocks))


def export_json(result: RulesExported, written: Sequence[str]) -> dict[str, Any]:
    """Return an export with its fidelity as JSON-ready values; the text itself where no file was written."""
    return {
        "schema_version": "1",
        "command": "rules export",
        "rules": rules_json(result.rules),
        "target": result.target.value,
        "as_of": result.as_of.isoformat() if result.as_of else "current",
        "written": list(written),
        "segments": [
            {
                "schema": item.schema,
                "segment": item.segment,
                "fidelity": item.fidelity.value,
                "notes": [
                    {
                        "fidelity": note.fidelity.value,
                        "about": note.about,
                        "why": note.why,
                        "where": str(note.place) if note.place else None,
                    }
                    for note in item.notes
                ],
            }
            for item in result.segments
        ],
        "assumptions": list(result.assumptions),
        "text": None if written else result.files[0].text,
    }


def import_document(result: ListsImported, written: str | None) -> Document:
    """Return what became of another system's lists, as people read it."""
    columns = (
        Column(title="List"),
        Column(title="Segment"),
        Column(title="Carried over"),
        Column(title="What is lost"),
    )
    rows = []
    for item in result.lists:
        said = Cell("in part", Tone.WARN) if item.notes else Cell("whole", Tone.GOOD)
        rows += [
            cells([shown(item.name), item.segment, said, shown(note, longest=_LONGEST)]) for note in item.notes or ("",)
        ]
    whole = sum(not item.notes for item in result.lists)
    head = (
        f"{len(result.lists)} lists of {result.system}: {whole} carried over whole, {len(result.lists) - whole} in part"
    )
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Lists in {shown(result.source, longest=200)}"),
        Text(text=head),
    ]
    if written:
        blocks.append(Text(text=f"Written: {shown(written, longest=_LONGEST)}"))
    return Document(blocks=(*blocks, Table(columns=columns, rows=tuple(rows))))


def import_json(result: ListsImported, written: str | None) -> dict[str, Any]:
    """Return what became of another system's lists as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules import",
        "source": result.source,
        "system": result.system,
        "written": written,
        "lists": [{"name": item.name, "segment": item.segment, "notes": list(item.notes)} for item in result.lists],
        "text": None if written else result.text,
    }
