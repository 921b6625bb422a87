"""The shapes in which tags leave the house: rules/crm_tags.yaml and rules/audiences.yaml, read."""

from collections.abc import Iterator
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.model.tagging import AdPlatform, CrmFormat
from segaudit.rulebook.keys import IDENTIFIER, check_keys
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain

_CRM_FILE, _ADS_FILE = "crm_tags.yaml", "audiences.yaml"
_CRM_KEYS = ("system", "key", "id", "property", "separator", "around", "strip", "how")
_ADS_KEYS = ("platform", "name", "email", "phone", "most", "gmail", "plus", "source")
_MOST_COLUMNS = 10


def load_crm_formats(location: RulesLocation) -> tuple[CrmFormat, ...]:
    """Read how systems take segments back; one of them is for a system nobody knows.

    Raises:
        SegauditError: A shape is not complete; with its place.
    """
    path = location.file(_CRM_FILE)
    formats = tuple(_crm_format(node) for node in _entries(path, "formats", _CRM_KEYS))
    if "" not in {item.system for item in formats}:
        hint = 'add one with system: ""'
        raise SegauditError("there is no format for other systems", where=str(path), hint=hint)
    return formats


def load_platforms(location: RulesLocation) -> tuple[AdPlatform, ...]:
    """Read what advertising platforms take.

    Raises:
        SegauditError: A shape is not complete; with its place.
    """
    return tuple(_platform(node) for node in _entries(location.file(_ADS_FILE), "platforms", _ADS_KEYS))


def _entries(path: Path, key: str, known: tuple[str, ...]) -> Iterator[YamlMap]:
    root = load_nodes(path)
    listed = root.get(key) if isinstance(root, YamlMap) else None
    if not isinstance(listed, YamlList):
        raise SegauditError(f"{key} is a list", where=str(root.place), hint=f"write {key}: and entries with - below it")
    for node in listed.items:
        if not isinstance(node, YamlMap):
            raise SegauditError("an entry is a map", where=str(node.place), hint="write key: value below each other")
        problems = Problems()
        check_keys(node, known, f"an entry of {key}", problems)
        problems.raise_if_any()
        yield node


def _crm_format(node: YamlMap) -> CrmFormat:
    given = {key: _text(node, key) for key in _CRM_KEYS}
    if given["key"] not in {"record_id", "email"}:
        raise SegauditError(f'key cannot be "{given["key"]}"', where=str(node.place), hint="write record_id or email")
    if not given["id"] or "{" not in given["property"] or not given["separator"]:
        hint = "write id: Record ID, property: segment_{schema} and separator: ;"
        raise SegauditError("a format names its columns", where=str(node.place), hint=hint)
    return CrmFormat(**given)


def _platform(node: YamlMap) -> AdPlatform:
    given = {key: _text(node, key) for key in ("platform", "name", "email", "phone")}
    most, plus, gmail = (_plain(node.get(key)) for key in ("most", "plus", "gmail"))
    if not IDENTIFIER.fullmatch(given["platform"]) or not given["email"] or not given["phone"]:
        hint = "write platform: google, email: Email and phone: Phone"
        raise SegauditError("a platform has a name in small letters, and two headers", where=str(node.place), hint=hint)
    if type(most) is not int or not 1 <= most <= _MOST_COLUMNS or not isinstance(plus, bool):
        hint = f"most: is a number from 1 to {_MOST_COLUMNS}, plus: is true or false"
        raise SegauditError("a platform says how many columns it takes", where=str(node.place), hint=hint)
    domains = tuple(map(str, gmail)) if isinstance(gmail, list) else ()
    return AdPlatform(**given, most=most, plus=plus, gmail=domains)


def _text(node: YamlMap, key: str) -> str:
    value = _plain(node.get(key))
    return "" if value is None else str(value)


def _plain(node: YamlNode | None) -> object:
    return None if node is None else plain(node)
