"""Rows of names for programs, as systems print them beside the names for people: ``npe01__WorkEmail__c``."""

import json
import re
from collections.abc import Sequence

_NAME = re.compile(r"[A-Za-z]\w*(?:[.:][A-Za-z]\w*)*")
_MADE_FOR_PROGRAMS = re.compile(r"\w[_.:]\w|[a-z][A-Z]")  # customer_id, Account.Name, customerId
_IMPORT_ID = "ImportId"  # what a survey tool calls its column
_LEAST = 2
_MOSTLY = 0.5


def are_api_names(cells: Sequence[str], labels: Sequence[str]) -> bool:
    """Tell whether a row next to a header names the same columns for programs.

    Every cell must be one such name, no two alike, and half of them must hold what the header calls the column, so
    that a data row of codes, tags or user names is none: ``first_name`` under ``First Name``.

    Args:
        cells: The row.
        labels: The header beside it, for people.
    """
    pairs = [(cell.strip(), label.strip()) for cell, label in zip(cells, labels, strict=False) if cell.strip()]
    names = [name for name, _ in pairs]
    filled = sum(bool(label.strip()) for label in labels)
    if len(names) < max(_LEAST, filled) or len(set(names)) < len(names):
        return False
    if all(map(_is_import_id, names)):
        return True
    if not all(map(_NAME.fullmatch, names)) or not any(map(_MADE_FOR_PROGRAMS.search, names)):
        return False
    alike = sum(bool(plain := _folded(label)) and plain in _folded(name) for name, label in pairs)
    return any(" " in label for _, label in pairs) and alike >= _MOSTLY * len(pairs)


def _is_import_id(cell: str) -> bool:
    if not cell.startswith("{"):
        return False
    try:
        said = json.loads(cell)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and _IMPORT_ID in said


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
