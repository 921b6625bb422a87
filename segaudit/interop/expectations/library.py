"""The one place that loads great_expectations: silent, in memory only, its telemetry off before it is imported."""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from segaudit.errors import SegauditError

# Read by the versions that have telemetry, each by its own name; set whatever the user's environment says.
_NO_TELEMETRY = {"GX_ANALYTICS_ENABLED": "false", "GE_USAGE_STATS": "false", "POSTHOG_DISABLED": "true"}
_NUMBERS = count(1)
# What differs from run to run, or names a place on this machine.
_PASSING = ("batch_id", "id")
# Spark's client writes each refused expression to standard error; what the library makes of it is in its result.
_SPARK_LOGS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")
_KEPT_META = "great_expectations_version"


def run_expectations(
    name: str,
    expectations: Sequence[Mapping[str, Any]],
    frame: Any,  # noqa: ANN401 - a pandas frame; pandas is loaded with the library only
    *,
    result_format: str | Mapping[str, Any] = "BASIC",
    on_spark: bool = False,
) -> tuple[list[Any], dict[str, Any]]:
    """Let great_expectations judge a table.

    Args:
        name: Of the suite.
        expectations: Configurations of GX 1.x: type, kwargs, and meta and notes where there are any.
        frame: pandas.DataFrame, or a DataFrame of Spark.
        result_format: BASIC for counts, SUMMARY to have the rows listed as well (slow where many are unexpected).
        on_spark: The frame is Spark's.

    Returns:
        GX's own result of each expectation, in the order given, and the whole as JSON-ready values that are the same
        in each run: no run ids, times, places on this machine or traces of the interpreter.

    Raises:
        SegauditError: An expectation is not one that the library takes.
    """
    with _silence():
        suite = _suite(name, expectations)
        batch = _batch(frame, on_spark=on_spark)
        form = result_format if isinstance(result_format, str) else dict(result_format)
        outcome = batch.validate(suite, result_format=form)
        ordered = sorted(outcome.results, key=lambda item: int(item.expectation_config.meta[_ORDER]))
        document = outcome.to_json_dict()
    plain = sorted(document["results"], key=lambda item: int(item["expectation_config"]["meta"][_ORDER]))
    return ordered, {
        "suite_name": name,
        "success": bool(document["success"]),
        "statistics": document["statistics"],
        "results": [_cleaned(item) for item in plain],
        "meta": {_KEPT_META: document["meta"].get(_KEPT_META, "")},
    }


def check_expectations(name: str, expectations: Sequence[Mapping[str, Any]]) -> None:
    """Make sure that the library takes expectations, without judging anything.

    Raises:
        SegauditError: One of them it does not take.
    """
    with _silence():
        _suite(name, expectations)


_ORDER = "segaudit_order"  # the library puts what it could not judge first


def _suite(name: str, expectations: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - the library's
    """Return the library's suite; it drops what it does not take without a word, so that is counted."""
    from great_expectations.core import ExpectationSuite  # noqa: PLC0415 - 4 s; only what is asked of GX needs it
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415 - as above
        ExpectationConfiguration,
    )

    taken = []
    for number, item in enumerate(expectations):
        try:
            meta = {**(item.get("meta") or {}), _ORDER: number}
            taken.append(ExpectationConfiguration(**{**item, "meta": meta}).to_domain_obj())
        except Exception as error:
            raise SegauditError(
                f"great_expectations does not take this: {_first_line(error)}",
                where=f"{name}: expectation {number + 1} ({item.get('type')})",
                hint="compare its kwargs with the library's gallery of expectations",
            ) from error
    return ExpectationSuite(name=name, expectations=taken)


def _first_line(error: Exception) -> str:
    """Return what a validation error says, in one line and without the name of a class of the library."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join(lines[1:3] if len(lines) > 1 and "validation error" in lines[0] else lines[:1])


def _batch(frame: Any, *, on_spark: bool) -> Any:  # noqa: ANN401 - a frame in, the library's batch out
    from great_expectations.data_context import EphemeralDataContext  # noqa: PLC0415 - slow
    from great_expectations.data_context.data_context.context_factory import set_context  # noqa: PLC0415 - slow
    from great_expectations.data_context.types.base import (  # noqa: PLC0415 - slow
        DataContextConfig,
        InMemoryStoreBackendDefaults,
    )

    context = EphemeralDataContext(
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            analytics_enabled=False,
            progress_bars={"globally": False},
        )
    )
    set_context(context)
    name = f"tables {next(_NUMBERS)}"
    sources = context.data_sources
    # What Spark is handed lies written down already: to keep it in memory, too, would be for nothing.
    source = sources.add_spark(name, persist=False) if on_spark else sources.add_pandas(name)
    asset = source.add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})


def load_pandas() -> Any:  # noqa: ANN401 - the module
    """Return pandas, loaded in silence."""
    with _silence():
        import pandas as pd  # noqa: PLC0415 - heavy: only what is asked of GX needs it
    return pd


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library from telling anyone anything: no telemetry, no warnings, no log lines."""
    os.environ.update(_NO_TELEMETRY)
    logs = [logging.getLogger(name) for name in ("great_expectations", *_SPARK_LOGS)]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)


def _cleaned(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return one result without what differs from run to run or shows this machine."""
    config = {key: value for key, value in item["expectation_config"].items() if key not in _PASSING}
    config["kwargs"] = {key: value for key, value in config["kwargs"].items() if key not in _PASSING}
    config["meta"] = {key: value for key, value in config["meta"].items() if key != _ORDER}
    problem = problem_of(item["exception_info"])
    return {
        "success": bool(item["success"]),
        "expectation_config": config,
        "result": item["result"],
        "exception_info": {"raised_exception": bool(problem), "exception_message": problem or None},
    }


def problem_of(exception_info: Mapping[str, Any]) -> str:
    """Return why the library could not judge an expectation, in its words; nothing where it could."""
    if "raised_exception" in exception_info:
        return str(exception_info["exception_message"] or "") if exception_info["raised_exception"] else ""
    messages = {str(item["exception_message"]) for item in exception_info.values() if item["raised_exception"]}
    return "; ".join(sorted(message.splitlines()[0].removeprefix("Error: ") for message in messages))


def rendered_page(document: Mapping[str, Any]) -> str:
    """Return the library's own page about a result, as it is: with what it loads from elsewhere."""
    with _silence():
        from great_expectations.core.expectation_validation_result import (  # noqa: PLC0415 - slow
            ExpectationSuiteValidationResultSchema,
        )
        from great_expectations.render.renderer.page_renderer import (  # noqa: PLC0415 - slow
            ValidationResultsPageRenderer,
        )
        from great_expectations.render.view import DefaultJinjaPageView  # noqa: PLC0415 - slow

        try:
            result = ExpectationSuiteValidationResultSchema().load(dict(document))
            return str(DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result)))
        except Exception as error:
            raise SegauditError(
                f"great_expectations cannot draw this result: {_first_line(error)}",
                where=str(document.get("suite_name", "")),
                hint="leave out --data-docs; the JSON holds all of it",
            ) from error
