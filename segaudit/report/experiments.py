"""Tests on paper: what they need, and what they came to."""

from dataclasses import asdict
from typing import Any

from segaudit.model.experiments import TestPlan, TestReadout
from segaudit.model.performance import Comparison, Estimate, Standing
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line

_CORRECTIONS = {"holm": "Holm", "bh": "Benjamini-Hochberg"}
_TONES = {Standing.BETTER: Tone.GOOD, Standing.WORSE: Tone.BAD, Standing.EQUIVALENT: Tone.PLAIN}


def plan_document(plan: TestPlan) -> Document:
    """Return what a test needs, as people read it; the first table has the arms."""
    name = f" {shown(plan.name)}" if plan.name else ""
    changed = plan.baseline * (1 + plan.relative)
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Test{name}: {plan.needed:,} records in all"),
        Text(
            text=f"To show {plan.baseline:.2%} becoming {changed:.2%} ({plan.relative:+.0%} of it) with a chance of "
            f"{plan.power:.0%}, and to see it by chance in {plan.alpha:.0%} of tests that change nothing (two-sided)."
        ),
    ]
    if plan.source is not None:
        of = f"segment {plan.segment} of " if plan.segment else ""
        blocks.append(Text(text=f"{of}{shown(plan.source.name, longest=200)}: {source_line(plan.source)}"))
        blocks += reading_texts(plan.source)
    blocks.append(_arm_table(plan))
    blocks += [Text(text=text) for text in _plan_texts(plan)]
    blocks += [Text(text=f"Note: {note}", tone=Tone.WARN) for note in plan.notes]
    return Document(blocks=tuple(blocks))


def _arm_table(plan: TestPlan) -> Table:
    known = plan.available is not None
    columns = (
        Column(title="Arm"),
        Column(title="Share", numeric=True),
        Column(title="Records needed", numeric=True),
        *([Column(title="Records there", numeric=True)] if known else []),
    )
    rows = tuple(
        cells(
            [
                f"{arm.name} (compared with)" if arm.is_reference else arm.name,
                f"{arm.share:.1%}",
                f"{arm.needed:,}",
                *([_enough(arm.records or 0, arm.needed)] if known else []),
            ]
        )
        for arm in plan.arms
    )
    return Table(columns=columns, rows=rows)


def _enough(records: int, needed: int) -> Cell:
    return Cell(f"{records:,}", Tone.GOOD if records >= needed else Tone.WARN)


def _plan_texts(plan: TestPlan) -> list[str]:
    texts = []
    if plan.weeks is not None:
        weeks = "1 week" if plan.weeks == 1 else f"{plan.weeks:,} weeks"
        texts.append(f"At {plan.per_week:,} a week it takes {weeks}. Read it then, once, and not before.")
    if plan.available is not None:
        texts.append(
            f"With the {plan.available:,} records there are, the smallest change it can show is {_smallest(plan)}."
        )
    if plan.output:
        texts.append(
            f"Wrote who is in which arm to {shown(plan.output, longest=200)}, drawn by the hash of "
            f"{shown(plan.hashed_by)} with the name {shown(plan.name)}: the same records and the same name always give "
            "the same arms."
        )
    return texts


def _smallest(plan: TestPlan) -> str:
    return "none at all" if plan.smallest_relative is None else f"{plan.smallest_relative:+.0%} of the baseline"


def plan_json(plan: TestPlan) -> dict[str, Any]:
    """Return what a test needs, as JSON-ready values."""
    told = {key: value for key, value in asdict(plan).items() if key not in {"source", "arms"}}
    arms = [{**asdict(arm), "share": round(arm.share, 6)} for arm in plan.arms]
    source = source_json(plan.source) if plan.source else None
    return {"schema_version": "1", "command": "test plan", "source": source, "arms": arms, **told}


def readout_document(readout: TestReadout) -> Document:
    """Return what a test came to, as people read it; the first table has the arms."""
    name = f" {shown(readout.name)}" if readout.name else ""
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Test{name}: {shown(readout.outcome)} by arm"),
        Text(text=f"{shown(readout.source.name, longest=200)}: {source_line(readout.source)}"),
        *reading_texts(readout.source),
    ]
    blocks += [Text(text=f"No uplift can be claimed: {reason}.", tone=Tone.BAD) for reason in readout.refusals]
    blocks.append(_readout_table(readout))
    if readout.comparisons:
        blocks.append(_comparison_table(readout))
    if readout.mismatch_p is not None:
        blocks.append(Text(text=f"Sample ratio: chi-square p = {readout.mismatch_p:.2g}, suspicious below 0.001."))
    if readout.random:
        blocks.append(Text(text="The arms are those of the hash: they differ by chance and by what was done to them."))
    blocks += [Text(text=f"Warning: {warning}.", tone=Tone.WARN) for warning in readout.warnings]
    return Document(blocks=tuple(blocks))


def _readout_table(readout: TestReadout) -> Table:
    columns = (
        Column(title="Arm"),
        Column(title="Drawn", numeric=True),
        Column(title="Assigned", numeric=True),
        Column(title="Measured", numeric=True),
        Column(title="Hits", numeric=True),
        Column(title=readout.outcome if len(readout.outcome) < 20 else "Outcome", numeric=True),  # noqa: PLR2004
        Column(title="95% interval", numeric=True),
    )
    rows = []
    for arm, estimate in zip(readout.arms, readout.estimates, strict=True):
        rows.append(
            cells(
                [
                    shown(arm.name),
                    "?" if arm.expected_share is None else f"{arm.expected_share:.1%}",
                    f"{arm.assigned:,}",
                    f"{arm.measured:,}",
                    "" if estimate.hits is None else f"{estimate.hits:,}",
                    _figure(estimate.value, readout),
                    _interval(estimate, readout),
                ]
            )
        )
    return Table(columns=columns, rows=tuple(rows))


def _figure(value: float | None, readout: TestReadout) -> str:
    if value is None:
        return "-"
    return f"{value:.2%}" if readout.kind == "rate" else f"{value:,.2f}"


def _interval(estimate: Estimate, readout: TestReadout) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{_figure(estimate.low, readout)} to {_figure(estimate.high, readout)}"


def _comparison_table(readout: TestReadout) -> Table:
    columns = (
        Column(title="Arm"),
        Column(title="against"),
        Column(title="Verdict"),
        Column(title="Difference", numeric=True),
        Column(title="95% interval", numeric=True),
        Column(title="Why", optional=True),
    )
    rows = tuple(
        cells(
            [
                shown(item.segment),
                shown(item.against),
                Cell(item.standing.value, _TONES.get(item.standing, Tone.QUIET)),
                _difference(item.difference, readout),
                _between(item, readout),
                item.reason,
            ]
        )
        for item in readout.comparisons
    )
    return Table(columns=columns, rows=rows)


def _difference(value: float | None, readout: TestReadout) -> str:
    if value is None or readout.refusals:
        return ""
    return f"{100 * value:+.2f} points" if readout.kind == "rate" else f"{value:+,.2f}"


def _between(item: Comparison, readout: TestReadout) -> str:
    if item.low is None or item.high is None or readout.refusals:
        return ""
    return f"{_difference(item.low, readout)} to {_difference(item.high, readout)}"


def readout_json(readout: TestReadout) -> dict[str, Any]:
    """Return what a test came to, as JSON-ready values."""
    told = {key: value for key, value in asdict(readout).items() if key not in {"source", "correction"}}
    return {
        "schema_version": "1",
        "command": "test read",
        "source": source_json(readout.source),
        "correction": _CORRECTIONS[readout.correction],
        **told,
    }
