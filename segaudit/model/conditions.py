"""Conditions: the one typed tree that SQL, proofs, reasons and documents are compiled from.

A condition is TRUE, FALSE or UNKNOWN of a record (Kleene's strong three-valued logic); only TRUE makes a member.
"""

import operator
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | date
Operand: TypeAlias = "Scalar | tuple[Operand, ...] | dict[str, Operand]"


class MissingPolicy(StrEnum):
    """What a clause says of a record whose value is missing or cannot be read."""

    UNKNOWN = "unknown"
    EXCLUDE = "exclude"  # FALSE
    INCLUDE = "include"  # TRUE
    ERROR = "error"  # the run stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the rules: file, 1-based line and column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return ``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseOptions:
    """How a clause reads its field; inherited from file, schema and segment unless it says otherwise."""

    missing: MissingPolicy = MissingPolicy.UNKNOWN
    missing_stated: bool = False  # somebody chose the policy, it is not the default
    fold_case: bool = True
    trim: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One operator applied to one field."""

    field: str
    operator: str
    operand: Operand
    options: ClauseOptions
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedClause(Clause):
    """One question about the rows of another table that belong to the record.

    ``field`` is the kind of that table (deals, activities, ...). ``operand`` holds what the operator needs: ``n`` or
    ``bounds`` (comparisons), ``of`` (the field summed up), ``by`` (the date that says which row is first or last). A
    verdict is TRUE or FALSE only if it is so whatever the rows' unknown values turn out to be.
    """

    where: "Condition | None" = None  # which rows count, by the fields of the other table; None: all
    test: "Condition | None" = None  # what is asked of every row that counts, or of the first or last


class GroupKind(StrEnum):
    """How a group combines its members."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT = "not"
    NOT_ALL = "not_all"
    AT_LEAST = "at_least"
    SCORE = "score"  # members have points, and their sum is compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions combined by Kleene's tables."""

    kind: GroupKind
    members: tuple["Condition", ...]
    place: Place
    at_least: int = 0  # how many must hold, for AT_LEAST
    name: str = ""  # of the score, for SCORE
    points: tuple[float, ...] = ()  # of each member that holds, for SCORE
    bounds: Operand = 0  # what the sum of points is held against, for SCORE: {"gte": 70.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRef:
    """Membership in a segment of the same rules."""

    schema: str
    segment: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateRef:
    """A named predicate, with the condition it stands for."""

    name: str
    condition: "Condition"
    place: Place


Condition: TypeAlias = Clause | Group | SegmentRef | PredicateRef


def clause_key(clause: Clause) -> tuple[Hashable, ...]:
    """Return what makes two clauses one: everything but where they stand."""
    own = (clause.field, clause.operator, repr(clause.operand), clause.options)
    if isinstance(clause, RelatedClause):
        return (*own, _signature(clause.where), _signature(clause.test))
    return own


def _signature(condition: Condition | None) -> Hashable:
    match condition:
        case None:
            return None
        case Clause():
            return clause_key(condition)
        case SegmentRef():
            return condition.schema, condition.segment
        case PredicateRef():
            return _signature(condition.condition)
        case Group():
            asked = (condition.kind, condition.at_least, condition.points, repr(condition.bounds))
            return (*asked, tuple(_signature(member) for member in condition.members))


def interval_meets(low: float, high: float, bounds: Operand) -> bool | None:
    """Return whether a number between two ends meets bounds such as ``{"gte": 2.0}``; None: some do, some do not."""
    if not isinstance(bounds, dict):
        raise TypeError(bounds)
    verdicts = [_held_against(low, high, name, float(str(bound))) for name, bound in bounds.items()]
    return False if False in verdicts else None if None in verdicts else True


def _held_against(low: float, high: float, name: str, bound: float) -> bool | None:
    compare = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}.get(name)
    if compare is not None:
        least, most = bool(compare(low, bound)), bool(compare(high, bound))
        return least if least == most else None
    equal = True if low == high == bound else False if bound < low or bound > high else None
    return equal if name == "eq" or equal is None else not equal


def clauses_of(condition: Condition) -> tuple[Clause, ...]:
    """Return every clause of a condition in reading order, predicates opened; segments referred to are not."""
    match condition:
        case Clause():
            return (condition,)
        case Group():
            return tuple(clause for member in condition.members for clause in clauses_of(member))
        case PredicateRef():
            return clauses_of(condition.condition)
        case SegmentRef():
            return ()


def segment_refs_of(condition: Condition) -> tuple[SegmentRef, ...]:
    """Return every segment a condition refers to, predicates opened."""
    match condition:
        case SegmentRef():
            return (condition,)
        case Group():
            return tuple(ref for member in condition.members for ref in segment_refs_of(member))
        case PredicateRef():
            return segment_refs_of(condition.condition)
        case Clause():
            return ()
