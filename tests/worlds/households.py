"""Households: parents, children and twins share street and telephone; a father and a son share the name too."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.worlds.names import AREA_CODES, GIVEN_NAMES, STREETS, SURNAMES, TOWNS
from tests.worlds.noise import shorten, slip, slip_of_digit, write_phone
from tests.worlds.world import Dice, World, make_world

HEADER = ("first_name", "last_name", "street", "town", "postcode", "date_of_birth", "phone")
DAYS_PER_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One member of a household."""

    given: str
    surname: str
    suffix: str  # "Jr", "Sr" or nothing
    born_on: date
    street: str
    town: str
    postcode: str
    phone: str  # ten digits


def make_households(rows: int, seed: int = 1) -> World:
    """Make about so many rows; one person in five stands there twice or more."""
    dice = Dice(f"households {seed}")
    draw_given, draw_surname = dice.few_and_many(GIVEN_NAMES), dice.few_and_many(SURNAMES)
    found: list[tuple[int, list[str]]] = []
    entity = 0
    while len(found) < rows:
        for person in make_family([draw_given() for _ in range(5)], draw_surname(), dice):
            entity += 1
            for copy in range(dice.copies(0.2)):
                cells = write_person(person, dice)
                found.append((entity, damage_person(cells, dice) if copy else cells))
    return make_world(HEADER, found, dice)


def make_family(givens: list[str], surname: str, dice: Dice) -> list[Person]:
    """Make one to five people at one address, with different given names unless one is called after the father."""
    first, *others = dict.fromkeys(givens)
    head = Person(
        given=first,
        surname=surname,
        suffix="",
        born_on=date(1945, 1, 1) + timedelta(days=dice.randrange(35 * DAYS_PER_YEAR)),
        street=f"{dice.randrange(1, 250)} {dice.choice(STREETS)} {dice.choice(['Road', 'Street', 'Lane'])}",
        town=dice.choice(TOWNS),
        postcode=f"{dice.choice('BCDEGHL')}{dice.randrange(1, 30)} {dice.randrange(1, 9)}{dice.choice('AHJX')}Z",
        phone=f"{dice.choice(AREA_CODES)}{dice.randrange(200_000, 999_999)}",
    )
    family = [head]
    if others and dice.happens(0.6):
        family.append(replace(head, given=others.pop(), born_on=head.born_on + timedelta(days=dice.randrange(1500))))
    born_on = head.born_on + timedelta(days=dice.randrange(22 * DAYS_PER_YEAR, 35 * DAYS_PER_YEAR))
    while others and dice.happens(0.45):
        family.append(replace(head, given=others.pop(), born_on=born_on))
        born_on += timedelta(days=0 if dice.happens(0.1) else dice.randrange(400, 1500))  # 0: twins
    if len(family) > 2 and dice.happens(0.2):
        family[0] = replace(head, suffix="Sr")
        family[-1] = replace(family[-1], given=head.given, suffix="Jr")
    return family


def write_person(person: Person, dice: Dice) -> list[str]:
    """Write a person down with nothing wrong, though not always everything."""
    surname = f"{person.surname} {person.suffix}".strip() if dice.happens(0.7) else person.surname
    return [
        person.given,
        surname,
        person.street,
        person.town,
        person.postcode,
        person.born_on.isoformat() if dice.happens(0.9) else "",
        write_phone(person.phone, dice) if dice.happens(0.8) else "",
    ]


def damage_person(cells: list[str], dice: Dice) -> list[str]:
    """Write a row as it comes in the second time."""
    given, surname, street, town, postcode, born_on, phone = cells
    given = shorten(given, dice) if dice.happens(0.12) else slip(given, dice) if dice.happens(0.1) else given
    surname = slip(surname, dice) if dice.happens(0.1) else surname
    street = street.replace("Road", "Rd").replace("Street", "St") if dice.happens(0.4) else street
    street = slip(street, dice) if dice.happens(0.08) else street
    town, postcode = ("", "") if dice.happens(0.08) else (town, postcode)
    if born_on and dice.happens(0.06):
        year, month, day = born_on.split("-")
        born_on = f"{year}-{day}-{month}" if int(day) <= 12 else slip_of_digit(year, dice) + born_on[4:]
    phone = "" if dice.happens(0.15) else phone
    return [given, surname, street, town, postcode, born_on, phone]
