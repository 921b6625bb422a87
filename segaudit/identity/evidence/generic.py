"""Columns that nobody has a field for: compared by their type and by what their cells show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.comparing.numbers import codes, dates, quantities
from segaudit.identity.comparing.texts import categories, free_text, lists, named_things
from segaudit.identity.evidence.columns import UNKNOWN, Columns, without_gaps
from segaudit.identity.evidence.evidence import Evidence
from segaudit.identity.evidence.handles import beginning, ending, exact, rarest_words, sound
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType

_FEW = 30  # different values of a category
_DIFFERENT = 0.995  # share of different values from which a column numbers its records
_LEAST_FILLED = 0.02
_CODE_LENGTH = 4  # digits from which a number is a code rather than a measure
_OWN = 20  # records with one value of a code, up to which it may be that of one entity
_ALIKE = 0.5  # of the records that share a code, whose given names begin alike if it is one person's own
_LOOKED_AT, _CODE_WORDS, _MOST_CODED = 5_000, 4, 0.8
_LONG = 60  # letters from which a text is a description
_SEPARATORS = ("**", "|", ";")
_LISTS = 0.5  # of the cells, that have a separator, from which all are lists
_ITEM_LETTERS = 40  # of an item, on the mean: a name, and no sentence
_MOST_OWN = 0.9  # of the items, that stand nowhere else


def generic_evidence(columns: Columns, given: Attribute | None) -> list[Evidence]:
    """Return the evidence of columns without a field.

    Args:
        columns: Of the table.
        given: The given names, in a table of people.
    """
    found = [_column(columns, reading) for reading in columns.of(UNKNOWN)]
    return [_judged(evidence, given) for evidence in found if evidence is not None]


def _judged(evidence: Evidence, given: Attribute | None) -> Evidence:
    """Return evidence that is no anchor where a code is that of a group: a household, a company, a family."""
    comparison = evidence.comparison
    if not comparison.anchor or given is None or not _is_of_groups(comparison.main, given):
        return evidence
    return replace(evidence, comparison=replace(comparison, anchor=False))


def _is_of_groups(code: Attribute, given: Attribute) -> bool:
    """Tell whether most records that share a code have given names that do not even begin alike."""
    known = np.flatnonzero((code.codes >= 0) & (given.codes >= 0))
    known = known[np.argsort(code.codes[known], kind="stable")]
    first, second = known[:-1], known[1:]
    sharing = code.codes[first] == code.codes[second]
    letters = np.array([text[:1].casefold() for text in given.texts], dtype=object)
    alike = letters[given.codes[first[sharing]]] == letters[given.codes[second[sharing]]]
    return bool(len(alike)) and float(alike.mean()) < _ALIKE


def category_evidence(columns: Columns, *, people: bool) -> list[Evidence]:
    """Return the evidence of fields that are categories or words that change."""
    found = []
    for reading in columns.of("category"):
        value = columns.forms(reading, "words")["name"]
        if len(value.values) > 1:
            found.append(Evidence(comparison=categories(value, same=0.95), handles=()))
    titles = columns.of("free_text")
    for reading in titles if people else ():
        words = columns.forms(reading, "words")["name"]
        if len(words.values) > 1:
            found.append(Evidence(comparison=free_text(words, moves=True), handles=(exact(words, 0.35),)))
    unnamed = columns.of("full_name") if not people else []
    for reading in unnamed:
        evidence = _words(columns, reading)
        if evidence is not None:
            main, kinds = evidence.comparison.main, columns.lists.site_kinds
            name = named_things(main, anchor=True, site_kinds=kinds)
            found.append(replace(evidence, comparison=name))
    for reading in [*columns.of("words"), *columns.of("street_2"), *(() if people else titles)]:
        evidence = _words(columns, reading)
        if evidence is not None:
            moves = reading in columns.of("street_2")
            found.append(replace(evidence, comparison=replace(evidence.comparison, moves=moves)))
    return found


def _column(columns: Columns, reading: ColumnReading) -> Evidence | None:
    kind = reading.type
    if kind is FieldType.BOOL:
        return None
    read = _number if kind in NUMERIC_TYPES else _BY_TYPE.get(kind, _words)
    return read(columns, reading)


def _list(columns: Columns, reading: ColumnReading) -> Evidence | None:
    attribute, items = columns.items(reading)
    if not _tells(attribute):
        return None
    handles = rarest_words(_with_items_as_words(attribute), (0.6, 0.5))
    return Evidence(comparison=lists(attribute, items), handles=handles)


def _date(columns: Columns, reading: ColumnReading) -> Evidence | None:
    iso = columns.forms(reading, "date")["iso"]
    if not _tells(iso):
        return None
    return Evidence(comparison=dates(iso), handles=(exact(iso, 0.8), beginning(iso, 7, 0.86), ending(iso, 5, 0.86)))


def _tells(attribute: Attribute) -> bool:
    """Tell whether a column tells any records apart: it is not constant, and not nearly empty."""
    return len(attribute.values) > 1 and attribute.share_filled >= _LEAST_FILLED


def _with_items_as_words(attribute: Attribute) -> Attribute:
    """Return lists with each item as one word."""
    joined = pc.replace_substring(attribute.values, " ", "_")
    return replace(attribute, values=pc.replace_substring(joined, "\n", " "))


def _number(columns: Columns, reading: ColumnReading) -> Evidence | None:
    cells = columns.cells(reading)
    number = encode(cells.header, "number", cells.texts, cells.codes)
    if not _tells(number):
        return None
    lengths = [len(text) for text in number.texts]
    whole = all(text.lstrip("-").isdigit() for text in number.texts)
    if whole and _numbers_records(number):
        return None
    if whole and max(lengths) >= _CODE_LENGTH and sum(length >= _CODE_LENGTH for length in lengths) > len(lengths) / 2:
        handles = (
            exact(number, 0.8),
            beginning(number, max(lengths) // 2, 0.86),
            ending(number, max(lengths) // 2, 0.86),
        )
        return Evidence(
            comparison=codes(number, same=0.8, slip=0.1, shortest=4, anchor=_is_own(number)), handles=handles
        )
    return Evidence(comparison=quantities(number), handles=(exact(number, 0.6),))


def _numbers_records(attribute: Attribute) -> bool:
    """Tell whether a number is another one in each record: then it numbers them."""
    filled = int((attribute.codes >= 0).sum())
    return len(attribute.values) >= _DIFFERENT * filled


def _are_codes(attribute: Attribute) -> bool:
    """Tell whether values are codes, such as model numbers: most are short and have digits."""
    texts = attribute.texts[:_LOOKED_AT]
    coded = sum(1 for text in texts if text.count(" ") < _CODE_WORDS and any(map(str.isdigit, text)))
    return coded > _MOST_CODED * len(texts)


def _is_own(attribute: Attribute) -> bool:
    """Tell whether a code is each entity's own: no value is that of many records."""
    return int(attribute.counts.max(initial=0)) <= _OWN and attribute.share_filled > _LEAST_FILLED


def _id(columns: Columns, reading: ColumnReading) -> Evidence | None:
    words = columns.code(reading)
    if not _tells(words) or words.counts.max(initial=0) == 1:  # each record's own number
        return None
    comparison = codes(words, same=0.85, slip=0.05, anchor=_is_own(words))
    return Evidence(comparison=comparison, handles=(exact(words, 0.85),))


def _separator(texts: Sequence[str | None]) -> str:
    """Return what separates the items of cells that are lists, though most items stand in one only; else nothing."""
    for separator in _SEPARATORS:
        parted = [text.split(separator) for text in texts if text and separator in text]
        items = [item.strip() for parts in parted for item in parts if item.strip()]
        short = sum(map(len, items)) <= _ITEM_LETTERS * len(items)
        if len(parted) >= _LISTS * len(texts) and short and len(set(items)) <= _MOST_OWN * len(items):
            return separator
    return ""


def _words(columns: Columns, reading: ColumnReading) -> Evidence | None:
    forms = columns.forms(reading, "words")
    words = forms["name"]
    if not _tells(words):
        return None
    filled = (words.codes >= 0).sum()
    if len(words.values) <= _FEW and len(words.values) < filled / 5:
        return Evidence(comparison=categories(words, same=0.9), handles=(exact(words, 0.9),))
    if _are_codes(words):
        code = without_gaps(words)
        comparison = replace(categories(code, same=0.85), anchor=_is_own(code))
        return Evidence(comparison=comparison, handles=(exact(code, 0.85),))
    mean = sum(len(text) for text in words.texts) / len(words.texts)
    if mean >= _LONG:
        separator = _separator(columns.cells(reading).texts.slice(0, _LOOKED_AT).to_pylist())
        if separator:
            return _list(columns, replace(reading, separator=separator))
        return Evidence(comparison=free_text(words), handles=rarest_words(words, (0.6, 0.5)))
    handles = (exact(words, 0.65), *rarest_words(words, (0.85, 0.75)), beginning(words, 5, 0.86), sound(words, 0.75))
    return Evidence(comparison=named_things(words), handles=handles)


_BY_TYPE = {FieldType.MULTI: _list, FieldType.DATE: _date, FieldType.ID: _id}
