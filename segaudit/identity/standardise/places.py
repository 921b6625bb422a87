"""States and countries: the name as words, and the ISO code of what it names."""

from functools import cache

import pyarrow as pa

from segaudit.identity.standardise.bytewise import Column, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import texts_of
from segaudit.rulebook.standards import StandardLists
from segaudit.text.places import Countries, States

COLUMNS = ("name", "code")
# Without a country, a state is read where just one of these has it.
_HOMES = ("US", "CA", "AU", "GB", "DE", "AT", "CH", "BR", "MX", "IN", "IT", "ES", "FR")


def standardise_country(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the name of the country as words and its ISO 3166 code, null where the text names none."""
    reader = _countries(lists.country_aliases)
    codes = [None if text is None else reader.read(text) for text in texts.to_pylist()]
    return {"name": worded(plain(texts)), "code": texts_of(codes)}


def standardise_state(texts: Column, lists: StandardLists, countries: Column = None) -> dict[str, Column]:
    """Return the name of the state as words and its ISO 3166-2 code, null where the text names none.

    Args:
        texts: The cells.
        lists: The spellings no standard has.
        countries: ISO 3166 codes: an array as long as texts, or one for all. Where there is none, a state is read that
            just one of the larger countries has.
    """
    reader = _states(lists.state_aliases)
    given = countries.to_pylist() if isinstance(countries, pa.Array) else [countries] * len(texts)
    codes = [_state(reader, text, country) for text, country in zip(texts.to_pylist(), given, strict=True)]
    return {"name": worded(plain(texts)), "code": texts_of(codes)}


def _state(reader: States, text: str | None, country: str | None) -> str | None:
    if text is None:
        return None
    if country is not None:
        return reader.read(country, text)
    found = {code for home in _HOMES if (code := reader.read(home, text)) is not None}
    return found.pop() if len(found) == 1 else None


@cache
def _countries(aliases: tuple[tuple[str, str], ...]) -> Countries:
    return Countries(aliases)


@cache
def _states(aliases: tuple[tuple[str, str, str], ...]) -> States:
    return States(aliases)
