"""What spreadsheets and programs make of numbers on the way: dates, and the noise of binary fractions."""

import re
from collections.abc import Iterator

from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.cleaned import cells_where

_TEXTS = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.ID})
_NOISY_LENGTH = 15  # characters of a number that may carry the noise of binary fractions
_NOISY = re.compile(r"(-?[0-9]+\.([0-9]*?(?:0{6,}|9{6,})[0-9]{1,3}))(\D{0,3})")
_PLACES = 12  # decimals from which such a run is noise
_SURE_NOISE = 0.9
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATED = re.compile(rf"(?P<day>[0-9]{{1,2}})-(?P<of>{_MONTHS})|(?P<month>{_MONTHS})-(?P<year>[0-9]{{2}})")
_DATED_LENGTH = 6
_LEAST_ROWS = 20
_MOST_DATED = 0.2  # share of the cells; of more, they are meant as dates
_SURE_DATED = 0.85  # a few codes look like that and are meant
_SURE_RANGE = 0.93  # that it was two numbers which stand together elsewhere in the column
_LEAST_TOLD = 3  # rows in which they do


def float_noise(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the numbers that carry the noise of binary fractions: 0.056 that became 0.055999999999999994."""
    for reading in data.readings:
        position = reading.column.position
        is_long = (data.coverage[position].longest or 0) >= _NOISY_LENGTH
        if not is_long or not (reading.type in NUMERIC_TYPES or _may_hold_numbers(data, position)):
            continue
        condition = f"strlen(v) >= {_NOISY_LENGTH} AND (contains(v, '000000') OR contains(v, '999999'))"
        for value, rows in cells_where(data, position, condition):
            match = _NOISY.fullmatch(value)
            if match and len(match[2]) >= _PLACES:
                meant = f"{float(match[1]):.10f}".rstrip("0").rstrip(".")
                yield Suspicion(
                    check=check,
                    position=position,
                    value=value,
                    rows=rows,
                    suggestion=meant + match[3],
                    confidence=_SURE_NOISE,
                    because="so many decimals are the noise of a computer's fractions",
                )


def _may_hold_numbers(data: QualityData, position: int) -> bool:
    """Tell whether a column of text has a frequent value that starts like a number."""
    is_text = data.reading(position).type in _TEXTS
    return is_text and any(value.strip()[:1].isdigit() for value, _ in data.coverage[position].frequent)


def dated_by_spreadsheet(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield what a spreadsheet took for a date: pages 3-8 that became 3-Aug, sizes 11-50 that became Nov-50."""
    for reading in data.readings:
        position = reading.column.position
        counts = data.coverage[position]
        if reading.type not in _TEXTS | NUMERIC_TYPES or counts.filled < _LEAST_ROWS:
            continue
        if (counts.shortest or 0) > _DATED_LENGTH:
            continue
        condition = f"strlen(v) <= {_DATED_LENGTH + 2} AND contains(v, '-') AND regexp_matches(v, '{_MONTHS}')"
        found = [(value, rows) for value, rows in cells_where(data, position, condition) if _DATED.fullmatch(value)]
        if sum(rows for _, rows in found) > _MOST_DATED * counts.filled:
            continue
        others = dict(cells_where(data, position, "contains(v, '-') AND strlen(v) <= 7")) if found else {}
        for value, rows in found:
            meant = [pair for pair in _pairs(value) if others.get(pair, 0) >= _LEAST_TOLD]
            suggestion = meant[0] if len(meant) == 1 else None
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion=suggestion,
                confidence=_SURE_DATED if suggestion is None else _SURE_RANGE,
                because="looks like what spreadsheets make of two numbers, in a column that does not hold dates"
                + (f"; {suggestion} stands in {others[suggestion]:,} rows" if suggestion is not None else ""),
            )


def _pairs(value: str) -> tuple[str, ...]:
    """Return the pairs of numbers a date without its year, or without its day, may have been."""
    match = _DATED.fullmatch(value)
    if match is None:
        return ()
    if match["day"]:
        day, month = int(match["day"]), _MONTHS.split("|").index(match["of"]) + 1
        return tuple(dict.fromkeys((f"{day}-{month}", f"{month}-{day}")))
    return (f"{_MONTHS.split('|').index(match['month']) + 1}-{int(match['year'])}",)
