"""Telephone numbers in their standard forms."""

import phonenumbers
import pyarrow as pa
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from tests.standardise_support import form, forms

_MADE_UP = {"1234567", "12345678", "123456789", "234567890", "1234567890"}  # the library's examples, nobody's numbers
_LEAST = 5


@pytest.mark.parametrize(
    "cell",
    ["+49 30 1234 888", "+49 (0)30 1234-888", "0049 30 1234888", "030/1234888", "(030) 1234 888", "49 30 1234888",
     "030 1234888 ext. 12", "+4903012 34888"],
)  # fmt: skip
def test_one_number_however_written(cell: str) -> None:
    """With the country known a number is the same with and without calling code, zero, signs and extension."""
    assert form("phone", "number", cell, beside="DE") == ["49301234888"]


@pytest.mark.parametrize("cell", ["+1 415 555 2671", "1-415-555-2671", "(415) 555-2671", "415.555.2671 x9"])
def test_national_number_without_country(cell: str) -> None:
    """Where no country is known, North American numbers meet in their national form."""
    assert form("phone", "national", cell) == ["4155552671"]
    assert form("phone", "tail", cell) == ["5552671"]


def test_parts() -> None:
    """Number, national number, extension and tail stand beside each other, null where nothing is."""
    assert forms("phone", "+39 06 1234 777 int. 5", "030/1234888", None) == [
        ("39061234777", "61234777", "5", "1234777"),
        ("301234888", "301234888", None, "1234888"),
        (None, None, None, None),
    ]


@pytest.mark.parametrize(
    "cell", ["555-555-5555", "000000", "1234567890", "0123456789", "+1 111 111 1111", "12", "n/a", "4.15E+09"]
)
def test_nobodys_number(cell: str) -> None:
    """One digit over and over, digits in a row, too few digits and digits a spreadsheet lost are no number."""
    assert forms("phone", cell) == [(None, None, None, None)]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4155552671.0", "4155552671"),
        ("415-555-2671 / 415-555-2672", "4155552671"),
        ("415-555-2671 / 72", "4155552671"),
        ("415-555-2671 or 415-555-2672", "4155552671"),
        ("+52 1 55 1234 8888", "525512348888"),
        ("\uff0b49 30 1234888", "49301234888"),
    ],
)
def test_mended(cell: str, number: str) -> None:
    """A spreadsheet's decimals go, of two numbers the first stays, and wide signs are read."""
    assert form("phone", "number", cell) == [number]


def test_each_country_its_own() -> None:
    """Regions may be given for each cell; one that is null is unknown."""
    regions = ["US", "GB", None, "XX"]
    found = form("phone", "number", *["020 7946 0958"] * 4, beside=pa.array(regions))
    assert found == ["2079460958", "442079460958", "2079460958", "2079460958"]


def test_agrees_with_numbering_plans() -> None:
    """The library's example numbers of every country come out as E.164, written as at home and as from abroad."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        numbers = [
            number for kind in kinds if (number := phonenumbers.example_number_for_type(region, kind)) is not None
        ]
        numbers = [number for number in numbers if _is_somebodys(number)]
        expected = [_written(number, PhoneNumberFormat.E164).removeprefix("+") for number in numbers]
        for how in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
            cells = [_written(number, how) for number in numbers]
            assert form("phone", "number", *cells, beside=region) == expected, region
        if region != "US":
            cells = [phonenumbers.format_out_of_country_calling_number(number, "US") for number in numbers]
            assert form("phone", "number", *cells, beside="US") == expected, region


def _is_somebodys(number: phonenumbers.PhoneNumber) -> bool:
    digits = str(number.national_number)
    return phonenumbers.is_valid_number(number) and digits not in _MADE_UP and len(digits) >= _LEAST


def _written(number: phonenumbers.PhoneNumber, how: int) -> str:
    return phonenumbers.format_number(number, how)
