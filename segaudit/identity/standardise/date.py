"""Days: a date and its parts."""

import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column
from segaudit.identity.standardise.tokens import boolean, where_texts
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("iso", "year", "month", "day")
_ISO = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:$|[T ])"


def standardise(texts: Column, _lists: StandardLists | None = None) -> dict[str, Column]:
    """Return days written as ISO dates, with a time behind or not, and their year, month and day; else null."""
    known = where_texts(boolean(pc.match_substring_regex(texts, _ISO)), texts)
    return {
        "iso": pc.utf8_slice_codeunits(known, 0, 10),
        "year": pc.utf8_slice_codeunits(known, 0, 4),
        "month": pc.utf8_slice_codeunits(known, 5, 7),
        "day": pc.utf8_slice_codeunits(known, 8, 10),
    }
