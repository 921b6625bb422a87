"""Words of headers and of the names of files and sheets."""

import re

from segaudit.text.folding import fold_header

_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")
# Words that begin or end the header of a column of keys.
_KEY_WORDS = frozenset(
    {"id", "key", "number", "no", "num", "nr", "code", "ref", "reference", "uuid", "guid",
     "nummer", "kennung", "schlussel", "numero", "identifiant", "identificador", "codigo", "codice"}
)  # fmt: skip
_KEY_COMPOUNDS = ("nummer", "nr", "kennung", "schlussel")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of_header(header: str, *, numbers: bool = False) -> tuple[str, ...]:
    """Return the words of a header in small letters, in their order; HasCrCard has three.

    Args:
        header: As it stands there.
        numbers: Whether a number is a word, too.
    """
    pattern = _WORD_OR_NUMBER if numbers else _WORD
    return tuple(word.casefold() for word in pattern.findall(_HUMP.sub(" ", header)))


def names_key(header: str) -> bool:
    """Tell whether a header is that of a column of keys: order_no, Bestellnr, Código, invoiceId."""
    words = [*map(fold_header, words_of_header(header))]
    return bool(words) and (not _KEY_WORDS.isdisjoint((words[0], words[-1])) or words[-1].endswith(_KEY_COMPOUNDS))
