"""The sections of an audit about segments: sizes, proofs, scores, performance, drift and the dictionary."""

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import pytest

from segaudit.audit.deciding import overlap
from segaudit.audit.documenting import document_rules
from segaudit.audit.drift import drift
from segaudit.audit.enriching import enrich
from segaudit.audit.history import Recorder, history
from segaudit.audit.opening import InputChoices
from segaudit.audit.performance import performance
from segaudit.audit.proving import prove_rules
from segaudit.audit.scorecard import scorecard
from segaudit.audit.whole.audit import words_for
from segaudit.model.audit import AuditedSegments, AuditResult, NotAssessed, Scored
from segaudit.model.branding import Branding
from segaudit.model.decisions import (
    Combination,
    Combinations,
    Conflict,
    LabelPair,
    Leakage,
    LeakageExample,
    PairOverlap,
    Resolution,
    SchemaCounts,
    SegmentCounts,
    Unplaced,
)
from segaudit.model.drift import (
    GONE,
    NEW,
    Cause,
    DriftResult,
    FieldDrift,
    Flapping,
    Matched,
    Move,
    SchemaDrift,
    ShareChange,
    Side,
    SizeChange,
    Stability,
    ValueCount,
)
from segaudit.model.history import Overdue
from segaudit.model.proofs import PairProof, PairVerdict, ProvedFacts
from segaudit.model.workspace import WorkspaceResult
from segaudit.report.audit import dictionary, segment_scores, segments
from segaudit.report.audit import drift as drift_section
from segaudit.report.audit import performance as performance_section
from segaudit.report.charts import BarChart, FlowChart, IntervalChart, MatrixChart, SetChart, TrendChart
from segaudit.report.page import Fold, Grid, Page, Section, Span
from segaudit.report.page_html import render_html_page
from segaudit.report.page_md import render_markdown_page
from segaudit.report.performance import performance_json
from segaudit.report.proofs import proof_json
from segaudit.report.scorecard import scorecard_json
from segaudit.report.segments import overlap_json
from segaudit.report.words import Words
from tests.rules_support import write

DAY = date(2026, 6, 30)
SAMPLES = Path(__file__).parent.parent / "sample_data"
SHIPPED = Path(__file__).parent.parent / "rules" / "segments"
HOSTILE = '<script>alert(1)</script>=HYPERLINK("http://x")'
RULES = """
    version: 1
    fields:
      employees: {type: int}
      unsubscribed: {type: bool, blank_means: false}
    schemas:
      size:
        objective: match effort to size
        assign: first_match
        else: no_size
        segments:
          out:
            name: Out of reach
            criteria: {unsubscribed: {is: true}}
            suppress: true
          big:
            name: '<script>alert(1)</script>=HYPERLINK("http://x")'
            criteria: {employees: {gte: 500}}
            owner: ann@example.com
            decision: a named rep
            treatment: {next_action: call}
            measure: {primary: reply_rate, baseline: 0.04, detect_relative: 0.5}
          some:
            name: Some
            criteria: {employees: {between: [500, 900]}}
      band:
        assign: exactly_one
        segments:
          low: {name: Low, criteria: {employees: {lte: 500}}}
          high: {name: High, criteria: {employees: {gte: 500}}}
"""
# Twelve are big, of whom three are out of reach; two have exactly 500; of one the size is not known.
EMPLOYEES = ["900", "950", "600", "700", "800", "500", "500", "650", "990", "1000", "520", "530", "20", "30", ""]


def people(path: Path, employees: Iterable[str] = EMPLOYEES) -> str:
    """Write a list of people, the first three of whom have unsubscribed."""
    rows = [
        [str(place), f"Name{place}", f"p{place}@x.example", size, "true" if place <= 3 else ""]
        for place, size in enumerate(employees, start=1)
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Record ID", "First Name", "Email", "Employees", "Unsubscribed"], *rows])
    return str(path)


def judged(path: str, rules: str, related: tuple[str, ...] = (), **more: Any) -> AuditedSegments:  # noqa: ANN401
    """Return the segments of a file, by the verbs themselves."""
    choices = InputChoices(rules=rules, related=related)
    return AuditedSegments(
        table="contacts",
        overlap=overlap(path, choices, as_of=DAY, across=True),
        proofs=prove_rules(rules, DAY),
        scorecard=scorecard(path, choices, as_of=DAY),
        enrichment=enrich(path, InputChoices(rules=rules), as_of=DAY),
        docs=document_rules(rules, [path], choices, as_of=DAY, prove=True),
        performance=performance(path, choices, as_of=DAY) if related else None,
        drift=None,
        **more,
    )


def audited(found: AuditedSegments | None, *lacking: NotAssessed, redacted: bool = False) -> AuditResult:
    """Return an audit with nothing but segments."""
    book = found.overlap.rules if found is not None else document_rules(None, as_of=DAY).rules
    return AuditResult(
        version="0",
        as_of=DAY,
        rules=book,
        branding=Branding(),
        tables=(),
        workspace=WorkspaceResult(file=None, tables=(), keys={}, joins=(), findings=(), notes=()),
        segments=found,
        not_assessed=lacking,
        scored=Scored(total=None, pillars=()),
        headlines=(),
        actions=(),
        comparison=None,
        files=(),
        redacted=redacted,
    )


@pytest.fixture(scope="module")
def english() -> Words:
    """The English texts."""
    return words_for("en", None)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> AuditedSegments:
    """Fifteen people, judged."""
    folder = tmp_path_factory.mktemp("small")
    return judged(people(folder / "contacts.csv"), str(write(folder / "rules.yaml", RULES)))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> AuditedSegments:
    """The sample client's contacts by two of the shipped rules, with its campaigns and deals."""
    rules = tmp_path_factory.mktemp("rules")
    for name in ("engagement", "size", "governance"):
        shutil.copy(SHIPPED / f"{name}.yaml", rules / f"{name}.yaml")
    beside = tuple(str(SAMPLES / name) for name in ("campaign_outcomes.csv", "deals.csv", "companies.csv"))
    return judged(str(SAMPLES / "contacts.csv"), str(rules), beside)


Block = TypeVar("Block")


def parts(block: object) -> Iterator[Any]:
    """Yield a block and everything in it."""
    yield block
    if isinstance(block, tuple):
        for item in block:
            yield from parts(item)
    elif is_dataclass(block):
        for item in fields(block):
            yield from parts(getattr(block, item.name))


def every(block: object, kind: type[Block]) -> list[Block]:
    """Return all blocks of a kind within a block."""
    return [item for item in parts(block) if isinstance(item, kind)]


def told(block: object) -> str:
    """Return all that is said within a block."""
    return " ".join(" ".join(item for item in parts(block) if type(item) is str).split())  # tones are no words


def built(section: Section | None) -> Section:
    """Return a section that is there."""
    assert section is not None
    return section


def titled(section: Section, title: str) -> Section:
    """Return the part of a section with that title."""
    return next(item for item in every(section, Section) if item.title == title)


def cells(grid: Grid) -> list[list[str]]:
    """Return a table as texts."""
    return [["; ".join("".join(piece.text for piece in line) for line in lines) for lines in row] for row in grid.rows]


def sections(found: AuditResult, words: Words) -> list[Section]:
    """Return all sections there are."""
    builders = (segments, segment_scores, performance_section, drift_section, dictionary)
    return [part for build in builders if (part := build.section(found, words)) is not None]


def test_sizes_are_drawn_with_the_size_that_measuring_takes(small: AuditedSegments, english: Words) -> None:
    """Each segment is a bar of its members, and a mark of both arms its change needs."""
    section = titled(built(segments.section(audited(small), english)), "Size")
    chart = every(section, BarChart)[0]
    assert [bar.values for bar in chart.rows] == [(3.0,), (9.0,), (0.0,)]
    needed = {power.segment: power.arm_needed for power in small.overlap.powers}
    assert chart.marks[1] == 2 * (needed["big"] or 0)
    assert chart.marks[0] is None
    assert f"{english.number(chart.marks[1] or 0)} needed" in chart.rows[1].said


def test_records_without_a_segment_are_told_by_reason(small: AuditedSegments, english: Words) -> None:
    """Who fits no segment and of whom it cannot be told are two lines, in the reader's words."""
    section = titled(built(segments.section(audited(small), english)), "Size")
    grid = next(item for item in every(section, Grid) if item.columns[0] == "Reason")
    assert cells(grid) == [["fits no segment", "2", "13%"], ["employees is missing", "1", "7%"]]


def test_a_conflict_is_shown_with_its_rows_and_its_proof(small: AuditedSegments, english: Words) -> None:
    """Where one segment may hold a record and two do, the pair, its records, and an imagined record are there."""
    section = titled(built(segments.section(audited(small), english)), "Band")
    grids = {grid.columns[0] + grid.columns[1]: cells(grid) for grid in every(section, Grid)}
    assert ["Low", "High", "2", "6, 7"] in [row for grid in every(section, Grid) for row in cells(grid)]
    assert ["Overlap", "Low and High can hold the same record.", "employees 500"] in grids["KindWhat is so"]


def test_a_segment_that_never_gets_a_record_is_told(small: AuditedSegments, english: Words) -> None:
    """What earlier segments of a waterfall take whole is shown as proved, not only as counted."""
    section = titled(built(segments.section(audited(small), english)), "Size")
    grid = next(item for item in every(section, Grid) if item.columns[0] == "Kind")
    assert ["Never reached", f"Some never gets a record: {HOSTILE} take them all.", "–"] in cells(grid)


def test_overlaps_are_a_picture_of_exact_groups_and_a_matrix(small: AuditedSegments, english: Words) -> None:
    """The chart of sets has each combination once; the matrix has the Jaccard index both ways."""
    section = titled(built(segments.section(audited(small), english)), "Size")
    sets, matrix = every(section, SetChart)[0], every(section, MatrixChart)[0]
    assert sets.sets == (("Out of reach", 3), (HOSTILE, 12), ("Some", 9))
    # Out of reach: 900 and 600 lie in both others, 950 in one; of the nine others, 990 and 1000 are big only.
    assert dict(sets.meets) == {(1, 2): 7, (1,): 2, (0, 1, 2): 2, (0, 1): 1}
    values = {label: row for label, row, _ in matrix.rows}
    assert values["Out of reach"][1] == pytest.approx(3 / 12)
    assert values["Out of reach"][0] is None
    assert values[HOSTILE][0] == values["Out of reach"][1]


def test_numbers_are_those_of_the_verbs(sample: AuditedSegments, english: Words) -> None:
    """What the sections say of the sample client is what the single commands say."""
    found = audited(sample)
    told_by_verb = overlap_json(sample.overlap)
    section = built(segments.section(found, english))
    members = {item["name"]: item["members"] for schema in told_by_verb["schemas"] for item in schema["segments"]}
    drawn = {
        bar.label: bar.values[0]
        for chart in every(section, BarChart)
        for bar in chart.rows
        if chart.series == ("Records",)
    }
    assert drawn == members
    hours = told_by_verb["hours"]
    assert f"{hours['needed']:,.0f} hours a quarter" in told(section)
    disjoint = sum(pair["verdict"] == "disjoint" for pair in proof_json(sample.proofs)["pairs"])
    said = re.findall(r"(\d+) pairs? of segments can never", told(section))
    assert sum(map(int, said)) == disjoint
    leaks = [schema.leakage for schema in sample.overlap.schemas]
    assert leaks == [None, None]  # entities were not asked for, and nothing is said of them
    assert "treated in two ways" not in told(section)


def test_the_scorecard_has_each_answer_of_the_verb(sample: AuditedSegments, english: Words) -> None:
    """The matrix shows the light and all four main answers of each segment, and a reason for each no."""
    section = built(segment_scores.section(audited(sample), english))
    main = next(grid for grid in every(section, Grid) if "Light" in grid.columns)
    said = {"yes": "✓ yes", "no": "✗ no", "can't tell": "? open", "not asked": "– not asked"}
    verb = scorecard_json(sample.scorecard)["segments"]
    assert [row[0] for row in cells(main)] == [item["name"] for item in verb]
    assert [row[2] for row in cells(main)] == [f"● {item['light']}" for item in verb]
    assert [row[4:] for row in cells(main)] == [
        [said[question["answer"]] for question in item["questions"][:4]] for item in verb
    ]
    reasons = told(section)
    assert all(
        question["evidence"] in reasons for item in verb for question in item["questions"] if question["answer"] == "no"
    )


def test_verdicts_are_those_of_the_verb(sample: AuditedSegments, english: Words) -> None:
    """Each verdict that holds after correction is in words; figures are drawn with their intervals."""
    assert sample.performance is not None
    section = built(performance_section.section(audited(sample), english))
    verb = performance_json(sample.performance)
    for schema in verb["schemas"]:
        part = next(item for item in every(section, Section) if item.anchor == f"performance-{schema['schema']}")
        words = {"better": "better", "worse": "worse", "equivalent": "equally good"}
        expected = [words[item["standing"]] for item in schema["comparisons"] if item["standing"] in words]
        grids = [item for item in every(part, Grid) if item.columns[2:4] == ("is", "against")]
        assert sorted(row[2] for grid in grids for row in cells(grid)) == sorted(expected)
        for chart in every(part, IntervalChart):
            name = chart.title.split(":")[0]
            table = next(item for item in schema["metrics"] if english(f"performance.metric.{item['id']}") == name)
            ends = [(item["low"], item["value"], item["high"]) for item in table["segments"] if item["low"] is not None]
            assert [(row.low, row.value, row.high) for row in chart.rows] == ends
            whole = table["all"]
            assert (chart.reference[0] if chart.reference else None) == (whole["value"] if whole else None)
    lacking = [item["reason"] for item in verb["not_computable"]]
    assert lacking
    assert all(reason in told(section) for reason in lacking)


def test_without_outcomes_it_is_said_what_to_hand_in(small: AuditedSegments, english: Words) -> None:
    """Where nothing says what came of the records, the section is short and names the files that would."""
    section = built(performance_section.section(audited(small), english))
    assert "no segment can be called better or worse" in told(section)
    assert "Campaign results" in told(section)
    assert not every(section, Grid)


def test_without_segments_only_the_reason_is_given(english: Words) -> None:
    """Where segments could not be judged there is one section, with why and what would help."""
    lacking = NotAssessed(part="segments", table="", reason="no table of people", hint="name it with --main")
    (section,) = sections(audited(None, lacking), english)
    assert section.anchor == "segments"
    assert "no table of people" in told(section)
    assert "name it with --main" in told(section)


def changed(small: AuditedSegments) -> DriftResult:
    """Return what may have changed since a recorded run, made by hand."""
    sure = ValueCount(value="Gold", records=3, is_sure=True)
    return DriftResult(
        old=Side(name="/far/me/old.csv", rows=20, as_of=date(2026, 3, 31), run=7),
        new=Side(name="/far/me/new.csv", rows=22, as_of=DAY),
        source=small.overlap.source,
        rules=small.overlap.rules,
        matched=Matched(key="Record ID", both=18, new=4, gone=2, unclear=0),
        fields=(
            FieldDrift(
                name="employees",
                header="Employees",
                read_by_rules=True,
                usable=ShareChange(old=0.9, new=0.5, low=-0.6, high=-0.2),
                stability=Stability(index=0.31, limit=0.1, by_chance=0.05, old=18, new=11, bins=4),
                new_values=(sure,),
            ),
            FieldDrift(name="plan", header="Plan", read_by_rules=False, usable=None, only=NEW),
            FieldDrift(name="tier", header="Tier", read_by_rules=True, usable=None, only=GONE),
        ),
        schemas=(
            SchemaDrift(
                schema="size",
                sizes=(
                    SizeChange(label="big", is_segment=True, old=9, new=15),
                    SizeChange(label="no_size", is_segment=False, old=11, new=7),
                ),
                mix=Stability(index=0.4, limit=0.1, by_chance=0.05, old=20, new=22, bins=2),
                moves=(
                    Move(
                        was="no_size",
                        now="big",
                        records=8,
                        illegal=1,
                        causes=(Cause(clause="employees is at least 500", now="holds", records=8, by_the_day=2),),
                    ),
                    Move(was=NEW, now="big", records=4),
                ),
                staying=10,
                flapping=Flapping(runs=3, records=6, followed=18, examples=(("P-1", ("big", "no_size", "big")),)),
            ),
        ),
        overdue=(Overdue(where="size.big", refresh="monthly", days=31, last_on=date(2026, 3, 31), late=60),),
        absent_fields=(),
        findings=(),
    )


def test_drift_shows_sizes_moves_and_the_clause_behind_them(small: AuditedSegments, english: Words) -> None:
    """Then and now, a picture of the moves, which clause moved how many, and what is overdue are all there."""
    section = built(drift_section.section(audited(replace(small, drift=changed(small))), english))
    flow = every(section, FlowChart)[0]
    assert flow.before == ("no size", "(new)")
    assert flow.after == (HOSTILE,)
    assert flow.flows == ((0, 0, 8), (1, 0, 4))
    grids = [cells(grid) for grid in every(section, Grid)]
    assert [HOSTILE, "9", "15", "+6", "45%", "68%"] in [row for grid in grids for row in grid]
    said = told(section)
    assert "employees is at least 500 : now holds for 8, 2 of them only because days went by" in said
    assert "1 of these moves is forbidden" in said
    assert "6 of 18 records left a segment and came back" in said
    assert "60" in said
    assert "31 March 2026" in said
    assert "/far/me" not in said
    assert "Columns that are no longer there: Tier." in said
    assert "Gold (3)" in said


def test_a_redacted_report_names_no_record_and_numbers_no_few(small: AuditedSegments, english: Words) -> None:
    """Ids, values and examples are gone, and a group of one to four is only said to be smaller than five."""
    found = audited(replace(small, drift=changed(small)), redacted=True)
    section = built(drift_section.section(found, english))
    said = told(section)
    assert "P-1" not in said
    assert "Gold" not in said
    assert "G··· (<5)" in said
    assert every(section, FlowChart)[0].flows == ((0, 0, 8),)
    sizes = titled(built(segments.section(found, english)), "Size")
    chart = every(sizes, BarChart)[0]
    assert (chart.rows[0].said, chart.rows[0].values) == ("<5", (0.0,))
    hidden = [piece for piece in every(sizes, Span) if piece.text == "<5"]
    assert hidden
    assert all(piece.number is None for piece in hidden)
    assert not any(records in {1, 2, 3, 4} for _, records in every(sizes, SetChart)[0].meets)
    band = titled(built(segments.section(found, english)), "Band")
    assert "First rows" not in told(band)
    book = told(built(dictionary.section(found, english)))
    assert "What one looks like" not in book
    assert "records in it" not in book


def test_a_witness_of_texts_is_masked_in_a_redacted_report(tmp_path: Path, english: Words) -> None:
    """Texts of an imagined record come from the rules, which may name a client's customers."""
    rules = """
        version: 1
        fields: {company: {type: enum}}
        schemas:
          accounts:
            assign: exactly_one
            segments:
              named: {name: Named, criteria: {company: {in: [Acme Ltd]}}}
              large: {name: Large, criteria: {company: {in: [Acme Ltd, Bolt plc]}}}
    """
    path = tmp_path / "contacts.csv"
    path.write_text("Company\nAcme Ltd\nBolt plc\n", encoding="utf-8")
    found = judged(str(path), str(write(tmp_path / "rules.yaml", rules)))
    open_, masked = (
        titled(built(segments.section(audited(found, redacted=flag), english)), "Accounts") for flag in (False, True)
    )
    assert 'company "acme ltd"' in told(open_).lower()
    assert "acme" not in told(masked).lower()


def test_leakage_says_who_is_in_two_segments_by_being_there_twice(small: AuditedSegments, english: Words) -> None:
    """Those whose records are placed apart are counted, with the pairs of segments and their rows."""
    example = LeakageExample(entity_id="E1", rows=(1, 14), labels=("high", "low"))
    pair = LabelPair(a="low", b="high", entities=6)
    leaking = Leakage(entities=6, records=13, pairs=(pair,), examples=(example,))
    size, band = small.overlap.schemas
    found = replace(
        small.overlap,
        schemas=(size, replace(band, leakage=leaking)),
        resolution=Resolution(file="", entities=9, several=8, records=17),
    )
    title = "In two segments, because they are there twice"
    section = titled(built(segments.section(audited(replace(small, overlap=found)), english)), title)
    said = told(section)
    assert "6 people are treated in two ways" in said
    assert "That is 75% of those with several records; 13 records in all." in said
    assert "row 1: High, row 14: Low" in said
    redacted = titled(built(segments.section(audited(replace(small, overlap=found), redacted=True), english)), title)
    assert "E1" not in told(redacted)
    assert "row 1" not in told(redacted)


def test_sizes_over_recorded_runs_are_a_trend(tmp_path: Path, small: AuditedSegments, english: Words) -> None:
    """Two recorded runs and today's list give a trend of each segment and what moved since the last."""
    rules = str(write(tmp_path / "rules.yaml", RULES))
    file = str(tmp_path / "history.duckdb")
    for name, day, sizes in (("a", date(2026, 1, 31), EMPLOYEES[:12]), ("b", date(2026, 3, 31), EMPLOYEES[:14])):
        path = people(tmp_path / f"{name}.csv", sizes)
        overlap(path, InputChoices(rules=rules, history=file), as_of=day, recorder=Recorder(file=file))
    now = people(tmp_path / "contacts.csv", [*EMPLOYEES[:5], "20", "20", *EMPLOYEES[7:]])
    since = drift(now, None, InputChoices(rules=rules, history=file), as_of=DAY)
    found = replace(small, drift=since, history=history(file, rules, as_of=DAY))
    section = titled(built(drift_section.section(audited(found), english)), "Size")
    trend = every(section, TrendChart)[0]
    assert trend.points == ("31 January 2026", "31 March 2026")
    assert dict(trend.lines)["Out of reach"] == (3.0, 3.0)
    assert dict(trend.lines)[HOSTILE] == (9.0, 9.0)
    flow = every(section, FlowChart)[0]
    assert (flow.before.index(HOSTILE), flow.after.index("no size"), 2) in flow.flows


def test_the_dictionary_has_a_card_for_each_segment_with_anchors_of_its_own(
    small: AuditedSegments, english: Words
) -> None:
    """Cards and links carry the dictionary's mark, every link leads somewhere, and no anchor is there twice."""
    found = sections(audited(replace(small, drift=changed(small))), english)
    anchors = [item.anchor for part in found for item in every(part, Section) if item.anchor]
    assert len(anchors) == len(set(anchors))
    links = {piece.to for part in found for piece in every(part, Span) if piece.to}
    assert "dictionary-segment-size-big" in links
    assert links <= set(anchors)
    cards = [item for item in every(found[-1], Section) if any(isinstance(block, Fold) for block in item.blocks)]
    assert len(cards) == 5
    assert not any(item.card for item in every(found[-1], Section))  # or each would begin a sheet of paper
    assert "a named rep" in told(cards[1])


def test_the_frame_of_the_dictionary_is_translated(sample: AuditedSegments) -> None:
    """In German every heading, column and name of a fact of the dictionary has a German text."""
    german = words_for("de", None)
    english = words_for("en", None)
    known = {text for name, text in english.texts.items() if name.startswith("dictionary.frame.")}
    section = built(dictionary.section(audited(sample), german))
    titles = {item.title for item in every(section, Section)}
    titles |= {name for grid in every(section, Grid) for name in grid.columns}
    same = {german(name) for name in english.texts if name.startswith("dictionary.frame.")}
    assert not (titles & known) - same
    assert "Ansprache im Überblick" in titles
    assert "1.666" in told(section)  # of Enterprise, as German writes it
    assert "1,666" not in " ".join(piece.text for piece in every(section, Span) if piece.language != "en")


def test_hostile_names_stay_text(small: AuditedSegments) -> None:
    """A segment called like a script or a formula is shown as that, in either language and form."""
    for language in ("en", "de"):
        words = words_for(language, None)
        found = sections(audited(replace(small, drift=changed(small))), words)
        page = Page(title="Audit", about=(), blocks=tuple(found), language=language)
        html = render_html_page(page, words)
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert(1)" not in render_markdown_page(page)


def many(schemas: int, each: int, small: AuditedSegments) -> AuditedSegments:
    """Return very many segments that all overlap, with names as long as names get."""
    name = "N" * 300
    segment = small.docs.rules.schemas[0].segments[1]
    books = tuple(
        replace(
            small.docs.rules.schemas[1],
            id=f"s{schema}",
            segments=tuple(replace(segment, id=f"g{place}", name=f"{name}{place}") for place in range(each)),
        )
        for schema in range(schemas)
    )
    ids = [f"g{place}" for place in range(each)]
    rules = replace(small.docs.rules, schemas=books)
    pairs = list(combinations(ids, 2))
    counts = tuple(
        SchemaCounts(
            schema=book.id,
            labels=(),
            segments=tuple(replace(_big(small), schema=book.id, segment=item) for item in ids),
            overlaps=tuple(
                PairOverlap(schema=book.id, a=a, b=b, both=9, only_a=0, only_b=0, rows=15) for a, b in pairs
            ),
            unplaced=tuple(
                Unplaced(schema=book.id, reason=f"cannot tell: f{place} is missing", rows=1, decided=False)
                for place in range(500)
            ),
            conflicts=15,
            in_several=15,
            combinations=Combinations(
                listed=tuple(Combination(segments=pair, rows=9) for pair in pairs[:1000]), others=7, others_rows=9
            ),
            conflict_pairs=tuple(Conflict(a=a, b=b, rows=9, first_rows=(1, 2)) for a, b in pairs),
        )
        for book in books
    )
    facts = ProvedFacts(
        pairs=tuple(
            PairProof(schema=book.id, a=a, b=b, verdict=PairVerdict.OVERLAP, witness={"employees": 500})
            for book in books
            for a, b in pairs
        ),
        gaps=(),
        unreachable=(),
        shadowed=(),
        complete=(),
        free={},
    )
    card = small.scorecard.cards[1]
    cards = tuple(replace(card, schema=book.id, segment=item, name=name) for book in books for item in ids)
    return replace(
        small,
        overlap=replace(small.overlap, rules=rules, schemas=counts, powers=(), across=None),
        proofs=replace(small.proofs, rules=rules, facts=facts),
        scorecard=replace(small.scorecard, rules=rules, cards=cards),
        docs=replace(small.docs, rules=rules, data=None, facts=facts),
    )


def _big(small: AuditedSegments) -> SegmentCounts:
    return small.overlap.schemas[0].segments[1]


@pytest.mark.parametrize(("schemas", "each"), [(2, 100), (30, 7)])
def test_what_is_shown_is_bounded_however_many_segments_there_are(
    schemas: int, each: int, small: AuditedSegments, english: Words
) -> None:
    """Two hundred segments or thirty schemas give a page of bounded size that says what it leaves out."""
    found = sections(audited(many(schemas, each, small)), english)
    html = render_html_page(Page(title="Audit", about=(), blocks=tuple(found)), english)
    assert len(html) < 2_000_000
    said = told(tuple(found))
    left = schemas * each - 60
    assert f"The 60 largest segments have a card here; segaudit rules docs writes one for the other {left}" in said
    assert schemas < 12 or "18 more schemas are in the table above only" in said
    links = {piece.to for part in found for piece in every(part, Span) if piece.to}
    assert links <= {item.anchor for part in found for item in every(part, Section)}
    assert max(len(chart.columns) for part in found for chart in every(part, MatrixChart)) <= 16
    assert max(len(chart.sets) for part in found for chart in every(part, SetChart)) <= 10
    assert max(len(chart.rows) for part in found for chart in every(part, BarChart)) <= 30
    assert max(len(grid.rows) for part in found for grid in every(part, Grid)) <= 200


def test_a_chart_of_sets_leaves_out_the_small_segments_and_says_so(small: AuditedSegments, english: Words) -> None:
    """Of more segments than a chart can show the largest are drawn; groups with others are counted, not lost."""
    names = [f"g{place}" for place in range(12)]
    counts = tuple(
        SegmentCounts(
            schema="size", segment=name, name=name, matched=10 + place, members=10, undecided=0, undecided_by_field=()
        )
        for place, name in enumerate(names)
    )
    pair = PairOverlap(schema="size", a="g0", b="g11", both=4, only_a=6, only_b=17, rows=50)
    base = small.overlap.schemas[0]
    assert base.combinations is not None
    pairs = (("g0", "g11"), ("g10", "g11"))
    listed = tuple(replace(base.combinations.listed[0], segments=item, rows=4) for item in pairs)
    schema: SchemaCounts = replace(
        base,
        segments=counts,
        overlaps=(pair,),
        taken=(),
        combinations=replace(base.combinations, listed=listed, others=0),
    )
    found = replace(small, overlap=replace(small.overlap, schemas=(schema, small.overlap.schemas[1])))
    section = titled(built(segments.section(audited(found), english)), "Size")
    chart = every(section, SetChart)[0]
    assert len(chart.sets) == 10
    assert chart.meets == (((8, 9), 4),)
    assert "1 more group is not shown." in chart.summary


def test_both_languages_have_the_same_names_and_places() -> None:
    """A text that one language has and the other lacks, or with other places to fill in, is a mistake."""
    english, german = words_for("en", None), words_for("de", None)
    mine = re.compile(r"(segments|segment_scores|performance|drift|dictionary)\.")
    names = {name for name in english.texts if mine.match(name)}
    assert names == {name for name in german.texts if mine.match(name)}
    for name in names:
        places = [sorted(set(re.findall(r"{(\w+)}", words.texts[name]))) for words in (english, german)]
        assert places[0] == places[1], name


def test_sections_are_the_same_whenever_they_are_built(sample: AuditedSegments) -> None:
    """The same result gives the same blocks, in either language."""
    for language in ("en", "de"):
        words = words_for(language, None)
        first, second = (sections(audited(sample), words) for _ in range(2))
        assert first == second
        assert json.dumps(told(tuple(first)))
