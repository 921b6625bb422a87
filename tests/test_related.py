"""Related rows: what is asked of the deals, activities or companies that belong to a record."""

import csv
import itertools
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.rules_support import mistakes, run, write

_CONTACTS = "Record ID,Email,Associated Company IDs\n1,a@x.com,10\n2,b@y.com,20\n3,c@z.com,\n4,d@x.com,10\n"
_COMPANIES = "Record ID,Company name,Number of Employees\n10,Acme,900\n20,Brill,\n30,Cone,5\n"
_DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Create Date,Is Closed Won,Associated Contact IDs\n"
    "100,One,Closed Won,1000,2026-01-05,true,1\n"
    "101,Two,Closed Lost,500,2026-03-05,false,1\n"
    "102,Three,,250,2026-02-05,,2\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with four contacts, three companies and three deals."""
    for name, text in (("contacts", _CONTACTS), ("companies", _COMPANIES), ("deals", _DEALS)):
        write(tmp_path / f"{name}.csv", text)
    return tmp_path


def verdicts(folder: Path, criteria: object, *others: str, records: str = "contacts") -> str:
    """Return what a condition says of each record, in order: T, F, or U where it cannot be told."""
    yaml = YAML(typ="safe", pure=True)
    segments = {"it": {"criteria": criteria}}
    schema = {"assign": "all_matches", "else": "no", "undecided": "open", "segments": segments}
    yaml.dump({"schemas": {"s": schema}}, folder / "rules.yaml")
    out = folder / "out.csv"
    given = [part for name in others for part in ("--with", folder / f"{name}.csv")]
    common = ("--rules", folder / "rules.yaml", "--as-of", "2026-03-31", "-o", out, "--force", "-q")
    ran = run("assign", folder / f"{records}.csv", *given, *common)
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        return "".join({"it": "T", "no": "F", "open": "U"}[row["segment_s"]] for row in csv.DictReader(file))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"exists": True}, "TTFF"),
        ({"none": True}, "FFTT"),
        ({"exists": {"where": {"is_won": {"is": True}}}}, "TUFF"),
        ({"none": {"where": {"is_won": {"is": True}}}}, "FUTT"),
        ({"every": {"where": {"is_won": {"is": True}}}}, "FUTT"),
        ({"exists": {"where": {"is_won": {"is": True}}}, "missing": "exclude"}, "TFFF"),
        ({"exists": {"where": {"is_won": {"is": True, "missing": "exclude"}}}}, "TFFF"),
        ({"at_least": 2}, "TFFF"),
        ({"at_least": {"n": 1, "where": {"deal_stage": {"contains": "closed"}}}}, "TUFF"),
        ({"at_most": 1}, "FTTT"),
        ({"exactly": {"n": 1}}, "FTFF"),
        ({"count": 2}, "TFFF"),
        ({"count": {"gte": 1, "lt": 2}}, "FTFF"),
        ({"exists": {"within_last": "30d"}}, "TFFF"),
        ({"exists": {"within_last": "60d", "by": "deal_created_on"}}, "TTFF"),
        ({"sum": {"of": "deal_amount", "gte": 1500}}, "TFFF"),
        ({"sum": {"of": "deal_amount", "eq": 0}}, "FFTT"),
        ({"avg": {"of": "deal_amount", "eq": 750}}, "TFUU"),
        ({"min": {"of": "deal_amount", "lt": 500}}, "FTUU"),
        ({"max": {"of": "deal_amount", "gt": "0.9K"}}, "TFUU"),
        ({"max": {"of": "deal_created_on", "gte": "2026-03-01"}}, "TFUU"),
        ({"last": {"by": "deal_created_on", "where": {"deal_stage": {"eq": "Closed Lost"}}}}, "TUFF"),
        ({"first": {"by": "deal_created_on", "where": {"deal_stage": {"eq": "Closed Lost"}}}}, "FUFF"),
        (
            {
                "last": {
                    "by": "deal_created_on",
                    "among": {"is_won": {"is": True}},
                    "where": {"deal_amount": {"gte": 1}},
                }
            },
            "TUFF",
        ),
    ],
)
def test_operators(folder: Path, asked: Mapping[str, Any], expected: str) -> None:
    """Each operator on a contact with two deals, one with a deal that says little, and two without."""
    assert verdicts(folder, {"deals": asked}, "deals") == expected


def test_a_missing_file_decides_nothing(folder: Path) -> None:
    """Without the table nothing can be told, not even that there are no rows; a policy settles it."""
    assert verdicts(folder, {"deals": {"none": True}}) == "UUUU"
    assert verdicts(folder, {"deals": {"exists": True, "missing": "exclude"}}) == "FFFF"
    assert verdicts(folder, {"not": {"deals": {"exists": True}}}, "companies") == "UUUU"


def test_rows_on_the_other_side_of_a_join(folder: Path) -> None:
    """A contact's companies are those it points to; a company's contacts those that point to it."""
    large = {"companies": {"exists": {"where": {"employees": {"gte": 100}}}}}
    assert verdicts(folder, large, "companies") == "TUFT"
    assert verdicts(folder, {"contacts": {"count": {"gte": 2}}}, "contacts", records="companies") == "TFF"


def test_rows_through_a_table_between(folder: Path) -> None:
    """A company's deals are found through its contacts."""
    won = {"deals": {"exists": {"where": {"is_won": {"is": True}}}}}
    assert verdicts(folder, won, "contacts", "deals", records="companies") == "TUF"


def test_other_currency_is_no_amount(folder: Path) -> None:
    """An amount in another currency than the field's is not known."""
    write(folder / "deals.csv", _DEALS.replace(",500,", ",EUR 500,"))
    rules = """
        fields: {deal_amount: {type: money, currency: USD}}
        schemas: {s: {assign: all_matches, else: "no", undecided: open, segments: {
          it: {criteria: {deals: {sum: {of: deal_amount, gte: 1}}}}}}}
    """
    write(folder / "r.yaml", rules)
    ran = run(
        "overlap",
        folder / "contacts.csv",
        "--with",
        folder / "deals.csv",
        "--rules",
        folder / "r.yaml",
        "--format",
        "json",
    )
    segment = json.loads(ran.out)["schemas"][0]["segments"][0]
    assert (segment["members"], segment["undecided"]) == (1, 1)


def test_reason_names_the_table_and_its_rows(folder: Path) -> None:
    """The reason says what was asked of which table, and how many rows the record has there."""
    verdicts(folder, {"deals": {"exists": {"where": {"is_won": {"is": True}}}}}, "deals")
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        reasons = [row["segment_s_reason"] for row in csv.DictReader(file)]
    assert reasons[0] == "it: deals: has one where is_won is yes (2 rows)"
    assert reasons[1] == "cannot tell: deals does not decide it (1 row)"


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("{deals: {exist: true}}", '"exist" cannot be asked of the rows of deals'),
        ("{deals: {exists: {were: {}}}}", '"exists" has no key "were"'),
        ("{deals: {exists: {where: {segment: s.it}}}}", "a segment cannot be asked of related rows"),
        ("{deals: {exists: {where: {companies: {exists: true}}}}}", "the rows of a third table cannot be asked"),
        ("{deals: {at_least: {where: {deal_stage: {eq: x}}}}}", "at_least does not say how many"),
        ("{deals: {sum: {gte: 3}}}", "sum does not say of what"),
        ("{deals: {sum: {of: deal_stage, gte: 3}}}", 'of takes a number, and "deal_stage" is of type text'),
        ("{deals: {sum: {of: amount_}}}", 'unknown field "amount_"'),
        ("{deals: {count: {}}}", "count is not compared with anything"),
        ("{deals: {last: {by: deal_day}}}", "last does not say what must hold"),
        ("{deals: {exists: {within_last: soon}}}", '"within_last" takes a length of time'),
        ("{deals: {eq: 3}}", '"eq" cannot be asked of the rows of deals'),
        ("{deals: 3}", '"deals" needs an operator'),
    ],
)
def test_mistakes_have_their_place(tmp_path: Path, asked: str, problem: str) -> None:
    """What is wrong in a clause on related rows is said with line and column, and how to write it."""
    fields = "fields: {deal_stage: {type: text}, deal_day: {type: date}, deal_created_on: {type: date}}\n"
    text = f"schemas: {{s: {{assign: all_matches, segments: {{it: {{criteria: {asked}}}}}}}}}\n"
    (found,) = mistakes(tmp_path, text + fields)
    assert problem in found
    assert found.startswith("a.yaml:1:")


def test_a_field_of_that_name_is_a_field(tmp_path: Path) -> None:
    """Who declares a field called deals asks for that field."""
    write(tmp_path / "contacts.csv", "Record ID,deals\n1,3\n2,0\n")
    rules = """
        fields: {deals: {type: int}}
        schemas: {s: {assign: all_matches, segments: {it: {criteria: {deals: {gte: 1}}}}}}
    """
    write(tmp_path / "r.yaml", rules)
    ran = run("overlap", tmp_path / "contacts.csv", "--rules", tmp_path / "r.yaml", "--format", "json")
    assert json.loads(ran.out)["schemas"][0]["segments"][0]["members"] == 1


def test_two_tables_of_a_kind_are_refused(folder: Path) -> None:
    """Of two tables of deals nobody can say which is meant."""
    write(folder / "more.csv", _DEALS)
    ran = run("overlap", folder / "contacts.csv", "--with", folder / "deals.csv", "--with", folder / "more.csv")
    assert ran.code == 2
    assert "are both taken for deals" in ran.err


# ------------------------------------------------------------------------------------- every world the open rows allow

_STAGES = {"won": True, "lost": False, "": None}
_AMOUNTS = {"100": (100.0, 100.0), "-40": (-40.0, -40.0), "50-200": (50.0, 200.0), "": None, "much": None}


@dataclass(frozen=True, slots=True)
class _Deal:
    stage: str
    amount: str
    day: str


def _worlds(deals: Sequence[_Deal]) -> Iterator[list[_Deal]]:
    """Yield the deals that count, for each way in which those that are open may turn out."""
    choices = [{True: (True,), False: (False,), None: (True, False)}[_STAGES[deal.stage]] for deal in deals]
    for chosen in itertools.product(*choices):
        yield [deal for deal, counts in zip(deals, chosen, strict=True) if counts]


def _in_world(operator: str, bound: float, deals: Sequence[_Deal]) -> set[bool | None]:
    """Return what may be said in one world; None where there is nothing to compare."""
    ends = [_AMOUNTS[deal.amount] or (-math.inf, math.inf) for deal in deals]
    low, high = [end[0] for end in ends], [end[1] for end in ends]
    match operator:
        case "exists":
            return {bool(deals)}
        case "none":
            return {not deals}
        case "count":
            return {len(deals) >= bound}
        case "sum":
            least, most = sum(low), sum(high)
        case "max" if deals:
            least, most = max(low), max(high)
        case "min" if deals:
            least, most = min(low), min(high)
        case _:
            return {None}
    return {least >= bound, most >= bound}


def _expected(operator: str, bound: float, deals: Sequence[_Deal]) -> str:
    said = set[bool | None]().union(*(_in_world(operator, bound, world) for world in _worlds(deals)))
    return "T" if said == {True} else "F" if said == {False} else "U"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_said_is_so_in_every_world(tmp_path: Path, seed: int) -> None:
    """A verdict is TRUE or FALSE exactly if it is so whichever open rows count and whatever unknown amounts are."""
    rng = random.Random(seed)  # noqa: S311 - cases that repeat, not secrets
    records = [
        [
            _Deal(rng.choice([*_STAGES]), rng.choice([*_AMOUNTS]), f"2026-01-{rng.randint(1, 9):02}")
            for _ in range(count)
        ]
        for count in (rng.randint(0, 4) for _ in range(60))
    ]
    write(tmp_path / "contacts.csv", "Contact ID,Email\n" + "".join(f"{n},{n}@x.com\n" for n in range(1, 61)))
    rows = [
        f"{record}{place},{deal.stage},{deal.amount},{deal.day},{record}"
        for record, deals in enumerate(records, start=1)
        for place, deal in enumerate(deals)
    ]
    write(tmp_path / "deals.csv", "\n".join(["Deal ID,Deal Stage,Amount,Create Date,Contact ID", *rows]))
    where = {"deal_stage": {"eq": "won"}}
    for operator, bound in itertools.product(("exists", "none", "count", "sum", "max", "min"), (1, 60, 150)):
        asked: dict[str, Any] = {"where": where}
        if operator not in {"exists", "none"}:
            asked["gte"] = bound
        if operator in {"sum", "max", "min"}:
            asked["of"] = "deal_amount"
        found = verdicts(tmp_path, {"deals": {operator: asked}}, "deals")
        assert found == "".join(_expected(operator, bound, deals) for deals in records), (operator, bound)
