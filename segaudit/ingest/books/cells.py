"""Cells of a workbook as text: what a CSV export of the sheet would hold, with dates the ISO way."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

_EXACT = 2.0**53  # up to here a float holds every whole number
_DAY_MS = 86_400_000
_DAYS_1904 = 1462  # from the first day of the 1900 system to that of the 1904 system
_NO_SUCH_DAY = 60  # 29 February 1900, which the 1900 system counts
_LAST_SERIAL = 2_958_466  # 1 January 10000
_LONGEST = 1e8  # days of a duration
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zones

DATE, DURATION = "date", "duration"
# Number formats every workbook has without listing them; 27 to 36 and 50 to 58 are dates of East Asian Excel.
_BUILT_IN = {**dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), DATE), 46: DURATION}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


def number_kind(number: int, code: str | None) -> str | None:
    """Tell what a number format shows a number as: DATE, DURATION, or None for a plain number.

    Args:
        number: Id of the format.
        code: Its code, such as ``dd/mm/yyyy``; None where the workbook lists none for the id.
    """
    if code is None:
        return _BUILT_IN.get(number)
    bare = _LITERAL.sub("", code.split(";", 1)[0])
    if _ELAPSED.search(bare):
        return DURATION
    if bare.strip().lower() == "general":
        return None
    return DATE if any(letter in "dmhysDMHYS" for letter in bare) else None


def number_text(value: float) -> str:
    """Return a number: no ``.0`` behind a whole one."""
    return str(int(value)) if -_EXACT < value < _EXACT and value.is_integer() else repr(value)


def serial_text(serial: float, kind: str, *, from_1904: bool) -> str:
    """Return a date, time or duration that a workbook keeps as a number of days."""
    last = _LAST_SERIAL - (_DAYS_1904 if from_1904 else 0)
    if not (abs(serial) < _LONGEST if kind == DURATION else 0 <= serial < last):
        return number_text(serial)
    milliseconds = round(serial * _DAY_MS)
    if kind == DURATION:
        return duration_text(dt.timedelta(milliseconds=milliseconds))
    if milliseconds < _DAY_MS:
        return (_EPOCH + dt.timedelta(milliseconds=milliseconds)).time().isoformat()
    if from_1904:
        milliseconds += _DAYS_1904 * _DAY_MS
    elif milliseconds < _NO_SUCH_DAY * _DAY_MS:
        milliseconds += _DAY_MS
    return datetime_text(_EPOCH + dt.timedelta(milliseconds=milliseconds))


def datetime_text(moment: dt.datetime) -> str:
    """Return a date, with its time where it has one."""
    if moment.hour or moment.minute or moment.second or moment.microsecond:
        return moment.isoformat(sep=" ")
    return moment.date().isoformat()


def iso_text(written: str) -> str:
    """Return a date or time that a workbook keeps as ISO 8601 text."""
    text = written.strip().replace("T", " ", 1).removesuffix("Z")
    return text.removesuffix(" 00:00:00")


def duration_text(span: dt.timedelta) -> str:
    """Return hours, minutes and seconds, hours beyond 24 included, as the format ``[h]:mm:ss`` shows them."""
    sign, span = ("-", -span) if span < dt.timedelta() else ("", span)
    seconds = span.days * 86_400 + span.seconds
    fraction = f".{span.microseconds:06d}" if span.microseconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


_TEXT: dict[type, Callable[..., str]] = {
    str: str,
    bool: lambda cell: "TRUE" if cell else "FALSE",
    int: str,
    float: number_text,
    dt.datetime: datetime_text,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: duration_text,
}


def row_texts(cells: Sequence[object]) -> list[str]:
    """Return a row that a library read as the texts of its cells, without the empty ones at its end."""
    texts = [cell if type(cell) is str else _TEXT[type(cell)](cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts
