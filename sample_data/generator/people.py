"""People as the CRM should have held them: one record each, before anything is blanked, doubled or spoiled."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sample_data.generator.behaviour import behave
from sample_data.generator.model import AS_OF, FIRST_DAY, Company, Contact
from sample_data.generator.names import draw_name, to_local_part
from sample_data.generator.phones import PhoneBook
from sample_data.generator.places import COUNTRY_WEIGHTS, PLACES_BY_COUNTRY, Place, streets_in, write_street
from sample_data.generator.vocabulary import (
    BUYING_ROLES,
    FOUNDER_TITLES,
    FUNCTION_WEIGHTS,
    OWNERS,
    SENIORITY_WEIGHTS,
    SOURCE_WEIGHTS,
    SOURCES,
    TITLES,
)

_SHARE_WITHOUT_COMPANY: Final = 0.07
_SHARE_FREE_MAIL: Final = 0.06


class PeopleMaker:
    """Draws people one by one; no two share an e-mail address, and no two colleagues share a whole name."""

    def __init__(self, rng: Random, phones: PhoneBook, companies: list[Company]) -> None:
        """Weigh companies so that larger ones have more contacts, though far from proportionally."""
        self._rng = rng
        self._phones = phones
        self._companies = companies
        self._weights = [(company.employees + 3) ** 0.33 for company in companies]
        self._emails: set[str] = set()
        self._names: set[tuple[int, str]] = set()
        self._entity = 0

    def draw(self) -> Contact:
        """One more person at a company, or with none."""
        company = None
        if self._rng.random() >= _SHARE_WITHOUT_COMPANY:
            company = self._rng.choices(self._companies, self._weights)[0]
        return self.draw_at(company)

    def draw_at(self, company: Company | None, name: tuple[str, str] | None = None) -> Contact:
        """One more person at this company, with this name if it is given."""
        rng = self._rng
        place = self._draw_place(company)
        first, last, woman = self._draw_free_name(company, place.country)
        if name:
            first, last = name
        self._entity += 1
        created = draw_moment(rng, company.created if company else FIRST_DAY)
        contact = Contact(
            entity=self._entity,
            country=place.country,
            woman=woman,
            company=company,
            interest=rng.betavariate(1.5, 2.3),
            created=created,
            modified=created,
            first=first,
            last=last,
            source=rng.choices(SOURCES, SOURCE_WEIGHTS)[0],
            owner=company.owner if company and rng.random() < 0.8 else rng.choice(OWNERS),
        )
        contact.email = self.make_email(contact, free=rng.random() < _SHARE_FREE_MAIL or company is None)
        self._settle(contact, place)
        if company:
            join_company(rng, contact, company)
        contact.phone = company.switchboard if company and rng.random() < 0.2 else self._phones.draw_line(place)
        contact.mobile = self._phones.draw_mobile(place) if rng.random() < 0.36 else ""
        behave(rng, contact)
        return contact

    def make_email(self, contact: Contact, *, free: bool = False) -> str:
        """An address of the company's pattern, or a free one that cannot exist.

        Gmail refuses underscores in names, so an address with one belongs to nobody.
        """
        first, last = to_local_part(contact.first), to_local_part(contact.last)
        domain = contact.company.domain if contact.company else "mail.example"
        # A company keeps to one pattern, as real ones do.
        pattern = contact.company.entity % 4 if contact.company else 0
        local = (f"{first}.{last}", f"{first[:1]}{last}", f"{first}.{last}", f"{first}_{last}")[pattern]
        if free:
            local, domain = f"{first}_{last}", "gmail.com"
        number = 2
        email = f"{local}@{domain}"
        while email in self._emails:
            email, number = f"{local}{number}@{domain}", number + 1
        self._emails.add(email)
        return email

    def draw_phone(self, contact: Contact) -> str:
        """A fresh land line for somebody who moved or was doubled."""
        return self._phones.draw_line(self._draw_place(contact.company))

    def _draw_free_name(self, company: Company | None, country: str) -> tuple[str, str, bool]:
        first, last, woman = draw_name(self._rng, country)
        employer = company.entity if company else 0
        # A very large export runs out of names; then namesakes are as natural as they are in life.
        for _ in range(60):
            if (employer, f"{first} {last}") not in self._names:
                break
            first, last, woman = draw_name(self._rng, country)
        self._names.add((employer, f"{first} {last}"))
        return first, last, woman

    def _draw_place(self, company: Company | None) -> Place:
        if company and self._rng.random() < 0.86:
            return company.place
        country = (
            company.place.country
            if company
            else self._rng.choices(list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))[0]
        )
        return self._rng.choice(PLACES_BY_COUNTRY[country])

    def _settle(self, contact: Contact, place: Place) -> None:
        company = contact.company
        contact.city, contact.state, contact.country_cell = place.city, place.state, place.country
        contact.postcode = self._rng.choice(place.postcodes)
        contact.street = write_street(
            place.country, self._rng.choice(streets_in(place.country)), self._rng.randrange(1, 190)
        )
        if company and place is company.place:
            contact.street, contact.postcode = company.street, company.postcode


def join_company(rng: Random, contact: Contact, company: Company) -> None:
    """Write the company's facts on the contact, as enrichment did at the time."""
    contact.company = company
    contact.company_name = company.name
    contact.company_ids = (company.record_id,)
    contact.website = f"https://www.{company.domain}"
    contact.industry = company.industry
    contact.employees = company.employees
    contact.revenue = company.revenue
    contact.technologies = company.technologies
    contact.title = draw_title(rng, company.employees)
    contact.buying_role = rng.choice(BUYING_ROLES)
    contact.size_updated = _draw_size_date(rng, contact.created.date())
    contact.tier = "Tier 1" if company.employees > 1000 else "Tier 2" if company.employees > 150 else "Tier 3"


def draw_title(rng: Random, employees: int) -> str:
    """A title; the smaller the company, the likelier its founder."""
    if employees <= 1:
        return "Sole Trader"
    if employees < 25 and rng.random() < 0.3:
        return rng.choice(FOUNDER_TITLES)
    function = rng.choices(list(TITLES), FUNCTION_WEIGHTS)[0]
    return rng.choice(rng.choices(TITLES[function], SENIORITY_WEIGHTS)[0])


def draw_moment(rng: Random, not_before: date) -> datetime:
    """A working-hours moment after a day and before the as-of date."""
    days = max((AS_OF - not_before).days - 2, 0)
    day = min(not_before, AS_OF - timedelta(days=1)) + timedelta(days=round(days * rng.random() ** 1.2))
    return datetime.combine(day, time(rng.randrange(7, 20), rng.randrange(60)))


def _draw_size_date(rng: Random, created: date) -> date:
    """Most sizes carry the vendor's own date, from two purchases years ago; the rest are newer than the person."""
    if rng.random() < 0.58:
        return rng.choice((date(2021, 9, 15), date(2023, 2, 20)))
    return created + timedelta(days=rng.randrange(max((AS_OF - created).days, 1)))
