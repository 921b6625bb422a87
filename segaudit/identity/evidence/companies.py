"""What tells companies apart: their names, their domains and their numbers."""

from collections.abc import Sequence
from dataclasses import replace

from segaudit.identity.attributes import Attribute
from segaudit.identity.comparing.numbers import codes
from segaudit.identity.comparing.texts import named_things
from segaudit.identity.evidence.columns import Columns
from segaudit.identity.evidence.evidence import Evidence
from segaudit.identity.evidence.handles import beginning, exact, rarest_words, sound


def company_evidence(columns: Columns, mail_domains: Sequence[Attribute], *, of_people: bool) -> list[Evidence]:
    """Return the evidence of companies.

    Args:
        columns: Of the table.
        mail_domains: Domains of companies, from addresses.
        of_people: Records are people, who move from company to company; else they are the companies.
    """
    found = []
    for reading in columns.of("company"):
        name = columns.forms(reading, "company")["name"]
        handles = (exact(name, 0.65), *rarest_words(name, (0.85, 0.7)), beginning(name, 5, 0.88), sound(name, 0.75))
        kinds = None if of_people else columns.lists.site_kinds
        comparison = named_things(name, anchor=not of_people, moves=of_people, site_kinds=kinds)
        found.append(Evidence(comparison=comparison, handles=handles))
    webs = [columns.forms(reading, "web")["domain"] for reading in columns.of("web")]
    domain = columns.first_filled([*webs, *mail_domains])
    if domain is not None and len(domain.values):
        if not webs:
            domain = replace(domain, name=f"{domain.name} (domain)")
        comparison = codes(domain, same=0.82, slip=0.04, slips=2, shortest=8, moves=of_people)
        found.append(Evidence(comparison=comparison, handles=(exact(domain, 0.82), beginning(domain, 6, 0.87))))
    for reading in (*columns.of("code"), *columns.of("company_code")):
        code = columns.code(reading)
        comparison = codes(code, same=0.85, slip=0.05, moves=of_people and reading in columns.of("company_code"))
        found.append(Evidence(comparison=comparison, handles=(exact(code, 0.85),)))
    for kind in ("page", "company_page"):
        for reading in columns.of(kind):
            page = columns.forms(reading, "web")["page"]
            comparison = codes(page, same=0.85, slip=0.03, shortest=12, moves=kind == "company_page" and of_people)
            found.append(Evidence(comparison=comparison, handles=(exact(page, 0.85),)))
    return found
