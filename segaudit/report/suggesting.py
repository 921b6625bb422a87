"""Suggestions on paper: what to do, why, and how sure that is; and what cannot be told."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    ProposedSchema,
    SegmentMeasure,
    Start,
    Suggestion,
    SuggestionKind,
    SuggestionsResult,
)
from segaudit.report.document import Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.report.sources import reading_texts, source_json, source_line

Blocks = list[Heading | Text | Table]
_LONG = 2000
_NOT_APPLIED = "Nothing has been applied: read it, change what you know better, and try it on a copy first."
_KINDS = {
    SuggestionKind.MERGE: "merge",
    SuggestionKind.SPLIT: "split",
    SuggestionKind.RETIRE: "retire",
    SuggestionKind.BOUNDARY: "move a boundary",
    SuggestionKind.START: "segments to start with",
}


def suggest_document(result: SuggestionsResult) -> Document:
    """Return suggestions as people read them; the first table has every figure."""
    blocks: Blocks = [
        Heading(text=f"What could be better about the segments of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        Text(text=_outcome_text(result), tone=Tone.PLAIN if result.outcome else Tone.WARN),
        *(Text(text=_said(note), tone=Tone.WARN) for note in result.notes),
    ]
    if result.start is not None:
        blocks += _start_blocks(result.start, result)
    elif result.judged:
        blocks += _suggestion_blocks(result)
    blocks += _untold(result.cannot_tell)
    if result.not_judged:
        told = "; ".join(f"{name}: {why}" for name, why in result.not_judged.items())
        blocks.append(Text(text=f"Not judged: {_said(told)}.", tone=Tone.QUIET))
    if result.written is not None:
        blocks.append(Text(text=f"Written to {shown(result.written, longest=200)}. {_NOT_APPLIED}"))
    return Document(blocks=tuple(blocks))


def _said(text: str) -> str:
    return shown(text, longest=_LONG)


def _outcome_text(result: SuggestionsResult) -> str:
    outcome = result.outcome
    if outcome is None:
        return "Nothing says what the records came to: --outcome names a column, --with a table of outcomes."
    how = "" if outcome.chosen else " It was found; --outcome takes another."
    if outcome.is_rate:
        told = f"{outcome.hits or 0:,} of {outcome.records:,} records ({percent(outcome.mean or 0)})"
    else:
        told = f"{outcome.records:,} records, {outcome.mean or 0:,.2f} on average"
    return f"Measured by {_said(outcome.name)}: {told}, from {_said(outcome.source)}.{how}"


def _suggestion_blocks(result: SuggestionsResult) -> Blocks:
    tried = ", ".join(f"{count:,} to {_KINDS[SuggestionKind(name)]}" for name, count in result.considered.items())
    looked = f"Looked at {', '.join(result.judged)}" + (f"; candidates: {tried}." if tried else ".")
    if not result.suggestions:
        return [Text(text=f"{looked} Nothing to suggest: no change is shown to be better.", tone=Tone.GOOD)]
    blocks: Blocks = [Text(text=looked), _measures([*_all_measures(result.suggestions)], result)]
    for item in result.suggestions:
        blocks.append(Heading(text=f"{item.schema}: {_said(item.title)}"))
        blocks.append(Text(text=f"Why: {_said(item.reason)}."))
        blocks += [Text(text=f"- {_said(evidence.statement)}") for evidence in item.evidence]
        if item.waits:
            blocks.append(Text(text=f"Not among the rules that are written: {_said(item.waits)}.", tone=Tone.WARN))
    if result.written is None:
        blocks.append(Text(text=f"-o writes the rules with these changes. {_NOT_APPLIED}"))
    return blocks


def _all_measures(suggestions: Sequence[Suggestion]) -> Iterable[tuple[str, str, SegmentMeasure]]:
    for item in suggestions:
        yield from ((_KINDS[item.kind], "now", measure) for measure in item.before)
        yield from ((_KINDS[item.kind], "then", measure) for measure in item.after)


def _measures(rows: Sequence[tuple[str, str, SegmentMeasure]], result: SuggestionsResult) -> Table:
    name = _said(result.outcome.name) if result.outcome else "Outcome"
    columns = (
        Column(title="Suggestion", optional=True),
        Column(title="When", optional=True),
        Column(title="Segment"),
        Column(title="Members", numeric=True),
        Column(title="Share", numeric=True),
        Column(title=name, numeric=True),
        Column(title="95% interval", numeric=True, optional=True),
        Column(title="Shows a change of", numeric=True, optional=True),
    )
    is_rate = result.outcome is not None and result.outcome.is_rate
    drawn = [
        cells(
            [
                kind,
                when,
                f"{item.schema}.{item.segment}",
                f"{item.members:,}",
                percent(item.share),
                _figure(item.value, is_rate=is_rate),
                "" if item.low is None else f"{_figure(item.low, is_rate=is_rate)} to "
                f"{_figure(item.high, is_rate=is_rate)}",
                "" if item.detectable is None else f"{item.detectable:.0%}",
            ]
        )
        for kind, when, item in rows
    ]  # fmt: skip
    return Table(columns=columns, rows=tuple(drawn))


def _figure(value: float | None, *, is_rate: bool) -> str:
    if value is None:
        return "-"
    if is_rate:
        return f"{value:.2%}" if abs(value) < 0.1 else f"{value:.1%}"  # noqa: PLR2004 - small rates need decimals
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"  # noqa: PLR2004 - so do small amounts


def _start_blocks(start: Start, result: SuggestionsResult) -> Blocks:
    blocks: Blocks = [
        Text(text=f"Segments to start with, as {_said(start.reason)}; they rest on: {_said(start.proposal.approach)}."),
        _measures([("start", "then", item) for item in start.measures], result),
    ]
    for schema in start.proposal.schemas:
        blocks += _schema_blocks(schema, start)
    if result.written is None:
        blocks.append(Text(text=f"-o segments.yaml writes them as rules. {_NOT_APPLIED}"))
    return blocks


def _schema_blocks(schema: ProposedSchema, start: Start) -> Blocks:
    blocks: Blocks = [Heading(text=f"{schema.id}: {_said(schema.objective)}")]
    blocks += [Text(text=_said(note)) for note in schema.notes]
    blocks += [Text(text=f"- {_said(item.statement)}") for item in schema.evidence]
    for segment in schema.segments:
        blocks.append(Text(text=f"{segment.id}: {_said(segment.name)}. {_said('; '.join(segment.notes))}"))
    left = start.unplaced.get(schema.id, 0)
    if left:
        blocks.append(Text(text=f"{left:,} records are in none of them.", tone=Tone.QUIET))
    return blocks


def _untold(items: Sequence[CannotTell]) -> Blocks:
    if not items:
        return []
    rows = [cells([_KINDS[item.kind], ".".join(filter(None, (item.schema, item.segment))), _said(item.reason)])
            for item in items]  # fmt: skip
    columns = (Column(title="About"), Column(title="Segments"), Column(title="Why"))
    return [Heading(text="What cannot be told"), Table(columns=columns, rows=tuple(rows))]


def suggest_json(result: SuggestionsResult) -> dict[str, Any]:
    """Return suggestions as data."""
    return {
        "schema_version": 1,
        "source": source_json(result.source),
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "outcome": asdict(result.outcome) if result.outcome else None,
        "thresholds": dict(result.suggest_rules.settings),
        "judged": list(result.judged),
        "not_judged": dict(result.not_judged),
        "considered": dict(result.considered),
        "suggestions": [_suggestion_json(item) for item in result.suggestions],
        "cannot_tell": [_untold_json(item) for item in result.cannot_tell],
        "start": _start_json(result.start) if result.start else None,
        "written": result.written,
        "notes": list(result.notes),
    }


def _suggestion_json(item: Suggestion) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "schema": item.schema,
        "segments": list(item.segments),
        "title": item.title,
        "reason": item.reason,
        "evidence": [_evidence_json(evidence) for evidence in item.evidence],
        "before": [asdict(measure) for measure in item.before],
        "after": [asdict(measure) for measure in item.after],
        "change": asdict(item.change) if item.change else None,
        "written": item.written,
        "waits": item.waits,
    }


def _evidence_json(item: Evidence) -> dict[str, Any]:
    return asdict(item)


def _untold_json(item: CannotTell) -> dict[str, Any]:
    return {**asdict(item), "kind": item.kind.value}


def _start_json(start: Start) -> dict[str, Any]:
    said = asdict(start.proposal)
    said["cannot_tell"] = [_untold_json(item) for item in start.proposal.cannot_tell]
    return {
        "reason": start.reason,
        "proposal": said,
        "measures": [asdict(item) for item in start.measures],
        "unplaced": dict(start.unplaced),
    }
