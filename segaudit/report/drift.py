"""What has changed, on paper."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from segaudit.model.drift import GONE, NEW, Cause, DriftResult, FieldDrift, Move, SchemaDrift, Side, Stability
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.report.sources import counted, reading_texts, source_json

_MOST_MOVES = 12
_MOST_FIELDS = 30


def drift_document(result: DriftResult) -> Document:
    """Return what has changed, as people read it: findings first, then sizes, moves and columns."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Drift of {shown(result.new.name, longest=200)}"),
        Text(text=f"From {_side(result.old)} to {_side(result.new)}"),
        *reading_texts(result.source),
        *_matched(result),
        *(Text(text=f"Note: {shown(note, longest=200)}", tone=Tone.QUIET) for note in result.notes),
        *_findings(result),
    ]
    if result.schemas:
        blocks += [Heading(text="Segment sizes"), _sizes(result)]
        blocks += [Text(text=_mix_said(item), tone=_mix_tone(item)) for item in result.schemas]
        blocks += _moves(result)
        blocks += _flapping(result)
    return Document(blocks=(*blocks, *_fields(result)))


def _side(side: Side) -> str:
    name = f"run {side.run} ({shown(side.name)})" if side.run is not None else shown(side.name, longest=200)
    day = f", as of {side.as_of.isoformat()}" if side.as_of is not None else ""
    return f"{name}: {counted(side.rows, 'record')}{day}"


def _matched(result: DriftResult) -> Iterator[Text]:
    found = result.matched
    if found is None:
        return
    unclear = f"; {found.unclear:,} without an id of their own" if found.unclear else ""
    yield Text(
        text=f"{counted(found.both, 'record')} in both by {shown(found.key)}; "
        f"{found.new:,} new, {found.gone:,} gone{unclear}"
    )


def _findings(result: DriftResult) -> list[Heading | Text | Table]:
    if not result.findings:
        return [Text(text="Nothing has changed that matters: no finding.", tone=Tone.GOOD)]
    rows = tuple(
        cells(
            [
                Cell(item.severity, Tone.BAD if item.severity == "error" else Tone.WARN),
                shown(item.where),
                shown(item.message, longest=400),
                item.hint,
            ]
        )
        for item in result.findings
    )
    columns = (
        Column(title="Severity"),
        Column(title="Where"),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    return [Heading(text=counted(len(result.findings), "finding")), Table(columns=columns, rows=rows)]


def _sizes(result: DriftResult) -> Table:
    columns = (
        Column(title="Schema"),
        Column(title="Label"),
        Column(title="Old", numeric=True),
        Column(title="New", numeric=True),
        Column(title="Change", numeric=True),
        Column(title="Old share", numeric=True),
        Column(title="New share", numeric=True),
    )
    rows = tuple(
        cells(
            [
                schema.schema,
                shown(size.label) if size.is_segment else f"({shown(size.label)})",
                f"{size.old:,}",
                f"{size.new:,}",
                Cell(f"{size.new - size.old:+,}" if size.new != size.old else "0", Tone.PLAIN),
                _share(size.old, result.old.rows),
                _share(size.new, result.new.rows),
            ]
        )
        for schema in result.schemas
        for size in schema.sizes
    )
    return Table(columns=columns, rows=rows)


def _share(records: int, rows: int) -> str:
    return f"{records / rows:.1%}" if rows else "-"


def _mix_said(item: SchemaDrift) -> str:
    if item.mix is None:
        return f"{item.schema}: too few records, or one label only, to tell whether the mix has shifted"
    return f"{item.schema}: stability index {_index(item.mix)}"


def _mix_tone(item: SchemaDrift) -> Tone:
    return Tone.WARN if item.mix is not None and item.mix.is_shift else Tone.QUIET


def _index(found: Stability) -> str:
    return f"{found.index:.3f}, {limit_words(found)}"


def limit_words(found: Stability) -> str:
    """Return a limit with what it is for."""
    if found.limit > found.by_chance:
        return f"limit {found.limit:.2f} (smaller shifts are small, whatever the size)"
    return f"limit {found.limit:.3f} (so few records reach it by chance)"


def _moves(result: DriftResult) -> list[Heading | Text | Table]:
    if result.matched is None:
        return []
    rows = [row for item in result.schemas for row in _move_rows(item)]
    if not rows:
        return [Text(text="No record has another label.", tone=Tone.GOOD)]
    columns = (
        Column(title="Schema"),
        Column(title="From"),
        Column(title="To"),
        Column(title="Records", numeric=True),
        Column(title="Behind it"),
    )
    return [Heading(text="Moves"), Table(columns=columns, rows=tuple(rows))]


def _move_rows(item: SchemaDrift) -> list[tuple[Cell, ...]]:
    told = [move for place, move in enumerate(item.moves) if place < _MOST_MOVES or move.illegal]
    rows = [
        cells(
            [
                item.schema,
                shown(move.was) or "(blank)",
                shown(move.now) or "(blank)",
                Cell(f"{move.records:,}", Tone.BAD if move.illegal else Tone.PLAIN),
                "; ".join(map(_cause_said, move.causes)) + ("; forbidden" if move.illegal else ""),
            ]
        )
        for move in told
    ]
    others = sum(move.records for move in item.moves) - sum(move.records for move in told)
    return [*rows, cells([item.schema, "(others)", "", f"{others:,}", ""])] if others else rows


def _cause_said(cause: Cause) -> str:
    day = f", {cause.by_the_day:,} of them by the day" if cause.by_the_day else ""
    return f"{cause.clause}: {cause.now} now ({cause.records:,}{day})"


def _flapping(result: DriftResult) -> list[Heading | Text | Table]:
    told = [(item.schema, item.flapping) for item in result.schemas if item.flapping and item.flapping.records]
    texts: list[Heading | Text | Table] = [
        Text(
            text=f"{schema}: {found.records:,} of {found.followed:,} records left a label and came back to it "
            f"within {found.runs} runs"
        )
        for schema, found in told
    ]
    return [Heading(text="To and fro"), *texts] if texts else []


def _fields(result: DriftResult) -> list[Heading | Text | Table]:
    both = [item for item in result.fields if not item.only]
    ranked = sorted(both, key=lambda item: -(item.stability.index if item.stability else -1))
    blocks: list[Heading | Text | Table] = []
    if ranked:
        columns = (
            Column(title="Field"),
            Column(title="Readable, old", numeric=True),
            Column(title="new", numeric=True),
            Column(title="Stability index", numeric=True),
            Column(title="Limit"),
            Column(title="New values", numeric=True),
            Column(title="Vanished", numeric=True),
        )
        rows = tuple(map(_field_row, ranked[:_MOST_FIELDS]))
        blocks += [Heading(text="Columns"), Table(columns=columns, rows=rows)]
    if len(ranked) > _MOST_FIELDS:
        blocks.append(Text(text=f"{len(ranked) - _MOST_FIELDS:,} more columns; --format json has all", tone=Tone.QUIET))
    for side, words in ((NEW, "New columns"), (GONE, "Columns that are gone")):
        names = [shown(item.header) for item in result.fields if item.only == side]
        if names:
            blocks.append(Text(text=f"{words}: {', '.join(names)}"))
    return blocks


def _field_row(item: FieldDrift) -> tuple[Cell, ...]:
    usable, found = item.usable, item.stability
    tone = Tone.WARN if found is not None and found.is_shift else Tone.PLAIN
    return cells(
        [
            shown(item.name),
            f"{usable.old:.1%}" if usable else "-",
            f"{usable.new:.1%}" if usable else "-",
            Cell(f"{found.index:.3f}" if found else "-", tone),
            limit_words(found) if found else shown(item.why, longest=120),
            f"{len(item.new_values):,}" if item.new_values else "",
            f"{len(item.vanished):,}" if item.vanished else "",
        ]
    )


def drift_json(result: DriftResult) -> dict[str, Any]:
    """Return what has changed, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "drift",
        "old": _side_json(result.old),
        "new": _side_json(result.new),
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "absent_fields": list(result.absent_fields),
        "matched": asdict(result.matched) if result.matched is not None else None,
        "fields": [_field_json(item) for item in result.fields],
        "schemas": [_schema_json(item) for item in result.schemas],
        "overdue": [{**asdict(item), "last_on": item.last_on.isoformat()} for item in result.overdue],
        "findings": [item.to_dict() for item in result.findings],
        "notes": list(result.notes),
    }


def _side_json(side: Side) -> dict[str, Any]:
    return {**asdict(side), "as_of": side.as_of.isoformat() if side.as_of is not None else None}


def _stability_json(found: Stability | None) -> dict[str, Any] | None:
    return {**asdict(found), "is_shift": found.is_shift} if found is not None else None


def _field_json(item: FieldDrift) -> dict[str, Any]:
    return {
        **asdict(item),
        "only": item.only.strip("()") or None,
        "stability": _stability_json(item.stability),
        "new_values": [asdict(value) for value in item.new_values],
        "vanished": [asdict(value) for value in item.vanished],
    }


def _schema_json(item: SchemaDrift) -> dict[str, Any]:
    return {
        "schema": item.schema,
        "sizes": [asdict(size) for size in item.sizes],
        "mix": _stability_json(item.mix),
        "staying": item.staying,
        "moves": [_move_json(move) for move in item.moves],
        "flapping": None
        if item.flapping is None
        else {
            "runs": item.flapping.runs,
            "records": item.flapping.records,
            "followed": item.flapping.followed,
            "examples": [{"id": key, "labels": list(labels)} for key, labels in item.flapping.examples],
        },
    }


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "from": None if move.was == NEW else move.was,
        "to": None if move.now == GONE else move.now,
        "records": move.records,
        "illegal": move.illegal,
        "causes": [asdict(cause) for cause in move.causes],
    }
