"""Words of names put right by the other words of their column: misspelt, written as they sound, run together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA

from segaudit.identity.standardise import phonetic

Names = Sequence[Sequence[str]]

_SHORTEST = 5  # letters below which one slip makes another word
_USUAL = 5  # so many times as many names have the right word
_LONG_SOUND = 4  # consonants from which a word is known by its sound
_NO_VOWEL = r"[^aeiouy]"
_SHORTEST_PART = 2  # letters of each of two words that are run together


def mended(names: Names) -> list[list[str]]:
    """Return the words of names, put right.

    A word that is misspelt would else pass for the rarest of its name, and so for the one that tells most. It is what
    many times as many names have, and is one slip away or sounds the same: ``Filips`` where others are ``Philips``. To
    sound the same, the vowels have to be the same as well: ``Phelps`` is another. A word is two run together if some
    name has both of them.
    """
    parted = _parted(names)
    right = _right_words(Counter(word for words in parted for word in set(words)))
    return [[right.get(word, word) for word in words] for words in parted] if right else parted


def _parted(names: Names) -> list[list[str]]:
    having: dict[str, set[int]] = {}
    for place, words in enumerate(names):
        for word in words:
            having.setdefault(word, set()).add(place)
    parts = {word: found for word in having if (found := _parts(word, having))}
    return [[part for word in words for part in parts.get(word, (word,))] for words in names]


def _parts(word: str, having: Mapping[str, set[int]]) -> tuple[str, str] | None:
    """Return the two words that one is made of, both of which some name has; None if it is one."""
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, second = word[:at], word[at:]
        if first in having and second in having and not having[first].isdisjoint(having[second]):
            return first, second
    return None


def _right_words(held: Mapping[str, int]) -> dict[str, str]:
    """Return misspelt words -> what they should be.

    Args:
        held: Word -> how many names have it.
    """
    words = [word for word in held if len(word) >= _SHORTEST and word.isalpha()]
    words.sort(key=lambda word: (-held[word], word))
    texts = pa.array(words, pa.string())
    consonants, vowels = phonetic(texts).to_pylist(), pc.replace_substring_regex(texts, _NO_VOWEL, "").to_pylist()
    first: dict[str, str] = {}  # trace -> the word with it that most names have
    right = {}
    for word, sound, vowel in zip(words, consonants, vowels, strict=True):
        near = [first.setdefault(trace, word) for trace in _traces(word)]
        usual = [other for other in near if OSA.distance(word, other, score_cutoff=1) <= 1]
        if len(sound) >= _LONG_SOUND:
            usual.append(first.setdefault(f"{sound}/{vowel.replace('y', 'i')}", word))
        best = min(usual, key=lambda other: (-held[other], other))
        if held[best] >= _USUAL * held[word]:
            right[word] = best
    return right


def _traces(word: str) -> Iterator[str]:
    """Yield a word, and what is left of it without one letter: two words that are a slip apart share one of these."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
