"""What people did and what sales made of it: stages, dates, scores, consent, notes."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sample_data.generator.model import AS_OF, Contact
from sample_data.generator.vocabulary import BOUNCE_REASONS, LEAD_STATUS_WEIGHTS, LEAD_STATUSES, NURTURE_LISTS

_STAGES: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "customer": (
        ("Customer", 62), ("Evangelist", 3), ("Lead", 14), ("Marketing Qualified Lead", 9),
        ("Sales Qualified Lead", 4), ("Subscriber", 8),
    ),
    "former": (("Other", 52), ("Lead", 30), ("Subscriber", 18)),
    "opportunity": (
        ("Opportunity", 44), ("Sales Qualified Lead", 20), ("Marketing Qualified Lead", 18), ("Lead", 14),
        ("Subscriber", 4),
    ),
    "prospect": (
        ("Lead", 46), ("Subscriber", 21), ("Marketing Qualified Lead", 21), ("Sales Qualified Lead", 9), ("Other", 3),
    ),
    "none": (("Subscriber", 52), ("Lead", 40), ("Marketing Qualified Lead", 8)),
}  # fmt: skip
_WARMTH: Final = {
    "Customer": 0.22, "Evangelist": 0.3, "Opportunity": 0.26, "Sales Qualified Lead": 0.18,
    "Marketing Qualified Lead": 0.1, "Lead": 0.0, "Subscriber": -0.08, "Other": -0.15,
}  # fmt: skip
_NOTES: Final = (
    'Met at the spring trade fair. Said "send me something short, not a deck".',
    "Called twice, no answer.\nTry again after the quarter ends.",
    "Budget holder is the CFO, not her;\nasked for pricing, security sheet, and a reference in the same industry.",
    "Uses a spreadsheet today, three people, one day a month.",
    'Replied: "Not now, ask again in autumn".\nNext step: reminder in September.',
    "Wants a demo for the whole team, prefers mornings, time zone differs.",
    "Came in through the webinar; asked two good questions about data residency.",
    "Contract with a competitor ends next year, renewal talks start early.",
    "Prefers e-mail, please do not phone.",
    'Left voicemail.\n\nAssistant says: back on Monday, "maybe".',
    "Referred by a customer, warm intro done, follow up.",
)


def behave(rng: Random, contact: Contact) -> None:
    """Fill everything that depends on how interested the person is."""
    status = contact.company.status if contact.company else "none"
    stages, weights = zip(*_STAGES[status], strict=True)
    contact.lifecycle = rng.choices(stages, weights)[0]
    contact.interest = min(max(contact.interest + _WARMTH[contact.lifecycle], 0.02), 0.98)
    contact.lead_status = rng.choices(LEAD_STATUSES, LEAD_STATUS_WEIGHTS)[0]
    _engage(rng, contact)
    _reach(rng, contact)
    contact.notes = rng.choice(_NOTES)
    if contact.lifecycle != "Subscriber":
        contact.activity = draw_day_between(rng, contact.created.date(), AS_OF)
    latest = max(filter(None, (contact.created.date(), contact.activity, contact.engaged)))
    contact.modified = datetime.combine(
        draw_day_between(rng, latest, AS_OF), time(rng.randrange(24), rng.randrange(60), rng.randrange(60))
    )
    contact.nurture = _draw_nurture(rng, contact)
    contact.born = date(rng.randrange(1958, 2001), rng.randrange(1, 13), rng.randrange(1, 29))


def draw_day_between(rng: Random, first: date, last: date) -> date:
    """Any day of the span, both ends included."""
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def engage_again(rng: Random, contact: Contact) -> None:
    """Draw engagement and scores anew, for a second record of a person that was used apart from the first."""
    _engage(rng, contact)


def _engage(rng: Random, contact: Contact) -> None:
    """Engagement decays: recent for the interested, older for the rest, and never for some."""
    contact.engaged = None
    if rng.random() > 0.42 * (1 - contact.interest) + 0.04:
        age = round(rng.expovariate(1 / (30 + 620 * (1 - contact.interest) ** 1.5)))
        day = AS_OF - timedelta(days=age)
        # Somebody who is new engaged when they arrived.
        contact.engaged = max(day, contact.created.date())
    recent = contact.engaged is not None and (AS_OF - contact.engaged).days <= 45
    contact.intent = _clip(rng.gauss(contact.interest * 82 + (14 if recent else -12), 15))
    contact.score = _clip(rng.gauss(contact.interest * 70 + (10 if recent else 0), 12))


def _reach(rng: Random, contact: Contact) -> None:
    if rng.random() < 0.032:
        contact.bounce = rng.choices(BOUNCE_REASONS, (58, 12, 12, 6, 12))[0]
    contact.unsubscribed = rng.random() < 0.055 + 0.03 * (1 - contact.interest)
    opted_out = contact.unsubscribed or contact.bounce
    contact.marketing = "Non-marketing contact" if opted_out or rng.random() < 0.24 else "Marketing contact"


def _draw_nurture(rng: Random, contact: Contact) -> str:
    """The list kept by hand: right at the time, and nobody has moved people since the spring."""
    if contact.unsubscribed or contact.bounce:
        return NURTURE_LISTS["dead"] if rng.random() < 0.4 else NURTURE_LISTS["cold"]
    warm = contact.interest + rng.gauss(0, 0.15)
    return NURTURE_LISTS["hot" if warm > 0.72 else "warm" if warm > 0.42 else "cold"]


def _clip(number: float) -> int:
    return min(max(round(number), 0), 100)
