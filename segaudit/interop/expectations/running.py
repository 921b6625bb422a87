"""A client's own suite, run over the rows of a file."""

import signal
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from segaudit.errors import InputError, SegauditError
from segaudit.interop.expectations.frames import ROW, ClientTable, Frame, read_frame
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.library import load_pandas, problem_of, run_expectations
from segaudit.interop.expectations.row_conditions import RowCondition, columns_of, rows_where
from segaudit.interop.expectations.suites import Suite, SuiteExpectation, read_suite
from segaudit.model.fields import FieldType
from segaudit.model.gates import SuiteResult, SuiteRun
from segaudit.model.quality import Severity
from segaudit.rulebook.suggest import did_you_mean

LONGEST = 600  # seconds; a regular expression can be made to run for ever
_FIRST_ROWS = 20
_ISO_DAY = 10  # characters of 2026-01-31
_VALUES = ("partial_unexpected_list", "partial_unexpected_counts", "partial_unexpected_index_list", "unexpected_list")
_SEVERITIES = {"critical": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.NOTE}
_FIGURES = (Domain.COLUMN, Domain.ROWS)


def run_suite(suite: Path | Suite, table: ClientTable, *, examples: bool = False) -> SuiteRun:
    """Run a suite of GX 1.x over a file, on pandas.

    Args:
        suite: The suite, or the file it is in.
        table: The file; its raw table in order of ``_row``.
        examples: Keep cell values in the JSON that great_expectations answers with.

    Raises:
        InputError: The suite cannot be read or asks for what is not done, or the file is too large for pandas.
    """
    read = suite if isinstance(suite, Suite) else read_suite(suite)
    problems = {item.number: _problem(item, table) for item in read.expectations}
    able = [item for item in read.expectations if not problems[item.number]]
    wanted = [column for item in able for column in _needed(item)]
    with _deadline(read.path):
        frame = read_frame(table, wanted)
        judged: dict[int, tuple[SuiteResult, dict[str, Any]]] = {}
        for group in _groups(able):
            judged |= _run_group(read, group, table, frame, examples=examples)
    results = tuple(
        judged[item.number][0] if item.number in judged else _unjudged(item, problems[item.number])
        for item in read.expectations
    )
    raw = [judged[number][1] for number in sorted(judged)]
    return SuiteRun(
        name=read.name,
        success=all(result.success for result in results),
        results=results,
        remarks=frame.remarks,
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
        kind = item.domain if item.domain in {Domain.HEADERS, Domain.ROWS} else None
        groups[kind, repr(item.condition)].append(item)
    return list(groups.values())


def _run_group(
    suite: Suite, group: Sequence[SuiteExpectation], table: ClientTable, frame: Frame, *, examples: bool
) -> dict[int, tuple[SuiteResult, dict[str, Any]]]:
    first = group[0]
    try:
        cells = _cells(first, table, frame)
    except (TypeError, ValueError):
        # Raised by pandas: a column of text compared to a number. The condition cannot be told of this file.
        problem = "its row_condition compares a column to a value of another kind"
        return {item.number: (_unjudged(item, problem), _unjudged_raw(item, problem)) for item in group}
    configs = [_config(item, table) for item in group]
    try:
        results, document = run_expectations(suite.name, configs, cells)
    except SegauditError as error:
        raise InputError(error.problem, where=f"{suite.path}: {error.where}", hint=error.hint) from error
    done = {}
    for item, result, raw in zip(group, results, document["results"], strict=True):
        raw["expectation_config"]["kwargs"] = {**item.config["kwargs"], **item.condition_as_written}
        rows = _first_rows(item, result, cells, suite.name, _config(item, table))
        done[item.number] = (_result(item, result, rows), raw if examples else _without_values(raw, rows))
    return done


def _cells(item: SuiteExpectation, table: ClientTable, frame: Frame) -> Any:  # noqa: ANN401 - a pandas frame
    """Return the rows an expectation is about: headers alone, a count alone, or cells."""
    if item.domain is Domain.HEADERS:
        return load_pandas().DataFrame({}, columns=list(table.source.headers))
    cells = frame.cells if item.condition is None else frame.cells[_mask(frame, item.condition, table)]
    return cells if item.domain is not Domain.ROWS else cells[[]]


def _mask(frame: Frame, condition: RowCondition, table: ClientTable) -> Any:  # noqa: ANN401 - a pandas mask
    dated = [column for column in columns_of(condition) if _is_dated(column, table)]
    return rows_where(frame.cells, condition, dated).astype(bool)


def _config(item: SuiteExpectation, table: ClientTable) -> Mapping[str, Any]:
    """Return an expectation as this table needs it: days are moments at midnight, and bounds have to be so too."""
    dated = [column for column in item.columns if _is_dated(column, table)]
    if not dated:
        return item.config
    kwargs = {key: _moment(value) if key in {"min_value", "max_value"} else value for key, value in _kwargs(item)}
    return {**item.config, "kwargs": kwargs}


def _kwargs(item: SuiteExpectation) -> Iterator[tuple[str, Any]]:
    yield from item.config["kwargs"].items()


def _is_dated(column: str, table: ClientTable) -> bool:
    reading = table.reading_of(column)
    return reading is not None and reading.type is FieldType.DATE


def _moment(value: Any) -> Any:  # noqa: ANN401 - from JSON
    if isinstance(value, str) and len(value) == _ISO_DAY:
        try:
            return f"{date.fromisoformat(value)}T00:00:00"
        except ValueError:
            return value
    return value


def _first_rows(
    item: SuiteExpectation,
    result: Any,  # noqa: ANN401 - the library's
    cells: Any,  # noqa: ANN401 - a pandas frame
    name: str,
    config: Mapping[str, Any],
) -> tuple[int, ...]:
    """Return the first unexpected rows; the library lists them only at many times the cost of counting them."""
    found = result.result or {}
    if item.domain in {Domain.HEADERS, Domain.ROWS} or not found.get("unexpected_count"):
        return ()
    if item.type == "expect_column_values_to_not_be_null":
        mask = cells[item.columns[0]].isna()
    elif item.domain is Domain.CELLS:
        # A cell is unexpected by its value, and these are the first that are.
        mask = cells[item.columns[0]].isin(found.get("partial_unexpected_list") or [])
    elif item.domain in {Domain.PAIR, Domain.SEVERAL}:
        (listed,), _ = run_expectations(name, [config], cells, result_format="SUMMARY")
        places = (listed.result or {}).get("partial_unexpected_index_list") or []
        return tuple(int(place[ROW]) for place in places if ROW in place)[:_FIRST_ROWS]
    else:
        return ()
    return tuple(int(row) for row in cells.index[mask.to_numpy()][:_FIRST_ROWS])


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


def _unjudged_raw(item: SuiteExpectation, problem: str) -> dict[str, Any]:
    kwargs = {**item.config["kwargs"], **item.condition_as_written}
    return {
        "success": False,
        "expectation_config": {"type": item.type, "kwargs": kwargs, "meta": {}, "severity": "critical"},
        "result": {},
        "exception_info": {"raised_exception": True, "exception_message": problem},
    }


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


class _TooLongError(BaseException):
    """Time is up; the library catches whatever is an Exception."""


@contextmanager
def _deadline(path: str) -> Iterator[None]:
    """Stop a suite that would run for ever, where the system has an alarm clock for it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    except _TooLongError:
        problem = f"the suite was stopped after {LONGEST:,} seconds"
        raise InputError(problem, where=path, hint="look for a regular expression that repeats repetitions") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
