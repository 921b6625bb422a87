"""Quality checks from YAML: what has to hold of rows, and which finders look for the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segaudit.model.conditions import ClauseOptions, Condition, MissingPolicy, Place, clauses_of, segment_refs_of
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.model.quality import Check, CheckTest, Dimension, Severity
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader, read_options
from segaudit.rulebook.keys import CHECK_KEYS, check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes, plain

IT = "it"  # what a check that is for a type of column calls the column
_FILE_KEYS = ("version", "checks")
_FOR_KEYS = ("type", "fields", "not_fields")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class _Draft:
    """One check as written, before it is read for a column."""

    node: YamlMap
    place: Place
    id: str


def load_checks(
    files: Sequence[Path], known: Mapping[str, RuleField], present: Mapping[str, RuleField], finders: Sequence[str]
) -> tuple[Check, ...]:
    """Read the quality checks; one that is for a type of column becomes a check for each such column.

    Args:
        files: YAML files; ids are unique over all of them.
        known: Every field a condition may name.
        present: The fields some column provides, unmapped columns included under names of their own.
        finders: Names of the finders there are.

    Raises:
        RuleErrors: With everything that is wrong, line by line.
    """
    problems = Problems()
    drafts: dict[str, _Draft] = {}
    for file in files:
        for draft in _drafts(load_nodes(file), problems):
            if draft.id in drafts:
                problems.add(draft.place, f'check "{draft.id}" is there twice', f"first at {drafts[draft.id].place}")
            drafts[draft.id] = draft
    checks = [check for draft in drafts.values() for check in _read(draft, known, present, finders, problems)]
    problems.raise_if_any()
    return tuple(checks)


def _drafts(root: YamlNode, problems: Problems) -> list[_Draft]:
    found = root.get("checks") if isinstance(root, YamlMap) else None
    if isinstance(root, YamlMap):
        check_keys(root, _FILE_KEYS, "a file of checks", problems)
    if not isinstance(found, YamlList):
        problems.add(root.place, "a file of checks is a map with a list", "write checks: and below it - id: ...")
        return []
    drafts = []
    for node in found.items:
        name = plain(node).get("id") if isinstance(node, YamlMap) else None
        if not isinstance(node, YamlMap) or not isinstance(name, str) or not _ID.fullmatch(name):
            problems.add(node.place, "a check needs an id in small letters", "write id: email-syntax")
            continue
        check_keys(node, CHECK_KEYS, "a check", problems)
        drafts.append(_Draft(node, node.place, name))
    return drafts


def _read(
    draft: _Draft,
    known: Mapping[str, RuleField],
    present: Mapping[str, RuleField],
    finders: Sequence[str],
    problems: Problems,
) -> list[Check]:
    """Read one check, once for each column it is for."""
    node = draft.node
    base = Check(
        id=draft.id,
        dimension=_word(node, "dimension", Dimension, problems) or Dimension.VALIDITY,
        severity=_word(node, "severity", Severity, problems) or Severity.WARNING,
        place=draft.place,
        title=_text(node, "title", problems),
        why=_text(node, "why", problems),
        mend=_text(node, "mend", problems),
        column=str(_plain(node, "column") or ""),
        settings=_settings(node, problems),
        confidence=_share(node, problems),
        tests=_tests(node, known, problems),
    )
    if node.get("finder") is not None:
        return [replace(base, finder=_finder(node, known, finders, problems))]
    if node.get("expect") is None:
        problems.add(draft.place, f'check "{draft.id}" says neither what it expects nor a finder', "add expect: {...}")
        return []
    options = read_options(node, ClauseOptions(), problems)
    chosen = node.get("for")
    if chosen is None:
        return _conditions(base, node, known, options, problems)
    wanted = _columns(chosen, known, present, problems)
    if not wanted:  # still read, so that a mistake shows in every run
        _conditions(base, node, {**known, IT: _stand_in(chosen, known)}, options, problems)
        return [base]  # nothing to expect, no finder: whoever runs checks says that there is nothing to run it on
    return [
        check
        for name in wanted
        for check in _conditions(
            replace(base, column=name), node, {**known, **present, IT: present[name]}, options, problems
        )
    ]


def _finder(node: YamlMap, known: Mapping[str, RuleField], finders: Sequence[str], problems: Problems) -> str:
    """Return the finder a check names; what a finder would pass over in silence is a mistake."""
    name, column = str(_plain(node, "finder")), _plain(node, "column")
    if name not in finders:
        hint = did_you_mean(name, finders) or "finders are " + ", ".join(finders)
        problems.add(node.entries["finder"][0], f'there is no finder "{name}"', hint)
    for key in ("expect", "when", "for"):
        if key in node.entries:
            problems.add(node.entries[key][0], f"a check with a finder has no {key}:", "make it two checks")
    if column is not None and str(column) not in known:
        problems.add(node.entries["column"][0], f'unknown field "{column}"', did_you_mean(str(column), known))
    return name


def _conditions(
    base: Check, node: YamlMap, fields: Mapping[str, RuleField], options: ClauseOptions, problems: Problems
) -> list[Check]:
    reader = ConditionReader(fields, {}, problems, can_declare=False)
    expect, when = _condition(reader, node, "expect", options), _condition(reader, node, "when", options)
    if expect is None or not all(_is_of_a_row(part, problems) for part in (expect, when) if part is not None):
        return []
    column = base.column or clauses_of(expect)[0].field
    if column not in fields:
        problems.add(base.place, f'unknown field "{column}"', did_you_mean(column, fields))
    return [replace(base, expect=expect, when=when, column=column)]


def _condition(reader: ConditionReader, node: YamlMap, key: str, options: ClauseOptions) -> Condition | None:
    found = node.get(key)
    return None if found is None else reader.read(found, options)


def _is_of_a_row(condition: Condition, problems: Problems) -> bool:
    """Tell whether a check can judge a condition: it knows no segments, and a missing value never ends the run."""
    refs = segment_refs_of(condition)
    for ref in refs:
        problems.add(ref.place, "a check knows no segments", "write out what the segment asks for")
    strict = [clause for clause in clauses_of(condition) if clause.options.missing is MissingPolicy.ERROR]
    for clause in strict:
        problems.add(clause.place, 'missing cannot be "error" in a check', "write unknown, exclude or include")
    return not refs and not strict


def _columns(
    node: YamlNode, known: Mapping[str, RuleField], present: Mapping[str, RuleField], problems: Problems
) -> list[str]:
    """Return the columns a check is for: of some types, or of some fields if they are read as what they are."""
    types, fields, without = (_names(node, key) for key in _FOR_KEYS)
    if isinstance(node, YamlMap):
        check_keys(node, _FOR_KEYS, "for", problems)
    unknown = [name for name in types if name not in {kind.value for kind in VALUE_TYPES}]
    if unknown:
        problems.add(node.place, f'unknown type "{unknown[0]}"', "types are " + ", ".join(VALUE_TYPES))
    strange = [name for name in (*fields, *without) if name not in known]
    if strange:
        problems.add(node.place, f'unknown field "{strange[0]}"', did_you_mean(strange[0], known))
        return []
    if not types and not fields:
        problems.add(node.place, "for: names no columns", "write for: {type: email} or for: {fields: [email]}")
    fitting = {name for name in fields if name in present and present[name].type is known[name].type}
    return [
        name
        for name, field in present.items()
        if (field.type.value in types or name in fitting) and name not in without
    ]


def _stand_in(node: YamlNode, known: Mapping[str, RuleField]) -> RuleField:
    """Return a column as the check would find it, where the table has none."""
    fields, types = _names(node, "fields"), _names(node, "type")
    kind = next((known[name].type for name in fields if name in known), None)
    return RuleField(name=IT, type=kind or next((kind for kind in FieldType if kind.value in types), FieldType.TEXT))


def _names(node: YamlNode, key: str) -> list[str]:
    value = plain(node).get(key) if isinstance(node, YamlMap) else None
    return [str(item) for item in (value if isinstance(value, list) else [value] if value is not None else [])]


def _plain(node: YamlMap, key: str) -> Any:  # noqa: ANN401 - a document can hold anything
    found = node.get(key)
    return None if found is None else plain(found)


def _word(node: YamlMap, key: str, kind: Any, problems: Problems) -> Any:  # noqa: ANN401 - an enumeration's class
    value = _plain(node, key)
    if value in [item.value for item in kind]:
        return kind(value)
    found = node.get(key)
    problems.add(found.place if found else node.place, f'{key} cannot be "{value}"', "write " + ", ".join(kind))
    return None


def _text(node: YamlMap, key: str, problems: Problems) -> str:
    value = _plain(node, key)
    if not isinstance(value, str) or not value.strip():
        problems.add(node.place, f"a check needs {key}:", "say it in a sentence a client understands")
        return ""
    return " ".join(value.split())


def _settings(node: YamlMap, problems: Problems) -> Mapping[str, object]:
    value = _plain(node, "settings")
    if value is None or isinstance(value, dict):
        return value or {}
    problems.add(node.place, "settings: is a map", "write settings: {least_rows: 3}")
    return {}


def _share(node: YamlMap, problems: Problems) -> float:
    found = node.get("confidence")
    if found is None:
        return 1.0
    value = found.value if isinstance(found, YamlScalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    problems.add(found.place, "confidence: is a share", "write confidence: 0.8")
    return 1.0


def _tests(node: YamlMap, known: Mapping[str, RuleField], problems: Problems) -> tuple[CheckTest, ...]:
    """Return rows that must fail and rows that must pass."""
    found = node.get("tests")
    if found is None:
        return ()
    hint = "write tests: {fails: [{email: x}], passes: [...]}"
    lists = found.entries if isinstance(found, YamlMap) else {}
    if not lists or not set(lists) <= {"fails", "passes"}:
        problems.add(found.place, "tests: has the lists fails: and passes:", hint)
        return ()
    tests = []
    for key, (place, rows) in lists.items():
        if not isinstance(rows, YamlList):
            problems.add(place, f"{key}: is a list of rows", hint)
            continue
        for row in rows.items:
            cells = _test_cells(row, known, problems)
            if cells is not None:
                tests.append(CheckTest(cells=cells, fails=key == "fails"))
    return tuple(tests)


def _test_cells(row: YamlNode, known: Mapping[str, RuleField], problems: Problems) -> Mapping[str, str] | None:
    """Return a test's cells by field; a value alone is that of the column the check is for."""
    cells = {name: cell for name, _, cell in row.items()} if isinstance(row, YamlMap) else {IT: row}
    values = {name: _as_printed(cell) for name, cell in cells.items() if isinstance(cell, YamlScalar)}
    if len(values) < len(cells):
        problems.add(row.place, "a test's row has one value for each field", "write {email: ann@example.com}")
        return None
    for name in values:
        if name != IT and name not in known:
            problems.add(row.place, f'unknown field "{name}"', did_you_mean(name, known))
    return values


def _as_printed(cell: YamlScalar) -> str:
    """Return a value as an export would print it."""
    if isinstance(cell.value, bool):
        return "true" if cell.value else "false"
    return "" if cell.value is None else str(cell.value)
