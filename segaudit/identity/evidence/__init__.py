"""Which columns of a table are evidence, and of what kind: by their field, else by their type and their cells."""

from dataclasses import dataclass, replace

from segaudit.identity.attributes import Attribute
from segaudit.identity.evidence.columns import Columns, Table
from segaudit.identity.evidence.companies import company_evidence
from segaudit.identity.evidence.evidence import Evidence, Handle
from segaudit.identity.evidence.generic import category_evidence, generic_evidence
from segaudit.identity.evidence.people import (
    Names,
    birth_evidence,
    family_evidence,
    mail_evidence,
    name_evidence,
    phone_evidence,
    read_names,
)
from segaudit.identity.evidence.places import place_evidence

__all__ = ["LEVELS", "Evidence", "Gathered", "Handle", "Table", "gather"]

CONTACT, ACCOUNT, HOUSEHOLD = LEVELS = ("contact", "account", "household")
_MOST_DIFFERENT = 0.12  # of an anchor nobody knows


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The evidence of a table."""

    evidence: tuple[Evidence, ...]
    of_people: bool
    tells_apart: bool = True  # False: all there is is the family name of people, or their given name
    constant: tuple[Attribute, ...] = ()  # what is the same wherever it stands, of what tells entities apart elsewhere


def gather(table: Table, *, level: str = CONTACT) -> Gathered:
    """Return the evidence of a table.

    Args:
        table: What is opened.
        level: What an entity is. Of contacts everything counts; of accounts nothing that is a person's; of households
            what its members share.
    """
    columns = Columns(table)
    names = read_names(columns)
    of_people = names.are_told and level == CONTACT
    mail, domains = mail_evidence(columns, names)
    found = [
        *(
            name_evidence(names, table.lists)
            if level == CONTACT
            else family_evidence(names)
            if level == HOUSEHOLD
            else []
        ),
        *(mail if level == CONTACT else []),
        *(phone_evidence(columns, of_people=of_people) if level != ACCOUNT or not names.are_told else []),
        *(birth_evidence(columns) if level == CONTACT else []),
        *(company_evidence(columns, domains, of_people=of_people) if level != HOUSEHOLD else []),
        *place_evidence(columns, of_people=of_people),
        *(category_evidence(columns, people=names.are_told) if level == CONTACT else []),
        *(generic_evidence(columns, names.given) if level == CONTACT else []),
    ]
    mains = [item.comparison.main for item in found if item.comparison.anchor]
    found = [evidence for evidence in found if len(evidence.comparison.main.values) > 1]
    return Gathered(
        evidence=tuple(_with_anchor(found)),
        of_people=of_people,
        tells_apart=not _is_half_a_name(found, names),
        constant=tuple(main for main in mains if len(main.values) == 1),
    )


def _is_half_a_name(found: list[Evidence], names: Names) -> bool:
    """Tell whether all the evidence there is is half of a name, which many people have."""
    halves = [name for name in (names.given, names.family) if name is not None]
    return len(found) == 1 and any(found[0].comparison.main is name for name in halves)


def _with_anchor(found: list[Evidence]) -> list[Evidence]:
    """Return evidence with at least one anchor: where no field is one by nature, the most telling name."""
    if any(item.comparison.anchor for item in found) or not found:
        return found

    def tells(item: Evidence) -> float:
        main = item.comparison.main
        different = len(main.values) / max(1, int((main.codes >= 0).sum()))
        # A name is compared by its words and sound; what has fewer handles is a code, a list or a category.
        of_words = len(item.handles) > 4  # noqa: PLR2004 - as many as a name has
        return float(main.share_filled * (1.0 if of_words else 0.1) * different**0.5)

    best = max(range(len(found)), key=lambda place: tells(found[place]))
    anchor = replace(found[best].comparison, anchor=True, most_different=_MOST_DIFFERENT)
    return [replace(item, comparison=anchor) if place == best else item for place, item in enumerate(found)]
