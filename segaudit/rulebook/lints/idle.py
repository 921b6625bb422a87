"""Clauses that decide nothing: proved without data, or seen in a file."""

from collections.abc import Iterator, Sequence

from segaudit.model.checks import IdleClause
from segaudit.model.conditions import Clause, clause_key, clauses_of
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints.lint import LintContext, Noticed, listed
from segaudit.sql.conditions import clause_words

_FEWEST = 30  # records from which on it says something that a clause never differs


def find_idle(context: LintContext) -> Iterator[Noticed]:
    """Find clauses that can be left out without any record noticing, whatever the data."""
    for idle in context.proofs.idle if context.proofs is not None else ():
        yield Noticed(
            place=idle.clause.place,
            message=f'"{_words(idle.clause, context.rules)}" decides nothing in "{idle.unit}": without it every record '
            "would be decided the same",
            hint="take it out, or make it ask for what was meant",
        )


def find_idle_on_data(context: LintContext) -> Iterator[Noticed]:
    """Find clauses that are the same of every record of the file, or that move none; not those proved idle anyway."""
    counts = context.counts
    if counts is None or counts.rows < _FEWEST:
        return
    proved = {idle.clause.place for idle in context.proofs.idle} if context.proofs is not None else set()
    constant = {}
    for clause, users in _by_place(context.rules):
        verdict = _constant(clause, context) if clause.field not in counts.absent else None
        if verdict is not None and clause.place not in proved:
            constant[clause.place] = verdict
            yield _told(clause, users, f"is {verdict} of all {counts.rows:,} records", context)
    idle: dict[object, list[IdleClause]] = {}
    for item in counts.idle:
        idle.setdefault(item.clause.place, []).append(item)
    for place, items in idle.items():
        clause = items[0].clause
        if place not in proved and place not in constant and clause.field not in counts.absent:
            users = [item.unit for item in items]
            yield _told(clause, users, f"moves none of {counts.rows:,} records", context)


def _by_place(rules: RuleBook) -> list[tuple[Clause, list[str]]]:
    found: dict[object, tuple[Clause, list[str]]] = {}
    for schema, segment in rules.segments():
        for condition in (segment.criteria, *segment.exclude):
            for clause in clauses_of(condition):
                found.setdefault(clause.place, (clause, []))[1].append(f"{schema.id}.{segment.id}")
    return list(found.values())


def _constant(clause: Clause, context: LintContext) -> str | None:
    """Return what a clause says of every record; None if it differs, or says nothing of what it is asked."""
    counted = context.counts.clauses.get(clause_key(clause)) if context.counts is not None else None
    if counted is None:
        return None
    rows = counted.true + counted.false + counted.unknown
    verdicts = {"true": counted.true, "false": counted.false, "unknown": counted.unknown}
    return next((name for name, number in verdicts.items() if rows and number == rows), None)


def _told(clause: Clause, users: Sequence[str], what: str, context: LintContext) -> Noticed:
    rows = context.counts.rows if context.counts is not None else 0
    return Noticed(
        place=clause.place,
        message=f'"{_words(clause, context.rules)}" in {listed(f"{chr(34)}{user}{chr(34)}" for user in users)} {what}',
        hint="check it against the values the file holds; fine if the data is about to change",
        records=rows,
    )


def _words(clause: Clause, rules: RuleBook) -> str:
    return clause_words(clause, rules.fields[clause.field].type)
