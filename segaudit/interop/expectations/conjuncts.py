"""A condition taken apart into clauses that all have to hold: what a suite can say, one expectation at a time."""

from collections.abc import Container
from dataclasses import replace

from segaudit.interop.expectations.clauses import ON_OR_AFTER_FIELD, ON_OR_BEFORE_FIELD, CannotSayError
from segaudit.model.conditions import Clause, Condition, Group, GroupKind, MissingPolicy, PredicateRef

_PAIRS = (
    ("eq", "ne"), ("in", "not_in"), ("in_file", "not_in_file"), ("contains", "not_contains"),
    ("matches", "not_matches"), ("gt", "lte"), ("gte", "lt"), ("before", "on_or_after"), ("after", "on_or_before"),
    ("gt_field", "lte_field"), ("gte_field", "lt_field"), ("eq_field", "ne_field"),
    ("before_field", ON_OR_AFTER_FIELD), ("after_field", ON_OR_BEFORE_FIELD),
)  # fmt: skip
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_FLAGS = frozenset({"is", "known", "unknown", "never", "ever"})


def conjuncts_of(condition: Condition, *, negated: bool = False) -> list[Clause]:
    """Return clauses of which one is FALSE exactly where the condition is.

    Raises:
        CannotSayError: It is satisfied in more ways than one, or is about a segment.
    """
    match condition:
        case Clause():
            return [_opposite(condition) if negated else condition]
        case PredicateRef():
            return conjuncts_of(condition.condition, negated=negated)
        case Group(members=(only,)) if condition.kind in {GroupKind.ALL, GroupKind.ANY}:
            return conjuncts_of(only, negated=negated)
        case Group(kind=GroupKind.NOT, members=(only,)):
            return conjuncts_of(only, negated=not negated)
        case Group(kind=GroupKind.NONE) if not negated:
            return [clause for member in condition.members for clause in conjuncts_of(member, negated=True)]
        case Group() if condition.kind is (GroupKind.ANY if negated else GroupKind.ALL):
            return [clause for member in condition.members for clause in conjuncts_of(member, negated=negated)]
        case Group():
            raise CannotSayError("it may hold in more ways than one, and GX judges one expectation at a time")
        case _:
            raise CannotSayError("it is about membership in a segment, which no column says")


def _opposite(clause: Clause) -> Clause:
    """Return the clause that is TRUE where this one is FALSE, FALSE where it is TRUE, and unknown with it."""
    if clause.options.missing in {MissingPolicy.EXCLUDE, MissingPolicy.INCLUDE}:
        raise CannotSayError("it is negated, and settles what a missing value means")
    if clause.operator in _OPPOSITE:
        return replace(clause, operator=_OPPOSITE[clause.operator])
    if clause.operator in _FLAGS:
        return replace(clause, operand=not clause.operand)
    raise CannotSayError(f'GX has no expectation for the opposite of "{clause.operator}"')


def alternatives_of(condition: Condition, present: Container[str]) -> list[Condition]:
    """Return the conditions any of which is enough; those about a column the file does not have are left out."""
    if isinstance(condition, PredicateRef):
        return alternatives_of(condition.condition, present)
    if not isinstance(condition, Group) or condition.kind is not GroupKind.ANY:
        return [condition]
    kept = [member for member in condition.members if not (isinstance(member, Clause) and member.field not in present)]
    return kept or list(condition.members)
