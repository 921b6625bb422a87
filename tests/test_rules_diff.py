"""``segaudit rules diff``: where two definitions of the same segments part."""

import json
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from segaudit.audit.comparing import diff_rules
from segaudit.errors import InputError
from segaudit.model.proofs import Witness
from segaudit.model.rules_diff import Example, LabelFlow, MatchedBy, Relation, RulesDiff, SegmentDiff
from tests.rules_support import run, write

AS_OF = date(2026, 3, 31)
FIELDS = "fields: {n: {type: int}, m: {type: int}, t: {type: text}, out: {type: bool}}\n"


def rules(criteria: object, *, fields: str = FIELDS, more: str = "") -> str:
    """Return rules of one schema with one segment."""
    return f"{fields}schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {criteria}{more}}}}}}}}}\n"


def compared(folder: Path, a: str, b: str, **choices: Any) -> RulesDiff:  # noqa: ANN401 - as diff_rules takes them
    """Compare two texts."""
    files = [str(write(folder / f"{name}.yaml", dedent(text))) for name, text in (("a", a), ("b", b))]
    return diff_rules(*files, as_of=AS_OF, **choices)


def the_one(result: RulesDiff) -> SegmentDiff:
    """Return the only segment compared."""
    ((item,),) = [schema.segments for schema in result.schemas]
    return item


# ------------------------------------------------------------------------------------------------------------ relations

PROVED: list[tuple[str, str, Relation, Witness | None, Witness | None]] = [
    ("{n: {gte: 5}}", "{n: {gt: 4}}", Relation.SAME, None, None),
    ("{n: {gte: 5}}", "{not: {n: {lt: 5}}}", Relation.SAME, None, None),
    ("{t: {matches: x}}", "{t: {matches: x}}", Relation.SAME, None, None),  # equal clauses, whatever they say
    ("{n: {gte: 5}}", "{n: {gte: 6}}", Relation.NARROWER, {"n": 5}, None),
    ("{n: {gte: 6}}", "{n: {gte: 5}}", Relation.WIDER, None, {"n": 5}),
    ("{n: {gte: 5}}", "{n: {gte: 5, missing: include}}", Relation.WIDER, None, {"n": None}),
    ("{n: {between: [1, 5]}}", "{n: {between: [5, 9]}}", Relation.OVERLAPPING, {"n": 1}, {"n": 9}),
    ("{n: {lt: 5}}", "{n: {gte: 5}}", Relation.DISJOINT, {"n": 4}, {"n": 5}),
    ("{t: {eq: A}}", "{t: {eq: A, case: exact}}", Relation.NARROWER, {"t": "a"}, None),
    ("{t: {eq: A, trim: false}}", "{t: {eq: A}}", Relation.WIDER, None, {"t": " A "}),
    ("{t: {matches: x}}", "{t: {matches: y}}", Relation.NOT_PROVEN, None, None),
    (
        "{n: {gte: 5}}",
        "{all: [{n: {gte: 5}}, {t: {matches: x}}]}",
        Relation.NARROWER,
        {"n": 5, "t": "anything else"},
        None,
    ),
]


@pytest.mark.parametrize("case", PROVED, ids=lambda case: f"{case[0]} and {case[1]}")
def test_relations(tmp_path: Path, case: tuple[str, str, Relation, Witness | None, Witness | None]) -> None:
    """How B's definition lies to A's is proved, and a record shows what each has and the other has not."""
    a, b, *expected = case
    found = the_one(compared(tmp_path, rules(a), rules(b))).criteria
    assert [found.relation, found.only_a, found.only_b] == expected


def test_exclusions_are_part_of_the_criteria(tmp_path: Path) -> None:
    """What one definition excludes makes it narrower."""
    found = the_one(
        compared(tmp_path, rules("{n: {gte: 5}}"), rules("{n: {gte: 5}}", more=", exclude: [{m: {eq: 1}}]"))
    )
    assert (found.criteria.relation, found.criteria.only_a) == (Relation.NARROWER, {"n": 5, "m": 1})


BLANKS = [
    ("{out: {is: true}}", Relation.SAME, None),  # a blank is no opt-out for either: for B it cannot be told
    ("{out: {is: false}}", Relation.NARROWER, {"out": None}),
    ("{out: {is: false, missing: include}}", Relation.SAME, None),
    ("{none: [{out: {is: true}}]}", Relation.NARROWER, {"out": None}),
    ("{out: {unknown: true}}", Relation.SAME, None),
]


@pytest.mark.parametrize(("criteria", "relation", "only_a"), BLANKS)
def test_meaning_of_a_blank(tmp_path: Path, criteria: str, relation: Relation, only_a: Witness | None) -> None:
    """The same criteria hold other records where a blank means no to A and nothing to B; that is told and proved."""
    meant = FIELDS.replace("{type: bool}", "{type: bool, blank_means: false}")
    result = compared(tmp_path, rules(criteria, fields=meant), rules(criteria))
    assert (the_one(result).criteria.relation, the_one(result).criteria.only_a) == (relation, only_a)
    assert [(item.field, item.key, item.a, item.b) for item in result.fields] == [("out", "blank_means", "no", "")]


def test_a_blank_that_means_two_different_things(tmp_path: Path) -> None:
    """A number that is blank may be 0 for A and 10 for B: the record that shows it is the blank one."""
    a = rules("{n: {lt: 5}}", fields=FIELDS.replace("n: {type: int}", "n: {type: int, blank_means: 0}"))
    b = rules("{n: {lt: 5}}", fields=FIELDS.replace("n: {type: int}", "n: {type: int, blank_means: 10}"))
    found = the_one(compared(tmp_path, a, b)).criteria
    assert (found.relation, found.only_a) == (Relation.NARROWER, {"n": None})


def test_types_that_differ(tmp_path: Path) -> None:
    """A field of two types cannot be compared; segments that do not read it still are."""
    fields = FIELDS.replace("n: {type: int}", "n: {type: text}")
    result = compared(tmp_path, rules("{n: {gte: 5}}"), rules("{n: {eq: '5'}}", fields=fields))
    assert (the_one(result).criteria.relation, the_one(result).criteria.because) == (Relation.NOT_COMPARABLE, ("n",))
    result = compared(tmp_path, rules("{m: {gte: 5}}"), rules("{m: {gte: 5}}", fields=fields))
    assert the_one(result).criteria.relation is Relation.SAME


# ---------------------------------------------------------------------------------------------------------------- order

WATERFALL = """
    fields: {n: {type: int}}
    schemas:
      s:
        assign: first_match
        segments:
          hot: {criteria: {n: {gte: 70}}}
          warm: {criteria: {n: {gte: 30}}}
"""
TURNED = """
    fields: {n: {type: int}}
    schemas:
      s:
        assign: first_match
        segments:
          warm: {criteria: {n: {gte: 30}}}
          hot: {criteria: {n: {gte: 70}}}
"""


def test_order_of_a_waterfall(tmp_path: Path) -> None:
    """Where only the order changes, criteria are the same and members are not: both are told."""
    result = compared(tmp_path, WATERFALL, TURNED)
    hot, warm = result.schemas[0].segments
    assert [item.criteria.relation for item in (hot, warm)] == [Relation.SAME, Relation.SAME]
    assert hot.membership is not None
    assert warm.membership is not None
    assert hot.membership.relation is Relation.DISJOINT  # in B nothing reaches it
    assert (warm.membership.relation, warm.membership.only_b) == (Relation.WIDER, {"n": 70})
    assert [(item.key, item.a, item.b) for item in result.schemas[0].changes] == [("order", "hot, warm", "warm, hot")]
    assert any("criteria are the same, what segments before it take is not" in item.message for item in result.findings)


def test_segments_referred_to_are_each_sides_own(tmp_path: Path) -> None:
    """A reference means the segment of the same rules, not the other's of that name."""
    text = """
        fields: {n: {type: int}, m: {type: int}}
        schemas:
          x: {assign: all_matches, segments: {p: {criteria: {n: {gte: FROM}}}}}
          s: {assign: all_matches, segments: {g: {criteria: {segment: x.p}}}}
    """
    result = compared(tmp_path, text.replace("FROM", "5"), text.replace("FROM", "7"))
    (found,) = result.schemas[1].segments
    assert (found.criteria.relation, found.criteria.only_a) == (Relation.NARROWER, {"n": 5})


# ------------------------------------------------------------------------------------------------------------- matching


def several(*names: str, schema: str = "s") -> str:
    """Return rules with one schema of segments that hold n = 1, 2, ..."""
    listed = ", ".join(f"{name}: {{criteria: {{n: {{eq: {number}}}}}}}" for number, name in enumerate(names, 1))
    return f"{FIELDS}schemas: {{{schema}: {{assign: all_matches, segments: {{{listed}}}}}}}\n"


def test_matched_by_id_and_by_name(tmp_path: Path) -> None:
    """Ids match first; of what is left the closest names are proposed, the others stand alone."""
    result = compared(tmp_path, several("same", "mid_market", "alone"), several("same", "midmarket", "x"))
    (schema,) = result.schemas
    assert [(item.a, item.b, item.by) for item in schema.segments] == [
        ("same", "same", MatchedBy.ID),
        ("mid_market", "midmarket", MatchedBy.NAME),
    ]
    assert (schema.only_a, schema.only_b) == (("alone",), ("x",))


def test_the_only_schemas_are_compared(tmp_path: Path) -> None:
    """Marketing's only schema is compared with sales' only one, whatever they are called."""
    result = compared(tmp_path, several("g", schema="size"), several("g", schema="company_bands"))
    assert [(item.a, item.b) for item in result.schemas] == [("size", "company_bands")]


def test_matched_as_asked(tmp_path: Path) -> None:
    """--match outranks ids; what is not there is refused with what there is."""
    asked = {"s.a": "s.y"}
    result = compared(tmp_path, several("a", "b"), several("x", "y"), match=asked)
    assert (result.schemas[0].segments[0].b, result.schemas[0].segments[0].by) == ("y", MatchedBy.ASKED)
    with pytest.raises(InputError) as caught:
        compared(tmp_path, several("a", "b"), several("x", "y"), match={"s.a": "s.z"})
    assert str(caught.value) == '--match: the second rules have no segment "z"\n  hint: it has x, y'


# -------------------------------------------------------------------------------------------------------------- changes


def test_what_else_is_said_differently(tmp_path: Path) -> None:
    """What is documented is compared key by key; what stands on one side only is empty on the other."""
    one = ", owner: ann, treatment: {next_action: call, assets: [a.html, b.html]}, measure: {baseline: 0.04}"
    other = ", owner: bob, treatment: {next_action: call, assets: [a.html]}, suppress: true"
    result = compared(tmp_path, rules("{n: {gte: 5}}", more=one), rules("{n: {gte: 5}}", more=other))
    assert [(item.key, item.a, item.b) for item in the_one(result).changes] == [
        ("suppress", "no", "yes"),
        ("owner", "ann", "bob"),
        ("treatment.assets", "a.html; b.html", "a.html"),
        ("measure.baseline", "0.04", ""),
    ]
    assert result.findings == ()  # nobody is held differently


def test_findings(tmp_path: Path) -> None:
    """Disjoint definitions and a suppression that is lost are errors, other differences of records warnings."""

    def told(a: str, b: str) -> list[tuple[str, str]]:
        return [(item.rule, item.severity) for item in compared(tmp_path, a, b).findings]

    plain, suppressing = rules("{n: {gte: 5}}"), rules("{n: {gte: 5}}", more=", suppress: true")
    assert told(plain, plain) == []
    assert told(suppressing, plain) == [("diff.suppress-lost", "error")]
    assert told(plain, suppressing) == []
    assert told(plain, rules("{n: {lt: 5}}")) == [("diff.disjoint", "error")]
    assert told(plain, rules("{n: {gte: 6}}")) == [("diff.narrower", "warning")]
    assert told(rules("{t: {matches: x}}"), rules("{t: {matches: y}}")) == [("diff.not-proven", "warning")]
    assert told(plain, plain.replace("all_matches", "exactly_one")) == [("diff.assign", "warning")]
    gone = several("a", "zzz").replace("zzz: {", "zzz: {suppress: true, ")
    assert told(gone, several("a", "bbb")) == [("diff.suppress-lost", "error"), ("diff.only-one", "warning")]


# ----------------------------------------------------------------------------------------------------------------- data

CELLS = "record_id,n\nr1,10\nr2,30\nr3,70\nr4,90\nr5,\n"


def test_counts(tmp_path: Path) -> None:
    """On a file both definitions are counted, and the records of one only are shown."""
    data = write(tmp_path / "d.csv", CELLS)
    result = compared(tmp_path, rules("{n: {gte: 30}}"), rules("{n: {between: [20, 70]}}"), data=str(data))
    counts = the_one(result).counts
    assert counts is not None
    assert (counts.a, counts.b, counts.both, counts.only_a, counts.only_b) == (3, 2, 2, 1, 0)
    assert (counts.undecided_a, counts.undecided_b) == (1, 1)
    assert (counts.examples_a, counts.examples_b) == ((Example(row=4, record_id="r4"),), ())
    assert result.schemas[0].flows == (
        LabelFlow(a="g", b="g", rows=2),
        LabelFlow(a="unplaced", b="unplaced", rows=2),
        LabelFlow(a="g", b="unplaced", rows=1),
    )


def test_counts_of_a_waterfall(tmp_path: Path) -> None:
    """In a waterfall members are counted after the order, so that turning it moves the records of both segments."""
    data = write(tmp_path / "d.csv", CELLS)
    result = compared(tmp_path, WATERFALL, TURNED, data=str(data))
    counted = {item.a: item.counts for item in result.schemas[0].segments}
    assert {name: (item.a, item.b) for name, item in counted.items() if item is not None} == {
        "hot": (2, 0),
        "warm": (1, 3),
    }


def test_each_side_reads_the_file_by_its_own_declarations(tmp_path: Path) -> None:
    """A column that one side declares for a field is read by that side only."""
    data = write(tmp_path / "d.csv", "record_id,n,other\n1,9,1\n2,1,9\n")
    b = rules("{n: {gte: 5}}", fields=FIELDS.replace("n: {type: int}", "n: {type: int, column: other}"))
    counts = the_one(compared(tmp_path, rules("{n: {gte: 5}}"), b, data=str(data))).counts
    assert counts is not None
    assert [item.row for item in (*counts.examples_a, *counts.examples_b)] == [1, 2]


# ----------------------------------------------------------------------------------------------------------------- cli


def test_command(tmp_path: Path) -> None:
    """The command prints a table, CSV, Markdown or JSON, and exits by what was found."""
    a, b = write(tmp_path / "a.yaml", rules("{n: {gte: 5}}")), write(tmp_path / "b.yaml", rules("{n: {gte: 6}}"))
    data = write(tmp_path / "d.csv", "record_id,n\n1,5\n2,6\n")
    shown = run("rules", "diff", a, b, "--data", data)
    assert shown.code == 0
    assert "in A only: n 5" in " ".join(shown.out.split())
    assert "s.g in A only, 1 record: row 1 (1)" in shown.out
    told = json.loads(run("rules", "diff", a, b, "--format", "json").out)
    assert told["schema_version"] == "1"
    (segment,) = told["schemas"][0]["segments"]
    assert segment["criteria"] == {
        "relation": "narrower",
        "only_a": {"n": 5},
        "only_b": None,
        "both": {"n": 6},
        "because": [],
        "inside": None,
    }
    assert run("rules", "diff", a, b, "--format", "csv").out.splitlines()[1] == "s,g,narrower,narrower"
    assert "## Two definitions compared" in run("rules", "diff", a, b, "--format", "md").out
    assert [run("rules", "diff", a, b, "--fail-on", level).code for level in ("error", "warning")] == [0, 1]
    assert run("rules", "diff", a, a, "--fail-on", "warning").code == 0


def test_wrong_input(tmp_path: Path) -> None:
    """Mistakes in either file, a file that is not there and a match that says nothing are told in plain words."""
    a, wrong = write(tmp_path / "a.yaml", rules("{n: {gte: 5}}")), write(tmp_path / "w.yaml", rules("{n: {gtee: 5}}"))
    for arguments, said in (
        ((a, wrong), "unknown operator"),
        ((a, tmp_path / "none.yaml"), "there is no such rules file or folder"),
        ((a, a, "--match", "s"), '"s" matches nothing'),
        ((a, a, "--match", "s=x"), 'the second rules have no schema "x"'),
        ((a, a, "--data", tmp_path / "none.csv"), "none.csv"),
    ):
        ran = run("rules", "diff", *arguments)
        assert (ran.code, said in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err
