"""What survivorship is given, and the tables of the engine it makes on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, Placeholder
from segaudit.model.source import Source
from segaudit.model.survival import Survivorship
from segaudit.text.folding import fold_header

# The rows of entities with more than one record, and nothing else, are copied.
ENTITIES = "survival_entities"  # e: number in the order of entity_id; entity_id; records
ROWS = "survival_rows"  # e, _row, record_key
CELLS = "survival_cells"  # e; rank: 1 survives; u: place in the order of e and rank; _row; record_key; a0...; c1...
DIFFERING = "survival_differing"  # e; d1...: whether the records' cells of a column differ
COLUMN = "survival_column"  # the rows of CELLS whose entities differ in the column at hand, its cell as v
OUTCOMES = "survival_outcomes"  # e, position, was, becomes, from_row, rule, what, dropped
GOLDEN = "survival_golden"  # g: place in the order of rows; _row; e: null if alone; entity_id, records, survivor

# What became of a cell.
FILLED, REPLACED, COMBINED, EMPTIED, KEPT = "filled", "replaced", "combined", "emptied", "kept"

_KEYS = ("record_id", "contact_id", "company_id", "deal_id", "activity_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalData:
    """An opened table, and the table of the engine that says which rows are one entity."""

    source: Source
    fields: FieldMap
    readings: Sequence[ColumnReading]  # in the file's order, position 1 first
    placeholders: Sequence[Placeholder]
    catalogue: Mapping[str, CatalogueField]
    rules: Survivorship
    as_of: date  # a later date says nothing of how recent a record is
    entities: str = "entities"  # _row, record_key, entity_id; one row for each row of the source

    def of_field(self, name: str) -> ColumnReading | None:
        """Return the column that provides a field, if any does."""
        return next((reading for reading in self.readings if reading.column.field == name), None)

    def of_name(self, name: str) -> ColumnReading | None:
        """Return the column of a field or, where there is none, the first with this header."""
        folded = fold_header(name)
        by_header = (reading for reading in self.readings if fold_header(reading.column.header) == folded)
        return self.of_field(name) or next(by_header, None)

    def columns(self) -> tuple[str, ...]:
        """Return the names of all columns in SQL."""
        return tuple(self.source.column(position) for position in range(1, len(self.source.headers) + 1))

    def ids(self) -> tuple[ColumnReading, ...]:
        """Return the columns that may name records, the likeliest first."""
        found = (self.of_field(name) for name in _KEYS)
        return tuple(reading for reading in found if reading is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalOutputs:
    """The files to write; None: not asked for."""

    golden: str | None = None  # .csv, .tsv or .parquet
    changes: str | None = None
    merges: str | None = None
    undo: str | None = None  # .csv, .tsv or .parquet
    spreadsheet_safe: bool = False
    force: bool = False
