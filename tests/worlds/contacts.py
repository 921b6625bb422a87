"""Contacts at companies: colleagues share company, domain and switchboard, and some of them a surname."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.worlds.names import AREA_CODES, GIVEN_NAMES, SURNAMES, TOWNS, TRADES
from tests.worlds.noise import as_address, shorten, slip, slip_of_digit, write_phone
from tests.worlds.world import Dice, World, make_world

HEADER = ("First name", "Last name", "E-mail", "Phone", "Company", "City", "Postcode")
LEGAL_FORMS = ("Ltd", "Limited", "Ltd.", "PLC", "")
PRIVATE = ("gmail.com", "hotmail.co.uk", "outlook.com", "yahoo.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Where contacts work."""

    name: str
    domain: str
    switchboard: str  # ten digits
    town: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person as they are, before anybody writes them down."""

    given: str
    surname: str
    work_address: str
    private_address: str
    direct_line: str
    company: Company


def make_contacts(rows: int, seed: int = 1) -> World:
    """Make about so many rows; one contact in six stands there twice or more."""
    dice = Dice(f"contacts {seed}")
    draw_given, draw_surname = dice.few_and_many(GIVEN_NAMES), dice.few_and_many(SURNAMES)
    companies = [make_company(dice) for _ in range(max(1, rows // 5))]
    found: list[tuple[int, list[str]]] = []
    entity = 0
    while len(found) < rows:
        entity += 1
        person = make_contact(draw_given(), draw_surname(), draw_company(companies, dice), dice)
        later = change_job(person, draw_company(companies, dice), dice) if dice.happens(0.05) else person
        for copy in range(dice.copies(0.17)):
            cells = write_contact(later if copy else person, dice)
            found.append((entity, damage_contact(cells, dice) if copy else cells))
    return make_world(HEADER, found, dice)


def make_company(dice: Dice) -> Company:
    """Make one company."""
    name = f"{dice.choice(SURNAMES)} {dice.choice(TRADES)}"
    return Company(
        name=name,
        domain=f"{as_address(name)}.{dice.choice(['co.uk', 'com', 'net'])}",
        switchboard=f"{dice.choice(AREA_CODES)}{dice.randrange(200_000, 999_999)}",
        town=dice.choice(TOWNS),
        postcode=f"{dice.choice('ABCDEGHL')}{dice.choice('ABLNRST')}{dice.randrange(1, 30)} {dice.randrange(1, 9)}QX",
    )


def draw_company(companies: Sequence[Company], dice: Dice) -> Company:
    """Draw the company somebody works at: the first have more people than the last, and none has thousands."""
    return companies[int(len(companies) * dice.random() ** 1.3)]


def change_job(person: Contact, company: Company, dice: Dice) -> Contact:
    """Return the same person at another company; the private address stays."""
    elsewhere = make_contact(person.given, person.surname, company, dice)
    return replace(elsewhere, private_address=person.private_address)


def make_contact(given: str, surname: str, company: Company, dice: Dice) -> Contact:
    """Make one person at a company."""
    local = dice.choice(["{0}.{1}", "{0[0]}{1}", "{0}"]).format(as_address(given), as_address(surname))
    number = dice.choice(["", str(dice.randrange(50, 99)), str(dice.randrange(100, 9999))])
    return Contact(
        given=given,
        surname=surname,
        work_address=f"{local}@{company.domain}",
        private_address=f"{as_address(given)}{as_address(surname)}{number}@{dice.choice(PRIVATE)}",
        direct_line=company.switchboard[:-3] + str(dice.randrange(100, 999)),
        company=company,
    )


def write_contact(person: Contact, dice: Dice) -> list[str]:
    """Write a contact down with nothing wrong, though not always everything."""
    at = person.company
    address = dice.choices(
        [person.work_address, person.private_address, f"info@{at.domain}", ""], weights=[70, 15, 5, 10]
    )[0]
    phone = dice.choices([person.direct_line, at.switchboard, ""], weights=[50, 25, 25])[0]
    return [
        person.given,
        person.surname,
        address,
        write_phone(phone, dice) if phone else "",
        f"{at.name} {dice.choice(LEGAL_FORMS)}".strip() if dice.happens(0.9) else "",
        at.town if dice.happens(0.85) else "",
        at.postcode if dice.happens(0.75) else "",
    ]


def damage_contact(cells: list[str], dice: Dice) -> list[str]:
    """Write a row as it comes in the second time: about every second has something wrong."""
    given, surname, address, phone, company, town, postcode = cells
    given = shorten(given, dice) if dice.happens(0.12) else slip(given, dice) if dice.happens(0.08) else given
    surname = slip(surname, dice) if dice.happens(0.1) else surname
    given, surname = (surname, given) if dice.happens(0.04) else (given, surname)
    address = slip(address, dice) if address and dice.happens(0.05) else address
    phone = slip_of_digit(phone, dice) if dice.happens(0.06) else phone
    company = slip(company, dice) if dice.happens(0.08) else company.upper() if dice.happens(0.05) else company
    town = slip(town, dice) if dice.happens(0.04) else town
    return [given, surname, address, phone, company, town, postcode]
