"""What segments came to: figures, verdicts, what they may rest on, and what cannot be told."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from segaudit.audit.opening import InputChoices
from segaudit.audit.performance import PerformanceChoices, performance
from segaudit.model.conditions import Place
from segaudit.model.performance import Metric, MetricKind, MetricSource, PerformanceResult, SchemaPerformance, Standing
from segaudit.segments.performance_counts import SchemaFigures
from segaudit.segments.performance_judge import Standards, compare_segments
from segaudit.segments.performance_sources import ChosenMetric
from segaudit.segments.statistics.corrections import Correction
from tests.rules_support import run, write

_RULES = """\
version: 1
schemas:
  group:
    assign: first_match
    segments:
      a: {criteria: {industry: {eq: A}}}
      b: {criteria: {industry: {eq: B}}}
      c: {criteria: {industry: {eq: C}}}
"""
_HEADERS = ("Sent", "Opened", "Replied", "Meeting", "Deal")


def _file(folder: Path, groups: Mapping[str, tuple[int, Sequence[int]]], headers: Sequence[str] = _HEADERS[1:]) -> Path:
    """Write records of groups: group -> how many, and how many hits of each outcome."""
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(["Contact ID", "Industry", *headers])
        number = 0
        for group, (count, hits) in groups.items():
            for place in range(count):
                number += 1
                writer.writerow([number, group, *(int(place < most) for most in hits)])
    return path


def _measure(
    path: Path, compared: PerformanceChoices | None = None, *, rules: str = _RULES, related: Sequence[Path] = ()
) -> PerformanceResult:
    write(path.parent / "rules.yaml", rules)
    choices = InputChoices(rules=str(path.parent / "rules.yaml"), related=tuple(map(str, related)))
    return performance(str(path), choices, compared)


def _standing(schema: SchemaPerformance, metric: str, one: str, other: str) -> Standing:
    for item in schema.comparisons:
        if item.metric == metric and {item.segment, item.against} == {one, other}:
            turned = {Standing.BETTER: Standing.WORSE, Standing.WORSE: Standing.BETTER}
            return item.standing if item.segment == one else turned.get(item.standing, item.standing)
    raise AssertionError((metric, one, other))


def _worked(folder: Path) -> Path:
    groups = {"A": (5000, (1250, 200, 75, 25)), "B": (3000, (540, 60, 24, 9)), "C": (2000, (440, 70, 24, 8))}
    return _file(folder, groups)


def test_worked_example(tmp_path: Path) -> None:
    """A and C beat B on open and reply; A against C, all meetings and all deals are too small to say."""
    (schema,) = _measure(_worked(tmp_path)).schemas
    for metric in ("open", "reply"):
        assert _standing(schema, metric, "a", "b") is Standing.BETTER
        assert _standing(schema, metric, "c", "b") is Standing.BETTER
        assert _standing(schema, metric, "a", "c") is Standing.TOO_SMALL
    for metric in ("meeting", "deal"):
        said = {item.standing for item in schema.comparisons if item.metric == metric}
        assert said == {Standing.TOO_SMALL}


def test_family_is_the_whole_table(tmp_path: Path) -> None:
    """Four rates, three pairs and three comparisons with the rest are corrected as one family of 24."""
    (schema,) = _measure(_worked(tmp_path)).schemas
    assert schema.family == 24


def test_correction_is_named_and_bh_finds_more(tmp_path: Path) -> None:
    """Benjamini-Hochberg on request: A against C on opens (p = .0088) is then found."""
    result = _measure(_worked(tmp_path), PerformanceChoices(correction=Correction.BH))
    assert _standing(result.schemas[0], "open", "a", "c") is Standing.BETTER
    assert any("Benjamini-Hochberg" in item.reason for item in result.schemas[0].comparisons)


def test_baseline_segment_is_what_all_are_held_against(tmp_path: Path) -> None:
    """With a segment as the baseline, the others are compared with it; an unknown one is refused with a suggestion."""
    (schema,) = _measure(_worked(tmp_path), PerformanceChoices(baseline="group.b")).schemas
    said = schema.against_reference("reply", "a")
    assert said is not None
    assert (said.against, said.standing) == ("b", Standing.BETTER)
    ran = run("performance", tmp_path / "people.csv", "--rules", tmp_path / "rules.yaml", "--baseline", "group.d")
    assert ran.code == 2
    assert 'there is no segment "group.d"' in ran.err


def test_best_segment_as_the_baseline(tmp_path: Path) -> None:
    """The best of each metric is what the others are held against."""
    (schema,) = _measure(_worked(tmp_path), PerformanceChoices(baseline="best")).schemas
    said = schema.against_reference("open", "b")
    assert said is not None
    assert (said.against, said.standing) == ("a", Standing.WORSE)


def test_small_segment_has_a_shrunk_rate_beside_its_own(tmp_path: Path) -> None:
    """One reply of four is 25 %, and drawn towards the others it is far less."""
    path = _file(tmp_path, {"A": (2000, (80,)), "B": (1500, (60,)), "C": (4, (1,))}, ("Replied",))
    table = _measure(path).schemas[0].tables[0]
    small, large = table.estimate("c"), table.estimate("a")
    assert small.value == 0.25
    assert small.shrunk is not None
    assert small.shrunk < 0.06
    assert large.shrunk is None


def test_same_rates_of_many_are_equivalent(tmp_path: Path) -> None:
    """Two segments of 40,000 with the same 20 % opens are shown to be the same."""
    path = _file(tmp_path, {"A": (40_000, (8000,)), "B": (40_000, (8000,))}, ("Opened",))
    (schema,) = _measure(path).schemas
    assert _standing(schema, "open", "a", "b") is Standing.EQUIVALENT


def test_open_rate_is_directional_and_the_lacking_is_named(tmp_path: Path) -> None:
    """Opens are labelled, and what nothing provides is listed with the absent column."""
    result = _measure(_worked(tmp_path))
    opens = next(table for table in result.schemas[0].tables if table.metric.id == "open")
    assert opens.metric.directional
    lacking = {item.metric: item.reason for item in result.not_computable}
    assert "column email_clicked absent" in lacking["click"]
    assert "no deals that belong to the records (--with)" in lacking["win"]


def test_sends_of_one_person_count_as_one(tmp_path: Path) -> None:
    """By default a rate is of people with at least one; --per send counts each, with an interval that knows better."""
    write(tmp_path / "people.csv", "Contact ID,Industry\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(1, 41)))
    sends = "".join(f"{n},1,{int(n <= 20)}\n" * 10 for n in range(1, 41))
    outcomes = write(tmp_path / "campaign_outcomes.csv", f"Contact ID,Sent,Replied\n{sends}")
    (schema,) = _measure(tmp_path / "people.csv", related=[outcomes]).schemas
    people = schema.tables[0].estimate("a")
    (schema,) = _measure(tmp_path / "people.csv", PerformanceChoices(unit="send"), related=[outcomes]).schemas
    rows = schema.tables[0].estimate("a")
    assert (people.n, people.hits) == (20, 10)
    assert (rows.n, rows.hits) == (200, 100)
    assert rows.low is not None
    assert people.low is not None
    assert rows.low == pytest.approx(people.low, abs=0.02)  # ten times the rows, and no surer for it


def test_deals_beside_the_file(tmp_path: Path) -> None:
    """Size and cycle are of won deals, pipeline of open ones; a deal of two people counts once."""
    write(tmp_path / "people.csv", "Record ID,Email,Industry\n1,a@x.com,A\n2,b@x.com,A\n3,c@y.com,B\n")
    deals = write(
        tmp_path / "deals.csv",
        "Deal ID,Deal Stage,Amount,Create Date,Close Date,Associated Contact IDs\n"
        "d1,Closed Won,100,2026-01-01,2026-01-31,1\n"
        "d1,Closed Won,100,2026-01-01,2026-01-31,2\n"
        "d2,Closed Lost,70,2026-01-01,2026-02-01,1\n"
        "d3,Negotiation,40,2026-01-01,,2\n"
        "d4,Closed Won,300,2026-01-01,2026-01-11,3\n",
    )
    (schema,) = _measure(tmp_path / "people.csv", related=[deals]).schemas
    found = {table.metric.id: table for table in schema.tables}
    assert [found["deal_size"].estimate(name).value for name in "ab"] == [100, 300]
    assert found["deal_size"].estimate("a").n == 1
    assert [found["cycle"].estimate(name).value for name in "ab"] == [30, 10]
    assert found["pipeline"].estimate("a").value == 40
    assert found["deal"].estimate("a").value == 1.0


def test_column_the_rules_call_something_else_still_says_what_it_holds(tmp_path: Path) -> None:
    """Rules may name the stage of a deal as they like: its win rate is told all the same."""
    path = tmp_path / "deals.csv"
    rows = [f"{n},{'AB'[n % 2]},{'Closed Won' if n % 4 < 2 else 'Closed Lost'}\n" for n in range(400)]
    path.write_text("Deal ID,Industry,Deal Stage\n" + "".join(rows), encoding="utf-8")
    own = _RULES.replace("schemas:", "fields:\n  phase: {type: enum, column: Deal Stage}\nschemas:")
    plain, named = _measure(path), _measure(path, rules=own)
    assert any(item.metric.id == "win" for item in plain.schemas[0].tables)
    assert named.schemas[0].tables == plain.schemas[0].tables
    circle = own.replace("{industry: {eq: A}}", "{phase: {eq: Closed Won}}")
    assert "win" not in {item.metric.id for item in _measure(path, rules=circle).schemas[0].tables}


def test_mixed_currencies_are_not_added_up(tmp_path: Path) -> None:
    """Amounts in euros and dollars have no sum, and that is said."""
    text = "Contact ID,Industry,Deal Stage,Amount\n1,A,Won,$100\n2,A,Won,€100\n3,B,Won,$50\n"
    result = _measure(write(tmp_path / "people.csv", text))
    reasons = {item.metric: item.reason for item in result.not_computable}
    assert "several currencies" in reasons["deal_size"]


def test_simpsons_paradox_is_told(tmp_path: Path) -> None:
    """A is worse than B over all and better within each country: the verdict turns, and --fail-on error fails."""
    rows: list[str] = []
    for group, country, count, hits in (
        ("A", "Easy", 200, 190), ("A", "Hard", 1800, 540), ("B", "Easy", 1800, 1530), ("B", "Hard", 200, 30),
    ):  # fmt: skip
        rows += [f"{len(rows) + n},{group},{country},{int(n < hits)}\n" for n in range(count)]
    path = write(tmp_path / "people.csv", "Contact ID,Industry,Lead Source,Replied\n" + "".join(rows))
    (schema,) = _measure(path).schemas
    said = schema.against_reference("reply", "a")
    assert said is not None
    assert said.standing is Standing.WORSE
    assert schema.stratified is not None
    assert schema.stratified.field == "Lead Source"
    assert {item.outcome.value for item in schema.stratified.comparisons} == {"turns"}
    ran = run("performance", path, "--rules", tmp_path / "rules.yaml", "--fail-on", "error")
    assert ran.code == 1
    assert "Simpson" in ran.out


def test_diagnosis_of_a_message(tmp_path: Path) -> None:
    """Where opens are as good and replies are worse, the message is to be looked at."""
    path = _file(tmp_path, {"A": (4000, (1000, 200)), "B": (4000, (1000, 60))}, ("Opened", "Replied"))
    diagnoses = {item.segment: item.cause for item in _measure(path).schemas[0].diagnoses}
    assert diagnoses == {"b": "message"}


def test_diagnosis_of_fit(tmp_path: Path) -> None:
    """Where replies are as good and deals are worse, the fit is."""
    path = _file(tmp_path, {"A": (4000, (400, 200)), "B": (4000, (400, 40))}, ("Replied", "Deal"))
    diagnoses = {item.segment: item.cause for item in _measure(path).schemas[0].diagnoses}
    assert diagnoses == {"b": "fit"}


def test_diagnosis_of_data(tmp_path: Path) -> None:
    """Where a large share cannot be decided for lack of a field, the data comes first."""
    groups = {"A": (4000, (1000, 200)), "B": (4000, (1000, 60)), "": (3000, (0, 0))}
    (schema,) = _measure(_file(tmp_path, groups, ("Opened", "Replied"))).schemas
    (weak,) = schema.diagnoses
    assert (weak.segment, weak.cause) == ("b", "data")
    assert "industry" in weak.reason


def test_records_of_two_segments_are_not_compared_with_themselves(tmp_path: Path) -> None:
    """Segments that share records are held against the rest only."""
    rules = _RULES.replace("first_match", "all_matches").replace("{eq: C}", "{in: [A, C]}")
    (schema,) = _measure(_worked(tmp_path), rules=rules).schemas
    assert _standing(schema, "reply", "a", "c") is Standing.NOT_COMPARED
    assert _standing(schema, "reply", "b", "c") is Standing.WORSE


def test_segments_are_not_held_against_their_own_definition(tmp_path: Path) -> None:
    """Segments made of who unsubscribed are not compared by who unsubscribed, and that is said."""
    rules = _RULES.replace("a: {criteria: {industry: {eq: A}}}", "a: {criteria: {unsubscribed: {is: true}}}")
    text = "Contact ID,Industry,Unsubscribed,Replied\n1,A,1,0\n2,B,0,1\n3,C,0,0\n"
    (schema,) = _measure(write(tmp_path / "people.csv", text), rules=rules).schemas
    assert {table.metric.id for table in schema.tables} == {"reply"}
    assert "made of unsubscribed" in schema.notes[0]


def test_segments_that_follow_from_an_outcome_are_not_compared_by_it(tmp_path: Path) -> None:
    """That customers have bought, and leads have not, is no finding."""
    rules = _RULES.replace("{industry: {eq: A}}", "{lifecycle_stage: {eq: Customer}}")
    text = "Contact ID,Industry,Lifecycle Stage,Replied,Deal\n1,A,Customer,0,1\n2,B,Lead,1,0\n3,C,Lead,0,0\n"
    (schema,) = _measure(write(tmp_path / "people.csv", text), rules=rules).schemas
    assert {table.metric.id for table in schema.tables} == {"reply"}


def test_no_hit_leaves_the_cost_open_above(tmp_path: Path) -> None:
    """Where nobody replied, a reply costs at least so much, and nobody knows how much."""
    text = "Contact ID,Industry,Replied,Cost\n" + "".join(f"{n},A,0,1\n" for n in range(20)) + "99,B,1,1\n"
    (schema,) = _measure(write(tmp_path / "people.csv", text)).schemas
    cost = next(table for table in schema.tables if table.metric.id == "cost_per_reply").estimate("a")
    assert (cost.value, cost.high, cost.total) == (None, None, 20.0)
    assert cost.low == pytest.approx(1 / 0.1611, abs=0.01)  # Wilson of 0 of 20: 1.96^2 / (20 + 1.96^2)


def test_json_has_the_figures_scripts_read(tmp_path: Path) -> None:
    """The document carries its version, the correction by name, and each estimate with its ends."""
    path = _worked(tmp_path)
    write(tmp_path / "rules.yaml", _RULES)
    ran = run("performance", path, "--rules", tmp_path / "rules.yaml", "--format", "json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["schema_version"], told["correction"], told["unit"]) == ("1", "Holm", "record")
    reply = next(item for item in told["schemas"][0]["metrics"] if item["id"] == "reply")
    assert reply["segments"][0]["value"] == 0.04
    assert reply["denominator"].startswith("records")


def test_unknown_stratum_and_broken_metrics_are_mended_by_words(tmp_path: Path) -> None:
    """A column that is not there, and a metrics file with a mistake, are told with their place."""
    path = _worked(tmp_path)
    write(tmp_path / "rules.yaml", _RULES)
    ran = run("performance", path, "--rules", tmp_path / "rules.yaml", "--stratify", "Shoe size")
    assert ran.code == 2
    assert '--stratify: there is no column "Shoe size"' in ran.err
    folder = tmp_path / "own"
    (folder / "performance").mkdir(parents=True)
    write(folder / "rules.yaml", _RULES)
    write(folder / "performance" / "metrics.yaml", "version: 1\nmetrics:\n  reply: {kind: ratio, good: higher}\n")
    ran = run("performance", path, "--rules", folder)
    assert ran.code == 2
    assert "metrics.yaml:3" in ran.err


def _shuffled(random: np.random.Generator, sizes: Sequence[int], hits: Sequence[int]) -> SchemaFigures:
    """Return figures of segments whose hits were dealt out by chance."""
    dealt = {f"m{place}": random.multivariate_hypergeometric(sizes, hit) for place, hit in enumerate(hits)}
    counts = np.array(sizes)
    return SchemaFigures(
        schema="s",
        segments=tuple(f"s{place}" for place in range(len(sizes))),
        codes=np.array([1 << place for place in range(len(sizes))]),
        records=counts,
        trials=dict.fromkeys(dealt, counts),
        hits=dealt,
        costs={},
        values={},
    )


@pytest.mark.parametrize("reference", ["rest", "best"])
def test_false_alarms_are_rare(reference: str) -> None:
    """Where outcomes were dealt out by chance, at least 95 % of tables hold no difference."""
    place = Place(file="", line=0, column=0)
    source = MetricSource(table="records", place=place)
    chosen = [
        ChosenMetric(
            metric=Metric(
                id=f"m{number}", name="", kind=MetricKind.RATE, higher_is_better=True, sources=(source,), margin=0.1,
                place=place,
            ),
            source=source,
            of=None,
        )
        for number in range(3)
    ]  # fmt: skip
    standards = Standards(alpha=0.05, correction=Correction.HOLM, reference=reference, settings={"most_segments": 20.0})
    random = np.random.default_rng(7)
    alarms = 0
    for _ in range(200):
        figures = _shuffled(random, (1500, 900, 400), (700, 120, 20))
        judged, _ = compare_segments(chosen, figures, standards)
        alarms += any(item.standing in {Standing.BETTER, Standing.WORSE} for item in judged)
    assert alarms <= 10
