"""Currencies and units that are mixed within one column of amounts: sums over it mean nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, few, share_of
from segaudit.quality.finders.unit_names import unit_of
from segaudit.sql.kinds.currencies import COMMON_CODES, SYMBOLS
from segaudit.sql.values import KEPT_TRIMMED

_MINORITY = 0.2  # of the cells: units in fewer are suspected, in more the column has two ways of writing
_MOST_VALUES = 20_000  # of a text column that is taken for measures
_MOSTLY = 0.8  # of a text column's cells that are a number with a unit
_LEAST_ROWS = 3  # rows that name a unit, for a text column
_MOST_SUSPECTED = 2_000
_CURRENCIES = {
    **SYMBOLS,
    **{code: code.upper() for code in COMMON_CODES},
    "dollar": "USD",
    "dollars": "USD",
    "euros": "EUR",
    "rmb": "CNY",
    "kr": "kr",
}
_SCALES = {
    "k": "thousands", "tsd": "thousands", "thousand": "thousands", "m": "millions", "mm": "millions", "mn": "millions",
    "mio": "millions", "million": "millions", "millions": "millions", "b": "billions", "bn": "billions",
    "mrd": "billions", "billion": "billions", "lakh": "lakhs", "lac": "lakhs", "cr": "crores", "crore": "crores",
}  # fmt: skip
_PERCENT = {"%": "percent", "pct": "percent", "percent": "percent"}
_PLAIN = "plain numbers"
_WORD = re.compile(r"[a-z]{0,2}\$|[€£¥₹₽₩%]|zł|[^\W\d_]+\.?")
_NUMBER, _DIGIT = re.compile(r"[\d.,]+"), re.compile(r"\d")
_MEASURE = re.compile(
    r"[^\w]{0,3}[a-z$€£¥₹]{0,4}\s*[-+]?\s*\d[\d.,' \u00a0]*\s*[^\W\d_]{0,10}%?\.?\s*[a-z$€£¥₹]{0,4}", re.IGNORECASE
)


def find_mixed_units(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Yield a remark for each column that mixes currencies, scales or units, and its minority cells as suspicions.

    Settings: ``minority`` (share of cells up to which a unit is suspected), ``most_values`` (of a text column).
    """
    has_currency = data.of_field("currency") is not None
    for reading in data.readings:
        counted = _written(data, reading, check)
        if not counted:
            continue
        filled = data.coverage[reading.column.position].filled
        named = sum(rows for _, rows in counted)
        plain = filled - named if reading.type in NUMERIC_TYPES else 0
        read = [(value, rows, _words(value)) for value, rows in counted]
        if not has_currency:
            yield from _mixed(
                reading, check, [(v, n, _currency(words)) for v, n, words in read], plain, "currencies", ""
            )
        scaled = [(value, rows, _scale(value, words, reading)) for value, rows, words in read]
        yield from _mixed(reading, check, scaled, plain, "scales", _PLAIN)
        yield from _mixed(reading, check, [(v, n, _unit(words)) for v, n, words in read], plain, "units", _PLAIN)


def _written(data: QualityData, reading: ColumnReading, check: Check) -> list[Counted]:
    """Return a column's cells that hold more than a bare number; of a text column only if it holds measures."""
    position = reading.column.position
    if reading.type in NUMERIC_TYPES:
        # Bare numbers are most cells; what the engine can cast is one, and is left out before anything is looked at.
        query = (
            f"SELECT {KEPT_TRIMMED} AS t, sum(n) AS rows FROM {data.grouped(position)} "
            "WHERE try_cast(v AS DOUBLE) IS NULL AND regexp_matches(v, '[0-9]') "
            f"GROUP BY t ORDER BY rows DESC, t LIMIT {_MOST_VALUES}"
        )
        return [(str(value), int(rows)) for value, rows in ask(data, query)]
    if reading.type not in {FieldType.TEXT, FieldType.ENUM} or reading.column.field is not None:
        return []
    frequent = data.coverage[position].frequent
    if not frequent or not all(_MEASURE.fullmatch(value.strip()) for value, _ in frequent):
        return []
    if not few(data, position, int(share_of(check, "most_values", _MOST_VALUES))):
        return []
    values = data.values(position)
    measures = [(value, rows) for value, rows in values if _MEASURE.fullmatch(value)]
    total, fit = sum(rows for _, rows in values), sum(rows for _, rows in measures)
    with_unit = sum(rows for value, rows in measures if _words(value))
    return measures if fit >= _MOSTLY * total and with_unit >= _LEAST_ROWS else []


def _mixed(  # noqa: PLR0913, PLR0917 - one column seen in one way
    reading: ColumnReading,
    check: Check,
    written: Sequence[tuple[str, int, str]],
    plain: int,
    what: str,
    otherwise: str,
) -> Iterator[Suspicion | ColumnRemark]:
    """Yield what is to say of a column whose cells name several units.

    Args:
        reading: The column.
        check: Whose finding it is.
        written: Cells with their rows and the unit they name; "" if none.
        plain: Rows of bare numbers.
        what: What the units are.
        otherwise: The unit of a cell that names none; "" if that says nothing.
    """
    rows: Counter[str] = Counter()
    for _, count, unit in written:
        rows[unit or otherwise] += count
    rows[otherwise] += plain
    silent = rows.pop("", 0)
    rows += Counter()  # drops what no row holds
    if len(rows) <= 1 and not (what == "currencies" and silent and rows):
        return
    total = rows.total() + silent
    usual, most = rows.most_common(1)[0]
    if len(rows) == 1 and most > total / 2:
        return  # one currency, left out in some cells
    foreign = {
        unit
        for unit, count in rows.items()
        if unit != usual and count <= share_of(check, "minority", _MINORITY) * total
    }
    if len(rows) == 1:
        foreign = {usual}  # a few cells name a currency: the others may well be in another
    counts = [f"{count:,} {unit}" for unit, count in rows.most_common()] + [f"{silent:,} without"] * (silent > 0)
    confidence = 0.7 if what == "currencies" and len(rows) > 1 else 0.5
    yield ColumnRemark(
        check=check.id,
        positions=(reading.column.position,),
        message=f"mixes {what}: " + ", ".join(counts),
        rows=total - most - silent if len(rows) > 1 else most,
        rows_checked=total,
        confidence=confidence,
    )
    suspected = [(value, count, unit) for value, count, unit in written if (unit or otherwise) in foreign]
    for value, count, unit in suspected[:_MOST_SUSPECTED]:
        because = f"is in {unit or otherwise}, where {max(most, silent):,} of {total:,} rows are " + (
            usual if len(rows) > 1 and most >= silent else "without a currency"
        )
        yield Suspicion(
            check=check.id, position=reading.column.position, value=value, rows=count, confidence=confidence,
            because=because,
        )  # fmt: skip


def _words(value: str) -> list[str]:
    return list(_split(_NUMBER.sub(" ", value.lower())))


@lru_cache(maxsize=4096)
def _split(shape: str) -> tuple[str, ...]:
    """Return the words of a cell without its digits, a currency that is written onto its scale as two."""
    words: list[str] = []
    for word in (found.rstrip(".") or found for found in _WORD.findall(shape)):
        code = next((code for code in _CURRENCIES if len(code) == len("usd") and word.startswith(code)), "")
        words += [code, word[len(code) :]] if code and word[len(code) :] in _SCALES else [word]
    return tuple(words)


def _currency(words: Sequence[str]) -> str:
    return next((_CURRENCIES[word] for word in words if word in _CURRENCIES), "")


def _scale(value: str, words: Sequence[str], reading: ColumnReading) -> str:
    """Return the scale that stands behind a number; one letter is a scale of money and of numbers only."""
    behind = _words(value[found.start() :]) if (found := _DIGIT.search(value)) else []
    of_numbers = reading.type in NUMERIC_TYPES or bool(_currency(words))
    return next((_SCALES[word] for word in behind if word in _SCALES and (of_numbers or len(word) > 1)), "")


def _unit(words: Sequence[str]) -> str:
    """Return the unit that is neither a currency nor a scale: %, kg, hours."""
    # Only units that are known: what else stands beside a number is a remark ("approx.") or a slip of the pen.
    return next((found for word in words if (found := _PERCENT.get(word) or unit_of(word))), "")
