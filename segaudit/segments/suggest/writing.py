"""Suggestions as rules files: those there are with some segments changed, or a whole book that is new.

A file is changed as its author wrote it: comments, order and all other keys stay.
"""

import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from segaudit.model.suggestions import Plain, ProposedSegment, Replacement, StartProposal

_TO_FILL = "owner, decision and treatment are for a person to write"
_WIDE = 1 << 16


def changed_files(files: Sequence[str], changes: Sequence[Replacement]) -> dict[str, str]:
    """Return the text of each file that a change concerns.

    Args:
        files: Rules files.
        changes: At most one of each segment.
    """
    texts: dict[str, str] = {}
    for file in files:
        before = Path(file).read_text(encoding="utf-8-sig")
        document = _load(before)
        here = [item for item in changes if item.schema in (document.get("schemas") or {})]
        if not here:
            continue
        wanted = _plain(document)
        for target in (document, wanted):
            for item in here:
                _apply(target, item)
        text = _dumped(document)
        # What a reader that keeps comments writes is taken only if it says the same.
        texts[file] = text if _plain(_load(text)) == wanted else _dumped(_quoted(wanted))
    return texts


def without_tests(text: str, places: Sequence[int]) -> str:
    """Return a file's text without some of its tests, by their place among them."""
    document = _load(text)
    for place in sorted(places, reverse=True):
        del document["tests"][place]
    if not document["tests"]:
        del document["tests"]
    return _dumped(document)


def _apply(document: Any, change: Replacement) -> None:  # noqa: ANN401 - a round trip's maps, or plain ones
    for name, declared in change.fields.items():
        if document.get("fields") is None:
            _insert(document, "schemas", "fields", {})
        document["fields"].setdefault(name, _quoted(dict(declared)))
    segments = document["schemas"][change.schema]["segments"]
    old = {name: segments[name] for name in change.removed}
    names = list(segments)
    first = change.removed[0]
    after = names[names.index(first) + 1] if names.index(first) + 1 < len(names) else None
    others = [name for name in change.removed if name != first]
    while after in others:
        place = names.index(after) + 1
        after = names[place] if place < len(names) else None
    kept = {item.id for item in change.added}
    for item in change.added:
        if item.id in old and item.id == first:
            _update(segments[item.id], item)
            continue
        if item.id in old:
            _update(segments[item.id], item)
            continue
        # A part stands before the segment it was taken out of.
        _insert(segments, first if first in kept else after, item.id, _quoted(new_segment(item)))
    for name in change.removed:
        if name not in kept:
            del segments[name]


def _update(segment: Any, item: ProposedSegment) -> None:  # noqa: ANN401 - as above
    if _plain(segment["criteria"]) != item.criteria:
        segment["criteria"] = _quoted(deepcopy(item.criteria))
    if item.name and segment.get("name", item.name) != item.name:
        segment["name"] = _quoted(item.name)
    if item.notes:
        before = segment.get("notes")
        earlier = list(before) if isinstance(before, list) else [before] if before else []
        segment["notes"] = [*earlier, *(_quoted(note) for note in item.notes)]


def _insert(target: Any, before: str | None, key: str, value: object) -> None:  # noqa: ANN401 - as above
    """Put a key before another one; at the end if there is none."""
    names = list(target)
    place = names.index(before) if before in names else len(names)
    if hasattr(target, "insert"):
        target.insert(place, key, value)
        return
    items = list(target.items())
    target.clear()
    target.update([*items[:place], (key, value), *items[place:]])


def new_segment(item: ProposedSegment) -> dict[str, Plain]:
    """Return a segment as it stands in a rules file."""
    body: dict[str, Plain] = {"name": item.name, "criteria": deepcopy(item.criteria)}
    body |= deepcopy(dict(item.extra))
    if item.notes:
        body["notes"] = list(item.notes)
    return body


def starting_book(proposal: StartProposal, head: Sequence[str]) -> str:
    """Return a whole rules file.

    Args:
        proposal: What it says.
        head: Lines for people, above it.
    """
    document: dict[str, Any] = {"version": 1}
    parts = (("fields", proposal.fields), ("predicates", proposal.predicates), ("scores", proposal.scores))
    document |= {key: deepcopy(dict(value)) for key, value in parts if value}
    document["schemas"] = {
        schema.id: {
            "objective": schema.objective,
            "dimension": schema.dimension,
            "assign": schema.assign,
            "else": schema.otherwise,
            **({"undecided": schema.undecided} if schema.undecided else {}),
            "notes": [*schema.notes, *(item.statement for item in schema.evidence), _TO_FILL],
            "segments": {segment.id: new_segment(segment) for segment in schema.segments},
        }
        for schema in proposal.schemas
    }
    return "".join(f"# {_one_line(line)}\n" for line in head) + _dumped(_quoted(document))


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _yaml() -> Any:  # noqa: ANN401 - ruamel carries no types here
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow; only commands that write rules need it

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _load(text: str) -> Any:  # noqa: ANN401 - as above
    return _yaml().load(text)


def _dumped(document: object) -> str:
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def _quoted(value: Any) -> Any:  # noqa: ANN401 - as above
    """Return new texts quoted, so that none reads as anything else; what was read keeps its own style."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString  # noqa: PLC0415 - as above

    if isinstance(value, dict):
        for key in list(value):
            value[key] = _quoted(value[key])
        return value
    if isinstance(value, list):
        value[:] = [_quoted(item) for item in value]
        return value
    if type(value) is str and not isinstance(value, ScalarString) and not _is_word(value):
        return DoubleQuotedScalarString(value)
    return value


def _is_word(text: str) -> bool:
    """Tell whether a text reads as itself without quotes."""
    bare = text.replace("_", "").replace(" ", "")
    words = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
    return bare.isascii() and bare.isalpha() and text.strip() == text and text.lower() not in words


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    """Return a document without positions, comments and styles."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else value


def merged_files(texts: Sequence[str]) -> str:
    """Return several files as one that says the same; what a file sets for all of it goes to each of its schemas."""
    whole: dict[str, Any] = {"version": 1}
    for text in texts:
        document = _load(text) or {}
        options = document.get("defaults") or {}
        for body in (document.get("schemas") or {}).values():
            for key, value in options.items():
                body.setdefault(key, value)
        for key, value in document.items():
            if key in {"version", "defaults"} or value is None:
                continue
            if isinstance(value, list):
                whole.setdefault(key, []).extend(value)
            elif isinstance(value, dict):
                whole.setdefault(key, {}).update(value)
            else:
                whole[key] = value
    order = ("version", "governance", "fields", "predicates", "scores", "schemas", "tests")
    names = [*(name for name in order if name in whole), *(name for name in whole if name not in order)]
    return _dumped(_quoted(_plain({name: whole[name] for name in names})))
