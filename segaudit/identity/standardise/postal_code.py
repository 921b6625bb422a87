"""Postal codes, and the part of one that names the area."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, LETTERS, Column, Texts, byte_table
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import boolean, replaced
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("code", "area")
_SIGNIFICANT = byte_table(LETTERS + DIGITS, others="")
# What is no part of the code: the route behind a ZIP, what a spreadsheet adds to a number, the country before it.
_BESIDE = r"^\s*(?:(\d{5})[ -]\d{4}|(\d{3,8})\.0+|[A-Za-z]{1,2}-(\d{4,6}))\s*$"
_BRITISH = r"^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$"
_SHORT, _AREA, _AREA_OF_SHORT = 5, 3, 2  # signs


def standardise(texts: Column, _lists: StandardLists | None = None, countries: Column = None) -> dict[str, Column]:
    """Return the code in capitals without blanks and dashes, and its area.

    ``sw1a 1aa`` -> ``SW1A1AA`` and ``SW1A``; ``02139-4307`` -> ``02139`` and ``021``; ``D-10115`` -> ``10115``. The
    zero a spreadsheet lost is put back where the country is known to be the United States.

    Args:
        texts: The cells.
        countries: ISO 3166 codes: an array as long as texts, or one for all; null or none where unknown.
    """
    beside = boolean(pc.match_substring_regex(texts, _BESIDE))
    if beside.any():
        texts = replaced(texts, beside, pc.replace_substring_regex(texts.filter(beside), _BESIDE, r"\1\2\3"))
    code = pc.ascii_upper(Texts.of(plain(texts)).translated(_SIGNIFICANT).array())
    one = isinstance(countries, str | None)
    american = np.full(len(texts), countries == "US") if one else boolean(pc.equal(countries, "US"))
    if american.any():
        lost = american & boolean(pc.match_substring_regex(code, "^[0-9]{4}$"))
        code = pc.if_else(pa.array(lost), pc.binary_join_element_wise("0", code, ""), code)
        whole = american & boolean(pc.match_substring_regex(code, "^[0-9]{9}$"))
        code = pc.if_else(pa.array(whole), pc.utf8_slice_codeunits(code, 0, 5), code)
    return {"code": code, "area": _areas(code)}


def _areas(codes: Column) -> Column:
    """Return the outward part of British codes, of all others the first three signs, of short ones two."""
    short = pc.less(pc.utf8_length(codes), _SHORT)
    area = pc.if_else(
        short, pc.utf8_slice_codeunits(codes, 0, _AREA_OF_SHORT), pc.utf8_slice_codeunits(codes, 0, _AREA)
    )
    british = boolean(pc.match_substring_regex(codes, _BRITISH))
    if not british.any():
        return area
    return replaced(area, british, pc.replace_substring_regex(codes.filter(british), _BRITISH, r"\1"))
