"""The rules of survivorship as data: what can be written, and what a mistake is told as."""

from pathlib import Path

import pytest

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.survival import Chooser
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.survivorship import FORMATS_FILE, load_merge_formats, load_survivorship
from segaudit.rulebook.tables import load_catalogue, load_presets
from tests.rules_support import write
from tests.survivorship_support import rules_folder, rules_text

SHIPPED = RulesLocation.at(None)
CATALOGUE = load_catalogue(SHIPPED)


def mistakes(folder: Path, rules: str) -> list[str]:
    """Return what is wrong with a file of survivorship, folders left out."""
    location = RulesLocation.at(rules_folder(folder, rules))
    with pytest.raises(RuleErrors) as caught:
        load_survivorship(location, CATALOGUE)
    return [str(error).replace(f"{folder}/rules/identity/", "") for error in caught.value.errors]


def test_the_shipped_rules_are_read(tmp_path: Path) -> None:
    """An opt-out wins, the record's own id stays, first things are first and last things last."""
    rules = load_survivorship(SHIPPED, CATALOGUE)
    first = {field: entry.rules[0].chooser for entry in rules.fields for field in entry.fields}
    assert first["unsubscribed"] is Chooser.ANY_TRUE
    assert first["record_id"] is Chooser.KEEP_OWN
    assert (first["created_on"], first["last_activity_on"]) == (Chooser.MIN, Chooser.MAX)
    assert not any(tmp_path.iterdir())


def test_each_format_is_of_a_system_that_can_be_told(tmp_path: Path) -> None:
    """A format's system is spelled as the presets spell it."""
    systems = {preset.system for preset in load_presets(SHIPPED)}
    assert {item.system for item in load_merge_formats(SHIPPED)} - {""} <= systems
    assert not any(tmp_path.iterdir())


def test_a_clients_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    """What a client's folder holds takes the place of the file of that name."""
    location = RulesLocation.at(rules_folder(tmp_path, rules_text("{columns: [Shoe Size], rules: [longest]}")))
    rules = load_survivorship(location, CATALOGUE)
    assert rules.groups == ()
    assert rules.fields[0].columns == ("shoesize",)
    assert load_merge_formats(location) == load_merge_formats(SHIPPED)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            "{fields: [emial], rules: [max]}",
            'survivorship.yaml:5:20: unknown field "emial"\n  hint: did you mean "email"?',
        ),
        ("{fields: [email], rules: [longst]}", 'there is no rule "longst"\n  hint: did you mean "longest"?'),
        ("{fields: [email], rule: [max]}", 'an entry of fields has no key "rule"'),
        ("{rules: [max]}", "this entry of fields is for nothing"),
        ("{fields: [email], rules: []}", "an entry of fields has no rules"),
        ("{fields: [email], rules: [{longest: email}]}", "longest takes nothing"),
        ("{fields: [email], rules: [{most_recent: [last_actvity_on]}]}", 'did you mean "last_activity_on"?'),
        ("{fields: [email], rules: [prefer]}", "prefer names no values"),
        ("{fields: [email], rules: [source_priority]}", "source_priority takes a column and an order"),
        ("{fields: [tags], rules: [longest, union]}", "union cannot come after another rule"),
        ("{fields: [email], rules: [[max]]}", "a rule is a word"),
        ("{fields: {email: max}, rules: [max]}", "fields: is a list of words"),
    ],
)
def test_a_mistake_in_a_fields_rules_is_told_with_its_place(tmp_path: Path, fields: str, expected: str) -> None:
    """Line, column, what is wrong and the mend."""
    (found,) = [error for error in mistakes(tmp_path, rules_text(fields)) if expected in error]
    assert found.startswith("survivorship.yaml:5:")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("{a: {fields: [city], rules: [union]}}", 'union cannot decide group "a"'),
        ("{a: {fields: [city], lead: street, rules: [longest]}}", 'lead: "street" is no field of the group'),
        ("{a: {fields: [city], rules: [any_true]}}", "any_true needs a field here"),
        ("{a: {rules: [longest]}}", 'group "a" names no fields'),
        ("{a: {fields: [city], rules: [usual]}}", "usual needs a field here"),
        ("{a: {fields: [city], rules: [{usual: ctiy}]}}", 'did you mean "city"?'),
        (
            "{a: {fields: [city], rules: [longest]}, b: {fields: [city], rules: [longest]}}",
            'field "city" is in two groups',
        ),
        ("[city]", "groups: is a map"),
    ],
)
def test_a_mistake_in_a_group_is_told_with_its_place(tmp_path: Path, groups: str, expected: str) -> None:
    """A group takes rules that can choose a record."""
    (found,) = [error for error in mistakes(tmp_path, rules_text(groups=groups)) if expected in error]
    assert found.startswith("survivorship.yaml:4:")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """The survivor, the dates, the types and the default are read whatever is wrong elsewhere."""
    text = (
        "version: 1\ndates: {recent: [updatd_on], believed_from: soon}\nsurvivor: [longest]\nthing: 1\n"
        "types: [{types: [colour], rules: [max]}]\n"
    )
    found = mistakes(tmp_path, text)
    for words in ("updatd_on", '"soon" is no day', "longest cannot decide which record survives", '"thing"',
                  'unknown type "colour"', "default has no rules"):  # fmt: skip
        assert any(words in error for error in found), words


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ("formats: {}", "merge formats are a list"),
        (
            "formats: [{system: X, key: record_id, survivor: a, duplicates: [b]}]",
            "there is no format for other systems",
        ),
        ('formats: [{system: "", key: phone, survivor: a, duplicates: [b]}]', 'key cannot be "phone"'),
        ('formats: [{system: "", key: email, survivor: a, duplicates: [b], most: 2}]', "a column for each record"),
        ('formats: [{system: "", key: email, survivor: a, duplicates: [b], most: many}]', "most: is a whole number"),
    ],
)
def test_a_mistake_in_a_merge_format_is_told_with_its_place(tmp_path: Path, formats: str, expected: str) -> None:
    """A format without a column for each record of a row would write a file that cannot be read."""
    folder = rules_folder(tmp_path, rules_text())
    write(Path(folder) / FORMATS_FILE, formats)
    with pytest.raises(SegauditError) as caught:
        load_merge_formats(RulesLocation.at(folder))
    assert expected in str(caught.value)
    assert "merge_formats.yaml:1:" in str(caught.value)
