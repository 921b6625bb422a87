"""What a finder is given to look at: the table, how its columns are read, and their different values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TypeAlias

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.coverage import ColumnMeasures
from segaudit.model.fields import ColumnReading, FieldMap, FieldType, Placeholder
from segaudit.model.source import Source
from segaudit.rulebook.location import RulesLocation
from segaudit.sql.cells import INVALID, cell_parameters
from segaudit.sql.kinds import WHITE_SPACE, trimmed
from segaudit.sql.values import KEPT_TRIMMED, read_values, values_table

Counted: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityData:
    """A source as finders see it; everything is counted over all rows, and each column's different cells are kept."""

    source: Source
    fields: FieldMap
    readings: tuple[ColumnReading, ...]  # in the file's order, position 1 first
    coverage: Mapping[int, ColumnMeasures]  # by position
    placeholders: Sequence[Placeholder]
    as_of: date
    location: RulesLocation
    engine: Engine
    _values: dict[int, list[Counted]] = field(default_factory=dict)
    _locks: dict[int, Lock] = field(default_factory=dict)  # finders work side by side

    def reading(self, position: int) -> ColumnReading:
        """Return how a column is read."""
        return self.readings[position - 1]

    def of_type(self, *types: FieldType) -> tuple[ColumnReading, ...]:
        """Return the columns of some types."""
        return tuple(reading for reading in self.readings if reading.type in types)

    def of_field(self, *names: str) -> ColumnReading | None:
        """Return the column of the first of some canonical fields that any column provides."""
        by_field = {reading.column.field: reading for reading in self.readings if reading.column.field}
        return next((by_field[name] for name in names if name in by_field), None)

    def parameters(self, position: int) -> Parameters:
        """Return the parameters that ``cells`` of this column needs."""
        reading = self.reading(position)
        return cell_parameters(reading.column.field, reading.type, self.placeholders)

    def grouped(self, position: int) -> str:
        """Return the table of a column's different raw cells ``v`` with their rows ``n`` and ``state``."""
        return values_table(self.source, position)

    def read(self, position: int) -> str:
        """Return the relation of a column's different cells as they are read; see sql.values.read_values."""
        return read_values(self.source, self.reading(position))

    def values(self, position: int) -> list[Counted]:
        """Return a column's different values, trimmed, neither blank nor a placeholder, with their rows; most first."""
        with self._locks.setdefault(position, Lock()):
            if position not in self._values:
                query = (
                    f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {self.grouped(position)} "
                    f"WHERE state >= {INVALID} GROUP BY t ORDER BY rows DESC, t"
                )
                found = self.engine.fetch(query, {"white_space": WHITE_SPACE})
                self._values[position] = [(str(value), int(rows)) for value, rows in found]
            return self._values[position]

    def tuples(self, *positions: int, most: int | None = None) -> list[tuple[tuple[str, ...], int]]:
        """Return the different combinations of several columns' trimmed cells with their rows; most first.

        Rows in which one of the cells is blank are left out; placeholders are not.
        """
        columns = [self.source.column(position) for position in positions]
        cells = ", ".join(f"{trimmed(column)} AS t{i}" for i, column in enumerate(columns))
        names = ", ".join(f"t{i}" for i in range(len(columns)))
        filled = " AND ".join(f"t{i} <> ''" for i in range(len(columns)))
        query = (
            f"SELECT {names}, count(*) AS rows FROM (SELECT {cells} FROM {self.source.table}) WHERE {filled} "
            f"GROUP BY {names} ORDER BY rows DESC, {names}"
        ) + (f" LIMIT {int(most)}" if most is not None else "")
        found = self.engine.fetch(query, {"white_space": WHITE_SPACE})
        return [(tuple(map(str, row[:-1])), int(row[-1])) for row in found]
