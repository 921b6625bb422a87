"""Folding: what makes two spellings of a word equal."""

import unicodedata


def fold_header(header: str) -> str:
    """Fold a column header: no accents, no case, only letters and digits; ``E-Mail Adresse`` -> ``emailadresse``."""
    if header.isascii():
        return "".join(filter(str.isalnum, header.lower()))
    plain = unicodedata.normalize("NFKD", header.casefold())
    return "".join(character for character in plain if character.isalnum())


def fold(text: str) -> str:
    """Fold a value: trimmed, NFKC, case-folded; `` ﬁnance`` with the ligature -> ``finance``."""
    return fold_case(text).strip()


def fold_case(text: str) -> str:
    """Fold a value and leave the white space around it: NFKC, case-folded."""
    if text.isascii():
        return text.lower()
    # Case folding can undo the normal form and the other way round; two rounds settle it.
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once).casefold()
