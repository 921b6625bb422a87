"""The right segment of each record, worked out from what the cells should say and with no other code."""

from collections import defaultdict
from typing import Final

from sample_data.generator.model import AS_OF, Contact

SCHEMAS: Final = ("size", "engagement", "lifecycle")


def decide_size(contact: Contact) -> str:
    """1-50, 51-500, 501 and more; nothing known, or nobody employed, is size_unknown."""
    if not contact.employees:
        return "size_unknown"
    return "smb" if contact.employees <= 50 else "mid_market" if contact.employees <= 500 else "enterprise"


def decide_engagement(contact: Contact) -> str:
    """Dead outranks hot, hot outranks warm; a score that is not there is not 70."""
    if contact.bounce or contact.unsubscribed:
        return "dead"
    days = (AS_OF - contact.engaged).days if contact.engaged else None
    if days is not None and days <= 30 and (contact.intent or 0) >= 70:
        return "hot"
    return "warm" if days is not None and days <= 180 else "cold"


def decide_lifecycle(contact: Contact) -> str:
    """The stage itself, as an identifier."""
    return contact.lifecycle.lower().replace(" ", "_") or "stage_unknown"


def decide_all(contacts: list[Contact]) -> list[tuple[str, str, str]]:
    """Record id, schema, segment: one row for each record and schema."""
    deciders = (decide_size, decide_engagement, decide_lifecycle)
    pairs = tuple(zip(SCHEMAS, deciders, strict=True))
    return [(str(contact.record_id), schema, decide(contact)) for contact in contacts for schema, decide in pairs]


def find_leaks(contacts: list[Contact]) -> list[tuple[str, str, str, str]]:
    """Entity, schema, record ids, segments: people whose records land in different segments."""
    people: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        people[contact.entity].append(contact)
    leaks = []
    for entity, records in sorted(people.items()):
        for schema, decide in zip(SCHEMAS, (decide_size, decide_engagement, decide_lifecycle), strict=True):
            segments = [decide(record) for record in records]
            if len(set(segments)) > 1:
                leaks.append(
                    (f"E{entity:05}", schema, ";".join(str(record.record_id) for record in records), ";".join(segments))
                )
    return leaks
