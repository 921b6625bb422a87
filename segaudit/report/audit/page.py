"""An audit as one page: its sections in the order a client reads them."""

from collections.abc import Callable, Sequence

from segaudit.model.audit import AuditResult
from segaudit.report.audit import (
    comparison,
    coverage,
    dictionary,
    drift,
    duplicates,
    enrichment,
    findings,
    method,
    performance,
    plan,
    scorecard,
    segment_scores,
    segments,
    summary,
    tables,
)
from segaudit.report.page import Brand, Line, Page, Section, span
from segaudit.report.words import Words

Builder = Callable[[AuditResult, Words], Section | None]

_SECTIONS: tuple[Builder, ...] = (
    summary.section,
    scorecard.section,
    plan.section,
    comparison.section,
    tables.section,
    coverage.section,
    findings.section,
    duplicates.section,
    segments.section,
    segment_scores.section,
    performance.section,
    drift.section,
    enrichment.section,
    dictionary.section,
    method.section,
)


def audit_page(result: AuditResult, words: Words, *, logo: str = "") -> Page:
    """Return an audit as a page.

    Args:
        result: What was found.
        words: The texts, in the language of the reader.
        logo: The agency's, as a data address; empty: none.
    """
    brand = Brand(
        agency=result.branding.agency, client=result.branding.client, logo=logo, colour=result.branding.colour
    )
    client = result.branding.client
    return Page(
        title=words("audit.title_of", client=client) if client else words("audit.title"),
        about=tuple(_about(result, words)),
        blocks=tuple(section for build in _SECTIONS if (section := build(result, words)) is not None),
        language=words.language,
        brand=brand,
    )


def _about(result: AuditResult, words: Words) -> Sequence[Line]:
    rows = sum(table.source.rows for table in result.tables)
    records, tables = words("audit.records", n=rows), words("audit.tables", n=len(result.tables))
    lines = [span(words("audit.about", day=words.day(result.as_of), tables=tables, records=records))]
    if result.branding.agency:
        lines.append(span(words("audit.by", agency=result.branding.agency)))
    if result.redacted:
        lines.append(span(words("audit.redacted")))
    return lines
