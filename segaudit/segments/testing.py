"""The tests written in the rules: records given by field, decided like any others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from segaudit.engine.protocol import Engine
from segaudit.model.checks import TestOutcome
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleBook, RuleTest
from segaudit.segments.decide import TAGS, create_tags
from segaudit.segments.given import SEPARATOR, GivenRecord, load_given, load_given_rows
from segaudit.segments.program import build_program
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
    """Load the records given, and the rows of other tables given with them."""
    kinds = {name for test in tests for name in test.given if rules.fields[name].type is FieldType.ROWS}
    records = [{name: _cell(value, day) for name, value in test.given.items() if name not in kinds} for test in tests]
    related = {kind: load_given_rows(kind, list(_rows(kind, tests, day)), rules, engine) for kind in sorted(kinds)}
    return replace(load_given(_TABLE, records, rules, engine), related=related)


def _rows(kind: str, tests: Sequence[RuleTest], day: date) -> Iterator[tuple[int, GivenRecord]]:
    """Yield the rows of a table that tests give, each with the number of its record."""
    for number, test in enumerate(tests, start=1):
        given = test.given.get(kind)
        for row in given if isinstance(given, list) else ():
            yield number, {name: _cell(value, day) for name, value in row.items()}


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
            return SEPARATOR.join(map(str, value))
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
