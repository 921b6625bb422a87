"""Postal codes that lie in another state than the record's: 10001 in California."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, cells, measures, share_of
from segaudit.quality.finders.countries import country_codes, home_of_states, load_states
from segaudit.rulebook.tables import rows_of
from segaudit.text.places import english_name

_COLUMNS = ("country", "length", "first", "last", "states")
_LEAST_ROWS = 20  # of which code and state are known
_AGREE = 0.9  # share of them that agree, from which the columns are of one address
_CONFIDENCE = 0.75  # that the row is wrong: a few towns have the code of the next state
_MOST_ROWS = 20_000
_LEADING = 6  # characters that tell the state, and that it is a code
_FORMS = {
    "US": re.compile(r"\d{5}(?:[- ]|$)"),
    "CA": re.compile(r"[A-Z]\d[A-Z](?:[- ]?\d|$)"),
    "AU": re.compile(r"\d{4}$"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lies:
    """Where codes lie that begin in a stretch."""

    first: str
    last: str
    states: frozenset[str]  # ISO 3166-2, of a country


def find_postcode_state(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield postal codes of another state, where nearly all of the file's codes and states agree.

    Settings: ``agree`` (share of the rows of which both are known).
    """
    code, state, country = (data.of_field(name) for name in ("postal_code", "state", "country"))
    if code is None or state is None or not measures(data, code.column.position).filled:
        return
    codes, home = country_codes(data) if country is not None else {}, home_of_states(data)
    regions = _load(data.location.file("lists/postcode_states.csv"))
    if not regions.keys() & {*codes.values(), home}:
        return
    columns = {"z": code.column.position, "s": state.column.position}
    third = ", c" if country is not None else ", '' AS c"
    if country is not None:
        columns["c"] = country.column.position
    # A spreadsheet's apostrophe keeps the zero of a code, and is no part of it.
    begins = f"upper(left(ltrim(z, ''''), {_LEADING}))"
    rows = f"(SELECT _row, z, {begins} AS p, s{third} FROM {cells(data, **columns)} WHERE z <> '' AND s <> '')"
    query = f"SELECT p, s, c, count(*) AS n FROM {rows} GROUP BY p, s, c ORDER BY n DESC, p, s, c"
    states = load_states(data.location)
    wrong: dict[tuple[str, str, str], str] = {}
    agreeing = against = 0
    for begin, said, named, count in ask(data, query):
        place = codes.get(str(named)) if named else home
        lies = _lies(str(begin), place or "", regions)
        read = states.read(place, str(said)) if place and lies else None
        if lies is None or read is None:
            continue
        if read in lies:
            agreeing += int(count)
        else:
            against += int(count)
            there = " or ".join(sorted(one.partition("-")[2] for one in lies))
            wrong[str(begin), str(said), str(named)] = (
                f"{begin} is in {there}, {english_name(str(place))}, and not in {said}"
            )
    known = agreeing + against
    if not wrong or known < _LEAST_ROWS or agreeing < share_of(check, "agree", _AGREE) * known:
        return
    begins_of, said_of, named_of = (list(column) for column in zip(*wrong, strict=True))
    query = (
        f"SELECT _row, z, p, s, c FROM {rows} JOIN (SELECT unnest($begins) AS p, unnest($said) AS s, "
        f"unnest($named) AS c) USING (p, s, c) ORDER BY _row LIMIT {_MOST_ROWS}"
    )
    for row, cell, *key in ask(data, query, begins=begins_of, said=said_of, named=named_of):
        yield Suspicion(
            check=check.id,
            position=code.column.position,
            value=str(cell),
            row=int(row),
            confidence=_CONFIDENCE,
            because=wrong[str(key[0]), str(key[1]), str(key[2])],
        )


def _lies(begin: str, country: str, regions: Mapping[str, tuple[int, list[_Lies]]]) -> frozenset[str] | None:
    """Return the states in which a code lies; None where its country is not listed, or it is no code of it."""
    if country not in regions or not _FORMS[country].match(begin):
        return None
    length, stretches = regions[country]
    return next((one.states for one in stretches if one.first <= begin[:length] <= one.last), None)


@cache
def _load(path: Path) -> dict[str, tuple[int, list[_Lies]]]:
    """Return how many characters tell the state, and the stretches, by country."""
    found: dict[str, tuple[int, list[_Lies]]] = {}
    for _, row in rows_of(path, _COLUMNS):
        country = row["country"]
        states = frozenset(f"{country}-{state}" for state in row["states"].split())
        lies = _Lies(first=row["first"], last=row["last"], states=states)
        found.setdefault(country, (int(row["length"]), []))[1].append(lies)
    return found
