"""Evidence in the language of a report: sentences built in English, put by rules/report/<language>/evidence.yaml."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

_PREFIX = "evidence."
_PLACE = re.compile(r"(\{\{|\}\}|\{(\w+)\})")
_NUMBERS = frozenset("nmkjih")
_NUMBER = r"[<>+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?%?"
_NESTED = {"part": "; ", "list": ", "}  # places that hold sentences, and what stands between those
_FEW_WORDS, _WORDS = r"(?:\S+ ){0,4}\S+", r"(?:(?!; ).)+?"
_LONGEST = 400  # characters; a longer text is no sentence

Texts = tuple[tuple[str, str], ...]  # names and texts
_Said = Callable[[str, Mapping[str, str]], str | None]


def english_sentences(texts: Texts) -> Texts:
    """Return the texts that are sentences of evidence."""
    return tuple((name, text) for name, text in texts if name.startswith(_PREFIX))


def translated(sentence: str, english: Texts, said: _Said) -> str | None:
    """Return a sentence in another language; None if it, or a part of it, is none that is known.

    Args:
        sentence: As it was built in English.
        english: The sentences that are known, with their places.
        said: Puts words into the places of a sentence, by its name; None if the language lacks it.
    """
    if len(sentence) > _LONGEST:
        return None
    for name, pattern in _patterns(english):
        found = pattern.fullmatch(sentence)
        if found is None:
            continue
        places = found.groupdict()
        parts = {
            place: _each(text, _NESTED[place], english, said) for place, text in places.items() if place in _NESTED
        }
        if all(text is not None for text in parts.values()):
            return said(name, {**places, **{place: text or "" for place, text in parts.items()}})
    told = (_each(sentence, between, english, said) for between in _NESTED.values() if between in sentence)
    return next((text for text in told if text is not None), None)


def _each(text: str, between: str, english: Texts, said: _Said) -> str | None:
    """Return sentences told in one breath, each translated; None if one of them cannot be."""
    told = [translated(part, english, said) for part in text.split(between)]
    return between.join(part or "" for part in told) if all(told) else None


def is_number(place: str) -> bool:
    """Tell whether a place of a sentence holds a number."""
    return place in _NUMBERS


@lru_cache(maxsize=4)
def _patterns(english: Texts) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(_pattern(text), re.DOTALL)) for name, text in english)


def _place(name: str) -> str:
    if name in _NUMBERS:
        return _NUMBER
    return _FEW_WORDS if name == "w" else ".+" if name in _NESTED else _WORDS


def _pattern(text: str) -> str:
    """Return the pattern of a sentence: a number where one belongs, anything else where words do."""
    found, end = "", 0
    for place in _PLACE.finditer(text):
        found += re.escape(text[end : place.start()])
        name = place[2]
        if name is None:
            found += re.escape(place[0][0])
        elif f"(?P<{name}>" in found:
            found += f"(?P={name})"
        else:
            found += f"(?P<{name}>{_place(name)})"
        end = place.end()
    return found + re.escape(text[end:])
