"""Which code page some bytes were written in: the one in which they read like a language.

A reading costs bits, as many as what it says is rare: a letter little where a language uses it often, much where none
does or where it stands between the wrong neighbours. Seven bits more make a reading a hundred times less likely. The
figures are rough on purpose, orders of magnitude of what is known of languages: each was chosen for a reason, and then
checked on texts that we wrote ourselves in 23 languages.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from segaudit.ingest.encodings.languages import OUTSIDE, languages_of

# What a code page costs before a byte is seen: how rare files in it are, in exports from today's offices.
_CODE_PAGES = {
    "cp1252": 0,  # Western Europe; Latin-1 is a part of it
    **dict.fromkeys(("cp1251", "cp1250", "gb18030", "cp932"), 4),  # GBK and Shift-JIS as Windows writes them
    **dict.fromkeys(("cp1254", "cp1253", "cp949", "cp950"), 5),  # the last two: EUC-KR and Big5, likewise
    **dict.fromkeys(("cp1256", "cp1255", "cp874"), 6),
    **dict.fromkeys(("mac-roman", "cp850", "cp852", "cp866", "iso8859-15", "iso8859-2", "iso8859-7", "koi8-u"), 7),
    **dict.fromkeys(("cp1257", "cp437", "euc_jp"), 9),
    **dict.fromkeys(("cp857", "cp737"), 10),
}
_EAST_ASIAN = frozenset(("cp932", "gb18030", "cp950", "cp949", "euc_jp"))
SINGLE_BYTE = tuple(codec for codec in _CODE_PAGES if codec not in _EAST_ASIAN)

_ANOTHER_LANGUAGE = 6  # beside the one most words are in
_MOST_LANGUAGES = 6
_MISPLACED = 8  # on top: a small letter before a capital, a sign between letters, a script within another
_UNLIKELY_CLUSTER = 3  # on top: three consonants, three vowels, a letter all alone
_SIGN, _RARE_SIGN = 9, 16
_NO_TEXT = 24  # a control character, or a byte without a meaning
_WELL_KNOWN, _RARE_IDEOGRAPH, _KANA, _NARROW_KANA = 7, 18, 7, 12

_OPENING = frozenset("“‘«„\u201a\u2039¿¡")
_CLOSING = frozenset("”’»\u203a…™®©°ºª²³½¼¾")
_ORDINALS = frozenset("ºª")
_ABBREVIATED, _ORDINAL = 2, 5  # letters at most of what ends in one in Spain and Portugal, as 2º, Nº, Mª; its bits
_APART = frozenset("–—•€£¥")  # beside blanks and figures
_ANYWHERE = frozenset("§±×µ\u00a0")
_WITHIN_WORDS = frozenset("’·\u00a0")
_VOWELLESS = "\u0530"  # the first of the scripts beyond Latin, Greek and Cyrillic
_VOWELS = frozenset("aeiouyæøœ\u0131").union("аеёиіїоуыэюяє", "αεηιουω")
_LATIN_ENDS = "\u0250"
_LEVEL_1 = {  # the standard behind an encoding, and the lead bytes of its frequent characters
    "cp932": ("euc_jp", 0xB0, 0xCF),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp950": ("big5", 0xA4, 0xC6),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
_JAPANESE = frozenset(("cp932", "euc_jp", "utf-8"))
_FAMILIAR = {  # what every other name, company or address has one of
    "cp932": "日本田山川中大小野村木井藤東西京市区町株式会社子一郎人上下高島原石",
    "euc_jp": "日本田山川中大小野村木井藤東西京市区町株式会社子一郎人上下高島原石",
    "gb18030": "的一是不了人在有中大上国公司限市区路号王李张刘陈杨黄赵吴周小明华文海东京北南",
    "cp950": "的一是不了人在有中大上國公司限市區路號王李張劉陳楊黃趙吳周小明華文海東台北南",
    "cp949": "이다는에의을가고하지로한은기도를사시어자인김박최정강조윤장임주식회서부대구동",
}
_CERTAIN = 7  # bits ahead of the next reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Some words in one encoding, and what it costs to believe it."""

    codec: str
    texts: tuple[str, ...]
    bits: float  # before a word is seen
    placed: tuple[float, ...]  # bits of each word for its signs, and for the places of its letters
    spoken: tuple[tuple[float, ...], ...]  # for each language, bits of each word for its letters
    lacking: tuple[tuple[float, ...], ...]  # for each language, bits of each word for letters that it does not have
    languages: tuple[float, ...]  # bits for each language

    def letters(self, most: int = 3) -> tuple[str, ...]:
        """Return the characters beyond ASCII, the most frequent first."""
        counts = Counter(char for text in self.texts for char in text if char > "\x7f" and char.isprintable())
        return tuple(char for char, _ in counts.most_common(most))

    def ahead_of(self, other: "Reading") -> float:
        """Return how many bits less this costs than another reading of the same words.

        Of words that are the same text in both it only counts whether there are languages with their letters: how often
        they have them would favour the language with the most, such as Hungarian for names from all over Europe.
        """
        same = [ours == theirs for ours, theirs in zip(self.texts, other.texts, strict=True)]
        return other.bits_given(same) - self.bits_given(same)

    def bits_given(self, same: Sequence[bool]) -> float:
        """Return the bits of signs, and of letters in the few languages that explain the words best.

        Args:
            same: For each word, whether another reading has the same text.
        """
        signs = sum(bits for bits, equal in zip(self.placed, same, strict=True) if not equal)
        columns = [
            [lack if equal else bits for bits, lack, equal in zip(spoken, lacking, same, strict=True)]
            for spoken, lacking in zip(self.spoken, self.lacking, strict=True)
        ]
        differing = len(same) - sum(same)
        found, best = min((bits + sum(column), column) for bits, column in zip(self.languages, columns, strict=True))
        for count in range(2, _MOST_LANGUAGES + 1):
            more = math.log2(count / (count - 1)) * differing  # which of them a word is in
            joined = [list(map(min, best, column)) for column in columns]
            total, column = min(
                (found + bits + _ANOTHER_LANGUAGE + more + sum(column) - sum(best), column)
                for bits, column in zip(self.languages, joined, strict=True)
            )
            if total >= found:
                break
            found, best = total, column
        return self.bits + signs + found


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The best reading, and the next best that would say something else."""

    best: Reading
    rival: Reading | None

    @property
    def certain(self) -> bool:
        """Tell whether the best is a hundred times likelier than what comes next."""
        return self.rival is None or self.best.ahead_of(self.rival) >= _CERTAIN

    def why(self) -> str:
        """Say the verdict in a sentence for the report."""
        name, difference = self.best.codec, self._difference()
        if self.rival is None or self.certain or difference is None:
            letters = self.best.letters()
            listed = " and ".join(filter(None, (", ".join(letters[:-1]), *letters[-1:])))
            fitting = f"{listed} fit{'s' * (len(letters) == 1)} it" if letters else "nothing else fits"
            return f"encoding read as {name} (no byte-order mark; {fitting})"
        ours, theirs = difference
        rival = self.rival.codec
        doubt = f"it may be {rival} ({ours} would be {theirs})"
        return f"encoding taken for {name}, but {doubt}: if so, state --encoding {rival}"

    def _difference(self) -> tuple[str, str] | None:
        """Return a character of the best reading, and what the rival makes of the same bytes."""
        for ours, theirs in zip(self.best.texts, self.rival.texts if self.rival else (), strict=False):
            for char, other in zip(ours, theirs, strict=False):
                if char != other and char.isprintable() and other.isprintable():
                    return char, other
        return None


def weigh(words: Sequence[bytes], codecs: Iterable[str] = tuple(_CODE_PAGES), *, beside: Sequence[str] = ()) -> Verdict:
    """Find the code page that some words are in.

    Args:
        words: Different words as they stand in a file, each with a byte above 127. The more the surer: of one, it is
            a guess that prefers Western Europe.
        codecs: The code pages in question.
        beside: Words of the same file that are sure; they speak against a code page that could not write them.
    """
    readings = [read_words(words, codec, OUTSIDE * _share_lost(beside, codec)) for codec in codecs]
    best = readings[0]
    for reading in readings[1:]:
        if reading.ahead_of(best) > 0:
            best = reading
    others = [reading for reading in readings if reading.texts != best.texts]
    return Verdict(best=best, rival=min(others, key=best.ahead_of, default=None))


def _share_lost(texts: Sequence[str], codec: str) -> float:
    return sum(not _can_write(text, codec) for text in texts) / len(texts) if texts else 0


def _can_write(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def read_words(words: Sequence[bytes], codec: str, bits: float = 0) -> Reading:
    """Read words in an encoding.

    Args:
        words: As they stand in a file.
        codec: UTF-8, or one of the code pages.
        bits: What speaks against it beforehand, on top of its rarity.
    """
    return read_texts([word.decode(codec, "surrogateescape") for word in words], codec, bits)


def read_texts(texts: Sequence[str], codec: str, bits: float = 0) -> Reading:
    """Say of decoded words what they cost."""
    placed = [_placed(text, codec) for text in texts]
    languages = languages_of(codec)
    return Reading(
        codec=codec,
        texts=tuple(texts),
        bits=_CODE_PAGES.get(codec, 0) + bits,
        placed=tuple(cost for cost, _ in placed),
        spoken=tuple(tuple(language.spoken(letters) for _, letters in placed) for language in languages),
        lacking=tuple(tuple(language.lacking(letters) for _, letters in placed) for language in languages),
        languages=tuple(language.bits for language in languages),
    )


def _placed(text: str, codec: str) -> tuple[float, list[str]]:
    """Return what signs and places of letters cost, and the letters that are left to a language, in lower case."""
    cost, letters = 0.0, []
    for index, char in enumerate(text):
        if char <= "\x7f":
            continue
        before = text[index - 1] if index else ""
        after = text[index + 1] if index + 1 < len(text) else ""
        if not char.isprintable() and char not in _WITHIN_WORDS:
            cost += _NO_TEXT
        elif char in _ORDINALS and index < _ABBREVIATED and not after.isalpha():
            cost += _ORDINAL
        elif "\u2e80" <= char < "\U0001f000":
            cost += _ideograph(char, before, after, codec)
        elif char.isalpha() or unicodedata.combining(char):
            letters.append(char if char == "İ" else char.lower())
            cost += _letter_place(char, before, after)
        else:
            cost += _sign(char, before, after)
    return cost, letters


def _letter_place(char: str, before: str, after: str) -> float:
    cost = 0.0
    around = [other for other in (before, after) if other.isalpha()]
    if (before.islower() and char.isupper()) or (char.islower() and after.isupper()):
        cost += _MISPLACED
    if before.isupper() and char.isupper() and after.islower():
        cost += _MISPLACED
    if any((other < _LATIN_ENDS) != (char < _LATIN_ENDS) for other in around):
        cost += _MISPLACED
    if not around:  # an accented vowel may be a word, a capital may be an initial
        is_odd = char < _LATIN_ENDS and char.islower() and not _is_vowel(char)
        return cost + (_MISPLACED if is_odd else _UNLIKELY_CLUSTER)
    if char >= _VOWELLESS:
        return cost
    kinds = {_is_vowel(other) for other in (*around, char)}
    return cost + (_UNLIKELY_CLUSTER if len(around) > 1 and len(kinds) == 1 else 0)


@cache
def _is_vowel(char: str) -> bool:
    return unicodedata.normalize("NFD", char.lower())[0] in _VOWELS


def _sign(char: str, before: str, after: str) -> float:
    if char == "¤":  # stands for any currency, and in no text
        return _NO_TEXT
    common = char in _OPENING or char in _CLOSING or char in _APART or char in _ANYWHERE
    fits = char in _WITHIN_WORDS or not (before.isalpha() and after.isalpha())
    if char in _OPENING:
        fits = not before.isalnum()
    elif char in _CLOSING and char not in _WITHIN_WORDS:
        fits = not after.isalpha()
    elif char in _APART:
        fits = not before.isalpha() and not after.isalpha()
    return (_SIGN if common else _RARE_SIGN) + (0 if fits else _MISPLACED)


def _ideograph(char: str, before: str, after: str, codec: str) -> float:
    """Return the cost of an East Asian character, by the tier its national standard puts it in."""
    mixed = _MISPLACED if any(other.isascii() and other.isalpha() for other in (before, after)) else 0
    if "\u3000" <= char < "\u3040" or "\uff00" <= char < "\uff61":
        return _SIGN + mixed  # punctuation, wide forms
    if "\u3040" <= char < "\u3100":
        return (_KANA if codec in _JAPANESE else _RARE_IDEOGRAPH) + mixed
    if "\uff61" <= char < "\uffa0":
        return _NARROW_KANA + mixed + (0 if before or after else _UNLIKELY_CLUSTER)
    return min(_ideograph_bits(char, one) for one in ([codec] if codec in _LEVEL_1 else _LEVEL_1)) + mixed


@cache
def _ideograph_bits(char: str, codec: str) -> float:
    if char in _FAMILIAR[codec]:
        return _WELL_KNOWN
    standard, first, last = _LEVEL_1[codec]
    code = char.encode(standard, "ignore")
    common = len(code) == 2 and first <= code[0] <= last  # noqa: PLR2004 - a character of two bytes
    return math.log2((last - first + 1) * 94) if common else _RARE_IDEOGRAPH
