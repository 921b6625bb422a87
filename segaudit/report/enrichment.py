"""The enrichment plan: what to fill first, how many records that decides, and what could stand in."""

from dataclasses import asdict
from typing import Any

from segaudit.model.enrichment import Effort, EnrichmentResult, FieldGain, FieldSet, FieldState, PlanStep, StandIn
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line

_HOW = {
    Effort.DERIVE: "derive it from {column}",
    Effort.REPAIR: "repair: most of what is lacking stands there and cannot be used",
    Effort.CONNECT: "connect: no column provides it; add it to the export, or name the column in a --map file",
    Effort.BUY: "buy: data providers sell it",
    Effort.ASK: "ask the person",
    Effort.DECIDE: "decide: the team assigns it",
    Effort.MEASURE: "measure: take it from the system that records it",
}


def enrichment_document(result: EnrichmentResult) -> Document:
    """Return the plan as people read it; the first table is the plan."""
    total = result.source.rows
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"What filling the gaps of {shown(result.source.name, longest=200)} would decide"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
    ]
    if not result.open:
        blocks.append(Text(text="Every record is decided in every schema; nothing is missing.", tone=Tone.GOOD))
        return Document(blocks=tuple(blocks))
    share = percent(result.records_open / total)
    blocks += [
        Text(
            text=f"{result.records_open:,} records ({share}) are open in at least one schema, {result.open:,} "
            "placements in all. A placement is one record in one schema; it is open if its label could change with "
            "what is missing."
        ),
        Heading(text="Enrichment plan"),
        _plan_table(result),
        Text(text=_chosen(), tone=Tone.QUIET),
        Heading(text="Fields"),
        _field_table(result),
        Text(
            text="Alone: certain once this field is filled, whatever its value. Likely: if the missing values are "
            "spread like those filled in. Has a part in: open placements it is one of the reasons of.",
            tone=Tone.QUIET,
        ),
        Heading(text="By schema"),
        _schema_table(result),
        *_best_texts(result),
    ]
    if result.stand_ins:
        blocks += [
            Heading(text="What could stand in"),
            _stand_in_table(result.stand_ins),
            Text(
                text="Agrees: how often a record's band or list (what the rules ask of the field, not its exact value) "
                "is that of the other records with the same value in this column; in brackets, what always guessing "
                "the most frequent gets right. Such values are likely, not known: mark them as derived.",
                tone=Tone.QUIET,
            ),
        ]
    blocks += _list_texts(result)
    return Document(blocks=tuple(blocks))


def _chosen() -> str:
    return (
        "Each step is the set of up to three fields (or, where none of those decides, all a record lacks) that decides "
        "most placements for each field filled, given the steps before it. Counts are exact."
    )


def _header(field: str, states: dict[str, FieldState]) -> str:
    state = states.get(field)
    return shown(state.header) if state and state.header else field


def _plan_table(result: EnrichmentResult) -> Table:
    states = {state.field: state for state in result.states}
    best: dict[str, StandIn] = {}
    for item in result.stand_ins:
        if item.field not in best or item.share_agrees > best[item.field].share_agrees:
            best[item.field] = item
    rows = []
    for number, step in enumerate(result.plan, start=1):
        rows.append(
            cells(
                [
                    str(number),
                    " + ".join(_header(name, states) for name in step.fields),
                    f"{step.decides:,}",
                    f"{step.places:,}",
                    f"{step.left:,}",
                    _how(step, best),
                ]
            )
        )
    columns = (
        Column(title="Step", numeric=True),
        Column(title="Fill"),
        Column(title="Decides", numeric=True),
        Column(title="Places", numeric=True),
        Column(title="Still open", numeric=True),
        Column(title="How", optional=True),
    )
    return Table(columns=columns, rows=tuple(rows))


def _how(step: PlanStep, best: dict[str, StandIn]) -> str:
    words = []
    for name, effort in step.efforts:
        column = shown(best[name].column, longest=40) if name in best else ""
        text = _HOW[effort].format(column=column)
        if effort is not Effort.DERIVE and column:
            text += f" (or derive from {column}, {percent(best[name].share_agrees)} right)"
        words.append(text if len(step.efforts) == 1 else f"{name}: {text}")
    alike = {effort for _, effort in step.efforts}
    if len(step.efforts) > 1 and len(alike) == 1 and not any(name in best for name in step.fields):
        return _HOW[alike.pop()]
    return "; ".join(words)


def _field_table(result: EnrichmentResult) -> Table:
    states = {state.field: state for state in result.states}
    rows = []
    for gain in result.overall:
        state = states[gain.field]
        rows.append(
            cells(
                [
                    _header(gain.field, states),
                    percent(state.share_filled) if state.header else Cell("no column", Tone.BAD),
                    f"{state.missing:,}",
                    Cell(f"{state.unreadable + state.inexact:,}", Tone.WARN if state.unreadable else Tone.PLAIN),
                    f"{gain.alone:,}",
                    "-" if gain.likely is None else f"{gain.likely:,}",
                    f"{gain.matters:,}",
                ]
            )
        )
    titles = ("Field", "Filled", "Missing", "Not usable", "Alone", "Likely", "Has a part in")
    return Table(
        columns=tuple(Column(title=title, numeric=title != "Field", optional=title == "Missing") for title in titles),
        rows=tuple(rows),
    )


def _schema_table(result: EnrichmentResult) -> Table:
    states = {state.field: state for state in result.states}
    rows = []
    for item in result.schemas:
        if not item.open:
            continue
        best = {len(found.fields): found for found in item.best}
        told = [_set(best[size], states) if size in best else "" for size in (1, 2, 3)]
        rows.append(cells([item.schema, f"{item.unplaced:,}", f"{item.provisional:,}", *told]))
    columns = (
        Column(title="Schema"),
        Column(title="Cannot place", numeric=True),
        Column(title="May change", numeric=True),
        Column(title="Best field"),
        Column(title="Best pair"),
        Column(title="Best three", optional=True),
    )
    return Table(columns=columns, rows=tuple(rows))


def _set(found: FieldSet, states: dict[str, FieldState]) -> str:
    return f"{' + '.join(_header(name, states) for name in found.fields)}: {found.decides:,}"


def _best_texts(result: EnrichmentResult) -> list[Text]:
    if not result.best:
        return []
    states = {state.field: state for state in result.states}
    told = "; ".join(_set(item, states) for item in result.best)
    return [Text(text=f"Over all schemas, of the columns there are (placements): {told}. All sets were compared.")]


def _stand_in_table(stand_ins: tuple[StandIn, ...]) -> Table:
    rows = [
        cells(
            [
                item.field,
                shown(item.column),
                f"{percent(item.share_agrees)} ({percent(item.share_usual)})",
                f"{item.rows_compared:,}",
                f"{item.fills:,}",
                f"{item.decides:,}",
                ", ".join(item.used_by),
            ]
        )
        for item in stand_ins
    ]
    titles = ("For", "Column", "Agrees", "Compared", "Could fill", "Decides", "Read by")
    plain = {"For", "Column", "Read by"}
    return Table(
        columns=tuple(Column(title=title, numeric=title not in plain, optional=title == "Read by") for title in titles),
        rows=tuple(rows),
    )


def _list_texts(result: EnrichmentResult) -> list[Text]:
    texts = []
    matters = {gain.field for gain in result.overall}
    wanting = ", ".join(name for name in result.absent_fields if name in matters)
    if result.waiting:
        texts.append(
            Text(
                text=f"{result.waiting:,} open records wait only for what no column provides: {wanting}. "
                "They are in no list; connect those fields first.",
                tone=Tone.WARN,
            )
        )
    if result.list_path is not None:
        path = shown(result.list_path, longest=200)
        texts.append(Text(text=f"Wrote {result.list_rows:,} records to {path}, best first.", tone=Tone.GOOD))
    return texts


def enrichment_json(result: EnrichmentResult) -> dict[str, Any]:
    """Return the plan as JSON-ready values; counts are placements unless they say records."""
    return {
        "schema_version": "1",
        "command": "enrich",
        "source": source_json(result.source),
        "rules": {
            "files": list(result.rules.files),
            "sha256": result.rules.sha256,
            "schemas": [schema.id for schema in result.rules.schemas],
        },
        "as_of": result.as_of.isoformat(),
        "absent_fields": list(result.absent_fields),
        "records_open": result.records_open,
        "records_waiting_for_absent_fields": result.waiting,
        "open": result.open,
        "schemas": [
            {
                "schema": item.schema,
                "open": item.open,
                "unplaced": item.unplaced,
                "provisional": item.provisional,
                "fields": [_gain_json(gain) for gain in item.gains],
                "best_sets": [_set_json(found) for found in item.best],
            }
            for item in result.schemas
        ],
        "fields": [_gain_json(gain) for gain in result.overall],
        "best_sets": [_set_json(found) for found in result.best],
        "coverage": [asdict(state) | {"share_filled": round(state.share_filled, 6)} for state in result.states],
        "plan": [
            {
                "fields": list(step.fields),
                "decides": step.decides,
                "places": step.places,
                "left": step.left,
                "effort": {name: effort.value for name, effort in step.efforts},
            }
            for step in result.plan
        ],
        "stand_ins": [
            asdict(item)
            | {
                "share_agrees": round(item.share_agrees, 6),
                "share_usual": round(item.share_usual, 6),
                "used_by": list(item.used_by),
            }
            for item in result.stand_ins
        ],
        "list": None if result.list_path is None else {"path": result.list_path, "records": result.list_rows},
    }


def _gain_json(gain: FieldGain) -> dict[str, Any]:
    return asdict(gain)


def _set_json(found: FieldSet) -> dict[str, Any]:
    return {"fields": list(found.fields), "decides": found.decides, "places": found.places}
