"""The whole client, made in order: companies, people, special records, duplicates, faults, related files."""

from dataclasses import dataclass
from random import Random

from sample_data.generator.activities import make_activities
from sample_data.generator.answers import Answers
from sample_data.generator.campaigns import make_outcomes
from sample_data.generator.companies import make_companies
from sample_data.generator.company_cells import write_company
from sample_data.generator.deals import DealMaker
from sample_data.generator.duplicates import DuplicateMaker
from sample_data.generator.faults import Spoiler, WrongCell
from sample_data.generator.gaps import blank_cells
from sample_data.generator.links import LinkFault
from sample_data.generator.model import Company, Contact
from sample_data.generator.people import PeopleMaker
from sample_data.generator.phones import PhoneBook
from sample_data.generator.special import SpecialMaker

_FIRST_RECORD_ID = 401_251


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Every record and every answer, ready to be written."""

    companies: list[Company]
    company_rows: list[tuple[str, ...]]
    contacts: list[Contact]
    contact_rows: list[dict[str, str]]
    deal_rows: list[tuple[str, ...]]
    activity_rows: list[tuple[str, ...]]
    outcome_rows: list[tuple[str, ...]]
    wrong_cells: list[WrongCell]
    link_faults: list[LinkFault]
    answers: Answers


def make_client(seed: int, count: int) -> Client:
    """Make a client of `count` contacts; stages have random streams of their own, so a change stays in its stage."""

    def stream(stage: str) -> Random:
        return Random(f"{seed}:{stage}")

    phones, answers = PhoneBook(stream("phones")), Answers()
    companies = make_companies(stream("companies"), phones, max(count * 9 // 64, 80))
    contacts = _make_contacts(stream("people"), phones, companies, answers, count)
    _number_contacts(stream("ids"), contacts)
    fan_outs = _link_two_companies(contacts, companies, max(count // 320, 2))
    spoiler = Spoiler(stream("faults"), contacts, companies, answers)
    wrong = spoiler.spoil_all()
    deals, deal_faults = DealMaker(stream("deals"), contacts, companies).make(count * 25 // 64)
    activities = make_activities(stream("activities"), contacts, count * 150 // 64)
    outcomes, outcome_faults = make_outcomes(stream("campaigns"), contacts)
    orphans = [
        LinkFault("contacts.csv", str(cell.record_id), "orphan_company", cell.dirty_value)
        for cell in wrong
        if cell.fault == "orphan_company_id"
    ]
    cells = stream("company cells")
    return Client(
        companies=companies,
        company_rows=[write_company(cells, company) for company in companies],
        contacts=contacts,
        contact_rows=[spoiler.dirty[contact.record_id] for contact in contacts],
        deal_rows=deals,
        activity_rows=activities.rows,
        outcome_rows=outcomes,
        wrong_cells=wrong,
        link_faults=[*orphans, *fan_outs, *deal_faults, *activities.faults, *outcome_faults],
        answers=answers,
    )


def _make_contacts(
    rng: Random, phones: PhoneBook, companies: list[Company], answers: Answers, count: int
) -> list[Contact]:
    maker = PeopleMaker(rng, phones, companies)
    special_maker = SpecialMaker(rng, maker, phones, companies, answers)
    special = special_maker.make_all()
    doubled = count * 7 // 100
    people = [maker.draw() for _ in range(count - doubled - len(special))]
    blank_cells(rng, [*special, *people])
    reachable = (person for person in people if person.email)
    special_maker.spoil_addresses(reachable, max(count // 110, 6))
    copies = DuplicateMaker(rng, maker, companies).make(people, doubled)
    # Shares are rounded, so a few copies may be missing or too many.
    fillers = [maker.draw() for _ in range(doubled - len(copies))]
    blank_cells(rng, fillers)
    return [*special, *people, *fillers, *copies[:doubled]]


def _number_contacts(rng: Random, contacts: list[Contact]) -> None:
    """Ids rise with the create date, as a CRM hands them out, and have holes where records were deleted."""
    contacts.sort(key=lambda contact: contact.created)
    record_id = _FIRST_RECORD_ID
    for contact in contacts:
        contact.record_id = record_id
        record_id += rng.randrange(1, 14)


def _link_two_companies(contacts: list[Contact], companies: list[Company], count: int) -> list[LinkFault]:
    """Some contacts of a company that is there twice are linked to both of its records."""
    records: dict[int, list[int]] = {}
    for company in companies:
        records.setdefault(company.entity, []).append(company.record_id)
    doubled = [
        contact
        for contact in contacts
        if contact.company and contact.company_ids and len(records[contact.company.entity]) > 1
    ]
    faults = []
    for contact in doubled[:: max(len(doubled) // count, 1)][:count]:
        if contact.company and "*" not in contact.protected:
            contact.company_ids = tuple(records[contact.company.entity])
            faults.append(
                LinkFault(
                    "contacts.csv", str(contact.record_id), "two_companies", ";".join(map(str, contact.company_ids))
                )
            )
    return faults
