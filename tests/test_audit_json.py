"""An audit as JSON, read back and compared; the sections of the report that judge."""

import json
import re
import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from segaudit.audit.whole.comparing import compare, with_comparison
from segaudit.errors import InputError
from segaudit.model.audit import AuditFile, AuditResult, Change, NotAssessed, Pillar
from segaudit.model.audit_measured import Measured
from segaudit.model.quality import Dimension, Example
from segaudit.report.audit import comparison, plan, scorecard, summary
from segaudit.report.audit_json import audit_json
from segaudit.report.coverage import coverage_json
from segaudit.report.identity import identity_json
from segaudit.report.page import Grid, Page, Para, Section
from segaudit.report.page_html import render_html_page
from segaudit.report.proofs import proof_json
from segaudit.report.quality import quality_json
from segaudit.report.segments import overlap_json
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts
from tests.audit_judging_support import (
    DAY,
    RULES,
    column,
    finding,
    identity,
    measured,
    result,
    rulebook,
    segments,
    shipped,
    table,
)

_SCHEMA = json.loads((Path(__file__).parent.parent / "docs/audit.schema.json").read_text(encoding="utf-8"))
_SHIPPED = RulesLocation.at(None)
_TEXTS = {language: load_texts(_SHIPPED, language) for language in ("en", "de")}


def words(language: str = "en") -> Words:
    """Return the shipped texts in a language."""
    return Words(language=language, texts=_TEXTS[language], fallback=_TEXTS["en"])


def audited(*, failed: int = 30, redundant: int = 10, filled: int = 60, undecided: int = 30) -> AuditResult:
    """Return an audit of one table with segments."""
    only = table(
        columns=[column("email", filled)],
        findings=[finding("quality.email-syntax", failed)] if failed else [],
        found=identity(redundant),
    )
    return result(measured(only, found=segments(undecided=undecided)))


def written(of: AuditResult, folder: Path) -> Path:
    """Write the audit.json of an audit into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "audit.json").write_text(json.dumps(audit_json(of), allow_nan=False), encoding="utf-8")
    return folder


def changed(found: tuple[Change, ...]) -> dict[tuple[str, str], tuple[float | None, float | None, bool | None]]:
    """Return changes by what they are of."""
    return {(item.id, item.where): (item.before, item.now, item.better) for item in found}


# ---------------------------------------------------------------------------------------------------------------- JSON
@pytest.mark.parametrize("redacted", [False, True])
def test_what_is_written_is_what_the_schema_promises(redacted: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Whole, without segments, compared or redacted: the document is valid."""
    whole = audited()
    earlier = written(audited(failed=50), tmp_path / "earlier")
    of = [whole, with_comparison(whole, earlier), result(measured(table())), result(measured(table(rows=0)))]
    for item in of:
        jsonschema.validate(audit_json(replace(item, redacted=redacted)), _SCHEMA)


def test_the_schema_itself_is_valid() -> None:
    """The published schema is one, and refuses what is no audit."""
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"command": "audit"}, _SCHEMA)


def test_parts_are_what_their_commands_say() -> None:
    """Coverage, quality, duplicates, segments and proofs stand there as the single commands write them."""
    of = audited()
    document = audit_json(of)
    only, found = of.tables[0], of.segments
    assert found is not None
    assert only.identity is not None
    said = document["tables"][0]
    assert said["coverage"] == coverage_json(only.coverage)
    assert said["quality"] == quality_json(only.quality)
    assert said["identity"] == identity_json(only.identity)
    assert document["segments"]["overlap"] == overlap_json(found.overlap)
    assert document["segments"]["proofs"] == proof_json(found.proofs)


def test_no_cell_is_shown_that_its_command_masks() -> None:
    """An address among the examples is masked, as the command masks it."""
    of = audited()
    examples = audit_json(of)["tables"][0]["quality"]["findings"][0]["examples"]
    assert [item["value"] for item in examples] == ["a··@example.com"]
    assert "ann@" not in json.dumps(audit_json(replace(of, redacted=True)), ensure_ascii=False)


def test_what_finders_quote_without_marks_is_masked_too() -> None:
    """Evidence and messages name cells as they are: nothing of them is left, not even behind an address."""
    example = Example(
        value="bob@acme.example", rows=9, suggestion=None, because="a trial: Bob, bob@acme.example, Ann Li"
    )
    told = replace(finding("quality.test-records", 9), examples=(example,), message="9 rows such as Bob", remark="Bob")
    said = json.dumps(audit_json(result(measured(table(findings=[told])), redacted=True)), ensure_ascii=False)
    assert not re.findall(r"Bob|bob@|acme|Ann|Li\b", said)


def test_a_redacted_audit_numbers_no_small_group() -> None:
    """3 members are said as <5, and so is no share of theirs; what messages quote is masked; 40 members are said."""
    of = result(measured(table(findings=[finding("quality.email-syntax", 3)]), found=segments(members=(3, 40))))
    document = audit_json(replace(of, redacted=True))
    small, large = document["segments"]["overlap"]["schemas"][0]["segments"]
    assert (small["members"], small["share"]) == ("<5", None)
    assert (large["members"], large["share"]) == (40, 0.4)
    assert document["tables"][0]["quality"]["findings"][0]["rows_failed"] == "<5"
    assert "ann@" not in json.dumps(document)


def test_what_is_no_number_is_null() -> None:
    """A mark that is no number does not break the document."""
    of = audited()
    broken = replace(
        of,
        scored=replace(
            of.scored, pillars=tuple(replace(item, evidence={"fresh": float("inf")}) for item in of.scored.pillars)
        ),
    )
    document = json.loads(json.dumps(audit_json(broken), allow_nan=False))
    assert document["scores"]["pillars"][0]["evidence"] == {"fresh": None}


# ----------------------------------------------------------------------------------------------------------- comparing
def test_better_and_worse_are_told_number_by_number(tmp_path: Path) -> None:
    """Fewer errors are better, fewer filled cells worse; what is the same is not told."""
    earlier = written(audited(failed=50, filled=80), tmp_path / "earlier")
    found = compare(audited(failed=30, filled=60), earlier)
    numbers = changed(found.changes)
    assert numbers["finding", "quality.email-syntax"] == (50, 30, True)
    assert numbers["coverage", "email"] == (0.8, 0.6, False)
    assert ("duplicates", "") not in numbers
    assert (found.as_of, found.rules_changed, found.not_compared) == (DAY, False, ())


def test_counts_are_weighed_by_the_rows_there_are(tmp_path: Path) -> None:
    """30 of 100 rows then and 40 of 200 now is more, and better: told as shares, which say so."""
    earlier = written(result(measured(table(findings=[finding("quality.a", 30)]))), tmp_path / "earlier")
    now = result(measured(table(rows=200, findings=[finding("quality.a", 40)])))
    numbers = changed(compare(now, earlier).changes)
    assert numbers["finding", "quality.a"] == (0.3, 0.2, True)
    assert numbers["rows", ""] == (100, 200, None)


def test_findings_come_and_go(tmp_path: Path) -> None:
    """A finding that was not there is new, one that is not there any more is gone, if both have looked for it."""

    def world(*failed: int) -> AuditResult:
        names = ("quality.a", "quality.b")
        findings = [finding(name, rows) for name, rows in zip(names, failed, strict=True)]
        of = table(findings=findings)
        shown = tuple(item for item in of.quality.findings if item.rows_failed)
        return result(measured(replace(of, quality=replace(of.quality, findings=shown))))

    found = compare(world(0, 20), written(world(20, 0), tmp_path / "earlier"))
    assert (found.gone, found.new) == (("quality.a",), ("quality.b",))
    assert changed(found.changes)["finding", "quality.b"] == (0, 20, False)


def test_a_check_only_one_side_has_run_is_not_compared(tmp_path: Path) -> None:
    """A finding of a check that the earlier audit did not know is not new: nobody had looked."""
    earlier = written(result(measured(table())), tmp_path / "earlier")
    found = compare(result(measured(table(findings=[finding("quality.fresh-check", 20)]))), earlier)
    assert found.new == ()
    assert ("finding", "quality.fresh-check") not in changed(found.changes)


def test_marks_are_put_beside_those_before(tmp_path: Path) -> None:
    """Each pillar has the mark it had, and the total its own."""
    then, now = audited(redundant=10), audited(redundant=5)
    found = with_comparison(now, written(then, tmp_path / "earlier"))
    before = {item.pillar: item.score for item in then.scored.pillars}
    assert found.scored.before == pytest.approx(then.scored.total, abs=0.05)
    # 90 % once each: 60 of 100 for three quarters, and ids that are sound for one
    unique = next(item for item in found.scored.pillars if item.pillar is Pillar.UNIQUENESS)
    assert unique.before == pytest.approx(before[Pillar.UNIQUENESS]) == pytest.approx(70)
    assert unique.score == pytest.approx(85)


def test_changed_rules_are_said_and_their_numbers_not_judged(tmp_path: Path) -> None:
    """With other rules, fewer records without a segment are neither better nor worse."""
    earlier = written(audited(undecided=30), tmp_path / "earlier")
    other = rulebook(RULES.replace("lte: 50", "lt: 50"))
    now = result(measured(table(), found=segments(rules=other, undecided=10)))
    found = compare(now, earlier)
    assert found.rules_changed
    assert ("rules", "") in found.not_compared
    assert changed(found.changes)["unplaced", "size"] == (30, 10, None)


def test_tables_are_matched_by_kind_where_their_names_differ(tmp_path: Path) -> None:
    """Last month's file had another name: its contacts are compared, and a table only one side has is said."""
    earlier = written(result(measured(table("people_may", found=identity(20)), table("d", "deals"))), tmp_path / "e")
    found = compare(result(measured(table("people_june", found=identity(10)), table("f", "companies"))), earlier)
    assert changed(found.changes)["duplicates", ""] == (20, 10, True)
    assert set(found.not_compared) == {("table-gone", "d"), ("table-new", "f")}


def test_other_tables_are_refused(tmp_path: Path) -> None:
    """An audit of deals is nothing to hold contacts against, nor are two tables of one kind a pair."""
    earlier = written(result(measured(table("deals", "deals"))), tmp_path / "earlier")
    with pytest.raises(InputError, match="other tables"):
        compare(audited(), earlier)
    several = written(result(measured(table("a"), table("b"))), tmp_path / "several")
    with pytest.raises(InputError, match="other tables"):
        compare(audited(), several)


def test_a_later_audit_is_said_to_be_later(tmp_path: Path) -> None:
    """Who compares the wrong way round is told."""
    earlier = written(replace(audited(), as_of=date(2026, 7, 31)), tmp_path / "earlier")
    assert ("later", "2026-07-31") in compare(audited(), earlier).not_compared


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no earlier audit here"),
        ("", "no audit that can be read"),
        ("{", "no audit that can be read"),
        ("[" * 100_000, "no audit that can be read"),
        ("[]", "something else than an audit"),
        ('{"command": "coverage", "schema_version": "1"}', "something else than an audit"),
        ('{"command": "audit", "schema_version": "9"}', "version 9 of the format"),
        ('{"command": "audit", "schema_version": "1"}', "parts of this audit are missing"),
        ('{"command": "audit", "schema_version": "1", "segments": 7, "tables": {}}', "parts of this audit are missing"),
    ],
)
def test_what_is_no_earlier_audit_is_told_kindly(tmp_path: Path, text: str | None, said: str) -> None:
    """Each names the file and the way out."""
    if text is not None:
        (tmp_path / "audit.json").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        compare(audited(), tmp_path)
    assert "audit.json" in caught.value.where
    assert caught.value.hint


def test_a_redacted_audit_can_be_compared(tmp_path: Path) -> None:
    """What it does not number is left out."""
    small = result(measured(table(findings=[finding("quality.a", 3)], found=identity(20))))
    earlier = written(replace(small, redacted=True), tmp_path / "earlier")
    numbers = changed(compare(replace(small, redacted=True), earlier).changes)
    assert numbers == {}


# ------------------------------------------------------------------------------------------------------------ sections
def page(of: AuditResult, language: str = "en") -> str:
    """Return the four sections as HTML."""
    built = [part.section(of, words(language)) for part in (summary, scorecard, plan, comparison)]
    blocks = tuple(item for item in built if item is not None)
    return render_html_page(Page(title="x", about=(), blocks=blocks, language=language), words(language))


def sections(block: Section) -> dict[str, Section]:
    """Return a section and those in it by anchor."""
    found = {block.anchor: block}
    for item in block.blocks:
        if isinstance(item, Section):
            found |= sections(item)
    return found


def test_the_first_page_has_what_a_reader_needs() -> None:
    """Decisions, figures, marks, first steps and what could not be assessed, in this order."""
    lacking = [NotAssessed(part="performance", table="", reason="no table of outcomes", hint="hand one in")]
    found = summary.section(result(audited_measured(), not_assessed=lacking), words())
    assert found is not None
    kinds = [block.anchor if isinstance(block, Section) else type(block).__name__ for block in found.blocks]
    assert kinds == ["summary-decisions", "Figures", "Scores", "summary-first", "summary-not-assessed"]
    facts = sections(found)["summary-decisions"].blocks
    assert 1 <= len(facts) <= 3
    assert all(isinstance(item, Para) for item in facts)


def audited_measured() -> Measured:
    """Return what was measured of one table with segments, and with a person who opted out."""
    opted_out = finding("quality.opted-out-but-marketed", 1, Dimension.CONSISTENCY)
    return measured(table(findings=[opted_out], found=identity(10)), found=segments(undecided=30))


@pytest.mark.parametrize(
    "of",
    [
        result(measured()),
        result(measured(table(rows=0))),
        result(measured(table())),
        audited(),
        replace(audited(), redacted=True),
    ],
    ids=["nothing", "no-rows", "no-segments", "whole", "redacted"],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_audit_can_be_drawn(of: AuditResult, language: str) -> None:
    """Whatever is missing, the page is drawn, with a summary in the reader's language."""
    html = page(of, language)
    assert words(language)("summary.title") in html


def test_marks_say_what_they_rest_on_and_where_their_weight_went() -> None:
    """Without segments three pillars are named, with their weight of 40 %, and the others count for more."""
    found = scorecard.section(result(measured(table(found=identity(5)))), words())
    assert found is not None
    text = " ".join(span.text for block in found.blocks if isinstance(block, Para) for span in block.line)
    assert "Definition, Fit, Use" in text
    assert "40%" in text
    grid = next(block for block in found.blocks if isinstance(block, Grid))
    uniqueness = next(row for row in grid.rows if row[0][0][0].text == "Uniqueness")
    # 0.12 of the 0.60 that could be judged
    assert [line[0][0].text for line in uniqueness[1:4]] == ["85", "12%", "20%"]


def test_a_plan_names_only_files_that_are_there() -> None:
    """The merge list is named where the audit has written it."""
    of = audited()
    merges = AuditFile(name="fixes/contacts/merges.csv", rows=1, what="merges")
    assert "merges.csv" not in page(of)
    assert "fixes/contacts/merges.csv" in page(replace(of, files=(merges,)))


def test_what_is_better_left_is_told_with_the_reason() -> None:
    """Twelve doubtful pairs are not merged by machine."""
    html = page(result(measured(table(found=identity(5, doubtful=12)))))
    assert "Do not merge the doubtful pairs in contacts by machine" in html
    assert "12 pairs may be father and son" in html


def test_a_header_is_text_wherever_it_is_shown() -> None:
    """What a file prints above a column becomes neither markup nor script, and hides nothing."""
    nasty = "<script>alert(1)</script>\u202e=HYPERLINK(1)"
    of = result(measured(table(findings=[finding("quality.spellings", 30, header=nasty)])))
    html = page(of)
    assert "alert(1)" in html
    assert "<script>alert" not in html
    assert "\u202e" not in html


def test_a_redacted_page_numbers_no_small_group() -> None:
    """Three people who opted out are said to be fewer than five."""
    opted_out = finding("quality.opted-out-but-marketed", 3, Dimension.CONSISTENCY)
    of = replace(result(measured(table(findings=[opted_out]))), redacted=True)
    html = page(of)
    assert "&lt;5 people" in html
    assert "3 people" not in html


def test_changes_are_told_worst_first(tmp_path: Path) -> None:
    """The section says what became worse and what better, and is not there where nothing is compared."""
    now = audited(failed=30, filled=60)
    assert comparison.section(now, words()) is None
    found = comparison.section(with_comparison(now, written(audited(failed=50, filled=80), tmp_path / "e")), words())
    assert found is not None
    grids = {anchor: item.blocks[0] for anchor, item in sections(found).items() if anchor != "comparison"}
    worse, better = grids["comparison-worse"], grids["comparison-better"]
    assert isinstance(worse, Grid)
    assert isinstance(better, Grid)
    assert [cell[0][0].text for cell in worse.rows[-1]] == [
        "Filled and readable: e-mail address",
        "contacts",
        "80%",
        "60%",
        "\N{MINUS SIGN}20 points",
    ]
    assert ["email-syntax", "contacts", "50", "30", "\N{MINUS SIGN}20"] in [
        [cell[0][0].text for cell in row] for row in better.rows
    ]


def test_every_rule_has_words_in_both_languages() -> None:
    """Each action has a title and a reason, each headline a fact, each figure a name and its numbers."""
    rules = shipped()
    names = [f"plan.{rule.id}{part}" for rule in rules.actions for part in ("", ".why")]
    names += [f"summary.headline.{rule.id}" for rule in rules.headlines]
    names += [f"summary.headline.{rule.id}.decide" for rule in rules.headlines if rule.tone != "good"]
    figures = [part.figure for pillar in rules.pillars for part in pillar.parts]
    names += [f"scores.{kind}.{figure}" for figure in figures for kind in ("figure", "part")]
    for texts in _TEXTS.values():
        assert [name for name in names if name not in texts] == []


@pytest.mark.parametrize("file", ["summary", "scores", "plan", "comparison"])
def test_both_languages_say_the_same(file: str) -> None:
    """The same names with the same places in them."""
    english, german = ({name: _places(text) for name, text in _of(file, texts).items()} for texts in _TEXTS.values())
    assert english == german


def _of(file: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name.startswith(f"{file}.")}


def _places(text: str) -> set[str]:
    return {place for _, place, _, _ in string.Formatter().parse(text) if place}
