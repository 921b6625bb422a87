"""Names of companies: legal form taken off, usual abbreviations written out."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow.compute as pc
from cleanco import termdata

from segaudit.identity.standardise.bytewise import (
    BLANK,
    DIGITS,
    LETTERS,
    WORDS,
    Column,
    Mask,
    Table,
    Texts,
    byte_table,
)
from segaudit.identity.standardise.folding import plain, plain_text
from segaudit.identity.standardise.tokens import Words, boolean, replaced, texts_of, where_texts
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("name", "compact", "acronym", "legal")
_AND = ("and", "und", "et", "y", "e", "og", "och")
_ARTICLES = ("the",)  # before the name, and behind it where names are sorted: Apple Pan, The
_SITE = r"([a-z0-9-]{3,})\.(?:com|net|org|co\.uk|com\.au|com\.br)\b"  # amazon.com
_SITE_HINT = r"\.(?:com?|net|org)\b"
# Small words that belong to a legal form together only: S.A. de C.V., S. en C., Sp. z o.o., spol. s r.o., sp. k.
_LINKED = (
    ("de", "cv"), ("de", "rl"), ("en", "c"), ("s", "en"), ("c", "por"), ("por", "a"), ("z", "oo"), ("z", "zoo"),
    ("sp", "zoo"), ("s", "ro"), ("sp", "k"), ("sp", "j"), ("sp", "p"), ("s", "de"), ("sc", "de"),
)  # fmt: skip
_CLOSING = ","  # what follows a legal form behind it is a place or another name: Acme AG (Bern); Acme N.V., Delft
_CLOSING_SIGNS = "[,;(/|]"
_WORDS_AND_CLOSING = byte_table(LETTERS + DIGITS + _CLOSING, dropped="'`")
_LEAST_LETTERS = (
    3  # of a form taken from cleanco: those of two letters are listed in the rules, as far as they are safe
)
# Words among cleanco's that end the names of other things more often.
_NO_FORM = frozenset("and ba col coop dat ent etat fop koop private sad sem sep ses soc sogepa stg the vat".split())


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the name without legal form, the same without blanks, its first letters, and the legal form.

    ``The Smith & Jones Mfg. Co., Inc.`` -> name ``smith jones manufacturing``, compact ``smithjonesmanufacturing``,
    acronym ``sjm``, legal ``co inc``. A name that is nothing but a legal form keeps it. Names of one word and names
    beyond ASCII have no acronym.
    """
    words, closing = _words(_without_site(plain(texts)))
    left = ~(words.among(_ARTICLES) & (words.first | words.last))
    left &= ~(words.among(_AND) & ~words.first & ~words.last)
    left |= ~words.spread(words.any_of_row(left))
    words, closing = words.kept(left), closing[left]
    forms = legal_forms(tuple(sorted((form, *of) for form, of in lists.legal_forms.items())))
    legal = _legal_words(words, closing, forms)
    name = words.kept(~legal).renamed(lists.company_words).joined()
    return {
        "name": name,
        "compact": pc.replace_substring(name, " ", ""),
        "acronym": acronyms(name),
        "legal": words.kept(legal).renamed({form: short for form, (short, _) in forms.items()}).joined(),
    }


def _words(texts: Column) -> tuple[Words, Mask]:
    """Return the words, and of each whether a sign closes the part of the name it stands in."""
    signs = boolean(pc.match_substring_regex(texts, _CLOSING_SIGNS))
    if not signs.any():
        words = Words.of(_worded(texts, WORDS))
        return words, np.zeros(len(words.flat), np.bool_)
    spaced = pc.replace_substring_regex(texts.filter(signs), _CLOSING_SIGNS, f" {_CLOSING} ")
    words = Words.of(_worded(replaced(texts, signs, spaced), _WORDS_AND_CLOSING))
    sign = words.among((_CLOSING,))
    return words.kept(~sign), words.before(sign)[~sign]


def _without_site(texts: Column) -> Column:
    """Return names without the ending of a web address: ``booking.com`` -> ``booking``."""
    found = boolean(pc.match_substring_regex(texts, _SITE_HINT))
    return (
        replaced(texts, found, pc.replace_substring_regex(texts.filter(found), _SITE, r"\1")) if found.any() else texts
    )


@cache
def legal_forms(own: tuple[tuple[str, str, str], ...]) -> dict[str, tuple[str, str]]:
    """Return the words legal forms are made of -> (short form, "end", "start" or "anywhere").

    Args:
        own: Those of the rules folder, which come before cleanco's: (word, short form, place).
    """
    groups = (*termdata.terms_by_type.values(), *termdata.terms_by_country.values())
    terms = _worded(texts_of([plain_text(term) for terms in groups for term in terms]), WORDS).to_pylist()
    words = {term for term in terms if term and " " not in term and len(term) >= _LEAST_LETTERS} - _NO_FORM
    return {**{word: (word, "end") for word in sorted(words)}, **{form: (short, at) for form, short, at in own}}


def _worded(texts: Column, table: Table) -> Column:
    """Return folded texts as words; single letters in a row are one word: ``s. a. de c.v.`` -> ``sa de cv``."""
    words = Texts.of(texts).translated(table)
    data = words.data
    if len(data) < 3:  # noqa: PLR2004 - a letter, a blank and a letter
        return words.array()
    blank = data == BLANK
    begins = np.zeros(len(data) + 1, np.bool_)
    begins[1:] = blank
    begins[words.offsets] = True
    ends = np.append(blank, True)
    ends[words.offsets] = True
    letter = begins[:-1] & ends[1:] & (data >= ord("a")) & (data <= ord("z"))
    between = np.zeros(len(data), np.bool_)
    between[1:-1] = blank[1:-1] & letter[:-2] & letter[2:]
    return (words.kept(~between) if between.any() else words).array()


def _legal_words(words: Words, closing: Mask, forms: Mapping[str, tuple[str, str]]) -> Mask:
    """Tell of each word whether it belongs to the legal form; of each row at least one does not."""
    places = np.array([*(place for _, place in forms.values()), ""])[words.places_in(forms)]
    anywhere, leading = places == "anywhere", places == "start"
    form = (places != "") | _linked(words)
    # A part ends where its row does, and where a sign closes it.
    begins = np.zeros(len(words.flat) + 1, np.bool_)
    begins[1:] = closing
    begins[words.offsets] = True
    parts = words if not closing.any() else Words(words.flat, np.flatnonzero(begins))
    legal: Mask = parts.run_to_end(form) | (anywhere & ~words.first) | (leading & words.first & ~words.last)
    legal &= ~words.first | leading
    nothing_left = words.spread(~words.any_of_row(~legal))
    return legal & ~(nothing_left & words.first)


def _linked(words: Words) -> Mask:
    """Tell of each word whether it and its neighbour make part of a legal form that neither is alone: de cv, s en c."""
    known = sorted({word for pair in _LINKED for word in pair})
    numbers = words.places_in(known)
    found = np.zeros(len(words.flat), np.bool_)
    for link, following in _LINKED if (numbers >= 0).any() else ():
        first = (numbers == known.index(link)) & words.before(numbers == known.index(following))
        found |= first | words.behind(first)
    return found


def acronyms(names: Column) -> Column:
    """Return the first letters of the words of ASCII names of two words and more, else null."""
    several = boolean(pc.and_(pc.string_is_ascii(names), pc.match_substring(names, " ")))
    texts = Texts.of(where_texts(several, names))
    begins = np.zeros(len(texts.data) + 1, np.bool_)
    begins[1:] = texts.data == BLANK
    begins[texts.offsets] = True
    return texts.kept(begins[:-1]).array()
