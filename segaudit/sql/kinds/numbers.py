"""Whole numbers, decimal numbers and amounts of money, as people write them.

Reads ``1,000``, ``1.000.000``, ``17,50,000``, ``20K``, ``$1.2M``, ``EUR 350k``, ``€2,5 Mio``, ``~250``, ``(1,200)`` and
the ranges ``50-200`` and ``1,000+``. A range keeps both ends: what is true of both is true, what is false of both is
false, and what lies between cannot be told.

The parts of a single number are found by where the digits stand, not by capturing groups, which cost twenty times as
much; only ranges, of which a column has few different ones, are taken apart by groups.
"""

from segaudit.model.fields import FieldType
from segaudit.sql.kinds.currencies import COMMON_CODES, SYMBOLS
from segaudit.sql.kinds.kind import Kind, Reading, quoted

# What a number is multiplied by, told by how its scale begins; "mrd" is asked for before "m".
_SCALES = (
    ("mrd", "1e9", ("mrd",)),
    ("b", "1e9", ("b", "bn", "billion")),
    ("m", "1e6", ("m", "mm", "mn", "mio", "million", "millions")),
    ("k", "1e3", ("k",)),
    ("t", "1e3", ("tsd", "thousand")),
    ("l", "1e5", ("lakh", "lac")),
    ("c", "1e7", ("cr", "crore")),
)

_BARE = "^-?[0-9]{1,15}(?:[.](?:[0-9]{1,2}|[0-9]{4,}))?$|^-?[0-9](?:[.][0-9]+)?[eE][+-]?[0-9]{1,2}$"
_GAPS = " '’\\x{00a0}\\x{202f}"
_SPACE = "[ \\x{00a0}\\x{202f}]*"
_NUMBER = f"[0-9](?:[0-9.,{_GAPS}]*[0-9])?"
_DASH = "(?:-|–|—|to|bis)"
# "ca. 250", "approx. 3,000", "51-200 employees", "Medium (201-500)".
_ABOUT = "(?:[~≈]|(?:ca|approx|approximately|about|around|circa)\\.? )?"
_HEADS = "(?: (?:employees|people|staff|ftes?|mitarbeiter))?"
_LABELLED = "^[a-z][a-z &/-]* *\\([^()]*[0-9][^()]*\\)$"
_PART = "\x1f"  # stands between the parts of a range; no export holds it


def _any_of(words: list[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(word.replace("$", "\\$").replace(".", "\\.") for word in longest_first) + ")"


_CURRENCY = _any_of([*SYMBOLS, *COMMON_CODES])
_SCALE = _any_of([word for _, _, words in _SCALES for word in words])


def _single_pattern(*, money: bool) -> str:
    """Return the pattern of one number in lower case, with what may stand around it."""
    currency = f"{_CURRENCY}?{_SPACE}" if money else ""
    behind = f"{_SPACE}{_CURRENCY}?" if money else ""
    front = f"{_ABOUT}{_SPACE}[-+(]?{_SPACE}{currency}[-+]?{_SPACE}"
    return f"^{front}{_NUMBER}(?:{_SPACE}{_SCALE}\\.?)?{behind}{_SPACE}\\)?{_HEADS}$"


def _range_pattern(*, money: bool) -> str:
    """Return the pattern of a range in lower case; groups: 1 lower, 2 its scale, 3 upper, 4 its scale, 5 open end."""
    currency = f"(?:{_CURRENCY}{_SPACE})?" if money else ""
    behind = f"(?:{_SPACE}{_CURRENCY})?" if money else ""
    end = f"({_NUMBER})(?:{_SPACE}({_SCALE})\\.?)?{behind}"
    return f"^{_ABOUT}{_SPACE}{currency}{end}{_SPACE}(?:{_DASH}{_SPACE}{currency}{end}|(\\+)){_HEADS}$"


def _arranged(s: str, scale: str, style: str, *, whole: bool) -> str:
    """Return SQL that reads digits with separators as a number; NULL if they are not arranged like one.

    A lone separator before exactly three digits is the one case a cell cannot decide: decimal point or thousands
    point. The column's style decides; a field of whole numbers reads it as thousands, unless a scale follows.
    """
    lone = {
        mark: f" AND NOT (regexp_matches({s}, '^[0-9]{{1,3}}[{mark}][0-9]{{3}}$')"
        + (f" AND coalesce({scale}, '') <> ''" if whole else "")
        + ")"
        for mark in ",."
    }
    lone_comma = "" if style == "point" else lone[","]
    lone_point = "" if style == "comma" else lone["."]
    return (
        f"CASE WHEN regexp_matches({s}, '^[0-9]+([.]([0-9]{{1,2}}|[0-9]{{4,}}))?$') THEN try_cast({s} AS DOUBLE)"
        f" WHEN regexp_matches({s}, '^[0-9]{{1,3}}(,[0-9]{{2,3}})*,[0-9]{{3}}([.][0-9]+)?$'){lone_comma}"
        f" THEN try_cast(replace({s}, ',', '') AS DOUBLE)"
        f" WHEN regexp_matches({s}, '^[0-9]{{1,3}}([.][0-9]{{3}})+(,[0-9]+)?$'){lone_point}"
        f" THEN try_cast(replace(replace({s}, '.', ''), ',', '.') AS DOUBLE)"
        f" WHEN regexp_matches({s}, '^[0-9]+[.][0-9]+$') THEN try_cast({s} AS DOUBLE)"
        f" WHEN regexp_matches({s}, '^[0-9]+,[0-9]+$') THEN try_cast(replace({s}, ',', '.') AS DOUBLE) END"
    )


def _without_gaps(digits: str) -> str:
    gaps = quoted(f"[{_GAPS}]")
    return (
        f"CASE WHEN regexp_matches({digits}, {gaps}) THEN regexp_replace({digits}, {gaps}, '', 'g') ELSE {digits} END"
    )


def _factor(scale: str) -> str:
    cases = " ".join(f"WHEN starts_with({scale}, {quoted(start)}) THEN {factor}" for start, factor, _ in _SCALES)
    return f"CASE WHEN {scale} IS NULL OR {scale} = '' THEN 1e0 {cases} ELSE 1e0 END"


def _currency() -> str:
    cases = " ".join(f"WHEN {quoted(symbol)} THEN {quoted(code)}" for symbol, code in SYMBOLS.items())
    return f"CASE coalesce(named, '') WHEN '' THEN NULL {cases} ELSE upper(named) END"


def _reading(style: str, *, money: bool, whole: bool) -> Reading:
    """Return the reading of numbers in one style; plain digits take a short cut past the patterns.

    A single number and the lower end of a range go the same way, so that the long expressions stand once: the time it
    takes to work out how to run a statement goes with its length.
    """
    ends = _PART.join(f"\\{group}" for group in range(1, 6))
    # A scale is a word of its own, so that the "m" of MXN is none.
    scale = quoted(f"{_SCALE}\\.?(?:[^a-z].*)?$|{_SCALE}\\.? *{_CURRENCY}$")
    steps = (
        {"bare": f"CASE WHEN regexp_matches(t, {quoted(_BARE)}) THEN try_cast(t AS DOUBLE) END"},
        {"written": "CASE WHEN bare IS NULL AND v IS NOT NULL AND length(t) < 60 THEN lower(t) END"},
        {
            "odd": f"CASE WHEN regexp_matches(written, {quoted(_LABELLED)}) "
            "THEN regexp_extract(written, '[(]([^()]*)[)]$', 1) ELSE written END"
        },
        *(({"named": f"regexp_extract(odd, {quoted(_CURRENCY)})"},) if money else ()),
        {"single": f"CASE WHEN regexp_matches(odd, {quoted(_single_pattern(money=money))}) THEN odd END"},
        {
            "span": "CASE WHEN single IS NULL AND regexp_matches(odd, '[0-9].*[-–—+toi]') THEN "
            f"string_split(regexp_replace(odd, {quoted(_range_pattern(money=money))}, '{ends}'), '{_PART}') END",
        },
        {"ends": "CASE WHEN len(span) = 5 THEN span END"},
        {"digits": f"coalesce(regexp_extract(single, {quoted(_NUMBER)}), ends[1])", "upper_digits": "ends[3]"},
        {
            "plain": _without_gaps("digits"),
            "upper_plain": _without_gaps("upper_digits"),
            # "$20-200M": a scale that stands once, behind the upper end, means both.
            "scale": f"CASE WHEN single IS NULL THEN CASE WHEN ends[2] = '' THEN ends[4] ELSE ends[2] END "
            "WHEN regexp_matches(single, '[a-z]') THEN "
            f"regexp_extract(regexp_extract(single, '[0-9][^0-9]*[)]?$'), {scale}) END",
        },
        {
            # 1.001K is 1001, which floating point alone misses by a hair.
            "lower_end": f"round(CASE WHEN regexp_matches(single, '^[^0-9]*[-(]') THEN -1e0 ELSE 1e0 END"
            f" * {_factor('scale')} * {_arranged('plain', 'scale', style, whole=whole)}, 6)",
            "upper_end": "CASE WHEN ends[5] = '+' THEN CAST('Infinity' AS DOUBLE) WHEN ends IS NOT NULL THEN"
            f" round({_factor('ends[4]')} * {_arranged('upper_plain', 'ends[4]', style, whole=whole)}, 6) END",
        },
        {
            "low": "coalesce(bare, lower_end)",
            "high": "coalesce(bare, CASE WHEN ends IS NULL THEN lower_end ELSE upper_end END)",
        },
    )
    fits = " WHEN low <> floor(low) OR high <> floor(high) THEN NULL" if whole else ""
    readable = f"CASE WHEN low IS NULL OR high IS NULL OR high < low THEN NULL{fits} ELSE {{0}} END"
    return Reading(
        steps=steps,
        value=readable.format("low"),
        high=readable.format("high"),
        currency=_currency() if money else None,
    )


def _kind(kind: FieldType, *, money: bool, whole: bool, recognise: str) -> Kind:
    return Kind(
        type=kind,
        readings={style: _reading(style, money=money, whole=whole) for style in ("point", "comma")},
        evidence={
            "point": "(bare IS NOT NULL AND contains(t, '.')) OR "
            "(single IS NOT NULL AND regexp_matches(plain, '[.][0-9]{1,2}$|,[0-9]{3}[.,]'))",
            "comma": "single IS NOT NULL AND regexp_matches(plain, ',[0-9]{1,2}$|[.][0-9]{3}[.,]')",
        },
        recognise=recognise,
        marks="0123456789",
        ordered="CASE WHEN value = floor(value) AND abs(value) < 1e15 THEN CAST(CAST(value AS BIGINT) AS VARCHAR) "
        "ELSE CAST(value AS VARCHAR) END",
    )


# A leading zero marks a code; blanks that do not part thousands, a telephone number.
_NO_CODE = (
    "value IS NOT NULL AND NOT regexp_matches(t, "
    "'^[+-]?0[0-9]|[0-9][ \\x{00a0}\\x{202f}](?:[0-9]{1,2}|[0-9]{4,})(?:[^0-9]|$)')"
)
_HAS_CURRENCY = f"regexp_matches(lower(t), '[$€£¥₹]|(^|[0-9 ])({'|'.join(COMMON_CODES)})($|[0-9 ])')"

INT = _kind(FieldType.INT, money=False, whole=True, recognise=_NO_CODE)
NUMBER = _kind(FieldType.NUMBER, money=False, whole=False, recognise=_NO_CODE)
MONEY = _kind(FieldType.MONEY, money=True, whole=False, recognise=f"value IS NOT NULL AND {_HAS_CURRENCY}")
