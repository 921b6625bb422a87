"""The verbs that ask something of the rules themselves."""

from collections.abc import Mapping
from datetime import date

from segaudit.audit.opening import today
from segaudit.engine.duck import DuckEngine
from segaudit.model.checks import RulesCheck, RulesTested
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints import lint_rules
from segaudit.rulebook.load import load_rulebook
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_list
from segaudit.segments.testing import run_tests
from segaudit.sql.operators import OPERATORS, Operator


def load_rules(path: str | None = None) -> RuleBook:
    """Read the segment files of a rules path; None is the shipped rules.

    Raises:
        RuleErrors: With every mistake in them.
    """
    location = RulesLocation.at(path)
    return load_rulebook(location.segment_files(), load_catalogue(location))


def check_rules(path: str | None = None) -> RulesCheck:
    """Read rules and say what they leave unsaid.

    Raises:
        RuleErrors: With every mistake in them.
    """
    rules = load_rules(path)
    return RulesCheck(rules=rules, findings=lint_rules(rules))


def run_rule_tests(path: str | None = None, *, as_of: date | None = None) -> RulesTested:
    """Run the tests written in the rules.

    Raises:
        RuleErrors: With every mistake in the rules.
    """
    rules = load_rules(path)
    with DuckEngine() as engine:
        day = as_of or today()
        return RulesTested(rules=rules, outcomes=run_tests(rules, day, word_lists(RulesLocation.at(path)), engine))


def list_operators() -> tuple[Operator, ...]:
    """Return every operator criteria can use."""
    return OPERATORS


def word_lists(location: RulesLocation) -> Mapping[str, tuple[str, ...]]:
    """Return the words that the operators about e-mail look up."""
    return {
        "is_free_mail": load_list(location, "free_mail_domains", "domain"),
        "is_role_address": load_list(location, "role_localparts", "localpart"),
    }
