"""great_expectations: gates over figures, suites over rows, suites for elsewhere, its pages, and its silence."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError, RuleErrors, SegauditError
from segaudit.interop.expectations.data_docs import write_data_docs
from segaudit.interop.expectations.export import export_suite
from segaudit.interop.expectations.frames import MOST_CELLS, ClientTable
from segaudit.interop.expectations.gate_file import read_gate_file
from segaudit.interop.expectations.gates import judge_gate, judge_metric_suite
from segaudit.interop.expectations.library import load_pandas, run_expectations
from segaudit.interop.expectations.opening import is_about_metrics, read_gate
from segaudit.interop.expectations.running import run_suite
from segaudit.interop.expectations.suites import Suite, read_suite
from segaudit.model.fields import CatalogueField
from segaudit.model.gates import ExportedSuite, Metric, Threshold
from segaudit.model.quality import Severity
from tests.expectations_support import (
    CONTACTS,
    ROOT,
    compared,
    expect,
    failing_rows,
    opened,
    read_checks,
    suite_of,
)

METRICS = (
    Metric(name="share_filled", value=0.53, column="Industry", field="industry"),
    Metric(name="share_duplicates", value=0.02),
    Metric(name="rows_failed", value=3, column="email-syntax"),
    Metric(name="quality", value="Good", column="Email", field="email"),
    Metric(name="share_fresh", value=None, column="Email", field="email"),
)
NAMES = {metric.name for metric in METRICS}


@pytest.fixture(scope="module")
def contacts() -> Iterator[tuple[ClientTable, Mapping[str, CatalogueField]]]:
    """Return the sample contacts."""
    with DuckEngine(threads=2) as engine:
        yield opened(CONTACTS, engine)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientTable]:
    """Return five rows with a blank, a word for nothing, a range, an unreadable date and a day far away."""
    path = tmp_path_factory.mktemp("small") / "small.csv"
    path.write_text(
        dedent(
            """\
            Name,Status,Number of Employees,Create Date,Close Date,Twice,Twice
            Ann,open,10,2024-01-31,2024-01-30,a,b
            Bob,,50-200,2024-02-01,2024-03-01,a,b
            N/A,OPEN,7000,soon,2024-03-01,a,b
            Ann,won,,9999-12-31,2024-03-01,a,b
            Eve,lost,5,2023-06-30,,a,b
            """
        )
    )
    with DuckEngine(threads=2) as engine:
        yield opened(path, engine)[0]


def gate_text(folder: Path, text: str) -> Path:
    """Write a gate file."""
    path = folder / "gate.yaml"
    path.write_text(dedent(text))
    return path


def refused(folder: Path, *expectations: Mapping[str, Any], **top: object) -> str:
    """Return why a suite is not read, its folder left out."""
    with pytest.raises(InputError) as caught:
        read_suite(suite_of(folder, *expectations, **top))
    return str(caught.value).replace(f"{folder}/", "")


# ------------------------------------------------------------------------------------------------------------- gates
def test_thresholds_are_judged(tmp_path: Path) -> None:
    """Shares may be written in percent, columns by header or field in any case; bounds include their ends."""
    gate = gate_text(
        tmp_path,
        """\
        version: 1
        gate:
          - {metric: share_filled, column: industry, at_least: 85%}
          - {metric: share_filled, column: INDUSTRY, at_least: 0.53, at_most: 53%}
          - {metric: share_duplicates, at_most: 2%}
          - {metric: rows_failed, check: email-syntax, at_most: 2, severity: warning}
          - {metric: quality, field: email, one_of: [Good, Fair]}
          - {metric: quality, column: Email, equals: Needs enrichment}
        """,
    )
    result = judge_gate(METRICS, read_gate_file(gate, NAMES))
    assert [(item.met, item.observed, item.expected) for item in result.thresholds] == [
        (False, 0.53, "at least 85 %"),
        (True, 0.53, "at least 53 % and at most 53 %"),
        (True, 0.02, "at most 2 %"),
        (False, 3, "at most 2"),
        (True, "Good", "one of Good, Fair"),
        (False, "Good", "exactly Needs enrichment"),
    ]
    assert not result.met
    assert [item.label for item in result.unmet(Severity.WARNING)] == ["rows_failed of email-syntax"]
    assert result.raw["statistics"]["unsuccessful_expectations"] == 3


def test_what_cannot_be_told_is_not_met() -> None:
    """A figure that is unknown, or of a column the file does not have, fails its threshold and says why."""
    result = judge_gate(
        METRICS,
        [
            Threshold(metric="share_fresh", column="Email", at_least=0.1),
            Threshold(metric="share_filled", column="Indutry", at_least=0.1),
        ],
    )
    assert [(item.met, item.problem) for item in result.thresholds] == [
        (False, '"share_fresh of Email" could not be told of this file'),
        (False, 'this file has no figure "share_filled of Indutry"; did you mean "share_filled of industry"?'),
    ]


def test_a_gate_says_the_same_in_each_run() -> None:
    """The library's JSON holds no run id, time, batch or place on this machine."""
    gate = [Threshold(metric="share_filled", column="Industry", at_least=0.5)]
    first, second = (json.dumps(judge_gate(METRICS, gate).raw) for _ in range(2))
    assert first == second
    assert not re.search(r"batch_id|run_id|run_time|validation_time|Traceback|site-packages|[0-9a-f]{8}-", first)


def test_mistakes_in_a_gate_are_named_with_their_place(tmp_path: Path) -> None:
    """Every mistake has line and column, and near names are suggested."""
    gate = gate_text(
        tmp_path,
        """\
        gate:
          - {metric: share_filed, column: x, at_least: 85%}
          - {metric: share_filled, column: x, at_least: 85}
          - {metric: share_duplicates, at_mots: 1%}
          - {metric: share_filled, column: x, check: y, at_least: 90%, at_most: 80%, severity: eror}
        """,
    )
    with pytest.raises(RuleErrors) as caught:
        read_gate_file(gate, NAMES)
    said = [str(error).replace(f"{tmp_path}/", "").replace("\n  hint", "") for error in caught.value.errors]
    assert said == [
        'gate.yaml:2:14: there is no figure "share_filed": did you mean "share_filled"?',
        'gate.yaml:3:49: "85" is no share: write 85% or 0.85',
        "gate.yaml:4:5: the threshold has no bound: add at_least: 85%, at_most, equals or one_of",
        'gate.yaml:4:32: a threshold has no key "at_mots": did you mean "at_most"?',
        "gate.yaml:5:5: a threshold is about one thing: make two thresholds of it",
        "gate.yaml:5:59: at_least is above at_most: exchange them",
        'gate.yaml:5:88: severity cannot be "eror": did you mean "error"?',
    ]


@pytest.mark.parametrize("text", ["", "gate: []", "- 1", "gate: [85%]", "gate: {metric: x}", "gate: [", "\x00"])
def test_no_gate_at_all_is_refused(tmp_path: Path, text: str) -> None:
    """What is no gate ends in an error that names the file, never in a trace."""
    with pytest.raises(SegauditError, match=r"gate\.yaml"):
        read_gate(gate_text(tmp_path, text), NAMES)


def test_a_suite_can_be_a_gate(tmp_path: Path) -> None:
    """A suite whose columns are figures is judged over the figures; an unknown figure is not met."""
    path = suite_of(
        tmp_path,
        expect("column_values_to_be_between", column="share_filled of industry", min_value=0.5),
        expect("column_values_to_be_between", column="share_duplicates", max_value=0.01),
        expect("column_values_to_be_between", column="share_fresh of Email", min_value=0.1),
    )
    suite = read_gate(path, NAMES)
    assert isinstance(suite, Suite)
    assert is_about_metrics(suite, METRICS, ["Industry", "Email"])
    result = judge_metric_suite(METRICS, suite)
    assert [item.met for item in result.thresholds] == [True, False, False]
    assert result.thresholds[2].problem == '"share_fresh of Email" could not be told of this file'
    assert not is_about_metrics(suite, METRICS, suite.columns)  # they are columns of the file


def test_a_suite_about_figures_and_rows_is_refused(tmp_path: Path) -> None:
    """Which of the two it is has to be clear."""
    path = suite_of(
        tmp_path,
        expect("column_values_to_be_between", column="share_duplicates", max_value=0.01),
        expect("column_values_to_not_be_null", column="Email"),
    )
    with pytest.raises(InputError, match=r"about figures .* and about rows"):
        is_about_metrics(read_suite(path), METRICS, ["Email"])


# ------------------------------------------------------------------------------------------------- a client's suites
def test_a_suite_is_run_over_the_rows(tmp_path: Path, small: ClientTable) -> None:
    """Numbers and dates are compared as such; what cannot be read is missing, and a remark says so."""
    run = run_suite(
        suite_of(
            tmp_path,
            expect("column_values_to_not_be_null", column="Status"),
            expect("column_values_to_be_in_set", column="Status", value_set=["open", "won", "lost"]),
            expect("column_values_to_be_between", column="Number of Employees", max_value=100),
            expect("column_values_to_be_between", column="Create Date", max_value="2024-01-31"),
            expect("column_values_to_be_unique", column="Name"),
            expect(
                "column_pair_values_a_to_be_greater_than_b",
                column_A="Close Date",
                column_B="Create Date",
                ignore_row_if="either_value_is_missing",
            ),
            expect("table_row_count_to_equal", value=4),
            expect("table_column_count_to_equal", value=7),
            expect("column_mean_to_be_between", column="Number of Employees", max_value=100),
        ),
        small,
    )
    assert [(item.success, item.unexpected_count, item.rows, item.problem) for item in run.results] == [
        (False, 1, (2,), ""),
        (False, 1, (3,), ""),
        (False, 1, (3,), ""),
        (False, 2, (2, 4), ""),
        (False, 2, (1, 4), ""),
        (False, 2, (1, 4), ""),
        (False, 0, (), ""),
        (True, 0, (), ""),
        (False, 0, (), ""),
    ]
    assert [run.results[6].observed, run.results[8].observed] == [5, (10 + 7000 + 5) / 3]
    assert not run.success
    assert run.remarks == (
        '1 cells of "Number of Employees" are no single number and count as missing',
        '1 cells of "Create Date" are no date and count as missing',
    )


def test_missing_numbers_and_far_days_are_no_obstacle(tmp_path: Path, engine: DuckEngine) -> None:
    """Whole numbers of which some are missing can be compared, and a day in 9999 leaves the others days."""
    path = tmp_path / "odd.csv"
    path.write_text("Number of Employees,Intent Score,Create Date\n1,2,2024-01-31\n3,3,9999-12-31\n,4,2024-02-01\n")
    numbers = {"column_A": "Number of Employees", "column_B": "Intent Score"}
    run = run_suite(
        suite_of(
            tmp_path,
            expect("column_pair_values_to_be_equal", **numbers),
            expect("multicolumn_sum_to_equal", column_list=list(numbers.values()), sum_total=3),
            expect("column_values_to_be_in_set", column="Create Date", value_set=["2024-01-31"]),
            expect("column_values_to_match_regex", column="Create Date", regex="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        ),
        opened(path, engine)[0],
    )
    assert [(item.success, item.rows, item.problem) for item in run.results] == [
        (False, (1, 3), ""),
        (False, (2, 3), ""),
        (False, (2, 3), ""),
        (True, (), ""),
    ]


def test_cell_values_are_shown_only_on_request(tmp_path: Path, small: ClientTable) -> None:
    """The library's own answer holds rows in place of values unless examples are asked for."""
    path = suite_of(tmp_path, expect("column_values_to_be_in_set", column="Status", value_set=["open"]))
    assert "lost" not in json.dumps(run_suite(path, small).raw)
    assert "lost" in json.dumps(run_suite(path, small, examples=True).raw)
    (result,) = run_suite(path, small).raw["results"]
    assert result["result"]["partial_unexpected_index_list"] == [{"_row": 3}, {"_row": 4}, {"_row": 5}]


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (compared("Name", "==", "Ann"), (1, 4)),
        (compared("Number of Employees", ">=", 10), (1, 3)),
        (compared("Create Date", "<", "2024-01-31"), (5,)),
        (compared("Status", "!=", "open"), (2, 3, 4, 5)),
        (compared("Status", "NOT_IN", ["open", "OPEN"]), (2, 4, 5)),
        ({"type": "nullity", "column": {"name": "Status"}, "is_null": False}, (1, 3, 4, 5)),
        ({"type": "and", "conditions": [compared("Name", "==", "Ann"), compared("Status", "==", "won")]}, (4,)),
        ({"type": "or", "conditions": [compared("Name", "==", "Bob"), compared("Status", "==", "won")]}, (2, 4)),
        ('col("Name") == "Ann"', (1, 4)),
        ('col("Status").notnull()', (1, 3, 4, 5)),
        ('col("Number of Employees") > 9.5', (1, 3)),
        ('col("Create Date") <= date("2024-01-31")', (1, 5)),
    ],
)
def test_conditions_on_rows(tmp_path: Path, small: ClientTable, condition: object, rows: tuple[int, ...]) -> None:
    """Conditions are applied by us, with the meaning they have in the library."""
    listed = expect("column_values_to_match_regex", column="Name", regex="^nobody$", row_condition=condition)
    (result,) = run_suite(suite_of(tmp_path, listed), small).results
    assert result.rows == rows
    assert result.element_count == len(rows)


def test_what_cannot_be_judged_says_why(tmp_path: Path, small: ClientTable) -> None:
    """SQL is never run, files have no types, and columns may be absent or named twice; the rest is judged."""
    run = run_suite(
        suite_of(
            tmp_path,
            {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "DROP TABLE x"}},
            expect("column_values_to_be_of_type", column="Status", type_="StringType"),
            expect("column_values_to_not_be_null", column="Statuss"),
            expect("column_values_to_not_be_null", column="Twice"),
            expect("column_values_to_be_between", column="Status", min_value=1),
            expect("column_values_to_be_in_set", column="Name", value_set=[], row_condition=compared("Name", ">", 1)),
            expect("column_values_to_not_be_null", column="Name"),
        ),
        small,
    )
    assert [item.success for item in run.results] == [None, None, None, None, None, None, True]
    problems = [item.problem for item in run.results]
    assert problems[:4] == [
        "it runs SQL, which a suite from elsewhere may not do here",
        "the columns of a file have no type of their own",
        'the file has no column "Statuss"; did you mean "Status"?',
        'several columns are called "Twice"',
    ]
    assert "of the same type" in problems[4] or "not supported between" in problems[4]
    assert problems[5] == "its row_condition compares a column to a value of another kind"


def test_suites_that_ask_for_more_than_judging_are_refused(tmp_path: Path) -> None:
    """Code, parameters, foreign schemas, custom and misspelt expectations each get their reason."""
    code = "@__import__('os').system('touch hacked')"
    not_null = {"column": "a"}
    cases: Sequence[tuple[Mapping[str, Any], str]] = [
        (expect("column_values_to_not_be_null", **not_null, row_condition=code, condition_parser="pandas"), "is code"),
        (expect("column_values_to_not_be_null", **not_null, row_condition=code), "cannot be read"),
        (
            expect(
                "column_values_to_not_be_null",
                **not_null,
                row_condition={"type": "pass_through", "pass_through_filter": code},
            ),
            "is code",
        ),
        (expect("column_values_to_be_between", column="a", min_value={"$PARAMETER": "now()"}), "has parameters"),
        (
            expect("column_values_to_match_json_schema", column="a", json_schema={"$ref": "http://example.com"}),
            "refers to another",
        ),
        (expect("column_values_to_be_prime", column="a"), "none of GX's own"),
        (expect("column_values_to_not_be_nul", column="a"), 'did you mean "expect_column_values_to_not_be_null"'),
        (expect("column_values_to_not_be_null"), "names no column"),
        (expect("column_values_to_match_regex", column="a", regex="("), "no regular expression"),
        ({"kwargs": {}}, "has type and kwargs"),
    ]
    for expectation, reason in cases:
        assert reason in refused(tmp_path, expectation)
    assert refused(tmp_path, {"expectation_type": "expect_x", "kwargs": {}}, expectation_suite_name="old").startswith(
        "suite.json: this suite is of great_expectations 0.x"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "suite.json:1:2: this is no JSON"),
        ("[]", "suite.json: this is no expectation suite"),
        ('{"expectations": []}', "suite.json: the suite expects nothing"),
        ("[" * 100_000, "suite.json: the file is nested too deep"),
        ('{"expectations": [NaN]}', "suite.json: this is no JSON: NaN is no number"),
        ('{"expectations": [{"type": "expect_column_to_exist", "kwargs": 3}]}', "expectation 1: an expectation has"),
    ],
)
def test_broken_suites_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """Broken JSON is named with its place."""
    path = tmp_path / "suite.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_suite(path)
    assert said in str(caught.value)


def test_the_library_s_own_refusal_names_the_expectation(tmp_path: Path, small: ClientTable) -> None:
    """A misspelt argument is an error about this expectation, not a trace, and no expectation is dropped in silence."""
    path = suite_of(tmp_path, expect("column_values_to_be_between", column="Name", min_vlue=1))
    with pytest.raises(InputError, match=r"expectation 1 \(expect_column_values_to_be_between\): .*min_vlue"):
        run_suite(path, small)


def test_too_many_cells_are_refused(tmp_path: Path, small: ClientTable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what pandas is given, the way out is named; only the columns a suite names count."""
    assert MOST_CELLS == 5_000_000
    monkeypatch.setattr("segaudit.interop.expectations.frames.MOST_CELLS", 9)
    names = ("Name", "Status")
    several = [expect("column_values_to_not_be_null", column=name) for name in names]
    assert run_suite(suite_of(tmp_path, several[0]), small).results[0].element_count == 5
    with pytest.raises(InputError, match=r"looks at 10 cells.*\n.*--engine spark"):
        run_suite(suite_of(tmp_path, *several), small)


def test_a_suite_that_never_ends_is_stopped(
    tmp_path: Path, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A regular expression that repeats repetitions is stopped when its time is up."""
    path = tmp_path / "slow.csv"
    path.write_text(f"Code,Name\n{'a' * 60}!,x\n")
    monkeypatch.setattr("segaudit.interop.expectations.running.LONGEST", 1)
    suite = suite_of(tmp_path, expect("column_values_to_match_regex", column="Code", regex="^(a+)+$"))
    with pytest.raises(InputError, match="stopped"):
        run_suite(suite, opened(path, engine)[0])


# ---------------------------------------------------------------------------------------------------- exported suites
@pytest.fixture(scope="module")
def exported(
    contacts: tuple[ClientTable, Mapping[str, CatalogueField]], tmp_path_factory: pytest.TempPathFactory
) -> ExportedSuite:
    """Return the checks as a suite about the sample contacts."""
    table, catalogue = contacts
    checks = read_checks(tmp_path_factory.mktemp("checks"), catalogue)
    return export_suite(checks, table, name="contacts", as_of=date(2026, 6, 30), unique=["record_id", "email"])


def read_for_suite(path: Path, suite: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a pandas frame
    """Read a file as docs/quality-gate.md tells a client to."""
    pd = load_pandas()
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    for column in suite["meta"]["segaudit"]["columns"]:
        name = column["column"]
        if column["read_as"] == "number":
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
        elif column["read_as"] == "date":
            first = column.get("day_first", False)
            days = pd.to_datetime(frame[name], errors="coerce", format="mixed", dayfirst=first)
            frame[name] = days.dt.normalize()
    return frame


def test_an_exported_suite_counts_the_same_rows_elsewhere(exported: ExportedSuite) -> None:
    """The library, on pandas and on its own, finds in the sample contacts what counting by hand finds, rule by rule."""
    suite = json.loads(exported.text)
    _, document = run_expectations(suite["name"], suite["expectations"], read_for_suite(CONTACTS, suite))
    found: Counter[str] = Counter()
    for result in document["results"]:
        assert not result["exception_info"]["raised_exception"], result
        found[result["expectation_config"]["meta"]["segaudit"]["check"]] += result["result"]["unexpected_count"]
    expected = failing_rows()
    assert {name: found[name] for name in expected} == expected
    assert all(expected.values())
    with CONTACTS.open(encoding="utf-8", newline="") as file:
        cells = Counter(row["Email"] for row in csv.DictReader(file) if row["Email"])
    assert found["unique email"] == sum(count for count in cells.values() if count > 1)
    assert found["unique record_id"] == 0


def test_an_exported_suite_says_what_is_not_in_it(exported: ExportedSuite) -> None:
    """What GX cannot say in the same sense is left out with the reason, in the file too."""
    reasons = {item.check: item.reason for item in exported.left_out}
    assert reasons == {
        "not-carried": 'GX has no expectation for "is_free_mail"',
        "combined": "it may hold in more ways than one, and GX judges one expectation at a time",
        "absent": 'the file has no column for "deal_name"',
    }
    about = json.loads(exported.text)["meta"]["segaudit"]
    assert {item["check"]: item["reason"] for item in about["left_out"]} == reasons
    assert about["made_from"] == "contacts.csv"
    assert set(exported.carried) == set(failing_rows())


def test_an_exported_suite_loads_as_the_library_s_own(exported: ExportedSuite) -> None:
    """The client's library takes the JSON as a suite of its own, notes and all, and drops nothing."""
    load_pandas()
    run_expectations("warm", [], load_pandas().DataFrame({"a": [1]}))
    from great_expectations.core import ExpectationSuite  # noqa: PLC0415 - only after its telemetry is off

    suite = json.loads(exported.text)
    loaded = ExpectationSuite(**suite)
    assert len(loaded.expectations) == len(suite["expectations"])
    assert "About score. It matters. Mend it." in {item["notes"] for item in suite["expectations"]}


# -------------------------------------------------------------------------------------------------------- data docs
class _Loads(HTMLParser):
    """Collects what a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note elements that fetch or run, and attributes that do."""
        if tag in {"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg", "video"}:
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name in {"src", "style"}]
        self.found += [str(value) for name, value in attrs if name == "href" and not str(value).endswith(".html")]


def test_data_docs_open_offline(tmp_path: Path, small: ClientTable) -> None:
    """Pages fetch and run nothing, show markup of cells and headers as text, and tell each result."""
    evil = '<script src="https://example.com/x.js">$x</script>'
    metrics = [Metric(name="share_filled", value=0.5, column=evil)]
    gate = judge_gate(metrics, [Threshold(metric="share_filled", column=evil, at_least=0.85)])
    path = suite_of(
        tmp_path,
        expect("column_values_to_be_in_set", column="Status", value_set=[evil], row_condition='col("Name") == "Ann"'),
    )
    pages = write_data_docs([gate.raw, run_suite(path, small, examples=True).raw], tmp_path / "docs")
    assert [page.name for page in pages] == ["index.html", "result-1.html", "result-2.html"]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loads = _Loads()
        loads.feed(text)
        assert loads.found == []
        assert not re.search(r"url\(|@import|s3\.|utm_", text)
        assert "https://" not in text.replace("https://example.com/x.js", "")
    first, second = (page.read_text(encoding="utf-8") for page in pages[1:])
    assert "share_filled of &lt;script src=&quot;https://example.com/x.js&quot;&gt;$x&lt;/script&gt;" in first
    assert "values must be greater than or equal to" in first
    assert "Conditions on rows" in second


# ------------------------------------------------------------------------------------------------------------ silence
def test_nothing_is_sent_written_or_said(tmp_path: Path) -> None:
    """Whatever the environment says: no connection, no name looked up, no analytics client, no file, no output."""
    program = """
        import os, sys
        def watch(event, arguments):
            if event.startswith("socket.") and event not in {"socket.__new__", "socket.bind"}:
                raise SystemExit(f"network: {event} {arguments}")
            if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
                raise SystemExit(f"written: {arguments[0]}")
            if event in {"subprocess.Popen", "os.system"}:
                raise SystemExit(f"started: {arguments}")
        sys.addaudithook(watch)
        from segaudit.interop.expectations.gates import judge_gate
        from segaudit.model.gates import Metric, Threshold
        assert "great_expectations" not in sys.modules and "pandas" not in sys.modules
        result = judge_gate([Metric(name="share_x", value=0.5)], [Threshold(metric="share_x", at_least=0.6)])
        assert not result.met and os.environ["GX_ANALYTICS_ENABLED"] == "false"
        assert not [name for name in sys.modules if name.split(".")[0] in {"posthog", "segment", "sentry_sdk"}]
    """
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GX_ANALYTICS_ENABLED": "true",
        "GX_CLOUD_BASE_URL": "https://example.com",
        "GX_CLOUD_ORGANIZATION_ID": "00000000-0000-0000-0000-000000000000",
        "GX_CLOUD_ACCESS_TOKEN": "x",
    }
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [*home.rglob("*"), *work.rglob("*")] == []
