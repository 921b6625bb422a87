"""The rules themselves on paper: what they leave unsaid, their tests, the operators."""

from typing import Any

from segaudit.model.checks import RulesCheck, RulesTested
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.sql.operators import Operator


def check_document(result: RulesCheck) -> Document:
    """Return what was found about the rules, as people read it."""
    segments = sum(len(schema.segments) for schema in result.rules.schemas)
    files = len(result.rules.files)
    head = (
        f"{files} {'file' if files == 1 else 'files'}, {len(result.rules.schemas)} schemas, {segments} segments, "
        f"{len(result.rules.tests)} tests: no mistake"
    )
    columns = (
        Column(title="Severity"),
        Column(title="Where"),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    rows = tuple(
        cells([Cell(item.severity, Tone.WARN), item.where, item.message, item.hint]) for item in result.findings
    )
    said = [Table(columns=columns, rows=rows)] if rows else [Text(text="Everything is documented.", tone=Tone.GOOD)]
    return Document(blocks=(Heading(text="Rules"), Text(text=head, tone=Tone.GOOD), *said))


def check_json(result: RulesCheck) -> dict[str, Any]:
    """Return what was found about the rules, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules check",
        "rules": rules_json(result.rules),
        "findings": [item.to_dict() for item in result.findings],
    }


def tests_document(result: RulesTested) -> Document:
    """Return the outcome of the rules' tests, the failed ones in full."""
    failed = [outcome for outcome in result.outcomes if not outcome.passed]
    passed = len(result.outcomes) - len(failed)
    tone = Tone.BAD if failed else Tone.GOOD
    blocks: list[Heading | Text | Table] = [
        Heading(text="Rule tests"),
        Text(text=f"{passed} passed, {len(failed)} failed", tone=tone),
    ]
    for outcome in failed:
        test = outcome.test
        given = ", ".join(f"{name}: {value}" for name, value in test.given.items())
        blocks.append(
            Text(
                text=f"{test.place}: {test.schema} of {{{shown(given, longest=200)}}} is {outcome.label}, expected "
                f"{test.expect} ({shown(outcome.reason, longest=300)})",
                tone=Tone.BAD,
            )
        )
    return Document(blocks=tuple(blocks))


def tests_json(result: RulesTested) -> dict[str, Any]:
    """Return the outcome of the rules' tests as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules test",
        "rules": rules_json(result.rules),
        "tests": [
            {
                "where": str(outcome.test.place),
                "schema": outcome.test.schema,
                "expect": outcome.test.expect,
                "label": outcome.label,
                "reason": outcome.reason,
                "passed": outcome.passed,
            }
            for outcome in result.outcomes
        ],
    }


def operators_document(operators: tuple[Operator, ...]) -> Document:
    """Return the operators as a table."""
    columns = (
        Column(title="Operator"),
        Column(title="Family"),
        Column(title="On fields of type"),
        Column(title="Takes"),
    )
    rows = tuple(cells([item.name, item.family.value, _types(item), item.takes]) for item in operators)
    return Document(blocks=(Heading(text="Operators"), Table(columns=columns, rows=rows)))


def _types(operator: Operator) -> str:
    return ", ".join(sorted(kind.value for kind in operator.types))


def operators_json(operators: tuple[Operator, ...]) -> dict[str, Any]:
    """Return the operators as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules operators",
        "operators": [
            {
                "name": item.name,
                "family": item.family.value,
                "types": sorted(kind.value for kind in item.types),
                "takes": item.takes,
                "negative": item.negative,
            }
            for item in operators
        ],
    }
