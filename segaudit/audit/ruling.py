"""The verbs that ask something of the rules themselves."""

from collections.abc import Mapping
from datetime import date

from segaudit.audit.opening import today
from segaudit.engine.duck import DuckEngine
from segaudit.model.checks import RulesTested
from segaudit.model.segments import RuleBook
from segaudit.rulebook.load import load_rules_at
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_list, load_rows
from segaudit.segments.testing import run_tests
from segaudit.sql.operators import OPERATORS, Operator


def load_rules(path: str | None = None) -> RuleBook:
    """Read the segment files of a rules path; None is the shipped rules.

    Raises:
        RuleErrors: With every mistake in them.
    """
    return load_rules_at(RulesLocation.at(path))


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
    """Return the words that operators look up; rows of several cells have tabs between them."""
    return {
        "is_free_mail": load_list(location, "free_mail_domains", "domain"),
        "is_role_address": load_list(location, "role_localparts", "localpart"),
        "country_names": load_rows(location, "country_names", ("name", "country")),
        "state_names": load_rows(location, "state_names", ("country", "state", "name")),
        "regions": load_rows(location, "regions", ("region", "country")),
    }
