"""All findings as one list: of the cells, of how tables hang together, and of the segments; worst first."""

from collections import Counter
from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditResult
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.audit.findings_cells import cell_findings
from segaudit.report.audit.findings_segments import segment_findings
from segaudit.report.audit.findings_spellings import spelling_charts
from segaudit.report.audit.findings_tables import table_findings
from segaudit.report.document import Tone
from segaudit.report.page import Block, Figures, Finding, Findings, Fold, Grid, Section, cell
from segaudit.report.words import Words

_MOST = 150
_NOT_RUN = 80
_RANK = {"error": 0, "warning": 1, "note": 2}


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what was found."""
    says = Says.of(result, words)
    found = sorted(
        (*cell_findings(result, says), *table_findings(result, says), *segment_findings(result, says)),
        key=lambda item: (_RANK[item.severity], -(item.rows or 0), item.id),
    )
    blocks: list[Block] = [_figures(found, words)]
    if found:
        blocks.append(says.para("findings.lead"))
        if says.redacted:
            blocks.append(says.para("findings.redacted", Tone.QUIET))
    else:
        blocks.append(says.para("findings.none", Tone.GOOD, n=_checks(result)))
    blocks += spelling_charts(result, says)
    if found:
        blocks.append(Findings(title=words("findings.all"), items=tuple(found[:_MOST])))
    if len(found) > _MOST:
        blocks.append(says.para("findings.more", Tone.QUIET, n=len(found) - _MOST))
    blocks += _not_run(result, says)
    return Section(title=words("findings.title"), anchor="findings", level=2, blocks=tuple(blocks))


def _checks(result: AuditResult) -> int:
    return len({check.id for table in result.tables for check in table.quality.checks})


def _figures(found: Sequence[Finding], words: Words) -> Figures:
    counts = Counter(item.severity for item in found)
    return Figures(
        items=tuple(
            (words.number(counts[severity]), words(f"findings.figure.{severity}", n=counts[severity]))
            for severity in _RANK
        )
    )


def _not_run(result: AuditResult, says: Says) -> Iterator[Block]:
    """Yield which checks could not be run, and for want of what."""
    words = says.words
    told = [(table.name, check, reason) for table in result.tables for check, reason in table.quality.not_run]
    by_check: dict[tuple[str, str], list[str]] = {}
    for name, check, reason in told:
        by_check.setdefault((check, reason), []).append(name_of(name, 30))
    if not by_check:
        return
    grid = Grid(
        title=words("findings.not_run"),
        columns=(words("findings.check"), words("findings.reason"), words("findings.table")),
        rows=tuple(
            (
                cell(words(f"check.{check}.title") if words.has(f"check.{check}.title") else check),
                (says.english(reason),),
                cell(says.listed(names, 4)),
            )
            for (check, reason), names in list(by_check.items())[:_NOT_RUN]
        ),
    )
    yield Fold(title=words("findings.not_run"), blocks=(says.para("findings.not_run_note"), grid))
