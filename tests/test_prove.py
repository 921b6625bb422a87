"""``segaudit rules prove``: verdicts worked out by hand; claims and witnesses held against the reference evaluator."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from ruamel.yaml import YAML

from segaudit.audit.proving import prove_rules
from segaudit.audit.ruling import load_rules
from segaudit.engine.duck import DuckEngine
from segaudit.model.fields import Placeholder
from segaudit.model.proofs import (
    CONTAINMENTS,
    PairProof,
    PairVerdict,
    ProvedFacts,
    Witness,
    WitnessValue,
    witness_words,
)
from segaudit.model.segments import RuleBook
from segaudit.rulebook.load import load_rulebook
from segaudit.segments.program import build_program
from segaudit.segments.proof.confirm import confirm_facts
from segaudit.segments.proof.prove import prove_facts
from segaudit.segments.proof.record import Setting
from tests.reference import generate, values
from tests.reference.evaluator import Outcome, Record, Rules, evaluate
from tests.rules_support import AS_OF, run, write

USUAL_BANDS = Path(__file__).resolve().parents[1] / "rules" / "examples" / "usual_bands.yaml"
PLACEHOLDERS = tuple(Placeholder(value=word, not_in=frozenset()) for word in sorted(values.PLACEHOLDERS))
FIELDS: dict[str, dict[str, Any]] = {
    "n": {"type": "int"},
    "m": {"type": "int"},
    "x": {"type": "number"},
    "zero": {"type": "int", "blank_means": 0},
    "d": {"type": "date"},
    "next_call_on": {"type": "date"},
    "seen_on": {"type": "date", "blank_means": "never"},
    "flag": {"type": "bool"},
    "out": {"type": "bool", "blank_means": False},
    "t": {"type": "text"},
    "u": {"type": "text"},
    "mail": {"type": "email"},
    "tags": {"type": "multi"},
}


def facts_of(rules: Mapping[str, Any], as_of: date = AS_OF, **setting: Any) -> ProvedFacts:  # noqa: ANN401 - as given
    """Return what is proved of rules given as plain data."""
    with TemporaryDirectory() as folder:
        return prove_facts(book_of(rules, Path(folder)), Setting(as_of=as_of, placeholders=PLACEHOLDERS, **setting))


def book_of(rules: Mapping[str, Any], folder: Path) -> RuleBook:
    """Return rules given as plain data, read from a file without the catalogue."""
    file = folder / "rules.yaml"
    YAML(typ="safe", pure=True).dump(dict(rules), file)
    return load_rulebook((file,), {})


def schema(assign: str, /, **criteria: Any) -> dict[str, Any]:  # noqa: ANN401 - as YAML gives it
    """Return rules of one schema whose segments have these criteria."""
    segments = {name: {"criteria": condition} for name, condition in criteria.items()}
    return {"fields": FIELDS, "schemas": {"s": {"assign": assign, "segments": segments}}}


def pair(a: object, b: object, **setting: Any) -> PairProof:  # noqa: ANN401 - as given
    """Return what is proved of two criteria."""
    (found,) = facts_of(schema("all_matches", a=a, b=b), **setting).pairs
    return found


# --------------------------------------------------------------------------------------------------------------- pairs

DISJOINT: list[tuple[Any, Any]] = [
    ({"n": {"between": [1, 50]}}, {"n": {"between": [51, 500]}}),
    ({"n": {"gt": 1}}, {"n": {"lt": 2}}),  # no whole number lies between
    ({"x": {"range": [0, 10]}}, {"x": {"gte": 10}}),
    ({"n": {"eq": 5}}, {"n": {"ne": 5}}),
    ({"n": {"eq": 5}}, {"n": {"not_between": [1, 9]}}),
    ({"n": {"known": True}}, {"n": {"unknown": True}}),
    ({"n": {"valid": True}}, {"n": {"invalid": True}}),
    ({"n": {"gte": 0}}, {"n": {"unknown": True}}),
    ({"zero": {"gte": 1}}, {"zero": {"unknown": True}}),
    ({"d": {"within_last": "30d"}}, {"d": {"before_last": "30d"}}),
    ({"d": {"this": "month"}}, {"d": {"last": "month"}}),
    ({"d": {"within_last": "30d"}}, {"next_call_on": {"on": "as_of"}, "d": {"never": True}}),
    ({"seen_on": {"never": True}}, {"seen_on": {"ever": True}}),
    ({"seen_on": {"not_within_last": "30d"}}, {"seen_on": {"within_last": "7d"}}),
    ({"flag": {"is": True}}, {"flag": {"is": False}}),
    ({"out": {"is": True}}, {"out": {"unknown": True}}),
    ({"t": {"in": ["Software", "SaaS"]}}, {"t": {"in": ["Banking"]}}),
    ({"t": {"eq": "software"}}, {"t": {"ne": " SOFTWARE "}}),
    ({"t": {"starts_with": "soft"}}, {"t": {"starts_with": "hard"}}),
    ({"t": {"ends_with": "ware"}}, {"t": {"not_contains": "war"}}),
    ({"t": {"eq": "Software"}}, {"t": {"not_contains": "soft"}}),
    ({"t": {"matches": "^a"}}, {"t": {"not_matches": "^a"}}),
    ({"mail": {"is_free_mail": True}}, {"mail": {"is_free_mail": False}}),
    ({"mail": {"domain_in": ["example.com"]}}, {"mail": {"domain_in": ["example.org"]}}),
    ({"tags": {"has_any": ["a", "b"]}}, {"tags": {"has_none": ["a", "b", "c"]}}),
    ({"tags": {"exactly": ["a"]}}, {"tags": {"has_all": ["a", "b"]}}),
    ({"tags": {"has_all": ["a", "b"]}}, {"tags": {"count": 1}}),
    ({"n": {"gt_field": "m"}}, {"n": {"lte_field": "m"}}),
    ({"n": {"gt_field": "m"}, "m": {"gte": 10}}, {"n": {"lte": 10}}),
    ({"t": {"eq_field": "u"}}, {"u": {"ne_field": "t"}}),
    ({"at_least": {"n": 2, "of": [{"n": {"gte": 5}}, {"m": {"gte": 5}}]}}, {"n": {"lt": 5}, "m": {"lt": 5}}),
    ({"none": [{"n": {"gte": 5}}, {"m": {"gte": 5}}]}, {"n": {"eq": 7}}),
]


@pytest.mark.parametrize(("a", "b"), DISJOINT)
def test_disjoint(a: object, b: object) -> None:
    """Criteria that no record can meet together are proved disjoint, without a witness."""
    found = pair(a, b)
    assert (found.verdict, found.witness) == (PairVerdict.DISJOINT, None)


OVERLAP: list[tuple[Any, Any, Witness]] = [
    ({"n": {"between": [1, 500]}}, {"n": {"gte": 500}}, {"n": 500}),
    ({"x": {"gt": 1}}, {"x": {"lt": 2}}, {"x": 1.5}),
    ({"n": {"in": [1, 2, 3]}}, {"n": {"in": [3, 4]}}, {"n": 3}),
    ({"d": {"on_or_before": "2026-01-31"}}, {"d": {"on_or_after": "2026-01-31"}}, {"d": date(2026, 1, 31)}),
    ({"d": {"within_last": "30d"}}, {"d": {"on_or_before": "2026-03-01"}}, {"d": date(2026, 3, 1)}),
    ({"n": {"gte": 5, "missing": "include"}, "m": {"eq": 1}}, {"n": {"unknown": True}}, {"n": None, "m": 1}),
    ({"seen_on": {"not_within_last": "30d"}, "n": {"eq": 1}}, {"seen_on": {"never": True}}, {"seen_on": None, "n": 1}),
    ({"n": {"eq": 1}, "out": {"is": False}}, {"n": {"lte": 1}, "m": {"eq": 2}}, {"n": 1, "m": 2}),  # out is no anyway
    ({"t": {"in": ["Software", "SaaS"]}}, {"t": {"in": ["saas", "Banking"]}}, {"t": "SaaS"}),
    ({"t": {"starts_with": "hard"}}, {"t": {"ends_with": "soft"}}, {"t": "hard soft"}),
    ({"mail": {"contains": "sales"}}, {"mail": {"domain_in": ["acme.example"]}}, {"mail": "sales@acme.example"}),
    ({"t": {"eq": "x"}}, {"u": {"eq": "x"}}, {"t": "x", "u": "x"}),
    ({"t": {"eq": "x"}}, {"t": {"eq_field": "u"}, "n": {"eq": 1}}, {"t": "x", "u": "x", "n": 1}),
    ({"tags": {"has_any": ["A"]}}, {"tags": {"has_any": ["B"]}}, {"tags": ("A", "B")}),
    ({"n": {"invalid": True}}, {"m": {"eq": 1}}, {"n": "unreadable", "m": 1}),
    ({"n": {"eq_field": "m"}, "t": {"eq": "x"}}, {"m": {"eq": 7}}, {"n": 7, "m": 7, "t": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "witness"), OVERLAP)
def test_overlap(a: object, b: object, witness: Witness) -> None:
    """Criteria that a record can meet together overlap, and the witness has the fields that matter and no others."""
    found = pair(a, b)
    assert found.verdict is PairVerdict.OVERLAP
    assert found.witness is not None
    assert dict(found.witness) == dict(witness)


INSIDE: list[tuple[Any, Any]] = [
    ({"x": {"gte": 70}, "d": {"within_last": "30d"}}, {"d": {"within_last": "180d"}}),  # Hot lies inside Warm
    ({"n": {"between": [10, 20]}}, {"n": {"range": [10, 22]}}),
    ({"t": {"starts_with": "soft"}}, {"t": {"contains": "of"}}),
    ({"t": {"eq": "Software"}}, {"t": {"contains_word": "software"}}),
    ({"t": {"eq": "Café", "case": "exact"}}, {"t": {"eq": "CAFÉ"}}),
    ({"tags": {"has_all": ["a", "b"]}}, {"tags": {"has_any": ["b", "c"]}}),
    ({"tags": {"has_all": ["a", "b"]}}, {"tags": {"count": {"gte": 2}}}),
    ({"tags": {"has_any": ["A"], "case": "exact"}}, {"tags": {"has_any": ["a"]}}),
    ({"mail": {"domain_in": ["mail.example.com"]}}, {"mail": {"domain_in": ["example.com"]}}),
    ({"t": {"matches": "^a"}, "n": {"eq": 1}}, {"t": {"matches": "^a"}}),
    ({"t": {"matches": "^a"}, "n": {"eq": 1}}, {"n": {"lte": 1}}),
    ({"n": {"gt_field": "m"}, "m": {"gte": 10}}, {"n": {"gt": 10}}),
    ({"n": {"eq": 1}}, {"any": [{"n": {"lte": 1}}, {"t": {"like": "a%"}}]}),
    ({"n": {"unknown": True}}, {"n": {"gte": 5, "missing": "include"}}),
]


@pytest.mark.parametrize(("inner", "outer"), INSIDE)
def test_inside(inner: dict[str, Any], outer: dict[str, Any]) -> None:
    """Criteria that ask for more lie inside those that ask for less, whichever stands first."""
    assert pair(inner, outer).verdict is PairVerdict.A_IN_B
    assert pair(outer, inner).verdict is PairVerdict.B_IN_A


EQUAL: list[tuple[Any, Any]] = [
    ({"n": {"gt": 4}}, {"n": {"gte": 5}}),
    ({"n": {"gte": 5}}, {"not": {"n": {"lt": 5}}}),
    ({"n": {"between": [1, 3]}}, {"n": {"in": [1, 2, 3]}}),
    ({"t": {"in": ["a", "B"]}}, {"any": [{"t": {"eq": "A"}}, {"t": {"eq": "b"}}]}),
    ({"d": {"within_last": "1m"}}, {"d": {"between": ["2026-02-28", "as_of"]}}),
    ({"t": {"like": "a%"}}, {"not": {"not": {"t": {"like": "a%"}}}}),
    ({"n": {"gte": 5, "missing": "exclude"}}, {"n": {"gte": 5}}),
]


@pytest.mark.parametrize(("a", "b"), EQUAL)
def test_equal(a: object, b: object) -> None:
    """Criteria that hold of the same records are equal, however they are written."""
    assert pair(a, b).verdict is PairVerdict.EQUAL


NOT_PROVEN: list[tuple[Any, Any]] = [
    ({"t": {"matches": "^a"}}, {"t": {"matches": "^b"}}),
    ({"t": {"matches": "^a"}}, {"n": {"eq": 1}}),
    ({"t": {"like": "a%"}}, {"t": {"eq": "abc"}}),
    ({"t": {"similar_to": "acme"}}, {"t": {"eq": "acme"}}),
    ({"n": {"top_percent": 10}}, {"n": {"gte": 0}}),
    ({"t": {"eq": "a"}, "n": {"eq": 1}}, {"any": [{"t": {"matches": "^b"}}, {"n": {"eq": 2}}]}),
]


@pytest.mark.parametrize(("a", "b"), NOT_PROVEN)
def test_not_proven(a: object, b: object) -> None:
    """What hangs on a clause that is not looked into is neither called an overlap nor disjoint."""
    assert pair(a, b) == PairProof(schema="s", a="a", b="b", verdict=PairVerdict.NOT_PROVEN)


def test_free_clause_beside_the_point() -> None:
    """A clause that is not looked into does no harm where the rest decides: disjoint, and an overlap, all the same."""
    free = {"t": {"matches": "^a"}}
    assert pair({"all": [free, {"n": {"eq": 1}}]}, {"n": {"eq": 2}}).verdict is PairVerdict.DISJOINT
    found = pair({"any": [free, {"n": {"eq": 1}}]}, {"n": {"lte": 1}, "m": {"eq": 1}})
    assert (found.verdict, found.witness) == (PairVerdict.OVERLAP, {"n": 1, "m": 1})


def test_free_clause_before_it_in_a_waterfall() -> None:
    """Membership that an earlier segment may take away by a clause that is not looked into shows no overlap."""
    rules = schema("all_matches", a={"segment": "w.late"}, b={"n": {"eq": 1}})
    late, early = {"criteria": {"n": {"eq": 1}}}, {"criteria": {"t": {"matches": "^a"}}}
    rules["schemas"]["w"] = {"assign": "first_match", "segments": {"early": early, "late": late}}
    # A record without a text is not taken: what is missing does not match.
    assert pair_of(facts_of(rules), "s").verdict is PairVerdict.A_IN_B
    assert pair_of(facts_of(rules), "s").witness is None
    early["criteria"] = {"u": {"eq": "x"}}
    assert pair_of(facts_of(rules), "s").witness == {"n": 1, "u": "anything else"}


def pair_of(facts: ProvedFacts, name: str) -> PairProof:
    """Return the one pair of a schema."""
    (found,) = (item for item in facts.pairs if item.schema == name)
    return found


def test_exclusion_parts_segments() -> None:
    """What is excluded by membership in another segment is not in both."""
    rules = schema("exactly_one", a={"n": {"eq": 500}}, b={"n": {"gte": 500}})
    assert facts_of(rules).pairs[0].verdict is PairVerdict.A_IN_B
    rules["schemas"]["s"]["segments"]["b"]["exclude"] = [{"segment": "s.a"}]
    assert facts_of(rules).pairs[0].verdict is PairVerdict.DISJOINT


def test_predicate_is_opened() -> None:
    """A predicate is what it stands for."""
    rules = schema("exactly_one", a={"predicate": "big"}, b={"n": {"lt": 10}})
    rules["predicates"] = {"big": {"n": {"gte": 10}}}
    assert facts_of(rules).pairs[0].verdict is PairVerdict.DISJOINT


def test_placeholder_word_is_no_value() -> None:
    """A word that stands for a missing value is no witness as a value, and is one as a placeholder."""
    assert pair({"t": {"in": ["Unknown"]}}, {"t": {"eq": "unknown"}}).witness is None
    assert pair({"n": {"placeholder": True}}, {"m": {"eq": 1}}).witness == {"n": "-", "m": 1}


# --------------------------------------------------------------------------------------------------- domains of fields


def test_domains() -> None:
    """A count the catalogue knows is not negative, a date is not after today; a score and a future date are free."""
    rules = schema("all_matches", a={"n": {"lt": 0}}, b={"x": {"lt": 0}}, c={"d": {"after": "as_of"}})
    assert [item.segment for item in facts_of(rules, catalogue=frozenset({"n", "x"})).unreachable] == ["a", "c"]
    assert [item.segment for item in facts_of(rules).unreachable] == ["c"]
    rules = schema("all_matches", a={"next_call_on": {"after": "as_of"}}, b={"n": {"eq": 1}})
    found = facts_of(rules).pairs[0]
    assert found.witness == {"next_call_on": date(2026, 4, 1), "n": 1}


# --------------------------------------------------------------------------- unreachable, shadowed, gaps, completeness


def test_unreachable_names_the_contradiction() -> None:
    """A segment that can never hold says which of its parts cannot be so at once, and no others."""
    facts = facts_of(schema("all_matches", a=[{"flag": {"is": True}}, {"n": {"gt": 500}}, {"n": {"lt": 100}}]))
    assert [item.because for item in facts.unreachable] == [("n is above 500", "n is below 100")]


def test_unreachable_by_exclusion() -> None:
    """A segment that excludes all it asks for can never hold."""
    rules = schema("all_matches", a={"n": {"gt": 5}}, b={"n": {"gt": 7}})
    rules["schemas"]["s"]["segments"]["b"]["exclude"] = [{"segment": "s.a"}]
    (found,) = facts_of(rules).unreachable
    assert (found.segment, found.because) == ("b", ("n is above 7", "not being in s.a"))


def test_free_clause_may_always_hold() -> None:
    """A segment that hangs on a clause that is not looked into is not called unreachable."""
    assert facts_of(schema("all_matches", a={"t": {"matches": "x"}}, b={"n": {"eq": 1}})).unreachable == ()


def test_shadowed() -> None:
    """A segment of a waterfall gets nothing if those before it take it all, one alone or several together."""
    rules = schema("first_match", a={"n": {"gte": 1}}, b={"n": {"gte": 5}}, c={"n": {"known": True}})
    assert [(item.segment, item.by) for item in facts_of(rules).shadowed] == [("b", ("a",))]
    rules = schema("first_match", a={"n": {"lte": 5}}, b={"m": {"eq": 1}}, c={"n": {"gt": 5}}, d={"n": {"eq": 4}})
    assert [(item.segment, item.by) for item in facts_of(rules).shadowed] == [("d", ("a",))]
    rules = schema("first_match", a={"n": {"lte": 5}}, b={"m": {"eq": 1}}, c={"n": {"gt": 5}}, d={"n": {"ne": 9}})
    assert [(item.segment, item.by) for item in facts_of(rules).shadowed] == [("d", ("a", "c"))]


def test_order_matters_only_in_a_waterfall() -> None:
    """Where a record may be in several segments, none is shadowed."""
    rules = schema("all_matches", a={"n": {"gte": 1}}, b={"n": {"gte": 5}})
    assert facts_of(rules).shadowed == ()


def gaps(assign: str, /, **criteria: Any) -> list[dict[str, WitnessValue]]:  # noqa: ANN401 - as YAML gives it
    """Return the witnesses of a schema's gaps."""
    return [dict(item.witness) for item in facts_of(schema(assign, **criteria)).gaps]


def test_gaps_on_one_number() -> None:
    """Each stretch that no segment holds is one gap: below, between and above."""
    found = gaps("exactly_one", a={"n": {"between": [1, 50]}}, b={"n": {"between": [52, 60]}})
    assert sorted(item["n"] for item in found if isinstance(item["n"], int)) == [0, 51, 61]
    assert gaps("exactly_one", a={"x": {"lte": 50}}, b={"x": {"gte": 51}}) == [{"x": 50.5}]


def test_gap_is_no_matter_of_missing_data() -> None:
    """Segments that hold every known value leave no gap, although a record without the value is in neither."""
    facts = facts_of(schema("exactly_one", a={"n": {"lt": 50}}, b={"n": {"gte": 50}}))
    assert (facts.gaps, facts.complete) == ((), ("s",))
    facts = facts_of(schema("exactly_one", a={"n": {"lt": 50, "missing": "exclude"}}, b={"n": {"gte": 50}}))
    assert (facts.gaps, facts.complete) == ((), ("s",))


def test_gap_of_blanks_the_rules_speak_of() -> None:
    """A blank that means never, or that a clause asks for, is known: if no segment holds it, that is a gap."""
    assert gaps("first_match", a={"seen_on": {"ever": True}}) == [{"seen_on": None}]
    assert gaps("first_match", a={"seen_on": {"within_last": "30d"}}, b={"seen_on": {"before_last": "30d"}}) == [
        {"seen_on": None}
    ]
    facts = facts_of(
        schema("first_match", a={"seen_on": {"within_last": "30d"}}, b={"seen_on": {"not_within_last": "30d"}})
    )
    assert (facts.gaps, facts.complete) == ((), ("s",))


def test_gap_names_only_what_matters() -> None:
    """A value that rules a record out of every segment is enough; the other fields may hold anything."""
    found = gaps("exactly_one", a={"t": {"eq": "x"}, "n": {"lt": 5}}, b={"t": {"eq": "x"}, "n": {"gte": 5}})
    assert found == [{"t": "anything else"}]


def test_gap_behind_a_free_clause_is_not_claimed() -> None:
    """Where a clause that is not looked into may hold the record, no gap is claimed and no completeness either."""
    facts = facts_of(schema("exactly_one", a={"t": {"matches": "x"}}, b={"n": {"lt": 5}}))
    assert (facts.gaps, facts.complete) == ((), ())


def test_what_is_excluded_is_no_gap() -> None:
    """A record left out on purpose is a gap only where there is no other."""
    rules = schema("exactly_one", a={"n": {"lt": 5}}, b={"n": {"gt": 5}})
    for segment in rules["schemas"]["s"]["segments"].values():
        segment["exclude"] = [{"flag": {"is": True}}]
    assert [item.witness for item in facts_of(rules).gaps] == [{"n": 5}]
    rules["schemas"]["s"]["segments"]["b"]["criteria"] = {"n": {"gte": 5}}
    (found, *_) = facts_of(rules).gaps
    assert found.witness["flag"] is True


# ------------------------------------------------------------------------------------------------- examples and advice


def test_usual_bands() -> None:
    """The bands as they are usually written: 500, 1,000, 10M and 100M stand in two of them, 0 employees in none."""
    result = prove_rules(str(USUAL_BANDS), AS_OF)
    met = {(item.a, item.b): item.witness for item in result.facts.pairs if item.verdict is not PairVerdict.DISJOINT}
    assert met == {
        ("mid_market", "enterprise"): {"employees": 500},
        ("employees_201_1000", "employees_1000_up"): {"employees": 1000},
        ("revenue_1m_10m", "revenue_10m_100m"): {"annual_revenue": 10_000_000},
        ("revenue_10m_100m", "revenue_100m_up"): {"annual_revenue": 100_000_000},
    }
    assert [(item.schema, item.witness) for item in result.facts.gaps] == [
        ("company_size", {"employees": 0}),
        ("employee_band", {"employees": 0}),
    ]
    assert result.facts.complete == ("revenue_band",)
    assert [(item.rule, item.severity) for item in result.findings] == [
        ("rules.overlap", "error"),
        ("rules.gap", "warning"),
        ("rules.overlap", "error"),
        ("rules.gap", "warning"),
        ("rules.overlap", "error"),
        ("rules.overlap", "error"),
    ]


def test_usual_bands_mended(tmp_path: Path) -> None:
    """The edits proposed for the usual bands mend every finding."""
    text = USUAL_BANDS.read_text(encoding="utf-8")
    hints = " ".join(item.hint for item in prove_rules(str(USUAL_BANDS), AS_OF).findings)
    edits = {
        "smb: {criteria: {employees: {between: [1, 50]": "employees: {between: [0, 50]",
        "employees_1_50: {criteria: {employees: {between: [1, 50]": "employees: {between: [0, 50]",
        "enterprise: {criteria: {employees: {gte: 500": "employees: {gte: 501",
        "employees_1000_up: {criteria: {employees: {gte: 1000": "employees: {gte: 1001",
        "revenue_1m_10m: {criteria: {annual_revenue: {between: [1M, 10M]": "annual_revenue: {range: [1M, 10M]",
        "revenue_10m_100m: {criteria: {annual_revenue: {between: [10M, 100M]": "annual_revenue: {range: [10M, 100M]",
    }
    for before, after in edits.items():
        assert after in hints
        assert before in text
        text = text.replace(before, before.split(": {criteria: {")[0] + ": {criteria: {" + after)
    assert prove_rules(str(write(tmp_path / "mended.yaml", text)), AS_OF).findings == ()


def advice(rules: Mapping[str, Any], tmp_path: Path) -> list[tuple[str, str]]:
    """Return message and hint of each finding, through a file and the engine."""
    YAML(typ="safe", pure=True).dump(dict(rules), tmp_path / "rules.yaml")
    return [(item.message, item.hint) for item in prove_rules(str(tmp_path / "rules.yaml"), AS_OF).findings]


@pytest.mark.parametrize(
    ("rules", "message", "hint"),
    [
        (
            schema("exactly_one", a={"d": {"on_or_before": "2026-01-31"}}, b={"d": {"on_or_after": "2026-01-31"}}),
            "s: d 2026-01-31 is in both a and b",
            "let b begin at 2026-02-01 (d: {on_or_after: 2026-02-01}), "  # noqa: ISC004 - one hint
            "or let a end at 2026-01-30 (d: {on_or_before: 2026-01-30})",
        ),
        (
            schema(
                "exactly_one", a={"t": {"in": ["x", "y"]}}, b={"t": {"ne": "zz", "eq": "w"}}, c={"t": {"in": ["Y"]}}
            ),
            's: every record of c is in a too: t "y"',
            "take y out of a or out of c",
        ),
        (
            schema("exactly_one", a={"n": {"gte": 5}}, b={"n": {"eq": 9}}, c={"n": {"lt": 5}}),
            "s: every record of b is in a too: n 9",
            "add exclude: [{segment: s.b}] to a",
        ),
        (
            schema("exactly_one", a={"n": {"gte": 5}}, b={"n": {"gt": 4}}, c={"n": {"lt": 5}}),
            "s: a and b hold the same records: n 5",
            "merge a and b, or tell them apart",
        ),
        (
            schema("first_match", a={"n": {"gte": 1}}, b={"n": {"gte": 5}}, c={"n": {"lt": 1}}),
            '"s.b" never gets a record: a before it takes every record it holds',
            "put b before a",
        ),
        (
            schema("exactly_one", a={"n": {"lte": 5}}, b={"n": {"between": [6, 9]}}),
            "s: n 10 is in no segment",
            "let b have no upper end (n: {gte: 6})",
        ),
        (
            schema("exactly_one", a={"x": {"lte": 5}}, b={"x": {"gte": 6}}),
            "s: x 5.5 is in no segment",
            "let b begin above 5 (x: {gt: 5})",
        ),
        (
            schema("exactly_one", a=[{"n": {"gt": 5}}, {"n": {"lt": 5}}], b={"n": {"known": True}}),
            '"s.a" can never hold a record: n is above 5 and n is below 5 cannot be so at once',
            "take one of them out, or widen it",
        ),
    ],
)
def test_advice(rules: Mapping[str, Any], message: str, hint: str, tmp_path: Path) -> None:
    """Each finding says what is so with a record that shows it, and the smallest edit that mends it."""
    assert (message, hint) in advice(rules, tmp_path)


def test_overlap_where_it_is_meant(tmp_path: Path) -> None:
    """In a waterfall and where all matches count, segments that overlap are no finding."""
    both = {"a": {"n": {"gte": 1}}, "b": {"m": {"gte": 1}}, "c": {"n": {"gte": 0}}, "d": {"n": {"lt": 0}}}
    assert advice(schema("all_matches", **both), tmp_path) == []
    assert advice(schema("first_match", **both), tmp_path) == []


def test_shipped_rules_have_no_error() -> None:
    """The shipped packs keep their promises: no overlap where one segment only may match, none out of reach."""
    result = prove_rules(None, AS_OF)
    assert [item.message for item in result.findings if item.severity == "error"] == []
    hot_in_warm = [item for item in result.facts.pairs if (item.a, item.b) == ("hot", "warm")]
    assert [item.verdict for item in hot_in_warm] == [PairVerdict.A_IN_B]


# ------------------------------------------------------------------------------------------------------------- engine


def test_witness_the_engine_denies_is_dropped() -> None:
    """A witness that the program over real records decides differently is not shown, and no overlap is claimed."""
    rules = load_rules(str(USUAL_BANDS))
    facts = prove_facts(rules, Setting(as_of=AS_OF))
    wrong = tuple(replace(item, witness={"employees": 7}) if item.witness else item for item in facts.pairs)
    with DuckEngine() as engine:
        kept = confirm_facts(replace(facts, pairs=wrong), build_program(rules, AS_OF, {}), (), engine)
    assert {item.verdict for item in kept.pairs} == {PairVerdict.DISJOINT, PairVerdict.NOT_PROVEN}
    assert all(item.witness is None for item in kept.pairs)
    assert kept.gaps == facts.gaps


# ----------------------------------------------------------------------------------------------- against the reference


def as_record(witness: Witness) -> Record:
    """Return a witness as the raw cells of a record."""
    return {name: as_cell(value) for name, value in witness.items()}


def as_cell(value: WitnessValue) -> str | None:
    """Return a value as a cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ";".join(value) or ";"
    return str(value).lower()


def within_the_model(record: Record, rules: Rules) -> Record:
    """Return a record with single numbers in the field's currency and no date to come, as the proof takes them."""
    kept: Record = {}
    for name, cell in record.items():
        kept[name] = cell
        kind = rules["fields"][name]["type"]
        if cell is None or values.is_missing(cell):
            continue
        if kind in values.NUMBER_TYPES and (interval := values.parse_interval(values.fold(cell))) is not None:
            kept[name] = f"{interval.low:f}"
        day = values.parse_date(cell.strip()) if kind == "date" else None
        if day is not None and day > AS_OF and name != "renewal_on":
            kept[name] = None
    return kept


def test_reference_agrees() -> None:
    """On random rules each witness is what it is said to be, and no random record contradicts what is proved."""
    counted = 0
    for seed in range(25):
        rng = Random(seed)  # noqa: S311 - cases that repeat, not secrets
        rules = generate.random_rules(rng)
        facts = facts_of(rules)
        for item in facts.pairs:
            if item.witness is not None:
                verdicts = evaluate(rules, as_record(item.witness), AS_OF)[item.schema].verdicts
                assert (verdicts[item.a], verdicts[item.b]) == (True, True), (seed, item)
        for gap in facts.gaps:
            verdicts = evaluate(rules, as_record(gap.witness), AS_OF)[gap.schema].verdicts
            assert set(verdicts.values()) == {False}, (seed, gap)
        for record in generate.random_records(rng, rules, AS_OF, rows=60):
            plain = within_the_model(record, rules)
            assert contradictions(facts, evaluate(rules, plain, AS_OF)) == [], (seed, plain)
            counted += len(facts.pairs)
    assert counted > 5000


def contradictions(facts: ProvedFacts, outcomes: Mapping[str, Outcome]) -> list[object]:
    """Return what is proved and yet not so of one record."""
    found: list[object] = []
    for item in facts.pairs:
        verdicts = outcomes[item.schema].verdicts
        a, b = verdicts[item.a] is True, verdicts[item.b] is True
        if item.verdict is PairVerdict.DISJOINT and a and b:
            found.append(item)
        if item.verdict in CONTAINMENTS:
            inside = item.verdict is not PairVerdict.B_IN_A and a and not b
            outside = item.verdict is not PairVerdict.A_IN_B and b and not a
            found += [item] if inside or outside else []
    found += [item for item in facts.unreachable if outcomes[item.schema].verdicts[item.segment] is True]
    found += [item for item in facts.shadowed if item.segment in outcomes[item.schema].members]
    return found


# --------------------------------------------------------------------------------------------------------- the command


def test_json_contract() -> None:
    """The JSON has the keys that scripts rely on, dates in ISO form, and a witness or null."""
    ran = run("rules", "prove", USUAL_BANDS, "--as-of", "2026-03-31", "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert (found["schema_version"], found["command"], found["as_of"]) == ("1", "rules prove", "2026-03-31")
    assert found["rules"]["schemas"] == ["company_size", "employee_band", "revenue_band"]
    assert found["pairs"][0] == {
        "schema": "company_size",
        "a": "smb",
        "b": "mid_market",
        "verdict": "disjoint",
        "witness": None,
    }
    assert found["pairs"][2]["witness"] == {"employees": 500}
    assert found["gaps"][0] == {"schema": "company_size", "witness": {"employees": 0}}
    assert sorted(found["findings"][0]) == ["hint", "message", "rule", "severity", "where"]


def test_table_says_it_in_words() -> None:
    """The table has a line for each pair that can meet, and the summary counts them."""
    out = run("rules", "prove", USUAL_BANDS).out
    assert "3 schemas, 11 segments: 4 overlaps, 2 gaps, 11 pairs proved disjoint" in out
    assert "employees 500 is in both mid_market and enterprise" in out


@pytest.mark.parametrize(
    ("criteria", "level", "code"),
    [
        ("{n: {lt: 5}}", "warning", 1),
        ("{n: {lt: 5}}", "error", 0),
        ("{n: {lte: 9}}", "error", 1),
        ("{n: {lte: 9}}", "never", 0),
        ("{n: {lt: 9}}", "warning", 0),
    ],
)
def test_fail_on(criteria: str, level: str, code: int, tmp_path: Path) -> None:
    """An overlap where one segment only may match fails on errors, a gap on warnings, and nothing by itself."""
    segments = f"{{a: {{criteria: {criteria}}}, b: {{criteria: {{n: {{gte: 9}}}}}}}}"
    text = f"{{fields: {{n: {{type: int}}}}, schemas: {{s: {{assign: exactly_one, segments: {segments}}}}}}}"
    assert run("rules", "prove", write(tmp_path / "a.yaml", text), "--fail-on", level).code == code


def test_witness_in_words() -> None:
    """A witness reads as people speak of a record."""
    witness: Witness = {"n": 1500, "out": False, "t": "x", "tags": ("a", "b"), "d": AS_OF, "m": None}
    assert witness_words(witness) == 'n 1,500, out no, t "x", tags [a, b], d 2026-03-31, no m'


def test_thirty_segments() -> None:
    """Thirty segments over eight fields, some with clauses that are not looked into, are proved pair by pair."""
    rng = Random(5)  # noqa: S311 - a case that repeats, not a secret
    criteria: dict[str, Any] = {}
    for number in range(30):
        low = rng.choice((1, 50, 200, 500))
        some = [
            {"seen_on": {"within_last": f"{rng.choice((30, 90))}d"}},
            {"x": {"gte": 70}},
            {"tags": {"has_any": ["a"]}},
        ]
        extra = [{"t": {"matches": "^vp"}}] if number % 4 == 0 else [{"u": {"contains": ["head", "chief"]}}]
        words = rng.sample(["Software", "Banking", "Retail", "Health", "Energy", "Media"], 3)
        criteria[f"s{number}"] = [{"n": {"between": [low, low * 10]}}, {"t": {"in": words}}, {"any": some}, *extra]
    assert len(facts_of(schema("exactly_one", **criteria)).pairs) == 435


def test_countries_and_regions_are_sets(tmp_path: Path) -> None:
    """Countries no region shares keep segments apart, and a region's countries lie in it; overlaps are not shown."""
    text = """
        fields: {country: {type: text}}
        schemas:
          geo:
            assign: all_matches
            segments:
              dach: {criteria: {country: {region_in: [DACH]}}}
              nordic: {criteria: {country: {country_in: [SE, Norway]}}}
              emea: {criteria: {country: {region_in: [EMEA]}}}
              outside: {criteria: {not: {country: {region_in: [EMEA]}}}}
              mixed: {criteria: {country: {country_in: [Austria, Japan]}}}
    """
    found = json.loads(run("rules", "prove", write(tmp_path / "a.yaml", text), "--format", "json").out)
    verdicts = {(pair["a"], pair["b"]): pair["verdict"] for pair in found["pairs"]}
    assert verdicts["dach", "nordic"] == "disjoint"
    assert verdicts["dach", "emea"] == verdicts["nordic", "emea"] == "a_in_b"
    assert verdicts["emea", "outside"] == verdicts["dach", "outside"] == "disjoint"
    assert verdicts["dach", "mixed"] == verdicts["outside", "mixed"] == "not_proven"
