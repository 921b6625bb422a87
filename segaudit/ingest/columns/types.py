"""What kind of value each column holds: declared by its field, or found in its first rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.model.source import Source
from segaudit.sql.kinds import KINDS, WHITE_SPACE, needed_steps, with_steps
from segaudit.sql.kinds.styles import choose_style
from segaudit.text.folding import fold_header

# A kind is believed when it reads this share of a column's filled cells; the rest are its invalid ones.
_BELIEVED_FROM = 0.9
_HALF = re.compile(r"-?[0-9]{1,3}\.(?:25|5|50|75)")
_SOME = 0.02  # of the different values
_CENTS = re.compile(r"[.,][0-9]{2}$")
_FEW_VALUES = 60  # an enumeration has no more
_SEPARATORS = (";", "|", "**")
_SHARE_SEPARATED = 0.2
_ID_HEADER = re.compile(r"[_ -](id|ID|Id)$|[a-z](ID|Id)$")  # "Deal ID", "customerId"; but not "PAID"
_LONGEST_PART = 60  # characters
_FEW_WORDS = 4  # yes and no, in two languages
_SHORTEST_DATE = 6
_SHORTEST_PHONE = 7  # digits


@dataclass(frozen=True, slots=True)
class _Sample:
    column: MappedColumn
    values: tuple[str, ...]  # different, trimmed, not missing; in order of appearance
    cells: int  # filled cells they come from


def find_types(
    source: Source, fields: FieldMap, placeholders: Sequence[Placeholder], engine: Engine
) -> tuple[ColumnReading, ...]:
    """Decide for each column how its cells are read.

    Args:
        source: The file; its sample is what types are found in.
        fields: What the columns were mapped to; a declared type is never overruled.
        placeholders: Words that stand for a missing value, which say nothing of a type.
        engine: Where the readings run.
    """
    samples = [_sample(source, column, placeholders) for column in fields.columns]
    undeclared = [sample for sample in samples if sample.column.type is None]
    found = _find(undeclared, engine)
    evidence = _style_evidence(
        [(sample, sample.column.type or found[sample.column.position]) for sample in samples], engine
    )
    return tuple(
        _reading(sample, found.get(sample.column.position), evidence.get(sample.column.position, {}), fields)
        for sample in samples
    )


def _sample(source: Source, column: MappedColumn, placeholders: Sequence[Placeholder]) -> _Sample:
    missing = {item.value for item in placeholders}
    index = column.position - 1
    cells = [row[index].strip(WHITE_SPACE) for row in source.sample if index < len(row)]
    filled = [cell for cell in cells if cell and cell.lower() not in missing]
    return _Sample(column, tuple(dict.fromkeys(filled)), len(filled))


def _find(samples: Sequence[_Sample], engine: Engine) -> dict[int, FieldType]:
    """Try each kind, most telling first, on the columns that look like it and have no type yet."""
    found = {sample.column.position: _by_shape(sample) for sample in samples}
    open_samples = [sample for sample in samples if found[sample.column.position] is None]
    for kind, looks_like in _ATTEMPTS:
        candidates = [sample for sample in open_samples if found[sample.column.position] is None and looks_like(sample)]
        shares = _recognised(candidates, kind, engine)
        for sample in candidates:
            if shares.get(sample.column.position, 0.0) >= _BELIEVED_FROM:
                found[sample.column.position] = kind
    return {sample.column.position: found[sample.column.position] or _by_frequency(sample) for sample in samples}


def _by_shape(sample: _Sample) -> FieldType | None:
    """Decide what needs no reading: identifiers by their header, 0/1 flags, lists."""
    if not sample.values:
        return FieldType.TEXT
    header = sample.column.header.strip()
    if fold_header(header) == "id" or _ID_HEADER.search(header):
        return FieldType.ID
    if set(sample.values) == {"0", "1"}:
        return FieldType.BOOL
    if find_separator(sample.values):
        return FieldType.MULTI
    return None


def find_separator(values: Sequence[str], separators: Sequence[str] = _SEPARATORS) -> str:
    """Return what separates the values within cells, or nothing."""
    for separator in separators:
        parted = [value for value in values if separator in value.strip(separator + " ")]
        if len(parted) >= max(2, _SHARE_SEPARATED * len(values)):
            parts = [part.strip() for value in parted for part in value.split(separator)]
            # The parts of a list recur from cell to cell and are short; those of a sentence are not.
            if len(set(parts)) <= len(parts) / 2 and max(map(len, parts)) <= _LONGEST_PART:
                return separator
    return ""


def _list_separator(values: Sequence[str]) -> str:
    """Return what separates the values of a column that holds lists; here a comma does, if no other does more often."""
    found = find_separator(values)
    rest = [value for value in values if not found or found not in value]
    commas = sum("," in value for value in rest)
    if commas > len(values) - len(rest) and find_separator(rest, (",",)):
        return ","
    return found or ";"


def _by_frequency(sample: _Sample) -> FieldType:
    few = len(sample.values) <= _FEW_VALUES and len(sample.values) <= sample.cells / 2
    return FieldType.ENUM if few else FieldType.TEXT


def _mostly(test: Callable[[str], bool]) -> Callable[[_Sample], bool]:
    return lambda sample: sum(map(test, sample.values)) >= _BELIEVED_FROM * len(sample.values)


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


_digits = _mostly(_has_digit)
# Amounts are written with cents even where nearly all of them are whole: 99.50 among 1200.00 is no slip.
_in_cents = _mostly(lambda value: _CENTS.search(value) is not None)


# Whole numbers with some halves and quarters among them are numbers: hours, ratings, offsets from Greenwich.
def _halves(sample: _Sample) -> bool:
    return sum(_HALF.fullmatch(value) is not None for value in sample.values) >= max(1, _SOME * len(sample.values))


_ATTEMPTS: tuple[tuple[FieldType, Callable[[_Sample], bool]], ...] = (
    (FieldType.BOOL, lambda sample: len(sample.values) <= _FEW_WORDS),
    (FieldType.EMAIL, _mostly(lambda value: "@" in value)),
    (FieldType.URL, _mostly(lambda value: "." in value and not any(map(str.isspace, value)))),
    (FieldType.INT, lambda sample: _digits(sample) and not _in_cents(sample) and not _halves(sample)),
    (FieldType.NUMBER, _digits),
    (FieldType.DATE, _mostly(lambda value: len(value) >= _SHORTEST_DATE and _has_digit(value))),
    (FieldType.MONEY, _digits),
    (FieldType.PHONE, _mostly(lambda value: sum(map(str.isdigit, value)) >= _SHORTEST_PHONE)),
)


def _readings_over(kind: FieldType, wanted: Sequence[str]) -> str:
    """Return a relation of sampled values read as a kind, in its default style, with what is wanted of it."""
    reading = KINDS[kind].readings[KINDS[kind].default_style]
    steps = needed_steps((*reading.steps, {"value": reading.value}), wanted)
    return with_steps("(SELECT k, v, v AS t FROM (SELECT unnest($keys) AS k, unnest($values) AS v))", steps)


def _pairs(samples: Sequence[_Sample]) -> dict[str, list[int] | list[str]]:
    return {
        "keys": [sample.column.position for sample in samples for _ in sample.values],
        "values": [value for sample in samples for value in sample.values],
    }


def _recognised(samples: Sequence[_Sample], kind: FieldType, engine: Engine) -> dict[int, float]:
    """Return the share of each column's sampled values that a kind recognises."""
    if not samples:
        return {}
    recognise = KINDS[kind].recognise or "FALSE"
    relation = _readings_over(kind, [recognise])
    query = f"SELECT k, avg(CASE WHEN {recognise} THEN 1 ELSE 0 END) FROM {relation} GROUP BY k"
    return {int(key): float(share) for key, share in engine.fetch(query, _pairs(samples))}


def _style_evidence(typed: Sequence[tuple[_Sample, FieldType]], engine: Engine) -> dict[int, dict[str, int]]:
    """Count, for columns of a kind with several styles, the sampled values only one style can read."""
    alike: dict[str, list[tuple[_Sample, FieldType]]] = {}
    for sample, kind in typed:
        evidence = KINDS[kind].evidence
        if evidence and sample.values:
            sums = ", ".join(f"sum(CASE WHEN {test} THEN 1 ELSE 0 END)" for test in evidence.values())
            # Whole and other numbers give evidence in the same way, so one query serves both.
            query = f"SELECT k, {sums} FROM {_readings_over(kind, [*evidence.values()])} GROUP BY k"
            alike.setdefault(query, []).append((sample, kind))
    if not alike:
        return {}
    results = engine.fetch_all([(query, _pairs([sample for sample, _ in group])) for query, group in alike.items()])
    counts: dict[int, dict[str, int]] = {}
    for group, rows in zip(alike.values(), results, strict=True):
        styles = list(KINDS[group[0][1]].evidence)
        for key, *found in rows:
            counts[int(key)] = {style: int(count) for style, count in zip(styles, found, strict=True)}
    return counts


def _reading(sample: _Sample, found: FieldType | None, evidence: Mapping[str, int], fields: FieldMap) -> ColumnReading:
    column = sample.column
    kind = column.type or found or FieldType.TEXT
    style, note = choose_style(kind, evidence, fields)
    source = "found" if column.type is None else ("map" if column.source == "map" else "field")
    reading = ColumnReading(column=column, type=kind, type_source=source, style=style, notes=(note,) if note else ())
    if kind is FieldType.MULTI:
        return replace(reading, separator=_list_separator(sample.values))
    return reading
