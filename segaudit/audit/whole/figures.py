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


def weights(measured: Measured, rules: AuditRules) -> Mapping[str, float]:
    """Return how much each table counts: what its kind counts, shared out among tables of a kind by their rows."""
    tables = _with_rows(measured)
    rows = {kind: sum(table.source.rows for table in measured.of_kind(kind)) for kind in {item.kind for item in tables}}
    return {table.name: rules.weight_of(table.kind) * table.source.rows / rows[table.kind] for table in tables}


def core_filled(measured: Measured, rules: AuditRules) -> Figure:
    """Return how well the fields that matter are filled, against the share from which a field is called good."""
    counts, found, fields = weights(measured, rules), [], 0
    for table in _with_rows(measured):
        shares = usable_of_core(table, measured, rules)
        fields += len(shares)
        reached = [min(1.0, share / rules.good_from) if rules.good_from else 1.0 for share in shares.values()]
        found.append((sum(reached) / len(reached) if reached else None, counts[table.name]))
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
    counts, found, rows = weights(measured, rules), [], 0
    for table in _with_rows(measured):
        if table.identity is not None and holds_entities(table, measured.segments):
            rows += table.identity.redundant
            found.append((1 - table.identity.redundant / table.source.rows, counts[table.name]))
    return Figure(value=weighted(found), counts={"rows": rows})


def joined(measured: Measured, rules: AuditRules) -> Figure:
    """Return, of rows that point to another table, the share that finds it; a table nothing joins finds none."""
    counts, rows, lost = weights(measured, rules), 0, 0
    found: list[tuple[float | None, float]] = []
    for item in measured.workspace.joins:
        pointing = item.counts.rows - item.counts.blank
        if item.join.by == BY_DOMAIN or pointing <= 0:
            continue
        rows += pointing
        lost += item.counts.orphans
        share = 1 - min(item.counts.orphans, pointing) / pointing
        found.append((share, counts.get(item.join.child, 0.0)))
    alone = [item for item in measured.workspace.findings if item.rule == "workspace.unjoined"]
    found += [(0.0, counts.get(item.table, 0.0)) for item in alone]
    return Figure(value=weighted(found), counts={"rows": rows, "lost": lost, "alone": len(alone)})


def keys_sound(measured: Measured, rules: AuditRules) -> Figure:
    """Return the share of rows whose key is there and theirs alone; 0 for a table that should have one and has none."""
    counts, bad = weights(measured, rules), 0
    found: list[tuple[float | None, float]] = []
    for name, keys in measured.workspace.keys.items():
        if keys.rows:
            wrong = min(keys.rows, keys.blank + keys.clashing_rows + keys.repeated_rows)
            bad += wrong
            found.append((1 - wrong / keys.rows, counts.get(name, 0.0)))
    without = [item.table for item in measured.workspace.findings if item.rule == "workspace.no-key"]
    found += [(0.0, counts.get(name, 0.0)) for name in without]
    return Figure(value=weighted(found), counts={"rows": bad, "without": len(without)})


def fresh(measured: Measured, rules: AuditRules) -> Figure:
    """Return, of filled values with a date of their own, the share that is young enough."""
    counts, found, stale = weights(measured, rules), [], 0
    for table in _with_rows(measured):
        dated = [column for column in table.coverage.columns if column.stale is not None]
        filled = sum(column.measures.filled for column in dated)
        old = sum(column.stale or 0 for column in dated)
        stale += old
        found.append((1 - min(old, filled) / filled if filled else None, counts[table.name]))
    return Figure(value=weighted(found), counts={"values": stale})


def without(dimension: Dimension, *severities: Severity) -> FigureOf:
    """Return a figure: the share of records without a fault, if faults fall on records independently of each other."""

    def figure(measured: Measured, rules: AuditRules) -> Figure:
        counts, found, faults = weights(measured, rules), [], 0
        for table in _with_rows(measured):
            mine = [item for item in table.quality.findings if item.dimension is dimension]
            if not mine and not any(check.dimension is dimension for check in table.quality.checks):
                continue
            wrong = [item for item in mine if item.severity in severities and item.rows_failed]
            faults += len(wrong)
            clean = prod(1 - _affected(item, table.source.rows) for item in wrong)
            found.append((clean, counts[table.name]))
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
