"""What `rules check` finds about rules that load, one rule at a time."""

from datetime import date
from pathlib import Path
from textwrap import dedent, indent

import pytest

from segaudit.audit.checking import check_rules
from segaudit.errors import SegauditError
from segaudit.rulebook.lints import LINTS, lint_rules
from segaudit.rulebook.lints.lint import LintContext
from segaudit.rulebook.lints.words import load_lint_words
from segaudit.rulebook.location import RulesLocation
from tests.rules_support import load, run, write

AS_OF = date(2026, 3, 31)
FIELDS = """
    fields:
      n: {type: int}
      m: {type: int}
      t: {type: text}
      out: {type: bool, blank_means: false}
      is_customer: {type: bool}
      lifecycle_stage: {type: enum}
"""


def found(folder: Path, rule: str, text: str, *, fields: str = FIELDS) -> list[str]:
    """Return what one rule finds in rules: message after message."""
    path = write(folder / "rules.yaml", dedent(fields) + dedent(text))
    return [item.message for item in check_rules(str(path), as_of=AS_OF, only=[rule]).findings]


def schema(*segments: str, assign: str = "all_matches", more: str = "") -> str:
    """Return rules of one schema "s" with segments a, b, ... that have these keys."""
    lines = [
        f"{name}: {{criteria: {{n: {{gte: 1}}}}, {keys}}}" for name, keys in zip("abcdefgh", segments, strict=False)
    ]
    return f"schemas:\n  s:\n    assign: {assign}\n{indent(dedent(more), '    ')}\n    segments:\n" + indent(
        "\n".join(lines), "      "
    )


# ------------------------------------------------------------------------------------------------------- documentation


def test_segments_that_lack_the_same_are_told_at_once(tmp_path: Path) -> None:
    """A schema whose segments are all undocumented, or all untested, is one finding each."""
    rules = schema("name: A", "name: B")
    assert found(tmp_path, "undocumented", rules) == [
        'segments "s.a" and "s.b" have no owner, decision, treatment, required_fields and refresh'
    ]
    assert found(tmp_path, "untested", rules) == ['no test expects "s.a" and "s.b"']


def test_next_action(tmp_path: Path) -> None:
    """A treatment that is written down says what is done next; one that is a line of text is the next action itself."""
    rules = schema("treatment: {message: [hello]}", "treatment: call them", "treatment: {next_action: call}")
    assert found(tmp_path, "no-next-action", rules) == ['the treatment of "s.a" has no next_action']


def test_reviews(tmp_path: Path) -> None:
    """A review is overdue from the day after it was due; a day that is none is told."""
    rules = schema("review_on: 2026-03-30", "review_on: 2026-03-31", "review_on: soon", more="review_on: 2025-03-31")
    assert found(tmp_path, "review-overdue", rules) == [
        'schema "s" was to be reviewed on 2025-03-31, 365 days ago',
        '"s.a" was to be reviewed on 2026-03-30, 1 day ago',
        'review_on of "s.c" is no day: "soon"',
    ]


def test_refresh_words(tmp_path: Path) -> None:
    """A cadence is a known word or a length; another word is told once, however often it stands there."""
    rules = schema("refresh: weekly", "refresh: 30d", "refresh: wekly", "refresh: wekly", more="refresh: Quarterly")
    assert found(tmp_path, "unknown-refresh", rules) == ['refresh of "s.c" and "s.d" is "wekly", which is no cadence']


# ----------------------------------------------------------------------------------------------------- policies, fields


def test_blank_that_has_a_meaning_is_a_policy(tmp_path: Path) -> None:
    """A negative operator needs no policy where the field says what a blank means."""
    text = "schemas: {s: {assign: all_matches, segments: {a: {criteria: {out: {ne: true}, t: {ne: x}}}}}}"
    assert found(tmp_path, "negative-without-policy", text) == ['"ne" in "s.a" does not say what a missing t means']


def test_a_clause_in_a_predicate_is_told_once(tmp_path: Path) -> None:
    """A clause that several segments share by a predicate is one finding, with the segments."""
    text = """
        predicates: {p: {t: {ne: x}}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {predicate: p}}, b: {criteria: {predicate: p}}}}}
    """
    assert found(tmp_path, "negative-without-policy", text) == [
        '"ne" in "s.a" and "s.b" does not say what a missing t means'
    ]


NEEDED = [
    ("{all: [{n: {gte: 1}}, {m: {gte: 1}}]}", "[n]", ["m"]),
    ("{any: [{n: {gte: 1}}, {m: {gte: 1}}]}", "[n]", []),  # either will do
    ("{all: [{n: {gte: 1}}, {m: {gte: 1, missing: include}}]}", "[n]", []),
    ("{all: [{n: {gte: 1}}, {m: {unknown: true}}]}", "[n]", []),
    ("{all: [{n: {gte: 1}}, {out: {is: false}}]}", "[n]", []),  # a blank has a meaning
    ("{at_least: {n: 2, of: [{n: {gte: 1}}, {m: {gte: 1}}, {t: {eq: x}}]}}", "[n]", []),
    ("{at_least: {n: 3, of: [{n: {gte: 1}}, {m: {gte: 1}}, {t: {eq: x}}]}}", "[n]", ["m", "t"]),
    ("{all: [{n: {gte: 1}}, {none: [{t: {eq: x}}]}]}", "[n]", ["t"]),
    ("{all: [{n: {gte: 1}}, {not: {t: {eq: x, missing: exclude}}}]}", "[n]", []),
    ("{n: {gt_field: m}}", "[n]", ["m"]),
]


@pytest.mark.parametrize(("criteria", "required", "lacking"), NEEDED)
def test_fields_no_member_can_lack(tmp_path: Path, criteria: str, required: str, lacking: list[str]) -> None:
    """A field is needed if no record can be a member without it, whatever else is true of it."""
    segment = f"{{criteria: {criteria}, required_fields: {required}}}"
    text = f"schemas: {{s: {{assign: all_matches, segments: {{a: {segment}}}}}}}"
    names = " and ".join(lacking)
    expected = [f'no record can be in "s.a" without {names}, and required_fields does not say so'] if lacking else []
    assert found(tmp_path, "needed-not-required", text) == expected


def test_required_and_not_read(tmp_path: Path) -> None:
    """A required field has a say if criteria, a segment they refer to, or the rank reads it; otherwise it is told."""
    text = """
        schemas:
          s:
            assign: all_matches
            segments:
              a: {criteria: {n: {gte: 1}}, required_fields: [n, t]}
              b: {criteria: {segment: s.a}, required_fields: [n]}
              c: {criteria: {m: {gte: 1}}, rank_within: {by: n}, required_fields: [n, m]}
    """
    assert found(tmp_path, "required-not-read", text) == ['"s.a" requires t, which its criteria never read']


def test_unused(tmp_path: Path) -> None:
    """Predicates, scores and fields that no rule uses are told; what only an unused predicate uses is unused too."""
    text = """
        predicates:
          used: {n: {gte: 1}}
          inner: {t: {eq: x}}
          outer: {predicate: inner}
        scores:
          fit: {parts: [{name: one, points: 1, when: {m: {gte: 1}}}]}
          ranked: {parts: [{name: one, points: 1, when: {m: {gte: 1}}}]}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {predicate: used}, rank_within: {by: ranked}}}}}
    """
    fields = """
        fields:
          n: {type: int}
          m: {type: int}
          t: {type: text}
          spare: {type: int}
          listed: {type: enum, values: [A, B]}
    """
    assert found(tmp_path, "unused-predicate", text, fields=fields) == [
        'no segment uses the predicate "inner"',
        'no segment uses the predicate "outer"',
    ]
    assert found(tmp_path, "unused-score", text, fields=fields) == ['no segment uses the score "fit"']
    assert found(tmp_path, "unused-field", text, fields=fields) == ['no rule reads the field "spare"']


# ---------------------------------------------------------------------------------------------------------------- alike


def test_same_decision(tmp_path: Path) -> None:
    """The same decision is told whatever its case and blanks; segments that all suppress may share one."""
    rules = schema(
        "decision: Call today", "decision: ' call TODAY'", "decision: wait", "decision: wait, suppress: true"
    )
    assert found(tmp_path, "same-decision", rules) == [
        '"s.a" and "s.b" drive the same decision',
        '"s.c" and "s.d" drive the same decision',
    ]
    rules = schema("decision: no sends, suppress: true", "decision: no sends, suppress: true")
    assert found(tmp_path, "same-decision", rules) == []


def test_same_treatment(tmp_path: Path) -> None:
    """Treatments that are the same or nearly so are told; those that differ in what is done are not."""
    one = "treatment: {next_action: rep calls the head of department and offers a review, message: [grows with you]}"
    rules = schema(one, one, one.replace("grows with you", "grows with her"), "treatment: {next_action: send a letter}")
    assert found(tmp_path, "same-treatment", rules) == [
        '"s.a" and "s.b" get the same treatment',
        '"s.a" and "s.c" get nearly the same treatment (94 of 100 alike)',
    ]


def test_close_names(tmp_path: Path) -> None:
    """Names that differ by a letter or signs are told; names told apart by a number are not."""
    rules = schema("name: Mid-market", "name: mid market", "name: Mid-markets", "name: Tier 1", "name: Tier 2")
    assert found(tmp_path, "close-names", rules) == [
        '"s.a" and "s.b" are both called "Mid-market"',
        '"s.c" is called "Mid-markets", which is close to "Mid-market" of "s.a"',
    ]


# ----------------------------------------------------------------------------------------------------------- treatments

OFFERED = [
    ("book a demo", True),
    ("Book a product Demo this week", True),
    ("no demo, no trial", False),
    ("never offer a demo", False),
    ("usage review", False),
    ("Demo vereinbaren", True),
    ("réserver une démo", True),
    ("keine Demo anbieten", False),
]


@pytest.mark.parametrize(("text", "told"), OFFERED)
def test_offers_to_customers(tmp_path: Path, text: str, told: bool) -> None:  # noqa: FBT001 - what is expected
    """Customers, proved by the criteria, must not be offered what is for new business."""
    rules = f"""
        schemas:
          s:
            assign: all_matches
            segments: {{a: {{criteria: {{is_customer: {{is: true}}}}, treatment: {{next_action: '{text}'}}}}}}
    """
    assert bool(found(tmp_path, "offer-to-customers", rules)) is told


CUSTOMERS = [
    ("{lifecycle_stage: {in: [Customer, Client]}}", True),
    ("{lifecycle_stage: {in: [Customer, Lead]}}", False),
    ("{all: [{n: {gte: 1}}, {is_customer: {is: true}}]}", True),
    ("{any: [{n: {gte: 1}}, {is_customer: {is: true}}]}", False),
    ("{is_customer: {ne: false}}", True),  # what is not false and is told is true
    ("{all: [{is_customer: {is: true}}, {is_customer: {is: false}}]}", False),  # nobody is in it
]


@pytest.mark.parametrize(("criteria", "told"), CUSTOMERS)
def test_who_is_a_customer_is_proved(tmp_path: Path, criteria: str, told: bool) -> None:  # noqa: FBT001 - as above
    """Members are customers if criteria leave no other record; a segment that holds nobody says nothing."""
    segment = f"{{criteria: {criteria}, treatment: {{next_action: book a demo}}}}"
    rules = f"schemas: {{s: {{assign: all_matches, segments: {{a: {segment}}}}}}}"
    assert bool(found(tmp_path, "offer-to-customers", rules)) is told


def test_order_makes_customers(tmp_path: Path) -> None:
    """In a waterfall, who is left for a segment counts: after all who are none, customers are left."""
    rules = """
        schemas:
          s:
            assign: first_match
            segments:
              a: {criteria: {is_customer: {is: false}}, treatment: {next_action: book a demo}}
              b: {criteria: {is_customer: {valid: true}}, treatment: {next_action: start a trial}}
    """
    assert found(tmp_path, "offer-to-customers", rules) == [
        '"s.b" offers what is for new business ("start a trial"), and its criteria make every member a customer'
    ]


def test_customers_by_name(tmp_path: Path) -> None:
    """In a schema about relationship a segment called customer holds customers, whatever its criteria say."""
    rules = schema("name: Customer, treatment: {next_action: book a demo}", more="dimension: relationship")
    assert len(found(tmp_path, "offer-to-customers", rules)) == 1


def test_customers_counted(tmp_path: Path) -> None:
    """With a file, members that are customers by their fields are counted, although criteria prove nothing."""
    path = write(tmp_path / "r.yaml", dedent(FIELDS) + schema("treatment: {next_action: book a demo}"))
    data = write(tmp_path / "d.csv", "record_id,n,is_customer\n1,5,true\n2,5,false\n3,0,true\n4,9,true\n")
    (item,) = check_rules(str(path), data=str(data), only=["offer-to-customers"]).findings
    assert (item.severity, item.records) == ("warning", 2)
    assert item.message.endswith("2 members of it are customers")


def test_assets(tmp_path: Path) -> None:
    """An asset that two segments name is told once, and so are treatments without any; suppressing needs none."""
    rules = schema(
        "treatment: {next_action: x, assets: [guide.html, plan.html]}",
        "treatment: {next_action: y, assets: [guide.html]}",
        "treatment: {next_action: z}",
        "treatment: {next_action: suppress}, suppress: true",
    )
    assert found(tmp_path, "assets", rules) == [
        '"s.a" and "s.b" name the same asset, guide.html',
        'the treatment of "s.c" names no assets',
    ]


# ----------------------------------------------------------------------------------------------------------- governance


def test_number_of_segments(tmp_path: Path) -> None:
    """Fewer segments than to start with and more than allowed are warnings, more than can be served an error."""
    governance = "governance: {segments: {start: [2, 3], warn_above: 3, stop_above: 4}}\n"
    told = {}
    for number in range(1, 6):
        path = write(tmp_path / "r.yaml", dedent(FIELDS) + governance + schema(*["name: x"] * number))
        told[number] = [item.severity for item in check_rules(str(path), only=["number-of-segments"]).findings]
    assert told == {1: ["warning"], 2: [], 3: [], 4: ["warning"], 5: ["error"]}


def test_owners(tmp_path: Path) -> None:
    """An owner who may not create segments needs the approval of somebody who may, of the segment or its schema."""
    governance = "governance: {may_create: [ops@example.com]}\n"
    rules = schema(
        "owner: OPS@example.com", "owner: ann@example.com", "owner: bob@example.com, approved_by: ops@example.com"
    )
    assert found(tmp_path, "owner", governance + rules) == [
        'in "s" 1 owner may not create segments, and nobody who may has approved: ann@example.com'
    ]
    rules = schema("owner: ann@example.com", more="approved_by: ops@example.com")
    assert found(tmp_path, "owner", governance + rules) == []
    assert found(tmp_path, "owner", schema("owner: ann@example.com")) == []


def test_approvals(tmp_path: Path) -> None:
    """Where approvers are named, each segment has the approval of one of them."""
    rules = schema("approved_by: eve@example.com", "approved_by: cmo@example.com", "name: C")
    assert found(tmp_path, "unapproved", "governance: {approvers: [cmo@example.com]}\n" + rules) == [
        'eve@example.com approved "s.a" and is none of the approvers',
        'nobody has approved "s.c"',
    ]


def exceptions_of(folder: Path, *rows: str) -> dict[str, list[str]]:
    """Return what is found about exceptions by rule."""
    write(
        folder / "exceptions.csv", "\n".join(["record_id,schema,segment,reason,approved_by,expires_on", *rows]) + "\n"
    )
    text = "governance: {exceptions: exceptions.csv, approvers: [cmo]}\n" + schema("name: A")
    text += "\n  out: {assign: first_match, segments: {dead: {criteria: {out: {is: true}}, suppress: true}}}\n"
    path = write(folder / "rules.yaml", dedent(FIELDS) + text)
    told: dict[str, list[str]] = {}
    for item in check_rules(str(path), as_of=AS_OF).findings:
        if item.rule.startswith("rules.exception"):
            told.setdefault(item.rule.removeprefix("rules.exception-"), []).append(item.message)
    return told


def test_exceptions(tmp_path: Path) -> None:
    """Exceptions that ran out, will within 30 days, or stand on nothing are told, those of one kind at once."""
    assert exceptions_of(
        tmp_path,
        "1,s,a,asked,cmo,2026-03-31",
        "2,s,a,asked,cmo,2026-03-30",
        "3,s,a,asked,cmo,2026-03-01",
        "4,s,a,asked,cmo,2026-05-01",
    ) == {
        "expired": [
            "1 exception expires within 30 days: record 1 in s.a",
            "2 exceptions have expired and no longer hold: record 2 in s.a and record 3 in s.a",
        ]
    }
    assert exceptions_of(tmp_path, "1,s,a,asked,cmo,2027-01-01", "1,out,dead,asked,cmo,2027-01-01") == {
        "suppressed": ["1 exception serves a record that another exception suppresses: record 1 in s.a"]
    }


def test_transitions(tmp_path: Path) -> None:
    """Labels that no transition leads to are told, but for the first that a path begins with."""
    more = "transitions: {a: [b], b: [unplaced], d: [b]}"
    rules = schema("name: A", "name: B", "name: C", "name: D", more=more)
    assert found(tmp_path, "unreached-label", rules) == ['no transition of "s" leads to c and d']
    assert found(tmp_path, "unreached-label", schema("name: A", "name: B")) == []


# ----------------------------------------------------------------------------------------------------------------- idle

IDLE = [
    ("{all: [{n: {gte: 5}}, {n: {gte: 1}}]}", ["n is at least 1"]),
    ("{any: [{n: {gte: 5}}, {n: {gte: 1}}]}", ["n is at least 5"]),
    ("{all: [{n: {gte: 5}}, {n: {gte: 5}}]}", ["n is at least 5"]),  # one of the two, not both
    ("{all: [{n: {gte: 5}}, {m: {gte: 1}}]}", []),
    ("{all: [{n: {gte: 5}}, {n: {known: true}}]}", []),  # without it a blank would be undecided
    ("{all: [{t: {matches: a}}, {t: {matches: a}}]}", []),  # not looked into
    ("{all: [{t: {eq: x}}, {t: {matches: a}}, {t: {ne: y}}]}", ["t is not y"]),
    ("{all: [{n: {gte: 5}}, {any: [{n: {gte: 5}}, {m: {gte: 1}}]}]}", ["m is at least 1"]),
]


@pytest.mark.parametrize(("criteria", "idle"), IDLE)
def test_clauses_proved_idle(tmp_path: Path, criteria: str, idle: list[str]) -> None:
    """A clause is idle if every record is decided the same without it, UNKNOWN included."""
    rules = f"schemas: {{s: {{assign: all_matches, segments: {{a: {{criteria: {criteria}}}}}}}}}"
    told = [message.split('"')[1] for message in found(tmp_path, "idle-clause", rules)]
    assert told == idle


def test_idle_in_a_predicate_is_told_once(tmp_path: Path) -> None:
    """A predicate is looked at by itself, once, however many segments use it."""
    text = """
        predicates: {p: {all: [{n: {gte: 5}}, {n: {gte: 1}}]}}
        schemas: {s: {assign: all_matches, segments: {a: {criteria: {predicate: p}}, b: {criteria: {predicate: p}}}}}
    """
    assert found(tmp_path, "idle-clause", text) == [
        '"n is at least 1" decides nothing in "p": without it every record would be decided the same'
    ]


def test_idle_on_data(tmp_path: Path) -> None:
    """On a file of 30 records or more, a clause that is the same of all of them, or moves none, is told."""
    criteria = "{all: [{n: {gte: 5}}, {m: {gte: 1}}, {t: {eq: x}}]}"
    text = f"schemas: {{s: {{assign: all_matches, segments: {{a: {{criteria: {criteria}}}}}}}}}"
    path = write(tmp_path / "r.yaml", dedent(FIELDS) + text)
    # m is at least 1 wherever n is at least 5, and now and then where it is not; t is x in all.
    rows = "".join(f"{row},{row % 10},{1 if row % 10 >= 3 else 0},x\n" for row in range(40))
    data = write(tmp_path / "d.csv", "record_id,n,m,t\n" + rows)
    told = [item.message for item in check_rules(str(path), data=str(data), only=["idle-on-data"]).findings]
    assert told == [
        '"m is at least 1" in "s.a" moves none of 40 records',
        '"t is x" in "s.a" is true of all 40 records',
    ]
    few = write(tmp_path / "few.csv", "record_id,n,m,t\n1,5,1,x\n")
    assert check_rules(str(path), data=str(few), only=["idle-on-data"]).findings == ()


def test_missing_error_is_told_before_the_run_is_refused(tmp_path: Path) -> None:
    """A clause that says missing: error is an error with a file in which it cannot be told."""
    text = "schemas: {s: {assign: all_matches, segments: {a: {criteria: {n: {gte: 5, missing: error}}}}}}"
    path = write(tmp_path / "r.yaml", dedent(FIELDS) + text)
    data = write(tmp_path / "d.csv", "record_id,n\n1,5\n2,\n3,\n")
    (item,) = check_rules(str(path), data=str(data), only=["refused"]).findings
    assert (item.severity, item.records) == ("error", 2)


# ---------------------------------------------------------------------------------------------------------------- table


def test_each_rule_has_a_name_of_its_own() -> None:
    """No two lints share a name, and each begins alike, so that one can be chosen."""
    names = [lint.rule for lint in LINTS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("rules.") for name in names)


def test_without_proof_and_data_nothing_is_claimed(tmp_path: Path) -> None:
    """Lints that need a proof or a file say nothing where there is none."""
    rules = load(tmp_path, FIELDS + indent(schema("treatment: {next_action: book a demo}"), "    "))
    context = LintContext(rules=rules, as_of=AS_OF, words=load_lint_words(RulesLocation.at(None)))
    assert {item.rule for item in lint_rules(context)}.isdisjoint(
        {"rules.idle-clause", "rules.idle-on-data", "rules.offer-to-customers", "rules.coverage", "rules.refused"}
    )


def test_words_of_a_client(tmp_path: Path) -> None:
    """A client's folder may bring its own phrases and limits; a limit that is none is refused with its line."""
    write(tmp_path / "r.yaml", dedent(FIELDS) + schema("name: A"))
    write(tmp_path / "lists" / "likeness_limits.csv", "what,at_least\ntreatment,90\nname,much\nproposal,70\n")
    ran = run("rules", "check", tmp_path)
    assert ran.code == 2
    assert 'likeness_limits.csv:3: "much" is no likeness' in ran.err
    write(tmp_path / "lists" / "likeness_limits.csv", "what,at_least\ntreatment,90\nname,90\n")
    with pytest.raises(SegauditError, match="no limit for proposal"):
        load_lint_words(RulesLocation.at(str(tmp_path)))


def test_shipped_rules_are_defended() -> None:
    """The shipped packs have findings of governance and names only: who approves is for whoever uses them to say."""
    rules = {item.rule for item in check_rules(None, as_of=AS_OF).findings}
    assert rules <= {"rules.owner", "rules.close-names"}
