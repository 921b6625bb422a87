"""How a table's file is to be read, as a workspace file says it: with the words of the command line."""

import re

from segaudit.model.workspace import TableReading
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, YamlScalar

READING_KEYS = ("encoding", "delimiter", "quote", "escape", "skip", "header_rows", "table")
QUOTES = {"double": '"', "single": "'", "none": ""}
ESCAPES = ("doubling", "backslash")
MOST_HEADER_ROWS = 3
_NO_DELIMITERS = '"\r\n\0'
_OPTION = re.compile(r"--(encoding|delimiter|quote|escape|skip|header-rows|table|sheet)\b(?! FILE)")
_NAMED_DELIMITERS = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}


def delimiter_meant(text: str) -> str | None:
    """Return the sign that is meant by its name, such as ``tab``, or by itself; None if it cannot separate cells."""
    sign = _NAMED_DELIMITERS.get(text.lower(), text)
    return sign if sign == ", " or (len(sign) == 1 and sign not in _NO_DELIMITERS) else None


def escape_meant(escape: str, quote: str | None) -> str:
    """Return what stands before a quote within quotes: a backslash, or the quote again."""
    return "\\" if escape == "backslash" else QUOTES[quote or "double"]


def as_keys(text: str) -> str:
    """Return a message that speaks of options of the command line as one that speaks of keys of a workspace file."""
    return _OPTION.sub(lambda option: option[1].replace("-", "_") + ":", text)


def read_reading(node: YamlMap, problems: Problems) -> TableReading:
    """Read what a table's entry says of how its file is to be read; what is wrong is noted, and left to detection."""
    quote = _word(node, "quote", tuple(QUOTES), problems)
    escape = _word(node, "escape", ESCAPES, problems)
    return TableReading(
        encoding=read_text(node, "encoding", problems),
        delimiter=_delimiter(node, problems),
        quote=None if quote is None else QUOTES[quote],
        escape=None if escape is None else escape_meant(escape, quote),
        skip=_number(node, "skip", 0, None, problems),
        header_rows=_number(node, "header_rows", 0, MOST_HEADER_ROWS, problems),
        table=_number(node, "table", 1, None, problems),
    )


def _delimiter(node: YamlMap, problems: Problems) -> str | None:
    text, place = read_text(node, "delimiter", problems), node.get("delimiter")
    if text is None or place is None:
        return None
    sign = delimiter_meant(text)
    if sign is None:
        problems.add(place.place, f'"{text}" cannot separate cells', 'write one character in quotes, like ";", or tab')
    return sign


def read_text(node: YamlMap, key: str, problems: Problems) -> str | None:
    """Return the text a key holds; None if it holds nothing, or, which is noted, something else."""
    value = node.get(key)
    if value is None or (isinstance(value, YamlScalar) and value.value is None):
        return None
    return as_text(value, key, problems)


def as_text(node: YamlNode, key: str, problems: Problems) -> str | None:
    """Return a scalar as the text it was written as; what YAML reads as something else must be quoted."""
    value = node.value if isinstance(node, YamlScalar) else None
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    problems.add(node.place, f"{key} must be a text", 'put it in quotes, like "1.50"')
    return None


def _word(node: YamlMap, key: str, words: tuple[str, ...], problems: Problems) -> str | None:
    """Return one of some words; a mistake is noted, and counts as not said."""
    text, place = read_text(node, key, problems), node.get(key)
    if text is None or place is None or text in words:
        return text
    problems.add(place.place, f'{key} cannot be "{text}"', "write " + " or ".join(words))
    return None


def _number(node: YamlMap, key: str, least: int, most: int | None, problems: Problems) -> int | None:
    """Return a whole number; a mistake is noted, and counts as not said."""
    value = node.get(key)
    if value is None or (isinstance(value, YamlScalar) and value.value is None):
        return None
    number = value.value if isinstance(value, YamlScalar) else None
    if type(number) is int and least <= number and (most is None or number <= most):
        return number
    problems.add(value.place, f"{key} must be a whole number", f"from {least}" + (f" to {most}" if most else " on"))
    return None
