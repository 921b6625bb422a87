"""Joins: which rows belong together, which point nowhere, and what is believed of columns nobody explained."""

import csv
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.audit.opening import InputChoices
from segaudit.audit.sample import sample_file
from segaudit.audit.workspaces import open_workspace, workspace
from segaudit.engine.duck import DuckEngine
from segaudit.model.workspace import JoinCounts, JoinMeasured, WorkspaceResult
from tests.rules_support import write

CONTACTS = """
    Record ID,First Name,Last Name,Email,Job Title,Company ID
    11,Ann,Lee,ann@north.example,CEO,c-1
    12,Bob,Ray,bob@north.example,CTO,c-1
    13,Cyd,Fox,cyd@south.example,CFO,c-2
"""
COMPANIES = """
    Record ID,Company Name,Company Domain Name,Industry,Number of Employees
    c-1,North,north.example,Retail,10
    c-2,South,south.example,Retail,20
    c-3,East,east.example,Retail,30
"""


def check(folder: Path, **tables: str) -> WorkspaceResult:
    """Write tables as CSV files and check them, everything guessed."""
    files = [write(folder / f"{name}.csv", text) for name, text in tables.items()]
    return workspace([str(file) for file in files])


def joined(result: WorkspaceResult) -> dict[str, str]:
    """Return the joins by value: child: column -> parent: column."""
    return {end(result, item, child=True): end(result, item, child=False) for item in result.joins if is_by_value(item)}


def is_by_value(item: JoinMeasured) -> bool:
    """Tell whether a join compares values, and not domains."""
    return item.join.by != "email_domain"


def end(result: WorkspaceResult, item: JoinMeasured, *, child: bool) -> str:
    """Return one end of a join in words."""
    join = item.join
    name, position = (join.child, join.child_position) if child else (join.parent, join.parent_position)
    return f"{name}: {result.table(name).header(position)}"


def two_columns(folder: Path, child: list[str], parent: list[str], more: str = "") -> JoinMeasured:
    """Join two columns as a workspace file declares them."""
    for name, cells in (("child", child), ("parent", parent)):
        lines = ["Row,Ref", *(f'{number},"{cell}"' for number, cell in enumerate(cells, start=1))]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    join = "{from: {table: child, column: Ref}, to: {table: parent, column: Ref}" + more + "}"
    child_table = '{file: child.csv, kind: deals, delimiter: ","}'
    parent_table = '{file: parent.csv, kind: companies, key: Ref, delimiter: ","}'
    tables = f"{{child: {child_table}, parent: {parent_table}}}"
    file = folder / "segaudit.yaml"
    file.write_text(f"version: 1\ntables: {tables}\njoins: [{join}]\n", encoding="utf-8")
    return workspace(str(file)).joins[0]


def counts(folder: Path, child: list[str], parent: list[str], more: str = "") -> JoinCounts:
    """Join two columns and count."""
    return two_columns(folder, child, parent, more).counts


# ------------------------------------------------------------------------------------------------ when ids are the same


def test_ids_compare_as_trimmed_text(tmp_path: Path) -> None:
    """White space around an id is no part of it, and a zero before letters is."""
    found = counts(tmp_path, [" a1 ", "a1\u00a0", "0b"], ["a1", "b", "x"])
    assert (found.matched, found.orphans, found.nearly) == (2, 1, 0)


def test_spreadsheet_decimals(tmp_path: Path) -> None:
    """123.0 is 123 and joins, and it is said how often; 123.5 is another id."""
    found = counts(tmp_path, ["123.0", "123", "123.5"], ["123", "124.00", "125"])
    assert (found.matched, found.decimals, found.orphans) == (2, 1, 1)


def test_scientific_notation_is_damage(tmp_path: Path) -> None:
    """An id that a spreadsheet has rounded to 1.23457E+15 finds nothing and is an error of its own."""
    item = two_columns(tmp_path, ["1.23457E+15", "7"], ["1234567890123456", "7", "8"])
    result = workspace(str(tmp_path / "segaudit.yaml"))
    assert (item.counts.scientific, item.counts.scientific_first) == (1, (1,))
    assert ("workspace.ids-damaged", "error", 1) in [(f.rule, f.severity, f.rows_failed) for f in result.findings]


def test_salesforce_ids(tmp_path: Path) -> None:
    """A Salesforce id of 18 characters is the id of its first 15, if the other three are their checksum."""
    found = counts(
        tmp_path,
        ["001A0000006Vm9rIAC", "001A0000006Vm9r", "001A0000006Vm9rXXX"],
        ["001A0000006Vm9r", "001A0000006Vm9sIAC", "001B0000006Vm9tIAC"],
    )
    assert (found.matched, found.orphans) == (2, 1)


def test_salesforce_ids_differ_by_a_capital(tmp_path: Path) -> None:
    """Capitals tell Salesforce ids apart, also where only one of two such records is in the export."""
    found = counts(tmp_path, ["001A0000006VM9r", "001A0000006Vm9r"], ["001A0000006Vm9r", "001A0000006Vm9s"])
    assert (found.matched, found.orphans, found.folded) == (1, 1, 0)


@pytest.mark.parametrize(
    ("parent", "matched", "folded"),
    [(["Acme", "Straße", "Zen"], 3, 2), (["Acme", "ACME", "straße"], 1, 0)],
)
def test_capitals(tmp_path: Path, parent: list[str], matched: int, folded: int) -> None:
    """Capitals are ignored where a value is not found otherwise, unless they tell two of the keys apart."""
    found = counts(tmp_path, ["Acme", "aCME", "STRASSE"], parent)
    assert (found.matched, found.folded, found.orphans) == (matched, folded, 3 - matched)


@pytest.mark.parametrize(
    ("child", "parent", "matched", "folded"),
    [
        (["42", "43", "7"], ["00042", "00043", "00044"], 2, 2),
        (["00042", "0", "00043"], ["42", "000", "44"], 2, 2),
        (["00042", "42", "A-1"], ["042", "42", "a-1"], 2, 1),  # zeros tell keys apart here; capitals don't
        (["C042", "0x1"], ["C42", "x1"], 0, 0),
    ],
)
def test_zeros_before_numbers(tmp_path: Path, child: list[str], parent: list[str], matched: int, folded: int) -> None:
    """Zeros that a spreadsheet left out are ignored where a number is not found otherwise, and two keys stay two."""
    found = counts(tmp_path, child, parent)
    assert (found.matched, found.folded, found.orphans) == (matched, folded, len(child) - matched)


def test_a_join_without_its_zeros_is_found(tmp_path: Path) -> None:
    """Contacts from a system that pads the numbers of companies meet those of a spreadsheet that dropped the zeros."""
    people = "\n".join(f"{number},Ann,Lee,a{number}@x.example,{number % 40 + 100:06}" for number in range(120))
    firms = "\n".join(f"{number + 100},Firm {number},Retail" for number in range(40))
    result = check(
        tmp_path,
        contacts=f"Record ID,First Name,Last Name,Email,Company Number\n{people}\n",
        companies=f"Company Number,Company Name,Industry\n{firms}\n",
    )
    (join,) = [item for item in result.joins if is_by_value(item)]
    assert (join.counts.matched, join.counts.folded, join.counts.orphans) == (120, 120, 0)


def test_nearly_found(tmp_path: Path) -> None:
    """Orphans that differ by signs, blanks or leading zeros only are counted; they are not joined."""
    found = counts(tmp_path, ["GTXPro", "C 0042", "other"], ["GTX Pro", "C-0042", "C-0043"])
    assert (found.matched, found.orphans, found.nearly) == (0, 3, 2)


def test_missing_ids(tmp_path: Path) -> None:
    """Empty cells, white space and placeholders are blank and no orphans."""
    found = counts(tmp_path, ["", "  ", "N/A", "a"], ["a", "b", "N/A"])
    assert (found.rows, found.blank, found.matched, found.orphans) == (4, 3, 1, 0)


# --------------------------------------------------------------------------------------------------------- several ids


def test_several_ids_in_a_cell(tmp_path: Path) -> None:
    """A cell may hold several ids; the row is joined to each, and is an orphan too if one of them is found nowhere."""
    item = two_columns(tmp_path, ["a;b", "a; c ;c", "x;a", "x;y", "b"], ["a", "b", "c"], ', separator: ";"')
    found = item.counts
    assert (found.matched, found.orphans, found.partly, found.orphans_first) == (4, 2, 1, (3, 4))
    assert (found.fan_min, found.fan_median, found.fan_max, found.childless) == (1, 2.0, 3, 0)


def test_separator_is_found(tmp_path: Path) -> None:
    """What separates ids is found in the data, also if only the last cell holds two."""
    item = two_columns(tmp_path, ["a", "b", "c", "a|c"], ["a", "b", "c"])
    assert (item.join.separator, item.counts.matched, item.counts.orphans) == ("|", 4, 0)


def test_comma_in_a_name_separates_nothing(tmp_path: Path) -> None:
    """A comma within a name is no separator where not all its parts are names."""
    item = two_columns(tmp_path, ["Acme, Inc.", "Beta"], ["Acme", "Beta", "Gamma"])
    assert (item.join.separator, item.counts.orphans) == ("", 1)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=3), min_size=1, max_size=12),
    st.lists(st.sampled_from("abcdXYZ"), min_size=1, max_size=8),
)
def test_counts_equal_a_plain_count(child: list[list[str]], parent: list[str]) -> None:
    """Matched, orphan, blank rows and fan-out are those of counting by hand, and add up to the rows."""
    with TemporaryDirectory() as folder:
        found = counts(Path(folder), [";".join(ids) for ids in child], parent, ', separator: ";"')
    pairs = {(row, place) for row, ids in enumerate(child) for place, key in enumerate(parent) if key in ids}
    orphans = {row for row, ids in enumerate(child) if set(ids) - set(parent)}
    matched = {row for row, _ in pairs}
    meeting = sorted(Counter(place for _, place in pairs).values())
    assert (found.matched, found.orphans, found.partly) == (len(matched), len(orphans), len(matched & orphans))
    assert found.blank == sum(not ids for ids in child)
    assert found.matched + found.orphans - found.partly + found.blank + found.unplaced == found.rows == len(child)
    assert (found.childless, found.fan_max) == (len(parent) - len(meeting), max(meeting, default=0))


# ------------------------------------------------------------------------------------------------------------ guessing


def test_ids_by_header(tmp_path: Path) -> None:
    """Columns whose header names another table are joined to its key."""
    deals = """
        Deal ID,Deal Name,Deal Stage,Amount,Account ID,Contact ID
        1,One,Won,10,c-1,11
        2,Two,Lost,20,c-2,13
    """
    result = check(tmp_path, contacts=CONTACTS, companies=COMPANIES, deals=deals)
    assert joined(result) == {
        "contacts: Company ID": "companies: Record ID",
        "deals: Account ID": "companies: Record ID",
        "deals: Contact ID": "contacts: Record ID",
    }


def test_a_wrong_header_is_not_believed(tmp_path: Path) -> None:
    """A column called Contact ID whose values are no contacts' ids is not joined."""
    deals = "Deal ID,Deal Stage,Amount,Contact ID\n1,Won,10,x-1\n2,Lost,20,x-2\n"
    result = check(tmp_path, contacts=CONTACTS, deals=deals)
    assert joined(result) == {}
    assert [f.rule for f in result.findings] == ["workspace.unjoined", "workspace.unjoined"]


def test_an_unknown_header_is_believed_by_its_values(tmp_path: Path) -> None:
    """A header that says nothing is joined if its values are the other table's ids."""
    numbers = range(100_007, 100_007 + 31 * 40, 31)
    contacts = "Record ID,First Name,Last Name,Email\n" + "".join(
        f"{number},A{number},B,a{number}@x.example\n" for number in numbers
    )
    visits = "Activity Type,Activity Date,Wer\n" + "".join(f"Call,2026-01-02,{number}\n" for number in numbers)
    assert joined(check(tmp_path, contacts=contacts, visits=visits)) == {"visits: Wer": "contacts: Record ID"}


def test_small_numbers_are_found_by_chance(tmp_path: Path) -> None:
    """Ages are found among ids that count 1, 2, 3; that is no join, whatever the share."""
    contacts = "ID,First Name,Last Name,Email\n" + "".join(f"{n},A,B,a{n}@x.example\n" for n in range(1, 101))
    visits = "Activity Type,Activity Date,Punkte\n" + "".join(f"Call,2026-01-02,{n}\n" for n in range(18, 70))
    assert joined(check(tmp_path, contacts=contacts, visits=visits)) == {}


def test_counted_ids_with_a_header(tmp_path: Path) -> None:
    """Ids that count 1, 2, 3 are joined where the header says so."""
    contacts = "ID,First Name,Last Name,Email\n" + "".join(f"{n},A,B,a{n}@x.example\n" for n in range(1, 31))
    visits = "Activity Type,Activity Date,Contact ID\n" + "".join(f"Call,2026-01-02,{n}\n" for n in range(5, 25))
    assert joined(check(tmp_path, contacts=contacts, visits=visits)) == {"visits: Contact ID": "contacts: ID"}


def test_one_column_for_two_tables(tmp_path: Path) -> None:
    """WhatId points to deals and companies; what is found in either is no orphan."""
    deals = "Deal ID,Deal Stage,Amount\nd-1,Won,10\nd-2,Lost,20\n"
    tasks = "Activity ID,Activity Type,Activity Date,What ID\n" + "".join(
        f"{number},Call,2026-01-0{number},{what}\n" for number, what in enumerate(("d-1", "c-1", "c-2", "z-9"), start=1)
    )
    result = check(tmp_path, companies=COMPANIES, deals=deals, tasks=tasks)
    found = {end(result, item, child=False): item.counts for item in result.joins}
    assert {name: (c.matched, c.unplaced, c.orphans) for name, c in found.items()} == {
        "companies: Record ID": (2, 1, 1),
        "deals: Deal ID": (1, 2, 1),
    }
    assert [f.rows for f in result.findings if f.rule == "workspace.orphans"] == [(4,)]


def test_join_by_name(tmp_path: Path) -> None:
    """Without ids tables are joined by the names they share; a table may point to itself."""
    accounts = "account,sector,employees,subsidiary_of\nNorth,retail,10,\nSouth,retail,20,North\nEast,retail,30,North\n"
    pipeline = "opportunity_id,account,deal_stage,close_value\nO1,North,Won,10\nO2,South,Lost,20\nO3,,Won,30\n"
    result = check(tmp_path, accounts=accounts, pipeline=pipeline)
    assert joined(result) == {"accounts: subsidiary_of": "accounts: account", "pipeline: account": "accounts: account"}
    assert {item.join.by for item in result.joins} == {"name"}


def test_join_by_email_address(tmp_path: Path) -> None:
    """A sending tool that knows no ids is joined by the address."""
    sends = "Campaign Name,Email,Email Opened\nMay,ANN@north.example,1\nMay,bob@north.example,0\n"
    result = check(tmp_path, contacts=CONTACTS, sends=sends)
    assert joined(result) == {"sends: Email": "contacts: Email"}
    assert result.joins[0].counts.matched == 2


def test_two_halves_of_one_table(tmp_path: Path) -> None:
    """Of two tables with one key, the one that can be told is pointed to."""
    people = "CustomerId,Surname,Gender,Age\n15634602,Lee,F,30\n15647311,Ray,M,40\n15619304,Fox,F,50\n"
    balances = "CustomerId,Balance,Products\n15634602,10,1\n15647311,20,2\n15619304,30,1\n"
    result = check(tmp_path, balances=balances, people=people)
    assert joined(result) == {"balances: CustomerId": "people: CustomerId"}


def test_two_exports_of_one_kind_are_no_join(tmp_path: Path) -> None:
    """Last year's contacts and this year's have ids in common; neither points to the other."""
    head = "rec_id,First Name,Last Name,Email\n"
    first, second = (
        head + "".join(f"x{n}-{n * 7},A,B,a{n}@x.example\n" for n in numbers)
        for numbers in (range(100), range(70, 170))
    )
    assert joined(check(tmp_path, old=first, new=second)) == {}


def test_a_part_of_the_companies(tmp_path: Path) -> None:
    """An export that holds a fifth of the companies is joined, by a header that points there."""
    contacts = "Record ID,First Name,Last Name,Email,Company ID\n" + "".join(
        f"{n},A,B,a{n}@x.example,c-{n}\n" for n in range(50)
    )
    companies = "Record ID,Company Name,Industry\n" + "".join(f"c-{n},Firm {n},Retail\n" for n in range(0, 50, 5))
    result = check(tmp_path, contacts=contacts, companies=companies)
    assert joined(result) == {"contacts: Company ID": "companies: Record ID"}
    assert (result.joins[0].counts.matched, result.joins[0].counts.orphans) == (10, 40)


def test_shared_places_are_no_join(tmp_path: Path) -> None:
    """Two tables with a column City have a word in common and nothing else."""
    companies = "Company Name,City,Industry\nNorth,Oslo,Retail\nSouth,Rome,Retail\n"
    contacts = "First Name,Last Name,Email,City\nAnn,Lee,a@x.example,Oslo\nBob,Ray,b@x.example,Rome\n"
    assert joined(check(tmp_path, contacts=contacts, companies=companies)) == {}


# ------------------------------------------------------------------------------------------------------------- domains

PEOPLE = """
    Record ID,First Name,Last Name,Email,Company ID
    1,A,A,a@north.example,c-1
    2,B,B,b@SOUTH.example,
    3,C,C,c@gmail.com,
    4,D,D,d@twice.example,
    5,E,E,e@nowhere.example,
    6,F,F,f@north.example,c-9
    7,G,G,,
"""
FIRMS = """
    Record ID,Company Name,Website URL,Industry
    c-1,North,https://www.north.example/about,Retail
    c-2,South,south.example,Retail
    c-3,Twice,twice.example,Retail
    c-4,Twice Ltd,http://twice.example,Retail
    c-5,Mail,gmail.com,Retail
"""


def test_email_domain_stands_in_for_a_blank_id(tmp_path: Path) -> None:
    """Who has no company id is joined by e-mail domain; free mail and domains of two companies are not."""
    result = check(tmp_path, contacts=PEOPLE, companies=FIRMS)
    item = next(item for item in result.joins if item.join.by == "email_domain")
    found = item.counts
    assert (found.matched, found.free_mail, found.ambiguous, found.ambiguous_domains) == (1, 1, 1, 1)
    assert (found.blank, found.unplaced, found.orphans, found.ambiguous_first) == (1, 5, 0, (4,))


def test_an_orphan_is_not_joined_by_domain(tmp_path: Path) -> None:
    """Who has the id of a company that is not there stays an orphan; that the domain is known is said."""
    result = check(tmp_path, contacts=PEOPLE, companies=FIRMS)
    by_id = next(item for item in result.joins if item.join.by == "id").counts
    assert (by_id.orphans, by_id.by_domain, by_id.orphans_first) == (1, 1, (6,))


def test_an_unknown_name_is_joined_by_domain(tmp_path: Path) -> None:
    """Names have spellings: who has a company name that is not found is joined by domain."""
    contacts = "First Name,Last Name,Email,Company Name\nA,A,a@north.example,North\nB,B,b@south.example,South GmbH\n"
    result = check(tmp_path, contacts=contacts, companies=FIRMS)
    assert {item.join.by: (item.counts.matched, item.counts.orphans) for item in result.joins} == {
        "name": (1, 1),
        "email_domain": (1, 0),
    }


def test_links_are_there_for_sql(tmp_path: Path) -> None:
    """An opened workspace has each join as a table of row pairs, by id and by domain apart."""
    files = [write(tmp_path / "contacts.csv", PEOPLE), write(tmp_path / "companies.csv", FIRMS)]
    with DuckEngine(threads=1) as engine:
        opened = open_workspace([str(file) for file in files], InputChoices(), engine)
        links = {
            item.join.by: engine.fetch(f"SELECT child_row, parent_row FROM {item.join.links} ORDER BY ALL")  # noqa: S608
            for item in opened.joins
        }
        types = {reading.column.header: reading.type.value for reading in opened.readings("contacts")}
    assert links == {"id": [(1, 1)], "email_domain": [(2, 2)]}
    assert (types["Email"], types["Company ID"]) == ("email", "id")
    assert [table.name for table in opened.of_kind("companies")] == ["companies"]


# ---------------------------------------------------------------------------------------------------------------- keys


def key_findings(folder: Path, contacts: str) -> list[tuple[str, str, int, tuple[int, ...]]]:
    """Return what is found of the key of one table: rule, severity, rows, first rows."""
    result = check(folder, contacts=contacts)
    return [(f.rule.removeprefix("workspace."), f.severity, f.rows_failed, f.rows) for f in result.findings]


def test_a_good_key(tmp_path: Path) -> None:
    """A key that is filled and unique has no finding."""
    assert key_findings(tmp_path, CONTACTS) == []


def test_key_clash(tmp_path: Path) -> None:
    """One id on rows that differ is an error, on rows that are alike a warning; blanks are counted."""
    contacts = """
        Record ID,First Name,Last Name,Email
        1,Ann,Lee,a@x.example
        1.0,Ann,Ray,a@x.example
        2,Bob,Fox,b@x.example
        2,Bob,Fox,b@x.example
        ,Cyd,May,c@x.example
        3,Dan,Poe,d@x.example
    """
    assert key_findings(tmp_path, contacts) == [
        ("key-blank", "error", 1, (5,)),
        ("key-clash", "error", 2, (1, 2)),
        ("rows-repeated", "warning", 2, (3, 4)),
    ]


def test_one_row_for_each_association(tmp_path: Path) -> None:
    """A deal printed once for each of its contacts is no broken key, but counting rows counts it twice."""
    deals = """
        Record ID,Deal Name,Deal Stage,Amount,Associated Contact IDs
        7,One,Won,10,11
        7,One,Won,10,12
        8,Two,Lost,20,13
    """
    result = check(tmp_path, contacts=CONTACTS, deals=deals)
    clash = next(f for f in result.findings if f.rule == "workspace.key-clash")
    assert (clash.severity, clash.rows_failed, clash.rows_checked, clash.rows) == ("warning", 2, 3, (1, 2))
    assert clash.message == "1 key stands on several rows: printed once for each row of another table"


def test_many_orphans_are_an_error(tmp_path: Path) -> None:
    """From a tenth of the filled rows on, orphans are an error; a name that finds two rows is a warning."""
    contacts = "First Name,Last Name,Email,Company Name\n" + "".join(
        f"A,B,a{n}@x.example,{name}\n" for n, name in enumerate(["North", "South", "West"])
    )
    companies = "Company Name,Industry,City\n" + "".join(
        f"{name},Retail,Oslo\n" for name in ["North", "North", *(f"Firm {n}" for n in range(30)), "South"]
    )
    result = check(tmp_path, contacts=contacts, companies=companies)
    found = {f.rule: (f.severity, f.rows_failed) for f in result.findings if f.table == "contacts"}
    assert found["workspace.orphans"] == ("error", 1)
    assert found["workspace.several-parents"] == ("warning", 1)


# ------------------------------------------------------------------------------------------------------- planted faults


SAMPLE = ("contacts", "companies", "deals", "activities", "campaign_outcomes")


@pytest.fixture(scope="module")
def sample() -> WorkspaceResult:
    """The sample client, everything guessed."""
    return workspace([sample_file(f"{name}.csv") for name in SAMPLE])


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a sample file."""
    with Path(sample_file(name)).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("table", "key", "column", "fault"),
    [
        ("contacts", "Record ID", "Associated Company IDs", "orphan_company"),
        ("deals", "Record ID", "Associated Company IDs", "orphan_company"),
        ("activities", "Activity ID", "Contact ID", "orphan_contact"),
    ],
)
def test_sample_data_orphans(sample: WorkspaceResult, table: str, key: str, column: str, fault: str) -> None:
    """The orphans of the sample are those that were planted, no more and no less."""
    faults = rows_of("truth/link_faults.csv")
    planted = {row["key"] for row in faults if (row["file"], row["fault"]) == (f"{table}.csv", fault)}
    rows = [number for number, row in enumerate(rows_of(f"{table}.csv"), start=1) if row[key] in planted]
    found = next(f for f in sample.findings if (f.rule, f.table, f.column) == ("workspace.orphans", table, column))
    assert (found.rows_failed, found.rows) == (len(rows), tuple(rows[:10]))


def test_sample_data_keys(sample: WorkspaceResult) -> None:
    """Of the sample 25 deals are printed once for each contact, and 25 activities stand there twice."""
    assert (sample.keys["deals"].clashing_keys, sample.keys["activities"].repeated_keys) == (25, 25)
    assert {table.name: table.kind for table in sample.tables} == {name: name for name in SAMPLE}
