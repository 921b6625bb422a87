"""Segments that are one in effect: the same decision, the same treatment, the same outcome."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints.alike import find_same_decisions, find_same_treatments
from segaudit.rulebook.lints.lint import LintContext
from segaudit.rulebook.lints.words import LintWords

_LINTS = (("segments.same-decision", find_same_decisions), ("segments.same-treatment", find_same_treatments))


def judge_alike(rules: RuleBook, words: LintWords, day: date) -> Iterator[Finding]:
    """Judge segments that drive the same decision or get the same treatment, as `segaudit rules check` finds them."""
    context = LintContext(rules=rules, as_of=day, words=words)
    for rule, find in _LINTS:
        for noticed in find(context):
            yield Finding(
                rule=rule,
                severity=noticed.severity,
                where=str(noticed.place),
                message=noticed.message,
                hint=noticed.hint,
            )


def judge_outcomes(same: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Finding]:
    """Judge segments that never differ in outcome.

    Args:
        same: Schema -> pairs of its segments that were shown to be equivalent in every metric there is.
    """
    for schema, pairs in same.items():
        for a, b in pairs:
            yield Finding(
                rule="segments.same-outcome",
                severity="warning",
                where=schema,
                message=f"{a} and {b} do not differ in any outcome",
                hint="merge them, unless they are treated differently for another reason",
            )
