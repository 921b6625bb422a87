"""What the columns of a file say, where a suite has to know: words for nothing, spellings, cells oddly written."""

from collections.abc import Callable
from dataclasses import dataclass, field

from segaudit.engine.protocol import Row
from segaudit.interop.expectations.frames import ClientTable
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.sql.cells import BLANK, INVALID, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.text.folding import fold

_STANDS_FOR_NOTHING = f"v IS NOT NULL AND v <> '' AND state <= {PLACEHOLDER}"
_MOST = 1_000  # spellings of what a condition is about
_MOST_DIFFERENT = 100_000
_PLAIN_NUMBER = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
_ISO_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """Asks the engine about columns of a table, once for each question."""

    table: ClientTable
    _known: dict[tuple[int, str], list[Row]] = field(default_factory=dict)

    def missing(self, reading: ColumnReading) -> tuple[str, ...]:
        """Return the different cells, trimmed, that are not empty and stand for nothing; "" for white space."""
        rows = self._ask(reading, f"SELECT DISTINCT t FROM {{}} WHERE {_STANDS_FOR_NOTHING}")
        return tuple(sorted(str(text or "") for (text,) in rows))

    def unreadable(self, reading: ColumnReading) -> int:
        """Return how many filled cells cannot be read as what the column holds."""
        return self._count(reading, f"state = {INVALID}")

    def padded(self, reading: ColumnReading) -> int:
        """Return how many cells have white space around what they say."""
        return self._count(reading, f"state > {BLANK} AND v <> t")

    def odd(self, reading: ColumnReading) -> int:
        """Return how many cells are written as other tools do not read them: 20K, 1,000, 3. Mai 2026."""
        plain = _ISO_DATE if reading.type is FieldType.DATE else _PLAIN_NUMBER
        return self._count(reading, f"state > {PLACEHOLDER} AND NOT regexp_matches(t, '{plain}')")

    def of(self, reading: ColumnReading, wanted: Callable[[str], bool]) -> tuple[str, ...] | None:
        """Return the different raw cells whose folded text is wanted; None where they are too many to list."""
        rows = self._ask(reading, f"SELECT DISTINCT v, t FROM {{}} WHERE state > {INVALID} LIMIT {_MOST_DIFFERENT + 1}")
        if len(rows) > _MOST_DIFFERENT:
            return None
        found = sorted(str(cell) for cell, text in rows if wanted(fold(str(text))))
        return tuple(found) if len(found) <= _MOST else None

    def missing_cells(self, reading: ColumnReading) -> tuple[str, ...]:
        """Return the different raw cells that are not empty and stand for nothing."""
        rows = self._ask(reading, f"SELECT DISTINCT v FROM {{}} WHERE {_STANDS_FOR_NOTHING}")
        return tuple(sorted(str(cell) for (cell,) in rows))

    def _count(self, reading: ColumnReading, test: str) -> int:
        ((count,),) = self._ask(reading, "SELECT count(*) FROM {} WHERE " + test)
        return int(count)

    def _ask(self, reading: ColumnReading, query: str) -> list[Row]:
        key = (reading.column.position, query)
        if key not in self._known:
            table = self.table
            column = table.source.column(reading.column.position)
            cells = classified_cells(f"(SELECT {column} AS v FROM {table.source.table})", reading)
            parameters = cell_parameters(reading.column.field, reading.type, table.placeholders)
            self._known[key] = table.engine.fetch(query.replace("{}", cells), parameters)
        return self._known[key]
