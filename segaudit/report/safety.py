"""Text from a client's file, made safe to show: no control characters, no runaway length, no formula."""

import re

# Control characters, line separators, the marks that turn the direction of writing round, and halves of characters.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# The last four are the wide forms of the first, which some spreadsheets take for the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def shown(text: str, *, longest: int = 60) -> str:
    """Return a text that cannot take over the terminal: one line, nothing invisible, cut at a length."""
    line = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def spreadsheet_safe(text: str) -> str:
    """Return a text no spreadsheet runs as a formula: an apostrophe goes before what would start one."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
