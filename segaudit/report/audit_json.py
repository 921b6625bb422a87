"""The whole audit as JSON: what the single commands say of its parts, and what it comes to (docs/audit.schema.json)."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import Any

from segaudit.model.audit import (
    Action,
    AuditedSegments,
    AuditedTable,
    AuditResult,
    Comparison,
    EntitySample,
    PillarScore,
)
from segaudit.report.audit_redacted import redact
from segaudit.report.coverage import coverage_json
from segaudit.report.drift import drift_json
from segaudit.report.enrichment import enrichment_json
from segaudit.report.history import history_json
from segaudit.report.identity import identity_json
from segaudit.report.performance import performance_json
from segaudit.report.proofs import proof_json
from segaudit.report.quality import quality_json
from segaudit.report.scorecard import scorecard_json
from segaudit.report.segments import overlap_json, rules_json
from segaudit.report.workspace import workspace_json

SCHEMA_VERSION = "1"


def audit_json(result: AuditResult) -> dict[str, Any]:
    """Return an audit as JSON-ready values.

    Each part is what its command says with ``--format json``, so the numbers are the same. Cells are shown where that
    command shows them unasked; of a redacted audit none is, and groups of a few are not numbered.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": "audit",
        "segaudit": result.version,
        "as_of": result.as_of.isoformat(),
        "redacted": result.redacted,
        "client": result.branding.client or None,
        "agency": result.branding.agency or None,
        "rules": rules_json(result.rules),
        "tables": [_table(table) for table in result.tables],
        "workspace": workspace_json(result.workspace),
        "segments": _segments(result.segments) if result.segments is not None else None,
        "not_assessed": [asdict(item) for item in result.not_assessed],
        "scores": {
            "total": _mark(result.scored.total),
            "before": _mark(result.scored.before),
            "pillars": [_pillar(item) for item in result.scored.pillars],
        },
        "headlines": [
            {"id": item.id, "tone": item.tone, "to": item.to, "values": dict(item.values)} for item in result.headlines
        ],
        "actions": [_action(item) for item in result.actions],
        "comparison": _comparison(result.comparison) if result.comparison is not None else None,
        "files": [asdict(item) for item in result.files],
    }
    plain = _plain(document)
    shown = redact(plain) if result.redacted else plain
    return dict(shown)


def _table(table: AuditedTable) -> dict[str, Any]:
    missing = table.missing
    return {
        "name": table.name,
        "where": table.where,
        "kind": table.kind,
        "rows": table.source.rows,
        "coverage": coverage_json(table.coverage),
        "quality": quality_json(table.quality),
        "missing": {
            "columns": list(missing.headers),
            "patterns": [{"filled": list(item.filled), "rows": item.rows} for item in missing.patterns],
            "rest": missing.rest,
        },
        "identity": identity_json(table.identity) if table.identity is not None else None,
        "samples": [_sample(item) for item in table.samples],
    }


def _sample(sample: EntitySample) -> dict[str, Any]:
    """Return an example by its rows; their cells stay where they are."""
    return {
        "entity_id": sample.entity_id,
        "probability": round(sample.probability, 4),
        "rows": [row for row, _ in sample.rows],
        "links": [
            {"row_l": link.row_l, "row_r": link.row_r, "probability": round(link.probability, 4)}
            for link in sample.links
        ],
    }


def _segments(found: AuditedSegments) -> dict[str, Any]:
    return {
        "table": found.table,
        "overlap": overlap_json(found.overlap),
        "proofs": proof_json(found.proofs),
        "scorecard": scorecard_json(found.scorecard),
        "enrichment": enrichment_json(found.enrichment),
        "performance": performance_json(found.performance) if found.performance is not None else None,
        "drift": drift_json(found.drift) if found.drift is not None else None,
        "history": history_json(found.history) if found.history is not None else None,
    }


def _mark(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


def _pillar(item: PillarScore) -> dict[str, Any]:
    return {
        "pillar": item.pillar.value,
        "score": _mark(item.score),
        "before": _mark(item.before),
        "weight": item.weight,
        "parts": [
            {"figure": figure, "score": round(score, 1), "weight": round(weight, 4)}
            for figure, score, weight in item.parts
        ],
        "evidence": {name: round(value, 6) for name, value in item.evidence.items()},
    }


def _action(item: Action) -> dict[str, Any]:
    return {
        "id": item.id,
        "table": item.table or None,
        "where": item.where or None,
        "impact": round(item.impact, 4),
        "effort": item.effort,
        "rows": item.rows,
        "horizon": item.horizon.value,
        "quick": item.quick,
        "rests_on": list(item.rests_on),
        "file": item.file or None,
        "values": dict(item.values),
    }


def _comparison(item: Comparison) -> dict[str, Any]:
    return {
        "folder": item.folder,
        "as_of": item.as_of.isoformat(),
        "rules_changed": item.rules_changed,
        "changes": [asdict(change) for change in item.changes],
        "gone": list(item.gone),
        "new": list(item.new),
        "not_compared": [{"why": why, "what": what} for why, what in item.not_compared],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a document can hold anything
    """Return values as JSON has them: no tuples, days or words of a list; a number that is none becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
