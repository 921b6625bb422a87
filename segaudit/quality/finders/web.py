"""Web addresses: what is none, what is somebody else's, and many ways of writing them in one column."""

from collections.abc import Iterable, Iterator

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import names_of, positions, share_of, unread
from segaudit.quality.finders.domains import RESERVED, endings, web_addresses
from segaudit.text.addresses import is_address
from segaudit.text.webs import mend_web_address

_SOCIAL = (
    "linkedin.com facebook.com fb.com instagram.com twitter.com x.com youtube.com tiktok.com xing.com pinterest.com "
    "wa.me t.me linktr.ee wikipedia.org crunchbase.com yelp.com"
).split()
_MAIL = (
    "gmail.com googlemail.com hotmail.com hotmail.co.uk outlook.com icloud.com live.com msn.com protonmail.com"
).split()
_USUAL = 0.5  # share of one notation from which the others are exceptions
_REWRITTEN = 50_000  # different addresses
_SHAPED = "contains(t, '.') AND NOT contains(t, '@') AND NOT contains(t, ' ')"


def find_web_address(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find cells that are no web address, or hardly the company's own."""
    for reading in data.of_type(FieldType.URL):
        position = reading.column.position
        for value, rows in unread(data, position):
            mended = mend_web_address(value)
            known = mended is not None and _ending(mended) in endings() | RESERVED
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=mended if known else None,
                confidence=0.95 if known or is_address(value) else 0.85,
                because="an e-mail address"
                if is_address(value)
                else "a slip of the hand"
                if known
                else "no web address",
            )
    social, mail = names_of(check, "social", _SOCIAL), names_of(check, "mail", _MAIL)
    for position in positions(data, "website", "company_domain"):
        query = (
            f"SELECT t, rows FROM {web_addresses(data, position)} WHERE contains(host, '.') AND ("
            "concat(split_part(host, '.', -2), '.', split_part(host, '.', -1)) IN (SELECT unnest($social)) "
            "AND contains(notation, '/path') OR host IN (SELECT unnest($mail)) "
            "OR split_part(host, '.', -1) NOT IN (SELECT unnest($endings))) ORDER BY rows DESC, t"
        )
        lists: dict[str, object] = {"social": [*social], "mail": [*mail], "endings": sorted(endings() | RESERVED)}
        for value, rows in data.engine.fetch(query, lists):
            yield from _unlikely(check, position, str(value), int(rows), set(social), set(mail))


def _unlikely(  # noqa: PLR0913, PLR0917 - a cell and the hosts that are nobody's own
    check: Check, position: int, value: str, rows: int, social: set[str], mail: set[str]
) -> Iterator[Suspicion]:
    host = _host(value)
    if host in mail:
        confidence, because = 0.9, f"{host} gives out mail boxes: no company's website"
    elif ".".join(host.split(".")[-2:]) in social:
        confidence, because = 0.8, f"a page on {host}, not a website of its own"
    elif host.rpartition(".")[2].isascii() and host.rpartition(".")[2].isalpha() and "@" not in value:
        confidence, because = 0.9, f".{host.rpartition('.')[2]} does not exist"
    else:
        return
    yield Suspicion(check=check.id, position=position, value=value, rows=rows, confidence=confidence, because=because)


def find_website_format(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find web addresses written in another way than most of their column."""
    for position in positions(data, "website", "company_domain"):
        counted = data.engine.fetch(
            f"SELECT notation, sum(rows) AS n FROM {web_addresses(data, position)} WHERE {_SHAPED} "
            "GROUP BY notation ORDER BY n DESC, notation"
        )
        notations = {str(notation): int(rows) for notation, rows in counted}
        total = sum(notations.values())
        if len(notations) < 2:  # noqa: PLR2004 - one notation is what one wants
            continue
        usual, rows = next(iter(notations.items()))
        listed = ", ".join(f"{notation} ({count:,})" for notation, count in list(notations.items())[:5])
        yield ColumnRemark(
            check=check.id,
            positions=(position,),
            message=f"{len(notations)} ways of writing in {total:,} web addresses: {listed}",
            rows=total - rows,
            rows_checked=total,
        )
        plain = usual.endswith("host")
        if plain and rows >= share_of(check, "usual", _USUAL) * total:
            yield from _rewritten(data, check, position, usual, rows / total)


def _rewritten(data: QualityData, check: Check, position: int, usual: str, share: float) -> Iterator[Suspicion]:
    """Yield the exceptions with the column's own way; sure where the same host stands in that way elsewhere."""
    table = web_addresses(data, position)
    query = (
        f"SELECT t, rows, host, host IN (SELECT host FROM {table} WHERE notation = $usual) FROM {table} "
        f"WHERE {_SHAPED} AND contains(host, '.') AND notation <> $usual ORDER BY rows DESC, t LIMIT {_REWRITTEN}"
    )
    for value, rows, host, proven in data.engine.fetch(query, {"usual": usual}):
        because = f"{share:.0%} of the column is written like {usual}"
        yield Suspicion(
            check=check.id,
            position=position,
            value=str(value),
            rows=int(rows),
            suggestion=f"{usual.removesuffix('host')}{host}",
            confidence=0.95 if proven else 0.75,
            because=because + (", this host too" if proven else ""),
        )


def _host(address: str) -> str:
    """Return what HOST does in SQL."""
    host = address.lower().partition("://")[2] or address.lower()
    for end in "/?#:":
        host = host.partition(end)[0]
    return host.removeprefix("www.")


def _ending(address: str) -> str:
    return _host(address).rpartition(".")[2]
