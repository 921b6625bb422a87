"""Telephone numbers as SQL: taken apart by the numbering plans of the countries that occur, without a look at each."""

from collections.abc import Iterable, Mapping
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata

# The digits of a number, with the + of the international form, as SQL: BASE, over ``t``, is without the extension and
# the zero that is only dialled at home; FROM_BASE, over that as ``base``, without what stands between the digits.
_EXTENSION = "[ ,;]*(?:[xX#]|[eE][xX][tT]|DW|[dD]urchwahl)[^0-9]*[0-9]{1,6}$"
_MAY_HAVE_EXTENSION = (
    "(contains(t, 'x') OR contains(t, 'X') OR contains(t, '#') OR contains(t, 'W') OR contains(t, 'w'))"
)
# The extension as it goes behind an international number: `` ext. 655``, or nothing.
EXTENSION = (
    f"CASE WHEN {_MAY_HAVE_EXTENSION} AND regexp_matches(t, '{_EXTENSION}') "
    "THEN ' ext. ' || regexp_extract(t, '([0-9]{1,6})$', 1) ELSE '' END"
)
_WITHOUT = f"CASE WHEN {_MAY_HAVE_EXTENSION} THEN regexp_replace(t, '{_EXTENSION}', '') ELSE t END"
BASE = f"ltrim(replace({_WITHOUT}, '(0)', ''), chr(39))"  # an apostrophe keeps spreadsheets from working it out
_INTERNATIONAL = "CASE WHEN starts_with(base, '00') THEN '+' || base[3:] ELSE base END"
_ODD_SIGNS = "\u00a0\u2010\u2011\u2013"  # looked for in cells that are not ASCII only: it takes four times as long
FROM_BASE = (
    f"CASE WHEN strlen(base) > length(base) THEN translate({_INTERNATIONAL}, ' ()./-\t{_ODD_SIGNS}', '') "
    f"ELSE translate({_INTERNATIONAL}, ' ()./-\t', '') END"
)

# How a number is written, as SQL over ``t`` and ``base``: what it begins with, and what separates its groups.
NOTATION = (
    "concat(CASE WHEN base[1] = '+' THEN '+' WHEN starts_with(base, '00') THEN '00' ELSE '' END, "
    "CASE WHEN contains(t, '(0)') THEN '(0)' WHEN contains(t, '(') THEN '()' ELSE '' END, "
    "CASE WHEN contains(base, ' ') THEN ' ' ELSE '' END, CASE WHEN contains(t, '-') THEN '-' ELSE '' END, "
    "CASE WHEN contains(t, '.') THEN '.' ELSE '' END, CASE WHEN contains(t, '/') THEN '/' ELSE '' END, "
    f"CASE WHEN {_MAY_HAVE_EXTENSION} THEN 'x' ELSE '' END)"
)


@cache
def calling_code(region: str) -> int:
    """Return a country's calling code, 0 if there is none."""
    return phonenumbers.country_code_for_region(region)


def calling_code_of(digits: str) -> int:
    """Return the calling code that digits without a + begin with, 0 if there is none."""
    return next(
        (
            int(digits[:size])
            for size in (1, 2, 3)
            if int(digits[:size] or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        ),
        0,
    )


def international_patterns(codes: Iterable[int]) -> dict[int, str]:
    """Return the patterns of the numbers behind some calling codes."""
    patterns = {}
    for code in codes:
        regions = [r for r in phonenumbers.region_codes_for_country_code(code) if r != "001"]
        plans = [plan for region in regions if (plan := PhoneMetadata.metadata_for_region(region)) is not None]
        shapes = [plan.general_desc.national_number_pattern for plan in plans if plan.general_desc]
        # A plan with digits to spare takes the zero people leave in after the code: +49 (0)30.
        patterns[code] = "|".join(f"(?:{shape})" for shape in dict.fromkeys(filter(None, shapes))) or "[0-9]{4,14}"
    return patterns


def national_pattern(region: str) -> str | None:
    """Return the pattern of the numbers as dialled within a country; group 1 is what follows the calling code."""
    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.general_desc is None or not plan.general_desc.national_number_pattern:
        return None
    prefix = plan.national_prefix_for_parsing or ""
    if plan.national_prefix_transform_rule:
        prefix = ""  # what is dialled differs from what follows the code by more than a prefix: looked at one by one
    prefix = prefix.replace("(?:", "(").replace("(", "(?:")
    return f"(?:{prefix})?({plan.general_desc.national_number_pattern.replace('(?:', '(').replace('(', '(?:')})"


def judge_number(text: str, region: str | None) -> tuple[str, str | None]:
    """Return what a number is in a country (none: it begins with +), and its E.164 form if it is one.

    Returns:
        "fine", "unused" (no number in use begins like this), "local" (without the area code), "short", "long" or
        "none".
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "none", None
    if phonenumbers.is_valid_number(number):
        return "fine", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    reason = phonenumbers.is_possible_number_with_reason(number)
    kinds: Mapping[int, str] = {
        phonenumbers.ValidationResult.IS_POSSIBLE: "unused",
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "local",
        phonenumbers.ValidationResult.TOO_SHORT: "short",
        phonenumbers.ValidationResult.TOO_LONG: "long",
    }
    return kinds.get(reason, "unused"), None
