"""What is wrong with a table: findings by severity, with evidence, why it matters and how to mend it."""

from collections import Counter
from typing import Any

from segaudit.model.gates import GateResult, figure_in_words
from segaudit.model.quality import Example, QualityFinding, Severity
from segaudit.model.quality_result import QualityResult
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import masked, shown
from segaudit.report.sources import reading_texts, source_json, source_line

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.NOTE: Tone.QUIET}
_COLUMNS = (
    Column(title="Severity"),
    Column(title="What is wrong"),
    Column(title="Column"),
    Column(title="Rows", numeric=True),
    Column(title="Share", numeric=True),
    Column(title="Sure", numeric=True),
    Column(title="Evidence"),
    Column(title="First rows", optional=True),
)
# How reasons for which checks were not run begin.
_NO_COLUMN, _NO_KIND = "no column provides ", "no column is of the kind"
_FIRST_ROWS = 3
_EXAMPLES = 3


def quality_document(result: QualityResult, *, examples: bool = False) -> Document:
    """Return the findings as people read them; ``examples`` shows cells in full that are masked otherwise."""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Quality of {shown(result.source.name, longest=200)}"),
        Text(text=f"{source_line(result.source)}; as of {result.as_of.isoformat()}"),
        *reading_texts(result.source),
        Text(text=_summary(result)),
    ]
    if result.findings:
        rows = tuple(_row(finding, examples=examples) for finding in result.findings)
        blocks += [Table(columns=_COLUMNS, rows=rows), Heading(text="What to do"), *_advice(result)]
    if result.gate is not None:
        blocks += [Heading(text="Gate: met" if result.gate.met else "Gate: not met"), _gate(result.gate)]
    if result.suite is not None:
        blocks += [Heading(text=f"Suite {result.suite.name}: {'holds' if result.suite.success else 'does not hold'}")]
        blocks += [Text(text=remark, tone=Tone.QUIET) for remark in result.suite.remarks]
    if result.left_out:
        blocks.append(Text(text=_left_out(result), tone=Tone.QUIET))
    if result.not_run:
        blocks.append(Text(text=_not_run(result), tone=Tone.QUIET))
    if result.findings and not examples:
        blocks.append(Text(text="Cells that may name a person are masked; --examples shows them.", tone=Tone.QUIET))
    return Document(blocks=tuple(blocks))


def quality_json(result: QualityResult, *, examples: bool = False) -> dict[str, Any]:
    """Return the findings as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "quality",
        "source": source_json(result.source) | {"system": result.fields.system, "object": result.fields.system_object},
        "as_of": result.as_of.isoformat(),
        "checks_run": sorted({check.id for check in result.checks}),
        "checks_not_run": [{"check": check, "because": reason} for check, reason in result.not_run],
        "findings": [_finding_json(finding, examples=examples) for finding in result.findings],
        "gate": _gate_json(result),
        "left_out": [{"check": item.check, "column": item.column, "because": item.reason} for item in result.left_out],
    }


def _gate_json(result: QualityResult) -> dict[str, Any] | None:
    """Return how the gate came out, with what great_expectations says of it in its own words."""
    if result.suite is not None:
        return {"met": result.suite.success, "thresholds": [], "validation": result.suite.raw}
    if result.gate is None:
        return None
    thresholds = [
        {
            "metric": item.label,
            "met": item.met,
            "observed": item.observed,
            "expected": item.expected,
            "severity": item.severity.value,
            "problem": item.problem or None,
        }
        for item in result.gate.thresholds
    ]
    return {"met": result.gate.met, "thresholds": thresholds, "validation": result.gate.raw}


def _finding_json(finding: QualityFinding, *, examples: bool) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "dimension": finding.dimension.value,
        "severity": finding.severity.value,
        "column": finding.columns[0] if finding.columns else None,
        "columns": list(finding.columns),
        "positions": list(finding.positions),
        "title": finding.title,
        "message": finding.message,
        "remark": finding.remark or None,
        "rows_checked": finding.rows_checked,
        "rows_failed": finding.rows_failed,
        "rows_certain": finding.rows_certain,
        "share_failed": round(finding.share_failed, 6),
        "rows": list(finding.first_rows),
        "examples": [_example_json(example, finding, full=examples) for example in finding.examples],
        "why": finding.why,
        "mend": finding.mend,
    }


def _example_json(example: Example, finding: QualityFinding, *, full: bool) -> dict[str, Any]:
    return {
        "value": _cell(example.value, finding, full=full),
        "rows": example.rows,
        "suggestion": None if example.suggestion is None else _cell(example.suggestion, finding, full=full),
        "because": "" if finding.sensitive else example.because if full else masked_words(example.because),
        "confidence": round(example.confidence, 4),
    }


def _cell(text: str, finding: QualityFinding, *, full: bool) -> str:
    if finding.sensitive:
        return ""
    return text if full or finding.plain else masked(text)


def masked_words(text: str) -> str:
    """Return evidence with what it quotes masked."""
    parts = text.split('"')
    return '"'.join(masked(part) if index % 2 else part for index, part in enumerate(parts))


def _summary(result: QualityResult) -> str:
    if not result.findings:
        return f"{len({check.id for check in result.checks})} checks found nothing."
    counts = Counter(finding.severity for finding in result.findings)
    words = [
        f"{counts[severity]:,} {severity.value}{'s' if counts[severity] != 1 else ''}"
        for severity in Severity
        if counts[severity]
    ]
    return f"{len({check.id for check in result.checks})} checks: {', '.join(words)}."


def _row(finding: QualityFinding, *, examples: bool) -> tuple[Cell, ...]:
    return cells(
        [
            Cell(finding.severity.value, _TONES[finding.severity]),
            finding.title,
            shown("; ".join(finding.columns), longest=60),
            f"{finding.rows_failed:,}" if finding.rows_failed else "",
            percent(finding.share_failed) if finding.rows_checked and finding.rows_failed else "",
            _sure(finding),
            shown(_evidence(finding, examples=examples), longest=160),
            ", ".join(f"{row:,}" for row in finding.first_rows[:_FIRST_ROWS]),
        ]
    )


def _sure(finding: QualityFinding) -> str:
    if not finding.rows_failed:
        return ""
    return percent(finding.rows_certain / finding.rows_failed) if finding.rows_certain else "likely"


def _evidence(finding: QualityFinding, *, examples: bool) -> str:
    if finding.remark or not finding.examples:
        return finding.remark or finding.message
    if finding.sensitive:
        return finding.examples[0].because or "not shown"
    first, *others = (_example(example, finding, full=examples) for example in finding.examples[:_EXAMPLES])
    if finding.reasoned and (finding.plain or examples):
        first += f" – {finding.examples[0].because}"
    return "; ".join((first, *others))


def _example(example: Example, finding: QualityFinding, *, full: bool) -> str:
    value = shown(_cell(example.value, finding, full=full), longest=40) or "(blank)"
    times = f" ({example.rows:,})" if example.rows > 1 else ""
    if example.suggestion is None:
        return f"{value}{times}"
    better = shown(_cell(example.suggestion, finding, full=full), longest=40) or "(empty it)"
    return f"{value} → {better}{times}"


def _advice(result: QualityResult) -> list[Text]:
    """Return, for each check that found something, why it matters and how it is mended; once each."""
    once = {finding.rule: finding for finding in result.findings}
    return [Text(text=f"{finding.title}. {finding.why} {finding.mend}") for finding in once.values()]


def _gate(gate: GateResult) -> Table:
    columns = (
        Column(title="Met"),
        Column(title="Figure"),
        Column(title="Expected"),
        Column(title="Observed", numeric=True),
        Column(title="Why not", optional=True),
    )
    rows = tuple(
        cells(
            [
                Cell("yes", Tone.GOOD) if item.met else Cell("no", _TONES[item.severity]),
                shown(item.label, longest=80),
                item.expected,
                figure_in_words(item.label, item.observed),
                shown(item.problem, longest=160),
            ]
        )
        for item in gate.thresholds
    )
    return Table(columns=columns, rows=rows)


def _left_out(result: QualityResult) -> str:
    names = "; ".join(f"{item.check} ({item.reason})" for item in result.left_out)
    return f"The suite cannot say: {shown(names, longest=600)}."


def _not_run(result: QualityResult) -> str:
    """Return what the file lacks for checks to be run: each column once, however many checks want it."""
    columns = dict.fromkeys(
        reason.removeprefix(_NO_COLUMN) for _, reason in result.not_run if reason.startswith(_NO_COLUMN)
    )
    other = [f"{check} ({reason})" for check, reason in result.not_run if not reason.startswith((_NO_COLUMN, _NO_KIND))]
    kinds = [check for check, reason in result.not_run if reason.startswith(_NO_KIND)]
    told = [_NO_COLUMN + ", ".join(columns)] if columns else []
    told += [f"{_NO_KIND} that {', '.join(kinds)} {'is' if len(kinds) == 1 else 'are'} for"] if kinds else []
    told += [", ".join(other)] if other else []
    count = len(result.not_run)
    return f"{count} {'check was' if count == 1 else 'checks were'} not run: {'; '.join(told)}."
