"""What the checks of cells found: one entry for each check and table, with its columns."""

import re
from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditedTable, AuditResult
from segaudit.model.quality import Example, QualityFinding, Severity
from segaudit.report.audit.data_words import SENTENCE, SMALL, Says, file_named, file_of, name_of
from segaudit.report.document import Tone
from segaudit.report.page import Finding, Line, Lines, Span, span
from segaudit.report.safety import shown

_COLUMNS = 8  # listed for one entry
_FIRST = 8  # rows
_EXAMPLES = 6
_FILES = 4
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_PLAIN_MESSAGE = re.compile(r"[\d,]+ of [\d,]+ rows(, with suggestions)?")  # says no more than its numbers
_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")


def cell_findings(result: AuditResult, says: Says) -> Iterator[Finding]:
    """Yield an entry for each check that found something in a table."""
    for number, table in enumerate(result.tables, start=1):
        by_rule: dict[str, list[QualityFinding]] = {}
        for item in table.quality.findings:
            by_rule.setdefault(item.rule, []).append(item)
        for rule, found in by_rule.items():
            yield _entry(rule, number, found, table, result, says)


def anchor_of(rule: str, number: int) -> str:
    """Return the anchor of an entry: of a rule, and of the table of that number; 0 of none."""
    return f"finding-{_NOT_IN_ANCHORS.sub('-', rule.lower()).strip('-')}-{number}"


def _entry(  # noqa: PLR0913, PLR0917 - what an entry is made of
    rule: str, number: int, found: list[QualityFinding], table: AuditedTable, result: AuditResult, says: Says
) -> Finding:
    words = says.words
    worst = max(found, key=lambda item: item.rows_failed)
    severity = min((item.severity for item in found), key=_RANK.__getitem__)
    hidden = says.hides(worst.rows_failed)
    known = bool(worst.rows_failed) and not hidden
    return Finding(
        id=anchor_of(rule, number),
        severity=severity.value,
        severity_name=words(f"findings.severity.{severity.value}"),
        group=words(f"findings.group.{worst.dimension.value}"),
        table=name_of(table.name),
        title=check_text(rule, "title", worst.title, says),
        message=span(_message(found, worst, table.source.rows, says)),
        rows=worst.rows_failed if known else None,
        # Of a few that could be wrong, a share of all would mislead as much as one that does not say of what it is.
        share=worst.share_failed if known and worst.rows_checked == table.source.rows else None,
        facts=tuple(_facts(rule, found, table, result, says)),
    )


def check_text(rule: str, part: str, own: str, says: Says) -> str:
    """Return title, why or mend of a check in the reader's language; as the rules have it otherwise."""
    name = f"check.{rule.removeprefix('quality.')}.{part}"
    return says.words(name) if says.words.has(name) else shown(own, longest=SENTENCE)


def _message(found: Sequence[QualityFinding], worst: QualityFinding, rows: int, says: Says) -> str:
    """Return where it is; how many rows stands beside the title, unless those are too few to be numbered."""
    if says.hides(worst.rows_failed):
        return says.words("findings.few_rows", column=_headers(worst), few=SMALL)
    name, number = ("findings.columns", len(found)) if len(found) > 1 else ("findings.column", 1)
    said = says.words(name, n=number, column=_headers(worst))
    if worst.rows_failed and 0 < worst.rows_checked < rows:
        share = says.share(worst.rows_failed, worst.rows_checked)
        said += ": " + says.words("findings.of_checked", share=share, n=says.value(worst.rows_checked))
    return said


def _headers(finding: QualityFinding) -> str:
    return ", ".join(name_of(header, 40) for header in finding.columns[:3])


def _facts(
    rule: str, found: Sequence[QualityFinding], table: AuditedTable, result: AuditResult, says: Says
) -> Iterator[tuple[str, Lines]]:
    words = says.words
    if len(found) > 1:
        yield words("findings.fact.columns"), tuple(_columns(found, says))
    elif told := _told(found[0], says):
        yield words("findings.fact.detail"), (told,)
    first = tuple(_first_rows(found, table, says))
    if first:
        yield words("findings.fact.first_rows"), first
    examples = tuple(_examples(found, says))
    if examples:
        yield words("findings.fact.examples"), examples
    if (sure := _sure(found, says)) is not None:
        yield words("findings.fact.sure"), (span(sure),)
    worst = found[0]
    yield words("findings.fact.why"), (span(check_text(rule, "why", worst.why, says)),)
    yield words("findings.fact.mend"), (span(check_text(rule, "mend", worst.mend, says)),)
    yield from _files(rule, found, table, result, says)


def _columns(found: Sequence[QualityFinding], says: Says) -> Iterator[Line]:
    for item in sorted(found, key=lambda each: -each.rows_failed)[:_COLUMNS]:
        line: Line = (Span(text=_headers(item), strong=True),)
        if item.rows_failed:
            text = says.words(
                "findings.column_rows",
                n=says.value(item.rows_failed),
                share=says.share(item.rows_failed, item.rows_checked),
            )
            line = (*line, Span(text=f": {text}"))
        if told := _told(item, says):
            line = (*line, Span(text=" – "), *told)
        yield line
    if len(found) > _COLUMNS:
        yield span(says.words("findings.more_columns", n=len(found) - _COLUMNS), tone=Tone.QUIET)


def _told(item: QualityFinding, says: Says) -> Line:
    """Return what a finder says beyond the numbers: it may quote cells, so a redacted report is without."""
    told = item.remark or ("" if _PLAIN_MESSAGE.fullmatch(item.message) else item.message)
    return says.english(told) if told and not says.redacted else ()


def _first_rows(found: Sequence[QualityFinding], table: AuditedTable, says: Says) -> Iterator[Line]:
    seen: set[tuple[int, ...]] = set()
    for item in sorted(found, key=lambda each: -each.rows_failed)[:3]:
        if not item.first_rows or item.first_rows in seen or says.hides(item.rows_failed):
            continue
        seen.add(item.first_rows)
        rows = ", ".join(says.words.number(row) for row in item.first_rows[:_FIRST])
        column = _headers(item) if len(found) > 1 else ""
        text = says.words("findings.rows_of", file=file_named(table.where), items=rows)
        yield span(f"{column}: {text}" if column else text)


def _examples(found: Sequence[QualityFinding], says: Says) -> Iterator[Line]:
    several, left = len(found) > 1, _EXAMPLES
    if any(item.sensitive for item in found):
        yield span(says.words("findings.sensitive"), tone=Tone.QUIET)
    for item in sorted(found, key=lambda each: -each.rows_failed):
        if item.sensitive:
            continue
        for example in item.examples[: 2 if several else _EXAMPLES]:
            if left:
                left -= 1
                yield _example(example, item if several else None, says)


def _example(example: Example, of: QualityFinding | None, says: Says) -> Line:
    text = says.cell(example.value)
    if example.suggestion is not None:
        better = says.cell(example.suggestion) if example.suggestion else says.words("findings.empty_it")
        text = f"{text} → {better}"
    if example.rows > 1:
        text += f" ({says.words('findings.times', n=says.value(example.rows))})"
    line: Line = (Span(text=f"{_headers(of)}: " if of else ""), Span(text=text))
    if example.because and not says.redacted:
        line = (*line, Span(text=" – "), *says.english(example.because, longest=160, tone=Tone.QUIET))
    return line


def _sure(found: Sequence[QualityFinding], says: Says) -> str | None:
    failed, certain = sum(item.rows_failed for item in found), sum(item.rows_certain for item in found)
    if not failed:
        return None
    if certain >= failed:
        return says.words("findings.sure_all")
    return (
        says.words("findings.sure_some", share=says.share(certain, failed))
        if certain
        else says.words("findings.likely")
    )


def _files(
    rule: str, found: Sequence[QualityFinding], table: AuditedTable, result: AuditResult, says: Says
) -> Iterator[tuple[str, Lines]]:
    """Yield which files of the folder have the rest."""
    lines: list[Line] = []
    if (issues := file_of(result, "issues")) is not None and any(item.first_rows for item in found):
        lines.append(span(says.words("findings.in_issues", file=issues.name, rule=rule, table=name_of(table.name))))
    positions = {
        item.positions[0] for item in found if item.positions and any(e.suggestion is not None for e in item.examples)
    }
    starts = tuple(f"fixes/{table.name}/{position:02d}-" for position in sorted(positions))
    fixes = (
        [item.name for item in result.files if item.what == "fix" and item.name.startswith(starts)] if starts else []
    )
    lines += [span(says.words("findings.in_fixes", file=name)) for name in fixes[:_FILES]]
    if lines:
        yield says.words("findings.fact.rest"), tuple(lines)
