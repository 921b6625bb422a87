"""Phrases in texts: which known words stand in a cell, which of them decide, and how sure that is.

Longer phrases take their words first, so a vice president is no president. What is left decides by the effect each
phrase has, and then by the order the table states.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from segaudit.model.derived import Effect, Found, Phrase, Several, Words
from segaudit.text.titles import Word, phrase_spellings, title_words

_SURE_PHRASE = 0.95  # several words
_SURE_WORD = 0.9
_SURE_PART = 0.8  # a part of a word
_RIVAL = 0.8  # another phrase tells another value
_SLIP = 0.8  # a word is one letter off
_SHORTEST_SLIP = 7  # letters of the word that was meant
_CACHED = 200_000  # cells


@dataclass(frozen=True, slots=True)
class _Known:
    """A phrase, ready to be looked for."""

    words: tuple[str, ...]  # folded, with stars
    phrase: Phrase
    sure: float


@dataclass(frozen=True, slots=True)
class _Match:
    known: _Known
    start: int
    slips: int

    @property
    def end(self) -> int:
        return self.start + len(self.known.words)


class PhraseReader:
    """Reads cells by a table of phrases."""

    def __init__(self, table: Words) -> None:
        """Index the phrases by their first word."""
        self._table = table
        self._several = table.several
        self._order = {value: rank for rank, value in enumerate(table.order)}
        self._endings = sorted(table.endings, key=lambda pair: -len(pair[0]))
        known = [item for phrase in table.phrases for item in _ready(phrase)]
        words = {word for item in known for word in item.words}
        self._vocabulary = {word for word in words if "*" not in word}
        self._starred = sorted(word for word in words if "*" in word and word != "*")
        self._long = sorted(word for word in self._vocabulary if len(word) >= _SHORTEST_SLIP)
        self._by_first: dict[str, list[_Known]] = {}
        for item in known:
            self._by_first.setdefault(item.words[0], []).append(item)
        self.read = lru_cache(_CACHED)(self._read)
        self._meant = lru_cache(_CACHED)(self._find_meant)

    def __reduce__(self) -> tuple[type["PhraseReader"], tuple[Words]]:
        """Travel as the table: what was read already stays behind."""
        return PhraseReader, (self._table,)

    def _read(self, text: str) -> Found:
        """Return what a cell tells; nothing if no phrase is known, or only one that says the title is not held."""
        words = title_words(text)
        matches = self._matches(words)
        left = _after_effects(matches, words)
        telling = [match for match in left if match.known.phrase.value]
        if not telling:
            former = [match for match in matches if match.known.phrase.effect is Effect.FORMER]
            return Found(value=None, why=_said(former[0], words) if former else "")
        best = min(telling, key=self._rank)
        return Found(
            value=best.known.phrase.value,
            sure=self._sureness(best, telling, len(words)),
            why=_said(best, words),
        )

    def _rank(self, match: _Match) -> tuple[float, float, float, int]:
        value = match.known.phrase.value
        sure = match.known.sure * _SLIP**match.slips
        highest = self._order.get(value, len(self._order)) if self._several is Several.HIGHEST else 0
        return (highest, -sure, -len(match.known.words), match.start)

    def _sureness(self, best: _Match, telling: Sequence[_Match], count: int) -> float:
        """Return how sure the value is: more so the more of the cell it rests on, less with a rival or a slip."""
        sure = best.known.sure
        sure += (1 - sure) * len(best.known.words) / count / 2
        rivals = self._several is Several.SUREST and any(
            match.known.phrase.value != best.known.phrase.value and match.known.sure >= best.known.sure - 0.1
            for match in telling
        )
        return sure * (_RIVAL if rivals else 1.0) * _SLIP**best.slips

    def _matches(self, words: Sequence[Word]) -> list[_Match]:
        """Return the phrases that stand in a text, no word taken twice: the longest first, then the most exact."""
        forms = [self._meant(word.text) for word in words]
        found = [
            _Match(item, start, sum(slips for _, slips in forms[start : start + len(item.words)]))
            for start in range(len(words))
            for first in forms[start][0]
            for item in self._by_first.get(first, ())
            if self._stands(item.words, start, forms, words)
        ]
        found.sort(key=lambda match: (*_exactness(match.known.words), match.start))
        taken: set[int] = set()
        kept = []
        for match in found:
            if taken.isdisjoint(range(match.start, match.end)):
                taken.update(range(match.start, match.end))
                kept.append(match)
        return sorted(kept, key=lambda match: match.start)

    @staticmethod
    def _stands(
        phrase: Sequence[str], start: int, forms: Sequence[tuple[frozenset[str], int]], words: Sequence[Word]
    ) -> bool:
        end = start + len(phrase)
        if end > len(words) or words[start].part != words[end - 1].part:
            return False
        return all(word == "*" or word in forms[start + offset][0] for offset, word in enumerate(phrase))

    def _find_meant(self, word: str) -> tuple[frozenset[str], int]:
        """Return the words of phrases that a word is, and whether a letter had to be mended."""
        found = self._spelt(word)
        if found:
            return found, 0
        for ending, becomes in self._endings:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                found = self._spelt(word.removesuffix(ending) + becomes)
                if found:
                    return found, 0
        if len(word) >= _SHORTEST_SLIP - 1:
            near = process.extract(word, self._long, scorer=OSA.distance, score_cutoff=1, limit=2)
            # A letter more or less at the end makes another word, not a slip: advisor, advisory.
            if len(near) == 1 and near[0][0][:-1] != word[: len(near[0][0]) - 1] and near[0][0][0] == word[0]:
                return frozenset([near[0][0]]), 1
        return frozenset(), 0

    def _spelt(self, word: str) -> frozenset[str]:
        exact = {word} & self._vocabulary
        return frozenset(exact | {pattern for pattern in self._starred if _fits(word, pattern)})


def _ready(phrase: Phrase) -> Iterable[_Known]:
    for words in phrase_spellings(phrase.words):
        if not words or words[0] == "*":
            continue
        usual = _SURE_PART if _stars(words) and len(words) == 1 else _SURE_WORD if len(words) == 1 else _SURE_PHRASE
        yield _Known(words, phrase, usual if phrase.sure is None else phrase.sure)


def _stars(words: Sequence[str]) -> int:
    return sum("*" in word for word in words)


def _exactness(words: Sequence[str]) -> tuple[int, int, int]:
    """Return what sorts the more exact of two phrases first: more words, fewer stars, more letters beside them."""
    return -len(words), _stars(words), -sum(map(len, words))


def _fits(word: str, pattern: str) -> bool:
    """Tell whether a word is a longer one that begins, ends, or begins and ends as a pattern says."""
    start, _, end = pattern.partition("*")
    return len(word) > len(start) + len(end) and word.startswith(start) and word.endswith(end)


def _said(match: _Match, words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words[match.start : match.end])


def _after_effects(matches: Sequence[_Match], words: Sequence[Word]) -> list[_Match]:
    """Return the matches that may decide: without bosses' and former titles, and without what others outdo."""
    left = [match for match in matches if match.known.phrase.effect is not Effect.FORMER]
    for match in matches:
        here = words[match.start]
        match match.known.phrase.effect:
            case Effect.FORMER:
                left = _without_former(left, match, words)
            case Effect.HELPER:
                left = [m for m in left if m.start <= match.start or words[m.start].segment != here.segment]
            case Effect.ONLY if match in left:
                left = [m for m in left if m is match or words[m.start].part != here.part]
            case Effect.LAST if match in left and _is_last(match, words):
                left = [m for m in left if m is match or words[m.start].part != here.part]
    return left


def _is_last(match: _Match, words: Sequence[Word]) -> bool:
    return match.end == len(words) or words[match.end].part != words[match.start].part


def _without_former(left: list[_Match], former: _Match, words: Sequence[Word]) -> list[_Match]:
    """Take out the title that is no longer held: behind the word in its part, or all before a word that ends it."""
    here = words[former.start]
    behind = [match for match in left if match.start > former.start and words[match.start].part == here.part]
    if not behind:
        part = here.part if former.start and words[former.start - 1].part == here.part else here.part - 1
        behind = [match for match in left if match.start < former.start and words[match.start].part == part]
    return [match for match in left if match not in behind]
