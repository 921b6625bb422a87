"""Postal codes: those the record's country cannot have, and those that lost the zero they begin with."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from segaudit.errors import InputError
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import placeholders, positions, table_of
from segaudit.quality.finders.countries import Judged, country_codes, raw_beside_country, rows_of, suspicions
from segaudit.quality.finders.lost_zeros import Lost, doubt_zeros
from segaudit.rulebook.location import RulesLocation
from segaudit.sql.kinds import TRIMMED, quoted
from segaudit.text.places import english_name

_LIST = "lists/postcodes.csv"
_CODE = "ltrim(upper(t), chr(39))"  # an apostrophe keeps spreadsheets from taking the zero away
_MOST = 20_000  # different codes and countries
_TOLD_ZERO = 0.95
_TWO_ZEROS = 0.85
_OTHER_SHAPE = 0.85
_ANY_DIGIT = 0.7  # of a zero, in a file whose codes keep theirs
_UNRELATED = 0.3  # share of a country's codes from which foreign ones are no slips
_FEW = 5
_TWO_LOST = frozenset({"US", "PR"})  # countries with codes that begin with two zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a country's codes are written."""

    pattern: re.Pattern[str]
    digits: int  # of codes that are digits only and may begin with a zero; 0 where none does


def find_postcode_country(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find postal codes that do not have the form of the record's country."""
    codes = country_codes(data)
    forms = _load_forms(data.location)
    known = {spelling: code for spelling, code in codes.items() if code in forms}
    for position in positions(data, "postal_code") if known else ():
        table = _odd_codes(data, position, codes, {code: forms[code] for code in known.values()})
        missing = placeholders(data, position)
        sums = data.engine.fetch(f"SELECT code, sum(rows), sum(zeros) FROM {table} GROUP BY code")
        query = f"SELECT odd, code, rows FROM {table} WHERE odd <> '' ORDER BY rows DESC, odd, code LIMIT {_MOST}"
        odd = [
            (str(text), str(code), int(rows))
            for text, code, rows in data.engine.fetch(query)
            if str(text).lower() not in missing
        ]
        judged, unlike = _judge_all(odd, forms, {str(code): int(rows) for code, rows, _ in sums})
        judged = _doubted(data, position, codes, judged, forms, {str(code): int(zeros) for code, _, zeros in sums})
        yield from suspicions(data, check.id, position, codes, judged)
        for code, (rows, total) in unlike.items():
            message = (
                f"{rows:,} of {total:,} codes of records in {english_name(code)} do not look like codes of that country"
            )
            yield ColumnRemark(
                check=check.id, positions=(position,), message=message, rows=rows, rows_checked=total, confidence=0.7
            )


def _odd_codes(data: QualityData, position: int, codes: Mapping[str, str], forms: Mapping[str, _Form]) -> str:
    """Return the table of the cells ``odd`` that do not have the form of the record's country ``code``, with ``rows``.

    All others of a country stand there as one, odd being '' and rows theirs together; zeros of them begin with a zero.
    """
    relation, parameters = raw_beside_country(data, position, codes)
    wrong = " ".join(
        f"WHEN {quoted(code)} THEN NOT regexp_full_match({_CODE}, {quoted(forms[code].pattern.pattern)})"
        for code in sorted(forms)
    )
    # Grouped as they are written, so that each different cell is trimmed and held against its form once.
    written = f"SELECT v, code, count(*) AS n FROM {relation} WHERE v <> '' AND code <> '' GROUP BY v, code"
    return table_of(
        data,
        f"postcodes_{position}",
        f"SELECT code, CASE WHEN CASE code {wrong} END THEN t ELSE '' END AS odd, sum(n) AS rows, "
        "CAST(coalesce(sum(n) FILTER (starts_with(ltrim(t, chr(39)), '0')), 0) AS BIGINT) AS zeros "
        f"FROM (SELECT {TRIMMED} AS t, code, n FROM ({written})) WHERE t <> '' GROUP BY code, odd",
        **parameters,
    )


def _judge_all(
    odd: Iterable[tuple[str, str, int]], forms: Mapping[str, _Form], totals: Mapping[str, int]
) -> tuple[list[Judged], dict[str, tuple[int, int]]]:
    """Judge the codes; of countries whose codes often look foreign, only say how many do.

    There the columns do not belong together, or the list does not know a form that is in use.
    """
    by_country: dict[str, list[Judged]] = defaultdict(list)
    for text, code, rows in odd:
        by_country[code].append(_judge(text, code, rows, forms[code]))
    judged: list[Judged] = []
    unlike: dict[str, tuple[int, int]] = {}
    for code, ones in by_country.items():
        foreign = sum(one.rows for one in ones if one.suggestion is None)
        if foreign > _FEW and foreign > _UNRELATED * totals[code]:
            unlike[code] = (sum(one.rows for one in ones), totals[code])
        else:
            judged.extend(ones)
    return judged, unlike


def _doubted(  # noqa: PLR0913, PLR0917 - a column and what is known of its codes
    data: QualityData,
    position: int,
    codes: Mapping[str, str],
    judged: list[Judged],
    forms: Mapping[str, _Form],
    kept: Mapping[str, int],
) -> list[Judged]:
    """Return the verdicts with less certainty where the file speaks against a lost zero."""
    lost = {
        (one.text, one.code): Lost(text=one.text, code=one.code, whole=one.suggestion, rows=one.rows)
        for one in judged
        if one.suggestion is not None and one.text.isdigit()
    }

    def fits(text: str, code: str) -> bool:
        return code in forms and forms[code].pattern.fullmatch(text.upper()) is not None

    elsewhere, unsure = doubt_zeros(data, position, codes, lost.values(), kept=kept, fits=fits)
    doubted = []
    for one in judged:
        asked = lost.get((one.text, one.code))
        if asked in elsewhere:
            because = (
                f"the city stands in {english_name(elsewhere[asked])}, which has such codes; is the country right?"
            )
            doubted.append(replace(one, suggestion=None, confidence=_OTHER_SHAPE, because=because))
        elif asked in unsure:
            because = f"{one.because}, or another digit; other codes of the place or the column say so"
            doubted.append(replace(one, confidence=min(one.confidence, _ANY_DIGIT), because=because))
        else:
            doubted.append(one)
    return doubted


def _judge(text: str, code: str, rows: int, form: _Form) -> Judged:
    place = english_name(code)
    lost = form.digits - len(text)
    plain = text.removesuffix(".0")
    if plain != text and form.pattern.fullmatch(plain.zfill(form.digits)):
        because = "a number with decimals instead of a code"
        suggestion = plain.zfill(form.digits)
        return Judged(text=text, code=code, rows=rows, suggestion=suggestion, confidence=_TOLD_ZERO, because=because)
    # Two zeros only where codes begin with them: 00907 in Puerto Rico.
    if (
        text.isascii()
        and text.isdigit()
        and 0 < lost <= (2 if code in _TWO_LOST else 1)
        and form.pattern.fullmatch(text.zfill(form.digits))
    ):
        because = f"codes in {place} have {form.digits} digits: {'a zero was' if lost == 1 else 'two zeros were'} lost"
        confidence = _TOLD_ZERO if lost == 1 else _TWO_ZEROS
        suggestion = text.zfill(form.digits)
        return Judged(text=text, code=code, rows=rows, suggestion=suggestion, confidence=confidence, because=because)
    because = f"no postal code of {place} is written like this"
    return Judged(text=text, code=code, rows=rows, suggestion=None, confidence=_OTHER_SHAPE, because=because)


def _load_forms(location: RulesLocation) -> dict[str, _Form]:
    """Return how the codes of each country of the list are written.

    Raises:
        InputError: A pattern of the list cannot be read.
    """
    path = location.file(_LIST)
    forms = {}
    for line, row in enumerate(rows_of(path), start=2):
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            hint = "a pattern is a regular expression for the whole code, in capitals"
            raise InputError(f"the pattern cannot be read ({error})", where=f"{path}:{line}", hint=hint) from error
        forms[row["country"].upper()] = _Form(pattern=pattern, digits=int(row["zeros"] or 0))
    return forms
