"""One value in several spellings: other case, accents or signs, or a slip of the hand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.cells.variants import (
    DIGITS,
    Misspelling,
    find_misspellings,
    folded_key,
    masked,
    runs_of_digits,
)
from segaudit.quality.finders.list_items import misspelled_items

_WORDS = frozenset({FieldType.TEXT, FieldType.ENUM})
_REPEATED = 2.0  # rows for each different value of a column whose frequent values say how the rare ones are spelled
_MOST_DIFFERENT = 20_000  # values; of more, frequency says little and looking at all takes long
_MOST_COMPARED = 3_000  # spellings of one column that are looked at for slips, the most frequent first
_LONGEST = 300  # characters on average; longer cells are prose
_LEAST = 0.5  # confidence below which nothing is said
_SURE_VARIANT = 0.85  # that one of two spellings is wrong, when both are the same word
_NAMES = frozenset({"first_name", "last_name", "full_name"})
_SURE_NAME = 0.6  # Daniel and Daniela, Tan and T'an: names a letter apart are as a rule two names
_EVEN = 0.5  # share of the rows a spelling needs before others count as deviating from it
_EVEN_NAME = 0.8  # the same of names: Chang and Ch'ang are two families, Weiss and Weiß too


def find_misspelled_values(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find the values that are a frequent value of their column in another spelling."""
    return misspelled_values(data, check.id)


def misspelled_values(data: QualityData, check: str) -> Iterator[Suspicion | ColumnRemark]:
    """Yield a suspicion for each spelling, and a remark for each column with too many values to compare all."""
    for reading in data.readings:
        if not _repeats(data, reading):
            continue
        position = reading.column.position
        if reading.type is FieldType.MULTI:
            yield from misspelled_items(data, reading, partial(_judged, position, check), check)
            continue
        values = data.values(position)
        most = _SURE_NAME if reading.column.field in _NAMES else 1.0
        even = _EVEN_NAME if reading.column.field in _NAMES else _EVEN
        variants = {found.value: found for found in _same_words(position, values, check, even)}
        plain = [(value, rows) for value, rows in values if value not in variants]
        for found in (*variants.values(), *_slips(position, plain, check)):
            yield replace(found, confidence=round(min(found.confidence, most), 3))
        spellings = len({masked(value) for value, _ in plain})
        if spellings > _MOST_COMPARED:
            yield ColumnRemark(
                check=check,
                positions=(position,),
                message=f"only the {_MOST_COMPARED} most frequent of {spellings} spellings were compared",
                of_search=True,
            )


def _judged(position: int, check: str, values: Sequence[Counted]) -> Iterator[Suspicion]:
    """Yield the values that are another in another spelling."""
    variants = {found.value: found for found in _same_words(position, values, check, _EVEN)}
    yield from variants.values()
    yield from _slips(position, [(value, rows) for value, rows in values if value not in variants], check)


def _repeats(data: QualityData, reading: ColumnReading) -> bool:
    """Tell whether a column holds words that come again, so that their frequency says which spelling is right."""
    measures = data.coverage[reading.column.position]
    if reading.type is FieldType.MULTI:
        return 1 < measures.distinct <= _MOST_DIFFERENT
    if reading.type not in _WORDS or not 1 < measures.distinct <= _MOST_DIFFERENT:
        return False
    length = sum(len(value) * rows for value, rows in measures.frequent) / max(1, sum(n for _, n in measures.frequent))
    return measures.filled >= _REPEATED * measures.distinct and length <= _LONGEST


def _same_words(position: int, values: Sequence[Counted], check: str, even: float) -> Iterator[Suspicion]:
    """Yield the spellings that differ from a more frequent one in case, accents, white space or signs only."""
    groups: dict[str, list[Counted]] = {}
    for value, rows in values:
        groups.setdefault(folded_key(value), []).append((value, rows))
    for key, group in groups.items():
        if not key or len(group) < 2:  # noqa: PLR2004 - one spelling is no other
            continue
        best, most = group[0]
        total = sum(rows for _, rows in group)
        if most / total <= even:
            continue
        for value, rows in group[1:]:
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion=best,
                confidence=_SURE_VARIANT * most / (most + rows),
                because=f"{most} rows write the same word {best}",
            )


def _slips(position: int, values: Sequence[Counted], check: str) -> Iterator[Suspicion]:
    """Yield the values that are a far more frequent one with a slip of the hand."""
    by_mask: dict[str, list[Counted]] = {}
    counted: dict[str, int] = {}
    for value, rows in values:
        by_mask.setdefault(masked(value), []).append((value, rows))
        counted[masked(value)] = counted.get(masked(value), 0) + rows
    ranked = sorted(counted, key=lambda mask: (-counted[mask], mask))[:_MOST_COMPARED]
    for found in find_misspellings({mask: counted[mask] for mask in ranked}):
        if found.confidence < _LEAST:
            continue
        for value, rows in by_mask[found.spelling]:
            means = found.means.replace(DIGITS, "0") if DIGITS in found.means else found.means
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion=_with_digits(value, found),
                confidence=found.confidence,
                because=f"{found.rows} rows are written like {means}",
            )


def _with_digits(value: str, found: Misspelling) -> str | None:
    """Return what the value means, with its own digits; None where it is the digits that may be wrong."""
    mine, meant = found.spelling.split(DIGITS), found.means.split(DIGITS)
    if len(mine) != len(meant) or any(_ends(a) != _ends(b) for a, b in zip(mine, meant, strict=True)):
        return None
    numbers = runs_of_digits(value)
    return "".join(text for pair in zip(meant, [*numbers, ""], strict=True) for text in pair)


def _ends(text: str) -> tuple[str, str]:
    return text[:1], text[-1:]
