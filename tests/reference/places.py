"""Countries, regions and states as a person looks them up in a short table; what stands in none is unknown."""

import unicodedata
from collections.abc import Iterable

from tests.reference.values import Truth

# Spellings of each country, as cells and rules write them.
COUNTRIES = {
    "DE": ("DE", "DEU", "Germany", "Deutschland", "Allemagne"),
    "AT": ("AT", "AUT", "Austria", "Österreich"),
    "CH": ("CH", "CHE", "Switzerland", "Schweiz"),
    "FR": ("FR", "FRA", "France", "Frankreich"),
    "GB": ("GB", "UK", "United Kingdom", "Great Britain"),
    "US": ("US", "USA", "United States", "United States of America", "Vereinigte Staaten"),
    "CA": ("CA", "CAN", "Canada", "Kanada"),
    "AU": ("AU", "AUS", "Australia"),
    "JP": ("JP", "JPN", "Japan"),
    "BR": ("BR", "BRA", "Brazil", "Brasil"),
    "AE": ("AE", "ARE", "United Arab Emirates"),
    "JM": ("JM", "JAM", "Jamaica"),
    "KE": ("KE", "KEN", "Kenya"),
}
# Of the countries above, those that lie in each region; where two regions overlap, a country stands for each part.
REGIONS = {
    "EMEA": frozenset({"DE", "AT", "CH", "FR", "GB", "AE", "KE"}),
    "Europe": frozenset({"DE", "AT", "CH", "FR", "GB"}),
    "EU": frozenset({"DE", "AT", "FR"}),
    "DACH": frozenset({"DE", "AT", "CH"}),
    "Africa": frozenset({"KE"}),
    "APAC": frozenset({"AU", "JP"}),
    "ANZ": frozenset({"AU"}),
    "NAMER": frozenset({"US", "CA"}),
    "LATAM": frozenset({"BR"}),
    "Americas": frozenset({"US", "CA", "BR", "JM"}),
}
STATES = {
    "US-CA": ("CA", "US-CA", "California", "Calif."),
    "US-WA": ("WA", "US-WA", "Washington"),
    "AU-WA": ("WA", "AU-WA", "Western Australia"),
    "AU-NSW": ("NSW", "AU-NSW", "New South Wales"),
    "US-DE": ("DE", "US-DE", "Delaware"),
    "CA-AB": ("AB", "CA-AB", "Alberta"),
    "SE-AB": ("AB", "SE-AB", "Stockholms län"),
    "CA-ON": ("ON", "CA-ON", "Ontario"),
    "DE-BY": ("BY", "DE-BY", "Bayern", "Bavaria"),
    "AT-9": ("AT-9", "Wien"),
}
NOWHERE = ("Narnia", "Atlantis", "remote")


def _plain(text: str) -> str:
    """Return a text without case, accents, signs and white space: so many ways there are to write a place."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if character.isalnum())


def _lookup(text: str, table: dict[str, tuple[str, ...]]) -> set[str]:
    return {code for code, spellings in table.items() if _plain(text) in map(_plain, spellings)}


def country_of(text: str) -> str | None:
    """Return the code of the country a text names."""
    return next(iter(_lookup(text, COUNTRIES)), None)


def decide_country(text: str, wanted: Iterable[str]) -> Truth:
    """Say whether a text names one of the countries; one that names none leaves it open."""
    code = country_of(text)
    return None if code is None else code in {country_of(item) for item in wanted}


def decide_region(text: str, wanted: Iterable[str]) -> Truth:
    """Say whether a country or region lies in the regions; a region that lies in them in part leaves it open."""
    asked = frozenset[str]().union(*(REGIONS[item] for item in wanted))
    region = next((name for name in REGIONS if _plain(name) == _plain(text)), None)
    code = country_of(text)
    found = REGIONS[region] if region else {code} if code else set()
    if not found:
        return None
    if found <= asked:
        return True
    return False if not found & asked else None


def _states_asked(wanted: Iterable[str]) -> set[str]:
    return set[str]().union(*(_lookup(item, STATES) for item in wanted))


def decide_state(text: str, country: str | None, wanted: Iterable[str]) -> Truth:
    """Say whether a text names one of the states.

    Args:
        text: The cell with the state.
        country: The cell with the record's country; None where there is none.
        wanted: States, each named so that it can be no other.
    """
    asked, meant = _states_asked(wanted), _lookup(text, STATES)
    answers = {code in asked for code in meant}
    alone = answers.pop() if len(answers) == 1 else None
    home = country_of(country) if country is not None else None
    if home is None:
        return alone
    if home in {code[:2] for code in asked}:
        there = {code for code in meant if code[:2] == home}
        return bool(there & asked) if there else None
    # The record lies elsewhere; a state that can only be one of those asked for contradicts that.
    return None if alone is True else False
