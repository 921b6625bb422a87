"""Text that programs spelt wrongly on its way: in another encoding, with escapes of web pages, in wide letters."""

import re
from collections.abc import Iterator

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import holding, matching, measures
from segaudit.text.mojibake import SUSPECT, mend_encoding, unescape_marks

_FREE_TEXT = frozenset({"notes", "description"})
# They hold anything; a cell of any other type that holds wide letters cannot be read.
_TEXTS = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.ID, FieldType.MULTI})
_WIDE = "strlen(v) <> length(v) AND regexp_matches(v, '[\\x{ff01}-\\x{ff5e}]')"
# Beside ideographs, kana and Hangul wide letters and figures are as usual as narrow ones.
_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uffdc]")
_TO_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def misread_cells(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield such cells of any column but free text, and what they should say where no letter was lost."""
    texts = [r for r in data.of_type(FieldType.TEXT, FieldType.ENUM) if r.column.field not in _FREE_TEXT]
    for position in holding(data, [reading.column.position for reading in texts], SUSPECT.replace("(t", "(v")):
        for value, rows in matching(data, position, SUSPECT):
            found = _mended(value)
            if found is not None:
                yield _suspicion(check, position, (value, rows), *found)
    every = [
        reading
        for reading in data.readings
        if reading.type in _TEXTS or measures(data, reading.column.position).invalid
    ]
    for position in holding(data, [reading.column.position for reading in every], _WIDE):
        for value, rows in matching(data, position, _WIDE.replace("(v", "(t")):
            if not _ASIAN.search(value):
                because = "letters or figures of double width, which other programs take for others"
                yield _suspicion(check, position, (value, rows), value.translate(_TO_NARROW), 0.95, because)


def _mended(value: str) -> tuple[str | None, float, str] | None:
    """Return what a text should say, how sure that is and why; None where it is fine."""
    if "\ufffd" in value:
        return None, 0.98, "a letter was lost when the file was converted"
    read = mend_encoding(value)
    meant = unescape_marks(read)
    if meant == value:
        return None
    because = "read in the wrong encoding" if read != value else "signs as a web page writes them"
    return meant, 0.93 if "Ã-" in value else 0.98, because


def _suspicion(  # noqa: PLR0913, PLR0917 - a cell, and all that is said of it
    check: Check, position: int, cell: tuple[str, int], suggestion: str | None, confidence: float, because: str
) -> Suspicion:
    value, rows = cell
    return Suspicion(
        check=check.id,
        position=position,
        value=value,
        rows=rows,
        suggestion=suggestion,
        confidence=confidence,
        because=because,
    )
