"""The kinds of value, by field type."""

from collections.abc import Mapping

from segaudit.model.fields import FieldType
from segaudit.sql.kinds.dates import DATE
from segaudit.sql.kinds.kind import TRIMMED, WHITE_SPACE, Kind, Reading, needed_steps, quoted, trimmed, with_steps
from segaudit.sql.kinds.numbers import INT, MONEY, NUMBER
from segaudit.sql.kinds.texts import BOOL, EMAIL, ENUM, ID, MULTI, PHONE, TEXT, URL

KINDS: Mapping[FieldType, Kind] = {
    kind.type: kind for kind in (TEXT, ID, ENUM, MULTI, INT, NUMBER, MONEY, DATE, BOOL, EMAIL, PHONE, URL)
}

# Kinds whose cells are read by the very same expressions, and can share a query, by the kind that stands for them.
SAME_READING: Mapping[FieldType, FieldType] = {kind.type: TEXT.type for kind in (ID, ENUM, MULTI)}

__all__ = [
    "KINDS",
    "SAME_READING",
    "TRIMMED",
    "WHITE_SPACE",
    "Kind",
    "Reading",
    "needed_steps",
    "quoted",
    "trimmed",
    "with_steps",
]
