"""Second and third records of people who are already there, each made in one of the ways it happens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final, NamedTuple

from sample_data.generator.behaviour import behave, draw_day_between, engage_again
from sample_data.generator.gaps import blank_cells
from sample_data.generator.model import AS_OF, Company, Contact, Planned
from sample_data.generator.names import NICKNAMES, draw_name, to_ascii
from sample_data.generator.people import PeopleMaker, draw_moment, join_company
from sample_data.generator.phones import retype
from sample_data.generator.special import years_before

_NAMES: Final = frozenset({"First Name", "Last Name"})
# What the second form did not ask for.
_OFTEN_LOST: Final = ("street", "postcode", "state", "city", "title", "website", "industry", "notes", "nurture", "tier")


class Kind(NamedTuple):
    """One way to become a duplicate: its share of all, who qualifies, and what it does to the copy."""

    share: float
    fits: Callable[[Contact], bool]
    alter: Callable[["DuplicateMaker", Contact, Contact], None]


class DuplicateMaker:
    """Copies people; the copy keeps `entity`, which is the truth about who it is."""

    def __init__(self, rng: Random, maker: PeopleMaker, companies: list[Company]) -> None:
        """Keep the sources of new addresses, numbers and employers."""
        self.rng = rng
        self.people = maker
        self.companies = [company for company in companies if company.employees > 3 and company.name != "None"]

    def make(self, people: list[Contact], count: int) -> list[Contact]:
        """Make `count` duplicates, or fewer if too few people qualify; about one original in fifteen gets two."""
        pool = [person for person in people if person.first and person.last and not person.is_special]
        self.rng.shuffle(pool)
        copies: list[Contact] = []
        for name, kind in KINDS.items():
            again: list[Contact] = []
            for _ in range(max(round(count * kind.share), 1)):
                found = next((number for number, person in enumerate(pool) if kind.fits(person)), None)
                if found is None:
                    break
                original = pool.pop(found)
                if self.rng.random() < 0.07 and name not in {"exact", "size_conflict"}:
                    again.append(original)
                copies.append(self._copy(original, name, kind))
            # First in line for the next kind, and for no other copy of this one: nobody marries twice here.
            pool = again + pool
        return copies

    def new_address(self, copy: Contact, share_same: float) -> None:
        """Keep the address, or replace it by one made from the copy's own name, at work or at home."""
        if self.rng.random() >= share_same:
            copy.email = self.people.make_email(copy, free=copy.company is None or self.rng.random() < 0.35)
            copy.bounce = ""

    def _copy(self, original: Contact, name: str, kind: Kind) -> Contact:
        copy = replace(original, kind=name, planned=[])
        if name == "exact":
            original.protected = copy.protected = frozenset({"*"})
            return copy
        copy.created = draw_moment(self.rng, original.created.date() + timedelta(days=1))
        copy.interest = min(max(copy.interest + self.rng.gauss(-0.1, 0.15), 0.02), 0.98)
        engage_again(self.rng, copy)
        copy.activity = draw_day_between(self.rng, copy.created.date(), AS_OF) if copy.activity else None
        copy.modified = max(copy.created, original.modified)
        copy.intent = copy.intent if self.rng.random() < 0.6 else None
        if copy.lifecycle == "Customer" and self.rng.random() < 0.5:
            copy.lifecycle = self.rng.choice(("Lead", "Marketing Qualified Lead", "Subscriber"))
        for field in _OFTEN_LOST:
            if self.rng.random() < 0.3:
                setattr(copy, field, "")
        copy.protected |= _NAMES
        kind.alter(self, original, copy)
        return copy


def misspell(rng: Random, name: str) -> str:
    """Drop, double, swap or mistake one letter inside the name."""
    at = rng.randrange(1, len(name) - 1)
    options = [
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + rng.choice("aeionrst") + name[at + 1 :],
    ]
    return rng.choice([option for option in options if option != name])


def _name_typo(maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    column, name = (
        ("First Name", copy.first) if maker.rng.random() < 0.4 and len(copy.first) > 3 else ("Last Name", copy.last)
    )
    copy.planned.append(Planned(column=column, fault="name_typo", dirty=misspell(maker.rng, name)))
    maker.new_address(copy, 0.45)


def _accent_lost(maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    for column, name in (("First Name", copy.first), ("Last Name", copy.last)):
        plain = to_ascii(name) if " " not in name and "'" not in name else name
        if plain != name:
            copy.planned.append(Planned(column=column, fault="accent_lost", dirty=plain))
    maker.new_address(copy, 0.5)


def _nickname(maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    copy.first = NICKNAMES[copy.first]
    maker.new_address(copy, 0.35)


def _married_name(maker: DuplicateMaker, original: Contact, copy: Contact) -> None:
    while copy.last == original.last:
        copy.last = draw_name(maker.rng, copy.country)[1]
    maker.new_address(copy, 0.2)


def _job_changer(maker: DuplicateMaker, original: Contact, copy: Contact) -> None:
    here = [company for company in maker.companies if company.place.country == copy.country]
    copy.company = maker.rng.choice([company for company in here or maker.companies if company is not original.company])
    join_company(maker.rng, copy, copy.company)
    # A stage follows the new employer, or a customer would be one without a deal.
    stage = maker.rng.choice(("Lead", "Subscriber", "Marketing Qualified Lead"))
    mail, mobile, notes = maker.people.make_email(copy), copy.mobile, copy.notes
    behave(maker.rng, copy)
    blank_cells(maker.rng, [copy])
    copy.email, copy.mobile, copy.lifecycle, copy.bounce, copy.notes, copy.born = (
        mail,
        mobile,
        stage,
        "",
        notes,
        original.born,
    )
    copy.phone = copy.company.switchboard if maker.rng.random() < 0.5 else ""


def _swapped_names(maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    copy.planned.append(Planned(column="First Name", fault="name_swapped", dirty=copy.last))
    copy.planned.append(Planned(column="Last Name", fault="name_swapped", dirty=copy.first))
    maker.new_address(copy, 0.4)


def _missing_email(_maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    copy.email = copy.bounce = ""


def _phone_format(maker: DuplicateMaker, original: Contact, copy: Contact) -> None:
    copy.planned.append(Planned(column="Phone Number", fault="phone_format", dirty=retype(maker.rng, original.phone)))
    maker.new_address(copy, 0.1)


def _plus_tag(maker: DuplicateMaker, _original: Contact, copy: Contact) -> None:
    local, _, domain = copy.email.partition("@")
    copy.email = f"{local}+{maker.rng.choice(('news', 'webinar', 'events', 'trial', '2025'))}@{domain}"


def _size_conflict(maker: DuplicateMaker, original: Contact, copy: Contact) -> None:
    """The copy still has the size of years ago, a band below; both numbers were right when they were written."""
    copy.employees = (original.employees or 0) // 10
    today = original.size_updated or AS_OF - timedelta(days=maker.rng.randrange(20, 300))
    original.size_updated, copy.size_updated = today, years_before(maker.rng, today, 1, 4)
    original.protected |= {"Number of Employees", "Company Size Updated"}
    copy.protected |= {"Number of Employees", "Company Size Updated"}
    maker.new_address(copy, 0.6)


def _has_accent(person: Contact) -> bool:
    return any(to_ascii(name) != name and " " not in name and "'" not in name for name in (person.first, person.last))


KINDS: Final[dict[str, Kind]] = {
    "exact": Kind(0.09, lambda person: bool(person.email), lambda _maker, _original, _copy: None),
    "name_typo": Kind(0.13, lambda person: len(person.last) > 3 and bool(person.email), _name_typo),
    "accent_lost": Kind(0.06, _has_accent, _accent_lost),
    "nickname": Kind(0.12, lambda person: person.first in NICKNAMES and bool(person.email), _nickname),
    "married_name": Kind(0.08, lambda person: person.woman and bool(person.phone or person.mobile), _married_name),
    "job_changer": Kind(0.13, lambda person: bool(person.mobile and person.company), _job_changer),
    "swapped_names": Kind(0.08, lambda person: bool(person.email), _swapped_names),
    "missing_email": Kind(0.1, lambda person: bool(person.phone or person.mobile), _missing_email),
    "phone_format": Kind(0.07, lambda person: bool(person.phone), _phone_format),
    "plus_tag": Kind(0.06, lambda person: bool(person.email), _plus_tag),
    "size_conflict": Kind(0.08, lambda person: 120 <= (person.employees or 0) < 5000, _size_conflict),
}
