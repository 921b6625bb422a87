"""What stands in lists of several values: items in another spelling, and lists parted by another sign than the rest."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from segaudit.model.fields import ColumnReading
from segaudit.model.quality import Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.sql.kinds import WHITE_SPACE

Judge: TypeAlias = Callable[[Sequence[Counted]], Iterator[Suspicion]]

_OTHERS = (";", "|", ",")  # signs that part lists
_KNOWN = 3  # rows of an item that is one of the column's own
_MOST_ITEMS = 3_000
_SURE_PARTED = 0.9
_QUOTES = "\"'"


def misspelled_items(data: QualityData, reading: ColumnReading, judge: Judge, check: str) -> Iterator[Suspicion]:
    """Yield the lists that hold an item in another spelling, or are parted by another sign.

    Args:
        data: The table.
        reading: Its column of lists.
        judge: Says which of some values, with their rows, are another in another spelling.
        check: Id.
    """
    position, own = reading.column.position, reading.separator or ";"
    values = data.values(position)
    counted: Counter[str] = Counter()
    for value, rows in values:
        for item in _items(value, own):
            counted[item] += rows
    known = frozenset(item for item, rows in counted.items() if rows >= _KNOWN)
    meant: dict[str, Suspicion] = {}
    lists = {value: other for value, _ in values if (other := _parted_by(value, own, known))}
    for found in judge(counted.most_common(_MOST_ITEMS)):
        if found.suggestion is not None and found.value not in lists:
            meant.setdefault(found.value, found)
    for value, rows in values:
        other = lists.get(value)
        if other is not None:
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion=_joint(values, own).join(_items(value, other)),
                confidence=_SURE_PARTED,
                because=f"its items are parted by {other}, those of the other lists by {own}",
            )
            continue
        wrong = [meant[item] for item in _items(value, own) if item in meant]
        if wrong:
            yield Suspicion(
                check=check,
                position=position,
                value=value,
                rows=rows,
                suggestion=_mended(value, own, {found.value: found.suggestion or "" for found in wrong}),
                confidence=min(found.confidence for found in wrong),
                because="; ".join(f"{found.value}: {found.because}" for found in wrong),
            )


def _items(value: str, separator: str) -> list[str]:
    return [item for part in value.split(separator) if (item := part.strip(WHITE_SPACE + _QUOTES))]


def _parted_by(value: str, own: str, known: frozenset[str]) -> str | None:
    """Return the sign that parts a list instead of the column's own; None if it is parted by that or by none."""
    if own in value:
        return None
    for other in _OTHERS:
        items = _items(value, other) if other in value else []
        if len(items) > 1 and known.issuperset(items):
            return other
    return None


def _joint(values: Sequence[Counted], own: str) -> str:
    """Return what stands between the items of most lists: the sign, or the sign and a space."""
    spaced = sum(rows for value, rows in values if f"{own} " in value)
    return f"{own} " if 2 * spaced > sum(rows for value, rows in values if own in value) else own


def _mended(value: str, own: str, meant: Mapping[str, str]) -> str:
    """Return a list with some items as they are meant, and all else as it stands there."""
    parts = []
    for part in value.split(own):
        item = part.strip(WHITE_SPACE + _QUOTES)
        parts.append(part.replace(item, meant[item]) if item in meant else part)
    return own.join(parts)
