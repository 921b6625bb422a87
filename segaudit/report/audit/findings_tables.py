"""What was found on holding the tables against each other: one entry for each rule and table."""

from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditResult
from segaudit.model.workspace import WorkspaceFinding
from segaudit.report.audit.data_words import SMALL, Says, file_named, name_of
from segaudit.report.audit.findings_cells import anchor_of
from segaudit.report.page import Finding, Line, Lines, Span, span

_LINES = 8
_FIRST = 8


def table_findings(result: AuditResult, says: Says) -> Iterator[Finding]:
    """Yield an entry for each rule that a table does not meet."""
    places = {table.name: number for number, table in enumerate(result.workspace.tables, start=1)}
    by_rule: dict[tuple[str, str], list[WorkspaceFinding]] = {}
    for item in result.workspace.findings:
        by_rule.setdefault((item.rule, item.table), []).append(item)
    for (rule, table), found in by_rule.items():
        yield _entry(anchor_of(rule, places.get(table, 0)), rule, found, result, says)


def rule_title(rule: str, says: Says) -> str:
    """Return the title of a rule; its own name where there are no words for it."""
    name = f"findings.{rule}.title"
    return says.words(name) if says.words.has(name) else rule


def _entry(anchor: str, rule: str, found: Sequence[WorkspaceFinding], result: AuditResult, says: Says) -> Finding:
    words = says.words
    worst = max(found, key=lambda item: item.rows_failed)
    severity = "error" if any(item.severity == "error" for item in found) else "warning"
    known = bool(worst.rows_failed) and not says.hides(worst.rows_failed)
    return Finding(
        id=anchor,
        severity=severity,
        severity_name=words(f"findings.severity.{severity}"),
        group=words("findings.group.tables"),
        table=name_of(worst.table),
        title=rule_title(rule, says),
        message=span(_message(found, worst, says)),
        rows=worst.rows_failed if known else None,
        share=worst.share_failed if known and worst.rows_checked else None,
        facts=tuple(_facts(rule, found, result, says)),
    )


def _message(found: Sequence[WorkspaceFinding], worst: WorkspaceFinding, says: Says) -> str:
    column = name_of(worst.column or worst.table)
    if says.hides(worst.rows_failed):
        return says.words("findings.few_rows", column=column, few=SMALL)
    if len(found) > 1:
        return says.words("findings.columns", n=len(found), column=column)
    return says.words("findings.column", column=column)


def _facts(
    rule: str, found: Sequence[WorkspaceFinding], result: AuditResult, says: Says
) -> Iterator[tuple[str, Lines]]:
    words = says.words
    if len(found) == 1:
        yield words("findings.fact.detail"), (says.english(found[0].message),)
    else:
        yield words("findings.fact.columns"), tuple(_column(item, says) for item in found[:_LINES])
    first = [item for item in found if item.rows and not says.hides(item.rows_failed)]
    where = {table.name: table.where for table in result.workspace.tables}
    if first:
        yield (
            words("findings.fact.first_rows"),
            tuple(
                span(
                    words(
                        "findings.rows_of",
                        file=file_named(where.get(item.table, item.table)),
                        items=", ".join(words.number(row) for row in item.rows[:_FIRST]),
                    )
                )
                for item in first[:3]
            ),
        )
    for part in ("why", "mend"):
        if words.has(f"findings.{rule}.{part}"):
            yield words(f"findings.fact.{part}"), (span(words(f"findings.{rule}.{part}")),)
    hints = tuple(dict.fromkeys(item.hint for item in found if item.hint))
    if hints:
        yield words("findings.fact.hint"), tuple(says.english(hint) for hint in hints[:_LINES])


def _column(item: WorkspaceFinding, says: Says) -> Line:
    rows = says.words(
        "findings.column_rows",
        n=says.value(item.rows_failed),
        share=says.share(item.rows_failed, item.rows_checked),
    )
    start = (Span(text=name_of(item.column or item.table), strong=True), Span(text=f": {rows} – "))
    return (*start, *says.english(item.message))
