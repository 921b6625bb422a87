"""What rules that load leave unsaid or get wrong: one function for each rule, one table of them.

To add a rule, write its function in the file of its subject and give it a row in ``LINTS``.
"""

from collections.abc import Collection, Iterable

from segaudit.errors import SegauditError
from segaudit.model.checks import RuleFinding
from segaudit.rulebook.lints.alike import find_close_names, find_same_decisions, find_same_treatments
from segaudit.rulebook.lints.documentation import (
    find_overdue,
    find_undocumented,
    find_unknown_refresh,
    find_untested,
    find_without_next_action,
)
from segaudit.rulebook.lints.exceptions import find_expired, find_suppressed_elsewhere, find_unfounded
from segaudit.rulebook.lints.fields import (
    find_badly_covered,
    find_mixed_currencies,
    find_not_read,
    find_not_required,
)
from segaudit.rulebook.lints.governance import find_number_of_segments, find_owners, find_unapproved
from segaudit.rulebook.lints.idle import find_idle, find_idle_on_data
from segaudit.rulebook.lints.lint import Lint, LintContext, Needs
from segaudit.rulebook.lints.policies import find_refused, find_without_policy
from segaudit.rulebook.lints.transitions import find_unknown_transitions, find_unreached
from segaudit.rulebook.lints.treatments import find_assets, find_offers_to_customers
from segaudit.rulebook.lints.unused import find_unused_fields, find_unused_predicates, find_unused_scores
from segaudit.rulebook.suggest import did_you_mean

_PREFIX = "rules."
LINTS = (
    Lint(rule="rules.undocumented", find=find_undocumented),
    Lint(rule="rules.no-next-action", find=find_without_next_action),
    Lint(rule="rules.untested", find=find_untested),
    Lint(rule="rules.review-overdue", find=find_overdue),
    Lint(rule="rules.unknown-refresh", find=find_unknown_refresh),
    Lint(rule="rules.negative-without-policy", find=find_without_policy),
    Lint(rule="rules.refused", find=find_refused, needs=Needs.DATA),
    Lint(rule="rules.coverage", find=find_badly_covered, needs=Needs.DATA),
    Lint(rule="rules.mixed-currencies", find=find_mixed_currencies, needs=Needs.DATA),
    Lint(rule="rules.required-not-read", find=find_not_read),
    Lint(rule="rules.needed-not-required", find=find_not_required),
    Lint(rule="rules.unused-predicate", find=find_unused_predicates),
    Lint(rule="rules.unused-score", find=find_unused_scores),
    Lint(rule="rules.unused-field", find=find_unused_fields),
    Lint(rule="rules.same-decision", find=find_same_decisions),
    Lint(rule="rules.same-treatment", find=find_same_treatments),
    Lint(rule="rules.close-names", find=find_close_names),
    Lint(rule="rules.offer-to-customers", find=find_offers_to_customers, needs=Needs.PROOF),
    Lint(rule="rules.assets", find=find_assets),
    Lint(rule="rules.number-of-segments", find=find_number_of_segments),
    Lint(rule="rules.owner", find=find_owners),
    Lint(rule="rules.unapproved", find=find_unapproved),
    Lint(rule="rules.exception-expired", find=find_expired),
    Lint(rule="rules.exception-unfounded", find=find_unfounded),
    Lint(rule="rules.exception-suppressed", find=find_suppressed_elsewhere),
    Lint(rule="rules.unknown-transition", find=find_unknown_transitions),
    Lint(rule="rules.unreached-label", find=find_unreached),
    Lint(rule="rules.idle-clause", find=find_idle, needs=Needs.PROOF),
    Lint(rule="rules.idle-on-data", find=find_idle_on_data, needs=Needs.DATA),
)


def choose_lints(only: Collection[str] = (), skip: Collection[str] = ()) -> tuple[Lint, ...]:
    """Return the lints somebody asks for; names may leave out what they all begin with.

    Raises:
        SegauditError: There is no lint of that name.
    """
    wanted, unwanted = {_full(name) for name in only}, {_full(name) for name in skip}
    return tuple(lint for lint in LINTS if (not wanted or lint.rule in wanted) and lint.rule not in unwanted)


def _full(name: str) -> str:
    known = [lint.rule for lint in LINTS]
    full = name if name.startswith(_PREFIX) else _PREFIX + name
    if full not in known:
        raise SegauditError(
            f'there is no rule "{name}"',
            where="--only or --ignore",
            hint=did_you_mean(full, known)
            or "the rules are " + ", ".join(rule.removeprefix(_PREFIX) for rule in known),
        )
    return full


def lint_rules(context: LintContext, lints: Iterable[Lint] = LINTS) -> tuple[RuleFinding, ...]:
    """Return what the rules leave unsaid or get wrong: errors first, then in reading order."""
    noticed = [(lint.rule, item) for lint in lints for item in lint.find(context)]
    noticed.sort(
        key=lambda found: _order(found[1].severity, found[1].place.file, found[1].place.line, found[1].place.column)
    )
    return tuple(
        RuleFinding(
            rule=rule,
            severity=item.severity,
            where=str(item.place),
            message=item.message,
            hint=item.hint,
            records=item.records,
        )
        for rule, item in noticed
    )


def _order(severity: str, file: str, line: int, column: int) -> tuple[bool, str, int, int]:
    return severity != "error", file, line, column
