"""The sections of an audit about the data: what was read, coverage, findings, duplicates, enrichment and method."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from segaudit.audit.identity import find_identity
from segaudit.audit.opening import InputChoices, OpenedInput, open_input
from segaudit.audit.whole.missing import measure_missing
from segaudit.audit.whole.samples import sample_entities
from segaudit.engine.duck import DuckEngine
from segaudit.model.audit import (
    AuditedSegments,
    AuditedTable,
    AuditFile,
    AuditResult,
    EntityLink,
    EntitySample,
    Missingness,
    NotAssessed,
    Pattern,
)
from segaudit.model.coverage import CoverageResult, Cutoffs
from segaudit.model.decisions import Finding as SegmentFinding
from segaudit.model.enrichment import Effort, FieldGain, FieldState, PlanStep, SchemaNeeds, StandIn
from segaudit.model.identity import FieldWeights, LevelWeight
from segaudit.model.quality import Example, Severity
from segaudit.model.scorecard import Answer
from segaudit.model.source import Tally
from segaudit.model.workspace import Join, JoinCounts, JoinMeasured, WorkspaceFinding, WorkspaceResult
from segaudit.quality.coverage import measure_coverage
from segaudit.report.audit import coverage, duplicates, enrichment, findings, method, summary, tables
from segaudit.report.audit_json import audit_json
from segaudit.report.charts import BarChart, GraphChart, IntervalChart, MatrixChart
from segaudit.report.document import Tone
from segaudit.report.page import Facts, Figures, Finding, Findings, Fold, Grid, Page, Para, Section, Span
from segaudit.report.page_html import MOST_BYTES, render_html_page
from segaudit.report.page_md import render_markdown_page
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation, data_folder
from segaudit.rulebook.report_words import load_texts
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlScalar, load_nodes
from tests.audit_judging_support import (
    DAY,
    column,
    finding,
    identity,
    measured,
    result,
    rulebook,
    segments,
    table,
    workspace,
)
from tests.worlds.contacts import make_contacts

SECTIONS = (tables, coverage, findings, duplicates, enrichment, method)
HOSTILE = '<script>alert(1)</script>\u202e=HYPERLINK("http://x")\x07</script><img src=x onerror=alert(1)>'
T = TypeVar("T")


def words(language: str = "en") -> Words:
    """Return the shipped words."""
    location = RulesLocation.at(None)
    return Words(language=language, texts=load_texts(location, language), fallback=load_texts(location, "en"))


EN, DE = words(), words("de")


def audited(
    *made: AuditedTable,
    found: AuditedSegments | None = None,
    checked: WorkspaceResult | None = None,
    files: tuple[AuditFile, ...] = (),
    not_assessed: tuple[NotAssessed, ...] = (),
    redacted: bool = False,
) -> AuditResult:
    """Return an audit of some tables."""
    judged = result(measured(*made, found=found, checked=checked), redacted=redacted, not_assessed=not_assessed)
    return replace(judged, files=files)


def walk(item: object) -> Iterator[Any]:
    """Yield an object and all that it is made of."""
    yield item
    if is_dataclass(item):
        for part in fields(item):
            yield from walk(getattr(item, part.name))
    elif isinstance(item, tuple):
        for part in item:
            yield from walk(part)


def of_type(section: Section | None, kind: type[T]) -> list[T]:
    """Return the parts of a section that are of one type, in order."""
    return [item for item in walk(section) if isinstance(item, kind)]


def said(section: object) -> str:
    """Return every text of a section, line by line."""
    return "\n".join(item for item in walk(section) if isinstance(item, str))


def paras(section: Section | None) -> list[str]:
    """Return the paragraphs of a section."""
    return ["".join(piece.text for piece in para.line) for para in of_type(section, Para)]


def grid(section: Section | None, place: int = 0) -> list[list[str]]:
    """Return a table of a section as texts, without its header."""
    rows = of_type(section, Grid)[place].rows
    return [[" / ".join("".join(piece.text for piece in line) for line in cell) for cell in row] for row in rows]


def entries(section: Section | None) -> tuple[Finding, ...]:
    """Return the findings of a section."""
    found = of_type(section, Findings)
    return found[0].items if found else ()


def facts(entry: Finding) -> dict[str, str]:
    """Return what stands with a finding, by name."""
    return {name: " / ".join("".join(piece.text for piece in line) for line in lines) for name, lines in entry.facts}


def joined(child: str, parent: str, counts: JoinCounts) -> JoinMeasured:
    """Return a join of two tables by their first columns."""
    join = Join(child=child, child_position=1, parent=parent, parent_position=1)
    return JoinMeasured(join=join, counts=counts)


DEALS, CONTACTS = table("deals", "deals"), table()


def test_rows_that_belong_to_nobody_are_said_in_a_sentence() -> None:
    """Of 100 deals 91 are connected: 9 belong to no contact, and 3 of all name one that is not there."""
    checked = replace(
        workspace(DEALS, CONTACTS),
        joins=(joined("deals", "contacts", JoinCounts(rows=100, blank=6, matched=91, orphans=3)),),
    )
    made = audited(DEALS, CONTACTS, checked=checked)
    assert "9 deals (9%) belong to no contact. 3 name one that is not there." in paras(tables.section(made, EN))
    german = "9 Verkaufschancen (9 %) gehören zu keinem Kontakt. 3 nennen einen Datensatz, den es nicht gibt."
    assert german in paras(tables.section(made, DE))


def test_what_was_set_aside_is_listed_with_its_line() -> None:
    """A total below the rows is counted, and said with its reason and its line; a clean file shows no such column."""
    file = replace(CONTACTS.source, set_aside=(Tally(what="a total", count=1, first_line=102),))
    checked = workspace(replace(CONTACTS, source=file))
    shown = tables.section(audited(CONTACTS, checked=checked), EN)
    assert grid(shown, 1) == [["contacts", "set aside", "a total", "1", "102"]]
    assert grid(shown)[0][-2:] == ["1", "0"]
    assert "Set aside" not in of_type(tables.section(audited(CONTACTS), EN), Grid)[0].columns


def test_tables_of_one_kind_are_told_apart_by_name() -> None:
    """Where two tables hold contacts, "belongs to no contact" would not say which."""
    more = table("leads", "contacts")
    counts = JoinCounts(rows=100, blank=0, matched=99, orphans=1)
    checked = replace(workspace(DEALS, CONTACTS, more), joins=(joined("deals", "leads", counts),))
    made = audited(DEALS, CONTACTS, more, checked=checked)
    assert "1 row of deals (1%) belongs to no row of leads. One names one that is not there." in paras(
        tables.section(made, EN)
    )


def test_rows_of_one_table_that_belong_to_none_of_it_are_no_alarm() -> None:
    """Of 100 companies 15 name a parent; that 85 name none is said quietly, with the column that would."""
    own = joined("contacts", "contacts", JoinCounts(rows=100, blank=85, matched=15, orphans=0))
    shown = tables.section(audited(CONTACTS, checked=replace(workspace(CONTACTS), joins=(own,))), EN)
    told = next(item for item in of_type(shown, Para) if "85 rows of contacts (85%)" in said(item))
    assert told.tone is Tone.QUIET
    assert "name no other row of the same table in Email" in said(told)


def test_folders_of_whoever_ran_it_are_not_told() -> None:
    """A file is called by its name, as the client knows it; paths in JSON are cut where it leaves the house."""
    far = replace(CONTACTS, where="/far/ann/acme/contacts.csv", source=replace(CONTACTS.source, name="/far/ann/c.csv"))
    made = audited(replace(far, quality=replace(far.quality, findings=(finding("quality.a", 10),))))
    assert "/far/ann" not in said((tables.section(made, EN), findings.section(made, EN), method.section(made, EN)))
    assert "/far/ann" not in json.dumps(audit_json(replace(made, redacted=True)))


def test_tables_the_segments_do_not_read_are_named() -> None:
    """Of two tables of contacts the smaller one is named where tables are told."""
    lacking = NotAssessed(part="related", table="leads", reason="there is another", hint="say so")
    made = replace(audited(CONTACTS), not_assessed=(lacking,))
    assert any(text.startswith("Not read by the segments: leads.") for text in paras(tables.section(made, EN)))


def test_a_share_says_of_what_it_is() -> None:
    """10 of the 20 rows that could be wrong are no 50% of the table."""
    few = replace(finding("quality.a", 10), rows_checked=20)
    entry = entries(findings.section(audited(table(findings=[few])), EN))[0]
    assert (entry.rows, entry.share) == (10, None)
    assert "".join(piece.text for piece in entry.message) == "In Email: 50% of the 20 that were checked"


def test_core_fields_come_first_and_a_share_is_on_its_side_of_the_limit() -> None:
    """79.6 % of the rows are not 80 %: the field is not good, and the table does not look as if it should be."""
    made = audited(
        table(rows=1000, columns=[column("city", 990, rows=1000, core=False), column("email", 796, rows=1000)])
    )
    shown = coverage.section(made, EN)
    assert [row[:3] for row in grid(shown)] == [
        ["Email", "79.6%", "Needs enrichment"],
        ["City", "99%", "Good"],
    ]
    chart = of_type(shown, BarChart)[0]
    assert [(bar.label, bar.said) for bar in chart.rows] == [("Email", "79.6%"), ("City", "99%")]
    assert [limit for limit, _ in chart.limits] == [0.3, 0.8]


def test_a_wide_table_is_cut_with_its_core_fields_kept() -> None:
    """Of 10,000 columns 60 are listed, the one core field at their head though it stands last."""
    wide = [replace(column(f"x{number}", 50, core=False), field=None, position=number) for number in range(1, 10_000)]
    made = audited(table(columns=[*wide, replace(column("email", 90), position=10_000)]))
    shown = coverage.section(made, EN)
    rows = grid(shown)
    assert len(rows) == 60
    assert rows[0][0] == "Email"
    assert "And 9,940 more columns, see audit.json." in paras(shown)


def test_patterns_of_gaps_are_drawn_and_the_rest_is_counted() -> None:
    """Two patterns and the rows with others; the summary names what the most frequent one lacks."""
    missing = Missingness(
        headers=("Email", "Phone"),
        patterns=(Pattern(filled=(True, False), rows=60), Pattern(filled=(True, True), rows=30)),
        rest=10,
    )
    made = audited(replace(table(columns=[column("email", 90)]), missing=missing))
    shown = coverage.section(made, EN)
    chart = of_type(shown, MatrixChart)[0]
    assert chart.presence
    assert chart.columns == ("Email", "Phone")
    assert chart.rows == (("60 rows", (1.0, 0.0), "60%"), ("30 rows", (1.0, 1.0), "30%"))
    assert chart.summary == "The most frequent pattern, 60 rows (60%), lacks: Phone."
    assert "10 more rows (10%) have rarer patterns." in paras(shown)


def test_values_that_are_too_old_are_said() -> None:
    """Of 80 values 20 are older than they may be."""
    made = audited(table(columns=[column("employees", 80, stale=20)]))
    text = (
        "Employees: 20 values (25% of the filled ones) are older than they may be, by the date that stands beside them."
    )
    assert text in paras(coverage.section(made, EN))


def test_no_cell_of_a_redacted_report_stands_for_a_gap() -> None:
    """Values that may mean "missing" are cells; a redacted report has none."""
    odd = column("phone", 80)
    odd = replace(odd, measures=replace(odd.measures, suspects=(("see Ann", 9),)))
    open_report, closed = audited(table(columns=[odd])), audited(table(columns=[odd]), redacted=True)
    assert "see Ann" in said(coverage.section(open_report, EN))
    assert "see Ann" not in said(coverage.section(closed, EN))


def test_findings_of_one_check_are_one_entry_with_its_columns() -> None:
    """A check that found something in two columns says the worse one first, and is no more than that column's rows."""
    found = [finding("quality.email-typos", 4, header="Email"), finding("quality.email-typos", 20, header="Mail 2")]
    made = audited(table(findings=found), files=(AuditFile(name="issues.csv", rows=24, what="issues"),))
    (entry,) = entries(findings.section(made, EN))
    assert (entry.rows, entry.share, entry.table, entry.group) == (20, 0.2, "contacts", "Validity")
    assert "".join(piece.text for piece in entry.message) == "In 2 columns, most often in Mail 2"
    told = facts(entry)
    assert told["Columns"].split(" / ")[0].startswith("Mail 2: 20 rows (20%)")
    assert told["First rows"] == "Mail 2: contacts.csv: rows 1 (counted without the header)"
    assert told["The rest of it"] == "issues.csv: every row, under table contacts and rule quality.email-typos"


def test_the_worst_findings_come_first_whatever_they_are_of() -> None:
    """Errors before warnings before notes; among those alike the one of most rows; segments beside cells."""
    found = [
        finding("quality.constant-column", 90, severity=Severity.NOTE),
        finding("quality.email-role", 9, severity=Severity.WARNING),
        finding("quality.email-typos", 2),
        finding("quality.email-syntax", 3),
    ]
    orphans = WorkspaceFinding(
        rule="workspace.orphans",
        severity="error",
        table="contacts",
        column="Company",
        rows_checked=100,
        rows_failed=50,
        rows=(7,),
        message="points to rows of companies that are not there",
        hint="export all of companies",
    )
    made_of = table(findings=found)
    judged = segments(
        findings=[SegmentFinding(rule="segments.gap", severity="warning", where="size", message="m", hint="h")]
    )
    made = audited(made_of, found=judged, checked=workspace(made_of, findings=[orphans]))
    assert [entry.id for entry in entries(findings.section(made, EN))] == [
        "finding-workspace-orphans-1",
        "finding-quality-email-syntax-1",
        "finding-quality-email-typos-1",
        "finding-quality-email-role-1",
        "finding-segments-gap-0",
        "finding-quality-constant-column-1",
    ]


def test_a_question_of_the_scorecard_is_one_entry_with_its_segments() -> None:
    """Segments that fail a main question are an error, others a warning; what counts say of the same is left out."""
    told = SegmentFinding(rule="segments.unmeasurable", severity="warning", where="size", message="m", hint="h")
    judged = segments(answers={"measurable": (Answer.NO, Answer.NO), "owner": (Answer.NO, Answer.YES)}, findings=[told])
    found = entries(findings.section(audited(CONTACTS, found=judged), EN))
    assert [(entry.severity, "".join(piece.text for piece in entry.message)) for entry in found] == [
        ("error", "2 of 2 segments"),
        ("warning", "one of 2 segments"),
    ]
    assert facts(found[1])["Segments"] == "Small: "


def test_folders_of_the_machine_are_not_told() -> None:
    """A finding on the rules names their file, not where it lies."""
    told = SegmentFinding(rule="rules.gap", severity="warning", where="/far/ann/size.yaml:3:1", message="m", hint="h")
    shown = findings.section(audited(CONTACTS, found=segments(findings=[told])), EN)
    assert facts(entries(shown)[0])["Where"] == "size.yaml:3:1: m"


def test_checks_are_explained_in_german() -> None:
    """Title, reason and remedy of a shipped check are German; of a client's own they are as its rules have them."""
    own = replace(finding("quality.our-own", 1), title="Ours", why="So.", mend="Do.")
    found = entries(findings.section(audited(table(findings=[finding("quality.email-typos", 5), own])), DE))
    assert [entry.title for entry in found] == ["Adressen mit vertippter Domain", "Ours"]
    assert facts(found[0])["Wie Sie es beheben"] == "Übernehmen Sie die vorgeschlagene Domain."
    assert facts(found[1])["Warum das wichtig ist"] == "So."


def test_every_shipped_check_has_german_words() -> None:
    """Each check of rules/quality/ has a title, a reason and a remedy, and no check that is gone has any."""
    wanted = {
        f"check.{check}.{part}"
        for path in RulesLocation.at(None).quality_files()
        for check in _ids(load_nodes(path))
        for part in ("title", "why", "mend")
    }
    assert {name for name in DE.texts if name.startswith("check.")} == wanted


def _ids(node: object) -> Iterator[str]:
    checks = node.get("checks") if isinstance(node, YamlMap) else None
    for item in checks.items if isinstance(checks, YamlList) else ():
        found = item.get("id") if isinstance(item, YamlMap) else None
        if isinstance(found, YamlScalar):
            yield str(found.value)


def test_a_redacted_finding_masks_cells_and_does_not_number_a_few() -> None:
    """Three rows are fewer than five: neither their number, nor which they are, nor what they say is told."""
    few = replace(finding("quality.email-typos", 3, suggestion="ann@gmail.com"), remark='such as "Ann"')
    many = finding("quality.email-syntax", 30)
    shown = findings.section(audited(table(findings=[few, many]), redacted=True), EN)
    first, second = sorted(entries(shown), key=lambda entry: entry.rows or 0)
    assert (first.rows, first.share, second.rows) == (None, None, 30)
    assert "".join(piece.text for piece in first.message) == "In Email: fewer than 5 rows"
    assert "First rows" not in facts(first)
    assert facts(second)["Examples"] == "a··@e······.c·· (30 times)"  # a domain names a company
    assert not re.search(r"ann@|Ann", said(shown))


def test_sensitive_cells_are_never_shown() -> None:
    """Not even in a report for the house."""
    secret = replace(
        finding("quality.sensitive-text", 9), sensitive=True, examples=(Example(value="4111 1111", rows=9),)
    )
    shown = findings.section(audited(table(findings=[secret])), EN)
    assert facts(entries(shown)[0])["Examples"] == "Sensitive cells are never shown."
    assert "4111" not in said(shown)


def test_fixes_of_a_column_are_named_where_there_are_some() -> None:
    """The file of the column that has suggestions; not that of another column or table."""
    names = ("fixes/contacts/01-email.csv", "fixes/contacts/02-city.csv", "fixes/companies/01-name.csv")
    files = tuple(AuditFile(name=name, rows=1, what="fix") for name in names)
    made = audited(table(findings=[finding("quality.email-typos", 9, suggestion="a@b.com")]), files=files)
    told = facts(entries(findings.section(made, EN))[0])
    assert told["The rest of it"] == "fixes/contacts/01-email.csv: what to write instead, ready to import"


def test_very_many_findings_are_cut() -> None:
    """150 are shown, and how many more there are is said."""
    found = [finding(f"quality.check-{number}", 1) for number in range(200)]
    shown = findings.section(audited(table(findings=found)), EN)
    assert len(entries(shown)) == 150
    assert "And 50 more findings, see issues.csv and audit.json." in paras(shown)


def test_spellings_of_one_value_are_drawn_with_their_rows() -> None:
    """The usual spelling stands first with its own rows, the others behind it; the summary counts them."""
    odd = replace(
        finding("quality.country-names", 30, header="Country"),
        plain=True,
        examples=(
            Example(value="USA", rows=20, suggestion="United States"),
            Example(value="U.S.", rows=10, suggestion="United States"),
        ),
    )
    usual = column("country", 100)
    usual = replace(usual, measures=replace(usual.measures, frequent=(("United States", 70), ("USA", 20))))
    made = audited(table(columns=[usual], findings=[odd]))
    chart = of_type(findings.section(made, EN), BarChart)[0]
    assert [(bar.label, bar.values) for bar in chart.rows] == [
        ("United States", (70.0,)),
        ("USA", (20.0,)),
        ("U.S.", (10.0,)),
    ]
    assert chart.summary.startswith("United States is also written in 2 other ways, in 30 rows.")
    assert not of_type(findings.section(replace(made, redacted=True), EN), BarChart)


def test_both_languages_say_the_same_things() -> None:
    """Each section has the same parts in German as in English, and no text is left untranslated."""
    made = hostile("x")
    for module in SECTIONS:
        english, german = (module.section(made, language) for language in (EN, DE))
        kinds = [[type(item) for item in walk(shown) if is_dataclass(item)] for shown in (english, german)]
        assert kinds[0] == kinds[1]
    ours = ("tables.", "coverage.", "findings.", "duplicates.", "enrichment.", "method.")
    assert {name for name in EN.texts if name.startswith(ours)} == {name for name in DE.texts if name.startswith(ours)}


def test_checks_that_found_nothing_are_said_too() -> None:
    """A clean table is told to be one, with how many checks looked at it."""
    assert "5 checks were run and found nothing." in paras(findings.section(audited(CONTACTS), EN))


SAMPLE = EntitySample(
    entity_id="E1",
    probability=0.97,
    headers=("First name", "Phone"),
    rows=((4, ("Andrew", "0301")), (6, ("Andy", "0301")), (9, ("Andrew", ""))),
    golden=("Andrew", "0301"),
    links=(
        EntityLink(row_l=4, row_r=6, probability=0.99, evidence="Phone same"),
        EntityLink(row_l=4, row_r=9, probability=0.4, evidence="First name same"),
    ),
)


def duplicated() -> AuditedTable:
    """Return 100 rows of 90 people: 70 alone, 10 with two rows, and 10 whose rows are left out of the sizes."""
    weights = FieldWeights(
        field="Email",
        filled=0.9,
        levels=(
            LevelWeight(level="different", same=0.1, different=0.9, bits=-3.2),
            LevelWeight(level="same", same=0.9, different=0.0001, bits=13.1),
        ),
    )
    found = replace(identity(10, doubtful=7), sizes={1: 80, 2: 10}, weights=(weights,))
    return replace(table(found=found), samples=(SAMPLE,))


def test_duplicates_are_told_from_rows_to_entities() -> None:
    """Rows, pairs compared, pairs taken for one, people; with how sure that is, and how many stand there how often."""
    shown = duplicates.section(audited(duplicated()), EN)
    assert of_type(shown, Figures)[0].items == (
        ("100", "rows"),
        ("100", "pairs of rows compared"),
        ("10", "pairs taken for one and the same"),
        ("90", "different people"),
    )
    interval = of_type(shown, IntervalChart)[0]
    assert [(row.low, row.value, row.high, row.said) for row in interval.rows] == [
        (0.8, 0.9, 1.0, "90% (80% to 100%)")
    ] * 2
    sizes = of_type(shown, BarChart)[0]
    assert [(bar.label, bar.values) for bar in sizes.rows] == [("2 rows", (10.0,))]
    assert any(text.startswith("7 pairs are doubtful") for text in paras(shown))
    learned = of_type(shown, Fold)[-1]
    assert grid(replace(shown, blocks=(learned,)) if shown else None) == [
        ["Email", "90%", "decisive (13.1)", "some (3.2)"]
    ]


def test_an_example_shows_its_rows_beside_the_golden_record() -> None:
    """A column for each row and one for what becomes of them; how alike they are is drawn."""
    shown = duplicates.section(audited(duplicated()), EN)
    side_by_side = of_type(shown, Grid)[0]
    assert side_by_side.columns == ("Field", "row 4", "row 6", "row 9", "Golden record")
    assert grid(shown) == [
        ["First name", "Andrew", "Andy", "Andrew", "Andrew"],
        ["Phone", "0301", "0301", "(blank)", "0301"],
    ]
    graph = of_type(shown, GraphChart)[0]
    assert graph.nodes == ("row 4", "row 6", "row 9")
    assert [(link.a, link.b, link.said, link.joined) for link in graph.links] == [
        (0, 1, "99%", True),
        (0, 2, "40%", False),
    ]


def test_a_redacted_example_shows_no_cell_and_no_row_number() -> None:
    """What agreed may be told; who it is may not."""
    shown = duplicates.section(audited(duplicated(), redacted=True), EN)
    assert of_type(shown, GraphChart)[0].nodes == ("record A", "record B", "record C")
    assert "Phone same" in said(shown)
    assert "Andrew" not in said(shown)
    assert "0301" not in said(shown)


def test_files_of_duplicates_are_named_and_one_that_is_missing_is_explained() -> None:
    """Without a list of merges the reader is told that it would not be safe."""
    listed = AuditFile(name="fixes/contacts/duplicates.csv", rows=20, what="duplicates")
    merges = AuditFile(name="fixes/contacts/merges.csv", rows=10, what="merges")
    unsure = paras(duplicates.section(audited(duplicated(), files=(listed,)), EN))
    sure = paras(duplicates.section(audited(duplicated(), files=(listed, merges)), EN))
    assert any(text.startswith("No list of merges was written") for text in unsure)
    assert not any(text.startswith("No list of merges was written") for text in sure)
    assert any(text.startswith("fixes/contacts/merges.csv says what to merge") for text in sure)


def test_rows_of_no_known_kind_are_shown_with_a_reserve() -> None:
    """Which rows are alike is shown, and that nothing follows from it."""
    texts = paras(duplicates.section(audited(replace(duplicated(), kind="other")), EN))
    assert any(text.startswith("What a row of this table stands for was not recognised.") for text in texts)
    assert not any("was not recognised" in text for text in paras(duplicates.section(audited(duplicated()), EN)))


def test_a_few_records_are_told_with_restraint() -> None:
    """Three records: percentages are not to be taken at their word."""
    assert any(
        text.startswith("There are 3 records only.") for text in paras(summary.section(audited(table(rows=3)), EN))
    )
    assert not any("only" in text for text in paras(summary.section(audited(CONTACTS), EN)))


def test_segments_that_are_nobodys_are_called_so() -> None:
    """Where only the shipped segments are read, the first page says so; of a client's own it does not."""
    brought = segments(rules=replace(rulebook(), files=(str(data_folder("rules") / "segments" / "size.yaml"),)))
    made = audited(CONTACTS, found=brought)
    assert any(
        "segaudit brings along" in text
        for text in paras(summary.section(replace(made, rules=brought.overlap.rules), EN))
    )
    assert not any("brings along" in text for text in paras(summary.section(audited(CONTACTS, found=segments()), EN)))


def test_tables_of_events_are_not_searched_and_that_is_said() -> None:
    """Two deals that are alike are two deals."""
    shown = duplicates.section(audited(duplicated(), DEALS), EN)
    assert any(text.startswith("Not looked at for duplicates: deals.") for text in paras(shown))


def planned() -> AuditResult:
    """Return an audit in which filling industry settles 30 of 40 open decisions, and a column nobody has the others."""
    judged = segments(
        undecided=40,
        plan=[
            PlanStep(fields=("industry",), decides=30, places=25, left=10, efforts=(("industry", Effort.BUY),)),
            PlanStep(fields=("is_won",), decides=10, places=0, left=0, efforts=(("is_won", Effort.CONNECT),)),
        ],
        stand_ins=[
            StandIn(
                field="industry",
                column="Company",
                position=2,
                share_agrees=0.88,
                share_usual=0.2,
                rows_compared=50,
                fills=20,
                decides=12,
                used_by=(),
            )
        ],
        states=[
            FieldState(field="industry", header="Industry", rows=100, missing=40, unreadable=0, inexact=0),
            FieldState(field="is_won", header=None, rows=100, missing=100, unreadable=0, inexact=0),
        ],
    )
    gain = FieldGain(field="industry", matters=35, alone=30, places=25, likely=None)
    needs = SchemaNeeds(schema="size", unplaced=30, provisional=10, gains=(gain,), best=())
    found = replace(judged.enrichment, schemas=(needs,), overall=(gain,), waiting=6, absent_fields=("is_won",))
    return audited(CONTACTS, found=replace(judged, enrichment=found))


def test_the_enrichment_plan_says_what_to_fill_and_where_it_comes_from() -> None:
    """The first step with what it settles, the way to its values, and the column that could stand in."""
    shown = enrichment.section(planned(), EN)
    assert "Fill Industry first: that alone settles 30 of the open decisions (75%)." in paras(shown)
    assert grid(shown) == [
        ["1", "Industry", "30", "25", "10", "buy: data providers sell it (or work it out from Company: right in 88%)"],
        ["2", "is won", "10", "0", "0", "connect: no column provides it; add it to the export"],
    ]
    assert [bar.values for bar in of_type(shown, BarChart)[0].rows] == [(30.0,), (10.0,)]
    assert grid(shown, 1) == [["Industry", "Company", "88%", "20%", "20", "12"]]


def test_enrichment_is_left_out_where_there_are_no_segments_and_says_why_if_it_can() -> None:
    """Without segments nothing is open; a reason that is known is told."""
    assert enrichment.section(audited(CONTACTS), EN) is None
    reason = NotAssessed(part="segments", table="", reason="no people here", hint="hand in the contacts")
    shown = enrichment.section(audited(CONTACTS, not_assessed=(reason,)), EN)
    assert paras(shown) == ["no people here hand in the contacts"]


def test_the_method_names_day_inputs_rules_and_thresholds() -> None:
    """The day in the reader's way, each file with its fingerprint, the rules' own, and the cut-offs."""
    made = audited(CONTACTS)
    shown = method.section(made, DE)
    assert "30. Juni 2026." in said(of_type(shown, Facts)[0])
    assert made.rules.sha256 in said(of_type(shown, Facts)[0])
    assert grid(shown) == [["contacts.csv", "100", "ab"]]
    assert grid(shown, 1)[:2] == [
        [
            "Füllgrad: Eine Spalte ist gut ab diesem Anteil gefüllter, lesbarer Zeilen",
            "80 %",
            "rules/quality/cutoffs.csv",
        ],
        [
            "Füllgrad: Unter diesem Anteil gefüllter Zeilen braucht eine Spalte eine Datenquelle",
            "30 %",
            "rules/quality/cutoffs.csv",
        ],
    ]


def hostile(text: str) -> AuditResult:
    """Return an audit in which whatever a file can say is one text."""
    odd = column("email", 50)
    measures = replace(odd.measures, frequent=((text, 9),), suspects=((text, 9),))
    odd = replace(odd, column=text, measures=measures, notes=(text,), stale=9)
    bad = replace(
        finding("quality.country-names", 30, header=text),
        plain=True,
        remark=text,
        examples=(
            Example(value=text, rows=20, suggestion=text + "x", because=text),
            Example(value=text + "y", rows=5, suggestion=text + "x"),
        ),
    )
    sample = replace(
        SAMPLE, headers=(text, text), golden=(text, text), rows=tuple((row, (text, text)) for row, _ in SAMPLE.rows)
    )
    missing = Missingness(headers=(text, text), patterns=(Pattern(filled=(True, False), rows=9),), rest=1)
    full = replace(
        duplicated(), name=text, where=text, samples=(sample,), missing=missing,
        coverage=replace(CONTACTS.coverage, columns=(odd,)), quality=replace(CONTACTS.quality, findings=(bad,)),
    )  # fmt: skip
    told = WorkspaceFinding(
        rule="workspace.orphans", severity="error", table=text, column=text, rows_checked=9, rows_failed=9, rows=(1,),
        message=text, hint=text,
    )  # fmt: skip
    source = replace(
        full.source, headers=(text,), set_aside=(Tally(what=text, count=1, first_line=1, file=text),), notes=(text,)
    )
    checked = workspace(replace(full, source=source), findings=[told])
    counts = JoinCounts(rows=100, blank=1, matched=9, orphans=3)
    checked = replace(checked, joins=(joined(text, text, counts),), notes=(text,))
    return audited(full, checked=checked, found=planned().segments)


@pytest.mark.parametrize("redacted", [False, True])
@pytest.mark.parametrize("render", [render_html_page, render_markdown_page])
def test_what_a_file_says_stays_text(render: Callable[[Page, Words], str], *, redacted: bool) -> None:
    """Tags, formulas, control characters and marks that turn the writing round appear as text in no other way."""
    made = replace(hostile(HOSTILE), redacted=redacted)
    shown = [module.section(made, EN) for module in SECTIONS]
    text = render(Page(title="t", about=(), blocks=tuple(item for item in shown if item is not None)), EN)
    assert not re.search(r"(?<!\\)<(script>alert|img)", text)  # Markdown says it with a backslash
    assert not {"\x07", "\u202e"} & set(text)


def test_a_cell_of_a_million_letters_is_cut() -> None:
    """Headers, cells, notes and names of a million letters each leave the report small."""
    made = hostile("x" * 1_000_000)
    shown = [module.section(made, EN) for module in SECTIONS]
    assert sum(len(said(item)) for item in shown) < 100_000
    page = Page(title="t", about=(), blocks=tuple(item for item in shown if item is not None))
    assert len(render_html_page(page, EN).encode()) < MOST_BYTES


def test_sentences_of_the_parts_are_marked_as_english() -> None:
    """In a German report what was said in English says so, for those who hear it."""
    made = hostile("Mixed up")
    marked = [item for item in walk(findings.section(made, DE)) if isinstance(item, Span) and item.language == "en"]
    assert marked
    assert all("Mixed up" in item.text for item in marked)
    assert not [item for item in walk(findings.section(made, EN)) if isinstance(item, Span) and item.language]


def test_every_anchor_stands_once() -> None:
    """Links lead to one place each."""
    made = hostile("x")
    anchors = [item.anchor for module in SECTIONS for item in of_type(module.section(made, EN), Section)]
    anchors += [entry.id for entry in entries(findings.section(made, EN))]
    assert len(anchors) == len(set(anchors))
    assert all(re.fullmatch(r"[a-z0-9-]+", anchor) for anchor in anchors)


def opened(path: Path, engine: DuckEngine) -> tuple[OpenedInput, CoverageResult]:
    """Return a file in the engine, and its coverage."""
    made = open_input(str(path), InputChoices(), engine, ordered=True)
    covered = measure_coverage(
        made.source,
        made.readings,
        made.fields,
        catalogue=made.catalogue,
        placeholders=made.placeholders,
        cutoffs=Cutoffs(good_from=0.8, source_below=0.3),
        as_of=DAY,
        engine=engine,
    )
    return made, covered


def test_gaps_are_blanks_white_space_and_placeholders(tmp_path: Path) -> None:
    """A blank, a space and "n/a" are one gap; a column without gaps and one without values tell no pattern."""
    path = tmp_path / "contacts.csv"
    path.write_text(
        "Email,Industry,Country,Job Title\n"
        "a@example.com,Retail,,CEO\nb@example.com, ,,CEO\nc@example.com,n/a,,CEO\nd@example.com,,,\n",
        encoding="utf-8",
    )
    with DuckEngine() as engine:
        made, covered = opened(path, engine)
        found = measure_missing(covered, made.placeholders, engine)
    assert found.headers == ("Industry", "Job Title")
    assert found.patterns == (
        Pattern(filled=(False, True), rows=2),
        Pattern(filled=(True, True), rows=1),
        Pattern(filled=(False, False), rows=1),
    )
    assert found.rest == 0


def test_fields_the_rules_read_have_patterns_too(tmp_path: Path) -> None:
    """A field that is no core one counts if somebody decides by it."""
    path = tmp_path / "contacts.csv"
    path.write_text("Email,City\na@example.com,Ulm\nb@example.com,\n", encoding="utf-8")
    with DuckEngine() as engine:
        made, covered = opened(path, engine)
        assert measure_missing(covered, made.placeholders, engine) == Missingness(headers=(), patterns=(), rest=0)
        found = measure_missing(covered, made.placeholders, engine, read={"city"})
    assert found.headers == ("City",)


def test_many_patterns_are_told_by_the_largest_gaps(tmp_path: Path) -> None:
    """Every one of 64 patterns of six fields in one row each: of four fields there are 16, of which 8 are half."""
    headers = ("Industry", "Number of Employees", "Annual Revenue", "Country", "Lifecycle Stage", "Job Title")
    cells = ("Retail", "50", "1000", "France", "Lead", "CEO")
    rows = [
        ",".join(cell if number >> place & 1 else "" for place, cell in enumerate(cells)) + f",{number}"
        for number in range(64)
    ]
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join([",".join((*headers, "Number")), *rows, ""]), encoding="utf-8")
    with DuckEngine() as engine:
        made, covered = opened(path, engine)
        found = measure_missing(covered, made.placeholders, engine, read=set(made.catalogue))
    assert len(found.headers) == 4
    assert [pattern.rows for pattern in found.patterns] == [4] * 8
    assert found.rest == 32


def samples_of(path: Path) -> tuple[EntitySample, ...]:
    """Return the examples of duplicates in a file."""
    with DuckEngine() as engine:
        made = open_input(str(path), InputChoices(), engine, ordered=True)
        run = find_identity(made, DAY, engine)
        return sample_entities(made, run.records, run.gathered, run.found, DAY, engine)


def write_crowd(path: Path, extra: Sequence[Sequence[str]]) -> None:
    """Write some 400 people, each once, and some more."""
    crowd = make_contacts(400, seed=9)
    once = dict(zip(crowd.entities, crowd.rows, strict=True))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(crowd.header)
        writer.writerows([*once.values(), *([f"{9101 + place}", *row] for place, row in enumerate(extra))])


BOB = ("Robert", "Ashdown", "bob@ashdown.com", "+49 89 7654321", "Ashdown Ltd", "Norwell", "10115")
ROB = ("Bob", "Ashdown", "bob@ashdown.com", "089 7654321", "Ashdown Limited", "", "10115")


def test_an_example_is_of_rows_spelled_otherwise(tmp_path: Path) -> None:
    """Two rows of one man with a short name: his rows, the golden record with the city one lacks, and what agreed."""
    path = tmp_path / "contacts.csv"
    write_crowd(path, [BOB, ROB])
    found = [sample for sample in samples_of(path) if "bob@ashdown.com" in sample.golden]
    assert len(found) == 1
    (sample,) = found
    places = {header: place for place, header in enumerate(sample.headers)}
    assert sorted(cells[places["First name"]] for _, cells in sample.rows) == ["Bob", "Robert"]
    assert sample.golden[places["City"]] == "Norwell"
    (link,) = sample.links
    assert (link.row_l, link.row_r) == tuple(sorted(row for row, _ in sample.rows))
    assert link.probability > 0.9
    assert link.evidence == "Last name same, Phone same, E-mail at one company same, First name nickname"


def test_examples_are_few_and_bounded(tmp_path: Path) -> None:
    """Three at most, of two to four rows each, with no cell over 200 letters."""
    path = tmp_path / "contacts.csv"
    twins = [
        (
            f"{name}",
            "Ashdown",
            f"{name.lower()}@ashdown.com",
            f"+49 89 76543{place:02d}",
            "A" * 5000,
            "Norwell",
            "10115",
        )
        for place, name in enumerate(("Ann", "Bea", "Cleo", "Dora", "Edna"))
        for _ in range(2)
    ]
    write_crowd(path, twins)
    found = samples_of(path)
    assert len(found) == 3
    assert all(2 <= len(sample.rows) <= 4 for sample in found)
    assert max(len(cell) for sample in found for _, cells in sample.rows for cell in cells) <= 200


def test_a_table_without_duplicates_has_no_example(tmp_path: Path) -> None:
    """There is nothing to show."""
    path = tmp_path / "contacts.csv"
    path.write_text("Email,Last Name\nann@example.com,Low\nbob@example.com,High\n", encoding="utf-8")
    assert samples_of(path) == ()
