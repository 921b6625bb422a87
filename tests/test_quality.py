"""``segaudit quality`` as scripts rely on it: JSON, issues, fixes, exit codes, and what it never shows or writes."""

import csv
import hashlib
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import segaudit
from segaudit.audit import quality as audit_quality
from segaudit.audit.opening import InputChoices
from segaudit.audit.quality import QualityOutputs
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders import FINDERS
from tests.quality_support import only_checks
from tests.rules_support import Ran, run, write

DAY = ("--as-of", "2026-03-31")
ROWS = """
    Record ID,Email,Number of Employees,Date of Birth,Company Name
    1,ann@example.com,10,1980-02-29,Acme
    2,ann.example.com,-5,1893-05-01,"=HYPERLINK(""http://x"")"
    3,,about ten,,
    4,bob@@example.com,-5,1893-06-02,Acme
"""
CHECKS = """
    checks:
      - {id: mail, dimension: validity, severity: error, title: No address, why: It bounces., mend: Mend it.,
         for: {type: email}, when: {it: {known: true}}, expect: {it: {valid: true}}}
      - {id: count, dimension: validity, severity: warning, title: Below zero, why: Never., mend: Empty it.,
         confidence: 0.8, expect: {employees: {gte: 0}}}
      - {id: born, dimension: validity, severity: note, title: Long ago, why: Nobody is., mend: Empty it.,
         expect: {birth_date: {on_or_after: "1906-01-01"}}}
      - {id: company, dimension: validity, severity: note, title: Formula, why: It runs., mend: Empty it.,
         expect: {company: {not_contains: "hyperlink"}}}
"""
FORMATS = ("table", "json", "csv", "md")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder with the checks above and none of the shipped ones."""
    return only_checks(tmp_path / "rules", CHECKS)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The table above."""
    return write(tmp_path / "t.csv", ROWS)


def check(file: Path | Sequence[Path], rules: Path, *options: object) -> Ran:
    """Run the command on files with rules, as of a fixed day."""
    files = [file] if isinstance(file, Path) else file
    return run("quality", *files, "--rules", rules, *DAY, "--quiet", *options)


def as_json(file: Path | Sequence[Path], rules: Path, *options: object) -> dict[str, Any]:
    """Return what the command prints as JSON."""
    ran = check(file, rules, "--format", "json", *options)
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Found = Callable[[QualityData], Iterable[Suspicion | ColumnRemark]]

PLANTED = """
    checks:
      - {id: planted, dimension: validity, severity: warning, title: Planted, why: Because., mend: Mend it.,
         finder: planted}
"""


def planting(found: Found) -> Any:  # noqa: ANN401 - a patch
    """Let a finder called "planted" say what a test wants it to."""

    def planted(data: QualityData, _: Check) -> Iterator[Suspicion | ColumnRemark]:
        yield from found(data)

    return mock.patch.object(audit_quality, "FINDERS", {**FINDERS, "planted": planted})


def suspicion(position: int, value: str, suggestion: str | None = None, **others: Any) -> Suspicion:  # noqa: ANN401
    """Return a suspicion of the planted finder."""
    return Suspicion(check="planted", position=position, value=value, suggestion=suggestion, **others)


# ---------------------------------------------------------------------------------------------------------------- JSON


def test_json(table: Path, rules: Path) -> None:
    """JSON says of each finding its rule, severity and column, the rows checked and failed, and the first of them."""
    result = as_json(table, rules)
    assert (result["schema_version"], result["command"], result["as_of"]) == ("1", "quality", "2026-03-31")
    assert result["source"]["rows"] == 4
    keys = ("rule", "severity", "column", "rows_checked", "rows_failed", "rows")
    assert [tuple(found[key] for key in keys) for found in result["findings"]] == [
        ("quality.mail", "error", "Email", 3, 2, [2, 4]),
        ("quality.count", "warning", "Number of Employees", 3, 2, [2, 4]),
        ("quality.born", "note", "Date of Birth", 3, 2, [2, 4]),
        ("quality.company", "note", "Company Name", 3, 1, [2]),
    ]
    assert result["checks_run"] == ["born", "company", "count", "mail"]
    assert result["checks_not_run"] == []


def test_what_is_certain_is_told_apart(table: Path, rules: Path) -> None:
    """A check that is less sure of itself than nine in ten has no row that is certainly wrong."""
    certain = {found["rule"]: found["rows_certain"] for found in as_json(table, rules)["findings"]}
    assert certain == {"quality.mail": 2, "quality.count": 0, "quality.born": 2, "quality.company": 1}


def test_first_rows_are_the_first_ten(tmp_path: Path, rules: Path) -> None:
    """Of many failing rows the first ten are named, in order."""
    rows = "\n".join(f"{number},{'no' if number % 3 == 0 else 'a@example.com'}" for number in range(1, 61))
    file = write(tmp_path / "many.csv", f"Record ID,Email\n{rows}\n")
    (found,) = as_json(file, rules)["findings"]
    assert (found["rows_failed"], found["rows"]) == (20, list(range(3, 31, 3)))


def test_checks_that_cannot_be_run_are_told(tmp_path: Path, rules: Path) -> None:
    """A check that reads a field no column provides is listed with the reason, and not among those that ran."""
    result = as_json(write(tmp_path / "mails.csv", "Email\nann@example.com\nbo\n"), rules)
    assert result["checks_run"] == ["mail"]
    assert {item["check"]: item["because"] for item in result["checks_not_run"]} == {
        "count": "no column provides employees",
        "born": "no column provides birth_date",
        "company": "no column provides company",
    }


def test_what_the_file_lacks_is_said_once_for_all_checks(tmp_path: Path) -> None:
    """People read which columns are missing, not which check wants them; the JSON says that."""
    said = run("quality", write(tmp_path / "mails.csv", "Email,Mobile\nann@example.com,\nbo@example.com,\n")).out
    text = " ".join(said.split())
    assert " checks were not run: no column provides " in text
    assert text.count("last_activity_on") == 1
    assert "no column is of the kind that " in text


def test_a_field_read_as_another_type_is_told(table: Path, rules: Path, tmp_path: Path) -> None:
    """A check of a field that the user says holds another type is not run, with the reason; nothing else changes."""
    write(tmp_path / "map.csv", "header,field,type\nNumber of Employees,employees,text\n")
    result = as_json(table, rules, "--map", tmp_path / "map.csv")
    assert result["checks_not_run"] == [{"check": "count", "because": "employees is read as text"}]
    assert [found["rule"] for found in result["findings"]] == ["quality.mail", "quality.born", "quality.company"]


@pytest.mark.parametrize("shown", FORMATS)
def test_every_format_tells_every_finding(table: Path, rules: Path, shown: str) -> None:
    """Every format names what is wrong and the column it is wrong in."""
    ran = check(table, rules, "--format", shown)
    assert ran.code == 0
    words = "".join(ran.out.split())
    for title, header in [
        ("No address", "Email"),
        ("Below zero", "Number of Employees"),
        ("Long ago", "Date of Birth"),
    ]:
        assert title.replace(" ", "") in words
        assert header.replace(" ", "") in words


def test_python_says_the_same(table: Path, rules: Path) -> None:
    """The function of the library finds what the command prints."""
    for _ in range(2):  # the second time the room of the same name has been imported
        result = segaudit.quality(str(table), segaudit.InputChoices(rules=str(rules)))
        expected = [found["rule"] for found in as_json(table, rules)["findings"]]
        assert [found.rule for found in result.findings] == expected


# -------------------------------------------------------------------------------------------------------------- issues


_CITIES = {"Mobile": "36602", "Birmingham": "35203", "Huntsville": "35801", "Florence": "35630"}


def test_issues(table: Path, rules: Path, tmp_path: Path) -> None:
    """The list of issues has a line for each cell, in the order of rows, with the columns scripts rely on."""
    check(table, rules, "--issues", tmp_path / "issues.csv")
    text = (tmp_path / "issues.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "_row,column,rule,value,suggestion,confidence,because"
    assert [tuple(row.values()) for row in read(tmp_path / "issues.csv")] == [
        ("2", "Email", "quality.mail", "ann.example.com", "", "1.00", ""),
        ("2", "Number of Employees", "quality.count", "-5", "", "0.80", ""),
        ("2", "Date of Birth", "quality.born", "1893-05-01", "", "1.00", ""),
        ("2", "Company Name", "quality.company", '\'=HYPERLINK("http://x")', "", "1.00", ""),
        ("4", "Email", "quality.mail", "bob@@example.com", "", "1.00", ""),
        ("4", "Number of Employees", "quality.count", "-5", "", "0.80", ""),
        ("4", "Date of Birth", "quality.born", "1893-06-02", "", "1.00", ""),
    ]


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|x", "-2+3", "@sum(a)", "\t=1", "\uff1d1", "+1 x"])
def test_no_issue_runs_in_a_spreadsheet(tmp_path: Path, formula: str) -> None:
    """Whatever stands in a cell, a header, a suggestion or the evidence, it begins with no sign of a formula."""
    rules = only_checks(tmp_path / "rules", PLANTED)
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["Record ID", f"{formula}a"], ["1", formula], ["2", "x"]])
    planted = suspicion(2, formula, formula, row=1, because=formula)
    with planting(lambda _: [planted]):
        check(tmp_path / "t.csv", rules, "--issues", tmp_path / "issues.csv")
    (row,) = read(tmp_path / "issues.csv")
    for name in ("column", "value", "suggestion", "because"):
        assert row[name].startswith("'")
        assert row[name].removeprefix("'").strip() in {formula.strip(), f"{formula}a".strip()}


NEEDED = """
    checks:
      - {id: needed, dimension: completeness, severity: error, title: None, why: W, mend: M,
         expect: {email: {known: true}}}
"""


def test_blank_cells_fail_too(tmp_path: Path) -> None:
    """Every row without a value is an issue of a check that wants one: blank, blanks only, or a word for none."""
    rules = only_checks(tmp_path / "rules", NEEDED)
    table = write(tmp_path / "t.csv", 'Record ID,Email\n1,\n2,a@x.org\n3,"  "\n4,n/a\n5,\n')
    check(table, rules, "--issues", tmp_path / "issues.csv")
    assert [row["_row"] for row in read(tmp_path / "issues.csv")] == ["1", "3", "4", "5"]


def test_issues_hold_every_row_of_a_value(tmp_path: Path) -> None:
    """What a finder says of a value concerns every row whose cell holds it, white space around it or not."""
    rules = only_checks(tmp_path / "rules", PLANTED)
    file = write(tmp_path / "t.csv", "Record ID,Product Line\n1,Gold\n2, Gold \n3,gold\n4,Gold\n")
    with planting(lambda _: [suspicion(2, "Gold", "Silver", confidence=0.95, because="so it is")]):
        result = as_json(file, rules, "--issues", tmp_path / "issues.csv")
    assert [(row["_row"], row["value"], row["suggestion"]) for row in read(tmp_path / "issues.csv")] == [
        ("1", "Gold", "Silver"),
        ("2", " Gold ", "Silver"),
        ("4", "Gold", "Silver"),
    ]
    (found,) = result["findings"]
    assert (found["rows_failed"], found["rows_certain"], found["rows"]) == (3, 3, [1, 2, 4])


def test_a_certain_repair_is_told_beside_a_verdict_that_has_none(tmp_path: Path) -> None:
    """What contradicts its row yields to other checks of the cell, but for a repair that they do not know."""
    cells = [f"{city} {number},{city},AL,{code}" for city, code in _CITIES.items() for number in range(30)]
    table = write(tmp_path / "a.csv", "\n".join(["Account,City,State,Zip", *cells, "Mobile 31,Mobile,AL,366x2", ""]))
    issues = tmp_path / "issues.csv"
    assert run("quality", str(table), "--issues", str(issues)).code == 0
    told = {(row["rule"], row["suggestion"]) for row in read(issues) if row["value"] == "366x2"}
    assert told == {("quality.postcode-country", ""), ("quality.dependencies", "36602")}


def test_issues_are_written_even_if_there_are_none(tmp_path: Path, rules: Path) -> None:
    """Where nothing is wrong the list of issues is there and empty."""
    check(write(tmp_path / "t.csv", "Email\nann@example.com\n"), rules, "--issues", tmp_path / "issues.csv")
    assert read(tmp_path / "issues.csv") == []


# --------------------------------------------------------------------------------------------------------------- fixes

REPAIRS = [
    suspicion(2, "a@gmial.com", "a@gmail.com", row=1, confidence=0.95),
    suspicion(2, "b@gmial.com", "b@gmail.com", row=2, confidence=0.89),  # not certain
    suspicion(2, "c@x", row=3),  # certain, and nobody knows what it should be
    suspicion(2, "d@gmial.com", "d@gmail.com", row=4),  # two repairs of one cell
    suspicion(2, "d@gmial.com", "d@gmai.com", row=4),
    suspicion(3, "=1+1", "=2", row=1),
    suspicion(3, "N.N.", "", row=2),
]
BROKEN = "Record ID,Email,Company Name\nr1,a@gmial.com,=1+1\nr2,b@gmial.com,N.N.\nr3,c@x,Acme\nr4,d@gmial.com,Acme\n"


@pytest.fixture
def broken(tmp_path: Path) -> tuple[Path, Path]:
    """A table whose faults a planted finder knows, and the rules that call it."""
    return write(tmp_path / "t.csv", BROKEN), only_checks(tmp_path / "rules", PLANTED)


def test_fixes(broken: tuple[Path, Path], tmp_path: Path) -> None:
    """For each column with certain repairs there is a file with key, new and old value; cells stay as they are."""
    with planting(lambda _: REPAIRS):
        assert check(*broken, "--fixes", tmp_path / "fixes").code == 0
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "fixes").iterdir()}
    assert files == {
        "02-email.csv": "Record ID,Email,Email (before)\nr1,a@gmail.com,a@gmial.com\n",
        "03-company-name.csv": "Record ID,Company Name,Company Name (before)\nr1,=2,=1+1\nr2,,N.N.\n",
    }


def test_fixes_by_a_column_that_numbers_the_rows(tmp_path: Path) -> None:
    """A column of codes is the key before an address; beside an address that rows share, their numbers are told."""
    rows = "".join(f"C{number:03},info@acme.io,N.N.\n" for number in range(1, 31))
    rules = only_checks(tmp_path / "own", PLANTED)
    file = write(tmp_path / "t.csv", f"Member No,Email,Stage\n{rows}")
    with planting(lambda _: [suspicion(3, "N.N.", "Won", row=2, confidence=0.95)]):
        check(file, rules, "--fixes", tmp_path / "fixes")
    assert (tmp_path / "fixes" / "03-stage.csv").read_text(
        encoding="utf-8"
    ) == "Member No,Stage,Stage (before)\nC002,Won,N.N.\n"
    file = write(tmp_path / "u.csv", "Email,Stage\ninfo@acme.io,N.N.\ninfo@acme.io,N.N.\n")
    with planting(lambda _: [suspicion(2, "N.N.", "Won", row=2, confidence=0.95)]):
        check(file, rules, "--fixes", tmp_path / "more")
    told = (tmp_path / "more" / "02-stage.csv").read_text(encoding="utf-8")
    assert told == "Email,Stage,Stage (before),_row\ninfo@acme.io,Won,N.N.,2\n"


def test_fixes_without_a_key(tmp_path: Path, rules: Path) -> None:
    """Where no column tells records apart, the row's number does."""
    rules = only_checks(tmp_path / "own", PLANTED)
    file = write(tmp_path / "t.csv", "First Name,Company Name\nAnn,N.N.\nBo,Acme\n")
    with planting(lambda _: [suspicion(2, "N.N.", "")]):
        check(file, rules, "--fixes", tmp_path / "fixes")
    assert (tmp_path / "fixes" / "02-company-name.csv").read_text(encoding="utf-8") == (
        "_row,Company Name,Company Name (before)\n1,,N.N.\n"
    )


def test_the_surest_repair_is_taken(broken: tuple[Path, Path], tmp_path: Path) -> None:
    """Of two certain repairs of one cell the surer one is taken."""
    sure = [suspicion(2, "d@gmial.com", mail, row=4, confidence=share) for mail, share in (("x", 0.95), ("y", 0.99))]
    with planting(lambda _: sure):
        check(*broken, "--fixes", tmp_path / "fixes")
    assert (tmp_path / "fixes" / "02-email.csv").read_text(encoding="utf-8").splitlines()[1:] == ["r4,y,d@gmial.com"]


def test_no_certain_repair_no_file(broken: tuple[Path, Path], tmp_path: Path) -> None:
    """Where no repair is certain, or two are as certain as each other, no file is written."""
    with planting(lambda _: REPAIRS[1:5]):
        assert check(*broken, "--fixes", tmp_path / "fixes").code == 0
    assert list((tmp_path / "fixes").iterdir()) == []


def test_fixes_never_replace_an_input(tmp_path: Path) -> None:
    """A file of repairs with the name of an input is refused, forced or not, and the input stays as it is."""
    rules, file = only_checks(tmp_path / "rules", PLANTED), write(tmp_path / "02-email.csv", BROKEN)
    for options in ((), ("--force",)):
        with planting(lambda _: REPAIRS):
            ran = check(file, rules, "--fixes", tmp_path, *options)
        assert ran.code == 2
        assert "the input, which is never written to" in ran.err
    assert file.read_text(encoding="utf-8") == BROKEN


def test_fixes_are_not_replaced_unasked(broken: tuple[Path, Path], tmp_path: Path) -> None:
    """A file of repairs that exists already is replaced with --force only."""
    old = write(tmp_path / "fixes" / "02-email.csv", "mine\n")
    with planting(lambda _: REPAIRS):
        ran = check(*broken, "--fixes", tmp_path / "fixes")
        assert (ran.code, old.read_text(encoding="utf-8")) == (2, "mine\n")
        assert "--force" in ran.err
        assert check(*broken, "--fixes", tmp_path / "fixes", "--force").code == 0
    assert old.read_text(encoding="utf-8").startswith("Record ID,Email")


def test_fixes_in_a_place_that_is_a_file(broken: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder of repairs that is a file is refused in words."""
    taken = write(tmp_path / "fixes", "mine\n")
    with planting(lambda _: REPAIRS):
        ran = check(*broken, "--fixes", taken)
    assert ran.code == 2
    assert str(taken) in ran.err
    assert "hint" in ran.err
    assert taken.read_text(encoding="utf-8") == "mine\n"


# ------------------------------------------------------------------------------------- outputs, exit codes, mistakes


def test_issues_are_not_replaced_unasked(table: Path, rules: Path, tmp_path: Path) -> None:
    """A list of issues that exists is replaced with --force only."""
    old = write(tmp_path / "issues.csv", "mine\n")
    ran = check(table, rules, "--issues", old)
    assert (ran.code, old.read_text(encoding="utf-8")) == (2, "mine\n")
    assert check(table, rules, "--issues", old, "--force").code == 0
    assert len(read(old)) == 7


def test_issues_never_replace_an_input(table: Path, rules: Path) -> None:
    """The input is no place for the list of issues, forced or not."""
    before = table.read_bytes()
    for options in ((), ("--force",)):
        ran = check(table, rules, "--issues", table, *options)
        assert ran.code == 2
        assert "the input, which is never written to" in ran.err
    assert table.read_bytes() == before


@pytest.mark.parametrize(
    ("severities", "level", "code"),
    [
        ("error", "never", 0),
        ("error", "error", 1),
        ("error", "warning", 1),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("note", "warning", 0),
    ],
)
def test_fail_on(tmp_path: Path, severities: str, level: str, code: int) -> None:
    """The command ends with 1 if there is a finding of the level asked for or worse, and prints it all the same."""
    text = CHECKS.split("      - {id: count", maxsplit=1)[0].replace("severity: error", f"severity: {severities}")
    file = write(tmp_path / "t.csv", "Email\nbo\nann@example.com\n")
    ran = check(file, only_checks(tmp_path / "rules", text), "--fail-on", level)
    assert ran.code == code
    assert "No address" in ran.out


def test_nothing_wrong(tmp_path: Path, rules: Path) -> None:
    """Where nothing is wrong the command says so and ends well, whatever it may fail on."""
    ran = check(write(tmp_path / "t.csv", "Email\nann@example.com\n"), rules, "--fail-on", "warning")
    assert ran.code == 0
    assert "found nothing" in ran.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--as-of", "soon"), "as-of"),
        (("--rules", "/nowhere"), "no such rules file or folder"),
        (("--issues", "/nowhere/issues.csv"), "there is no folder"),
        (("--map", "/nowhere.csv"), "/nowhere.csv"),
    ],
)
def test_what_cannot_be_run(table: Path, rules: Path, options: tuple[str, str], words: str) -> None:
    """An option that cannot be followed ends with 2 and says why, on standard error alone."""
    ran = check(table, rules, *options)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_there(tmp_path: Path, rules: Path) -> None:
    """A file that is not there ends with 2."""
    ran = check(tmp_path / "none.csv", rules)
    assert (ran.code, ran.out) == (2, "")
    assert "none.csv" in ran.err


def test_no_output_is_left_of_a_run_that_fails(tmp_path: Path) -> None:
    """If a check cannot be run to its end, neither the list of issues nor a temporary file is left behind."""

    def breaks(_: QualityData) -> Iterator[Suspicion]:
        yield suspicion(1, "x", row=1)
        raise MemoryError

    file, rules = write(tmp_path / "t.csv", "Email\nx\n"), only_checks(tmp_path / "rules", PLANTED)
    with planting(breaks), pytest.raises(MemoryError):
        audit_quality.quality(
            str(file),
            InputChoices(rules=str(rules)),
            QualityOutputs(issues=str(tmp_path / "issues.csv")),
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules", "t.csv"]


# ---------------------------------------------------------------------------------------------------- what is not shown


@pytest.mark.parametrize("shown", FORMATS)
def test_cells_that_may_name_a_person_are_masked(table: Path, rules: Path, shown: str) -> None:
    """An address is shown in full only if examples are asked for; a number names nobody and is shown."""
    masked, full = (check(table, rules, "--format", shown, *more).out for more in ((), ("--examples",)))
    assert "ann.example.com" not in masked
    assert "ann.example.com" in full
    assert "-5" in masked


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize("more", [(), ("--examples",)])
def test_sensitive_cells_are_never_shown(table: Path, rules: Path, shown: str, more: tuple[str, ...]) -> None:
    """A date of birth that is wrong is reported by place, even where examples are asked for."""
    out = check(table, rules, "--format", shown, *more).out
    assert "Long ago" in out
    assert "1893" not in out


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize("more", [(), ("--examples",)])
def test_suggestions_and_evidence_are_masked_too(tmp_path: Path, shown: str, more: tuple[str, ...]) -> None:
    """What should be there and what speaks for it show no more of a person than the cell does."""
    rules = only_checks(tmp_path / "rules", PLANTED)
    file = write(tmp_path / "t.csv", "Email,Date of Birth\nann@gmial.com,1893-05-01\nbo@x.com,1980-01-01\n")
    planted = [
        suspicion(1, "ann@gmial.com", "ann@gmail.com", because='"ann@gmail.com" is known'),
        suspicion(2, "1893-05-01", "1983-05-01", because='"1983-05-01" in 3 rows'),
    ]
    with planting(lambda _: planted):
        out = check(file, rules, "--format", shown, *more).out
    assert ("ann@gm" in out) is bool(more)
    assert "1893" not in out
    assert "1983" not in out


@pytest.mark.parametrize("shown", FORMATS)
def test_hostile_cells_and_headers_are_shown_harmlessly(tmp_path: Path, shown: str) -> None:
    """Control characters, markup and terminal commands in a cell or a header do not reach the output as such."""
    rules = only_checks(tmp_path / "rules", PLANTED)
    nasty = "\x1b[2J[red]x[/red]<script>|`"
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["Record ID", f"h{nasty}"], ["1", nasty], ["2", "x"]])
    with planting(lambda _: [suspicion(2, nasty, nasty, row=1, because=f'"{nasty}"')]):
        ran = check(tmp_path / "t.csv", rules, "--format", shown, "--examples")
    assert ran.code == 0
    assert "\x1b[2J" not in ran.out
    if shown == "json":
        assert json.loads(ran.out)["findings"][0]["examples"][0]["value"] == nasty
    if shown == "md":
        assert "<script>" not in ran.out


# ----------------------------------------------------------------------------------------------- what can be read


def test_several_files_are_one_table(tmp_path: Path, rules: Path) -> None:
    """Files given together are one table: rows are numbered through, and columns meet by their headers."""
    one = write(tmp_path / "a.csv", "Email,Number of Employees\nbo,1\nann@example.com,2\n")
    two = write(tmp_path / "b.csv", "Number of Employees,Email\n-1,ann@example.com\n3,cy\n")
    result = as_json([one, two], rules)
    found = {item["rule"]: (item["rows_checked"], item["rows"]) for item in result["findings"]}
    assert found == {"quality.mail": (4, [1, 4]), "quality.count": (4, [3])}


def test_standard_input(rules: Path) -> None:
    """A table may come from standard input."""
    command = [sys.executable, "-m", "segaudit", "quality", "-", "--rules", str(rules), "--format", "json", "--quiet"]
    text = "Email\nbo\nann@example.com\n"
    ran = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert [found["rows"] for found in json.loads(ran.stdout)["findings"]] == [[1]]


def test_header_only(tmp_path: Path, rules: Path) -> None:
    """Of a table without rows nothing is wrong, and the files asked for are there."""
    file = write(tmp_path / "t.csv", "Email,Number of Employees\n")
    result = as_json(file, rules, "--issues", tmp_path / "issues.csv", "--fixes", tmp_path / "fixes")
    assert result["source"]["rows"] == 0
    assert result["findings"] == []
    assert read(tmp_path / "issues.csv") == []


def test_shipped_checks_on_a_header_only(tmp_path: Path) -> None:
    """The shipped checks and finders bear a table without rows."""
    ran = run("quality", write(tmp_path / "t.csv", "Email,Phone,Created,Notes\n"), *DAY, "--quiet")
    assert (ran.code, ran.err) == (0, "")


def test_empty_file(tmp_path: Path, rules: Path) -> None:
    """A file with nothing in it is no table."""
    ran = check(write(tmp_path / "t.csv", ""), rules)
    assert (ran.code, ran.out) == (2, "")
    assert "t.csv" in ran.err


def test_no_column_is_known(tmp_path: Path, rules: Path) -> None:
    """Of columns nobody knows, only what is found in their cells is checked, and the rest is listed as not run."""
    result = as_json(write(tmp_path / "t.csv", "zqx,zqy\nfoo,1\nbar,2\n"), rules)
    assert result["findings"] == []
    assert [item["check"] for item in result["checks_not_run"]] == ["mail", "count", "born", "company"]


def test_a_check_for_a_type_finds_unmapped_columns(tmp_path: Path, rules: Path) -> None:
    """A column whose header says nothing is checked by the type its cells show."""
    mails = "\n".join(f"{number},m{number}@example.com" for number in range(20))
    (found,) = as_json(write(tmp_path / "t.csv", f"zqx,zqy\n{mails}\n20,bo\n"), rules)["findings"]
    assert (found["rule"], found["column"], found["rows"]) == ("quality.mail", "zqy", [21])


def test_duplicate_headers(tmp_path: Path, rules: Path) -> None:
    """Two columns with one header are both checked, each for itself."""
    good = "\n".join(f"a{number}@example.com,b{number}@example.com" for number in range(20))
    file = write(tmp_path / "t.csv", f"Email,Email\nann@example.com,bo\ncy,ann@example.com\n{good}\n")
    findings = as_json(file, rules)["findings"]
    assert sorted((tuple(found["positions"]), tuple(found["rows"])) for found in findings) == [
        ((1,), (2,)),
        ((2,), (1,)),
    ]


def test_workbooks(tmp_path: Path, rules: Path) -> None:
    """A sheet is checked as a text file is."""
    import openpyxl  # noqa: PLC0415 - heavy: needed by this test only

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Email", "Number of Employees"], ["bo", 1], ["ann@example.com", -2]):
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    found = {item["rule"]: item["rows"] for item in as_json(tmp_path / "t.xlsx", rules)["findings"]}
    assert found == {"quality.mail": [1], "quality.count": [2]}


# ---------------------------------------------------------------------------- the same again, and nothing left behind


def _many(rows: Iterable[int]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Record ID", "Email", "Phone Number", "Number of Employees", "Created Date", "Country", "City"])
    for row in rows:
        mail = f"m{row}@example.com" if row % 7 else f"m{row}.example.com"
        city = ("Oslo", "oslo", "Bergen", "OSLO ", "Brgen")[row % 5]
        day = f"20{row % 30:02d}-0{row % 9 + 1}-11" if row % 11 else "soon"
        writer.writerow([row, mail, f"+4722{100_000 + row}", row % 50 - 2, day, "Norway", city])
    return out.getvalue()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs of all shipped checks print the same and write the same list of issues."""
    write(tmp_path / "t.csv", _many(range(400)))
    outs = []
    for name in ("one.csv", "two.csv"):
        out = run("quality", tmp_path / "t.csv", *DAY, "--quiet", "--format", "json", "--issues", tmp_path / name).out
        outs.append((out, hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()))
    assert outs[0] == outs[1]
    assert json.loads(outs[0][0])["findings"]


def test_the_order_of_rows_changes_no_count(tmp_path: Path, rules: Path) -> None:
    """Shuffled rows come to the same findings, row numbers apart."""
    order = random.Random(3).sample(range(400), 400)  # noqa: S311 - a shuffle that repeats, not a secret
    found = []
    for name, rows in (("a.csv", range(400)), ("b.csv", order)):
        result = as_json(write(tmp_path / name, _many(rows)), rules)
        found.append([(item["rule"], item["rows_checked"], item["rows_failed"]) for item in result["findings"]])
    assert found[0] == found[1]
    # One of seven addresses has no @; two of fifty numbers are below zero.
    assert found[0] == [("quality.mail", 400, 58), ("quality.count", 400, 16)]


@pytest.mark.parametrize("arguments", [("--help",), ("quality", "--help"), ("coverage", "t.csv")])
def test_heavy_libraries_stay_out(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Neither help nor coverage imports what only the check of quality needs."""
    write(tmp_path / "t.csv", "Email\nann@example.com\n")
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['segaudit', *{arguments!r}]\n"
        "try:\n    runpy.run_module('segaudit', run_name='__main__')\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandera', 'polars', 'great_expectations', 'pandas', 'numpy', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code]
    path = os.pathsep.join(filter(None, [str(Path(audit_quality.__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    ran = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert ran.stderr.splitlines()[-1] == "[]"


def test_nothing_is_left_behind(table: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The input stays as it is, and only what was asked for is written; temporary files are gone."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before, changed = table.read_bytes(), table.stat().st_mtime_ns
    names = {path.name for path in tmp_path.iterdir()}
    check(table, rules, "--issues", tmp_path / "issues.csv", "--format", "json")
    assert (table.read_bytes(), table.stat().st_mtime_ns) == (before, changed)
    assert {path.name for path in tmp_path.iterdir()} - names == {"issues.csv"}
    assert list(scratch.iterdir()) == []


def test_quiet_prints_nothing_but_the_result(table: Path, rules: Path) -> None:
    """Progress is no part of the result: standard error is empty, standard output is one document."""
    ran = check(table, rules, "--format", "json")
    assert ran.err == ""
    assert json.loads(ran.out)["command"] == "quality"


def test_fixes_are_keyed_by_a_column_of_ids_before_the_address(tmp_path: Path) -> None:
    """An id that means no known field tells records apart where it is in every row, and addresses are not."""
    rules = only_checks(tmp_path / "own", PLANTED)
    rows = "".join(f"C-{number:04},{'' if number == 1 else f'p{number}@x.example'},A\n" for number in range(1, 60))
    file = write(tmp_path / "t.csv", f"Constituent ID,Email,Company Name\n{rows}")
    with planting(lambda _: [suspicion(3, "A", "B", row=1)]):
        check(file, rules, "--fixes", tmp_path / "fixes")
    written = (tmp_path / "fixes" / "03-company-name.csv").read_text(encoding="utf-8")
    assert written == "Constituent ID,Company Name,Company Name (before)\nC-0001,B,A\n"


def test_how_far_was_looked_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """A table of 70 columns is not compared column by column to the last: a note says so, and no gate trips over it."""
    headers = [f"Column {chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(70)]
    rows = [",".join(f"v{row * (number + 3) % 7}" for number in range(70)) for row in range(30)]
    file = write(tmp_path / "wide.csv", "\n".join([",".join(headers), *rows]) + "\n")
    ran = run("quality", file, "--format", "json", "-q")
    said = [found for found in json.loads(ran.out)["findings"] if "were compared with each other" in found["message"]]
    assert [found["severity"] for found in said] == ["note"]
    assert said[0]["title"].endswith("not looked for everywhere")


def test_a_second_number_is_a_way_to_reach_somebody(tmp_path: Path) -> None:
    """Who has a number at home is not out of reach; who has nothing is."""
    rows = "".join(f"{number},,{'' if number == 3 else f'+44 20 7946 {number:04}'}\n" for number in range(1, 31))
    file = write(tmp_path / "t.csv", f"Record ID,Email,Home Phone\n{rows}")
    findings = json.loads(run("quality", file, "--format", "json", "-q").out)["findings"]
    assert [found["rows"] for found in findings if found["rule"] == "quality.unreachable"] == [[3]]
