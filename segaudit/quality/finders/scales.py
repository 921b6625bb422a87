"""Scores, ratings and shares beyond the end of the scale that nearly all others keep to."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, measures, names_of
from segaudit.quality.finders.reading import read_values
from segaudit.text.folding import fold_header
from segaudit.text.headers import words_of_header

_ENDS = (1.0, 5.0, 7.0, 10.0, 100.0)
_LEAST_ROWS = 100
_MOST_BEYOND = 0.03  # share of the rows
_NEAR = 0.1  # of the scale: its last part ...
_LEAST_NEAR = 20  # ... has this many rows,
_SHARE_NEAR = 0.05  # ... this share of them,
_DROP = 8  # ... and so many times those beyond it; a tail that thins out has a half or a quarter there
_WIDE = 100.0  # a scale this long thins out: what lies just beyond it may belong to it
_HUNDRED = 100.0
_CONFIDENCE = 0.85

_Ending: TypeAlias = Callable[[Sequence[tuple[float, int]]], tuple[float | None, float]]


def find_off_scale(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield numbers beyond a scale's end: 11 where all others are 0 to 10 and many are 10; nothing is suggested.

    Settings: ``words``, of which the header of a column with a scale has one; ``parts``, of which that of a column of
    parts of a hundred has one, unless it has one of ``changes`` too.
    """
    words, parts, changes = (frozenset(names_of(check, name, ())) for name in ("words", "parts", "changes"))
    for reading in data.readings:
        if reading.type not in NUMERIC_TYPES or measures(data, reading.column.position).filled < _LEAST_ROWS:
            continue
        named = frozenset(map(fold_header, words_of_header(reading.column.header))) | set(reading.column.header)
        if named & (words | parts):
            is_part = bool(named & parts) and not named & changes
            yield from _beyond(data, check, reading, _of_hundred if is_part else _end)


def _beyond(data: QualityData, check: Check, reading: ColumnReading, ending: _Ending) -> Iterator[Suspicion]:
    found = ask(data, f"SELECT t, CAST(value AS DOUBLE) AS x, n FROM {read_values(data, reading)} ORDER BY x, t")
    cells = [(str(text), float(x), int(rows)) for text, x, rows in found]
    end, least = ending([(x, rows) for _, x, rows in cells])
    if end is None:
        return
    for text, x, rows in cells:
        if x > end or x < least:
            yield Suspicion(
                check=check.id,
                position=reading.column.position,
                value=text,
                rows=rows,
                confidence=_CONFIDENCE,
                because=f"nearly all others end at {end:g}, as a scale does",
            )


def _of_hundred(cells: Sequence[tuple[float, int]]) -> tuple[float | None, float]:
    """Return the ends of parts of a hundred, if hardly any cell is beyond them, and most but zeros are more than 1."""
    total = sum(rows for _, rows in cells)
    beyond = sum(rows for x, rows in cells if not 0 <= x <= _HUNDRED)
    of_one = sum(rows for x, rows in cells if 0 < x <= 1)
    whole = sum(rows for x, rows in cells if 1 < x <= _HUNDRED)
    return (_HUNDRED, 0.0) if 0 < beyond <= _MOST_BEYOND * total and whole > of_one else _end(cells)


def _end(cells: Sequence[tuple[float, int]]) -> tuple[float | None, float]:
    """Return where the scale of a column ends, either way, which a few cells go beyond; None if it has no such end."""
    total = sum(rows for _, rows in cells)
    for end in _ENDS:
        beyond = sum(rows for x, rows in cells if abs(x) > end)
        if not beyond:
            break
        if beyond <= _MOST_BEYOND * total:
            near = sum(rows for x, rows in cells if end * (1 - _NEAR) < x <= end)
            tail = sum(rows for x, rows in cells if end < x <= end * (1 + _NEAR)) if end >= _WIDE else 0
            is_edge = near >= max(_LEAST_NEAR, _SHARE_NEAR * total, _DROP * beyond) and tail <= beyond / 2
            return (end, -end) if is_edge else (None, 0.0)
    return None, 0.0
