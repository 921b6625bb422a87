"""Every operator on what is missing, unreadable, accented, in another case and at its boundary; verdicts by hand.

Verdicts are letters, one for each cell: T, F, and U for UNKNOWN.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest

from segaudit.model.fields import FieldType
from segaudit.sql.operators import OPERATORS, Family
from tests.compare_reference import decide
from tests.rules_support import judge, judge_cells, letters

BLANKS = ["", " \u00a0\t", "N/A"]  # each is missing

PRESENCE = [*BLANKS, "twelve", "12"]
TEXT = [*BLANKS, "Software", " SOFTWARE ", "software_x", "Café", "CAFE\u0301", "Straße", "\u200bsoftware"]
MAIL = [
    *("", "n/a", "not an address", "ann@gmail.com", " ANN@Gmail.COM ", "info@acme.co.uk", "bob@mail.acme.co.uk"),
    *("x@mailinator.com", "info+x@acme.com", "sales@notacme.co.uk"),
]
SITE = ["", "n/a", "no site", "https://www.acme.co.uk/x?y=1", "SHOP.acme.co.uk", "acme.com"]
NUMBER = [*BLANKS, "twelve", "49", "50", "51", "50-200", "1,000+", "1,000"]
MONEY = ["", "lots", "$1.2M", "1200000", "€1.2M", "20K", "USD 1,000,000"]
RANKED = ["10", "10", "9", "8", "", "x", "7", "7", "7", "7"]
BOOL = ["", "n/a", "maybe", "yes", "FALSE", "1", " Yes "]
MULTI = ["", "n/a", ";", "Salesforce; HubSpot", "hubspot", "CAFE\u0301;;", "C++"]

LISTS = {"is_free_mail": ["gmail.com"], "is_role_address": ["info", "sales"]}

# Field, cells, clause, verdicts.
CASES = [
    ("int", PRESENCE, {"known": True}, "FFFTT"),
    ("int", PRESENCE, {"known": False}, "TTTFF"),
    ("int", PRESENCE, {"unknown": True}, "TTTFF"),
    ("int", PRESENCE, {"valid": True}, "FFFFT"),
    ("int", PRESENCE, {"invalid": True}, "FFFTF"),
    ("int", PRESENCE, {"placeholder": True}, "FFTFF"),
    ("int", PRESENCE, {"placeholder": False}, "TTFTT"),
    ("text", TEXT, {"eq": "Software"}, "UUUTTFFFFT"),
    ("text", TEXT, {"eq": "  software "}, "UUUTTFFFFT"),
    ("text", TEXT, {"eq": "café"}, "UUUFFFTTFF"),
    ("text", TEXT, {"eq": "STRASSE"}, "UUUFFFFFTF"),
    ("text", TEXT, {"ne": "Software"}, "UUUFFTTTTF"),
    ("text", TEXT, {"eq": "Software", "case": "exact"}, "UUUTFFFFFF"),
    ("text", TEXT, {"eq": "SOFTWARE", "trim": False}, "UUUTFFFFFF"),
    ("text", TEXT, {"eq": " SOFTWARE ", "trim": False, "case": "exact"}, "UUUFTFFFFF"),
    ("text", TEXT, {"eq": "Software", "missing": "include"}, "TTTTTFFFFT"),
    ("text", TEXT, {"eq": "Software", "missing": "exclude"}, "FFFTTFFFFT"),
    ("text", TEXT, {"ne": "Software", "missing": "include"}, "TTTFFTTTTF"),
    ("text", TEXT, {"in": ["software", "CAFÉ"]}, "UUUTTFTTFT"),
    ("text", TEXT, {"not_in": ["software", "CAFÉ"]}, "UUUFFTFFTF"),
    ("text", TEXT, {"contains": "SOFT"}, "UUUTTTFFFT"),
    ("text", TEXT, {"contains": ["x", "É"]}, "UUUFFTTTFF"),
    ("text", TEXT, {"not_contains": "soft"}, "UUUFFFTTTF"),
    ("text", TEXT, {"contains_word": "software"}, "UUUTTFFFFT"),
    ("text", TEXT, {"starts_with": "Soft"}, "UUUTTTFFFT"),
    ("text", TEXT, {"starts_with": "Soft", "trim": False}, "UUUTFTFFFF"),
    ("text", TEXT, {"starts_with": "soft", "case": "exact"}, "UUUFFTFFFT"),
    ("text", TEXT, {"ends_with": ["ware", "fé"]}, "UUUTTFTTFT"),
    ("text", TEXT, {"like": "soft%"}, "UUUTTTFFFT"),
    ("text", TEXT, {"like": "CAF_"}, "UUUFFFTTFF"),
    ("text", TEXT, {"matches": "^soft.*e$"}, "UUUTTFFFFT"),
    ("text", TEXT, {"matches": "^stra(ß|x)e$"}, "UUUFFFFFTF"),
    ("text", TEXT, {"matches": r"^\S+É$"}, "UUUFFFTTFF"),
    ("text", TEXT, {"matches": "SOFT", "case": "exact"}, "UUUFTFFFFF"),
    ("text", TEXT, {"not_matches": "soft"}, "UUUFFFTTTF"),
    ("text", TEXT, {"length": {"gte": 8}}, "UUUTTTFFFT"),
    ("text", TEXT, {"length": 4}, "UUUFFFTFFF"),
    ("text", TEXT, {"length": {"between": [4, 6]}}, "UUUFFFTTTF"),
    ("text", TEXT, {"length": 10, "trim": False}, "UUUFTTFFFF"),
    # Jaro-Winkler of software and sofware: (7/8 + 7/7 + 1) / 3 = 0.958, and 3 common first letters make it 0.971.
    ("text", TEXT, {"similar_to": {"to": "Sofware", "at_least": 0.97}}, "UUUTTFFFFT"),
    ("text", TEXT, {"similar_to": {"to": "Sofware", "at_least": 0.98}}, "UUUFFFFFFF"),
    ("text", TEXT, {"similar_to": "cafe"}, "UUUFFFFFFF"),
    ("email", MAIL, {"domain_in": ["acme.co.uk"]}, "UUUFFTTFFF"),
    ("email", MAIL, {"domain_in": "@GMAIL.com"}, "UUUTTFFFFF"),
    ("email", MAIL, {"is_free_mail": True}, "UUUTTFFFFF"),
    ("email", MAIL, {"is_free_mail": False}, "UUUFFTTTTT"),
    ("email", MAIL, {"is_role_address": True}, "UUUFFTFFTT"),
    ("email", MAIL, {"is_disposable": True}, "UUUFFFFTFF"),
    ("url", SITE, {"domain_in": ["acme.co.uk"]}, "UUUTTF"),
    ("int", NUMBER, {"eq": 50}, "UUUUFTFUFF"),
    ("int", NUMBER, {"ne": 50}, "UUUUTFTUTT"),
    ("int", NUMBER, {"in": [49, 1000]}, "UUUUTFFFUT"),
    ("int", NUMBER, {"not_in": [49, 1000]}, "UUUUFTTTUF"),
    ("int", NUMBER, {"gt": 50}, "UUUUFFTUTT"),
    ("int", NUMBER, {"gte": 50}, "UUUUFTTTTT"),
    ("int", NUMBER, {"lt": 51}, "UUUUTTFUFF"),
    ("int", NUMBER, {"lte": 50}, "UUUUTTFUFF"),
    ("int", NUMBER, {"lte": 200}, "UUUUTTTTFF"),
    ("int", NUMBER, {"between": [50, 200]}, "UUUUFTTTFF"),
    ("int", NUMBER, {"between": [51, 1000]}, "UUUUFFTUUT"),
    ("int", NUMBER, {"not_between": [50, 200]}, "UUUUTFFFTT"),
    ("int", NUMBER, {"range": [50, 200]}, "UUUUFTTUFF"),
    ("int", NUMBER, {"range": [49, 50]}, "UUUUTFFFFF"),
    ("int", NUMBER, {"gte": "1K"}, "UUUUFFFFTT"),
    ("int", NUMBER, {"gte": 50, "missing": "exclude"}, "FFFFFTTTTT"),
    ("int", NUMBER, {"gt": 50, "missing": "include"}, "TTTTFFTTTT"),
    ("money", MONEY, {"gte": "1M"}, "UUTTTFT"),
    ("money", MONEY, {"gt": "1M"}, "UUTTTFF"),
    ("int", RANKED, {"top_percent": 25}, "TTFFUUFFFF"),
    ("int", RANKED, {"top_percent": 30}, "TTTFUUFFFF"),
    ("int", RANKED, {"bottom_percent": 1}, "FFFFUUTTTT"),
    ("int", RANKED, {"bottom_percent": 100}, "TTTTUUTTTT"),
    ("bool", BOOL, {"is": True}, "UUUTFTT"),
    ("bool", BOOL, {"is": False}, "UUUFTFF"),
    ("bool", BOOL, {"eq": True}, "UUUTFTT"),
    ("multi", MULTI, {"has_any": ["HubSpot", "x"]}, "UUFTTFF"),
    ("multi", MULTI, {"has_all": ["hubspot", "salesforce"]}, "UUFTFFF"),
    ("multi", MULTI, {"has_none": ["hubspot"]}, "UUTFFTT"),
    ("multi", MULTI, {"exactly": ["salesforce", "hubspot"]}, "UUFTFFF"),
    ("multi", MULTI, {"exactly": ["Café"]}, "UUFFFTF"),
    ("multi", MULTI, {"has_any": ["hubspot"], "case": "exact"}, "UUFFTFF"),
    ("multi", MULTI, {"count": 0}, "UUTFFFF"),
    ("multi", MULTI, {"count": {"gte": 1, "lt": 2}}, "UUFFTTT"),
]  # fmt: skip


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, str], str]:
    """Decide all cases, those on the same cells in one run."""
    found: dict[tuple[str, str], str] = {}
    groups = {(kind, tuple(cells)) for kind, cells, _, _ in CASES}
    for kind, cells in groups:
        clauses = {
            str(clause): {"f": clause} for of_kind, at, clause, _ in CASES if (of_kind, tuple(at)) == (kind, cells)
        }
        decided = judge(clauses, [{"f": cell} for cell in cells], {"f": {"type": kind}}, lists=LISTS)
        found |= {(kind, words): truth for words, truth in decided.items()}
    return found


@pytest.mark.parametrize(
    ("kind", "clause", "expected"),
    [pytest.param(kind, clause, truth, id=f"{kind} {clause}") for kind, _, clause, truth in CASES],
)
def test_operator(verdicts: dict[tuple[str, str], str], kind: str, clause: dict[str, object], expected: str) -> None:
    """An operator decides each cell as worked out by hand."""
    assert verdicts[kind, str(clause)] == expected


# --------------------------------------------------------------------------------------------------------------- dates

DAYS = [
    *("2024-12-31", "2025-01-01", "2025-03-30", "2025-03-31", "2025-09-30", "2025-10-01", "2025-12-31", "2026-01-01"),
    *("2026-01-31", "2026-02-01", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-22", "2026-03-23", "2026-03-29"),
    *("2026-03-30", "2026-03-31", "2026-04-01", "2026-04-05", "2026-04-06", "2026-04-12", "2026-04-13", "2026-04-30"),
    *("2026-05-01", "2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01"),
]


def days(first: str, last: str) -> list[str]:
    """Return the days of the table from one to another."""
    return [day for day in DAYS if first <= day <= last]


FIRST, LAST = DAYS[0], DAYS[-1]

# As of 2026-03-31: a Tuesday, and the last day of a month and a quarter. Clause, days on which it holds.
DATED = [
    ({"on": "as_of"}, days("2026-03-31", "2026-03-31")),
    ({"eq": "2026-03-30"}, days("2026-03-30", "2026-03-30")),
    ({"in": ["2026-03-30", "as_of"]}, days("2026-03-30", "2026-03-31")),
    ({"before": "2026-03-01"}, days(FIRST, "2026-02-28")),
    ({"after": "as_of"}, days("2026-04-01", LAST)),
    ({"on_or_before": "as_of"}, days(FIRST, "2026-03-31")),
    ({"on_or_after": "2026-03-30"}, days("2026-03-30", LAST)),
    ({"between": ["2026-02-28", "as_of"]}, days("2026-02-28", "2026-03-31")),
    ({"within_last": "0d"}, days("2026-03-31", "2026-03-31")),
    ({"within_last": "30d"}, days("2026-03-01", "2026-03-31")),
    ({"within_last": "1m"}, days("2026-02-28", "2026-03-31")),
    ({"within_last": "6m"}, days("2025-09-30", "2026-03-31")),
    ({"within_last": "1y"}, days("2025-03-31", "2026-03-31")),
    ({"within_last": "9999y"}, days(FIRST, "2026-03-31")),
    ({"before_last": "1m"}, days(FIRST, "2026-02-27")),
    ({"before_last": "1y"}, days(FIRST, "2025-03-30")),
    ({"within_next": "1d"}, days("2026-03-31", "2026-04-01")),
    ({"within_next": "1m"}, days("2026-03-31", "2026-04-30")),
    ({"within_next": "2w"}, days("2026-03-31", "2026-04-13")),
    ({"after_next": "1m"}, days("2026-05-01", LAST)),
    ({"this": "week"}, days("2026-03-30", "2026-04-05")),
    ({"last": "week"}, days("2026-03-23", "2026-03-29")),
    ({"next": "week"}, days("2026-04-06", "2026-04-12")),
    ({"this": "month"}, days("2026-03-01", "2026-03-31")),
    ({"last": "month"}, days("2026-02-01", "2026-02-28")),
    ({"next": "month"}, days("2026-04-01", "2026-04-30")),
    ({"this": "quarter"}, days("2026-01-01", "2026-03-31")),
    ({"last": "quarter"}, days("2025-10-01", "2025-12-31")),
    ({"next": "quarter"}, days("2026-04-01", "2026-06-30")),
    ({"this": "year"}, days("2026-01-01", "2026-12-31")),
    ({"last": "year"}, days("2025-01-01", "2025-12-31")),
    ({"next": "year"}, days("2027-01-01", "2027-12-31")),
]


@pytest.fixture(scope="module")
def dated() -> dict[str, str]:
    """Decide all clauses on dates in one run, on missing, unreadable and readable cells."""
    return judge_cells({str(clause): clause for clause, _ in DATED}, [*BLANKS, "soon", *DAYS], type="date")


@pytest.mark.parametrize(("clause", "held"), [pytest.param(*case, id=str(case[0])) for case in DATED])
def test_date_operator(dated: dict[str, str], clause: dict[str, object], held: list[str]) -> None:
    """A date operator holds on exactly the days of its period, ends included, and leaves what is no date open."""
    assert dated[str(clause)] == "UUUU" + letters(day in held for day in DAYS)


@pytest.mark.parametrize(
    ("as_of", "clause", "first", "last"),
    [
        ("2024-02-29", {"within_last": "1y"}, "2023-02-28", "2024-02-29"),
        ("2024-02-29", {"within_next": "1y"}, "2024-02-29", "2025-02-28"),
        ("2024-03-31", {"within_last": "1m"}, "2024-02-29", "2024-03-31"),
        ("2026-01-01", {"this": "week"}, "2025-12-29", "2026-01-04"),
        ("2026-01-01", {"last": "month"}, "2025-12-01", "2025-12-31"),
        ("2026-01-01", {"last": "quarter"}, "2025-10-01", "2025-12-31"),
        ("2025-12-31", {"next": "quarter"}, "2026-01-01", "2026-03-31"),
        ("2026-03-29", {"this": "week"}, "2026-03-23", "2026-03-29"),  # a Sunday ends its week
        ("2026-03-30", {"this": "week"}, "2026-03-30", "2026-04-05"),  # a Monday begins one
    ],
)
def test_period_edges(as_of: str, clause: dict[str, str], first: str, last: str) -> None:
    """A period begins and ends where the calendar says, at the ends of months, years and weeks too."""
    edges = [date.fromisoformat(first), date.fromisoformat(last)]
    cells = [str(edges[0] - timedelta(days=1)), first, last, str(edges[1] + timedelta(days=1))]
    found = judge(
        {"": {"f": clause}}, [{"f": c} for c in cells], {"f": {"type": "date"}}, as_of=date.fromisoformat(as_of)
    )
    assert found[""] == "FTTF"


def test_age_is_decided() -> None:
    """older_than and newer_than are decided: what has no date is neither."""
    found = judge_cells(
        {"older": {"older_than": "1m"}, "newer": {"newer_than": "1m"}},
        ["", "n/a", "soon", "2026-02-27", "2026-02-28", "2026-04-01"],
        type="date",
    )
    assert found == {"older": "FFFTFF", "newer": "FFFFTT"}


def test_never_and_ever() -> None:
    """A blank date never happened, a date did, and what cannot be read is neither."""
    clauses = {"never": {"never": True}, "ever": {"ever": True}, "not never": {"never": False}}
    found = judge_cells(clauses, ["", "n/a", "soon", "2026-01-01"], type="date")
    assert found == {"never": "TTUF", "ever": "FFUT", "not never": "FFUT"}


def test_blank_means_never() -> None:
    """Where a blank means never, it lies in no period, outside each, and stays missing to presence."""
    clauses = {
        "within": {"within_last": "30d"},
        "not within": {"not_within_last": "30d"},
        "before": {"before_last": "30d"},
        "known": {"known": True},
        "never": {"never": True},
    }
    found = judge_cells(clauses, ["", "n/a", "soon", "2026-03-30", "2025-01-01"], type="date", blank_means="never")
    assert found == {"within": "FFUTF", "not within": "TTUFT", "before": "FFUFT", "known": "FFTTT", "never": "TTUFF"}


# ------------------------------------------------------------------------------------------- what blanks mean, currency


@pytest.mark.parametrize(
    ("field", "clause", "cells", "expected"),
    [
        ({"type": "bool", "blank_means": False}, {"is": True}, BOOL, "FFUTFTT"),
        ({"type": "bool", "blank_means": False}, {"is": False}, BOOL, "TTUFTFF"),
        ({"type": "int", "blank_means": 0}, {"lt": 10}, ["", "-", "x", "5", "10"], "TTUTF"),
        ({"type": "text", "blank_means": "Other"}, {"eq": "other"}, ["", "n/a", "x"], "TTF"),
        ({"type": "multi", "blank_means": "None"}, {"has_any": ["none"]}, ["", "n/a", "x"], "TTF"),
        ({"type": "text", "blank_means": "Other"}, {"known": True}, ["", "n/a", "x"], "FFT"),
    ],
)
def test_blank_means(field: dict[str, object], clause: dict[str, object], cells: list[str], expected: str) -> None:
    """A blank is compared as what it means, and stays missing to presence."""
    assert judge_cells({"": clause}, cells, **field)[""] == expected


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ({"gte": "1M"}, "UUTTUFT"),
        ({"ne": 7}, "UUTTUTT"),
        ({"between": [0, "20K"]}, "UUFFUTF"),
        ({"known": True}, "FTTTTTT"),
        ({"gte": "1M", "missing": "exclude"}, "FFTTFFT"),
    ],
)
def test_other_currency(clause: dict[str, object], expected: str) -> None:
    """An amount in another currency than the field's is UNKNOWN; one that names none is in the field's."""
    assert judge_cells({"": clause}, MONEY, type="money", currency="USD")[""] == expected


def test_other_currency_is_not_ranked() -> None:
    """Amounts in another currency neither stand in the top percent nor take a place in it."""
    found = judge_cells({"": {"top_percent": 34}}, ["$100", "€900", "$50", "$10"], type="money", currency="USD")
    assert found[""] == "TUTF"


def test_top_percent_is_exact() -> None:
    """Seven percent of a hundred records are seven."""
    found = judge_cells({"": {"top_percent": 7}}, [str(number) for number in range(100)], type="int")
    assert found[""].count("T") == 7


# ---------------------------------------------------------------------------------------------------------- two fields


@pytest.mark.parametrize(
    ("operator", "kind", "pairs", "expected"),
    [
        ("gt_field", "int", [("2", "1"), ("1", "1"), ("", "1"), ("1", "x"), ("1-3", "2"), ("3-5", "2")], "TFUUUT"),
        ("gte_field", "int", [("1", "1"), ("0", "1"), ("1-3", "1"), ("1-3", "2")], "TFTU"),
        ("lt_field", "int", [("1", "2"), ("1", "1"), ("1+", "5"), ("9+", "5")], "TFUF"),
        ("lte_field", "int", [("1", "1"), ("2", "1"), ("1-3", "3")], "TFT"),
        ("eq_field", "int", [("1,000", "1000"), ("1", "2"), ("1-3", "2"), ("1-3", "4"), ("", "")], "TFUFU"),
        ("ne_field", "int", [("1", "1"), ("1", "2"), ("1", "")], "FTU"),
        ("eq_field", "text", [("Café ", "CAFE\u0301"), ("a", "b"), ("", "a"), ("n/a", "n/a")], "TFUU"),
        ("ne_field", "text", [("A", "a"), ("a", "b"), ("a", "")], "FTU"),
        (
            "before_field",
            "date",
            [("2026-01-01", "2026-01-02"), ("2026-01-01", "2026-01-01"), ("", "2026-01-01")],
            "TFU",
        ),
        (
            "after_field",
            "date",
            [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-01-01"), ("2026-01-01", "x")],
            "TFU",
        ),
    ],
)
def test_two_fields(operator: str, kind: str, pairs: list[tuple[str, str]], expected: str) -> None:
    """A field against another: UNKNOWN if either is missing, or if a range leaves it open."""
    records: list[dict[str, str | None]] = [{"a": one, "b": other} for one, other in pairs]
    fields = {"a": {"type": kind}, "b": {"type": kind}}
    assert judge({"": {"a": {operator: "b"}}}, records, fields)[""] == expected


# ------------------------------------------------------------------------------------------------------ lists, buckets


def test_in_file(tmp_path: Path) -> None:
    """A value is on a list whatever its case and white space, and a missing one is neither on it nor not."""
    (tmp_path / "list.csv").write_text('name,since\n"Acme, Inc",2020\nCAFÉ,2021\n', encoding="utf-8")
    segments = {name: {"criteria": {"f": {name: "list.csv"}}} for name in ("in_file", "not_in_file")}
    rules = {"fields": {"f": {"type": "text"}}, "schemas": {"s": {"assign": "all_matches", "segments": segments}}}
    cells = ["", "n/a", "acme, inc ", "cafe\u0301", "Acme"]
    decided = decide(rules, [{"f": cell} for cell in cells], date(2026, 1, 1), tmp_path)
    assert [letters(row["s"][1][name] for row in decided) for name in segments] == ["UUTTF", "UUFFT"]


def test_bucket() -> None:
    """A bucket takes its share of the ids, the same ones each time, the smaller inside the larger, by its salt."""
    ids: list[dict[str, str | None]] = [{"record_id": str(number)} for number in range(5_000)]
    clauses = {
        "10": {"bucket": {"percent": 10, "salt": "spring"}},
        "20": {"bucket": {"percent": 20, "salt": "spring"}},
        "other": {"bucket": {"percent": 10, "salt": "autumn"}},
        "all": {"bucket": {"percent": 100, "salt": "spring"}},
    }
    found = judge(clauses, ids, {"record_id": {"type": "id"}})
    held = {words: {index for index, truth in enumerate(truths) if truth == "T"} for words, truths in found.items()}
    assert len(held["10"]) == pytest.approx(500, abs=75)  # 3.5 standard deviations
    assert len(held["20"]) == pytest.approx(1_000, abs=100)
    assert len(held["all"]) == 5_000
    assert held["10"] < held["20"]
    assert len(held["10"] & held["other"]) < 100  # 50 of two independent tenths
    assert judge({"": clauses["10"]}, ids[:50], {"record_id": {"type": "id"}})[""] == found["10"][:50]
    assert judge({"": clauses["10"]}, [{"record_id": ""}], {"record_id": {"type": "id"}})[""] == "U"


def test_separator() -> None:
    """A multi-value cell is cut where the field says."""
    assert judge_cells({"": {"has_all": ["a;b", "c"]}}, ["a;b|c", "a|b|c"], type="multi", separator="|")[""] == "TF"


def test_field_that_no_column_provides() -> None:
    """A field without a column is missing in every record."""
    clauses = {"eq": {"f": {"eq": 1}}, "unknown": {"f": {"unknown": True}}, "known": {"f": {"known": True}}}
    assert judge(clauses, [{"g": "1"}], {"f": {"type": "int"}}) == {"eq": "U", "unknown": "T", "known": "F"}


def test_every_operator_is_covered() -> None:
    """No operator goes without a case by hand; places and related rows have files of their own."""
    text = Path(__file__).read_text(encoding="utf-8")
    here = [item for item in OPERATORS if item.family not in {Family.PLACE, Family.RELATED}]
    assert [item.name for item in here if f'"{item.name}"' not in text] == []
    assert {item.value for item in FieldType} >= {kind for kind, *_ in CASES}
