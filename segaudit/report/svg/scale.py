"""Scales: where a value stands between the ends of a chart, and the round numbers its axis shows."""

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from segaudit.report.words import Words

_PARTS = 4  # an axis has about so many steps
_STEPS = (1, 2, 2.5, 5, 10)
_ZOOM = 0.3  # shares that all stay below this are drawn larger than on a scale to 100 %
_SMALL = 0.1  # shares below this are said with a decimal
_LARGE = 100  # amounts from here on are said without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From a lowest to a highest value, both round."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Return where a value stands, 0 to 100; what lies outside stands at the end."""
        place = (finite(value) - self.low) / (self.high - self.low)
        return 100 * min(1.0, max(0.0, place))

    def ticks(self) -> tuple[float, ...]:
        """Return the round values on it."""
        count = round((self.high - self.low) / self.step)
        return tuple(self.low + self.step * place for place in range(count + 1))


def scale_of(values: list[float], *, share: bool) -> Scale:
    """Return the scale that holds all values and nought; shares go to 1 unless all are small."""
    known = [finite(value) for value in values]
    low, high = min([0.0, *known]), max([0.0, *known])
    if share and low >= 0 and _ZOOM < high <= 1:
        return Scale(low=0, high=1, step=0.25)
    span = high - low
    if span <= 0:
        return Scale(low=0, high=1, step=0.25 if share else 1)
    step = _round_step(span / _PARTS)
    if not share:
        step = max(1.0, step) if all(value == int(value) for value in known) else step
    return Scale(low=floor(low / step + 1e-9) * step, high=ceil(high / step - 1e-9) * step, step=step)


def _round_step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(step for step in _STEPS if step * power >= rough * 0.999) * power


def finite(value: float) -> float:
    """Return a value that can be drawn."""
    return value if isfinite(value) else 0.0


def value_words(value: float, words: Words, *, share: bool) -> str:
    """Return a value as people read it."""
    if not isfinite(value):
        return "–"
    if share:
        return words.share(value, 1 if 0 < value < _SMALL else 0)
    if value == int(value) or abs(value) >= _LARGE:
        return words.number(value)
    return words.decimal(value)


def tick_words(value: float, words: Words, scale: Scale, *, share: bool) -> str:
    """Return a value on an axis, with the decimals its steps need and no more."""
    if share:
        return words.decimal(value * 100, _places(scale.step * 100)) + words.texts.get("number.percent", "%")
    return words.decimal(value, _places(scale.step))


def _places(step: float) -> int:
    return next((places for places in range(4) if abs(step * 10**places - round(step * 10**places)) < 1e-6), 4)  # noqa: PLR2004 - as near as a float is
