"""Conditions: the one typed tree that SQL, proofs, reasons and documents are compiled from.

A condition is TRUE, FALSE or UNKNOWN of a record (Kleene's strong three-valued logic); only TRUE makes a member.
"""

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


class GroupKind(StrEnum):
    """How a group combines its members."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT = "not"
    NOT_ALL = "not_all"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions combined by Kleene's tables."""

    kind: GroupKind
    members: tuple["Condition", ...]
    place: Place
    at_least: int = 0  # how many must hold, for AT_LEAST


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
