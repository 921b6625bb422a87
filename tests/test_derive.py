"""``segaudit derive``: columns that follow from others, from what, and how sure."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.rules_support import run, write

CONTACTS = """
    Record ID,Job Title,Country,Email
    1,VP Sales,Deutschland,ann@acme.example
    2,Leiter:in IT,USA,info@acme.example
    3,Wizard of Light,,bob@gmail.com
    4,,Narnia,
    5,n/a,,
"""


def derived(folder: Path, text: str, *options: str) -> list[dict[str, str]]:
    """Derive from a small file; return the rows that were written."""
    source, target = write(folder / "in.csv", text), folder / "out.csv"
    ran = run("derive", source, "-o", target, "--as-of", "2026-03-31", *options)
    assert ran.code == 0, ran.err
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_three_columns_for_each_field(tmp_path: Path) -> None:
    """A field comes with the words it was told by and how sure that is; the file's own columns stay in front."""
    rows = derived(tmp_path, CONTACTS, "--only", "seniority")
    assert [*rows[0]] == [
        "Record ID", "Job Title", "Country", "Email", "seniority", "seniority_from", "seniority_sure",
    ]  # fmt: skip
    assert [(row["seniority"], row["seniority_from"]) for row in rows] == [
        ("VP", "job_title: vp"),
        ("Director", "job_title: leiter"),
        ("", "can't tell"),
        ("", ""),
        ("", ""),
    ]


def test_region_follows_from_the_country_by_its_code(tmp_path: Path) -> None:
    """A field can follow from a derived one, and is at most as sure as that."""
    rows = derived(tmp_path, CONTACTS, "--only", "region,subregion,country_code")
    assert [(row["country_code"], row["region"], row["subregion"]) for row in rows[:2]] == [
        ("DE", "EMEA", "DACH"),
        ("US", "North America", "North America"),
    ]
    assert rows[3]["country_code_from"] == "can't tell"
    assert float(rows[0]["region_sure"]) < float(rows[0]["country_code_sure"])


@pytest.mark.parametrize(
    ("address", "kind", "domain"),
    [
        ("ann@acme.example", "business", "acme.example"),
        ("info@acme.example", "role", "acme.example"),
        ("Bob@GMAIL.com", "free", ""),
        ("no address", "", ""),
    ],
)
def test_addresses(tmp_path: Path, address: str, kind: str, domain: str) -> None:
    """An address tells what kind it is, and its company's domain unless a mail provider's."""
    (row,) = derived(tmp_path, f"Email,Name\n{address},x\n", "--only", "email_kind,company_domain")
    assert (row["email_kind"], row["company_domain"]) == (kind, domain)


@pytest.mark.parametrize(
    ("employees", "band"),
    [("50", "SMB"), ("51", "Mid-market"), ("501", "Enterprise"), ("0", ""), ("200-300", "Mid-market"), ("40-60", "")],
)
def test_bands_are_cases(tmp_path: Path, employees: str, band: str) -> None:
    """A range of people that lies in one band has it, and one that lies in two cannot be told."""
    (row,) = derived(tmp_path, f"Company,Employees\nAcme,{employees}\n", "--only", "size_band")
    assert row["size_band"] == band


def test_a_case_after_an_open_one_is_less_sure(tmp_path: Path) -> None:
    """Established by size alone (0.6) is less sure by a fifth while the age is not known."""
    (row,) = derived(tmp_path, "Company,Employees,Funding Round\nAcme,5000,\n", "--only", "growth_stage")
    assert (row["growth_stage"], row["growth_stage_sure"]) == ("Established", "0.48")


@pytest.mark.parametrize(
    ("header", "cell", "industry"),
    [
        ("Industry", "COMPUTER_SOFTWARE", "Software and IT services"),
        ("Industry", "Maschinenbau", "Manufacturing"),
        ("Industry", "Pharmaceuticals", "Pharmaceuticals and biotechnology"),
        ("NACE", "62.01", "Software and IT services"),
        ("NAICS", "522110", "Banking and financial services"),
        ("SIC", "7372", "Software and IT services"),
        ("Industry", "Zauberei", ""),
    ],
)
def test_industries(tmp_path: Path, header: str, cell: str, industry: str) -> None:
    """Names in four languages, names of systems and official codes tell the line of business."""
    (row,) = derived(tmp_path, f"Company,{header}\nAcme,{cell}\n", "--only", "industry_std")
    assert row["industry_std"] == industry


def test_technologies(tmp_path: Path) -> None:
    """Products tell their categories; with a product that is not in the table that is less sure."""
    (row,) = derived(
        tmp_path, "Company,Technologies\nAcme,HubSpot;SAP R/3;Zorglub\n", "--only", "tech_categories,tech_age"
    )
    assert (row["tech_categories"], row["tech_age"]) == ("CRM;ERP", "mixed")
    assert float(row["tech_categories_sure"]) == pytest.approx(0.98 * 2 / 3, abs=0.01)


def test_competitors_are_those_the_table_marks(tmp_path: Path) -> None:
    """Nobody uses a competitor until the client's own table says who that is."""
    text = "Company,Technologies\nAcme,Zorglub\nBolt,Slack\n"
    write(
        tmp_path / "client/derived/technologies.csv",
        "technology,also,category,age,competitor\nZorglub,,CRM,modern,yes\nSlack,,Collaboration,modern,no\n",
    )
    refused = run("derive", write(tmp_path / "t.csv", text), "-o", tmp_path / "t_out.csv", "--only", "uses_competitor")
    assert "nothing is marked with yes" in refused.err
    rows = derived(tmp_path, text, "--only", "uses_competitor", "--rules", str(tmp_path / "client"))
    assert [row["uses_competitor"] for row in rows] == ["true", "false"]


def test_a_column_that_is_there_is_left_alone_and_can_be_filled(tmp_path: Path) -> None:
    """A provided field is not derived; --fill keeps its cells and tells the blank ones."""
    text = "Job Title,Seniority\nCEO,Big boss\nIntern,\n"
    refused = run("derive", write(tmp_path / "a.csv", text), "-o", tmp_path / "x.csv", "--only", "seniority")
    assert (refused.code, 'the column "Seniority" provides it' in refused.err) == (2, True)
    rows = derived(tmp_path, text, "--only", "seniority", "--fill")
    assert [(row["Seniority"], row["seniority_filled"], row["seniority_filled_from"]) for row in rows] == [
        ("Big boss", "Big boss", "column"),
        ("", "Entry", "job_title: intern"),
    ]


def test_a_header_that_would_stand_twice_is_refused(tmp_path: Path) -> None:
    """An output of derive is not derived from again by mistake."""
    source = write(tmp_path / "a.csv", "Job Title,seniority_sure\nCEO,1\n")
    ran = run("derive", source, "-o", tmp_path / "x.csv", "--only", "seniority")
    assert (ran.code, 'already has a column "seniority_sure"' in ran.err) == (2, True)
    assert not (tmp_path / "x.csv").exists()


def test_what_cannot_be_told_is_listed(tmp_path: Path) -> None:
    """The summary has the cells that told nothing, most frequent first, and addresses masked."""
    text = "Job Title,Email\nWizard,anna.bell@corp\nWizard,\nGnome,\nCEO,\n"
    ran = run("derive", write(tmp_path / "a.csv", text), "-o", tmp_path / "x.csv", "--format", "json")
    found = {item["field"]: item for item in json.loads(ran.out)["fields"]}
    assert json.loads(ran.out)["schema_version"] == "1"
    assert found["seniority"]["untold"] == [{"cell": "Wizard", "rows": 2}, {"cell": "Gnome", "rows": 1}]
    assert (found["seniority"]["derived"], found["seniority"]["cannot_tell"]) == (1, 3)
    assert "anna.bell" not in ran.out


def test_workbooks_and_words_that_look_like_formulas(tmp_path: Path) -> None:
    """A workbook has every cell as text; a CSV made for spreadsheets has an apostrophe before what would run."""
    source = write(tmp_path / "a.csv", "Job Title,Note\nCEO,=1+1\n")
    assert run("derive", source, "-o", tmp_path / "x.xlsx", "--only", "seniority").code == 0
    assert [cell.value for cell in load_workbook(tmp_path / "x.xlsx").active[2]][:3] == ["CEO", "=1+1", "C-level"]
    (row,) = derived(tmp_path, "Job Title,Note\nCEO,=1+1\n", "--only", "seniority", "--spreadsheet-safe")
    assert row["Note"] == "'=1+1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--only", "seniorty"), 'did you mean "seniority"?'),
        ((), "nothing can be derived from the columns of this file"),
    ],
)
def test_mistakes_are_told_with_a_way_out(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """A name nobody derives gets a suggestion; a file without anything to derive from says what is looked for."""
    ran = run("derive", write(tmp_path / "a.csv", "Colour,Taste\nred,sweet\n"), "-o", tmp_path / "x.csv", *options)
    assert (ran.code, said in ran.err) == (2, True)


def test_accounts(tmp_path: Path) -> None:
    """Contacts and deals come to columns of their company; roles nobody has are missing."""
    companies = write(
        tmp_path / "companies.csv", "Company ID,Company Name,Industry\n11,Acme,Software\n12,Bolt,Retail\n13,Coil,\n"
    )
    write(
        tmp_path / "contacts.csv",
        """
        Contact ID,Email,Associated Company IDs,Job Title,Last Engagement Date
        1,a@x.example,11,CEO,2026-03-01
        2,b@x.example,11,Head of Sales,2025-01-01
        3,c@y.example,12,Clerk,
        """,
    )
    write(
        tmp_path / "deals.csv",
        """
        Deal ID,Deal Name,Associated Company IDs,Deal Stage,Amount
        7,one,11,Proposal,1000
        8,two,11,Closed Won,500.5
        9,three,12,Closed Lost,70
        """,
    )
    target = tmp_path / "out.csv"
    tables = ["--with", tmp_path / "contacts.csv", "--with", tmp_path / "deals.csv"]
    ran = run("derive", companies, "-o", target, "--as-of", "2026-03-31", *tables)
    assert ran.code == 0, ran.err
    with target.open(encoding="utf-8", newline="") as file:
        acme, bolt, coil = csv.DictReader(file)
    names = (
        "contacts_total",
        "decision_makers",
        "decision_makers_engaged_90d",
        "open_pipeline",
        "won_amount",
        "last_engaged",
    )
    assert [acme[name] for name in names] == ["2", "1", "1", "1000", "500.5", "2026-03-01"]
    assert [coil[name] for name in names] == ["0", "0", "0", "0", "0", ""]
    assert (acme["committee_roles"], bolt["committee_roles"]) == ("Economic buyer;Champion", "User")
    assert acme["committee_missing"] == "Technical evaluator;User;Procurement"
    assert (acme["has_economic_buyer"], bolt["has_economic_buyer"], acme["decision_makers_from"]) == (
        "true",
        "false",
        "1 of 2 contacts",
    )
