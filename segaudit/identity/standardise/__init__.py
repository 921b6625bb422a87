"""Raw cells -> standard forms, over the different cells of a column; the cells themselves stay as they are.

``standardise`` is the one way in: it takes a kind of value, the different cells and what the kind wants to know beside
them, and returns the forms of that kind, each a column as long as the cells, null where nothing is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise import (
    city,
    company,
    date,
    email,
    family_name,
    full_name,
    given_name,
    many,
    phone,
    places,
    postal_code,
    street,
    web,
    words,
)
from segaudit.identity.standardise.bytewise import Column
from segaudit.identity.standardise.nicknames import full_form, nickname_codes, same_nickname
from segaudit.identity.standardise.phonetic import phonetic
from segaudit.rulebook.standards import StandardLists

__all__ = ["STANDARDS", "Standard", "full_form", "nickname_codes", "phonetic", "same_nickname", "standardise"]

_AT_ONCE, _BYTES_AT_ONCE = 1 << 17, 1 << 25  # cells; what is worked on takes little memory, however long the column is
_LONGEST, _KEPT = 4096, 1000  # bytes of a cell, characters that are left of a longer one


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A kind of value and its standard forms."""

    columns: tuple[str, ...]
    function: Callable[..., dict[str, Column]]
    beside: str | None = None  # what else it takes: "regions", "countries" (an array or one for all) or "separator"


STANDARDS: Mapping[str, Standard] = {
    "given_name": Standard(columns=given_name.COLUMNS, function=given_name.standardise),
    "family_name": Standard(columns=family_name.COLUMNS, function=family_name.standardise),
    "full_name": Standard(columns=full_name.COLUMNS, function=full_name.standardise),
    "company": Standard(columns=company.COLUMNS, function=company.standardise),
    "email": Standard(columns=email.COLUMNS, function=email.standardise),
    "phone": Standard(columns=phone.COLUMNS, function=phone.standardise, beside="regions"),
    "web": Standard(columns=web.COLUMNS, function=web.standardise),
    "street": Standard(columns=street.COLUMNS, function=street.standardise),
    "postal_code": Standard(columns=postal_code.COLUMNS, function=postal_code.standardise, beside="countries"),
    "city": Standard(columns=city.COLUMNS, function=city.standardise),
    "state": Standard(columns=places.COLUMNS, function=places.standardise_state, beside="countries"),
    "country": Standard(columns=places.COLUMNS, function=places.standardise_country),
    "date": Standard(columns=date.COLUMNS, function=date.standardise),
    "words": Standard(columns=words.COLUMNS, function=words.standardise),
    "many": Standard(columns=many.COLUMNS, function=many.standardise, beside="separator"),
}


def standardise(
    kind: str, texts: Column, lists: StandardLists, beside: Column | str | None = None
) -> dict[str, Column]:
    """Return the standard forms of the different cells of a column.

    Of cells of more than 4,096 bytes the first 1,000 characters count: no name is longer.

    Args:
        kind: One of STANDARDS.
        texts: Arrow array of strings, (n,); blanks and placeholders are null.
        lists: What is known of words, hosts and providers.
        beside: What the kind takes beside the cells: for "phone" regions, for "postal_code" and "state" countries, as
            an Arrow array (n,) or one ISO 3166 code for all; for "many" the separator; None where it is not known.

    Returns:
        Form -> Arrow array of strings, (n,), null where nothing is known; for "many" an array of lists.
    """
    standard, texts = STANDARDS[kind], _one_array(texts)
    beside = _one_array(beside) if isinstance(beside, pa.Array | pa.ChunkedArray) else beside
    found = []
    at_once = max(1, min(_AT_ONCE, _BYTES_AT_ONCE * max(len(texts), 1) // max(texts.nbytes, 1)))
    for start in range(0, max(len(texts), 1), at_once):
        part = _shortened(texts.slice(start, at_once))
        more = beside.slice(start, at_once) if isinstance(beside, pa.Array) else beside
        given = {} if standard.beside is None or more is None else {standard.beside: more}
        found.append(standard.function(part, lists, **given))
    return {column: pa.concat_arrays([part[column] for part in found]) for column in standard.columns}


def _shortened(texts: Column) -> Column:
    if (pc.max(pc.binary_length(texts)).as_py() or 0) <= _LONGEST:
        return texts
    return pc.if_else(pc.greater(pc.binary_length(texts), _LONGEST), pc.utf8_slice_codeunits(texts, 0, _KEPT), texts)


def _one_array(texts: Column) -> Column:
    """Return a column as one array of strings with 32-bit offsets."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return whole.cast(pa.string())
