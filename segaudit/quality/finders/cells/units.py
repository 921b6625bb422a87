"""Numbers with a unit: written in one way by some rows and in another by others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segaudit.model.fields import FieldType
from segaudit.model.quality import Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.unit_names import unit_of

_NUMBER = re.compile(r"([+-]?[0-9][0-9.,]*)\s*(\D{0,24})")
_TYPES = frozenset({FieldType.TEXT, FieldType.ENUM})
_MOST_DIFFERENT = 20_000  # values
_LEAST_ROWS = 20
_NUMBERS = 0.9  # share of the rows that start with a number and end in a unit
_MOST_UNITS = 40  # different endings; of more, they are no units
_KNOWN = 3  # times as many rows with a unit that is known as with another ending
_SIGNS = frozenset("%°\N{PRIME}\N{DOUBLE PRIME}\"'")
_STANDARD = 0.6  # share of the rows that write the unit in one way, so that others deviate
_SAME_MEASURE = 0.5  # share of the numbers with one ending that also stand with another: then both measure the same
_SURE_MINORITY = 0.92
_SURE_NO_STANDARD = 0.75


@dataclass(frozen=True, slots=True)
class _Measured:
    value: str
    number: str
    unit: str
    rows: int


def mixed_units(data: QualityData, check: str) -> Iterator[Suspicion]:
    """Yield the values of measures whose unit is written otherwise than most rows write it."""
    for reading in data.readings:
        position = reading.column.position
        counts = data.coverage[position]
        if reading.type not in _TYPES or counts.filled < _LEAST_ROWS or counts.distinct > _MOST_DIFFERENT:
            continue
        measured = _measured(data.values(position))
        if measured:
            yield from _deviating(position, measured, check)


def _measured(values: Sequence[Counted]) -> list[_Measured]:
    """Return the values as number and unit, none if the column does not hold measures."""
    found = []
    for value, rows in values:
        match = _NUMBER.fullmatch(value)
        if match:
            found.append(_Measured(value, match[1].rstrip(".,"), match[2].strip(), rows))
    rows = sum(each.rows for each in found)
    units = {each.unit for each in found}
    different = len({each.number for each in found})
    is_measure = rows >= _NUMBERS * sum(n for _, n in values) and 1 < len(units) <= _MOST_UNITS
    # 9a is a house, 3A a seat, 145 High Street an address: what stands behind most of the numbers has to be a unit.
    known = sum(each.rows for each in found if _unit(each.unit))
    unknown = sum(each.rows for each in found if each.unit and not _unit(each.unit))
    is_measure &= known >= _KNOWN * unknown and known > 0
    return found if is_measure and different > 1 and rows > 2 * len(units) else []


def _unit(text: str) -> str:
    """Return the unit a number ends in, by one name however it is written; "" for none, or none that is known."""
    return unit_of(text) or (text if text in _SIGNS else "")


def _deviating(position: int, measured: Sequence[_Measured], check: str) -> Iterator[Suspicion]:
    total = sum(each.rows for each in measured)
    by_unit: dict[str, int] = {}
    numbers: dict[str, set[str]] = {}
    for each in measured:
        by_unit[each.unit] = by_unit.get(each.unit, 0) + each.rows
        numbers.setdefault(each.unit, set()).add(each.number)
    standard, rows = max(by_unit.items(), key=lambda item: (item[1], item[0]))
    has_standard = rows >= _STANDARD * total
    kinds = {_unit(unit) for unit in by_unit if _unit(unit)}
    only = _unit(standard) or (next(iter(kinds)) if len(kinds) == 1 else "")  # what all of them are measured in
    shared = _shared(standard, numbers)
    if shared < _SAME_MEASURE:
        return
    for each in measured:
        if has_standard and each.unit == standard:
            continue
        if not has_standard and not each.unit:
            continue
        written = f"with {standard}" if standard else "without a unit"
        # A number is taken over only if the unit stays what it is: 10 ml are not 10 mg, and 9x% are not 9%.
        means = _unit(each.unit) or ("" if each.unit else only)
        suggestion = (
            (_standardised(each, standard) if has_standard else each.number) if only and means == only else None
        )
        yield Suspicion(
            check=check,
            position=position,
            value=each.value,
            rows=each.rows,
            suggestion=suggestion,
            confidence=_SURE_MINORITY if has_standard and suggestion else _SURE_NO_STANDARD,
            because=f"{rows} of {total} rows write it {written}"
            if has_standard
            else f"one measure is written with {len([u for u in by_unit if u])} different units or spellings of one",
        )


def _shared(standard: str, numbers: dict[str, set[str]]) -> float:
    """Return which share of the numbers with other units also stands with the most frequent one."""
    others = [number for unit, held in numbers.items() if unit != standard for number in held]
    return sum(number in numbers[standard] for number in others) / len(others) if others else 0.0


def _standardised(each: _Measured, standard: str) -> str:
    gap = " " if standard[:1].isalpha() else ""
    return f"{each.number}{gap}{standard}"
