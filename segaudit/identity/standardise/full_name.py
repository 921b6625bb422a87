"""Whole names in one cell: taken apart into given names and family name."""

import numpy as np
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, LETTERS, Column, Mask, byte_table, counted, worded
from segaudit.identity.standardise.family_name import family_of, particles
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.given_name import first_and_rest
from segaudit.identity.standardise.tokens import Words, boolean, null_texts, replaced
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("given", "rest", "family", "parts", "generation")
_COMMA = ","
_BRACKET = r"[(\[]"
_REMARK = r"^(.*[^\s(\[].*?)\s*[(\[][^)\]]*[)\]]?\s*$"
_HYPHENS = byte_table(LETTERS + DIGITS + "-", dropped="'`")
_HYPHENS_AND_COMMAS = byte_table(LETTERS + DIGITS + "-,", dropped="'`")


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the parts of names written either way round.

    ``Smith, Ann B.`` and ``Dr. Ann B. Smith, PhD`` -> given ``ann``, rest ``b``, family ``smith``. Of one word the
    family is null, unless a form of address stands before it: Mr Smith. Between given and family names the last word
    decides, with the particles before it.
    """
    words, titled = _without_titles(_words(_without_remark(plain(texts))), lists)
    comma = words.among((_COMMA,))
    words, generation = _settled(words, comma, lists) if comma.any() else _plainly_settled(words, lists)
    comma = words.among((_COMMA,))
    family = _straight(words, lists) | words.spread(titled & (words.counts == 1))
    if comma.any():
        turned = words.spread(words.any_of_row(comma))
        family = np.where(turned, words.run_from_start(~comma), family)
    of_family = family_of(worded(words.kept(family).joined()), lists)
    of_given = first_and_rest(Words.of(worded(words.kept(~family & ~comma).joined())))
    return {
        "given": of_given["name"],
        "rest": of_given["rest"],
        "family": of_family["name"],
        "parts": of_family["parts"],
        "generation": pc.coalesce(generation, of_family["generation"]),
    }


def _words(texts: Column) -> Words:
    """Return the words, those with a hyphen whole, and each comma as a word of its own."""
    if not pc.any(pc.match_substring(texts, _COMMA)).as_py():
        words = Words.of(worded(texts, _HYPHENS))
    else:
        words = Words.of(worded(pc.replace_substring(texts, _COMMA, " , "), _HYPHENS_AND_COMMAS))
    if not pc.any(pc.match_substring(texts, "-")).as_py():
        return words
    # A dash among blanks is no hyphen, and a word of dashes none at all.
    return words.kept(~words.among("-" * length for length in range(1, 9)))


def _without_remark(texts: Column) -> Column:
    """Return names without what stands in brackets behind them."""
    found = boolean(pc.match_substring_regex(texts, _BRACKET))
    if not found.any():
        return texts
    return replaced(texts, found, pc.replace_substring_regex(texts.filter(found), _REMARK, r"\1"))


def _without_titles(words: Words, lists: StandardLists) -> tuple[Words, Mask]:
    """Leave out the forms of address before names, and tell of each row whether it had any."""
    titles = words.among(lists.names_of_kind("title"))
    # Mr. and Mrs. Smith
    linking = words.among(lists.names_of_kind("linking")) & words.behind(titles)
    leading = words.run_from_start(titles | linking | words.among((_COMMA,))) & ~words.last
    titled = words.any_of_row(titles & leading)
    return words.kept(~leading), titled


def _straight(words: Words, lists: StandardLists) -> Mask:
    """Tell of each word whether it belongs to the family name at the end: the last word, and particles before it.

    A single letter is an initial, no particle: John D Smith.
    """
    particle = particles(words, lists)
    if particle.any():
        particle &= pc.greater(pc.binary_length(words.flat), 1).to_numpy(zero_copy_only=False)
        return words.run_to_end(particle | words.last) & ~words.first
    return words.last & ~words.first


def _plainly_settled(words: Words, lists: StandardLists) -> tuple[Words, Column]:
    """Leave out degrees and generation of names without a comma; the generation beside them."""
    known = {**lists.names_of_kind("degree"), **lists.names_of_kind("generation")}
    ends = words.run_to_end(words.among(known)) & ~words.first
    if not ends.any():
        return words, null_texts(len(words.counts))
    return words.kept(~ends), _generation(words.kept(ends), lists)


def _settled(words: Words, comma: Mask, lists: StandardLists) -> tuple[Words, Column]:
    """Do the same where there are commas; a comma that then parts nothing goes as well."""
    # Smith, Dr. Ann: what addresses her stands behind the comma.
    inner = words.among(lists.names_of_kind("title")) & words.behind(comma) & ~words.last
    words = words.kept(~inner)
    comma = words.among((_COMMA,))
    generations = words.among(lists.names_of_kind("generation"))
    plain_ends = words.run_to_end(words.among(lists.names_of_kind("degree")) | generations | comma)
    # Short degrees are names too: Yo-Yo Ma. They count behind a comma.
    short = words.among([*lists.names_of_kind("degree"), *lists.names_of_kind("after_comma")])
    seen = counted(words.behind(comma))
    late = seen[1:] > np.repeat(seen[words.offsets[:-1]], words.counts)
    short_ends = words.run_to_end(short | generations | comma) & (late | comma)
    # Smith, Jr., John: between two commas, or before the only one.
    inside = generations & (words.before(comma) | words.behind(comma)) & (words.behind(comma) | ~words.last)
    taken = (plain_ends | short_ends | inside) & ~words.first
    parted = words.behind(inside) & comma & words.spread(_has_two(words, comma))
    generation = _generation(words.kept(taken), lists)
    words = words.kept(~taken & ~parted)
    return words.kept(~(words.among((_COMMA,)) & (words.last | words.first))), generation


def _has_two(words: Words, mask: Mask) -> Mask:
    before = counted(mask)
    return before[words.offsets[1:]] - before[words.offsets[:-1]] > 1


def _generation(words: Words, lists: StandardLists) -> Column:
    """Return the first generation among words."""
    known = lists.names_of_kind("generation")
    return first_and_rest(words.kept(words.among(known)).renamed(known))["name"]
