"""What the cells of a column look like: runs of digits, words, signs; and the few that look otherwise."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segaudit.model.fields import FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import Counted, QualityData

_TYPES = frozenset({FieldType.TEXT, FieldType.ENUM, FieldType.ID})
_MANY_FORMATS = frozenset({"postal_code", "phone", "street", "street_2"})  # written in another way in every country
_MOST_DIFFERENT = 20_000  # values
_LEAST_ROWS = 20
_COMMON = 0.02  # share of the rows from which a shape is one of the column's own
_COVERED = 0.9  # share of the rows that have such a shape, so that others stand out
_MOST_COMMON = 6  # shapes; a column with more has no pattern
_RANDOM_SHAPES = 3
_MACHINE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_FIXED = 0.9  # share of the rows with the same number of characters: a code of fixed length
_DIGITS, _WORDS = re.compile("[0-9]+"), re.compile(r"[^\W\d_]+(?:[ '’.\-][^\W\d_]+)*")
_FORMAT_ROWS = 3  # a shape that comes so often may be another format rather than an error
_INTRUDING_SHAPES = 3  # one letter in so many different places is no format
_INTRUDING_VALUES = 5
_SURE_LETTER = 0.95  # a letter where everything else has digits
_SURE_SHAPE = 0.75
_SURE_FORMAT = 0.55
_LEAST = 0.5
_MOST_SHOWN = 1_000  # values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """The shapes that nearly all values of a column have."""

    rows: Counter[str]  # by shape, all of them
    common: frozenset[str]
    covered: float  # share of the rows with a common shape
    length: int  # characters of nearly all values; 0 where they differ
    intruders: frozenset[str]  # letters that stand in many places where digits belong
    example: str


def odd_shapes(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the values that are put together otherwise than nearly all of their column."""
    for reading in data.readings:
        position = reading.column.position
        counts = data.coverage[position]
        if reading.type not in _TYPES or counts.filled < _LEAST_ROWS or not 1 < counts.distinct <= _MOST_DIFFERENT:
            continue
        values = data.values(position)
        pattern = _pattern(values)
        if pattern is not None:
            least = _SURE_LETTER if reading.column.field in _MANY_FORMATS else _LEAST
            yield from _odd(position, values, pattern, least, check)


def shape(value: str) -> str:
    """Return what a value is put together of: ``21 of 30 patients`` -> ``9 a 9 a``; words in a row are one."""
    return _WORDS.sub("a", _DIGITS.sub("9", value))


def _pattern(values: Sequence[Counted]) -> _Pattern | None:
    """Return the pattern of a column, None if it has none of which digits are a part: words take any shape."""
    rows: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    for value, n in values:
        rows[shape(value)] += n
        lengths[len(value)] += n
    total = sum(rows.values())
    common = frozenset(form for form, n in rows.items() if n >= _COMMON * total)
    covered = sum(rows[form] for form in common) / total if total else 0.0
    if not 0 < len(common) <= _MOST_COMMON or covered < _COVERED or not all("9" in form for form in common):
        return None
    if len(common) >= _RANDOM_SHAPES and all(value.isalnum() for value, _ in values):
        return None  # ids of letters and digits at random
    if sum(n for value, n in values if _MACHINE.fullmatch(value)) > _COMMON * total:
        return None  # addresses of machines, in their old form and their new one
    length, most = lengths.most_common(1)[0]
    usual = max(common, key=lambda form: (rows[form], form))
    return _Pattern(
        rows=rows,
        common=common,
        covered=covered,
        length=length if most >= _FIXED * total else 0,
        intruders=_intruders(values, common),
        example=next(value for value, _ in values if shape(value) == usual),
    )


def _intruders(values: Sequence[Counted], common: frozenset[str]) -> frozenset[str]:
    """Return the letters that came into digits by corruption: a format has one shape and many letters, they do not."""
    if any("a" in form for form in common):
        return frozenset()
    seen: dict[str, set[str]] = {}
    strangers: Counter[str] = Counter()
    for value, _ in values:
        letters = {letter for letter in value if letter.isalpha()}
        if len(letters) == 1 and shape(value) not in common:
            seen.setdefault(min(letters), set()).add(shape(value))
            strangers[min(letters)] += 1
    return frozenset(
        letter
        for letter, shapes in seen.items()
        if len(shapes) >= _INTRUDING_SHAPES and strangers[letter] >= _INTRUDING_VALUES
    )


def _odd(position: int, values: Sequence[Counted], pattern: _Pattern, least: float, check: str) -> Iterator[Suspicion]:
    shown = 0
    for value, n in values:
        if shape(value) in pattern.common or shown >= _MOST_SHOWN:
            continue
        sure, because = _judged(value, pattern)
        if sure >= least:
            shown += 1
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=n,
                confidence=round(sure * (1 - (1 - pattern.covered) / 2), 3),
                because=because,
            )


def _judged(value: str, pattern: _Pattern) -> tuple[float, str]:
    """Return how sure it is that a value of an uncommon shape is wrong, and why."""
    letters = {letter for letter in value if letter.isalpha()}
    if letters and pattern.intruders >= letters:
        return _SURE_LETTER, f"the letter {min(letters)} stands in many places where the other cells have digits"
    most = f"{pattern.covered:.0%} of the rows are put together like {pattern.example}"
    only_digits = all("a" not in form for form in pattern.common)
    if only_digits and letters and any(map(str.isdigit, value)) and len(value) == pattern.length:
        return _SURE_LETTER, f"a letter among digits: {most}"
    return (_SURE_FORMAT if pattern.rows[shape(value)] >= _FORMAT_ROWS else _SURE_SHAPE), most
