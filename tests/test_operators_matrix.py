"""Every operator on every type and every kind of cell, beside the reference; one without a row here fails.

Clauses are decided bare, negated by a group, under each policy for what is missing, and with texts as they stand.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import pytest

from segaudit.audit.ruling import word_lists
from segaudit.rulebook.location import RulesLocation
from segaudit.sql.operators import OPERATORS, Family
from tests.compare_reference import decide
from tests.reference.clauses import FREE_MAIL, ROLES, Column, Reading
from tests.reference.clauses import decide as decide_clause
from tests.reference.evaluator import evaluate
from tests.reference.values import Interval, Truth, read_cell
from tests.rules_support import AS_OF, letters

Value = TypeVar("Value")

TEXT, MAIL, SITE, PHONE = ("text", "enum", "id"), ("email",), ("url",), ("phone",)
INT, NUMBER, MONEY, DATE, BOOL, MULTI = ("int",), ("number",), ("money",), ("date",), ("bool",), ("multi",)
LISTED = ["Software", "CAFÉ", "acme, inc"]  # the lines of the file that in_file names
FILE = "list.txt"


def _each(keys: Iterable[str], value: Value) -> dict[str, Value]:
    """Return a table in which every key has the same value."""
    return {key: value for key in keys}  # noqa: C420 - lists in it are only read


MISSING = ["", "  ", "\t\u00a0", "N/A", "-", " Unknown "]
NUMBERS = [
    *("twelve", "12 or 13", "-1", "0", "49", "49.9999", "50", "50.0", "50.0001", "51", "１２", "５０", "+50"),
    *("200", "201", "1,000", "1K", "1.001K", "0.05M", "50000", "1e3", "50-200", "10-49", "49-50", "50+", "1,000+"),
    *("200-50", "$50", "€50", "USD 50", "50 EUR", "$10-$200", "€10-200", "£1.2M", "1200000"),
]
CELLS: dict[str, list[str]] = {
    **_each(
        TEXT,
        [
            *("Software", " SOFTWARE ", "software\u00a0", "Ｓｏｆｔｗａｒｅ", "software_x", "sof tware", "soft-ware"),
            *("Café", "CAFE\u0301", "cafe", "CAFÉ.", "Straße", "STRASSE", "ﬁnance", "finance", "İstanbul", "ıstanbul"),
            *(
                "head of sales",
                "HEAD OF SALES",
                "sales",
                "salesx",
                "x sales",
                "50",
                "５０",
                "50%",
                "5_%",
                "a\\b",
                "a\\%",
            ),
            *(
                "abcdefg",
                "abcdefgh",
                "abcdefghi",
                "🚀🚀🚀🚀🚀🚀🚀🚀",
                "acme, INC",
                "acme",
                "true",
                "line\nbreak",
                "'",
                '"',
            ),
            *(
                "ann@gmail.com",
                " ANN@Gmail.COM",
                "info@acme.co.uk",
                "Sales+fair@x.org",
                "x@mailinator.com",
                "gmail.com",
            ),
            *("x@mail.acme.co.uk", "x@notacme.co.uk", "https://www.acme.co.uk/x?y=1", "SHOP.acme.co.uk", "acme.co.uk"),
            *(
                "Germany",
                "deutschland",
                "DE",
                "ＤＥ",
                "Österreich",
                "O\u0308STERREICH",
                "usa",
                "Narnia",
                "EMEA",
                "dach",
            ),
            *("APAC", "Europe", "Kenya", "US-CA", "Calif.", "CA", "WA", "Western Australia", "Bavaria", "NSW"),
        ],
    ),
    "email": [
        "not an address",
        "ann@gmail.com",
        " ANN@Gmail.COM ",
        "info@acme.co.uk",
        "bob@mail.acme.co.uk",
        "x@mailinator.com",
        "info+x@acme.com",
        "sales@notacme.co.uk",
        "CAFÉ@acme.co.uk",
        "café@acme.co.uk",
    ],
    "url": [
        "no site",
        "https://www.acme.co.uk/x?y=1",
        "SHOP.acme.co.uk",
        "acme.com",
        "notacme.co.uk",
        "http://acme.co.uk:80",
    ],
    "phone": ["call me", "+49 30 1234567", "030 1234567", "(030) 123-4567"],
    **_each((*INT, *NUMBER, *MONEY), NUMBERS),
    "date": [
        "soon",
        "2026-02-30",
        "２０２６-03-31",
        "2024-02-29",
        "2025-03-30",
        "2025-03-31",
        "2025-12-31",
        "2026-01-01",
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
        "2026-03-22",
        "2026-03-23",
        "2026-03-29",
        "2026-03-30",
        " 2026-03-31 ",
        "2026-04-01",
        "2026-04-05",
        "2026-04-06",
        "2026-04-30",
        "2026-05-01",
        "2026-06-30",
        "2026-07-01",
        "2027-01-01",
    ],
    "bool": ["maybe", "yes", "YES", " Yes ", "ｙｅｓ", "true", "1", "no", "FALSE", "0", "2"],
    "multi": [
        ";",
        ";;",
        "Salesforce; HubSpot",
        "hubspot",
        "HUBSPOT;hubspot",
        "CAFE\u0301;;",
        "Café; C++",
        "Ｃ＋＋",
        "a;b;c",
    ],
}

_FLAGS = [True, False]
_WORDS: list[Any] = ["Software", "  software ", "CAFÉ", "strasse", "finance", "50", "a\\b"]
_PARTS: list[Any] = ["soft", "É", ["x", "FE"], "ware", "50", "%", "_", "\\", "o", "🚀"]
_BOUNDS: list[Any] = [50, 0, 200, "1K", "1.2M"]
_PAIRS: list[Any] = [[50, 200], [51, 1000], [0, 0], ["1K", "1.2M"]]
_DAYS: list[Any] = ["as_of", "2026-03-30", "2025-12-31"]
_LENGTHS: list[Any] = ["0d", "1d", "30d", "1w", "1m", "3m", "1y"]
_PERIODS: list[Any] = ["week", "month", "quarter", "year"]
_COUNTS: list[Any] = [
    8,
    {"gte": 8},
    {"gt": 8},
    {"lt": 8},
    {"lte": 8},
    {"ne": 8},
    {"between": [7, 8]},
    {"gte": 1, "lt": 3},
]
_TOKENS: list[Any] = [["HubSpot"], ["hubspot", "salesforce"], ["Café"], ["c++", "x"], "b"]
_VALUES: dict[str, list[Any]] = {
    **_each((*TEXT, *MAIL, *SITE, *PHONE), _WORDS),
    **_each((*INT, *NUMBER, *MONEY), _BOUNDS),
    "date": _DAYS,
    "bool": _FLAGS,
}


def _everywhere(operands: list[Any]) -> dict[str, list[Any]]:
    return _each(CELLS, operands)


def _lists(of: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {kind: [values[:1], values[:3], values[-2:]] for kind, values in of.items()}


# Operator -> operands for each type of field. One that is missing fails test_every_operator_has_a_row.
OPERANDS: dict[str, dict[str, list[Any]]] = {
    **_each(("known", "unknown", "valid", "invalid", "placeholder"), _everywhere(_FLAGS)),
    **_each(("older_than", "newer_than"), {"date": _LENGTHS}),
    **_each(("eq", "ne"), _VALUES),
    **_each(("in", "not_in"), _lists(_VALUES)),
    **_each(("in_file", "not_in_file"), _everywhere([FILE])),
    **_each(("contains", "not_contains", "starts_with", "ends_with"), _everywhere(_PARTS)),
    "contains_word": _everywhere(["sales", "CAFÉ", ["of", "software"], "50", "acme, inc"]),
    "like": _everywhere(["soft%", "CAF_", "%É%", "50%", "5_%", "a\\b", "a\\%", "%", "________", "%\n%"]),
    **_each(("matches", "not_matches"), _everywhere(["^soft", "E$", "[0-9]+", "caf(é|e)$", "^STRASSE$", r"\\"])),
    "length": _everywhere(_COUNTS),
    "similar_to": _everywhere(["sofware", {"to": "Softwar", "at_least": 0.97}, {"to": "CAFÉ", "at_least": 1}]),
    "domain_in": _everywhere([["acme.co.uk"], "@GMAIL.com", ["co.uk"], ["gmail.com", "x.org"]]),
    **_each(("is_free_mail", "is_role_address", "is_disposable"), _everywhere(_FLAGS)),
    **_each(("gt", "gte", "lt", "lte"), _everywhere(_BOUNDS)),
    **_each(("not_between", "range"), _everywhere(_PAIRS)),
    "between": {**_everywhere(_PAIRS), "date": [["2026-02-28", "as_of"], ["2026-03-01", "2026-03-01"]]},
    **_each(("top_percent", "bottom_percent"), _everywhere([1, 10, 25, 50, 99, 100])),
    **_each(("on", "before", "after", "on_or_before", "on_or_after"), {"date": _DAYS}),
    **_each(("within_last", "not_within_last", "before_last", "within_next", "after_next"), {"date": _LENGTHS}),
    **_each(("this", "last", "next"), {"date": _PERIODS}),
    **_each(("never", "ever"), {"date": _FLAGS}),
    **_each(("has_any", "has_all", "has_none", "exactly"), {"multi": _TOKENS}),
    "count": {"multi": [0, 1, 2, {"gte": 1, "lt": 3}, {"between": [2, 3]}, {"ne": 1}]},
    "is": {"bool": _FLAGS},
    **_each(
        (f"{name}_field" for name in ("eq", "ne", "gt", "gte", "lt", "lte", "before", "after")), _everywhere(["g"])
    ),
    "country_in": _everywhere([["DE", "United States"], "Österreich", ["KE"]]),
    "region_in": _everywhere([["EMEA"], ["DACH", "NAMER"], "Europe"]),
    "state_in": _everywhere([["US-CA", "New South Wales"], "AU-WA", ["Bavaria", "US-WA"]]),
}
_OVER_ALL_RECORDS = ("top_percent", "bottom_percent")
OF_ROWS = Family.RELATED  # operators on the rows of other tables are compared elsewhere

CASES = [
    (operator.name, kind.value)
    for operator in OPERATORS
    for kind in sorted(operator.types)
    if operator.family is not OF_ROWS
]
WAYS: list[dict[str, Any]] = [{}, {"case": "exact"}, {"trim": False}, {"case": "exact", "trim": False}]
_COMPARED_IN_WAYS = frozenset({*TEXT, *MAIL, *SITE, *PHONE, *MULTI})


def test_every_operator_has_a_row() -> None:
    """An operator that is added to the language is compared with the reference on every type it takes."""
    lacking = [(name, kind) for name, kind in CASES if not OPERANDS.get(name, {}).get(kind)]
    assert lacking == []


def _fields(kind: str, **more: object) -> dict[str, Any]:
    currency = {"currency": "USD"} if kind == "money" else {}
    return {"f": {"type": kind, **currency, **more}, "g": {"type": kind, **currency}}


def _conditions(name: str, kind: str) -> list[dict[str, Any]]:
    """Return each operand's clause, of texts compared in every way; the first negated and under every policy too."""
    ways = WAYS if kind in _COMPARED_IN_WAYS else [{}]
    operands = OPERANDS[name][kind]
    clauses = [{name: operand, **way} for operand in operands for way in ways]
    clauses += [{name: operands[0], "missing": policy} for policy in ("exclude", "include")]
    negated = [{"not": {"f": clause}} for clause in ({name: operands[0]}, clauses[-1])]
    return [*({"f": clause} for clause in clauses), *negated]


def _records(name: str, kind: str) -> list[dict[str, str | None]]:
    cells = [*MISSING, *CELLS[kind]]
    if not name.endswith("_field"):
        return [{"f": cell} for cell in cells]
    return [{"f": one, "g": other} for one in cells for other in cells[:: max(len(cells) // 12, 1)]]


def _expected(condition: dict[str, Any], records: Sequence[Mapping[str, str | None]], fields: dict[str, Any]) -> str:
    """Return what the reference says of each record."""
    negated = "not" in condition
    clause = dict(condition["not"]["f"] if negated else condition["f"])
    operator = next(iter(clause))
    if operator in _OVER_ALL_RECORDS:
        truths = _ranked([record["f"] for record in records], fields["f"], operator, clause)
        return letters(None if truth is None else truth is not negated for truth in truths)
    if operator.endswith("in_file"):
        clause = {operator.removesuffix("_file"): LISTED, **{key: clause[key] for key in clause if key != operator}}
    criteria = {"not": {"f": clause}} if negated else {"f": clause}
    schema = {"assign": "all_matches", "segments": {"it": {"criteria": criteria}}}
    rules = {"fields": fields, "schemas": {"s": schema}}
    return letters(evaluate(rules, dict(record), AS_OF)["s"].verdicts["it"] for record in records)


def _ranked(
    cells: Sequence[str | None], field: dict[str, Any], operator: str, clause: Mapping[str, Any]
) -> list[Truth]:
    """Rank amounts by their lower end: equal ones share the better place; the share is rounded up to whole places."""
    values = [read_cell(cell, field).value for cell in cells]
    known = [value.low for value in values if isinstance(value, Interval)]
    places = math.ceil(len(known) * clause[operator] / 100)
    policy = {"exclude": False, "include": True}.get(str(clause.get("missing")))
    found: list[Truth] = []
    for value in values:
        if not isinstance(value, Interval):
            found.append(policy)
            continue
        better = sum(other > value.low if operator == "top_percent" else other < value.low for other in known)
        found.append(better < places)
    return found


@pytest.mark.parametrize(("name", "kind"), CASES, ids=[f"{name} {kind}" for name, kind in CASES])
def test_operator_agrees_with_the_reference(name: str, kind: str, tmp_path: Path) -> None:
    """An operator says of every kind of cell what the reference says."""
    (tmp_path / FILE).write_text("\n".join(LISTED), encoding="utf-8")
    lists = {**word_lists(RulesLocation.at(None)), "is_free_mail": FREE_MAIL, "is_role_address": ROLES}
    conditions, records, fields = _conditions(name, kind), _records(name, kind), _fields(kind)
    segments = {f"s{index}": {"criteria": condition} for index, condition in enumerate(conditions)}
    rules = {"fields": fields, "schemas": {"x": {"assign": "all_matches", "segments": segments}}}
    decided = decide(rules, records, AS_OF, tmp_path, lists)
    differences = []
    for index, condition in enumerate(conditions):
        ours = letters(row["x"][1][f"s{index}"] for row in decided)
        wanted = _expected(condition, records, fields)
        differences += [
            f"{condition} of {record}: {mine}, the reference says {theirs}"
            for record, mine, theirs in zip(records, ours, wanted, strict=True)
            if mine != theirs
        ]
    assert differences == []


@pytest.mark.parametrize(("name", "kind"), CASES, ids=[f"{name} {kind}" for name, kind in CASES])
def test_operator_without_a_column(name: str, kind: str, tmp_path: Path) -> None:
    """Of a field that no column provides an operator says what it says of a missing value."""
    if name in _OVER_ALL_RECORDS or name.endswith(("in_file", "_field")):
        return
    clause = {name: OPERANDS[name][kind][0]}
    segments = {"it": {"criteria": {"f": clause}}}
    rules = {"fields": _fields(kind), "schemas": {"x": {"assign": "all_matches", "segments": segments}}}
    decided = decide(rules, [{"h": "1"}], AS_OF, tmp_path, {})[0]["x"][1]["it"]
    assert decided is evaluate(rules, {"h": "1"}, AS_OF)["x"].verdicts["it"]


def test_the_reference_reads_what_the_matrix_holds() -> None:
    """The reference reads some cell of each type, and none of those that are missing."""
    for kind, cells in CELLS.items():
        read = [read_cell(cell, {"type": kind}) for cell in cells]
        assert any(cell.value is not None for cell in read)
        assert all(cell.value is None for cell in (read_cell(cell, {"type": kind}) for cell in MISSING))
        column = Column(type=kind, cell=read[0])
        assert decide_clause("known", True, column, Reading(as_of=AS_OF)) is True  # noqa: FBT003 - an operand
    assert set(CELLS) == set(chain.from_iterable(operator.types for operator in OPERATORS)) - {"rows"}
