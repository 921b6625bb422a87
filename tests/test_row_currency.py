"""Amounts whose currency stands in a column beside them: another than the field's is unknown, never a number."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from segaudit.sql.kinds.currencies import named_currency
from tests.rules_support import run, write
from tests.test_assign import read_csv, write_csv

RULES = """
    fields: {annual_revenue: {type: money, currency: EUR}}
    schemas:
      size:
        assign: first_match
        else: none
        segments:
          rich: {criteria: {annual_revenue: {gte: 50K}}}
          poor: {criteria: {annual_revenue: {lt: 50K}}}
"""
UNKNOWN = "cannot tell: annual_revenue does not decide it"


def labels(tmp_path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]], rules: str = RULES) -> list[str]:
    """Return the label of each row; rows that are left open as a question mark."""
    data = write_csv(tmp_path / "accounts.csv", list(headers), [list(row) for row in rows])
    ran = run("assign", data, "-o", tmp_path / "tagged.csv", "--rules", write(tmp_path / "rules.yaml", rules))
    assert ran.code == 0, ran.err
    header, *tagged = read_csv(tmp_path / "tagged.csv")
    label, reason = header.index("segment_size"), header.index("segment_size_reason")
    return ["?" if row[reason].startswith("cannot tell") else row[label] for row in tagged]


@pytest.mark.parametrize("header", ["Currency", "currency_code", "CurrencyIsoCode", "Annual Revenue Currency"])
def test_the_currency_beside_an_amount(tmp_path: Path, header: str) -> None:
    """An amount in the field's currency is a number, one in another is unknown, one without is in the field's."""
    rows = [
        ["A1", "60000", "JPY"], ["A2", "60000", "EUR"], ["A3", "4000", "eur"], ["A4", "60000", ""],
        ["A5", "60000", "Euro"], ["A6", "60000", "USD - U.S. Dollar"], ["A7", "", "EUR"], ["A8", "60000", "€"],
        ["A9", "60000", "n/a"],
    ]  # fmt: skip
    found = labels(tmp_path, ["Account ID", "Annual Revenue", header], rows)
    assert found == ["?", "rich", "poor", "rich", "rich", "?", "?", "rich", "rich"]


def test_what_the_cell_says_itself_comes_first(tmp_path: Path) -> None:
    """A sign within the cell is nearer to the amount than the column beside it."""
    rows = [["A1", "€60000", "JPY"], ["A2", "$60000", "EUR"], ["A3", "60.000", "EUR"]]
    assert labels(tmp_path, ["Account ID", "Annual Revenue", "Currency"], rows)[:2] == ["rich", "?"]


@pytest.mark.parametrize("header", ["Annual Revenue (converted)", "Annual Revenue EUR", "annual_revenue_eur"])
def test_an_amount_that_names_its_own_currency_is_not_in_the_rows(tmp_path: Path, header: str) -> None:
    """What all rows were converted to is not in the currency of the row."""
    rules = RULES.replace("type: money,", f'type: money, column: "{header}",')
    rows = [["A1", "60000", "JPY"], ["A2", "4000", "EUR"]]
    assert labels(tmp_path, ["Account ID", header, "Currency"], rows, rules) == ["rich", "poor"]


def test_the_currency_of_another_amount_is_not_taken(tmp_path: Path) -> None:
    """The column "Tax Currency" beside "Tax" says nothing of the revenue."""
    rows = [["A1", "60000", "12", "JPY"], ["A2", "4000", "13", "JPY"]]
    found = labels(tmp_path, ["Account ID", "Annual Revenue", "Transaction", "Transaction Currency"], rows)
    assert found == ["rich", "poor"]


def test_reasons_show_the_currency(tmp_path: Path) -> None:
    """Who reads why an amount was not decided sees in which currency it is."""
    labels(tmp_path, ["Account ID", "Annual Revenue", "Currency"], [["A1", "60000", "JPY"], ["A2", "60000", "EUR"]])
    _, first, second = read_csv(tmp_path / "tagged.csv")
    assert first[-1] == f"{UNKNOWN} (60000 JPY)"
    assert second[-1] == "annual_revenue is at least 50,000 (60000 EUR)"


def test_explain_says_what_it_would_take(tmp_path: Path) -> None:
    """The way to another segment is in the field's currency, whatever the row's is."""
    data = write_csv(tmp_path / "a.csv", ["Account ID", "Annual Revenue", "Currency"], [["A1", "60000", "COP"]])
    ran = run("explain", data, "--row", 1, "--rules", write(tmp_path / "rules.yaml", RULES))
    assert ran.code == 0, ran.err
    assert "annual_revenue from 60000 COP to at least 50,000" in ran.out


DEALS = """
    fields: {deal_amount: {type: money, currency: EUR}}
    schemas:
      size:
        assign: first_match
        else: none
        segments:
          rich: {criteria: {deals: {sum: {of: deal_amount, gte: 50K}}}}
"""


def _deals(tmp_path: Path) -> tuple[Path, Path]:
    accounts = write_csv(tmp_path / "accounts.csv", ["account_id", "company"], [["A1", "One"], ["A2", "Two"]])
    header = ["deal_id", "account_id", "stage", "amount", "currency"]
    rows = [["D1", "A1", "Won", "60000", "JPY"], ["D2", "A2", "Won", "60000", "EUR"]]
    return accounts, write_csv(tmp_path / "deals.csv", header, rows)


def test_sums_over_another_table(tmp_path: Path) -> None:
    """Deals in another currency leave the sum open."""
    accounts, deals = _deals(tmp_path)
    rules = write(tmp_path / "rules.yaml", DEALS)
    ran = run("assign", accounts, "--with", deals, "-o", tmp_path / "tagged.csv", "--rules", rules)
    assert ran.code == 0, ran.err
    _, first, second = read_csv(tmp_path / "tagged.csv")
    assert first[-1].startswith("cannot tell")
    assert second[-2] == "rich"


def test_performance_does_not_average_over_currencies(tmp_path: Path) -> None:
    """Deal sizes in two currencies are not computed, and both are named."""
    accounts, deals = _deals(tmp_path)
    rules = write(tmp_path / "rules.yaml", DEALS)
    ran = run("performance", accounts, "--with", deals, "--rules", rules, "--format", "json")
    assert ran.code == 0, ran.err
    reasons = {item["metric"]: item["reason"] for item in json.loads(ran.out)["not_computable"]}
    assert "amounts in several currencies: EUR, JPY" in reasons.values()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("{deal_amount: {type: money}}", True),
        ("{deal_amount: {type: money, currency: EUR}}", False),
    ],
)
def test_rules_that_do_not_say_which_currency(tmp_path: Path, fields: str, *, told: bool) -> None:
    """Rules that add up amounts of several currencies as bare numbers are told so."""
    accounts, deals = _deals(tmp_path)
    rules = write(tmp_path / "rules.yaml", DEALS.replace("{deal_amount: {type: money, currency: EUR}}", fields))
    ran = run("rules", "check", rules, "--data", accounts, "--with", deals, "--format", "json")
    assert ran.code == 0, ran.err
    found: list[Mapping[str, str]] = [
        item for item in json.loads(ran.out)["findings"] if item["rule"] == "rules.mixed-currencies"
    ]
    assert bool(found) is told
    if told:
        assert "1 row in EUR and 1 row in JPY" in found[0]["message"]
        assert "currency: EUR" in found[0]["hint"]


def test_one_currency_needs_no_declaration(tmp_path: Path) -> None:
    """Amounts that are all in one currency are no reason for a remark."""
    accounts, deals = _deals(tmp_path)
    deals.write_text(deals.read_text().replace("JPY", "EUR"))
    rules = write(tmp_path / "rules.yaml", DEALS.replace(", currency: EUR", ""))
    ran = run("rules", "check", rules, "--data", accounts, "--with", deals, "--format", "json")
    assert "mixed-currencies" not in ran.out


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("EUR", "EUR"), (" usd ", "USD"), ("EUR - Euro", "EUR"), ("US Dollar", "USD"), ("£", "GBP"), ("cop", "COP"),
        ("Euro", "EUR"), ("Points", None), ("TBD", None), ("EUROPE", None), ("", None), ("USD(US)", "USD"),
    ],
)  # fmt: skip
def test_cells_that_name_a_currency(cell: str, code: str | None) -> None:
    """Codes, names and signs name one; any other word none."""
    import duckdb  # noqa: PLC0415 - one test asks the engine itself

    assert duckdb.execute(f"SELECT {named_currency('$cell')}", {"cell": cell}).fetchone() == (code,)
