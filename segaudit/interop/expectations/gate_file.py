"""A gate as people write it: YAML with one line for each threshold."""

import re
from collections.abc import Collection
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.model.conditions import Place
from segaudit.model.gates import Figure, Threshold
from segaudit.model.quality import Severity
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes

_TOP_KEYS = ("version", "gate")
_SUBJECTS = ("column", "field", "check", "schema", "segment")
_BOUNDS = ("at_least", "at_most", "equals", "one_of")
_KEYS = ("metric", *_SUBJECTS, *_BOUNDS, "severity", "why")
_EXAMPLE = "write gate: [{metric: share_filled, column: Industry, at_least: 85%}]"
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_WHOLE = 100  # percent


def read_gate_file(path: Path, metrics: Collection[str]) -> tuple[Threshold, ...]:
    """Read a gate.

    Args:
        path: The file.
        metrics: Names of the figures there are: share_filled, rows_failed, ...

    Raises:
        RuleErrors: With every mistake, each with line and column.
        SegauditError: The file cannot be read or is no YAML.
    """
    root = load_nodes(path)
    problems = Problems()
    if not isinstance(root, YamlMap):
        raise SegauditError("this is no gate", where=str(root.place), hint=_EXAMPLE)
    check_keys(root, _TOP_KEYS, "a gate file", problems)
    version = root.get("version")
    if isinstance(version, YamlScalar) and version.value != 1:
        problems.add(version.place, f'version "{version.value}" is not known', "write version: 1")
    gate = root.get("gate")
    if not isinstance(gate, YamlList) or not gate.items:
        problems.add(gate.place if gate else root.place, "the gate has no thresholds", _EXAMPLE)
        gate = YamlList((), root.place)
    read = [_threshold(node, metrics, problems) for node in gate.items]
    problems.raise_if_any()
    return tuple(threshold for threshold in read if threshold is not None)


def _threshold(node: YamlNode, metrics: Collection[str], problems: Problems) -> Threshold | None:
    if not isinstance(node, YamlMap):
        problems.add(node.place, "a threshold is a map", _EXAMPLE)
        return None
    check_keys(node, _KEYS, "a threshold", problems)
    metric = _text(node, "metric", problems)
    if metric is None:
        problems.add(node.place, "the threshold names no metric", "figures are " + ", ".join(sorted(metrics)))
        return None
    if metric not in metrics:
        hint = did_you_mean(metric, metrics) or "figures are " + ", ".join(sorted(metrics))
        problems.add(_place(node, "metric"), f'there is no figure "{metric}"', hint)
    subjects = [word for key in _SUBJECTS if (word := _text(node, key, problems)) is not None]
    if len(subjects) > 1:
        problems.add(node.place, "a threshold is about one thing", "make two thresholds of it")
    if not any(key in node.entries for key in _BOUNDS):
        problems.add(node.place, "the threshold has no bound", "add at_least: 85%, at_most, equals or one_of")
    at_least, at_most = _bound(node, "at_least", metric, problems), _bound(node, "at_most", metric, problems)
    if at_least is not None and at_most is not None and at_least > at_most:
        problems.add(_place(node, "at_least"), "at_least is above at_most", "exchange them")
    return Threshold(
        metric=metric,
        column=subjects[0] if subjects else None,
        at_least=at_least,
        at_most=at_most,
        equals=_figure(node.get("equals"), "equals", metric, problems),
        one_of=_figures(node.get("one_of"), metric, problems),
        severity=_severity(node, problems),
        why=_text(node, "why", problems) or "",
        place=node.place,
    )


def _place(node: YamlMap, key: str) -> Place:
    found = node.get(key)
    return found.place if found is not None else node.place


def _text(node: YamlMap, key: str, problems: Problems) -> str | None:
    found = node.get(key)
    if found is None:
        return None
    if isinstance(found, YamlScalar) and found.value not in {None, ""} and not isinstance(found.value, bool):
        return str(found.value)
    problems.add(found.place, f"{key} takes a word", f'write {key}: "..."')
    return None


def _bound(node: YamlMap, key: str, metric: str, problems: Problems) -> float | None:
    found = node.get(key)
    value = _figure(found, key, metric, problems)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    problems.add(_place(node, key), f"{key} takes a number or a percentage", f"write {key}: 85%")
    return None


def _figure(node: YamlNode | None, key: str, metric: str, problems: Problems) -> Figure | None:
    """Return a figure as it is measured: ``85%`` is 0.85."""
    if node is None:
        return None
    if not isinstance(node, YamlScalar) or node.value is None:
        problems.add(node.place, f"{key} takes one value", f"write {key}: 85%")
        return None
    value = node.value
    if isinstance(value, str) and (percent := _PERCENT.fullmatch(value.strip())):
        value = float(percent[1]) / _WHOLE
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if metric.startswith("share_") and not (numeric and 0 <= float(value) <= 1):
        problems.add(node.place, f'"{node.value}" is no share', "write 85% or 0.85")
        return None
    return value


def _figures(node: YamlNode | None, metric: str, problems: Problems) -> tuple[Figure, ...]:
    if node is None:
        return ()
    if not isinstance(node, YamlList) or not node.items:
        problems.add(node.place, "one_of takes a list", "write one_of: [a, b]")
        return ()
    read = (_figure(item, "one_of", metric, problems) for item in node.items)
    return tuple(item for item in read if item is not None)


def _severity(node: YamlMap, problems: Problems) -> Severity:
    found = node.get("severity")
    if found is None:
        return Severity.ERROR
    word = found.value if isinstance(found, YamlScalar) else None
    if word in {item.value for item in Severity}:
        return Severity(str(word))
    known = [item.value for item in Severity]
    problems.add(
        found.place, f'severity cannot be "{word}"', did_you_mean(str(word), known) or "write " + ", ".join(known)
    )
    return Severity.ERROR
