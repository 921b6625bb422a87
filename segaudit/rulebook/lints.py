"""What rules that load leave unsaid: documentation, tests, policies."""

from collections.abc import Iterator

from segaudit.model.conditions import Clause, clauses_of
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.sql.operators import operator_for

_SEGMENT_KEYS = {
    "owner": "who answers for it",
    "decision": "what is done differently because of it",
    "treatment": "what its members get",
    "required_fields": "which fields it cannot do without",
    "refresh": "how often it is worked out anew",
}
_FROM_SCHEMA = frozenset({"refresh", "owner"})


def lint_rules(rules: RuleBook) -> tuple[Finding, ...]:
    """Return what the rules leave unsaid, in reading order."""
    findings: list[Finding] = []
    tested = {(test.schema, test.expect) for test in rules.tests}
    for schema in rules.schemas:
        for segment in schema.segments:
            findings += _undocumented(schema, segment)
            findings += _without_policy(schema, segment, rules)
            if (schema.id, segment.id) not in tested:
                findings.append(
                    Finding(
                        rule="rules.untested",
                        severity="warning",
                        where=str(segment.place),
                        message=f'no test expects "{schema.id}.{segment.id}"',
                        hint="add to tests: a record that must land in it",
                    )
                )
    return tuple(findings)


def _undocumented(schema: Schema, segment: Segment) -> Iterator[Finding]:
    for key, meaning in _SEGMENT_KEYS.items():
        if segment.documentation.get(key) or (key in _FROM_SCHEMA and schema.documentation.get(key)):
            continue
        yield Finding(
            rule="rules.undocumented",
            severity="warning",
            where=str(segment.place),
            message=f'segment "{schema.id}.{segment.id}" has no {key}',
            hint=f"add {key}: {meaning}",
        )


def _without_policy(schema: Schema, segment: Segment, rules: RuleBook) -> Iterator[Finding]:
    """Find negative operators nobody chose a policy for: a missing value may well be what they ask for."""
    for condition in (segment.criteria, *segment.exclude):
        for clause in clauses_of(condition):
            if _is_negative(clause, rules) and not clause.options.missing_stated:
                yield Finding(
                    rule="rules.negative-without-policy",
                    severity="warning",
                    where=str(clause.place),
                    message=f'"{clause.operator}" in "{schema.id}.{segment.id}" does not say what a missing '
                    f"{clause.field} means",
                    hint="add missing: include, exclude or unknown beside it",
                )


def _is_negative(clause: Clause, rules: RuleBook) -> bool:
    operator = operator_for(clause.operator, rules.fields[clause.field].type)
    return operator is not None and operator.negative
