"""What happens to a cell when people hear it, copy it and type it."""

from tests.worlds.names import SHORT_FORMS
from tests.worlds.world import Dice

SOUNDS = (("ck", "k"), ("ss", "s"), ("ll", "l"), ("ey", "y"), ("ph", "f"), ("th", "t"), ("i", "y"), ("v", "w"))


def slip(text: str, dice: Dice) -> str:
    """Write a word with one slip: a letter gone, double, exchanged with its neighbour, or as it sounds."""
    if len(text) < 4:
        return text
    at = dice.randrange(1, len(text) - 1)
    heard = [pair for pair in SOUNDS if pair[0] in text[1:]]
    kinds = [
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ]
    if heard:
        sound, other = dice.choice(heard)
        kinds.append(text[0] + text[1:].replace(sound, other, 1))
    return dice.choice(kinds)


def slip_of_digit(text: str, dice: Dice) -> str:
    """Write a number with one digit wrong; the first two stay."""
    digits = [place for place, sign in enumerate(text) if sign.isdigit()][2:]
    if not digits:
        return text
    at = dice.choice(digits)
    return text[:at] + str((int(text[at]) + dice.randrange(1, 10)) % 10) + text[at + 1 :]


def shorten(given: str, dice: Dice) -> str:
    """Write a given name as friends or a form with little room do."""
    return SHORT_FORMS.get(given, given) if dice.happens(0.7) else f"{given[0]}."


def write_phone(digits: str, dice: Dice) -> str:
    """Write a British number, given as the ten digits after the country code, in one of the ways people do."""
    area, rest = digits[:4], digits[4:]
    return dice.choice([f"0{area} {rest}", f"+44 {area} {rest}", f"(0{area}) {rest[:3]} {rest[3:]}", f"0044{digits}"])


def as_address(text: str) -> str:
    """Return the letters of a name that an e-mail address or a domain keeps."""
    return "".join(sign for sign in text.casefold() if sign.isalnum() and sign.isascii())
