"""``segaudit scorecard``: each question at its boundary, and what the answers come to."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.model.scorecard import QUESTIONS, Answer, Light, Mark, SegmentCard
from segaudit.segments.scorecard.cards import score_of
from segaudit.segments.scorecard.lists import bare
from segaudit.segments.scorecard.measuring import Share
from segaudit.segments.scorecard.shares import judged
from tests.rules_support import run, write

RULES = """
    fields: {{plan: {{type: enum}}, last_engaged_on: {{type: date, blank_means: never}}}}
    schemas: {{s: {{assign: exactly_one, segments: {{gold: {{criteria: {{plan: {{eq: gold}}}}{more}}},
      tin: {{criteria: {{plan: {{eq: tin}}}}}}}}}}}}
"""


def judge(folder: Path, text: str, more: str = "", *options: object, rules: str = "") -> dict[str, dict[str, Any]]:
    """Return the answers to each question about the segment of the records whose plan is gold."""
    data = write(folder / "data.csv", text)
    path = write(folder / "rules.yaml", rules or RULES.format(more=more))
    ran = run("scorecard", data, "--rules", path, "--as-of", "2026-06-30", "--format", "json", *options)
    assert ran.code == 0, ran.err
    card = json.loads(ran.out)["segments"][0]
    return {item["question"]: item for item in card["questions"]}


def answer(folder: Path, question: str, text: str, more: str = "", *options: object) -> str:
    """Return the answer to one question."""
    return str(judge(folder, text, more, *options)[question]["answer"])


def test_every_question_of_every_segment(tmp_path: Path) -> None:
    """Each segment has every question once, answered with evidence, and the limits are printed with it."""
    data = write(tmp_path / "data.csv", "Record ID,Plan\n1,gold\n")
    rules = write(tmp_path / "rules.yaml", RULES.format(more=""))
    found = json.loads(run("scorecard", data, "--rules", rules, "--format", "json").out)
    assert (found["schema_version"], found["command"]) == ("1", "scorecard")
    assert [card["id"] for card in found["segments"]] == ["gold", "tin"]
    for card in found["segments"]:
        assert [item["question"] for item in card["questions"]] == list(QUESTIONS)
        assert all(item["evidence"] for item in card["questions"])
        assert sum(card["answers"].values()) == len(QUESTIONS)
    assert {"name": "reachable_at_least", "value": 0.5} in [
        {key: limit[key] for key in ("name", "value")} for limit in found["limits"]
    ]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.floats(0.01, 1.0))
def test_judged_from_both_sides(true: int, unknown: int, false: int, least: float) -> None:
    """A share is a yes or a no only if it is so whatever the unknown turn out to be."""
    total = true + unknown + false
    found = judged(Share(true=true, unknown=unknown, total=total), least)
    if not total:
        assert found is Answer.OPEN
        return
    outcomes = {(true + extra) / total >= least for extra in range(unknown + 1)}
    expected = Answer.OPEN if len(outcomes) > 1 else Answer.YES if True in outcomes else Answer.NO
    assert found is expected


# ------------------------------------------------------------------------------------------------------------- the four


@pytest.mark.parametrize(
    ("members", "undecided", "column", "expected"),
    [
        (3722, 0, "Email Replied", "yes"),
        (3721, 0, "Email Replied", "no"),
        (3721, 1, "Email Replied", "can't tell"),
        (3722, 0, "Other", "can't tell"),
    ],
)
def test_measurable(tmp_path: Path, members: int, undecided: int, column: str, expected: str) -> None:
    """4 % half as high again takes 1,861 in each of two arms (published), and a column that holds the replies."""
    text = f"Record ID,Plan,{column}\n" + "1,gold,yes\n" * members + "1,,no\n" * undecided
    assert answer(tmp_path, "measurable", text, ", measure: {primary: reply_rate}") == expected


def test_measurable_by_nothing(tmp_path: Path) -> None:
    """Without a metric nobody can tell, and a segment that suppresses is not asked."""
    text = "Record ID,Plan\n1,gold\n"
    assert answer(tmp_path, "measurable", text) == "can't tell"
    assert answer(tmp_path, "measurable", text, ", suppress: true") == "not asked"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["CEO,50,Lead"], "yes"),
        (["Intern,50,Lead"], "no"),
        (["Intern,50,Customer"], "yes"),  # has bought
        ([",50,Lead"], "can't tell"),
        (["CEO,,Lead"], "can't tell"),
        (["CEO,0,Lead"], "can't tell"),  # no people; the revenue is not known
        (["CEO,50,Disqualified"], "no"),
        (["CEO,50,Lead", "Intern,50,Lead"], "yes"),  # half of them
        (["CEO,50,Lead", "Intern,50,Lead", "Intern,50,Lead"], "no"),
        (["CEO,50,Lead", ",50,Lead", "Intern,50,Lead"], "can't tell"),
    ],
)
def test_able_to_buy(tmp_path: Path, rows: list[str], expected: str) -> None:
    """Whoever has bought can buy; others need a say, the means and nothing against it, told from the title too."""
    body = "".join(f"{number},gold,{row}\n" for number, row in enumerate(rows, start=1))
    text = f"Record ID,Plan,Job Title,Employees,Lifecycle Stage\n{body}"
    assert answer(tmp_path, "able_to_buy", text) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["a@b.de,yes,", "b@b.de,no,"], "yes"),  # half of them
        (["a@b.de,yes,", "b@b.de,no,", "c@b.de,,"], "no"),  # no word on consent is no consent
        (["a@b,yes,", "b@b.de,yes,yes", ",yes,"], "no"),  # no address, bounced, blank
    ],
)
def test_reachable(tmp_path: Path, rows: list[str], expected: str) -> None:
    """An address that works and consent are both needed; what is not known of consent is a no."""
    body = "".join(f"{number},gold,{row}\n" for number, row in enumerate([*rows], start=1))
    # Somebody else has agreed, so that the column is known to say who does.
    text = f"Record ID,Plan,Email,Email Consent,Bounced\n{body}99,tin,z@b.de,yes,\n"
    assert answer(tmp_path, "reachable", text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "because"),
    [
        ("Record ID,Plan\n1,gold\n", "can't tell", "no column holds an address"),
        ("Record ID,Plan,Email\n1,gold,a@b.de\n", "can't tell", "no column says who agreed"),
        ("Record ID,Plan,Email\n1,gold,\n", "no", "0% have a working email"),
        ("Record ID,Plan,Email,Unsubscribed\n1,gold,a@b.de,yes\n", "no", "0% can be"),
    ],
)
def test_reachable_without_consent(tmp_path: Path, text: str, expected: str, because: str) -> None:
    """Where the file does not say who agreed it cannot be told, unless there is no address or a refusal."""
    found = judge(tmp_path, text)["reachable"]
    assert found["answer"] == expected
    assert because in found["evidence"]


@pytest.mark.parametrize(("filled", "expected"), [(8, "yes"), (7, "no")])
def test_enough_data(tmp_path: Path, filled: int, expected: str) -> None:
    """A field that has to be filled is filled in 80 % of all records, and a fifth at most may be left undecided."""
    text = "Record ID,Plan,City\n" + "1,gold,Graz\n" * filled + "1,gold,\n" * (10 - filled)
    assert answer(tmp_path, "enough_data", text, ", required_fields: [city]") == expected
    undecided = "Record ID,Plan\n" + "1,gold\n" * filled + "1,\n" * (10 - filled)
    assert answer(tmp_path, "enough_data", undecided) == expected
    assert answer(tmp_path, "placeable", undecided) == expected


def test_blank_that_means_something_is_data(tmp_path: Path) -> None:
    """A blank date that means never is no gap in the data."""
    rules = RULES.format(more="").replace("plan: {eq: gold}", "last_engaged_on: {never: true}")
    text = "Record ID,Plan,Last Engaged\n" + "1,gold,\n" * 9 + "2,tin,2026-01-01\n"
    found = judge(tmp_path, text, "", rules=rules)["enough_data"]
    assert found["answer"] == "yes"


# --------------------------------------------------------------------------------------------------------------- upkeep


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2026-06-01", "2020-01-01"], "yes"),
        (["2026-06-01", "2020-01-01", "2020-01-01"], "no"),
        (["2026-06-01", "2020-01-01", ""], "can't tell"),
        (["2025-06-30"], "yes"),  # the 365th day
        (["2025-06-29"], "no"),
    ],
)
def test_fresh_by_a_date_beside(tmp_path: Path, dates: list[str], expected: str) -> None:
    """A column that says when a field was looked at dates its values; a year is the limit."""
    text = "Record ID,Plan,Plan Updated\n" + "".join(f"{n},gold,{day}\n" for n, day in enumerate(dates, start=1))
    assert answer(tmp_path, "fresh", text) == expected


def test_fresh_by_the_record(tmp_path: Path) -> None:
    """A record that was not touched for a year has no fresh field; of one that was it cannot be told which field."""
    head = "Record ID,Plan,Last Modified Date\n"
    assert answer(tmp_path, "fresh", f"{head}1,gold,2020-01-01\n") == "no"
    assert answer(tmp_path, "fresh", f"{head}1,gold,2026-06-01\n") == "can't tell"
    assert answer(tmp_path, "fresh", "Record ID,Plan\n1,gold\n") == "can't tell"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "no"),
        (", refresh: monthly", "yes"),
        (", refresh: 30d", "yes"),
        (", refresh: quarterly", "no"),
        (", refresh: never", "no"),
        (", refresh: now and then", "no"),
    ],
)
def test_cadence(tmp_path: Path, more: str, expected: str) -> None:
    """A segment is to be worked out as often as its criteria's days run out."""
    criteria = "last_engaged_on: {within_last: 30d}"
    rules = RULES.format(more=more).replace("plan: {eq: gold}", criteria)
    text = "Record ID,Plan,Last Engaged\n1,gold,2026-06-20\n"
    assert judge(tmp_path, text, "", rules=rules)["cadence"]["answer"] == expected


def test_owner_and_treatment(tmp_path: Path) -> None:
    """An owner and every part of a treatment are asked for; a segment that suppresses needs the next action only."""
    text = "Record ID,Plan\n1,gold\n"
    parts = "next_action: call, message: [m], pains: [p], outcomes: [o], proof: [p], objections: [o]"
    found = judge(tmp_path, text, f", owner: a@b.de, treatment: {{{parts}}}")
    assert (found["owner"]["answer"], found["treatment"]["answer"]) == ("yes", "no")
    assert found["treatment"]["evidence"] == "6 of 7 said; nothing on assets"
    assert answer(tmp_path, "treatment", text, f", treatment: {{{parts}, assets: [a.pdf]}}") == "yes"
    assert answer(tmp_path, "treatment", text, ", suppress: true, treatment: {next_action: suppress}") == "yes"
    assert answer(tmp_path, "owner", text) == "no"


def test_assets(tmp_path: Path) -> None:
    """Files that treatments name are looked for in the folder given, and nowhere outside it."""
    folder = tmp_path / "content"
    write(folder / "a.pdf", "a")
    write(tmp_path / "secret.pdf", "s")
    text = "Record ID,Plan\n1,gold\n"
    there, gone = ", treatment: {assets: [a.pdf]}", ", treatment: {assets: [a.pdf, ../secret.pdf]}"
    assert answer(tmp_path, "assets", text, there, "--assets", folder) == "yes"
    assert answer(tmp_path, "assets", text, there) == "can't tell"
    found = judge(tmp_path, text, gone, "--assets", folder)["assets"]
    assert (found["answer"], found["values"]) == ("no", {"named": 2, "missing": 1})
    assert answer(tmp_path, "assets", text) == "no"
    ran = run("scorecard", tmp_path / "data.csv", "--assets", tmp_path / "nowhere")
    assert (ran.code, "there is no such folder" in ran.err) == (2, True)


# ----------------------------------------------------------------------------------------------------- lists in the CRM


def test_list_against_rule(tmp_path: Path) -> None:
    """Who is in the list and who by the rules is counted both ways; names are compared without what says nothing."""
    text = "Record ID,Plan,Nurture Segment\n1,gold,A - Gold list\n2,gold,\n3,tin,A - Gold list\n4,tin,\n"
    found = judge(tmp_path, text)["in_sync"]
    assert found["answer"] == "no"
    values = {key: found["values"][key] for key in ("both", "in_rule_not_list", "in_list_not_rule", "jaccard")}
    assert values == {"both": 1, "in_rule_not_list": 1, "in_list_not_rule": 1, "jaccard": round(1 / 3, 6)}
    assert found["values"]["names"] == "A - Gold list"


def test_list_in_tags(tmp_path: Path) -> None:
    """Tags are taken apart; a list that agrees is in sync, and without one it cannot be told."""
    text = "Record ID,Plan,Tags\n1,gold,vip;gold\n2,gold,Gold\n3,tin,vip\n"
    assert answer(tmp_path, "in_sync", text) == "yes"
    assert answer(tmp_path, "in_sync", "Record ID,Plan,Tags\n1,gold,vip\n") == "can't tell"
    assert answer(tmp_path, "in_sync", "Record ID,Plan\n1,gold\n") == "can't tell"
    assert answer(tmp_path, "in_sync", "Record ID,Plan,Tags\n1,gold,tin\n") == "no"  # a list for another, none for it


@pytest.mark.parametrize(
    ("name", "expected"), [("B - Warm nurture", "warm"), ("Segment 2", "2"), ("List", "list"), ("HOT_leads", "hot")]
)
def test_bare_names(name: str, expected: str) -> None:
    """Signs, single letters and words of lists go, unless nothing else is left."""
    assert bare(name, {"nurture", "segment", "list", "leads"}) == expected


# ---------------------------------------------------------------------------------------------------- score and light


def card_of(**answers: Answer) -> SegmentCard:
    """Return a card with yes for every question that is not named."""
    marks = tuple(
        Mark(question=name, answer=answers.get(name, Answer.YES), evidence="e", values={}) for name in QUESTIONS
    )
    points = dict.fromkeys(QUESTIONS, 1.0)
    return SegmentCard(
        schema="s", segment="a", name="A", members=1, undecided=0, marks=marks, score=score_of(marks, points)
    )


def test_light() -> None:
    """A no to one of the four is red; can't tell is never green; what is not asked takes nothing away."""
    assert card_of().light is Light.GREEN
    assert card_of(owner=Answer.NOT_ASKED).light is Light.GREEN
    assert card_of(owner=Answer.NO).light is Light.YELLOW
    assert card_of(reachable=Answer.OPEN).light is Light.YELLOW
    assert card_of(reachable=Answer.NO).light is Light.RED


def test_score_keeps_what_cannot_be_told() -> None:
    """Of eleven questions worth the same, one no and two open ones leave the score between 8/11 and 10/11."""
    card = card_of(reachable=Answer.OPEN, fresh=Answer.OPEN, owner=Answer.NO)
    assert card.score == pytest.approx((800 / 11, 1000 / 11))
    assert card_of(assets=Answer.NOT_ASKED, owner=Answer.NO).score == pytest.approx((90, 90))


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 1), ("warning", 1)])
def test_fail_on(tmp_path: Path, level: str, code: int) -> None:
    """A red segment is an error."""
    data = write(tmp_path / "data.csv", "Record ID,Plan,Email\n1,gold,\n")
    rules = write(tmp_path / "rules.yaml", RULES.format(more=""))
    assert run("scorecard", data, "--rules", rules, "--fail-on", level).code == code


@pytest.mark.parametrize("form", ["table", "md", "csv"])
def test_for_people(tmp_path: Path, form: str) -> None:
    """Every form shows the segment, its light and what cannot be told."""
    data = write(tmp_path / "data.csv", "Record ID,Plan,Email\n1,gold,a@b.de\n")
    rules = write(tmp_path / "rules.yaml", RULES.format(more=""))
    ran = run("scorecard", data, "--rules", rules, "--format", form)
    assert ran.code == 0, ran.err
    assert all(word in ran.out for word in ("gold", "yellow", "can't tell"))


# ------------------------------------------------------------------------------------------------------- rules as data


def test_limits_of_a_client(tmp_path: Path) -> None:
    """A folder with a scorecard.yaml of its own takes the place of the shipped one."""
    shipped = (Path(__file__).parents[1] / "rules" / "scorecard.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "rules"
    write(folder / "segments" / "own.yaml", RULES.format(more=""))
    (folder / "scorecard.yaml").write_text(
        shipped.replace("placeable_at_least: {is: 0.80", "placeable_at_least: {is: 0.10"), encoding="utf-8"
    )
    data = write(tmp_path / "data.csv", "Record ID,Plan\n1,gold\n2,\n3,\n")
    found = json.loads(run("scorecard", data, "--rules", folder, "--format", "json").out)
    [card] = [item for item in found["segments"] if item["id"] == "gold"]
    placeable = next(item for item in card["questions"] if item["question"] == "placeable")
    assert placeable["answer"] == "yes"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("alpha: {is: 0.05", "alpha: {is: 5", 'limit "alpha" is a share above 0 and at most 1'),
        ("fresh_days: {is: 365", "fresh_days: {is: soon", 'limit "fresh_days" is a number above 0'),
        ("reply_rate: {baseline: 0.04", "reply_rate: {baseline: 4", 'metric "reply_rate" cannot change like that'),
        ("lists: [segment_in_crm", "listen: [segment_in_crm", 'the scorecard has no key "listen"'),
        ("measurable: 15", "measurable: many", 'points of "measurable" are a number'),
        ("{orders_count: {gte: 1}}", "{orders_count: {gt_than: 1}}", 'unknown operator "gt_than"'),
    ],
)
def test_mistakes_in_the_scorecard(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """A mistake in the scorecard's rules is told with its line."""
    shipped = (Path(__file__).parents[1] / "rules" / "scorecard.yaml").read_text(encoding="utf-8")
    assert old in shipped
    folder = tmp_path / "rules"
    write(folder / "segments" / "own.yaml", RULES.format(more=""))
    (folder / "scorecard.yaml").write_text(shipped.replace(old, new), encoding="utf-8")
    ran = run("scorecard", write(tmp_path / "data.csv", "Record ID,Plan\n1,gold\n"), "--rules", folder)
    assert ran.code == 2
    assert problem in ran.err
    assert "scorecard.yaml:" in ran.err
