"""Records made for a purpose: traps that must not be called wrong, people who look alike, test records."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from sample_data.generator.answers import Answers
from sample_data.generator.model import AS_OF, Company, Contact, Planned
from sample_data.generator.people import PeopleMaker
from sample_data.generator.phones import PhoneBook
from sample_data.generator.places import PLACES_BY_COUNTRY

_SURNAME_TRAPS: Final = (
    ("Christopher", "Null"), ("Jennifer", "Null"), ("Marcus", "Null"), ("Samuel", "Blank"), ("Margaret", "Nil"),
    ("Hye-jin", "No"), ("Giulia", "Testa"), ("Oliver", "Dash"), ("Hannah", "Void"),
)  # fmt: skip
_TEST_RECORDS: Final = (
    ("Test", "Test", "test@test.example"), ("test", "test2", "test2@test.example"),
    ("asdf", "asdf", "asdf@asdf.example"),
    ("Test", "User", "testuser@lumenwise.example"), ("qwerty", "qwerty", "qwerty@qwerty.example"),
    ("xxx", "xxx", "x@x.example"),
    ("Mickey", "Mouse", "mickey.mouse@disney.example"), ("Demo", "Account", "demo@lumenwise.example"),
    ("abc", "xyz", "abc@abc.example"),
    ("TEST - do not", "delete", "form-test@lumenwise.example"), ("aaa", "bbb", "aaa@bbb.example"),
    ("foo", "bar", "foo@bar.example"),
    ("Lorem", "Ipsum", "lorem@ipsum.example"), ("Testing", "Form 3", "web-form3@lumenwise.example"),
    ("dfgdfg", "dfg", "dfg@dfg.example"),
)  # fmt: skip
_TWINS: Final = (
    ("Maria", "Marie"), ("Stefan", "Steffen"), ("Christine", "Christina"), ("Andreas", "Andrea"), ("Jan", "Jana"),
    ("Erik", "Erika"), ("Julia", "Julian"), ("Daniel", "Daniela"), ("Paul", "Paula"), ("Martin", "Martina"),
)  # fmt: skip
_NAMIBIANS: Final = (("Selma", "Shikongo"), ("Tangeni", "Nangolo"), ("Hilma", "Amupolo"), ("Petrus", "Hamutenya"))
_FATHERS: Final = (
    ("Robert", "Whitfield"), ("James", "Carmody"), ("Thomas", "Ashby"), ("William", "Stroud"),
    ("George", "Pennington"), ("Daniel", "Marlowe"), ("Harold", "Quist"), ("Walter", "Brandt"),
)  # fmt: skip
_NAMESAKES: Final = (
    ("John", "Smith"), ("John", "Smith"), ("David", "Jones"), ("Anna", "Müller"), ("María", "García"),
    ("Sarah", "Williams"), ("Priya", "Patel"), ("Michael", "Brown"), ("Wei", "Tan"),
)  # fmt: skip
_ENGLISH: Final = ("United States", "United Kingdom", "Australia", "Canada")
_HOMES: Final[dict[str, tuple[str, ...]]] = {
    "Müller": ("Germany",),
    "García": ("Spain", "United States"),
    "Patel": ("India", "United Kingdom"),
    "Tan": ("Singapore", "Australia"),
    **dict.fromkeys((last for _, last in _NAMIBIANS), ("Namibia", "United Kingdom")),
}
ROLE_PARTS: Final = ("info", "sales", "office", "contact", "marketing", "support", "accounts", "hello")
DISPOSABLE_DOMAINS: Final = ("mailinator.com", "guerrillamail.com", "yopmail.com", "10minutemail.com")


class SpecialMaker:
    """Makes the special records, and writes down what is special about each."""

    def __init__(
        self, rng: Random, maker: PeopleMaker, phones: PhoneBook, companies: list[Company], answers: Answers
    ) -> None:
        """Keep the sources that ordinary people are drawn from, so that special ones look no different."""
        self._rng = rng
        self._maker = maker
        self._phones = phones
        self._companies = companies
        self._answers = answers

    def make_all(self) -> list[Contact]:
        """Every special record; their number does not depend on the size of the export."""
        makers = (
            self._name_traps, self._place_traps, self._company_traps, self._text_traps, self._edge_sizes,
            self._families, self._same_names, self._shared_desks, self._near_names, self._test_records,
        )  # fmt: skip
        return [contact for make in makers for contact in make()]

    def spoil_addresses(self, people: Iterator[Contact], count: int) -> None:
        """Turn ordinary people's addresses into role and disposable ones."""
        for number in range(count):
            contact = next(people)
            company = contact.company
            if company is None or number % 3 == 2:
                contact.email = f"{contact.email.partition('@')[0]}@{self._rng.choice(DISPOSABLE_DOMAINS)}"
                fault = "disposable_address"
            else:
                contact.email = f"{self._rng.choice(ROLE_PARTS)}@{company.domain}"
                fault = "role_address"
            contact.protected |= {"Email"}
            self._answers.record_faults.append((contact, fault, "Email"))

    def _named(self, first: str, last: str, company: Company | None = None) -> Contact:
        contact = self._maker.draw_at(company or self._draw_company(last), (first, last))
        contact.protected = frozenset({"First Name", "Last Name"})
        return contact

    def _draw_company(self, last: str = "", other_than: Company | None = None) -> Company:
        """A company where a person of this surname is no surprise; for a small export any company."""
        taken = other_than.entity if other_than else 0
        usual = [
            company
            for company in self._companies
            if company.employees > 1 and company.name != "None" and company.entity != taken
        ]
        at_home = [company for company in usual if company.place.country in _HOMES.get(last, _ENGLISH)]
        return self._rng.choice(at_home or usual)

    def _trap(self, contact: Contact, column: str, why: str) -> Contact:
        contact.protected |= {column}
        self._answers.traps.append((contact, column, why))
        return contact

    def _name_traps(self) -> Iterator[Contact]:
        for first, last in _SURNAME_TRAPS:
            yield self._trap(self._named(first, last), "Last Name", f"{last} is a surname")
        for last in ("Li", "Zhang"):
            yield self._trap(self._named("Na", last), "First Name", "Na is a first name")

    def _place_traps(self) -> Iterator[Contact]:
        place = PLACES_BY_COUNTRY["Namibia"][0]
        for first, last in _NAMIBIANS:
            contact = self._named(first, last)
            contact.country = contact.country_cell = place.country
            contact.city, contact.state = place.city, place.state
            contact.postcode, contact.street = place.postcodes[0], f"{self._rng.randrange(1, 90)} Independence Avenue"
            contact.phone = self._phones.draw_line(place)
            contact.planned.append(Planned(column="Country/Region", fault="country_variant", dirty="NA"))
            yield self._trap(contact, "Country/Region", "NA is the ISO code of Namibia, not a missing value")

    def _company_traps(self) -> Iterator[Contact]:
        company = next(company for company in self._companies if company.name == "None")
        for _ in range(4):
            yield self._trap(self._maker.draw_at(company), "Company Name", "None is the name of a company")
        for trader in (company for company in self._companies if company.employees == 0):
            for _ in range(2):
                contact = self._maker.draw_at(trader)
                yield self._trap(
                    contact, "Number of Employees", "a sole trader employs nobody: 0 is the value, yet in no size band"
                )

    def _text_traps(self) -> Iterator[Contact]:
        for _ in range(4):
            contact = self._maker.draw()
            contact.intent, contact.interest = 0, 0.02
            yield self._trap(contact, "Intent Score", "a score of 0 was measured")
        contact = self._maker.draw_at(self._draw_company())
        contact.title = "Sales Manager NA"
        yield self._trap(contact, "Job Title", "NA stands for North America")
        for note in (
            "N/A for the webinar, will come to the next one",
            "Unknown caller at first, turned out to be the CFO.",
        ):
            contact = self._maker.draw()
            contact.notes = note
            yield self._trap(contact, "Notes", "a sentence that starts with a placeholder is a sentence")
        contact = self._maker.draw()
        contact.notes = "Asked about order 4111 1111 1111 1112, shipped twice."
        yield self._trap(contact, "Notes", "sixteen digits that fail the checksum of a card number")
        contact = self._maker.draw()
        contact.bounce, contact.marketing = "Unknown user", "Non-marketing contact"
        yield self._trap(
            contact, "Email hard bounce reason", "the reason says that the mailbox is unknown; the cell is filled"
        )

    def _edge_sizes(self) -> Iterator[Contact]:
        for company in self._companies:
            if company.employees in {1, 50, 51, 500, 501}:
                contact = self._maker.draw_at(company)
                yield self._trap(contact, "Number of Employees", f"{company.employees} sits on the edge of a size band")

    def _families(self) -> Iterator[Contact]:
        for first, last in _FATHERS:
            company = self._draw_company()
            nearby = [other for other in self._companies if other.place.country == company.place.country]
            elder = self._named(first, f"{last} Sr", company)
            younger = self._named(first, f"{last} Jr", self._rng.choice((company, self._rng.choice(nearby))))
            for name in ("street", "city", "state", "postcode", "country", "country_cell"):
                setattr(younger, name, getattr(elder, name))
            for contact in (elder, younger):
                contact.protected |= {"Phone Number", "Street Address", "City"}
            elder.phone = younger.phone = elder.phone or "+1 603 555 0147"
            self._answers.look_alikes.append((elder, younger, "father and son at one address with one telephone"))
            yield from (elder, younger)

    def _same_names(self) -> Iterator[Contact]:
        for first, last in _NAMESAKES:
            here = self._draw_company(last)
            there = self._draw_company(last, other_than=here)
            one, other = self._named(first, last, here), self._named(first, last, there)
            self._answers.look_alikes.append((one, other, "two people of one name at two companies"))
            yield from (one, other)

    def _shared_desks(self) -> Iterator[Contact]:
        for company in self._rng.sample([company for company in self._companies if company.employees > 20], 12):
            one, other = self._maker.draw_at(company), self._maker.draw_at(company)
            for contact in (one, other):
                contact.email, contact.phone, contact.mobile = f"info@{company.domain}", company.switchboard, ""
                contact.bounce = ""
                contact.protected |= {"Email", "Phone Number", "First Name", "Last Name"}
                self._answers.record_faults.append((contact, "role_address", "Email"))
            self._answers.look_alikes.append((one, other, "colleagues who share a switchboard and the info@ address"))
            yield from (one, other)

    def _near_names(self) -> Iterator[Contact]:
        for first, near in _TWINS:
            company = self._draw_company()
            last = self._maker.draw_at(company).last
            one, other = self._named(first, last, company), self._named(near, last, company)
            self._answers.look_alikes.append((one, other, "relatives at one company with nearly one first name"))
            yield from (one, other)

    def _test_records(self) -> Iterator[Contact]:
        for first, last, email in _TEST_RECORDS:
            contact = self._maker.draw_at(None, ("", ""))
            contact.email = contact.phone = contact.mobile = contact.bounce = ""
            contact.engaged = contact.activity = contact.intent = None
            contact.lifecycle, contact.unsubscribed = "Lead", False
            contact.born = None
            contact.notes = contact.street = ""
            contact.created = contact.created.replace(hour=10)
            contact.protected = frozenset({"*"})
            cells = (("First Name", first), ("Last Name", last), ("Email", email))
            contact.planned = [Planned(column=column, fault="test_record", dirty=value) for column, value in cells]
            self._answers.record_faults.append((contact, "test_record", "First Name;Last Name;Email"))
            yield contact


def years_before(rng: Random, day: date, low: int, high: int) -> date:
    """A day some years earlier."""
    return min(day, AS_OF) - timedelta(days=rng.randrange(low * 365, high * 365))
