"""A client's own pandera schema, judged by pandera's eager polars backend over batches of the columns it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.interop.pandera_schema import ClientSchema, SchemaColumn
from segaudit.model.fields import FieldType

_NOT_NULLABLE = "not_nullable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRule:
    """One thing a client's schema wants of one column."""

    header: str
    check: str  # pandera's name of it, "not_nullable", "dtype" or "unique"
    says: str  # in words: "str_matches '^a'"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRows:
    """The rows a schema is judged on."""

    query: str  # _row and, for each column of the schema that is there, two columns of our own naming
    names: Mapping[str, tuple[str, str]]  # header -> its value; whether the cell cannot be read as the schema's type


def rules_of(schema: ClientSchema, headers: Sequence[str]) -> tuple[SchemaRule, ...]:
    """Return what a schema wants of the columns that are there, in its order; pandera's checks come first."""
    there = [column for column in schema.columns if column.header in headers]
    rules = [
        SchemaRule(header=column.header, check=name, says=f"{name} {value}")
        for column in there
        for name, value in column.checks
    ]
    rules += [_rule(column, _NOT_NULLABLE, "filled in every row") for column in there if not column.nullable]
    rules += [_rule(column, "dtype", column.kind.value) for column in there if column.kind is not FieldType.TEXT]
    rules += [_rule(column, "unique", "each value once") for column in there if column.unique]
    return tuple(rules)


def _rule(column: SchemaColumn, check: str, says: str) -> SchemaRule:
    return SchemaRule(header=column.header, check=check, says=says)


def judge_schema(
    schema: ClientSchema, rules: Sequence[SchemaRule], rows: SchemaRows, table: str, engine: Engine
) -> None:
    """Create a table of the rows that break a schema: ``check`` (place among the rules) and ``_row``.

    Args:
        schema: What has to hold.
        rules: From rules_of.
        rows: What is judged.
        table: To make.
        engine: Where the rows are.

    Raises:
        InputError: pandera refuses what stands behind a check.
    """
    engine.map_batches(f"{table}_found", rows.query, _Frames(schema, rules, rows.names))
    unique = [
        f'SELECT {place} AS "check", _row FROM (SELECT _row, count(*) OVER (PARTITION BY {value}) AS n, {value} AS v '
        f"FROM ({rows.query})) WHERE n > 1 AND v IS NOT NULL"
        for place, rule in enumerate(rules)
        if rule.check == "unique"
        for value in (f'"{rows.names[rule.header][0]}"',)
    ]
    engine.create(table, " UNION ALL ".join([f'SELECT "check", _row FROM {table}_found', *unique]))


class _Frames:
    """Validates one batch after the other."""

    def __init__(self, schema: ClientSchema, rules: Sequence[SchemaRule], names: Mapping[str, tuple[str, str]]) -> None:
        import pandera.polars as pandera  # noqa: PLC0415 - 1.4 s: needed where a client brings a schema only

        self._errors = pandera.errors
        self._places = {(rule.header, rule.check): place for place, rule in enumerate(rules)}
        self._names = {header: names[header] for header in {rule.header for rule in rules}}
        columns = {
            names[column.header][0]: pandera.Column(
                nullable=column.nullable,
                checks=[_check(pandera, name, value, column, schema.path) for name, value in column.checks],
            )
            for column in schema.columns
            if column.header in names
        }
        self._headers = {names[header][0]: header for header in names}
        self._schema = pandera.DataFrameSchema(columns)

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        import polars as pl  # noqa: PLC0415 - heavy, as above
        import pyarrow as pa  # noqa: PLC0415 - as above

        frame = pl.from_arrow(batch)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(type(frame))
        checks: list[int] = []
        indices: list[int] = []
        try:
            self._schema.validate(frame, lazy=True)
        except self._errors.SchemaErrors as errors:
            for column, check, index in errors.failure_cases.select("column", "check", "index").iter_rows():
                header, name = self._headers[str(column)], str(check).split("(")[0]
                if index is None:
                    raise InputError(f"pandera cannot run {check} on {header}", where=header) from errors
                checks.append(self._places[header, name])
                indices.append(int(index))
        for header, (_, unread) in self._names.items():
            place = self._places.get((header, "dtype"))
            if place is not None:
                found = frame[unread].fill_null(value=False).arg_true().to_list()
                checks += [place] * len(found)
                indices += found
        rows = frame["_row"].gather(indices)
        return pa.RecordBatch.from_arrays(
            [pa.array(checks, pa.int32()), pa.array(rows.to_list(), pa.int64())], names=["check", "_row"]
        )


def _check(pandera: Any, name: str, value: Any, column: SchemaColumn, path: str) -> Any:  # noqa: ANN401 - pandera has no types here
    try:
        made = getattr(pandera.Check, name)
        return made(**value) if isinstance(value, dict) else made(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} cannot take {value!r} ({error})", where=f"{path}: {column.header}") from error
