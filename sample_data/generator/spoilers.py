"""Ways to spoil one clean cell; each answers None when the cell cannot be spoiled that way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sample_data.generator import phones
from sample_data.generator.cells import write_long, write_us
from sample_data.generator.model import AS_OF, Contact
from sample_data.generator.names import to_ascii

Spoiler = Callable[[Random, Contact, str], str | None]


def fill_blank(*words: str) -> Spoiler:
    """A word that stands for nothing, in a cell that should be empty."""
    return lambda rng, _contact, clean: None if clean else rng.choice(words)


def fill_zero(_rng: Random, contact: Contact, clean: str) -> str | None:
    """0 employees where the company is known to have some."""
    return "0" if not clean and contact.company and contact.company.employees > 1 else None


def replace_by(variants: dict[str, tuple[str, ...]]) -> Spoiler:
    """Another spelling of the same value."""
    return lambda rng, _contact, clean: rng.choice(variants[clean]) if clean in variants else None


def replace_any(*words: str) -> Spoiler:
    """A value that says nothing about the one that belongs there."""
    return lambda rng, _contact, clean: rng.choice(words) if clean else None


def pad(rng: Random, _contact: Contact, clean: str) -> str | None:
    """Spaces around the value, some of them no-break spaces from a web page."""
    return rng.choice((f" {clean}", f"{clean} ", f"  {clean} ", f"{clean}\u00a0")) if clean else None


def garble(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """UTF-8 read as Latin-1: é becomes Ã©."""
    return None if clean.isascii() else clean.encode().decode("latin-1").replace("\u00ad", "-")


def shout(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """ALL CAPS."""
    return clean.upper() if len(clean) > 2 else None


def copy_email(_rng: Random, contact: Contact, clean: str) -> str | None:
    """The address typed into the name field."""
    return contact.email if clean and contact.email else None


def group_digits(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """1,000."""
    return f"{int(clean):,}" if len(clean) > 3 else None


def approximate(rng: Random, _contact: Contact, clean: str) -> str | None:
    """A size that is said to be rough, though it is right."""
    return rng.choice((f"~{clean}", f"approx. {clean}", f"ca. {clean}")) if len(clean) > 1 else None


def write_range(rng: Random, _contact: Contact, clean: str) -> str | None:
    """A range that holds the size, lies in one band, and has its middle there as well."""
    size = int(clean or 0)
    bands = ((1, 10), (11, 50), (60, 200), (201, 500), (1001, 5000))
    found = next(((low, high) for low, high in bands if low <= size <= high), None)
    if found is None:
        return None
    low, high = (50, 200) if found == (60, 200) else found
    return rng.choice((f"{low}-{high}", f"{low} - {high}", f"{low}–{high}", f"{low} to {high}"))


def write_open_range(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """1,000+, for anything from there on."""
    size = int(clean or 0)
    floor = next((floor for floor in (10_000, 5_000, 1_000) if size >= floor), None)
    return f"{floor:,}+" if floor else None


def write_money(rng: Random, _contact: Contact, clean: str) -> str | None:
    """Dollars in the ways people write them; exact, because revenues are kept in round figures."""
    if not clean:
        return None
    amount = int(clean)
    unit, letter = (1_000_000, "M") if amount >= 1_000_000 else (1_000, "K")
    short = f"{amount / unit:.10g}"
    return rng.choice(
        (
            f"${short}{letter}",
            f"{short}{letter}",
            f"USD {short}{letter.lower()}",
            f"${amount:,}",
            f"{amount:,}",
            f"$ {short} {letter}",
        )
    )


def write_lakh(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """17,50,000: Indian grouping."""
    if not 6 <= len(clean) <= 8:
        return None
    head, tail = clean[:-3], clean[-3:]
    pairs = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.append(pair)
    return ",".join([*reversed(pairs), tail])


def mistype_email(rng: Random, _contact: Contact, clean: str) -> str | None:
    """An address no server accepts."""
    if not clean:
        return None
    local, _, domain = clean.partition("@")
    return rng.choice((
        f"{local}@@{domain}", f"{local} at {domain}", f"{local}{domain}", f"{local}@",
        f"{local}@{domain.replace('.', ',')}",
        f"{local}.@{domain}", f"{local}@{domain.partition('.')[0]}", f"{local} @{domain}", f"{local}@.{domain}",
    ))  # fmt: skip


def mistype_domain(rng: Random, _contact: Contact, clean: str) -> str | None:
    """gmial.com."""
    wrong = rng.choice(("gmial.com", "gmai.com", "gmail.con", "gamil.com", "gmail.co"))
    return clean.replace("@gmail.com", f"@{wrong}") if clean.endswith("@gmail.com") else None


def shout_email(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """The same address in capitals."""
    return clean.upper() if clean else None


def rewrite_phone(rng: Random, _contact: Contact, clean: str) -> str | None:
    """The same line, typed another way."""
    return phones.retype(rng, clean) if clean else None


def rewrite_website(rng: Random, _contact: Contact, clean: str) -> str | None:
    """The same site without scheme, in capitals, or with a path."""
    bare = clean.removeprefix("https://www.")
    return (
        rng.choice((bare, f"www.{bare}", f"http://{bare}/", f"WWW.{bare.upper()}", f"https://www.{bare}/en/home?utm=x"))
        if clean
        else None
    )


def drop_zero(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """02108 after a spreadsheet has been at it."""
    return clean[1:] if clean.startswith("0") and clean.isdigit() else None


def shuffle_date(rng: Random, _contact: Contact, clean: str) -> str | None:
    """An ISO date in another unambiguous format."""
    if not clean:
        return None
    day = date.fromisoformat(clean)
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    ways = [write_long(moment).partition(",")[0] + f" {day.year}", day.strftime("%Y/%m/%d"), f"{day:%Y-%m-%d} 00:00:00"]
    if day.day > 12:
        ways += [day.strftime("%d.%m.%Y"), write_us(day), day.strftime("%d/%m/%Y")]
    return rng.choice(ways)


def day_first(_rng: Random, contact: Contact, clean: str) -> str | None:
    """25/03/2026 in a column of 03/25/2026; only days that cannot be months."""
    day = contact.activity
    return day.strftime("%d/%m/%Y") if clean and day and day.day > 12 else None


def create_in_future(rng: Random, contact: Contact, _clean: str) -> str:
    """A create date after the export was made."""
    day = AS_OF + timedelta(days=rng.randrange(20, 600))
    return f"{day.isoformat()} {contact.created:%H:%M}"


def act_before_creation(rng: Random, contact: Contact, clean: str) -> str | None:
    """Activity before the record existed."""
    return write_us(contact.created.date() - timedelta(days=rng.randrange(30, 900))) if clean else None


def engage_in_future(rng: Random, _contact: Contact, clean: str) -> str | None:
    """Engagement after the export was made."""
    return (AS_OF + timedelta(days=rng.randrange(15, 300))).isoformat() if clean else None


def claim_customer(_rng: Random, contact: Contact, clean: str) -> str | None:
    """A customer by name only: neither the person nor the company has won a deal."""
    dealt = contact.company is not None and contact.company.status in {"customer", "former"}
    return "Customer" if not dealt and clean in {"Lead", "Marketing Qualified Lead", "Opportunity"} else None


def keep_marketing(_rng: Random, contact: Contact, clean: str) -> str | None:
    """Opted out, and still a marketing contact."""
    return "Marketing contact" if contact.unsubscribed and clean.startswith("Non") else None


def join_commas(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """Commas instead of semicolons between values."""
    return clean.replace(";", ", ") if ";" in clean else None


def plain_city(_rng: Random, _contact: Contact, clean: str) -> str | None:
    """The city without its accents, or under its English or short name."""
    known = {
        "München": "Munich",
        "Köln": "Cologne",
        "New York": "NYC",
        "Los Angeles": "LA",
        "San Francisco": "SF",
        "Göteborg": "Gothenburg",
    }
    return known.get(clean) or (to_ascii(clean) if not clean.isascii() and " " not in clean else None)
