"""Scores, ratings and shares beyond the end of the scale that nearly all others keep to."""

from collections.abc import Iterator, Sequence

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
_CONFIDENCE = 0.85


def find_off_scale(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield numbers beyond a scale's end: 11 where all others are 0 to 10 and many are 10; nothing is suggested.

    Settings: ``words``, of which the header of a column with a scale has one.
    """
    words = frozenset(names_of(check, "words", ()))
    for reading in data.readings:
        named = words.intersection(map(fold_header, words_of_header(reading.column.header)))
        named |= {"%"} & set(reading.column.header)
        if reading.type in NUMERIC_TYPES and named and measures(data, reading.column.position).filled >= _LEAST_ROWS:
            yield from _beyond(data, check, reading)


def _beyond(data: QualityData, check: Check, reading: ColumnReading) -> Iterator[Suspicion]:
    found = ask(data, f"SELECT t, CAST(value AS DOUBLE) AS x, n FROM {read_values(data, reading)} ORDER BY x, t")
    cells = [(str(text), float(x), int(rows)) for text, x, rows in found]
    end = _end([(x, rows) for _, x, rows in cells])
    if end is None:
        return
    for text, x, rows in cells:
        if x > end or (x < 0 and abs(x) > end):
            yield Suspicion(
                check=check.id,
                position=reading.column.position,
                value=text,
                rows=rows,
                confidence=_CONFIDENCE,
                because=f"nearly all others end at {end:g}, as a scale does",
            )


def _end(cells: Sequence[tuple[float, int]]) -> float | None:
    """Return where the scale of a column ends, which a few cells go beyond; None if it has no such end."""
    total = sum(rows for _, rows in cells)
    for end in _ENDS:
        beyond = sum(rows for x, rows in cells if abs(x) > end)
        if not beyond:
            return None
        if beyond <= _MOST_BEYOND * total:
            near = sum(rows for x, rows in cells if end * (1 - _NEAR) < x <= end)
            tail = sum(rows for x, rows in cells if end < x <= end * (1 + _NEAR)) if end >= _WIDE else 0
            is_edge = near >= max(_LEAST_NEAR, _SHARE_NEAR * total, _DROP * beyond) and tail <= beyond / 2
            return end if is_edge else None
    return None
