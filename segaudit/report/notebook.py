"""Results in a notebook: what the command prints, as HTML."""

from html import escape
from importlib import import_module

from segaudit.report.document import Document, Heading, Table, Text, Tone
from segaudit.report.safety import shown

# Result -> where its document is made. The renderers load when a notebook shows a result of theirs.
DOCUMENTS = {
    "AssignResult": "segments.assign_document",
    "AuditResult": "audit.terminal.result_document",
    "CoverageResult": "coverage.coverage_document",
    "DeriveResult": "deriving.derive_document",
    "DictionaryResult": "dictionary.dictionary_document",
    "DriftResult": "drift.drift_document",
    "EnrichmentResult": "enrichment.enrichment_document",
    "ExplainResult": "explaining.explain_document",
    "HistoryResult": "history.history_document",
    "IdentityResult": "identity.identity_document",
    "InitResult": "workspace.init_document",
    "LinkResult": "linking.link_document",
    "OverlapResult": "segments.overlap_document",
    "PerformanceResult": "performance.performance_document",
    "QualityResult": "quality.quality_document",
    "RulesCheck": "rules.check_document",
    "RulesDiff": "rules_diff.diff_document",
    "RulesProved": "proofs.proof_document",
    "RulesTested": "rules.tests_document",
    "ScorecardResult": "scorecard.scorecard_document",
    "SuggestionsResult": "suggesting.suggest_document",
    "TestPlan": "experiments.plan_document",
    "TestReadout": "experiments.readout_document",
    "WorkspaceResult": "workspace.workspace_document",
}
_COLOURS = {Tone.GOOD: "#1a7f37", Tone.WARN: "#9a6700", Tone.BAD: "#cf222e", Tone.QUIET: "#6e7781"}
_MOST_ROWS = 200
_LONGEST = 300  # characters of a text


def html_of(result: object) -> str:
    """Return a result as HTML.

    Raises:
        KeyError: There is no document for what it is.
    """
    module, _, name = DOCUMENTS[type(result).__name__].rpartition(".")
    return render_document_html(getattr(import_module(f"segaudit.report.{module}"), name)(result))


def render_document_html(document: Document) -> str:
    """Return a document as a piece of HTML that takes its looks from the notebook around it."""
    return "<div>" + "".join(_block(block) for block in document.blocks) + "</div>"


def _block(block: Heading | Text | Table) -> str:
    match block:
        case Heading():
            return f"<h4>{_text(block.text)}</h4>"
        case Text():
            return f"<p{_style(block.tone)}>{_text(block.text)}</p>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    sides = ["right" if column.numeric else "left" for column in table.columns]
    head = "".join(
        f'<th style="text-align:{side}">{_text(column.title)}</th>'
        for column, side in zip(table.columns, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}{_colour(cell.tone)}">{_text(cell.text)}</td>'
            for cell, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for row in table.rows[:_MOST_ROWS]
    )
    left = len(table.rows) - _MOST_ROWS
    more = f"<p>and {left:,} rows more</p>" if left > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _style(tone: Tone) -> str:
    return f' style="{_colour(tone).removeprefix(";")}"' if tone in _COLOURS else ""


def _colour(tone: Tone) -> str:
    return f";color:{_COLOURS[tone]}" if tone in _COLOURS else ""


def _text(text: str) -> str:
    return escape(shown(text, longest=_LONGEST))
