"""Pairs of columns of which one is never more than the other by their headers, and the rows where it is."""

from collections.abc import Collection, Iterator
from itertools import permutations

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, measures, share_of
from segaudit.rulebook.tables import load_rows
from segaudit.sql.cells import OK
from segaudit.text.folding import fold_header
from segaudit.text.headers import words_of_header

_COLUMNS = ("before", "after", "of")  # of the list
_LEAST_ROWS = 20  # with both
_ORDERED = 0.9  # share of them in the order of the headers, from which the columns mean what these say
_MOST_ROWS = 20_000
_LONG_WORD = 4  # letters, from which it is looked for within compounds: Vertragsbeginn, Vertragsende
_CONFIDENCE = 0.8
_SAY_NOTHING = frozenset("date datum fecha data day time timestamp on at of the amount value".split())
# Days that stand for none, at the ends of calendars.
_DATES = "x.value BETWEEN DATE '1902-01-01' AND DATE '2199-12-31' AND y.value < DATE '9999-01-01'"


def find_out_of_order(data: QualityData, check: Check) -> Iterator[Suspicion | ColumnRemark]:
    """Yield ends before their start and highest values below the lowest, where most rows are as the headers say.

    Settings: ``list`` of rules/lists with the words (before, after, and of what), ``ordered`` (share of rows).
    """
    words = frozenset(tuple(row.split("\t")) for row in load_rows(data.location, str(check.settings["list"]), _COLUMNS))
    for first, second in permutations(_readings(data), 2):
        kind = _kind(first)
        if kind != _kind(second):
            continue
        before, after = _words(first), _words(second)
        only = (before - after, after - before)
        if all(len(ones) == 1 for ones in only) and _in_order(min(only[0]), min(only[1]), kind, words):
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


def _words(reading: ColumnReading) -> frozenset[str]:
    return frozenset(map(fold_header, words_of_header(reading.column.header))) - _SAY_NOTHING


def _in_order(first: str, second: str, kind: str, words: Collection[tuple[str, ...]]) -> bool:
    """Tell whether two words stand in the list, by themselves or as the end of words that begin alike."""
    if (first, second, kind) in words:
        return True
    return any(
        of == kind
        and min(len(before), len(after)) >= _LONG_WORD
        and first.endswith(before)
        and second.endswith(after)
        and first.removesuffix(before) == second.removesuffix(after)
        for before, after, of in words
    )


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
