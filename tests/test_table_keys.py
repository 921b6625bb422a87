"""Which column numbers the rows of a table nobody knows the kind of."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.rules_support import run
from tests.test_assign import read_csv, write_csv


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key_of(tmp_path: Path, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the column that ``segaudit init`` takes for a table's key."""
    write_csv(tmp_path / "list.csv", list(headers), [[str(cell) for cell in row] for row in rows])
    ran = run("init", tmp_path)
    assert ran.code == 0, ran.err
    lines = (tmp_path / "segaudit.yaml").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("    key:")), "")


def _orders(customers: int, orders: int = 400) -> list[list[object]]:
    draw = random.Random(7)  # noqa: S311 - not for secrets
    return [[f"B{number}", draw.randrange(customers), "Mug", draw.randrange(1, 9)] for number in range(orders)]


def test_fixes_of_few_rows_are_keyed_as_init_has_it(tmp_path: Path) -> None:
    """Six orders are numbered by the order, too."""
    mails = ["ann@x.de", "ann@x.de", "bob@x.de", "cy@gmial.com", "cy@gmail.com", "di@x.de"]
    rows = [[f"SO-{number}", f"C{number // 2}", mail] for number, mail in enumerate(mails)]
    data = write_csv(tmp_path / "orders.csv", ["Order Number", "Customer ID", "Email"], rows)
    ran = run("quality", data, "--fixes", tmp_path / "fixes")
    assert ran.code == 0, ran.err
    (file,) = (tmp_path / "fixes").glob("*email*")
    assert [row[:2] for row in read_csv(file)] == [["Order Number", "Email"], ["SO-3", "cy@gmail.com"]]


@pytest.mark.parametrize("header", ["order_id", "Bestellnr", "Order No", "invoiceNumber", "Número", "Ref"])
@pytest.mark.parametrize("customers", [40, 6_000])
def test_orders_are_numbered_by_the_order(tmp_path: Path, header: str, customers: int) -> None:
    """The customer's number recurs in a list of orders, often or seldom; the order's does not."""
    assert key_of(tmp_path, [header, "customer_id", "product", "qty"], _orders(customers)) == header


def test_rows_written_twice_do_not_hide_the_key(tmp_path: Path) -> None:
    """What repeats a whole row is no reason against the column that numbers the rows."""
    rows = _orders(6_000)
    assert key_of(tmp_path, ["Gift No", "customer_id", "fund", "qty"], [*rows, *rows[:12]]) == "Gift No"


def test_an_id_that_repeats_now_and_then_stays_the_key(tmp_path: Path) -> None:
    """Where no other column tells all rows apart, an id with a few repeats is the key."""
    rows = [[number if number != 7 else 8, draw, "x"] for number, draw in enumerate([1, 2, 3, 4] * 50)]
    assert key_of(tmp_path, ["customer_id", "Code", "note"], rows) == "customer_id"


def test_people_are_numbered_by_their_own_id(tmp_path: Path) -> None:
    """In a list whose kind is known, ids that clash are a finding and not another kind of column."""
    rows = [[number % 190, f"Ann{number}", "Ray", f"a{number}@b.com", f"L{number}"] for number in range(200)]
    headers = ["Contact ID", "First Name", "Last Name", "Email", "Legacy No"]
    assert key_of(tmp_path, headers, rows) == "Contact ID"


def test_a_list_of_stages_beside_deals_is_no_second_list_of_deals(tmp_path: Path) -> None:
    """A few rows without a key say what words mean; they are not judged as records."""
    write_csv(tmp_path / "lookup.csv", ["Deal Stage", "Deal Probability"], [["Won", "100"], ["Open", "30"]])
    deals = [[f"D{number}", "Won", "100", "2026-01-01"] for number in range(40)]
    write_csv(tmp_path / "deals.csv", ["Deal ID", "Deal Stage", "Amount", "Close Date"], deals)
    ran = run("init", tmp_path, "--format", "json")
    assert ran.code == 0, ran.err
    kinds = {item["name"]: item["kind"] for item in json.loads(ran.out)["tables"]}
    assert kinds == {"deals": "deals", "lookup": "other"}


def test_fixes_are_keyed_by_what_tells_rows_apart(tmp_path: Path) -> None:
    """A correction of one order names the order, not the customer who has several."""
    rows = [[order, customer, fund, qty] for order, customer, fund, qty in _orders(40)]
    for number, row in enumerate(rows):
        row[2] = "Annual Fund" if number % 2 else "Building Fund"
    rows[5][2] = " Annual Fund"
    data = write_csv(
        tmp_path / "gifts.csv",
        ["Gift No", "customer_id", "Primary Fund", "qty"],
        [[str(cell) for cell in row] for row in rows],
    )
    ran = run("quality", data, "--fixes", tmp_path / "fixes")
    assert ran.code == 0, ran.err
    (file,) = (path for path in (tmp_path / "fixes").iterdir() if "fund" in path.name)
    header, *fixed = read_csv(file)
    assert header[0] == "Gift No"
    assert ["B5", "Annual Fund"] in [row[:2] for row in fixed]
