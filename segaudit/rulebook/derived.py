"""rules/derived/*.yaml: which fields follow from others, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from segaudit.model.conditions import ClauseOptions, Place, clauses_of
from segaudit.model.derived import (
    Case,
    Cases,
    Derivation,
    Derivations,
    Items,
    Listed,
    Lookup,
    Method,
    Reading,
    Several,
    Words,
)
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.derived_tables import codes_of, endings_of, items_of, lookup_of, phrases_of
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain

READINGS = ("country_code", "country_name", "state_name", "email_kind", "company_domain", "years_since")
_METHODS = ("words", "lookup", "items", "reads", "cases")
_KEYS = (
    "from",
    "description",
    *_METHODS,
    "several",
    "order",
    "endings",
    "codes",
    "key",
    "value",
    "among",
    "also",
    "listed",
)
_TOP = ("version", "derive", "rollups", "committee", "notes")
_USUAL_SURE = 0.9  # of a case that does not say

_Choice = TypeVar("_Choice", bound=StrEnum)


def derived_files(location: RulesLocation) -> tuple[Path, ...]:
    """Return the files of rules/derived/, by name; a client's replaces the shipped one of its name, or is added."""
    folders = [location.shipped / "derived"]
    if location.chosen is not None and location.chosen.is_dir():
        folders.append(location.chosen / "derived")
    files = {file.name: file for folder in folders for file in sorted(folder.glob("*.yaml"))}
    return tuple(files[name] for name in sorted(files))


def load_derivations(location: RulesLocation, fields: Mapping[str, RuleField]) -> Derivations:
    """Read how fields are derived.

    Args:
        location: Where the rules are.
        fields: All there are, derived ones included.

    Raises:
        RuleErrors: With everything that is wrong in the files.
        SegauditError: A table they name cannot be read.
    """
    problems = Problems()
    reader = _Reader(location, fields, problems)
    files = derived_files(location)
    for path in files:
        root = load_nodes(path)
        if not isinstance(root, YamlMap):
            problems.add(root.place, "a file of derivations is a map", "begin with derive:")
            continue
        check_keys(root, _TOP, "a file of derivations", problems)
        reader.read(root.get("derive"))
    _refuse_circles(reader.found, problems)
    problems.raise_if_any()
    return Derivations(by_field=reader.found, files=tuple(map(str, files)))


def _refuse_circles(found: Mapping[str, Derivation], problems: Problems) -> None:
    """Report fields that are derived from themselves, by whatever way round."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " <- ".join([*path[path.index(name) :], name])
            problems.add(found[name].place, f"derived from itself: {circle}", "take one of them out")
        elif name in found and name not in done:
            for source in found[name].sources:
                visit(source, (*path, name))
            done.add(name)

    for name in found:
        visit(name, ())


@dataclass(slots=True)
class _Reader:
    """Reads the entries of ``derive:``."""

    location: RulesLocation
    fields: Mapping[str, RuleField]
    problems: Problems
    found: dict[str, Derivation]

    def __init__(self, location: RulesLocation, fields: Mapping[str, RuleField], problems: Problems) -> None:
        self.location, self.fields, self.problems, self.found = location, fields, problems, {}

    def read(self, node: YamlNode | None) -> None:
        """Read what stands below ``derive:`` of one file."""
        if node is None or plain(node) is None:
            return
        if not isinstance(node, YamlMap):
            self.problems.add(node.place, "derive takes a map", "write field: {from: [...], words: ...} below it")
            return
        for name, place, entry in node.items():
            self._is_field(name, place)
            if name in self.found:
                self.problems.add(place, f'"{name}" is derived twice', f"first at {self.found[name].place}")
            elif isinstance(entry, YamlMap):
                self._entry(name, place, entry)
            else:
                self.problems.add(place, f'"{name}" does not say how it is derived', "write {from: [...], words: ...}")

    def _entry(self, name: str, place: Place, entry: YamlMap) -> None:
        check_keys(entry, _KEYS, f'"{name}"', self.problems)
        named = [key for key in _METHODS if entry.get(key) is not None]
        if len(named) != 1:
            self.problems.add(place, f'"{name}" takes one way to be derived', "one of " + ", ".join(_METHODS))
            return
        method = _READERS[named[0]](self, entry)
        if method is None:
            return
        sources = self._sources(entry)
        if isinstance(method, Cases):
            sources = tuple(dict.fromkeys([*sources, *_read_by(method)]))
        if not sources:
            self.problems.add(place, f'"{name}" does not say what it is derived from', "write from: [a_field]")
            return
        self.found[name] = Derivation(field=name, sources=sources, method=method, place=place)

    def _sources(self, entry: YamlMap) -> tuple[str, ...]:
        node = entry.get("from")
        if node is None:
            return ()
        value = plain(node)
        names = tuple(map(str, value if isinstance(value, list) else [value]))
        for name in names:
            self._is_field(name, node.place)
        return names

    def _is_field(self, name: str, place: Place) -> None:
        if name not in self.fields:
            hint = did_you_mean(name, self.fields) or "rules/fields.csv lists the fields; a row there adds one"
            self.problems.add(place, f'unknown field "{name}"', hint)

    def _file(self, node: YamlNode) -> Path:
        """Return the table a file of derivations names: the client's, or the shipped one."""
        name = str(plain(node))
        return self.location.file(name if "/" in name else f"derived/{name}")

    def _choice(self, entry: YamlMap, key: str, choices: type[_Choice], usual: str) -> _Choice:
        node = entry.get(key)
        word = usual if node is None else str(plain(node))
        try:
            return choices(word)
        except ValueError:
            options = ", ".join(choices)
            self.problems.add(
                node.place if node else entry.place, f'{key} cannot be "{word}"', f"write one of {options}"
            )
            return choices(usual)

    def _names(self, entry: YamlMap, key: str) -> tuple[str, ...]:
        node = entry.get(key)
        value = None if node is None else plain(node)
        return () if value is None else tuple(map(str, value if isinstance(value, list) else [value]))

    def words(self, entry: YamlMap) -> Method | None:
        """Read ``words: table.csv``."""
        tables = [(key, entry.get(key)) for key in ("words", "endings", "codes")]
        paths = {key: self._file(node) for key, node in tables if node is not None}
        return Words(
            phrases=phrases_of(paths["words"]),
            several=self._choice(entry, "several", Several, Several.SUREST.value),
            order=self._names(entry, "order"),
            endings=endings_of(paths["endings"]) if "endings" in paths else (),
            codes=codes_of(paths["codes"]) if "codes" in paths else (),
        )

    def lookup(self, entry: YamlMap) -> Method | None:
        """Read ``lookup: table.csv`` with its columns ``key`` and ``value``."""
        node, key, value = entry.get("lookup"), self._names(entry, "key"), self._names(entry, "value")
        if node is None or len(key) != 1 or len(value) != 1:
            self.problems.add(entry.place, "a lookup names two columns of its table", "write key: and value:")
            return None
        return Lookup(values=lookup_of(self._file(node), key[0], value[0], self._names(entry, "among")))

    def items(self, entry: YamlMap) -> Method | None:
        """Read ``items: table.csv`` with its columns ``key``, ``value`` and perhaps ``also``."""
        node, key, value = entry.get("items"), self._names(entry, "key"), self._names(entry, "value")
        if node is None or len(key) != 1 or len(value) != 1:
            self.problems.add(entry.place, "items name two columns of their table", "write key: and value:")
            return None
        also = self._names(entry, "also")
        values = items_of(self._file(node), key[0], value[0], also[0] if also else None)
        return Items(values=values, listed=self._choice(entry, "listed", Listed, Listed.LIST.value))

    def reads(self, entry: YamlMap) -> Method | None:
        """Read ``reads: name``."""
        node = entry.get("reads")
        name = "" if node is None else str(plain(node))
        if name not in READINGS:
            hint = did_you_mean(name, READINGS) or "there are " + ", ".join(READINGS)
            self.problems.add(node.place if node else entry.place, f'nothing reads "{name}"', hint)
            return None
        return Reading(name=name)

    def cases(self, entry: YamlMap) -> Method | None:
        """Read ``cases: [{value: ..., sure: ..., when: ...}]``."""
        node = entry.get("cases")
        if not isinstance(node, YamlList):
            self.problems.add(entry.place, "cases are a list", "write - {value: Small, when: {employees: {lte: 50}}}")
            return None
        conditions = ConditionReader(self.fields, {}, self.problems, can_declare=False)
        found = [self._case(item, conditions) for item in node.items]
        return Cases(cases=tuple(case for case in found if case is not None))

    def _case(self, node: YamlNode, conditions: ConditionReader) -> Case | None:
        when = node.get("when") if isinstance(node, YamlMap) else None
        value = node.get("value") if isinstance(node, YamlMap) else None
        if not isinstance(node, YamlMap) or when is None or value is None:
            self.problems.add(node.place, "a case has a value and a when", "write {value: Small, when: {...}}")
            return None
        check_keys(node, ("value", "sure", "when", "why"), "a case", self.problems)
        sure: Any = plain(node.get("sure") or node)
        if node.get("sure") is None:
            sure = _USUAL_SURE
        if isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 <= sure <= 1:
            self.problems.add(node.place, f'sure cannot be "{sure}"', "write a number from 0 to 1")
            return None
        condition = conditions.read(when, ClauseOptions())
        if condition is None:
            return None
        word = plain(value)
        text = ("true" if word else "false") if isinstance(word, bool) else str(word)
        return Case(value=text, sure=float(sure), when=condition, place=node.place)


def _read_by(cases: Cases) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause.field for case in cases.cases for clause in clauses_of(case.when)))


_READERS: Mapping[str, Callable[[_Reader, YamlMap], Method | None]] = {
    "words": _Reader.words,
    "lookup": _Reader.lookup,
    "items": _Reader.items,
    "reads": _Reader.reads,
    "cases": _Reader.cases,
}
