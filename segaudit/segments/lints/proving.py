"""What is proved for checking rules: clauses that decide nothing, and segments whose members are all customers."""

from collections.abc import Sequence
from itertools import islice

from segaudit.model.checks import IdleClause, RuleProofs
from segaudit.model.conditions import Condition, clause_key
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.lints.customers import customer_condition, with_customers
from segaudit.segments.lints.variants import Unit, count_variants, units_of, without_each
from segaudit.segments.proof import smt
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.record import Setting
from segaudit.segments.proof.smt import Answer

_MOST_ASKED = 600  # clauses that are asked about; each question is answered in milliseconds, or given up after seconds


def prove_lints(
    rules: RuleBook, setting: Setting, offering: Sequence[tuple[Schema, Segment]], stages: Sequence[str]
) -> RuleProofs:
    """Prove what lints ask of a rule book.

    Args:
        rules: The rule book.
        setting: The day rules count from, and what fields can hold.
        offering: Segments of which it matters whether their members are customers.
        stages: What fields call a customer, folded.
    """
    idle: list[IdleClause] = []
    asked, not_asked = 0, 0
    seen: set[str] = set()
    for schema in rules.schemas:
        units = list(units_of(rules, schema, seen))
        clauses = sum(count_variants(unit.condition) for unit in units)
        if asked + clauses > _MOST_ASKED:
            not_asked += clauses
            continue
        asked += clauses
        if clauses:
            inquiry = Inquiry(rules, schema, setting)
            idle += [item for unit in units for item in _idle(inquiry, unit)]
    return RuleProofs(customers=_customers(rules, setting, offering, stages), idle=tuple(idle), not_asked=not_asked)


def _idle(inquiry: Inquiry, unit: Unit) -> list[IdleClause]:
    """Return the clauses of a unit that can be left out, all of them together."""
    found: list[IdleClause] = []
    condition, passed = unit.condition, 0
    while True:
        step = next(islice(without_each(condition), passed, None), None)
        if step is None:
            return found
        clause, rest = step
        is_free = clause_key(clause) in inquiry.verdicts.clauses.free
        if not is_free and _same(inquiry, condition, rest):
            found.append(IdleClause(unit=unit.name, clause=clause))
            condition = rest
        else:
            passed += 1


def _same(inquiry: Inquiry, one: Condition, other: Condition) -> bool:
    """Tell whether it is proved that two conditions say the same of every record, UNKNOWN included."""
    a, b = inquiry.verdicts.condition(one), inquiry.verdicts.condition(other)
    inquiry.solver.mark()
    inquiry.solver.require(smt.any_of([a.true != b.true, a.false != b.false]))
    answer = inquiry.solver.ask()
    inquiry.solver.forget()
    return answer is Answer.NONE


def _customers(
    rules: RuleBook, setting: Setting, offering: Sequence[tuple[Schema, Segment]], stages: Sequence[str]
) -> frozenset[tuple[str, str]]:
    """Return the segments of which it is proved that they hold records, and that each of these is a customer."""
    condition = customer_condition(rules, stages)
    if condition is None or not offering:
        return frozenset()
    book, schema = with_customers(rules, condition, offering)
    inquiry = Inquiry(book, schema, setting)
    customer, *members = inquiry.truths
    return frozenset(
        (owner.id, segment.id)
        for (owner, segment), member in zip(offering, members, strict=True)
        if inquiry.solver.ask(member.true, smt.opposite(customer.true)) is Answer.NONE
        and inquiry.solver.ask(member.true) is Answer.SOME
    )
