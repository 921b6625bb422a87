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
_ENDINGS = "placeholder_endings"
_DIGITS_TOO = "placeholders_end_in_digits"
_READABLE = "placeholders_can_be_read"

# Where a query reads several columns at once: the words of the column that stands at k in it, from 1.
WORDS_OF_K = f"${_WORDS}[k]"


def cell_parameters(field: str | None, kind: FieldType, placeholders: Sequence[Placeholder]) -> Parameters:
    """Return the parameters of a column's cells: what is white space, and which words stand for a missing value."""
    words = _words(field, kind, placeholders)
    return _shape_of(words, kind) | {_WORDS: words}


def shared_parameters(readings: Sequence[ColumnReading], placeholders: Sequence[Placeholder]) -> Parameters:
    """Return the parameters of several columns' cells; with them the words are WORDS_OF_K."""
    words = [_words(reading.column.field, reading.type, placeholders) for reading in readings]
    return _shape_of([word for of_column in words for word in of_column], readings[0].type) | {_WORDS: words}


def _words(field: str | None, kind: FieldType, placeholders: Sequence[Placeholder]) -> list[str]:
    return [item.value for item in placeholders if item.means_missing(field, kind)]


def _shape_of(words: Sequence[str], kind: FieldType) -> Parameters:
    shape: Parameters = {
        _SPACE: WHITE_SPACE,
        _LONGEST: max((len(word.encode()) for word in words), default=0),
        _ENDINGS: "".join(sorted({word[-1:] for word in words})),
        _DIGITS_TOO: any(word[-1:].isdigit() for word in words),
    }
    marks = KINDS[kind].marks
    return shape | {_READABLE: any(mark in word for word in words for mark in marks)} if marks else shape


def classified_cells(relation: str, reading: ColumnReading, *, words: str = f"${_WORDS}") -> str:
    """Return a relation of cells with what they are; it needs the parameters of cell_parameters.

    Args:
        relation: Cells as ``v``, with any other columns beside.
        reading: How the cells are read.
        words: The list of words that stand for a missing value; WORDS_OF_K for cells of several columns.

    Returns:
        The relation with ``t`` (the cell trimmed), ``value`` (NULL where nothing can be read) and ``state``: BLANK,
        PLACEHOLDER, INVALID or OK.
    """
    how = KINDS[reading.type].readings[reading.style]
    # Most values are longer than a placeholder, or end in a digit, or in no letter that one ends in: each test is a
    # fraction of what it costs to look their lower case up in the list.
    is_placeholder = (
        f"strlen(t) <= ${_LONGEST} AND (t[-1] > '9' OR t[-1] < '0' OR ${_DIGITS_TOO}) "
        f"AND contains(${_ENDINGS}, lower(t[-1])) AND list_contains({words}, lower(t))"
    )
    # A cell that can be read is no placeholder, unless some placeholder can be read too; then the list is asked first.
    sure = f"WHEN value IS NOT NULL AND NOT ${_READABLE} THEN {OK} " if KINDS[reading.type].marks else ""
    state = (
        f"CASE WHEN t IS NULL OR t = '' THEN {BLANK} {sure}WHEN {is_placeholder} THEN {PLACEHOLDER} "
        f"WHEN value IS NULL THEN {INVALID} ELSE {OK} END"
    )
    steps = ({"t": TRIMMED}, *how.steps, {"value": how.value}, {"state": state})
    return with_steps(relation, steps)
