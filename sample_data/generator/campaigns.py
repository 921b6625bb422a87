"""Outcomes of six campaigns, from the agency's own sending tool; they were never written back into the CRM."""

from datetime import date
from random import Random
from typing import Final, NamedTuple

from sample_data.generator.links import LinkFault, missing_contact_id
from sample_data.generator.model import Contact
from sample_data.generator.segments import decide_engagement

HEADER: Final = (
    "Campaign ID", "Campaign Name", "Contact ID", "Variant", "Sent On", "Sent", "Opened", "Clicked", "Replied",
    "Meeting",
    "Deal", "Unsubscribed", "Cost (USD)",
)  # fmt: skip


class Campaign(NamedTuple):
    """A campaign and the share of reachable contacts it went to."""

    code: str
    name: str
    sent_on: date
    share: float
    cost: str


CAMPAIGNS: Final = (
    Campaign("C-2501", "Autumn webinar", date(2025, 10, 7), 0.27, "0.35"),
    Campaign("C-2502", "Year-end budget", date(2025, 11, 18), 0.22, "0.35"),
    Campaign("C-2601", "Clean data checklist", date(2026, 1, 20), 0.3, "0.30"),
    Campaign("C-2602", "Outbound RevOps", date(2026, 3, 10), 0.16, "1.10"),
    Campaign("C-2603", "Spring release", date(2026, 4, 21), 0.3, "0.30"),
    Campaign("C-2604", "Audit offer", date(2026, 6, 2), 0.25, "0.60"),
)

# Rates by engagement; a click, a reply, a meeting and a deal are drawn inside the step before.
_RATES: Final[dict[str, tuple[float, float, float, float]]] = {
    # opened, replied, meeting, deal: all as shares of what was sent
    "hot": (0.36, 0.085, 0.036, 0.017),
    "warm": (0.265, 0.036, 0.0115, 0.0046),
    "cold": (0.145, 0.013, 0.0035, 0.001),
    "dead": (0.04, 0.0, 0.0, 0.0),
}


def make_outcomes(rng: Random, contacts: list[Contact]) -> tuple[list[tuple[str, ...]], list[LinkFault]]:
    """One row per contact and campaign it was chosen for; a tenth of each audience is held out and not sent to."""
    rows: list[tuple[str, ...]] = []
    for campaign in CAMPAIGNS:
        for contact in contacts:
            segment = decide_engagement(contact)
            # People who opted out should get nothing; a few still do, which the audit should find.
            share = campaign.share * (0.06 if segment == "dead" else 1.0)
            if contact.email and contact.created.date() < campaign.sent_on and rng.random() < share:
                rows.append(_send(rng, campaign, contact, segment))
    return _break_links(rng, rows)


def _send(rng: Random, campaign: Campaign, contact: Contact, segment: str) -> tuple[str, ...]:
    start = (campaign.code, campaign.name, str(contact.record_id))
    if rng.random() < 0.1:
        return (*start, "holdout", campaign.sent_on.isoformat(), *"0000000", "0.00")
    variant = rng.choice("AB")
    opens, replies, meetings, deals = _RATES[segment]
    draw = rng.random()
    opened = draw < opens * (1.12 if variant == "B" else 1.0)
    clicked = opened and rng.random() < 0.16
    replied = opened and rng.random() < replies / opens
    meeting = replied and rng.random() < meetings / max(replies, 0.001)
    deal = meeting and rng.random() < deals / max(meetings, 0.001)
    left = rng.random() < 0.004 and not replied
    flags = (True, opened, clicked, replied, meeting, deal, left)
    return (*start, variant, campaign.sent_on.isoformat(), *(str(int(flag)) for flag in flags), campaign.cost)


def _break_links(rng: Random, rows: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], list[LinkFault]]:
    faults: list[LinkFault] = []
    for number in rng.sample(range(len(rows)), max(len(rows) // 400, 2)):
        gone = str(missing_contact_id(5_000 + number))
        rows[number] = (*rows[number][:2], gone, *rows[number][3:])
        faults.append(LinkFault("campaign_outcomes.csv", f"{rows[number][0]}/{gone}", "orphan_contact", gone))
    for number in sorted(rng.sample(range(len(rows)), max(len(rows) // 500, 2)), reverse=True):
        rows.insert(number, rows[number])
        faults.append(
            LinkFault(
                "campaign_outcomes.csv",
                f"{rows[number][0]}/{rows[number][2]}",
                "repeated_row",
                "the row is there twice",
            )
        )
    return rows, faults
