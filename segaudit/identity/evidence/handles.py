"""Handles of values: what records that may agree can be found by."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute, Codes
from segaudit.identity.evidence.evidence import Handle
from segaudit.identity.standardise import full_form, phonetic
from segaudit.rulebook.standards import StandardLists

_SHORTEST_WORD = 2


def exact(attribute: Attribute, share: float) -> Handle:
    """Return the value itself."""
    return Handle(name=attribute.name, codes=attribute.codes, share=share)


def _of_texts(attribute: Attribute, what: str, texts: pa.Array, share: float) -> Handle:
    """Return the handle of what is made of each value, null where nothing is."""
    encoded = texts.dictionary_encode()
    places = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    return Handle(
        name=f"{attribute.name} ({what})",
        codes=np.append(places, np.int32(MISSING))[attribute.codes],
        share=share,
    )


def beginning(attribute: Attribute, letters: int, share: float) -> Handle:
    """Return the first letters; values that are shorter have none of more than one letter."""
    begun = pc.utf8_slice_codeunits(attribute.values, 0, letters)
    if letters > 1:
        begun = pc.if_else(pc.less(pc.utf8_length(begun), letters), pa.scalar(None, pa.string()), begun)
    return _of_texts(attribute, f"first {letters}", begun, share)


def ending(attribute: Attribute, letters: int, share: float) -> Handle:
    """Return the last letters of values that are longer."""
    length = pc.utf8_length(attribute.values)
    ended = pc.utf8_slice_codeunits(pc.utf8_reverse(attribute.values), 0, letters)
    return _of_texts(
        attribute,
        f"last {letters}",
        pc.if_else(pc.greater(length, letters), ended, pa.scalar(None, pa.string())),
        share,
    )


def sound(attribute: Attribute, share: float) -> Handle:
    """Return how a name sounds."""
    return _of_texts(attribute, "how it sounds", phonetic(attribute.values), share)


def called(attribute: Attribute, lists: StandardLists, share: float) -> Handle:
    """Return the full name that a given name may be short for."""
    return _of_texts(attribute, "full form", full_form(attribute.values, lists), share)


def rarest_words(attribute: Attribute, shares: tuple[float, ...]) -> tuple[Handle, ...]:
    """Return the words that fewest values have: the rarest, the second, ...

    Which of two names' words is the rarer does not depend on the name, so two names that share most words mostly share
    these. A word that only one value has finds nothing and is passed over.
    """
    texts = attribute.values.to_pylist()
    words = [{word for word in text.split() if len(word) >= _SHORTEST_WORD} for text in texts]
    held = Counter(word for found in words for word in found)
    ranked = [sorted((word for word in found if held[word] > 1), key=lambda w: (held[w], w)) for found in words]
    handles = []
    for place, share in enumerate(shares):
        chosen = pa.array([found[place] if len(found) > place else None for found in ranked], pa.string())
        handles.append(_of_texts(attribute, f"rare word {place + 1}", chosen, share))
    return tuple(handles)


def made(attribute: Attribute, what: str, make: Callable[[str], str | None], share: float) -> Handle:
    """Return what a function makes of each value."""
    return _of_texts(
        attribute, what, pa.array([make(text) for text in attribute.values.to_pylist()], pa.string()), share
    )


def of(attribute: Attribute, codes: Codes, what: str, share: float) -> Handle:
    """Return a handle whose codes are there already."""
    return Handle(name=f"{attribute.name} ({what})", codes=codes, share=share)
