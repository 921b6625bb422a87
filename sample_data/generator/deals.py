"""Deals that agree with lifecycle stages: customers have won one, opportunities have one open."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from sample_data.generator.links import LinkFault, missing_contact_id
from sample_data.generator.model import AS_OF, Company, Contact

HEADER: Final = (
    "Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Deal Type", "Add-on", "Create Date", "Close Date",
    "Is Closed Won", "Closed Lost Reasons", "Deal owner", "Associated Contact IDs", "Associated Company IDs",
)  # fmt: skip
_OPEN_STAGES: Final = (
    "Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Decision Maker Bought-In", "Contract Sent",
)  # fmt: skip
_LOST_REASONS: Final = ("Price", "No decision", "Competitor", "Timing", "Missing feature", "Champion left", "")
_STAGE_OF: Final = {"won": "Closed Won", "lost": "Closed Lost"}


@dataclass(frozen=True, slots=True)
class _Plan:
    company: Company
    people: tuple[Contact, ...]
    outcome: str  # won, lost, open


class DealMaker:
    """Makes the deals file; needs contacts with their final ids."""

    def __init__(self, rng: Random, contacts: list[Contact], companies: list[Company]) -> None:
        """Group people by the company record they belong to."""
        self._rng = rng
        self._companies = companies
        self._people: dict[int, list[Contact]] = defaultdict(list)
        for contact in contacts:
            if contact.company:
                self._people[contact.company.record_id].append(contact)

    def make(self, count: int) -> tuple[list[tuple[str, ...]], list[LinkFault]]:
        """At least `count` rows, and the rows among them whose links are broken or doubled."""
        plans = self._plan_needed()
        busy = [company for company in self._companies if self._people[company.record_id]]
        extra = max(round(count * 0.985) - len(plans), 0)
        plans += [
            self._plan_extra(company)
            for company in self._rng.choices(busy, [_appeal(company) for company in busy], k=extra)
        ]
        self._rng.shuffle(plans)
        rows = sorted((self._write(plan) for plan in plans), key=lambda row: row[7])
        rows = [(str(61_220_400 + 11 * number), *row[1:]) for number, row in enumerate(rows)]
        return self._break_links(rows, count)

    def _plan_needed(self) -> list[_Plan]:
        plans = []
        for company in self._companies:
            customers = self._customers_at(company)
            hopefuls = [person for person in self._people[company.record_id] if person.lifecycle == "Opportunity"]
            if company.status in {"customer", "former"}:
                plans += [_Plan(company, group, "won") for group in _in_groups(customers, 3) or [()]]
            plans += [_Plan(company, group, "open") for group in _in_groups(hopefuls, 3)]
        return plans

    def _customers_at(self, company: Company) -> list[Contact]:
        return [person for person in self._people[company.record_id] if person.lifecycle in {"Customer", "Evangelist"}]

    def _plan_extra(self, company: Company) -> _Plan:
        others = [
            person for person in self._people[company.record_id] if person.lifecycle not in {"Customer", "Subscriber"}
        ]
        people = tuple(self._rng.sample(others, min(len(others), self._rng.choice((1, 1, 2)))))
        if company.status == "customer" and self._rng.random() < 0.3:
            return _Plan(company, tuple(self._customers_at(company)[:2]), "won")
        return _Plan(
            company, people, "open" if company.status == "opportunity" and self._rng.random() < 0.25 else "lost"
        )

    def _write(self, plan: _Plan) -> tuple[str, ...]:
        rng, company = self._rng, plan.company
        created, closed = self._draw_dates(company, plan.outcome)
        kind = "Existing Business" if company.status == "customer" and rng.random() < 0.35 else "New Business"
        product = rng.choices(("Insight", "Relay", "Pulse"), (55, 30, 15))[0]
        return (
            "",
            f"{company.name} - {product}",
            "Sales Pipeline",
            _STAGE_OF.get(plan.outcome) or rng.choice(_OPEN_STAGES),
            "" if plan.outcome == "open" and rng.random() < 0.15 else str(self._draw_amount(company)),
            kind,
            rng.choices(("None", "Onboarding", "Priority Support"), (60, 28, 12))[0],
            created.isoformat(),
            closed.isoformat(),
            str(plan.outcome == "won").lower(),
            rng.choice(_LOST_REASONS) if plan.outcome == "lost" else "",
            company.owner,
            ";".join(str(person.record_id) for person in plan.people),
            str(company.record_id),
        )

    def _draw_dates(self, company: Company, outcome: str) -> tuple[date, date]:
        """Larger companies take longer; an open deal's close date is a hope, sometimes one already past."""
        days = 24 + 14 * len(str(company.employees)) ** 1.6
        cycle = timedelta(days=max(round(self._rng.lognormvariate(0, 0.45) * days), 3))
        if outcome == "open":
            created = AS_OF - timedelta(days=self._rng.randrange(5, 190))
            return created, created + cycle
        first = max(company.created, AS_OF - timedelta(days=1600))
        span = max((AS_OF - first - cycle).days, 1)
        created = min(first + timedelta(days=self._rng.randrange(span)), AS_OF - cycle)
        return created, created + cycle

    def _draw_amount(self, company: Company) -> int:
        amount: float = 2_400 + 900 * math.pow(company.employees + 1, 0.55)
        return round(amount * self._rng.lognormvariate(0, 0.5) / 50) * 50

    def _break_links(self, rows: list[tuple[str, ...]], count: int) -> tuple[list[tuple[str, ...]], list[LinkFault]]:
        faults: list[LinkFault] = []
        share = count / 2_500
        picked = self._rng.sample(range(len(rows)), round(len(rows) * 0.1))
        # The won deal of a customer must keep its people, or the contacts file would contradict itself.
        safe = [number for number in picked if rows[number][3] == "Closed Lost"]
        for number in safe[: max(round(30 * share), 2)]:
            gone = str(missing_contact_id(number))
            rows[number] = (*rows[number][:12], gone, rows[number][13])
            faults.append(LinkFault("deals.csv", rows[number][0], "orphan_contact", gone))
        for number in safe[-max(round(20 * share), 2) :]:
            gone = str(9_950_001 + number)
            rows[number] = (*rows[number][:13], gone)
            faults.append(LinkFault("deals.csv", rows[number][0], "orphan_company", gone))
        several = [number for number, row in enumerate(rows) if ";" in row[12]][:: max(round(1 / share), 1)]
        for number in sorted(several[: max(round(25 * share), 2)], reverse=True):
            row = rows[number]
            people = row[12].split(";")
            rows[number : number + 1] = [(*row[:12], person, row[13]) for person in people]
            faults.append(LinkFault("deals.csv", row[0], "one_row_per_contact", f"{len(people)} rows"))
        return rows, faults


def _appeal(company: Company) -> float:
    return math.pow(company.employees + 5, 0.25) * (1.6 if company.status in {"customer", "opportunity"} else 1.0)


def _in_groups(people: list[Contact], size: int) -> list[tuple[Contact, ...]]:
    return [tuple(people[start : start + size]) for start in range(0, len(people), size)]
