"""Conditions in plain words, as the segment dictionary tells them."""

from pathlib import Path

import pytest

from segaudit.model.segments import RuleBook
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue
from segaudit.segments.wording import Words, condition_tree, missing_words, prose
from tests.rules_support import load

CATALOGUE = load_catalogue(RulesLocation.at(None))
HEAD = """
fields:
  annual_revenue: {type: money, currency: USD}
  deal_amount: {type: money, currency: EUR}
  last_engaged_on: {type: date}
  unsubscribed: {type: bool, blank_means: false}
  churned_on: {type: date, blank_means: never}
predicates: {tier_1: {annual_revenue: {gte: 250M}}}
scores: {icp_fit: {parts: [{points: 30, when: {employees: {gte: 200}}}, {points: -5, when: {industry: {eq: Retail}}}]}}
"""


def rules_of(condition: str, folder: Path) -> RuleBook:
    """Return rules with one segment of these criteria."""
    text = f"{HEAD}\nschemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {condition}}}}}}}}}\n"
    return load(folder, text, catalogue=CATALOGUE)


def tree(condition: str, folder: Path) -> Words:
    """Return a condition in plain words."""
    rules = rules_of(condition, folder)
    return condition_tree(rules.schemas[0].segments[0].criteria, rules.fields)


CLAUSES = {
    "{annual_revenue: {between: [20M, 200M]}}": "annual revenue is between $20M and $200M",
    "{deal_amount: {gt: 1250K}}": "deal amount is above €1.25M",
    "{annual_revenue: {eq: 1234567}}": "annual revenue is $1,234,567",
    "{employees: {range: [200, 2000]}}": "employees is at least 200 and below 2,000",
    "{founded_year: {gte: 2015}}": "founded year is at least 2015",
    "{industry: {in: [Software, SaaS, IT]}}": "industry is one of Software, SaaS or IT",
    "{industry: {not_in: ['a, b', '']}}": 'industry is none of "a, b" or ""',
    "{last_engaged_on: {within_last: 30d}}": "last engaged in the last 30 days",
    "{last_engaged_on: {before_last: 1y}}": "last engaged more than 1 year ago",
    "{last_engaged_on: {on_or_after: as_of}}": "last engaged on or after today",
    "{last_engaged_on: {between: [2026-01-01, 2026-03-31]}}": "last engaged from 2026-01-01 to 2026-03-31",
    "{last_engaged_on: {last: quarter}}": "last engaged in the previous calendar quarter",
    "{last_engaged_on: {never: true}}": "last engaged never",
    "{last_engaged_on: {ever: true}}": "last engaged at some time",
    "{last_engaged_on: {known: false}}": "last engaged on is not filled",
    "{unsubscribed: {is: true}}": "unsubscribed is yes",
    "{is_customer: {is: false}}": '"is customer" is no',
    "{email: {is_free_mail: false}}": "email is not at a free mail provider",
    "{employees: {top_percent: 12.5}}": "employees is in the top 12.5%",
    "{technologies: {has_all: [Salesforce, SAP]}}": "technologies has all of Salesforce and SAP",
    "{technologies: {count: {between: [2, 5]}}}": "technologies has at least 2 and at most 5 values",
    "{company: {similar_to: {to: Acme, at_least: 0.8}}}": "company is similar to Acme (at least 80% alike)",
    "{created_on: {before_field: last_engaged_on}}": "created on is before last engaged on",
    "{country: {country_in: [DE, FR]}}": "country is in Germany or France",
    "{industry: {eq: SaaS, case: exact}}": "industry is SaaS, capitals as written",
    "{bucket: {percent: 10, salt: x}}": "falls in a fixed random sample: 10% of all records",
    "{deals: {at_least: {n: 2}}}": "has at least 2 deals",
    "{deals: {sum: {of: deal_amount, gte: 10K}}}": "the sum of deal amount over its deals is at least €10K",
    "{deals: {count: {gte: 2, lt: 9}}}": "the number of its deals is at least 2 and below 9",
}


@pytest.mark.parametrize(("condition", "said"), CLAUSES.items(), ids=CLAUSES)
def test_clause(condition: str, said: str, tmp_path: Path) -> None:
    """A clause reads as a marketer would say it: money with its sign, shares as percent, dates as seen from today."""
    found = tree(condition, tmp_path)
    assert said == f"{found.text}"


def outline(words: Words, depth: int = 0) -> list[str]:
    """Return a tree as indented lines."""
    lines = [f"{'  ' * depth}{words.text}"]
    return [*lines, *(line for child in words.children for line in outline(child, depth + 1))]


def test_groups_are_nested(tmp_path: Path) -> None:
    """Groups say how their members count, and a group within one of its own kind is part of that."""
    condition = """
      {all: [{employees: {gte: 200}}, {all: [{industry: {eq: IT}}, {any: [{is_customer: {is: true}}]}]},
       {at_least: {n: 2, of: [{predicate: tier_1}, {none: [{employees: {gt: 9000}}]}, {segment: s.other}]}}]}
    """.replace("\n", " ")
    text = f"""{HEAD}
schemas:
  s:
    assign: all_matches
    segments:
      g: {{criteria: {condition}}}
      other: {{criteria: {{employees: {{gt: 1}}}}}}
"""
    rules = load(tmp_path, text, catalogue=CATALOGUE)
    assert outline(condition_tree(rules.schemas[0].segments[0].criteria, rules.fields)) == [
        "all of",
        "  employees is at least 200",
        "  industry is IT",
        '  "is customer" is yes',
        "  at least 2 of",
        "    tier 1",
        "    none of",
        "      employees is above 9,000",
        "    is in s: other",
    ]


def test_score_and_related_rows_open_into_their_parts(tmp_path: Path) -> None:
    """A score tells its points, and a question to related rows tells which rows count and what they must meet."""
    assert outline(tree("{score: {icp_fit: {gte: 20}}}", tmp_path)) == [
        "the score icp fit is at least 20 points",
        "  30 points for",
        "    employees is at least 200",
        "  -5 points for",
        "    industry is Retail",
    ]
    asked = "{deals: {every: {where: {deal_stage: {eq: Won}}, among: {deal_amount: {gt: 1K}}, within_last: 90d}}}"
    assert outline(tree(asked, tmp_path)) == [
        "every one of its deals",
        "  counting those with",
        "    all of",
        "      deal amount is above €1K",
        "      deal created in the last 90 days",
        "  must meet",
        "    deal stage is Won",
    ]


def test_sentence(tmp_path: Path) -> None:
    """In a sentence, groups within groups stand in brackets, and lists of alternatives are told apart by commas."""
    condition = "{all: [{industry: {in: [A, B]}}, {any: [{employees: {gt: 5}}, {predicate: tier_1}]}]}"
    said = 'industry is one of A or B and (employees is above 5 or "tier 1" holds)'
    assert prose(tree(condition, tmp_path)) == said
    either = "{any: [{industry: {in: [A, B]}}, {employees: {gt: 5}}]}"
    assert prose(tree(either, tmp_path)) == "industry is one of A or B, or employees is above 5"


def test_long_sentence_counts_what_it_cannot_tell(tmp_path: Path) -> None:
    """A condition too long for a sentence has its deepest groups counted."""
    many = ", ".join(f"{{company: {{contains: word number {number}}}}}" for number in range(30))
    said = prose(tree(f"{{all: [{{employees: {{gt: 5}}}}, {{any: [{many}]}}]}}", tmp_path))
    assert said == "employees is above 5 and at least one of 30 criteria holds"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{industry: {eq: IT}}", ("A record without industry cannot be told.",)),
        (
            "{any: [{industry: {eq: IT}}, {employees: {gt: 1}}]}",
            ("A record without industry or employees cannot be told, unless the rest settles it.",),
        ),
        ("{unsubscribed: {is: true}}", ("A blank in unsubscribed means no.",)),
        ("{churned_on: {within_last: 30d}}", ("A blank in churned on means never.",)),
        ("{industry: {eq: IT, missing: exclude}}", ()),
        ("{industry: {known: true}}", ()),
        ("{deals: {exists: true}}", ()),
    ],
)
def test_missing_values(condition: str, said: tuple[str, ...], tmp_path: Path) -> None:
    """What a blank comes to is said in words, and only where it decides something."""
    rules = rules_of(condition, tmp_path)
    assert missing_words((rules.schemas[0].segments[0].criteria,), rules.fields) == said


def test_stated_policy_stands_beside_its_clause(tmp_path: Path) -> None:
    """A clause for which somebody chose what a missing value means says so."""
    assert tree("{industry: {ne: IT, missing: include}}", tmp_path).note == "yes, if it is missing"
    assert tree("{industry: {eq: IT, missing: exclude}}", tmp_path).note == "no, if it is missing"


def test_long_lists_are_cut(tmp_path: Path) -> None:
    """Of a list of many values the first twenty are told, and how many more there are."""
    values = ", ".join(f"v{number}" for number in range(1500))
    said = tree(f"{{industry: {{in: [{values}]}}}}", tmp_path).text
    assert said.startswith("industry is one of v0, v1, ")
    assert said.endswith("v19 or 1,480 more")
