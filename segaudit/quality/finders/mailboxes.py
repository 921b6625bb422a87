"""The domain of a contact's address against the website of the company."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from disposable_email_domains import blocklist
from rapidfuzz import fuzz

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, positions, share_of, table_of
from segaudit.quality.finders.domains import behind_at, extractor, slips_in, web_addresses
from segaudit.rulebook.tables import load_list
from segaudit.sql.kinds import trimmed
from segaudit.sql.values import KEPT_TRIMMED
from segaudit.text.addresses import DOMAIN, is_address
from segaudit.text.folding import fold_header

_WHOLE_COLUMN = 0.3  # share of records that differ from which the two columns have nothing to do with each other
_LIKE = 85  # of 100: names that are alike enough to belong together
_LEAST_LETTERS = 4  # of a name within another, to be that company's
_MOST = 20_000  # different pairs of domain and website


@dataclass(frozen=True, slots=True, kw_only=True)
class _Habits:
    """What is usual in the file, of the domains, hosts and companies in question."""

    home: Mapping[str, tuple[str, str, int]]  # e-mail domain -> its most frequent website, the host of that, rows
    mails: Mapping[
        str, tuple[str, int]
    ]  # host -> its most frequent e-mail domain, rows whose domain is the host itself
    firms: Mapping[str, int]  # company -> rows
    together: Counter[tuple[str, str, str]]  # company, e-mail domain, host -> rows


def find_email_website(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find contacts whose address belongs to another company than the website beside it."""
    email, site, firm = (positions(data, *names) for names in (("email",), ("website", "company_domain"), ("company",)))
    if not email or not site:
        return
    columns = {"email": email[0], "website": site[0], **({"company": firm[0]} if firm else {})}
    relation = _mailboxes(data, email[0], site[0])
    free = set(load_list(data.location, "free_mail_domains", "domain"))
    differ = "domain <> host AND NOT ends_with(domain, '.' || host) AND NOT ends_with(host, '.' || domain)"
    query = (
        f"SELECT domain, host, sum(n) AS rows FROM {relation} WHERE {differ} GROUP BY domain, host "
        f"ORDER BY rows DESC, domain, host LIMIT {_MOST}"
    )
    free |= set(blocklist)
    pairs = {
        (str(domain), str(host)): int(rows)
        for domain, host, rows in data.engine.fetch(query)
        if domain not in free and is_address(f"a@{domain}") and not _related(str(domain), str(host))
    }
    slips = slips_in(data, email[0]) if pairs else {}
    pairs = {pair: rows for pair, rows in pairs.items() if pair[0] not in slips}
    if not pairs:
        return
    ((compared,),) = data.engine.fetch(
        f"SELECT coalesce(sum(n), 0) FROM {relation} WHERE domain NOT IN (SELECT unnest($free))", {"free": sorted(free)}
    )
    concerned = sum(pairs.values())
    if concerned > share_of(check, "whole_column", _WHOLE_COLUMN) * compared and len(pairs) > 1:
        message = (
            f"{concerned:,} of {compared:,} addresses have another domain than the website: the two are not related"
        )
        yield ColumnRemark(
            check=check.id, positions=(email[0], site[0]), message=message, rows=concerned, rows_checked=compared
        )
        return
    yield from _judged(data, check, columns, relation, pairs)


def _mailboxes(data: QualityData, email: int, site: int) -> str:
    """Return the table of the addresses and websites that stand in one row, with the rows ``n`` they stand in together.

    Addresses are told by what stands ``behind`` their at sign, the ``domain`` it names, and websites by their raw cell
    ``site``, which names the ``host``: these pairs are few beside the rows.
    """
    sites = (
        f"SELECT v, host FROM {data.read(site)} JOIN {web_addresses(data, site)} USING (t) "
        "WHERE contains(host, '.') AND NOT contains(t, '@') AND NOT contains(t, ' ')"
    )
    together = f"SELECT behind, site, count(*) AS n FROM {_addressed(data, email, site)} GROUP BY behind, site"
    written = (
        f"SELECT behind, site, lower(rtrim(behind, $white_space)) AS written, host, n "
        f"FROM ({together}) JOIN ({sites}) ON v = site"
    )
    return table_of(data, "mailboxes", f"SELECT behind, site, {DOMAIN} AS domain, host, n FROM ({written})")


def _addressed(data: QualityData, email: int, site: int, *others: int) -> str:
    """Return the relation of the rows with an ``address`` and a ``site``, raw as all of it; ``others`` stand beside.

    ``behind`` is what stands behind the last at sign of the address.
    """
    column = data.source.column(email)
    columns = {column: "address", behind_at(column): "behind", data.source.column(site): "site"}
    named = [f"{expression} AS {name}" for expression, name in columns.items()]
    beside = [data.source.column(position) for position in others]
    return (
        f"(SELECT _row, {', '.join([*named, *beside])} FROM {data.source.table} WHERE contains({column}, '@') "
        # Taking off what stands around a cell is asked for where it makes a difference only.
        f"AND (NOT contains({column}, ' ') OR NOT contains({trimmed(column)}, ' ')))"
    )


def _related(domain: str, host: str) -> bool:
    """Tell whether two domains may well be one company's: the same name under another ending, or within the other."""
    if domain == host:
        return True
    one, other = _name(domain), _name(host)
    if one == other:
        return True
    short, long = sorted((one.replace("-", ""), other.replace("-", "")), key=len)
    return (len(short) >= _LEAST_LETTERS and short in long) or fuzz.ratio(short, long) >= _LIKE


@lru_cache(maxsize=100_000)
def _name(host: str) -> str:
    """Return what a domain is called without its ending: acme of mail.acme.co.uk."""
    parts = extractor()(host)
    return parts.domain if parts.suffix else host.rpartition(".")[0].rpartition(".")[2] or host


def _judged(
    data: QualityData,
    check: Check,
    columns: Mapping[str, int],
    relation: str,
    pairs: Mapping[tuple[str, str], int],
) -> Iterator[Suspicion]:
    found = list(_rows_with(data, columns, relation, pairs))
    together = Counter((company, domain, host) for _, (_, _, company, domain, host) in found)
    habits = _habits(data, columns, relation, together)
    for row, (email, website, company, domain, host) in found:
        judged = _judge(website, company, domain, host, habits)
        if judged is not None:
            suggestion, confidence, because = judged
            blamed = "website" if suggestion is not None else "email"
            yield Suspicion(
                check=check.id,
                position=columns[blamed],
                value=website if blamed == "website" else email,
                row=row,
                suggestion=suggestion,
                confidence=confidence,
                because=because,
            )


def _rows_with(
    data: QualityData, columns: Mapping[str, int], relation: str, pairs: Iterable[tuple[str, str]]
) -> Iterator[tuple[int, tuple[str, str, str, str, str]]]:
    """Yield the rows with some pairs of domain and host: their number, address, website, company, domain and host."""
    firms = [columns["company"]] if "company" in columns else []
    company = f"coalesce({trimmed(data.source.column(firms[0]))}, '')" if firms else "''"
    wanted = (
        f"SELECT behind, site, domain, host FROM {relation} "
        "JOIN (SELECT unnest($domains) AS domain, unnest($hosts) AS host) USING (domain, host)"
    )
    query = (
        f"SELECT _row, {trimmed('address')}, {trimmed('site')}, {company}, domain, host "
        f"FROM {_addressed(data, columns['email'], columns['website'], *firms)} "
        f"JOIN ({wanted}) USING (behind, site) ORDER BY _row"
    )
    domains, hosts = (list(ends) for ends in zip(*pairs, strict=True))
    for row, email, website, firm, domain, host in ask(data, query, domains=domains, hosts=hosts):
        yield int(row), (str(email), str(website), str(firm), str(domain), str(host))


def _habits(
    data: QualityData, columns: Mapping[str, int], relation: str, together: Counter[tuple[str, str, str]]
) -> _Habits:
    domains, hosts, firms = (sorted({key[place] for key in together}) for place in (1, 2, 0))
    home = ask(
        data,
        f"SELECT domain, website, host, sum(n) AS rows FROM (SELECT domain, {trimmed('site')} AS website, host, n "
        f"FROM {relation} WHERE domain IN (SELECT unnest($domains))) GROUP BY domain, website, host "
        "QUALIFY row_number() OVER (PARTITION BY domain ORDER BY rows DESC, website) = 1",
        domains=domains,
    )
    mails = data.engine.fetch(
        "SELECT host, domain, sum(rows) FILTER (WHERE own) OVER (PARTITION BY host) FROM (SELECT host, domain, "
        "sum(n) AS rows, domain = host OR ends_with(domain, '.' || host) OR ends_with(host, '.' || domain) AS own "
        f"FROM {relation} WHERE host IN (SELECT unnest($hosts)) GROUP BY host, domain) "
        "QUALIFY row_number() OVER (PARTITION BY host ORDER BY rows DESC, domain) = 1",
        {"hosts": hosts},
    )
    return _Habits(
        home={str(domain): (str(website), str(host), int(rows)) for domain, website, host, rows in home},
        mails={str(host): (str(domain), int(rows or 0)) for host, domain, rows in mails},
        firms=_sizes(data, columns, relation, firms) if "company" in columns else {},
        together=together,
    )


def _sizes(data: QualityData, columns: Mapping[str, int], relation: str, firms: list[str]) -> dict[str, int]:
    """Return some companies with their rows, of those that have an address and a website."""
    column = data.source.column(columns["company"])
    # The few cells in question are looked for as they are written, and only what they stand beside is trimmed.
    query = (
        f"SELECT company, count(*) FROM {_addressed(data, columns['email'], columns['website'], columns['company'])} "
        f"JOIN (SELECT v, company FROM (SELECT v, {KEPT_TRIMMED} AS company FROM {data.grouped(columns['company'])}) "
        f"WHERE company IN (SELECT unnest($firms))) ON v = {column} "
        f"SEMI JOIN {relation} USING (site) GROUP BY company"
    )
    return {str(company): int(rows) for company, rows in ask(data, query, firms=[firm for firm in firms if firm])}


def _judge(website: str, company: str, domain: str, host: str, habits: _Habits) -> tuple[str | None, float, str] | None:
    """Return the website that belongs to an address, how surely, and why; None where the two may go together."""
    together = habits.together[company, domain, host]
    if company and together * 2 > habits.firms[company] and together > 1:
        return None  # what most colleagues have
    home, home_host, rows = habits.home[domain]
    mail, others = habits.mails[host]
    if home_host != host and _related(domain, home_host):
        because = f"{rows:,} records with an address at {domain} have {home}"
        return home, 0.95 if others else 0.85, because
    named = fold_header(company)
    if others and named and fold_header(_name(domain)) in named and fold_header(_name(host)) not in named:
        # The company is called like the domain of the address, and the website is that of others.
        return (
            website.lower().replace(host, domain),
            0.85,
            f"the company is called {company}; {host} is others' website",
        )
    return None, 0.6 if others else 0.5, f"the address is at {domain}, those of {host} are at {mail}"
