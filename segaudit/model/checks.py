"""What checking and testing the rules themselves came to."""

from dataclasses import dataclass

from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, RuleTest


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesCheck:
    """Rules that load, and what they leave unsaid."""

    rules: RuleBook
    findings: tuple[Finding, ...]


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
class RulesTested:
    """Every test in the rules, run."""

    rules: RuleBook
    outcomes: tuple[TestOutcome, ...]
