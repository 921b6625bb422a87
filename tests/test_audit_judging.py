"""An audit is judged: marks by pillar, a plan, headlines."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.audit.whole.headline_looks import HEADLINES
from segaudit.audit.whole.headlines import choose_headlines
from segaudit.audit.whole.pillars import ALL_FIGURES, judge_pillars
from segaudit.audit.whole.plan import ALL_LOOKS, make_plan, worth
from segaudit.errors import RuleErrors
from segaudit.model.audit import Action, Headline, Horizon, Pillar, PillarScore
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import FIGURES, HEADLINE_LOOKS, LOOKS, AuditRules
from segaudit.model.decisions import Finding, Hours, SegmentPower
from segaudit.model.enrichment import Effort, FieldState, PlanStep, StandIn
from segaudit.model.proofs import GapProof, PairProof, PairVerdict
from segaudit.model.quality import Dimension, Severity
from segaudit.model.scorecard import Answer
from segaudit.model.segments import RuleBook
from segaudit.model.workspace import WorkspaceFinding
from segaudit.rulebook.audit_rules import load_audit_rules
from segaudit.rulebook.location import RulesLocation, data_folder
from tests.audit_judging_support import (
    RULES,
    column,
    finding,
    identity,
    measured,
    rulebook,
    segments,
    shipped,
    table,
    workspace,
)

_YES, _NO, _OPEN = Answer.YES, Answer.NO, Answer.OPEN


@pytest.fixture(scope="module")
def rules() -> AuditRules:
    """Return the shipped rules, read once."""
    return shipped()


def score(pillar: Pillar, of: Measured, rules: AuditRules) -> PillarScore:
    """Return the mark of one pillar."""
    return next(item for item in judge_pillars(of, rules).pillars if item.pillar is pillar)


def actions(of: Measured, rules: AuditRules) -> dict[str, Action]:
    """Return the plan by id; of several of one id the most worthwhile."""
    return {item.id: item for item in reversed(make_plan(of, rules))}


def headlines(of: Measured, rules: AuditRules) -> tuple[Headline, ...]:
    """Return the headlines of what was measured."""
    return choose_headlines(of, judge_pillars(of, rules), make_plan(of, rules), rules)


# ------------------------------------------------------------------------------------------------------------- pillars
def test_fields_that_matter_are_held_against_what_is_called_good(rules: AuditRules) -> None:
    """A field filled in 80 of 100 rows is good, one in 40 half so, and one that no column provides counts as empty."""
    good = [column(name, 80) for name in ("email", "job_title", "lifecycle_stage", "employees")]
    of = measured(table(columns=[*good, column("industry", 40)], checked=()))
    found = score(Pillar.COMPLETENESS, of, rules)
    # four are 1, industry 0.5, and country has no column: 4.5 of 6
    assert found.evidence["core_filled"] == pytest.approx(0.75)
    # what reaches 30 of 80 % is worth nothing
    assert found.score == pytest.approx(100 * (0.75 - 0.375) / (1 - 0.375))


def test_companies_have_their_own_fields(rules: AuditRules) -> None:
    """Where there is a table of companies, contacts are not asked for what it holds."""
    contacts = table(columns=[column(name, 100) for name in ("email", "job_title", "lifecycle_stage")], checked=())
    companies = table("firms", "companies", columns=[column("industry", 100)], checked=())
    found = score(Pillar.COMPLETENESS, measured(contacts, companies), rules)
    # contacts 1 with weight 0.40; companies 1 of 3 with weight 0.25
    assert found.evidence["core_filled"] == pytest.approx((0.40 + 0.25 / 3) / 0.65)


def test_faults_are_taken_to_fall_on_records_independently(rules: AuditRules) -> None:
    """Errors in 10 and in 20 of 100 rows leave 72 rows without one; half of the rows with an error is the worst."""
    found = score(
        Pillar.VALIDITY, measured(table(findings=[finding("quality.a", 10), finding("quality.b", 20)])), rules
    )
    assert found.evidence["valid_without_errors"] == pytest.approx(0.9 * 0.8)
    assert found.parts[0][0] == "valid_without_errors"
    assert found.parts[0][1:] == pytest.approx((44, 0.65))
    assert found.score == pytest.approx(0.65 * 44 + 0.35 * 100)


def test_what_is_only_suspected_counts_half(rules: AuditRules) -> None:
    """Of 20 rows 10 are certain: it counts like 15."""
    found = score(Pillar.VALIDITY, measured(table(findings=[finding("quality.a", 20, certain=10)])), rules)
    assert found.evidence["valid_without_errors"] == pytest.approx(0.85)


def test_notes_do_not_count(rules: AuditRules) -> None:
    """A note is no fault."""
    note = finding("quality.a", 50, severity=Severity.NOTE)
    assert score(Pillar.VALIDITY, measured(table(findings=[note])), rules).score == pytest.approx(100)


def test_duplicates_cost_four_points_for_each_percent(rules: AuditRules) -> None:
    """With 5 rows of 100 too many the part is at 80; with 25 or more at 0."""
    five = score(Pillar.UNIQUENESS, measured(table(found=identity(5))), rules)
    assert five.parts[0][0] == "not_redundant"
    assert five.parts[0][1:] == pytest.approx((80, 0.75))
    assert score(Pillar.UNIQUENESS, measured(table(found=identity(30))), rules).parts[0][1] == 0


def test_events_are_not_duplicates(rules: AuditRules) -> None:
    """Deals of one company are no duplicates of each other, whatever resolving makes of them."""
    deals = table("deals", "deals", found=identity(60, of_events="deals"))
    found = score(Pillar.UNIQUENESS, measured(deals), rules)
    assert "not_redundant" not in found.evidence
    assert "merge-duplicates" not in actions(measured(deals), rules)


def test_tables_are_weighted(rules: AuditRules) -> None:
    """Contacts count 0.40, companies 0.25."""
    people = table(found=identity(10))
    firms = table("firms", "companies", found=identity(0))
    found = score(Pillar.UNIQUENESS, measured(people, firms), rules)
    assert found.evidence["not_redundant"] == pytest.approx((0.40 * 0.9 + 0.25 * 1.0) / 0.65)


@pytest.mark.parametrize(("precision", "told"), [(0.97, "merge-duplicates"), (0.61, "look-through-duplicates")])
def test_matches_that_may_be_wrong_are_not_merged_unseen(rules: AuditRules, precision: float, told: str) -> None:
    """Where two of five matches are wrong, merging is no quick win."""
    sure = identity(20)
    found = actions(measured(table(found=replace(sure, precision=replace(sure.precision, value=precision)))), rules)
    others = {"merge-duplicates", "look-through-duplicates"} - {told}
    assert told in found
    assert not others & found.keys()
    assert found[told].quick is (told == "merge-duplicates")


def test_tables_of_a_kind_share_its_weight_by_their_rows(rules: AuditRules) -> None:
    """Ten people in a second list count a tenth of a hundred in the first, whatever there is wrong with them."""
    many, few = table(found=identity(0)), table("more", rows=10, found=identity(10, rows=10))
    found = score(Pillar.UNIQUENESS, measured(many, few), rules)
    assert found.evidence["not_redundant"] == pytest.approx(100 / 110)


def test_a_small_table_is_no_half_of_the_joins(rules: AuditRules) -> None:
    """A cover sheet that nothing joins weighs by its rows, not as much as the list of people."""
    many, few = table(), table("cover", "other", rows=3)
    alone = WorkspaceFinding(
        rule="workspace.unjoined",
        severity="warning",
        table="cover",
        column="",
        rows_checked=3,
        rows_failed=3,
        rows=(),
        message="",
        hint="",
    )
    of = measured(many, few, checked=workspace(many, few, orphans=20, findings=[alone]))
    found = score(Pillar.CONSISTENCY, of, rules).evidence["joined"]
    assert found == pytest.approx((0.40 * 0.8 + 0.05 * 0.0) / 0.45)


def test_a_table_nothing_joins_finds_nothing(rules: AuditRules) -> None:
    """One join finds 80 of 100 rows, one table is joined to nothing: 0.4 on average."""
    one = table()
    alone = WorkspaceFinding(
        rule="workspace.unjoined",
        severity="warning",
        table="contacts",
        column="",
        rows_checked=100,
        rows_failed=100,
        rows=(),
        message="",
        hint="",
    )
    of = measured(one, checked=workspace(one, orphans=20, findings=[alone]))
    assert score(Pillar.CONSISTENCY, of, rules).evidence["joined"] == pytest.approx(0.4)


def test_freshness_is_of_values_with_a_date(rules: AuditRules) -> None:
    """Of 80 dated values 20 are too old; a column without dates says nothing."""
    of = measured(table(columns=[column("employees", 80, stale=20), column("email", 90)]))
    assert score(Pillar.TIMELINESS, of, rules).evidence["fresh"] == pytest.approx(0.75)


def test_placed_is_the_mean_over_schemas(rules: AuditRules) -> None:
    """30 of 100 records cannot be told and 10 match nothing: 60 are placed."""
    found = score(Pillar.FIT, measured(table(), found=segments(undecided=30, unmatched=10)), rules)
    assert found.evidence["placed"] == pytest.approx(0.6)
    placed = next(points for name, points, _ in found.parts if name == "placed")
    assert placed == pytest.approx(100 * (0.6 - 0.3) / (0.95 - 0.3))


def test_a_rest_that_has_a_name_is_left_on_purpose(rules: AuditRules) -> None:
    """Who matches nothing in a schema that names them is no gap; who cannot be told still is."""
    named = rulebook(RULES.replace("assign: exactly_one", "assign: exactly_one\n        else: outside"))
    of = measured(table(), found=segments(rules=named, undecided=30, unmatched=10))
    assert score(Pillar.FIT, of, rules).evidence["placed"] == pytest.approx(0.7)


def test_a_proved_overlap_spoils_both_segments(rules: AuditRules) -> None:
    """Two segments of two overlap, one schema has no gap: one unit of three is sound."""
    pair = PairProof(schema="size", a="small", b="large", verdict=PairVerdict.OVERLAP, witness={"employees": 50})
    found = score(Pillar.DEFINITION, measured(table(), found=segments(pairs=[pair])), rules)
    assert found.evidence["proved_sound"] == pytest.approx(1 / 3)


def test_questions_nobody_can_answer_say_nothing(rules: AuditRules) -> None:
    """A yes and one open question is 1, a yes and a no 0.5, two open ones nothing at all."""
    marks = [
        score(Pillar.USE, measured(table(), found=segments(answers={"reachable": pair})), rules).evidence
        for pair in ((_YES, _OPEN), (_YES, _NO), (_OPEN, _OPEN))
    ]
    assert [item.get("reachable") for item in marks] == [1.0, 0.5, None]


def test_weights_of_what_cannot_be_told_go_to_the_others(rules: AuditRules) -> None:
    """Without segments three pillars have no mark, and the total is the mean of the others by their weights."""
    scored = judge_pillars(measured(table(found=identity(5))), rules)
    assert [item.pillar for item in scored.pillars if item.score is None] == [
        Pillar.DEFINITION,
        Pillar.FIT,
        Pillar.USE,
    ]
    known = [(item.score, item.weight) for item in scored.pillars if item.score is not None]
    assert sum(weight for _, weight in known) == pytest.approx(0.6)
    assert scored.total == pytest.approx(sum(points * weight for points, weight in known) / 0.6)
    assert sum(item.weight for item in scored.pillars) == pytest.approx(1)


@pytest.mark.parametrize("of", [measured(), measured(table(rows=0, found=identity(0, rows=0)))], ids=["none", "empty"])
def test_nothing_is_judged_of_nothing(of: Measured, rules: AuditRules) -> None:
    """Without a table, or with one without rows, there is no mark, nothing to do and nothing to tell."""
    scored = judge_pillars(of, rules)
    assert scored.total is None
    assert {item.score for item in scored.pillars} == {None}
    assert make_plan(of, rules) == ()
    assert headlines(of, rules) == ()


def test_segments_of_an_empty_table_are_judged_by_their_rules_only(rules: AuditRules) -> None:
    """Of a table without rows it can be told who owns a segment, and not whether it fits."""
    of = measured(table(rows=0), found=segments(rows=0, members=(0, 0), answers={"owner": (_YES, _NO)}))
    scored = judge_pillars(of, rules)
    known = {item.pillar: dict(item.evidence) for item in scored.pillars if item.score is not None}
    assert known[Pillar.DEFINITION]["owned"] == 0.5
    assert "placed" not in known.get(Pillar.FIT, {})


_ANSWERS = st.sampled_from([_YES, _OPEN, _NO])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_worse_data_never_scores_higher(data: st.DataObject) -> None:
    """Whatever becomes worse, alone or together: neither a mark nor the total rises."""

    def worsening(most: int) -> tuple[int, int]:
        pair = data.draw(st.tuples(st.integers(0, most), st.integers(0, most)))
        return min(pair), max(pair)

    kinds = [(dimension, severity) for dimension in Dimension for severity in (Severity.ERROR, Severity.WARNING)]
    faults = [worsening(100) for _ in kinds]
    empty, twice, lost, clashing = (worsening(100) for _ in range(4))
    stale, unknown, unmatched = (worsening(50) for _ in range(3))
    order = [_YES, _OPEN, _NO]
    questions = ("owner", "reachable", "measurable", "enough_data")
    given_answers = [sorted(data.draw(st.tuples(_ANSWERS, _ANSWERS)), key=order.index) for _ in questions]
    other = [data.draw(_ANSWERS) for _ in questions]

    def world(side: int) -> Measured:
        findings = [
            finding(f"quality.{place}", fault[side], dimension, severity)
            for place, ((dimension, severity), fault) in enumerate(zip(kinds, faults, strict=True))
            if fault[side]
        ]
        columns = [
            column("email", 100 - empty[side]),
            column("employees", 100, stale=stale[side]),
        ]
        only = table(columns=columns, findings=findings, found=identity(twice[side]))
        answers = {name: (pair[side], fixed) for name, pair, fixed in zip(questions, given_answers, other, strict=True)}
        found = segments(undecided=unknown[side], unmatched=unmatched[side], conflicts=clashing[side], answers=answers)
        return measured(only, found=found, checked=workspace(only, orphans=lost[side]))

    better, worse = judge_pillars(world(0), _SHIPPED), judge_pillars(world(1), _SHIPPED)
    assert better.total is not None
    assert worse.total is not None
    assert worse.total <= better.total + 1e-9
    for before, after in zip(better.pillars, worse.pillars, strict=True):
        if before.score is not None and after.score is not None:
            assert after.score <= before.score + 1e-9, before.pillar


_SHIPPED = shipped()


# ---------------------------------------------------------------------------------------------------------------- plan
def test_an_action_is_worth_its_impact_times_its_ease(rules: AuditRules) -> None:
    """Of 100 contacts 40 share a person: impact 0.4, a day's work, so 0.4 of four fifths; a quick win."""
    found = actions(measured(table(found=identity(20))), rules)["merge-duplicates"]
    assert found.impact == pytest.approx(0.4)
    assert (found.effort, found.rows) == (2, 40)
    assert worth(found) == pytest.approx(0.4 * 4 / 5)
    assert (found.quick, found.horizon, found.file) == (True, Horizon.DAYS_30, "fixes/contacts/merges.csv")


def test_records_of_a_lighter_table_count_less(rules: AuditRules) -> None:
    """Companies count 0.25 where contacts count 0.40: 80 of 100 is an impact of 0.5."""
    found = actions(measured(table("firms", "companies", found=identity(40))), rules)["merge-duplicates"]
    assert found.impact == pytest.approx(0.8 * 0.25 / 0.40)


def test_what_the_law_asks_for_comes_first(rules: AuditRules) -> None:
    """One person who opted out goes before 40 duplicates."""
    opted_out = finding("quality.opted-out-but-marketed", 1, Dimension.CONSISTENCY)
    plan = make_plan(measured(table(findings=[opted_out], found=identity(20))), rules)
    assert plan[0].id == "stop-mailing-opted-out"
    assert plan[0].impact == pytest.approx(0.8)
    assert plan[0].rests_on == ("quality.opted-out-but-marketed",)


def test_the_plan_is_in_order_and_what_is_left_alone_comes_last(rules: AuditRules) -> None:
    """What is more worthwhile stands first, and nothing that should not be done stands before what should."""
    findings = [
        finding("quality.test-records", 10),
        finding("quality.stale-values", 60, Dimension.TIMELINESS, Severity.WARNING),
        finding("quality.spellings", 30, Dimension.CONSISTENCY, Severity.WARNING, certain=0, suggestion="x"),
    ]
    plan = make_plan(measured(table(findings=findings, found=identity(20, doubtful=9))), rules)
    never = [item.horizon is Horizon.NEVER for item in plan]
    assert never == sorted(never)
    assert any(never)
    todo = [worth(item) for item in plan if item.horizon is not Horizon.NEVER]
    assert todo == sorted(todo, reverse=True)


def test_only_certain_values_are_imported(rules: AuditRules) -> None:
    """Of 30 cells with a suggestion 10 are certain: these are imported, and 20 are better not."""
    spelling = finding("quality.spellings", 30, Dimension.CONSISTENCY, Severity.WARNING, certain=10, suggestion="x")
    found = actions(measured(table(findings=[spelling])), rules)
    assert found["import-certain-fixes"].values["cells"] == 10
    assert found["never-import-suspected"].values["cells"] == 20


def test_people_without_a_word_of_consent(rules: AuditRules) -> None:
    """Addresses without any column of consent are an action; with one they are none."""
    addresses = column("email", 90)
    assert actions(measured(table(columns=[addresses])), rules)["record-consent"].rows == 90
    agreed = measured(table(columns=[addresses, column("email_consent", 10)]))
    assert "record-consent" not in actions(agreed, rules)


def test_a_proved_overlap_is_closed_at_its_record(rules: AuditRules) -> None:
    """The action names both segments and the record that is in both."""
    pair = PairProof(schema="size", a="small", b="large", verdict=PairVerdict.OVERLAP, witness={"employees": 50})
    found = actions(measured(table(), found=segments(pairs=[pair])), rules)["close-overlap"]
    assert [found.values[name] for name in ("a", "b", "record")] == ["small", "large", "employees 50"]
    assert (found.where, found.horizon) == ("size", Horizon.DAYS_30)


def test_a_gap_is_closed_unless_it_is_left_on_purpose(rules: AuditRules) -> None:
    """A gap of a schema that names who is left over is none."""
    gap = GapProof(schema="size", witness={"employees": 0})
    named = rulebook(RULES.replace("assign: exactly_one", "assign: exactly_one\n        else: outside"))
    assert actions(measured(table(), found=segments(gaps=[gap], unmatched=7)), rules)["close-gap"].rows == 7
    left = measured(table(), found=segments(rules=named, gaps=[gap], unmatched=7))
    assert "close-gap" not in actions(left, rules)


def test_fields_are_filled_by_where_their_values_come_from(rules: AuditRules) -> None:
    """A field one would buy is bought for what it decides, and not where another column tells it."""
    step = PlanStep(fields=("industry",), decides=60, places=40, left=0, efforts=(("industry", Effort.BUY),))
    stand_in = StandIn(
        field="industry",
        column="Company Name",
        position=2,
        share_agrees=0.9,
        share_usual=0.3,
        rows_compared=50,
        fills=25,
        decides=20,
        used_by=(),
    )
    found = actions(measured(table(), found=segments(plan=[step], stand_ins=[stand_in])), rules)
    # 40 records get a segment, 20 have theirs confirmed, which counts a quarter
    assert found["fill-buy"].impact == pytest.approx(0.45)
    assert found["never-buy-own"].values["column"] == "Company Name"
    assert "fill-derive" not in found


def test_no_test_where_it_can_show_nothing(rules: AuditRules) -> None:
    """The one segment that has members is too small: no test there, with the numbers; an empty one is nobody's plan."""
    power = SegmentPower(
        schema="size",
        segment="small",
        metric="reply_rate",
        baseline=0.04,
        relative=0.5,
        assumed=(),
        members=40,
        arm=20,
        arm_needed=1327,
        smallest=None,
    )
    empty = replace(power, segment="large", members=0, arm=0)
    found = actions(measured(table(), found=segments(powers=[power, empty])), rules)["never-test-small"]
    assert (found.values["n"], found.values["of"], found.values["arm"], found.values["needed"]) == (1, 1, 20, 1327)
    assert found.horizon is Horizon.NEVER
    assert not found.quick


def test_more_segments_than_hours(rules: AuditRules) -> None:
    """80 hours are needed and 20 there: serve fewer, and add none."""
    hours = Hours(needed=80, stated=0, assumed=2, usual=40, capacity=20)
    found = actions(measured(table(), found=segments(hours=hours)), rules)
    assert found["cut-segments"].impact == pytest.approx(max(0.3, 0.6 * 60 / 80))
    assert found["never-add-segments"].values["capacity"] == 20


def test_segments_treated_alike_are_merged(rules: AuditRules) -> None:
    """One pair in two segments."""
    same = Finding(rule="segments.same-treatment", severity="warning", where="a.yaml:1:1", message="", hint="")
    found = actions(measured(table(), found=segments(findings=[same])), rules)["merge-same-segments"]
    assert found.impact == pytest.approx(0.8 * 1 / 2)


def test_nobody_owns_it(rules: AuditRules) -> None:
    """Two segments, one without an owner."""
    found = actions(measured(table(), found=segments(answers={"owner": (_YES, _NO)})), rules)["name-an-owner"]
    assert (found.values["n"], found.values["segments"]) == (1, "size.large")


def test_sound_data_asks_for_nothing_but_measurement(rules: AuditRules) -> None:
    """Without findings, duplicates or gaps the one thing to do is to measure what nobody has measured."""
    columns = [column("email", 100), column("email_consent", 100)]
    assert list(actions(measured(table(columns=columns, found=identity(0)), found=segments()), rules)) == [
        "measure-outcomes"
    ]


def test_an_action_waits_for_those_before_it(rules: AuditRules) -> None:
    """What comes after an action of 90 days is not done within 30."""
    chosen = {"merge-duplicates": Horizon.DAYS_90, "remove-test-records": None}
    mine = replace(
        rules,
        actions=tuple(
            replace(rule, horizon=chosen[rule.id], after=() if chosen[rule.id] else ("merge-duplicates",))
            for rule in rules.actions
            if rule.id in chosen
        ),
    )
    of = measured(table(findings=[finding("quality.test-records", 10)], found=identity(20)))
    assert actions(of, mine)["remove-test-records"].horizon is Horizon.DAYS_90


@pytest.mark.parametrize("look", sorted(ALL_LOOKS))
def test_no_look_stumbles_over_nothing(look: str, rules: AuditRules) -> None:
    """Each look finds no reason in tables without rows and without segments."""
    rule = next(item for item in rules.actions if item.look == look)
    assert list(ALL_LOOKS[look](rule, measured(table(rows=0)), rules)) == []


# ----------------------------------------------------------------------------------------------------------- headlines
def _ids(found: Sequence[Headline]) -> list[str]:
    return [item.id for item in found]


def test_three_headlines_at_most_by_consequence(rules: AuditRules) -> None:
    """The law first; then what leaves 60 of 100 records without a segment; then 30 of 100 that are there twice."""
    findings = [
        finding("quality.opted-out-but-marketed", 2, Dimension.CONSISTENCY),
        finding("quality.email-syntax", 30),
    ]
    hours = Hours(needed=80, stated=0, assumed=2, usual=40, capacity=79)
    found = segments(unmatched=60, hours=hours)
    chosen = headlines(measured(table(findings=findings, found=identity(30)), found=found), rules)
    # 0.85 at least; 0.6 x 1, as nothing is measured; 0.95 x 0.6 = 0.57. Then duplicates 0.35, hours 0.3, errors 0.15
    assert _ids(chosen) == ["opted-out", "unmeasured", "unplaced"]
    assert chosen[0].values["rows"] == 2


def test_of_one_topic_there_is_one_headline(rules: AuditRules) -> None:
    """Duplicates and what they lead to are one topic."""
    chosen = headlines(measured(table(found=identity(30)), found=segments(leaking=40)), rules)
    assert "duplicates" in _ids(chosen)
    assert "leakage" not in _ids(chosen)


def test_rows_of_no_known_kind_are_no_duplicates(rules: AuditRules) -> None:
    """Who works for whom repeats names by right: no mark, no plan and no headline, unless its records are segmented."""
    teams = table("teams", "other", found=identity(80))
    of = measured(teams)
    assert "not_redundant" not in score(Pillar.UNIQUENESS, of, rules).evidence
    assert "merge-duplicates" not in actions(of, rules)
    assert not {"duplicates", "no-duplicates"} & set(_ids(headlines(of, rules)))
    segmented = measured(teams, found=replace(segments(), table="teams"))
    assert actions(segmented, rules)["merge-duplicates"].rows == 100
    assert "duplicates" in _ids(headlines(segmented, rules))


def test_where_nothing_tells_rows_apart_nobody_is_said_to_be_there_once(rules: AuditRules) -> None:
    """A list of ids and dates was not searched, and that is no good news."""
    searched = replace(identity(0), weights=())
    assert "no-duplicates" not in _ids(headlines(measured(table(found=searched)), rules))


def test_what_concerns_a_few_is_no_headline(rules: AuditRules) -> None:
    """One of three records too many is for the section on duplicates to say; who opted out is told however few."""
    opted_out = finding("quality.opted-out-but-marketed", 1, Dimension.CONSISTENCY)
    of = measured(table(rows=3, findings=[opted_out], found=identity(1, rows=3)))
    assert "opted-out" in _ids(headlines(of, rules))
    assert "duplicates" not in _ids(headlines(of, rules))


def test_a_field_no_column_holds_is_told_with_what_it_prevents(rules: AuditRules) -> None:
    """Nobody can be placed for lack of employees: one of one segmentation, and no share that is filled."""
    state = FieldState(field="employees", header=None, rows=100, missing=100, unreadable=0, inexact=0)
    found = segments(members=(0, 0), undecided=100, states=[state])
    said = next(item for item in headlines(measured(table(), found=found), rules) if item.id == "field-missing")
    assert (said.values["fields"], said.values["without"], said.values["schemas"]) == ("employees", 1, 1)


@pytest.mark.parametrize(("stated", "is_told"), [(0, False), (1, True)])
def test_hours_nobody_stated_are_no_headline(stated: int, is_told: bool, rules: AuditRules) -> None:  # noqa: FBT001
    """A sum of what segments are taken to need is a guess; from one that says what it takes it is told."""
    hours = Hours(needed=400, stated=stated, assumed=2 - stated, usual=40, capacity=80)
    found = segments(hours=hours)
    assert ("too-many" in _ids(headlines(measured(table(), found=found), rules))) is is_told
    assert actions(measured(table(), found=found), rules)["cut-segments"].values["n"] == 2


def test_good_news_is_a_headline_where_nothing_is_to_decide(rules: AuditRules) -> None:
    """Sound contacts, all in their segments: it says so, with numbers."""
    fields = ("email", "job_title", "lifecycle_stage", "industry", "employees", "country")
    of = measured(table(columns=[column(name, 100) for name in fields], found=identity(1)))
    chosen = headlines(of, rules)
    # No marks for segments could be given: the rest does not speak for the whole.
    assert _ids(chosen) == ["no-duplicates", "data-sound"]
    assert {item.tone for item in chosen} == {"good"}
    assert chosen[0].values == {"rows": 100, "redundant": 1}
    scored = judge_pillars(of, rules)
    judged = replace(scored, pillars=tuple(replace(item, score=90.0) for item in scored.pillars))
    assert _ids(choose_headlines(of, judged, (), rules))[0] == "all-well"


def test_of_no_records_there_is_no_mark(rules: AuditRules) -> None:
    """Empty files are neither good nor bad, and ask for nothing."""
    of = measured(table(rows=0), found=segments(rows=0, members=(0, 0)))
    assert judge_pillars(of, rules).total is None
    assert score(Pillar.CONSISTENCY, of, rules).score is None
    assert "measure-outcomes" not in actions(of, rules)
    assert headlines(of, rules) == ()


def test_shipped_segments_that_place_nobody_are_not_mended(rules: AuditRules) -> None:
    """They were made for another business: one thing to do is to choose; nothing is bought or split for them."""
    brought = replace(rulebook(), files=(str(data_folder("rules") / "segments" / "size.yaml"),))
    absent = FieldState(field="employees", header=None, rows=100, missing=100, unreadable=0, inexact=0)
    step = PlanStep(fields=("employees",), efforts=(("employees", Effort.CONNECT),), decides=100, places=100, left=0)

    def holding(book: RuleBook) -> Measured:
        made = segments(rules=book, members=(0, 0), undecided=100, states=[absent], plan=[step])
        return measured(table(), found=made)

    theirs = holding(brought)
    assert set(actions(theirs, rules)) == {"choose-segments", "measure-outcomes"}
    assert next(item for item in headlines(theirs, rules) if item.id == "field-missing").values["foreign"] == 1
    own = holding(rulebook())
    assert {"fill-connect", "never-steer-by-guess"} <= set(actions(own, rules))
    assert next(item for item in headlines(own, rules) if item.id == "field-missing").values["foreign"] == 0


def test_decisions_go_before_good_news(rules: AuditRules) -> None:
    """One bad thing among good ones stands first."""
    opted_out = finding("quality.opted-out-but-marketed", 1, Dimension.CONSISTENCY)
    chosen = headlines(measured(table(findings=[opted_out], found=identity(0))), rules)
    assert chosen[0].tone == "bad"
    assert {item.tone for item in chosen[1:]} == {"good"}


# --------------------------------------------------------------------------------------------------------------- rules
def test_names_the_rules_may_use_are_those_there_are() -> None:
    """Every figure and look that a rules file may name exists, and the other way round."""
    assert set(ALL_FIGURES) == FIGURES
    assert set(ALL_LOOKS) == LOOKS
    assert set(HEADLINES) == HEADLINE_LOOKS


def test_every_figure_and_look_is_used(rules: AuditRules) -> None:
    """No figure and no look is there for nothing."""
    assert {part.figure for pillar in rules.pillars for part in pillar.parts} == FIGURES
    assert {rule.look for rule in rules.actions} == LOOKS
    assert {rule.look for rule in rules.headlines} == HEADLINE_LOOKS


def test_a_client_replaces_a_file(tmp_path: Path) -> None:
    """A folder with headlines of its own is read for these; the other files are the shipped ones."""
    (tmp_path / "audit").mkdir()
    own = "version: 1\nmost: 1\nheadlines:\n  - {id: mine, look: duplicates, tone: bad, to: duplicates}\n"
    (tmp_path / "audit/headlines.yaml").write_text(own)
    read = load_audit_rules(RulesLocation.at(str(tmp_path)))
    assert [rule.id for rule in read.headlines] == ["mine"]
    assert read.pillars == _SHIPPED.pillars
    of = measured(table(found=identity(30)))
    assert _ids(choose_headlines(of, judge_pillars(of, read), (), read)) == ["mine"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("headlines", "headlines:\n  - {id: a, look: duplicate, tone: bad}\n", 'did you mean "duplicates"?'),
        ("headlines", "headlines:\n  - {look: duplicates, tone: bad}\n", "this headline has no id"),
        ("headlines", "headlines:\n  - {id: a, look: stale, tone: red}\n", 'tone "red" is unknown'),
        ("headlines", "most: none\n", "a whole number above 0"),
        ("actions", "actions:\n  - {id: a, look: findings, effort: 9}\n", "effort goes from 1 to 5"),
        ("actions", "actions:\n  - {id: a, look: findings, after: [b]}\n", 'comes after "b", which is no action'),
        ("actions", "actions:\n  - {id: a, look: findings}\n  - {id: a, look: findings}\n", "stands here twice"),
        ("actions", "actions:\n  - {id: a, look: findings, worth: 2}\n", "a number from 0 to 1"),
        ("actions", "actions:\n  - {id: a, look: findings, wort: 1}\n", 'did you mean "worth"?'),
        ("pillars", "pillars: {}\n", 'pillar "completeness" is not there'),
        ("pillars", "pillars:\n  use: {weight: 1, parts: {placed: {worst: 1, best: 0}}}\n", "worst has to be below"),
        ("pillars", "pillars:\n  use: {weight: 0.5}\n", "do not add up to 1"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, file: str, text: str, said: str) -> None:
    """Each mistake in the rules names its line and the way out."""
    (tmp_path / "audit").mkdir()
    (tmp_path / f"audit/{file}.yaml").write_text(text)
    with pytest.raises(RuleErrors) as caught:
        load_audit_rules(RulesLocation.at(str(tmp_path)))
    assert said in str(caught.value)
    assert f"{file}.yaml:" in str(caught.value)
