"""The tables by which identity standardises values: words of names, companies, streets and addresses, as CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segaudit.errors import SegauditError
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_list
from segaudit.rulebook.tables import rows_of as rows_of_table


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLists:
    """What standardising knows about the world; words are folded, in small letters."""

    name_words: Mapping[str, Mapping[str, str]]  # kind ("title", "particle", ...) -> word of a name -> standard form
    nicknames: tuple[
        tuple[str, str, str], ...
    ]  # (nickname, name, "yes" or "no"): beside and against those of a library
    company_words: Mapping[str, str]  # abbreviation -> word
    legal_forms: Mapping[str, tuple[str, str]]  # last word of a legal form -> (short form, place)
    street_words: Mapping[str, tuple[str, str]]  # word -> (standard form, place)
    site_kinds: Mapping[str, tuple[str, str]]  # word or phrase -> (kind of site, what it is one of)
    shared_hosts: Mapping[str, int]  # host that many share -> parts of the path that tell its pages apart
    junk_addresses: frozenset[tuple[str, str]]  # (value, "local" or "domain")
    free_mail: frozenset[str]  # domains
    roles: frozenset[str]  # local parts
    mail_providers: tuple[str, ...]  # domains whose misspellings are mended
    country_aliases: tuple[tuple[str, str], ...]  # (spelling, ISO 3166 code)
    state_aliases: tuple[tuple[str, str, str], ...]  # (country, code of the state, spelling)

    def names_of_kind(self, kind: str) -> Mapping[str, str]:
        """Return the words of people's names of one kind, each with its standard form or ""."""
        return self.name_words.get(kind, {})


def load_standards(location: RulesLocation) -> StandardLists:
    """Return the tables of rules/identity/standard/ and the lists that belong to them.

    Raises:
        SegauditError: A table is missing, cannot be read or lacks a column, or a count in it is no number.
    """
    return StandardLists(
        name_words=_name_words(location),
        nicknames=tuple(_cells(location, "identity/standard/nicknames.csv", "nickname", "name", "same")),
        company_words=dict(_cells(location, "identity/standard/company_words.csv", "word", "standard")),
        legal_forms=_standards(location, "legal_forms", "form", "short", "place"),
        street_words=_standards(location, "street_words", "word", "standard", "place"),
        site_kinds=_standards(location, "site_kinds", "word", "kind", "of"),
        shared_hosts=_shared_hosts(location),
        junk_addresses=frozenset(_cells(location, "identity/standard/junk_addresses.csv", "value", "part")),
        free_mail=frozenset(load_list(location, "free_mail_domains", "domain")),
        roles=frozenset(load_list(location, "role_localparts", "localpart")),
        mail_providers=load_list(location, "mail_providers", "domain"),
        country_aliases=tuple(_cells(location, "lists/country_names.csv", "name", "country")),
        state_aliases=tuple(_cells(location, "lists/state_names.csv", "country", "state", "name")),
    )


def _cells(location: RulesLocation, file: str, *columns: str) -> list[Any]:
    return [tuple(row[column] for column in columns) for _, row in rows_of_table(location.file(file), columns)]


def _standards(location: RulesLocation, name: str, word: str, *columns: str) -> dict[str, tuple[str, str]]:
    rows = _cells(location, f"identity/standard/{name}.csv", word, *columns)
    return {key.lower(): (first, second) for key, first, second in rows}


def _name_words(location: RulesLocation) -> dict[str, dict[str, str]]:
    """Return the words of names by kind; a word may be of several: do is a particle, and a doctor's degree."""
    kinds: dict[str, dict[str, str]] = {}
    for word, kind, standard in _cells(location, "identity/standard/name_words.csv", "word", "kind", "standard"):
        kinds.setdefault(kind, {})[word.lower()] = standard
    return kinds


def _shared_hosts(location: RulesLocation) -> dict[str, int]:
    path = location.file("identity/standard/shared_hosts.csv")
    hosts: dict[str, int] = {}
    for line, row in rows_of_table(path, ("host", "parts")):
        if not row["parts"].isdecimal():
            raise SegauditError(
                f'"{row["parts"]}" is no number of parts', where=f"{path}:{line}", hint="write 1 for host/page"
            )
        hosts[row["host"].lower()] = int(row["parts"])
    return hosts
