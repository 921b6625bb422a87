"""The sample client: the same bytes every time, and every planted fault where truth/ says it is."""

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data"
AS_OF = date(2026, 6, 30)
EXPORTS = ("contacts.csv", "companies.csv", "deals.csv", "activities.csv", "campaign_outcomes.csv")

Row = dict[str, str]


def read(name: str, folder: Path = SAMPLE) -> list[Row]:
    """Rows of one file, every cell as text."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def contacts() -> dict[str, Row]:
    """The contacts export by record id."""
    return {row["Record ID"]: row for row in read("contacts.csv")}


@pytest.fixture(scope="module")
def wrong_cells() -> list[Row]:
    """Every cell that is spoiled."""
    return read("truth/wrong_cells.csv")


@pytest.fixture(scope="module")
def clean(contacts: dict[str, Row], wrong_cells: list[Row]) -> dict[str, Row]:
    """The contacts with every wrong cell put right."""
    repaired = {record_id: dict(row) for record_id, row in contacts.items()}
    for cell in wrong_cells:
        repaired[cell["record_id"]][cell["column"]] = cell["clean_value"]
    return repaired


@pytest.fixture(scope="module")
def clusters() -> dict[str, list[str]]:
    """Record ids of each person."""
    found = defaultdict(list)
    for row in read("truth/duplicates.csv"):
        found[row["entity_id"]].append(row["record_id"])
    return found


def generate(out: Path, *options: str) -> dict[str, bytes]:
    """Run the command as a user does, and return the bytes of every file it wrote."""
    command = [sys.executable, "-m", "sample_data.generate", "--out", str(out), *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_regenerating_gives_the_committed_bytes(tmp_path: Path) -> None:
    """Every file the generator writes equals the one in the repository, byte for byte."""
    written = generate(tmp_path)
    assert set(EXPORTS) <= set(written)
    assert [name for name, data in written.items() if (SAMPLE / name).read_bytes() != data] == []


def test_nothing_else_lies_in_truth() -> None:
    """truth/ holds CSV files with a header and at least one row."""
    files = sorted((SAMPLE / "truth").iterdir())
    assert {path.suffix for path in files} == {".csv"}
    assert all(read(f"truth/{path.name}") for path in files)


def test_another_seed_and_size_make_another_client(tmp_path: Path) -> None:
    """The options decide the number of contacts and who they are."""
    one, other = (
        generate(tmp_path / "1", "--contacts", "800"),
        generate(tmp_path / "2", "--contacts", "800", "--seed", "7"),
    )
    assert one["contacts.csv"] != other["contacts.csv"]
    assert len(read("contacts.csv", tmp_path / "1")) == len(read("contacts.csv", tmp_path / "2")) == 800


def test_too_few_contacts_are_refused(tmp_path: Path) -> None:
    """A size that cannot hold the planted records ends with exit code 2 and a reason."""
    command = [sys.executable, "-m", "sample_data.generate", "--out", str(tmp_path), "--contacts", "10"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "at least 800" in done.stderr


def test_row_counts() -> None:
    """The exports are as large as a real client's."""
    rows = {name: len(read(name)) for name in EXPORTS}
    assert rows["contacts.csv"] == 6400
    assert rows["companies.csv"] == 900
    assert 2400 <= rows["deals.csv"] <= 2700
    assert rows["activities.csv"] == 15000
    assert rows["campaign_outcomes.csv"] > 5000


def test_the_sample_stays_small() -> None:
    """All data files together stay below six megabytes."""
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*.csv")) < 6_000_000


def test_keys_are_unique() -> None:
    """Contacts and companies have one row per id; deals and activities only repeat ids that truth/ names."""
    for name in ("contacts.csv", "companies.csv"):
        ids = [row["Record ID"] for row in read(name)]
        assert len(ids) == len(set(ids))
    planted = {(row["file"], row["key"]) for row in read("truth/link_faults.csv")}
    for name, key in (("deals.csv", "Record ID"), ("activities.csv", "Activity ID")):
        counts = Counter(row[key] for row in read(name))
        repeated = {(name, value) for value, count in counts.items() if count > 1}
        assert repeated
        assert repeated <= planted


def test_orphans_are_the_planted_ones(contacts: dict[str, Row]) -> None:
    """Each id that leads nowhere is in link_faults.csv, and each planted one leads nowhere."""
    companies = {row["Record ID"] for row in read("companies.csv")}
    found = {
        ("contacts.csv", i)
        for row in contacts.values()
        for i in row["Associated Company IDs"].split(";")
        if i and i not in companies
    }
    for row in read("deals.csv"):
        found |= {("deals.csv", i) for i in row["Associated Contact IDs"].split(";") if i and i not in contacts}
        found |= {("deals.csv", i) for i in row["Associated Company IDs"].split(";") if i not in companies}
    for name in ("activities.csv", "campaign_outcomes.csv"):
        found |= {(name, row["Contact ID"]) for row in read(name) if row["Contact ID"] not in contacts}
    planted = {
        (row["file"], row["detail"]) for row in read("truth/link_faults.csv") if row["fault"].startswith("orphan")
    }
    assert found == planted


def test_every_wrong_cell_is_there(contacts: dict[str, Row], wrong_cells: list[Row]) -> None:
    """Each wrong cell stands in contacts.csv at that record and column with exactly the dirty value."""
    assert [cell for cell in wrong_cells if contacts[cell["record_id"]][cell["column"]] != cell["dirty_value"]] == []
    assert all(cell["dirty_value"] != cell["clean_value"] for cell in wrong_cells)
    keys = [(cell["record_id"], cell["column"]) for cell in wrong_cells]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("column", "fault", "example"),
    [
        ("Industry", "disguised_missing", "Please select"),
        ("Industry", "whitespace_only", "   "),
        ("Industry", "industry_variant", "Sofware"),
        ("Industry", "industry_variant", "technolgy"),
        ("State/Region", "state_variant", "NSW"),
        ("Country/Region", "country_variant", "USA"),
        ("Country/Region", "country_variant", "NA"),
        ("Number of Employees", "zero_as_missing", "0"),
        ("Number of Employees", "disguised_missing", "999999"),
        ("Number of Employees", "size_range", "50-200"),
        ("Number of Employees", "size_open_range", "1,000+"),
        ("Last Engagement Date", "disguised_missing", "1900-01-01"),
        ("Phone Number", "phone_invalid", "call office"),
        ("First Name", "test_record", "asdf"),
    ],
)
def test_a_well_known_fault_is_planted(wrong_cells: list[Row], column: str, fault: str, example: str) -> None:
    """The faults that everybody has seen are in the sample."""
    assert any((cell["column"], cell["fault"], cell["dirty_value"]) == (column, fault, example) for cell in wrong_cells)


def test_every_fault_is_described(wrong_cells: list[Row]) -> None:
    """The README counts each fault of wrong_cells.csv."""
    page = (SAMPLE / "README.md").read_text(encoding="utf-8")
    counts = Counter(cell["fault"] for cell in wrong_cells)
    assert len(counts) >= 40
    assert [fault for fault, count in counts.items() if f"| {fault} | {count} |" not in page] == []


def test_clean_values_keep_one_format(clean: dict[str, Row]) -> None:
    """With every wrong cell put right, numbers are digits, dates parse, and picklists hold their choices only."""
    for row in clean.values():
        datetime.strptime(row["Create Date"], "%Y-%m-%d %H:%M")  # noqa: DTZ007
        datetime.strptime(row["Last Modified Date"], "%d %b, %Y %H:%M:%S")  # noqa: DTZ007
        if row["Last Activity Date"]:
            datetime.strptime(row["Last Activity Date"], "%m/%d/%Y")  # noqa: DTZ007
        if row["Last Engagement Date"]:
            assert date.fromisoformat(row["Last Engagement Date"]) <= AS_OF
        assert row["Number of Employees"] == "" or row["Number of Employees"].isdigit()
        assert (
            row["Annual Revenue"].removesuffix(" EUR").removesuffix(" GBP").removesuffix(" AUD").isdigit()
            or not row["Annual Revenue"]
        )
        assert row["Unsubscribed from all email"] in {"", "true", "false"}
        assert row["Account Tier"] in {"", "Tier 1", "Tier 2", "Tier 3"}
        assert row["Email"].count("@") == (1 if row["Email"] else 0)
    assert len({row["Lifecycle Stage"] for row in clean.values()} - {""}) == 8


def test_coverage_counts_every_cell(contacts: dict[str, Row]) -> None:
    """In coverage.csv the four states of each column add up, and blanks are what a recount finds."""
    for line in read("truth/coverage.csv"):
        parts = [int(line[part]) for part in ("filled", "blank", "whitespace_only", "placeholder")]
        assert sum(parts) == int(line["rows"]) == len(contacts)
        assert parts[1] == sum(row[line["column"]] == "" for row in contacts.values())


def test_industry_cannot_carry_a_segment() -> None:
    """Industry is filled for 40 to 60 % of the contacts, which an audit should object to."""
    line = next(line for line in read("truth/coverage.csv") if line["column"] == "Industry")
    assert 0.4 <= int(line["filled"]) / int(line["rows"]) <= 0.6


def test_duplicates_cover_every_contact(contacts: dict[str, Row], clusters: dict[str, list[str]]) -> None:
    """Each contact is in exactly one cluster, and several hundred people have more than one record."""
    listed = [record_id for ids in clusters.values() for record_id in ids]
    assert sorted(listed) == sorted(contacts)
    assert 350 <= sum(len(ids) > 1 for ids in clusters.values()) <= 500
    assert any(len(ids) > 2 for ids in clusters.values())


def test_exact_duplicates_differ_in_their_id_only(contacts: dict[str, Row], clusters: dict[str, list[str]]) -> None:
    """A copy called exact has the cells of another record of the same person."""
    for row in read("truth/duplicates.csv"):
        if row["kind"] == "exact":
            twins = [
                dict(contacts[other], **{"Record ID": ""})
                for other in clusters[row["entity_id"]]
                if other != row["record_id"]
            ]
            assert dict(contacts[row["record_id"]], **{"Record ID": ""}) in twins


def test_look_alikes_are_different_people(contacts: dict[str, Row], clusters: dict[str, list[str]]) -> None:
    """Father and son, namesakes, shared desks and relatives are never one entity."""
    person = {record_id: entity for entity, ids in clusters.items() for record_id in ids}
    pairs = read("truth/look_alikes.csv")
    assert all(person[pair["record_id_l"]] != person[pair["record_id_r"]] for pair in pairs)
    families = [pair for pair in pairs if pair["why"].startswith("father")]
    assert families
    for pair in families:
        elder, younger = contacts[pair["record_id_l"]], contacts[pair["record_id_r"]]
        assert (elder["Last Name"][-2:], younger["Last Name"][-2:]) == ("Sr", "Jr")
        assert elder["Phone Number"] == younger["Phone Number"] != ""


def test_companies_are_there_twice() -> None:
    """Every company has an entity, and some entities have two records under different names."""
    names = {row["Record ID"]: row["Company name"] for row in read("companies.csv")}
    found = defaultdict(list)
    for row in read("truth/company_duplicates.csv"):
        found[row["entity_id"]].append(names[row["record_id"]])
    assert sum(map(len, found.values())) == len(names)
    doubled = [group for group in found.values() if len(group) > 1]
    assert len(doubled) >= 40
    assert all(len(set(group)) == len(group) for group in doubled)


def test_traps_are_present(contacts: dict[str, Row], wrong_cells: list[Row]) -> None:
    """Null, Na, NA, None and a genuine 0 stand in the export as values, and none is listed as missing."""
    traps = read("truth/traps.csv")
    assert all(contacts[trap["record_id"]][trap["column"]] == trap["value"] for trap in traps)
    values = {(trap["column"], trap["value"]) for trap in traps}
    assert values >= {
        ("Last Name", "Null"), ("First Name", "Na"), ("Country/Region", "NA"), ("Company Name", "None"),
        ("Number of Employees", "0"), ("Intent Score", "0"), ("Job Title", "Sales Manager NA"),
    }  # fmt: skip
    missing = {(cell["record_id"], cell["column"]) for cell in wrong_cells if not cell["clean_value"]}
    assert not missing & {(trap["record_id"], trap["column"]) for trap in traps}


def test_sizes_sit_on_the_edges(clean: dict[str, Row]) -> None:
    """Companies of exactly 0, 1, 50, 51, 500 and 501 employees occur, so that sloppy bands collide."""
    assert {"0", "1", "50", "51", "500", "501"} <= {row["Number of Employees"] for row in clean.values()}


def decide(row: Row) -> dict[str, str]:
    """The segments of a clean row, written down a second time from the README."""
    size = int(row["Number of Employees"] or 0)
    band = "size_unknown" if not size else "smb" if size <= 50 else "mid_market" if size <= 500 else "enterprise"
    age = (AS_OF - date.fromisoformat(row["Last Engagement Date"])).days if row["Last Engagement Date"] else 10_000
    engagement = "hot" if age <= 30 and int(row["Intent Score"] or 0) >= 70 else "warm" if age <= 180 else "cold"
    if row["Email hard bounce reason"] or row["Unsubscribed from all email"] == "true":
        engagement = "dead"
    stage = row["Lifecycle Stage"].lower().replace(" ", "_") or "stage_unknown"
    return {"size": band, "engagement": engagement, "lifecycle": stage}


def test_segments_follow_from_clean_values(clean: dict[str, Row]) -> None:
    """segments.csv holds one segment per record and schema, and it is the one the clean cells ask for."""
    rows = read("truth/segments.csv")
    assert len(rows) == 3 * len(clean)
    expected = {record_id: decide(row) for record_id, row in clean.items()}
    assert [row for row in rows if expected[row["record_id"]][row["schema"]] != row["segment"]] == []


def test_leakage_is_complete(clusters: dict[str, list[str]]) -> None:
    """leakage.csv names exactly the people whose records land in different segments, in every schema."""
    segment = {(row["record_id"], row["schema"]): row["segment"] for row in read("truth/segments.csv")}
    found = {
        (entity, schema)
        for entity, ids in clusters.items()
        for schema in ("size", "engagement", "lifecycle")
        if len({segment[record_id, schema] for record_id in ids}) > 1
    }
    assert {(row["entity_id"], row["schema"]) for row in read("truth/leakage.csv")} == found
    assert {schema for _, schema in found} == {"size", "engagement", "lifecycle"}


def test_customers_have_won_a_deal(contacts: dict[str, Row], clean: dict[str, Row]) -> None:
    """Only the planted customers lack a won deal, and no clean customer does."""
    won = {
        i
        for row in read("deals.csv")
        if row["Is Closed Won"] == "true"
        for i in row["Associated Contact IDs"].split(";")
    }
    planted = {
        row["record_id"] for row in read("truth/record_faults.csv") if row["fault"] == "customer_without_won_deal"
    }
    assert planted == {i for i, row in contacts.items() if row["Lifecycle Stage"] == "Customer" and i not in won}
    assert all(i in won for i, row in clean.items() if row["Lifecycle Stage"] == "Customer")


def test_dates_follow_each_other(contacts: dict[str, Row], clean: dict[str, Row]) -> None:
    """Clean records are created before anything happens to them; only the planted ones are not."""

    def is_early(row: Row) -> bool:
        month, day, year = row["Last Activity Date"].split("/")
        return f"{year}-{month}-{day}" < row["Create Date"][:10]

    planted = {
        row["record_id"]
        for row in read("truth/wrong_cells.csv")
        if row["fault"] in {"activity_before_creation", "created_in_future"}
    }
    assert [i for i, row in clean.items() if row["Last Activity Date"] and is_early(row)] == []
    dated = {i: row for i, row in contacts.items() if row["Last Activity Date"].count("/") == 2}
    assert {
        i for i, row in dated.items() if row["Last Activity Date"] == clean[i]["Last Activity Date"] and is_early(row)
    } <= planted
    assert all(row["Create Date"][:10] <= (row["Last Engagement Date"] or "9") for row in clean.values())
    assert all(row["Create Date"][:10] <= AS_OF.isoformat() for row in clean.values())


def test_the_last_engagement_is_in_the_activities(clean: dict[str, Row]) -> None:
    """Last Engagement Date is the newest activity of the contact that is not an opened e-mail."""
    newest: dict[str, str] = {}
    for row in read("activities.csv"):
        if row["Activity Type"] != "Email open":
            newest[row["Contact ID"]] = max(newest.get(row["Contact ID"], ""), row["Activity Date"][:10])
    assert {i: row["Last Engagement Date"] for i, row in clean.items() if row["Last Engagement Date"]} == {
        i: day for i, day in newest.items() if i in clean
    }


def test_campaign_rates_are_believable() -> None:
    """Across what was sent: opens 18-25 %, replies 2-4 %, meetings about 1 %, deals about 0.4 %."""
    sent = [row for row in read("campaign_outcomes.csv") if row["Sent"] == "1"]
    rate = {
        name: sum(row[name] == "1" for row in sent) / len(sent) for name in ("Opened", "Replied", "Meeting", "Deal")
    }
    assert 0.18 <= rate["Opened"] <= 0.25
    assert 0.02 <= rate["Replied"] <= 0.04
    assert 0.006 <= rate["Meeting"] <= 0.014
    assert 0.002 <= rate["Deal"] <= 0.006


def test_whole_columns_are_faulty(contacts: dict[str, Row]) -> None:
    """One column is constant, one copies another, and one is nearly empty."""
    rows = contacts.values()
    assert len({row["HubSpot Team"] for row in rows}) == 1
    assert all(row["Lead Score"] == row["HubSpot Score"] for row in rows)
    assert 0 < sum(row["Date of birth"] != "" for row in rows) < 0.02 * len(contacts)


def test_notes_hold_what_breaks_readers(contacts: dict[str, Row]) -> None:
    """Free text has line breaks, quotes, commas and a test card number."""
    notes = [row["Notes"] for row in contacts.values()]
    assert all(any(sign in note for note in notes) for sign in ("\n", '"', ",", "4111 1111 1111 1111"))
