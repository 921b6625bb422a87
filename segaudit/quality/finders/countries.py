"""Which country a record is in, and telling what is wrong with a cell only where the country is one and not another."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from segaudit.model.quality import Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, few, matching
from segaudit.rulebook.location import RulesLocation
from segaudit.sql.kinds import TRIMMED
from segaudit.sql.values import KEPT_TRIMMED
from segaudit.text.places import Countries, States

_MOST_SPELLINGS = 5_000  # of countries or states; a column with more holds something else
_MOSTLY = 0.8  # share of a column's states that are of one country, from which it is the file's
_STATES_OF = ("US", "CA", "AU", "DE", "GB", "IN", "BR", "MX", "FR", "ES", "IT", "ZA", "CH", "AT", "NL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a finder says of one cell in one country."""

    text: str
    code: str  # ISO 3166; '' where the country is not known
    rows: int
    suggestion: str | None
    confidence: float
    because: str


def load_countries(location: RulesLocation) -> Countries:
    """Return the reader of countries with the aliases of rules/lists/country_names.csv."""
    return _countries(location.file("lists/country_names.csv"))


def load_states(location: RulesLocation) -> States:
    """Return the reader of states with the aliases of rules/lists/state_names.csv."""
    return _states(location.file("lists/state_names.csv"))


def country_kinds(location: RulesLocation) -> Mapping[str, str]:
    """Return the aliases of countries -> "name", "adjective" or "part", in lower case."""
    return {row["name"].lower(): row["kind"] for row in rows_of(location.file("lists/country_names.csv"))}


@cache
def _countries(path: Path) -> Countries:
    return Countries((row["name"], row["country"]) for row in rows_of(path))


@cache
def _states(path: Path) -> States:
    return States((row["country"], row["state"], row["name"]) for row in rows_of(path))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def country_codes(data: QualityData) -> dict[str, str]:
    """Return the spellings in the country column -> ISO code, as far as they name a country; most frequent first.

    In a file without such a column they are those of the states, if most of them are of one country.
    """
    reading = data.of_field("country")
    if reading is None:
        return _codes_of_states(data)
    if not few(data, reading.column.position, _MOST_SPELLINGS):
        return {}
    countries = load_countries(data.location)
    read = (
        (text, countries.read(text) or countries.guess(text))
        for text, _ in matching(data, reading.column.position, "TRUE")
    )
    return {text: code for text, code in read if code is not None}


def _codes_of_states(data: QualityData) -> dict[str, str]:
    home = home_of_states(data)
    reading = data.of_field("state")
    if reading is None or not home:
        return {}
    states = load_states(data.location)
    return {text: home for text, _ in data.values(reading.column.position) if states.read(home, text) is not None}


def home_of_states(data: QualityData) -> str:
    """Return the ISO code of the country that most of the file's states are of; '' if there is none."""
    reading = data.of_field("state")
    if reading is None or not few(data, reading.column.position, _MOST_SPELLINGS):
        return ""
    states, values = load_states(data.location), data.values(reading.column.position)
    total = sum(rows for _, rows in values)
    of = {code: sum(rows for text, rows in values if states.read(code, text) is not None) for code in _STATES_OF}
    home = max(of, key=lambda code: of[code])
    return home if of[home] and of[home] >= _MOSTLY * total else ""


def beside_country(
    data: QualityData, position: int, codes: Mapping[str, str], *, among: str = "TRUE"
) -> tuple[str, dict[str, object]]:
    """Return a column's cells ``t`` with the ISO code of the record's country, '' where unknown; and its parameters.

    Args:
        data: Where they are.
        position: The column.
        codes: From country_codes.
        among: SQL condition of ours on the raw cell ``v``, for few of the cells.
    """
    rows, parameters = raw_beside_country(data, position, codes)
    return f"(SELECT _row, coalesce({TRIMMED}, '') AS t, code FROM {rows} WHERE {among})", parameters


def raw_beside_country(data: QualityData, position: int, codes: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    """Return what beside_country does with the raw cell ``v`` in place of ``t``."""
    reading, cell = data.of_field("country", "state"), data.source.column(position)
    if reading is None or not codes:
        return f"(SELECT _row, {cell} AS v, '' AS code FROM {data.source.table})", {}
    country = reading.column.position
    # Each way a country is written is read once, not in every row.
    named = (
        f"SELECT spelt, code FROM (SELECT v AS spelt, {KEPT_TRIMMED} AS spelling FROM {data.grouped(country)}) "
        "JOIN (SELECT unnest($spellings) AS spelling, unnest($codes) AS code) USING (spelling)"
    )
    rows = f"SELECT _row, {cell} AS v, {data.source.column(country)} AS country FROM {data.source.table}"
    relation = f"(SELECT _row, v, coalesce(code, '') AS code FROM ({rows}) LEFT JOIN ({named}) ON spelt = country)"
    return relation, {"spellings": list(codes), "codes": list(codes.values())}


def suspicions(
    data: QualityData, check: str, position: int, codes: Mapping[str, str], judged: list[Judged]
) -> Iterator[Suspicion]:
    """Yield what was judged: for every row with a value where all of them are judged alike, else row by row."""
    by_text: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_text[one.text].append(one)
    totals = Counter(
        dict(matching(data, position, "t IN (SELECT unnest($texts))", texts=list(by_text))) if by_text else {}
    )
    apart: dict[tuple[str, str], Judged] = {}
    for text, ones in by_text.items():
        if sum(one.rows for one in ones) >= totals[text] and len({one.suggestion for one in ones}) == 1:
            surely = min(one.confidence for one in ones)
            yield _suspicion(check, position, replace(ones[0], rows=totals[text], confidence=surely), None)
        else:
            apart |= {(text, one.code): one for one in ones}
    if apart:
        spelt = f"SELECT v FROM {data.grouped(position)} WHERE {KEPT_TRIMMED} IN (SELECT unnest($texts))"
        relation, parameters = beside_country(data, position, codes, among=f"v IN ({spelt})")
        query = (
            f"SELECT _row, t, code FROM {relation} JOIN (SELECT unnest($texts) AS t, unnest($beside) AS code) "
            "USING (t, code) ORDER BY _row"
        )
        texts, beside = zip(*apart, strict=True)
        for row, text, code in ask(data, query, texts=list(texts), beside=list(beside), **parameters):
            yield _suspicion(check, position, apart[str(text), str(code)], int(row))


def _suspicion(check: str, position: int, one: Judged, row: int | None) -> Suspicion:
    return Suspicion(
        check=check,
        position=position,
        value=one.text,
        row=row,
        rows=one.rows if row is None else 1,
        suggestion=one.suggestion,
        confidence=one.confidence,
        because=one.because,
    )
