"""Stretches of the number line."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the number line; None is no end."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_in: bool = True  # the end itself belongs to it
    high_in: bool = True

    def whole(self) -> "Span":
        """Return the span over whole numbers, with ends that belong to it."""
        low, high = self.low, self.high
        if low is not None:
            low = Fraction(math.ceil(low) if self.low_in else math.floor(low) + 1)
        if high is not None:
            high = Fraction(math.floor(high) if self.high_in else math.ceil(high) - 1)
        return Span(low=low, high=high)

    def ends(self) -> tuple[Fraction, ...]:
        """Return the ends there are."""
        return tuple(end for end in (self.low, self.high) if end is not None)

    def meets(self, other: "Span") -> "Span":
        """Return what two spans have in common; empty if their ends have passed each other."""
        return replace(
            self._later(other),
            high=self._earlier(other).high,
            high_in=self._earlier(other).high_in,
        )

    def empty(self) -> bool:
        """Tell whether nothing lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))

    def _later(self, other: "Span") -> "Span":
        if other.low is None or self.low is None:
            return self if other.low is None else other
        return self if (self.low, not self.low_in) >= (other.low, not other.low_in) else other

    def _earlier(self, other: "Span") -> "Span":
        if other.high is None or self.high is None:
            return self if other.high is None else other
        return self if (self.high, self.high_in) <= (other.high, other.high_in) else other
