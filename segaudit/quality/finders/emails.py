"""E-mail addresses: domains with a typo, addresses that can be mended, domains that cannot exist."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of, unread
from segaudit.quality.finders.domains import RESERVED, addresses, endings, mail_domains, slips_in, written_domains
from segaudit.rulebook.tables import load_list
from segaudit.text.addresses import is_address, mend_address

_WHOLE_COLUMN = 0.2  # share of addresses from which reserved domains are the column's way, and no accident
_CLEAR = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The domains of a column and of the large providers."""

    domains: Mapping[str, int]  # with their rows
    by_name: Mapping[str, list[str]]  # first part of a domain -> domains


def find_email_typos(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find addresses whose domain is a slip for a mail provider's, or for one frequent in the same column."""
    for reading in data.of_type(FieldType.EMAIL):
        position = reading.column.position
        slips = slips_in(data, position)
        for value, rows, domain in _of_domains(data, position, slips):
            slip = slips[domain]
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=f"{value.rpartition('@')[0]}@{slip.meant}",
                confidence=slip.confidence,
                because=slip.because,
            )


def find_email_syntax(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find cells that cannot be read as an address, and what most of them should say."""
    for reading in data.of_type(FieldType.EMAIL):
        position = reading.column.position
        broken = unread(data, position)
        known = _known(data, position) if broken else _Known(domains={}, by_name={})
        for value, rows in broken:
            mended, confidence, because = _mended(value, known)
            if mended is not None:
                yield Suspicion(
                    check=check.id,
                    position=position,
                    value=value,
                    rows=rows,
                    suggestion=mended,
                    confidence=confidence,
                    because=because,
                )


def find_email_reserved(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find addresses at domains nobody can own: those set aside for examples, and endings that do not exist."""
    for reading in data.of_type(FieldType.EMAIL):
        position = reading.column.position
        domains = mail_domains(data, position)
        odd = {domain: why for domain in domains if (why := _why_unreachable(domain))}
        concerned, total = sum(domains[domain] for domain in odd), sum(domains.values())
        if concerned and concerned >= share_of(check, "whole_column", _WHOLE_COLUMN) * total:
            yield ColumnRemark(
                check=check.id,
                positions=(position,),
                message=f"{concerned:,} of {total:,} addresses end in domains that no mail can reach, such as "
                f"{next(iter(odd))}: the file looks made up or disguised",
                rows=concerned,
                rows_checked=total,
            )
            continue
        slips = slips_in(data, position) if odd else {}
        for value, rows, domain in _of_domains(data, position, {d: why for d, why in odd.items() if d not in slips}):
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                confidence=_CLEAR,
                because=odd[domain],
            )


def _of_domains(data: QualityData, position: int, domains: Mapping[str, object]) -> Iterator[tuple[str, int, str]]:
    """Yield the cells at some domains, with rows and domain."""
    if domains:
        named = f"SELECT behind, domain FROM {written_domains(data, position)} JOIN (SELECT unnest($domains) AS domain)"
        query = (
            f"SELECT t, rows, domain FROM {addresses(data, position)} JOIN ({named} USING (domain)) USING (behind) "
            "ORDER BY rows DESC, t"
        )
        for value, rows, domain in data.engine.fetch(query, {"domains": list(domains)}):
            if is_address(str(value).rstrip(".")):
                yield str(value), int(rows), str(domain)


def _why_unreachable(domain: str) -> str:
    ending = domain.rpartition(".")[2]
    if ending in RESERVED or ".".join(domain.split(".")[-2:]) in {"example.com", "example.org", "example.net"}:
        return f"{domain} is set aside for examples and tests"
    if "." in domain and ending not in endings() and ending.isascii() and ending.isalpha():
        return f".{ending} does not exist"
    return ""


def _known(data: QualityData, position: int) -> _Known:
    domains = dict.fromkeys(load_list(data.location, "mail_providers", "domain"), 0) | mail_domains(data, position)
    by_name: dict[str, list[str]] = defaultdict(list)
    for domain in filter(lambda name: "." in name, domains):
        by_name[domain.partition(".")[0]].append(domain)
    return _Known(domains=domains, by_name=by_name)


def _mended(value: str, known: _Known) -> tuple[str | None, float, str]:
    """Return what a broken address should say, how surely, and why."""
    mended = mend_address(value)
    if mended is not None:
        domain = mended.rpartition("@")[2].lower()
        if domain in known.domains:
            return mended, _CLEAR, "a slip of the hand; the domain is in use"
        exists = domain.rpartition(".")[2] in endings() | RESERVED
        return mended, 0.95 if exists else 0.6, "a slip of the hand"
    if value.count("@") == 1:
        return _completed(value, known)
    if "@" not in value and " " not in value:
        return _parted(value.lower(), known)
    return None, 0.0, ""


def _completed(value: str, known: _Known) -> tuple[str | None, float, str]:
    """Mend ``ann@gmail``: the domain without its ending."""
    local, _, name = value.partition("@")
    used = sorted(known.by_name.get(name.lower(), ()), key=lambda domain: -known.domains[domain])
    if not name or not used or not is_address(f"{local}@{used[0]}"):
        return None, 0.0, ""
    rivals = sum(known.domains[domain] for domain in used[1:])
    certain = rivals * 10 <= known.domains[used[0]]
    return f"{local}@{used[0]}", 0.93 if certain else 0.6, f"the ending is missing; this column has {used[0]}"


def _parted(value: str, known: _Known) -> tuple[str | None, float, str]:
    """Mend ``anngmail.com``: the at sign is missing before a domain that is in use."""
    domain = next((value[start:] for start in range(1, len(value)) if value[start:] in known.domains), None)
    if domain is None or not is_address(f"{value[: -len(domain)]}@{domain}"):
        return None, 0.0, ""
    return f"{value[: -len(domain)]}@{domain}", 0.9, f"the at sign before {domain} is missing"
