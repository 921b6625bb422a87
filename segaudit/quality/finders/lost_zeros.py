"""Postal codes that may have lost the zero they begin with, and what in the file speaks against it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import cells, positions, table_of
from segaudit.quality.finders.countries import beside_country
from segaudit.sql.kinds import WHITE_SPACE

_SLIPS = 0.5  # lost zeros per kept one, up to which the file keeps its zeros and single codes are short for a reason

_MOSTLY = 0.5  # share of a city's codes that begin with a zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A code that would be right in its record's country with a zero before it."""

    text: str
    code: str  # ISO 3166, of the record's country
    whole: str  # with the zeros
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Which codes, countries and cities stand side by side."""

    rows: Mapping[tuple[str, str, str], int]  # by code, country and city
    homes: Mapping[str, Mapping[str, int]]  # rows by city and country, without what was asked about
    zeros: Mapping[tuple[str, str], int]  # of those by city and country, the ones whose code begins with a zero

    def cities(self, one: Lost) -> list[str]:
        return [city for text, country, city in self.rows if (text, country) == (one.text, one.code) and city]


def doubt_zeros(  # noqa: PLR0913 - a column, what is asked about in it and what is known of it
    data: QualityData,
    position: int,
    codes: Mapping[str, str],
    lost: Collection[Lost],
    *,
    kept: Mapping[str, int],
    fits: Callable[[str, str], bool],
) -> tuple[dict[Lost, str], set[Lost]]:
    """Tell where the country may be what is wrong, and where the file keeps its zeros.

    A short code beside a city that elsewhere stands in another country, one that writes its codes so, says that the
    country is wrong. A zero is what is missing where the codes of the city begin with one. Where they do not, any digit
    may be missing; so it may where nothing is known of the city or the whole code, and most codes of the country still
    begin with their zeros, so that no spreadsheet took them away.

    Args:
        data: Where they are.
        position: The column of codes.
        codes: Country spellings and ISO codes, from country_codes.
        lost: What is asked about.
        kept: Rows by country, of the codes that begin with a zero as they should.
        fits: Whether a code, as it is written, is one of a country.

    Returns:
        What may be another country's, with its ISO code; and what may as well have lost another digit.
    """
    places = _places(data, position, codes, lost) if lost else None
    if places is None:
        return {}, set()
    short = Counter[str]()
    for one in lost:
        short[one.code] += one.rows
    whole: dict[str, set[str]] = defaultdict(set)
    for text, code, _ in places.rows:
        whole[code].add(text)
    elsewhere: dict[Lost, str] = {}
    unsure: set[Lost] = set()
    for one in lost:
        homes, zeros = Counter[str](), 0
        for city in places.cities(one):
            homes.update(places.homes[city])
            zeros += places.zeros.get((city, one.code), 0)
        others = {code: rows for code, rows in homes.items() if code != one.code and fits(one.text, code)}
        other = max(others, key=lambda code: (others[code], code), default="")
        here = homes[one.code]
        if others.get(other, 0) > here:
            elsewhere[one] = other
        elif here:
            if zeros < _MOSTLY * here:
                unsure.add(one)
        elif one.whole not in whole[one.code] and short[one.code] <= _SLIPS * kept.get(one.code, 0):
            unsure.add(one)
    return elsewhere, unsure


def _places(data: QualityData, position: int, codes: Mapping[str, str], lost: Collection[Lost]) -> _Places:
    """Return where the codes stand that are asked about, and with their zeros, and where else their cities stand."""
    relation, parameters = beside_country(data, position, codes)
    relation = f"(SELECT t, code, city FROM {relation} JOIN {_cities(data)} USING (_row))"
    table = table_of(
        data,
        f"codes_and_cities_{position}",
        f"SELECT t, code, city, count(*) AS rows FROM {relation} WHERE t <> '' AND code <> '' GROUP BY t, code, city",
        **parameters | {"white_space": WHITE_SPACE},
    )
    asked = {(one.text, one.code) for one in lost}
    texts = sorted({text for one in lost for text in (one.text, one.whole)})
    query = f"SELECT t, code, city, rows FROM {table} WHERE t IN (SELECT unnest($texts)) ORDER BY t, code, city"
    rows = {
        (str(text), str(code), str(city)): int(count)
        for text, code, city, count in data.engine.fetch(query, {"texts": texts})
    }
    cities = sorted({city for text, code, city in rows if (text, code) in asked and city})
    query = (
        "SELECT city, code, sum(rows), "
        "CAST(coalesce(sum(rows) FILTER (starts_with(ltrim(t, chr(39)), '0')), 0) AS BIGINT) "
        f"FROM {table} WHERE city IN (SELECT unnest($cities)) GROUP BY city, code ORDER BY city, code"
    )
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    zeros: dict[tuple[str, str], int] = {}
    for name, code, count, begin in data.engine.fetch(query, {"cities": cities}) if cities else ():
        homes[str(name)][str(code)] = int(count)
        if begin:
            zeros[str(name), str(code)] = int(begin)
    for (text, code, name), count in rows.items():
        if (text, code) in asked and name:
            homes[name][code] -= count
    return _Places(rows=rows, homes=homes, zeros=zeros)


def _cities(data: QualityData) -> str:
    """Return the relation of the records' cities, with the state where the file has one; '' where there is none."""
    of_city, of_state = positions(data, "city"), positions(data, "state")
    if not of_city:
        return f"(SELECT _row, '' AS city FROM {data.source.table})"
    if not of_state:
        return f"(SELECT _row, lower(city) AS city FROM {cells(data, city=of_city[0])})"
    relation = cells(data, city=of_city[0], state=of_state[0])
    return f"(SELECT _row, CASE WHEN city <> '' THEN lower(city || ', ' || state) ELSE '' END AS city FROM {relation})"
