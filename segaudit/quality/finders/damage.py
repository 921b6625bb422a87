"""What spreadsheets leave behind in exports: formulas and their errors, cut numbers, day numbers, signs as codes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import holding, matching, measures
from segaudit.quality.finders.cells.cleaned import cells_where
from segaudit.quality.keys import CASE_SAFE_ENDING
from segaudit.sql.cells import OK

_TRACES = (
    "(starts_with(v, '#') AND (ends_with(v, '!') OR ends_with(v, '?') OR strlen(v) = 4)) OR starts_with(v, '=') "
    "OR contains(v, '_x00')"
)
# In the words of English, German, French, Spanish, Italian, Portuguese and Dutch spreadsheets.
_ERROR = re.compile(r"#(?:N/?[ABDV]|[¡¿]?[^\W\d_a-z]{2,}(?:/0)?[!?])")
# A function, a reference, or a program that is asked for something.
_FORMULA = re.compile(
    r"=\s*[-+@(]*(?:[A-Za-z][A-Za-z0-9.]*\(.*|(?:'[^']+'!|\w+!)?\$?[A-Z]{1,3}\$?[0-9]+(?:[-+*/:&,;^)(=<> ].*)?|"
    r"\w+\|.*)",
    re.DOTALL,
)
_KEPT_TEXT = re.compile(r'="([^"]*)"')  # how a text is kept from being read as a number
_CODED = re.compile(r"(?:_x00[0-9A-Fa-f]{2}_)+")
_SURE = 0.95
_CODE_DIGITS = 9  # from which numbers of one length are codes, and no amounts
_ONE_LENGTH = 0.8  # share of a column's numbers that have that length
_CODES = frozenset({FieldType.ID, FieldType.TEXT, FieldType.ENUM})
_TEXTS = _CODES | {FieldType.MULTI}
_SHORT_ID, _LONG_ID = 15, 18  # characters of a Salesforce id, with and without what keeps its case safe
_MOSTLY = 0.5
_ONE_WAY = 0.9  # share of a column's dates in ISO form, from which another is given in it
_DAY_ONE = date(1899, 12, 30)
# 1954 to 2091. Patterns are dear, so what is cheap is asked first.
_DAY_NUMBER = "strlen(v) <= 16 AND NOT contains(v, '-') AND regexp_full_match(v, ' *[2-6][0-9]{4}([.][0-9]+)? *')"
_ISO = "regexp_matches(v, '^ *[0-9]{4}-[0-9]{2}-[0-9]{2}')"
_EXPONENT = "contains(v, 'E+') OR contains(v, 'e+')"
_CUT = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+][0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trace:
    suggestion: str | None
    because: str


def find_spreadsheet_damage(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield the cells that hold what a spreadsheet made of a value, and the value where it can be told."""
    # Nearly no column holds any; one statement tells which. Of cells that are read as a number or date, none does.
    texts = _positions(data, *_TEXTS)
    typed = [
        reading.column.position
        for reading in data.readings
        if reading.type not in _TEXTS and (of := measures(data, reading.column.position)).invalid + of.placeholder
    ]
    for position in holding(data, texts, _TRACES) + holding(data, typed, f"state <> {OK} AND ({_TRACES})"):
        for value, rows in cells_where(data, position, _TRACES):
            trace = _trace(value)
            if trace is not None:
                yield _suspicion(check, position, (value, rows), trace.suggestion, trace.because)
    for position in holding(data, _positions(data, *_CODES, *NUMERIC_TYPES), _EXPONENT):
        yield from _cut_numbers(data, check, data.reading(position))
    for position in holding(data, _positions(data, FieldType.DATE), _DAY_NUMBER):
        yield from _day_numbers(data, check, position)
    for reading in data.of_type(*_CODES):
        yield from _short_ids(data, check, reading)


def _positions(data: QualityData, *types: FieldType) -> list[int]:
    return [reading.column.position for reading in data.of_type(*types)]


def _suspicion(check: Check, position: int, cell: Counted, suggestion: str | None, because: str) -> Suspicion:
    value, rows = cell
    return Suspicion(
        check=check.id,
        position=position,
        value=value,
        rows=rows,
        suggestion=suggestion,
        confidence=_SURE,
        because=because,
    )


def _trace(value: str) -> _Trace | None:
    """Tell what a spreadsheet did to one cell, if it did."""
    if _ERROR.fullmatch(value):
        return _Trace(suggestion="", because="a formula that failed; its value is lost")
    kept = _KEPT_TEXT.fullmatch(value)
    if kept:
        return _Trace(suggestion=kept[1], because="a formula around a text, to keep its zeros")
    if _FORMULA.fullmatch(value):
        return _Trace(suggestion=None, because="a formula instead of its value")
    if _CODED.search(value):
        meant = " ".join(_CODED.sub(_meant, value).split())
        return _Trace(suggestion=meant, because="signs that were written as their codes")
    return None


def _meant(match: re.Match[str]) -> str:
    signs = "".join(chr(int(code, 16)) for code in re.findall(r"_x([0-9A-Fa-f]{4})_", match[0]))
    return "".join(sign if sign.isprintable() else " " for sign in signs)


def _cut_numbers(data: QualityData, check: Check, reading: ColumnReading) -> Iterator[Suspicion]:
    """Yield long numbers of which only the first digits are left: 1.23E+11 in a column of codes."""
    position = reading.column.position
    cells = [cell for cell in cells_where(data, position, _EXPONENT) if _CUT.fullmatch(cell[0])]
    if not cells or (reading.type in NUMERIC_TYPES and not _are_codes(data, position)):
        return
    for value, rows in cells:
        kept = sum(map(str.isdigit, re.split("[eE]", value)[0]))
        because = f"a spreadsheet took a code for a number and kept {kept} of its {int(value.split('+')[1]) + 1} digits"
        yield _suspicion(check, position, (value, rows), None, because)


def _are_codes(data: QualityData, position: int) -> bool:
    """Tell whether the numbers of a column are as long as each other, and longer than amounts are."""
    lengths = data.engine.fetch(
        f"SELECT length(trim(v)) AS digits, sum(n) AS rows FROM {data.grouped(position)} WHERE state = {OK} "
        "AND regexp_full_match(trim(v), '[0-9]+') GROUP BY digits ORDER BY rows DESC, digits"
    )
    usual = next(iter(lengths), (0, 0))
    return bool(usual[0] >= _CODE_DIGITS and usual[1] >= _ONE_LENGTH * sum(rows for _, rows in lengths))


def _short_ids(data: QualityData, check: Check, reading: ColumnReading) -> Iterator[Suspicion]:
    """Yield ids that lost the end which keeps their capitals safe, in a column of such ids."""
    position, found = reading.column.position, measures(data, reading.column.position)
    if found.longest != _LONG_ID or (found.shortest or 0) > _SHORT_ID:
        return
    whole = matching(data, position, f"regexp_full_match(t, '[0-9A-Za-z]{{{_LONG_ID}}}')")
    if sum(rows for _, rows in whole) < _MOSTLY * found.filled:
        return
    told = matching(
        data, position, f"strlen(t) = {_LONG_ID} AND upper(substr(t, {_SHORT_ID + 1})) = {CASE_SAFE_ENDING}"
    )
    query = (
        f"SELECT t, {CASE_SAFE_ENDING} AS ending, sum(n) FROM (SELECT trim(v) AS t, n FROM {data.grouped(position)}) "
        f"WHERE regexp_full_match(t, '[0-9A-Za-z]{{{_SHORT_ID}}}') GROUP BY ALL ORDER BY t"
    )
    because = f"the last {_LONG_ID - _SHORT_ID} of {_LONG_ID} characters were lost; look-ups will not find it"
    for value, ending, rows in data.engine.fetch(query):
        meant = f"{value}{ending}" if len(told) >= _MOSTLY * len(whole) else None
        yield _suspicion(check, position, (str(value), int(rows)), meant, because)


def _day_numbers(data: QualityData, check: Check, position: int) -> Iterator[Suspicion]:
    """Yield dates that stand there as the number of their day, in a column that writes them as dates."""
    numbers = cells_where(data, position, _DAY_NUMBER)
    if sum(rows for _, rows in numbers) > _MOSTLY * measures(data, position).filled:
        return
    iso, written = data.engine.fetch(
        f"SELECT count(*) FILTER ({_ISO}), count(*) FROM {data.grouped(position)} "
        f"WHERE state = {OK} AND NOT ({_DAY_NUMBER})"
    )[0]
    for value, rows in numbers:
        day = _DAY_ONE + timedelta(days=int(float(value)))
        suggestion = day.isoformat() if iso >= _ONE_WAY * written else None
        yield _suspicion(check, position, (value, rows), suggestion, f"the number by which a spreadsheet counts {day}")
