"""The different values of a column as spellings: which are the same but for case, accents, signs, digits or a slip."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from segaudit.text.folding import fold
from segaudit.text.likeness import every_word_alike, intruders, is_misspelling, slips_allowed

DIGITS = "#"  # stands for a run of digits, whose value is no matter of spelling
_RUN = re.compile("[0-9]+")
_SIGNS = re.compile(r"[\s.,'’_\-]+")
_LEAST_FREQUENT = 4  # rows of a value that others may be misspellings of ...
_TIMES = 4  # ... and how many times as frequent as they it has to be ...
_TIMES_MEANT = 10  # ... if they stand in several rows themselves
_MOST_FREQUENT = 500  # values that others are compared with
_ESTABLISHED = 3  # rows from which a value is meant
_FAR_RARER = 20  # times as frequent: so rare is no value that is meant
_MOST = 0.97
_SYSTEMATIC = 5  # slips with the same intruding character ...
_SYSTEMATIC_SHARE = 0.5  # ... of all slips ...
_DIFFERENT = 3  # ... where so many different characters belong
_UNLIKELY = 0.45  # of the confidence is left where a whole word differs
_FIRST_LETTER = 0.75  # of it is left where the first letter differs: hands seldom slip there


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelling:
    """A spelling, and the far more frequent one that it probably means."""

    spelling: str
    means: str
    rows: int  # of what it means
    confidence: float


def masked(value: str) -> str:
    """Return a value with each run of digits as one sign: ``21 patients`` -> ``# patients``."""
    return _RUN.sub(DIGITS, value)


def runs_of_digits(value: str) -> list[str]:
    """Return what ``masked`` masks."""
    return _RUN.findall(value)


def folded_key(value: str) -> str:
    """Return what spellings of one value share: no case, no accents; no white space or signs, unless beside digits."""
    if _RUN.search(value):
        return " ".join(fold(value).split())
    bare = _SIGNS.sub("", fold(value))
    if bare.isascii():
        return bare
    return "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))


def find_misspellings(counted: Mapping[str, int]) -> list[Misspelling]:
    """Return the rare spellings that are probably a frequent one with a slip.

    How many values that are surely meant are as close to a more frequent one tells how much closeness is worth: among
    given names nothing, among industries nearly all.

    Args:
        counted: Rows by spelling, digits masked.
    """
    ranked = sorted(counted, key=lambda spelling: (-counted[spelling], spelling))
    frequent = [spelling for spelling in ranked[:_MOST_FREQUENT] if counted[spelling] >= _LEAST_FREQUENT]
    pairs = {text: of for text in ranked if (of := _closest(text, frequent, counted, _times(text, counted)))}
    if not pairs:
        return []
    systematic = systematic_intruders(pairs)
    pairs |= _corrupted(ranked, frequent, systematic, counted, pairs)
    meant = [text for text in ranked if counted[text] >= _ESTABLISHED and not _is_far_rarer(text, pairs, counted)]
    alike = sum(_closest(text, frequent, counted, 1) is not None for text in meant)
    by_chance = (alike + 0.5) / (len(meant) + 4)
    rare = [text for text in ranked if counted[text] < _ESTABLISHED]
    slips = sum(text in pairs for text in rare)
    base = (slips - by_chance * len(rare)) / slips if slips else 1 - by_chance
    base = max(0.0, min(base, 1 - by_chance))
    return [
        Misspelling(spelling=text, means=of, rows=counted[of], confidence=base * _sure(text, of, systematic, counted))
        for text, of in sorted(pairs.items())
    ]


def _times(text: str, counted: Mapping[str, int]) -> int:
    return _TIMES if counted[text] < _ESTABLISHED else _TIMES_MEANT


def _closest(text: str, frequent: Sequence[str], counted: Mapping[str, int], times: int) -> str | None:
    """Return the closest value that is so many times as frequent and may have been meant."""
    allowed = slips_allowed(len(text) + 1)
    if not allowed:
        return None
    far = [each for each in frequent if counted[each] >= times * counted[text] and each != text]
    for of, _, _ in process.extract(text, far, scorer=OSA.distance, score_cutoff=allowed, limit=3):
        if is_misspelling(text, of) and (counted[of] > counted[text] or of < text):
            return str(of)
    return None


def _is_far_rarer(text: str, pairs: Mapping[str, str], counted: Mapping[str, int]) -> bool:
    return text in pairs and counted[pairs[text]] >= _FAR_RARER * counted[text]


def _corrupted(
    ranked: Sequence[str],
    frequent: Sequence[str],
    systematic: frozenset[str],
    counted: Mapping[str, int],
    known: Mapping[str, str],
) -> dict[str, str]:
    """Return the spellings that are a frequent one but for systematic intruders, however many of them."""
    by_length: dict[int, list[str]] = {}
    for of in frequent:
        by_length.setdefault(len(of), []).append(of)
    found: dict[str, str] = {}
    for text in ranked:
        if text in known or systematic.isdisjoint(text):
            continue
        least = _times(text, counted) * counted[text]
        means = [
            of
            for of in by_length.get(len(text), ())
            if counted[of] >= least and all(a == b or a in systematic for a, b in zip(text, of, strict=True))
        ]
        if len(means) == 1 and means[0] != text:
            found[text] = means[0]
    return found


def systematic_intruders(pairs: Mapping[str, str]) -> frozenset[str]:
    """Return the characters that come into most of the spellings, whatever stood there: no hand slips like that."""
    seen: Counter[str] = Counter()
    replaced: dict[str, set[str]] = {}
    for text, of in pairs.items():
        came = intruders(text, of)
        seen.update(set(came))
        for character in came:
            replaced.setdefault(character, set()).update(intruders(of, text))
    least = max(_SYSTEMATIC, _SYSTEMATIC_SHARE * len(pairs))
    return frozenset(
        character
        for character, spellings in seen.items()
        if spellings >= least and len(replaced[character]) >= _DIFFERENT
    )


def _sure(text: str, of: str, systematic: frozenset[str], counted: Mapping[str, int]) -> float:
    times = counted[of] / counted[text]
    came = intruders(text, of)
    likely = every_word_alike(text, of) or (came and systematic.issuperset(came))
    first = 1.0 if text[0] == of[0] or systematic.issuperset(came) else _FIRST_LETTER
    return min(_MOST, times / (times + 1)) * first * (1.0 if likely else _UNLIKELY)
