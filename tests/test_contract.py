"""The row contract: what pandera says of rows is what the engine says, operator by operator and rule by rule."""

import csv
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import SegauditError
from segaudit.ingest.columns.types import find_types
from segaudit.model.fields import VALUE_TYPES, FieldMap, FieldType, MappedColumn
from segaudit.model.quality import Check
from segaudit.model.segments import RuleField
from segaudit.model.source import Source
from segaudit.quality import contract_judge
from segaudit.quality.finders import FINDERS
from segaudit.rulebook.checks import load_checks
from segaudit.rulebook.location import RulesLocation, data_folder
from segaudit.rulebook.tables import load_catalogue
from segaudit.sql.operators import OPERATORS
from segaudit.sql.records import RecordSource
from tests.quality_support import (
    PLACEHOLDERS,
    failed_rows,
    fields_of_types,
    issues_of,
    judge_both,
    read_checks,
    record_source,
    run_contract,
    write_rows,
)
from tests.rules_support import AS_OF, write

# ------------------------------------------------------------------------------------------------- the shipped checks


def _catalogue() -> dict[str, RuleField]:
    found = load_catalogue(RulesLocation.at(None))
    return {name: RuleField(name=name, type=item.type) for name, item in found.items()}


@cache
def _shipped() -> tuple[Check, ...]:
    """Return the shipped checks of the row contract, for every field that any of them is for."""
    fields = _catalogue()
    checks = load_checks(RulesLocation.at(None).quality_files(), fields, fields, tuple(FINDERS))
    return tuple(check for check in checks if check.expect is not None)


@cache
def _planted(folder: Path) -> dict[tuple[str, str], list[tuple[int, bool]]]:
    """Write every test of every shipped check as a row of one table; return which rows should fail, by check."""
    rows: list[dict[str, str]] = []
    expected: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for check in _shipped():
        for test in check.tests:
            rows.append({check.column if name == "it" else name: cell for name, cell in test.cells.items()})
            expected.setdefault((check.id, check.column), []).append((len(rows), test.fails))
    used = [name for name in _catalogue() if any(name in row for row in rows)]
    write_rows(folder / "planted.csv", used, rows)
    types = _catalogue()
    lines = [f"{name},{name},{types[name].type.value}" for name in used]
    (folder / "map.csv").write_text("\n".join(["header,field,type", *lines, ""]), encoding="utf-8")
    return expected


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], tuple[set[int], set[int]]]:
    """For each shipped check and column: rows that should fail, and those of the tests that the product fails."""
    folder = tmp_path_factory.mktemp("planted")
    expected = _planted(folder)
    found = failed_rows(issues_of(folder / "planted.csv", folder, mapped=folder / "map.csv", finders=False))
    return {
        key: ({row for row, fails in tests if fails}, found.get(key, set()) & {row for row, _ in tests})
        for key, tests in expected.items()
    }


@pytest.mark.parametrize("check", sorted({check.id for check in _shipped()}))
def test_shipped_check_comes_with_both_kinds_of_test(check: str) -> None:
    """Every shipped check of the row contract says a row that fails it and one that passes."""
    tests = next(item.tests for item in _shipped() if item.id == check)
    assert {test.fails for test in tests} == {True, False}


@pytest.mark.parametrize(("check", "column"), [(check.id, check.column) for check in _shipped()])
def test_shipped_check_finds_what_is_planted(
    planted: Mapping[tuple[str, str], tuple[set[int], set[int]]], check: str, column: str
) -> None:
    """A shipped check, run as the command runs it, fails the rows planted to fail and passes the others."""
    expected, found = planted[check, column]
    assert found == expected


# ------------------------------------------------------------------------------------- every operator, on every type

BLANKS = ["", " \u00a0\t", "N/A"]
CELLS: dict[FieldType, list[str]] = {
    FieldType.TEXT: ["Café", "CAFE\u0301", " café ", "cafés", "50%", "a_b\\c", "it's", "x\ny", "Ünïcode", "-5",
                     "\u0663", "a\u2003b", "Allemagne", "Japan", "California", "Texas", "EMEA", "APAC"],
    FieldType.ID: ["A-7", "a-7", " A-7", "A-70", "007", "é"],
    FieldType.ENUM: ["Lead", "LEAD", "Leads", "Léad", "Allemagne", "Japan", "California", "Texas", "EMEA", "APAC"],
    FieldType.EMAIL: ["ann@gmail.com", " ANN@Gmail.com ", "info@acme.co.uk", "x@mailinator.com", "no address"],
    FieldType.PHONE: ["+44 20 7946 0123", "call", "+44 20 7946 0124"],
    FieldType.URL: ["https://www.acme.com/x", "ACME.com", "none yet", "shop.acme.com", "acme.org"],
    FieldType.INT: ["49", "50", "51", "50-200", "1,000+", "-5", "twelve", "9007199254740993", "0"],
    FieldType.NUMBER: ["0.1", "0.5", "0.50", "-0.5", "1e3", "lots", "0.3", "50"],
    FieldType.MONEY: ["$1.2M", "1200000", "€1.2M", "20K", "$50", "50.00", "$50-$200", "-$50", "free", "50"],
    FieldType.DATE: ["2026-03-31", "2026-03-30", "2026-04-01", "2025-03-31", "31.03.2026", "soon", "1900-01-01",
                     "2026-06-30", "2025-12-31", "9998-12-31"],
    FieldType.BOOL: ["yes", "FALSE", "1", " Yes ", "maybe", "no"],
    FieldType.MULTI: [";", "Salesforce; HubSpot", "hubspot", "CAFE\u0301;;", "HubSpot", "a;b;c"],
}  # fmt: skip
VALUES: dict[FieldType, list[Any]] = {
    FieldType.TEXT: ["café", "it's", "a_b\\c"],
    FieldType.ID: ["a-7", "007", "é"],
    FieldType.ENUM: ["lead", "léad"],
    FieldType.EMAIL: ["ann@gmail.com", "x@mailinator.com"],
    FieldType.PHONE: ["+44 20 7946 0123"],
    FieldType.URL: ["acme.com", "acme.org"],
    FieldType.INT: [50, -5, 1000],
    FieldType.NUMBER: [0.5, 0.1],
    FieldType.MONEY: ["1.2M", 50, -50],
    FieldType.DATE: ["2026-03-31", "1900-01-01"],
    FieldType.BOOL: [True],
    FieldType.MULTI: [],
}
PATTERNS = {FieldType.PHONE: "0123", FieldType.ID: "a-7", FieldType.ENUM: "lead", FieldType.TEXT: "café"}
TAILS = {FieldType.PHONE: "0124", FieldType.EMAIL: ".com", FieldType.URL: ".com", FieldType.ENUM: "ad"}
OPTIONS: list[dict[str, Any]] = [{}, {"missing": "exclude"}, {"missing": "include"}, {"case": "exact"}, {"trim": False}]


def operands(name: str, kind: FieldType) -> list[Any]:
    """Return what to put behind an operator for a type of field."""
    word = PATTERNS.get(kind, "acme" if kind is FieldType.URL else "ann")
    days, bounds = [["2026-03-30", "as_of"], ["0001-01-01", "9999-12-31"]], [[50, 200], [0, 0.5]]
    rows: list[tuple[str, list[Any]]] = [
        ("known unknown valid invalid placeholder never ever is", [True, False]),
        ("is_free_mail is_role_address is_disposable", [True, False]),
        ("older_than newer_than within_last not_within_last", ["1d", "1y", "9999y"]),
        ("before_last within_next after_next", ["1d", "1m", "9999y"]),
        ("this last next", ["week", "month", "quarter", "year"]),
        ("on before after on_or_before on_or_after", ["as_of", "2026-03-30"]),
        ("eq ne", VALUES[kind]),
        ("in not_in", [VALUES[kind], VALUES[kind][:1]]),
        ("in_file not_in_file", ["list.csv"]),
        ("contains not_contains starts_with ends_with", [word, [word, "zz", TAILS.get(kind, "é")]]),
        ("contains_word", [word, "gmail"]),
        ("like", [f"%{word}%", "50\\%", "a\\_%", "_%", "x%y"]),
        ("matches not_matches", [word, "(?s)x.y", r"\d", "[é-]", "a|b$", r"^\S+$", r"^\w+$", r"a\sb"]),
        ("length", [4, {"gte": 4, "lt": 8}]),
        ("similar_to", [word, {"to": word + "x", "at_least": 0.8}]),
        ("domain_in", [["acme.com", "gmail.com"]]),
        ("gt gte lt lte", [50, 0.5, -5, "1.2M", 9007199254740992]),
        ("between not_between range", days if kind is FieldType.DATE else bounds),
        ("top_percent bottom_percent", [25, 60]),
        ("has_any has_all has_none exactly", [["hubspot"], ["salesforce", "hubspot"], ["café"]]),
        ("count", [0, {"gte": 1, "lt": 3}]),
        ("country_in", [["DE", "US"]]),
        ("region_in", [["EMEA"]]),
        ("state_in", [["US-CA"]]),
    ]
    return next((values for names, values in rows if name in names.split()), ["g"])


def conditions_on(kind: FieldType) -> dict[str, dict[str, Any]]:
    """Return every operator of a type, with each of its operands and options, as conditions on the field f."""
    found = {}
    for operator in OPERATORS:
        if kind not in operator.types:
            continue
        for operand, options in product(operands(operator.name, kind), OPTIONS):
            clause = {operator.name: operand, **options}
            found[str(clause)] = {"f": clause}
    return found


@cache
def judged_of(kind: FieldType) -> tuple[dict[str, str], dict[str, str]]:
    """Judge every condition on a type by the contract and by the engine, over cells paired with others."""
    cells = [*BLANKS, *CELLS[kind]]
    shuffled = random.Random(7).sample(cells, len(cells))  # noqa: S311 - pairs that repeat, not secrets
    records = [
        {"f": one, "g": other} for one, other in [*zip(cells, cells, strict=True), *zip(cells, shuffled, strict=True)]
    ]
    listed = {"list.csv": "cafe\u0301\na-7\nlead\nann@gmail.com\n+44 20 7946 0123\nacme.com\n"}
    both = judge_both(conditions_on(kind), records, fields_of_types(f=kind.value, g=kind.value), listed=listed)
    return both.contract, both.engine


@pytest.mark.parametrize("kind", VALUE_TYPES)
def test_operators_agree(kind: FieldType) -> None:
    """Of each cell of a type, pandera and the engine say the same, whatever the operator, operand and options."""
    by_contract, by_engine = judged_of(kind)
    assert len(by_engine) == len(conditions_on(kind)) > 50
    assert {name: said for name, said in by_contract.items() if said != by_engine[name]} == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, operator.name) for operator in OPERATORS for kind in VALUE_TYPES if kind in operator.types],
)
def test_operators_are_tried_on_cells_that_tell(kind: FieldType, name: str) -> None:
    """The cells of a type hold, for each operator, one that satisfies it, one that does not, and one it cannot tell."""
    said = {
        letter for words, found in judged_of(kind)[0].items() if words.startswith(f"{{'{name}'") for letter in found
    }
    decided = next(item.decided for item in OPERATORS if item.name == name and kind in item.types)
    # Nothing can be unreadable in a column that takes any text, and a date can be on either side of never.
    free = kind in {FieldType.TEXT, FieldType.ID, FieldType.ENUM, FieldType.MULTI}
    assert said >= ({"T", "F"} if decided else {"T", "F", "U"}) or (free and name in {"valid", "invalid"})


# ------------------------------------------------------------------------------------------------- groups and logic

TRUTHS = {"T": True, "F": False, "U": None}


def _not(truth: bool | None) -> bool | None:  # noqa: FBT001 - a verdict
    return None if truth is None else not truth


def _least(truths: Sequence[bool | None], least: int) -> bool | None:
    sure, possible = sum(truth is True for truth in truths), sum(truth is not False for truth in truths)
    return True if sure >= least else False if possible < least else None


GROUPS = {
    "all": lambda t: _least(t, 3),
    "any": lambda t: _least(t, 1),
    "none": lambda t: _not(_least(t, 1)),
    "not_all": lambda t: _not(_least(t, 3)),
}


@pytest.mark.parametrize("group", [*GROUPS, "at_least 2", "not"])
def test_groups_combine_by_kleene(group: str) -> None:
    """Groups of what holds, does not hold and cannot be told combine by Kleene's tables, worked out by hand."""
    rows = list(product("TFU", repeat=3))
    cell = {"T": "9", "F": "1", "U": ""}
    records = [dict(zip("abc", (cell[letter] for letter in row), strict=True)) for row in rows]
    members: list[dict[str, Any]] = [{name: {"gt": 5}} for name in "abc"]
    if group == "not":
        condition: dict[str, Any] = {"not": members[0]}
        expected = [_not(TRUTHS[row[0]]) for row in rows]
    elif group == "at_least 2":
        condition = {"at_least": {"n": 2, "of": members}}
        expected = [_least([TRUTHS[letter] for letter in row], 2) for row in rows]
    else:
        condition = {group: members}
        expected = [GROUPS[group]([TRUTHS[letter] for letter in row]) for row in rows]
    found = judge_both({"": condition}, records, fields_of_types(a="int", b="number", c="money"))
    assert found.contract[""] == "".join({True: "T", False: "F", None: "U"}[truth] for truth in expected)
    assert found.engine == found.contract


def _nested(kind: str, depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"n": {"gte": 1}}
    for _ in range(depth):
        condition = {kind: condition if kind == "not" else [condition, {"t": {"eq": "a"}}]}
    return condition


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(_nested("not", 80), "TFUT", id="80 groups in each other"),
        pytest.param(_nested("all", 40), "TFFF", id="40 groups of two"),
        pytest.param({"any": [{"n": {"eq": n}} for n in range(5, 405)]}, "FFUT", id="400 alternatives"),
        pytest.param({"n": {"in": list(range(5, 405))}}, "FFUT", id="400 numbers"),
        pytest.param({"t": {"contains": ["a", *(f"w{n}" for n in range(400))]}}, "TFFF", id="400 words"),
        pytest.param({"t": {"in": [f"w{n}" for n in range(3_000)] + ["b", "a"]}}, "TTFF", id="3000 words"),
        pytest.param({"at_least": {"n": 3, "of": [{"n": {"gt": n}} for n in range(150)]}}, "FFUT", id="3 of 150"),
    ],
)
def test_large_conditions(condition: dict[str, Any], expected: str) -> None:
    """A condition may be as deep and as wide as rules may be; it is judged as its parts say."""
    records = [{"n": "1", "t": "a"}, {"n": "0", "t": "b"}, {"n": "", "t": "x"}, {"n": "9", "t": "y"}]
    found = judge_both({"": condition}, records, fields_of_types(n="int", t="text"))
    assert (found.contract[""], found.engine[""]) == (expected, expected)


WORDS = [
    "b'\\",
    "it''s",
    "\\",
    "a\nb",
    "$1",
    "{x}",
    "%",
    '"',
    "x\u2028y",
    "😀",
    "'; drop table records; --",
    "--",
    "/*",
    "NULL",
]


@pytest.mark.parametrize("word", WORDS)
def test_words_are_taken_as_they_are(word: str) -> None:
    """No word of a rules file is anything but a word to the contract."""
    records = [{"t": word}, {"t": f"x{word}"}, {"t": ""}]
    conditions = {
        "eq": {"t": {"eq": word}},
        "in": {"t": {"in": [word, "other"]}},
        "contains": {"t": {"contains": word}},
    }
    found = judge_both(conditions, records, fields_of_types(t="text"))
    assert found.contract == {"eq": "TFU", "in": "TFU", "contains": "TTU"}
    assert found.engine == found.contract


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"blank_means": False}, {"is": "TFFU", "known": "TTFT"}),
        ({}, {"is": "TFUU", "known": "TTFT"}),
    ],
)
def test_what_blanks_mean(fields: dict[str, Any], expected: dict[str, str]) -> None:
    """A blank counts as what the field's declaration says it means, and is missing all the same."""
    field = RuleField(name="b", type=FieldType.BOOL, **fields)
    records = [{"b": "yes"}, {"b": "no"}, {"b": ""}, {"b": "maybe"}]
    found = judge_both({"is": {"b": {"is": True}}, "known": {"b": {"known": True}}}, records, {"b": field})
    assert (found.contract, found.engine) == (expected, expected)


def test_other_currency() -> None:
    """An amount in another currency than the field's is not told, by both."""
    field = RuleField(name="w", type=FieldType.MONEY, currency="USD")
    records = [{"w": cell} for cell in ("$100", "€100", "100", "$5", "")]
    found = judge_both({"": {"w": {"gte": 50}}, "top": {"w": {"top_percent": 50}}}, records, {"w": field})
    assert found.contract == {"": "TUTFU", "top": "TUTFU"}
    assert found.engine == found.contract


# ------------------------------------------------------------------------------------ counts, batches and odd tables

CHECKED = """
    checks:
      - id: adult
        dimension: validity
        severity: error
        title: Too young
        why: Because
        mend: Mend it
        when: {created_on: {before: "2026-01-01"}}
        expect: {age: {gte: 18}}
"""


def test_rows_checked_are_those_that_can_be_told(tmp_path: Path, engine: DuckEngine) -> None:
    """A row counts as checked if the condition holds of it and the expectation can be told; it fails if not met."""
    cells = [
        ("2025-01-01", "17"),  # fails
        ("2025-01-01", "18"),
        ("2025-01-01", "10-30"),  # cannot be told
        ("2025-01-01", ""),  # cannot be told
        ("2025-01-01", "old"),  # cannot be told
        ("2025-01-01", "5-17"),  # fails, whatever it is
        ("2026-01-01", "17"),  # is not asked
        ("", "17"),  # whether it is asked cannot be told
        ("soon", "17"),
    ]
    fields = fields_of_types(created_on="date", age="int")
    records = [{"created_on": day, "age": age} for day, age in cells]
    data = record_source(tmp_path / "data.csv", records, fields, engine)
    counts, failed = run_contract(read_checks(tmp_path, CHECKED, known=fields), data, fields, engine, AS_OF)
    assert counts == [(3, 2)]
    assert failed == [(0, 1), (0, 6)]


def _numbered(engine: DuckEngine, rows: int, columns: int = 1) -> RecordSource:
    """Return a table whose cells are the row's number modulo 1,000, in several columns that are the same."""
    cells = ", ".join(f"CAST((range + 1) % 1000 AS VARCHAR) AS c{position}" for position in range(1, columns + 1))
    engine.create("numbered", f"SELECT range + 1 AS _row, {cells} FROM range({rows})")  # noqa: S608 - our own names
    headers = tuple(f"n{position}" for position in range(1, columns + 1))
    source = Source(name="numbered", table="numbered", headers=headers, rows=rows, kind="csv")
    mapped = FieldMap(
        columns=tuple(
            MappedColumn(position=position, header=header, field=header, type=FieldType.INT, source="map")
            for position, header in enumerate(headers, start=1)
        ),
        system=None,
        system_object=None,
        known_headers=0,
    )
    readings = {reading.column.header: reading for reading in find_types(source, mapped, PLACEHOLDERS, engine)}
    return RecordSource(source=source, fields=mapped, readings=readings, placeholders=PLACEHOLDERS)


FOR_ALL = """
    checks:
      - {id: small, dimension: validity, severity: error, title: T, why: W, mend: M,
         for: {type: int}, expect: {it: {lt: 999}}}
      - {id: readable, dimension: validity, severity: error, title: T, why: W, mend: M,
         for: {type: int}, when: {it: {known: true}}, expect: {it: {valid: true}}}
      - {id: pattern, dimension: validity, severity: error, title: T, why: W, mend: M,
         for: {type: int}, expect: {it: {not_in: [7, 8]}}}
"""


def test_more_rows_than_a_batch_holds(tmp_path: Path, engine: DuckEngine) -> None:
    """Rows are numbered over all batches, and whatever order they come in."""
    fields = fields_of_types(n1="int")
    checks = read_checks(tmp_path, FOR_ALL, known=fields)
    counts, failed = run_contract(checks, _numbered(engine, 250_000), fields, engine, AS_OF)
    assert counts == [(250_000, 250), (250_000, 0), (250_000, 500)]
    assert [row for check, row in failed if check == 0] == list(range(999, 250_000, 1_000))
    assert [row for check, row in failed if check == 2] == sorted(
        [*range(7, 250_000, 1_000), *range(8, 250_000, 1_000)]
    )


def test_ranks_are_over_all_batches(tmp_path: Path, engine: DuckEngine) -> None:
    """What is in the top percent is so among all rows, not among those of a batch."""
    text = FOR_ALL.split("      - {id: readable", maxsplit=1)[0].replace("{lt: 999}", "{top_percent: 1}")
    fields = fields_of_types(n1="int")
    data = _numbered(engine, 250_000)
    # The first batch would have its own best: numbers that only the later ones exceed.
    engine.create("numbered", "SELECT range + 1 AS _row, CAST(range + 1 AS VARCHAR) AS c1 FROM range(250000)")
    counts, failed = run_contract(read_checks(tmp_path, text, known=fields), data, fields, engine, AS_OF)
    assert counts == [(250_000, 247_500)]
    assert failed[-1] == (0, 247_500)


def test_many_columns(tmp_path: Path, engine: DuckEngine) -> None:
    """A wide table is judged a part of its columns after the other; each failure is told of its own check."""
    fields = fields_of_types(**{f"n{position}": "int" for position in range(1, 121)})
    checks = read_checks(tmp_path, FOR_ALL, known=fields)
    counts, failed = run_contract(checks, _numbered(engine, 1_000, columns=120), fields, engine, AS_OF)
    assert [check.column for check in checks] == [f"n{position}" for position in range(1, 121)] * 3
    assert counts == [(1_000, 1)] * 120 + [(1_000, 0)] * 120 + [(1_000, 2)] * 120
    small, patterns = [(place, 999) for place in range(120)], range(240, 360)
    assert failed == [*small, *((place, row) for place in patterns for row in (7, 8))]


def test_no_rows(tmp_path: Path, engine: DuckEngine) -> None:
    """Of a table without rows nothing fails and nothing was checked."""
    fields = fields_of_types(n1="int")
    checks = read_checks(tmp_path, FOR_ALL, known=fields)
    assert run_contract(checks, _numbered(engine, 0), fields, engine, AS_OF) == ([(0, 0)] * 3, [])


def test_no_checks(engine: DuckEngine) -> None:
    """Where no check can be run there are no failures, and a place to read them from all the same."""
    assert run_contract((), _numbered(engine, 3), fields_of_types(n1="int"), engine, AS_OF) == ([], [])


def test_order_of_columns_and_checks_does_not_matter(tmp_path: Path, engine: DuckEngine) -> None:
    """The same rows fail whichever way round the columns stand."""
    records = [{"a": "1", "b": "2"}, {"a": "3", "b": "2"}, {"a": "3", "b": ""}]
    text = FOR_ALL.split("      - {id: readable", maxsplit=1)[0].replace(
        "for: {type: int}, expect: {it: {lt: 999}}", "expect: {a: {lt_field: b}}"
    )
    found = []
    for names in ("ab", "ba"):
        fields = fields_of_types(**dict.fromkeys(names, "int"))
        data = record_source(tmp_path / f"{names}.csv", records, fields, engine)
        found.append(run_contract(read_checks(tmp_path, text, known=fields), data, fields, engine, AS_OF))
    assert found == [([(2, 1)], [(0, 2)])] * 2


class _Silent:
    """pandera, as it would be if its backend passed over what it is asked."""

    def __init__(self, real: Any, *, keep: int) -> None:  # noqa: ANN401 - a module
        self._real, self._keep = real, keep
        self.errors, self.Column, self.Check = real.errors, real.Column, real.Check

    def DataFrameSchema(self, columns: Any) -> Any:  # noqa: ANN401, N802 - pandera's own name
        """Return a schema that forgets some checks of each column."""
        for column in columns.values():
            column.checks = column.checks[: self._keep]
        return self._real.DataFrameSchema(columns)


@pytest.mark.parametrize("keep", [0, 1])
def test_checks_that_pandera_passes_over_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: int
) -> None:
    """If pandera runs no check, or not all, the run stops and names the check that was passed over."""
    real = contract_judge.load_pandera()
    monkeypatch.setattr(contract_judge, "load_pandera", lambda: _Silent(real, keep=keep))
    fields = fields_of_types(n1="int")
    checks = read_checks(tmp_path, FOR_ALL, known=fields)
    passed_over = "small" if keep == 0 else "pattern"
    with DuckEngine(threads=1) as engine, pytest.raises(SegauditError, match=passed_over) as caught:
        run_contract(checks, _numbered(engine, 2_000), fields, engine, AS_OF)
    assert "cannot be relied on" in caught.value.hint


def test_validation_cannot_be_switched_off(tmp_path: Path) -> None:
    """Variables of the environment that switch pandera's checks off have no say."""
    file = write(tmp_path / "t.csv", "Number of Employees,Email\n-1,ann@example.com\n5,bo@example.com\n")
    off = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    command = [sys.executable, "-m", "segaudit", "quality", str(file), "--format", "json", "--quiet"]
    ran = subprocess.run(command, env={**os.environ, **off}, capture_output=True, text=True, check=True)
    rows = [
        found["rows"] for found in json.loads(ran.stdout)["findings"] if found["rule"] == "quality.count-below-zero"
    ]
    assert rows == [[1]]


# ----------------------------------------------------------------------------------- the same rules, written in pandas

CONTACTS = data_folder("sample_data") / "contacts.csv"
TODAY = date(2026, 6, 30)
JUNK = {"junk", "junk lead", "unqualified", "disqualified", "not a fit"}
FAR = {"customer", "client", "opportunity", "evangelist"}


def _placeholders(field: str) -> frozenset[str]:
    with (data_folder("rules") / "placeholders.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["value"] for row in csv.DictReader(file) if field not in row["not_in"].split())


class Contacts:
    """The sample contacts, read with pandas and the standard library alone."""

    def __init__(self) -> None:
        import pandas as pd  # noqa: PLC0415 - heavy: needed by these tests only

        with CONTACTS.open(encoding="utf-8", newline="") as file:
            self.table = pd.DataFrame(list(csv.DictReader(file)), dtype=object)
        self.table.index += 1

    def filled(self, header: str, field: str) -> Any:  # noqa: ANN401 - a pandas series
        """Return trimmed cells, None where blank or a placeholder."""
        words = _placeholders(field)
        trimmed = self.table[header].map(lambda cell: cell.strip(" \t\r\n\u00a0\u200b\ufeff"))
        return trimmed.where(~trimmed.str.lower().isin(words | {""}), None)

    def known(self, header: str, field: str) -> Any:  # noqa: ANN401 - as above
        """Return whether cells are filled."""
        return self.filled(header, field).notna()

    def folded(self, header: str, field: str) -> Any:  # noqa: ANN401 - as above
        """Return cells as people compare them."""
        return self.filled(header, field).map(lambda cell: cell and " ".join(cell.casefold().split()))

    def days(self, header: str, field: str, *, first: str) -> Any:  # noqa: ANN401 - as above
        """Return dates; ``first`` says whether 01/02/2026 begins with the day ("d") or the month ("m")."""
        return self.filled(header, field).map(lambda cell: _day(cell, first) if cell else None)

    def numbers(self, header: str, field: str) -> Any:  # noqa: ANN401 - as above
        """Return plain numbers; None for everything else."""
        return self.filled(header, field).map(lambda cell: float(cell) if cell and _PLAIN.fullmatch(cell) else None)

    def rows(self, mask: Any) -> set[int]:  # noqa: ANN401 - as above
        """Return the numbers of the rows that a mask holds of."""
        return set(self.table.index[mask.fillna(value=False).astype(bool)])


def _day(cell: str, first: str) -> date | None:
    slash = ("%d/%m/%Y", "%m/%d/%Y") if first == "d" else ("%m/%d/%Y", "%d/%m/%Y")
    forms = ["%Y-%m-%d", "%Y/%m/%d", *slash, "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d %b, %Y"]
    for text in (cell, cell.rpartition(" ")[0]):  # a time may follow
        for form in forms:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return None


def _earlier(one: Any, other: Any) -> Any:  # noqa: ANN401 - pandas series
    import pandas as pd  # noqa: PLC0415 - heavy: needed by these tests only

    return pd.Series([a is not None and b is not None and a < b for a, b in zip(one, other, strict=True)], one.index)


def _after(days: Any, day: date) -> Any:  # noqa: ANN401 - pandas series
    return days.map(lambda found: found is not None and found > day)


def _is_true(cells: Any) -> Any:  # noqa: ANN401 - pandas series
    return cells.isin(["true", "yes", "1"])


def _disposable(contacts: Contacts) -> Any:  # noqa: ANN401 - pandas series
    from disposable_email_domains import blocklist  # noqa: PLC0415 - large: needed by this test only

    listed = blocklist - MISTYPED
    mails = contacts.folded("Email", "email")
    return mails.map(lambda mail: bool(mail) and bool(_MAIL.fullmatch(mail)) and mail.rpartition("@")[2] in listed)


_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MAIL = re.compile(r"[^@\s]+@[a-z0-9.-]+\.[a-z]+")
# On the published list, and what people write who mean a large provider: found by eye.
MISTYPED = frozenset("amail.com cmail.com gmial.com gotmail.com hotmai.com hotmial.com tmail.com".split())
_MARKETED = "marketing contact"

IN_PANDAS: dict[tuple[str, str], Any] = {
    ("score-out-of-range", "Intent Score"): lambda c: (
        (c.numbers("Intent Score", "intent_score") < 0) | (c.numbers("Intent Score", "intent_score") > 100)
    ),
    ("date-in-future", "Create Date"): lambda c: _after(c.days("Create Date", "created_on", first="d"), TODAY),
    ("date-in-future", "Last Modified Date"): lambda c: _after(
        c.days("Last Modified Date", "updated_on", first="d"), TODAY
    ),
    ("date-in-future", "Last Activity Date"): lambda c: _after(
        c.days("Last Activity Date", "last_activity_on", first="m"), TODAY
    ),
    ("activity-before-creation", "Last Activity Date"): lambda c: _earlier(
        c.days("Last Activity Date", "last_activity_on", first="m"), c.days("Create Date", "created_on", first="d")
    ),
    ("updated-before-creation", "Last Modified Date"): lambda c: _earlier(
        c.days("Last Modified Date", "updated_on", first="d"), c.days("Create Date", "created_on", first="d")
    ),
    ("date-unreadable", "Last Activity Date"): lambda c: (
        c.known("Last Activity Date", "last_activity_on")
        & c.days("Last Activity Date", "last_activity_on", first="m").isna()
    ),
    ("opted-out-but-marketed", "Marketing contact status"): lambda c: (
        _is_true(c.folded("Unsubscribed from all email", "unsubscribed"))
        & (c.folded("Marketing contact status", "marketing_status") == _MARKETED)
    ),
    ("email-bounced-but-marketed", "Marketing contact status"): lambda c: (
        c.known("Email hard bounce reason", "bounce_reason")
        & (c.folded("Marketing contact status", "marketing_status") == _MARKETED)
    ),
    ("junk-but-advanced", "Lead Status"): lambda c: (
        c.folded("Lead Status", "lead_status").isin(JUNK) & c.folded("Lifecycle Stage", "lifecycle_stage").isin(FAR)
    ),
    ("nameless", "Last Name"): lambda c: ~c.known("First Name", "first_name") & ~c.known("Last Name", "last_name"),
    ("unreachable", "Email"): lambda c: (
        ~c.known("Email", "email") & ~c.known("Phone Number", "phone") & ~c.known("Mobile Phone Number", "mobile")
    ),
    ("email-disposable", "Email"): _disposable,
    ("birth-date-unlikely", "Date of birth"): lambda c: c.days("Date of birth", "birth_date", first="d").map(
        lambda day: day is not None and not date(1906, 1, 1) <= day <= TODAY
    ),
    ("count-below-zero", "Number of Employees"): lambda c: c.numbers("Number of Employees", "employees") < 0,
    ("money-below-zero", "Annual Revenue"): lambda c: c.numbers("Annual Revenue", "annual_revenue") < 0,
}


@pytest.fixture(scope="module")
def in_contract(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], set[int]]:
    """The rows of the sample contacts that fail, by check and column, as the product finds them."""
    return failed_rows(issues_of(CONTACTS, tmp_path_factory.mktemp("contacts"), as_of=TODAY, finders=False))


@pytest.fixture(scope="module")
def contacts() -> Contacts:
    """The sample contacts, read without the product."""
    return Contacts()


@pytest.mark.parametrize("key", IN_PANDAS, ids=" in ".join)
def test_pandas_finds_the_same_rows(
    in_contract: Mapping[tuple[str, str], set[int]], contacts: Contacts, key: tuple[str, str]
) -> None:
    """A shared rule, written again by hand in pandas, fails exactly the rows that the contract fails."""
    assert in_contract.get(key, set()) == contacts.rows(IN_PANDAS[key](contacts))


def test_the_sample_tells_rules_apart(in_contract: Mapping[tuple[str, str], set[int]]) -> None:
    """Most of the rules written in pandas fail some rows of the sample: equal sets are not only empty ones."""
    assert sum(bool(in_contract.get(key)) for key in IN_PANDAS) >= 10
