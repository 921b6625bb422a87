"""Suggestions as a whole: what is judged, what is written, what is said where nothing can be."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segaudit.audit.opening import InputChoices
from segaudit.audit.ruling import load_rules, run_rule_tests
from segaudit.audit.suggesting import SuggestChoices, suggest
from segaudit.errors import RuleErrors
from segaudit.model.suggestions import SegmentMeasure, SuggestionsResult
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.suggestions import load_suggest_rules
from segaudit.segments.suggest.headers import is_private
from tests.rules_support import run
from tests.suggest_support import Record, sizes, suggested, told, world, write_world


def _planted(record: Record) -> float:
    """Return 40 % of software companies of middle size, 15 % of all others."""
    return 0.4 if record["Kind"] == "software" and 50 < record["Size now"] <= 500 else 0.15


def _tagged(path: str, rules: str, folder: Path, schema: str) -> Counter[str]:
    """Return how many records assign puts into each segment."""
    out = folder / "tagged.csv"
    assert run("assign", path, "--rules", rules, "-o", str(out), "--force").code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        return Counter(row[f"segment_{schema}"] for row in csv.DictReader(file))


def _members(measures: tuple[SegmentMeasure, ...]) -> dict[str, int]:
    return {item.segment: item.members for item in measures}


def test_what_is_written_assigns_what_was_said(tmp_path: Path) -> None:
    """The rules file with a split loads, and assign gives each part the members the evidence says."""
    out = str(tmp_path / "suggested.yaml")
    result = suggested(tmp_path, world(9000, _planted), sizes(), output=out)
    assert result.written == out
    counted = _tagged(str(tmp_path / "world.csv"), out, tmp_path, "size")
    assert _members(result.suggestions[0].after).items() <= counted.items()
    assert sum(counted.values()) == 9000


def test_the_author_s_words_stay(tmp_path: Path) -> None:
    """What a rules file says beside the change stays: comments, names, treatments; why it changed stands in notes."""
    out = tmp_path / "suggested.yaml"
    rules = sizes(middle=", owner: ann@example.com  # the one who knows\n      ").replace(
        "schemas:", "# by headcount\nschemas:"
    )
    suggested(tmp_path, world(9000, _planted), rules, output=str(out))
    text = out.read_text(encoding="utf-8")
    assert "# by headcount" in text
    assert "ann@example.com" in text
    notes = load_rules(str(out)).schema("size").segment("middle_kind_software").documentation["notes"]
    assert isinstance(notes, list)
    assert "corrected for" in notes[0]
    assert notes[-1] == "owner, decision and treatment are for a person to write"


def test_tests_that_no_longer_hold_are_left_out(tmp_path: Path) -> None:
    """A moved boundary contradicts a test that stood at the old one: it goes, is counted, and the others pass."""
    out = str(tmp_path / "suggested.yaml")
    records = world(9000, lambda r: 0.05 if r["Size now"] < 200 else 0.2 if r["Size now"] <= 500 else 0.4)
    result = suggested(tmp_path, records, sizes(), output=out)
    assert result.notes == (
        "1 test of the rules expects what would no longer be so, and is left out of what is written",
    )
    outcomes = run_rule_tests(out).outcomes
    assert [item.passed for item in outcomes] == [True]


def test_a_folder_of_rules_is_written_as_a_folder(tmp_path: Path) -> None:
    """Rules of several files come out as several files; the one that is not concerned is the same, byte for byte."""
    rules = tmp_path / "rules"
    rules.mkdir()
    areas = "  areas:\n    assign: all_matches\n    segments:\n      north: {criteria: {area: {eq: north}}}\n"
    other = f"version: 1 # untouched\nschemas:\n{areas}"
    (rules / "areas.yaml").write_text("fields:\n  area: {type: enum, column: Area}\n" + other, encoding="utf-8")
    (rules / "sizes.yaml").write_text(sizes(), encoding="utf-8")
    path, out = write_world(tmp_path, world(9000, _planted)), tmp_path / "out"
    wanted = SuggestChoices(output=str(out), only=("split",))
    result = suggest(path, InputChoices(rules=str(rules)), wanted)
    assert told(result) == [("split", "middle")]
    assert (out / "areas.yaml").read_bytes() == (rules / "areas.yaml").read_bytes()
    assert _members(result.suggestions[0].after).items() <= _tagged(path, str(out), tmp_path, "size").items()
    one = tmp_path / "one.yaml"
    suggest(path, InputChoices(rules=str(rules)), SuggestChoices(output=str(one), only=("split",)))
    assert _tagged(path, str(one), tmp_path, "size") == _tagged(path, str(out), tmp_path, "size")


def test_rules_and_input_are_never_written_to(tmp_path: Path) -> None:
    """The rules and the file are what they were, and naming one of them as the output is refused."""
    path = write_world(tmp_path, world(300, _planted))
    rules = tmp_path / "rules.yaml"
    rules.write_text(sizes(), encoding="utf-8")
    before = rules.read_bytes()
    found = run("suggest", path, "--rules", str(rules), "-o", str(rules), "--force")
    assert found.code == 2
    assert rules.read_bytes() == before


def test_a_database_without_segments_gets_some_to_start_with(tmp_path: Path) -> None:
    """No shipped schema speaks of the file: three to six segments are proposed, and assign counts what they say."""
    out = str(tmp_path / "start.yaml")
    result = suggested(tmp_path, world(6000, lambda r: 0.4 if r["Kind"] == "software" else 0.1), output=out)
    assert result.judged == ()
    assert result.start is not None
    schema = result.start.proposal.schemas[0]
    assert len(schema.segments) >= 2
    counted = _tagged(str(tmp_path / "world.csv"), out, tmp_path, schema.id)
    mine = {item.segment: item.members for item in result.start.measures if item.schema == schema.id}
    assert mine.items() <= counted.items()
    assert result.start.unplaced[schema.id] == 6000 - sum(mine.values())


def test_start_is_proposed_beside_rules_that_fit(tmp_path: Path) -> None:
    """--start asks for segments to begin with although there are some."""
    result = suggested(tmp_path, world(3000, lambda r: 0.4 if r["Kind"] == "software" else 0.1), sizes(), start=True)
    assert result.start is not None
    assert result.suggestions == ()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs say and write the same; so does one over the rows in another order."""
    rows = list(world(5000, _planted))
    texts: list[tuple[str, dict[str, int]]] = []
    for place, records in enumerate((rows, rows, rows[::-1])):
        folder = tmp_path / str(place)
        folder.mkdir()
        result = suggested(folder, iter(records), sizes(), output=str(folder / "out.yaml"))
        texts.append(((folder / "out.yaml").read_text(encoding="utf-8"), _members(result.suggestions[0].after)))
    assert texts[0] == texts[1] == texts[2]


def test_an_outcome_is_a_column_or_a_value_of_one(tmp_path: Path) -> None:
    """--outcome takes a column, a value of a column, or a metric; what is neither is refused with what there is."""
    path = write_world(tmp_path, world(900, _planted))
    by_value = suggest(path, None, SuggestChoices(outcome="Kind=software", start=True))
    assert by_value.outcome is not None
    with Path(path).open(encoding="utf-8", newline="") as file:
        expected = sum(row["Kind"] == "software" for row in csv.DictReader(file))
    assert by_value.outcome.hits == expected
    by_amount = suggest(path, None, SuggestChoices(outcome="Years", start=True))
    assert by_amount.outcome is not None
    assert not by_amount.outcome.is_rate
    found = run("suggest", path, "--outcome", "Kinds")
    assert found.code == 2
    assert 'there is no metric and no column "Kinds"' in found.err
    assert "Size now, Kind, Area" in found.err
    found = run("suggest", path, "--outcome", "Kind")
    assert found.code == 2
    assert '"Kind=VALUE"' in found.err


def test_what_a_schema_is_made_of_is_no_outcome_for_it(tmp_path: Path) -> None:
    """Segments made of the outcome cannot be judged by it, and that is said."""
    result = suggested(tmp_path, world(900, _planted), sizes(), outcome="Size now")
    assert result.suggestions == ()
    assert any("made of size_now" in item.reason for item in result.cannot_tell)


def test_schemas_without_their_fields_are_not_judged(tmp_path: Path) -> None:
    """A schema whose columns are absent is named with what is lacking."""
    rules = sizes() + "\n"
    rules = rules.replace(
        "schemas:\n",
        "schemas:\n  tiers: {assign: all_matches, segments: {one: {criteria: {account_tier: {eq: '1'}}}}}\n",
    )
    result = suggested(tmp_path, world(600, _planted), rules)
    assert result.judged == ("size",)
    assert result.not_judged == {"tiers": "no column provides account_tier"}


def test_kinds_are_chosen_and_unknown_ones_refused(tmp_path: Path) -> None:
    """--only takes kinds, apart by commas; a word that is none is refused."""
    path = write_world(tmp_path, world(300, _planted))
    found = run("suggest", path, "--only", "merge,splitt")
    assert found.code == 2
    assert 'did you mean "split"' in found.err


@pytest.mark.parametrize("how", ["table", "json", "csv", "md"])
def test_every_format_says_what_is_suggested(tmp_path: Path, how: str) -> None:
    """Tables, data and Markdown name the segment that is to be split; with --fail-on a suggestion is a warning."""
    path = write_world(tmp_path, world(9000, _planted))
    rules = tmp_path / "rules.yaml"
    rules.write_text(sizes(), encoding="utf-8")
    found = run("suggest", path, "--rules", str(rules), "--format", how, "--fail-on", "warning", "--quiet")
    assert found.code == 1
    assert "middle_kind_software" in found.out.replace("\\_", "_")
    if how == "json":
        said = json.loads(found.out)
        assert said["schema_version"] == 1
        assert said["suggestions"][0]["evidence"][0]["held_out"] is True


def _hostile() -> Iterator[dict[str, Any]]:
    for number, record in enumerate(world(3000, lambda r: 0.5 if r["Kind"] == "software" else 0.1)):
        word = {"software": "=cmd|' /C calc'!A0", "retail": "yes", "health": "- : #{}[]\n\"'", "public": "0501"}
        yield {**record, "Kind": word[record["Kind"]], "!Ü \x1b[31m: {x}": number % 3}


def test_values_come_back_as_they_are(tmp_path: Path) -> None:
    """Formulas, signs, words like yes and codes with zeros stand in the rules file as the texts they are."""
    out = str(tmp_path / "start.yaml")
    result = suggested(tmp_path, _hostile(), output=out)
    assert result.start is not None
    schema = result.start.proposal.schemas[0]
    counted = _tagged(str(tmp_path / "world.csv"), out, tmp_path, schema.id)
    assert {m.segment: m.members for m in result.start.measures if m.schema == schema.id}.items() <= counted.items()


def test_thresholds_are_read_with_their_places(tmp_path: Path) -> None:
    """A client's own thresholds take the place of the shipped ones; every mistake is told with its line."""
    shipped = (RulesLocation.at(None).shipped / "suggest.yaml").read_text(encoding="utf-8")
    own = tmp_path / "suggest.yaml"
    own.write_text(shipped.replace("least_members: 100", "least_members: 40"), encoding="utf-8")
    assert load_suggest_rules(RulesLocation.at(str(tmp_path))).limit("least_members") == 40
    own.write_text(shipped.replace("alpha: 0.05", "alpha: 5").replace("depth: 2", "dept: 2"), encoding="utf-8")
    with pytest.raises(RuleErrors) as caught:
        load_suggest_rules(RulesLocation.at(str(tmp_path)))
    words = str(caught.value)
    assert "alpha must be a number between 0 and 1" in words
    assert 'no key "dept"' in words


def test_a_result_without_findings_says_so(tmp_path: Path) -> None:
    """Where no change is shown to be better, that is the answer, and the exit code is 0."""
    path = write_world(tmp_path, world(2000, lambda _: 0.2))
    rules = tmp_path / "rules.yaml"
    rules.write_text(sizes(), encoding="utf-8")
    found = run("suggest", path, "--rules", str(rules), "--fail-on", "warning")
    assert found.code == 0
    assert "Nothing to suggest" in found.out


def test_the_result_is_typed(tmp_path: Path) -> None:
    """The library returns what the command prints."""
    assert isinstance(suggested(tmp_path, world(300, _planted), sizes()), SuggestionsResult)


def test_private_columns_are_named_and_left_out(tmp_path: Path) -> None:
    """A column about private life parts nothing, however well it tells the outcome, and that is said."""
    records = ({**record, "Religion": "a" if record["Converted"] else "b"} for record in world(3000, _planted))
    result = suggested(tmp_path, records, sizes())
    assert "private, and so not looked at: Religion" in result.notes
    assert not any("religion" in str(item).lower() for item in result.suggestions)


def test_spellings_of_a_country_are_one_value(tmp_path: Path) -> None:
    """France, french and FRA come to the same: one part by country_in, which assign counts as it was said."""
    words = {
        "software": ("France", "French", "FRA"),
        "retail": ("DE", "Germany"),
        "health": ("Spain",),
        "public": ("UK",),
    }
    records = (
        {**record, "Country": words[record["Kind"]][number % len(words[record["Kind"]])], "Kind": "x"}
        for number, record in enumerate(world(9000, _planted))
    )
    out = str(tmp_path / "suggested.yaml")
    result = suggested(tmp_path, records, sizes(), output=out)
    (found,) = result.suggestions
    assert found.change is not None
    assert found.change.added[0].id == "middle_country_france"
    assert "country_in: [France]" in Path(out).read_text(encoding="utf-8")
    counted = _tagged(str(tmp_path / "world.csv"), out, tmp_path, "size")
    assert _members(found.after).items() <= counted.items()


def test_a_start_without_some_countries_counts_as_it_says(tmp_path: Path) -> None:
    """What is other than some countries is counted by the rules as in the proposal, blanks and odd words left out."""
    words = {"software": ("France", "FRA"), "retail": ("DE", "Germany"), "health": ("Spain",), "public": ("UK",)}
    records = (
        {**record, "Country": "" if number % 50 == 0 else words[record["Kind"]][number % len(words[record["Kind"]])]}
        for number, record in enumerate(world(4000, lambda r: 0.6 if r["Kind"] in {"software", "retail"} else 0.1))
    )
    out = str(tmp_path / "start.yaml")
    result = suggested(tmp_path, ({k: v for k, v in r.items() if k != "Kind"} for r in records), output=out, start=True)
    assert result.start is not None
    schema = result.start.proposal.schemas[0]
    assert "country_in" in str([item.criteria for item in schema.segments])
    counted = _tagged(str(tmp_path / "world.csv"), out, tmp_path, schema.id)
    assert {m.segment: m.members for m in result.start.measures if m.schema == schema.id}.items() <= counted.items()


def test_segments_by_outcome_are_numbered_by_what_is_printed(tmp_path: Path) -> None:
    """The first segment has the highest rate of all records, and so on: the order of the table people see."""
    rates = {"software": 0.4, "retail": 0.3, "health": 0.2, "public": 0.1}
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        result = suggested(folder, world(3000, lambda r: rates[r["Kind"]], seed), start=True)
        assert result.start is not None
        first = result.start.proposal.schemas[0]
        assert result.start.proposal.approach.startswith("outcome")
        measured = [item.value for item in result.start.measures if item.schema == first.id]
        assert len(measured) > 2
        assert measured == sorted(measured, key=lambda value: -(value or 0.0))


def test_words_of_rules_are_data(tmp_path: Path) -> None:
    """A word a client adds to the private ones is private; a group that is lacking, or an odd entry, is told."""
    shipped = (RulesLocation.at(None).shipped / "suggest.yaml").read_text(encoding="utf-8")
    own = tmp_path / "suggest.yaml"
    own.write_text(shipped.replace("[age, alter,", "[shoe, age, alter,"), encoding="utf-8")
    assert is_private("Shoe size", load_suggest_rules(RulesLocation.at(str(tmp_path))))
    assert not is_private("Shoe size", load_suggest_rules(RulesLocation.at(None)))
    own.write_text(
        shipped.replace("  spent_on:", "  x-spent_on:").replace("state: [0.6,", "state: [6,"), encoding="utf-8"
    )
    with pytest.raises(RuleErrors) as caught:
        load_suggest_rules(RulesLocation.at(str(tmp_path)))
    assert "words: spent_on is lacking" in str(caught.value)
    assert "acting: state takes how far, and why" in str(caught.value)


def test_a_value_no_record_has_is_no_outcome(tmp_path: Path) -> None:
    """A slip in the value that counts as a hit is told, and does not pass for a rate of nothing."""
    path = write_world(tmp_path, world(300, _planted))
    found = run("suggest", path, "--outcome", "Kind=softwear")
    assert found.code == 2
    assert "no record has Kind = softwear" in found.err
