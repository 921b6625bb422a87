"""``assign``: scores with their parts, ranks among the members of a segment, and what --details tells."""

import csv
from pathlib import Path

import pytest

from tests.rules_support import run, write

RULES = """
    fields:
      {employees: {type: int}, industry: {type: text}, intent_score: {type: number}, annual_revenue: {type: money}}
    scores:
      fit:
        parts:
          - {name: right size, points: 30, when: {employees: {gte: 200}}}
          - {name: right industry, points: 20, when: {industry: {eq: Software}}}
          - {name: intent, points: 25, when: {intent_score: {gte: 70}}}
      risk: {parts: [{points: -10, when: {employees: {lt: 5}}}, {points: 2.5, when: {industry: {eq: Steel}}}]}
    schemas:
      size:
        assign: exactly_one
        else: no_size
        segments:
          small: {criteria: {employees: {lt: 100}}, rank_within: {by: annual_revenue, order: asc}}
          large: {criteria: {employees: {gte: 100}}, score: fit, rank_within: {by: fit}}
      wave:
        assign: first_match
        segments:
          keen: {criteria: {intent_score: {gte: 70}}}
          any: {criteria: {industry: {known: true}}}
"""
PLAIN = RULES[: RULES.index("    scores:")] + RULES[RULES.index("    schemas:") :].replace(
    ", rank_within: {by: annual_revenue, order: asc}", ""
).replace(", score: fit, rank_within: {by: fit}", "")
HEADERS = ["Record ID", "employees", "industry", "intent_score", "annual_revenue"]


def tagged(folder: Path, rows: list[list[str]], *options: object, rules: str = RULES) -> list[dict[str, str]]:
    """Return rows as they are tagged."""
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *([str(number), *row] for number, row in enumerate(rows, start=1))])
    given = ("-o", folder / "out.csv", "--rules", write(folder / "rules.yaml", rules), "--force", *options)
    ran = run("assign", folder / "data.csv", *given)
    assert ran.code == 0, ran.err
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_new_without_anything_new(tmp_path: Path) -> None:
    """Rules without scores and ranks give the two columns of each schema and no others."""
    (row,) = tagged(tmp_path, [["10", "Steel", "", ""]], rules=PLAIN)
    assert [name for name in row if name not in HEADERS] == [
        "segment_size", "segment_size_reason", "segment_wave", "segment_wave_reason",
    ]  # fmt: skip


def test_order_of_columns(tmp_path: Path) -> None:
    """Label and reason come first in each schema, scores of every record last."""
    (row,) = tagged(tmp_path, [["10", "Steel", "", ""]], "--details")
    size = ["", "_reason", "_all", "_undecided", "_score", "_score_parts", "_rank", "_rank_of"]
    wave = ["", "_reason", "_all", "_undecided"]
    scores = ["score_fit", "score_fit_parts", "score_risk", "score_risk_parts"]
    expected = [*(f"segment_size{name}" for name in size), *(f"segment_wave{name}" for name in wave), *scores]
    assert [name for name in row if name not in HEADERS] == expected


def test_score_and_parts(tmp_path: Path) -> None:
    """A score is the sum of the points of the parts that hold; what cannot be told leaves it between two ends."""
    rows = [["300", "Software", "80", ""], ["300", "Steel", "", ""], ["100", "", "10", ""], ["150", "Steel", "1", ""]]
    found = [(row["segment_size_score"], row["segment_size_score_parts"]) for row in tagged(tmp_path, rows)]
    assert found == [
        ("75", "right size 30, right industry 20, intent 25"),
        ("30-55", "right size 30, can't tell: intent (25)"),
        ("0-20", "can't tell: right industry (20)"),
        ("0", "no part holds"),
    ]


def test_points_below_zero(tmp_path: Path) -> None:
    """Points may be negative and have decimals; a part without a name is called by what it asks."""
    rows = [["3", "Steel", "", ""], ["", "Steel", "", ""], ["3", "Glass", "", ""]]
    found = [(row["score_risk"], row["score_risk_parts"]) for row in tagged(tmp_path, rows, "--details")]
    assert found == [
        ("-7.5", "employees is below 5 -10, industry is Steel 2.5"),
        ("-7.5 to 2.5", "industry is Steel 2.5, can't tell: employees is below 5 (-10)"),
        ("-10.0", "employees is below 5 -10"),
    ]


def test_used_scores_are_told_of_every_record(tmp_path: Path) -> None:
    """A score some segment uses stands beside every record, one that none uses with --details only."""
    (row,) = tagged(tmp_path, [["10", "Software", "10", ""]])
    assert (row["score_fit"], row["segment_size_score"], "score_risk" in row) == ("20", "", False)


def test_ranks(tmp_path: Path) -> None:
    """Members are ranked among themselves; equals share the better place, and who has no value comes last."""
    rows = [
        ["300", "Software", "80", ""], ["300", "Software", "90", ""], ["300", "Steel", "1", ""], ["", "", "", ""],
        ["10", "", "", "2M"], ["10", "", "", ""], ["10", "", "", "1M"], ["10", "", "", "500K"],
    ]  # fmt: skip
    found = [(row["segment_size_rank"], row["segment_size_rank_of"]) for row in tagged(tmp_path, rows)]
    assert found == [("1", "3"), ("1", "3"), ("3", "3"), ("", ""), ("3", "4"), ("4", "4"), ("2", "4"), ("1", "4")]


def test_rank_by_what_is_sure(tmp_path: Path) -> None:
    """A score that cannot be told in full ranks by the points it has for sure."""
    rows = [["300", "", "", ""], ["100", "Software", "80", ""]]  # 30-75, 45
    assert [row["segment_size_rank"] for row in tagged(tmp_path, rows)] == ["2", "1"]


def test_entities_rank_once(tmp_path: Path) -> None:
    """By entity, each is ranked once, by its best record, and all its records have that rank."""
    rows = [["300", "Software", "80", ""], ["300", "", "1", ""], ["300", "Software", "1", ""]]
    clusters = "_row,record_id,entity_id,match_probability\n1,1,EA,0.9\n2,2,EA,0.9\n3,3,EB,1\n"
    (tmp_path / "clusters.csv").write_text(clusters, encoding="utf-8")
    found = tagged(tmp_path, rows, "--entities", tmp_path / "clusters.csv")
    assert [(row["segment_size_rank"], row["segment_size_rank_of"]) for row in found] == [
        ("1", "2"),
        ("1", "2"),
        ("2", "2"),
    ]


def test_several_ranks(tmp_path: Path) -> None:
    """Where a record may be in several segments that rank, each rank stands behind its segment."""
    rules = RULES.replace("exactly_one", "all_matches").replace("{lt: 100}", "{lt: 500}")
    found = tagged(tmp_path, [["300", "Software", "80", "1M"], ["10", "", "", "5M"]], rules=rules)
    assert [row["segment_size_rank"] for row in found] == ["small: 1; large: 1", "small: 2"]


def test_details(tmp_path: Path) -> None:
    """With --details, all segments that hold and the fields that leave one open are told."""
    (one, other) = tagged(tmp_path, [["", "Steel", "80", ""], ["10", "Steel", "", ""]], "--details")
    assert (one["segment_wave_all"], one["segment_wave_undecided"]) == ("keen; any", "")
    assert (other["segment_wave_all"], other["segment_wave_undecided"]) == ("any", "intent_score")
    assert (one["segment_size_all"], one["segment_size_undecided"]) == ("", "employees")


@pytest.mark.parametrize("header", ["segment_size_rank", "Score_Fit"])
def test_columns_that_are_there(tmp_path: Path, header: str) -> None:
    """A list that has one of the new columns already is refused."""
    (tmp_path / "data.csv").write_text(f"employees,{header}\n1,1\n", encoding="utf-8")
    rules = write(tmp_path / "rules.yaml", RULES)
    ran = run("assign", tmp_path / "data.csv", "-o", tmp_path / "out.csv", "--rules", rules)
    assert (ran.code, f'already has a column "{header.lower()}"' in ran.err) == (2, True)
