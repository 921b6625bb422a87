"""Figures that marks are given for: of the tables, and how they are put together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from segaudit.model.audit import AuditedTable
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules
from segaudit.model.quality import Dimension, QualityFinding, Severity
from segaudit.model.workspace import BY_DOMAIN
from segaudit.report.audit.entities import holds_entities

# Of rows that are only suspected, about half are wrong: findings call a row certain from a confidence of 0.9 on.
_SUSPECTED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number marks are given for."""

    value: float | None  # 0-1, the more the better; None: it cannot be told
    counts: Mapping[str, int] = field(default_factory=dict)  # what it rests on


FigureOf: TypeAlias = Callable[[Measured, AuditRules], Figure]


def weighted(values: Iterable[tuple[float | None, float]]) -> float | None:
    """Return the mean of values with weights, those that cannot be told left out; None if nothing is left."""
    known = [(value, weight) for value, weight in values if value is not None and weight > 0]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None


def core_filled(measured: Measured, rules: AuditRules) -> Figure:
    """Return how well the fields that matter are filled, against the share from which a field is called good."""
    found, fields = [], 0
    for table in _with_rows(measured):
        shares = usable_of_core(table, measured, rules)
        fields += len(shares)
        reached = [min(1.0, share / rules.good_from) if rules.good_from else 1.0 for share in shares.values()]
        found.append((sum(reached) / len(reached) if reached else None, rules.weight_of(table.kind)))
    return Figure(value=weighted(found), counts={"fields": fields})


def usable_of_core(table: AuditedTable, measured: Measured, rules: AuditRules) -> dict[str, float]:
    """Return the share of rows with a readable value, for each field that matters in a table; 0 where no column is."""
    wanted = list(rules.expected.get(table.kind, ()))
    if table.kind == "contacts" and not measured.of_kind("companies"):
        wanted += rules.expected.get("companies", ())
    shares = dict.fromkeys(wanted, 0.0)
    for column in table.coverage.columns:
        if column.field is not None and (column.core or column.field in shares):
            shares[column.field] = max(shares.get(column.field, 0.0), column.share_usable)
    return shares


def not_redundant(measured: Measured, rules: AuditRules) -> Figure:
    """Return the share of rows that are not there a second time."""
    found, rows = [], 0
    for table in _with_rows(measured):
        if table.identity is not None and holds_entities(table, measured.segments):
            rows += table.identity.redundant
            found.append((1 - table.identity.redundant / table.source.rows, rules.weight_of(table.kind)))
    return Figure(value=weighted(found), counts={"rows": rows})


def joined(measured: Measured, _: AuditRules) -> Figure:
    """Return, of rows that point to another table, the share that finds it; a table nothing joins finds none."""
    rows = lost = 0
    shares: list[float] = []
    for item in measured.workspace.joins:
        pointing = item.counts.rows - item.counts.blank
        if item.join.by == BY_DOMAIN or pointing <= 0:
            continue
        rows += pointing
        lost += item.counts.orphans
        shares.append(1 - min(item.counts.orphans, pointing) / pointing)
    alone = [item for item in measured.workspace.findings if item.rule == "workspace.unjoined"]
    shares += [0.0] * len(alone)
    value = sum(shares) / len(shares) if shares else None
    return Figure(value=value, counts={"rows": rows, "lost": lost, "alone": len(alone)})


def keys_sound(measured: Measured, _: AuditRules) -> Figure:
    """Return the share of rows whose key is there and theirs alone; 0 for a table that should have one and has none."""
    shares: list[float] = []
    bad = 0
    for counts in measured.workspace.keys.values():
        if counts.rows:
            wrong = min(counts.rows, counts.blank + counts.clashing_rows + counts.repeated_rows)
            bad += wrong
            shares.append(1 - wrong / counts.rows)
    without = sum(item.rule == "workspace.no-key" for item in measured.workspace.findings)
    shares += [0.0] * without
    return Figure(value=sum(shares) / len(shares) if shares else None, counts={"rows": bad, "without": without})


def fresh(measured: Measured, rules: AuditRules) -> Figure:
    """Return, of filled values with a date of their own, the share that is young enough."""
    found, stale = [], 0
    for table in _with_rows(measured):
        dated = [column for column in table.coverage.columns if column.stale is not None]
        filled = sum(column.measures.filled for column in dated)
        old = sum(column.stale or 0 for column in dated)
        stale += old
        found.append((1 - min(old, filled) / filled if filled else None, rules.weight_of(table.kind)))
    return Figure(value=weighted(found), counts={"values": stale})


def without(dimension: Dimension, *severities: Severity) -> FigureOf:
    """Return a figure: the share of records without a fault, if faults fall on records independently of each other."""

    def figure(measured: Measured, rules: AuditRules) -> Figure:
        found, faults = [], 0
        for table in _with_rows(measured):
            mine = [item for item in table.quality.findings if item.dimension is dimension]
            if not mine and not any(check.dimension is dimension for check in table.quality.checks):
                continue
            wrong = [item for item in mine if item.severity in severities and item.rows_failed]
            faults += len(wrong)
            clean = prod(1 - _affected(item, table.source.rows) for item in wrong)
            found.append((clean, rules.weight_of(table.kind)))
        return Figure(value=weighted(found), counts={"findings": faults})

    return figure


def _affected(item: QualityFinding, rows: int) -> float:
    certain = min(item.rows_certain, item.rows_failed)
    return min(1.0, (certain + _SUSPECTED * (item.rows_failed - certain)) / rows)


def _with_rows(measured: Measured) -> list[AuditedTable]:
    return [table for table in measured.tables if table.source.rows]


TABLE_FIGURES: Mapping[str, FigureOf] = {
    "core_filled": core_filled,
    "no_gap_hidden": without(Dimension.COMPLETENESS, Severity.ERROR, Severity.WARNING),
    "valid_without_errors": without(Dimension.VALIDITY, Severity.ERROR),
    "valid_without_warnings": without(Dimension.VALIDITY, Severity.WARNING),
    "not_redundant": not_redundant,
    "unique_without_errors": without(Dimension.UNIQUENESS, Severity.ERROR),
    "consistent_without_errors": without(Dimension.CONSISTENCY, Severity.ERROR),
    "consistent_without_warnings": without(Dimension.CONSISTENCY, Severity.WARNING),
    "joined": joined,
    "keys_sound": keys_sound,
    "fresh": fresh,
    "timely_without_errors": without(Dimension.TIMELINESS, Severity.ERROR),
    "timely_without_warnings": without(Dimension.TIMELINESS, Severity.WARNING),
}
