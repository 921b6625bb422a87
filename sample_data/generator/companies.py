"""The client's companies: invented names, believable sizes, and the ones that were entered twice."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from sample_data.generator.model import AS_OF, FIRST_DAY, Company
from sample_data.generator.names import to_local_part
from sample_data.generator.phones import PhoneBook
from sample_data.generator.places import COUNTRY_WEIGHTS, PLACES_BY_COUNTRY, streets_in, write_street
from sample_data.generator.vocabulary import INDUSTRIES, LEGAL_FORMS, LEGAL_VARIANTS, OWNERS, STEMS, TECHNOLOGIES

# Sizes that sit on the edge of a band, where "1-50" and "50-500" both claim the record.
EDGE_SIZES: Final = (50, 50, 50, 51, 51, 500, 500, 500, 501, 501, 1, 0, 0)

_STATUS_WEIGHTS: Final = {"prospect": 54, "opportunity": 18, "customer": 22, "former": 6}
_FIRST_ID: Final = 7_300_118


def round_figures(number: float, figures: int = 2) -> int:
    """Round to significant figures, as people state sizes and revenues."""
    digits = len(str(int(number)))
    return int(round(number, min(figures - digits, 0)))


def make_companies(rng: Random, phones: PhoneBook, count: int) -> list[Company]:
    """Make `count` company records, about one in twenty of them a duplicate; in the order of their ids."""
    doubled = max(count // 20, 6)
    used: set[str] = set()
    originals = [_make_company(rng, phones, entity, used) for entity in range(1, count - doubled + 1)]
    # One is called "None", the trap for everything that reads the word as "no value".
    originals[3] = replace(originals[3], name="None", domain="none-studio.example", industry="Marketing & Advertising")
    for company, size in zip(originals[5::7], EDGE_SIZES, strict=False):
        company.employees = size
        company.revenue = round_figures(max(size, 1) * 1000 * INDUSTRIES[company.industry][1])
    picked = rng.sample(
        [company for company in originals if company.employees >= 12 and company.name != "None"], doubled
    )
    companies = sorted(originals + [_double(rng, company) for company in picked], key=lambda company: company.created)
    record_id = _FIRST_ID
    for company in companies:
        company.record_id = record_id
        record_id += rng.randrange(3, 260)
    return companies


def _make_company(rng: Random, phones: PhoneBook, entity: int, used: set[str]) -> Company:
    country = rng.choices(list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))[0]
    place = rng.choice(PLACES_BY_COUNTRY[country])
    industry = rng.choices(list(INDUSTRIES), [weight for weight, _, _ in INDUSTRIES.values()])[0]
    _, per_head, words = INDUSTRIES[industry]
    stem, domain = _draw_brand(rng, country, words, used)
    form = rng.choice(LEGAL_FORMS[country])
    employees = _draw_size(rng)
    return Company(
        record_id=0,
        entity=entity,
        name=f"{stem} {form}".strip(),
        domain=domain,
        industry=industry,
        employees=employees,
        revenue=round_figures(employees * per_head * 1000 * rng.uniform(0.5, 1.7)),
        place=place,
        postcode=rng.choice(place.postcodes),
        street=write_street(country, rng.choice(streets_in(country)), rng.randrange(1, 240)),
        switchboard=phones.draw_line(place),
        status=rng.choices(list(_STATUS_WEIGHTS), list(_STATUS_WEIGHTS.values()))[0],
        technologies=tuple(sorted(rng.sample(TECHNOLOGIES, rng.randrange(1, 6)))),
        owner=rng.choice(OWNERS),
        created=_draw_day(rng),
    )


def _draw_brand(rng: Random, country: str, words: tuple[str, ...], used: set[str]) -> tuple[str, str]:
    heads, tails = STEMS.get(country, STEMS["*"])
    while True:
        stem = f"{rng.choice(heads)}{rng.choice(tails)} {rng.choice(words)}"
        domain = f"{to_local_part(stem)}.example"
        if domain not in used:
            used.add(domain)
            return stem, domain


def _draw_size(rng: Random) -> int:
    """Mostly small companies with a long tail; large ones are known only roughly."""
    band = rng.choices(("smb", "mid", "large"), (46, 36, 18))[0]
    if band == "smb":
        return min(max(round(rng.lognormvariate(2.7, 0.7)), 1), 49)
    if band == "mid":
        return min(max(round(rng.lognormvariate(5.0, 0.6)), 52), 499)
    size = min(max(rng.lognormvariate(7.3, 0.9), 510), 24_000)
    return round_figures(size, 3 if rng.random() < 0.5 else 2)


def _draw_day(rng: Random) -> date:
    """A day since the CRM began; the database grew faster every year."""
    days = (AS_OF - FIRST_DAY).days - 3
    return FIRST_DAY + timedelta(days=round(days * rng.random() ** 0.7))


def _double(rng: Random, company: Company) -> Company:
    """The company as a colleague entered it again: another legal form, or a shortened or padded-out name."""
    stem, form = company.name, ""
    for known in sorted(LEGAL_VARIANTS, key=len, reverse=True):
        if known and company.name.endswith(f" {known}"):
            stem, form = company.name.removesuffix(f" {known}"), known
            break
    names = [
        f"{stem} {LEGAL_VARIANTS[form]}",
        f"{stem}",
        f"{stem}, {form}",
        f"The {stem}",
        f"{stem.upper()} {form}".strip(),
    ]
    name = rng.choice([name for name in names if name.strip(", ") != company.name])
    later = company.created + timedelta(days=rng.randrange(20, 700))
    return replace(
        company,
        name=name.strip(", "),
        created=min(later, AS_OF - timedelta(days=2)),
        owner=rng.choice(OWNERS),
        domain=company.domain if rng.random() < 0.7 else company.domain.replace("-", ""),
    )
