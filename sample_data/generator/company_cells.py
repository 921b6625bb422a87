"""How the CRM prints a company, with the gaps and spellings a companies export has."""

from datetime import timedelta
from random import Random
from typing import Final

from sample_data.generator.cells import write_iso
from sample_data.generator.model import AS_OF, Company
from sample_data.generator.variants import COUNTRY_VARIANTS
from sample_data.generator.vocabulary import INDUSTRY_VARIANTS

HEADER: Final = (
    "Record ID", "Company name", "Company Domain Name", "Website URL", "Industry", "Number of Employees",
    "Annual Revenue",
    "Street Address", "City", "State/Region", "Postal Code", "Country/Region", "Phone Number", "Lifecycle Stage",
    "Type",
    "Ideal Customer Profile Tier", "Target Account", "Web Technologies", "Open Positions", "Last Funding Date",
    "Company owner", "Create Date",
)  # fmt: skip
_TYPES: Final = {"prospect": "Prospect", "opportunity": "Prospect", "customer": "Customer", "former": "Former Customer"}
_STAGES: Final = {"prospect": "Lead", "opportunity": "Opportunity", "customer": "Customer", "former": "Other"}


def write_company(rng: Random, company: Company) -> tuple[str, ...]:
    """One row; a column is blank or spelled otherwise at its own rate."""

    def often(share: float, value: str) -> str:
        return value if rng.random() < share else ""

    def varied(share: float, value: str, variants: dict[str, tuple[str, ...]]) -> str:
        return rng.choice(variants[value]) if value in variants and rng.random() < share else value

    tier = "Tier 1" if company.employees > 1000 else "Tier 2" if company.employees > 150 else "Tier 3"
    funded = (
        AS_OF - timedelta(days=rng.randrange(10, 900))
        if company.industry == "Software" and rng.random() < 0.3
        else None
    )
    return (
        str(company.record_id),
        company.name,
        often(0.97, company.domain),
        often(0.8, f"https://www.{company.domain}"),
        often(0.66, varied(0.25, company.industry, INDUSTRY_VARIANTS)),
        often(0.78, str(company.employees)),
        often(0.55, str(company.revenue)),
        often(0.6, company.street),
        often(0.85, company.place.city),
        often(0.75, company.place.state),
        often(0.62, company.postcode),
        often(0.92, varied(0.15, company.place.country, COUNTRY_VARIANTS)),
        often(0.7, company.switchboard),
        often(0.95, _STAGES[company.status]),
        often(0.8, _TYPES[company.status]),
        often(0.45, tier),
        "true" if company.employees > 400 and rng.random() < 0.3 else "false",
        often(0.4, ";".join(company.technologies)),
        often(0.3, str(rng.randrange(0, 3 + company.employees // 40))),
        write_iso(funded),
        company.owner,
        write_iso(company.created),
    )
