"""Regular expressions that say of a raw cell what a clause says of the cell trimmed, in Python's and Java's syntax."""

import re
from collections.abc import Iterable

from sqlglot import expressions as exp
from sqlglot import parse_one

from segaudit.model.fields import FieldType
from segaudit.sql.kinds import KINDS
from segaudit.sql.kinds.texts import FALSE_WORDS, TRUE_WORDS

# What cells are trimmed of: white space, of which Java counts no-break spaces out, and what nobody can see.
_SPACE = r"[\s\u00a0\u200b\ufeff]"
SPACE = f"{_SPACE}*"
START, END = f"^{SPACE}(?!{_SPACE})", f"(?<!{_SPACE}){SPACE}$"
ANYTHING = r"[\s\S]"
_SPECIAL = re.compile(r"([\\.^$*+?{}\[\]|()])")
# An escaped character or a set of characters, in which ^ and $ are no anchors.
_TOKENS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\^$]", re.DOTALL)
_CODE_POINT = re.compile(r"\\x\{([0-9a-fA-F]+)\}")
_ASCII_SPACE = " \t\n\f\r"  # what \s stands for in the engine
_SHAPED = frozenset({FieldType.EMAIL, FieldType.URL, FieldType.PHONE})


def literally(word: str) -> str:
    """Return a word as a part of a pattern; only what has a meaning is escaped, which every engine understands."""
    return _SPECIAL.sub(r"\\\1", word)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of one of several words."""
    return "(?:" + "|".join(literally(word) for word in dict.fromkeys(words)) + ")"


def whole(words: Iterable[str]) -> str:
    """Return the pattern of cells that say one of several words, with any white space around it."""
    return f"^{SPACE}{any_of(words)}{SPACE}$"


def blank_or(words: Iterable[str]) -> str:
    """Return the pattern of cells that hold nothing, or a word that stands for nothing."""
    listed = [word for word in words if word]
    return f"^{SPACE}{any_of(listed)}?{SPACE}$" if listed else f"^{SPACE}$"


def anchored_to_trimmed(pattern: str) -> str:
    """Return a pattern whose anchors stand at the ends of the cell trimmed."""
    return _TOKENS.sub(lambda token: {"^": START, "$": END}.get(token[0], token[0]), pattern)


def like(pattern: str) -> str:
    """Return a LIKE pattern as a regular expression over the cell trimmed."""
    wild = {"%": f"{ANYTHING}*", "_": ANYTHING}
    return START + "".join(wild.get(character) or literally(character) for character in pattern) + END


def has_shape(kind: FieldType) -> bool:
    """Tell whether a pattern can say which cells can be read."""
    return kind in _SHAPED or kind is FieldType.BOOL


def shape(kind: FieldType) -> str:
    """Return the pattern of cells that can be read as an address, a link, yes or no, as the engine decides it."""
    if kind is FieldType.BOOL:
        words = sorted({*TRUE_WORDS, *FALSE_WORDS})
        return whole([*words, *(word.upper() for word in words), *(word.capitalize() for word in words)])
    (step,) = KINDS[kind].readings[""].steps
    pattern = next(parse_one(step["fits"], dialect="duckdb").find_all(exp.Literal)).this
    pattern = _CODE_POINT.sub(lambda code: chr(int(code[1], 16)), pattern)
    pattern = pattern.replace(r"\S", f"[^{_ASCII_SPACE}]").replace(r"\s", _ASCII_SPACE)
    return f"^{SPACE}{pattern.removeprefix('^').removesuffix('$')}{SPACE}$"


def unless(pattern: str) -> str:
    """Return the pattern of cells in which another is nowhere found."""
    return f"^(?!{ANYTHING}*(?:{pattern}))"
