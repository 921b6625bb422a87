"""People of whom each stands there once: colleagues and relatives, but nobody twice."""

from tests.worlds.contacts import HEADER, damage_contact, draw_company, make_company, make_contact, write_contact
from tests.worlds.names import GIVEN_NAMES, SURNAMES
from tests.worlds.world import Dice, World, make_world


def make_crowd(rows: int, seed: int = 1) -> World:
    """Make that many contacts, no two of them with the same name."""
    dice = Dice(f"crowd {seed}")
    draw_given, draw_surname = dice.few_and_many(GIVEN_NAMES), dice.few_and_many(SURNAMES)
    companies = [make_company(dice) for _ in range(max(1, rows // 6))]
    found: list[tuple[int, list[str]]] = []
    seen = set()
    while len(found) < rows:
        person = make_contact(draw_given(), draw_surname(), draw_company(companies, dice), dice)
        if (person.given, person.surname) not in seen:
            seen.add((person.given, person.surname))
            found.append((len(found), damage_contact(write_contact(person, dice), dice)))
    return make_world(HEADER, found, dice)
