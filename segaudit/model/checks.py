"""What checking and testing the rules themselves came to."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date

from segaudit.model.conditions import Clause
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, RuleTest
from segaudit.model.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding(Finding):
    """Something about the rules themselves that a person should decide."""

    records: int | None = None  # it concerns, in the file given; None: no file, or not a matter of records


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCounts:
    """What a clause says of the records of a file."""

    true: int
    false: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleClause:
    """A clause that can be left out of a group without any record noticing."""

    unit: str  # schema.segment, or a predicate's name
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProofs:
    """What is proved of the rules for checking them."""

    customers: frozenset[tuple[str, str]]  # schema and segment whose members are all customers
    idle: tuple[IdleClause, ...]
    not_asked: int = 0  # clauses beyond the most that are asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCounts:
    """What a file's records say of the rules."""

    name: str  # of the file
    rows: int
    absent: tuple[str, ...]  # fields rules read and no column provides
    filled: Mapping[str, int]  # records in which a field that segments require, or a coverage is wanted of, is filled
    clauses: Mapping[Hashable, ClauseCounts]  # by clause_key
    idle: tuple[IdleClause, ...]
    customers: Mapping[tuple[str, str], int]  # schema and segment that offers what is for new business -> customers
    currencies: Mapping[str, Mapping[str, int]]  # amount without a declared currency -> ISO code -> rows, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesCheck(Shown):
    """Rules that load, and what they leave unsaid."""

    rules: RuleBook
    findings: tuple[RuleFinding, ...]
    as_of: date
    counts: RuleCounts | None = None  # None: no file was given
    not_asked: int = 0  # clauses the proof was not asked about, for there are too many


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """One rule test, run."""

    test: RuleTest
    label: str
    reason: str

    @property
    def passed(self) -> bool:
        """Tell whether the label is the one expected."""
        return self.label == self.test.expect


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesTested(Shown):
    """Every test in the rules, run."""

    rules: RuleBook
    outcomes: tuple[TestOutcome, ...]
