"""All that speaks against a cell, said once: what dependencies, spelling and pattern say of it, put together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.dependencies import broken_dependencies
from segaudit.quality.finders.patterns import broken_patterns
from segaudit.quality.finders.spellings import misspelled_values
from segaudit.sql.kinds import WHITE_SPACE, trimmed

_MOST_CERTAIN = 0.99
_FURTHER = 0.5  # what each further finder's word counts for: they look at the same cell
_LEAST_JOINED = 0.5  # confidence from which a finder's word adds to another's
_NEARLY_ALL = 0.8  # of the rows that hold a value
_MOST_ROWS = 50_000  # of values that are split into their rows because other finders speak of some of them

_Cell: TypeAlias = tuple[int, int | None, str]  # column, row if it is about one, trimmed value


def find_cell_errors(data: QualityData) -> list[Suspicion]:
    """Return the cells that are wrong, each with one suspicion, by column, row and value.

    A suspicion without a row concerns every row of the column that holds its value.
    """
    found = [
        suspicion
        for suspicions in (
            broken_dependencies(data, "dependencies"),
            misspelled_values(data, "spellings"),
            broken_patterns(data, "patterns"),
        )
        for suspicion in suspicions
        if isinstance(suspicion, Suspicion)
    ]
    by_cell: dict[_Cell, list[Suspicion]] = {}
    for suspicion in _by_row_where_needed(data, found):
        cell = suspicion.position, suspicion.row, suspicion.value.strip(WHITE_SPACE)
        by_cell.setdefault(cell, []).append(suspicion)
    merged = [_merged(suspicions) for suspicions in by_cell.values()]
    kept = _without_wrong_models(data, merged)
    return sorted(kept, key=lambda each: (each.position, each.row or 0, each.value))


def _by_row_where_needed(data: QualityData, found: Sequence[Suspicion]) -> list[Suspicion]:
    """Return the suspicions with those of values split into rows where others speak of some of these rows."""
    single = {(each.position, each.value.strip(WHITE_SPACE)) for each in found if each.row is not None}
    split = [each for each in found if each.row is None and (each.position, each.value) in single]
    kept = [each for each in found if each.row is not None or (each.position, each.value) not in single]
    for position in sorted({each.position for each in split}):
        mine = [each for each in split if each.position == position]
        rows = _rows_of(data, position, sorted({each.value for each in mine}))
        kept += [replace(each, row=row, value=raw, rows=1) for each in mine for row, raw in rows.get(each.value, ())]
    return kept


def _rows_of(data: QualityData, position: int, values: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Return by value the rows that hold it, with the raw cell."""
    column = data.source.column(position)
    found = data.engine.fetch(
        f"SELECT t, _row, raw FROM (SELECT _row, {column} AS raw, {trimmed(column)} AS t FROM {data.source.table}) "
        f"WHERE t IN (SELECT unnest($values)) ORDER BY _row LIMIT {_MOST_ROWS}",
        {"white_space": WHITE_SPACE, "values": list(values)},
    )
    rows: dict[str, list[tuple[int, str]]] = {}
    for value, row, raw in found:
        rows.setdefault(str(value), []).append((int(row), str(raw)))
    return rows


def _merged(suspicions: Sequence[Suspicion]) -> Suspicion:
    """Return one suspicion for a cell: the strongest, surer for each other finder that agrees."""
    ranked = sorted(suspicions, key=lambda each: (-each.confidence, each.suggestion is None, each.check, each.because))
    best = ranked[0]
    named = next((each for each in ranked if each.suggestion is not None), None)
    if best.suggestion is None and named is not None and named.confidence >= _LEAST_JOINED:
        best = replace(best, suggestion=named.suggestion)
    doubt, reasons, checks = 1 - best.confidence, [best.because], {best.check}
    for each in ranked[1:]:
        if each.check in checks or each.confidence < _LEAST_JOINED:
            continue
        checks.add(each.check)
        reasons.append(each.because)
        if best.suggestion in {None, each.suggestion} or each.suggestion is None:
            doubt *= 1 - _FURTHER * each.confidence
    sure = max(best.confidence, min(_MOST_CERTAIN, 1 - doubt))
    return replace(best, confidence=round(sure, 3), because="; ".join(reasons))


def _without_wrong_models(data: QualityData, suspicions: Sequence[Suspicion]) -> list[Suspicion]:
    """Return the suspicions but for those that suggest a value that is suspected itself nearly wherever it stands."""
    suspected: Counter[tuple[int, str]] = Counter()
    for each in suspicions:
        suspected[each.position, each.value.strip(WHITE_SPACE)] += each.rows
    doubtful: dict[int, set[str]] = {}
    for each in suspicions:
        if each.suggestion and (each.position, each.suggestion) in suspected:
            doubtful.setdefault(each.position, set()).add(each.suggestion)
    wrong = set()
    for position, values in sorted(doubtful.items()):
        for value, rows in _rows_of(data, position, sorted(values)).items():
            if suspected[position, value] >= _NEARLY_ALL * len(rows):
                wrong.add((position, value))
    return [each for each in suspicions if not each.suggestion or (each.position, each.suggestion) not in wrong]
