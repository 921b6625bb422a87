"""The tests written in the rules: records given by field, decided like any others."""

from collections.abc import Mapping, Sequence
from datetime import date

from segaudit.engine.protocol import Engine
from segaudit.model.checks import TestOutcome
from segaudit.model.fields import ColumnReading, FieldMap, MappedColumn
from segaudit.model.segments import RuleBook, RuleTest
from segaudit.model.source import Source
from segaudit.segments.decide import TAGS, create_tags
from segaudit.segments.program import build_program
from segaudit.sql.kinds import KINDS
from segaudit.sql.records import RecordSource

_TABLE = "given"


def run_tests(
    rules: RuleBook, as_of: date, lists: Mapping[str, Sequence[str]], engine: Engine
) -> tuple[TestOutcome, ...]:
    """Decide every test's record, on its own day, and return the outcomes in the order written."""
    outcomes: dict[int, TestOutcome] = {}
    days = dict.fromkeys(test.as_of or as_of for test in rules.tests)
    for day in days:
        tests = [test for test in rules.tests if (test.as_of or as_of) == day]
        data = _given(rules, tests, day, engine)
        create_tags(build_program(rules, day, lists), data, engine)
        for row, test in enumerate(tests, start=1):
            label, reason = engine.fetch(
                f'SELECT "segment_{test.schema}", "segment_{test.schema}_reason" FROM {TAGS} WHERE _row = $row',
                {"row": row},
            )[0]
            outcomes[id(test)] = TestOutcome(test=test, label=label, reason=reason)
    return tuple(outcomes[id(test)] for test in rules.tests)


def _given(rules: RuleBook, tests: Sequence[RuleTest], day: date, engine: Engine) -> RecordSource:
    """Load the records given as a raw table, one column for each field some test gives."""
    names = list(dict.fromkeys(name for test in tests for name in test.given)) or ["record_id"]
    cells = {f"c{index}": [_cell(test.given.get(name), day) for test in tests] for index, name in enumerate(names, 1)}
    selected = ", ".join(f"unnest(CAST(${column} AS VARCHAR[])) AS {column}" for column in cells)
    query = f"SELECT unnest($rows) AS _row, {selected}"
    engine.create(_TABLE, query, {**cells, "rows": list(range(1, len(tests) + 1))})
    source = Source(name="tests", table=_TABLE, headers=tuple(names), rows=len(tests), kind="csv")
    columns = [
        MappedColumn(position=index, header=name, field=name, type=rules.fields[name].type, source="rules")
        for index, name in enumerate(names, 1)
    ]
    readings = {
        name: ColumnReading(
            column=column,
            type=rules.fields[name].type,
            type_source="field",
            style=KINDS[rules.fields[name].type].default_style,
            separator=";",
        )
        for name, column in zip(names, columns, strict=True)
    }
    fields = FieldMap(columns=tuple(columns), system=None, system_object=None, known_headers=0)
    return RecordSource(source=source, fields=fields, readings=readings, placeholders=())


def _cell(value: object, day: date) -> str | None:
    """Return a given value as the cell it stands for; ``as_of`` is the day of the test."""
    match value:
        case None:
            return None
        case "as_of":
            return day.isoformat()
        case bool():
            return "true" if value else "false"
        case list():
            return ";".join(map(str, value))
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
