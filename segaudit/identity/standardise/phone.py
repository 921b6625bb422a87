"""Telephone numbers: one form however a number is written, with or without its country."""

from functools import cache
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import PhoneMetadata

from segaudit.identity.standardise.bytewise import DIGITS, Texts, byte_table
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import boolean
from segaudit.rulebook.standards import StandardLists
from segaudit.text.phones import calling_code, calling_code_of

COLUMNS = ("number", "national", "extension", "tail")
_DIALLED = byte_table(DIGITS + "+", others="")
_EXTENSION = r"[ ,;./-]*(?:x|#|ext(?:ension|n)?|extn|dw|durchwahl|poste|anexo|ramal|int)[^0-9a-z]*([0-9]{1,6})$"
_LEAST, _MOST, _TAIL = 5, 15, 7
_NORTH_AMERICA = 10  # digits of a number there without the 1 before it
_ZERO_STAYS = frozenset((39, 378, 379, 225, 242, 241))  # calling codes behind which a leading zero is part of the number


def standardise(texts: Any, lists: StandardLists | None = None, regions: Any = None) -> dict[str, Any]:  # noqa: ANN401, ARG001 - pyarrow has no types; each kind takes the lists
    """Return the number in the international form without +, as dialled within its country, extension and end.

    ``+49 (0)30 1234-567 ext. 12`` and, with the region DE, ``030/1234567`` -> number ``49301234567``, national
    ``301234567``, tail ``1234567``. Where the country is not to be told, number is the digits as they stand without
    zeros before them. A number nobody has (one digit over and over, 1234567890) is null.

    Args:
        texts: The cells.
        lists: Not used.
        regions: ISO 3166 codes: an array as long as texts, or one for all; null or none where unknown.
    """
    folded = plain(texts)
    folded, extension = _without_extension(folded)
    if pc.any(pc.match_substring(folded, "(0)")).as_py():
        folded = pc.replace_substring(folded, "(0)", "")
    dialled = Texts.of(folded).translated(_DIALLED).array()
    number, national = _read(dialled, _regions(regions, len(texts)))
    nobody = _nobodys(national)
    missing = pa.scalar(None, pa.string())
    number, national = pc.if_else(nobody, missing, number), pc.if_else(nobody, missing, national)
    return {
        "number": number,
        "national": national,
        "extension": pc.if_else(pc.is_valid(number), extension, missing),
        "tail": pc.utf8_slice_codeunits(national, -_TAIL),
    }


def _regions(regions: Any, length: int) -> Any:  # noqa: ANN401 - as above
    if regions is None:
        return pa.nulls(length, pa.string()).dictionary_encode()
    if isinstance(regions, str):
        return pa.array([regions] * length, pa.string()).dictionary_encode()
    return regions.dictionary_encode()


def _without_extension(texts: Any) -> tuple[Any, Any]:
    """Return folded texts without the extension, and the extensions."""
    found = boolean(pc.match_substring_regex(texts, r"[a-z#].*[0-9]$"))
    extension = pa.nulls(len(texts), pa.string())
    if not found.any():
        return texts, extension
    mask = pa.array(found & boolean(pc.match_substring_regex(texts, _EXTENSION)))
    some = texts.filter(mask)
    extension = pc.replace_with_mask(extension, mask, pc.replace_substring_regex(some, "^.*" + _EXTENSION, r"\1"))
    return pc.replace_with_mask(texts, mask, pc.replace_substring_regex(some, _EXTENSION, "")), extension


def _read(dialled: Any, regions: Any) -> tuple[Any, Any]:
    """Return number and national number of what was dialled."""
    plus = boolean(pc.starts_with(dialled, "+"))
    zeros = boolean(pc.starts_with(dialled, "00"))
    digits = pc.replace_substring(dialled, "+", "") if pc.any(pc.match_substring(dialled, "+")).as_py() else dialled
    if zeros.any():
        digits = pc.if_else(pa.array(zeros & ~plus), pc.utf8_slice_codeunits(digits, 2), digits)
    abroad = plus | zeros
    number, national = _bare(digits)
    if abroad.any():
        mask = pa.array(abroad)
        ours = _international(digits.filter(mask))
        number = pc.replace_with_mask(number, mask, ours[0])
        national = pc.replace_with_mask(national, mask, ours[1])
    codes = regions.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    for index, region in enumerate(regions.dictionary.to_pylist()):
        here = (codes == index) & ~abroad
        if not here.any() or not calling_code(region.upper()):
            continue
        mask = pa.array(here)
        ours = _at_home(digits.filter(mask), region.upper())
        number = pc.replace_with_mask(number, mask, ours[0])
        national = pc.replace_with_mask(national, mask, ours[1])
    return number, national


def _bare(digits: Any) -> tuple[Any, Any]:
    """Return digits of a country nobody knows: as they are, and without what is dialled before a number at home."""
    stripped = pc.ascii_ltrim(digits, "0")
    stripped = pc.if_else(pc.equal(pc.binary_length(stripped), 0), pa.scalar(None, pa.string()), stripped)
    american = pc.and_(pc.equal(pc.binary_length(digits), _NORTH_AMERICA + 1), pc.match_substring_regex(digits, "^1[2-9]"))
    return stripped, pc.if_else(american, pc.utf8_slice_codeunits(digits, 1), stripped)


def _international(digits: Any) -> tuple[Any, Any]:
    """Return digits that begin with a calling code, without the zero dialled at home behind it, and without the code."""
    heads = pc.utf8_slice_codeunits(digits, 0, 3).dictionary_encode()
    codes = [calling_code_of(head) for head in heads.dictionary.to_pylist()]
    sizes = np.array([len(str(code)) if code else 0 for code in codes] or [0])
    size = sizes[heads.indices.fill_null(0).to_numpy(zero_copy_only=False)]
    texts = Texts.of(digits)
    start = np.minimum(texts.offsets[:-1] + size, texts.offsets[1:])
    rest = texts.cut(start, texts.offsets[1:]).array()
    code = texts.cut(texts.offsets[:-1], start).array()
    national = pc.ascii_ltrim(rest, "0")
    stays = pc.is_in(code, value_set=pa.array(sorted(map(str, _ZERO_STAYS))))
    number = pc.binary_join_element_wise(pc.fill_null(code, ""), pc.fill_null(pc.if_else(stays, rest, national), ""), "")
    return number, national


def _at_home(digits: Any, region: str) -> tuple[Any, Any]:
    """Return number and national number of digits dialled within a country, with its calling code before them or not."""
    code = str(calling_code(region))
    prefix, shape = _plan(region)
    own = r"^" + code + r"0?(" + shape + ")$"
    local = r"^(?:" + prefix + r")?(" + shape + ")$" if prefix else r"^(" + shape + ")$"
    at_home = boolean(pc.match_substring_regex(digits, local))
    with_code = boolean(pc.match_substring_regex(digits, own)) & ~at_home
    national = _bare(digits)[1]
    number = national
    for found, pattern in ((at_home, local), (with_code, own)):
        if found.any():
            mask = pa.array(found)
            some = pc.replace_substring_regex(digits.filter(mask), pattern, r"\1")
            national = pc.replace_with_mask(national, mask, pc.ascii_ltrim(some, "0"))
            full = pc.binary_join_element_wise(pa.scalar(code), some, "")
            number = pc.replace_with_mask(number, mask, full)
    return number, national


@cache
def _plan(region: str) -> tuple[str, str]:
    """Return the patterns of what is dialled before a number within a country, and of the number; no groups in them."""
    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.general_desc is None or not plan.general_desc.national_number_pattern:
        return "", "[0-9]{4,14}"
    prefix = "" if plan.national_prefix_transform_rule else plan.national_prefix_for_parsing or ""
    return _grouped(prefix), _grouped(plan.general_desc.national_number_pattern)


def _grouped(pattern: str) -> str:
    return pattern.replace("(?:", "(").replace("(", "(?:")


def _nobodys(national: Any) -> Any:  # noqa: ANN401 - as above
    """Tell of each number whether nobody has it: too short or long, one digit over and over, or digits in a row."""
    length = pc.binary_length(national)
    few = pc.or_(pc.less(length, _LEAST), pc.greater(length, _MOST))
    same = "^(" + "|".join(f"{digit}+" for digit in DIGITS) + ")$"
    row = pc.is_in(national, value_set=pa.array(sorted(_ROWS), pa.string()))
    return pc.fill_null(pc.or_(pc.or_(few, pc.match_substring_regex(national, same)), row), fill_value=True)


_UP = "1234567890" * 2
_ROWS = frozenset(
    {_UP[:length] for length in range(_LEAST, 12)} | {"0123456789"[:n] for n in range(_LEAST, 11)}
    | {"9876543210"[:n] for n in range(_LEAST, 11)} | {"5551234567"[:n] for n in (10,)}
)  # fmt: skip
_ = phonenumbers
