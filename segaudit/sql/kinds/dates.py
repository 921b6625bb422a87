"""Dates and timestamps, read as dates.

Reads ISO forms with or without a time, ``14/05/2016`` and ``05/14/2016`` (decided for each column from the cells that
only one order can read), ``14.05.2016``, ``2016年5月14日``, ``16 Apr, 2021 00:02:00``, ``May 14, 2016``, month names in
English, German, French and Spanish, Excel serial numbers and epoch milliseconds. A time that no clock shows, as 25:61,
makes a cell unreadable. A timestamp counts on the day it is written with.
"""

from segaudit.model.fields import FieldType
from segaudit.sql.kinds.kind import Kind, Reading, quoted

_TIME = (
    "(?:,?[ T]+(?:[01]?[0-9]|2[0-4])[:.h][0-5][0-9](?:[:.](?:[0-5][0-9]|60)(?:[.,][0-9]+)?)?"
    "(?: ?[AaPp]\\.?[Mm]\\.?)?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_MONTHS = {
    1: ("jan", "ene"), 2: ("feb", "fev"), 3: ("mar", "mrz"), 4: ("apr", "avr", "abr"), 5: ("may", "mai"),
    6: ("jun", "juin"), 7: ("jul", "juil"), 8: ("aug", "aou", "ago"), 9: ("sep", "set"), 10: ("oct", "okt"),
    11: ("nov",), 12: ("dec", "dez", "dic"),
}  # fmt: skip
_NAMES = "|".join(sorted((name for names in _MONTHS.values() for name in names), key=lambda name: (-len(name), name)))
_WEEKDAY = "(?:[a-z]{2,9}\\.?,? +)?"
_NAME = f"({_NAMES})[a-z]*\\.?"
_PART = "\x1f"

_ISO = f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME}$"
# Also 2024年3月5日, 2024년 3월 5일 and 2024. 3. 5.
_LOOSE_ISO = f"^([0-9]{{4}})[-/.年년] ?([0-9]{{1,2}})[-/.月월] ?([0-9]{{1,2}})[日일.]?{_TIME}$"
_NUMERIC = f"^([0-9]{{1,2}})([-/.])([0-9]{{1,2}})[-/.]([0-9]{{4}}|[0-9]{{2}}){_TIME}$"
_DAY_FIRST = (
    f"^{_WEEKDAY}([0-9]{{1,2}})(?:st|nd|rd|th|\\.|er)?[ /-]*(?:de |of )?"
    f"{_NAME}[ ,/-]*(?:de |del )?([0-9]{{4}}|[0-9]{{2}}){_TIME.lower()}$"
)
_MONTH_FIRST = f"^{_WEEKDAY}{_NAME} *([0-9]{{1,2}})(?:st|nd|rd|th)?,? *([0-9]{{4}}){_TIME.lower()}$"


def _split(text: str, pattern: str, groups: str) -> str:
    """Return SQL that cuts a text by a pattern's groups; one part only where the pattern does not match."""
    return f"string_split(regexp_replace({text}, {quoted(pattern)}, '{groups}'), '{_PART}')"


def _groups(*numbers: int) -> str:
    return _PART.join(f"\\{number}" for number in numbers)


def _date(year: str, month: str, day: str) -> str:
    """Return a date, NULL where there is no such day; two-digit years below 50 belong to this century."""
    full = (
        f"CASE WHEN length({year}) = 2 THEN CASE WHEN {year} < '50' THEN '20' ELSE '19' END || {year} ELSE {year} END"
    )
    return f"try_cast({full} || '-' || {month} || '-' || {day} AS DATE)"


# One look-up instead of a CASE with a list of names for each month, which took longer to plan than to run.
_MONTH_NUMBERS = (
    "MAP {" + ", ".join(f"'{name}': '{number}'" for number, names in _MONTHS.items() for name in names) + "}"
)


def _reading(style: str) -> Reading:
    """Return the reading of dates with one order of day and month; a cell only the other order can read is read so."""
    day_first, month_first = ("figures[1]", "figures[3]"), ("figures[3]", "figures[1]")
    dmy = _date("figures[4]", day_first[1], day_first[0])
    mdy = _date("figures[4]", month_first[1], month_first[0])
    # Dots are written day first everywhere they are written.
    either = (
        f"coalesce({dmy}, {mdy})"
        if style == "dmy"
        else f"CASE WHEN figures[2] = '.' THEN {dmy} ELSE coalesce({mdy}, {dmy}) END"
    )
    return Reading(
        steps=(
            {"iso": f"CASE WHEN regexp_matches(t, {quoted(_ISO)}) THEN try_cast(substr(t, 1, 10) AS DATE) END"},
            {"odd": "CASE WHEN iso IS NULL AND regexp_matches(t, '[0-9]') AND length(t) <= 64 THEN t END"},
            {"numeric_cut": _split("odd", _NUMERIC, _groups(1, 2, 3, 4))},
            {"figures": "CASE WHEN len(numeric_cut) = 4 THEN numeric_cut END"},
            {"other": "CASE WHEN figures IS NULL THEN odd END"},
            {
                "named": "CASE WHEN regexp_matches(other, '[[:alpha:]]') THEN "
                "lower(translate(other, 'éèûäÉÈÛÄ', 'eeuaeeua')) END",
                "day_number": "CASE WHEN regexp_matches(other, '^[2-7][0-9]{4}([.][0-9]+)?$') THEN "
                "DATE '1899-12-30' + CAST(floor(CAST(other AS DOUBLE)) AS INTEGER) END",
                "epoch": "CASE WHEN regexp_matches(other, '^1[0-9]{12}$') THEN "
                "DATE '1970-01-01' + CAST(floor(CAST(other AS DOUBLE) / 86400000) AS INTEGER) END",
                "compact": "CASE WHEN regexp_matches(other, '^(19|20)[0-9]{6}$') THEN try_cast("
                "substr(other, 1, 4) || '-' || substr(other, 5, 2) || '-' || substr(other, 7, 2) AS DATE) END",
                "loose": _split("other", _LOOSE_ISO, _groups(1, 2, 3)),
            },
            {"day_first": _split("named", _DAY_FIRST, _groups(1, 2, 3))},
            {
                "month_first": "CASE WHEN len(day_first) <> 3 THEN "
                f"{_split('named', _MONTH_FIRST, _groups(2, 1, 3))} END"
            },
            {"spelled": "coalesce(month_first, day_first)"},
            {
                "by_numeric": either,
                "by_loose": f"CASE WHEN len(loose) = 3 THEN {_date('loose[1]', 'loose[2]', 'loose[3]')} END",
                "by_name": "CASE WHEN len(spelled) = 3 THEN "
                f"{_date('spelled[3]', f'{_MONTH_NUMBERS}[spelled[2]]', 'spelled[1]')} END",
            },
        ),
        value="coalesce(iso, by_numeric, by_loose, by_name, compact, day_number, epoch)",
    )


# The middle one of three numbers can only be a day, or the first can only be one.
_ONLY_DMY = "regexp_matches(odd, '^(1[3-9]|2[0-9]|3[01])[-/](0?[1-9]|1[0-2])[-/]')"
_ONLY_MDY = "regexp_matches(odd, '^(0?[1-9]|1[0-2])[-/](1[3-9]|2[0-9]|3[01])[-/]')"

DATE = Kind(
    type=FieldType.DATE,
    readings={style: _reading(style) for style in ("dmy", "mdy")},
    evidence={"dmy": _ONLY_DMY, "mdy": _ONLY_MDY},
    recognise="value IS NOT NULL AND day_number IS NULL AND epoch IS NULL AND compact IS NULL",
    marks="0123456789",
    ordered="CAST(value AS VARCHAR)",
)
