"""Clauses as verdicts over the imagined record."""

import operator as python
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from segaudit.model.conditions import Clause, MissingPolicy, RelatedClause, clause_key
from segaudit.model.fields import TEXT_TYPES
from segaudit.segments.proof import smt
from segaudit.segments.proof.kleene import Truth
from segaudit.segments.proof.record import Subject
from segaudit.segments.proof.smt import Solver, Term
from segaudit.segments.proof.spans import POSITIVE
from segaudit.segments.proof.values import Flags, Ordered
from segaudit.segments.proof.words import Words
from segaudit.sql.cells import INVALID, OK, PLACEHOLDER
from segaudit.sql.operators import Operator, operator_for
from segaudit.sql.operators.places import countries_of

# Free clauses that are UNKNOWN of a missing value; what any other operator that is not known here says is free too.
_FREE = frozenset(
    "matches not_matches like similar_to is_free_mail is_role_address is_disposable top_percent bottom_percent "
    "bucket".split()
)
_COUNTRIES = frozenset({"country_in", "region_in"})
# True or false as asked: both ask the same question.
_ASKED = frozenset({"is_free_mail", "is_role_address", "is_disposable"})
_PRESENCE: Mapping[str, Callable[[Term], Term]] = {
    "known": lambda state: state >= INVALID,
    "unknown": lambda state: state <= PLACEHOLDER,
    "valid": lambda state: state == OK,
    "invalid": lambda state: state == INVALID,
    "placeholder": lambda state: state == PLACEHOLDER,
}
_AGE = frozenset({"older_than", "newer_than"})
_HAPPENED = frozenset({"never", "ever"})
STATE_OPERATORS = frozenset(_PRESENCE) | _AGE | _HAPPENED
_TWO_FIELDS: Mapping[str, Callable[[Term, Term], Term]] = {
    "eq_field": python.eq,
    "gt_field": python.gt,
    "gte_field": python.ge,
    "lt_field": python.lt,
    "lte_field": python.le,
    "before_field": python.lt,
    "after_field": python.gt,
}


@dataclass(slots=True)
class Clauses:
    """The clauses met so far and their verdicts.

    ``strict`` chooses between two readings of the free clauses. Without it they are true or false as it may be, so that
    what no record can do is proved. With it they are UNKNOWN and the record can be written down, so that what a record
    does needs none of them.
    """

    subjects: Mapping[str, Subject]
    solver: Solver
    strict: Term
    truths: dict[Hashable, Truth] = field(default_factory=dict)
    free: dict[Hashable, Clause] = field(default_factory=dict)
    _atoms: dict[tuple[object, ...], Truth] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)  # country -> its number

    def truth(self, clause: Clause) -> Truth:
        """Return the verdict of a clause; equal clauses share one."""
        key = clause_key(clause)
        if key not in self.truths:
            self.truths[key] = self._encode(clause)
        return self.truths[key]

    def fields_of(self, clause: Clause) -> tuple[str, ...]:
        """Return the fields a clause reads."""
        known = operator_for(clause.operator, self.subjects[clause.field].rule_field.type)
        return (clause.field, str(clause.operand)) if known is not None and known.other_field else (clause.field,)

    def _encode(self, clause: Clause) -> Truth:
        if isinstance(clause, RelatedClause):
            return self._opaque(clause)
        subject = self.subjects[clause.field]
        if clause.operator in STATE_OPERATORS:
            return _about_state(clause, subject)
        known = operator_for(clause.operator, subject.rule_field.type)
        if known is not None and known.other_field:
            return self._two_fields(clause)
        if clause.operator in _COUNTRIES and "country" in clause.field:
            verdict = self._among_countries(clause)
        elif clause.operator in _FREE:
            verdict = self._free_atom(clause)
        else:
            holds = subject.values.holds(clause)
            if holds is None:
                return self._opaque(clause)
            verdict = Truth(holds, smt.opposite(holds))
        return _guarded(clause, known, subject, verdict)

    def _free_atom(self, clause: Clause) -> Truth:
        """Return a verdict that is true or false as it may be, and UNKNOWN under strict."""
        self.free.setdefault(clause_key(clause), clause)
        name = POSITIVE.get(clause.operator, clause.operator)
        asked = "" if name in _ASKED else repr(clause.operand)
        key = (clause.field, name, asked, clause.options.fold_case, clause.options.trim)
        if key not in self._atoms:
            self._atoms[key] = self._new_atom()
        return self._atoms[key]

    def _among_countries(self, clause: Clause) -> Truth:
        """Return whether a country is one of several: every clause on the field asks of the same one.

        A cell may name a region: what is so of every country is so of every set of them. The proof knows countries by
        their codes and could not write one down, so under strict nothing is told.
        """
        self.free.setdefault(clause_key(clause), clause)
        country, told = smt.whole(f"{clause.field}.country"), smt.flag(f"{clause.field} names a country")
        codes = [self._codes.setdefault(code, len(self._codes)) for code in countries_of(clause.operand)]
        inside = smt.any_of(country == code for code in codes)
        live = smt.all_of([told, smt.opposite(self.strict)])
        return Truth(smt.all_of([live, inside]), smt.all_of([live, smt.opposite(inside)]))

    def _new_atom(self, *, decided: bool = True) -> Truth:
        number = len(self.free)
        atom = Truth(smt.flag(f"free{number}.true"), smt.flag(f"free{number}.false"))
        self.solver.require(
            smt.if_then(self.strict, smt.all_of([smt.opposite(atom.true), smt.opposite(atom.false)])),
            smt.opposite(smt.all_of([atom.true, atom.false])),
        )
        if decided:
            self.solver.require(smt.any_of([self.strict, atom.true, atom.false]))
        return atom

    def _opaque(self, clause: Clause) -> Truth:
        """Return the verdict of a clause of which nothing is known, not even when it is UNKNOWN."""
        key = clause_key(clause)
        self.free.setdefault(key, clause)
        return self._new_atom(decided=False)

    def _two_fields(self, clause: Clause) -> Truth:
        one, other = self.subjects[clause.field], self.subjects[str(clause.operand)]
        name = POSITIVE.get(clause.operator, clause.operator)
        verdict = self._same_words(clause, one, other) if one.rule_field.type in TEXT_TYPES else None
        if verdict is None:
            holds = _TWO_FIELDS[name](_term(one), _term(other))
            verdict = Truth(holds, smt.opposite(holds))
        if clause.operator in POSITIVE:
            verdict = verdict.negated()
        settled = smt.all_of([one.valued, other.valued])
        return _with_policy(
            clause, Truth(smt.all_of([settled, verdict.true]), smt.all_of([settled, verdict.false])), settled
        )

    def _same_words(self, clause: Clause, one: Subject, other: Subject) -> Truth | None:
        """Return whether two texts are the same: as it may be, but settled where both can be written down."""
        if not isinstance(one.values, Words) or not isinstance(other.values, Words):
            return None
        ends = sorted((clause.field, str(clause.operand)))
        key = (*ends, "same", clause.options.fold_case, clause.options.trim)
        if key not in self._atoms:
            same = smt.flag(f"same{len(self._atoms)}")
            words = one.values.same_word(other.values, clause.options)
            self.solver.require(smt.if_then(self.strict, same == words))
            self._atoms[key] = Truth(same, smt.opposite(same))
        return self._atoms[key]


def _term(subject: Subject) -> Term:
    if not isinstance(subject.values, Ordered | Flags):
        raise TypeError(subject.rule_field.name)
    return subject.values.term


def _about_state(clause: Clause, subject: Subject) -> Truth:
    """Return the verdict of a clause that asks what is in the cell, whatever a blank means."""
    if clause.operator in _HAPPENED:
        return _with_policy(clause, _happened(clause, subject), subject.state != INVALID)
    if clause.operator in _AGE:
        within = subject.values.holds(clause)
        return _decided(smt.all_of([subject.readable, within]), asked=True)
    return _decided(_PRESENCE[clause.operator](subject.state), asked=clause.operand is True)


def _guarded(clause: Clause, known: Operator | None, subject: Subject, verdict: Truth) -> Truth:
    """Return a verdict on a value as the clause's: turned round if negative, UNKNOWN where there is no value."""
    if clause.operator in POSITIVE or (clause.operator in _ASKED and clause.operand is not True):
        verdict = verdict.negated()
    true, false = (smt.all_of([subject.valued, part]) for part in (verdict.true, verdict.false))
    settled = subject.valued
    if subject.rule_field.blank_means == "never":
        # What is asked of a date that never was: a negative operator holds, any other does not.
        negative = known is not None and known.negative
        true = smt.any_of([true, subject.blank]) if negative else true
        false = false if negative else smt.any_of([false, subject.blank])
        settled = smt.any_of([settled, subject.blank])
    return _with_policy(clause, Truth(true, false), settled)


def _decided(holds: Term, *, asked: bool) -> Truth:
    truth = Truth(holds, smt.opposite(holds))
    return truth if asked else truth.negated()


def _happened(clause: Clause, subject: Subject) -> Truth:
    ever = (clause.operand is True) == (clause.operator == "ever")
    truth = Truth(subject.readable, subject.blank)
    return truth if ever else truth.negated()


def _with_policy(clause: Clause, verdict: Truth, settled: Term) -> Truth:
    """Return a verdict with the clause's policy where it is not settled for lack of a value."""
    lacking = smt.opposite(settled)
    if clause.options.missing is MissingPolicy.EXCLUDE:
        return Truth(verdict.true, smt.any_of([verdict.false, lacking]))
    if clause.options.missing is MissingPolicy.INCLUDE:
        return Truth(smt.any_of([verdict.true, lacking]), verdict.false)
    return verdict
