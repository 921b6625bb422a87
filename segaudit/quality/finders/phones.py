"""Telephone numbers: those no telephone can have, those of another country, and many notations in one column."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import matching, measures, once, share_of, table_of, unread
from segaudit.quality.finders.countries import Judged, country_codes, raw_beside_country, suspicions
from segaudit.sql.kinds import TRIMMED, quoted
from segaudit.text.phones import (
    BASE,
    EXTENSION,
    FROM_BASE,
    NOTATION,
    calling_code,
    calling_code_of,
    international_patterns,
    judge_number,
    national_pattern,
)
from segaudit.text.places import english_name

_LOOKED_AT = 5_000  # different odd numbers that are judged one by one
_REWRITTEN = 50_000  # different numbers that are given in the column's own notation
_LEAST_DIGITS = 7
_MOST_DIGITS = 15
_MOST_DIALLED = 18  # with the + and what may be dialled before a number
_CONFIDENCE = {"none": 0.95, "short": 0.95, "long": 0.95, "local": 0.7, "unused": 0.6}
_SAID = {
    "none": "no telephone number",
    "short": "too few digits for {place}",
    "long": "too many digits for {place}",
    "local": "the area code is missing ({place})",
    "unused": "no number in {place} begins like this",
}
_UNRELATED = 0.15  # share of numbers from another country, from which the country is not that of the number
_NEARLY_ALL = 0.4  # share of different cells from which equal ones are not put together
_USUAL = 0.5  # share of one notation from which the others are exceptions


def find_phone_impossible(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find cells that hold no number, and numbers that the record's country or their own calling code cannot have."""
    codes = country_codes(data)
    for reading in data.of_type(FieldType.PHONE):
        position = reading.column.position
        yield from _no_numbers(data, check, position)
        numbers = _odd_numbers(data, position, codes)
        odd = data.engine.fetch(f"SELECT t, code, rows FROM {numbers} WHERE calling = 0 ORDER BY rows DESC, t, code")
        judged = [
            one for text, code, rows in odd[:_LOOKED_AT] if (one := _judge(str(text), str(code), int(rows))) is not None
        ]
        yield from suspicions(data, check.id, position, codes, judged)
        if len(odd) > _LOOKED_AT:
            more = sum(int(rows) for _, _, rows in odd[_LOOKED_AT:])
            message = f"{more:,} more numbers have an unusual form; the {_LOOKED_AT:,} most frequent were looked at"
            yield ColumnRemark(check=check.id, positions=(position,), message=message, rows=more, confidence=0.5)


def _no_numbers(data: QualityData, check: Check, position: int) -> Iterator[Suspicion]:
    """Yield cells without the digits of a number, and those that repeat one digit."""
    for value, rows in unread(data, position):
        digits = sum(map(str.isdigit, value))
        if digits < _LEAST_DIGITS:
            because = f"{digits} digits make no telephone number" if digits else "words instead of a telephone number"
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=None if digits else "",
                confidence=0.95,
                because=because,
            )
    condition = "regexp_matches(t, '^[^0-9a-zA-Z]*(" + "|".join(f"(?:{d}[^0-9a-zA-Z]*)+" for d in range(10)) + ")$')"
    for value, rows in matching(data, position, condition):
        digits = sum(map(str.isdigit, value))
        if digits >= _LEAST_DIGITS:
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion="",
                confidence=0.95,
                because="one digit over and over",
            )


def _judge(text: str, code: str, rows: int) -> Judged | None:
    """Judge one odd number; None if it is fine, or nobody can tell."""
    written, text = text, text.lstrip("'")
    dialled = [character for character in text if character.isdigit()]
    if len(dialled) < _LEAST_DIGITS or len(set(dialled)) == 1:
        return None  # said already
    kind, _ = judge_number(text, code or None)
    if kind == "fine":
        return None
    own = calling_code_of("".join(dialled).removeprefix("00")) if text.startswith(("+", "00")) else calling_code(code)
    place = f"+{own}" if text.startswith(("+", "00")) else english_name(code)
    return Judged(
        text=written,
        code=code,
        rows=rows,
        suggestion=None,
        confidence=_CONFIDENCE[kind],
        because=_SAID[kind].format(place=place),
    )


def find_phone_country(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find numbers whose calling code is another country's than the record's."""
    codes = country_codes(data)
    for reading in data.of_type(FieldType.PHONE) if codes else ():
        position = reading.column.position
        numbers = _odd_numbers(data, position, codes)
        query = f"SELECT t, code, calling, rows FROM {numbers} WHERE calling > 0 ORDER BY rows DESC, t"
        found = data.engine.fetch(query)
        foreign, filled = sum(int(rows) for *_, rows in found), data.coverage[position].filled
        if foreign > share_of(check, "whole_column", _UNRELATED) * filled and len(found) > 1:
            message = f"{foreign:,} of {filled:,} numbers have a calling code of another country than the record"
            yield ColumnRemark(
                check=check.id,
                positions=(position,),
                message=message,
                rows=foreign,
                rows_checked=filled,
                confidence=0.5,
            )
            continue
        judged = [
            Judged(
                text=str(text),
                code=str(code),
                rows=int(rows),
                suggestion=None,
                confidence=share_of(check, "confidence", 0.4),
                because=f"+{calling} is not {english_name(str(code))}, where the record is",
            )
            for text, code, calling, rows in found
        ]
        yield from suspicions(data, check.id, position, codes, judged)


def find_phone_format(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find many notations in one column; numbers in a rare one get their international form where it is certain."""
    codes = country_codes(data)
    for reading in data.of_type(FieldType.PHONE):
        position = reading.column.position
        counted = data.engine.fetch(
            "SELECT notation, sum(rows) AS n, regexp_replace(min(t), '[0-9]', '9', 'g') "
            f"FROM {_dialled(data, position, codes)} GROUP BY notation ORDER BY n DESC, notation"
        )
        notations = {str(notation): int(rows) for notation, rows, _ in counted}
        total = sum(notations.values())
        if len(notations) < 2:  # noqa: PLR2004 - one notation is what one wants
            continue
        usual, rows = next(iter(notations.items()))
        listed = ", ".join(f"{example} ({count:,})" for _, count, example in counted[:5])
        yield ColumnRemark(
            check=check.id,
            positions=(position,),
            message=f"{len(notations)} notations in {total:,} numbers, such as {listed}",
            rows=total - rows,
            rows_checked=total,
        )
        yield from _odd_signs(data, check, position)
        if usual.startswith("+") and rows >= share_of(check, "usual", _USUAL) * total:
            yield from _rewritten(data, check, position, codes, usual, rows / total)


def _odd_signs(data: QualityData, check: Check, position: int) -> Iterator[Suspicion]:
    """Yield numbers whose groups are set apart by signs no telephone number has: 876|678|3469."""
    for value, rows in unread(data, position):
        mended = re.sub(r"\s*[|_;:*~]+\s*", "-", value).strip("-")
        if re.fullmatch(r"\+?[0-9 ()./-]+", mended) and _LEAST_DIGITS <= sum(map(str.isdigit, mended)) <= _MOST_DIGITS:
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=mended,
                confidence=0.9,
                because="signs between the digits that no telephone number has",
            )


def _rewritten(  # noqa: PLR0913, PLR0917 - a column, its countries and its usual notation
    data: QualityData, check: Check, position: int, codes: Mapping[str, str], usual: str, share: float
) -> Iterator[Suspicion]:
    query = (
        f"SELECT t, code, number || {EXTENSION}, sum(rows) AS rows FROM {_numbers(data, position, codes)} "
        f"WHERE number IS NOT NULL AND notation <> $usual GROUP BY ALL ORDER BY rows DESC, t, code LIMIT {_REWRITTEN}"
    )
    judged = [
        Judged(
            text=str(text),
            code=str(code),
            rows=int(rows),
            suggestion=str(number),
            confidence=0.9,
            because=f"{share:.0%} of the column is written in another way",
        )
        for text, code, number, rows in data.engine.fetch(query, {"usual": usual})
        if str(number) != str(text)
    ]
    yield from suspicions(data, check.id, position, codes, judged)


def _dialled(data: QualityData, position: int, codes: Mapping[str, str]) -> str:
    """Return the relation of a column's cells ``t`` and the records' countries ``code`` (ISO 3166; '' where unknown).

    Beside them: the ``rows`` they stand for; ``d``, the digits with the + of the international form; ``notation``.
    Where nearly all cells differ, putting equal ones together costs more than it spares; so some may stand there twice.
    """
    beside, parameters = raw_beside_country(data, position, codes)
    found = measures(data, position)
    cells = f"SELECT v, code, count(*) AS rows FROM {beside} WHERE v <> '' GROUP BY v, code"
    if found.distinct >= _NEARLY_ALL * found.filled:
        cells = f"SELECT v, code, 1 AS rows FROM {beside} WHERE v <> ''"
    table = table_of(
        data,
        f"dialled_{position}",
        f"SELECT t, code, rows, {FROM_BASE} AS d, {NOTATION} AS notation FROM "
        f"(SELECT *, {BASE} AS base FROM (SELECT {TRIMMED} AS t, code, rows FROM ({cells})))",
        **parameters,
    )
    # Filtered where it is read: above, the engine would work the digits out once more for the filter.
    return f"(SELECT * FROM {table} WHERE length(d) BETWEEN {_LEAST_DIGITS} AND {_MOST_DIALLED})"


def _numbers(data: QualityData, position: int, codes: Mapping[str, str]) -> str:
    """Return the relation of _dialled with ``number`` in E.164, and ``calling``, the code behind the +.

    ``number`` is NULL where no numbering plan was found that has it.
    """
    dialled = _dialled(data, position, codes)
    heads = once(
        data,
        f"heads {position}",
        lambda: data.engine.fetch(f"SELECT DISTINCT substr(d, 2, 3) FROM {dialled} WHERE d[1] = '+'"),
    )
    callings = {calling_code_of(str(head)) for (head,) in heads if str(head).isdigit()} - {0}
    abroad = " ".join(
        f"WHEN {code} THEN regexp_full_match(substr(d, {len(str(code)) + 2}), {quoted(shape)})"
        for code, shape in international_patterns(callings).items()
    )
    national = {code: shape for code in set(codes.values()) if (shape := national_pattern(code)) is not None}
    at_home = " ".join(
        f"WHEN {quoted(code)} THEN '+{calling_code(code)}' || nullif(regexp_extract(d, {quoted(f'^{shape}$')}, 1), '')"
        for code, shape in national.items()
    )
    number = (
        f"CASE WHEN d[1] = '+' THEN CASE WHEN {f'CASE calling {abroad} END' if abroad else 'FALSE'} THEN d END "
        f"ELSE {f'CASE code {at_home} END' if at_home else 'NULL'} END"
    )
    return f"(SELECT *, {number} AS number FROM (SELECT *, {_calling(callings)} AS calling FROM {dialled}))"


def _odd_numbers(data: QualityData, position: int, codes: Mapping[str, str]) -> str:
    """Return the table of the cells ``t`` and countries ``code`` with an odd number, with their ``rows``.

    ``calling`` is 0 where no plan has the number, else the calling code, which is another country's than the record's.
    """
    homes = {code: calling_code(code) for code in sorted(set(codes.values())) if calling_code(code)}
    home = " ".join(f"WHEN {quoted(code)} THEN {calling}" for code, calling in homes.items())
    odd = (
        "CASE WHEN number IS NULL THEN CASE WHEN code <> '' OR d[1] = '+' THEN 0 END "
        f"WHEN d[1] = '+' AND calling <> {f'CASE code {home} END' if home else 'NULL'} THEN calling END"
    )
    query = (
        f"SELECT t, code, CAST(sum(rows) AS BIGINT) AS rows, odd AS calling FROM (SELECT t, code, rows, {odd} AS odd "
        f"FROM {_numbers(data, position, codes)}) WHERE odd IS NOT NULL GROUP BY t, code, odd"
    )
    return table_of(data, f"odd_numbers_{position}", query)


def _calling(callings: Collection[int]) -> str:
    """Return SQL for the calling code of digits ``d`` that begin with +, 0 where there is none."""
    whens = " ".join(f"WHEN starts_with(d, '+{code}') THEN {code}" for code in sorted(callings))
    return f"CASE WHEN d[1] <> '+' THEN 0 {whens} ELSE 0 END"
