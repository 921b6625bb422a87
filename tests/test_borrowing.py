"""What a record's company says counts for the record: a contact is in the industry its account is in."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.rules_support import run, write
from tests.test_assign import read_csv, write_csv

RULES = """
    fields: {employees: {type: int}, industry: {type: enum}, country: {type: text}}
    schemas:
      size:
        assign: first_match
        else: unknown
        segments:
          small: {criteria: {employees: {lte: 500}}}
          large: {criteria: {employees: {gt: 500}}}
      line:
        assign: first_match
        else: other
        segments:
          software: {criteria: {industry: {eq: Software}}}
          retail: {criteria: {industry: {eq: Retail}}}
"""
ACCOUNTS = [
    ["A1", "One Ltd", "40", "Software", "Spain"],
    ["A2", "Two Inc", "4000", "Retail", "Italy"],
    ["A3", "Three AG", "", "Software", "Chile"],
]
ACCOUNT_HEADERS = ["Account ID", "Account Name", "Number of Employees", "Industry", "Billing Country"]
CONTACTS = [
    ["C1", "Ann", "Ray", "ann@one.com", "A1"],
    ["C2", "Bo", "Kim", "bo@two.com", "A2"],
    ["C3", "Cy", "Lee", "cy@three.com", "A3"],
    ["C4", "Di", "Moe", "di@nobody.com", ""],
    ["C5", "Ed", "Poe", "ed@one.com", "A1"],
]
CONTACT_HEADERS = ["Contact ID", "First Name", "Last Name", "Email", "Account ID"]


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """Return a folder with contacts, their accounts and rules."""
    write_csv(tmp_path / "contacts.csv", CONTACT_HEADERS, CONTACTS)
    write_csv(tmp_path / "accounts.csv", ACCOUNT_HEADERS, ACCOUNTS)
    write(tmp_path / "rules.yaml", RULES)
    return tmp_path


def labels(client: Path, records: str = "contacts.csv", beside: str = "accounts.csv") -> dict[str, list[str]]:
    """Return the labels of each schema, and check that the file itself is as it was."""
    ran = run(
        "assign", client / records, "--with", client / beside,
        "--rules", client / "rules.yaml", "-o", client / "tagged.csv", "--force",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    before, tagged = read_csv(client / records), read_csv(client / "tagged.csv")
    assert [row[: len(before[0])] for row in tagged] == before
    header, *rows = tagged
    return {name: [row[header.index(f"segment_{name}")] for row in rows] for name in ("size", "line")}


def test_contacts_are_segmented_by_their_accounts(client: Path) -> None:
    """What no column of the contacts holds is what their account says; without one it stays unknown."""
    assert labels(client) == {
        "size": ["small", "large", "unknown", "unknown", "small"],
        "line": ["software", "retail", "software", "other", "software"],
    }


def test_what_the_contacts_hold_themselves_is_theirs(client: Path) -> None:
    """A column of the records' own is not replaced, nor filled."""
    rows = [[*row, line] for row, line in zip(CONTACTS, ["Retail", "", "Retail", "", ""], strict=True)]
    write_csv(client / "contacts.csv", [*CONTACT_HEADERS, "Industry"], rows)
    assert labels(client)["line"] == ["retail", "other", "retail", "other", "other"]


def test_accounts_that_disagree_say_nothing(client: Path) -> None:
    """An account that is there twice counts where both rows say the same, or one says nothing."""
    twice = [["A1", "One Ltd", "", "Retail", "Spain"], ["A2", "Two Inc", "4000", "", "Italy"]]
    write_csv(client / "accounts.csv", ACCOUNT_HEADERS, [*ACCOUNTS, *twice])
    assert labels(client) == {
        "size": ["small", "large", "unknown", "unknown", "small"],
        "line": ["other", "retail", "software", "other", "other"],
    }


def test_accounts_take_nothing_from_each_other(client: Path) -> None:
    """Records that are companies themselves are judged by their own columns."""
    write_csv(client / "parents.csv", ["Account ID", "Account Name", "Industry"], [["A1", "One Ltd", "Retail"]])
    write_csv(client / "bare.csv", ["Account ID", "Account Name", "Website"], [["A1", "One Ltd", "one.com"]])
    assert labels(client, "bare.csv", "parents.csv")["line"] == ["other"]


def test_it_is_said_where_it_comes_from(client: Path) -> None:
    """A note names the fields, the file, and how many records have their company there."""
    ran = run(
        "overlap", client / "contacts.csv", "--with", client / "accounts.csv",
        "--rules", client / "rules.yaml", "--format", "json",
    )  # fmt: skip
    (note,) = (note for note in json.loads(ran.out)["source"]["notes"] if "taken from" in note)
    assert note == (
        "company, employees, industry, country: taken from accounts.csv; 4 of 5 records have their company there"
    )


def test_explain_shows_it(client: Path) -> None:
    """One record explained is decided by its account as well, and by what else the account might say."""
    ran = run(
        "explain", client / "contacts.csv", "--with", client / "accounts.csv",
        "--rules", client / "rules.yaml", "--row", "2",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "employees is above 500 (4000)" in ran.out
    assert "Nearest other segment: small. It takes: employees from 4000 to 500" in ran.out


def test_the_audit_does_not_ask_for_what_another_table_holds(client: Path) -> None:
    """An audit of contacts and accounts decides by both, and writes lists of members with their account's name."""
    ran = run(
        "audit", client / "contacts.csv", client / "accounts.csv", "--rules", client / "rules.yaml",
        "-o", client / "out",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    found = json.loads((client / "out" / "audit.json").read_text(encoding="utf-8"))
    assert not set(found["segments"]["overlap"]["absent_fields"]) & {"employees", "industry"}
    header, *rows = read_csv(client / "out" / "segments" / "line.retail.csv")
    assert ["Bo", "Two Inc"] in [[row[header.index("First Name")], row[header.index("Account Name")]] for row in rows]


def test_enrichment_asks_for_what_the_accounts_lack_too(client: Path) -> None:
    """With the list of accounts, only records whose account does not say it are open."""
    wanted = ["enrich", client / "contacts.csv", "--rules", client / "rules.yaml", "--format", "json"]
    alone, beside = run(*wanted), run(*wanted, "--with", client / "accounts.csv")
    assert alone.code == beside.code == 0
    assert set(json.loads(alone.out)["absent_fields"]) >= {"employees", "industry"}
    assert not json.loads(beside.out)["absent_fields"]
    placed = [{item["schema"]: item["open"] for item in json.loads(ran.out)["schemas"]} for ran in (alone, beside)]
    assert placed == [{"size": 5, "line": 5}, {"size": 2, "line": 1}]


@pytest.mark.parametrize(
    ("revenue", "currency", "expected"),
    [("Annual Revenue", "Currency", ["rich", "?", "rich"]), ("Annual Revenue", "", ["rich", "rich", "rich"])],
)
def test_an_accounts_revenue_is_in_the_accounts_currency(
    client: Path, revenue: str, currency: str, expected: list[str]
) -> None:
    """The currency of a deal says nothing of what its account earns, and the account's own column comes along."""
    rows = [["A1", "One", "60000", "EUR"], ["A2", "Two", "60000", "JPY"], ["A3", "Three", "60000", ""]]
    headers = ["Account ID", "Account Name", revenue, *([currency] if currency else [])]
    write_csv(client / "accounts.csv", headers, [row[: len(headers)] for row in rows])
    deals = [["D1", "A1", "Won", "5", "JPY"], ["D2", "A2", "Won", "5", "EUR"], ["D3", "A3", "Won", "5", "USD"]]
    write_csv(client / "deals.csv", ["Deal ID", "Account ID", "Deal Stage", "Amount", "Currency"], deals)
    rules = """
        fields: {annual_revenue: {type: money, currency: EUR}}
        schemas:
          size:
            assign: first_match
            else: poor
            segments:
              rich: {criteria: {annual_revenue: {gte: 50K}}}
          line:
            assign: first_match
            else: other
            segments:
              any: {criteria: {deal_amount: {known: true}}}
    """
    write(client / "rules.yaml", rules)
    labels(client, "deals.csv")
    header, *tagged = read_csv(client / "tagged.csv")
    label, reason = header.index("segment_size"), header.index("segment_size_reason")
    assert ["?" if row[reason].startswith("cannot tell") else row[label] for row in tagged] == expected


def test_what_moved_a_record_is_not_what_its_account_said_all_along(client: Path) -> None:
    """The earlier file is decided with the accounts as well: what changed is the record's own cell."""
    rules = """
        fields: {employees: {type: int}, lead_status: {type: enum}}
        schemas:
          size:
            assign: first_match
            else: unknown
            segments:
              open_large: {criteria: {all: [{employees: {gt: 500}}, {lead_status: {eq: Open}}]}}
              large: {criteria: {employees: {gt: 500}}}
    """
    write(client / "rules.yaml", rules)
    asked = ["--with", client / "accounts.csv", "--rules", client / "rules.yaml"]
    for name, status in (("may", "New"), ("june", "Open")):
        rows = [[*row, status] for row in CONTACTS]
        write_csv(client / f"{name}.csv", [*CONTACT_HEADERS, "Lead Status"], rows)
    assert run("assign", client / "may.csv", *asked, "-o", client / "may_tagged.csv").code == 0
    ran = run("assign", client / "june.csv", *asked, "-o", client / "t.csv", "--previous", client / "may_tagged.csv")
    assert ran.code == 0, ran.err
    header, *rows = read_csv(client / "t.csv")
    moved = [row[header.index("segment_size_moved_by")] for row in rows]
    assert "lead_status" in moved[1]
    assert "employees" not in moved[1]
    assert [row[header.index("segment_size_previous")] for row in rows] == ["unknown", "large", *["unknown"] * 3]


def test_what_its_account_changed_is_not_the_records_doing(client: Path) -> None:
    """Where only the account has changed, the record's own cells moved nothing; the company is named."""
    asked = ["--rules", client / "rules.yaml", "--with", client / "accounts.csv"]
    assert run("assign", client / "contacts.csv", *asked, "-o", client / "old.csv").code == 0
    write_csv(client / "accounts.csv", ACCOUNT_HEADERS, [["A1", "One Ltd", "900", "Software", "Spain"], *ACCOUNTS[1:]])
    ran = run("assign", client / "contacts.csv", *asked, "-o", client / "t.csv", "--previous", client / "old.csv")
    assert ran.code == 0, ran.err
    header, first, *_ = read_csv(client / "t.csv")
    assert first[header.index("segment_size_previous")] == "small"
    assert first[header.index("segment_size_moved_by")] == "the rules, or its company (employees)"


def test_drift_sees_both_lists_with_the_same_accounts(client: Path) -> None:
    """A list has not changed because accounts were given beside the new one."""
    (client / "same.csv").write_bytes((client / "contacts.csv").read_bytes())
    ran = run(
        "drift", client / "same.csv", client / "contacts.csv", "--with", client / "accounts.csv",
        "--rules", client / "rules.yaml", "--format", "json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    sizes = [(item["old"], item["new"]) for schema in json.loads(ran.out)["schemas"] for item in schema["sizes"]]
    assert sizes
    assert all(before == now for before, now in sizes)


def test_a_table_that_belongs_to_nobody_is_told(client: Path) -> None:
    """A file that was given and could not be joined is not passed over in silence."""
    write_csv(client / "accounts.csv", ["Account ID", "Account Name", "Industry"], [["Z9", "Nobody", "Retail"]])
    ran = run("assign", client / "contacts.csv", "--with", client / "accounts.csv", "--rules", client / "rules.yaml",
              "-o", client / "t.csv", "--format", "json")  # fmt: skip
    assert ran.code == 0, ran.err
    enriched = run("enrich", client / "contacts.csv", "--with", client / "accounts.csv", "--format", "json")
    assert any("none of its rows belongs" in note for note in json.loads(enriched.out)["source"]["notes"])
    assert any("none of its rows belongs to a record" in note for note in json.loads(ran.out)["source"]["notes"])


def test_sheets_of_one_workbook(client: Path) -> None:
    """The accounts may be another sheet of the workbook the contacts are in."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, headers, rows in (("Contacts", CONTACT_HEADERS, CONTACTS), ("Accounts", ACCOUNT_HEADERS, ACCOUNTS)):
        sheet = book.create_sheet(title)
        for row in (headers, *rows):
            sheet.append(row)
    book.save(client / "w.xlsx")
    ran = run("assign", client / "w.xlsx", "--sheet", "Contacts", "--with", client / "w.xlsx",
              "--rules", client / "rules.yaml", "-o", client / "t.csv")  # fmt: skip
    assert ran.code == 0, ran.err
    header, *rows = read_csv(client / "t.csv")
    expected = ["small", "large", "unknown", "unknown", "small"]
    assert [row[header.index("segment_size")] for row in rows] == expected


def test_a_column_that_is_blank_throughout_is_none(client: Path) -> None:
    """Systems print columns of fields they keep with the account; such a column hides nothing."""
    write_csv(client / "contacts.csv", [*CONTACT_HEADERS, "Industry"], [[*row, ""] for row in CONTACTS])
    assert labels(client)["line"] == ["software", "retail", "software", "other", "software"]


def test_how_many_accounts_disagree_is_told(client: Path) -> None:
    """Rows that say the same, or nothing, do not disagree."""
    twice = [["A1", "One Ltd", "", "Retail", "Spain"], ["A2", "Two Inc", "4000", "", "Italy"]]
    write_csv(client / "accounts.csv", ACCOUNT_HEADERS, [*ACCOUNTS, *twice])
    ran = run("overlap", client / "contacts.csv", "--with", client / "accounts.csv",
              "--rules", client / "rules.yaml", "--format", "json")  # fmt: skip
    (note,) = (note for note in json.loads(ran.out)["source"]["notes"] if "taken from" in note)
    assert note.endswith("2 of them have rows there that disagree, and no value where they do")


def test_accounts_of_few_columns_are_accounts(client: Path) -> None:
    """Systems print the headers of accounts among those of contacts; without a field of people they are accounts."""
    rows = [["A1", "One Ltd", "Software"], ["A2", "Two Inc", "Retail"]]
    write_csv(client / "accounts.csv", ["Account ID", "Account Name", "Industry"], rows)
    assert labels(client)["line"] == ["software", "retail", "other", "other", "software"]
