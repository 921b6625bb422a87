"""Random rules files, and records that sit on the edges of what those rules ask for."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.reference.clauses import TWO_FIELD
from tests.reference.evaluator import Record, Rules
from tests.reference.places import COUNTRIES, NOWHERE, REGIONS, STATES
from tests.reference.values import NUMBER_TYPES, parse_date, parse_operand, period, shift

Maker: TypeAlias = Callable[[Random], Any]

# Days on which months, quarters, weeks and leap years are easiest to get wrong.
AS_OF_DAYS = (date(2026, 3, 31), date(2024, 2, 29), date(2026, 1, 1), date(2025, 12, 31), date(2026, 5, 30))
AS_OF = AS_OF_DAYS[0]
ROWS = 20

FIELDS = {
    "employees": "int",
    "intent_score": "int",
    "fit_score": "number",
    "annual_revenue": "money",
    "deal_amount": "money",
    "last_engaged_on": "date",
    "renewal_on": "date",
    "unsubscribed": "bool",
    "email_bounced": "bool",
    "industry": "text",
    "job_title": "text",
    "email": "text",
    "website": "text",
    "account_tier": "enum",
    "technologies": "multi",
    "interests": "multi",
    "country": "text",
    "region": "enum",
    "state": "text",
}

# ------------------------------------------------------------------------------------------------------------ operands

_WORDS = (
    *("Software", "SaaS", "Café", "CAFE\u0301", "Straße", "STRASSE", "İstanbul", "ﬁnance", "Ａcme", "O'Brien"),
    *("head of sales", "Sales_Ops", "sales", "100% sure", 'the "big" one', "x", "🚀 launch", "10", "1", "back\\slash"),
)
_PARTS = ("soft", "sa", "CAFÉ", "fe", "stras", "o'b", "of", "Ａ", "ware", "0", "_", "%", "ﬁ", "🚀")
_LIKE = (
    "%soft%",
    "\\%",
    "back\\slash",
    "%\\%",
    "100\\% sure",
    "Soft%",
    "_aaS",
    "%",
    "%fé",
    "o'b%",
    "sales_ops",
    "%of%",
    "________",
    "stra%e",
    "100%",
)
_PATTERNS = ("^soft", "ware$", "sa+s", "[0-9]+", "(head|chief) of", "caf(é|e)$", "o'b", "^[a-z]+$", "STRASSE")
_DOMAINS = ("example.com", "acme.co.uk", "Bücher.de", "mail.example.com")
_EMAILS = (
    "ann@example.com",
    "Bob@MAIL.example.com",
    "c@notexample.com",
    "d@acme.co.uk",
    "e@bücher.de",
    "f@example.com.au",
)
_SITES = (
    "https://www.example.com/about",
    "http://shop.acme.co.uk",
    "www.example.com",
    "acme.co.uk/x?y=1",
    "example.org",
)
_TOKENS = ("Salesforce", "HubSpot", "Café", "C++", "a", "Straße", "head of sales")
_CONTACTS = (
    "ann@gmail.com",
    "INFO@web.de",
    "sales+fair@acme.co.uk",
    "b@mailinator.com",
    "info@example.com",
    "gmail.com",
)
_SIMILAR = ("Software", "sofware", "head of sale", "Cafe", "Strasse", "saas")
_COUNTRY_NAMES = tuple(name for names in COUNTRIES.values() for name in names)
# Each names one state only; other spellings are for cells. Two letters alone name states of several countries.
_STATE_NAMES = tuple(name for names in STATES.values() for name in names if len(name) > 2)
_PLACES = {
    "country": (*_COUNTRY_NAMES, *NOWHERE, "EMEA"),
    "region": (*REGIONS, *_COUNTRY_NAMES, *NOWHERE),
    "state": (*(name for names in STATES.values() for name in names), *NOWHERE),
}
_INTS = (0, 1, 9, 10, 50, 51, 200, 500, 501, 1000, 2000, "1K", "20K")
_NUMBERS = (0, 0.5, 1, 12.5, 70, 99.5, 100, 1000, "20K")
_MONEY = (0, 1000, 20_000, 999.5, "250K", "1.2M", "20M", "1.2B", 5_000_000)
_DURATIONS = ("0d", "1d", "7d", "30d", "180d", "2w", "1m", "3m", "6m", "1y", "2y")


def _one(*values: Any) -> Maker:  # noqa: ANN401 - any operand
    return lambda rng: rng.choice(values)


def _some(*values: Any) -> Maker:  # noqa: ANN401 - any operand
    return lambda rng: rng.sample(values, rng.randint(1, min(3, len(values))))


def _one_or_some(*values: Any) -> Maker:  # noqa: ANN401 - any operand
    return lambda rng: rng.choice((_one, _some))(*values)(rng)


def _ends(*values: Any) -> Maker:  # noqa: ANN401 - any operand
    """Make two different ends, the lower first."""
    return lambda rng: sorted(rng.sample(values, 2), key=parse_operand)


def _day(rng: Random) -> str:
    """Make a day near the days that tests run on, or `as_of`."""
    days = rng.choice((0, 0, 1, 30, 31, 180, 365, -1, -30)) + rng.randint(-1, 1)
    return rng.choice(("as_of", (rng.choice(AS_OF_DAYS) - timedelta(days=days)).isoformat()))


def _days(rng: Random) -> list[str]:
    """Make two days, the earlier first whatever day `as_of` is."""
    first = rng.choice(AS_OF_DAYS) - timedelta(days=rng.randint(0, 400))
    return [first.isoformat(), (first + timedelta(days=rng.randint(0, 60))).isoformat()]


def _limits(rng: Random) -> dict[str, Any]:
    """Make what `length` and `count` compare with."""
    low = rng.randint(0, 8)
    limits = {name: low + rng.randint(0, 3) for name in rng.sample(("gte", "gt", "lte", "lt", "eq"), rng.randint(1, 2))}
    return rng.choice((limits, {"between": [low, low + rng.randint(0, 4)]}))


def _number_operators(*values: float | str) -> dict[str, Maker]:
    single = dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), _one(*values))
    listed = dict.fromkeys(("in", "not_in"), _some(*values))
    return single | listed | dict.fromkeys(("between", "not_between", "range"), _ends(*values))


def _word(rng: Random) -> str:
    return rng.choice(_SIMILAR)


def _text_operators(*words: str) -> dict[str, Maker]:
    parts = (*_PARTS, *words)
    return {
        **dict.fromkeys(("eq", "ne"), _one(*words)),
        **dict.fromkeys(("in", "not_in"), _some(*words)),
        **dict.fromkeys(("contains", "not_contains", "starts_with", "ends_with"), _one_or_some(*parts)),
        "contains_word": _one("sales", "of", "café", "acme", "10", "o'brien", "head of"),
        "like": _one(*_LIKE),
        **dict.fromkeys(("matches", "not_matches"), _one(*_PATTERNS)),
        "length": lambda rng: rng.choice((rng.randint(0, 12), _limits(rng))),
        "similar_to": lambda rng: rng.choice((_word(rng), {"to": _word(rng), "at_least": rng.choice((0.7, 0.85, 1))})),
    }


_PRESENCE = dict.fromkeys(("known", "unknown", "valid", "invalid", "placeholder"), _one(True, False))  # noqa: FBT003
_DATE_OPERATORS: dict[str, Maker] = {
    **dict.fromkeys(("eq", "ne", "on", "before", "after", "on_or_before", "on_or_after"), _day),
    **dict.fromkeys(("in", "not_in"), lambda rng: [_day(rng) for _ in range(rng.randint(1, 3))]),
    "between": _days,
    **dict.fromkeys(("within_last", "not_within_last", "before_last", "within_next", "after_next"), _one(*_DURATIONS)),
    **dict.fromkeys(("this", "last", "next"), _one("week", "month", "quarter", "year")),
    **dict.fromkeys(("never", "ever"), _one(True, False)),  # noqa: FBT003
    **dict.fromkeys(("older_than", "newer_than"), _one(*_DURATIONS)),
}
_BOOL_OPERATORS: dict[str, Maker] = {
    **dict.fromkeys(("is", "eq", "ne"), _one(True, False)),  # noqa: FBT003
    **dict.fromkeys(("in", "not_in"), _some(True, False)),  # noqa: FBT003
}
_MULTI_OPERATORS: dict[str, Maker] = {
    **dict.fromkeys(("has_any", "has_all", "has_none", "exactly"), _some(*_TOKENS)),
    "count": lambda rng: rng.choice((rng.randint(0, 3), _limits(rng))),
}
_OPERATORS = {
    "int": _number_operators(*_INTS),
    "number": _number_operators(*_NUMBERS),
    "money": _number_operators(*_MONEY),
    "date": _DATE_OPERATORS,
    "bool": _BOOL_OPERATORS,
    "text": _text_operators(*_WORDS),
    "enum": _text_operators(*_WORDS),
    "multi": _MULTI_OPERATORS,
}
_ADDRESS_OPERATORS: dict[str, Maker] = {
    "domain_in": _some(*_DOMAINS),
    "contains": _one("@", "example", "acme.co.uk"),
    **dict.fromkeys(("is_free_mail", "is_role_address", "is_disposable"), _one(True, False)),  # noqa: FBT003
}
# Operators of particular fields, that are chosen most of the time.
_OWN_OPERATORS: dict[str, dict[str, Maker]] = {
    **dict.fromkeys(("email", "website"), _ADDRESS_OPERATORS),
    "country": {"country_in": _one_or_some(*_COUNTRY_NAMES), "region_in": _one_or_some(*REGIONS)},
    "region": {"region_in": _one_or_some(*REGIONS)},
    "state": {"state_in": _one_or_some(*_STATE_NAMES)},
}
_BLANKS: dict[str, tuple[Any, ...]] = {
    "int": (0, 10),
    "number": (0, 12.5),
    "money": (0, 1000),
    "date": ("never",),
    "bool": (False, True),
    "text": ("Software",),
    "enum": ("1",),
}

# --------------------------------------------------------------------------------------------------------------- rules


def random_rules(rng: Random) -> Rules:
    """Make a rules file: 1-3 schemas of 1-5 segments, up to 3 predicates, references without cycles."""
    rules: Rules = {"version": 1, "defaults": _random_settings(rng, share=0.3), "fields": _random_fields(rng)}
    rules["predicates"] = {}
    for number in range(rng.randint(0, 3)):
        rules["predicates"][f"p{number}"] = _random_condition(rng, rules, [], depth=2)
    references: list[str] = []
    schemas: list[tuple[str, dict[str, Any]]] = []
    for name in rng.sample(("alpha", "beta", "gamma"), rng.randint(1, 3)):
        schema = _random_schema(rng, rules, list(references))
        references += [f"{name}.{segment}" for segment in schema["segments"]]
        schemas.append((name, schema))
    rng.shuffle(schemas)  # a schema may stand before the one it refers to
    written = {name: part for name, part in rules.items() if part}  # nobody writes an empty `predicates:`
    return written | {"schemas": dict(schemas)}


def _random_settings(rng: Random, share: float) -> dict[str, Any]:
    """Make some of the inherited settings; each is written with probability `share`."""
    choices = {
        "missing": ("unknown", "exclude", "include"),
        "case": ("fold", "exact"),
        "trim": (True, True, False),
    }
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < share}


def _random_fields(rng: Random) -> dict[str, Any]:
    """Declare every field; money fields of one file share their currency, or have none."""
    currency = rng.choice((None, "USD", "EUR", "GBP"))
    fields: dict[str, Any] = {}
    for name, field_type in FIELDS.items():
        fields[name] = {"type": field_type}
        if field_type == "money" and currency:
            fields[name]["currency"] = currency
        if field_type in _BLANKS and rng.random() < 0.25:
            fields[name]["blank_means"] = rng.choice(_BLANKS[field_type])
    return fields


def _random_schema(rng: Random, rules: Rules, references: list[str]) -> dict[str, Any]:
    """Make a schema whose segments may refer to segments of the schemas made before it."""
    schema: dict[str, Any] = {"assign": rng.choice(("first_match", "exactly_one", "all_matches"))}
    schema |= {name: name + "_label" for name in ("else", "undecided") if rng.random() < 0.6}
    if schema["assign"] == "exactly_one" and rng.random() < 0.5:
        schema["conflict"] = "two_at_once"
    schema |= _random_settings(rng, share=0.15)
    schema["segments"] = {f"s{number}": _random_segment(rng, rules, references) for number in range(rng.randint(1, 5))}
    return schema


def _random_segment(rng: Random, rules: Rules, references: list[str]) -> dict[str, Any]:
    segment = _random_settings(rng, share=0.1)
    segment["criteria"] = _random_condition(rng, rules, references, depth=rng.choice((0, 1, 1, 2, 2, 3, 4)))
    if rng.random() < 0.25:
        segment["exclude"] = _random_members(rng, rules, references, depth=1)
    return segment


def _random_condition(rng: Random, rules: Rules, references: list[str], depth: int) -> Any:  # noqa: ANN401 - plain YAML
    """Make a condition of groups nested at most `depth` deep."""
    roll = rng.random()
    if references and roll < 0.12:
        return {"segment": rng.choice(references)}
    if rules["predicates"] and roll < 0.24:
        return {"predicate": rng.choice(list(rules["predicates"]))}
    if depth == 0:
        return _random_clauses(rng, rules["fields"])
    group = rng.choice(("all", "all", "any", "any", "none", "not", "not_all", "at_least"))
    if group == "not":
        return {"not": _random_condition(rng, rules, references, depth - 1)}
    members = _random_members(rng, rules, references, depth - 1)
    if group == "at_least":
        return {"at_least": {"n": rng.randint(1, len(members)), "of": members}}
    return {group: members[0] if len(members) == 1 and rng.random() < 0.5 else members}


def _random_members(rng: Random, rules: Rules, references: list[str], depth: int) -> list[Any]:
    return [_random_condition(rng, rules, references, depth) for _ in range(rng.randint(1, 3))]


def _random_clauses(rng: Random, fields: dict[str, Any]) -> dict[str, Any]:
    """Make a clause; now and then on two fields, or with two operators on one."""
    names = rng.sample(list(fields), 2 if rng.random() < 0.1 else 1)
    return {name: _random_field_clause(rng, fields, name) for name in names}


def _random_field_clause(rng: Random, fields: dict[str, Any], name: str) -> dict[str, Any]:
    clause: dict[str, Any] = {}
    for _ in range(2 if rng.random() < 0.1 else 1):
        operator, operand = _random_operator(rng, fields, name)
        clause[operator] = operand
    return clause | _random_settings(rng, share=0.1)


def _random_operator(rng: Random, fields: dict[str, Any], name: str) -> tuple[str, Any]:
    """Choose an operator that the field's type has, and an operand for it."""
    field_type = fields[name]["type"]
    roll = rng.random()
    if roll < 0.1 and (operators := _two_field_operators(field_type)):
        others = [other for other in fields if other != name and _comparable(field_type, fields[other]["type"])]
        return rng.choice(operators), rng.choice(others)
    table = _OPERATORS[field_type]
    if roll < 0.2:
        table = _PRESENCE
    elif name in _OWN_OPERATORS and roll < 0.8:
        table = _OWN_OPERATORS[name]
    operator = rng.choice(list(table))
    return operator, table[operator](rng)


def _two_field_operators(field_type: str) -> list[str]:
    """Return the operators that compare two fields of this type."""
    if field_type in NUMBER_TYPES:
        return sorted(TWO_FIELD - {"before_field", "after_field"})
    return {
        "text": ["eq_field", "ne_field"],
        "enum": ["eq_field", "ne_field"],
        "date": ["before_field", "after_field", "eq_field", "ne_field"],
        "bool": ["eq_field", "ne_field"],
    }.get(field_type, [])


def _comparable(left: str, right: str) -> bool:
    """Say whether two field types can be compared with each other."""
    return any({left, right} <= kind for kind in (NUMBER_TYPES, {"text", "enum"}, {"date"}, {"bool"}))


# ------------------------------------------------------------------------------------------------------------- records

_MISSING_CELLS = (None, None, "", "  ", "\t", "\u00a0", "N/A", "n/a", "-", " Unknown ", "null", "TBD", "?")
_INVALID = {
    "int": ("twelve", "12.5", "abc"),
    "number": ("twelve", "abc"),
    "money": ("a lot", "abc"),
    "date": ("someday", "2026-02-30", "2026-13-01"),
    "bool": ("maybe", "perhaps"),
}
_PLAIN: dict[str, tuple[Any, ...]] = {
    "int": _INTS,
    "number": _NUMBERS,
    "money": _MONEY,
    "text": _WORDS,
    "enum": _WORDS,
    "multi": _TOKENS,
}


def random_records(rng: Random, rules: Rules, as_of: date = AS_OF, rows: int = ROWS) -> list[Record]:
    """Make records on the edges of the rules; all leave out the same few fields, as a file without the columns does."""
    written = _collect_operands(rules)
    columns = [name for name in rules["fields"] if rng.random() > 0.05]
    pools = {name: _Pool(rules["fields"][name], written.get(name, []), name, as_of) for name in columns}
    return [{name: pool.random_cell(rng) for name, pool in pools.items()} for _ in range(rows)]


def random_case(rng: Random, as_of: date = AS_OF, rows: int = ROWS) -> tuple[Rules, list[Record]]:
    """Make a rules file and records for it; the same seed gives the same case."""
    rules = random_rules(rng)
    return rules, random_records(rng, rules, as_of, rows)


def _collect_operands(rules: Rules) -> dict[str, list[tuple[str, Any]]]:
    """Return every operator and operand that the rules write beside a field."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for field, operator, operand in _walk([rules.get("predicates"), rules["schemas"]], rules["fields"]):
        found.setdefault(field, []).append((operator, operand))
    return found


def _walk(node: object, fields: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Visit every clause below a node."""
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, fields)
    elif isinstance(node, dict):
        for key, body in node.items():
            if key in fields and isinstance(body, dict):
                yield from ((key, operator, operand) for operator, operand in body.items())
            else:
                yield from _walk(body, fields)


class _Pool:
    """What the cells of one column are drawn from."""

    def __init__(self, field: dict[str, Any], clauses: list[tuple[str, Any]], name: str, as_of: date) -> None:
        self.field = field
        self.as_of = as_of
        self.name = name
        self.type: str = field["type"]
        self.edges = self._find_edges(clauses)
        self.plain: tuple[Any, ...] = _PLAIN.get(self.type, ())
        self.own: tuple[str, ...] = {"email": (*_EMAILS, *_CONTACTS), "website": _SITES, **_PLACES}.get(name, ())

    def random_cell(self, rng: Random) -> str | None:
        """Make one cell: missing, invalid, or near what the rules ask for."""
        roll = rng.random()
        if roll < 0.15:
            missing: str | None = rng.choice(_MISSING_CELLS)
            return missing
        if roll < 0.22 and self.type in _INVALID:
            return rng.choice(_INVALID[self.type])
        return self._valid_cell(rng)

    def _valid_cell(self, rng: Random) -> str:
        """Make a cell that can be read as the column's type."""
        if self.type == "bool":
            return rng.choice(("yes", "no", "true", "false", "1", "0", "Yes", "NO", " TRUE "))
        if self.type == "date":
            return str(rng.choice(self.edges))
        if self.type == "multi":
            return _spell_tokens(rng, rng.choices([*self.edges, *self.plain], k=rng.randint(0, 3)))
        value = rng.choice(self.edges if self.edges and rng.random() < 0.7 else self.plain)
        if self.type in NUMBER_TYPES:
            return _spell_number(rng, parse_operand(value), self.field)
        if self.own and (self.name in _PLACES or rng.random() < 0.8):
            own = rng.choice(self.own)
            return _vary_name(rng, own) if own in _NAMES_OF_PLACES else own
        return _vary_text(rng, value)

    def _find_edges(self, clauses: list[tuple[str, Any]]) -> list[Any]:
        """Return the values on which this column's clauses turn."""
        operands = [(operator, item) for operator, operand in clauses for item in _flat(operand)]
        if self.type == "date":
            near = [day for operator, item in operands for day in _turning_days(operator, item, self.as_of)]
            return [day + timedelta(days=by) for day in (near or [self.as_of]) for by in (-1, 0, 1)]
        if self.type in NUMBER_TYPES:
            return [item for operator, item in operands if operator in _OPERATORS["int"]]
        return [item for operator, item in operands if isinstance(item, str) and operator in _TEXT_EDGES]


_TEXT_EDGES = frozenset({*_OPERATORS["text"], *_MULTI_OPERATORS}) - {
    "matches",
    "not_matches",
    "like",
    "length",
    "count",
    "similar_to",
}
_DIRECTIONS = {
    **dict.fromkeys(("within_last", "not_within_last", "before_last", "older_than", "newer_than"), -1),
    **dict.fromkeys(("within_next", "after_next"), 1),
}
_OFFSETS = {"last": -1, "this": 0, "next": 1}


def _flat(operand: object) -> list[Any]:
    return operand if isinstance(operand, list) else [operand]


def _turning_days(operator: str, operand: object, as_of: date) -> list[date]:
    """Return the days on which a date clause changes its answer."""
    if operator in _DIRECTIONS:
        return [as_of, shift(as_of, operand, _DIRECTIONS[operator])]
    if operator in _OFFSETS:
        return list(period(as_of, operand, _OFFSETS[operator]))
    day = parse_date(operand) if isinstance(operand, str) else None
    return [day or as_of]


def _spell_number(rng: Random, value: Decimal, field: dict[str, Any]) -> str:
    """Spell an amount, or a range around it, at the value or one step beside it."""
    value += rng.choice((0, 0, 0, 1, -1))
    if field["type"] == "number":
        value += rng.choice((0, Decimal("0.5")))
    if value > 0 and rng.random() < 0.25:
        width = rng.choice((0, 1, 10, 100))
        whole = int(value)
        return rng.choice((f"{whole}-{whole + width}", f"{whole:,}+", f"{max(whole - width, 0)}-{whole}"))
    text = _spell_amount(rng, value)
    if field["type"] == "money" and value >= 0 and rng.random() < 0.4:
        return rng.choice(("$", "$", "€", "£")) + text
    return text if rng.random() < 0.95 else f" {text} "


def _spell_amount(rng: Random, value: Decimal) -> str:
    """Spell a plain amount as 1200, 1,200 or 1.2K."""
    for letter, size in (("M", 1_000_000), ("K", 1_000)):
        if value >= size and value % (size // 10) == 0 and rng.random() < 0.4:
            return f"{(value / size).normalize():f}{letter}"
    plain = value.normalize() if value % 1 else value.to_integral_value()
    return f"{plain:,f}" if rng.random() < 0.4 else f"{plain:f}"


def _vary_text(rng: Random, text: str) -> str:
    """Return a text as it is, in another case, with white space, or inside a longer one."""
    return rng.choice(
        (
            *(text, text, text.upper(), text.lower(), f"  {text} ", f"{text}\u00a0", text.replace("é", "e\u0301")),
            *(f"{text} sales", f"the {text}", f"x{text}", f"{text}9", f"{text}_", f"({text})", f"{text}-{text}"),
            *(text[:-1] or text, text.replace(" ", "  ")),
        )
    )


_NAMES_OF_PLACES = frozenset(name for names in _PLACES.values() for name in names)
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _vary_name(rng: Random, name: str) -> str:
    """Return the name of a place as people write it: in another case, apart, without dots, in wide letters."""
    decomposed = unicodedata.normalize("NFD", name)
    spaced = f"  {name} " if rng.random() < 0.5 else f"{name}\u00a0"
    return rng.choice((name, name, name.upper(), name.lower(), decomposed, spaced, name.translate(_FULL_WIDTH)))


def _spell_tokens(rng: Random, tokens: list[str]) -> str:
    """Join tokens at semicolons, with stray spaces and empty tokens; no tokens give an empty list."""
    spelled = [rng.choice((token, token, token.upper(), f" {token} ")) for token in tokens]
    return rng.choice((";", "; ", ";", ";;")).join(spelled) if spelled else rng.choice((";", " ; ", ";;"))


# ---------------------------------------------------------------------------------------------------------- strategies


def rules_files() -> st.SearchStrategy[Rules]:
    """Draw a rules file."""
    return st.randoms(use_true_random=False).map(random_rules)


def records(rules: Rules, as_of: date = AS_OF) -> st.SearchStrategy[list[Record]]:
    """Draw records for a rules file."""
    return st.randoms(use_true_random=False).map(lambda rng: random_records(rng, rules, as_of))


def cases(as_of: date = AS_OF, rows: int = ROWS) -> st.SearchStrategy[tuple[Rules, list[Record]]]:
    """Draw a rules file together with records for it."""
    return st.randoms(use_true_random=False).map(lambda rng: random_case(rng, as_of, rows))
