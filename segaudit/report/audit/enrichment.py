"""What filling each field would decide: in which order to fill them, where from, and what could stand in."""

from collections.abc import Iterator, Mapping, Sequence

from segaudit.model.audit import AuditResult
from segaudit.model.enrichment import Effort, EnrichmentResult, FieldState, PlanStep, StandIn
from segaudit.report.audit.data_words import Says, file_of, name_of
from segaudit.report.charts import Bar, BarChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Fold, Form, Grid, Lines, Para, Section, amount, cell, span
from segaudit.report.words import Words
from segaudit.segments.wording_values import field_words

_STEPS = 12
_FIELDS = 40
_SCHEMAS = 40
_STAND_INS = 24
_NAMED = 3  # fields of one step that are named


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what to fill first."""
    says = Says.of(result, words)
    if result.segments is None:
        blocks = [*_not_assessed(result, says)]
    else:
        blocks = [*_blocks(result.segments.enrichment, result, says)]
    if not blocks:
        return None
    return Section(title=words("enrichment.title"), anchor="enrichment", level=2, blocks=tuple(blocks))


def _not_assessed(result: AuditResult, says: Says) -> Iterator[Block]:
    for item in result.not_assessed:
        if item.part in {"enrichment", "segments"}:
            yield Para(line=(*says.english(item.reason), *span(" "), *says.english(item.hint)), tone=Tone.WARN)


def _blocks(found: EnrichmentResult, result: AuditResult, says: Says) -> Iterator[Block]:
    if not found.open:
        yield says.para("enrichment.nothing_open", Tone.GOOD)
        return
    states = {state.field: state for state in found.states}
    yield from _lead(found, states, says)
    if found.plan:
        yield _chart(found, states, says)
        yield _plan(found, states, says)
        yield says.para("enrichment.plan_note", Tone.QUIET)
    if found.waiting:
        matter = {gain.field for gain in found.overall}
        absent = [name_of(field_words(name)) for name in found.absent_fields if name in matter]
        yield says.para("enrichment.waiting", Tone.WARN, n=says.value(found.waiting), fields=says.listed(absent, 8))
    if (file := file_of(result, "enrichment")) is not None:
        yield says.para("enrichment.file", file=file.name)
    if found.stand_ins:
        parts = (_stand_ins(found, states, says), says.para("enrichment.stand_ins_note", Tone.QUIET))
        title = says.words("enrichment.stand_ins")
        yield Section(title=title, anchor="enrichment-stand-ins", level=3, blocks=parts)
    yield Fold(
        title=says.words("enrichment.fields"),
        blocks=(_fields(found, states, says), says.para("enrichment.fields_note")),
    )
    yield Fold(title=says.words("enrichment.schemas"), blocks=(_schemas(found, states, says),))


def _lead(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> Iterator[Block]:
    words, rows = says.words, found.source.rows
    yield Figures(
        items=(
            (says.number(found.records_open), words("enrichment.figure.records")),
            (says.number(found.open), words("enrichment.figure.open")),
            (says.number(found.source.rows - found.records_open), words("enrichment.figure.settled")),
        )
    )
    yield says.para(
        "enrichment.lead",
        n=says.value(found.records_open),
        share=says.share(found.records_open, rows),
        open=says.value(found.open),
    )
    if found.plan:
        first = found.plan[0]
        yield says.para(
            "enrichment.first",
            fields=_names(first.fields, states, says),
            n=says.value(first.decides),
            share=says.share(first.decides, found.open),
        )


def _name(field: str, states: Mapping[str, FieldState]) -> str:
    """Return what a field is called: by the header of its column, else in words."""
    state = states.get(field)
    return name_of(state.header if state is not None and state.header else field_words(field), 40)


def _names(fields: Sequence[str], states: Mapping[str, FieldState], says: Says) -> str:
    return says.listed([_name(field, states) for field in fields], _NAMED)


def _chart(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> BarChart:
    words, steps = says.words, found.plan[:_STEPS]
    bars = tuple(
        Bar(
            label=words("enrichment.step", number=number, fields=_names(step.fields, states, says)),
            values=(says.drawn(step.decides),),
            said=says.number(step.decides),
        )
        for number, step in enumerate(steps, start=1)
    )
    return BarChart(
        title=words("enrichment.chart"),
        summary=words(
            "enrichment.chart_summary",
            n=len(steps),
            decided=says.value(found.open - steps[-1].left),
            open=says.value(found.open),
            left=says.value(steps[-1].left),
        ),
        series=(words("enrichment.decided"),),
        rows=bars,
    )


def _plan(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> Grid:
    words, best = says.words, _best(found.stand_ins)
    names = ("step", "fill", "decides", "places", "left", "effort")
    return Grid(
        title=words("enrichment.plan"),
        columns=tuple(words(f"enrichment.plan.{name}") for name in names),
        rows=tuple(
            (
                amount(words.number(number), number),
                cell(says.listed([_name(field, states) for field in step.fields], 8), strong=True),
                says.count(step.decides),
                says.count(step.places),
                says.count(step.left),
                _how(step, best, states, says),
            )
            for number, step in enumerate(found.plan[:_STEPS], start=1)
        ),
        numeric=frozenset({2, 3, 4}),
    )


def _best(stand_ins: Sequence[StandIn]) -> dict[str, StandIn]:
    best: dict[str, StandIn] = {}
    for item in stand_ins:
        if item.field not in best or item.decides > best[item.field].decides:
            best[item.field] = item
    return best


def _how(step: PlanStep, best: Mapping[str, StandIn], states: Mapping[str, FieldState], says: Says) -> Lines:
    """Return where the values can come from: a line for each way, with the fields it is the way for."""
    words = says.words
    ways: dict[str, list[str]] = {}
    for field, effort in step.efforts:
        stand_in = best.get(field)
        if effort is Effort.DERIVE and stand_in is not None:
            text = words("enrichment.effort.derive", column=name_of(stand_in.column, 40))
        elif effort is Effort.DERIVE:
            text = words("enrichment.effort.derive_some")
        else:
            text = words(f"enrichment.effort.{effort.value}")
            if stand_in is not None:
                share = float(stand_in.share_agrees)
                text += " " + words("enrichment.or_derive", column=name_of(stand_in.column, 40), share=share)
        ways.setdefault(text, []).append(_name(field, states))
    if len(ways) == 1:
        return cell(next(iter(ways)))
    return tuple(span(f"{says.listed(fields, 8)}: {text}") for text, fields in ways.items())


def _fields(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> Grid:
    words = says.words
    names = ("field", "filled", "missing", "unusable", "alone", "likely", "matters")
    rows = []
    for gain in found.overall[:_FIELDS]:
        state = states.get(gain.field)
        unusable = state.unreadable + state.inexact if state is not None else 0
        rows.append(
            (
                cell(_name(gain.field, states), strong=True),
                amount(words.share(state.share_filled), state.share_filled, Form.SHARE)
                if state is not None and state.header
                else cell(words("enrichment.no_column"), tone=Tone.BAD),
                says.count(state.missing) if state is not None else cell("–"),
                says.count(unusable, Tone.WARN if unusable else Tone.PLAIN),
                says.count(gain.alone),
                cell("–") if gain.likely is None else says.count(gain.likely),
                says.count(gain.matters),
            )
        )
    return Grid(
        title=words("enrichment.fields"),
        columns=tuple(words(f"enrichment.field.{name}") for name in names),
        rows=tuple(rows),
        numeric=frozenset(range(1, len(names))),
        sortable=True,
    )


def _stand_ins(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> Grid:
    words = says.words
    names = ("for", "column", "agrees", "usual", "fills", "decides")
    return Grid(
        title=words("enrichment.stand_ins"),
        columns=tuple(words(f"enrichment.stand_in.{name}") for name in names),
        rows=tuple(
            (
                cell(_name(item.field, states), strong=True),
                cell(name_of(item.column)),
                amount(words.share(item.share_agrees), item.share_agrees, Form.SHARE),
                amount(words.share(item.share_usual), item.share_usual, Form.SHARE),
                says.count(item.fills),
                says.count(item.decides),
            )
            for item in found.stand_ins[:_STAND_INS]
        ),
        numeric=frozenset({2, 3, 4, 5}),
    )


def _schemas(found: EnrichmentResult, states: Mapping[str, FieldState], says: Says) -> Grid:
    words = says.words
    names = ("schema", "unplaced", "provisional", "best")
    return Grid(
        title=words("enrichment.schemas"),
        columns=tuple(words(f"enrichment.schema.{name}") for name in names),
        rows=tuple(
            (
                cell(name_of(field_words(item.schema))),
                says.count(item.unplaced),
                says.count(item.provisional),
                tuple(
                    span(f"{' + '.join(_name(field, states) for field in best.fields)}: {says.number(best.decides)}")
                    for best in item.best
                )
                or cell("–"),
            )
            for item in found.schemas[:_SCHEMAS]
        ),
        numeric=frozenset({1, 2}),
    )
