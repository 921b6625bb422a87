"""Exceptions, moves since an earlier list, and the files handed on, on paper."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from segaudit.model.decisions import AssignResult
from segaudit.model.tagging import AudienceCounts, CrmCounts, ExceptionCounts, Moves, SchemaMoves
from segaudit.report.document import Cell, Column, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.sources import counted

_MOST_MOVES = 12
_FILES = {"suppression": "the suppression list", "crm": "the file for the CRM"}


def exception_texts(exceptions: Sequence[ExceptionCounts]) -> list[Text]:
    """Return what became of the exceptions, a line for each schema."""
    return [Text(text=_exceptions_said(item)) for item in exceptions]


def _exceptions_said(item: ExceptionCounts) -> str:
    into = ", ".join(f"{rows:,} in {segment}" for segment, rows in item.records)
    parts = [f"{counted(item.given, 'exception')} in {item.schema}: {item.honoured:,} in force"]
    parts[0] += f" ({into})" if into else ""
    told = {
        "agreeing with the rules": item.agreeing,
        "ignored, for the record is in a segment that suppresses": item.suppressed,
        "expired": item.expired,
        "for records the list does not have": item.absent,
        "behind another one of the entity": item.overruled,
    }
    return ", ".join([*parts, *(f"{count:,} {words}" for words, count in told.items() if count)])


def exceptions_json(exceptions: Sequence[ExceptionCounts]) -> dict[str, Any]:
    """Return what became of the exceptions, under that name; nothing where there are none."""
    if not exceptions:
        return {}
    return {"exceptions": [{**asdict(item), "records": dict(item.records)} for item in exceptions]}


def move_blocks(moves: Moves | None) -> list[Heading | Text | Table]:
    """Return which records moved since the earlier file."""
    if moves is None:
        return []
    told = {
        "new": moves.new,
        "gone": moves.gone,
        "with an id that stands several times": moves.doubled,
        "without an id": moves.without_id,
    }
    rest = "".join(f"; {count:,} {words}" for words, count in told.items() if count)
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Since {shown(moves.file, longest=200)}"),
        Text(text=f"{counted(moves.matched, 'record')} found in both by {shown(moves.key)}{rest}"),
    ]
    if moves.untagged:
        names = ", ".join(moves.untagged)
        blocks.append(Text(text=f"The earlier file has no labels of {names}.", tone=Tone.QUIET))
    rows = [row for schema in moves.schemas for row in _transitions(schema)]
    if not rows:
        return [*blocks, Text(text="No record has another label.", tone=Tone.GOOD)]
    columns = (
        Column(title="Schema"),
        Column(title="From"),
        Column(title="To"),
        Column(title="Records", numeric=True),
        Column(title="Forbidden", numeric=True),
    )
    return [*blocks, Table(columns=columns, rows=tuple(rows))]


def _transitions(schema: SchemaMoves) -> list[tuple[Cell, ...]]:
    # A forbidden move is shown however few records made it.
    shown_moves = [item for place, item in enumerate(schema.transitions) if place < _MOST_MOVES or item.illegal]
    rows = [
        cells(
            [
                schema.schema,
                shown(item.was) or "(blank)",
                shown(item.now),
                f"{item.records:,}",
                Cell(f"{item.illegal:,}", Tone.BAD) if item.illegal else "",
            ]
        )
        for item in shown_moves
    ]
    others = schema.moved - sum(item.records for item in shown_moves)
    return [*rows, cells([schema.schema, "(others)", "", f"{others:,}", ""])] if others else rows


def moves_json(moves: Moves | None) -> dict[str, Any]:
    """Return which records moved, under the name ``moves``; nothing where nobody asked."""
    if moves is None:
        return {}
    schemas = [
        {
            "schema": item.schema,
            "moved": item.moved,
            "transitions": [
                {"from": move.was, "to": move.now, "records": move.records, "illegal": move.illegal}
                for move in item.transitions
            ],
        }
        for item in moves.schemas
    ]
    return {"moves": {**asdict(moves), "untagged": list(moves.untagged), "schemas": schemas}}


def audience_blocks(audiences: Sequence[AudienceCounts]) -> list[Heading | Text | Table]:
    """Return how many members of each segment are in its audiences, and where the others dropped out."""
    if not audiences:
        return []
    platforms: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for item in audiences:
        if item.consented:
            platforms.setdefault((f"{item.schema}.{item.segment}", _steps(item)), []).append(item.platform)
    titles = ("Members", "May be shown ads", "Suppressed", "No address", "Same address", "Written")
    columns = (
        Column(title="Audience"),
        Column(title="Platform", optional=True),
        *(Column(title=title, numeric=True) for title in titles),
    )
    rows = tuple(
        cells([segment, ", ".join(names), *(f"{count:,}" for count in steps)])
        for (segment, steps), names in platforms.items()
    )
    empty = len({(item.schema, item.segment) for item in audiences}) - len({segment for segment, _ in platforms})
    blocks: list[Heading | Text | Table] = [Heading(text="Audiences")]
    blocks += [Table(columns=columns, rows=rows)] if rows else []
    if empty:
        blocks.append(Text(text=f"{counted(empty, 'segment')} without anybody who may be shown ads.", tone=Tone.QUIET))
    return blocks


def _steps(item: AudienceCounts) -> tuple[int, ...]:
    return (item.members, item.consented, item.suppressed, item.without_address, item.repeated, item.written)


def file_texts(result: AssignResult) -> list[Text]:
    """Return what was written beside the tagged file."""
    texts = [
        Text(text=f"Wrote {_FILES[item.what]}, {counted(item.rows, 'row')}: {shown(item.path, longest=200)}")
        for item in result.files
        if item.what in _FILES
    ]
    for what, words in (("segment", "files of segments"), ("audience", "audience files, hashed")):
        found = [item for item in result.files if item.what == what]
        if found:
            folder = found[0].path.rpartition("/")[0] or "."
            texts.append(Text(text=f"Wrote {len(found):,} {words}: {shown(folder, longest=200)}"))
    if result.crm is not None:
        texts += _crm_texts(result.crm)
    return texts


def _crm_texts(crm: CrmCounts) -> list[Text]:
    told = {"without an id": crm.without_key, "with an id that stands in an earlier row": crm.repeated}
    left_out = [f"{count:,} {words}" for words, count in told.items() if count]
    texts = [Text(text=f"The file for the CRM is in the shape of {crm.system or 'any system'}, by {crm.key}.")]
    if left_out:
        texts.append(Text(text=f"Not in it: records {', '.join(left_out)}.", tone=Tone.WARN))
    return [*texts, Text(text=crm.how, tone=Tone.QUIET)] if crm.how else texts


def files_json(result: AssignResult) -> dict[str, Any]:
    """Return what was written beside the tagged file; nothing where nothing was."""
    found: dict[str, Any] = {}
    if result.files:
        found["files"] = [asdict(item) for item in result.files]
    if result.crm is not None:
        found["crm"] = {**asdict(result.crm), "system": result.crm.system or None}
    if result.audiences:
        found["audiences"] = [asdict(item) for item in result.audiences]
    return found
