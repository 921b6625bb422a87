"""A segmentation held against its governance: a judge for each question, over what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from segaudit.model.decisions import Finding, Hours, SchemaCounts, SegmentPower
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints.words import LintWords
from segaudit.segments.governance.alike import judge_alike, judge_outcomes
from segaudit.segments.governance.division import judge_coverage, judge_gaps, judge_leakage, judge_overlaps
from segaudit.segments.governance.numbers import judge_hours, judge_number
from segaudit.segments.governance.sizes import judge_evenness, judge_powers, judge_sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What else is known of a segmentation, beside its counts."""

    hours: Hours | None = None
    powers: tuple[SegmentPower, ...] = ()
    least_effective: float = 0.0  # effective number of segments by their number, below which it is told
    words: LintWords | None = None  # what likeness goes by; None: nobody asks what is alike
    day: date | None = None
    same_outcomes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)  # schema -> pairs


def judge_segments(
    rules: RuleBook,
    counts: tuple[SchemaCounts, ...],
    rows: int,
    coverage: Mapping[str, float],
    weighed: Weighed | None = None,
) -> tuple[Finding, ...]:
    """Return what a person should decide about, schema by schema, and then what holds for all.

    Args:
        rules: The segmentation and its governance.
        counts: What was measured, in the rules' order.
        rows: Records in the source.
        coverage: Share of records in which fields with a wanted coverage are filled.
        weighed: What else is known.
    """
    weighed = weighed or Weighed()
    findings: list[Finding] = []
    for schema, counted in zip(rules.schemas, counts, strict=True):
        findings += judge_number(schema, rules.governance)
        if not rows:
            continue
        findings += judge_overlaps(schema, counted)
        sizes = list(judge_sizes(schema, counted, rows, rules.governance))
        findings += sizes
        if not any(item.rule == "segments.broad" for item in sizes):  # it says the same of one segment
            findings += judge_evenness(counted, weighed.least_effective)
        findings += judge_powers(schema, weighed.powers)
        findings += judge_gaps(schema, counted, rows)
        findings += judge_coverage(schema, counted, rules, coverage)
        findings += judge_leakage(schema, counted)
    findings += judge_hours(weighed.hours)
    if weighed.words is not None and weighed.day is not None:
        findings += judge_alike(rules, weighed.words, weighed.day)
    findings += judge_outcomes(weighed.same_outcomes)
    return tuple(findings)
