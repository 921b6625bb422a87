"""The solver behind a few names with types; nothing else in the product touches the untyped library.

A formula is satisfiable if some record makes it true; a claim about every record is proved by showing that its
opposite is not. (Satisfiability modulo theories: de Moura & Bjorner, "Z3: An Efficient SMT Solver", 2008.)
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

import z3

from segaudit.model.conditions import Operand
from segaudit.sql.operators.expressions import numbers

Term: TypeAlias = Any  # a z3 expression: the library has no types of its own

YES: Term = z3.BoolVal(val=True)
NO: Term = z3.BoolVal(val=False)
# What ``length`` and ``count`` compare with, for numbers and for terms.
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_TIMEOUT = 2000  # milliseconds for one question


def flag(name: str) -> Term:
    """Return a variable that is true or false."""
    return z3.Bool(name)


def whole(name: str) -> Term:
    """Return a variable that is a whole number."""
    return z3.Int(name)


def compared(term: Term, comparisons: Operand) -> Term:
    """Return what ``{gte: 2, lt: 5}`` asks of a whole number."""
    return all_of(COMPARE[name](term, bound) for name, bound in bounds_of(comparisons))


def bounds_of(comparisons: Operand) -> list[tuple[str, Term]]:
    """Return the comparisons an operand such as ``{gte: 2, lt: 5}`` asks for, with their numbers."""
    if not isinstance(comparisons, dict):
        raise TypeError(comparisons)
    return [(name, amount(Fraction(repr(numbers(bound)[0])))) for name, bound in comparisons.items()]


def real(name: str) -> Term:
    """Return a variable that is any number."""
    return z3.Real(name)


def amount(value: Fraction) -> Term:
    """Return a number as a term, a whole one as whole."""
    return z3.IntVal(value.numerator) if value.denominator == 1 else z3.RealVal(str(value))


def all_of(terms: Iterable[Term]) -> Term:
    """Return the conjunction; true of nothing."""
    kept = [term for term in terms if not z3.is_true(term)]
    return z3.And(*kept) if len(kept) > 1 else kept[0] if kept else YES


def any_of(terms: Iterable[Term]) -> Term:
    """Return the disjunction; false of nothing."""
    kept = [term for term in terms if not z3.is_false(term)]
    return z3.Or(*kept) if len(kept) > 1 else kept[0] if kept else NO


def opposite(term: Term) -> Term:
    """Return the negation."""
    return z3.Not(term)


def if_then(condition: Term, consequence: Term) -> Term:
    """Return the implication."""
    return z3.Implies(condition, consequence)


def at_least(terms: Sequence[Term], least: int) -> Term:
    """Return that enough of the terms hold."""
    return z3.AtLeast(*terms, least)


def points_of(terms: Sequence[Term], points: Sequence[float]) -> Term:
    """Return the sum of the points of the terms that hold."""
    nothing = amount(Fraction(0))
    given = [amount(Fraction(repr(number))) for number in points]
    return z3.Sum([z3.If(term, number, nothing) for term, number in zip(terms, given, strict=True)])


def total(terms: Sequence[Term]) -> Term:
    """Return the sum of numbers."""
    return z3.Sum(list(terms)) if terms else z3.IntVal(0)


def apart(one: Term, other: Term) -> Term:
    """Return how far two numbers are from each other."""
    return z3.If(one >= other, one - other, other - one)


def fraction(number: Term) -> Term:
    """Return a number as one that can be divided without a rest."""
    return z3.ToReal(number) if z3.is_int(number) else number


def if_so(condition: Term, number: Term) -> Term:
    """Return a number where a condition holds, and nothing where it does not."""
    return z3.If(condition, number, z3.IntVal(0))


def how_many(terms: Sequence[Term]) -> Term:
    """Return how many of the terms hold."""
    return z3.Sum([z3.If(term, 1, 0) for term in terms]) if terms else z3.IntVal(0)


class Answer(Enum):
    """What the solver says of a question."""

    SOME = "some"  # some record makes it true
    NONE = "none"  # no record does: proved
    TIRED = "tired"  # not settled in the time given


@dataclass(frozen=True, slots=True)
class Model:
    """The record the solver found."""

    found: Term

    def holds(self, term: Term) -> bool:
        """Tell whether a term is true of it."""
        return bool(z3.is_true(self.found.eval(term, model_completion=True)))

    def number(self, term: Term) -> Fraction:
        """Return the value of a number in it."""
        value = self.found.eval(term, model_completion=True)
        if z3.is_int_value(value):
            return Fraction(value.as_long())
        return Fraction(value.numerator_as_long(), value.denominator_as_long())


class Solver:
    """The constraints of one schema, and questions put to them."""

    def __init__(self) -> None:
        self._solver: Term = z3.Solver()
        self._solver.set("timeout", _TIMEOUT)

    def require(self, *terms: Term) -> None:
        """Let terms hold in every record from now on."""
        self._solver.add(*terms)

    def mark(self) -> None:
        """Remember the constraints as they are."""
        self._solver.push()

    def forget(self) -> None:
        """Drop the constraints added since the last mark."""
        self._solver.pop()

    def ask(self, *flags: Term) -> Answer:
        """Ask whether some record meets the constraints and has these flags, each a variable or its opposite."""
        answer = self._solver.check(*flags)
        if answer == z3.sat:
            return Answer.SOME
        return Answer.NONE if answer == z3.unsat else Answer.TIRED

    def model(self) -> Model:
        """Return the record of the last question, which was answered SOME."""
        return Model(self._solver.model())

    def clash(self) -> tuple[str, ...]:
        """Return the names of flags that cannot all hold, after a question that was answered NONE."""
        return tuple(str(term) for term in self._solver.unsat_core())

    def optimiser(self, costs: Sequence[Term]) -> "Optimiser":
        """Return what looks for the cheapest record under the constraints as they are now."""
        return Optimiser(self._solver.assertions(), costs)


class Optimiser:
    """The record that meets constraints at the least cost.

    Source: Bjorner, Phan & Fleckenstein, "nuZ: An Optimizing SMT Solver", 2015.
    """

    def __init__(self, constraints: Term, costs: Sequence[Term]) -> None:
        """Take constraints over.

        Args:
            constraints: What holds of every record.
            costs: Numbers to make small, the first before all others.
        """
        self._optimiser: Term = z3.Optimize()
        self._optimiser.set("timeout", _TIMEOUT)
        self._optimiser.add(constraints)
        for cost in costs:
            self._optimiser.minimize(cost)

    def cheapest(self, *flags: Term) -> Model | None:
        """Return the cheapest record with these flags; None if there is none, or it is not found in the time given."""
        answer = self._optimiser.check(*flags)
        return Model(self._optimiser.model()) if answer == z3.sat else None
