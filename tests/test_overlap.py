"""``segaudit overlap``: what it counts, and what it finds."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules_support import run, write

RULES = """
    governance: {segments: {start: [2, 3], smallest_members: 1}}
    fields: {employees: {type: int}, annual_revenue: {type: money}}
    schemas:
      size:
        assign: exactly_one
        else: size_unknown
        segments:
          smb: {criteria: {employees: {between: [1, 50]}}}
          mid: {criteria: {employees: {between: [50, 500]}}}
          rich: {criteria: {any: [{employees: {gte: 501}}, {annual_revenue: {gte: 1M}}]}}
"""
# Matches: smb; smb and mid; mid and rich; rich, smb and mid open; none; smb, rich open; nothing but doubts.
ROWS = ["10,0", "50,0", "500,2M", "n/a,2M", "0,0", "10,", "x,"]


def measure(folder: Path, rules: str, rows: Iterable[str], *options: str) -> dict[str, Any]:
    """Return what overlap says of rows with the columns employees and annual revenue."""
    data = folder / "data.csv"
    text = "".join(f"{number},{row}\n" for number, row in enumerate(rows, start=1))
    data.write_text("Record ID,employees,annual_revenue\n" + text, encoding="utf-8")
    ran = run("overlap", data, "--rules", write(folder / "rules.yaml", rules), "--format", "json", *options)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Measure the rows above."""
    return measure(tmp_path_factory.mktemp("overlap"), RULES, ROWS, "--as-of", "2026-03-31")


def test_head(result: dict[str, Any]) -> None:
    """The document says its version, its source, its rules by hash, and the day it counts from."""
    assert (result["schema_version"], result["command"], result["as_of"]) == ("1", "overlap", "2026-03-31")
    assert result["source"]["rows"] == 7
    assert len(result["rules"]["sha256"]) == 64


def test_members(result: dict[str, Any]) -> None:
    """Each segment has its members, those it cannot tell with the field that is lacking, and its share."""
    segments = {item["id"]: item for item in result["schemas"][0]["segments"]}
    assert {name: (item["members"], item["undecided"]) for name, item in segments.items()} == {
        "smb": (3, 2),
        "mid": (2, 2),
        "rich": (2, 2),
    }
    assert segments["smb"]["share"] == pytest.approx(3 / 7, abs=1e-6)
    assert segments["smb"]["undecided_by_field"] == {"employees": 2}
    assert segments["rich"]["undecided_by_field"] == {"annual_revenue": 2, "employees": 1}


def test_labels_add_up(result: dict[str, Any]) -> None:
    """Every record has one label, so labels add up to the rows."""
    labels = result["schemas"][0]["labels"]
    assert labels == {"smb": 2, "rich": 1, "conflict": 2, "size_unknown": 2}
    assert sum(labels.values()) == result["source"]["rows"]
    assert result["schemas"][0]["conflicts"] == 2


def test_overlaps(result: dict[str, Any]) -> None:
    """Pairs that share records are told with the Jaccard index: shared by those in either."""
    assert [[pair[key] for key in ("schema", "a", "b", "members", "jaccard")] for pair in result["overlaps"]] == [
        ["size", "smb", "mid", 1, 0.25],
        ["size", "mid", "rich", 1, 0.333333],
    ]


def test_unplaced(result: dict[str, Any]) -> None:
    """Records in no segment are told by reason, decided apart from what cannot be told."""
    assert result["unplaced"] == [
        {"schema": "size", "reason": "matches no segment", "rows": 1, "decided": True},
        {
            "schema": "size",
            "reason": "cannot tell: employees cannot be read, annual_revenue is missing",
            "rows": 1,
            "decided": False,
        },
    ]


def test_waterfall_counts_members_once(tmp_path: Path) -> None:
    """In a waterfall the members are those no earlier segment took, and overlap is of the criteria."""
    found = measure(tmp_path, RULES.replace("exactly_one", "first_match"), ROWS)
    counts = {item["id"]: (item["members"], item["matched"]) for item in found["schemas"][0]["segments"]}
    assert counts == {"smb": (3, 3), "mid": (1, 2), "rich": (1, 2)}
    assert [pair["members"] for pair in found["overlaps"]] == [1, 1]
    assert found["schemas"][0]["labels"] == {"smb": 3, "mid": 1, "rich": 1, "size_unknown": 2}


_CELLS = st.sampled_from(["", "0", "1", "50", "51", "500", "501", "50-200", "x"])


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(st.tuples(_CELLS, st.sampled_from(["", "0", "1M", "-"])), min_size=1, max_size=30))
def test_counts_add_up(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    """Whatever the records, labels add up to rows, and overlap is symmetric and no larger than either segment."""
    folder = tmp_path_factory.mktemp("sums")
    given_rows = [f"{employees},{revenue}" for employees, revenue in rows]
    found = measure(folder, RULES, given_rows)
    counted = found["schemas"][0]
    assert sum(counted["labels"].values()) == len(rows)
    assert sum(item["rows"] for item in found["unplaced"]) == counted["labels"].get("size_unknown", 0)
    members = {item["id"]: item["members"] for item in counted["segments"]}
    for pair in found["overlaps"]:
        either = members[pair["a"]] + members[pair["b"]] - pair["members"]
        assert pair["jaccard"] == pytest.approx(pair["members"] / either, abs=1e-6)
    lines = RULES.rstrip().split("\n")
    turned = measure(folder, "\n".join([*lines[:-3], *reversed(lines[-3:])]), given_rows)
    shared = {frozenset((pair["a"], pair["b"])): pair["jaccard"] for pair in found["overlaps"]}
    assert shared == {frozenset((pair["a"], pair["b"])): pair["jaccard"] for pair in turned["overlaps"]}


# ------------------------------------------------------------------------------------------------------------- findings


def rules_of(assign: str, segments: str, governance: str = "start: [1, 3], smallest_members: 1") -> str:
    """Return a rules file with one schema."""
    return f"""
    governance: {{segments: {{{governance}}}}}
    fields: {{employees: {{type: int, min_coverage: 0.8}}, annual_revenue: {{type: money}}}}
    schemas: {{s: {{assign: {assign}, segments: {{{segments}}}}}}}
    """


def findings(folder: Path, rules: str, rows: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the findings by rule and place."""
    return {f"{item['rule']} {item['where']}": item for item in measure(folder, rules, rows)["findings"]}


LOW = "low: {criteria: {employees: {lte: 500}}}"
HIGH = "high: {criteria: {employees: {gt: 500}}}"
MANY = ", ".join(f"g{number}: {{criteria: {{employees: {{eq: {number}}}}}}}" for number in range(21))
EVEN = ["1,", "501,"] * 5


@pytest.mark.parametrize(
    ("rules", "rows", "expected"),
    [
        (rules_of("exactly_one", f"{LOW}, {HIGH}"), EVEN, {}),
        (rules_of("exactly_one", MANY), [], {"segments.too-many s": "error"}),
        (rules_of("exactly_one", f"{LOW}, {HIGH}", "start: [1, 1], warn_above: 1"), [], {"segments.many s": "warning"}),
        (rules_of("exactly_one", f"{LOW}, {HIGH}", "start: [3, 6]"), [], {"segments.few s": "warning"}),
        (
            rules_of("exactly_one", f"{LOW}, high: {{criteria: {{employees: {{gte: 500}}}}}}"),
            ["1,", "500,", "501,"],
            {"segments.conflict s": "error", "segments.broad s.low": "warning", "segments.broad s.high": "warning"},
        ),
        (
            rules_of("exactly_one", f"{LOW}, {HIGH}"),
            ["1,"] * 7 + ["501,"] * 3,
            {"segments.broad s.low": "warning"},
        ),
        (
            rules_of("exactly_one", f"{LOW}, {HIGH}, huge: {{criteria: {{employees: {{gte: 1M}}}}}}"),
            EVEN,
            {"segments.empty s.huge": "warning"},
        ),
        (
            rules_of("exactly_one", f"{LOW}, {HIGH}", "start: [1, 3], smallest_members: 6"),
            EVEN,
            {"segments.tiny s.low": "warning", "segments.tiny s.high": "warning"},
        ),
        (
            rules_of("exactly_one", "low: {criteria: {employees: {eq: 1}}}, high: {criteria: {employees: {eq: 501}}}"),
            [*EVEN, "100,", "100,"],
            {"segments.gap s": "warning"},
        ),
        (
            rules_of("first_match", f"{LOW}, {HIGH}, lower: {{criteria: {{employees: {{lte: 5}}}}}}"),
            EVEN,
            {"segments.shadowed s.lower": "warning", "segments.empty s.lower": "warning"},
        ),
        (
            rules_of("exactly_one", f"{LOW}, {HIGH}"),
            [*EVEN, ",", ",", ","],
            {
                "segments.undecided s": "warning",
                "segments.coverage s.low": "warning",
                "segments.coverage s.high": "warning",
            },
        ),
        (rules_of("exactly_one", f"{LOW}, {HIGH}"), [*EVEN, ",", "n/a,"], {}),  # 10 of 12 filled is 83 %
    ],
    ids=[
        *("nothing", "too many", "many", "few", "conflict", "broad", "empty", "tiny", "gap", "shadowed", "coverage"),
        "covered",
    ],
)
def test_findings(tmp_path: Path, rules: str, rows: list[str], expected: dict[str, str]) -> None:
    """A segmentation is held against its governance, and nothing is found where nothing is wrong."""
    found = {key: item["severity"] for key, item in findings(tmp_path, rules, rows).items()}
    assert found == expected


def test_conflict_at_the_usual_boundary(tmp_path: Path) -> None:
    """Bands written 51-500 and 500+ conflict at exactly 500, and nowhere else."""
    bands = "mid: {criteria: {employees: {between: [51, 500]}}}, large: {criteria: {employees: {gte: 500}}}"
    found = findings(tmp_path, rules_of("exactly_one", bands), ["499,", "500,", "501,"])["segments.conflict s"]
    assert found["message"] == "1 record matches both mid and large, and may match only one"
    assert "segments.conflict s" not in findings(tmp_path, rules_of("exactly_one", bands), ["499,", "501,"])


def test_records_in_three_segments_count_once(tmp_path: Path) -> None:
    """What is broad is measured against the placed records, each counted once however many segments hold it."""
    three = ", ".join(f"g{number}: {{criteria: {{employees: {{gte: {number}}}}}}}" for number in (1, 2, 3))
    found = findings(tmp_path, rules_of("all_matches", three), ["1,", "3,", "3,"])
    assert found["segments.broad s.g1"]["message"] == "it holds 100% of the placed records"
    assert found["segments.broad s.g3"]["message"] == "it holds 67% of the placed records"


def test_coverage_finding_names_the_field(tmp_path: Path) -> None:
    """A field below its wanted coverage is told with its share and the records it leaves open."""
    found = findings(tmp_path, rules_of("exactly_one", f"{LOW}, {HIGH}"), [*EVEN, ",", ",", ","])
    assert found["segments.coverage s.low"]["message"] == (
        "it reads employees, which is filled in 77% of records and should be in 80%; "
        "3 records cannot be told for lack of it"
    )
    assert "employees (3)" in found["segments.undecided s"]["message"]


def test_fail_on(tmp_path: Path) -> None:
    """--fail-on makes findings of that severity exit with 1."""
    data = write(tmp_path / "data.csv", "Record ID,employees\n1,500\n")
    rules = write(tmp_path / "rules.yaml", rules_of("exactly_one", f"{LOW}, {HIGH}", "start: [3, 6]"))
    codes = [run("overlap", data, "--rules", rules, *more).code for more in ((), ("--fail-on", "error"))]
    assert codes == [0, 0]
    assert run("overlap", data, "--rules", rules, "--fail-on", "warning").code == 1


def test_field_no_column_provides(tmp_path: Path) -> None:
    """A field without a column is said on standard error, and every record is undecided for lack of it."""
    data = write(tmp_path / "data.csv", "Record ID,Town\n1,Graz\n2,Linz\n")
    rules = write(tmp_path / "rules.yaml", rules_of("exactly_one", f"{LOW}, {HIGH}"))
    ran = run("overlap", data, "--rules", rules, "--format", "json")
    assert "no column provides employees" in ran.err
    found = json.loads(ran.out)
    assert found["absent_fields"] == ["employees"]
    assert found["unplaced"] == [
        {"schema": "s", "reason": "cannot tell: employees is missing", "rows": 2, "decided": False}
    ]


@pytest.mark.parametrize("form", ["table", "csv", "md"])
def test_for_people(tmp_path: Path, form: str) -> None:
    """The forms for people name every segment."""
    data = write(tmp_path / "data.csv", "Record ID,employees\n1,500\n")
    rules = write(tmp_path / "rules.yaml", rules_of("exactly_one", f"{LOW}, {HIGH}"))
    ran = run("overlap", data, "--rules", rules, "--format", form)
    assert ran.code == 0
    assert {"low", "high"} <= set(ran.out.replace("|", " ").replace(",", " ").split())


def test_no_rows(tmp_path: Path) -> None:
    """A file with a header and nothing below it has segments without members."""
    found = measure(tmp_path, RULES, [])
    assert [item["share"] for item in found["schemas"][0]["segments"]] == [0.0, 0.0, 0.0]
    assert found["unplaced"] == []
