"""A client's expectations judged by great_expectations on Spark, over the table the cluster holds."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from segaudit.errors import InputError
from segaudit.interop.expectations.deadline import ENDLESS
from segaudit.interop.expectations.frames import ROW, ClientTable
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.library import check_expectations, problem_of, run_expectations
from segaudit.interop.expectations.pandas_rows import headers_alone
from segaudit.interop.expectations.row_conditions import columns_of
from segaudit.interop.expectations.row_tests import LONGEST_BATCH, TOO_LONG, UNEXPECTED, UNTOLD, RowTests
from segaudit.interop.expectations.spark_conditions import column_where
from segaudit.interop.expectations.spark_frames import ClusterEngine, cluster_names, read_cluster_frame
from segaudit.interop.expectations.spark_wording import row_test, spark_config
from segaudit.interop.expectations.suites import Suite, SuiteExpectation
from segaudit.interop.expectations.verdicts import FIRST_ROWS, UntoldRowsError, Verdict, config_of, untold

MOST_DIFFERENT = 100_000  # values of a column that the driver takes, of expectations that compare how often each stands
_COUNTED = ("expect_column_most_common_value_to_be_in_set", "expect_column_kl_divergence_to_be_less_than")
_TOO_DIFFERENT = "the column has more than {:,} different values, which is more than GX is given of Spark"
_LISTED: Mapping[str, Any] = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": FIRST_ROWS,
    "unexpected_index_column_names": [ROW],
    "return_unexpected_index_query": False,
}
_UNIQUE, _UNIQUE_TOGETHER = "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"


class SparkRows:
    """Rows on Spark."""

    def __init__(
        self, suite: Suite, table: ClientTable, engine: ClusterEngine, items: Sequence[SuiteExpectation]
    ) -> None:
        """Make the table of the columns that expectations look at.

        Args:
            suite: The suite.
            table: The file.
            engine: Its engine.
            items: Those of the suite's expectations that can be judged.

        Raises:
            SegauditError: The library does not take one of them.
            EngineError: The cluster cannot do it.
        """
        self._suite = suite
        self._table = table
        check_expectations(suite.name, [config_of(item, table) for item in items])
        headers = [column for item in items for column in (*item.columns, *columns_of(item.condition))]
        names = cluster_names(table, headers)
        tests = {item.number: row_test(item, table, names) for item in items}
        self._tests = {number: test for number, test in tests.items() if test is not None}
        asked = RowTests(tests=tuple(self._tests.values()), longest=LONGEST_BATCH)
        self._frame = read_cluster_frame(table, engine, headers, asked)
        self.remarks = self._frame.remarks

    def judge(self, group: Sequence[SuiteExpectation]) -> list[Verdict]:
        """Judge expectations about the same rows; see Rows."""
        first = group[0]
        if first.domain is Domain.HEADERS:
            results, document = run_expectations(self._suite.name, _configs(group), headers_alone(self._table))
            return [Verdict(result=r, raw=raw) for r, raw in zip(results, document["results"], strict=True)]
        data = self._rows_of(first)
        problems = self._problems(group, data)
        able = [item for item in group if not problems.get(item.number)]
        judged = self._judged(able, data)
        # The library asks Spark for several figures at once, and what is wrong with one is said of all of them.
        for item in able:
            if len(able) > 1 and problem_of(judged[item.number][0].exception_info):
                judged |= self._judged([item], data)
        rows = self._first_rows([item for item in able if _has_unexpected(judged[item.number][0])], data)
        return [
            untold(item, problems[item.number])
            if problems.get(item.number)
            else Verdict(
                result=judged[item.number][0],
                raw=self._raw(item, judged[item.number][1]),
                rows=rows.get(item.number, ()),
            )
            for item in group
        ]

    def _rows_of(self, item: SuiteExpectation) -> Any:  # noqa: ANN401 - a DataFrame
        if item.condition is None:
            return self._frame.data
        try:
            return self._frame.data.filter(column_where(item.condition, self._frame.names, self._frame.held))
        except (TypeError, ValueError) as error:
            raise UntoldRowsError from error

    def _problems(self, group: Sequence[SuiteExpectation], data: Any) -> dict[int, str]:  # noqa: ANN401 - a DataFrame
        """Return why some expectations cannot be judged over these rows, by their numbers.

        Raises:
            InputError: One of them would take for ever.
        """
        from pyspark.sql import functions as f  # noqa: PLC0415 - no one pays for Spark who does not use it

        asked: dict[int, Any] = {}
        for item in group:
            if (test := self._tests.get(item.number)) is not None:
                answer = f.col(test.into)
                asked[item.number] = f.max(f.when(answer.startswith(UNTOLD), answer))
            elif item.type in _COUNTED:
                asked[item.number] = f.approx_count_distinct(self._frame.names[item.columns[0]])
        if not asked:
            return {}
        (found,) = data.agg(*[column.alias(f"a{number}") for number, column in asked.items()]).collect()
        problems = {}
        for item in group:
            told = found[f"a{item.number}"] if item.number in asked else None
            if isinstance(told, str):
                problems[item.number] = told.removeprefix(UNTOLD)
            elif told is not None and told > MOST_DIFFERENT:
                problems[item.number] = _TOO_DIFFERENT.format(MOST_DIFFERENT)
            if problems.get(item.number) == TOO_LONG:
                where = f"{self._suite.path}: expectation {item.number} ({item.type})"
                raise InputError("the suite was stopped: this takes too long", where=where, hint=ENDLESS)
        return problems

    def _judged(self, items: Sequence[SuiteExpectation], data: Any) -> dict[int, tuple[Any, dict[str, Any]]]:  # noqa: ANN401 - a DataFrame
        if not items:
            return {}
        results, document = run_expectations(self._suite.name, self._configs(items), data, on_spark=True)
        return {
            item.number: (result, raw) for item, result, raw in zip(items, results, document["results"], strict=True)
        }

    def _configs(self, items: Sequence[SuiteExpectation]) -> list[Mapping[str, Any]]:
        names = self._frame.names
        return [spark_config(item, self._table, names, self._tests.get(item.number)) for item in items]

    def _raw(self, item: SuiteExpectation, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the library's answer without what only stands for an answer."""
        if item.number not in self._tests:
            return raw
        result = {key: value for key, value in raw["result"].items() if key != "partial_unexpected_counts"}
        listed = [str(value)[1:] for value in result.pop("partial_unexpected_list", [])]
        return {**raw, "result": result | ({"partial_unexpected_list": listed} if any(listed) else {})}

    def _first_rows(self, items: Sequence[SuiteExpectation], data: Any) -> dict[int, tuple[int, ...]]:  # noqa: ANN401 - a DataFrame
        """Return the first unexpected rows, by the numbers of expectations; no more of them leave the cluster."""
        rows, left = {}, []
        for item in items:
            unexpected = self._unexpected(item, data)
            if unexpected is None:
                left.append(item)
                continue
            first = unexpected.select(ROW).orderBy(ROW).limit(FIRST_ROWS).collect()
            rows[item.number] = tuple(int(row) for (row,) in first)
        left = [item for item in left if item.domain is Domain.CELLS]
        if left:
            listed, _ = run_expectations(
                self._suite.name, self._configs(left), data.orderBy(ROW), result_format=_LISTED, on_spark=True
            )
            for item, result in zip(left, listed, strict=True):
                places = (result.result or {}).get("partial_unexpected_index_list") or []
                rows[item.number] = tuple(sorted(int(place[ROW]) for place in places))
        return rows

    def _unexpected(self, item: SuiteExpectation, data: Any) -> Any:  # noqa: ANN401 - DataFrames
        """Return the unexpected rows where it is plain which they are; None for those the library has to tell."""
        from pyspark.sql import Window  # noqa: PLC0415 - no one pays for Spark who does not use it
        from pyspark.sql import functions as f  # noqa: PLC0415 - as above

        if (test := self._tests.get(item.number)) is not None:
            return data.filter(f.col(test.into).startswith(UNEXPECTED))
        cells = [f.col(self._frame.names[column]) for column in item.columns]
        if item.type in {_UNIQUE, _UNIQUE_TOGETHER}:
            none = [cell.isNull() for cell in cells]
            some = item.config["kwargs"].get("ignore_row_if")
            if some != "never":
                passed_over = (
                    reduce(and_, none) if some != "any_value_is_missing" else ~reduce(and_, [~n for n in none])
                )
                data = data.filter(~passed_over)
            times = f.count(f.lit(1)).over(Window.partitionBy(*cells))
            return data.select(ROW, times.alias("times")).filter(f.col("times") > 1)
        if item.type == "expect_column_values_to_not_be_null":
            return data.filter(cells[0].isNull())
        return None


def _configs(group: Sequence[SuiteExpectation]) -> list[Mapping[str, Any]]:
    return [item.config for item in group]


def _has_unexpected(result: Any) -> bool:  # noqa: ANN401 - the library's
    return bool((result.result or {}).get("unexpected_count"))
