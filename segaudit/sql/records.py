"""The records table: for each row, the parts of each field that some clause asks for.

Cells are read by their different values: a column's values are classified and folded once each and joined back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldMap, FieldType, Placeholder
from segaudit.model.segments import RuleField
from segaudit.model.source import Source
from segaudit.sql.cells import BLANK, OK, PLACEHOLDER, cell_parameters, classified_cells
from segaudit.sql.kinds import KINDS, WHITE_SPACE
from segaudit.sql.kinds.styles import choose_style
from segaudit.sql.operators import Columns, Part, TextTest
from segaudit.sql.record_parts import NO_CELL, absent_parts, present_parts
from segaudit.sql.row_currency import row_currency
from segaudit.sql.values import has_typed_values, read_values, values_table
from segaudit.text.tests import TESTS, mapped, text_function, whole_column

RECORDS = "records"
_TEXT_PARTS = (Part.FOLD, Part.RAW_FOLD, Part.DOMAIN, Part.ITEMS)
_KEPT_PARTS = {Part.STATE, Part.VALUE, Part.HIGH}  # that stand in the table of classified values, if typed
_LONGEST_CELL = 60  # characters of a cell that reasons show


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSource:
    """A raw table, and how each rule field is read from it."""

    source: Source
    fields: FieldMap
    readings: Mapping[str, ColumnReading]  # by rule field; a field no column provides is absent
    placeholders: Sequence[Placeholder]
    classified: bool = False  # the tables of classify_values are there, read as it is said here
    related: Mapping[str, "RelatedRows"] = field(default_factory=dict)  # by kind of table

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRows:
    """Another table, and which of its rows belong to which record."""

    data: RecordSource
    links: str  # table of the engine: _row of a record, related_row; each pair once


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked of the different cells of one field."""

    reading: ColumnReading
    parts: Mapping[Part, str]
    tests: Mapping[TextTest, str]
    separator: str  # of multi-value cells
    lists: Mapping[str, str]  # multi-value cells that have another one -> theirs
    keys: Sequence[str]  # what stands beside: the cell ``v``, and its rows ``n`` where cells stand in place of rows

    @property
    def text_parts(self) -> list[Part]:
        """Return the parts that are worked out in Python."""
        return [part for part in self.parts if part in _TEXT_PARTS]

    @property
    def of_text(self) -> bool:
        """Tell whether anything is worked out in Python."""
        return bool(self.text_parts or self.tests)

    @property
    def is_kept(self) -> bool:
        """Tell whether all of it stands in the table of classified values."""
        is_typed = has_typed_values(self.reading.type) and _KEPT_PARTS.issuperset(self.parts)
        return not self.tests and (is_typed or self.parts.keys() <= {Part.STATE})


def create_records(
    data: RecordSource,
    rule_fields: Mapping[str, RuleField],
    columns: Columns,
    engine: Engine,
    *,
    name: str = RECORDS,
) -> None:
    """Create a table of records: ``_row`` and the columns that were handed out.

    What related rows come to is not among them: sql/related.py adds it.
    """
    prefix = "" if name == RECORDS else f"{name}_"
    selected: list[exp.Expr] = [exp.column("_row", table="r")]
    query = exp.select().from_(exp.to_table(data.source.table).as_("r"))
    own_names = [
        own for own in dict.fromkeys([*columns.parts, *columns.tests]) if rule_fields[own].type is not FieldType.ROWS
    ]
    aliases = {own: f"{prefix}f{index}" for index, own in enumerate(own_names) if own in data.readings}
    wanted = {
        alias: _asked(rule_fields[own], data.readings[own], columns, ("v",))
        for own, alias in aliases.items()
        if columns.parts.get(own) or columns.tests.get(own)
    }
    values = _create_values(wanted, data, engine)
    for own in own_names:
        rule_field, reading = rule_fields[own], data.readings.get(own)
        parts, tests = columns.parts.get(own, {}), columns.tests.get(own, {})
        if reading is None:
            selected += absent_parts(rule_field, parts, tests)
            continue
        alias, cell = aliases[own], exp.column(data.source.column(reading.column.position), table="r")
        if alias in values:
            found = cell.eq(exp.column("v", table=alias))
            query = query.join(exp.to_table(values[alias]).as_(alias), on=found, join_type="left")
        # No value is found for a blank cell, nor for one that can be read where only the others are at hand.
        unfound: exp.Expr = _number(BLANK)
        if data.classified:
            unfound = exp.Case().when(exp.Is(this=cell.copy(), expression=exp.null()), unfound).else_(_number(OK))
        currency = None
        if rule_field.type is FieldType.MONEY:
            currency = row_currency(data.fields, data.source, reading.column, "r")
        selected += present_parts(rule_field, alias, parts, tests, unfound=unfound, currency=currency)
    engine.define(name, query.select(*selected).sql(dialect=engine.dialect))


def create_value_records(data: RecordSource, rule_field: RuleField, columns: Columns, engine: Engine) -> None:
    """Create the records table of one field's different cells in place of its rows.

    Beside the columns that were handed out, all of this field, it has the cell ``v`` and its rows ``n``.

    Args:
        data: A classified table, of which a column provides the field.
        rule_field: The field.
        columns: What was handed out.
        engine: Where the tables live.
    """
    keys = ("v", "n")
    asked = _asked(rule_field, data.readings[rule_field.name], columns, keys)
    values = _create_values({"f0": asked}, data, engine)["f0"]
    selected = [exp.column(key, table=values) for key in keys]
    present = present_parts(rule_field, values, asked.parts, asked.tests, unfound=_number(BLANK))
    engine.define(RECORDS, exp.select(*selected, *present).from_(values).sql(dialect=engine.dialect))


def _asked(rule_field: RuleField, reading: ColumnReading, columns: Columns, keys: Sequence[str]) -> _Asked:
    return _Asked(
        reading=reading,
        parts=columns.parts.get(rule_field.name, {}),
        tests=columns.tests.get(rule_field.name, {}),
        separator=rule_field.separator or reading.separator or ";",
        lists={} if rule_field.separator else dict(reading.lists),
        keys=keys,
    )


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _create_values(wanted: Mapping[str, _Asked], data: RecordSource, engine: Engine) -> dict[str, str]:
    """Create tables of columns' different cells with what is asked of each, or views of such; return their names.

    Args:
        wanted: What is asked, by the name of the table.
        data: The rows that the cells are of.
        engine: Where the tables live.
    """
    if not data.classified:
        wanted = _create_cells(wanted, data, engine)
    return {table: _create_asked(table, data, asked, engine) for table, asked in wanted.items()}


def _create_asked(table: str, data: RecordSource, asked: _Asked, engine: Engine) -> str:
    """Create the table of a column's cells, unless it is there with them; return its name."""
    if data.classified and asked.is_kept:
        kept = values_table(data.source, asked.reading.column.position)
        # Nearly all cells can be read: for rows to be told whether theirs can, it is enough to know the others.
        others = f" WHERE state <> {OK}" if "n" not in asked.keys and asked.parts.keys() == {Part.STATE} else ""
        columns = dict.fromkeys([*asked.keys, "state", *asked.parts])
        engine.define(f"{table}_kept", f"SELECT {', '.join(columns)} FROM {kept}{others}")
        return f"{table}_kept"
    if not asked.of_text:
        if data.classified:
            cells = read_values(data.source, asked.reading)
            engine.create(table, f"SELECT {_columns(asked, kept=True)} FROM {cells}", {"white_space": WHITE_SPACE})
        return table
    cells = f"SELECT * FROM {_cells_table(table, asked)}"
    if data.classified:
        relation = read_values(data.source, asked.reading, with_parameters=False)
        cells = f"SELECT {_columns(asked, kept=True)} FROM {relation}"
    work = _text_worker(asked)
    names = list(dict.fromkeys([*asked.keys, "state", *asked.parts, *asked.tests.values()]))
    engine.map_batches(table, cells, lambda batch: work(batch).select(names))
    return table


def _cells_table(table: str, asked: _Asked) -> str:
    """Return the name of the table of cells without what only Python works out."""
    return f"{table}_cells" if asked.of_text else table


def _create_cells(wanted: Mapping[str, _Asked], data: RecordSource, engine: Engine) -> dict[str, _Asked]:
    """Create the tables of columns' different cells as they are read; return what is asked, in the style that is.

    That is the one all of a column's cells speak for, not only its first rows.
    """
    for table, asked in wanted.items():
        _create_cells_of(table, asked, data, engine)
    settled = dict(wanted)
    for table, evidence in _count_evidence(wanted, data, engine).items():
        asked = wanted[table]
        style, _ = choose_style(asked.reading.type, evidence, data.fields)
        if style != asked.reading.style:
            settled[table] = replace(asked, reading=replace(asked.reading, style=style))
            _create_cells_of(table, settled[table], data, engine)
    return settled


def _create_cells_of(table: str, asked: _Asked, data: RecordSource, engine: Engine) -> None:
    column = data.source.column(asked.reading.column.position)
    different = f"(SELECT DISTINCT {column} AS v FROM {data.source.table} WHERE {column} IS NOT NULL)"
    parameters = cell_parameters(asked.reading.column.field, asked.reading.type, data.placeholders)
    query = f"SELECT {_columns(asked)} FROM {classified_cells(different, asked.reading)}"
    engine.create(_cells_table(table, asked), query, parameters)


def _count_evidence(wanted: Mapping[str, _Asked], data: RecordSource, engine: Engine) -> dict[str, dict[str, int]]:
    """Return how many cells speak for each style, by table, where there is a choice.

    All columns are asked in one go over the rows, whose cells are in them: on a cluster a statement costs more than
    what it works out.
    """
    tests = [
        (table, style, f"{table}.speaks_{style}")
        for table, asked in wanted.items()
        for style in KINDS[asked.reading.type].evidence
    ]
    if not tests:
        return {}
    joins = " ".join(
        f"LEFT JOIN {_cells_table(table, wanted[table])} AS {table} "
        f"ON r.{data.source.column(wanted[table].reading.column.position)} = {table}.v"
        for table in dict.fromkeys(table for table, *_ in tests)
    )
    said = ", ".join(f"{test} AS s{number}" for number, (*_, test) in enumerate(tests))
    spoken = f"{tests[0][0]}_spoken"
    engine.define(spoken, f"SELECT r._row, {said} FROM {data.source.table} AS r {joins}")
    counts = ", ".join(f"sum(CASE WHEN s{number} THEN 1 ELSE 0 END)" for number in range(len(tests)))
    found: dict[str, dict[str, int]] = {}
    for (table, style, _), count in zip(tests, engine.fetch(f"SELECT {counts} FROM {spoken}")[0], strict=True):
        found.setdefault(table, {})[style] = int(count or 0)
    return found


def _columns(asked: _Asked, *, kept: bool = False) -> str:
    """Return the columns that read a column's different cells; what speaks for a style stands beside each.

    Args:
        asked: Of the cells.
        kept: They are selected from ``read_values``, where the style is settled.
    """
    kind = KINDS[asked.reading.type]
    how = kind.readings[asked.reading.style]
    # Only what is asked for is kept: texts of a million rows take longer to write down than to read.
    parts, keys = ({*asked.parts, Part.VALUE}, [*asked.keys, "v"]) if asked.of_text else (set(asked.parts), asked.keys)
    wanted = {
        Part.VALUE: "value",
        Part.UNTRIMMED: "CASE WHEN value IS NOT NULL THEN v END",
        Part.HIGH: "high" if kept else how.high,
        Part.CURRENCY: "currency" if kept and how.currency else how.currency or "CAST(NULL AS VARCHAR)",
    }
    # A placeholder can look like a value; it is none.
    columns = [*dict.fromkeys([*keys, "state"])]
    columns += [
        f"CASE WHEN state > {PLACEHOLDER} THEN {sql} END AS {part}"
        for part, sql in wanted.items()
        if sql and part in parts
    ]
    if Part.CELL in parts:
        columns.append(
            f"CASE WHEN state = {BLANK} THEN '{NO_CELL}' ELSE trim(substr(t, 1, {_LONGEST_CELL})) END AS cell"
        )
    if not kept:
        columns += [f"{test} AS speaks_{style}" for style, test in kind.evidence.items()]
    return ", ".join(columns)


def _text_worker(asked: _Asked) -> Any:  # noqa: ANN401 - a function over Arrow batches, typed where pyarrow is
    """Return the function that adds folded texts and test answers to a batch of values."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only rules that compare text need it
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    from segaudit.text.columns import case_folded, domains, folded  # noqa: PLC0415 - as above

    lists = asked.reading.type is FieldType.MULTI
    answers = [(name, "as_is" in test.arguments[:2], _answers(test)) for test, name in asked.tests.items()]
    whole = {Part.FOLD: folded, Part.RAW_FOLD: case_folded, Part.DOMAIN: domains}

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        # A blank or placeholder has no text; what cannot be read has none either. Python and the engine differ on what
        # is white space; a text's value is the cell as the engine trims it.
        value = batch.column("value")
        usable = pc.if_else(pc.is_valid(value), batch.column("v"), pa.scalar(None, pa.string()))
        trimmed = value if pa.types.is_string(value.type) else usable
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for part in asked.text_parts:
            cells = usable if part is Part.RAW_FOLD else trimmed
            if part in whole and not lists:
                columns[part.value] = whole[part](cells)
                continue
            name = "fold_items" if lists and part is Part.FOLD else part.value
            kind_of = pa.list_(pa.string()) if lists and part in {Part.FOLD, Part.ITEMS} else pa.string()
            columns[part.value] = pa.array(mapped(cells.to_pylist(), _function(name, asked)), kind_of)
        for name, as_is, answered in answers:
            columns[name] = answered(usable if as_is else trimmed)
        return pa.RecordBatch.from_pydict(columns)

    return work


def _function(name: str, asked: _Asked) -> Callable[[str], object]:
    """Return what makes a derived part of a cell, a list by the separator it has."""
    usual = text_function(name, asked.separator)
    if not asked.lists:
        return usual
    functions = {separator: text_function(name, separator) for separator in set(asked.lists.values())}
    return lambda text: functions.get(asked.lists.get(text, ""), usual)(text)


def _answers(test: TextTest) -> Callable[[Any], Any]:
    """Return the function that answers a test of a column of texts."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only rules that compare text need it

    whole = whole_column(test.name, test.arguments)
    if whole is not None:
        return whole
    single = TESTS[test.name](*test.arguments)
    return lambda cells: pa.array(mapped(cells.to_pylist(), single), pa.bool_())
