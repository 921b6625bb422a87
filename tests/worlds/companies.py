"""Companies from two systems: branches share name and website but not the town, and one system writes in capitals."""

from dataclasses import dataclass, replace

from tests.worlds.names import AREA_CODES, STREETS, SURNAMES, TOWNS, TRADES
from tests.worlds.noise import as_address, slip, slip_of_digit, write_phone
from tests.worlds.world import Dice, World, make_world

HEADER = ("source", "name", "street", "town", "postcode", "website", "phone", "registration_number")
SHORT_NAME = 24  # letters the second system has room for


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One company at one place."""

    name: str
    street: str
    town: str
    postcode: str
    domain: str
    phone: str  # ten digits
    registration: str  # of the place, so a branch has its own


def make_companies(rows: int, seed: int = 1) -> World:
    """Make about so many rows; two sites in five are in both systems."""
    dice = Dice(f"companies {seed}")
    found: list[tuple[int, list[str]]] = []
    entity = 0
    while len(found) < rows:
        head = make_site(dice)
        branches = dice.sample(TOWNS, dice.randrange(1, 5)) if dice.happens(0.1) else []
        for site in [head, *(move_site(head, town, dice) for town in branches if town != head.town)]:
            entity += 1
            for source in ("CRM", "ERP") if dice.happens(0.4) else (dice.choice(("CRM", "ERP")),):
                found.append((entity, write_in_crm(site, dice) if source == "CRM" else write_in_erp(site, dice)))
                if dice.happens(0.05):
                    found.append((entity, write_in_crm(site, dice)))
    return make_world(HEADER, found, dice)


def make_site(dice: Dice) -> Site:
    """Make a company at its first place."""
    first, second = dice.choice(SURNAMES), dice.choice(SURNAMES)
    name = dice.choice([f"{first} {dice.choice(TRADES)}", f"{first} and {second}", f"{dice.choice(TRADES)} {first}"])
    site = Site(
        name=name,
        street="",
        town="",
        postcode="",
        domain=f"{as_address(name)}.{dice.choice(['co.uk', 'com'])}",
        phone="",
        registration="",
    )
    return move_site(site, dice.choice(TOWNS), dice)


def move_site(site: Site, town: str, dice: Dice) -> Site:
    """Return the same company at a place of its own in another town."""
    return replace(
        site,
        street=f"{dice.randrange(1, 250)} {dice.choice(STREETS)} {dice.choice(['Road', 'Street', 'Park'])}",
        town=town,
        postcode=f"{town[:2].upper()}{dice.randrange(1, 30)} {dice.randrange(1, 9)}{dice.choice('AHJX')}Z",
        phone=f"{dice.choice(AREA_CODES)}{dice.randrange(200_000, 999_999)}",
        registration=f"{dice.randrange(10_000_000, 99_999_999)}",
    )


def write_in_crm(site: Site, dice: Dice) -> list[str]:
    """Write a site as salespeople do: a website, seldom a registration number."""
    name = site.name if dice.happens(0.5) else f"{site.name} {dice.choice(['Ltd', 'Limited', 'PLC'])}"
    return [
        "CRM",
        slip(name, dice) if dice.happens(0.1) else name.replace(" and ", " & "),
        site.street if dice.happens(0.75) else "",
        site.town if dice.happens(0.95) else "",
        site.postcode if dice.happens(0.7) else "",
        f"https://www.{site.domain}" if dice.happens(0.8) else "",
        write_phone(site.phone, dice) if dice.happens(0.7) else "",
        site.registration if dice.happens(0.3) else "",
    ]


def write_in_erp(site: Site, dice: Dice) -> list[str]:
    """Write a site as accounting does: capitals, short names, a registration number."""
    street = site.street.replace("Road", "Rd").replace("Street", "St")
    return [
        "ERP",
        f"{site.name} LTD".upper()[:SHORT_NAME],
        (slip(street, dice) if dice.happens(0.1) else street).upper(),
        site.town.upper(),
        slip_of_digit(site.postcode, dice) if dice.happens(0.04) else site.postcode,
        "",
        write_phone(site.phone, dice) if dice.happens(0.5) else "",
        site.registration if dice.happens(0.9) else "",
    ]
