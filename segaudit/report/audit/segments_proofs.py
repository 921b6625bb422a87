"""What the rules of a schema prove by themselves, each with an imagined record that shows it."""

from collections.abc import Iterator
from datetime import date

from segaudit.model.proofs import PairProof, PairVerdict, Witness, WitnessValue
from segaudit.model.segments import Assignment, Schema
from segaudit.report.audit.segment_words import Teller, note
from segaudit.report.document import Tone
from segaudit.report.page import Block, Grid, Line, Lines, Section, Span, cell, span
from segaudit.report.safety import masked
from segaudit.report.words import Words
from segaudit.segments.wording_values import field_words

_MOST = 15
_MOST_VALUES = 8  # of a witness
_ANYTHING_ELSE = "anything else"  # what the proof calls a value no rule names
_SAID = {
    PairVerdict.OVERLAP: "overlap",
    PairVerdict.A_IN_B: "a_in_b",
    PairVerdict.B_IN_A: "b_in_a",
    PairVerdict.EQUAL: "equal",
    PairVerdict.NOT_PROVEN: "not_proven",
}
_ORDER = {Tone.BAD: 0, Tone.WARN: 1, Tone.PLAIN: 2, Tone.QUIET: 3}


def proof_section(tell: Teller, schema: Schema) -> Iterator[Block]:
    """Yield what is proved of a schema, the worst first."""
    facts, words = tell.segments.proofs.facts, tell.words
    rows = sorted(_statements(tell, schema), key=lambda row: _ORDER[row[0]])
    disjoint = sum(pair.schema == schema.id and pair.verdict is PairVerdict.DISJOINT for pair in facts.pairs)
    blocks: list[Block] = []
    if disjoint:
        blocks.append(note(words("segments.proof.disjoint", n=disjoint), Tone.GOOD if not rows else Tone.PLAIN))
    if schema.id in facts.complete:
        blocks.append(note(words("segments.proof.complete"), Tone.GOOD))
    if rows:
        blocks.append(
            Grid(
                title=words("segments.proof.table", schema=tell.schema(schema.id)),
                columns=tuple(words(f"segments.proof.{name}") for name in ("what", "so", "witness")),
                rows=tuple((cell(kind, tone=tone), so, witness) for tone, kind, so, witness in rows[:_MOST]),
            )
        )
    if len(rows) > _MOST:
        blocks.append(note(words("segments.proof.more", n=len(rows) - _MOST)))
    free = len(facts.free.get(schema.id, ()))
    if free:
        blocks.append(note(words("segments.proof.free", n=free)))
    if blocks:
        lead = note(words("segments.proof.means"))
        yield Section(title=words("segments.proof.title"), anchor="", level=4, blocks=(lead, *blocks))


def _statements(tell: Teller, schema: Schema) -> Iterator[tuple[Tone, str, Lines, Lines]]:
    """Yield how bad it is, its kind, what is so, and the record that shows it."""
    facts, words = tell.segments.proofs.facts, tell.words
    for pair in facts.pairs:
        if pair.schema == schema.id and pair.verdict is not PairVerdict.DISJOINT:
            yield _pair(tell, schema, pair)
    for dead in facts.unreachable:
        if dead.schema == schema.id:
            name = tell.segment(schema.id, dead.segment)
            said = words("segments.proof.unreachable_said", segment=name)
            line = (Span(text=f"{said} "), tell.evidence(" and ".join(dead.because)))
            yield Tone.BAD, words("segments.proof.unreachable"), (line,), cell("–")
    for shadow in facts.shadowed:
        if shadow.schema == schema.id:
            by = ", ".join(tell.segment(schema.id, name) for name in shadow.by)
            said = words("segments.proof.shadowed_said", segment=tell.segment(schema.id, shadow.segment), by=by)
            yield Tone.BAD, words("segments.proof.shadowed"), cell(said), cell("–")
    for gap in facts.gaps:
        if gap.schema == schema.id:
            gap_said = cell(words("segments.proof.gap_said"))
            yield Tone.WARN, words("segments.proof.gap"), gap_said, (witness_line(tell, gap.witness),)


def _pair(tell: Teller, schema: Schema, pair: PairProof) -> tuple[Tone, str, Lines, Lines]:
    name, words = _SAID[pair.verdict], tell.words
    open_ = pair.verdict is PairVerdict.NOT_PROVEN
    tone = Tone.QUIET if open_ else Tone.BAD if schema.assign is Assignment.EXACTLY_ONE else Tone.PLAIN
    a, b = tell.segment(schema.id, pair.a), tell.segment(schema.id, pair.b)
    said = words(f"segments.proof.{name}_said", a=a, b=b)
    if pair.verdict in {PairVerdict.OVERLAP, PairVerdict.A_IN_B} and schema.assign is Assignment.FIRST_MATCH:
        said = f"{said} {words('segments.proof.first', a=a)}"
    shown: Lines = cell("–") if pair.witness is None else (witness_line(tell, pair.witness),)
    return tone, words(f"segments.proof.{name}"), cell(said), shown


def witness_line(tell: Teller, witness: Witness) -> Line:
    """Return an imagined record in words: what stands in the fields that matter."""
    told = [_value(tell, name, value) for name, value in witness.items()]
    return span(tell.listed(told, _MOST_VALUES) or tell.words("segments.witness.any"))


def _value(tell: Teller, name: str, value: WitnessValue) -> str:
    words, field = tell.words, field_words(name)
    if value is None:
        return words("segments.witness.none", field=field)
    return words("segments.witness.value", field=field, value=_said(words, value, redacted=tell.redacted))


def _said(words: Words, value: str | float | date | tuple[str, ...], *, redacted: bool) -> str:
    match value:
        case bool():
            return words("segments.witness.yes" if value else "segments.witness.no")
        case str() if value == _ANYTHING_ELSE:
            return words("segments.witness.other")
        case str():
            return f'"{masked(value) if redacted else value}"'
        case tuple():
            return ", ".join(f'"{masked(item) if redacted else item}"' for item in value)
        case date():
            return words.day(value)
        case int() | float():
            return words.number(value) if value == round(value) else words.decimal(value, 2)
