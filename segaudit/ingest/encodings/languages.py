"""Languages by the letters they are written in beyond a to z: how often each has which."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

# Letters beyond a to z in three tiers: more than 5 in 1,000 letters of a text, more than 1, fewer.
_WESTERN = (
    "é àèê çôâîûëïùœÿæñü",  # French
    "üä öß ",  # German
    "óíá éñú ü",  # Spanish
    "ãçéê áíóõúâô àü",  # Portuguese
    "èà òùìé íóî",  # Italian
    "äåö é üšž",  # Swedish, Finnish
    "øåæ é öäüó",  # Danish, Norwegian
    " ëéïè öüáóêç",  # Dutch
)
_WESTERN_OF_FEW = (  # spoken by a few millions at the most
    "áíðöéóúþæ ý ",  # Icelandic
    "àéóèí òúç ïü·",  # Catalan
    "äõüö  šž",  # Estonian
)
_CENTRAL = (
    "ąęłóśżć ń ź",  # Polish
    "íáěéšžý čřů úňóťďöü",  # Czech
    "áíéýžšč úľťô ňóäďöĺŕü",  # Slovak
    "áéöóő íüúű ",  # Hungarian
    "ăîşţâ  ",  # Romanian, with the cedillas of the code pages
    "čšž ćđ öü",  # Slovene, Croatian, Bosnian, Serbian
    "üä öß ",  # German
    "ëç  ",  # Albanian
)
_TURKISH = ("ıüşğöç İ âî",)
_BALTIC = ("ėšųžū įąčę ", "āīšēņ ļūžčģķ ", "äõüö  šž")  # Lithuanian, Latvian, Estonian
_TIERS = (7, 8, 10)  # bits; the rare ones are less so in names than in prose
# Whole alphabets, the most frequent letters first.
_CYRILLIC = (
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",  # Russian
    "оаинеівтрслкудмпязьгбчхйжїцшюєщфґ",  # Ukrainian
    "аеоинтрсвлдкпмзуягчбъшщжцюхйфь",  # Bulgarian
    "аоеинрстујвкдпмлзгбчшцжњхљђћџф",  # Serbian
    "анеыіоярстклдувмпзьгбчйхўжцшюёэф",  # Belarusian
)
_GREEK = ("αοιετνησρκπυμλάόίέγδήωχθφςβύώξζψϊϋΐΰ",)
_HEBREW = ("יוהלאתרבםמשנדקעחפטכןגסצזךףץ",)
_ARABIC = ("ايلمنوتربعدسةهفكقحجشصأطخضثذزغإئىءؤآظ", "انرادیمهتوسبلکگشزفقخپحعجچصضطغآذثظژ")  # and Persian
_THAI = ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผซณธภถศษฐญฎฟฮฉฑฒฌฤฆ่้ิ์ัีุ็ืู๊๋ึำ",)
_SPOKEN_IN = {  # what a code page was made for
    **dict.fromkeys(("cp1252", "mac-roman", "cp850", "cp437", "iso8859-15"), (*_WESTERN, *_WESTERN_OF_FEW)),
    **dict.fromkeys(("cp1250", "iso8859-2", "cp852"), _CENTRAL),
    **dict.fromkeys(("cp1254", "cp857"), _TURKISH),
    **dict.fromkeys(("cp1251", "koi8-u", "cp866"), _CYRILLIC),
    **dict.fromkeys(("cp1253", "iso8859-7", "cp737"), _GREEK),
    "cp1255": _HEBREW,
    "cp1256": _ARABIC,
    "cp1257": _BALTIC,
    "cp874": _THAI,
    "utf-8": sum(
        (_WESTERN, _WESTERN_OF_FEW, _CENTRAL, _TURKISH, _BALTIC, _CYRILLIC, _GREEK, _HEBREW, _ARABIC, _THAI), ()
    ),
}
_MOST_FREQUENT = 3  # the first letter of an alphabet
_EXPECTED = 4  # less for a Latin word: each word that is weighed has such a letter, so the first is no news
_OF_FEW = 4  # a language of few speakers
OUTSIDE = 16  # a letter the language does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What the letters of a language cost beside a to z."""

    bits: float = 0  # what it costs to expect it
    expected: float = 0  # what a word costs less for having such letters at all
    letters: Mapping[str, float]  # bits of each

    def spoken(self, letters: Sequence[str]) -> float:
        """Return the bits of a word's letters."""
        return sum(self.letters.get(letter, OUTSIDE) for letter in letters) - (self.expected if letters else 0)

    def lacking(self, letters: Sequence[str]) -> float:
        """Return the bits of those of a word's letters that the language does not have."""
        return OUTSIDE * sum(letter not in self.letters for letter in letters)


@cache
def languages_of(codec: str) -> tuple[Language, ...]:
    """Return the languages a code page was made for, and one without letters, for signs alone."""
    languages = [Language(letters={})]
    for letters in _SPOKEN_IN.get(codec, ()):
        if " " in letters:
            tiers = zip(letters.split(" "), _TIERS, strict=True)
            table: dict[str, float] = {letter: cost for tier, cost in tiers for letter in tier}
            bits = _OF_FEW if letters in _WESTERN_OF_FEW else 0
            languages.append(Language(bits=bits, expected=_EXPECTED, letters=table))
        else:
            ranks = enumerate(letters, start=1)
            languages.append(Language(letters={letter: _MOST_FREQUENT + math.log2(rank) for rank, letter in ranks}))
    return tuple(languages)
