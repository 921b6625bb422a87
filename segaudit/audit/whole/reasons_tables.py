"""Reasons to do something that lie in the tables."""

from collections.abc import Iterator, Mapping

from segaudit.audit.whole.reasons import Look, Reason, matches, share_of, some
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import ActionRule, AuditRules
from segaudit.model.coverage import ColumnCoverage, Quality
from segaudit.model.quality import QualityFinding
from segaudit.report.audit.entities import holds_entities

_MERGED_FROM = 0.9  # share of matches that are right, from which they can be merged without a look at each


def by_findings(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield a reason for each table some of the named findings are about."""
    for table in measured.tables:
        quality = [item for item in table.quality.findings if matches(item.rule, rule.rules)]
        joins = [item for item in measured.workspace.findings if item.table == table.name]
        joins = [item for item in joins if matches(item.rule, rule.rules)]
        names = [item.columns[0] for item in quality if item.columns] + [item.column for item in joins]
        certain = bool(rule.settings.get("certain"))
        counts = [min(item.rows_certain, item.rows_failed) if certain else item.rows_failed for item in quality]
        counts += [item.rows_failed for item in joins]
        rows = max(counts, default=0)  # the same records may be named by several
        if rows:
            yield Reason(
                share=share_of(rows, table.source.rows),
                rows=rows,
                table=table.name,
                kind=table.kind,
                rests_on=tuple(dict.fromkeys([item.rule for item in quality] + [item.rule for item in joins])),
                values={"rows": rows, "cells": sum(counts), "columns": some(names)},
            )


def by_columns(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield a reason for each column some of the named findings are about."""
    for table in measured.tables:
        columns: dict[str, list[QualityFinding]] = {}
        for item in table.quality.findings:
            if matches(item.rule, rule.rules) and item.columns and item.rows_failed:
                columns.setdefault(item.columns[0], []).append(item)
        for header, findings in columns.items():
            rows = max(item.rows_failed for item in findings)  # the same cells may be named by several
            yield Reason(
                share=share_of(rows, table.source.rows),
                rows=rows,
                table=table.name,
                kind=table.kind,
                where=header,
                rests_on=tuple(dict.fromkeys(item.rule for item in findings)),
                values={"rows": rows, "column": header},
            )


def certain_fixes(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield tables with values of which it is certain what they should say."""
    return _fixes(rule, measured, certain=True)


def uncertain_fixes(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield tables with suggestions that are likely and not certain."""
    return _fixes(rule, measured, certain=False)


def _fixes(_: ActionRule, measured: Measured, *, certain: bool) -> Iterator[Reason]:
    for table in measured.tables:
        counts, rules = [], []
        for item in table.quality.findings:
            sure = min(item.rows_certain, item.rows_failed)
            count = sure if certain else item.rows_failed - sure
            if count and any(example.suggestion is not None for example in item.examples):
                counts.append(count)
                rules.append(item.rule)
        if counts:
            yield Reason(
                share=share_of(max(counts), table.source.rows),
                rows=max(counts),  # at least: the same records may have several
                table=table.name,
                kind=table.kind,
                rests_on=tuple(dict.fromkeys(rules)),
                values={"cells": sum(counts)},
            )


def duplicates(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield tables with rows more than there are people or companies.

    Settings: ``sure`` - only if nearly all matches are right (true), or if too many may be wrong (false).
    """
    for table in measured.tables:
        found = table.identity
        if found is not None and holds_entities(table, measured.segments) and found.redundant > 0:
            if rule.settings.get("sure", True) is not (found.precision.value >= _MERGED_FROM):
                continue
            yield Reason(
                share=share_of(found.in_several, table.source.rows),
                rows=found.in_several,
                table=table.name,
                kind=table.kind,
                rests_on=("identity.duplicates",),
                values={"rows": found.redundant, "records": found.in_several, "precision": found.precision.value},
            )


def doubtful_pairs(_: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield tables with pairs of which only a person can say whether they are one."""
    for table in measured.tables:
        found = table.identity
        if found is not None and holds_entities(table, measured.segments) and found.doubtful > 0:
            yield Reason(
                share=share_of(found.doubtful, table.source.rows),
                rows=min(2 * found.doubtful, table.source.rows),
                table=table.name,
                kind=table.kind,
                rests_on=("identity.doubtful",),
                values={"n": found.doubtful},
            )


def no_consent(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield tables of people with addresses and no column that says whether they may be written to."""
    wanted = _words(rule.settings, "fields")
    for table in measured.of_kind("contacts"):
        fields = {column.field: column.measures.filled for column in table.coverage.columns if column.field}
        addressed = fields.get("email", 0)
        if addressed and not any(fields.get(name) for name in wanted):
            yield Reason(
                share=share_of(addressed, table.source.rows),
                rows=addressed,
                table=table.name,
                kind=table.kind,
                values={"rows": addressed},
            )


def retire_fields(rule: ActionRule, measured: Measured, _: AuditRules) -> Iterator[Reason]:
    """Yield tables with columns that tell no record from another."""
    for table in measured.tables:
        found = [item for item in table.quality.findings if matches(item.rule, rule.rules) and item.columns]
        names = list(dict.fromkeys(item.columns[0] for item in found))
        if names:
            yield Reason(
                share=share_of(len(names), len(table.coverage.columns)),
                table=table.name,
                kind=table.kind,
                rests_on=tuple(dict.fromkeys(item.rule for item in found)),
                values={"n": len(names), "columns": some(names)},
            )


def unread_fields(rule: ActionRule, measured: Measured, __: AuditRules) -> Iterator[Reason]:
    """Yield the segmented table's poorly filled columns that providers sell and no segment reads."""
    if measured.segments is None:
        return
    table = measured.table(measured.segments.table)
    if table is None or not table.source.rows:
        return
    read = set(measured.segments.overlap.rules.fields_read())
    sold = set(_words(rule.settings, "fields")) - read
    names = [column.column for column in table.coverage.columns if column.field in sold and _is_poor(column)]
    if names:
        yield Reason(
            share=share_of(len(names), len(table.coverage.columns)),
            table=table.name,
            kind=table.kind,
            values={"n": len(names), "columns": some(names)},
        )


def _is_poor(column: ColumnCoverage) -> bool:
    return column.quality is not Quality.GOOD and not column.core


def _words(settings: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = settings.get(name)
    return tuple(str(item) for item in found) if isinstance(found, list) else ()


TABLE_LOOKS: Mapping[str, Look] = {
    "findings": by_findings,
    "columns": by_columns,
    "certain_fixes": certain_fixes,
    "uncertain_fixes": uncertain_fixes,
    "duplicates": duplicates,
    "doubtful_pairs": doubtful_pairs,
    "no_consent": no_consent,
    "retire_fields": retire_fields,
    "unread_fields": unread_fields,
}
