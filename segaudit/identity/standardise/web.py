"""Web addresses: the domain somebody registered, or the page on a host that many share."""

from functools import cache

import numpy as np
import pyarrow.compute as pc
from tldextract import TLDExtract

from segaudit.identity.standardise.bytewise import Column, Positions, Texts, counted
from segaudit.identity.standardise.domains import registered_spelling
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import boolean, null_texts, replaced, texts_of, where_texts
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("domain", "host", "page")
_AROUND = " \t\r\n<>()[]{}\"'`,;"
_SCHEME = r"^(?:[a-z]{2,9}\s*[:;]+\s*[/\\]*|[/\\]{2,})\s*(\S.*)$"
_SCHEMES = r"^(?:[a-z]{2,9}\s*[:;]+\s*[/\\]+|[/\\]{2}|mailto:|https?:)"
_USER = r"^[^/?#]*@"
_WWW = r"^w{2,4}\d?[.,]"
_BEHIND_HOST = r"\.*(?:[/?#:].*)?$"
_HOST = r"^[a-z0-9_](?:[a-z0-9_-]*\.)+[a-z0-9-]{2,}$"
_MOST_LABELS = 7  # of a public suffix


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the registered domain and the host; for a page on a host that many share, only host and path as page.

    ``https://www.Shop.Acme.co.uk/de?x=1`` -> domain ``acme.co.uk``, host ``shop.acme.co.uk``;
    ``facebook.com/Acme/`` -> page ``facebook.com/acme``.
    """
    bare = _bare(plain(registered_spelling(texts)))
    host = pc.replace_substring_regex(bare, _BEHIND_HOST, "")
    host = where_texts(boolean(pc.match_substring_regex(host, _HOST)), host)
    domain = registered(host)
    known = texts_of(sorted(lists.shared_hosts))
    shared = boolean(pc.is_in(domain, value_set=known)) | boolean(pc.is_in(host, value_set=known))
    page = null_texts(len(texts))
    if shared.any():
        addresses, hosts, domains = (column.filter(shared).to_pylist() for column in (bare, host, domain))
        found = [_page(*parts, lists) for parts in zip(addresses, hosts, domains, strict=True)]
        page = replaced(page, shared, texts_of(found))
    return {"domain": where_texts(~shared, domain), "host": where_texts(~shared, host), "page": page}


def _bare(texts: Column) -> Column:
    """Return addresses without scheme, user and www."""
    texts = pc.ascii_trim(texts, _AROUND)
    for pattern, taken, left in ((_SCHEMES, _SCHEME, r"\1"), (_USER, _USER, ""), (_WWW, _WWW, "")):
        found = boolean(pc.match_substring_regex(texts, pattern))
        if found.any():
            texts = replaced(texts, found, pc.replace_substring_regex(texts.filter(found), taken, left))
    return texts


def _page(address: str, host: str, domain: str, lists: StandardLists) -> str | None:
    """Return host and the parts of the path that tell pages apart; None where there is no path."""
    name = host if host in lists.shared_hosts else domain
    path = address.partition("/")[2].partition("?")[0].partition("#")[0]
    parts = [part for part in path.split("/") if part][: lists.shared_hosts[name]]
    return "/".join((name, *parts)) if parts else None


def registered(hosts: Column) -> Column:
    """Return the registered domain of each host in small letters by the public suffix list; null where there is none.

    Hosts under a suffix of a provider that lets out names (``acme.github.io``) are domains of their own.
    """
    texts = Texts.of(hosts)
    exact, wild, exceptions = _suffixes()
    is_dot = texts.data == ord(".")
    dots, before = np.flatnonzero(is_dot), counted(is_dot)
    last = before[texts.offsets[1:]].astype(np.int64)
    labels = np.where(texts.lengths > 0, last - before[texts.offsets[:-1]] + 1, 0)
    size = np.zeros(len(labels), np.int64)  # labels of the longest suffix
    below = np.zeros(len(labels), np.bool_)  # whether any label before the last ones makes a suffix with them
    for count in range(1, min(_MOST_LABELS, int(labels.max(initial=0))) + 1):
        tail = _tails(texts, dots, last, labels, count).array()
        known = boolean(pc.is_in(tail, value_set=exact[count]))
        excepted = boolean(pc.is_in(tail, value_set=exceptions))
        size[known | (below & (labels >= count))] = count
        size[excepted] = count - 1
        below = boolean(pc.is_in(tail, value_set=wild[count])) & ~excepted
        if count == 1:
            size[below] = count
    ends = texts.offsets[1:]
    some = (size > 0) & (labels > size)
    start = np.where(some, texts.offsets[:-1], ends)
    longer = some & (labels > size + 1)
    start[longer] = dots[last[longer] - size[longer] - 1] + 1
    return texts.cut(start, ends).array()


def _tails(texts: Texts, dots: Positions, last: Positions, labels: Positions, count: int) -> Texts:
    """Return the last so many labels of each host; nothing of a host that has fewer."""
    start = np.where(labels == count, texts.offsets[:-1], texts.offsets[1:])
    longer = labels > count
    start[longer] = dots[last[longer] - count] + 1
    return texts.cut(start, texts.offsets[1:])


@cache
def _suffixes() -> tuple[list[Column], list[Column], Column]:
    """Return the public suffixes that come with the package, by their number of labels; it never fetches or writes.

    Returns:
        The suffixes; those below which every label makes a suffix; and the names that are none all the same.
    """
    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    exact: list[set[str]] = [set() for _ in range(_MOST_LABELS + 1)]
    wild: list[set[str]] = [set() for _ in range(_MOST_LABELS + 1)]
    exceptions = []
    for suffix in extract.tlds:
        if suffix.startswith("!"):
            exceptions.append(suffix[1:])
        elif suffix.startswith("*."):
            wild[suffix.count(".")].add(suffix[2:])
        else:
            exact[suffix.count(".") + 1].add(suffix)
    return [texts_of(sorted(of)) for of in exact], [texts_of(sorted(of)) for of in wild], texts_of(sorted(exceptions))
