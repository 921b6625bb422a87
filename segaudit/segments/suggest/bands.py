"""Segments that are bands of one number: where one ends and the next begins, and the same cut elsewhere."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from segaudit.model.fields import NUMERIC_TYPES
from segaudit.model.segments import Assignment, RuleField, Schema
from segaudit.segments.suggest.selectors import number

_UPPER = frozenset({"lt", "lte"})
_LOWER = frozenset({"gt", "gte"})
_PAIRS = frozenset({"between", "range"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A clause on a number in a segment's criteria, and where it stands there."""

    field: str
    path: tuple[str | int, ...]  # to the map of the clause
    low: float | None  # the first value inside; None: open
    high: float | None  # the first value above
    open_low: bool = False  # ``gt``: the low end itself is outside
    closed_high: bool = False  # the high end itself is inside, of numbers that are not whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Where a lower segment ends and the upper one begins."""

    field: str
    lower: str
    upper: str
    cut: float  # the first value of the upper one
    least: float | None  # of the lower one
    most: float | None  # the first value above the upper one
    edits: tuple[tuple[str, Band, str], ...]  # segment, its clause, the end to move: "low" or "high"


def boundaries(
    schema: Schema, written: Mapping[tuple[str, str], Mapping[str, Any]], fields: Mapping[str, RuleField]
) -> Iterator[Boundary]:
    """Yield where the segments of a schema meet on a number."""
    bands = [
        (segment.id, band)
        for segment in schema.segments
        for band in _bands(written[schema.id, segment.id]["criteria"], fields)
        if not segment.suppress
    ]
    for place, (one, a) in enumerate(bands):
        for other, b in bands[place + 1 :]:
            if one == other or a.field != b.field:
                continue
            mine, theirs = (written[schema.id, name]["criteria"] for name in (one, other))
            if without(mine, a) != without(theirs, b):
                continue  # what moves would not be in the other one
            found = _meeting((one, a), (other, b)) or _meeting((other, b), (one, a))
            if found is None and schema.assign is Assignment.FIRST_MATCH:
                found = _falling((one, a), (other, b))
            if found is not None and not _between(found, bands):
                yield found


def _bands(criteria: Any, fields: Mapping[str, RuleField]) -> list[Band]:  # noqa: ANN401 - as a file has it
    """Return the clauses on numbers that every member must meet; a field with several of them has none."""
    found = [
        band
        for path, name, test in _clauses(criteria, ())
        if name in fields and fields[name].type in NUMERIC_TYPES
        for band in [_band(name, path, test, whole=fields[name].type.value == "int")]
        if band is not None
    ]
    names = [name for _, name, _ in _clauses(criteria, ())]
    return [band for band in found if names.count(band.field) == 1]


def _clauses(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, dict[str, Any]]]:  # noqa: ANN401
    if not isinstance(node, dict):
        return
    inner = node.get("all")
    if isinstance(inner, list):
        for place, item in enumerate(inner):
            yield from _clauses(item, (*path, "all", place))
    for key, test in node.items():
        if key not in {"all", "any", "none", "not", "not_all", "at_least", "score"} and isinstance(test, dict):
            yield path, key, test


def _band(  # noqa: PLR0911 - one for each way to write a band
    name: str, path: tuple[str | int, ...], test: dict[str, Any], *, whole: bool
) -> Band | None:
    """Return a clause as a band; None if it is none, or its ends are no plain numbers."""
    ends = {key: value for key, value in test.items() if key != "missing"}
    if len(ends) != 1:
        return None
    ((operator, operand),) = ends.items()
    step = 1.0 if whole else 0.0
    values = [_plain_number(item) for item in (operand if isinstance(operand, list) else [operand])]
    if operator in _PAIRS and len(values) == 2 and None not in values:  # noqa: PLR2004 - two ends
        low, high = values
        if low is None or high is None:
            return None
        closed = operator == "between"
        return Band(field=name, path=path, low=low, high=high + step if closed else high,
                    closed_high=closed and not whole)  # fmt: skip
    if len(values) != 1 or values[0] is None:
        return None
    value = values[0]
    if operator in _LOWER:
        above = operator == "gt"
        return Band(
            field=name, path=path, low=value + step if above else value, high=None, open_low=above and not whole
        )
    if operator in _UPPER:
        closed = operator == "lte"
        return Band(field=name, path=path, low=None, high=value + step if closed else value,
                    closed_high=closed and not whole)  # fmt: skip
    return None


_SCALES = {"K": 1e3, "M": 1e6, "B": 1e9}


def _plain_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip().replace(",", "")
    scale = _SCALES.get(text[-1:].upper(), 1.0)
    try:
        return float(text[:-1] if scale > 1 else text) * scale
    except ValueError:
        return None


def _meeting(lower: tuple[str, Band], upper: tuple[str, Band]) -> Boundary | None:
    """Return where one band ends and the other begins; None if it does not."""
    (one, a), (other, b) = lower, upper
    if a.high is None or b.low is None or a.high != b.low:
        return None
    return Boundary(
        field=a.field, lower=one, upper=other, cut=b.low, least=a.low, most=b.high,
        edits=((one, a, "high"), (other, b, "low")),
    )  # fmt: skip


def _falling(first: tuple[str, Band], then: tuple[str, Band]) -> Boundary | None:
    """Return where the first of two steps of a waterfall ends: ``gte: 70`` and then ``gte: 40``."""
    (one, a), (other, b) = first, then
    if a.low is not None and a.high is None and b.low is not None and b.high is None and a.low > b.low:
        return Boundary(field=a.field, lower=other, upper=one, cut=a.low, least=b.low, most=None,
                        edits=((one, a, "low"),))  # fmt: skip
    if a.high is not None and a.low is None and b.high is not None and b.low is None and a.high < b.high:
        return Boundary(field=a.field, lower=one, upper=other, cut=a.high, least=None, most=b.high,
                        edits=((one, a, "high"),))  # fmt: skip
    return None


def _between(found: Boundary, bands: list[tuple[str, Band]]) -> bool:
    """Tell whether a step of a third segment lies between: 70, 55, 40 meet one by one."""
    if len(found.edits) > 1:
        return False
    low, high = (found.least, found.cut) if found.edits[0][2] == "low" else (found.cut, found.most)
    return any(
        band.field == found.field and end is not None and (low is None or end > low) and (high is None or end < high)
        for _, band in bands
        for end in (band.low, band.high)
    )


def moved(criteria: dict[str, Any], band: Band, end: str, cut: float, *, whole: bool) -> dict[str, Any]:
    """Return criteria with one end of a band moved to a cut: the first value of the upper segment."""
    changed: dict[str, Any] = deepcopy(criteria)
    holder: Any = changed
    for step in band.path:
        holder = holder[step]
    test = {key: value for key, value in holder[band.field].items() if key == "missing"}
    low = band.low if end == "high" else cut
    high = band.high if end == "low" else cut
    holder[band.field] = {**_test(low, high, whole=whole, closed=band.closed_high and end == "low"), **test}
    return changed


def _test(low: float | None, high: float | None, *, whole: bool, closed: bool) -> dict[str, Any]:
    if low is None and high is not None:
        return {"lte": number(high - 1)} if whole else {"lte" if closed else "lt": number(high)}
    if high is None and low is not None:
        return {"gte": number(low)}
    if low is None or high is None:
        raise ValueError((low, high))
    if whole:
        return {"between": [number(low), number(high - 1)]}
    return {"between" if closed else "range": [number(low), number(high)]}


def joined_bands(one: dict[str, Any], other: dict[str, Any], fields: Mapping[str, RuleField]) -> dict[str, Any] | None:
    """Return the criteria of two bands that meet as one band; None if they do not, or ask for more than that."""
    for a in _bands(one, fields):
        for b in _bands(other, fields):
            if a.field != b.field or without(one, a) != without(other, b):
                continue
            low, high = (a, b) if a.high is not None and a.high == b.low else (b, a)
            if low.high is None or low.high != high.low:
                continue
            whole = fields[a.field].type.value == "int"
            if low.low is None and high.high is None:
                return _with_test(one, a, {"known": True})
            return _with_test(one, a, _test(low.low, high.high, whole=whole, closed=high.closed_high))
    return None


def without(criteria: dict[str, Any], band: Band) -> dict[str, Any]:
    """Return criteria without the test of a band: what else they ask for."""
    return _with_test(criteria, band, {})


def _with_test(criteria: dict[str, Any], band: Band, test: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = deepcopy(criteria)
    holder: Any = changed
    for step in band.path:
        holder = holder[step]
    options = {key: value for key, value in holder[band.field].items() if key == "missing"}
    holder[band.field] = {**test, **options}
    return changed
