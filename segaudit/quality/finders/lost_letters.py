"""Letters that became question marks when a file was converted: ``M?nchen``, ``Caff? Rossi``."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial

from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import matching, measures

# Fields of names: elsewhere a question mark may be one.
_NAMES = (
    "first_name", "last_name", "full_name", "company", "parent_company", "city", "region", "state", "country", "street",
    "job_title", "department",
)  # fmt: skip
_PEOPLE = frozenset({"first_name", "last_name"})
_MARKED = "contains(t, '?')"
_WORD = re.compile(r"[^\W\d_]*\?[^\W\d_?]*|[^\W\d_]+")
_BETWEEN = re.compile(r"[^\W\d_]\?[^\W\d_]")
_MOST_VALUES = 200_000  # different ones of a column, from whose words a letter is told
_LEAST_LETTERS = 2  # beside the lost one
_SURE, _LIKELY = 0.95, 0.9


def lost_letters(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield names in which a question mark stands for a letter, and the name where another row has it whole."""
    for field in _NAMES:
        reading = data.of_field(field)
        if reading is None or not measures(data, reading.column.position).filled:
            continue
        position = reading.column.position
        marked = matching(data, position, _MARKED)
        if not marked or measures(data, position).distinct > _MOST_VALUES:
            continue
        whole = _words_beyond_ascii(data, position)
        for value, rows in marked:
            meant = _WORD.sub(partial(_meant, whole=whole), value)
            if "?" in meant and not _BETWEEN.search(value) and not (field in _PEOPLE and _WORD.fullmatch(value)):
                continue  # a question, or a mark of doubt
            told = "?" not in meant
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=meant if told else None,
                confidence=_SURE if told else _LIKELY,
                because="a letter became a question mark when the file was converted"
                + ("; other rows have it" if told else ""),
            )


def _words_beyond_ascii(data: QualityData, position: int) -> dict[tuple[int, str], Counter[str]]:
    """Return the words with one letter beyond ASCII, by the place of that letter and the rest of the word."""
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for value, rows in matching(data, position, "strlen(t) <> length(t) AND NOT contains(t, '?')"):
        for word in _WORD.findall(value):
            odd = [place for place, letter in enumerate(word) if not letter.isascii()]
            if len(odd) == 1:
                found[odd[0], word[: odd[0]] + word[odd[0] + 1 :]][word] += rows
    return found


def _meant(found: re.Match[str], whole: dict[tuple[int, str], Counter[str]]) -> str:
    """Return a word with its lost letter, as the only word of other rows that fits has it; else as it stands there."""
    word = found[0]
    place, rest = word.find("?"), word.replace("?", "")
    if place < 0 or word.count("?") > 1 or len(rest) < _LEAST_LETTERS:
        return word
    fitting = whole.get((place, rest))
    return next(iter(fitting)) if fitting is not None and len(fitting) == 1 else word
