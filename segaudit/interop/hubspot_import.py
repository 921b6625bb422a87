"""HubSpot lists -> a segment file: a schema in which each list is a segment.

What a list asks that the rules have no word for becomes a question about a field that nothing ever fills: of each
record it is UNKNOWN, so nobody is counted in or out by a guess.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segaudit.errors import InputError
from segaudit.interop.export.lists.system import property_fields
from segaudit.interop.hubspot_operations import Condition, LostError, condition_of, kind_of
from segaudit.model.exports import ImportedList, ListsImported, Target
from segaudit.model.fields import CatalogueField, FieldType
from segaudit.rulebook.location import RulesLocation
from segaudit.text.folding import fold_header

SCHEMA = "hubspot_lists"
NOT_CARRIED = "not_carried_over"
_LARGEST = 50_000_000  # bytes of the file
_LARGEST_RULES = 1_000_000  # bytes of a rules file
_DEEPEST = 40  # branches within each other
_MOST_LISTS = 2_000
_OBJECTS = {"0-1": "contacts", "0-2": "companies", "0-3": "deals"}
_NO_NAME = re.compile(r"[^a-z0-9]+")
_HALVES = re.compile("[\ud800-\udfff]")
_HINT = "save what the lists API answers with filters: GET /crm/v3/lists/{listId}?includeFilters=true"
_BRANCHES = {"OR": "any", "AND": "all", "NOT_ANY": "none", "NOT_ALL": "not_all"}


def read_lists(path: str, location: RulesLocation, catalogue: Mapping[str, CatalogueField]) -> ListsImported:
    """Read lists as a segment file.

    Args:
        path: JSON: a list, several, or what the API answers.
        location: Where the presets are.
        catalogue: Fields that need no declaration.

    Raises:
        InputError: The file is no JSON, or holds no list.
    """
    found = list(_lists_in(_load(path)))
    if not found:
        raise InputError("there is no HubSpot list in this file", where=path, hint=_HINT)
    if len(found) > _MOST_LISTS:
        raise InputError(
            f"{len(found):,} lists are too many", where=path, hint=f"{_MOST_LISTS:,} are the most; part the file"
        )
    reader = _Reader(location=location, catalogue=catalogue)
    names = _segment_ids([str(item.get("name", "")) for item in found])
    reader.segments = {str(item["listId"]): name for item, name in zip(found, names, strict=True) if "listId" in item}
    segments, lists = {}, []
    for item, name in zip(found, names, strict=True):
        body, notes = reader.read(item, name)
        segments[name] = body
        lists.append(ImportedList(name=str(item.get("name", "")), segment=name, notes=notes))
    text = _written(reader, segments, path)
    if len(text.encode()) > _LARGEST_RULES:
        raise InputError(
            "the lists are too large for one segment file", where=path, hint="import a few at a time: 1 MB is the most"
        )
    return ListsImported(source=path, system="HubSpot", text=text, lists=tuple(lists))


def _load(path: str) -> Any:  # noqa: ANN401 - a document can hold anything
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise InputError("the file is too large for lists", where=path, hint=_HINT)
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=path, hint="check its name") from None
    except (ValueError, RecursionError) as error:
        said = (
            f"line {error.lineno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else "nested too deep or no UTF-8"
        )
        raise InputError(f"this is no JSON ({said})", where=path, hint=_HINT) from None


def _lists_in(document: object) -> Iterator[dict[str, Any]]:
    """Yield the lists of a document: bare, in a list, or as the API wraps them."""
    if isinstance(document, list):
        for item in document:
            yield from _lists_in(item)
    elif isinstance(document, dict):
        if "filterBranch" in document or ("processingType" in document and "name" in document):
            yield document
        else:
            for key in ("list", "updatedList", "lists", "results"):
                yield from _lists_in(document[key]) if isinstance(document.get(key), dict | list) else ()


def _segment_ids(names: Sequence[str]) -> list[str]:
    """Return a name for each list that the rules can use, no two the same."""
    found: list[str] = []
    for name in names:
        slug = _NO_NAME.sub("_", name.casefold()).strip("_") or "list"
        slug = (slug if slug[0].isalpha() else f"list_{slug}")[:50].strip("_")
        number = 1
        while (slug if number == 1 else f"{slug}_{number}") in found:
            number += 1
        found.append(slug if number == 1 else f"{slug}_{number}")
    return found


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads lists, and gathers the fields they ask for."""

    location: RulesLocation
    catalogue: Mapping[str, CatalogueField]
    segments: dict[str, str] = field(default_factory=dict)  # list id -> segment
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)  # fields
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)  # kind of record -> property -> field
    referred: dict[str, set[str]] = field(default_factory=dict)  # segment -> those it refers to
    notes: list[str] = field(default_factory=list)  # of the list at hand
    segment: str = ""
    kind: str = "contacts"

    def read(self, item: Mapping[str, Any], segment: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return a list as a segment, and what of it is lost."""
        self.notes, self.segment = [], segment
        self.kind = _OBJECTS.get(str(item.get("objectTypeId", "0-1")), "")
        branch = item.get("filterBranch")
        if isinstance(branch, dict):
            criteria = self._branch(branch, 0)
        else:
            criteria = self._lost(
                "a list without filters: people put its members there, or it was read without filters"
            )
        body: dict[str, Any] = {"name": str(item.get("name", "") or segment), "criteria": criteria}
        if "listId" in item:
            body["x-hubspot-list"] = str(item["listId"])
        if self.notes:
            body["x-not-carried-over"] = list(dict.fromkeys(self.notes))
        return body, tuple(dict.fromkeys(self.notes))

    def _lost(self, what: str) -> Condition:
        self.notes.append(what)
        self.declared.setdefault(
            NOT_CARRIED,
            {"type": "bool", "description": "stands where a list asks what the rules have no word for; never filled"},
        )
        return {NOT_CARRIED: {"is": True}}

    def _branch(self, branch: Mapping[str, Any], depth: int) -> Condition:
        if depth > _DEEPEST:
            return self._lost("branches that stand too deep in each other")
        kind = str(branch.get("filterBranchType"))
        if kind not in _BRANCHES:
            return self._lost(f"a branch of type {kind[:40]}: it asks about records or events beside this one")
        members = [self._filter(item) for item in _maps(branch.get("filters"))]
        members += [self._branch(item, depth + 1) for item in _maps(branch.get("filterBranches"))]
        if not members:
            return self._lost("a branch without filters")
        return {_BRANCHES[kind]: members} if len(members) > 1 or kind.startswith("NOT") else members[0]

    def _filter(self, item: Mapping[str, Any]) -> Condition:
        try:
            kind = str(item.get("filterType"))
            if kind == "IN_LIST":
                return self._in_list(item)
            operation = item.get("operation")
            if kind != "PROPERTY" or not isinstance(operation, dict):
                return self._lost(f"a filter of type {kind[:40]}")
            name, field_type = self._field(str(item.get("property")), kind_of(operation))
            return condition_of(name, field_type, operation)
        except LostError as error:
            about = f"{item['property']}: " if isinstance(item.get("property"), str) else ""
            return self._lost(f"{about}{error}"[:300])

    def _in_list(self, item: Mapping[str, Any]) -> Condition:
        other = self.segments.get(str(item.get("listId")))
        if other is None:
            raise LostError(f"membership in list {str(item.get('listId'))[:40]}, which is not in this file")
        if other == self.segment or self._reaches(other, self.segment):
            raise LostError(f"membership in {other}, which asks for this list in turn")
        self.referred.setdefault(self.segment, set()).add(other)
        condition: Condition = {"segment": f"{SCHEMA}.{other}"}
        return condition if item.get("operator", "IN_LIST") == "IN_LIST" else {"not": condition}

    def _reaches(self, start: str, end: str) -> bool:
        waiting, seen = [start], {start}
        while waiting:
            for other in self.referred.get(waiting.pop(), set()) - seen:
                if other == end:
                    return True
                seen.add(other)
                waiting.append(other)
        return False

    def _field(self, name: str, kind: FieldType | None) -> tuple[str, FieldType]:
        """Return the field that a property is, declared if the catalogue does not have it."""
        if self.kind and self.kind not in self.known:
            self.known[self.kind] = property_fields(Target.HUBSPOT, self.kind, self.location)
        canonical = self.known.get(self.kind, {}).get(name)
        if canonical is not None and canonical in self.catalogue:
            return canonical, self.catalogue[canonical].type
        own = _NO_NAME.sub("_", name.casefold()).strip("_")[:60] or fold_header(name)[:60]
        own = own if own and own[0].isalpha() else f"property_{own}"
        if own in self.catalogue or own in _WORDS:
            own = f"hubspot_{own}"
        declared = self.declared.setdefault(own, {"type": (kind or FieldType.TEXT).value, "column": name})
        if declared["column"] != name:
            raise LostError("a property whose name is too much like another's")
        return own, FieldType(declared["type"])


_WORDS = frozenset(
    {
        *("all", "any", "none", "not", "not_all", "at_least", "predicate", "segment", "bucket", "score", "may_contact"),
        *("missing", "case", "trim", "contacts", "companies", "deals", "activities", "outcomes", NOT_CARRIED),
    }
)


def _maps(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _written(reader: _Reader, segments: Mapping[str, Any], path: str) -> str:
    """Return the segment file; every text in it is quoted, so that none reads as anything else."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow; only commands that write rules need it

    document = {
        "version": 1,
        "x-from": f"HubSpot lists, {Path(path).name}",
        "fields": reader.declared,
        "schemas": {
            SCHEMA: {
                "objective": "the lists as they stand in HubSpot",
                "assign": "all_matches",
                "else": "in_no_list",
                "segments": segments,
            }
        },
    }
    if not reader.declared:
        del document["fields"]
    yaml = YAML()
    yaml.width = 100
    out = io.StringIO()
    yaml.dump(_quoted(document), out)
    return out.getvalue()


def _quoted(value: object) -> object:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415 - as above

    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    if isinstance(value, str):
        plain = _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
        return plain if _PLAIN_WORD.fullmatch(plain) else DoubleQuotedScalarString(plain)
    return value


_PLAIN_WORD = re.compile(
    r"(?:[a-z][a-z_]*\.)?[a-z][a-z0-9]*(?:_[a-z0-9]+)+|text|enum|multi|number|date|bool|exclude|include"
)
