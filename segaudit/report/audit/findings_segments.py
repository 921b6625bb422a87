"""What was found on the segments: by their counts, by proof, and by the scorecard; one entry for each rule."""

import re
from collections.abc import Iterator, Sequence

from segaudit.model.audit import AuditedSegments, AuditResult
from segaudit.model.decisions import Finding as SegmentFinding
from segaudit.model.scorecard import MAIN, QUESTIONS, Answer, Mark, SegmentCard
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.audit.findings_cells import anchor_of
from segaudit.report.audit.findings_tables import rule_title
from segaudit.report.page import Finding, Line, Lines, Span, span

_LINES = 8
_FOLDERS = re.compile(r"^.*[/\\]")
# What the scorecard asks as well; it has the evidence for each segment.
_ASKED = {"segments.unmeasurable": "measurable", "segments.coverage": "enough_data"}


def segment_findings(result: AuditResult, says: Says) -> Iterator[Finding]:
    """Yield an entry for each rule that segments do not meet."""
    segments = result.segments
    if segments is None:
        return
    unmet = _unmet(segments)
    by_rule: dict[str, list[SegmentFinding]] = {}
    for item in (*segments.overlap.findings, *segments.proofs.findings):
        if _ASKED.get(item.rule) not in unmet:
            by_rule.setdefault(item.rule, []).append(item)
    for rule, found in by_rule.items():
        yield _entry(rule, found, segments, says)
    for question, cards in unmet.items():
        yield _question(question, cards, segments, says)


def _unmet(segments: AuditedSegments) -> dict[str, list[tuple[SegmentCard, Mark]]]:
    """Return the questions of the scorecard that some segment answers with no."""
    found: dict[str, list[tuple[SegmentCard, Mark]]] = {}
    for question in QUESTIONS:
        for card in segments.scorecard.cards:
            for mark in card.marks:
                if mark.question == question and mark.answer is Answer.NO:
                    found.setdefault(question, []).append((card, mark))
    return found


def _entry(rule: str, found: Sequence[SegmentFinding], segments: AuditedSegments, says: Says) -> Finding:
    words = says.words
    severity = "error" if any(item.severity == "error" for item in found) else "warning"
    lines = [(Span(text=f"{_place(item.where)}: ", strong=True), *says.english(item.message)) for item in found]
    facts: list[tuple[str, Lines]] = [(words("findings.fact.places"), _capped(lines, says))]
    if words.has(f"findings.{rule}.mend"):
        facts.append((words("findings.fact.mend"), (span(words(f"findings.{rule}.mend")),)))
    hints = list(dict.fromkeys(item.hint for item in found if item.hint))
    if hints:
        facts.append((words("findings.fact.hint"), _capped([says.english(hint) for hint in hints], says)))
    return Finding(
        id=anchor_of(rule, 0),
        severity=severity,
        severity_name=words(f"findings.severity.{severity}"),
        group=words("findings.group.segments"),
        table=name_of(segments.table) if rule.startswith("segments.") else "",
        title=rule_title(rule, says),
        message=span(words("findings.places", n=len(found))),
        facts=tuple(facts),
    )


def _question(
    question: str, cards: Sequence[tuple[SegmentCard, Mark]], segments: AuditedSegments, says: Says
) -> Finding:
    words = says.words
    severity = "error" if question in MAIN else "warning"
    lines = [(Span(text=f"{name_of(card.name)}: ", strong=True), *says.english(mark.evidence)) for card, mark in cards]
    facts: list[tuple[str, Lines]] = [
        (words("findings.fact.segments"), _capped(lines, says)),
        (words("findings.fact.mend"), (span(words(f"findings.scorecard.{question}.mend")),)),
    ]
    return Finding(
        id=anchor_of(f"scorecard.{question}", 0),
        severity=severity,
        severity_name=words(f"findings.severity.{severity}"),
        group=words("findings.group.segments"),
        table=name_of(segments.table),
        title=words(f"findings.scorecard.{question}.title"),
        message=span(words("findings.segments", n=len(cards), of=len(segments.scorecard.cards))),
        facts=tuple(facts),
    )


def _place(where: str) -> str:
    """Return where a finding is, without the folders of the machine it was found on."""
    return name_of(_FOLDERS.sub("", where))


def _capped(lines: Sequence[Line], says: Says) -> Lines:
    more = len(lines) - _LINES
    rest = (span(says.words("findings.more_places", n=more)),) if more > 0 else ()
    return (*lines[:_LINES], *rest)
