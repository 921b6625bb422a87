"""Characters that came into a cell when it was read or converted wrongly."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from segaudit.model.fields import FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import holding
from segaudit.quality.finders.cells.cleaned import cells_where

_WRITTEN = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.MULTI, FieldType.EMAIL, FieldType.URL})
_UNREAD = "\ufffd"
_SURE_UNREAD = 0.97
_SURE_MARK = 0.85
_SUSPECTS = r"[\x{fffd}]|[a-zA-Z]\p{Mn}"  # what the engine looks for; whether a mark is stray is decided here


def odd_characters(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the cells with a character that could not be read, or with an accent that no letter carries."""
    for position in _beyond_ascii(data):
        condition = f"strlen(v) <> length(v) AND regexp_matches(v, '{_SUSPECTS}')"
        for value, rows in cells_where(data, position, condition):
            is_unread = _UNREAD in value
            if is_unread or _has_stray_mark(value):
                yield Suspicion(
                    check=check,
                    position=position,
                    value=value,
                    rows=rows,
                    confidence=_SURE_UNREAD if is_unread else _SURE_MARK,
                    because="holds the sign for a character that could not be read"
                    if is_unread
                    else "holds an accent that does not belong to its letter, as wrong encodings leave it",
                )


def _beyond_ascii(data: QualityData) -> list[int]:
    """Return the columns that hold anything but plain letters, digits and signs."""
    positions = [reading.column.position for reading in data.readings if reading.type in _WRITTEN]
    return holding(data, positions, "strlen(v) <> length(v)")


def _has_stray_mark(value: str) -> bool:
    """Tell whether a mark stands on a Latin letter that has no form with it."""
    text = unicodedata.normalize("NFC", value)
    return any(unicodedata.combining(mark) and letter.isascii() and letter.isalpha() for letter, mark in pairwise(text))
