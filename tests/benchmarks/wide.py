"""Make the wide benchmark file: 20 columns of what a CRM export looks like after some years of use.

Usage: wide.py ROWS OUT. The same rows give the same bytes; nothing but the standard library is needed. The data is
made up for timing: nearly unique columns, short lists, mixed spellings, blanks, placeholders and line breaks in cells.
"""

import csv
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 20260101
BATCH_ROWS = 50_000
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
DAYS = 3_650

PLACEHOLDERS = ["N/A", "n/a", "-", "unknown", "None", "NULL", "TBD", "?", "Please select", "not provided"]
FIRST_NAMES = (
    "Amelia Noah Ines Mateo Sofie Lars Anaïs Björn Chiara Dmitri Elif Farid Greta Hiro Imani José Katarzyna Liam "
    "Mei Nadia Oskar Pilar Quentin Rosa Siobhán Tomáš Ursula Viktor Wanda Xavier Yusuf Zuzana"
).split()
LAST_NAMES = (
    "Abbott Bergström Castillo Dubois Eriksen Fischer Garfield Hughes Ibrahim Jansen Kaur Lindqvist Moreau Novák "
    "O'Connor Petrov Quinn Rossi Sørensen Tremblay Ueda Vargas Whitaker Xu Yıldız Zimmermann"
).split()
COMPANY_HEADS = "Alder Beacon Cobalt Drift Ember Fathom Granite Harbor Ivory Juniper Kestrel Lumen Maple Nimbus".split()
COMPANY_TAILS = "Analytics Bakery Clinics Dynamics Freight Insurance Machines Networks Press Schools Textiles".split()
LEGAL_FORMS = ["Inc", "Inc.", "LLC", "Ltd", "GmbH", "S.A.", "BV", "", "", ""]
INDUSTRIES = (
    "Software,software,SaaS,Computer Software,Consulting,Financial Services,Legal Services,Healthcare,Health Care,"
    "Retail,Manufacturing,Logistics,Education,Energy,Media,Non-profit"
).split(",")
COUNTRIES = "United States,USA,US,United Kingdom,UK,Germany,DE,France,España,Canada,Brasil,India,Japan".split(",")
CITIES = "Austin|Boston|Chicago|Leeds|London|Köln|Lyon|Málaga|Montréal|São Paulo|Pune|Osaka|Portland, OR".split("|")
STAGES = ["subscriber", "lead", "Lead", "MQL", "SQL", "opportunity", "customer", "evangelist", "other"]
SOURCES = ["Organic Search", "organic_search", "Paid Search", "Referral", "Webinar", "Trade show", "Import 2021"]
OWNERS = [f"{first}.{last}@agency.example" for first in ("ana", "ben", "cleo") for last in ("hart", "ito", "lund")]
HEADER = [
    *("Record ID", "First Name", "Last Name", "Email", "Phone", "Company", "Website", "Industry", "Employees"),
    *("Annual Revenue", "Country", "City", "Zip", "Lifecycle Stage", "Lead Source", "Owner", "Create Date"),
    *("Last Activity", "Notes", "Lead Score"),
]


class WideFile:
    """Columns drawn from one seeded source, a batch of rows at a time."""

    def __init__(self, rows: int) -> None:
        self.draw = random.Random(SEED)
        self.company_count = max(50, rows // 8)
        self.iso_days = [(FIRST_DAY + timedelta(days=day)).strftime("%Y-%m-%d") for day in range(DAYS)]
        spellings = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%b %d, %Y", "%Y-%m-%dT08:30:00Z")
        self.mixed_days = [
            (FIRST_DAY + timedelta(days=day)).strftime(spelling) for day in range(DAYS) for spelling in spellings
        ]
        self.times = [f"{hour:02d}:{minute:02d}:{minute:02d}" for hour in range(24) for minute in range(60)]
        self.head_counts = [spell_head_count(self.draw) for _ in range(20_000)]

    def blank(self, cells: Sequence[str], *, share_blank: float, share_placeholder: float) -> list[str]:
        """Empty some cells and put placeholders into others."""
        return [
            cell
            if (u := self.draw.random()) >= share_blank + share_placeholder
            else ("   " if u < share_blank / 100 else "")
            if u < share_blank
            else self.draw.choice(PLACEHOLDERS)
            for cell in cells
        ]

    def pick(self, values: Sequence[str], rows: int, *, blank: float = 0.0, placeholder: float = 0.0) -> list[str]:
        """Draw a column from a list of values."""
        return self.blank(self.draw.choices(values, k=rows), share_blank=blank, share_placeholder=placeholder)

    def batch(self, start: int, rows: int) -> list[Sequence[str]]:
        """Return the columns of rows `start` to `start + rows`."""
        draw = self.draw
        first, last = draw.choices(FIRST_NAMES, k=rows), draw.choices(LAST_NAMES, k=rows)
        companies = [min(int(draw.paretovariate(1.1) * self.company_count / 60), self.company_count - 1) for _ in first]
        names = [name_company(number) for number in companies]
        domains = [f"{name.replace(' ', '').lower()}.example" for name in names]
        emails = [
            spell_email(f"{a}.{b}{draw.randrange(100_000)}@{domain}".lower().replace("'", ""), draw.random())
            for a, b, domain in zip(first, last, domains, strict=True)
        ]
        forms = draw.choices(LEGAL_FORMS, k=rows)
        legal_names = [f"{name} {form}".rstrip() for name, form in zip(names, forms, strict=True)]
        sites = [f"{draw.choice(('', 'http://', 'https://www.'))}{domain}" for domain in domains]
        created = [f"{draw.choice(self.iso_days)} {clock}" for clock in draw.choices(self.times, k=rows)]
        columns: list[Sequence[str]] = [
            [f"C-{number:09d}" for number in range(start + 1, start + rows + 1)],
            self.blank(first, share_blank=0.02, share_placeholder=0.003),
            self.blank(last, share_blank=0.03, share_placeholder=0.004),
            self.blank(emails, share_blank=0.06, share_placeholder=0.01),
            self.blank([spell_phone(draw) for _ in first], share_blank=0.25, share_placeholder=0.03),
            self.blank(legal_names, share_blank=0.04, share_placeholder=0.01),
            self.blank(sites, share_blank=0.20, share_placeholder=0.01),
            self.pick(INDUSTRIES, rows, blank=0.10, placeholder=0.05),
            self.pick(self.head_counts, rows, blank=0.30, placeholder=0.05),
            self.blank([spell_revenue(draw) for _ in first], share_blank=0.40, share_placeholder=0.05),
            self.pick(COUNTRIES, rows, blank=0.05, placeholder=0.01),
            self.pick(CITIES, rows, blank=0.20, placeholder=0.01),
            self.blank([f"{draw.randrange(501, 99_951):05d}" for _ in first], share_blank=0.25, share_placeholder=0.01),
            self.pick(STAGES, rows, blank=0.02, placeholder=0.02),
            self.pick(SOURCES, rows, blank=0.15, placeholder=0.05),
            self.pick(OWNERS, rows, blank=0.05),
            created,
            self.pick(self.mixed_days, rows, blank=0.35, placeholder=0.02),
            self.blank([write_note(draw) for _ in first], share_blank=0.70, share_placeholder=0.0),
            [str(draw.randrange(101)) for _ in first],
        ]
        return columns


def name_company(number: int) -> str:
    """Name the company of that number, always the same."""
    head, tail = COMPANY_HEADS[number % len(COMPANY_HEADS)], COMPANY_TAILS[number // 7 % len(COMPANY_TAILS)]
    return f"{head} {tail} {number}"


def spell_email(address: str, u: float) -> str:
    """Damage one address in twenty-five."""
    faults = [address.replace("@", " at "), address.replace("@", "@@"), address.partition("@")[0], f"{address} "]
    return faults[int(u * 100)] if u < len(faults) / 100 else address


def spell_phone(draw: random.Random) -> str:
    """Write a telephone number in one of several ways."""
    digits = f"{draw.randrange(2_000_000_000, 10_000_000_000)}"
    a, b, c = digits[:3], digits[3:6], digits[6:]
    ways = [digits, f"({a}) {b}-{c}", f"+1 {a} {b} {c}", f"{a}.{b}.{c} x{c[:2]}", f"+44 20 {b}0 {c}", "ask reception"]
    return draw.choices(ways, weights=[20, 20, 20, 19, 20, 1])[0]


def spell_head_count(draw: random.Random) -> str:
    """Write a head count as a number, a rounded number or a band."""
    count = int(draw.lognormvariate(4.5, 1.8)) + 1
    return draw.choice([str(count), f"{count:,}", f"{count}.0", spell_band(count), f"~{count}"])


def spell_band(count: int) -> str:
    """Name the band a directory would put a head count in."""
    bands = [(1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000)]
    return next((f"{low}-{high}" for low, high in bands if count <= high), "10,000+")


def spell_revenue(draw: random.Random) -> str:
    """Write a yearly revenue as people and systems do."""
    amount = draw.lognormvariate(15.0, 2.0)
    ways = [f"${amount / 1e6:.1f}M", f"${amount:,.0f}", f"{amount:.2f}", f"USD {amount / 1e3:.0f}k", f"{amount:.0f}"]
    return draw.choice(ways)


def write_note(draw: random.Random) -> str:
    """Write a note with quotes and commas; every fiftieth has a second line."""
    note = f'Call {draw.randrange(100)}: asked for "the deck", budget in Q{draw.randrange(1, 5)}'
    return f"{note}\nfollow up, then close" if draw.randrange(50) == 0 else note


def write_wide_file(rows: int, path: Path) -> None:
    """Write the file whole or not at all."""
    wide = WideFile(rows)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for start in range(0, rows, BATCH_ROWS):
            writer.writerows(zip(*wide.batch(start, min(BATCH_ROWS, rows - start)), strict=True))
    part.replace(path)


if __name__ == "__main__":
    write_wide_file(int(sys.argv[1]), Path(sys.argv[2]))
