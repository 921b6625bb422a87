"""Whether a header may be data after all: a list of names without a header looks like one with it."""

import re
from collections.abc import Iterator, Sequence

from segaudit.ingest.shapes import ColumnShapes
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_presets
from segaudit.text.folding import fold_header

_ROWS_LOOKED_AT = 200
_LEAST_ROWS = 2
_NEARLY_ALL = 0.8
_CAPITALISED = r"[^\W\d_a-zß-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*\.?"
# Two to four words that begin in capitals, the surname first or last: "Ann Lee", "Lee, Ann", "J. P. O'Neil".
_PERSON = re.compile(rf"{_CAPITALISED}(?:,? {_CAPITALISED}){{1,3}}")
_WORD = re.compile(r"[^\W\d_]+")


def may_be_data(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Tell whether what was taken for the header looks like the rows under it.

    Not if a column holds figures, dates or the like under a word, nor if the header has a word that headers have. Else
    there is a doubt where one of its cells stands in its column again, or is a personal name like those under it.

    Args:
        header: Its cells.
        body: The first data rows.
    """
    rows = [row for row in body[:_ROWS_LOOKED_AT] if len(row) == len(header)]
    if len(rows) < _LEAST_ROWS or ColumnShapes(rows, len(header)).contradicts(header):
        return False
    columns = [[cell.strip() for row in rows if (cell := row[index]).strip()] for index in range(len(header))]
    named = [(cell.strip(), column) for cell, column in zip(header, columns, strict=True) if cell.strip()]
    if not any(cell in column or _is_person_among(cell, column) for cell, column in named):
        return False
    known = set(_header_words())
    return known.isdisjoint(word for cell, _ in named for word in _words(cell))


def _is_person_among(cell: str, column: Sequence[str]) -> bool:
    alike = sum(bool(_PERSON.fullmatch(other)) for other in column)
    return bool(_PERSON.fullmatch(cell)) and 0 < _NEARLY_ALL * len(column) <= alike


def _header_words() -> Iterator[str]:
    """Yield the words of all headers that the shipped rules know."""
    location = RulesLocation.at(None)
    for field in load_catalogue(location).values():
        for name in (field.name, *field.synonyms):
            yield from _words(name)
    for preset in load_presets(location):
        for known in preset.headers:
            yield from _words(known.header)


def _words(text: str) -> Iterator[str]:
    return map(fold_header, _WORD.findall(text))
