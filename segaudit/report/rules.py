"""The rules themselves on paper: what they leave unsaid, their tests, the operators."""

from dataclasses import asdict
from typing import Any

from segaudit.model.checks import RulesCheck, RulesTested
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent, percent_beside
from segaudit.report.safety import shown
from segaudit.report.segments import rules_json
from segaudit.sql.operators import Operator

_LONGEST = 400  # characters of a sentence


def check_document(result: RulesCheck) -> Document:
    """Return what was found about the rules, as people read it; the first table has the findings."""
    blocks: list[Heading | Text | Table] = [
        Heading(text="Rules"),
        Text(text=_check_head(result), tone=Tone.GOOD),
        *_findings(result),
    ]
    if result.not_asked:
        blocks.append(
            Text(text=f"{result.not_asked:,} clauses are too many to prove idle or not; not asked.", tone=Tone.QUIET)
        )
    return Document(blocks=(*blocks, *_coverage(result)))


def _check_head(result: RulesCheck) -> str:
    segments = sum(len(schema.segments) for schema in result.rules.schemas)
    files, schemas = len(result.rules.files), len(result.rules.schemas)
    return (
        f"{files} {'file' if files == 1 else 'files'}, {schemas} {'schema' if schemas == 1 else 'schemas'}, "
        f"{segments} {'segment' if segments == 1 else 'segments'}, {len(result.rules.tests)} tests: no mistake; "
        f"as of {result.as_of.isoformat()}"
    )


def _findings(result: RulesCheck) -> list[Heading | Text | Table]:
    if not result.findings:
        return [Text(text="Nothing to mend.", tone=Tone.GOOD)]
    columns = (
        Column(title="Where"),
        Column(title="Severity"),
        Column(title="Rule", optional=True),
        Column(title="Finding"),
        Column(title="What to do", optional=True),
    )
    rows = tuple(
        cells(
            [
                shown(item.where, longest=_LONGEST),
                Cell(item.severity, Tone.BAD if item.severity == "error" else Tone.WARN),
                item.rule.removeprefix("rules."),
                shown(item.message, longest=_LONGEST),
                shown(item.hint, longest=_LONGEST),
            ]
        )
        for item in result.findings
    )
    number = len(result.findings)
    return [Text(text=f"{number:,} {'finding' if number == 1 else 'findings'}"), Table(columns=columns, rows=rows)]


def _coverage(result: RulesCheck) -> list[Heading | Text | Table]:
    """Return how well a file fills what segments require."""
    counts = result.counts
    if counts is None:
        return []
    head = Heading(text=f"What segments require, in {shown(counts.name, longest=200)}")
    if not counts.rows or not counts.filled:
        return [head, Text(text=f"{counts.rows:,} records; nothing to count.")]
    columns = (
        Column(title="Field"),
        Column(title="Filled", numeric=True),
        Column(title="Share", numeric=True),
        Column(title="Wanted", numeric=True),
        Column(title="", optional=True),
    )
    rows = []
    for name, filled in counts.filled.items():
        wanted = result.rules.fields[name].min_coverage
        share = filled / counts.rows
        enough = wanted is None or share >= wanted
        rows.append(
            cells(
                [
                    name,
                    f"{filled:,}",
                    Cell(percent_beside(share, [wanted or 0]), Tone.PLAIN if enough else Tone.WARN),
                    percent(wanted) if wanted is not None else "",
                    "no column provides it" if name in counts.absent else "",
                ]
            )
        )
    return [head, Text(text=f"{counts.rows:,} records"), Table(columns=columns, rows=tuple(rows))]


def check_json(result: RulesCheck) -> dict[str, Any]:
    """Return what was found about the rules, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "rules check",
        "rules": rules_json(result.rules),
        "as_of": result.as_of.isoformat(),
        "findings": [asdict(item) for item in result.findings],
        "clauses_not_asked": result.not_asked,
        "data": _data_json(result),
    }


def _data_json(result: RulesCheck) -> dict[str, Any] | None:
    counts = result.counts
    if counts is None:
        return None
    return {
        "name": counts.name,
        "rows": counts.rows,
        "absent_fields": list(counts.absent),
        "coverage": [
            {
                "field": name,
                "filled": filled,
                "share_filled": filled / counts.rows if counts.rows else None,
                "min_coverage": result.rules.fields[name].min_coverage,
            }
            for name, filled in counts.filled.items()
        ],
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
