"""What contacts did on the site and with e-mails; the last thing done is the contact's Last Engagement Date.

Opening an e-mail is in the file but is not engagement: mail programs open on their own.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, NamedTuple

from sample_data.generator.behaviour import draw_day_between
from sample_data.generator.links import LinkFault, missing_contact_id
from sample_data.generator.model import AS_OF, Contact

HEADER: Final = ("Activity ID", "Contact ID", "Activity Type", "Activity Date", "Detail")
_ENGAGING: Final = {"Page view": 62, "Email click": 20, "Email reply": 6, "Form submission": 7, "Meeting": 5}
_PAGES: Final = (
    "/",
    "/product",
    "/pricing",
    "/blog/clean-crm",
    "/customers",
    "/integrations",
    "/security",
    "/docs",
    "/blog/segments",
)
_PAGE_WEIGHTS: Final = (22, 16, 11, 15, 9, 9, 4, 8, 6)
_SUBJECTS: Final = ("Product news", "Webinar invitation", "Customer story", "Your trial", "Spring release")
PRICING: Final = "/pricing"


class Activity(NamedTuple):
    """One row before ids are given."""

    contact_id: int
    kind: str
    moment: datetime
    detail: str


class Activities(NamedTuple):
    """The file's rows, and the rows whose link fails."""

    rows: list[tuple[str, ...]]
    faults: list[LinkFault]


def make_activities(rng: Random, contacts: list[Contact], count: int) -> Activities:
    """Make `count` rows in the order of their dates."""
    engaged = [contact for contact in contacts if contact.engaged]
    bursting = _pick_bursting(rng, engaged, max(count // 450, 3))
    events: list[Activity] = []
    for contact in bursting:
        events += _burst(rng, contact)
    ids = {contact.record_id for contact in bursting}
    events += [
        _act(rng, contact, contact.engaged) for contact in engaged if contact.engaged and contact.record_id not in ids
    ]
    orphans, repeats = max(count // 250, 2), max(count // 600, 2)
    rest = max(count - len(events) - orphans - repeats, 0)
    keen = [contact.interest**1.6 for contact in engaged]
    events += [_act_earlier(rng, contact) for contact in rng.choices(engaged, keen, k=rest)]
    rows, faults = _number_rows(rng, events, orphans, repeats)
    return Activities(rows, faults)


def _pick_bursting(rng: Random, engaged: list[Contact], count: int) -> list[Contact]:
    recent = [
        contact
        for contact in engaged
        if contact.engaged and _lasted(contact) >= 7 and (AS_OF - contact.engaged).days <= 40
    ]
    return rng.sample(recent, min(count, len(recent)))


def _lasted(contact: Contact) -> int:
    return (contact.engaged - contact.created.date()).days if contact.engaged else 0


def _burst(rng: Random, contact: Contact) -> list[Activity]:
    """Three to six pricing views in the week that ends with the last engagement."""
    last = contact.engaged or AS_OF
    days = sorted([draw_day_between(rng, last - timedelta(days=5), last) for _ in range(rng.randrange(2, 6))] + [last])
    moments = sorted(_moment(rng, day) for day in days)
    return [Activity(contact.record_id, "Page view", moment, PRICING) for moment in moments]


def _act(rng: Random, contact: Contact, day: date) -> Activity:
    kind = rng.choices(list(_ENGAGING), list(_ENGAGING.values()))[0]
    if kind.startswith("Email") and (contact.bounce or not contact.email):
        kind = "Page view"
    detail = rng.choice(_SUBJECTS)
    if kind == "Page view":
        detail = rng.choices(_PAGES, _PAGE_WEIGHTS)[0]
    elif kind == "Meeting":
        detail = rng.choice(("Intro call", "Demo", "Quarterly review"))
    elif kind == "Form submission":
        detail = rng.choice(("Demo request", "Ebook", "Newsletter", "Webinar"))
    return Activity(contact.record_id, kind, _moment(rng, day), detail)


def _act_earlier(rng: Random, contact: Contact) -> Activity:
    """Something before the last engagement, denser towards it; or an e-mail opened at any time."""
    last, first = contact.engaged or AS_OF, contact.created.date()
    if rng.random() < 0.42 and contact.email and not contact.bounce:
        return Activity(
            contact.record_id, "Email open", _moment(rng, draw_day_between(rng, first, AS_OF)), rng.choice(_SUBJECTS)
        )
    span = (last - first).days
    day = last - timedelta(days=round(span * rng.random() ** 2.2))
    return _act(rng, contact, day)


def _moment(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(rng.randrange(6, 23), rng.randrange(60)))


def _number_rows(
    rng: Random, events: list[Activity], orphans: int, repeats: int
) -> tuple[list[tuple[str, ...]], list[LinkFault]]:
    faults: list[LinkFault] = []
    strays = [
        event._replace(contact_id=missing_contact_id(number))
        for number, event in enumerate(rng.sample(events, orphans))
    ]
    known = {stray.contact_id for stray in strays}
    rows: list[tuple[str, ...]] = []
    for number, event in enumerate(
        sorted([*events, *strays], key=lambda event: (event.moment, event.contact_id, event.kind, event.detail))
    ):
        row = (str(500_001 + number), str(event.contact_id), event.kind, f"{event.moment:%Y-%m-%d %H:%M}", event.detail)
        rows.append(row)
        if event.contact_id in known:
            faults.append(LinkFault("activities.csv", row[0], "orphan_contact", row[1]))
    # Doubled from the end, so that the positions still to come do not move.
    for number in sorted(rng.sample(range(len(rows)), repeats), reverse=True):
        rows.insert(number, rows[number])
        faults.append(LinkFault("activities.csv", rows[number][0], "repeated_row", "the row is there twice"))
    return rows, faults


def find_bursts(rows: list[tuple[str, ...]]) -> dict[str, int]:
    """Contact -> most pricing views within any seven days, where that is three or more; repeated rows count once."""
    views: dict[str, list[datetime]] = {}
    for _, contact_id, _, moment, detail in dict.fromkeys(rows):
        if detail == PRICING:
            views.setdefault(contact_id, []).append(datetime.fromisoformat(moment))
    found: dict[str, int] = {}
    for contact_id, moments in views.items():
        most = max(sum(start <= other < start + timedelta(days=7) for other in moments) for start in moments)
        if most >= 3:
            found[contact_id] = most
    return found
