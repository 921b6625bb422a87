"""Telephone numbers: one form however a number is written, with or without its country."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, Column, Mask, Texts, byte_table
from segaudit.identity.standardise.dialling import at_home, international, without_trunk
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import boolean, null_texts, replaced, where_texts
from segaudit.rulebook.standards import StandardLists
from segaudit.text.phones import calling_code

COLUMNS = ("number", "national", "extension", "tail")
_DIALLED = byte_table(DIGITS + "+", others="", beyond=False)
_ONLY_DIGITS = byte_table(DIGITS, others="", beyond=False)
_HAS_LETTERS = r"[a-z#].*[0-9]"
_EXTENSION = (
    r"[ ,;./(-]*(?:x|#|ext(?:ension|n)?|extn|dw|durchwahl|nst|poste|anexo|ramal|interno|int|app|opt)"
    r"[^0-9a-z]*([0-9]{1,6})[ )]*$"
)
_SPREADSHEET = r"^\s*\+?([0-9]{7,})\.0+\s*$"
_TWO_NUMBERS = r"^(.*?[0-9][^/;,|]{5,}?)(?:\s*[/;,|]|\s+(?:or|oder|ou|o|and|und|et|y)\s).*$"
_ZERO_IN_BRACKETS = r"^(.*?[0-9].*?)\(0\)"
_POWER_OF_TEN = r"[0-9]e\+?[0-9]"
_OTHER_END = r"^((?:[^0-9]*[0-9]){7,}[^0-9/]*)/\s*[0-9]{1,3}\s*$"  # 415 555 2671 / 72
_MENDED = ((_ZERO_IN_BRACKETS, r"\1"), (_SPREADSHEET, r"\1"), (_OTHER_END, r"\1"), (_POWER_OF_TEN, ""))
_LEAST, _MOST, _TAIL = 5, 15, 7
_ONE_DIGIT = "^(?:" + "|".join(f"{digit}+" for digit in DIGITS) + ")$"


def standardise(texts: Column, _lists: StandardLists | None = None, regions: Column = None) -> dict[str, Column]:
    """Return the number in the international form without +, as dialled within its country, extension and end.

    ``+49 (0)30 1234-567 ext. 12`` and, with the region DE, ``030/1234567`` -> number ``49301234567``, national
    ``301234567``, tail ``1234567``. Where the country is not to be told, number is the digits as they stand without
    zeros before them. National has no zeros before it in any country, so that numbers of one record meet whether their
    country is known or not. A number nobody has (one digit over and over, 1234567890) is null.

    Args:
        texts: The cells.
        regions: ISO 3166 codes: an array as long as texts, or one for all; null or none where unknown.
    """
    folded, extension = _without_extension(_mended(plain(texts)))
    dialled = Texts.of(folded).translated(_DIALLED).array()
    number, national = _read(dialled, _regions(regions, len(texts)))
    somebodys = ~_nobodys(national)
    number, national = where_texts(somebodys, number), where_texts(somebodys, national)
    return {
        "number": number,
        "national": national,
        "extension": where_texts(somebodys, extension),
        "tail": pc.utf8_slice_codeunits(national, -_TAIL),
    }


def _mended(texts: Column) -> Column:
    """Return cells without what is no part of the number: a zero nobody dials from abroad, a spreadsheet's .0."""
    for pattern, left in _MENDED:
        found = boolean(pc.match_substring_regex(texts, pattern))
        if found.any():
            some = texts.filter(found)
            # Of 4.15E+09 the digits are lost.
            by = pc.replace_substring_regex(some, pattern, left) if left else null_texts(len(some))
            texts = replaced(texts, found, by)
    return texts


def _regions(regions: Column, length: int) -> Column:
    """Return regions as a dictionary array."""
    if isinstance(regions, str | None):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, np.int32)), pa.array([regions], pa.string()))
    return regions.dictionary_encode()


def _without_extension(texts: Column) -> tuple[Column, Column]:
    """Return folded texts without the extension, and the extensions; of two numbers in a cell the first is left."""
    extension = null_texts(len(texts))
    found = boolean(pc.match_substring_regex(texts, _HAS_LETTERS))
    if found.any():
        found &= boolean(pc.match_substring_regex(texts, _EXTENSION))
        some = texts.filter(found)
        extension = replaced(extension, found, pc.replace_substring_regex(some, "^.*?" + _EXTENSION, r"\1"))
        texts = replaced(texts, found, pc.replace_substring_regex(some, _EXTENSION, ""))
    long = boolean(pc.greater(pc.binary_length(texts), _MOST))
    if long.any():
        several = long & _has_too_many_digits(texts)
        if several.any():
            texts = replaced(texts, several, pc.replace_substring_regex(texts.filter(several), _TWO_NUMBERS, r"\1"))
    return texts, extension


def _has_too_many_digits(texts: Column) -> Mask:
    return Texts.of(texts).translated(_ONLY_DIGITS).lengths > _MOST


def _read(dialled: Column, regions: Column) -> tuple[Column, Column]:
    """Return number and national number of what was dialled."""
    plus = boolean(pc.starts_with(dialled, "+"))
    zeros = boolean(pc.starts_with(dialled, "00")) & ~plus
    digits = pc.replace_substring(dialled, "+", "") if boolean(pc.match_substring(dialled, "+")).any() else dialled
    digits = replaced(digits, zeros, pc.utf8_slice_codeunits(digits.filter(zeros), 2)) if zeros.any() else digits
    abroad = plus | zeros
    number, national = without_trunk(digits)
    groups: list[tuple[Mask, str | None]] = [(abroad, None)] if abroad.any() else []
    places = regions.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    for place, region in enumerate(regions.dictionary.to_pylist()):
        if region is not None and calling_code(region.upper()):
            groups.append(((places == place) & ~abroad, region.upper()))
    for rows, region in groups:
        if rows.any():
            some = digits.filter(pa.array(rows))
            found = international(some) if region is None else at_home(some, region)
            number, national = replaced(number, rows, found[0]), replaced(national, rows, found[1])
    return number, national


def _nobodys(national: Column) -> Mask:
    """Tell of each number whether nobody has it: too short or long, one digit over and over, or digits in a row."""
    length = pc.binary_length(national)
    odd = pc.or_(pc.less(length, _LEAST), pc.greater(length, _MOST))
    odd = pc.or_(odd, pc.match_substring_regex(national, _ONE_DIGIT))
    odd = pc.or_(odd, pc.is_in(national, value_set=pa.array(sorted(_in_a_row()))))
    return boolean(pc.fill_null(odd, fill_value=True))


@cache
def _in_a_row() -> frozenset[str]:
    """Return the numbers somebody made up by going along the keys."""
    runs = {keys[:length] for keys in ("1234567890123", "9876543210") for length in range(_LEAST, len(keys) + 1)}
    return frozenset({*runs, "5551234567"})
