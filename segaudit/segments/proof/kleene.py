"""Three-valued truth as two formulas: when it is TRUE and when it is FALSE; neither is UNKNOWN.

Source: Kleene, "Introduction to Metamathematics" (1952), section 64: the strong tables, which SQL's NULL follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.model.conditions import Group, GroupKind
from segaudit.segments.proof import smt
from segaudit.segments.proof.smt import Term


@dataclass(frozen=True, slots=True)
class Truth:
    """A verdict; the two formulas never hold together."""

    true: Term
    false: Term

    def negated(self) -> "Truth":
        """Return the verdict turned round; UNKNOWN stays UNKNOWN."""
        return Truth(self.false, self.true)


def both(truths: Sequence[Truth]) -> Truth:
    """Return the conjunction: TRUE if all are, FALSE if one is."""
    return Truth(smt.all_of(item.true for item in truths), smt.any_of(item.false for item in truths))


def either(truths: Sequence[Truth]) -> Truth:
    """Return the disjunction: TRUE if one is, FALSE if all are."""
    return both([item.negated() for item in truths]).negated()


def grouped(group: Group, truths: Sequence[Truth]) -> Truth:
    """Return the verdict of a group from those of its members."""
    match group.kind:
        case GroupKind.ALL:
            return both(truths)
        case GroupKind.ANY:
            return either(truths)
        case GroupKind.NONE:
            return either(truths).negated()
        case GroupKind.NOT | GroupKind.NOT_ALL:
            return both(truths).negated()
        case GroupKind.AT_LEAST:
            possible = [smt.opposite(item.false) for item in truths]
            return Truth(
                smt.at_least([item.true for item in truths], group.at_least),
                smt.opposite(smt.at_least(possible, group.at_least)),
            )
        case GroupKind.SCORE:
            return _score(group, truths)


def _score(group: Group, truths: Sequence[Truth]) -> Truth:
    """Return what is asked of the points, whatever the parts turn out to be that cannot be told."""
    sure, may = [item.true for item in truths], [smt.opposite(item.false) for item in truths]
    low = smt.points_of([s if p >= 0 else m for s, m, p in zip(sure, may, group.points, strict=True)], group.points)
    high = smt.points_of([m if p >= 0 else s for s, m, p in zip(sure, may, group.points, strict=True)], group.points)
    return both([_held_against(low, high, name, bound) for name, bound in smt.bounds_of(group.bounds)])


def _held_against(low: Term, high: Term, name: str, bound: Term) -> Truth:
    match name:
        case "gt" | "gte":
            holds = smt.COMPARE[name]
            return Truth(holds(low, bound), smt.opposite(holds(high, bound)))
        case "lt" | "lte":
            holds = smt.COMPARE[name]
            return Truth(holds(high, bound), smt.opposite(holds(low, bound)))
        case _:
            same = smt.all_of([low == bound, high == bound])
            equal = Truth(same, smt.any_of([low > bound, high < bound]))
            return equal if name == "eq" else equal.negated()
