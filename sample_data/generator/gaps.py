"""Cells that were never filled: how often, for each field."""

from collections.abc import Iterable
from random import Random
from typing import Final

from sample_data.generator.model import Contact

# Column -> attribute and share of records whose cell stays blank; records with nothing to fill come on top.
SHARE_BLANK: Final[dict[str, tuple[str, float]]] = {
    "First Name": ("first", 0.03),
    "Last Name": ("last", 0.035),
    "Email": ("email", 0.045),
    "Phone Number": ("phone", 0.44),
    "Job Title": ("title", 0.27),
    "Buying Role": ("buying_role", 0.76),
    "Company Name": ("company_name", 0.04),
    "Associated Company IDs": ("company_ids", 0.09),
    "Website URL": ("website", 0.31),
    "Industry": ("industry", 0.47),
    "Number of Employees": ("employees", 0.33),
    "Annual Revenue": ("revenue", 0.55),
    "Street Address": ("street", 0.64),
    "City": ("city", 0.3),
    "State/Region": ("state", 0.36),
    "Postal Code": ("postcode", 0.52),
    "Country/Region": ("country_cell", 0.13),
    "Lifecycle Stage": ("lifecycle", 0.02),
    "Lead Status": ("lead_status", 0.44),
    "Original Source": ("source", 0.03),
    "Contact owner": ("owner", 0.11),
    "Last Activity Date": ("activity", 0.28),
    "HubSpot Score": ("score", 0.08),
    "Unsubscribed from all email": ("unsubscribed", 0.2),
    "Account Tier": ("tier", 0.6),
    "Intent Score": ("intent", 0.36),
    "Technologies": ("technologies", 0.68),
    "Company Size Updated": ("size_updated", 0.14),
    "Notes": ("notes", 0.82),
    "Nurture Segment": ("nurture", 0.38),
    "Date of birth": ("born", 0.994),
}
_EMPTY: Final[dict[str, object]] = {
    "employees": None, "revenue": None, "activity": None, "score": None, "unsubscribed": None, "intent": None,
    "size_updated": None, "born": None, "company_ids": (), "technologies": (),
}  # fmt: skip


def blank_cells(rng: Random, contacts: Iterable[Contact]) -> None:
    """Blank each field at its own rate; a stated refusal is never lost, nor the last way to reach a person."""
    for contact in contacts:
        for column, (name, share) in SHARE_BLANK.items():
            if rng.random() < share and column not in contact.protected and not _must_stay(contact, name):
                setattr(contact, name, _EMPTY.get(name, ""))
        if contact.employees is None:
            contact.size_updated = None


def _must_stay(contact: Contact, name: str) -> bool:
    if name == "unsubscribed":
        return contact.unsubscribed is True
    if name == "email":
        return bool(contact.bounce) or not (contact.phone or contact.mobile)
    return name == "phone" and not contact.email
