"""Which columns of a table are evidence, and of what kind: by their field, else by type and by what their cells show."""

from dataclasses import dataclass, replace

from segaudit.identity.evidence.columns import Columns, Table
from segaudit.identity.evidence.companies import company_evidence
from segaudit.identity.evidence.evidence import Evidence, Handle
from segaudit.identity.evidence.generic import category_evidence, generic_evidence
from segaudit.identity.evidence.people import birth_evidence, mail_evidence, name_evidence, phone_evidence, read_names
from segaudit.identity.evidence.places import place_evidence

__all__ = ["Evidence", "Gathered", "Handle", "Table", "gather"]

_MOST_DIFFERENT = 0.12  # of an anchor nobody knows


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The evidence of a table."""

    evidence: tuple[Evidence, ...]
    of_people: bool


def gather(table: Table) -> Gathered:
    """Return the evidence of a table."""
    columns = Columns(table)
    names = read_names(columns)
    mail, domains = mail_evidence(columns, names)
    found = [
        *name_evidence(names),
        *mail,
        *phone_evidence(columns, of_people=names.are_told),
        *birth_evidence(columns),
        *company_evidence(columns, domains, of_people=names.are_told),
        *place_evidence(columns, of_people=names.are_told),
        *category_evidence(columns, people=names.are_told),
        *generic_evidence(columns),
    ]
    found = [evidence for evidence in found if len(evidence.comparison.main.values) > 1]
    return Gathered(evidence=tuple(_with_anchor(found)), of_people=names.are_told)


def _with_anchor(found: list[Evidence]) -> list[Evidence]:
    """Return evidence with at least one anchor: where no field is one by nature, the most telling name."""
    if any(item.comparison.anchor for item in found) or not found:
        return found

    def tells(item: Evidence) -> float:
        main = item.comparison.main
        different = len(main.values) / max(1, int((main.codes >= 0).sum()))
        # A name is compared by its words and sound; what has fewer handles is a code, a list or a category.
        return main.share_filled * (1.0 if len(item.handles) > 4 else 0.1) * different**0.5  # noqa: PLR2004

    best = max(range(len(found)), key=lambda place: tells(found[place]))
    anchor = replace(found[best].comparison, anchor=True, most_different=_MOST_DIFFERENT)
    return [replace(item, comparison=anchor) if place == best else item for place, item in enumerate(found)]
