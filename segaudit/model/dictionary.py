"""The field dictionary: what each column is, who owns it, and what reads it."""

from dataclasses import dataclass
from datetime import date

from segaudit.model.coverage import ColumnMeasures, Quality
from segaudit.model.fields import FieldMap, FieldType
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEntry:
    """One column."""

    position: int
    column: str  # header
    field: str | None
    type: FieldType
    measures: ColumnMeasures
    quality: Quality
    values: tuple[tuple[str, int], ...]  # most frequent first, with rows; empty where they are too many or not shown
    personal: bool  # about a person: values are not shown
    sensitive: bool  # of a kind the law protects more
    description: str
    owner: str
    dated_by: str | None  # header of the date column that says when it was last looked at
    max_age_days: int | None
    segments: tuple[str, ...]  # schema.segment, whose criteria read it
    schemas: tuple[str, ...]  # of those segments
    checks: tuple[str, ...]  # quality checks that read it
    serves: str  # what else it is for: "identifies the record", "dates Number of Employees"; empty if nothing

    @property
    def share_filled(self) -> float:
        """Share of rows that hold a value; 0 for a table without rows."""
        return self.measures.filled / self.measures.rows if self.measures.rows else 0.0

    @property
    def is_used(self) -> bool:
        """Tell whether something that steers the business reads it; a check of its quality is no reason to have it."""
        return bool(self.segments or self.serves)


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryResult(Shown):
    """Every column of one source, in the file's order."""

    source: Source
    fields: FieldMap
    rules: RuleBook
    as_of: date
    entries: tuple[FieldEntry, ...]

    def unused(self) -> tuple[FieldEntry, ...]:
        """Return the filled columns nothing reads: sensitive ones first, then personal ones, then by rows filled."""
        found = [entry for entry in self.entries if not entry.is_used and entry.measures.filled]
        return tuple(
            sorted(
                found, key=lambda item: (not item.sensitive, not item.personal, -item.measures.filled, item.position)
            )
        )

    def severities(self) -> set[str]:
        """Return "error" if a sensitive column is kept that nothing reads, "warning" if a personal one is."""
        unused = self.unused()
        found = {"error"} if any(entry.sensitive for entry in unused) else set()
        return found | ({"warning"} if any(entry.personal for entry in unused) else set())
