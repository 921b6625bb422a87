"""What a missing value means to clauses, and whether somebody decided that."""

from collections.abc import Iterator

from segaudit.model.conditions import Clause, MissingPolicy, RelatedClause, clause_key, clauses_of
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints.lint import LintContext, Noticed, counted, listed, named
from segaudit.sql.operators import operator_for


def find_without_policy(context: LintContext) -> Iterator[Noticed]:
    """Find negative operators nobody chose a policy for: a missing value may well be what they ask for."""
    for clause, users in _clauses(context.rules):
        if not _is_negative(clause, context.rules) or clause.options.missing_stated:
            continue
        if context.rules.fields[clause.field].blank_means is not None:
            continue
        records = _unknown(clause, context)
        concerned = "" if records is None else f"; {counted(records, 'record')} cannot be told for it"
        yield Noticed(
            place=clause.place,
            message=f'"{clause.operator}" in {listed(named(*user) for user in users)} does not say what a missing '
            f"{clause.field} means{concerned}",
            hint="add missing: include, exclude or unknown beside it",
            records=records,
        )


def find_refused(context: LintContext) -> Iterator[Noticed]:
    """Find clauses that say ``missing: error`` although records lack the field: nothing will be decided."""
    for clause, users in _clauses(context.rules):
        records = _unknown(clause, context)
        if clause.options.missing is MissingPolicy.ERROR and records:
            yield Noticed(
                place=clause.place,
                severity="error",
                message=f'"{clause.operator}" in {listed(named(*user) for user in users)} cannot be told for '
                f"{counted(records, 'record')}, and says missing: error: overlap and assign refuse the file",
                hint=f"fill {clause.field}, or let the clause say missing: unknown, exclude or include",
                records=records,
            )


def _clauses(rules: RuleBook) -> list[tuple[Clause, list[tuple[Schema, Segment]]]]:
    """Return every clause once by where it stands, with the segments it has a say in."""
    found: dict[object, tuple[Clause, list[tuple[Schema, Segment]]]] = {}
    for schema, segment in rules.segments():
        for condition in (segment.criteria, *segment.exclude):
            for clause in clauses_of(condition):
                users = found.setdefault((clause.place, clause_key(clause)), (clause, []))[1]
                users.append((schema, segment))
    return list(found.values())


def _is_negative(clause: Clause, rules: RuleBook) -> bool:
    if isinstance(clause, RelatedClause):
        return False
    operator = operator_for(clause.operator, rules.fields[clause.field].type)
    return operator is not None and operator.negative


def _unknown(clause: Clause, context: LintContext) -> int | None:
    counts = context.counts.clauses.get(clause_key(clause)) if context.counts is not None else None
    return counts.unknown if counts is not None else None
