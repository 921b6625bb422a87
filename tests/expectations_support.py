"""Suites, and what the sample contacts say to them, for the tests of great_expectations on pandas and on Spark."""

import csv
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from segaudit.audit.opening import InputChoices, open_input
from segaudit.engine.protocol import Engine
from segaudit.interop.expectations.frames import ClientTable
from segaudit.model.conditions import ClauseOptions
from segaudit.model.fields import CatalogueField
from segaudit.model.quality import Check, Dimension, Severity
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlMap, load_nodes

ROOT = Path(__file__).parent.parent
CONTACTS = ROOT / "sample_data" / "contacts.csv"


def opened(path: Path, engine: Engine) -> tuple[ClientTable, Mapping[str, CatalogueField]]:
    """Read a comma-separated file as a table to be judged."""
    source = open_input(str(path), InputChoices(delimiter=","), engine, ordered=True)
    table = ClientTable(source=source.source, readings=source.readings, placeholders=source.placeholders, engine=engine)
    return table, source.catalogue


def suite_of(folder: Path, *expectations: Mapping[str, Any], **top: object) -> Path:
    """Write a suite with some expectations."""
    path = folder / "suite.json"
    path.write_text(json.dumps({"name": "mine", "expectations": list(expectations), **top}))
    return path


def expect(kind: str, **kwargs: object) -> dict[str, Any]:
    """Return one expectation as a suite holds it."""
    return {"type": f"expect_{kind}", "kwargs": kwargs}


def compared(column: str, operator: str, parameter: object) -> dict[str, Any]:
    """Return a comparison as GX writes it."""
    return {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": parameter}


CHECKS = """\
industry-known: {expect: {industry: {known: true}}}
bounce-blank: {expect: {bounce_reason: {unknown: true}}}
email-syntax: {when: {email: {known: true}}, expect: {email: {valid: true}}}
email-example: {expect: {email: {not_contains: [gmail, yahoo]}}}
email-domain: {expect: {email: {domain_in: [gmail.com]}}}
stage: {expect: {lifecycle_stage: {in: [subscriber, lead, Customer]}}}
stage-exact: {expect: {lifecycle_stage: {in: [Subscriber, Lead], case: exact}}}
status-not: {expect: {lead_status: {ne: Open}}}
first-name: {expect: {first_name: {length: {gte: 3, lte: 9}}}}
last-name: {expect: {last_name: {matches: '^[a-z]{4,}$'}}}
score: {expect: {lead_score: {between: [0, 50]}}}
intent: {when: {lead_score: {gte: 40}}, expect: {intent_score: {gt: 30}}}
intent-pair: {expect: {intent_score: {lte_field: lead_score}}}
created: {expect: {created_on: {on_or_before: 2025-12-31}}}
recent: {expect: {last_engaged_on: {within_last: 1y}}}
in-order: {expect: {last_engaged_on: {after_field: created_on}}}
postal: {when: {country: {in: [Germany, france]}}, expect: {postal_code: {matches: '^[0-9]{5}$'}}}
opt-out: {when: {unsubscribed: {is: true}}, expect: {marketing_status: {eq: Non-marketing contact}}}
in-order-negated: {expect: {not: {last_engaged_on: {before_field: created_on}}}}
subscribed: {expect: {unsubscribed: {is: false}}}
either:
  when: {any: [{unsubscribed: {is: true}}, {bounce_reason: {known: true}}]}
  expect: {not: {marketing_status: {eq: marketing contact}}}
not-carried: {expect: {email: {is_free_mail: false}}}
combined: {expect: {any: [{email: {known: true}}, {phone: {known: true}}]}}
absent: {expect: {deal_name: {known: true}}}
"""


def read_checks(folder: Path, catalogue: Mapping[str, CatalogueField]) -> list[Check]:
    """Return the checks above."""
    path = folder / "checks.yaml"
    path.write_text(CHECKS)
    problems = Problems()
    fields = {name: RuleField(name=name, type=field.type) for name, field in catalogue.items()}
    reader = ConditionReader(fields, {}, problems)
    root = load_nodes(path)
    assert isinstance(root, YamlMap)
    checks = []
    for name, place, node in root.items():
        assert isinstance(node, YamlMap)
        parts = {key: reader.read(part, ClauseOptions()) for key, _, part in node.items()}
        checks.append(
            Check(
                id=name,
                dimension=Dimension.VALIDITY,
                severity=Severity.ERROR,
                title=f"About {name}",
                why="It matters.",
                mend="Mend it.",
                place=place,
                expect=parts.get("expect"),
                when=parts.get("when"),
            )
        )
    problems.raise_if_any()
    return checks


def failing_rows() -> dict[str, int]:
    """Count, with nothing but the csv module, the rows of the sample contacts that fail each check."""
    with (ROOT / "rules" / "placeholders.csv").open(encoding="utf-8") as file:
        words = {row["value"].lower(): row["not_in"].split() for row in csv.DictReader(file)}
    with CONTACTS.open(encoding="utf-8", newline="") as file:
        rows = [{key: cell.strip() for key, cell in row.items()} for row in csv.DictReader(file)]

    def said(row: Mapping[str, str], header: str) -> str:
        real_in = words.get(row[header].lower())
        field = header.lower().replace(" ", "_")
        return row[header] if real_in is None or field in real_in else ""

    def count(
        header: str, wrong: Callable[[str], bool], when: Callable[[Mapping[str, str]], bool] | None = None
    ) -> int:
        return sum(1 for row in rows if (when is None or when(row)) and (cell := said(row, header)) and wrong(cell))

    def is_mail(cell: str) -> bool:
        local, _, domain = cell.partition("@")
        labels = domain.split(".")
        plain = re.compile(r"[\w-]+")
        return (
            bool(local)
            and not re.search(r'[\s,;:<>"()\[\]\\]', cell)
            and all(local.split("."))
            and len(labels) > 1
            and all(plain.fullmatch(label) and label.strip("-") == label for label in labels)
        )

    def day(cell: str) -> date | None:
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y"):
            with suppress(ValueError):
                return datetime.strptime(cell[:10] if form == "%Y-%m-%d" else cell, form).date()  # noqa: DTZ007
        return None

    def days(one: str, other: str, wrong: Callable[[date, date], bool]) -> int:
        return both(one, other, lambda a, b: (d := day(a)) is not None and (e := day(b)) is not None and wrong(d, e))

    def dated(header: str, wrong: Callable[[date], bool]) -> int:
        return count(header, lambda cell: (found := day(cell)) is not None and wrong(found))

    def both(one: str, other: str, wrong: Callable[[str, str], bool]) -> int:
        return sum(1 for row in rows if (a := said(row, one)) and (b := said(row, other)) and wrong(a, b))

    yes = {"true", "yes", "1", "y"}
    mail = [row for row in rows if (cell := said(row, "Email")) and is_mail(cell)]
    return {
        "industry-known": sum(1 for row in rows if not said(row, "Industry")),
        "bounce-blank": sum(1 for row in rows if said(row, "Email hard bounce reason")),
        "email-syntax": count("Email", lambda cell: not is_mail(cell)),
        "email-example": sum(1 for row in mail if re.search("gmail|yahoo", row["Email"].lower())),
        "email-domain": sum(1 for row in mail if not re.search(r"[@.]gmail\.com$", row["Email"].lower())),
        "stage": count("Lifecycle Stage", lambda cell: cell.lower() not in {"subscriber", "lead", "customer"}),
        "stage-exact": count("Lifecycle Stage", lambda cell: cell not in {"Subscriber", "Lead"}),
        "status-not": count("Lead Status", lambda cell: cell.lower() == "open"),
        "first-name": count("First Name", lambda cell: not 3 <= len(cell) <= 9),
        "last-name": count("Last Name", lambda cell: not re.fullmatch("[a-z]{4,}", cell.lower())),
        "score": count("HubSpot Score", lambda cell: not 0 <= float(cell) <= 50),
        "intent": count(
            "Intent Score",
            lambda cell: float(cell) <= 30,
            lambda row: bool(cell := said(row, "HubSpot Score")) and float(cell) >= 40,
        ),
        "intent-pair": both("Intent Score", "HubSpot Score", lambda a, b: float(a) > float(b)),
        "created": dated("Create Date", lambda found: found > date(2025, 12, 31)),
        "recent": dated("Last Engagement Date", lambda found: not date(2025, 6, 30) <= found <= date(2026, 6, 30)),
        "in-order": days("Last Engagement Date", "Create Date", lambda a, b: a <= b),
        "in-order-negated": days("Last Engagement Date", "Create Date", lambda a, b: a < b),
        "subscribed": count("Unsubscribed from all email", lambda cell: cell.lower() in yes),
        "either": count(
            "Marketing contact status",
            lambda cell: cell.lower() == "marketing contact",
            lambda row: (
                row["Unsubscribed from all email"].lower() in yes or bool(said(row, "Email hard bounce reason"))
            ),
        ),
        "postal": count(
            "Postal Code",
            lambda cell: not re.fullmatch("[0-9]{5}", cell),
            lambda row: row["Country/Region"].lower() in {"germany", "france"},
        ),
        "opt-out": count(
            "Marketing contact status",
            lambda cell: cell.lower() != "non-marketing contact",
            lambda row: row["Unsubscribed from all email"].lower() in yes,
        ),
    }
