"""What is proved of segments from their criteria alone, without any data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from segaudit.model.conditions import Clause
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.spans import Span

WitnessValue: TypeAlias = str | int | float | bool | date | tuple[str, ...] | None
# The fields that matter, each with a value; None is a missing one. Fields left out may be missing too.
Witness: TypeAlias = Mapping[str, WitnessValue]


class PairVerdict(StrEnum):
    """How the criteria of two segments lie to each other."""

    DISJOINT = "disjoint"  # proved: no record is in both
    OVERLAP = "overlap"  # a record is in both, and none lies wholly inside the other as far as is known
    A_IN_B = "a_in_b"  # proved: every record of the first is in the second
    B_IN_A = "b_in_a"
    EQUAL = "equal"
    NOT_PROVEN = "not_proven"  # it hangs on a clause the proof cannot look into


CONTAINMENTS = frozenset({PairVerdict.A_IN_B, PairVerdict.B_IN_A, PairVerdict.EQUAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProof:
    """Two segments of one schema, by their criteria; in a waterfall too, whoever comes first."""

    schema: str
    a: str
    b: str
    verdict: PairVerdict
    witness: Witness | None = None  # a record that is in both


@dataclass(frozen=True, slots=True, kw_only=True)
class GapProof:
    """A record that no segment of a schema holds, although nothing is lacking to decide it."""

    schema: str
    witness: Witness
    field: str | None = None  # the one field that decides it, if that is a number or a date
    stretch: Span | None = None  # and its values in this gap


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachableProof:
    """A segment that holds no record whatever."""

    schema: str
    segment: str
    because: tuple[str, ...]  # the fewest parts of its criteria, in words, that cannot all hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowProof:
    """A segment of a waterfall whose every record is taken by segments before it."""

    schema: str
    segment: str
    by: tuple[str, ...]  # the fewest of those before it that take them all, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedFacts:
    """What is so, before anybody says whether it should be."""

    pairs: tuple[PairProof, ...]
    gaps: tuple[GapProof, ...]
    unreachable: tuple[UnreachableProof, ...]
    shadowed: tuple[ShadowProof, ...]
    complete: tuple[str, ...]  # schemas proved to place every record of which the fields are known
    free: Mapping[str, tuple[Clause, ...]]  # by schema: clauses the proof does not look into


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesProved(Shown):
    """The proof of a rule book, and what should be mended."""

    rules: RuleBook
    as_of: date
    facts: ProvedFacts
    findings: tuple[Finding, ...]


def witness_words(witness: Witness) -> str:
    """Return a witness as people read it: ``employees 500, unsubscribed no``."""
    return ", ".join(_said(name, value) for name, value in witness.items()) or "any record"


def pair_words(pair: PairProof) -> str:
    """Return how two segments lie to each other, with the record that shows it."""
    said = {
        PairVerdict.A_IN_B: f"every record of {pair.a} is in {pair.b} too",
        PairVerdict.B_IN_A: f"every record of {pair.b} is in {pair.a} too",
        PairVerdict.EQUAL: f"{pair.a} and {pair.b} hold the same records",
        PairVerdict.NOT_PROVEN: f"not proven whether {pair.a} and {pair.b} share a record",
        PairVerdict.DISJOINT: f"{pair.a} and {pair.b} share no record",
    }.get(pair.verdict)
    if said is None:
        return f"{witness_words(pair.witness or {})} is in both {pair.a} and {pair.b}"
    return f"{said}: {witness_words(pair.witness)}" if pair.witness is not None else said


def _said(name: str, value: WitnessValue) -> str:
    match value:
        case None:
            return f"no {name}"
        case bool():
            return f"{name} {'yes' if value else 'no'}"
        case str():
            return f'{name} "{value}"'
        case tuple():
            return f"{name} [{', '.join(value)}]"
        case int() | float():
            return f"{name} {value:,}"
        case date():
            return f"{name} {value.isoformat()}"
