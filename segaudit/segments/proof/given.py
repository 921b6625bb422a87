"""A record that is given, as the solver sees it: what stays as it is has the verdicts it has, what changes is open.

The verdicts of clauses on fields that do not change are those the program gave on the record itself. So nothing needs
to be modelled of a cell that holds ``50-200``, of a regular expression, or of rows of another table, as long as it
stays what it is.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from segaudit.model.conditions import Clause, RelatedClause, clause_key
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField, Schema, Segment
from segaudit.model.spans import Span
from segaudit.segments.proof import smt
from segaudit.segments.proof.clauses import STATE_OPERATORS, Clauses
from segaudit.segments.proof.kleene import Truth
from segaudit.segments.proof.questions import EQUAL
from segaudit.segments.proof.record import Subject
from segaudit.segments.proof.smt import Term
from segaudit.segments.proof.spans import POSITIVE
from segaudit.segments.proof.values import Flags, Ordered
from segaudit.segments.proof.verdicts import Verdicts
from segaudit.segments.proof.words import Words
from segaudit.sql.cells import BLANK, INVALID, OK
from segaudit.sql.operators.expressions import texts

Known = Fraction | bool | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A record as the program sees it."""

    state: Callable[[str], int]  # field -> BLANK, PLACEHOLDER, INVALID or OK
    known: Callable[[RuleField], Known]  # its value; a date is the number of its day
    verdict: Callable[[Clause], bool | None]
    absent: frozenset[str] = frozenset()  # fields that no column provides


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that may change."""

    subject: Subject
    changed: Term
    state: int  # as it is
    known: Known
    stands: bool  # the value it has can be compared with those of other fields
    absent: bool = False  # no column provides it
    only_there: bool = False  # clauses ask no more of it than whether something is there
    named: tuple[str, ...] = ()  # words that clauses on it name as a whole, as the rules write them

    def same(self) -> Term:
        """Return that the field holds what it holds, as far as the solver can say it."""
        parts = [self.subject.state == self.state]
        if self.stands and self.state == OK:
            parts.append(_equal(self.subject, self.known))
        return smt.all_of(parts)

    def is_named(self, word: str) -> bool:
        """Tell whether a clause names a word."""
        return word in self.named

    def written(self) -> Term:
        """Return that what it holds instead is something a person could write, or nothing."""
        subject = self.subject
        ways = [subject.readable] if self.state == BLANK else [subject.readable, subject.empty]
        return smt.all_of([smt.any_of(ways), subject.written_down()])


def field_of(subject: Subject, clauses: Sequence[Clause], given: Given) -> Field:
    """Return a field with what the record holds in it.

    Args:
        subject: The field, as the solver sees it.
        clauses: Every clause on it.
        given: The record.
    """
    name = subject.rule_field.name
    state, known = given.state(name), given.known(subject.rule_field)
    stands = state < INVALID or (state == OK and _stands(subject, known))
    whole = [clause for clause in clauses if POSITIVE.get(clause.operator, clause.operator) in EQUAL]
    named = dict.fromkeys(word.strip() for clause in whole for word in texts(clause.operand))
    return Field(
        subject=subject,
        changed=smt.flag(f"{name} changes"),
        state=state,
        known=known,
        stands=stands,
        absent=name in given.absent,
        only_there=all(clause.operator in STATE_OPERATORS for clause in clauses),
        named=tuple(named) if isinstance(subject.values, Words) else (),
    )


def _stands(subject: Subject, known: Known) -> bool:
    """Tell whether the solver has a value for the one a cell holds."""
    match subject.values, known:
        case Ordered(), Fraction():
            fits = known.denominator == 1 or subject.values.kind not in {FieldType.INT, FieldType.DATE}
            return fits and not Span(low=known, high=known).meets(subject.values.domain).empty()
        case Flags(), bool():
            return True
        case Words(), str():
            return known in subject.values.places
        case _:
            return False


def _equal(subject: Subject, known: Known) -> Term:
    match subject.values, known:
        case Flags(), bool():
            return subject.values.is_meant(known)
        case Ordered(), Fraction():
            return subject.values.term == smt.amount(known)
        case Words(), str():
            return subject.values.index == subject.values.places[known]
        case _:
            raise TypeError(subject.rule_field.name)


@dataclass(slots=True)
class GivenClauses(Clauses):
    """The clauses, with the verdicts they have on the record as long as it stays as it is."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    given: Given | None = None
    pinned: dict[str, Clause] = field(default_factory=dict)  # flag -> clause that keeps its verdict if the flag is set
    _told: dict[Hashable, Truth] = field(default_factory=dict)

    def truth(self, clause: Clause) -> Truth:
        """Return the verdict of a clause; equal clauses share one."""
        key = clause_key(clause)
        if key not in self._told:
            self._told[key] = self._given(clause)
        return self._told[key]

    def _given(self, clause: Clause) -> Truth:
        if self.given is None:
            raise TypeError(clause.field)
        known = self.given.verdict(clause)
        if isinstance(clause, RelatedClause):
            return self._pin(clause, known, [])
        # A class with slots is made anew, so that super() without its class would look for the old one.
        truth = Clauses.truth(self, clause)
        fields = [self.fields[name] for name in self.fields_of(clause)]
        if clause_key(clause) in self.free:
            return self._pin(clause, known, fields)
        changed = smt.any_of(item.changed for item in fields)
        usable = smt.all_of(smt.any_of([item.changed, smt.YES if item.stands else smt.NO]) for item in fields)
        kept = smt.opposite(changed)
        true, false = (smt.all_of([changed, usable, part]) for part in (truth.true, truth.false))
        return Truth(
            smt.any_of([kept, true]) if known is True else true, smt.any_of([kept, false]) if known is False else false
        )

    def _pin(self, clause: Clause, known: bool | None, fields: Sequence[Field]) -> Truth:  # noqa: FBT001 - three-valued
        """Return a verdict that is what it is while a flag is set, and then no field of the clause may change."""
        name = f"{len(self.pinned)} stays"
        kept, truth = smt.flag(name), Truth(smt.flag(f"{name}, true"), smt.flag(f"{name}, false"))
        self.pinned[name] = clause
        as_is = [truth.true if known is True else smt.opposite(truth.true)]
        as_is.append(truth.false if known is False else smt.opposite(truth.false))
        as_is += [smt.opposite(item.changed) for item in fields]
        self.solver.require(smt.if_then(kept, smt.all_of(as_is)), smt.opposite(smt.all_of([truth.true, truth.false])))
        return truth


class GivenVerdicts(Verdicts):
    """The verdicts of segments on a record of which every clause's verdict is known."""

    def hangs_on_free(self, schema: Schema, segment: Segment) -> bool:  # noqa: ARG002 - as Verdicts has it
        """Return that none hangs on a clause of which nothing is known."""
        return False
