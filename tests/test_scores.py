"""Scores: points for parts that hold, ends where some cannot be told, and what criteria ask of them."""

import itertools
import json
from pathlib import Path

import pytest

from segaudit.model.segments import Score
from tests.rules_support import load, mistakes, run, write

_SCORE = """
    fields: {a: {type: bool}, b: {type: bool}, c: {type: bool}, x: {type: int}}
    scores:
      fit:
        description: how well it fits
        parts:
          - {name: first, points: 30, when: {a: {is: true}}}
          - {name: second, points: 20.5, when: {b: {is: true}}}
          - {name: spoilt, points: -25, when: {c: {is: true}}}
    schemas:
      s:
        assign: all_matches
        segments:
"""
_CELLS = {"yes": True, "no": False, "": None}
_POINTS = (30.0, 20.5, -25.0)


def _rules(folder: Path, *segments: str) -> Path:
    lines = "\n".join(f"          {line}" for line in segments)
    return write(folder / "rules.yaml", f"{_SCORE.rstrip()}\n{lines}\n")


def test_a_score_is_read_with_its_ends(tmp_path: Path) -> None:
    """A score has its parts in order, and its ends are what they can add up to."""
    rules = load(tmp_path, _SCORE + "          it: {criteria: {score: {fit: {gte: 1}}}}\n")
    score = rules.scores["fit"]
    assert isinstance(score, Score)
    assert [(part.name, part.points) for part in score.parts] == [("first", 30), ("second", 20.5), ("spoilt", -25)]
    assert score.ends == (-25, 50.5)
    assert rules.fields_read() == ("a", "b", "c")


@pytest.mark.parametrize(
    ("asked", "least", "most"), [("gte: 30", 30, 99), ("lt: 0", -99, -0.5), ("eq: 25.5", 25.5, 25.5)]
)
def test_a_score_decides_if_open_parts_cannot_change_it(tmp_path: Path, asked: str, least: float, most: float) -> None:
    """What is asked of a score is TRUE or FALSE exactly if it is so whichever of the open parts hold."""
    rows = list(itertools.product(_CELLS, repeat=3))
    data = write(
        tmp_path / "d.csv", "\n".join(["Record ID,a,b,c", *(f"{n},{','.join(r)}" for n, r in enumerate(rows))])
    )
    rules = _rules(tmp_path, f"it: {{criteria: {{score: {{fit: {{{asked}}}}}}}}}")
    ran = run("overlap", data, "--rules", rules, "--format", "json")
    (segment,) = json.loads(ran.out)["schemas"][0]["segments"]
    said = []
    for row in rows:
        worlds = itertools.product(*[(True, False) if _CELLS[cell] is None else (_CELLS[cell],) for cell in row])
        sums = [sum(p for p, holds in zip(_POINTS, world, strict=True) if holds) for world in worlds]
        said.append({least <= total <= most for total in sums})
    assert segment["members"] == sum(one == {True} for one in said)
    # Between two open parts a sum that jumps over the one number asked for cannot be told apart from one that hits it.
    doubtful = sum(len(one) == 2 for one in said)
    assert segment["undecided"] >= doubtful
    assert segment["undecided"] == doubtful or asked.startswith("eq")


def test_proof_adds_points_up(tmp_path: Path) -> None:
    """The proof knows which points exclude each other, and finds the record that has just enough."""
    rules = _rules(
        tmp_path,
        "high: {criteria: {score: {fit: {gte: 50}}}}",
        "low: {criteria: {score: {fit: {lt: 30}}}}",
        "spoilt: {criteria: {all: [{score: {fit: {gte: 20}}}, {c: {is: true}}]}}",
        "never: {criteria: {score: {fit: {gt: 51}}}}",
    )
    found = json.loads(run("rules", "prove", rules, "--format", "json").out)
    verdicts = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
    assert verdicts["high", "low"]["verdict"] == "disjoint"
    assert verdicts["high", "spoilt"]["verdict"] == "disjoint"
    assert verdicts["low", "spoilt"]["verdict"] == "b_in_a"  # 30 and 20.5 less 25 are 25.5 at most
    assert verdicts["low", "spoilt"]["witness"] == {"a": True, "b": True, "c": True}
    assert [item["segment"] for item in found["unreachable"]] == ["never"]


def test_scores_are_used_by_name(tmp_path: Path) -> None:
    """A segment may have the score it names or one of its own, and rank its members by it."""
    rules = load(
        tmp_path,
        _SCORE
        + "          one: {criteria: {a: {is: true}}, score: fit, rank_within: {by: fit}}\n"
        + "          two: {criteria: {b: {is: true}}, score: {parts: [{points: 1, when: {c: {is: false}}}]}, "
        + "rank_within: {by: score, order: asc}}\n"
        + "          three: {criteria: {c: {is: true}}, rank_within: x}\n",
    )
    one, two, three = rules.schema("s").segments
    assert one.score == rules.scores["fit"]
    assert one.rank_within is not None
    assert (one.rank_within.by, one.rank_within.is_score, one.rank_within.descending) == ("fit", True, True)
    assert two.score is not None
    assert [part.points for part in two.score.parts] == [1]
    assert two.rank_within is not None
    assert (two.rank_within.is_score, two.rank_within.descending) == (True, False)
    assert three.rank_within is not None
    assert (three.rank_within.by, three.rank_within.is_score) == ("x", False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("it: {criteria: {score: {fitt: {gte: 1}}}}", 'there is no score "fitt"'),
        ("it: {criteria: {score: {fit: {over: 1}}}}", 'a score cannot be asked "over"'),
        ("it: {criteria: {score: {fit: {}}}}", 'nothing is asked of the score "fit"'),
        ("it: {criteria: {score: 3}}", "score names no score"),
        ("it: {criteria: {score: {fit: {gte: many}}}}", '"gte" takes a number'),
        ("it: {criteria: {a: {is: true}}, score: fut}", 'there is no score "fut"'),
        ("it: {criteria: {a: {is: true}}, rank_within: {by: a}}", 'members cannot be ranked by "a"'),
        ("it: {criteria: {a: {is: true}}, rank_within: {by: fit, order: up}}", 'order cannot be "up"'),
        ("it: {criteria: {a: {is: true}}, score: {parts: []}}", 'score "it" has no list of parts'),
        ("it: {criteria: {a: {is: true}}, score: {parts: [{points: 3}]}}", "a part of a score says points and when"),
        (
            "it: {criteria: {a: {is: true}}, score: {parts: [{points: x, when: {a: {is: true}}}]}}",
            "points takes a number",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, problem: str) -> None:
    """What is wrong about a score is said where it stands."""
    (found,) = mistakes(tmp_path, f"{_SCORE}          {text}\n")
    assert problem in found
    assert found.startswith("a.yaml:13:")


def test_scores_in_a_circle_are_refused(tmp_path: Path) -> None:
    """Two scores that ask for each other are refused with the way round."""
    text = """
        scores:
          one: {parts: [{points: 1, when: {score: {two: {gte: 1}}}}]}
          two: {parts: [{points: 1, when: {score: {one: {gte: 1}}}}]}
    """
    found = mistakes(tmp_path, text)
    assert any("scores go round in a circle: score one -> score two -> score one" in item for item in found)


def test_labels_of_transitions_are_checked(tmp_path: Path) -> None:
    """Transitions name labels the schema gives; others are mistakes with a suggestion."""
    text = """
        fields: {a: {type: bool}}
        schemas:
          s:
            assign: first_match
            else: nothing
            transitions: {lead: [customer, nothing], customer: [], nothing: [leed]}
            segments: {lead: {criteria: {a: {is: true}}}, customer: {criteria: {a: {is: false}}}}
    """
    (found,) = mistakes(tmp_path, text)
    assert found.startswith('a.yaml:6:70: no record gets the label "leed"')
    assert 'did you mean "lead"?' in found
    rules = load(tmp_path, text.replace("leed", "lead"))
    assert rules.schemas[0].transitions == {"lead": ("customer", "nothing"), "customer": (), "nothing": ("lead",)}
