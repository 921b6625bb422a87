"""Which value outlives a merge: one rule at a time, on the smallest entity that shows it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.survivorship_support import Merged, Row, golden_of, merge, rules_text


def column_rule(rule: str, field: str = "job_title") -> str:
    """Return rules in which one field is decided by one rule."""
    return rules_text(f"{{fields: [{field}], rules: [{rule}]}}")


FIRST: Row = {"record_id": "1", "job_title": "Buyer", "updated_on": "2024-03-01", "phone": "030 1234567"}
LATER: Row = {"record_id": "2", "job_title": "Head of Buying", "updated_on": "2025-03-01", "phone": ""}


# ------------------------------------------------------------------------------------------------- one rule at a time


def test_the_most_recent_record_gives_the_value(tmp_path: Path) -> None:
    """most_recent takes the value of the record that was updated last, though another one survives."""
    record = golden_of(tmp_path, column_rule("most_recent"), FIRST, LATER)
    assert (record["survivor"], record["job_title"]) == ("1", "Head of Buying")


def test_the_next_date_decides_where_the_first_is_equal(tmp_path: Path) -> None:
    """Two records updated on one day are told apart by the next date of the list."""
    first = {**FIRST, "last_activity_on": "2024-05-05"}
    later = {**LATER, "updated_on": FIRST["updated_on"], "last_activity_on": "2024-06-05"}
    assert golden_of(tmp_path, column_rule("most_recent"), first, later)["job_title"] == "Head of Buying"


@pytest.mark.parametrize("day", ["2099-01-01", "1900-01-01"])
def test_a_date_nobody_means_is_none(tmp_path: Path, day: str) -> None:
    """A record that claims to be of the future, or of 1900, is not the most recent and not the oldest one."""
    odd = {**LATER, "updated_on": day, "created_on": day}
    known = {**FIRST, "created_on": "2020-02-02"}
    assert golden_of(tmp_path, column_rule("most_recent"), known, odd)["job_title"] == "Buyer"
    assert golden_of(tmp_path, column_rule("oldest"), known, odd)["job_title"] == "Buyer"
    created = rules_text("{fields: [created_on], rules: [min]}")
    assert golden_of(tmp_path, created, odd, known)["created_on"] == "2020-02-02"


def test_the_oldest_record_gives_the_value(tmp_path: Path) -> None:
    """oldest, or first_seen, takes the value of the record that was created first."""
    rows = ({**FIRST, "created_on": "2021-01-01"}, {**LATER, "created_on": "2019-01-01"})
    for rule in ("oldest", "first_seen"):
        assert golden_of(tmp_path, column_rule(rule), *rows)["job_title"] == "Head of Buying"


def test_the_most_complete_record_gives_the_value(tmp_path: Path) -> None:
    """most_complete takes the value of the record with most filled cells; a placeholder fills none."""
    fuller = {**LATER, "phone": "030 7654321", "company": "Acme"}
    poorer = {**FIRST, "company": "n/a", "updated_on": ""}
    rules = rules_text("{fields: [job_title], rules: [most_complete]}", survivor="[oldest]")
    assert golden_of(tmp_path, rules, poorer, fuller)["job_title"] == "Head of Buying"


def test_the_value_of_most_records_wins_however_it_is_written(tmp_path: Path) -> None:
    """most_frequent counts spellings that differ in capitals and blanks as one value."""
    rows = [
        {"job_title": title, "phone": phone}
        for title, phone in zip(("Engineer", "Head of Sales", "head of sales "), ("030 1234567", "", ""), strict=True)
    ]
    record = golden_of(tmp_path, column_rule("most_frequent"), *rows)
    assert record["job_title"] == "Head of Sales"


def test_a_value_the_survivor_only_writes_otherwise_stays_its_own(tmp_path: Path) -> None:
    """A value that says the same as the survivor's own is no change."""
    rows = [{**FIRST, "job_title": "head of buying"}, LATER]
    merged = merge(tmp_path, rows, ["e", "e"], rules=column_rule("most_recent"))
    assert merged.golden[0]["job_title"] == "head of buying"
    assert "job_title" not in {change["column"] for change in merged.changes}


def test_a_usual_value_goes_before_a_rare_one(tmp_path: Path) -> None:
    """usual, asked of a column, looks at the column itself."""
    rows = [{"first_name": name, "phone": phone} for name, phone in (("Annq", "1"), ("Anna", ""))]
    rows += [{"first_name": "anna", "phone": str(number)} for number in range(2, 6)]
    golden = merge(tmp_path, rows, ["e", "e", *"abcd"], rules=column_rule("usual", "first_name")).golden
    assert golden[0]["first_name"] == "Anna"


def test_the_longest_value_wins(tmp_path: Path) -> None:
    """Longest prefers a written-out name to an initial."""
    record = golden_of(
        tmp_path, column_rule("longest", "first_name"), {"first_name": "A.", "phone": "1"}, {"first_name": "Anna"}
    )
    assert record["first_name"] == "Anna"


@pytest.mark.parametrize(("rule", "expected"), [("max", "1,200"), ("min", "90")])
def test_numbers_are_compared_as_numbers(tmp_path: Path, rule: str, expected: str) -> None:
    """Max and min read numbers as the column writes them, and give the cell as it stands."""
    rows = [{"employees": cell} for cell in ("90", "1,200", "300")]
    assert golden_of(tmp_path, column_rule(rule, "employees"), *rows)["employees"] == expected


def test_dates_are_compared_as_dates(tmp_path: Path) -> None:
    """Min of a date is the earliest day, in whatever way it is written."""
    rows = [{"created_on": day} for day in ("13/02/2021", "14/01/2022", "15/12/2020")]
    assert golden_of(tmp_path, column_rule("min", "created_on"), *rows)["created_on"] == "15/12/2020"


def test_different_numbers_add_up(tmp_path: Path) -> None:
    """Sum adds the different numbers of an entity; equal ones are one figure that was copied."""
    rows = [{"page_views": cell} for cell in ("10", "5", "10", "")]
    merged = merge(tmp_path, rows, ["e"] * 4, rules=column_rule("sum", "page_views"))
    assert merged.golden[0]["page_views"] == "15"
    assert [(change["what"], change["rule"], change["from_row"]) for change in merged.changes] == [
        ("combined", "sum", "")
    ]


def test_what_cannot_be_added_up_is_left_to_the_next_rule(tmp_path: Path) -> None:
    """Numbers with a currency are not added, for the currencies may differ; the larger one stays."""
    rows = [{"lifetime_value": cell} for cell in ("€100", "$300")]
    assert golden_of(tmp_path, column_rule("sum, max", "lifetime_value"), *rows)["lifetime_value"] == "$300"


def test_sums_are_exact(tmp_path: Path) -> None:
    """0.1 and 0.2 are 0.3."""
    rows = [{"intent_score": cell} for cell in ("0.1", "0.2")]
    assert golden_of(tmp_path, column_rule("sum", "intent_score"), *rows)["intent_score"] == "0.3"


def test_all_different_items_are_put_together(tmp_path: Path) -> None:
    """Union appends what the survivor lacks, each item once, and leaves the survivor's own text as it is."""
    rows = [{"tags": cell, "phone": phone} for cell, phone in (("b; c", "030 1234567"), ("C;a", ""), ("", ""))]
    record = golden_of(tmp_path, column_rule("union", "tags"), *rows)
    assert record["tags"] == "b; c; a"


def test_texts_are_joined_by_a_separator_of_the_rules(tmp_path: Path) -> None:
    """Union with a separator puts whole texts one behind the other."""
    rows = [{"notes": note, "phone": phone} for note, phone in (("likes tea", "030 1234567"), ("call in May", ""))]
    assert golden_of(tmp_path, column_rule('{union: " | "}', "notes"), *rows)["notes"] == "likes tea | call in May"


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        ("any_true", ("no", "yes", ""), "yes"),
        ("any_true", ("no", "", ""), "no"),
        ("any_false", ("yes", "no", ""), "no"),
        ("any_true", ("", "", "no"), "no"),
    ],
)
def test_one_answer_is_enough(tmp_path: Path, rule: str, cells: tuple[str, ...], expected: str) -> None:
    """any_true and any_false give the answer that any record gives; a blank is no answer."""
    rows = [{"unsubscribed": cell, "phone": "030 1234567" if index == 0 else ""} for index, cell in enumerate(cells)]
    assert golden_of(tmp_path, column_rule(rule, "unsubscribed"), *rows)["unsubscribed"] == expected


def test_an_opt_out_that_cannot_be_read_is_not_overruled(tmp_path: Path) -> None:
    """A cell that is neither yes nor no may be an opt-out, so it goes before a no."""
    rows = [{"unsubscribed": "no", "phone": "030 1234567"}, {"unsubscribed": "by letter"}]
    assert golden_of(tmp_path, column_rule("any_true", "unsubscribed"), *rows)["unsubscribed"] == "by letter"


def test_values_are_preferred_in_an_order(tmp_path: Path) -> None:
    """Prefer takes the value that stands first in its list; one that is not listed comes last."""
    rows = [{"lifecycle_stage": stage} for stage in ("Zombie", "Lead", "CUSTOMER")]
    rule = "{prefer: [customer, lead]}"
    assert golden_of(tmp_path, column_rule(rule, "lifecycle_stage"), *rows)["lifecycle_stage"] == "CUSTOMER"


def test_records_are_preferred_by_their_source(tmp_path: Path) -> None:
    """source_priority goes by a column of the table, which may be one that means no field."""
    rows = [{"job_title": "Buyer", "Feed": "web form", "phone": "030 1234567"}, {"job_title": "CPO", "Feed": "ERP"}]
    rule = "{source_priority: {column: Feed, order: [erp, web form]}}"
    assert golden_of(tmp_path, column_rule(rule), *rows)["job_title"] == "CPO"


def test_a_persons_address_at_work_goes_before_a_free_one(tmp_path: Path) -> None:
    """work_email prefers neither a free provider's address nor that of a function, where the entity has a company."""
    rule = column_rule("work_email, keep_own", "email")
    free, work, role = ({"email": mail, "company": "Acme"} for mail in ("a@gmail.com", "ann@acme.com", "info@acme.com"))
    assert golden_of(tmp_path, rule, free, work)["email"] == "ann@acme.com"
    assert golden_of(tmp_path, rule, free, role)["email"] == "a@gmail.com"
    assert golden_of(tmp_path, rule, {**free, "company": ""}, {**work, "company": ""})["email"] == "a@gmail.com"


def test_keep_own_alone_keeps_even_a_blank(tmp_path: Path) -> None:
    """keep_own alone leaves the survivor's cell as it is; with another rule behind it a blank is filled."""
    rows = [{**FIRST, "job_title": "", "company": "Acme"}, LATER]
    assert golden_of(tmp_path, column_rule("keep_own"), *rows)["job_title"] == ""
    assert golden_of(tmp_path, column_rule("keep_own, most_recent"), *rows)["job_title"] == "Head of Buying"


# --------------------------------------------------------------------------------------------- valid, invalid, missing


def test_a_value_goes_before_a_placeholder_whatever_the_rule_says(tmp_path: Path) -> None:
    """A placeholder or a blank never wins over a value."""
    rows = [FIRST, {**LATER, "job_title": "n/a"}]
    assert golden_of(tmp_path, column_rule("most_recent"), *rows)["job_title"] == "Buyer"


def test_what_can_be_read_goes_before_what_cannot(tmp_path: Path) -> None:
    """A broken address loses against a good one, even if it is the survivor's own and newer."""
    rows = [{"email": "ann@acme", "phone": "030 1234567"}, {"email": "ann@acme.com"}]
    merged = merge(tmp_path, rows, ["e", "e"], rules=column_rule("keep_own, most_recent", "email"))
    assert merged.golden[0]["email"] == "ann@acme.com"
    assert [change["rule"] for change in merged.changes if change["column"] == "email"] == ["valid_first"]


def test_where_nobody_has_a_value_the_survivors_cell_stays(tmp_path: Path) -> None:
    """A placeholder is not replaced by a blank, nor by another placeholder."""
    rows = [{"job_title": "n/a", "phone": "030 1234567"}, {"job_title": "unknown"}]
    assert golden_of(tmp_path, column_rule("most_recent"), *rows)["job_title"] == "n/a"


# -------------------------------------------------------------------------------------------------- the survivor, ties


def survivor_of(folder: Path, *rows: Row, keys: Sequence[str] | None = None) -> str:
    """Return the key of the record that survives by the shipped rules."""
    (record,) = merge(folder, rows, ["e"] * len(rows), keys=keys).golden
    return record["survivor"]


def test_the_record_that_is_kept(tmp_path: Path) -> None:
    """The most complete record is kept, then the most recently active, then the oldest, then the smallest key."""
    base: Row = {"last_name": "Ray", "last_activity_on": "2024-01-01", "created_on": "2020-01-01"}
    assert survivor_of(tmp_path, base, {**base, "city": "Ulm"}) == "2"
    assert survivor_of(tmp_path, base, {**base, "last_activity_on": "2024-02-01"}) == "2"
    assert survivor_of(tmp_path, base, {**base, "created_on": "2019-01-01"}) == "2"
    assert survivor_of(tmp_path, base, base, keys=["10", "9"]) == "9"


def changes_by_column(merged: Merged) -> dict[str, tuple[str, str]]:
    """Return what happened to each column, and by which rule."""
    return {change["column"]: (change["what"], change["rule"]) for change in merged.changes}


def test_the_list_says_which_rule_decided(tmp_path: Path) -> None:
    """The rule of a change is the first by which the next best other value lost."""
    rows = [
        {"phone": "030 1234567", "job_title": "Buyer", "updated_on": "2024-03-01", "city": "Ulm"},
        {"phone": "", "job_title": "Head of Buying", "updated_on": "2025-03-01", "city": ""},
        {"phone": "", "job_title": "Intern", "updated_on": "2025-03-01", "city": ""},
    ]
    merged = merge(tmp_path, rows, ["e"] * 3, rules=rules_text("{fields: [job_title], rules: [most_recent, longest]}"))
    assert changes_by_column(merged)["job_title"] == ("replaced", "longest")
    assert merged.changes[0] == {
        "entity_id": "e", "_row": "1", "record_id": "1", "column": "job_title", "what": "replaced", "was": "Buyer",
        "becomes": "Head of Buying", "from_row": "2", "rule": "longest", "dropped": "Buyer | Intern",
    }  # fmt: skip


def test_a_value_that_is_lost_is_listed_though_nothing_changes(tmp_path: Path) -> None:
    """Where the survivor's own value stays and another one is lost, the list says so."""
    rows = [FIRST, {**LATER, "job_title": "CPO"}]
    merged = merge(tmp_path, rows, ["e", "e"], rules=column_rule("keep_own, most_recent"))
    (change,) = [change for change in merged.changes if change["column"] == "job_title"]
    assert (change["what"], change["becomes"], change["dropped"]) == ("kept", "Buyer", "CPO")
    assert {column.field: column.conflicts for column in merged.result.columns}["job_title"] == 1
