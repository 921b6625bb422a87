"""Fields that survive together: an address, a company, an answer with its day and ground."""

from pathlib import Path

from tests.survivorship_support import Row, golden_of, merge, rules_text

ADDRESS = """{address: {fields: [street, city, postal_code], same_by: [street, postal_code],
  rules: [most_complete, most_recent]}}"""


def addresses(folder: Path, *cells: tuple[str, str, str]) -> tuple[str, ...]:
    """Return the golden address of records that have these, the first of which survives."""
    rows = [
        {"phone": "030 1234567" if index == 0 else "", "company": "x" if index == 0 else "", "street": street,
         "city": city, "postal_code": code, "updated_on": f"202{index}-01-01"}
        for index, (street, city, code) in enumerate(cells)
    ]  # fmt: skip
    rules = rules_text(groups=ADDRESS, survivor="[{source_priority: {column: company, order: [x]}}]")
    record = golden_of(folder, rules, *rows)
    return tuple(record[name] for name in ("street", "city", "postal_code"))


def test_an_address_comes_from_one_record(tmp_path: Path) -> None:
    """No golden record has a street of one town and the postal code of another: the fuller address wins whole."""
    found = addresses(tmp_path, ("1 High St", "Leeds", ""), ("2 Rue Haute", "Lyon", "69001"))
    assert found == ("2 Rue Haute", "Lyon", "69001")


def test_a_record_that_agrees_fills_the_blanks_of_a_group(tmp_path: Path) -> None:
    """A record with the same street, which contradicts nowhere, gives the postal code."""
    found = addresses(tmp_path, ("1 High St", "Leeds", ""), ("1 high st", "", "LS1 1AA"))
    assert found == ("1 High St", "Leeds", "LS1 1AA")


def test_a_record_that_contradicts_fills_nothing(tmp_path: Path) -> None:
    """The same street in another town is another address: its postal code is not taken over."""
    rows = [
        {"street": "1 High St", "city": "York", "postal_code": "YO1 1AA", "country": "", "updated_on": "2020-01-01"},
        {"street": "1 High St", "city": "Leeds", "postal_code": "", "country": "UK", "updated_on": "2021-01-01"},
    ]
    rules = rules_text(groups=ADDRESS.replace("fields: [", "fields: [country, "))
    record = golden_of(tmp_path, rules, *rows)
    assert [record[name] for name in rows[0]][:4] == ["1 High St", "Leeds", "", "UK"]


def test_only_one_record_fills_the_blanks(tmp_path: Path) -> None:
    """Two records that agree with the address and not with each other do not both add to it."""
    own = ("", "", "LS1 1AA")
    found = addresses(tmp_path, own, ("1 High St", "", "LS1 1AA"), ("", "Leeds", "LS1 1AA"))
    assert found in {("1 High St", "Leeds", "LS1 1AA"), ("1 High St", "", "LS1 1AA"), ("", "Leeds", "LS1 1AA")}
    found = addresses(tmp_path, own, ("1 High St", "", "LS1 1AA"), ("2 Low St", "Leeds", "LS1 1AA"))
    assert found == ("2 Low St", "Leeds", "LS1 1AA")


def test_what_belongs_to_another_address_is_taken_out_and_said(tmp_path: Path) -> None:
    """A town of the survivor's own is emptied if the address that wins has none, and the list says what was lost."""
    rows = [
        {"company": "x", "street": "", "city": "York", "postal_code": ""},
        {"company": "", "street": "1 High St", "city": "", "postal_code": "LS1 1AA"},
    ]
    rules = rules_text(groups=ADDRESS, survivor="[{source_priority: {column: company, order: [x]}}]")
    merged = merge(tmp_path, rows, ["e", "e"], rules=rules)
    assert (merged.golden[0]["street"], merged.golden[0]["city"]) == ("1 High St", "")
    (lost,) = [change for change in merged.changes if change["what"] == "emptied"]
    assert (lost["was"], lost["dropped"], lost["rule"]) == ("York", "York", "address: most_complete")


def test_a_company_stays_whole_in_a_list_of_people_only(tmp_path: Path) -> None:
    """The company of a person comes from one record; in a list of companies each field is decided by itself."""
    old: Row = {"company": "Acme", "website": "acme.com", "industry": "", "updated_on": "2020-01-01"}
    new: Row = {"company": "Bolt", "website": "", "industry": "Steel", "updated_on": "2024-01-01"}
    people = [{"last_name": "Ray", **old}, {"last_name": "Ray", **new}]
    (person,) = merge(tmp_path, people, ["e", "e"]).golden
    assert (person["company"], person["website"], person["industry"]) == ("Bolt", "", "Steel")
    (company,) = merge(tmp_path, [old, new], ["e", "e"]).golden
    assert (company["company"], company["website"], company["industry"]) == ("Bolt", "acme.com", "Steel")


def test_consent_is_one_record_and_a_no_wins(tmp_path: Path) -> None:
    """The day and the ground of a consent belong to the answer that wins."""
    yes: Row = {
        "last_name": "Ray",
        "email_consent": "yes",
        "consent_on": "2025-01-01",
        "consent_basis": "form",
        "phone": "1",
    }
    no: Row = {"last_name": "Ray", "email_consent": "no", "consent_on": "2022-01-01", "consent_basis": ""}
    (record,) = merge(tmp_path, [yes, no], ["e", "e"]).golden
    assert (record["email_consent"], record["consent_on"], record["consent_basis"]) == ("no", "2022-01-01", "")


def test_an_address_that_bounces_gives_way_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    """Whether an address bounced moves with the address."""
    bounced: Row = {"email": "old@acme.com", "email_bounced": "true", "last_name": "Ray", "phone": "030 1234567"}
    good: Row = {"email": "new@acme.com", "email_bounced": "false", "last_name": "Ray"}
    (record,) = merge(tmp_path, [bounced, good], ["e", "e"]).golden
    assert (record["email"], record["email_bounced"]) == ("new@acme.com", "false")


def names(folder: Path, rules: str, *, others: str) -> tuple[str, str]:
    """Return the golden name of two records, the later of which has a slip, in a table with others of one family."""
    own = [("Carlos", "Muñoz", "2020-01-01"), ("Carlos", "Mrñoz", "2024-01-01")]
    rows = [{"first_name": first, "last_name": last, "updated_on": day} for first, last, day in own]
    rows += [{"first_name": f"Ana{number}", "last_name": others, "updated_on": "2021-01-01"} for number in range(4)]
    golden = merge(folder, rows, ["e", "e", *map(str, range(4))], rules=rules).golden
    record = next(record for record in golden if record["first_name"] == "Carlos")
    return record["first_name"], record["last_name"]


NAME = "{name: {fields: [first_name, last_name], same_by: [last_name], rules: [RULES]}}"


def test_a_usual_name_goes_before_a_rare_one(tmp_path: Path) -> None:
    """Five rows are called Muñoz, capitals aside, and one Mrñoz: the later spelling is a slip."""
    usual = rules_text(groups=NAME.replace("RULES", "{usual: last_name}, most_recent"))
    assert names(tmp_path, usual, others="MUÑOZ") == ("Carlos", "Muñoz")


def test_of_two_rare_names_the_next_rule_decides(tmp_path: Path) -> None:
    """Where nobody else is called either, the record of the latest date has the say."""
    usual = rules_text(groups=NAME.replace("RULES", "{usual: last_name}, most_recent"))
    assert names(tmp_path, usual, others="Jones") == ("Carlos", "Mrñoz")


def test_the_shipped_rules_know_a_slip_in_a_name(tmp_path: Path) -> None:
    """Of two names of one length, the one that others have too survives."""
    rows = [{"first_name": "Carlos", "last_name": last, "email": "c@x.example"} for last in ("Mrñoz", "Muñoz")]
    rows += [
        {"first_name": f"Ana{number}", "last_name": "Muñoz", "email": f"a{number}@x.example"} for number in range(4)
    ]
    golden = merge(tmp_path, rows, ["e", "e", *map(str, range(4))]).golden
    assert [record["last_name"] for record in golden] == ["Muñoz"] * 5
