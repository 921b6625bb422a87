"""A few rows of a table, decided as they are when the whole table is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Clause
from segaudit.model.fields import NUMERIC_TYPES, VALUE_TYPES, ColumnReading, FieldType
from segaudit.model.segments import RuleField, Schema
from segaudit.segments.program import Program
from segaudit.sql.cells import OK
from segaudit.sql.kinds import KINDS, TRIMMED, WHITE_SPACE, needed_steps, with_steps
from segaudit.sql.kinds.styles import choose_style
from segaudit.sql.operators import Part
from segaudit.sql.records import RECORDS, RecordSource
from segaudit.sql.related import create_whole_records
from segaudit.sql.values import classify_values

_PICKED = "picked"
# What these say of a row hangs on all others.
OF_ALL_ROWS = frozenset({"top_percent", "bottom_percent"})
Known = Fraction | bool | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One row with everything the program says of it."""

    row: int
    columns: Mapping[str, Any]  # by the names the program gives them
    program: Program

    def verdict(self, clause: Clause) -> bool | None:
        """Return what a clause says of the row."""
        return self.named(self.program.clauses.name(clause))

    def named(self, column: str) -> bool | None:
        """Return a verdict by its column."""
        found = self.columns[column]
        return None if found is None else bool(found)

    def label(self, schema: Schema) -> str:
        """Return a schema's label."""
        return str(self.columns[f"segment_{schema.id}"])

    def reason(self, schema: Schema) -> str:
        """Return the reason of a schema's label."""
        return str(self.columns[f"segment_{schema.id}_reason"] or "")

    def state(self, field: str) -> int:
        """Return what a field's cell is: BLANK, PLACEHOLDER, INVALID or OK."""
        return int(self._part(field, Part.STATE))

    def cell(self, field: str) -> str:
        """Return a field's cell as reasons show it."""
        return str(self._part(field, Part.CELL))

    def known(self, rule_field: RuleField) -> Known:
        """Return a field's value, a date as the number of its day; None if it has none, or not a single one."""
        value = self._part(rule_field.name, Part.ITEMS if rule_field.type is FieldType.MULTI else Part.VALUE)
        if self.state(rule_field.name) != OK or value is None:
            return None
        if rule_field.type is FieldType.MULTI:
            return tuple(value)
        if rule_field.type in NUMERIC_TYPES:
            return Fraction(repr(float(value))) if self._is_single(rule_field) else None
        if isinstance(value, date):
            return Fraction(value.toordinal())
        return bool(value) if rule_field.type is FieldType.BOOL else str(value)

    def _is_single(self, rule_field: RuleField) -> bool:
        """Tell whether a number is one number, in the currency of its field."""
        if self._part(rule_field.name, Part.VALUE) != self._part(rule_field.name, Part.HIGH):
            return False
        if rule_field.type is not FieldType.MONEY or rule_field.currency is None:
            return True
        return self.currency(rule_field.name) in {None, rule_field.currency}

    def currency(self, field: str) -> str | None:
        """Return the ISO code of an amount's currency, of a field of money; None if the row names none."""
        code = self._part(field, Part.CURRENCY)
        return None if code is None else str(code)

    def _part(self, field: str, part: Part) -> Any:  # noqa: ANN401 - a part can be of any type
        return self.columns[self.program.columns.part(field, part).name]


def looks_at_all_rows(program: Program) -> bool:
    """Tell whether some clause cannot be decided of a row by itself."""
    return any(clause.operator in OF_ALL_ROWS for clause in program.clauses.clauses.values())


def ask_for_values(program: Program) -> None:
    """Ask the records for what explanations are made of: of each field its state, its cell and its value."""
    fields = [name for name in fields_behind(program) if program.rules.fields[name].type in VALUE_TYPES]
    for name in fields:
        kind = program.rules.fields[name].type
        parts = [Part.STATE, Part.CELL, Part.ITEMS if kind is FieldType.MULTI else Part.VALUE]
        parts += [Part.HIGH] if kind in NUMERIC_TYPES else []
        parts += [Part.CURRENCY] if kind is FieldType.MONEY else []
        for part in parts:
            program.columns.part(name, part)


def fields_behind(program: Program) -> tuple[str, ...]:
    """Return every field the program reads, those that others are compared with included."""
    return tuple(dict.fromkeys([*program.columns.parts, *program.columns.tests]))


def settle_styles(data: RecordSource, fields: Iterable[str], engine: Engine) -> RecordSource:
    """Return a table with its columns read in the style that all of their cells speak for."""
    readings = dict(data.readings)
    for name in fields:
        if name in readings:
            readings[name] = _settled(readings[name], data, engine)
    return replace(data, readings=readings)


def _settled(reading: ColumnReading, data: RecordSource, engine: Engine) -> ColumnReading:
    kind = KINDS[reading.type]
    if not kind.evidence:
        return reading
    column = data.source.column(reading.column.position)
    different = f"(SELECT DISTINCT {column} AS v FROM {data.source.table} WHERE {column} IS NOT NULL)"
    steps = needed_steps(({"t": TRIMMED}, *kind.readings[reading.style].steps), kind.evidence.values())
    counts = ", ".join(f"count(*) FILTER ({test})" for test in kind.evidence.values())
    query = f"SELECT {counts} FROM {with_steps(different, steps)}"
    found = engine.fetch(query, {"white_space": WHITE_SPACE})[0]
    evidence = {style: int(count) for style, count in zip(kind.evidence, found, strict=True)}
    return replace(reading, style=choose_style(reading.type, evidence, data.fields)[0])


def rows_of(data: RecordSource, fields: Iterable[str], rows: Sequence[int], engine: Engine) -> RecordSource:
    """Return some rows of a table whose styles are settled, ready to be decided by themselves."""
    query = f"SELECT * FROM {data.source.table} WHERE _row IN (SELECT unnest($rows))"
    engine.create(_PICKED, query, {"rows": list(rows)})
    picked = replace(data, source=replace(data.source, table=_PICKED, rows=len(rows)))
    return classified(picked, fields, engine)


def classified(data: RecordSource, fields: Iterable[str], engine: Engine) -> RecordSource:
    """Return a small table with the cells of its columns classified, in the styles its readings say."""
    for name in dict.fromkeys(fields):
        if name in data.readings:
            classify_values(data.source, data.readings[name], data.placeholders, engine)
    return replace(data, classified=True)


def decide_rows(
    program: Program, data: RecordSource, rows: Sequence[int], more: Mapping[str, exp.Expr], engine: Engine
) -> dict[int, Decided]:
    """Return rows with what the program says of them.

    Args:
        program: What to decide.
        data: The table, or as much of it as the rows hang on.
        rows: Which of its rows.
        more: Columns to work out beside, over the decided ones.
        engine: Where the table is.
    """
    create_whole_records(data, program.clauses.context, engine)
    schemas = program.rules.schemas
    extra = {**program.labels(schemas), **program.reasons(schemas), **more}
    kept = [name for layer in program.layers for name in layer]
    kept += [name for parts in program.columns.parts.values() for name in parts.values()]
    columns: list[exp.Expr] = [exp.column("_row"), *(exp.column(name, quoted=True) for name in dict.fromkeys(kept))]
    columns += [exp.alias_(expression.copy(), name, quoted=True) for name, expression in extra.items()]
    wanted = exp.column("_row").isin(*(exp.Literal.number(row) for row in rows))
    query = exp.select(*columns).from_(program.decided(RECORDS).subquery("d", copy=False), copy=False).where(wanted)
    names = ["_row", *dict.fromkeys(kept), *extra]
    found = [dict(zip(names, row, strict=True)) for row in engine.fetch(query.sql(dialect=engine.dialect))]
    return {int(item["_row"]): Decided(row=int(item["_row"]), columns=item, program=program) for item in found}
