"""Records that no segment of a schema holds, although nothing is lacking to decide it."""

from collections.abc import Sequence
from fractions import Fraction

from segaudit.model.proofs import GapProof
from segaudit.model.spans import Span
from segaudit.segments.proof import smt
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.reasons import FALSE, Reason
from segaudit.segments.proof.smt import Answer, Model, Term
from segaudit.segments.proof.values import Ordered, inside

_MOST_GAPS = 5  # of a schema; more would say the same again


def prove_gaps(inquiry: Inquiry) -> tuple[tuple[GapProof, ...], bool]:
    """Return records in different gaps, and whether it is proved that there are none.

    What meets a segment's criteria and is excluded from it was left out on purpose, so such a record is a gap only
    where there is no other.
    """
    segments = inquiry.schema.segments
    criteria = [inquiry.verdicts.condition(segment.criteria).false for segment in segments]
    found = _look(inquiry, criteria) or _look(inquiry, [])
    unplaced = [smt.opposite(truth.true) for truth in inquiry.truths]
    return found, not found and inquiry.solver.ask(inquiry.settled, *unplaced) is Answer.NONE


def _look(inquiry: Inquiry, wanted: Sequence[Term]) -> tuple[GapProof, ...]:
    """Return records that no segment holds and of which some more is so."""
    fails = [truth.false for truth in inquiry.truths]
    found: list[GapProof] = []
    inquiry.solver.mark()
    aside = smt.flag("aside")
    inquiry.solver.require(smt.if_then(aside, smt.all_of(wanted)))
    while len(found) < _MOST_GAPS:
        model = inquiry.find(inquiry.settled, aside, *fails)
        if model is None:
            break
        reason = inquiry.reason(model, [(segment, FALSE) for segment in inquiry.schema.segments])
        stretches = _stretches(inquiry, model, reason)
        alone = len({name for clause in reason for name in inquiry.verdicts.clauses.fields_of(clause)}) == 1
        field, stretch = next(iter(stretches.items()), (None, None)) if alone else (None, None)
        witness = inquiry.witness(model, reason)
        found.append(GapProof(schema=inquiry.schema.id, witness=witness, field=field, stretch=stretch))
        around = [*_alike(inquiry, model, reason), *(_within(inquiry, *item) for item in stretches.items())]
        inquiry.solver.require(smt.opposite(smt.all_of(around)))
    inquiry.solver.forget()
    return tuple(found)


def _alike(inquiry: Inquiry, model: Model, reason: Reason, but: str | None = None) -> list[Term]:
    """Return that clauses say what they say of the record found, but for those on one field."""
    terms: list[Term] = []
    for clause in reason:
        if but not in inquiry.verdicts.clauses.fields_of(clause):
            truth = inquiry.verdicts.clauses.truth(clause)
            terms += [part if model.holds(part) else smt.opposite(part) for part in (truth.true, truth.false)]
    return terms


def _within(inquiry: Inquiry, name: str, span: Span) -> Term:
    values = inquiry.subjects[name].values
    if not isinstance(values, Ordered):
        raise TypeError(name)
    return smt.all_of([inquiry.subjects[name].readable, inside(values.term, span)])


def _stretches(inquiry: Inquiry, model: Model, reason: Reason) -> dict[str, Span]:
    """Return for each number and date that matters how far the gap reaches, the other fields left as they are."""
    spans: dict[str, Span] = {}
    for clause in reason:
        subject = inquiry.subjects[clause.field]
        if clause.field in spans or not model.holds(subject.readable) or not isinstance(subject.values, Ordered):
            continue
        inquiry.solver.mark()
        # Whatever else the record holds, no segment may come to hold it.
        placed = smt.any_of(smt.opposite(truth.false) for truth in inquiry.truths)
        inquiry.solver.require(placed, subject.readable, *_alike(inquiry, model, reason, but=clause.field))
        spans[clause.field] = _reach(inquiry, subject.values, model)
        inquiry.solver.forget()
    return spans


def _reach(inquiry: Inquiry, values: Ordered, model: Model) -> Span:
    here = model.number(values.term)
    last = _walk(inquiry, values, here, [point for point in values.points if point > here])
    first = _walk(inquiry, values, here, [point for point in reversed(values.points) if point < here])
    return values.stretch(first, last)


def _walk(inquiry: Inquiry, values: Ordered, here: Fraction, points: Sequence[Fraction]) -> Fraction:
    """Return the last of the points that still lies in the gap."""
    for point in points:
        inquiry.solver.mark()
        inquiry.solver.require(values.term == smt.amount(point))
        placed = inquiry.solver.ask(inquiry.settled)
        inquiry.solver.forget()
        if placed is not Answer.NONE:
            break
        here = point
    return here
