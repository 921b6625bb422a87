"""Numbers that carry check digits, and do not have the right ones: bank accounts and VAT numbers."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask
from segaudit.quality.finders.countries import Judged, beside_country, country_codes, suspicions
from segaudit.quality.finders.secrets_in_text import IBAN_LENGTHS, is_iban, is_luhn
from segaudit.text.places import english_name

_MOST = 50_000  # different numbers and countries that are looked at
_UNLIKE = 0.3  # share of wrong ones from which the column holds something else
_CONFIDENCE = 0.95
_LEAST, _MOSTLY = 10, 0.7  # numbers, and the share of right ones, from which a column's country is known by them
_Found: TypeAlias = tuple[str, str, int]  # number, country, rows
_SIGNS = re.compile(r"[\s.\-/']+")
_PREFIX = re.compile(r"[A-Z]{2}(?=[0-9A-Z]*[0-9])")


def find_wrong_check_digits(data: QualityData, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    """Yield account and VAT numbers whose check digits or length are wrong; nothing is suggested.

    VAT numbers are judged by the country they begin with, else by the record's, else by the one whose rule most of the
    column keeps, where that rule is known. Where many are wrong, the column holds something else: one remark says so.
    """
    codes = country_codes(data)
    for field, judge in (("bank_account", _judge_iban), ("vat_id", _judge_vat)):
        reading = data.of_field(field)
        if reading is None:
            continue
        position = reading.column.position
        relation, parameters = beside_country(data, position, codes)
        query = (
            f"SELECT t, code, count(*) AS rows FROM {relation} WHERE t <> '' GROUP BY t, code "
            f"ORDER BY rows DESC, t, code LIMIT {_MOST}"
        )
        missing = data.parameters(position)["placeholders"]
        found = [
            (str(text), str(code), int(rows))
            for text, code, rows in ask(data, query, **parameters)
            if str(text).lower() not in missing
        ]
        home = _home(found) if field == "vat_id" else ""
        yield from _told(data, check, position, codes, _judged(found, judge, home))


def _home(found: Sequence[_Found]) -> str:
    """Return the country by whose rule most numbers without a country are right; one in ten would be by chance."""
    bare = [(_SIGNS.sub("", text), rows) for text, code, rows in found if not code]
    right = {
        country: sum(
            rows
            for number, rows in bare
            if len(number) == length and number.isascii() and number.isdigit() and is_right(number)
        )
        for country, (length, is_right) in _VAT.items()
    }
    total = sum(rows for _, rows in bare)
    home = max(right, key=lambda country: right[country])
    return home if total >= _LEAST and right[home] >= _MOSTLY * total else ""


def _judged(found: Iterable[_Found], judge: Callable[[str, str], str | None], home: str) -> list[tuple[Judged, bool]]:
    """Return the numbers that can be judged, and of each whether it is wrong."""
    judged = []
    for text, code, rows in found:
        because = judge(_SIGNS.sub("", text).upper(), code or home)
        if because is not None:
            one = Judged(text=text, code=code, rows=rows, suggestion=None, confidence=_CONFIDENCE, because=because)
            judged.append((one, bool(because)))
    return judged


def _told(
    data: QualityData, check: Check, position: int, codes: Mapping[str, str], judged: list[tuple[Judged, bool]]
) -> Iterator[Suspicion | ColumnRemark]:
    rows = sum(one.rows for one, _ in judged)
    wrong = [one for one, is_wrong in judged if is_wrong]
    failed = sum(one.rows for one in wrong)
    if failed > _UNLIKE * rows:
        message = f"{failed:,} of {rows:,} numbers have wrong check digits; the column may hold something else"
        yield ColumnRemark(
            check=check.id, positions=(position,), message=message, rows=failed, rows_checked=rows, confidence=0.5
        )
    elif wrong:
        yield from suspicions(data, check.id, position, codes, wrong)


def _judge_iban(number: str, _: str) -> str | None:
    """Return what is wrong with an account number; "" for nothing, None where nobody can tell."""
    length = IBAN_LENGTHS.get(number[:2], 0)
    if not length or not number.isascii() or not number.isalnum():
        return None  # an account number of another kind
    if len(number) != length:
        return f"an IBAN of {english_name(number[:2])} has {length} characters, and this one {len(number)}"
    return "" if is_iban(number) else "the check digits of the IBAN are wrong"


def _judge_vat(number: str, code: str) -> str | None:
    """Return what is wrong with a VAT number; "" for nothing, None where nobody can tell."""
    prefix = _PREFIX.match(number)
    country, digits = (prefix[0], number[2:]) if prefix and prefix[0] in _VAT else (code, number)
    if country not in _VAT or not digits.isascii() or not digits.isdigit():
        return None
    length, is_right = _VAT[country]
    if len(digits) != length:
        return f"a VAT number of {english_name(country)} has {length} digits, and this one {len(digits)}"
    return "" if is_right(digits) else f"the check digit of the VAT number is wrong ({english_name(country)})"


def _german(digits: str) -> bool:
    product = 10
    for digit in map(int, digits[:8]):
        product = 2 * ((digit + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[8])


def _french(digits: str) -> bool:
    return (12 + 3 * (int(digits[2:]) % 97)) % 97 == int(digits[:2])


def _belgian(digits: str) -> bool:
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _weighted(digits: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def _polish(digits: str) -> bool:
    return _weighted(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7)) == int(digits[9])


def _portuguese(digits: str) -> bool:
    return (11 - _weighted(digits, range(9, 1, -1))) % 11 % 10 == int(digits[8])


# Digits behind the country's letters, and whether they check. Sources: the countries' tax offices, as collected in the
# European Commission's algorithms of VAT numbers; France's letters and Spain's are not digits and are left alone.
_VAT: Mapping[str, tuple[int, Callable[[str], bool]]] = {
    "IT": (11, is_luhn),
    "DE": (9, _german),
    "FR": (11, _french),
    "BE": (10, _belgian),
    "PL": (10, _polish),
    "PT": (9, _portuguese),
}
