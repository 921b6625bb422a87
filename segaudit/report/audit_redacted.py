"""What a redacted audit.json does not say: cells, and how many there are of a few."""

import re
from collections.abc import Mapping
from typing import Any

from segaudit.report.safety import hidden

SMALL = 5  # groups of fewer are not numbered
FEW = f"<{SMALL}"

# What counts records of a group; numbers of columns, days or lines are none.
_COUNTS = frozenset(
    """members matched undecided members_entities members_by_exception rows rows_failed rows_certain entities records
    conflicts in_several only_a only_b n hits old new unplaced provisional open decides places left alone matters likely
    fills waiting doubtful_pairs redundant count orphans childless placeholder invalid stale leaking
    cells arm lost conflicts""".split()
)
_GROUPS = frozenset({"labels", "undecided_by_field"})  # maps from a group's name to its count
# Would give a hidden count away.
_SHARES = ("share", "jaccard", "a_in_b", "b_in_a", "value", "low", "high", "shrunk", "total")
_CELLS = frozenset({"lowest", "highest", "frequent", "invalid_frequent", "suspects"})
_VALUES = frozenset({"value", "suggestion", "because", "remark"})  # of examples, or quoting them as they are
_WORDS = frozenset({"notes", "message", "evidence", "reason", "note"})
_PATHS = frozenset({"where", "file", "files", "metrics_file", "name", "source"})
_FOLDERS = re.compile(
    r"^.*[\\/](?=[^\\/]*\.[A-Za-z0-9]{1,7}\b[^\\/]*$)"
)  # before the name of a file: whose computer it is
_WITHOUT = frozenset({"proofs"})  # made of rules only: nothing there is of the file
_NUMBERS = re.compile(r"[\d,]+ of [\d,]+ rows(, with suggestions)?")
_QUOTED = re.compile(r'"([^"]*)"')


def redact(document: Any) -> Any:  # noqa: ANN401 - a document can hold anything
    """Return a document without cells of the file, and without numbers of groups that are small."""
    if isinstance(document, list):
        return [redact(item) for item in document]
    if not isinstance(document, Mapping):
        return document
    said: dict[str, Any] = {}
    if "rows_failed" in document and "examples" in document and not _NUMBERS.fullmatch(str(document["message"])):
        document = {**document, "message": hidden(str(document["message"]))}  # a finder may quote cells as they are
    for key, value in document.items():
        said[key] = value if key in _WITHOUT else _redacted(key, value)
    if FEW in said.values():
        said |= {key: None for key, value in said.items() if key.startswith(_SHARES) and isinstance(value, float)}
    return said


def _redacted(key: str, value: Any) -> Any:  # noqa: ANN401 - as above
    if key in _CELLS:
        return [] if isinstance(value, list) else None
    if isinstance(value, str):
        return _text(key, value)
    if isinstance(value, Mapping):
        return _group(key, value)
    if isinstance(value, list):
        return [_text(key, item) if isinstance(item, str) else redact(item) for item in value]
    return _count(value) if key.rpartition(".")[2] in _COUNTS else value


def _text(key: str, text: str) -> str:
    if key in _PATHS:
        return _FOLDERS.sub("", text)
    if key in _VALUES:
        return hidden(text)
    return _quotes_masked(text) if key in _WORDS else text


def _group(key: str, value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    if key in _GROUPS:
        return {name: _count(number) for name, number in value.items()}
    if key == "flapping":
        return redact({**value, "examples": []})  # ids of records
    return redact(value)


def _quotes_masked(text: str) -> str:
    return _QUOTED.sub(lambda found: f'"{hidden(found[1])}"', text)


def _count(value: Any) -> Any:  # noqa: ANN401 - as above
    is_few = isinstance(value, int) and not isinstance(value, bool) and 0 < value < SMALL
    return FEW if is_few else value
