"""Numbering plans: what is dialled within a country and from abroad, as the number itself.

All of it over columns of digits. The plans are those of phonenumbers, as patterns: no number is looked at alone.
"""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS_OF_CODE
from phonenumbers import PhoneMetadata

from segaudit.identity.standardise.bytewise import Column, Texts
from segaudit.identity.standardise.tokens import boolean, replaced, where_texts
from segaudit.text.phones import calling_code, calling_code_of

_NORTH_AMERICAN = "^1[2-9][0-9]{9}$"
_MEXICAN_MOBILE = "^521([0-9]{10})$"  # the 1 was dialled until 2019, and is in lists still


def without_trunk(digits: Column) -> tuple[Column, Column]:
    """Return digits of a country nobody knows without zeros before them, and without the 1 of North America."""
    bare = pc.ascii_ltrim(digits, "0")
    bare = where_texts(boolean(pc.greater(pc.binary_length(bare), 0)), bare)
    american = boolean(pc.match_substring_regex(digits, _NORTH_AMERICAN))
    if not american.any():
        return bare, bare
    return bare, replaced(bare, american, pc.utf8_slice_codeunits(digits.filter(american), 1))


def international(digits: Column) -> tuple[Column, Column]:
    """Return digits that begin with a calling code as number and national number.

    A zero dialled at home goes also where somebody left it behind the code.
    """
    heads = pc.utf8_slice_codeunits(digits, 0, 3).dictionary_encode()
    sizes = [len(str(calling_code_of(head))) if calling_code_of(head) else 0 for head in heads.dictionary.to_pylist()]
    # A null, -1 here, finds the last one.
    size = np.array([*sizes, 0])[heads.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    texts = Texts.of(digits)
    middle = np.minimum(texts.offsets[:-1] + size, texts.offsets[1:])
    code = pc.fill_null(texts.cut(texts.offsets[:-1], middle).array(), "")
    behind = pc.fill_null(texts.cut(middle, texts.offsets[1:]).array(), "")
    national = pc.ascii_ltrim(behind, "0")
    stays = pc.is_in(code, value_set=pa.array(_zero_stays()))
    number = pc.binary_join_element_wise(code, pc.if_else(stays, behind, national), "")
    mexican = boolean(pc.match_substring_regex(number, _MEXICAN_MOBILE))
    if mexican.any():
        bare = pc.replace_substring_regex(number.filter(mexican), _MEXICAN_MOBILE, r"\1")
        number = replaced(number, mexican, pc.binary_join_element_wise("52", bare, ""))
        national = replaced(national, mexican, bare)
    return number, national


@cache
def _zero_stays() -> list[str]:
    """Return the calling codes behind which a zero is part of the number, as in Italy: nobody dials it before one."""
    plans = {str(code): PhoneMetadata.metadata_for_region(regions[0]) for code, regions in REGIONS_OF_CODE.items()}
    return [code for code, plan in plans.items() if plan is not None and plan.national_prefix != "0"]


def at_home(digits: Column, region: str) -> tuple[Column, Column]:
    """Return digits dialled within a country, or from it to another one, as number and national number.

    Digits that are no number there keep their zeros off and have no calling code.
    """
    code = str(calling_code(region))
    local, with_code, transformed, abroad = _patterns(region)
    number, national = without_trunk(digits)
    left = boolean(pc.is_valid(digits))
    for pattern, form in ((local, r"\1"), (transformed, None), (with_code, r"\1")):
        if pattern is None or not left.any():
            continue
        some = (
            digits.filter(pa.array(left)) if form is not None else _transformed(digits.filter(pa.array(left)), region)
        )
        fits = boolean(pc.match_substring_regex(some, pattern))
        if not fits.any():
            continue
        rows = left.copy()
        rows[left] = fits
        found = pc.replace_substring_regex(some.filter(pa.array(fits)), pattern, form or r"\1")
        number = replaced(number, rows, pc.binary_join_element_wise(pa.scalar(code), found, ""))
        national = replaced(national, rows, pc.ascii_ltrim(found, "0"))
        left &= ~rows
    rows = left & boolean(pc.match_substring_regex(digits, abroad)) if abroad else np.zeros(len(left), np.bool_)
    if rows.any():
        found = international(pc.replace_substring_regex(digits.filter(pa.array(rows)), abroad, ""))
        number, national = replaced(number, rows, found[0]), replaced(national, rows, found[1])
    return number, national


@cache
def _patterns(region: str) -> tuple[str, str, str | None, str | None]:
    """Return the patterns of a country.

    Returns:
        Of numbers as dialled at home, and behind the country's own calling code, with the number as group 1; of numbers
        once what is dialled before them was transformed, None where nothing is; and of what is dialled before a number
        abroad.
    """
    plan = PhoneMetadata.metadata_for_region(region)
    shape = plan.general_desc.national_number_pattern if plan is not None and plan.general_desc is not None else None
    number = f"({_grouped(shape or '[0-9]{4,14}')})"
    prefix = plan.national_prefix_for_parsing if plan is not None else None
    rule = plan.national_prefix_transform_rule if plan is not None else None
    prefix = _grouped(prefix) if prefix and not rule else plan.national_prefix if plan is not None and rule else None
    local = f"^(?:{prefix})?{number}$" if prefix else f"^{number}$"
    leaving = plan.international_prefix if plan is not None else None
    abroad = f"^(?:{_grouped(leaving)})" if leaving and "~" not in leaving else None
    return local, f"^{calling_code(region)}0?{number}$", f"^{number}$" if rule else None, abroad


def _transformed(digits: Column, region: str) -> Column:
    """Return digits with what is dialled before a number made part of it: 0 11 15 of Argentina -> 9 11."""
    plan = PhoneMetadata.metadata_for_region(region)
    prefix, rule = plan.national_prefix_for_parsing, plan.national_prefix_transform_rule  # type: ignore[union-attr]
    return pc.replace_substring_regex(digits, f"^(?:{prefix})", str(rule).replace("$", "\\"), max_replacements=1)


def _grouped(pattern: str) -> str:
    """Return a pattern whose groups catch nothing."""
    return pattern.replace("(?:", "(").replace("(", "(?:")
