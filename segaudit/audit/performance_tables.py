"""The tables outcomes are read from: the main file and those beside it, with what the metrics' own headers find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from segaudit.audit.opening import OpenedInput
from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.types import find_types
from segaudit.model.fields import ColumnReading, MappedColumn
from segaudit.model.performance import RECORDS_TABLE, MetricRules
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.performance_counts import SchemaFigures
from segaudit.segments.performance_strata import StrataFigures, create_strata, fetch_strata
from segaudit.sql.cells import BLANK, OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.records import RecordSource
from segaudit.text.folding import fold_header

_READABLE_FROM = 0.9  # of a column's different values, to be taken for a field by its header


def outcome_tables(found: Prepared, metrics: MetricRules, engine: Engine) -> dict[str, RecordSource]:
    """Return the main file as ``records``, and those beside it by kind, as metrics read them."""
    tables = {RECORDS_TABLE: found.data, **{kind: rows.data for kind, rows in found.data.related.items()}}
    return {name: with_headers(data, metrics, engine) for name, data in tables.items()}


def with_headers(data: RecordSource, metrics: MetricRules, engine: Engine) -> RecordSource:
    """Return a table with the fields that only the metrics' own headers find.

    A column is taken if its cells can be read as the field, whatever else its header was taken for: a column "Deal" of
    0 and 1 is no deal's name.
    """
    provided = {
        name: column for column in data.fields.columns for name in (column.also, column.field) if name in metrics.fields
    }
    readings = {
        name: _read(column, name, data, metrics, engine)
        for name, column in provided.items()
        if name is not None and name not in data.readings
    }
    wanted = {
        fold_header(header): name
        for name, headers in metrics.headers.items()
        if name not in data.readings and name not in readings
        for header in headers
    }
    taken: dict[str, ColumnReading] = {}
    for column in data.fields.columns:
        name = wanted.get(fold_header(column.header))
        if name is None or name in taken:
            continue
        reading = _read(column, name, data, metrics, engine)
        if _readable(reading, data, engine) >= _READABLE_FROM:
            taken[name] = reading
    places = {reading.column.position for reading in taken.values()}
    known = {name: item for name, item in {**readings, **data.readings}.items() if item.column.position not in places}
    return replace(data, readings={**known, **taken})


def _read(column: MappedColumn, name: str, data: RecordSource, metrics: MetricRules, engine: Engine) -> ColumnReading:
    typed = replace(column, field=name, type=metrics.fields[name].type, source="rules")
    return find_types(data.source, replace(data.fields, columns=(typed,)), data.placeholders, engine)[0]


def _readable(reading: ColumnReading, data: RecordSource, engine: Engine) -> float:
    """Return the share of a column's different values that can be read."""
    column = data.source.column(reading.column.position)
    different = f"(SELECT DISTINCT {column} AS v FROM {data.source.table} WHERE {column} IS NOT NULL)"
    query = (
        f"SELECT COUNT_IF(state = {OK}), COUNT_IF(state NOT IN ({BLANK}, {PLACEHOLDER})) "
        f"FROM {classified_cells(different, reading)}"
    )
    parameters = cell_parameters(reading.column.field, reading.type, data.placeholders)
    good, filled = engine.fetch(query, parameters)[0]
    return float(good) / float(filled) if filled else 0.0


@dataclass(slots=True)
class StrataTables:
    """The strata of columns, each worked out once for all schemas."""

    opened: OpenedInput
    data: RecordSource
    settings: Mapping[str, float]
    engine: Engine
    made: set[int] = field(default_factory=set)  # positions of columns

    def of(self, reading: ColumnReading, figures: SchemaFigures) -> StrataFigures:
        """Return a schema's records by their segments and a column."""
        table = f"strata_{reading.column.position}"
        if reading.column.position not in self.made:
            create_strata(table, reading, self.data, self.settings, self.engine)
            self.made.add(reading.column.position)
        return fetch_strata(table, reading.column.header, figures, self.engine)

    def named(self, name: str) -> ColumnReading:
        """Return the column a user names by its header or its field.

        Raises:
            InputError: There is no such column.
        """
        wanted = fold_header(name)
        for reading in self.opened.readings:
            if wanted == fold_header(reading.column.header) or name == reading.column.field:
                return reading
        headers: Sequence[str] = [reading.column.header for reading in self.opened.readings]
        hint = did_you_mean(name, headers) or "columns are " + ", ".join(headers[:12])
        raise InputError(f'there is no column "{name}"', where="--stratify", hint=hint)
