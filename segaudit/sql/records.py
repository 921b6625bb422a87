"""The records table: for each row, the parts of each field that some clause asks for.

Cells are read by their different values: a column's values are classified and folded once each and joined back.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldMap, FieldType, Placeholder
from segaudit.model.segments import RuleField
from segaudit.model.source import Source
from segaudit.sql.cells import BLANK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS
from segaudit.sql.kinds.styles import choose_style
from segaudit.sql.operators import Columns, Part, TextTest
from segaudit.sql.operators.expressions import literal
from segaudit.sql.values import values_table
from segaudit.text.tests import TESTS, mapped, text_function, whole_column

RECORDS = "records"
_TEXT_PARTS = (Part.FOLD, Part.RAW_FOLD, Part.DOMAIN, Part.ITEMS)
# Parts that what a blank means has no say in.
_NEVER_MEANT = frozenset({Part.CURRENCY})
_NO_CELL = "blank"  # what reasons call a cell without content
_LONGEST_CELL = 60  # characters of a cell that reasons show


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSource:
    """A raw table, and how each rule field is read from it."""

    source: Source
    fields: FieldMap
    readings: Mapping[str, ColumnReading]  # by rule field; a field no column provides is absent
    placeholders: Sequence[Placeholder]
    by_row: frozenset[int] = frozenset()  # columns whose cells nearly all differ: they are read row by row
    grouped: bool = False  # the tables of group_values are there

    @classmethod
    def of_rules(
        cls, rule_fields: Iterable[str], table: tuple[Source, FieldMap, Iterable[ColumnReading], Sequence[Placeholder]]
    ) -> "RecordSource":
        """Return a table as rules read it: by the fields they name, as far as columns provide them."""
        source, fields, readings, placeholders = table
        by_field = {reading.column.field: reading for reading in readings if reading.column.field}
        return cls(
            source=source,
            fields=fields,
            readings={name: by_field[name] for name in rule_fields if name in by_field},
            placeholders=placeholders,
        )


def create_records(data: RecordSource, rule_fields: Mapping[str, RuleField], columns: Columns, engine: Engine) -> None:
    """Create the records table: ``_row`` and the columns that were handed out."""
    names = dict.fromkeys([*columns.parts, *columns.tests])
    selected: list[exp.Expr] = [exp.column("_row", table="r")]
    query = exp.select().from_(exp.to_table(data.source.table).as_("r"))
    for index, name in enumerate(names):
        parts, tests = columns.parts.get(name, {}), columns.tests.get(name, {})
        reading = data.readings.get(name)
        alias = f"f{index}"
        if reading is None:
            selected += _absent(rule_fields[name], parts, tests)
            continue
        by_row = reading.column.position in data.by_row
        key = "_row" if by_row else data.source.column(reading.column.position)
        if parts or tests:
            _create_values(alias, data, reading, rule_fields[name], parts=parts, tests=tests, engine=engine)
            query = query.join(
                exp.to_table(alias),
                on=exp.column(key, table="r").eq(exp.column("_row" if by_row else "v", table=alias)),
                join_type="left",
            )
        selected += _present(rule_fields[name], alias, parts, tests)
    engine.define(RECORDS, query.select(*selected).sql(dialect=engine.dialect))


def _present(
    rule_field: RuleField,
    alias: str,
    parts: Mapping[Part, str],
    tests: Mapping[TextTest, str],
) -> list[exp.Expr]:
    """Return a field's parts, joined by its cell; a blank cell finds no value and is blank."""
    state = exp.func("COALESCE", exp.column("state", table=alias), exp.Literal.number(BLANK))
    selected = []
    for part, name in parts.items():
        if part is Part.STATE:
            value: exp.Expr = state.copy()
        elif part is Part.CELL:
            value = exp.func("COALESCE", exp.column(part.value, table=alias), literal(_NO_CELL))
        else:
            value = _filled_in(rule_field, part, exp.column(part.value, table=alias), state)
        selected.append(exp.alias_(value, name, quoted=True))
    for test, name in tests.items():
        answer = exp.column(name, table=alias, quoted=True)
        meant = _meant_answer(rule_field, test)
        filled = answer if meant is None else exp.Case().when(_is_blank(state), meant).else_(answer)
        selected.append(exp.alias_(filled, name, quoted=True))
    return selected


def _filled_in(rule_field: RuleField, part: Part, value: exp.Column, state: exp.Expr) -> exp.Expr:
    """Return a value, with what a blank means in its place where the rules say so."""
    means = rule_field.blank_means
    if means is None or means == "never" or part in _NEVER_MEANT:
        return value
    return exp.Case().when(_is_blank(state), _meant(rule_field, part, means)).else_(value)


def _is_blank(state: exp.Expr) -> exp.Expr:
    return exp.LTE(this=exp.paren(state.copy()), expression=exp.Literal.number(PLACEHOLDER))


def _meant_answer(rule_field: RuleField, test: TextTest) -> exp.Expr | None:
    """Return the answer to a text test on what a blank means; None if a blank means nothing."""
    if rule_field.blank_means is None:
        return None
    return literal(TESTS[test.name](*test.arguments)(str(rule_field.blank_means)))


def _meant(rule_field: RuleField, part: Part, means: float | str) -> exp.Expr:
    if rule_field.type is FieldType.MULTI:
        word = str(means) if part is Part.ITEMS else text_function("fold")(str(means))
        return exp.array(literal(word))
    if part in {Part.FOLD, Part.RAW_FOLD, Part.DOMAIN}:
        return literal(text_function(part.value)(str(means)))
    return literal(means)


def _absent(rule_field: RuleField, parts: Mapping[Part, str], tests: Mapping[TextTest, str]) -> list[exp.Expr]:
    """Return the parts of a field no column provides: every record counts as blank."""
    means = rule_field.blank_means
    selected = []
    for part, name in parts.items():
        if part is Part.STATE:
            value: exp.Expr = exp.Literal.number(BLANK)
        elif part is Part.CELL:
            value = literal(_NO_CELL)
        elif means is None or means == "never" or part in _NEVER_MEANT:
            value = exp.cast(exp.null(), _sql_type(rule_field.type, part))
        else:
            value = _meant(rule_field, part, means)
        selected.append(exp.alias_(value, name, quoted=True))
    for test, name in tests.items():
        answer = _meant_answer(rule_field, test) or exp.cast(exp.null(), "BOOLEAN")
        selected.append(exp.alias_(answer, name, quoted=True))
    return selected


def _sql_type(kind: FieldType, part: Part) -> str:
    if part in {Part.UNTRIMMED, Part.CURRENCY, Part.DOMAIN, Part.RAW_FOLD}:
        return "TEXT"
    if kind is FieldType.MULTI:
        return "ARRAY<TEXT>"
    if kind in NUMERIC_TYPES:
        return "DOUBLE"
    return {FieldType.DATE: "DATE", FieldType.BOOL: "BOOLEAN"}.get(kind, "TEXT")


def _create_values(  # noqa: PLR0913 - one table needs all of it
    table: str,
    data: RecordSource,
    reading: ColumnReading,
    rule_field: RuleField,
    *,
    parts: Mapping[Part, str],
    tests: Mapping[TextTest, str],
    engine: Engine,
) -> None:
    """Create the table of a column's different values, or of its rows, with the parts of each."""
    column = data.source.column(reading.column.position)
    given = data.source.table
    by_row = reading.column.position in data.by_row
    # Telling different values from equal ones, and joining them back, costs more than it spares where all differ.
    different = f"(SELECT DISTINCT {column} AS v FROM {given} WHERE {column} IS NOT NULL)"
    if by_row:
        different = f"(SELECT _row, {column} AS v FROM {given} WHERE {column} IS NOT NULL)"
    elif data.grouped:
        different = f"(SELECT v FROM {values_table(data.source, reading.column.position)} WHERE v IS NOT NULL)"
    parameters = cell_parameters(reading.column.field, reading.type, data.placeholders)
    text_work = [part for part in parts if part in _TEXT_PARTS]
    of_text = bool(text_work or tests)
    cells = f"{table}_cells" if of_text else table
    key = "_row" if by_row else "v"
    # Only what is asked for is kept: texts of a million rows take longer to write down than to read.
    keys, read = (dict.fromkeys((key, "v")), {*parts, Part.VALUE}) if of_text else ((key,), set(parts))
    engine.create(cells, _values_query(different, reading, read, tuple(keys)), parameters)
    settled = _settled(reading, cells, data, engine)
    if settled.style != reading.style:
        engine.create(cells, _values_query(different, settled, read, tuple(keys)), parameters)
    if of_text:
        separator = rule_field.separator or reading.separator or ";"
        work = _text_worker(reading.type, text_work, tests, separator)
        asked = list(dict.fromkeys([key, "state", *parts, *tests.values()]))
        engine.map_batches(table, f"SELECT * FROM {cells}", lambda batch: work(batch).select(asked))


def _values_query(different: str, reading: ColumnReading, parts: Container[Part], keys: Sequence[str]) -> str:
    """Return the query that reads a column's different values; what speaks for a style stands beside each."""
    kind = KINDS[reading.type]
    how = kind.readings[reading.style]
    # A placeholder can look like a value; it is none.
    known = f"CASE WHEN state > {PLACEHOLDER} THEN {{0}} END AS {{1}}"
    wanted = [("value", "value")] if Part.VALUE in parts else []
    if Part.UNTRIMMED in parts:
        wanted.append(("CASE WHEN value IS NOT NULL THEN v END", "untrimmed"))
    if how.high and Part.HIGH in parts:
        wanted.append((how.high, "high"))
    if how.high and Part.CURRENCY in parts:
        wanted.append((how.currency or "CAST(NULL AS VARCHAR)", "currency"))
    columns = [*keys, "state", *(known.format(*pair) for pair in wanted)]
    if Part.CELL in parts:
        columns.append(
            f"CASE WHEN state = {BLANK} THEN '{_NO_CELL}' ELSE trim(substr(t, 1, {_LONGEST_CELL})) END AS cell"
        )
    columns += [f"{test} AS speaks_{style}" for style, test in kind.evidence.items()]
    return f"SELECT {', '.join(columns)} FROM {classified_cells(different, reading)}"


def _settled(reading: ColumnReading, values: str, data: RecordSource, engine: Engine) -> ColumnReading:
    """Return the reading in the style all of the column's values speak for, not only its first rows."""
    styles = KINDS[reading.type].evidence
    if not styles:
        return reading
    sums = ", ".join(f"sum(CASE WHEN speaks_{style} THEN 1 ELSE 0 END)" for style in styles)
    counts = engine.fetch(f"SELECT {sums} FROM {values}")[0]
    evidence = {style: int(count or 0) for style, count in zip(styles, counts, strict=True)}
    style, _ = choose_style(reading.type, evidence, data.fields)
    return replace(reading, style=style)


def _text_worker(kind: FieldType, parts: Sequence[Part], tests: Mapping[TextTest, str], separator: str) -> Any:  # noqa: ANN401 - a function over Arrow batches, typed where pyarrow is
    """Return the function that adds folded texts and test answers to a batch of values."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only rules that compare text need it
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    from segaudit.text.columns import case_folded, domains, folded  # noqa: PLC0415 - as above

    lists = kind is FieldType.MULTI
    whole = {Part.FOLD: folded, Part.RAW_FOLD: case_folded, Part.DOMAIN: domains}

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        # A blank or placeholder has no text; what cannot be read has none either. Python and the engine differ on what
        # is white space; a text's value is the cell as the engine trims it.
        value = batch.column("value")
        usable = pc.if_else(pc.is_valid(value), batch.column("v"), pa.scalar(None, pa.string()))
        trimmed = value if pa.types.is_string(value.type) else usable
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for part in parts:
            cells = usable if part is Part.RAW_FOLD else trimmed
            if part in whole and not lists:
                columns[part.value] = whole[part](cells)
                continue
            name = "fold_items" if lists and part is Part.FOLD else part.value
            kind_of = pa.list_(pa.string()) if lists and part in {Part.FOLD, Part.ITEMS} else pa.string()
            columns[part.value] = pa.array(mapped(cells.to_pylist(), text_function(name, separator)), kind_of)
        for test, name in tests.items():
            cells = usable if "as_is" in test.arguments[:2] else trimmed
            columns[name] = _answers(test, cells)
        return pa.RecordBatch.from_pydict(columns)

    return work


def _answers(test: TextTest, cells: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa  # noqa: PLC0415 - heavy: only rules that compare text need it

    whole = whole_column(test.name, test.arguments)
    if whole is not None:
        return whole(cells)
    return pa.array(mapped(cells.to_pylist(), TESTS[test.name](*test.arguments)), pa.bool_())
