"""The values of a cell that holds several: parted by a sign, or written as programs write lists."""

import ast
import csv
import json
import re

_LONGEST = 20_000  # characters of a list in brackets; a cell is no document
_ARRAY = re.compile(r'\{(?:[^{}":,]*|"[^"]*")(?:,(?:[^{}":,]*|"[^"]*"))*\}')


def split_items(text: str, separator: str) -> list[str]:
    """Return the values of a multi-value cell, trimmed, empty ones left out.

    ``["vip", "sale"]``, as programs export lists, and ``{vip,sale}``, as databases do, are lists
    whatever the separator.
    """
    if text[:1] in {"[", "{"}:
        items = _bracketed(text.strip())
        if items is not None:
            return [item for item in map(str.strip, items) if item]
    return [item for item in map(str.strip, text.split(separator)) if item]


def is_list(text: str) -> bool:
    """Tell whether a cell is a list as programs and databases write them."""
    return text[:1] in {"[", "{"} and _bracketed(text.strip()) is not None


def _bracketed(text: str) -> list[str] | None:
    """Return the items of a list in brackets; None if it is none, or one of anything but words and numbers."""
    if len(text) > _LONGEST:
        return None
    if text.startswith("{"):
        return next(csv.reader([text[1:-1]], skipinitialspace=True), []) if _ARRAY.fullmatch(text) else None
    if not text.endswith("]") or "[" in text[1:] or "{" in text:
        return None  # nothing within it is another: no depth to get lost in
    try:
        found = json.loads(text)
    except ValueError:
        found = _of_python(text)
    if not isinstance(found, list) or not all(item is None or isinstance(item, str | int | float) for item in found):
        return None
    return [str(item) for item in found if item is not None]


def _of_python(text: str) -> object:
    if "\\" in text:
        return None  # an escape that is none would be warned of on the screen
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return None
