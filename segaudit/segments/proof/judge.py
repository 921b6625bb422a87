"""What should be mended: the proved facts held against what each schema promises."""

from collections.abc import Iterable, Iterator
from datetime import date

from segaudit.model.decisions import Finding
from segaudit.model.proofs import (
    GapProof,
    PairProof,
    PairVerdict,
    ProvedFacts,
    ShadowProof,
    UnreachableProof,
    pair_words,
    witness_words,
)
from segaudit.model.segments import Assignment, RuleBook, Schema
from segaudit.segments.proof.edits import mend_gap, mend_overlap

_MEETING = frozenset({PairVerdict.OVERLAP, PairVerdict.A_IN_B, PairVerdict.B_IN_A, PairVerdict.EQUAL})


def judge_facts(rules: RuleBook, facts: ProvedFacts, as_of: date) -> tuple[Finding, ...]:
    """Return what should be mended, schema by schema, errors first.

    An overlap is an error where a record may be in one segment only, and none where the order or the purpose of the
    schema allows for it; a gap matters where a schema means to place every record.
    """
    findings: list[Finding] = []
    for schema in rules.schemas:
        of_schema = [
            *_unreachable(schema, (item for item in facts.unreachable if item.schema == schema.id)),
            *_shadowed(schema, facts),
            *_overlaps(rules, schema, (item for item in facts.pairs if item.schema == schema.id), as_of),
            *_gaps(rules, schema, (item for item in facts.gaps if item.schema == schema.id), as_of),
        ]
        findings += sorted(of_schema, key=lambda item: item.severity)
    return tuple(findings)


def _unreachable(schema: Schema, proofs: Iterable[UnreachableProof]) -> Iterator[Finding]:
    for proof in proofs:
        alone = len(proof.because) == 1
        yield Finding(
            rule="rules.unreachable",
            severity="error",
            where=str(schema.segment(proof.segment).place),
            message=f'"{schema.id}.{proof.segment}" can never hold a record: {" and ".join(proof.because)} '
            + ("is never so" if alone else "cannot be so at once"),
            hint="take it out, or ask for something that can be" if alone else "take one of them out, or widen it",
        )


def _shadowed(schema: Schema, facts: ProvedFacts) -> Iterator[Finding]:
    equal = {(pair.a, pair.b) for pair in facts.pairs if pair.schema == schema.id and pair.verdict is PairVerdict.EQUAL}
    for proof in facts.shadowed:
        if proof.schema != schema.id:
            continue
        yield Finding(
            rule="rules.shadowed",
            severity="error",
            where=str(schema.segment(proof.segment).place),
            message=f'"{schema.id}.{proof.segment}" never gets a record: {" and ".join(proof.by)} before it '
            f"{'takes' if len(proof.by) == 1 else 'take'} every record it holds",
            hint=_out_of_the_shadow(proof, equal=(proof.by[0], proof.segment) in equal),
        )


def _out_of_the_shadow(proof: ShadowProof, *, equal: bool) -> str:
    if equal:
        return f"merge {proof.by[0]} and {proof.segment}, or tell them apart"
    if len(proof.by) == 1:
        return f"put {proof.segment} before {proof.by[0]}"
    return f"put {proof.segment} before one of them, or take it out"


def _overlaps(rules: RuleBook, schema: Schema, pairs: Iterable[PairProof], as_of: date) -> Iterator[Finding]:
    for pair in pairs:
        rule, severity = _fault(schema, pair)
        if rule:
            yield Finding(
                rule=rule,
                severity=severity,
                where=str(schema.segment(pair.b).place),
                message=f"{schema.id}: {pair_words(pair)}",
                hint=mend_overlap(rules, schema, pair, as_of),
            )


def _fault(schema: Schema, pair: PairProof) -> tuple[str, str]:
    """Return the rule and severity of what is wrong with two segments that meet; nothing where they may."""
    if pair.verdict in _MEETING and schema.assign is Assignment.EXACTLY_ONE:
        return "rules.overlap", "error"
    if pair.verdict is PairVerdict.EQUAL and schema.assign is Assignment.ALL_MATCHES:
        return "rules.same-segment", "warning"
    return "", ""


def _gaps(rules: RuleBook, schema: Schema, gaps: Iterable[GapProof], as_of: date) -> Iterator[Finding]:
    if schema.assign is Assignment.ALL_MATCHES:
        return
    for gap in gaps:
        yield Finding(
            rule="rules.gap",
            severity="warning",
            where=str(schema.place),
            message=f"{schema.id}: {witness_words(gap.witness)} is in no segment",
            hint=mend_gap(rules, schema, gap, as_of),
        )
