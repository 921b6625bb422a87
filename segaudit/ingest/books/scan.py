"""A quick look through the bytes of an .xlsx sheet for what the fast library would blur."""

import re
from typing import IO

from segaudit.ingest.books.facts import SheetFacts

_PIECE = 1 << 20
_OVERLAP = 1 << 17  # longer than any tag, and than the longest text a cell may hold, so that no find is cut in two
_ERRORS = (b'"e"', b"'e'")  # the type of a cell that shows an error
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_BLANK = re.compile(rb"<t>(?:[ \t\r\n]|&#\w+;)+</")
# A formula without a value is followed by one of these, and seldom is anything else.
_MAYBE_UNCOMPUTED = (b"</f></c>", b'"/></c>', b'" /></c>', b"<v/>", b"<v />", b"<v></v>")
_UNCOMPUTED = re.compile(rb'<c\b(?![^>]*\bt="str")[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>')
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\shidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*\shidden="(?:1|true)"[^>]*>')
_MIN_MAX = re.compile(rb'\b(min|max)="(\d+)"')
_ROOT = re.compile(rb"<(?:worksheet|sst)[\s>]")


def is_plain(part: IO[bytes], facts: SheetFacts) -> bool:
    """Tell whether the fast library reads a part exactly as it is, and count its hidden rows and columns.

    It does not where cells show errors or hold nothing but white space, where formulas have no value yet, and it may
    not where the XML is written in an unusual way.

    Args:
        part: XML of a sheet or of the shared texts.
        facts: Takes the counts; they are whole only if the part is plain.
    """
    window = part.read(_PIECE)
    if not _is_usual(window[:1024]):
        return False
    for found in _HIDDEN_COLUMN.finditer(window):  # columns stand above the cells
        ends = dict(_MIN_MAX.findall(found[0]))
        facts.hide_columns(ends.get(b"min", b"1").decode(), ends.get(b"max", b"1").decode())
    while window:
        if _is_blurred(window):
            return False
        piece = part.read(_PIECE)
        keep = len(window) - _OVERLAP if piece else len(window)
        if b"hidden=" in window:
            facts.hidden_rows += sum(1 for found in _HIDDEN_ROW.finditer(window) if found.start() < keep)
        window = window[max(keep, 0) :] + piece if piece else b""
    return True


def _is_usual(head: bytes) -> bool:
    """Tell whether a part is UTF-8 without prefixes, as nearly all are; the patterns here read no other."""
    declared = re.search(rb"encoding=[\"']([^\"']+)", head)
    return (declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}) and _ROOT.search(head) is not None


def _is_blurred(window: bytes) -> bool:
    if any(mark in window for mark in (*_ERRORS, *_DECLARATIONS)) or _BLANK.search(window):
        return True
    if b"<f" in window and any(mark in window for mark in _MAYBE_UNCOMPUTED):
        return _UNCOMPUTED.search(window) is not None
    return False
