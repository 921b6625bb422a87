"""What flows through the generator: companies, contacts, and cells that are planted wrong."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sample_data.generator.places import Place

AS_OF: Final = date(2026, 6, 30)
FIRST_DAY: Final = date(2019, 1, 14)  # when the client's CRM was switched on


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A wrong cell decided while the record was made."""

    column: str
    fault: str
    dirty: str


@dataclass(slots=True, kw_only=True)
class Company:
    """One company record; duplicates of a company share `entity` and keep their own id and name."""

    record_id: int
    entity: int
    name: str
    domain: str
    industry: str
    employees: int
    revenue: int  # USD a year
    place: Place
    postcode: str
    street: str
    switchboard: str
    status: str  # prospect, opportunity, customer, former
    technologies: tuple[str, ...]
    owner: str
    created: date


@dataclass(slots=True, kw_only=True)
class Contact:
    """One contact record as the CRM should have held it; None and "" are cells that were never filled."""

    entity: int
    kind: str = "original"  # original, or the way in which it duplicates the original
    country: str  # where the person is, even when the country cell is blank
    woman: bool
    company: Company | None
    interest: float  # 0-1, never exported; drives intent, engagement and answers to campaigns
    created: datetime
    modified: datetime
    first: str
    last: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    title: str = ""
    buying_role: str = ""
    company_name: str = ""
    company_ids: tuple[int, ...] = ()
    website: str = ""
    industry: str = ""
    employees: int | None = None
    revenue: int | None = None
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country_cell: str = ""
    lifecycle: str = ""
    lead_status: str = ""
    source: str = ""
    owner: str = ""
    activity: date | None = None
    engaged: date | None = None
    score: int | None = None
    unsubscribed: bool | None = None
    bounce: str = ""
    marketing: str = "Marketing contact"
    tier: str = ""
    intent: int | None = None
    technologies: tuple[str, ...] = ()
    size_updated: date | None = None
    notes: str = ""
    nurture: str = ""
    born: date | None = None
    record_id: int = 0
    protected: frozenset[str] = frozenset()  # columns that later faults leave alone; "*" means all
    planned: list[Planned] = field(default_factory=list)

    @property
    def is_special(self) -> bool:
        """Whether the record was made for a purpose, and so is no material for further duplicates."""
        return bool(self.protected) or self.kind != "original"
