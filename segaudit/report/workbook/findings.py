"""Findings as one table that is filtered by severity, group and file, each with a link to its rows."""

from collections.abc import Mapping, Sequence

from segaudit.report.document import Tone
from segaudit.report.page import Finding, Findings, Form, Grid, Line, Lines, Span, amount, cell, span
from segaudit.report.words import Words
from segaudit.report.workbook.parts import Table

_TONES = {"error": Tone.BAD, "warning": Tone.WARN, "note": Tone.QUIET}
_MOST_FACTS = 6  # columns for facts; others share one


def issues_anchor(finding: str) -> str:
    """Return the anchor of a finding's rows on the sheet of issues."""
    return f"issues of {finding}"


def findings_table(findings: Findings, words: Words, listed: Mapping[str, int]) -> Table:
    """Return findings as a table.

    Args:
        findings: Worst first.
        words: The reader's language.
        listed: How many rows the sheet of issues has of each finding, by its id.
    """
    names = _fact_names(findings.items)
    shared = sum(len(dict(item.facts).keys() - set(names)) for item in findings.items) > 0
    columns = (
        *(words(f"workbook.finding_{name}") for name in ("severity", "title", "message", "records", "share", "go")),
        words("workbook.finding_group"),
        words("workbook.table"),
        *names,
        *((words("workbook.finding_more"),) if shared else ()),
    )
    rows = tuple(_row(item, words, names, shared=shared, listed=listed.get(item.id, 0)) for item in findings.items)
    grid = Grid(title=findings.title, columns=columns, rows=rows, numeric=frozenset((3, 4)), sortable=True)
    return Table(grid=grid, name=findings.title, anchors=tuple(item.id for item in findings.items))


def _fact_names(items: Sequence[Finding]) -> tuple[str, ...]:
    names = dict.fromkeys(name for item in items for name, _ in item.facts)
    return tuple(names)[:_MOST_FACTS]


def _row(item: Finding, words: Words, names: Sequence[str], *, shared: bool, listed: int) -> tuple[Lines, ...]:
    tone = _TONES.get(item.severity, Tone.PLAIN)
    go = span(words("workbook.to_rows", rows=listed), to=issues_anchor(item.id)) if listed else span("")
    facts = dict(item.facts)
    more = tuple(_named(name, lines) for name, lines in item.facts if name not in names)
    return (
        cell(item.severity_name, tone=tone, strong=True),
        cell(item.title, strong=True),
        (item.message,),
        amount(words.number(item.rows), item.rows) if item.rows is not None else cell("–"),
        amount(words.share(item.share), item.share, Form.SHARE) if item.share is not None else cell("–"),
        (go,),
        cell(item.group),
        cell(item.table or "–"),
        *(facts.get(name, cell("")) for name in names),
        *((more,) if shared else ()),
    )


def _named(name: str, lines: Lines) -> Line:
    pieces = [piece for line in lines for piece in (*line, Span(text=" "))]
    return (Span(text=f"{name}: "), *pieces)
