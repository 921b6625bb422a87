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
    if not isinstance(comparisons, dict):
        raise TypeError(comparisons)
    bounds = [(COMPARE[name], numbers(bound)[0]) for name, bound in comparisons.items()]
    return all_of(compare(term, amount(Fraction(repr(bound)))) for compare, bound in bounds)


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
