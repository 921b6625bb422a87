"""Words one letter off from a word the field is known to be made of: misspelt in every row, so no other row tells."""

from collections.abc import Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import names_of
from segaudit.rulebook.tables import load_list
from segaudit.text.folding import fold

_LEAST_LETTERS = 6  # a letter more or less makes another word of a short one
_MOST_VALUES = 5_000
_CONFIDENCE = 0.9


def find_unknown_words(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield values of some fields in which a word is one letter off from a known one, and none of the known.

    Settings: ``fields``, the ``list`` of rules/lists that holds the words, and its ``column``.
    """
    words = load_list(data.location, str(check.settings["list"]), str(check.settings["column"]))
    for name in names_of(check, "fields", ()):
        reading = data.of_field(name)
        if reading is None or data.coverage[reading.column.position].distinct > _MOST_VALUES:
            continue
        for value, rows in data.values(reading.column.position):
            better = _mended(value, words)
            if better is not None:
                yield Suspicion(
                    check=check.id,
                    position=reading.column.position,
                    value=value,
                    rows=rows,
                    suggestion=better,
                    confidence=_CONFIDENCE,
                    because=f'"{value}" is one letter off from "{better}"',
                )


def _mended(value: str, words: Sequence[str]) -> str | None:
    """Return a value with its misspelt words mended; None if there is none, or a word could be two."""
    parts = value.split(" ")
    better = [_word(part, words) for part in parts]
    if None in better or better == parts:
        return None
    return " ".join(part for part in better if part is not None)


def _word(word: str, known: Sequence[str]) -> str | None:
    """Return a word as it should be: itself if it is known or far from all that are; None if it could be two."""
    folded = fold(word)
    if len(folded) < _LEAST_LETTERS or not folded.isalpha() or folded in known:
        return word
    near = process.extract(folded, known, scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=2)
    if not near or folded in {f"{near[0][0]}s", near[0][0].removesuffix("s")}:
        return word  # singular and plural are both right
    if len(near) > 1:
        return None
    found = str(near[0][0])
    return found.upper() if word.isupper() else found.capitalize() if word[0].isupper() else found
