"""Segments that get no record: because nothing can meet their criteria, or because those before them take it all."""

from collections.abc import Sequence

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef
from segaudit.model.proofs import ShadowProof, UnreachableProof
from segaudit.model.segments import Assignment, Segment
from segaudit.segments.proof import smt
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.smt import Answer, Term
from segaudit.sql.conditions import clause_words


def prove_unreachable(inquiry: Inquiry) -> tuple[UnreachableProof, ...]:
    """Return the segments that hold no record whatever, with the fewest parts that cannot all hold."""
    return tuple(
        UnreachableProof(schema=inquiry.schema.id, segment=segment.id, because=_contradiction(inquiry, segment))
        for segment, truth in zip(inquiry.schema.segments, inquiry.truths, strict=True)
        if inquiry.solver.ask(truth.true) is Answer.NONE
    )


def _contradiction(inquiry: Inquiry, segment: Segment) -> tuple[str, ...]:
    parts: list[tuple[str, Term]] = [
        (_words(inquiry, part), inquiry.verdicts.condition(part).true) for part in _parts(segment.criteria)
    ]
    parts += [(f"not {_words(inquiry, part)}", inquiry.verdicts.condition(part).false) for part in segment.exclude]
    flags = [smt.flag(f"part {number}") for number in range(len(parts))]
    inquiry.solver.mark()
    for wanted, (_, term) in zip(flags, parts, strict=True):
        inquiry.solver.require(smt.if_then(wanted, term))
    kept = list(range(len(parts)))
    for number in range(len(parts)):
        rest = [other for other in kept if other != number]
        if inquiry.solver.ask(*(flags[other] for other in rest)) is Answer.NONE:
            kept = rest
    inquiry.solver.forget()
    return tuple(dict.fromkeys(parts[number][0] for number in kept))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions that all have to hold."""
    if isinstance(condition, Group) and condition.kind is GroupKind.ALL:
        return tuple(part for member in condition.members for part in _parts(member))
    return (condition,)


def _words(inquiry: Inquiry, condition: Condition) -> str:
    match condition:
        case Clause():
            return clause_words(condition, inquiry.rules.fields[condition.field].type)
        case PredicateRef():
            return f"the predicate {condition.name}"
        case SegmentRef():
            return f"being in {condition.schema}.{condition.segment}"
        case Group():
            return f'the "{condition.kind.value}" of line {condition.place.line}'


def prove_shadowed(inquiry: Inquiry, unreachable: Sequence[UnreachableProof]) -> tuple[ShadowProof, ...]:
    """Return the segments of a waterfall whose every record is taken before it reaches them."""
    if inquiry.schema.assign is not Assignment.FIRST_MATCH:
        return ()
    dead = {proof.segment for proof in unreachable}
    found = []
    for place, segment in enumerate(inquiry.schema.segments):
        before = list(range(place))
        if segment.id in dead or not _takes_all(inquiry, place, before):
            continue
        for other in range(place - 1, -1, -1):
            rest = [item for item in before if item != other]
            before = rest if _takes_all(inquiry, place, rest) else before
        by = tuple(inquiry.schema.segments[item].id for item in before)
        found.append(ShadowProof(schema=inquiry.schema.id, segment=segment.id, by=by))
    return tuple(found)


def _takes_all(inquiry: Inquiry, place: int, before: Sequence[int]) -> bool:
    left = [smt.opposite(inquiry.truths[other].true) for other in before]
    return bool(before) and inquiry.solver.ask(inquiry.truths[place].true, *left) is Answer.NONE
