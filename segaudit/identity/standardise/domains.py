"""Domains of mail and web addresses: as they are registered, and the slips for large mail providers' put right."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column
from segaudit.identity.standardise.tokens import boolean, replaced, texts_of
from segaudit.text.slips import slips_of

_HOST_LIKE = re.compile(r"[\w.\u3002-]+")
# Endings that do not exist and the one meant; those that do exist are slips behind a large provider's name only.
_NO_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "ccom": "com", "cpm": "com", "xom": "com",
    "vom": "com", "cok": "com", "clm": "com", "coml": "com", "comn": "com", "nte": "net", "ent": "net", "nett": "net",
    "ogr": "org", "rog": "org", "orgg": "org", "orh": "org",
}  # fmt: skip
_REAL_ENDINGS = {"co": "com", "cm": "com", "om": "com", "cim": "com", "ne": "net", "nt": "net"}
_WRONG = rf"\.({'|'.join(_NO_ENDINGS)})$"
_SURE = 0.93  # that a word one slip away from a provider's name is that slip
_SHORTEST_NAME = 5  # letters of a provider's name, from which one slip is taken for a slip
_SAME_PROVIDER = {"googlemail.com": "gmail.com"}


def registered_spelling(texts: Column, *, after: str = "") -> Column:
    """Return addresses with the hosts beyond ASCII in them as they are registered: ``münchen.de`` is no munchen.de.

    Args:
        texts: Addresses.
        after: A sign that stands before the host; without it the first host found counts.
    """
    odd = ~boolean(pc.fill_null(pc.string_is_ascii(texts), fill_value=True))
    if not odd.any():
        return texts
    return replaced(texts, odd, texts_of([_registered(text, after) for text in texts.filter(odd).to_pylist()]))


def _registered(text: str, after: str) -> str:
    before, sign, rest = text.rpartition(after) if after and after in text else ("", "", text)
    for found in _HOST_LIKE.finditer(rest):
        host = found[0].strip(".-_")
        if "." in host or "\u3002" in host:
            return before + sign + rest.replace(host, _encoded(host), 1)
    return text


@lru_cache(maxsize=1 << 14)
def _encoded(host: str) -> str:
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return host


def mended_domains(domains: Column, providers: tuple[str, ...], free_mail: frozenset[str]) -> Column:
    """Return mail domains with slips for large providers' names and endings that do not exist put right.

    ``gmial.com``, ``gmail.co`` and ``googlemail.com`` -> ``gmail.com``; ``acme.con`` -> ``acme.com``.
    """
    slips = provider_slips(providers, free_mail)
    found = pc.index_in(domains, value_set=texts_of(slips))
    if found.null_count < len(found):
        domains = pc.coalesce(texts_of(slips.values()).take(found), domains)
    wrong = boolean(pc.match_substring_regex(domains, _WRONG))
    if not wrong.any():
        return domains
    parts = (text.rpartition(".") for text in domains.filter(wrong).to_pylist())
    return replaced(domains, wrong, texts_of([f"{name}.{_NO_ENDINGS[ending]}" for name, _, ending in parts]))


@cache
def provider_slips(providers: tuple[str, ...], free_mail: frozenset[str]) -> Mapping[str, str]:
    """Return the domains one slip away from a large provider's, and its other names -> its domain.

    What is a mail provider's own name is no slip for another's.
    """
    names = {provider.partition(".")[0] for provider in providers}
    others = {domain.partition(".")[0] for domain in free_mail} - names
    spellings: dict[str, list[str]] = {name: [name] for name in names}
    for slip, (name, sure) in slips_of(tuple(sorted(n for n in names if len(n) >= _SHORTEST_NAME))).items():
        if sure >= _SURE and slip not in others:
            spellings[name].append(slip)
    found: dict[str, str] = {}
    for provider in providers:
        name, _, ending = provider.partition(".")
        wrong = [end for end, meant in {**_NO_ENDINGS, **_REAL_ENDINGS}.items() if meant == ending]
        for end in (ending, *wrong) if len(name) >= _SHORTEST_NAME else ():
            for spelling in spellings[name]:
                found.setdefault(f"{spelling}.{end}", provider)
    known = free_mail.union(providers)
    return {slip: _SAME_PROVIDER.get(of, of) for slip, of in found.items() if slip not in known} | _SAME_PROVIDER
