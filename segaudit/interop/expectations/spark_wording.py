"""Expectations as Spark has to be told them for the same to be meant as on pandas, and those that it cannot be told."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from segaudit.interop.expectations.frames import ClientTable, Held, held_as
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.library import load_pandas
from segaudit.interop.expectations.row_answers import ANSWERS, moment_of
from segaudit.interop.expectations.row_tests import EXPECTED, RowTest
from segaudit.interop.expectations.suites import SuiteExpectation
from segaudit.interop.expectations.verdicts import config_of

_ORDER = "on Spark GX compares each row with any other one, as rows have no order there"
_QUANTILES = "GX picks other values for quantiles on Spark than on pandas"
_Z_SCORES = "GX knows z-scores of numbers only on Spark"
_NO_NUMBERS = "it is about numbers, and the column is read as text"
_OF_NUMBERS = (
    "expect_column_mean_to_be_between",
    "expect_column_median_to_be_between",
    "expect_column_stdev_to_be_between",
    "expect_column_sum_to_be_between",
    "expect_column_value_z_scores_to_be_less_than",
    "expect_column_values_to_not_be_outliers",
)
_UNABLE: Mapping[str, str] = {
    "expect_column_values_to_be_increasing": _ORDER,
    "expect_column_values_to_be_decreasing": _ORDER,
    "expect_column_quantile_values_to_be_between": _QUANTILES,
}
_LENGTHS = ("expect_column_value_lengths_to_equal", "expect_column_value_lengths_to_be_between")
_BETWEEN = "expect_column_values_to_be_between"
_NOT_IN_SET = "expect_column_values_to_not_be_in_set"
_SETS = ("expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set", *(
    f"expect_column_distinct_values_to_{what}_set" for what in ("be_in", "contain", "equal")
))  # fmt: skip
_LARGEST = 2**63
# What no cell is: they stand for values of another kind than the column's, which Spark would make its own kind of.
_NO_TEXT, _NO_NUMBER, _NO_MOMENT = f"\0{uuid4().hex}", math.nan, "9999-12-31 23:59:59"


def problem_on_spark(item: SuiteExpectation, table: ClientTable) -> str:
    """Return why an expectation cannot be judged on Spark though it could be on pandas; nothing if it can."""
    held = {held_as(reading) for reading in table.readings_of(item.columns)}
    if problem := _problem_of_kind(item, held):
        return problem
    kwargs = config_of(item, table)["kwargs"]
    try:
        if _is_row_test(item, table):
            ANSWERS[item.type](kwargs)
        elif item.type == _NOT_IN_SET and held == {Held.DATE}:
            for value in kwargs.get("value_set") or ():
                if isinstance(value, str):
                    moment_of(value)  # pandas reads them one by one, and gives up at what is no date
    except KeyError:
        return ""  # what is missing the library says best
    except Exception as error:  # noqa: BLE001 - whatever the libraries raise about what a suite asks for
        return (str(error).splitlines() or [type(error).__name__])[0]
    return ""


def _problem_of_kind(item: SuiteExpectation, held: Collection[Held]) -> str:
    if item.type in _UNABLE:
        return _UNABLE[item.type]
    # Spark would fail, and with it what else it is asked at the same time.
    has_bins = "bins" in (item.config["kwargs"].get("partition_object") or ())
    if Held.TEXT in held and (item.type in _OF_NUMBERS or has_bins):
        return _NO_NUMBERS
    return _Z_SCORES if item.type == "expect_column_value_z_scores_to_be_less_than" and Held.DATE in held else ""


def row_test(item: SuiteExpectation, table: ClientTable, names: Mapping[str, str]) -> RowTest | None:
    """Return an expectation as a question that Python answers for each row; None where the library itself can."""
    if not _is_row_test(item, table):
        return None
    columns = tuple(names[column] for column in item.columns)
    return RowTest(type=item.type, kwargs=config_of(item, table)["kwargs"], columns=columns, into=f"p{item.number}")


def _is_row_test(item: SuiteExpectation, table: ClientTable) -> bool:
    reading = table.reading_of(item.columns[0]) if item.columns else None
    held = None if reading is None else held_as(reading)
    if item.type in _LENGTHS:
        return held is not Held.TEXT
    if item.type == _BETWEEN:
        return held is Held.DATE
    return item.type in ANSWERS


def spark_config(
    item: SuiteExpectation, table: ClientTable, names: Mapping[str, str], test: RowTest | None
) -> Mapping[str, Any]:
    """Return an expectation about a ClusterFrame, as the library takes it."""
    config = config_of(item, table)
    kwargs = dict(config["kwargs"])
    if test is not None:
        asked = {"column": test.into, "regex": rf"^\{EXPECTED}"}
        mostly = {"mostly": kwargs["mostly"]} if kwargs.get("mostly") is not None else {}
        return {**config, "type": "expect_column_values_to_match_regex", "kwargs": asked | mostly}
    if item.domain in {Domain.CELLS, Domain.COLUMN}:
        kwargs["column"] = names[item.columns[0]]
    elif "column_list" in kwargs:
        kwargs["column_list"] = [names[column] for column in item.columns]
    if item.type in _SETS and isinstance(kwargs.get("value_set"), list):
        (reading,) = table.readings_of(item.columns)
        together = item.type == "expect_column_values_to_be_in_set"
        kwargs["value_set"] = _of_kind(kwargs["value_set"], held_as(reading), together=together)
    return {**config, "kwargs": kwargs}


def _of_kind(values: Sequence[Any], held: Held, *, together: bool) -> list[Any]:
    """Return values as Spark compares them to a column; those of another kind become what no cell is."""
    if held is Held.DATE:
        read = _moments_together if together else _moments
        return list(dict.fromkeys(read(values)))
    one: Callable[[Any], Any] = _text if held is Held.TEXT else _number
    return list(dict.fromkeys(map(one, values)))


def _text(value: Any) -> str:  # noqa: ANN401 - from JSON
    return value if isinstance(value, str) else _NO_TEXT


def _number(value: Any) -> float:  # noqa: ANN401 - from JSON
    if not isinstance(value, int | float):
        return _NO_NUMBER
    return int(value) if isinstance(value, int) and abs(value) < _LARGEST else float(value)


def _moments(values: Sequence[Any]) -> list[str]:
    """Return days, each read by itself."""
    found = []
    for value in values:
        try:
            found.append(_written(moment_of(value)))
        except (TypeError, ValueError, OverflowError):
            found.append(_NO_MOMENT)
    return found


def _moments_together(values: Sequence[Any]) -> list[str]:
    """Return days as pandas looks for several: all of them are dates, or none is found."""
    if not all(isinstance(value, str) for value in values):
        return [_NO_MOMENT]
    try:
        return [_written(moment.to_pydatetime()) for moment in load_pandas().DatetimeIndex(list(values))]
    except (TypeError, ValueError, OverflowError):
        return [_NO_MOMENT]


def _written(moment: datetime) -> str:
    return _NO_MOMENT if moment.tzinfo is not None else moment.isoformat(sep=" ")
