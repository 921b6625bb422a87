"""What segaudit itself can read in cells: countries, states, e-mail addresses, years."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.model.derived import Found
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_list, rows_of
from segaudit.text.addresses import is_address
from segaudit.text.disposable import disposable_domains
from segaudit.text.folding import fold, fold_header
from segaudit.text.places import Countries, States, country_names, english_name
from segaudit.text.tests import domain_of
from segaudit.text.webs import is_web_address

Cells = Sequence[str | None]
CellReader = Callable[[Cells], Found]

_EXACT = 0.98
_SLIP = 0.8  # a letter or two differ
_BY_STATE = 0.7  # only one country has a state of that name
_SHORTEST_STATE = 4  # letters of a state's name that may tell its country; shorter ones are codes
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NOTHING = Found(value=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    countries: Countries
    states: States
    by_state: Mapping[str, str]  # folded name of a state that only one country has -> country


def cell_reader(name: str, location: RulesLocation, as_of: date) -> CellReader:
    """Return the function that reads the cells of a derivation's sources."""
    if name in {"country_code", "country_name", "state_name"}:
        places = _load_places(location)
        return {
            "country_code": lambda cells: _country(cells, places),
            "country_name": lambda cells: _named(_country(cells, places)),
            "state_name": lambda cells: _state(cells, places),
        }[name]
    if name == "years_since":
        return lambda cells: _years_since(cells, as_of)
    disposable = disposable_domains()
    free = frozenset(load_list(location, "free_mail_domains", "domain"))
    roles = frozenset(load_list(location, "role_localparts", "localpart"))
    if name == "email_kind":
        return lambda cells: _email_kind(cells, free, roles, disposable)
    return lambda cells: _company_domain(cells, free, disposable)


def _load_places(location: RulesLocation) -> _Places:
    names = [
        (row["name"], row["country"])
        for _, row in rows_of(location.file("lists/country_names.csv"), ("name", "country"))
    ]
    columns = ("country", "state", "name")
    aliases = [tuple(row[c] for c in columns) for _, row in rows_of(location.file("lists/state_names.csv"), columns)]
    states = States((country, state, name) for country, state, name in aliases)
    owners: dict[str, set[str]] = {}
    for country in set(country_names().values()):
        for name in states.of(country):
            if len(name) >= _SHORTEST_STATE:
                owners.setdefault(name, set()).add(country)
    return _Places(
        countries=Countries(names),
        states=states,
        by_state={name: found.pop() for name, found in owners.items() if len(found) == 1},
    )


def _country(cells: Cells, places: _Places) -> Found:
    """Read ``country``, or else the ``state`` behind it."""
    country, state = (*cells, None)[:2]
    if country is not None:
        code = places.countries.read(country)
        if code is not None:
            return Found(value=code, sure=_EXACT, why=f"country: {country.strip()}")
        code = places.countries.guess(country)
        return Found(value=code, sure=_SLIP, why=f"country: {country.strip()}") if code else _NOTHING
    code = places.by_state.get(fold_header(state)) if state is not None else None
    return Found(value=code, sure=_BY_STATE, why=f"state: {state.strip()}") if code and state else _NOTHING


def _named(found: Found) -> Found:
    if found.value is None:
        return found
    return Found(value=english_name(found.value), sure=found.sure, why=found.why)


def _state(cells: Cells, places: _Places) -> Found:
    """Read ``state`` within the ``country`` behind it, or by itself if only one country has it."""
    state, country = (*cells, None)[:2]
    if state is None:
        return _NOTHING
    if country is not None:
        code = places.countries.read(country) or places.countries.guess(country)
        found = places.states.read(code, state) if code else None
        if found is None:
            return _NOTHING
        return Found(value=places.states.name(found), sure=_EXACT, why=f"state: {state.strip()}, {code}")
    owner = places.by_state.get(fold_header(state))
    found = places.states.read(owner, state) if owner else None
    if found is None:
        return _NOTHING
    return Found(value=places.states.name(found), sure=_BY_STATE, why=f"state: {state.strip()}")


def _years_since(cells: Cells, as_of: date) -> Found:
    year = _YEAR.search(cells[0] or "")
    if year is None or int(year.group()) > as_of.year:
        return _NOTHING
    return Found(value=str(as_of.year - int(year.group())), sure=_EXACT, why=f"{year.group()} to {as_of.year}")


def _email_kind(cells: Cells, free: frozenset[str], roles: frozenset[str], disposable: frozenset[str]) -> Found:
    """Read an address: disposable, role, free or business."""
    address = fold(cells[0] or "")
    if not is_address(address):
        return _NOTHING
    domain, local = domain_of(address), address.rpartition("@")[0].partition("+")[0]
    if domain in disposable:
        return Found(value="disposable", sure=0.95, why=domain)
    if local in roles:
        return Found(value="role", sure=0.9, why=local)
    if domain in free:
        return Found(value="free", sure=0.98, why=domain)
    return Found(value="business", sure=0.85, why=domain)


def _company_domain(cells: Cells, free: frozenset[str], disposable: frozenset[str]) -> Found:
    """Read the domain of a company from an address that is its own, or else from its website."""
    address, website = (*cells, None)[:2]
    if address is not None and is_address(fold(address)):
        domain = domain_of(address)
        if domain not in free and domain not in disposable:
            return Found(value=domain, sure=0.9, why="email")
    if website is not None and is_web_address(fold(website)):
        domain = domain_of(website)
        return Found(value=domain, sure=0.9, why="website") if domain else _NOTHING
    return Found(value=None, why="a mail provider") if address is not None and website is None else _NOTHING
