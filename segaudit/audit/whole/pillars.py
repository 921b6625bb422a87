"""Marks for what was measured: by pillar, and over all."""

from segaudit.audit.whole.figures import TABLE_FIGURES, Figure, weighted
from segaudit.audit.whole.figures_segments import SEGMENT_FIGURES
from segaudit.model.audit import PillarScore, Scored
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules, PillarRule

ALL_FIGURES = {**TABLE_FIGURES, **SEGMENT_FIGURES}


def judge_pillars(measured: Measured, rules: AuditRules) -> Scored:
    """Return the marks, 0-100. A part or pillar that cannot be told is left out, and the others count for more.

    No mark rises when data becomes worse: every figure is a share of what is good, and counts in proportion.
    """
    figures = {part.figure for pillar in rules.pillars for part in pillar.parts}
    values = {name: ALL_FIGURES[name](measured, rules) for name in figures}
    rows = any(table.source.rows for table in measured.tables)
    if not rows:  # of no data nothing is good or bad; the rules of segments can be judged by themselves
        values |= {name: Figure(value=None) for name in TABLE_FIGURES}
    pillars = tuple(_score(rule, values) for rule in rules.pillars)
    total = weighted((item.score, item.weight) for item in pillars) if rows else None
    return Scored(total=total, pillars=pillars)


def _score(rule: PillarRule, values: dict[str, Figure]) -> PillarScore:
    known = [(part, value) for part in rule.parts if (value := values[part.figure].value) is not None and part.weight]
    whole = sum(part.weight for part, _ in known)
    parts = tuple((part.figure, part.score(value), part.weight / whole) for part, value in known)
    evidence: dict[str, float] = {}
    for part in rule.parts:
        figure = values[part.figure]
        if figure.value is not None:
            evidence[part.figure] = float(figure.value)
        # What was counted says why a figure could not be told, too.
        evidence |= {f"{part.figure}.{name}": count for name, count in figure.counts.items()}
    return PillarScore(
        pillar=rule.pillar,
        score=weighted((score, weight) for _, score, weight in parts),
        weight=rule.weight,
        parts=parts,
        evidence=evidence,
    )
