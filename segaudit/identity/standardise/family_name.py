"""Family names: particles joined to the name they belong to, double names, and which of two generations."""

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column, Mask, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.given_name import first_and_rest
from segaudit.identity.standardise.tokens import Words, null_texts
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("name", "parts", "generation")
_JOINED = "\x01"  # behind a particle: the blank after it goes


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the family name as one word, its parts and the generation.

    ``van der Berg-Smith, Jr.`` -> name ``vanderbergsmith``, parts ``vanderberg smith``, generation ``jr``.
    """
    return family_of(worded(plain(texts)), lists)


def family_of(names: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the standard forms of family names given as words with one blank between them."""
    words = Words.of(names)
    if words.single:
        return {"name": names, "parts": names, "generation": null_texts(len(names))}
    words, generation = without_generation(_without_ends(words, lists), lists)
    between = words.among(lists.names_of_kind("joining")) & ~words.first & ~words.last
    parts = _particles_joined(words.kept(~between), lists)
    return {"name": pc.replace_substring(parts, " ", ""), "parts": parts, "generation": generation}


def without_generation(words: Words, lists: StandardLists) -> tuple[Words, Column]:
    """Take Jr, Sr, II, III and IV off the end of names; returned beside them as jr, sr, ii, iii, iv."""
    known = lists.names_of_kind("generation")
    found = words.run_to_end(words.among(known)) & ~words.first
    if not found.any():
        return words, null_texts(len(words.counts))
    return words.kept(~found), first_and_rest(words.kept(found).renamed(known))["name"]


def _without_ends(words: Words, lists: StandardLists) -> Words:
    """Return names without the forms of address before them and the degrees behind; never without any word."""
    titles = words.run_from_start(words.among(lists.names_of_kind("title")))
    words = words.kept(~titles | words.last)
    degrees = words.run_to_end(words.among(lists.names_of_kind("degree")))
    return words.kept(~degrees | words.first)


def particles(words: Words, lists: StandardLists) -> Mask:
    """Tell of each word whether it is a particle before another word."""
    return words.among(lists.names_of_kind("particle")) & ~words.last


def _particles_joined(words: Words, lists: StandardLists) -> Column:
    """Return names with particles joined to what follows: ``van der berg smith`` -> ``vanderberg smith``."""
    mask = particles(words, lists)
    if not mask.any():
        return words.joined()
    standard = {word: form for word, form in lists.names_of_kind("particle").items() if form}
    named = pc.if_else(pa.array(mask), words.renamed(standard).flat, words.flat)
    marked = pc.binary_join_element_wise(named, pc.if_else(pa.array(mask), _JOINED, ""), "")
    return pc.replace_substring(Words(marked, words.offsets).joined(), f"{_JOINED} ", "")
