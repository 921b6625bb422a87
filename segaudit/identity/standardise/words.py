"""Free names of things: products, sites, titles."""

from segaudit.identity.standardise.bytewise import DIGITS, WORDS, Column, Texts, byte_table
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import texts_of
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("name", "tokens", "digits")
_DIGITS = byte_table(DIGITS, beyond=False)


def standardise(texts: Column, _lists: StandardLists | None = None) -> dict[str, Column]:
    """Return the name as words, its different words in order, and its runs of digits.

    ``The GTX-20 (the new)`` -> name ``the gtx 20 the new``, tokens ``20 gtx new the``, digits ``20``.
    """
    folded = Texts.of(plain(texts))
    name = folded.translated(WORDS).array()
    return {
        "name": name,
        "tokens": texts_of([_in_order(text) for text in name.to_pylist()]),
        "digits": folded.translated(_DIGITS).array(),
    }


def _in_order(name: str | None) -> str | None:
    return name if name is None or " " not in name else " ".join(sorted(set(name.split(" "))))
