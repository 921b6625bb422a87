"""The proof of a rule book: what is so of its segments, schema by schema."""

from segaudit.model.conditions import Clause
from segaudit.model.proofs import GapProof, PairProof, ProvedFacts, ShadowProof, UnreachableProof
from segaudit.model.segments import RuleBook
from segaudit.segments.proof.faults import prove_shadowed, prove_unreachable
from segaudit.segments.proof.gaps import prove_gaps
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.pairs import prove_pairs
from segaudit.segments.proof.record import Setting


def prove_facts(rules: RuleBook, setting: Setting) -> ProvedFacts:
    """Prove what can be proved of each schema's segments, without data.

    Args:
        rules: The rule book.
        setting: The day rules count from, and what fields can hold.
    """
    pairs: list[PairProof] = []
    gaps: list[GapProof] = []
    unreachable: list[UnreachableProof] = []
    shadowed: list[ShadowProof] = []
    complete: list[str] = []
    free: dict[str, tuple[Clause, ...]] = {}
    for schema in rules.schemas:
        inquiry = Inquiry(rules, schema, setting)
        pairs += prove_pairs(inquiry)
        dead = prove_unreachable(inquiry)
        unreachable += dead
        shadowed += prove_shadowed(inquiry, dead)
        found, none_left = prove_gaps(inquiry)
        gaps += found
        complete += [schema.id] if none_left else []
        free[schema.id] = inquiry.free()
    return ProvedFacts(
        pairs=tuple(pairs),
        gaps=tuple(gaps),
        unreachable=tuple(unreachable),
        shadowed=tuple(shadowed),
        complete=tuple(complete),
        free=free,
    )
