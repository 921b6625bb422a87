"""Questions about a text that are answered in Python, once for each different value."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import md5
from typing import Any

from segaudit.text.folding import fold, fold_case

Test = Callable[[str], bool]
_BUCKETS = 10_000


def _prepared(case: str, trim: str) -> Callable[[str], str]:
    """Return how a cell is made ready to be compared."""
    if case == "exact":
        return str.strip if trim == "trim" else str
    return fold if trim == "trim" else fold_case


def _contains_word(case: str, trim: str, *words: str) -> Test:
    prepare = _prepared(case, trim)

    def test(text: str) -> bool:
        prepared = prepare(text)
        return any(_has_word(prepared, word) for word in words)

    return test


def _has_word(text: str, word: str) -> bool:
    """Tell whether a word stands in a text with neither letter nor digit nor underscore next to it."""
    start = text.find(word) if word else -1
    while start >= 0:
        before, behind = text[start - 1 : start], text[start + len(word) : start + len(word) + 1]
        if not _in_word(before) and not _in_word(behind):
            return True
        start = text.find(word, start + 1)
    return False


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _similar_to(case: str, trim: str, word: str, least: float) -> Test:
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - needed for this operator only

    prepare = _prepared(case, trim)
    return lambda text: JaroWinkler.similarity(prepare(text), word) >= least


def _is_one_of(case: str, trim: str, *words: str) -> Test:
    prepare, wanted = _prepared(case, trim), frozenset(words)
    return lambda text: prepare(text) in wanted


def domain_of(text: str) -> str:
    """Return the folded domain of an e-mail or web address; nothing if it has none."""
    folded = fold(text)
    if "@" in folded:
        return folded.rpartition("@")[2].rstrip(".")
    host = folded.partition("://")[2] or folded
    for end in "/?#:":
        host = host.partition(end)[0]
    host = host.removeprefix("www.").rstrip(".")
    return host if "." in host else ""


def _is_free_mail(*domains: str) -> Test:
    known = frozenset(domains)
    return lambda text: domain_of(text) in known


def _is_role_address(*localparts: str) -> Test:
    known = frozenset(localparts)
    return lambda text: fold(text).rpartition("@")[0].partition("+")[0] in known


def _is_disposable(*_: str) -> Test:
    from disposable_email_domains import blocklist  # noqa: PLC0415 - large; needed for this operator only

    return lambda text: domain_of(text) in blocklist


def _bucket(salt: str, percent: float) -> Test:
    """Tell whether an id falls into the first percent of the buckets its hash is spread over."""
    limit = percent / 100 * _BUCKETS

    def test(text: str) -> bool:
        digest = md5(f"{salt}\x1f{text.strip()}".encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[:8], "big") % _BUCKETS < limit

    return test


TESTS: Mapping[str, Callable[..., Test]] = {
    "contains_word": _contains_word,
    "similar_to": _similar_to,
    "is_one_of": _is_one_of,
    "is_free_mail": _is_free_mail,
    "is_role_address": _is_role_address,
    "is_disposable": _is_disposable,
    "bucket": _bucket,
}


def whole_column(name: str, arguments: Sequence[str | float]) -> Callable[[Any], Any] | None:
    """Return a test as a function of an Arrow column, many times faster than one by one; None if it has none."""
    from segaudit.text import columns  # noqa: PLC0415 - pyarrow is heavy: only rules that compare text need it

    words = [str(word) for word in arguments]
    if name == "is_free_mail":
        return partial(columns.in_domains, known=words)
    if name == "is_disposable":
        from disposable_email_domains import blocklist  # noqa: PLC0415 - large; needed for this operator only

        return partial(columns.in_domains, known=sorted(blocklist))
    return partial(columns.has_localpart, known=words) if name == "is_role_address" else None


def split_items(text: str, separator: str) -> list[str]:
    """Return the values of a multi-value cell, trimmed, empty ones left out."""
    return [item for item in map(str.strip, text.split(separator)) if item]


def text_function(part: str, separator: str = ";") -> Callable[[str], object]:
    """Return what makes a derived part of a text: fold, raw_fold, domain, items; for lists fold_items."""
    functions: dict[str, Callable[[str], object]] = {
        "fold": fold,
        "raw_fold": fold_case,
        "domain": domain_of,
        "items": partial(split_items, separator=separator),
        "fold_items": lambda text: [fold(item) for item in split_items(text, separator)],
    }
    return functions[part]


def mapped(values: Sequence[str | None], function: Callable[[str], object]) -> list[object]:
    """Return a function of each value; nothing of nothing."""
    return [None if value is None else function(value) for value in values]
