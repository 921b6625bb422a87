"""Job titles and the like as words: folded, abbreviations joined, gendered forms undone, and where one part ends."""

import re
import unicodedata
from dataclasses import dataclass

_LONGEST = 300  # characters of a cell that are looked at
_MOST_WORDS = 40

# (m/w/d), m/f/x, H/F: whom the advertisement was for.
_ANYBODY = re.compile(r"[(\[]?\b[mwfhdxi](?:\s?[/|,]\s?[mwfhdx*]){1,3}(?!\w)[)\]]?", re.IGNORECASE)
# Leiter:in, Leiter*innen, Leiter/-in, Leiter(in), Directeur/trice, Director/a, Jefe(a)
_GENDERED = re.compile(
    r"(?<=[^\W\d_])\s?[/:*_·•(]\s?-?(?:innen|in|trice|rice|euse|ère|ere|ora|a|o|e|ne|se)(?!\w)\)?", re.IGNORECASE
)
_CAPITAL_IN = re.compile(r"(?<=[a-zäöüß])In(?:nen)?\b")  # LeiterIn
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}")  # C.E.O.
_LETTERS_AND = re.compile(r"\b([^\W\d_])\s?[&+]\s?([^\W\d_])\b")  # R&D
_STRONG = re.compile(r"[|;\n\r•]|(?<=\w)\s*/\s*(?=\w)|\s//\s")
_WEAK = re.compile(r"[,()\[\]]|\s[-–—:@]+\s|(?<=\w)[-–—](?=\s)|\s+[-–—](?=\w)")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a cell, and where it stands."""

    text: str  # folded
    segment: int  # between signs that part titles: | ; /
    part: int  # between these and commas, brackets and dashes


def title_words(text: str) -> tuple[Word, ...]:
    """Return the words of a title; ``Leiter:in IT / C.E.O.`` -> leiter, it | ceo."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    plain = _GENDERED.sub("", _ANYBODY.sub(" ", plain))
    plain = _CAPITAL_IN.sub("", plain)
    plain = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", plain)
    plain = _LETTERS_AND.sub(r"\1\2", plain)
    plain = plain.replace("’", "").replace("'", " ")
    words: list[Word] = []
    part = 0
    for number, segment in enumerate(_STRONG.split(plain)):
        for piece in _WEAK.split(segment):
            words += [Word(word, number, part) for word in _WORD.findall(folded_word(piece))]
            part += 1
    return tuple(words[:_MOST_WORDS])


def folded_word(text: str) -> str:
    """Fold letters: no case, no accents; ``Geschäftsführer`` -> ``geschaftsfuhrer``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def phrase_spellings(words: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded words of a phrase; twice if it has umlauts, which some write ae, oe and ue."""
    joined = _LETTERS_AND.sub(r"\1\2", words)
    apart = joined.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    found = [tuple(re.findall(r"[^\W_]*\*?[^\W_]*", folded_word(text))) for text in (joined, apart)]
    return tuple(dict.fromkeys(tuple(filter(None, words)) for words in found))
