"""The value a field can have: numbers, dates, and yes or no. Each kind knows what a clause asks of it.

A clause on one number or date only sees between which of the ends that clauses mention the value lies. So there are
finitely many different values; each stretch is stood for by the value in it that lies nearest to an end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from segaudit.model.conditions import Clause
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import RuleField
from segaudit.model.spans import Span
from segaudit.segments.proof import smt
from segaudit.segments.proof.smt import Model, Term
from segaudit.segments.proof.spans import spans_of

_FUTURE = frozenset({"next", "expected", "renewal", "due"})


class Values(Protocol):
    """What the proof needs of a kind of value."""

    def always(self) -> Iterable[Term]:
        """Return what is so of every value."""

    def real(self) -> Term:
        """Return that the value is one that can be written down, not one that stands for all others."""

    def plain(self) -> Term:
        """Return that the value is one the rules mention."""

    def near(self) -> Term:
        """Return that the value is one of the finitely many that stand for the others."""

    def bare(self) -> Term:
        """Return that the value has nothing in it that the rules do not ask for."""

    def is_meant(self, means: object) -> Term:
        """Return that the value is what a blank means."""

    def holds(self, clause: Clause) -> Term | None:
        """Return what a clause asks of the value, a negative operator as its positive one; None: not modelled."""

    def read(self, model: Model) -> WitnessValue:
        """Return the value of a record found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A number, or a date as the number of its day."""

    kind: FieldType
    term: Term
    domain: Span
    as_of: date
    mentioned: tuple[Fraction, ...] = ()  # ends of the clauses on it, within the domain, ascending
    points: tuple[Fraction, ...] = ()  # one value for each stretch, ascending

    def always(self) -> Iterable[Term]:
        """Return that the value lies in the field's domain."""
        return [inside(self.term, self.domain)]

    def real(self) -> Term:
        """Return true: every number can be written down."""
        return smt.YES

    bare = real

    def plain(self) -> Term:
        """Return that the value is an end the rules mention; for a date of which they mention none, today."""
        if self.mentioned:
            return self._one_of(self.mentioned)
        return self.term == self.as_of.toordinal() if self.kind is FieldType.DATE else self.near()

    def near(self) -> Term:
        """Return that the value stands for its stretch."""
        return self._one_of(self.points)

    def _one_of(self, points: Sequence[Fraction]) -> Term:
        return smt.any_of(self.term == smt.amount(point) for point in points)

    def is_meant(self, means: object) -> Term:
        """Return that the value is the number a blank means."""
        return self.term == smt.amount(Fraction(repr(float(str(means)))))

    def holds(self, clause: Clause) -> Term | None:
        """Return that the value lies in a span the clause asks for."""
        spans = spans_of(clause, self.kind, self.as_of)
        return None if spans is None else smt.any_of(inside(self.term, span) for span in spans)

    def read(self, model: Model) -> WitnessValue:
        """Return the number or date."""
        value = model.number(self.term)
        if self.kind is FieldType.DATE:
            return date.fromordinal(int(value))
        return int(value) if value.denominator == 1 else float(value)

    def stretch(self, first: Fraction, last: Fraction) -> Span:
        """Return the values that two points and all between them stand for."""
        ends = sorted({*self.mentioned, *self.domain.ends()})
        # No date is before the first day of the calendar; that is no end anybody would speak of.
        ends = ends[1:] if self.kind is FieldType.DATE and self.domain.low not in self.mentioned else ends
        below = first if first in ends else max((end for end in ends if end < first), default=None)
        above = last if last in ends else min((end for end in ends if end > last), default=None)
        span = Span(low=below, high=above, low_in=first in ends, high_in=last in ends)
        return span if self.kind in {FieldType.NUMBER, FieldType.MONEY} else span.whole()


def inside(term: Term, span: Span) -> Term:
    """Return that a number lies in a span."""
    parts = []
    if span.low is not None:
        low = smt.amount(span.low)
        parts.append(term >= low if span.low_in else term > low)
    if span.high is not None:
        high = smt.amount(span.high)
        parts.append(term <= high if span.high_in else term < high)
    return smt.all_of(parts)


def ordered(rule_field: RuleField, clauses: Sequence[Clause], as_of: date, *, counted: bool) -> Ordered:
    """Return a field's numbers or dates.

    Args:
        rule_field: Of a type that has an order.
        clauses: Every clause whose ends matter to the value: its own, and those of fields it is compared with.
        as_of: Day that rules count from.
        counted: The catalogue knows the field as an amount or a count.
    """
    kind = rule_field.type
    is_whole = kind in {FieldType.INT, FieldType.DATE}
    domain = _domain(rule_field, as_of, counted=counted)
    ends = {end for clause in clauses for span in spans_of(clause, kind, as_of) or () for end in span.ends()}
    if rule_field.blank_means is not None and kind in NUMERIC_TYPES:
        ends.add(Fraction(repr(float(rule_field.blank_means))))
    mentioned = tuple(sorted(end for end in ends if _lies_in(end, domain)))
    edges = [Fraction(as_of.toordinal())] if kind is FieldType.DATE else domain.ends()
    points = tuple(point for point in _points([*mentioned, *edges], is_whole) if _lies_in(point, domain))
    name = f"{rule_field.name}.value"
    return Ordered(
        kind=kind,
        term=smt.whole(name) if is_whole else smt.real(name),
        domain=domain,
        as_of=as_of,
        mentioned=mentioned,
        points=points,
    )


def _domain(rule_field: RuleField, as_of: date, *, counted: bool) -> Span:
    if rule_field.type is FieldType.DATE:
        future = not _FUTURE.isdisjoint(rule_field.name.split("_"))
        last = date.max if future else as_of
        return Span(low=Fraction(date.min.toordinal()), high=Fraction(last.toordinal()))
    counts = counted and rule_field.type in {FieldType.INT, FieldType.MONEY}
    return Span(low=Fraction(0)) if counts else Span()


def _lies_in(point: Fraction, domain: Span) -> bool:
    return (domain.low is None or point >= domain.low) and (domain.high is None or point <= domain.high)


def _points(ends: Iterable[Fraction], is_whole: bool) -> list[Fraction]:  # noqa: FBT001 - private, one caller
    """Return each end, and a value between it and the next, one beside the end where there is room."""
    marks = sorted(set(ends)) or [Fraction(0)]
    points = [marks[0] - 1]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        points.append(mark)
        beside = mark + 1
        if following is None or beside < following:
            points.append(beside)
        elif not is_whole:
            points.append((mark + following) / 2)
    return points


@dataclass(frozen=True, slots=True)
class Flags:
    """Yes or no."""

    term: Term

    def always(self) -> Iterable[Term]:
        """Return nothing: both are possible."""
        return ()

    def real(self) -> Term:
        """Return true: both can be written down."""
        return smt.YES

    plain = near = bare = real

    def is_meant(self, means: object) -> Term:
        """Return that the value is the one a blank means."""
        return self.term if means is True else smt.opposite(self.term)

    def holds(self, clause: Clause) -> Term | None:
        """Return that the value is the one asked for, or one of those."""
        if clause.operator not in {"is", "eq", "ne", "in", "not_in"}:
            return None
        items = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
        return smt.any_of(self.is_meant(item) for item in items)

    def read(self, model: Model) -> WitnessValue:
        """Return yes or no."""
        return model.holds(self.term)
