"""From a raw cell to what it is: blank, a placeholder, invalid, or a value."""

from collections.abc import Sequence

from segaudit.engine.protocol import Parameters
from segaudit.model.fields import ColumnReading, FieldType, Placeholder
from segaudit.sql.kinds import KINDS, TRIMMED, WHITE_SPACE, with_steps

# What a cell is, as a small number that aggregates quickly.
BLANK, PLACEHOLDER, INVALID, OK = range(4)

_SPACE = "white_space"
_WORDS = "placeholders"
_LONGEST = "longest_placeholder"
_DIGITS_TOO = "placeholders_end_in_digits"


def cell_parameters(field: str | None, kind: FieldType, placeholders: Sequence[Placeholder]) -> Parameters:
    """Return the parameters of a column's cells: what is white space, and which words stand for a missing value."""
    words = [item.value for item in placeholders if item.means_missing(field, kind)]
    return {
        _SPACE: WHITE_SPACE,
        _WORDS: words,
        _LONGEST: max((len(word.encode()) for word in words), default=0),
        _DIGITS_TOO: any(word[-1:].isdigit() for word in words),
    }


def classified_cells(relation: str, reading: ColumnReading) -> str:
    """Return a relation of cells with what they are; it needs the parameters of cell_parameters.

    Args:
        relation: Cells as ``v``, with any other columns beside.
        reading: How the column is read.

    Returns:
        The relation with ``t`` (the cell trimmed), ``value`` (NULL where nothing can be read) and ``state``: BLANK,
        PLACEHOLDER, INVALID or OK.
    """
    how = KINDS[reading.type].readings[reading.style]
    # Most values are too long to be a placeholder or end in a digit, which is cheaper to tell than their lower case.
    is_placeholder = (
        f"strlen(t) <= ${_LONGEST} AND (${_DIGITS_TOO} OR t[-1] < '0' OR t[-1] > '9') "
        f"AND list_contains(${_WORDS}, lower(t))"
    )
    state = (
        f"CASE WHEN t IS NULL OR t = '' THEN {BLANK} WHEN {is_placeholder} THEN {PLACEHOLDER} "
        f"WHEN value IS NULL THEN {INVALID} ELSE {OK} END"
    )
    steps = ({"t": TRIMMED}, *how.steps, {"value": how.value}, {"state": state})
    return with_steps(relation, steps)
