"""Cells that are filled where others like them are blank, or blank where those are filled: active, with an end date."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import measures, share_of, table_of
from segaudit.sql.cells import INVALID

_TYPES = frozenset({FieldType.ENUM, FieldType.BOOL, FieldType.TEXT})
_MOST_VALUES = 12  # of a column that says what state a record is in ...
_MOST_SPELLINGS = 200  # ... beside those that are misspelt
_LEAST_VALUE = 20  # rows of a value of which it can be told
_COVERED = 0.9  # share of the rows with such values
_HOLDS = 0.96  # share of a value's rows that are filled, or blank
_MOST_COLUMNS = 40  # that some leave blank
_LOOKED_AT = 20_000  # rows; what holds shows on fewer
_TELLING = 2  # columns by which rows are chosen
_MOST_ROWS = 5_000
_LIKELY, _LIKELIER = 0.6, 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A column that says which rows of another are filled."""

    state: int
    column: int
    filled: Mapping[str, tuple[int, int]]  # by value: rows, and those of them that are filled
    share: float  # of the rows that are as most of their value are


@dataclass(frozen=True, slots=True, kw_only=True)
class _Break:
    """A cell that is not as the rest of its state."""

    row: int
    kept: _Kept
    state: str
    cell: str
    usual: float  # share of the rows of its state that are otherwise
    is_filled: bool


def find_filled_otherwise(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield cells that are filled where nearly all rows of the same state are blank, and the other way round.

    It takes a column whose values nearly decide, all of them and either way, whether another is filled. Which of the
    two is wrong cannot be told, unless several cells of the row speak against its state. Settings: ``holds`` (share of
    the rows of one value).
    """
    columns = _partly_filled(data)
    states = _states(data) if columns else ()
    if not states:
        return
    rows = _rows(data, [reading for reading in data.readings if reading in states or reading in columns])
    best: dict[int, _Kept] = {}
    for reading in states:
        others = [column for column in columns if column is not reading]
        for kept in _kept(data, rows, reading, others, share_of(check, "holds", _HOLDS)):
            if kept.column not in best or kept.share > best[kept.column].share:
                best[kept.column] = kept
    by_row: dict[tuple[int, int], list[_Break]] = defaultdict(list)
    for kept in best.values():
        for broken in _broken(data, kept):
            by_row[broken.row, kept.state].append(broken)
    for breaks in by_row.values():
        yield _judged(data, check, breaks)


def _states(data: QualityData) -> Sequence[ColumnReading]:
    found = []
    least = _LEAST_VALUE * max(1, data.source.rows // _LOOKED_AT)
    for reading in data.of_type(*sorted(_TYPES)):
        counted = measures(data, reading.column.position)
        if 1 < counted.distinct <= _MOST_SPELLINGS and counted.filled >= _COVERED * data.source.rows:
            large = sum(rows >= least for _, rows in data.values(reading.column.position))
            if 1 < large <= _MOST_VALUES:
                found.append(reading)
    return found


def _partly_filled(data: QualityData) -> Sequence[ColumnReading]:
    found = []
    for reading in data.readings:
        counted = measures(data, reading.column.position)
        if min(counted.filled, counted.rows - counted.filled) >= _LEAST_VALUE:
            found.append(reading)
    return found[:_MOST_COLUMNS]


def _rows(data: QualityData, readings: Sequence[ColumnReading]) -> str:
    """Return the table to look at first: of many rows, some by what they hold."""
    if data.source.rows <= _LOOKED_AT:
        return data.source.table
    listed = ", ".join(data.source.column(reading.column.position) for reading in readings)
    # By the columns that tell rows apart best: those that matter here hardly do.
    telling = sorted(data.coverage, key=lambda position: (-measures(data, position).distinct, position))[:_TELLING]
    hashed = f"hash({', '.join(data.source.column(position) for position in telling)})"
    query = f"SELECT {listed} FROM {data.source.table} WHERE {hashed} % {-(-data.source.rows // _LOOKED_AT)} = 0"
    return table_of(data, "filled_sample", query)


def _kept(
    data: QualityData, rows: str, state: ColumnReading, columns: Sequence[ColumnReading], holds: float
) -> Iterator[_Kept]:
    """Yield the columns that a column of states decides."""
    filled = [_is_filled(data, reading.column.position) for reading in columns]
    counts = ", ".join(["count(*)", *(f"count(*) FILTER ({condition})" for condition, _ in filled)])
    query = f"SELECT {data.source.column(state.column.position)} AS s, {counts} FROM {rows} GROUP BY s ORDER BY s"
    words = {name: value for _, parameters in filled for name, value in parameters.items()}
    groups = [(str(s or ""), int(count), each) for s, count, *each in data.engine.fetch(query, words)]
    large = [group for group in groups if group[1] >= _LEAST_VALUE]
    looked = sum(count for _, count, _ in large)
    if len(large) > _MOST_VALUES or looked < _COVERED * sum(count for _, count, _ in groups):
        return
    for place, reading in enumerate(columns):
        told = {s: (count, int(each[place])) for s, count, each in large}
        if {_side(count, n, holds) for count, n in told.values()} == {True, False}:
            yield _Kept(
                state=state.column.position,
                column=reading.column.position,
                filled=told,
                share=sum(max(n, count - n) for count, n in told.values()) / looked,
            )


def _side(rows: int, filled: int, holds: float) -> bool | None:
    """Return whether nearly all rows are filled, or nearly none; None where neither is so."""
    if filled >= holds * rows:
        return True
    return False if filled <= (1 - holds) * rows else None


def _is_filled(data: QualityData, position: int) -> tuple[str, dict[str, object]]:
    """Return the condition that a cell says something, with its parameters; what stands for a missing one does not."""
    raw, counted = data.source.column(position), measures(data, position)
    if not counted.placeholder:
        return f"trim({raw}) <> ''", {}
    query = f"SELECT v FROM {data.grouped(position)} WHERE state < {INVALID} AND v <> '' ORDER BY v"
    name = f"missing_{position}"
    words = [str(v) for (v,) in data.engine.fetch(query)]
    return f"trim({raw}) <> '' AND NOT list_contains(${name}, {raw})", {name: words}


def _broken(data: QualityData, kept: _Kept) -> Iterator[_Break]:
    """Yield the cells that are not as nearly all of the same state are."""
    condition, words = _is_filled(data, kept.column)
    state, column = data.source.column(kept.state), data.source.column(kept.column)
    for is_filled in (True, False):
        values = [s for s, (rows, filled) in kept.filled.items() if (2 * filled < rows) is is_filled]
        query = (
            f"SELECT _row, {column}, coalesce({state}, '') AS s FROM {data.source.table} "
            f"WHERE coalesce({state}, '') IN (SELECT unnest($values)) "
            f"AND coalesce({condition}, FALSE) = {is_filled} ORDER BY _row LIMIT {_MOST_ROWS}"
        )
        for row, cell, s in data.engine.fetch(query, {"values": values, **words}):
            rows, filled = kept.filled[str(s)]
            yield _Break(
                row=int(row),
                kept=kept,
                state=str(s),
                cell=str(cell or ""),
                usual=(rows - filled if is_filled else filled) / rows,
                is_filled=is_filled,
            )


def _judged(data: QualityData, check: Check, breaks: Sequence[_Break]) -> Suspicion:
    """Return what is wrong in a row: a cell, or the state where several cells of the row speak against it."""
    first = breaks[0]
    said = f"the rows with {data.reading(first.kept.state).column.header.strip()} {first.state or '(blank)'}"
    if len(breaks) > 1:
        headers = [data.reading(item.kept.column).column.header.strip() for item in breaks]
        against = [
            f"{name} {'filled' if item.is_filled else 'blank'}" for name, item in zip(headers, breaks, strict=True)
        ]
        position, cell, sure = first.kept.state, first.state, _LIKELIER
        because = f"{' and '.join(against)}: hardly any of {said} are so"
    else:
        position, cell = first.kept.column, first.cell
        sure = _LIKELY + (_LIKELIER - _LIKELY) * max(0.0, (first.usual - _HOLDS) / (1 - _HOLDS))
        because = f"{first.usual:.1%} of {said} are {'blank' if first.is_filled else 'filled'} here"
    return Suspicion(
        check=check.id, position=position, value=cell, row=first.row, confidence=round(sure, 2), because=because
    )
