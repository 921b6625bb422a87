"""How every two segments of a schema lie to each other."""

from itertools import combinations

from segaudit.model.proofs import PairProof, PairVerdict
from segaudit.segments.proof import smt
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.reasons import TRUE
from segaudit.segments.proof.smt import Answer


def prove_pairs(inquiry: Inquiry) -> tuple[PairProof, ...]:
    """Return the verdict on every two segments, in the order written."""
    return tuple(_pair(inquiry, a, b) for a, b in combinations(range(len(inquiry.truths)), 2))


def _pair(inquiry: Inquiry, a: int, b: int) -> PairProof:
    one, other = inquiry.truths[a].true, inquiry.truths[b].true
    segments = inquiry.schema.segments
    answer = inquiry.solver.ask(one, other)
    model = inquiry.find(one, other) if answer is Answer.SOME else None
    witness = None
    if model is not None:
        witness = inquiry.witness(model, inquiry.reason(model, [(segments[a], TRUE), (segments[b], TRUE)]))
    return PairProof(
        schema=inquiry.schema.id,
        a=segments[a].id,
        b=segments[b].id,
        verdict=_verdict(inquiry, a, b, answer, found=witness is not None),
        witness=witness,
    )


def _verdict(inquiry: Inquiry, a: int, b: int, answer: Answer, *, found: bool) -> PairVerdict:
    if answer is Answer.NONE:
        return PairVerdict.DISJOINT
    match _lies_in(inquiry, a, b), _lies_in(inquiry, b, a):
        case True, True:
            return PairVerdict.EQUAL
        case True, _:
            return PairVerdict.A_IN_B
        case _, True:
            return PairVerdict.B_IN_A
    return PairVerdict.OVERLAP if found else PairVerdict.NOT_PROVEN


def _lies_in(inquiry: Inquiry, a: int, b: int) -> bool:
    """Tell whether it is proved that what the first holds the second holds."""
    first, second = inquiry.truths[a].true, inquiry.truths[b].true
    return inquiry.solver.ask(first, smt.opposite(second)) is Answer.NONE
