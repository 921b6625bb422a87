"""What the coverage of a source was measured to be."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from segaudit.model.fields import FieldMap, FieldType
from segaudit.model.shown import Shown
from segaudit.model.source import Source


class Quality(StrEnum):
    """The verdict on one column."""

    GOOD = "Good"
    NEEDS_ENRICHMENT = "Needs enrichment"
    NEEDS_DATA_SOURCE = "Needs data source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """The shares at which the verdict changes; rules/quality/cutoffs.csv."""

    good_from: float  # of rows that are filled and valid
    source_below: float  # of rows that are filled


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeasures:
    """Exact counts of one column; rows = filled + blank + placeholder, and invalid is a part of filled."""

    rows: int
    filled: int
    blank: int
    placeholder: int
    invalid: int
    distinct: int  # different raw values among the filled
    shortest: int | None  # characters, trimmed, among the filled
    longest: int | None
    lowest: str | None  # smallest and largest value of numbers and dates, as text
    highest: str | None
    frequent: tuple[tuple[str, int], ...]  # raw value and rows, most frequent first
    suspects: tuple[tuple[str, int], ...]  # values that may stand for "missing" but are not on the list
    invalid_frequent: tuple[tuple[str, int], ...]  # the most frequent cells that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCoverage:
    """One column: what it is, what was measured, and the verdict."""

    position: int
    column: str  # header
    field: str | None
    type: FieldType
    type_source: str  # "field", "map" or "found"
    core: bool
    measures: ColumnMeasures
    quality: Quality
    notes: tuple[str, ...]  # how the column was read: date order, decimal comma, ...
    stale: int | None = None  # filled rows whose own date is older than allowed; None: nothing dates the column

    @property
    def share_filled(self) -> float:
        """Share of rows that hold a value; 0 for a table without rows."""
        return self.measures.filled / self.measures.rows if self.measures.rows else 0.0

    @property
    def share_usable(self) -> float:
        """Share of rows that hold a value its type can be read from."""
        m = self.measures
        return (m.filled - m.invalid) / m.rows if m.rows else 0.0

    def to_dict(self, *, examples: bool = False) -> dict[str, Any]:
        """Return the column as JSON-ready values.

        Frequent values are given of columns that hold one of a few words, and ranges of numbers and dates; what could
        point to a person is left out unless examples are asked for.
        """
        m = self.measures
        plain: dict[str, Any] = {
            "column": self.column,
            "position": self.position,
            "field": self.field,
            "type": self.type.value,
            "type_source": self.type_source,
            "core": self.core,
            "rows": m.rows,
            "filled": m.filled,
            "blank": m.blank,
            "placeholder": m.placeholder,
            "invalid": m.invalid,
            "stale": self.stale,
            "share_filled": round(self.share_filled, 6),
            "share_usable": round(self.share_usable, 6),
            "distinct": m.distinct,
            "length_min": m.shortest,
            "length_max": m.longest,
            "lowest": m.lowest,
            "highest": m.highest,
            "quality": self.quality.value,
            "notes": list(self.notes),
            "suspects": _counted(m.suspects),
        }
        if examples or self.type in _FEW_WORDS:
            plain["frequent"] = _counted(m.frequent)
        if examples:
            plain["invalid_frequent"] = _counted(m.invalid_frequent)
        return plain


_FEW_WORDS = frozenset({FieldType.ENUM, FieldType.BOOL, FieldType.MULTI})


def _counted(pairs: tuple[tuple[str, int], ...]) -> list[dict[str, str | int]]:
    return [{"value": value, "rows": rows} for value, rows in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageResult(Shown):
    """The coverage of every column of one source, in the file's order."""

    source: Source
    fields: FieldMap
    cutoffs: Cutoffs
    as_of: date
    columns: tuple[ColumnCoverage, ...]
