"""What is asked of one field, as the search handles it: an interval or a set of values; and as rules say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from segaudit.model.fields import FieldType
from segaudit.model.suggestions import Feature, FeatureKind, Plain
from segaudit.segments.suggest.start.frame import Frame, Numbers

Truth = NDArray[np.int8]  # 1 TRUE, 0 FALSE, -1 UNKNOWN
TRUE, FALSE, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked of one feature: that its value lies in an interval, or is one of some values or none of them."""

    feature: Feature
    low: float | None = None
    low_included: bool = True
    high: float | None = None
    high_included: bool = False
    values: frozenset[int] | None = None  # places in ``feature.values``
    none_of: bool = False
    counted_from: date | None = None  # of a date: its ends are told as days before this one
    region: str = ""  # of a country: the values are those of this region, and rules ask for it

    @property
    def is_yes_no(self) -> bool:
        """Tell whether it is asked of a feature that is true or false."""
        return self.feature.kind is FeatureKind.BOOL

    def opposite(self) -> "Ask":
        """Return what holds where this does not; of an interval with one end, or of values."""
        if self.values is not None:
            return replace(self, none_of=not self.none_of)
        if self.low is not None:
            return replace(self, low=None, low_included=True, high=self.low, high_included=not self.low_included)
        return replace(self, high=None, high_included=False, low=self.high, low_included=not self.high_included)

    def meet(self, other: "Ask") -> "Ask":
        """Return what holds where both do; both are of one feature."""
        if self.values is not None and other.values is not None:
            return self._meet_values(other)
        lows = [item for item in (self, other) if item.low is not None]
        highs = [item for item in (self, other) if item.high is not None]
        low = max(lows, key=lambda item: (item.low or 0.0, not item.low_included), default=self)
        high = min(highs, key=lambda item: (item.high or 0.0, item.high_included), default=self)
        return replace(
            self, low=low.low, low_included=low.low_included, high=high.high, high_included=high.high_included
        )

    def _meet_values(self, other: "Ask") -> "Ask":
        mine, others = self.values or frozenset(), other.values or frozenset()
        match self.none_of, other.none_of:
            case True, True:
                return replace(self, values=mine | others)
            case True, False:
                return replace(self, values=others - mine, none_of=False)
            case False, True:
                return replace(self, values=mine - others)
            case _:
                return replace(self, values=mine & others)

    def truth(self, column: Numbers) -> Truth:
        """Return what is so of each value."""
        if self.values is not None:
            holds = np.isin(column, sorted(self.values)) != self.none_of
        else:
            holds = np.ones(len(column), dtype=np.bool_)
            with np.errstate(invalid="ignore"):
                if self.low is not None:
                    holds &= column >= self.low if self.low_included else column > self.low
                if self.high is not None:
                    holds &= column <= self.high if self.high_included else column < self.high
        found: Truth = np.where(np.isnan(column), UNKNOWN, holds.astype(np.int8))
        return found

    def criteria(self) -> dict[str, Plain]:
        """Return the condition as a rules file has it."""
        name = self.feature.name
        match self.feature.kind:
            case FeatureKind.BOOL:
                return {name: {"is": self.low is not None}}
            case FeatureKind.CATEGORY if self.region:
                return {name: {"region_in": [self.region]}}
            case FeatureKind.CATEGORY:
                return self._words()
            case FeatureKind.DATE:
                return {name: self._dates()}
            case _:
                return {name: self._numbers()}

    def _words(self) -> dict[str, Plain]:
        feature = self.feature
        words: list[Plain] = [feature.values[place].written for place in sorted(self.values or ())]
        inside: dict[str, Plain] = {feature.name: {feature.read_by or "in": words}}
        if not self.none_of:
            return inside
        if feature.read_by:
            return {"none": [inside]}
        # Said aloud, so that nobody need ask what becomes of a blank.
        return {feature.name: {"not_in": words}, "missing": "unknown"}

    def _numbers(self) -> dict[str, Plain]:
        low, high = self.low, self.high
        if low is not None and high is not None and self.low_included and not self.high_included:
            if self.feature.type is FieldType.INT:
                return {"eq": _plain(low)} if high - 1 == low else {"between": [_plain(low), _plain(high - 1)]}
            return {"range": [_plain(low), _plain(high)]}
        asked: dict[str, Plain] = {}
        if low is not None:
            asked["gte" if self.low_included else "gt"] = _plain(low)
        if high is not None:
            asked["lte" if self.high_included else "lt"] = _plain(high)
        return asked

    def _dates(self) -> dict[str, Plain]:
        asked: dict[str, Plain] = {}
        if self.low is not None:
            asked |= _day_from(self.low, self.counted_from)
        if self.high is not None:
            asked |= _day_to(self.high, self.counted_from)
        return asked

    def words(self) -> str:
        """Return the condition in words, with the header of the file."""
        header = self.feature.header
        match self.feature.kind:
            case FeatureKind.BOOL:
                return f"{header}: {'yes' if self.low is not None else 'no'}"
            case FeatureKind.CATEGORY:
                return f"{header} {self._value_words()}"
            case FeatureKind.DATE:
                return f"{header} {self._date_words()}"
            case _:
                return f"{header} {self._number_words()}"

    def _value_words(self) -> str:
        if self.region:
            return f"in {self.region}"
        values, asked = self.feature.values, self.values or frozenset()
        left = [value.written for place, value in enumerate(values) if place not in asked]
        if self.none_of and len(left) == 1:
            return f"{left[0]} or a new value"
        listed = _listed([values[place].written for place in sorted(asked)])
        return f"other than {listed}" if self.none_of else listed

    def _number_words(self) -> str:
        low, high = self.low, self.high
        if low is not None and high is not None:
            if self.feature.type is FieldType.INT and self.low_included and not self.high_included:
                return told(low) if high - 1 == low else f"{told(low)} to {told(high - 1)}"
            return f"{told(low)} to below {told(high)}"
        if low is not None:
            return f"{told(low)} and more" if self.low_included else f"above {told(low)}"
        end = high if high is not None else 0.0
        return f"up to {told(end)}" if self.high_included else f"below {told(end)}"

    def _date_words(self) -> str:
        said = []
        if self.low is not None:
            start = self.counted_from
            said.append(f"since {_day(self.low)}" if start is None else f"within {_ago(self.low, start)} days")
        if self.high is not None:
            start = self.counted_from
            said.append(f"before {_day(self.high)}" if start is None else f"{_ago(self.high, start)} days ago or more")
        return ", ".join(said)


def truth_of(asked: Iterable[Ask], frame: Frame) -> Truth:
    """Return whether all of it holds, by Kleene's tables."""
    found: Truth = np.ones(frame.rows, dtype=np.int8)
    for item in asked:
        one = item.truth(frame.columns[item.feature.name])
        found = np.where(
            (found == FALSE) | (one == FALSE), FALSE, np.where((found == TRUE) & (one == TRUE), TRUE, UNKNOWN)
        ).astype(np.int8)
    return found


def criteria_of(asked: Sequence[Ask]) -> Plain:
    """Return several conditions, all of which must hold, as a rules file has them."""
    parts: list[Plain] = [dict(item.criteria()) for item in asked]
    return parts[0] if len(parts) == 1 else {"all": parts}


def words_of(asked: Iterable[Ask]) -> str:
    """Return several conditions in words."""
    return " and ".join(item.words() for item in asked)


def together(asked: Iterable[Ask]) -> tuple[Ask, ...]:
    """Return conditions with those of one feature joined into one."""
    found: dict[str, Ask] = {}
    for item in asked:
        name = item.feature.name
        found[name] = found[name].meet(item) if name in found else item
    return tuple(found.values())


def fields_of(asked: Iterable[Ask]) -> dict[str, Mapping[str, Plain]]:
    """Return what the rules must declare to read the features."""
    return {item.feature.name: item.feature.declared for item in asked}


def told(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"


def day_number(day: date) -> int:
    """Return a date as days since 1970."""
    return (day - _EPOCH).days


def _plain(value: float) -> Plain:
    return int(value) if value == int(value) else float(f"{value:.10g}")


def _day(value: float) -> str:
    return (_EPOCH + timedelta(days=int(value))).isoformat()


def _ago(value: float, start: date) -> int:
    return day_number(start) - int(value)


def _day_from(value: float, start: date | None) -> dict[str, Plain]:
    return {"on_or_after": _day(value)} if start is None else {"within_last": f"{_ago(value, start)}d"}


def _day_to(value: float, start: date | None) -> dict[str, Plain]:
    return {"before": _day(value)} if start is None else {"before_last": f"{_ago(value, start)}d"}


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "none"
