"""Quality checks as YAML: what a file may say, and how each mistake is told, with its place and a hint."""

from pathlib import Path
from typing import Any

import pytest

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import Clause
from segaudit.model.fields import VALUE_TYPES
from segaudit.model.quality import CheckTest, Dimension, Severity
from segaudit.model.segments import RuleField
from segaudit.rulebook.location import RulesLocation
from tests.quality_support import fields_of_types, mistakes, read_checks
from tests.rules_support import run, write

GOOD = """
    checks:
      - id: adult
        dimension: validity
        severity: error
        title: Too young
        why: Because
        mend: Mend it
        expect: {age: {gte: 18}}
"""


def with_line(text: str, *, instead: str = "expect: {age: {gte: 18}}") -> str:
    """Return the good check with a line of its own in place of another."""
    assert instead in GOOD
    return GOOD.replace(instead, text)


# ------------------------------------------------------------------------------------------------------ what is read


def test_a_check_is_read(tmp_path: Path) -> None:
    """A check has what its file says, and blames the first field of its expectation."""
    (check,) = read_checks(tmp_path, GOOD)
    assert (check.id, check.dimension, check.severity) == ("adult", Dimension.VALIDITY, Severity.ERROR)
    assert (check.title, check.why, check.mend) == ("Too young", "Because", "Mend it")
    assert (check.column, check.finder, check.confidence, check.when) == ("age", "", 1.0, None)
    assert isinstance(check.expect, Clause)
    assert str(check.place) == f"{tmp_path}/a.yaml:2:5"


def test_a_check_for_a_type_is_read_for_each_column(tmp_path: Path) -> None:
    """A check for a type becomes one for each column of it, unmapped ones too; without any it expects nothing."""
    text = with_line("for: {type: [int, date], not_fields: [age]}\n        expect: {it: {known: true}}")
    known = fields_of_types(age="int", orders="int", created_on="date", email="email")
    present = {**known, **fields_of_types(column_7="int")}
    checks = read_checks(tmp_path, text, known=known, present=present)
    assert [check.column for check in checks] == ["orders", "created_on", "column_7"]
    assert [check.expect.field for check in checks if isinstance(check.expect, Clause)] == [
        "orders",
        "created_on",
        "column_7",
    ]
    (unmet,) = read_checks(tmp_path, text, known=known, present={})
    assert (unmet.expect, unmet.finder) == (None, "")


def test_a_field_read_as_something_else_is_left_alone(tmp_path: Path) -> None:
    """A check for a field is not run where the user says the field's column holds another type, and is no mistake."""
    text = with_line("for: {fields: [age]}\n        expect: {it: {between: [0, 120]}}")
    known = fields_of_types(age="int")
    assert len(read_checks(tmp_path, text, known=known, present=known)) == 1
    (unmet,) = read_checks(tmp_path, text, known=known, present=fields_of_types(age="text"))
    assert (unmet.expect, unmet.finder) == (None, "")


def test_a_finder_is_read(tmp_path: Path) -> None:
    """A check may name a finder and its settings in place of an expectation."""
    text = with_line("finder: outliers\n        settings: {fence: 3, words: [a, b]}\n        confidence: 0.5")
    (check,) = read_checks(tmp_path, text)
    assert (check.finder, check.settings, check.confidence) == ("outliers", {"fence": 3, "words": ["a", "b"]}, 0.5)
    assert check.expect is None


def test_options_are_inherited(tmp_path: Path) -> None:
    """What a check says of missing values and case holds for its clauses unless they say otherwise."""
    text = with_line(
        "missing: exclude\n        case: exact\n        expect: {email: {eq: x}, age: {gte: 1, missing: include}}"
    )
    (check,) = read_checks(tmp_path, text)
    assert check.expect is not None
    members = [member for member in getattr(check.expect, "members", ()) if isinstance(member, Clause)]
    assert [(clause.options.missing.value, clause.options.fold_case) for clause in members] == [
        ("exclude", False),
        ("include", False),
    ]


def test_rows_of_tests_are_cells(tmp_path: Path) -> None:
    """A test's values become cells as an export prints them; a value alone is that of the column the check is for."""
    text = GOOD + "        tests: {fails: [{age: 17, email: null}, -3], passes: [{age: true}, '018', 1.5]}\n"
    (check,) = read_checks(tmp_path, text)
    assert check.tests == (
        CheckTest(cells={"age": "17", "email": ""}, fails=True),
        CheckTest(cells={"it": "-3"}, fails=True),
        CheckTest(cells={"age": "true"}, fails=False),
        CheckTest(cells={"it": "018"}, fails=False),
        CheckTest(cells={"it": "1.5"}, fails=False),
    )


def test_sentences_may_be_folded(tmp_path: Path) -> None:
    """A sentence over several lines is one sentence."""
    text = with_line("why: >\n          Because\n          it is so.", instead="why: Because")
    assert read_checks(tmp_path, text)[0].why == "Because it is so."


def test_own_keys_are_left_alone(tmp_path: Path) -> None:
    """What starts with x- is the author's own."""
    assert len(read_checks(tmp_path, with_line("x-owner: ann\n        expect: {age: {gte: 18}}"))) == 1


# ------------------------------------------------------------------------------------------- mistakes, with their place

CASES = [
    ("checks: 5", ["a.yaml:1:1: a file of checks is a map with a list\n  hint: write checks: and below it - id: ..."]),
    ("- id: x", ["a.yaml:1:1: a file of checks is a map with a list\n  hint: write checks: and below it - id: ..."]),
    ("", ["a.yaml:1:1: a file of checks is a map with a list\n  hint: write checks: and below it - id: ..."]),
    (
        "chekcs: []",
        [
            'a.yaml:1:1: a file of checks has no key "chekcs"\n  hint: did you mean "checks"?',
            "a.yaml:1:1: a file of checks is a map with a list\n  hint: write checks: and below it - id: ...",
        ],
    ),
    ("checks: []\nrules: []", ['a.yaml:2:1: a file of checks has no key "rules"\n  hint: known keys: version, checks']),
    ("checks: [5]", ["a.yaml:1:10: a check needs an id in small letters\n  hint: write id: email-syntax"]),
    ("checks: [{id: A_b}]", ["a.yaml:1:10: a check needs an id in small letters\n  hint: write id: email-syntax"]),
    ("checks: [{id: 12}]", ["a.yaml:1:10: a check needs an id in small letters\n  hint: write id: email-syntax"]),
]
LINES: list[tuple[str, str, str]] = [
    # line, in place of, mistake from the column on
    (
        "dimension: beauty",
        "dimension: validity",
        (
            '3:16: dimension cannot be "beauty"\n  hint: write completeness, '
            "validity, uniqueness, consistency, timeliness"
        ),
    ),
    (
        "severity: [error]",
        "severity: error",
        "4:15: severity cannot be \"['error']\"\n  hint: write error, warning, note",
    ),
    ("severity: 1", "severity: error", '4:15: severity cannot be "1"\n  hint: write error, warning, note'),
    ("title: 5", "title: Too young", "2:5: a check needs title:\n  hint: say it in a sentence a client understands"),
    ("why: ''", "why: Because", "2:5: a check needs why:\n  hint: say it in a sentence a client understands"),
    ("x-mend: Mend it", "mend: Mend it", "2:5: a check needs mend:\n  hint: say it in a sentence a client understands"),
    (
        "expects: {age: {gte: 18}}\n        expect: {age: {gte: 1}}",
        "",
        ('8:5: a check has no key "expects"\n  hint: did you mean "expect"?'),
    ),
    ("x-none: 1", "", '2:5: check "adult" says neither what it expects nor a finder\n  hint: add expect: {...}'),
    ("expect: {}", "", "8:13: a condition is missing here\n  hint: write {field: {operator: value}}"),
    ("expect: 5", "", "8:13: a condition is missing here\n  hint: write {field: {operator: value}}"),
    ("expect: {agee: {gte: 18}}", "", '8:14: unknown field "agee"\n  hint: did you mean "age"?'),
    (
        "expect: {age: {gtee: 18}}",
        "",
        ('8:20: unknown operator "gtee"\n  hint: did you mean "gte"? `segaudit rules operators` lists them all'),
    ),
    (
        "expect: {age: {contains: a}}",
        "",
        (
            '8:20: "contains" does not work on "age", which is of type int\n'
            "  hint: it works on email, enum, id, phone, text, url"
        ),
    ),
    ("expect: {age: {gte: many}}", "", '8:25: "gte" takes a number, such as 500, 20M or 1.2B'),
    (
        "expect: {created_on: {before_field: age}}",
        "",
        ('8:41: "created_on" is of type date and "age" of type int\n  hint: before_field compares fields of one kind'),
    ),
    ("expect: {segment: size.smb}", "", "8:23: a check knows no segments\n  hint: write out what the segment asks for"),
    (
        "expect: {any: [{age: {gte: 1}}, {not: {segment: size.smb}}]}",
        "",
        ("8:53: a check knows no segments\n  hint: write out what the segment asks for"),
    ),
    ("expect: {predicate: tier_1}", "", '8:25: there is no predicate "tier_1"'),
    (
        "missing: error\n        expect: {age: {gte: 18}}",
        "",
        ('9:20: missing cannot be "error" in a check\n  hint: write unknown, exclude or include'),
    ),
    (
        "missing: none\n        expect: {age: {gte: 18}}",
        "",
        ('8:5: missing cannot be "none"\n  hint: write unknown, exclude, include, error'),
    ),
    (
        "expect: {age: {gte: 18}}\n        when: {agee: {known: true}}",
        "",
        ('9:12: unknown field "agee"\n  hint: did you mean "age"?'),
    ),
    (
        "expect: {age: {gte: 18}}\n        column: emial",
        "",
        '2:5: unknown field "emial"\n  hint: did you mean "email"?',
    ),
    (
        "for: {type: integer}\n        expect: {it: {known: true}}",
        "",
        (
            '8:10: unknown type "integer"\n  hint: types are '
            "text, id, enum, multi, int, number, money, date, bool, email, phone, url"
        ),
    ),
    (
        "for: {fields: [agee]}\n        expect: {it: {known: true}}",
        "",
        ('8:10: unknown field "agee"\n  hint: did you mean "age"?'),
    ),
    (
        "for: {type: int, not_field: [age]}\n        expect: {it: {known: true}}",
        "",
        ('8:22: for has no key "not_field"\n  hint: did you mean "not_fields"?'),
    ),
    (
        "for: int\n        expect: {it: {known: true}}",
        "",
        ("8:10: for: names no columns\n  hint: write for: {type: email} or for: {fields: [email]}"),
    ),
    (
        "for: {type: int}\n        expect: {it: {contains: a}}",
        "",
        (
            '9:19: "contains" does not work on "age", which is of '
            "type int\n  hint: it works on email, enum, id, phone, text, url"
        ),
    ),
    (
        "for: {type: money}\n        expect: {it: {contains: a}}",
        "",
        (
            '9:19: "contains" does not work on "it", which is '
            "of type money\n  hint: it works on email, enum, id, phone, text, url"
        ),
    ),
    ("finder: outlier", "", '8:5: there is no finder "outlier"\n  hint: did you mean "outliers"?'),
    ("finder: [outliers]", "", '8:5: there is no finder "[\'outliers\']"\n  hint: did you mean "outliers"?'),
    ("finder: zzz", "", '8:5: there is no finder "zzz"\n  hint: finders are email-typos, outliers'),
    (
        "finder: outliers\n        expect: {age: {gte: 18}}",
        "",
        ("9:5: a check with a finder has no expect:\n  hint: make it two checks"),
    ),
    ("finder: outliers\n        column: agee", "", '9:5: unknown field "agee"\n  hint: did you mean "age"?'),
    ("settings: [1]\n        finder: outliers", "", "2:5: settings: is a map\n  hint: write settings: {least_rows: 3}"),
    (
        "confidence: 80\n        expect: {age: {gte: 18}}",
        "",
        ("8:17: confidence: is a share\n  hint: write confidence: 0.8"),
    ),
    (
        "confidence: 0\n        expect: {age: {gte: 18}}",
        "",
        ("8:17: confidence: is a share\n  hint: write confidence: 0.8"),
    ),
    (
        "confidence: true\n        expect: {age: {gte: 18}}",
        "",
        ("8:17: confidence: is a share\n  hint: write confidence: 0.8"),
    ),
    (
        "tests: [1]\n        expect: {age: {gte: 18}}",
        "",
        ("8:12: tests: has the lists fails: and passes:\n  hint: write tests: {fails: [{email: x}], passes: [...]}"),
    ),
    (
        "tests: {fail: [1]}\n        expect: {age: {gte: 18}}",
        "",
        ("8:12: tests: has the lists fails: and passes:\n  hint: write tests: {fails: [{email: x}], passes: [...]}"),
    ),
    (
        "tests: {fails: abc}\n        expect: {age: {gte: 18}}",
        "",
        ("8:13: fails: is a list of rows\n  hint: write tests: {fails: [{email: x}], passes: [...]}"),
    ),
    (
        "tests: {passes: 5}\n        expect: {age: {gte: 18}}",
        "",
        ("8:13: passes: is a list of rows\n  hint: write tests: {fails: [{email: x}], passes: [...]}"),
    ),
    (
        "tests: {fails: [[1]]}\n        expect: {age: {gte: 18}}",
        "",
        ("8:21: a test's row has one value for each field\n  hint: write {email: ann@example.com}"),
    ),
    (
        "tests: {fails: [{agee: 1}]}\n        expect: {age: {gte: 18}}",
        "",
        ('8:21: unknown field "agee"\n  hint: did you mean "age"?'),
    ),
    ("id: other", "title: Too young", '5:5: "id" stands here twice\n  hint: first at line 2'),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_file_that_is_none(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A file that holds no checks says what it should hold."""
    assert mistakes(tmp_path, text) == expected


@pytest.mark.parametrize(("line", "instead", "expected"), LINES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, line: str, instead: str, expected: str) -> None:
    """A mistake in a check is told once, by line and column, with what would be right."""
    text = with_line(line, instead=instead or "expect: {age: {gte: 18}}")
    assert mistakes(tmp_path, text) == [f"a.yaml:{expected}"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Mistakes of several files come together, in the order they stand there."""
    one = with_line("expect: {agee: {gte: 18}}").replace("severity: error", "severity: bad")
    found = mistakes(tmp_path, one, GOOD.replace("title: Too young", "titel: Too young").replace("adult", "other"))
    assert [line.split(" ", 1)[0] for line in found] == ["a.yaml:4:15:", "a.yaml:8:14:", "b.yaml:2:5:", "b.yaml:5:5:"]


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    """Two checks of one name are a mistake, in one file or in two; both places are told."""
    assert mistakes(tmp_path, GOOD, GOOD) == ['b.yaml:2:5: check "adult" is there twice\n  hint: first at a.yaml:2:5']
    again = (
        GOOD + "      - {id: adult, finder: outliers, dimension: validity, severity: note, title: T, why: W, mend: M}"
    )
    assert mistakes(tmp_path, again) == ['a.yaml:9:5: check "adult" is there twice\n  hint: first at a.yaml:2:5']


def test_a_mistake_shows_even_where_no_column_needs_the_check(tmp_path: Path) -> None:
    """A check for columns the table does not have is read all the same."""
    text = with_line("for: {fields: [age]}\n        expect: {it: {gtee: 1}}")
    found = mistakes(tmp_path, text, known=fields_of_types(age="int"), present={})
    assert [line.split("\n")[0] for line in found] == ['a.yaml:9:19: unknown operator "gtee"']


def test_one_mistake_of_many_columns_is_one(tmp_path: Path) -> None:
    """A wrong operator in a check for two columns is told once."""
    text = with_line("for: {type: int}\n        expect: {it: {gtee: 1}}")
    found = mistakes(tmp_path, text, known=fields_of_types(a="int", b="int"))
    assert [line.split("\n")[0] for line in found] == ['a.yaml:9:19: unknown operator "gtee"']


# ---------------------------------------------------------------------------------------------------- hostile files


def _tenfold(one: str, other: str) -> str:
    return f"{other}: &{other} [{', '.join([f'*{one}'] * 10)}]"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("checks: [" + "#" * 1_000_001, "too large for a rules file", id="huge"),
        pytest.param("checks: " + "[" * 5_000, "nested too deep", id="deep"),
        pytest.param("checks: " + "[" * 200 + "]" * 200, "nested too deep", id="deep and whole"),
        pytest.param(
            "\n".join(["a: &a [x, x, x, x, x, x, x, x, x, x]", *map(_tenfold, "abcdef", "bcdefg"), "checks: *g"]),
            "grows too large when its aliases are filled in",
            id="aliases",
        ),
        pytest.param("checks: [a: b: c]", "this is no YAML", id="no yaml"),
        pytest.param("checks: !!python/object/apply:os.system [ls]", "a check needs an id", id="a tag that runs"),
        pytest.param("checks: [{{a: 1}: 2}]", "a key must be a word", id="a map as key"),
    ],
)
def test_hostile_yaml(tmp_path: Path, text: str, problem: str) -> None:
    """A file that is huge, deep, multiplied by aliases or no YAML is refused in words, and runs nothing."""
    with pytest.raises(SegauditError) as caught:
        read_checks(tmp_path, text)
    errors = caught.value.errors if isinstance(caught.value, RuleErrors) else [caught.value]
    assert any(problem in error.problem for error in errors)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no text are told as such."""
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "email.yaml").write_bytes(b"checks: \xff\xfe\x00")
    write(tmp_path / "t.csv", "Email\nann@example.com\n")
    ran = run("quality", tmp_path / "t.csv", "--rules", tmp_path, "--quiet")
    assert ran.code == 2
    assert "this file is not written in UTF-8" in ran.err
    assert "Traceback" not in ran.err


# ------------------------------------------------------------------------------------------------ a client's folder


def names(location: RulesLocation) -> dict[str, Path]:
    """Return the files of checks by name."""
    return {path.name: path.parent for path in location.quality_files()}


def test_a_clients_folder_replaces_and_adds_files(tmp_path: Path) -> None:
    """A file of the client's own takes the place of the shipped one of its name; one of another name is added."""
    for name in ("email.yaml", "own.yaml"):
        write(tmp_path / "quality" / name, "checks: []")
    shipped, merged = names(RulesLocation.at(None)), names(RulesLocation.at(str(tmp_path)))
    assert set(merged) == {*shipped, "own.yaml"}
    assert {name for name, folder in merged.items() if folder == tmp_path / "quality"} == {"email.yaml", "own.yaml"}


def test_the_command_uses_the_clients_checks(tmp_path: Path) -> None:
    """The command runs the client's checks in place of the shipped file's, and the other shipped ones besides."""
    write(tmp_path / "rules" / "quality" / "email.yaml", GOOD.replace("{age: {gte: 18}}", "{age: {gte: 30}}"))
    file = write(tmp_path / "t.csv", "Email,Age,Number of Employees\nno address,29,-1\nann@example.com,31,5\n")
    ran = run("quality", file, "--rules", tmp_path / "rules", "--map", _map(tmp_path), "--format", "md", "--quiet")
    assert ran.code == 0
    assert "Too young" in ran.out
    assert "Counts below zero" in ran.out
    assert "Addresses no mail can reach" not in ran.out


def _map(folder: Path) -> Path:
    return write(folder / "map.csv", "header,field,type\nAge,age,int\n")


def test_an_id_of_a_shipped_file_is_taken(tmp_path: Path) -> None:
    """A client's check with the id of a shipped one in another file is a mistake that names both places."""
    write(tmp_path / "quality" / "own.yaml", GOOD.replace("adult", "email-unreadable"))
    file = write(tmp_path / "t.csv", "Email\nann@example.com\n")
    ran = run("quality", file, "--rules", tmp_path, "--quiet")
    assert ran.code == 2
    assert 'own.yaml:2:5: check "email-unreadable" is there twice' in ran.err
    assert "quality/email.yaml:" in ran.err


def test_unknown_types_are_those_of_the_catalogue(tmp_path: Path) -> None:
    """Every type a column can have can be asked for."""
    types: dict[str, Any] = {f"f_{kind.value}": RuleField(name=f"f_{kind.value}", type=kind) for kind in VALUE_TYPES}
    for kind in VALUE_TYPES:
        text = with_line(f"for: {{type: {kind.value}}}\n        expect: {{it: {{known: true}}}}")
        assert [check.column for check in read_checks(tmp_path, text, known=types)] == [f"f_{kind.value}"]
