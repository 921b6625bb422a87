"""great_expectations on Spark: the same verdicts, counts and rows as on pandas, and nothing of a suite that runs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError
from segaudit.interop.expectations.export import export_suite
from segaudit.interop.expectations.frames import ClientTable
from segaudit.interop.expectations.kinds import KINDS
from segaudit.interop.expectations.library import run_expectations
from segaudit.interop.expectations.running import run_suite
from segaudit.model.fields import CatalogueField
from segaudit.model.gates import SuiteResult, SuiteRun
from tests.expectations_support import CONTACTS, compared, expect, failing_rows, opened, read_checks, suite_of

ROWS = """\
Name,Nick.name,Status,Number of Employees,Intent Score,Create Date,Close Date,Amount,Extra
Ann,ann,open,10,10,2024-01-31,2024-01-30,1.5,[1]
Bob,Bob,,50-200,3,2024-02-01,2024-03-01,2,
N/A,,OPEN,7000,7000,soon,2024-03-01,,[2]
Ann,Ann,won,,,9999-12-31,2024-03-01,1e6,{}
Eve,,lost,5,6,2023-06-30,,-3,"[""a""]"
é,é,open,5,5,2024-01-31,2024-01-31,4.25,"[1,2]"
"x
y",x y,{},12,,,2023-05-05,4.25,[3]
,,10,8,1,2023-05-05,2023-05-05,10,[4]
"""
TEXT, WHOLE, DATE, NUMBER = "Status", "Number of Employees", "Create Date", "Amount"
NOT_ON_SPARK = {
    "expect_column_values_to_be_increasing",
    "expect_column_values_to_be_decreasing",
    "expect_column_quantile_values_to_be_between",
}
SAME_CODE = {  # headers are judged without any rows
    "expect_table_column_count_to_be_between",
    "expect_table_columns_to_match_ordered_list",
    "expect_table_columns_to_match_set",
}
MIXED = ["open", "Ann", 5, 4.25, True, "2024-01-31"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One table in the embedded engine and on the cluster."""

    embedded: ClientTable
    cluster: ClientTable

    def run(self, suite: Path) -> SuiteRun:
        """Return what Spark makes of a suite, once pandas has said the same."""
        expected, found = run_suite(suite, self.embedded), run_suite(suite, self.cluster)
        assert found.remarks == expected.remarks
        asked = [f"{item['type']} {item['kwargs']}" for item in json.loads(suite.read_text())["expectations"]]
        answers = zip(asked, map(told, found.results), map(told, expected.results), strict=True)
        assert [answer for answer in answers if answer[1] != answer[2]] == []
        return found


def told(result: SuiteResult) -> tuple[object, ...]:
    """Return what has to be the same, whatever words the reason of what cannot be judged has."""
    observed = None if result.observed is None else f"{float(result.observed):.12g}"
    counts = (result.element_count, result.unexpected_count, result.rows)
    return (result.success, *counts, observed, bool(result.problem))


@pytest.fixture(scope="module")
def both(local_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:  # noqa: ANN401 - a SparkSession
    """Return eight rows with blanks, words for nothing, a range, days far away, line breaks and accents."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    with DuckEngine(threads=1) as embedded, SparkEngine(local_session) as cluster:
        yield Both(embedded=opened(path, embedded)[0], cluster=opened(path, cluster)[0])


def of_each_kind() -> list[dict[str, Any]]:
    """Return every kind of expectation that Spark can judge, over the kinds of columns it is asked about."""
    found = []
    for column in (TEXT, WHOLE, DATE):
        found += [
            expect("column_values_to_be_in_set", column=column, value_set=MIXED),
            expect("column_values_to_not_be_in_set", column=column, value_set=MIXED),
            expect("column_distinct_values_to_be_in_set", column=column, value_set=MIXED),
            expect("column_distinct_values_to_contain_set", column=column, value_set=MIXED[:2]),
            expect("column_values_to_match_regex", column=column, regex=r"^[\w-]+(?<!n)\Z", mostly=0.5),
            expect("column_value_lengths_to_be_between", column=column, min_value=2, max_value=4),
            expect("column_values_to_be_unique", column=column),
        ]
    found += [
        expect("column_values_to_be_in_set", column=DATE, value_set=["2024-01-31", "2023-05-05"]),
        expect("column_values_to_be_between", column=DATE, max_value="2024-01-31", strict_max=True),
        expect("column_max_to_be_between", column=DATE, max_value="2024-01-31"),
        expect("column_distinct_values_to_equal_set", column=TEXT, value_set=["open", "10"]),
        expect("column_most_common_value_to_be_in_set", column=TEXT, value_set=["won"]),
        expect("column_unique_value_count_to_be_between", column=TEXT, max_value=3),
        expect("column_proportion_of_unique_values_to_be_between", column=TEXT, max_value=0.3),
        expect("column_proportion_of_non_null_values_to_be_between", column=TEXT, min_value=0.9),
        expect("column_values_to_be_null", column=TEXT),
        expect("column_values_to_not_be_null", column=TEXT, mostly=0.9),
        expect("column_value_lengths_to_equal", column=TEXT, value=4),
        expect("column_values_to_not_match_regex", column="Name", regex="^(?P<first>[A-É])"),
        expect("column_values_to_match_regex_list", column="Name", regex_list=["^A", "n$"], match_on="all"),
        expect("column_values_to_not_match_regex_list", column="Name", regex_list=["^A", "^x.y$"]),
        expect("column_values_to_be_json_parseable", column=TEXT),
        expect("column_values_to_match_json_schema", column=WHOLE, json_schema={"type": "array"}),
        expect("column_values_to_match_json_schema", column="Extra", json_schema={"type": "array"}),
        expect("column_values_to_be_dateutil_parseable", column=TEXT),
        expect("column_values_to_match_strftime_format", column=TEXT, strftime_format="%H"),
        expect("column_values_to_be_between", column=WHOLE, min_value=6),
        expect("column_values_to_be_between", column=TEXT, min_value=6),
        expect("column_min_to_be_between", column=WHOLE, min_value=6),
        expect("column_mean_to_be_between", column=NUMBER, max_value=3),
        expect("column_median_to_be_between", column=NUMBER, max_value=3),
        expect("column_sum_to_be_between", column=WHOLE, max_value=3),
        expect("column_stdev_to_be_between", column=NUMBER, max_value=3),
        expect("column_value_z_scores_to_be_less_than", column=NUMBER, threshold=1, double_sided=True),
        expect("column_values_to_not_be_outliers", column=NUMBER),
        expect(
            "column_kl_divergence_to_be_less_than",
            column=TEXT,
            threshold=0.1,
            partition_object={"values": ["open", "won"], "weights": [0.5, 0.5]},
        ),
        expect("column_mean_to_be_between", column=TEXT, max_value=3),
        expect("table_row_count_to_equal", value=7),
        expect("table_row_count_to_be_between", max_value=5),
        expect("column_to_exist", column="Name"),
        expect("table_column_count_to_equal", value=3),
    ]
    for pair in (("Name", "Nick.name"), (WHOLE, "Intent Score"), (DATE, "Close Date"), ("Name", NUMBER)):
        columns = {"column_A": pair[0], "column_B": pair[1]}
        found += [
            expect("column_pair_values_to_be_equal", **columns),
            expect("column_pair_values_a_to_be_greater_than_b", **columns, or_equal=True),
            expect("column_pair_values_to_be_in_set", **columns, value_pairs_set=[["Ann", "Ann"], [10, 10]]),
            expect("multicolumn_values_to_be_equal", column_list=list(pair), ignore_row_if="never"),
            expect("select_column_values_to_be_unique_within_record", column_list=list(pair)),
            expect("multicolumn_sum_to_equal", column_list=list(pair), sum_total=20),
        ]
    found += [
        expect("column_pair_values_to_be_equal", column_A="Name", column_B="Nick.name", ignore_row_if=passed_over)
        for passed_over in ("either_value_is_missing", "neither")
    ]
    found += [
        expect("compound_columns_to_be_unique", column_list=["Name", "Close Date"], ignore_row_if=passed_over)
        for passed_over in ("all_values_are_missing", "any_value_is_missing")
    ]
    return [*found, expect("compound_columns_to_be_unique", column_list=[TEXT, DATE])]


def test_each_kind_is_judged_as_on_pandas(tmp_path: Path, both: Both) -> None:
    """Planted violations, missing cells and values of other kinds: verdict, counts, first rows and figures agree."""
    run = both.run(suite_of(tmp_path, *of_each_kind()))
    by_kind: dict[str, set[bool | None]] = {}
    for result in run.results:
        by_kind.setdefault(result.type, set()).add(result.success)
    assert {kind for kind, found in by_kind.items() if False not in found} == {"expect_column_to_exist"}
    assert set(by_kind) == {kind for kind, known in KINDS.items() if not known.unable} - NOT_ON_SPARK - SAME_CODE


def test_conditions_on_rows_mean_the_same(tmp_path: Path, both: Both) -> None:
    """They are built as Spark's own conditions from what was read; no text of a suite is one."""
    conditions = [
        compared("Name", "==", "Ann"),
        compared("Status", "!=", "open"),
        compared("Status", "NOT_IN", ["open", 5]),
        {"type": "or", "conditions": [compared(WHOLE, ">=", 10), compared("Name", "==", 5)]},
        {"type": "and", "conditions": [compared(DATE, "<", "2024-02-01"), compared(DATE, "IN", ["2024-01-31"])]},
        {"type": "nullity", "column": {"name": "Nick.name"}, "is_null": True},
        compared("Name", "==", "' OR 1=1 --"),
        compared("Name", ">", 1),
        compared(DATE, "==", "soon"),
    ]
    expectations = [
        expect("column_values_to_match_regex", column="Close Date", regex="^nothing$", row_condition=condition)
        for condition in conditions
    ]
    run = both.run(suite_of(tmp_path, *expectations))
    assert [item.element_count for item in run.results] == [2, 6, 6, 3, 2, 3, 0, 0, 0]
    assert [item.success for item in run.results[-3:]] == [True, None, None]


def test_what_spark_cannot_be_told_says_why(tmp_path: Path, both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where GX means something else on Spark, or would take too much of it, it is not asked; the rest is judged."""
    monkeypatch.setattr("segaudit.interop.expectations.spark_rows.MOST_DIFFERENT", 2)
    ranges = {"quantiles": [0.5], "value_ranges": [[1, 2]]}
    run = run_suite(
        suite_of(
            tmp_path,
            expect("column_values_to_be_increasing", column=WHOLE),
            expect("column_quantile_values_to_be_between", column=WHOLE, quantile_ranges=ranges),
            expect("column_value_z_scores_to_be_less_than", column=DATE, threshold=1, double_sided=True),
            expect("column_most_common_value_to_be_in_set", column=TEXT, value_set=["open"]),
            expect("column_values_to_not_be_null", column=WHOLE),
        ),
        both.cluster,
    )
    assert [(item.success, item.problem) for item in run.results] == [
        (None, "on Spark GX compares each row with any other one, as rows have no order there"),
        (None, "GX picks other values for quantiles on Spark than on pandas"),
        (None, "GX knows z-scores of numbers only on Spark"),
        (None, "the column has more than 2 different values, which is more than GX is given of Spark"),
        (False, ""),
    ]


def test_values_are_shown_only_on_request(tmp_path: Path, both: Both) -> None:
    """The library's answer holds rows in place of values unless examples are asked for, and never our own marks."""
    path = suite_of(tmp_path, expect("column_values_to_match_regex", column="Name", regex="^[AB]"))
    (hidden,) = run_suite(path, both.cluster).raw["results"]
    assert "Eve" not in json.dumps(hidden)
    assert hidden["result"]["partial_unexpected_index_list"] == [{"_row": row} for row in (3, 5, 6, 7)]
    assert hidden["expectation_config"]["kwargs"] == {"column": "Name", "regex": "^[AB]"}
    (shown,) = run_suite(path, both.cluster, examples=True).raw["results"]
    assert sorted(shown["result"]["partial_unexpected_list"]) == ["Eve", "N/A", "x\ny", "é"]


def test_a_suite_that_never_ends_is_stopped(
    tmp_path: Path,
    local_session: Any,  # noqa: ANN401 - a SparkSession
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A regular expression that repeats repetitions is stopped by the worker it runs in."""
    from segaudit.engine.spark.engine import SparkEngine  # noqa: PLC0415 - an optional package

    monkeypatch.setattr("segaudit.interop.expectations.spark_rows.LONGEST_BATCH", 1)
    path = tmp_path / "slow.csv"
    path.write_text(f"Code,Name\n{'a' * 60}!,x\n")
    suite = suite_of(tmp_path, expect("column_values_to_match_regex", column="Code", regex="^(a+)+$"))
    with SparkEngine(local_session) as engine, pytest.raises(InputError, match=r"suite.json: expectation 1 .*stopped"):
        run_suite(suite, opened(path, engine)[0])


def test_an_exported_suite_counts_the_same_rows_on_spark(local_session: Any, tmp_path: Path) -> None:  # noqa: ANN401 - as above
    """The library, on Spark and on its own, finds in the sample contacts what counting by hand finds, rule by rule."""
    with DuckEngine(threads=2) as engine:
        table, catalogue = opened(CONTACTS, engine)
        suite = json.loads(exported(table, catalogue, tmp_path))
    frame = read_for_suite(local_session, CONTACTS, suite)
    _, document = run_expectations(suite["name"], suite["expectations"], frame, on_spark=True)
    found: Counter[str] = Counter()
    for result in document["results"]:
        assert not result["exception_info"]["raised_exception"], result
        found[result["expectation_config"]["meta"]["segaudit"]["check"]] += result["result"]["unexpected_count"]
    expected = failing_rows()
    assert {name: found[name] for name in expected} == expected


def exported(table: ClientTable, catalogue: Mapping[str, CatalogueField], folder: Path) -> str:
    """Return the checks of the sample contacts as a suite."""
    return export_suite(read_checks(folder, catalogue), table, name="contacts", as_of=date(2026, 6, 30)).text


def read_for_suite(session: Any, path: Path, suite: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a SparkSession; a DataFrame
    """Read a file with Spark as docs/quality-gate.md tells a client to."""
    from pyspark.sql import functions as f  # noqa: PLC0415 - an optional package

    frame = session.read.csv(str(path), header=True, multiLine=True, escape='"', nullValue="")
    for column in suite["meta"]["segaudit"]["columns"]:
        name = column["column"]
        if column["read_as"] == "number":
            frame = frame.withColumn(name, f.expr(f"try_cast(`{name}` AS DOUBLE)"))
        elif column["read_as"] == "date":
            first, second = ("d/M", "M/d") if column.get("day_first") else ("M/d", "d/M")
            forms = ("yyyy/M/d", "d.M.yyyy", f"{first}/yyyy", f"{second}/yyyy", "d MMM yyyy")
            days = [f.try_to_timestamp(f.col(name), f.lit(form)).cast("date") for form in forms]
            frame = frame.withColumn(name, f.coalesce(f.expr(f"try_cast(`{name}` AS DATE)"), *days))
    return frame
