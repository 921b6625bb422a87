"""Reasons to do something: what every look at the measured results returns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import ActionRule, AuditRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason to do something."""

    share: float  # 0-1: of the table's records, or of the segments, that it makes better
    rows: int = 0  # records
    table: str = ""  # empty: it concerns no one table
    kind: str = ""  # of the table; empty: its records count in full
    where: str = ""
    rests_on: tuple[str, ...] = ()
    values: Mapping[str, float | int | str] = field(default_factory=dict)


Look: TypeAlias = Callable[[ActionRule, Measured, AuditRules], Iterator[Reason]]

_NAMED = 3


def matches(name: str, rules: tuple[str, ...]) -> bool:
    """Tell whether a finding is one of those named; a name that ends in * stands for all that begin like it."""
    return any(name.startswith(rule[:-1]) if rule.endswith("*") else name == rule for rule in rules)


def some(names: list[str] | tuple[str, ...]) -> str:
    """Return the first few of some names, each once, and how many there are besides."""
    each = list(dict.fromkeys(name for name in names if name))
    rest = len(each) - _NAMED
    return ", ".join(each[:_NAMED]) + (f" +{rest}" if rest > 0 else "")


def share_of(part: float, whole: float) -> float:
    """Return a share between 0 and 1; 0 of nothing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
