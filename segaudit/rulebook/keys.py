"""The keys each part of a rules file may have."""

import re
from collections.abc import Sequence

from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, plain

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")
_OPTIONS = ("missing", "case", "trim")
_ABOUT = ("owner", "refresh", "review_on", "description", "notes", "approved_by")

TOP_KEYS = ("version", "defaults", "governance", "fields", "predicates", "scores", "schemas", "tests")
SCHEMA_KEYS = (
    "objective", "dimension", "assign", "else", "undecided", "conflict", "transitions", "segments", *_ABOUT, *_OPTIONS,
)  # fmt: skip
SEGMENT_KEYS = (
    "name", "criteria", "exclude", "required_fields", "persona", "personas", "decision", "rank_within", "score",
    "treatment", "measure", "suppress", *_ABOUT, *_OPTIONS,
)  # fmt: skip
FIELD_KEYS = (
    "type", "column", "currency", "blank_means", "if_absent", "separator", "min_coverage", "max_age",
    "updated", "values", "description", "owner", "sensitive",
)  # fmt: skip
GOVERNANCE_KEYS = ("segments", "capacity_hours_per_quarter", "may_create", "approvers", "exceptions", "sizes", "notes")
CHECK_KEYS = (
    "id", "dimension", "severity", "title", "for", "when", "expect", "column", "finder", "settings", "confidence",
    "why", "mend", "tests", *_OPTIONS,
)  # fmt: skip
TEST_KEYS = ("given", "schema", "expect", "as_of", "name")


def check_keys(node: YamlMap, known: Sequence[str], of_what: str, problems: Problems) -> None:
    """Report keys nobody reads; what starts with ``x-`` is the author's own."""
    for key, place, _ in node.items():
        if key not in known and not key.startswith("x-"):
            hint = did_you_mean(key, known) or "known keys: " + ", ".join(known)
            problems.add(place, f'{of_what} has no key "{key}"', hint)


def map_of(node: YamlMap, key: str, problems: Problems) -> YamlMap:
    """Return the map a key holds; an empty one if there is none, or something else, which is a problem."""
    value = node.get(key)
    if isinstance(value, YamlMap):
        return value
    if value is not None and plain(value) is not None:
        problems.add(value.place, f"{key} takes a map", f"write {key}: and names indented below it")
    return YamlMap({}, node.place)


def list_of(node: YamlMap, key: str, problems: Problems) -> YamlList:
    """Return the list a key holds; an empty one if there is none, or something else, which is a problem."""
    value = node.get(key)
    if isinstance(value, YamlList):
        return value
    if value is not None and plain(value) is not None:
        problems.add(value.place, f"{key} takes a list", "begin each entry with -")
    return YamlList((), node.place)
