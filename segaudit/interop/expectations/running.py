"""A client's own suite, run over the rows of a file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from segaudit.errors import InputError, SegauditError
from segaudit.interop.expectations.deadline import deadline
from segaudit.interop.expectations.frames import ROW, ClientTable
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.library import problem_of
from segaudit.interop.expectations.pandas_rows import PandasRows
from segaudit.interop.expectations.row_conditions import columns_of
from segaudit.interop.expectations.spark_frames import on_cluster
from segaudit.interop.expectations.spark_rows import SparkRows
from segaudit.interop.expectations.spark_wording import problem_on_spark
from segaudit.interop.expectations.suites import Suite, SuiteExpectation, read_suite
from segaudit.interop.expectations.verdicts import Rows, UntoldRowsError, compares_numbers, untold
from segaudit.model.gates import SuiteResult, SuiteRun
from segaudit.model.quality import Severity
from segaudit.rulebook.suggest import did_you_mean

LONGEST = 600  # seconds on pandas; a regular expression can be made to run for ever
_VALUES = ("partial_unexpected_list", "partial_unexpected_counts", "partial_unexpected_index_list", "unexpected_list")
_SEVERITIES = {"critical": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.NOTE}
_FIGURES = (Domain.COLUMN, Domain.ROWS)
_OTHER_KIND = "its row_condition compares a column to a value of another kind"


def run_suite(suite: Path | Suite, table: ClientTable, *, examples: bool = False) -> SuiteRun:
    """Run a suite of GX 1.x over a file: on pandas, or on Spark if the file's engine is.

    Args:
        suite: The suite, or the file it is in.
        table: The file; its raw table in order of ``_row``.
        examples: Keep cell values in the JSON that great_expectations answers with.

    Raises:
        InputError: The suite cannot be read or asks for what is not done, or the file is too large for pandas.
        EngineError: Spark cannot do it.
    """
    read = suite if isinstance(suite, Suite) else read_suite(suite)
    cluster = on_cluster(table.engine)
    problems = {item.number: _problem(item, table) for item in read.expectations}
    if cluster is not None:
        problems |= {
            item.number: problem_on_spark(item, table) for item in read.expectations if not problems[item.number]
        }
    able = [item for item in read.expectations if not problems[item.number]]
    # On Spark a suite may take as long as the file is large; what could run for ever is stopped by the workers.
    with deadline(read.path, LONGEST) if cluster is None else nullcontext():
        rows: Rows
        if cluster is None:
            rows = PandasRows(read.name, table, [column for item in able for column in _needed(item)])
        else:
            rows = SparkRows(read, table, cluster, able)
        judged: dict[int, tuple[SuiteResult, dict[str, Any]]] = {}
        for group in _groups(able):
            judged |= _run_group(read, group, rows, examples=examples)
    results = tuple(
        judged[item.number][0] if item.number in judged else _unjudged(item, problems[item.number])
        for item in read.expectations
    )
    raw = [judged[number][1] for number in sorted(judged)]
    return SuiteRun(
        name=read.name,
        success=all(result.success for result in results),
        results=results,
        remarks=rows.remarks,
        raw=_document(read.name, raw),
    )


def _needed(item: SuiteExpectation) -> tuple[str, ...]:
    return (*item.columns, *columns_of(item.condition))


def _problem(item: SuiteExpectation, table: ClientTable) -> str:
    """Return why an expectation cannot be judged over this file; nothing if it can."""
    if item.unable:
        return item.unable
    headers = table.source.headers
    for column in _needed(item):
        if column not in headers:
            near = did_you_mean(column, headers)
            return f'the file has no column "{column}"' + (f"; {near}" if near else "")
        if table.reading_of(column) is None:
            return f'several columns are called "{column}"'
    return ""


def _groups(items: Sequence[SuiteExpectation]) -> list[list[SuiteExpectation]]:
    """Return expectations that look at the same rows in the same way together."""
    groups: dict[tuple[object, ...], list[SuiteExpectation]] = defaultdict(list)
    for item in items:
        kind = item.domain if item.domain in {Domain.HEADERS, Domain.ROWS} else ""
        groups[kind, compares_numbers(item), repr(item.condition)].append(item)
    return list(groups.values())


def _run_group(
    suite: Suite, group: Sequence[SuiteExpectation], rows: Rows, *, examples: bool
) -> dict[int, tuple[SuiteResult, dict[str, Any]]]:
    try:
        verdicts = rows.judge(group)
    except UntoldRowsError:
        verdicts = [untold(item, _OTHER_KIND) for item in group]
    except SegauditError as error:
        if type(error) is not SegauditError:  # the cluster's, or about the suite already
            raise
        raise InputError(error.problem, where=f"{suite.path}: {error.where}", hint=error.hint) from error
    done = {}
    for item, verdict in zip(group, verdicts, strict=True):
        raw = verdict.raw
        raw["expectation_config"] |= {
            "type": item.type,
            "kwargs": {**item.config["kwargs"], **item.condition_as_written},
        }
        result = _result(item, verdict.result, verdict.rows)
        done[item.number] = (result, raw if examples else _without_values(raw, verdict.rows))
    return done


def _result(item: SuiteExpectation, result: Any, rows: tuple[int, ...]) -> SuiteResult:  # noqa: ANN401 - the library's
    problem = problem_of(result.exception_info)
    found = result.result or {}
    observed = found.get("observed_value") if item.domain in _FIGURES else None
    return SuiteResult(
        number=item.number,
        type=item.type,
        column=", ".join(item.columns) or None,
        success=None if problem else bool(result.success),
        element_count=int(found.get("element_count") or 0),
        unexpected_count=int(found.get("unexpected_count") or 0),
        rows=rows,
        observed=_number(observed),
        severity=_severity(item),
        problem=problem,
        notes=_notes(item),
    )


def _number(value: Any) -> float | None:  # noqa: ANN401 - the library's, or numpy's
    return float(value) if not isinstance(value, bool) and hasattr(value, "__float__") else None


def _severity(item: SuiteExpectation) -> Severity:
    return _SEVERITIES.get(str(item.config.get("severity")), Severity.ERROR)


def _notes(item: SuiteExpectation) -> str:
    notes = item.config.get("notes", "")
    return " ".join(map(str, notes)) if isinstance(notes, list) else str(notes)


def _unjudged(item: SuiteExpectation, problem: str) -> SuiteResult:
    return SuiteResult(
        number=item.number,
        type=item.type,
        column=", ".join(item.columns) or None,
        success=None,
        element_count=0,
        unexpected_count=0,
        severity=_severity(item),
        problem=problem,
        notes=_notes(item),
    )


def _without_values(raw: dict[str, Any], rows: Sequence[int]) -> dict[str, Any]:
    """Return the library's answer with rows in place of cells."""
    kept = {key: value for key, value in raw["result"].items() if key not in _VALUES}
    if isinstance(kept.get("observed_value"), list | dict | str):
        del kept["observed_value"]
        kept.pop("details", None)
    if rows:
        kept["partial_unexpected_index_list"] = [{ROW: row} for row in rows]
    return {**raw, "result": kept}


def _document(name: str, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return results as the library's JSON of a run."""
    good = sum(1 for item in results if item["success"])
    return {
        "suite_name": name,
        "success": good == len(results),
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": good,
            "unsuccessful_expectations": len(results) - good,
            "success_percent": 100 * good / len(results) if results else None,
        },
        "results": list(results),
        "meta": {},
    }
