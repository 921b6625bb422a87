"""Which columns of a table are evidence, and of what kind: by their field, else by type and by what their cells show."""

from dataclasses import replace

from segaudit.identity.evidence.columns import Columns, Table
from segaudit.identity.evidence.companies import company_evidence
from segaudit.identity.evidence.evidence import Evidence, Handle
from segaudit.identity.evidence.generic import category_evidence, generic_evidence
from segaudit.identity.evidence.people import birth_evidence, mail_evidence, name_evidence, phone_evidence, read_names
from segaudit.identity.evidence.places import place_evidence

__all__ = ["Evidence", "Handle", "Table", "gather"]

_MOST_DIFFERENT = 0.25  # of an anchor nobody knows


def gather(table: Table) -> list[Evidence]:
    """Return the evidence of a table."""
    columns = Columns(table)
    names = read_names(columns)
    mail, domains = mail_evidence(columns, names)
    found = [
        *name_evidence(names),
        *mail,
        *phone_evidence(columns),
        *birth_evidence(columns),
        *company_evidence(columns, domains, of_people=names.are_told),
        *place_evidence(columns),
        *category_evidence(columns),
        *generic_evidence(columns),
    ]
    found = [evidence for evidence in found if len(evidence.comparison.main.values) > 1]
    if not names.are_told:
        found = [replace(item, comparison=replace(item.comparison, moves=False)) for item in found]
    return _with_anchor(found)


def _with_anchor(found: list[Evidence]) -> list[Evidence]:
    """Return evidence with at least one anchor: where no field is one by nature, the most telling name."""
    if any(item.comparison.anchor for item in found) or not found:
        return found

    def tells(item: Evidence) -> float:
        main = item.comparison.main
        different = len(main.values) / max(1, int((main.codes >= 0).sum()))
        return main.share_filled * different * (2.0 if len(item.handles) > 2 else 1.0)  # noqa: PLR2004 - a name has many

    best = max(range(len(found)), key=lambda place: tells(found[place]))
    anchor = replace(found[best].comparison, anchor=True, most_different=_MOST_DIFFERENT)
    return [replace(item, comparison=anchor) if place == best else item for place, item in enumerate(found)]
