"""YAML 1.2 with positions: maps, lists and scalars that know their line and column, and nothing that executes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import Place

_MOST_NODES = 200_000
_DEEPEST = 100
_LARGEST_FILE = 1_000_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# A leading zero marks a code (a postcode, an id): it stays text.
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?[eE][-+]?[0-9]+")


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A value: text, number, true, false or nothing."""

    value: str | int | float | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class YamlList:
    """A list."""

    items: tuple["YamlNode", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class YamlMap:
    """A map from text keys, in the order written."""

    entries: Mapping[str, tuple[Place, "YamlNode"]]
    place: Place

    def get(self, key: str) -> "YamlNode | None":
        """Return what a key holds."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def items(self) -> Iterator[tuple[str, Place, "YamlNode"]]:
        """Yield key, the key's place, and what it holds."""
        for key, (place, node) in self.entries.items():
            yield key, place, node


YamlNode: TypeAlias = YamlScalar | YamlList | YamlMap


def load_nodes(path: Path) -> YamlNode:
    """Read one YAML document.

    Raises:
        RuleErrors: The file is no YAML, repeats a key, or is too large or too deep to be a rules file.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise SegauditError(
                "the file is too large for a rules file",
                where=str(path),
                hint="1 MB is the most; keep long lists in files of their own and name them with in_file",
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SegauditError(f"the file cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SegauditError(
            "this file is not written in UTF-8", where=f"{path}:{line}", hint="save it as UTF-8, then it can be read"
        ) from error
    return _composed(text, str(path))


@lru_cache(maxsize=256)
def _composed(text: str, path: str) -> YamlNode:
    """Return what a text says. One command may read the same rules several times, and they take long to read."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow; only commands that read rules need it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        problem = (error.problem or error.context or "not YAML").rstrip(".")
        raise SegauditError(f"this is no YAML: {problem}", where=where, hint="check indentation and quotes") from error
    except YAMLError as error:
        raise SegauditError(f"this is no YAML: {error}", where=path) from error
    except RecursionError:
        raise _too_deep(path) from None
    if root is None:
        return YamlMap({}, Place(file=path, line=1, column=1))
    reader = _Reader(path)
    node = reader.read(root, 0)
    if reader.problems:
        raise RuleErrors(reader.problems)
    return node


def _too_deep(where: str) -> SegauditError:
    return SegauditError(
        "groups are nested too deep", where=where, hint=f"{_DEEPEST} levels are the most; name parts as predicates"
    )


class _Reader:
    """Turns what the parser composed into nodes, counting as it goes: an alias repeats all it stands for."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0
        self.problems: list[SegauditError] = []

    def read(self, node: Any, depth: int) -> YamlNode:  # noqa: ANN401 - ruamel's nodes carry no types
        place = Place(file=self._file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)
        self._count += 1
        if self._count > _MOST_NODES:
            raise SegauditError("the file grows too large when its aliases are filled in", where=str(place))
        if depth > _DEEPEST:
            raise _too_deep(str(place))
        if node.id == "scalar":
            return YamlScalar(_resolved(node.value) if node.style is None else node.value, place)
        if node.id == "sequence":
            return YamlList(tuple(self.read(item, depth + 1) for item in node.value), place)
        return YamlMap(self._entries(node, depth), place)

    def _entries(self, node: Any, depth: int) -> dict[str, tuple[Place, YamlNode]]:  # noqa: ANN401
        entries: dict[str, tuple[Place, YamlNode]] = {}
        for key_node, value_node in node.value:
            place = Place(file=self._file, line=key_node.start_mark.line + 1, column=key_node.start_mark.column + 1)
            if key_node.id != "scalar":
                self.problems.append(SegauditError("a key must be a word", where=str(place)))
                continue
            key = str(key_node.value)
            if key in entries:
                first = entries[key][0]
                self.problems.append(
                    SegauditError(f'"{key}" stands here twice', where=str(place), hint=f"first at line {first.line}")
                )
                continue
            entries[key] = (place, self.read(value_node, depth + 1))
        return entries


def _resolved(text: str) -> str | int | float | bool | None:
    """Return what a plain scalar means by YAML 1.2's core schema."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def plain(node: YamlNode) -> Any:  # noqa: ANN401 - a document can hold anything
    """Return a node as plain values, positions left behind."""
    match node:
        case YamlScalar():
            return node.value
        case YamlList():
            return [plain(item) for item in node.items]
        case YamlMap():
            return {key: plain(value) for key, _, value in node.items()}


def load_plain(path: Path) -> Any:  # noqa: ANN401 - a document can hold anything
    """Read one YAML document as plain values."""
    return plain(load_nodes(path))
