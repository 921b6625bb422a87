"""Thresholds to expectations over one row of figures, which great_expectations judges."""

from collections.abc import Mapping, Sequence
from typing import Any

from segaudit.interop.expectations.library import load_pandas, problem_of, run_expectations
from segaudit.interop.expectations.suites import Suite
from segaudit.model.gates import Figure, GateResult, Metric, Threshold, ThresholdResult, metric_label
from segaudit.model.quality import Severity
from segaudit.rulebook.suggest import did_you_mean

_GATE = "acceptance gate"
_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.NOTE: "info"}
_FROM_GX = {word: severity for severity, word in _SEVERITIES.items()}


def judge_gate(metrics: Sequence[Metric], thresholds: Sequence[Threshold]) -> GateResult:
    """Hold the figures of an audit against a gate.

    A threshold whose figure was not measured, or that names a column the file does not have, is not met: what cannot
    be told is not accepted.

    Args:
        metrics: The figures; one of a column counts by its header and by its field.
        thresholds: The gate.
    """
    figures = _by_label(metrics)
    expectations, owners = [], []
    for number, threshold in enumerate(thresholds):
        for item in _expectations(threshold):
            expectations.append(item)
            owners.append(number)
    labels = dict.fromkeys(threshold.label for threshold in thresholds)
    results, raw = run_expectations(_GATE, expectations, _one_row(labels, figures))
    judged = [
        _judged(threshold, figures, [result for result, owner in zip(results, owners, strict=True) if owner == number])
        for number, threshold in enumerate(thresholds)
    ]
    return GateResult(met=all(item.met for item in judged), thresholds=tuple(judged), raw=raw)


def judge_metric_suite(metrics: Sequence[Metric], suite: Suite) -> GateResult:
    """Hold the figures of an audit against a suite whose columns are figures: ``share_filled of Industry``."""
    figures = _by_label(metrics)
    labels = dict.fromkeys(column for item in suite.expectations for column in item.columns)
    # A figure that could not be told is no number; the library would pass over it, so its presence is asked for too.
    configs = [item.config for item in suite.expectations]
    presence = [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": label}} for label in labels]
    results, raw = run_expectations(suite.name, [*configs, *presence], _one_row(labels, figures))
    known = {label: bool(result.success) for label, result in zip(labels, results[len(configs) :], strict=True)}
    judged = []
    for item, result in zip(suite.expectations, results, strict=False):
        label = ", ".join(item.columns)
        absent = next((column for column in item.columns if not known[column]), None)
        problem = problem_of(result.exception_info) or (_not_told(absent, figures) if absent is not None else "")
        judged.append(
            ThresholdResult(
                label=label,
                met=bool(result.success) and not problem,
                observed=figures.get(item.columns[0].casefold()) if item.columns else None,
                expected=item.in_words,
                severity=_FROM_GX.get(str(item.config.get("severity")), Severity.ERROR),
                problem=problem,
            )
        )
    return GateResult(met=all(item.met for item in judged), thresholds=tuple(judged), raw=raw)


def _by_label(metrics: Sequence[Metric]) -> dict[str, Figure | None]:
    """Return the figures by what they may be called, case left aside; a header goes before a field."""
    by_field = {metric_label(metric.name, metric.field).casefold(): metric.value for metric in metrics if metric.field}
    return by_field | {metric.label.casefold(): metric.value for metric in metrics}


def _one_row(labels: Mapping[str, None], figures: Mapping[str, Figure | None]) -> Any:  # noqa: ANN401 - a pandas frame
    pd = load_pandas()
    return pd.DataFrame({label: _cell(pd, figures.get(label.casefold())) for label in labels}, index=pd.RangeIndex(1))


def _cell(pd: Any, value: Figure | None) -> Any:  # noqa: ANN401 - the module in, a series out
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return pd.Series([value], dtype="float64" if numeric else "object")


def _expectations(threshold: Threshold) -> list[dict[str, Any]]:
    """Return what a threshold becomes: that the figure is known, and each bound."""
    column = {"column": threshold.label}
    made: list[tuple[str, dict[str, Any]]] = [("expect_column_values_to_not_be_null", {})]
    bounds = {"min_value": threshold.at_least, "max_value": threshold.at_most}
    if bounds := {name: bound for name, bound in bounds.items() if bound is not None}:
        made.append(("expect_column_values_to_be_between", bounds))
    if threshold.equals is not None:
        made.append(("expect_column_values_to_be_in_set", {"value_set": [threshold.equals]}))
    if threshold.one_of:
        made.append(("expect_column_values_to_be_in_set", {"value_set": list(threshold.one_of)}))
    about = {"severity": _SEVERITIES[threshold.severity]} | ({"notes": threshold.why} if threshold.why else {})
    return [{"type": kind, "kwargs": column | kwargs, **about} for kind, kwargs in made]


def _judged(threshold: Threshold, figures: Mapping[str, Figure | None], results: Sequence[Any]) -> ThresholdResult:
    observed = figures.get(threshold.label.casefold())
    problem = next(filter(None, (problem_of(result.exception_info) for result in results)), "")
    if observed is None:
        problem = _not_told(threshold.label, figures)
    return ThresholdResult(
        label=threshold.label,
        met=all(result.success for result in results) and not problem,
        observed=observed,
        expected=threshold.expected,
        severity=threshold.severity,
        problem=problem,
        place=threshold.place,
    )


def _not_told(label: str, figures: Mapping[str, Figure | None]) -> str:
    if label.casefold() in figures:
        return f'"{label}" could not be told of this file'
    near = did_you_mean(label, figures)
    return f'this file has no figure "{label}"' + (f"; {near}" if near else "")
