"""The files of an audit that people work with: issues, fixes with their undo, duplicates, segments, what to fill."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlglot import expressions as exp

from segaudit.audit.enriching import ListOutput
from segaudit.audit.identity import merge_records
from segaudit.audit.keying import find_key
from segaudit.audit.opening import OpenedInput
from segaudit.audit.preparing import Prepared
from segaudit.audit.tag_files import TagOutputs, suppression_query
from segaudit.audit.tagging import plan_tags, tag_prepared
from segaudit.engine.protocol import Engine
from segaudit.identity.survive.data import SurvivalOutputs
from segaudit.model.audit import AuditFile
from segaudit.model.enrichment import EnrichmentResult
from segaudit.model.quality import Check
from segaudit.model.survival import SurvivalResult
from segaudit.quality.data import QualityData
from segaudit.quality.fixes import ISSUE_HEADER, issue_rows, write_fixes
from segaudit.report.safety import masked
from segaudit.report.workbook.issue_rows import IssueRow
from segaudit.segments.decide import TAGS
from segaudit.segments.entities import SHARED, create_shared
from segaudit.segments.folders import segment_file
from segaudit.segments.labels import holds, named
from segaudit.segments.output import write_list
from segaudit.segments.suppression import HEADERS, create_suppressed

ISSUES = "issues.csv"
FIXES = "fixes"
SEGMENTS = "segments"
ENRICHMENT = "enrichment.csv"
SUPPRESSION = "suppression.csv"
_VALUE = ISSUE_HEADER.index("value")
_BECAUSE = ISSUE_HEADER.index("because")
_SUGGESTION = ISSUE_HEADER.index("suggestion")
_LISTED = 100  # issues of one check in one column that the workbook lists
_LONGEST = 500  # characters of their cells
_NAMES = ("full_name", "first_name", "last_name", "email", "company")


@dataclass(slots=True)
class DataFiles:
    """Writes them into a folder, as the audit goes; without a folder it writes nothing.

    With ``redacted`` only what may leave the house is written: the issues, with their values masked.
    """

    folder: Path | None
    redacted: bool = False
    written: list[AuditFile] = field(default_factory=list)
    listed: list[IssueRow] = field(default_factory=list)  # the first issues of each check and column
    _kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _issues: Any = None  # the open file
    _count: int = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the list of issues."""
        if self._issues is not None:
            self._issues.close()

    @property
    def _working(self) -> Path | None:
        """The folder, if files may be written that people work with."""
        return None if self.redacted else self.folder

    def write_issues(self, table: str, checks: Sequence[Check], data: QualityData, engine: Engine) -> None:
        """Add a table's issues to the list of all."""
        if self.folder is None:
            return
        first = self._issues is None
        if first:
            self._issues = (self.folder / ISSUES).open("w", encoding="utf-8", newline="")
        writer = csv.writer(self._issues)
        if first:
            writer.writerow(["table", *ISSUE_HEADER])
        for found in issue_rows(checks, data, engine):
            row = self._masked(found) if self.redacted else found
            writer.writerow([table, *row])
            self._count += 1
            self._list(table, row)

    def _list(self, table: str, row: Sequence[object]) -> None:
        """Keep the first issues of each check and column for the workbook."""
        number, column, rule, value, suggestion, *_ = row
        kind = (table, str(rule), str(column))
        if self._kinds[kind] < _LISTED:
            self._kinds[kind] += 1
            self.listed.append(
                IssueRow(
                    table=table,
                    row=int(str(number)),
                    line=None,
                    column=str(column),
                    rule=str(rule),
                    value=str(value)[:_LONGEST],
                    suggestion=str(suggestion)[:_LONGEST],
                )
            )

    def _masked(self, row: Sequence[object]) -> list[object]:
        hidden = {_VALUE, _SUGGESTION, _BECAUSE}
        return [masked(str(cell)) if place in hidden and cell else cell for place, cell in enumerate(row)]

    def close_issues(self) -> None:
        """End the list of issues."""
        if self._issues is not None:
            self._issues.close()
            self.written.append(AuditFile(name=ISSUES, rows=self._count, what="issues"))

    def write_fixes(self, table: str, data: QualityData, engine: Engine) -> None:
        """Write what mends a table's certain mistakes, a file for each column, and what takes it back."""
        if self._working is None:
            return
        folder = self._working / FIXES / table
        undo = folder / "undo"
        for name, rows in write_fixes(folder, data, engine, inputs=(), force=True, undo=undo):
            self._wrote(folder / name, rows, "fix")
            self._wrote(undo / name, rows, "fix-undo")
        _drop_empty(undo)

    def write_merges(self, table: str, opened: OpenedInput, day: date, engine: Engine) -> SurvivalResult | None:
        """Write what to merge in the shape the source system takes, and what takes it back."""
        if self._working is None:
            return None
        folder = self._working / FIXES / table
        folder.mkdir(parents=True, exist_ok=True)
        merges, undo = folder / "merges.csv", folder / "undo" / "merges.csv"
        undo.parent.mkdir(exist_ok=True)
        wanted = SurvivalOutputs(merges=str(merges), undo=str(undo), force=True)
        result = merge_records(opened, day, wanted, (), engine)
        self._wrote(merges, result.merges.merges, "merges")
        self._wrote(undo, None, "merges-undo")
        return replace(result, files=tuple(path.relative_to(self._working).as_posix() for path in (merges, undo)))

    def write_duplicates(self, table: str, opened: OpenedInput, engine: Engine) -> None:
        """Write the rows that share their entity with another."""
        if self._working is None:
            return
        create_shared(engine)
        by_field = {reading.column.field: reading for reading in opened.readings if reading.column.field}
        key = find_key(opened, engine)
        shown = [by_field[name] for name in _NAMES if name in by_field]
        columns = [*([key] if key is not None else []), *(item for item in shown if item is not key)]
        source = opened.source
        cells = [f"CAST(r.{source.column(item.column.position)} AS VARCHAR)" for item in columns]
        head = ["s.entity_id", "CAST(s.size AS VARCHAR)", "CAST(s._row AS VARCHAR)", *cells]
        listed = ", ".join(f"{cell} AS c{number}" for number, cell in enumerate(head, start=1))
        query = f"SELECT {listed}, s.entity AS place FROM {SHARED} s JOIN {source.table} r ON r._row = s._row"
        path = self._working / FIXES / table / "duplicates.csv"
        headers = ["entity_id", "records", "_row", *(item.column.header.strip() for item in columns)]
        self._wrote(path, write_list(path, query, headers, engine, safe=True), "duplicates")

    def enrichment(self) -> ListOutput | None:
        """Return where to write what to fill in which record."""
        return ListOutput(path=str(self._working / ENRICHMENT), force=True) if self._working is not None else None

    def wrote_enrichment(self, result: EnrichmentResult) -> EnrichmentResult:
        """Note that the list of what to fill was written; return the result with the place it will be in."""
        if self._working is None:
            return result
        self.written.append(AuditFile(name=ENRICHMENT, rows=result.list_rows, what="enrichment"))
        return replace(result, list_path=ENRICHMENT)

    def write_segments(self, found: Prepared, engine: Engine) -> None:
        """Write each segment's members with the reason, and who is not to be contacted."""
        if self._working is None:
            return
        outputs = TagOutputs(suppression=SUPPRESSION)
        found = replace(found, resolution=None)  # each record by itself, as the report counts them
        tagged = tag_prepared(plan_tags(found, outputs, None, None), found, outputs, None, engine)
        create_suppressed(found.program, tagged.labels, engine, by_entity=False)
        path = self._working / SUPPRESSION
        self._wrote(path, write_list(path, suppression_query(found, engine), HEADERS, engine, safe=True), "suppression")
        folder = self._working / SEGMENTS
        folder.mkdir(exist_ok=True)
        columns = _member_columns(found, engine)
        for schema, segment in found.rules.segments():
            label, reason = f"segment_{schema.id}", f"segment_{schema.id}_reason"
            cells = [f"CAST(r.{column} AS VARCHAR) AS c{number}" for number, (_, column) in enumerate(columns, start=2)]
            is_in = holds(named(label), segment.id).sql(dialect=engine.dialect)
            members = f"SELECT _row, {exp.to_identifier(reason, quoted=True).sql(dialect=engine.dialect)} AS why "
            query = (
                f"SELECT CAST(m._row AS VARCHAR) AS c1, {''.join(f'{cell}, ' for cell in cells)}"
                f"m.why AS c{len(columns) + 2}, m._row AS place FROM ({members} FROM {TAGS} WHERE {is_in}) m "
                f"JOIN {found.data.source.table} r ON r._row = m._row"
            )
            headers = ["_row", *(header for header, _ in columns), "reason"]
            path = folder / segment_file(schema.id, segment.id)
            self._wrote(path, write_list(path, query, headers, engine, safe=True), "segment")

    def _wrote(self, path: Path, rows: int | None, what: str) -> None:
        if self.folder is not None:
            self.written.append(AuditFile(name=path.relative_to(self.folder).as_posix(), rows=rows, what=what))


def _member_columns(found: Prepared, engine: Engine) -> list[tuple[str, str]]:
    """Return headers and columns by which people know a member: ids first, then names."""
    key = find_key(found.opened, engine)
    shown = [found.data.readings[name] for name in _NAMES if name in found.data.readings]
    columns = [key, *(item for item in shown if item.column != key.column)] if key is not None else shown
    source = found.source
    return [(item.column.header.strip(), source.column(item.column.position)) for item in columns]


def _drop_empty(folder: Path) -> None:
    """Take away folders nothing was written to."""
    for item in (folder, *folder.parents[:2]):
        if item.is_dir() and not any(item.iterdir()):
            item.rmdir()
