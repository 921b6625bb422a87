"""The verb that checks the rules: what they leave unsaid, what is proved of them, and what a file says of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from segaudit.audit.opening import InputChoices, engine_chosen, today
from segaudit.audit.preparing import prepare
from segaudit.audit.ruling import load_rules
from segaudit.model.checks import RuleCounts, RuleProofs, RulesCheck
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints import choose_lints, lint_rules
from segaudit.rulebook.lints.lint import LintContext, Needs
from segaudit.rulebook.lints.treatments import offers_of
from segaudit.rulebook.lints.words import LintWords, load_lint_words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_placeholders
from segaudit.segments.lints.customers import customer_condition, with_customers
from segaudit.segments.lints.measuring import measure_rules


def check_rules(  # noqa: PLR0913 - each is a choice of its own
    path: str | None = None,
    *,
    as_of: date | None = None,
    data: str | Sequence[str] | None = None,
    choices: InputChoices | None = None,
    only: Collection[str] = (),
    skip: Collection[str] = (),
) -> RulesCheck:
    """Read rules and say what they leave unsaid or get wrong.

    Args:
        path: A rules file or folder; the shipped rules if None.
        as_of: Day that reviews, exceptions and rules count from; today if not given.
        data: CSV, TSV, workbook or Parquet file to count records in; several are parts of one table.
        choices: What to read it with.
        only: The rules to check, such as ``rules.untested``; all if empty. ``rules.`` may be left out.
        skip: The rules not to check.

    Raises:
        RuleErrors: With every mistake in the rules.
        SegauditError: There is no such rule, or the file cannot be read.
    """
    lints = choose_lints(only, skip)
    rules, location, day = load_rules(path), RulesLocation.at(path), as_of or today()
    words = load_lint_words(location)
    asked = _Asked(rules=rules, location=location, day=day, words=words)
    proofs = _prove(asked) if any(lint.needs is Needs.PROOF for lint in lints) else None
    counts = _count(asked, data, choices or InputChoices(rules=path)) if data is not None else None
    context = LintContext(rules=rules, as_of=day, words=words, proofs=proofs, counts=counts)
    return RulesCheck(
        rules=rules,
        findings=lint_rules(context, lints),
        as_of=day,
        counts=counts,
        not_asked=proofs.not_asked if proofs is not None else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    rules: RuleBook
    location: RulesLocation
    day: date
    words: LintWords

    def offering(self) -> list[tuple[Schema, Segment]]:
        """Return the segments that offer what is for new business."""
        return [(offer.schema, offer.segment) for offer in offers_of(self.rules, self.words)]


def _prove(asked: _Asked) -> RuleProofs:
    from segaudit.segments.lints.proving import prove_lints  # noqa: PLC0415 - loads z3
    from segaudit.segments.proof.record import Setting  # noqa: PLC0415 - loads z3

    setting = Setting(
        as_of=asked.day,
        catalogue=frozenset(load_catalogue(asked.location)),
        placeholders=load_placeholders(asked.location),
    )
    return prove_lints(asked.rules, setting, asked.offering(), asked.words.customer_stages)


def _count(asked: _Asked, data: str | Sequence[str], choices: InputChoices) -> RuleCounts:
    offering = asked.offering()
    customers = customer_condition(asked.rules, asked.words.customer_stages) if offering else None
    rules = with_customers(asked.rules, customers)[0] if customers is not None else asked.rules
    with engine_chosen(choices) as engine:
        found = prepare(data, choices, rules, asked.day, engine, resolve=False, progress=lambda _: None)
        counts = measure_rules(found.program, found.data, offering, engine)
        absent = dict.fromkeys([*found.absent(), *counts.absent])
        return replace(counts, absent=tuple(absent))
