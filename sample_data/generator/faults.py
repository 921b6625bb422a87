"""Which cells are spoiled, how, and how many; every spoiled cell is written down with its clean value."""

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from sample_data.generator import spoilers as spoil
from sample_data.generator import variants
from sample_data.generator.answers import Answers
from sample_data.generator.cells import write_clean
from sample_data.generator.companies import round_figures
from sample_data.generator.model import Company, Contact
from sample_data.generator.vocabulary import INDUSTRY_VARIANTS

FAULTS_SIZED_FOR: Final = 6_400  # contacts for which the numbers of rows below are meant

_NOTHING: Final = ("N/A", "n/a", "-", "unknown", "Unknown", "TBD", "none")
_PICK: Final = ("Please select", "Select", "-", "unknown", "N/A", "Select...")
_BLANKS: Final = (" ", "   ", "\u00a0", "\t")

_CARDS: Final = (
    "\nCard for the deposit: 4111 1111 1111 1111, exp 09/27", "\nPaid with 5555 5555 5555 4444 by phone.",
    "\nIBAN DE89 3704 0044 0532 0130 00, please invoice.", "\nrefund to GB82 WEST 1234 5698 7654 32",
    "\ncc 4242424242424242",
)  # fmt: skip


class WrongCell(NamedTuple):
    """One line of truth/wrong_cells.csv."""

    record_id: int
    column: str
    fault: str
    dirty_value: str
    clean_value: str


class Fault(NamedTuple):
    """One fault of one column: how many cells (at FAULTS_SIZED_FOR contacts) and what happens to each."""

    column: str
    name: str
    rows: int
    spoil: spoil.Spoiler


FAULTS: Final[tuple[Fault, ...]] = (
    Fault("First Name", "email_in_name", 14, spoil.copy_email),
    Fault("First Name", "mojibake", 14, spoil.garble),
    Fault("First Name", "padded", 60, spoil.pad),
    Fault("First Name", "disguised_missing", 24, spoil.fill_blank("-", "N/A", "unknown", ".")),
    Fault("First Name", "whitespace_only", 10, spoil.fill_blank(*_BLANKS)),
    Fault("Last Name", "mojibake", 18, spoil.garble),
    Fault("Last Name", "padded", 45, spoil.pad),
    Fault("Last Name", "disguised_missing", 30, spoil.fill_blank("-", "N/A", "unknown", "x")),
    Fault("Email", "email_invalid", 72, spoil.mistype_email),
    Fault("Email", "email_domain_typo", 26, spoil.mistype_domain),
    Fault("Email", "email_case", 60, spoil.shout_email),
    Fault("Email", "padded", 25, spoil.pad),
    Fault("Email", "disguised_missing", 36, spoil.fill_blank("none", "N/A", "noemail@noemail.example", "-")),
    Fault("Phone Number", "phone_format", 1250, spoil.rewrite_phone),
    Fault(
        "Phone Number", "phone_invalid", 60, spoil.fill_blank("call office", "000-000-0000", "12345", "see notes", "+1")
    ),
    Fault("Phone Number", "disguised_missing", 55, spoil.fill_blank("N/A", "-", "n/a", "unknown")),
    Fault("Mobile Phone Number", "phone_format", 480, spoil.rewrite_phone),
    Fault("Mobile Phone Number", "disguised_missing", 30, spoil.fill_blank("N/A", "-", "same")),
    Fault("Job Title", "padded", 40, spoil.pad),
    Fault("Job Title", "whitespace_only", 25, spoil.fill_blank(*_BLANKS)),
    Fault("Job Title", "disguised_missing", 60, spoil.fill_blank(*_NOTHING)),
    Fault("Company Name", "padded", 40, spoil.pad),
    Fault("Company Name", "name_case", 40, spoil.shout),
    Fault("Company Name", "disguised_missing", 45, spoil.fill_blank("N/A", "-", "unknown", "n/a")),
    Fault("Website URL", "website_format", 200, spoil.rewrite_website),
    Fault("Website URL", "disguised_missing", 25, spoil.fill_blank("N/A", "-", "http://")),
    Fault("Industry", "industry_variant", 560, spoil.replace_by(INDUSTRY_VARIANTS)),
    Fault("Industry", "padded", 60, spoil.pad),
    Fault("Industry", "whitespace_only", 40, spoil.fill_blank(*_BLANKS)),
    Fault("Industry", "disguised_missing", 330, spoil.fill_blank(*_PICK)),
    Fault("Number of Employees", "size_words", 12, spoil.replace_by(variants.SIZE_WORDS)),
    Fault("Number of Employees", "size_open_range", 90, spoil.write_open_range),
    Fault("Number of Employees", "size_grouped", 200, spoil.group_digits),
    Fault("Number of Employees", "size_range", 180, spoil.write_range),
    Fault("Number of Employees", "size_approximate", 90, spoil.approximate),
    Fault("Number of Employees", "zero_as_missing", 110, spoil.fill_zero),
    Fault(
        "Number of Employees",
        "disguised_missing",
        115,
        spoil.fill_blank("999999", "N/A", "unknown", "Please select", "TBD"),
    ),
    Fault("Annual Revenue", "money_lakh", 24, spoil.write_lakh),
    Fault("Annual Revenue", "money_format", 520, spoil.write_money),
    Fault("Annual Revenue", "disguised_missing", 110, spoil.fill_blank("999999", "N/A", "-", "TBD", "unknown")),
    Fault("Street Address", "disguised_missing", 25, spoil.fill_blank("N/A", "-", "TBD")),
    Fault("City", "city_variant", 70, spoil.plain_city),
    Fault("City", "padded", 30, spoil.pad),
    Fault("State/Region", "state_variant", 520, spoil.replace_by(variants.STATE_VARIANTS)),
    Fault("State/Region", "disguised_missing", 60, spoil.fill_blank("N/A", "-", "Select")),
    Fault("Postal Code", "postcode_zero_lost", 26, spoil.drop_zero),
    Fault("Postal Code", "disguised_missing", 30, spoil.fill_blank("999999", "00000", "-")),
    Fault("Country/Region", "country_variant", 900, spoil.replace_by(variants.COUNTRY_VARIANTS)),
    Fault("Country/Region", "disguised_missing", 100, spoil.fill_blank("Please select", "-", "Select", "unknown")),
    Fault("Country/Region", "whitespace_only", 15, spoil.fill_blank(*_BLANKS)),
    Fault("Lifecycle Stage", "customer_without_won_deal", 45, spoil.claim_customer),
    Fault("Lifecycle Stage", "picklist_variant", 90, spoil.replace_by(variants.LIFECYCLE_VARIANTS)),
    Fault("Lifecycle Stage", "outside_picklist", 25, spoil.replace_any("Prospect", "Hot", "VIP", "2")),
    Fault("Lead Status", "picklist_variant", 70, spoil.replace_by(variants.STATUS_VARIANTS)),
    Fault("Lead Status", "outside_picklist", 15, spoil.replace_any("???", "ask Tim", "dead")),
    Fault("Original Source", "disguised_missing", 40, spoil.fill_blank("Unknown", "-", "n/a")),
    Fault("Contact owner", "disguised_missing", 30, spoil.fill_blank("Select", "-", "TBD")),
    Fault("Create Date", "created_in_future", 12, spoil.create_in_future),
    Fault("Last Activity Date", "activity_before_creation", 35, spoil.act_before_creation),
    Fault("Last Activity Date", "date_order", 60, spoil.day_first),
    Fault("Last Activity Date", "disguised_missing", 14, spoil.fill_blank("00/00/0000", "01/01/1900")),
    Fault("Last Engagement Date", "engaged_in_future", 8, spoil.engage_in_future),
    Fault("Last Engagement Date", "date_format", 120, spoil.shuffle_date),
    Fault("Last Engagement Date", "disguised_missing", 55, spoil.fill_blank("1900-01-01", "1900-01-01", "never", "-")),
    Fault("Company Size Updated", "date_format", 35, spoil.shuffle_date),
    Fault("Company Size Updated", "disguised_missing", 30, spoil.fill_blank("1900-01-01")),
    Fault("Date of birth", "disguised_missing", 12, spoil.fill_blank("1900-01-01")),
    Fault("Account Tier", "picklist_variant", 80, spoil.replace_by(variants.TIER_VARIANTS)),
    Fault("Account Tier", "disguised_missing", 60, spoil.fill_blank("Select", "Please select", "TBD")),
    Fault("Intent Score", "out_of_range", 12, spoil.replace_any("140", "-5", "250", "101")),
    Fault("Intent Score", "disguised_missing", 30, spoil.fill_blank("-", "N/A", "unknown")),
    Fault("Technologies", "list_separator", 45, spoil.join_commas),
    Fault("Technologies", "disguised_missing", 25, spoil.fill_blank("unknown", "N/A", "TBD")),
    Fault("Unsubscribed from all email", "flag_variant", 150, spoil.replace_by(variants.FLAG_VARIANTS)),
    Fault("Marketing contact status", "opted_out_but_marketing", 60, spoil.keep_marketing),
    Fault("Nurture Segment", "disguised_missing", 25, spoil.fill_blank("TBD", "-")),
    Fault("Notes", "sensitive_text", 9, lambda rng, _contact, clean: f"{clean}{rng.choice(_CARDS)}" if clean else None),
    Fault(
        "Notes",
        "formula_in_text",
        3,
        spoil.fill_blank('=HYPERLINK("http://click.example","open me")', "=1+1", "@SUM(A1:A9)"),
    ),
)

# Faults that say something about the record as a whole, and the columns to look at.
_RECORD_FAULTS: Final = {
    "customer_without_won_deal": "Lifecycle Stage",
    "activity_before_creation": "Last Activity Date;Create Date",
    "created_in_future": "Create Date",
    "opted_out_but_marketing": "Unsubscribed from all email;Marketing contact status",
    "email_domain_mismatch": "Email;Website URL",
}
_EURO: Final = frozenset({"Germany", "France", "Ireland", "Netherlands", "Spain"})
_CURRENCIES: Final = {"United Kingdom": ("£", "GBP", 0.8), "Australia": ("A$", "AUD", 1.5)}


class Spoiler:
    """Keeps clean and dirty rows side by side while faults are planted; a cell is spoiled once at most."""

    def __init__(self, rng: Random, contacts: list[Contact], companies: list[Company], answers: Answers) -> None:
        """Write every record clean, then plant what was planned while records were made."""
        self._rng = rng
        self._contacts = contacts
        self._companies = companies
        self._answers = answers
        self._share = len(contacts) / FAULTS_SIZED_FOR
        self.clean = {contact.record_id: write_clean(contact) for contact in contacts}
        self.dirty = {record_id: dict(cells) for record_id, cells in self.clean.items()}
        self.wrong: dict[tuple[int, str], WrongCell] = {}
        for contact in contacts:
            for planned in contact.planned:
                self._plant(contact, planned.column, planned.fault, planned.dirty)

    def spoil_all(self) -> list[WrongCell]:
        """Plant every fault; returns the wrong cells in the order of the export."""
        self._spoil_whole_names()
        self._spoil_links()
        self._spoil_currencies()
        for fault in FAULTS:
            self._spoil_some(fault.column, fault.name, fault.rows, fault.spoil)
        for row in self.dirty.values():
            row["Lead Score"] = row["HubSpot Score"]
        return [self.wrong[key] for key in sorted(self.wrong)]

    def _spoil_some(self, column: str, name: str, rows: int, spoiler: spoil.Spoiler) -> None:
        self._spoil_rows(rows, lambda contact: self._try(contact, column, name, spoiler))

    def _spoil_rows(self, rows: int, attempt: Callable[[Contact], bool]) -> None:
        """Try records in random order until enough were spoiled."""
        wanted = max(round(rows * self._share), 1)
        for contact in self._rng.sample(self._contacts, len(self._contacts)):
            if wanted == 0:
                return
            wanted -= attempt(contact)

    def _try(self, contact: Contact, column: str, name: str, spoiler: spoil.Spoiler) -> bool:
        if not self._is_free(contact, column):
            return False
        dirty = spoiler(self._rng, contact, self.clean[contact.record_id][column])
        return dirty is not None and self._plant(contact, column, name, dirty)

    def _is_free(self, contact: Contact, column: str) -> bool:
        return (contact.record_id, column) not in self.wrong and not contact.protected & {column, "*"}

    def _plant(self, contact: Contact, column: str, name: str, dirty: str) -> bool:
        clean = self.clean[contact.record_id][column]
        if dirty == clean:
            return False
        self.dirty[contact.record_id][column] = dirty
        self.wrong[contact.record_id, column] = WrongCell(contact.record_id, column, name, dirty, clean)
        if name in _RECORD_FAULTS:
            self._answers.record_faults.append((contact, name, _RECORD_FAULTS[name]))
        return True

    def _spoil_whole_names(self) -> None:
        """Names in capitals, and first and last name in each other's place."""

        def spoil_both(contact: Contact, name: str, first: str, last: str) -> bool:
            free = self._is_free(contact, "First Name") and self._is_free(contact, "Last Name")
            if not free or len(contact.first) < 3 or len(contact.last) < 3 or contact.first == contact.last:
                return False
            return self._plant(contact, "First Name", name, first) and self._plant(contact, "Last Name", name, last)

        self._spoil_rows(
            85, lambda contact: spoil_both(contact, "name_case", contact.first.upper(), contact.last.upper())
        )
        self._spoil_rows(
            40, lambda contact: spoil_both(contact, "name_case", contact.first.lower(), contact.last.lower())
        )
        self._spoil_rows(24, lambda contact: spoil_both(contact, "name_swapped", contact.last, contact.first))

    def _spoil_links(self) -> None:
        """Ids of companies that are gone, and websites of companies that are not the person's."""
        known = {str(company.record_id) for company in self._companies}
        gone = [str(number) for number in range(9_900_017, 9_900_900, 21) if str(number) not in known]
        self._spoil_some("Associated Company IDs", "orphan_company_id", 40, spoil.replace_any(*gone))

        def visit_other(rng: Random, contact: Contact, clean: str) -> str | None:
            own = contact.company
            if not clean or own is None or not contact.email.endswith(own.domain):
                return None
            other = rng.choice(self._companies)
            return None if other.entity == own.entity else f"https://www.{other.domain}"

        self._spoil_some("Website URL", "email_domain_mismatch", 40, visit_other)

    def _spoil_currencies(self) -> None:
        """Revenues in the currency at home; their clean value names the currency, because no rate is given."""

        def write_at_home(contact: Contact) -> bool:
            country = contact.company.place.country if contact.company else ""
            if contact.revenue is None or not (country in _CURRENCIES or country in _EURO):
                return False
            if not self._is_free(contact, "Annual Revenue"):
                return False
            symbol, code, rate = _CURRENCIES.get(country, ("€", "EUR", 0.9))
            amount = round_figures(contact.revenue * rate)
            unit, letter = (1_000_000, "m") if amount >= 1_000_000 else (1_000, "k")
            self.clean[contact.record_id]["Annual Revenue"] = f"{amount} {code}"
            short = f"{amount / unit:.10g}"
            written = self._rng.choice(
                (f"{symbol}{short}{letter}", f"{symbol}{short}{letter.upper()}", f"{code} {short}{letter}")
            )
            return self._plant(contact, "Annual Revenue", "money_currency", written)

        self._spoil_rows(120, write_at_home)
