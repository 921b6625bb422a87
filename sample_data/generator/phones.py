"""Telephone numbers: each handed out once, and the many ways people type them."""

from random import Random

from sample_data.generator.places import MOBILES, PLACES_BY_COUNTRY, Place

# Countries whose people do not dial a leading 0 inside the country.
_NO_TRUNK = frozenset({"+1", "+34", "+65"})


class PhoneBook:
    """Hands out numbers from reserved ranges, never the same one twice, so that a shared number is always planted."""

    def __init__(self, rng: Random) -> None:
        """Start with every range full."""
        self._rng = rng
        self._used: set[str] = set()

    def draw_line(self, place: Place) -> str:
        """A land line in the place, or elsewhere in its country when the range is spent; empty when all are."""
        own = self._rng.sample(place.phones, len(place.phones))
        nearby = [phone for other in PLACES_BY_COUNTRY[place.country] for phone in other.phones]
        return next((number for template in [*own, *nearby] if (number := self._draw(template))), "")

    def draw_mobile(self, place: Place) -> str:
        """A mobile number; North America has no mobile range, other countries without one give an empty string."""
        if place.country in {"United States", "Canada"}:
            return self.draw_line(place)
        return next((number for template in MOBILES.get(place.country, ()) if (number := self._draw(template))), "")

    def _draw(self, template: str) -> str:
        for _ in range(40):
            number = "".join(str(self._rng.randrange(10)) if sign == "#" else sign for sign in template)
            if number not in self._used:
                self._used.add(number)
                return number
        return ""


def retype(rng: Random, number: str) -> str:
    """Write a number in another of the ways people type it; the digits stay the same line."""
    code, *groups = number.split(" ")
    national = "".join(groups)
    trunk = "" if code in _NO_TRUNK else "0"
    if code == "+1":
        area, exchange, line = groups
        american = (
            f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"{area}.{exchange}.{line}", national,
            f"+1{national}", f"1-{area}-{exchange}-{line}", f"+1 ({area}) {exchange}-{line}",
            f"({area}) {exchange}-{line} ext. {rng.randrange(100, 990)}",
        )  # fmt: skip
        return rng.choice(american)
    first, *rest = groups
    ways = (
        f"{trunk}{first} {' '.join(rest)}", f"{trunk}{national}", f"{code}{national}",
        f"00{code[1:]} {' '.join(groups)}",
        f"{code} (0){first} {' '.join(rest)}" if trunk else f"{code}-{'-'.join(groups)}",
        f"({trunk}{first}) {' '.join(rest)}", f"{trunk}{first}/{''.join(rest)}",
    )  # fmt: skip
    return rng.choice(ways)
