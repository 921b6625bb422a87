"""Sites of which some have one owner, building and telephone: the bar and the spa of one hotel, chapel and school."""

from tests.worlds.names import AREA_CODES, STREETS, SURNAMES, TOWNS
from tests.worlds.noise import slip, write_phone
from tests.worlds.world import Dice, World, make_world

HEADER = ("name", "street", "town", "phone")
KINDS = (
    ("cafe", "dining room", "bar", "spa", "lounge", "gym"),
    ("chapel", "primary school", "cemetery", "library"),
    ("warehouse", "showroom", "factory", "head office"),
    ("pharmacy", "clinic", "laboratory"),
    ("garage", "petrol station", "car wash", "car park"),
)
OTHER_WORDS = {"cafe": "coffee house", "gym": "fitness center", "factory": "plant", "petrol station": "gas station"}


def make_sites(rows: int, seed: int = 1, *, several: float = 0.05, twice: float = 0.15) -> World:
    """Make about so many rows.

    Args:
        rows: How many.
        seed: Of chance.
        several: The share of owners with more than one site in the building.
        twice: The share of sites that stand there again, with a slip, another word for their kind, or without it.
    """
    dice = Dice(f"sites {seed}")
    found: list[tuple[int, list[str]]] = []
    entity = 0
    while len(found) < rows:
        kinds = dice.choice(KINDS)
        owner = f"{dice.choice(SURNAMES)} {dice.choice(SURNAMES)}" if dice.happens(0.6) else dice.choice(SURNAMES)
        street = f"{dice.randrange(1, 250)} {dice.choice(STREETS)} {dice.choice(['Road', 'Street', 'Park'])}"
        place = [street, dice.choice(TOWNS)]
        phone = f"{dice.choice(AREA_CODES)}{dice.randrange(200_000, 999_900)}"
        for extra, kind in enumerate(dice.sample(kinds, dice.choice((2, 3)) if dice.happens(several) else 1)):
            entity += 1
            direct = phone if dice.happens(0.5) else str(int(phone) + extra).zfill(len(phone))
            found.append((entity, [f"{owner} {kind}", *place, write_phone(direct, dice)]))
            if dice.happens(twice):
                found.append((entity, [write_again(owner, kind, dice), *place, write_phone(direct, dice)]))
    return make_world(HEADER, found, dice)


def write_again(owner: str, kind: str, dice: Dice) -> str:
    """Write the name of a site as somebody else does."""
    if dice.happens(0.3):
        return owner
    again = f"{owner} {OTHER_WORDS.get(kind, kind) if dice.happens(0.5) else kind}"
    return slip(again, dice) if dice.happens(0.4) else again
