"""Pairs of columns of which one is never more than the other by their headers, and the rows where it is."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeAlias

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, measures, share_of
from segaudit.rulebook.tables import load_rows
from segaudit.sql.cells import OK
from segaudit.text.folding import fold_header
from segaudit.text.headers import words_of_header

_Rest: TypeAlias = tuple[str, frozenset[str], str]  # dates or numbers, the other words, how a compound begins
_COLUMNS = ("before", "after", "of")  # of the list
_LEAST_ROWS = 20  # with both
_ORDERED = 0.9  # share of them in the order of the headers, from which the columns mean what these say
_MOST_ROWS = 20_000
_LONG_WORD = 4  # letters, from which it is looked for within compounds: Vertragsbeginn, Vertragsende
_CONFIDENCE = 0.8
_SAY_NOTHING = frozenset("date datum fecha data day time timestamp on at of the amount value".split())
_ALSO = {"giving": "gift", "given": "gift", "donated": "donation", "spend": "order", "spent": "order"}
# Days that stand for none, at the ends of calendars.
_DATES = "x.value BETWEEN DATE '1902-01-01' AND DATE '2199-12-31' AND y.value < DATE '9999-01-01'"


def find_out_of_order(data: QualityData, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    """Yield ends before their start and highest values below the lowest, where most rows are as the headers say.

    Settings: ``list`` of rules/lists with the words (before, after, and of what), ``ordered`` (share of rows).
    """
    words = frozenset(tuple(row.split("\t")) for row in load_rows(data.location, str(check.settings["list"]), _COLUMNS))
    # By the rest of their header, so that a table of many columns is not compared column by column.
    seconds: dict[_Rest, list[tuple[str, ColumnReading]]] = defaultdict(list)
    for reading in _readings(data):
        for word, rest in _parted(reading, {after for _, after, of in words if of == _kind(reading)}):
            seconds[rest].append((word, reading))
    for first in _readings(data):
        for word, rest in _parted(first, {before for before, _, of in words if of == _kind(first)}):
            for other, second in seconds.get(rest, ()):
                if (word, other, _kind(first)) in words and second is not first:
                    yield from _out_of_order(data, check, first, second)


def _readings(data: QualityData) -> list[ColumnReading]:
    types = NUMERIC_TYPES | {FieldType.DATE}
    return [
        reading
        for reading in data.readings
        if reading.type in types and measures(data, reading.column.position).filled >= _LEAST_ROWS
    ]


def _kind(reading: ColumnReading) -> str:
    return "date" if reading.type is FieldType.DATE else "number"


def _parted(reading: ColumnReading, listed: Collection[str]) -> Iterator[tuple[str, _Rest]]:
    """Yield the words of a header that are on a list, or end in one of it, each with the rest of the header."""
    words = frozenset(map(fold_header, words_of_header(reading.column.header, numbers=True))) - _SAY_NOTHING
    for word in sorted(words):
        others = words - {word}
        if word in listed:
            yield word, (_kind(reading), frozenset(map(_one, others)), "")
        for end in sorted(listed):
            if len(end) >= _LONG_WORD and word != end and word.endswith(end):
                yield end, (_kind(reading), frozenset(map(_one, others)), word.removesuffix(end))


def _one(word: str) -> str:
    """Return a word of a header in the singular: *Total Gifts* and *Total Giving* are of the *Largest Gift*."""
    return _ALSO.get(word) or (word[:-1] if len(word) >= _LONG_WORD and word.endswith("s") else word)


def _out_of_order(
    data: QualityData, check: Check, first: ColumnReading, second: ColumnReading
) -> Iterator[Suspicion | ColumnRemark]:
    (a, b), column = (first.column.position, second.column.position), data.source.column
    pairs = (
        f"SELECT r._row, y.t, x.value > y.value AS wrong FROM {data.source.table} r "
        f"JOIN (SELECT v, value FROM {data.read(a)} WHERE state = {OK}) x ON r.{column(a)} = x.v "
        f"JOIN (SELECT v, t, value FROM {data.read(b)} WHERE state = {OK}) y ON r.{column(b)} = y.v"
    ) + (f" WHERE {_DATES}" if first.type is FieldType.DATE else "")
    rows, wrong = ask(data, f"SELECT count(*), count(*) FILTER (wrong) FROM ({pairs})")[0]
    if rows < _LEAST_ROWS or not 0 < wrong <= (1 - share_of(check, "ordered", _ORDERED)) * rows:
        return
    names = (first.column.header.strip(), second.column.header.strip())
    relation = "before" if first.type is FieldType.DATE else "less than"
    query = f"SELECT _row, t FROM ({pairs}) WHERE wrong ORDER BY _row LIMIT {_MOST_ROWS}"
    for row, cell in ask(data, query):
        yield Suspicion(
            check=check.id,
            position=b,
            value=str(cell),
            row=int(row),
            confidence=_CONFIDENCE,
            because=f"{relation} {names[0]} of the same row; one of the two is wrong",
        )
    if wrong > _MOST_ROWS:
        message = (
            f"{wrong:,} of {rows:,} rows have {names[1]} {relation} {names[0]}; the first {_MOST_ROWS:,} are listed"
        )
        yield ColumnRemark(
            check=check.id, positions=(b, a), message=message, rows=wrong - _MOST_ROWS, rows_checked=rows
        )
