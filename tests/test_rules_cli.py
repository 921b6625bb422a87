"""``segaudit rules``: check, test and operators."""

import json
from pathlib import Path
from textwrap import dedent

from segaudit.audit.checking import check_rules
from tests.rules_support import run, write

PLAIN = """
    fields: {n: {type: int}}
    schemas: {s: {assign: all_matches, segments: {g: {criteria: {n: {ne: 1}}}}}}
"""
DOCUMENTED = """
    fields: {n: {type: int}}
    schemas:
      s:
        assign: exactly_one
        segments:
          g:
            criteria: {n: {eq: 1}}
            owner: ann@example.com
            decision: call
            treatment: {next_action: call, assets: [guide.html]}
            required_fields: [n]
            refresh: daily
    tests: [{given: {n: 1}, schema: s, expect: g}, {given: {n: 2}, schema: s, expect: unplaced}]
    governance: {segments: {start: [1, 6]}}
"""


def findings(path: Path) -> list[tuple[str, str]]:
    """Return what `rules check` finds: rule and message."""
    return [(finding.rule, finding.message) for finding in check_rules(str(path)).findings]


def test_documented_rules_leave_nothing_to_say(tmp_path: Path) -> None:
    """A segment with owner, decision, treatment, assets, required fields, refresh and a test has no finding."""
    assert findings(write(tmp_path / "a.yaml", DOCUMENTED)) == []


def test_what_is_left_unsaid(tmp_path: Path) -> None:
    """What a segment leaves unsaid is told in reading order, with the place of what it is about."""
    text = DOCUMENTED.replace("owner: ann@example.com", "notes: x").replace("n: {eq: 1}", "n: {ne: 1}")
    path = write(tmp_path / "a.yaml", text.split("    tests:")[0] + "    governance: {segments: {start: [1, 6]}}")
    assert findings(path) == [
        ("rules.undocumented", 'segment "s.g" has no owner'),
        ("rules.untested", 'no test expects "s.g"'),
        ("rules.negative-without-policy", '"ne" in "s.g" does not say what a missing n means'),
    ]
    assert [finding.where for finding in check_rules(str(path)).findings] == [
        f"{path}:6:7",
        f"{path}:6:7",
        f"{path}:7:24",
    ]


def test_stated_policy_is_a_policy(tmp_path: Path) -> None:
    """A policy anywhere above the clause is one, the default's own word included."""
    text = "defaults: {missing: unknown}\n" + dedent(PLAIN)
    assert "rules.negative-without-policy" not in dict(findings(write(tmp_path / "a.yaml", text)))


def test_check_exits_by_what_it_finds(tmp_path: Path) -> None:
    """Rules check exits with 2 on mistakes, with 1 on findings that --fail-on asks for, else with 0."""
    plain = write(tmp_path / "plain.yaml", PLAIN)
    wrong = write(tmp_path / "wrong.yaml", PLAIN.replace("ne: 1", "no: 1"))
    assert [run("rules", "check", plain, *options).code for options in ((), ("--fail-on", "warning"))] == [0, 1]
    ran = run("rules", "check", wrong)
    assert ran.code == 2
    assert f"{wrong}:2:66: unknown operator" in ran.err
    assert "Traceback" not in ran.err


def test_check_rules_chosen(tmp_path: Path) -> None:
    """--only and --ignore choose rules by name, with or without what all names begin with; others are refused."""
    plain = write(tmp_path / "plain.yaml", PLAIN)

    def rules_of(*options: str) -> set[str]:
        found = json.loads(run("rules", "check", plain, "--format", "json", *options).out)["findings"]
        return {item["rule"] for item in found}

    assert rules_of("--only", "untested", "--only", "rules.undocumented") == {"rules.untested", "rules.undocumented"}
    assert "rules.untested" not in rules_of("--ignore", "untested")
    ran = run("rules", "check", plain, "--only", "untestd")
    assert ran.code == 2
    assert 'there is no rule "untestd"\n  hint: did you mean "rules.untested"?' in ran.err


def test_check_with_data(tmp_path: Path) -> None:
    """With a file, findings say how many records they are about, and the coverage of required fields is shown."""
    text = DOCUMENTED.replace("n: {eq: 1}", "n: {ne: 1}").replace("{type: int}", "{type: int, min_coverage: 0.8}")
    path = write(tmp_path / "a.yaml", text)
    data = write(tmp_path / "d.csv", "record_id,n\n1,1\n2,\n3,4\n4,\n")
    ran = run("rules", "check", path, "--data", data, "--format", "json")
    told = json.loads(ran.out)
    assert [(item["rule"], item["records"], item["message"]) for item in told["findings"]] == [
        (
            "rules.coverage",
            2,
            'n is filled in 50% of records and should be in 80%: 2 records lack what "s.g" cannot do without',
        ),
        (
            "rules.negative-without-policy",
            2,
            '"ne" in "s.g" does not say what a missing n means; 2 records cannot be told for it',
        ),
    ]
    assert told["data"]["coverage"] == [{"field": "n", "filled": 2, "share_filled": 0.5, "min_coverage": 0.8}]
    shown = run("rules", "check", path, "--data", data).out
    assert "What segments require" in shown
    assert run("rules", "check", path, "--data", tmp_path / "none.csv").code == 2


def test_check_says_which_rules_once(tmp_path: Path) -> None:
    """--rules says the same as the path; two that differ are refused."""
    plain = write(tmp_path / "plain.yaml", PLAIN)
    assert run("rules", "check", "--rules", plain, "--only", "untested", "--fail-on", "warning").code == 1
    ran = run("rules", "check", plain, "--rules", tmp_path)
    assert (ran.code, "PATH and --rules name different rules" in ran.err) == (2, True)


def test_shipped_rules(tmp_path: Path) -> None:
    """The shipped packs load without a mistake and pass their own tests, whatever the day."""
    ran = run("rules", "test", "--format", "json")
    tests = json.loads(ran.out)["tests"]
    assert ran.code == 0, [test for test in tests if not test["passed"]]
    assert len(tests) > 50
    assert run("rules", "check", "--fail-on", "error").code == 0
    assert not list(tmp_path.iterdir())


def test_failing_test(tmp_path: Path) -> None:
    """A test that fails exits with 1 and names its file and line, what came out and what was expected."""
    path = write(tmp_path / "a.yaml", DOCUMENTED.replace("expect: unplaced", "expect: g"))
    ran = run("rules", "test", path)
    assert ran.code == 1
    said = " ".join(ran.out.split())
    assert "1 passed, 1 failed" in said
    assert "a.yaml:13:" in said.replace(" ", "")
    assert "is unplaced, expected g" in said
    outcomes = json.loads(run("rules", "test", path, "--format", "json").out)["tests"]
    assert [(test["label"], test["passed"]) for test in outcomes] == [("g", True), ("unplaced", False)]


def test_tests_have_their_own_day(tmp_path: Path) -> None:
    """A test counts from its own as_of, and `as_of` as a value is that day."""
    text = """
        fields: {seen_on: {type: date}}
        schemas: {s: {assign: all_matches, segments: {g: {criteria: {seen_on: {within_last: 30d}}}}}}
        tests:
          - {given: {seen_on: as_of}, schema: s, expect: g}
          - {given: {seen_on: 2026-03-01}, schema: s, expect: g, as_of: 2026-03-31}
          - {given: {seen_on: 2026-02-28}, schema: s, expect: unplaced, as_of: 2026-03-31}
          - {given: {seen_on: 2026-02-28}, schema: s, expect: g, as_of: 2026-03-01}
    """
    assert run("rules", "test", write(tmp_path / "a.yaml", text)).code == 0


def test_list_of_operators() -> None:
    """Every operator is listed, with the types it works on."""
    listed = json.loads(run("rules", "operators", "--format", "json").out)["operators"]
    names = {item["name"] for item in listed}
    assert {"known", "eq", "matches", "range", "within_last", "has_any", "is", "gt_field"} <= names
    assert next(item for item in listed if item["name"] == "count")["types"] == ["multi"]
