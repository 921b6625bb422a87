"""How the CRM prints a clean record: one column, one format."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sample_data.generator.model import Contact

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_number(number: int | None) -> str:
    """Plain digits, or an empty cell."""
    return "" if number is None else str(number)


def write_iso(day: date | None) -> str:
    """2026-04-16."""
    return day.isoformat() if day else ""


def write_us(day: date | None) -> str:
    """04/16/2026."""
    return f"{day.month:02}/{day.day:02}/{day.year}" if day else ""


def write_long(moment: datetime) -> str:
    """16 Apr, 2026 09:30:00; month names are fixed, whatever the machine's locale."""
    return f"{moment.day} {_MONTHS[moment.month - 1]}, {moment.year} {moment:%H:%M:%S}"


_FLAGS: Final = {None: "", True: "true", False: "false"}


COLUMNS: Final[dict[str, Callable[[Contact], str]]] = {
    "Record ID": lambda contact: str(contact.record_id),
    "First Name": lambda contact: contact.first,
    "Last Name": lambda contact: contact.last,
    "Email": lambda contact: contact.email,
    "Phone Number": lambda contact: contact.phone,
    "Mobile Phone Number": lambda contact: contact.mobile,
    "Job Title": lambda contact: contact.title,
    "Buying Role": lambda contact: contact.buying_role,
    "Company Name": lambda contact: contact.company_name,
    "Associated Company IDs": lambda contact: ";".join(map(str, contact.company_ids)),
    "Website URL": lambda contact: contact.website,
    "Industry": lambda contact: contact.industry,
    "Number of Employees": lambda contact: write_number(contact.employees),
    "Annual Revenue": lambda contact: write_number(contact.revenue),
    "Street Address": lambda contact: contact.street,
    "City": lambda contact: contact.city,
    "State/Region": lambda contact: contact.state,
    "Postal Code": lambda contact: contact.postcode,
    "Country/Region": lambda contact: contact.country_cell,
    "Lifecycle Stage": lambda contact: contact.lifecycle,
    "Lead Status": lambda contact: contact.lead_status,
    "Original Source": lambda contact: contact.source,
    "Contact owner": lambda contact: contact.owner,
    "HubSpot Team": lambda _contact: "Revenue",
    "Create Date": lambda contact: f"{contact.created:%Y-%m-%d %H:%M}",
    "Last Modified Date": lambda contact: write_long(contact.modified),
    "Last Activity Date": lambda contact: write_us(contact.activity),
    "Last Engagement Date": lambda contact: write_iso(contact.engaged),
    "HubSpot Score": lambda contact: write_number(contact.score),
    "Lead Score": lambda contact: write_number(contact.score),
    "Intent Score": lambda contact: write_number(contact.intent),
    "Account Tier": lambda contact: contact.tier,
    "Technologies": lambda contact: ";".join(contact.technologies),
    "Company Size Updated": lambda contact: write_iso(contact.size_updated),
    "Unsubscribed from all email": lambda contact: _FLAGS[contact.unsubscribed],
    "Email hard bounce reason": lambda contact: contact.bounce,
    "Marketing contact status": lambda contact: contact.marketing,
    "Nurture Segment": lambda contact: contact.nurture,
    "Date of birth": lambda contact: write_iso(contact.born),
    "Notes": lambda contact: contact.notes,
}


def write_clean(contact: Contact) -> dict[str, str]:
    """Every cell of the record as it should read."""
    return {column: write(contact) for column, write in COLUMNS.items()}
