"""The proof of the rules on paper."""

from collections import Counter
from typing import Any

from segaudit.model.proofs import (
    CONTAINMENTS,
    PairProof,
    PairVerdict,
    ProvedFacts,
    RulesProved,
    Witness,
    pair_words,
    witness_words,
)
from segaudit.model.segments import Assignment, Schema
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json

_LONGEST = 300  # characters of a sentence
_MOST_FREE = 5  # clauses named


def proof_document(result: RulesProved) -> Document:
    """Return what was proved, as people read it; the first table has a line for each pair that can meet."""
    facts = result.facts
    blocks: list[Heading | Text | Table] = [
        Heading(text="What the rules do, without data"),
        Text(text=summary(result), tone=Tone.WARN if result.findings else Tone.GOOD),
    ]
    rows = [row for schema in result.rules.schemas for row in _rows(schema, facts)]
    titles = ("Schema", "Verdict", "What is so")
    if rows:
        blocks.append(Table(columns=tuple(Column(title=title) for title in titles), rows=tuple(rows)))
    else:
        blocks.append(Text(text="No two segments of a schema can hold the same record.", tone=Tone.GOOD))
    blocks += [Text(text=line, tone=Tone.QUIET) for line in _free_lines(facts)]
    blocks += _finding_blocks(result)
    return Document(blocks=tuple(blocks))


def summary(result: RulesProved) -> str:
    """Return the whole in a line: ``3 schemas, 11 segments: 4 overlaps, 2 gaps, 11 pairs proved disjoint``."""
    facts = result.facts
    kinds = Counter(pair.verdict for pair in facts.pairs)
    inside = sum(kinds[verdict] for verdict in CONTAINMENTS)
    parts = [_counted(kinds[PairVerdict.OVERLAP], "overlap")]
    parts += [f"{_counted(inside, 'segment')} inside another"] if inside else []
    parts += [f"{_counted(len(facts.unreachable), 'segment')} out of reach"] if facts.unreachable else []
    parts += [f"{_counted(len(facts.shadowed), 'segment')} shadowed"] if facts.shadowed else []
    parts += [_counted(len(facts.gaps), "gap"), f"{_counted(kinds[PairVerdict.DISJOINT], 'pair')} proved disjoint"]
    parts += [f"{kinds[PairVerdict.NOT_PROVEN]:,} not proven"] if kinds[PairVerdict.NOT_PROVEN] else []
    schemas, segments = len(result.rules.schemas), sum(len(schema.segments) for schema in result.rules.schemas)
    return f"{_counted(schemas, 'schema')}, {_counted(segments, 'segment')}: {', '.join(parts)}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _rows(schema: Schema, facts: ProvedFacts) -> list[tuple[Cell, ...]]:
    """Return the lines of one schema: what meets, what gets nothing, what falls through."""
    once = schema.assign is Assignment.EXACTLY_ONE
    lines: list[tuple[str, Tone, str]] = []
    for pair in facts.pairs:
        if pair.schema == schema.id and pair.verdict is not PairVerdict.DISJOINT:
            open_ = pair.verdict is PairVerdict.NOT_PROVEN
            tone = Tone.QUIET if open_ else Tone.BAD if once else Tone.PLAIN
            lines.append((pair.verdict.value, tone, pair_words(pair) + _first(schema, pair)))
    lines += [
        ("unreachable", Tone.BAD, f"{dead.segment} can never hold: {' and '.join(dead.because)}")
        for dead in facts.unreachable
        if dead.schema == schema.id
    ]
    lines += [
        ("shadowed", Tone.BAD, f"{shadow.segment} never gets a record, for {' and '.join(shadow.by)} before it")
        for shadow in facts.shadowed
        if shadow.schema == schema.id
    ]
    lines += [
        ("gap", Tone.WARN, f"{witness_words(gap.witness)} is in no segment")
        for gap in facts.gaps
        if gap.schema == schema.id
    ]
    return [cells([schema.id, Cell(verdict, tone), shown(words, longest=_LONGEST)]) for verdict, tone, words in lines]


def _first(schema: Schema, pair: PairProof) -> str:
    """Say who takes what is in both, where the order decides."""
    decided = pair.verdict in {PairVerdict.OVERLAP, PairVerdict.A_IN_B}
    return f"; {pair.a} comes first" if decided and schema.assign is Assignment.FIRST_MATCH else ""


def _free_lines(facts: ProvedFacts) -> list[str]:
    """Say which clauses were not looked into, where something hangs on them."""
    open_schemas = {pair.schema for pair in facts.pairs if pair.verdict is PairVerdict.NOT_PROVEN}
    lines = []
    for schema, clauses in facts.free.items():
        names = list(dict.fromkeys(f"{clause.field} {clause.operator}" for clause in clauses))
        if schema in open_schemas and names:
            rest = f" and {len(names) - _MOST_FREE} more" if len(names) > _MOST_FREE else ""
            named = ", ".join(names[:_MOST_FREE])
            lines.append(f"{schema}: the proof does not look into {shown(named, longest=_LONGEST)}{rest}.")
    return lines


def _finding_blocks(result: RulesProved) -> list[Heading | Text | Table]:
    if not result.findings:
        return [Text(text="Nothing to mend.", tone=Tone.GOOD)]
    columns = (
        Column(title="Severity"),
        Column(title="Where"),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    rows = tuple(
        cells(
            [
                Cell(item.severity, Tone.BAD if item.severity == "error" else Tone.WARN),
                shown(item.where, longest=_LONGEST),
                shown(item.message, longest=_LONGEST),
                shown(item.hint, longest=_LONGEST),
            ]
        )
        for item in result.findings
    )
    return [Heading(text=_counted(len(result.findings), "finding")), Table(columns=columns, rows=rows)]


def proof_json(result: RulesProved) -> dict[str, Any]:
    """Return what was proved, as JSON-ready values."""
    facts = result.facts
    return {
        "schema_version": "1",
        "command": "rules prove",
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "pairs": [
            {
                "schema": pair.schema,
                "a": pair.a,
                "b": pair.b,
                "verdict": pair.verdict.value,
                "witness": witness_json(pair.witness),
            }
            for pair in facts.pairs
        ],
        "gaps": [{"schema": gap.schema, "witness": witness_json(gap.witness)} for gap in facts.gaps],
        "unreachable": [
            {"schema": item.schema, "segment": item.segment, "because": list(item.because)}
            for item in facts.unreachable
        ],
        "shadowed": [{"schema": item.schema, "segment": item.segment, "by": list(item.by)} for item in facts.shadowed],
        "complete": list(facts.complete),
        "findings": [item.to_dict() for item in result.findings],
    }


def witness_json(witness: Witness | None) -> dict[str, Any] | None:
    """Return a record found as JSON-ready values."""
    if witness is None:
        return None
    values: dict[str, Any] = {}
    for name, value in witness.items():
        if isinstance(value, str | int | float) or value is None:
            values[name] = value
        else:
            values[name] = list(value) if isinstance(value, tuple) else value.isoformat()
    return values
