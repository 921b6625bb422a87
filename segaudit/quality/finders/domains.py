"""The e-mail domains of a column, and which of them look like a slip of the hand for another."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA
from tldextract import TLDExtract

from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import different, once, positions, table_of
from segaudit.rulebook.tables import load_list
from segaudit.text.addresses import DOMAIN
from segaudit.text.slips import slips_of
from segaudit.text.webs import HOST, NOTATION

RESERVED = frozenset({"example", "test", "invalid", "localhost", "local"})

_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "ccom": "com", "cpm": "com", "xom": "com",
    "vom": "com", "cim": "com", "cok": "com", "om": "com", "cm": "com", "co": "com", "clm": "com", "copm": "com",
    "coml": "com", "comn": "com", "col": "com", "coma": "com", "como": "com", "ckm": "com", "dom": "com", "fom": "com",
    "nte": "net", "ent": "net", "nett": "net", "ner": "net", "bet": "net", "met": "net", "ne": "net", "nt": "net",
    "ogr": "org", "rog": "org", "orgg": "org", "orh": "org", "orf": "org", "oeg": "org", "ord": "org", "og": "org",
    "co.ku": "co.uk", "c.uk": "co.uk", "couk": "co.uk", "co.ukk": "co.uk", "co.u": "co.uk", "co.yk": "co.uk",
    "cm.au": "com.au", "con.au": "com.au", "comau": "com.au", "com.ua": "com.au", "con.br": "com.br", "combr": "com.br",
}  # fmt: skip
_KNOWN_ENDING = 0.9  # a real ending is a slip behind the name of a large provider only
_LEAST_ROWS = 5  # of a domain that others are compared with
_TIMES_RARER = 10
_SHORTEST_NAME = 5  # letters of a name, from which one letter changed is a slip rather than another name
_SURE = 0.93
_RIVAL = 0.25  # of a provider's domains that differ in their ending, how frequent a second may be


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSlip:
    """A domain and the one it probably stands for."""

    meant: str
    confidence: float
    because: str


@cache
def extractor() -> TLDExtract:
    """Return what splits hosts by the public suffix list that comes with the package; it never fetches or writes."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@cache
def endings() -> frozenset[str]:
    """Return the top-level domains there are."""
    return frozenset(suffix.rpartition(".")[2] for suffix in extractor().tlds)


def behind_at(cell: str) -> str:
    """Return SQL for what stands behind the last at sign of a cell, as it is written."""
    return f"split_part({cell}, '@', -1)"


def addresses(data: QualityData, position: int) -> str:
    """Return the relation of a column's different cells ``t`` that hold an at sign, with their ``rows``.

    ``behind`` is what stands behind the last one, as it is written; ``written_domains`` tells the domain it names.
    """
    return (
        f"(SELECT t, {behind_at('t')} AS behind, rows "
        f"FROM {different(data, position)} WHERE contains(t, '@') AND NOT contains(t, ' '))"
    )


def written_domains(data: QualityData, position: int) -> str:
    """Return the table of what stands ``behind`` the at signs of a column, with the ``domain`` it names and its rows.

    Domains are few beside addresses, so they are brought into one form behind the grouping.
    """
    grouped = f"SELECT behind, sum(rows) AS n FROM {addresses(data, position)} GROUP BY behind"
    query = f"SELECT behind, {DOMAIN} AS domain, n FROM (SELECT behind, lower(behind) AS written, n FROM ({grouped}))"
    return table_of(data, f"domains_{position}", query)


def mail_domains(data: QualityData, position: int) -> dict[str, int]:
    """Return the different domains of a column's addresses, in lower case, with their rows; most first."""

    def read() -> dict[str, int]:
        query = (
            f"SELECT domain, sum(n) AS rows FROM {written_domains(data, position)} WHERE domain <> '' GROUP BY domain "
            "ORDER BY rows DESC, domain"
        )
        return {str(domain): int(rows) for domain, rows in data.engine.fetch(query)}

    return once(data, f"domains {position}", read)


def slips_in(data: QualityData, position: int) -> dict[str, DomainSlip]:
    """Return the slips among the domains of a column, worked out once."""
    return once(data, f"slips {position}", lambda: find_slips(mail_domains(data, position), data))


def find_slips(domains: Mapping[str, int], data: QualityData) -> dict[str, DomainSlip]:
    """Return the domains that look like slips of a large provider's or of one that is frequent in the same column."""
    known = set(load_list(data.location, "free_mail_domains", "domain"))
    providers = load_list(data.location, "mail_providers", "domain")
    found = dict(_frequent_slips(domains, known))
    found.update(_ending_slips(domains, known))
    found.update(_provider_slips(domains, providers, known))
    own = _own_hosts(data, list(found)) if found else set()
    return {domain: slip for domain, slip in found.items() if domain not in own}


def _own_hosts(data: QualityData, wanted: list[str]) -> set[str]:
    """Return the hosts of the websites in the same file: what a company calls its own is no slip."""
    hosts: set[str] = set()
    for position in positions(data, "website", "company_domain"):
        found = data.engine.fetch(
            f"SELECT DISTINCT host FROM {web_addresses(data, position)} WHERE host IN (SELECT unnest($wanted))",
            {"wanted": wanted},
        )
        hosts.update(str(host) for (host,) in found)
    return hosts


def web_addresses(data: QualityData, position: int) -> str:
    """Return the table of a column's different cells ``t`` with their ``host``, ``notation`` and ``rows``."""
    query = f"SELECT t, {HOST} AS host, {NOTATION} AS notation, rows FROM {different(data, position)}"
    return table_of(data, f"web_{position}", query)


def _provider_slips(
    domains: Mapping[str, int], providers: tuple[str, ...], known: set[str]
) -> Iterator[tuple[str, DomainSlip]]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for provider in providers:
        by_name[provider.partition(".")[0]].append(provider)
    known_names = {domain.partition(".")[0] for domain in known}
    slips = slips_of(tuple(name for name in by_name if len(name) >= _SHORTEST_NAME))
    for domain, rows in domains.items():
        name, _, ending = domain.partition(".")
        meant, confidence = (name, 1.0) if name in by_name else slips.get(name, ("", 0.0))
        if not meant or domain in known or (meant != name and name in known_names):
            continue
        candidates = _of_ending(ending, by_name[meant], domains)
        if not candidates or (meant == name and ending not in _ENDINGS):
            continue
        best, surely = candidates
        if rows >= _LEAST_ROWS and rows * _TIMES_RARER > domains.get(best, 0) and surely * confidence < _SURE:
            continue  # too frequent beside the one it would stand for
        yield (
            domain,
            DomainSlip(
                meant=best,
                confidence=round(min(confidence, surely), 2),
                because=f"one slip away from {best}, a mail provider",
            ),
        )


def _of_ending(ending: str, providers: list[str], domains: Mapping[str, int]) -> tuple[str, float] | None:
    """Return the provider's domain an ending stands for, and how surely."""
    by_ending = {provider.partition(".")[2]: provider for provider in providers}
    if ending in by_ending:
        return by_ending[ending], 1.0
    fixed = _ENDINGS.get(ending)
    if fixed not in by_ending:
        return None
    # The beginning of a longer ending (yahoo.co of yahoo.co.uk) may as well be that ending cut off.
    cut = sum(domains.get(provider, 0) for other, provider in by_ending.items() if other.startswith(f"{ending}."))
    if cut > _RIVAL * domains.get(by_ending[fixed], 0):
        return by_ending[fixed], 0.6
    return by_ending[fixed], 0.97 if ending.rpartition(".")[2] not in endings() else _KNOWN_ENDING


def _ending_slips(domains: Mapping[str, int], known: set[str]) -> Iterator[tuple[str, DomainSlip]]:
    """Yield domains whose ending is a slip: one that does not exist, or a rare one beside a frequent twin."""
    for domain, rows in domains.items():
        name, _, ending = domain.partition(".") if domain.count(".") == 1 else domain.rpartition(".")
        fixed = _ENDINGS.get(ending)
        if fixed is None or domain in known:
            continue
        meant = f"{name}.{fixed}"
        twin = domains.get(meant, 0)
        if ending not in endings():
            because = f".{ending} does not exist" + (f"; {meant} is in this column too" if twin else "")
            yield domain, DomainSlip(meant=meant, confidence=0.97 if twin else 0.9, because=because)
        elif twin >= max(_LEAST_ROWS, rows * _TIMES_RARER):
            because = f"{meant} stands in {twin:,} rows, this in {rows:,}"
            yield domain, DomainSlip(meant=meant, confidence=0.6, because=because)


def _frequent_slips(domains: Mapping[str, int], known: set[str]) -> Iterator[tuple[str, DomainSlip]]:
    """Yield rare domains one letter away from one that is frequent in the same column, ending and all else equal.

    One letter changed leaves either the first or the last three letters as they were, so only domains that share those
    are compared. Names with digits are numbered on purpose.
    """
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    frequent = [domain for domain, rows in domains.items() if rows >= _LEAST_ROWS and _comparable(domain)]
    for domain in frequent:
        for key in _keys(domain):
            blocks[key].append(domain)
    if not blocks:
        return
    for domain, rows in domains.items():
        if rows * _TIMES_RARER > domains[frequent[0]] or not _comparable(domain) or domain in known:
            continue
        near = {other for key in _keys(domain) for other in blocks.get(key, ()) if abs(len(other) - len(domain)) <= 1}
        meant = [o for o in near if domains[o] >= rows * _TIMES_RARER and OSA.distance(domain, o, score_cutoff=1) == 1]
        if len(meant) == 1:
            because = f"one letter away from {meant[0]}, which stands in {domains[meant[0]]:,} rows"
            yield domain, DomainSlip(meant=meant[0], confidence=0.8, because=because)


def _comparable(domain: str) -> bool:
    name = domain.partition(".")[0]
    return len(name) > _SHORTEST_NAME and not any(map(str.isdigit, name))


def _keys(domain: str) -> tuple[tuple[str, str], tuple[str, str]]:
    name, _, ending = domain.partition(".")
    return (f"^{name[:3]}", ending), (f"{name[-3:]}$", ending)
