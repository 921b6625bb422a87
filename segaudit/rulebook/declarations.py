"""Field declarations and governance from YAML."""

from dataclasses import replace
from typing import Any

from segaudit.model.conditions import Place
from segaudit.model.fields import VALUE_TYPES, FieldType
from segaudit.model.segments import Governance, RuleField
from segaudit.rulebook.keys import FIELD_KEYS, GOVERNANCE_KEYS, IDENTIFIER, check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, YamlScalar, plain
from segaudit.sql.operators import OperandError
from segaudit.sql.operators.operands import duration, flag, number

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_IF_ABSENT = ("unknown", "blank")  # what a field is whose column a file does not have


def read_field(
    name: str, place: Place, node: YamlNode, before: RuleField | None, problems: Problems
) -> RuleField | None:
    """Read one entry of ``fields:``; what it does not say comes from the catalogue."""
    if not IDENTIFIER.fullmatch(name) or "__" in name:
        problems.add(place, f'"{name}" cannot name a field', "lower case letters, digits and single _ only")
        return None
    if not isinstance(node, YamlMap):
        problems.add(place, f'field "{name}" says nothing', "write {type: int} or the like")
        return None
    check_keys(node, FIELD_KEYS, f'field "{name}"', problems)
    kind = _type(name, place, node, before, problems)
    if kind is None:
        return None
    return RuleField(
        name=name,
        type=kind,
        column=_text(node, "column"),
        currency=(_text(node, "currency") or "").upper() or None,
        blank_means=_blank(node, kind, problems),
        absent_unknown=_absent_unknown(node, before, problems),
        separator=_text(node, "separator"),
        min_coverage=_share(node, "min_coverage", problems),
        max_age_days=_age(node, problems),
        values=_values(node, problems) or (before.values if before else ()),
        # Files that declare a field again need not repeat what is said about it.
        updated=_text(node, "updated") or (before.updated if before else None),
        description=_text(node, "description") or (before.description if before else ""),
        owner=_text(node, "owner") or (before.owner if before else ""),
        sensitive=_yes_no(node, "sensitive", problems) if node.get("sensitive") or not before else before.sensitive,
        place=place,
    )


def _values(node: YamlMap, problems: Problems) -> tuple[str, ...]:
    """Return the values of a picklist; a list, or a map from each to what else it is called."""
    found = node.get("values")
    if found is None:
        return ()
    listed = plain(found)
    if isinstance(listed, list) and listed and all(isinstance(item, str | int | float) for item in listed):
        return tuple(str(item) for item in listed)
    problems.add(found.place, "values: is a list of words", "write values: [Lead, Customer]")
    return ()


def _type(name: str, place: Place, node: YamlMap, before: RuleField | None, problems: Problems) -> FieldType | None:
    word = _text(node, "type")
    if word in {kind.value for kind in VALUE_TYPES}:
        return FieldType(word)
    if word is None and before is not None:
        return before.type
    if word is None:
        problems.add(place, f'field "{name}" has no type', "types are " + ", ".join(VALUE_TYPES))
    else:
        where = node.get("type")
        hint = did_you_mean(word, VALUE_TYPES) or "types are " + ", ".join(VALUE_TYPES)
        problems.add(where.place if where else place, f'unknown type "{word}"', hint)
    return None


def _text(node: YamlMap, key: str) -> str | None:
    value = node.get(key)
    return None if value is None or plain(value) is None else str(plain(value))


def _yes_no(node: YamlMap, key: str, problems: Problems) -> bool | None:
    value = node.get(key)
    if value is None:
        return None
    try:
        return flag(plain(value))
    except OperandError as error:
        problems.add(value.place, f"{key} {error}")
        return None


def _blank(node: YamlMap, kind: FieldType, problems: Problems) -> bool | float | str | None:
    value = node.get("blank_means")
    if value is None:
        return None
    word = plain(value)
    try:
        if kind is FieldType.BOOL:
            return flag(word)
        if kind is FieldType.DATE:
            return _never(word)
        if kind in {FieldType.INT, FieldType.NUMBER, FieldType.MONEY}:
            return number(word)
    except OperandError as error:
        problems.add(value.place, f"blank_means {error}")
        return None
    return str(word)


def _absent_unknown(node: YamlMap, before: RuleField | None, problems: Problems) -> bool:
    value = node.get("if_absent")
    if value is None:
        return before is not None and before.absent_unknown
    word = plain(value)
    if word not in _IF_ABSENT:
        problems.add(value.place, f"if_absent is {' or '.join(_IF_ABSENT)}", "blank: as if every record's were blank")
    return str(word) == _IF_ABSENT[0]


def _never(word: object) -> str:
    if word != "never":
        raise OperandError("of a date is never")
    return "never"


def _share(node: YamlMap, key: str, problems: Problems) -> float | None:
    value = node.get(key)
    if value is None:
        return None
    share = plain(value)
    if isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1:
        return float(share)
    problems.add(value.place, f'{key} cannot be "{share}"', "write a share from 0 to 1, such as 0.80")
    return None


def _age(node: YamlMap, problems: Problems) -> int | None:
    value = node.get("max_age")
    if value is None:
        return None
    try:
        length = str(duration(plain(value)))
    except OperandError as error:
        problems.add(value.place, f"max_age {error}")
        return None
    return int(length[:-1]) * _DAYS[length[-1]]


def read_governance(node: YamlNode | None, before: Governance, problems: Problems) -> Governance:
    """Read ``governance:``, over the bounds a segmentation has without it."""
    if not isinstance(node, YamlMap):
        if node is not None and plain(node) is not None:
            problems.add(node.place, "governance takes a map", "write segments: {start: [3, 6]} and the like below it")
        return before
    check_keys(node, GOVERNANCE_KEYS, "governance", problems)
    bounds = node.get("segments")
    governance = before
    if isinstance(bounds, YamlMap):
        governance = _bounds(bounds, governance, problems)
    hours = node.get("capacity_hours_per_quarter")
    if isinstance(hours, YamlScalar) and isinstance(hours.value, int | float):
        governance = replace(governance, capacity_hours_per_quarter=float(hours.value))
    return replace(
        governance,
        may_create=_people(node, "may_create", governance.may_create),
        approvers=_people(node, "approvers", governance.approvers),
    )


def _people(node: YamlMap, key: str, before: tuple[str, ...]) -> tuple[str, ...]:
    named = node.get(key)
    if named is None:
        return before
    names = plain(named)
    return tuple(map(str, names if isinstance(names, list) else [names]))


_SHARES = ("largest_share", "smallest_share")
_COUNTS = ("warn_above", "stop_above", "smallest_members")


def _bounds(node: YamlMap, governance: Governance, problems: Problems) -> Governance:
    check_keys(node, ("start", *_COUNTS, *_SHARES), "governance.segments", problems)
    changes: dict[str, Any] = {}
    for key, place, value in node.items():
        found = plain(value)
        if key == "start" and isinstance(found, list) and [type(item) for item in found] == [int, int]:
            changes[key] = (found[0], found[1])
        elif key in _COUNTS and isinstance(found, int) and not isinstance(found, bool):
            changes[key] = found
        elif key in _SHARES:
            share = _share(node, key, problems)
            changes |= {} if share is None else {key: share}
        elif key == "start" or key in _COUNTS:
            problems.add(place, f'{key} cannot be "{found}"', "start takes [3, 6]; the others take whole numbers")
    return replace(governance, **changes)
