"""``segaudit enrich``: what filling fields would decide, against every value they could be filled with."""

import csv
import json
from collections.abc import Mapping, Sequence
from itertools import chain, combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.model.enrichment import Need
from segaudit.model.segments import Assignment, RuleBook
from segaudit.segments.enrichment import best_sets, fill_order
from segaudit.segments.enrichment_logic import FALSE, TRUE, UNKNOWN, find_need, leaves_of
from segaudit.segments.program import build_program
from tests.compare_reference import decide
from tests.rules_support import AS_OF, load, run, write

FIELDS = ("f", "g", "h")
_TRUTHS = {True: TRUE, False: FALSE, None: UNKNOWN}


def enrich(folder: Path, rules: str, header: str, rows: Sequence[str], *options: object) -> dict[str, Any]:
    """Return what the command says of a small file."""
    data = folder / "data.csv"
    data.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    ran = run("enrich", data, "--rules", write(folder / "rules.yaml", rules), "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


RULES = """
    fields: {employees: {type: int}, annual_revenue: {type: money}, industry: {type: enum}}
    schemas:
      size:
        assign: exactly_one
        segments:
          small: {criteria: {employees: {lte: 50}}}
          large: {criteria: {employees: {gt: 50}}}
      programme:
        assign: first_match
        segments:
          top: {criteria: {all: [{industry: {in: [Software]}}, {employees: {gt: 50}}]}}
          rest: {criteria: {annual_revenue: {gte: 1M}}}
"""
HEADER = "Record ID,employees,annual_revenue,industry"
# In size: sure, open, open, sure, open. In programme: all known; top open for employees; open for both; revenue open
# behind a top that fails; top fails by its industry, so employees do not matter there.
ROWS = ["1,10,2M,Retail", "2,,2M,Software", "3,,2M,", "4,10,,", "5,,2M,Retail"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Weigh the rows above."""
    return enrich(tmp_path_factory.mktemp("enrich"), RULES, HEADER, ROWS)


def test_head(result: dict[str, Any]) -> None:
    """The document says its version, its rules by hash, and how many records and placements are open."""
    assert (result["schema_version"], result["command"]) == ("1", "enrich")
    assert (result["records_open"], result["open"]) == (4, 6)
    assert len(result["rules"]["sha256"]) == 64


def test_open_and_provisional(result: dict[str, Any]) -> None:
    """A record no segment holds is unplaced; one that a later segment holds while an earlier is open may change."""
    counts = {item["schema"]: (item["unplaced"], item["provisional"]) for item in result["schemas"]}
    assert counts == {"size": (3, 0), "programme": (1, 2)}


def test_gains(result: dict[str, Any]) -> None:
    """A field decides alone where nothing else is left open; where two are missing neither does."""
    programme = {gain["field"]: gain for gain in result["schemas"][1]["fields"]}
    assert {name: (gain["matters"], gain["alone"]) for name, gain in programme.items()} == {
        "employees": (2, 1),
        "industry": (1, 0),
        "annual_revenue": (1, 1),
    }
    assert programme["employees"]["places"] == 0  # the record has a segment already
    assert programme["annual_revenue"]["places"] == 1


def test_best_sets(result: dict[str, Any]) -> None:
    """The best sets over all schemas are counted, not added up."""
    assert result["best_sets"] == [
        {"fields": ["employees"], "decides": 4, "places": 3},
        {"fields": ["annual_revenue", "employees"], "decides": 5, "places": 4},
        {"fields": ["annual_revenue", "employees", "industry"], "decides": 6, "places": 4},
    ]


def test_plan(result: dict[str, Any]) -> None:
    """The plan fills what decides most first, and ends with nothing open."""
    steps = [(step["fields"], step["decides"], step["left"]) for step in result["plan"]]
    assert steps == [(["employees"], 4, 2), (["annual_revenue"], 1, 1), (["industry"], 1, 0)]


def test_list(tmp_path: Path) -> None:
    """The list names the fewest fields for each record, those first that decide most for each field."""
    path = tmp_path / "list.csv"
    enrich(tmp_path, RULES, HEADER, ROWS, "--list", path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["_row", "Record ID", "fill", "fields", "decides", "in_schemas"]
    assert rows == [
        ["2", "2", "employees", "1", "2", "size; programme"],
        ["3", "3", "employees; industry", "2", "2", "size; programme"],
        ["4", "4", "annual_revenue", "1", "1", "programme"],
        ["5", "5", "employees", "1", "1", "size"],
    ]


def test_list_is_not_run(tmp_path: Path) -> None:
    """An id that a spreadsheet would run as a formula is written as text."""
    path = tmp_path / "list.csv"
    enrich(tmp_path, RULES, HEADER, ["=1+1,,2M,Retail"], "--list", path)
    assert ",'=1+1," in path.read_text(encoding="utf-8")


def test_list_is_not_overwritten(tmp_path: Path) -> None:
    """A list that is there already is left alone, before any work is done."""
    path = write(tmp_path / "list.csv", "mine")
    ran = run("enrich", write(tmp_path / "data.csv", "employees\n1\n"), "--list", path)
    assert ran.code == 2
    assert "this file exists already" in ran.err
    assert path.read_text(encoding="utf-8") == "mine"


def test_presence_turns_when_filled(tmp_path: Path) -> None:
    """A tier once set shuts out the way that only records without one can take, so it decides alone."""
    rules = """
        fields: {tier: {type: enum, column: tier}, employees: {type: int}}
        schemas:
          tier:
            assign: first_match
            segments:
              one: {criteria: {any: [{tier: {eq: A}}, {all: [{tier: {unknown: true}}, {employees: {gt: 50}}]}]}}
    """
    found = enrich(tmp_path, rules, "Record ID,tier,employees", ["1,,"])
    gains = {gain["field"]: (gain["matters"], gain["alone"]) for gain in found["fields"]}
    assert gains == {"tier": (1, 1), "employees": (1, 0)}  # with few employees, it still hangs on the tier


def test_meant_blank_is_no_gap(tmp_path: Path) -> None:
    """A blank that means something, and a clause that says what a missing value counts as, leave nothing open."""
    rules = """
        fields: {unsubscribed: {type: bool, blank_means: false}, employees: {type: int}}
        schemas:
          s: {assign: all_matches, segments: {a: {criteria: {unsubscribed: {is: true}}},
              b: {criteria: {employees: {gt: 5, missing: exclude}}}}}
    """
    assert enrich(tmp_path, rules, "Record ID,unsubscribed,employees", ["1,,"])["open"] == 0


def test_strict_clause_is_open(tmp_path: Path) -> None:
    """Where the rules refuse to decide without a field, the plan still says that it is missing."""
    rules = """
        fields: {employees: {type: int}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {employees: {gt: 5, missing: error}}}}}}
    """
    assert enrich(tmp_path, rules, "Record ID,employees", ["1,", "2,9"])["open"] == 1


def test_two_fields(tmp_path: Path) -> None:
    """A comparison of two fields wants the one that is missing, and both where both are."""
    rules = """
        fields: {a: {type: int, column: a}, b: {type: int, column: b}}
        schemas: {s: {assign: all_matches, segments: {x: {criteria: {a: {gt_field: b}}}}}}
    """
    found = enrich(tmp_path, rules, "Record ID,a,b", ["1,5,", "2,,"])
    gains = {gain["field"]: (gain["matters"], gain["alone"]) for gain in found["fields"]}
    assert gains == {"a": (1, 0), "b": (2, 1)}
    assert found["best_sets"][-1] == {"fields": ["a", "b"], "decides": 2, "places": 2}


def test_meant_blank_is_a_value_to_compare_with(tmp_path: Path) -> None:
    """Of two fields that are compared, one whose blank means a number is not the one that is missing."""
    rules = """
        fields: {a: {type: int, column: a}, b: {type: int, column: b, blank_means: 0}}
        schemas: {s: {assign: all_matches, segments: {x: {criteria: {a: {gt_field: b}}}}}}
    """
    found = enrich(tmp_path, rules, "Record ID,a,b", ["1,,", "2,5,"])
    assert [(gain["field"], gain["matters"], gain["alone"]) for gain in found["fields"]] == [("a", 1, 1)]


def test_more_than_three_at_once(tmp_path: Path) -> None:
    """Where no three fields are enough, the plan names all that are needed, and nothing is left open."""
    names = ("w", "x", "y", "z")
    criteria = ", ".join(f"{{{name}: {{eq: v}}}}" for name in names)
    fields = ", ".join(f"{name}: {{type: enum, column: {name}}}" for name in names)
    rules = f"""
        fields: {{{fields}}}
        schemas:
          s:
            assign: first_match
            segments:
              first: {{criteria: {{all: [{{w: {{unknown: true}}}}, {{x: {{eq: q}}}}]}}}}
              last: {{criteria: {{any: [{criteria}]}}}}
    """
    plan = enrich(tmp_path, rules, "Record ID,w,x,y,z", ["1,,,,"])["plan"]
    assert [(step["fields"], step["left"]) for step in plan] == [(list(names), 0)]


def test_unusable_values_count(tmp_path: Path) -> None:
    """A cell that cannot be read and a range across a boundary are filled, and leave the record open all the same."""
    rules = """
        fields: {employees: {type: int}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {employees: {gt: 100}}}}}}
    """
    found = enrich(tmp_path, rules, "Record ID,employees", ["1,50-200", "2,many", "3,7"])
    assert found["open"] == 2
    state = found["coverage"][0]
    assert (state["missing"], state["unreadable"], state["inexact"]) == (0, 1, 1)
    assert found["plan"][0]["effort"] == {"employees": "repair"}


def test_absent_column(tmp_path: Path) -> None:
    """A field no column provides is to be connected; records that wait for it alone are counted and in no list."""
    rules = """
        fields: {employees: {type: int}, score: {type: number}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {score: {gt: 5}}}}}}
    """
    path = tmp_path / "list.csv"
    found = enrich(tmp_path, rules, "Record ID,employees", ["1,5", "2,"], "--list", path)
    assert found["plan"][0]["effort"] == {"score": "connect"}
    assert (found["records_waiting_for_absent_fields"], found["list"]["records"]) == (2, 0)


def test_likely(tmp_path: Path) -> None:
    """What is likely follows from how the values that are filled in are spread."""
    rules = """
        fields: {industry: {type: enum}, employees: {type: int}}
        schemas:
          s: {assign: all_matches, segments: {a: {criteria: {all: [{industry: {eq: X}}, {employees: {gt: 5}}]}}}}
    """
    # 30 of 40 known industries are not X and decide it; 8 records lack both fields: 6 of them are likely decided.
    rows = [f"{n},{'X' if n <= 10 else 'Y'},7" for n in range(1, 41)] + [f"{n},," for n in range(41, 49)]
    found = enrich(tmp_path, rules, "Record ID,industry,employees", rows)
    gains = {gain["field"]: (gain["alone"], gain["likely"]) for gain in found["fields"]}
    assert gains == {"industry": (0, 6), "employees": (0, 0)}


def test_stand_in(tmp_path: Path) -> None:
    """A company's other records tell its industry: agreement leaves each record out, and singles foretell nothing."""
    rules = """
        fields: {industry: {type: enum}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {industry: {eq: X}}}}}}
    """
    # Twenty companies with two records of one industry, one company with two that differ, five without any.
    known = [f"{c}-{n},C{c},{'X' if c % 2 else 'Y'}" for c in range(20) for n in range(2)]
    rows = [*known, "a,C90,X", "b,C90,Y", *(f"m{c},C{c},,"[:-1] for c in range(3)), "n,C90,", "o,C91,"]
    found = enrich(tmp_path, rules, "Record ID,Company Name,industry", rows)["stand_ins"]
    assert [(item["field"], item["column"]) for item in found] == [("industry", "Company Name")]
    assert found[0]["share_agrees"] == pytest.approx(40 / 42, abs=1e-6)
    assert (found[0]["rows_compared"], found[0]["fills"], found[0]["decides"]) == (42, 3, 3)


@pytest.mark.parametrize("output_format", ["table", "csv", "md"])
def test_formats(tmp_path: Path, output_format: str) -> None:
    """The plan is in every format, step by step."""
    data = write(tmp_path / "data.csv", "\n".join([HEADER, *ROWS]) + "\n")
    rules = write(tmp_path / "rules.yaml", RULES)
    ran = run("enrich", data, "--rules", rules, "--format", output_format)
    assert ran.code == 0
    assert "Still open" in ran.out
    assert "employees" in ran.out


def test_fail_on(tmp_path: Path) -> None:
    """More than half of the records without a place fail as an error."""
    data = write(tmp_path / "data.csv", "\n".join([HEADER, *ROWS]) + "\n")
    rules = write(tmp_path / "rules.yaml", RULES)
    assert run("enrich", data, "--rules", rules, "--fail-on", "error").code == 1
    assert run("enrich", data, "--rules", rules).code == 0


def test_overlap_agrees() -> None:
    """Records that cannot be placed are those that overlap counts as unplaced for lack of data."""
    data = Path(__file__).resolve().parents[1] / "sample_data" / "contacts.csv"
    options = (data, "--as-of", "2026-06-30", "--format", "json", "-q")
    overlap, plan = (json.loads(run(command, *options).out) for command in ("overlap", "enrich"))
    expected = {item["schema"]: 0 for item in overlap["schemas"]}
    for item in overlap["unplaced"]:
        expected[item["schema"]] += 0 if item["decided"] else item["rows"]
    assert {item["schema"]: item["unplaced"] for item in plan["schemas"]} == expected


# ---------------------------------------------------------------------------------------------- against every filling

VALUES = ("a", "b", "c")
_leaf = st.tuples(
    st.sampled_from(FIELDS),
    st.sampled_from([{"eq": "a"}, {"in": ["a", "b"]}, {"known": True}, {"unknown": True}, {"ne": "c"}]),
).map(lambda pair: {pair[0]: pair[1]})
_condition = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: {pair[0]: pair[1]}
        ),
        st.lists(inner, min_size=2, max_size=3).map(lambda members: {"at_least": {"n": 2, "of": members}}),
    ),
    max_leaves=5,
)


def all_records() -> list[dict[str, str | None]]:
    """Return a record for each way to fill three fields with three values or nothing."""
    return [dict(zip(FIELDS, cells, strict=True)) for cells in product((None, *VALUES), repeat=3)]


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    """Return every set of some names but the empty one."""
    return [frozenset(item) for item in chain.from_iterable(combinations(names, n) for n in range(1, len(names) + 1))]


def is_open(assign: Assignment, verdicts: Sequence[bool | None]) -> bool:
    """Tell from the verdicts alone whether a label could change."""
    if assign is Assignment.FIRST_MATCH:
        before = verdicts[: verdicts.index(True)] if True in verdicts else verdicts
        return None in before
    if assign is Assignment.EXACTLY_ONE and list(verdicts).count(True) > 1:
        return False
    return None in verdicts


def clause_truth(clause: Mapping[str, Any], cell: str | None) -> bool | None:
    """Return what a clause says of a cell, written down once more."""
    ((operator, operand),) = clause.items()
    if operator in {"known", "unknown"}:
        return (cell is not None) is (operator == "known")
    if cell is None:
        return None
    return bool(cell in operand if operator == "in" else (cell == operand) is (operator == "eq"))


def needs(book: RuleBook, record: Mapping[str, str | None]) -> Need | None:
    """Return what one record lacks, its clauses decided here."""
    program = build_program(book, AS_OF, {})
    schema = book.schemas[0]
    leaves = leaves_of(schema, book, program.clauses)
    values = {}
    for name in leaves:
        clause = program.clauses.clauses[name]
        operand = list(clause.operand) if isinstance(clause.operand, tuple) else clause.operand
        values[name] = _TRUTHS[clause_truth({clause.operator: operand}, record[clause.field])]
    filled = frozenset(name for name, cell in record.items() if cell is not None)
    return find_need(schema, book, program.clauses, leaves, values, filled, frozenset(FIELDS))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(list(Assignment)), st.lists(_condition, min_size=1, max_size=3))
def test_sure_is_sure(assign: Assignment, conditions: list[dict[str, Any]]) -> None:
    """What a set of fields is said to decide, it decides with every value the fields can have."""
    rules = {
        "fields": {name: {"type": "enum"} for name in FIELDS},
        "schemas": {
            "s": {
                "assign": assign.value,
                "segments": {f"g{n}": {"criteria": item} for n, item in enumerate(conditions)},
            }
        },
    }
    records = all_records()
    with TemporaryDirectory() as folder:
        decided = decide(rules, records, AS_OF, Path(folder))
        book = load(Path(folder), json.dumps(rules))
    opened = {
        tuple(record.values()): is_open(assign, list(verdicts["s"][1].values()))
        for record, verdicts in zip(records, decided, strict=True)
    }
    for record in records:
        need = needs(book, record)
        assert (need is not None) == opened[tuple(record.values())]
        if need is None:
            continue
        missing = [name for name, cell in record.items() if cell is None]
        assert need.matters <= set(missing)
        assert need.decided_by(frozenset(missing))
        for filled in subsets(missing):
            after = [record | dict(zip(filled, cells, strict=True)) for cells in product(VALUES, repeat=len(filled))]
            still_open = any(opened[tuple(item[name] for name in FIELDS)] for item in after)
            if need.decided_by(filled):
                assert not still_open


def test_exact_where_fields_stand_once() -> None:
    """Where each field stands once, sets said not to decide leave the record open with some value."""
    criteria = {"any": [{"f": {"eq": "a"}}, {"all": [{"g": {"eq": "a"}}, {"h": {"eq": "b"}}]}]}
    rules = {
        "fields": {name: {"type": "enum"} for name in FIELDS},
        "schemas": {"s": {"assign": "all_matches", "segments": {"x": {"criteria": criteria}}}},
    }
    with TemporaryDirectory() as folder:
        book = load(Path(folder), json.dumps(rules))
    need = needs(book, {"f": None, "g": None, "h": None})
    assert need is not None
    # g = a leaves it to h, h = b to g, f = b to both; each of them could also decide it, and then it is luck.
    assert {item for item in subsets(FIELDS) if need.decided_by(item)} == {frozenset(FIELDS)}
    beside = needs(book, {"f": "c", "g": "c", "h": None})
    assert beside is None  # g has decided it


def need_of(rows: int, *deciding: str) -> Need:
    """Return a need that each of some sets of one-letter fields decides."""
    sets = [frozenset(item) for item in deciding]
    matters = frozenset().union(*sets)
    return Need(
        matters=matters,
        turns=frozenset(),
        deciding=frozenset(sets),
        lasting=frozenset(sets),
        whole=matters,
        unplaced=True,
        rows=rows,
    )


def test_greedy_takes_the_best_per_field() -> None:
    """A pair that decides more than twice as much as any single field comes first; gains are counted anew each time."""
    needs_found = [need_of(10, "a"), need_of(30, "bc"), need_of(4, "ab")]
    steps = [(step.fields, step.decides) for step in fill_order(needs_found)]
    assert steps == [(("b", "c"), 30), (("a",), 14)]
    assert [(item.fields, item.decides) for item in best_sets(needs_found)] == [
        (("a",), 10),
        (("b", "c"), 30),
        (("a", "b", "c"), 44),
    ]
