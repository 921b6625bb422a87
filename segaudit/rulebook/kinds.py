"""What a table can be and when a join is believed: rules/tables.yaml, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes
from segaudit.text.folding import fold_header

_STRENGTHS = ("certain", "likely", "possible", "against")
_WEIGHTS = (*_STRENGTHS, "name", "object")
_JOINS = ("key_unique_from", "named_share", "named_share_sure", "unnamed_share", "unnamed_values", "chance")
_FINDINGS = ("orphans_error_from", "blank_keys_error_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """One kind of table."""

    name: str
    words: frozenset[str]  # of file and sheet names, folded
    objects: frozenset[str]  # what systems call it
    fields: Mapping[str, str]  # field -> strength: certain, likely, possible or against
    keys: Mapping[str, tuple[str, ...]]  # key field, best first -> fields of other tables that point to it


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """All of rules/tables.yaml."""

    least: float
    margin: float
    weights: Mapping[str, float]
    kinds: tuple[KindRule, ...]  # in order of precedence
    naming_fields: frozenset[str]
    pointers: Mapping[str, tuple[str, ...]]  # folded header -> kinds
    generic_headers: frozenset[str]  # folded
    joins: Mapping[str, float]
    findings: Mapping[str, float]

    def kind(self, name: str) -> KindRule | None:
        """Return a kind by name; None for ``other``."""
        return next((kind for kind in self.kinds if kind.name == name), None)


def load_table_rules(location: RulesLocation) -> TableRules:
    """Read rules/tables.yaml, the client's or the shipped one.

    Raises:
        SegauditError: The file cannot be read, or lacks something.
    """
    path = location.file("tables.yaml")
    root = _map(load_nodes(path), path, "the file")
    kinds = _map(root.get("kinds"), path, "kinds")
    return TableRules(
        least=_number(root, "least", path),
        margin=_number(root, "margin", path),
        weights=_numbers(root, "weights", _WEIGHTS, path),
        kinds=tuple(_kind(name, _map(node, path, name), path) for name, _, node in kinds.items()),
        naming_fields=frozenset(_words(root.get("naming_fields"), path, "naming_fields")),
        pointers={
            fold_header(header): _words(node, path, header)
            for header, _, node in _map(root.get("pointers"), path, "pointers").items()
        },
        generic_headers=frozenset(map(fold_header, _words(root.get("generic_headers"), path, "generic_headers"))),
        joins=_numbers(root, "joins", _JOINS, path),
        findings=_numbers(root, "findings", _FINDINGS, path),
    )


def _kind(name: str, node: YamlMap, path: Path) -> KindRule:
    keys = _map(node.get("keys"), path, f"{name}: keys")
    fields = {field: strength for strength in _STRENGTHS for field in _words(node.get(strength), path, strength)}
    return KindRule(
        name=name,
        words=frozenset(map(fold_header, _words(node.get("names"), path, "names"))),
        objects=frozenset(_words(node.get("objects"), path, "objects")),
        fields=fields,
        keys={field: _words(pointing, path, field) for field, _, pointing in keys.items()},
    )


def _map(node: YamlNode | None, path: Path, what: str) -> YamlMap:
    if isinstance(node, YamlMap):
        return node
    raise _fault(node, path, f"{what} must be a map")


def _words(node: YamlNode | None, path: Path, what: str) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, YamlList) or not all(isinstance(item, YamlScalar) for item in node.items):
        raise _fault(node, path, f"{what} must be a list of words")
    return tuple(str(item.value) for item in node.items if isinstance(item, YamlScalar))


def _number(node: YamlMap, key: str, path: Path) -> float:
    found = node.get(key)
    value = found.value if isinstance(found, YamlScalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _fault(found or node, path, f'"{key}" must be a number')
    return float(value)


def _numbers(root: YamlMap, key: str, names: tuple[str, ...], path: Path) -> dict[str, float]:
    node = _map(root.get(key), path, key)
    return {name: _number(node, name, path) for name in names}


def _fault(node: YamlNode | None, path: Path, problem: str) -> SegauditError:
    where = str(node.place) if node is not None else str(path)
    return SegauditError(problem, where=where, hint="compare it with the shipped rules/tables.yaml")
