"""Records explained on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.model.explanations import (
    Change,
    ExplainResult,
    Move,
    MoveKind,
    Part,
    PartKind,
    RecordExplained,
    SchemaExplained,
    SegmentExplained,
)
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import Assignment
from segaudit.model.spans import Span
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.report.sources import counted, source_json, source_line

_LONGEST = 400  # characters of a sentence
_LONGEST_VALUE = 60
_LONGEST_REASON = 1000
_LONGEST_CLAUSE = 120
_INDENT = "\N{NO-BREAK SPACE}" * 2  # neither Markdown nor a terminal takes it away
_ASSIGN_WORDS = {
    Assignment.FIRST_MATCH: "the first that holds takes the record",
    Assignment.EXACTLY_ONE: "exactly one may hold",
    Assignment.ALL_MATCHES: "all that hold",
}
_VERDICTS = {True: "holds", False: "does not hold", None: "cannot tell"}
_TONES = {True: Tone.GOOD, False: Tone.PLAIN, None: Tone.WARN}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a schema's tree."""

    depth: int  # 0: a segment
    words: str
    value: str
    verdict: str
    tone: Tone


def explain_document(result: ExplainResult) -> Document:
    """Return records explained, as people read it."""
    name = shown(result.source.name, longest=200)
    line = f"{name}: {source_line(result.source)}; as of {result.as_of.isoformat()}"
    blocks: list[Heading | Text | Table] = [Text(text=line, tone=Tone.QUIET), *_absent(result)]
    if result.rows > 1:
        left = f"; the first {len(result.records)} are explained" if result.rows > len(result.records) else ""
        text = f'{counted(result.rows, "row")} have this id in "{shown(result.header)}"{left}.'
        blocks.append(Text(text=text, tone=Tone.WARN))
    for record in result.records:
        blocks.append(Heading(text=_title(result, record)))
        for found in record.schemas:
            blocks += _schema_blocks(found)
    return Document(blocks=tuple(blocks))


def _absent(result: ExplainResult) -> list[Text]:
    if not result.absent_fields:
        return []
    names = ", ".join(result.absent_fields)
    return [Text(text=f"No column provides: {shown(names, longest=_LONGEST)}. They count as blank.", tone=Tone.WARN)]


def _title(result: ExplainResult, record: RecordExplained) -> str:
    row = f"row {record.row:,}"
    return f"{shown(result.header)} {shown(result.asked)} ({row})" if result.asked else row.capitalize()


def _schema_blocks(found: SchemaExplained) -> list[Heading | Text | Table]:
    columns = (Column(title="What is asked"), Column(title="Value"), Column(title="Verdict"))
    rows = tuple(
        cells([Cell(_INDENT * line.depth + line.words), line.value, Cell(line.verdict, line.tone)])
        for line in _lines(found)
    )
    return [
        Heading(text=f"{found.schema}: {shown(found.label)}"),
        Text(text=shown(found.reason, longest=_LONGEST_REASON)),
        Table(columns=columns, rows=rows),
        Text(text=_nearest_words(found), tone=Tone.GOOD if found.nearest else Tone.QUIET),
    ]


def _nearest_words(found: SchemaExplained) -> str:
    """Return what would move the record to the nearest other segment; where there is none, why."""
    if found.by_hand:
        return "While the exception holds, no change of the record moves it."
    moves = {item.segment: item.move for item in found.segments}
    if found.nearest:
        words = f"Nearest other segment: {found.nearest}. It takes: {moves[found.nearest].words}"
    else:
        others = [f"{name}: {move.words}" for name, move in moves.items() if move.kind is not MoveKind.HERE]
        words = f"No change moves it: {'; '.join(others)}" if others else "There is no other segment."
    return shown(words, longest=_LONGEST)


def _lines(found: SchemaExplained) -> Iterator[_Line]:
    for item in found.segments:
        words = item.segment if item.name in {"", item.segment} else f"{item.segment} ({item.name})"
        tone = Tone.GOOD if item.member else _TONES[item.verdict]
        yield _Line(0, shown(words), "", _segment_verdict(item, found), tone)
        yield from _part_lines(item.criteria, 1)
        for part in item.exclude:
            yield from _part_lines(part, 1)


def _segment_verdict(item: SegmentExplained, found: SchemaExplained) -> str:
    if item.verdict and found.by_hand:
        return "holds by the rules"
    if item.verdict and item.taken_by:
        return f"holds, but {item.taken_by} comes first"
    if item.verdict and item.move.kind is not MoveKind.HERE:
        return f"holds, and so do others: {shown(found.label)}"
    return {True: "yes, it is here", False: "no", None: "cannot tell"}[item.verdict]


def _part_lines(part: Part, depth: int) -> Iterator[_Line]:
    note = f" ({part.note})" if part.note else ""
    verdict = shown(f"{_verdict(part)}{note}", longest=_LONGEST)
    words = shown(part.words, longest=_LONGEST_CLAUSE)
    yield _Line(depth, words, shown(part.value, longest=_LONGEST_VALUE), verdict, _TONES[part.verdict])
    for member in part.members:
        yield from _part_lines(member, depth + 1)


def _verdict(part: Part) -> str:
    left_out = part.kind is PartKind.EXCLUSION and part.verdict
    return "holds: left out" if left_out else _VERDICTS[part.verdict]


def explain_table(result: ExplainResult) -> Document:
    """Return records explained as one table: a line for each part of each segment."""
    titles = ("_row", "schema", "label", "segment", "level", "what_is_asked", "value", "verdict", "change")
    rows: list[Sequence[str | Cell]] = []
    for record in result.records:
        for found in record.schemas:
            items = iter(found.segments)
            item = found.segments[0]
            for line in _lines(found):
                item = next(items) if line.depth == 0 else item
                own = [str(record.row), found.schema, shown(found.label), item.segment, str(line.depth)]
                change = shown(item.move.words, longest=_LONGEST) if line.depth == 0 else ""
                rows.append([*own, line.words, line.value, line.verdict, change])
    return Document(
        blocks=(Table(columns=tuple(Column(title=title) for title in titles), rows=tuple(map(cells, rows))),)
    )


def explain_json(result: ExplainResult) -> dict[str, Any]:
    """Return records explained, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "explain",
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        "record": shown(result.asked, longest=_LONGEST) or None,
        "column": result.header or None,
        "rows": result.rows,
        "records": [
            {"row": record.row, "schemas": [_schema_json(found) for found in record.schemas]}
            for record in result.records
        ],
    }


def _schema_json(found: SchemaExplained) -> dict[str, Any]:
    return {
        "schema": found.schema,
        "assign": found.assign.value,
        "label": found.label,
        "reason": found.reason,
        "by_hand": found.by_hand or None,
        "nearest": found.nearest or None,
        "segments": [
            {
                "id": item.segment,
                "name": item.name,
                "verdict": _verdict_json(item.verdict),
                "member": _verdict_json(item.member),
                "taken_by": item.taken_by or None,
                "criteria": _part_json(item.criteria),
                "exclude": [_part_json(part) for part in item.exclude],
                "move": _move_json(item.move),
            }
            for item in found.segments
        ],
    }


def _verdict_json(verdict: bool | None) -> str:  # noqa: FBT001 - three-valued, not a switch
    return _VERDICTS[verdict].replace(" ", "_")


def _part_json(part: Part) -> dict[str, Any]:
    said = {"kind": part.kind.value, "words": part.words, "verdict": _verdict_json(part.verdict)}
    said |= {"field": part.field, "value": shown(part.value, longest=_LONGEST_VALUE)} if part.field else {}
    said |= {"note": part.note} if part.note else {}
    return {**said, **({"members": [_part_json(member) for member in part.members]} if part.members else {})}


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "verdict": move.kind.value,
        "words": shown(move.words, longest=_LONGEST),
        "label": move.label or None,
        "changes": [_change_json(change) for change in move.changes],
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "field": change.field,
        "from": shown(change.before, longest=_LONGEST_VALUE) if change.is_filled else None,
        "to": _value_json(change.after),
        "stretch": _stretch_json(change.stretch, change.after),
        "or": [_value_json(value) for value in change.instead],
        "words": shown(change.words, longest=_LONGEST),
    }


def _value_json(value: WitnessValue) -> Any:  # noqa: ANN401 - a value of any type
    if isinstance(value, str | int | float) or value is None:
        return value
    return list(value) if isinstance(value, tuple) else value.isoformat()


def _stretch_json(span: Span | None, like: WitnessValue) -> dict[str, Any] | None:
    if span is None:
        return None
    is_day = not isinstance(like, int | float)
    ends = {}
    for name, end in (("low", span.low), ("high", span.high)):
        whole = int(end) if end is not None and end.denominator == 1 else float(end or 0)
        ends[name] = None if end is None else type(like).fromordinal(int(end)).isoformat() if is_day else whole  # type: ignore[union-attr]
    return {**ends, "low_included": span.low_in, "high_included": span.high_in}
