"""Counts of issues -> findings, worst first. Nothing is measured here."""

from collections.abc import Mapping, Sequence
from typing import Any

from segaudit.model.coverage import ColumnMeasures
from segaudit.model.fields import NUMERIC_TYPES, CatalogueField, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Example, QualityFinding, Severity
from segaudit.quality.issues import IssueCount

_PLAIN_TYPES = frozenset({FieldType.ENUM, FieldType.BOOL, FieldType.DATE, *NUMERIC_TYPES})
# Fields of companies and places: what stands there names no person.
_PLAIN_FIELDS = frozenset(
    "country state region city company parent_company website company_domain job_title department product technologies "
    "tags lead_source campaign deal_name postal_code".split()
)
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_NEVER_SHOWN = "sensitive"  # the finder whose cells are reported by place only


def judge_issues(  # noqa: PLR0913 - all that was measured
    checks: Sequence[Check],
    counts: Sequence[IssueCount],
    remarks: Sequence[tuple[int, ColumnRemark]],
    *,
    checked: Mapping[int, int],
    coverage: Mapping[int, ColumnMeasures],
    readings: Sequence[ColumnReading],
    catalogue: Mapping[str, CatalogueField],
) -> tuple[QualityFinding, ...]:
    """Return the findings.

    Args:
        checks: All that were run.
        counts: Issues by check and column.
        remarks: What finders said of whole columns, with the place of their check.
        checked: Rows of which it can be told, by the place of a check of the row contract.
        coverage: Counts of each column, by position.
        readings: How the columns are read, in order.
        catalogue: Which fields are sensitive.
    """
    headers = [reading.column.header for reading in readings]
    plain = {
        reading.column.position
        for reading in readings
        if reading.type in _PLAIN_TYPES or reading.column.field in _PLAIN_FIELDS
    }
    sensitive = {
        reading.column.position
        for reading in readings
        if (field := reading.column.field) is not None and field in catalogue and catalogue[field].sensitive
    }
    found = []
    said: dict[tuple[int, int], list[str]] = {}
    issues = {(count.check, count.position) for count in counts}
    for place, remark in remarks:
        if len(remark.positions) == 1:
            said.setdefault((place, remark.positions[0]), []).append(remark.message)
    told_together = {place for place, remark in remarks if remark.stands_for_cells}
    for count in counts:
        if count.check in told_together:
            continue
        check, measures = checks[count.check], coverage[count.position]
        in_sensitive = count.position in sensitive
        rows_checked = checked.get(count.check, max(measures.filled, count.rows))
        found.append(
            _finding(
                check,
                (count.position,),
                headers,
                message=_message(count, rows_checked),
                rows=(rows_checked, count.rows, count.rows_certain),
                first_rows=count.first_rows,
                examples=tuple(
                    _example(example, hidden=in_sensitive and check.finder != _NEVER_SHOWN)
                    for example in count.examples
                ),
                remark="; ".join(said.get((count.check, count.position), ())),
                plain=count.position in plain,
                hidden=in_sensitive or check.finder == _NEVER_SHOWN,
            )
        )
    for place, remark in remarks:
        if len(remark.positions) == 1 and (place, remark.positions[0]) in issues:
            continue  # said with the issues of that column
        found.append(
            _finding(
                checks[place],
                remark.positions,
                headers,
                message=remark.message,
                rows=(remark.rows_checked, remark.rows, _certain(remark)),
                first_rows=remark.first_rows,
                of_search=remark.of_search,
            )
        )
    return tuple(sorted(found, key=lambda f: (_RANK[f.severity], -f.rows_failed, f.rule, f.positions)))


def _certain(remark: ColumnRemark) -> int:
    if remark.rows_certain is not None:
        return remark.rows_certain
    return remark.rows if remark.confidence >= 1 else 0


def _example(example: Mapping[str, Any], *, hidden: bool) -> Example:
    """Return an example; what speaks for it quotes cells, which a sensitive column never shows."""
    return Example(**{**example, "because": ""} if hidden else example)


def _message(count: IssueCount, rows_checked: int) -> str:
    told = f"{count.rows:,} of {rows_checked:,} rows"
    fixes = sum(example["suggestion"] is not None for example in count.examples)
    return f"{told}, with suggestions" if fixes else told


def _finding(  # noqa: PLR0913 - a finding has that many parts
    check: Check,
    positions: tuple[int, ...],
    headers: Sequence[str],
    *,
    message: str,
    rows: tuple[int, int, int],
    first_rows: tuple[int, ...] = (),
    examples: tuple[Example, ...] = (),
    remark: str = "",
    hidden: bool = False,
    plain: bool = False,
    of_search: bool = False,
) -> QualityFinding:
    rows_checked, rows_failed, rows_certain = rows
    return QualityFinding(
        rule=f"quality.{check.id}",
        dimension=check.dimension,
        severity=Severity.NOTE if of_search else check.severity,
        title=f"{check.title}: not looked for everywhere" if of_search else check.title,
        message=message,
        columns=tuple(headers[position - 1] for position in positions),
        positions=positions,
        rows_checked=rows_checked,
        rows_failed=rows_failed,
        rows_certain=rows_certain,
        first_rows=first_rows,
        examples=examples,
        why=check.why,
        mend=check.mend,
        remark=remark,
        sensitive=hidden,
        plain=plain,
        reasoned=bool(check.settings.get("reasoned")),
    )
