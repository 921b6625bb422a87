"""Questions about a text that are answered in Python, once for each different value; some texts leave them open."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import md5
from typing import Any

from segaudit.text.disposable import disposable_domains
from segaudit.text.folding import fold, fold_case
from segaudit.text.lists import split_items

Test = Callable[[str], bool | None]  # None: it cannot be told of this text
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
    known = disposable_domains()
    return lambda text: domain_of(text) in known


def _bucket(salt: str, percent: float) -> Test:
    """Tell whether an id falls into the first percent of the buckets its hash is spread over."""
    limit = percent / 100 * _BUCKETS

    def test(text: str) -> bool:
        digest = md5(f"{salt}\x1f{text.strip()}".encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[:8], "big") % _BUCKETS < limit

    return test


def _country_in(wanted: str, *names: str) -> Test:
    """Tell whether a text names one of some countries; open if it names none.

    Args:
        wanted: ISO codes, with a space between them.
        names: Spellings no standard has: spelling, tab, ISO code.
    """
    countries, asked = _countries(names), frozenset(wanted.split())

    def test(text: str) -> bool | None:
        code = countries.read(text)
        return None if code is None else code in asked

    return test


def _region_in(wanted: str, first: str, *names: str) -> Test:
    """Tell whether a text names a country or a region that lies in some countries; open if it does so in part.

    Args:
        wanted: ISO codes of the countries, with a space between them.
        first: "country" or "region": what a text is read as that may be either, such as NA.
        names: Of regions: "region", name, ISO code; then of countries: "country", spelling, ISO code. With tabs.
    """
    from segaudit.text.places import Regions  # noqa: PLC0415 - brings pycountry; needed for this operator only

    rows = [(kind, spelling, code) for kind, spelling, code in (name.split("\t") for name in names)]
    regions = Regions((spelling, code) for kind, spelling, code in rows if kind == "region")
    countries = _countries([f"{spelling}\t{code}" for kind, spelling, code in rows if kind == "country"])
    asked = frozenset(wanted.split())

    def test(text: str) -> bool | None:
        region, code = regions.read(text), countries.read(text)
        found = frozenset({code}) if code is not None and (region is None or first == "country") else region
        if found is None:
            return None
        return True if found <= asked else False if found.isdisjoint(asked) else None

    return test


def _countries(names: Sequence[str]) -> Any:  # noqa: ANN401 - what it brings is typed where it is
    from segaudit.text.places import Countries  # noqa: PLC0415 - brings pycountry; needed for place operators only

    return Countries((spelling, code) for spelling, code in (name.split("\t") for name in names))


def _state_in(wanted: str, country: str, *names: str) -> Test:
    """Tell whether a text names one of some states; open if it names none, or may name another one as well.

    Args:
        wanted: ISO 3166-2 codes, with a space between them.
        country: ISO code of the country whose states are read; "" is unknown: all that names speak of, and wanted.
        names: Spellings no standard has: country, code of the state, spelling, with tabs between them.
    """
    from segaudit.text.places import States  # noqa: PLC0415 - brings pycountry; needed for this operator only

    rows = [(home, code, spelling) for home, code, spelling in (name.split("\t") for name in names)]
    states, asked = States(rows), frozenset(wanted.split())
    homes = sorted({home for home, *_ in rows} | {code.partition("-")[0] for code in asked})

    def lies_in(code: str) -> bool | None:
        if states.within(code) & asked:
            return True
        return None if any(code in states.within(item) for item in asked) else False

    def test(text: str) -> bool | None:
        read = states.read(country, text) if country else None
        found = frozenset(filter(None, [read])) if country else states.among(text, homes)
        answers = {lies_in(code) for code in found}
        return answers.pop() if len(answers) == 1 else None

    return test


TESTS: Mapping[str, Callable[..., Test]] = {
    "contains_word": _contains_word,
    "similar_to": _similar_to,
    "is_one_of": _is_one_of,
    "is_free_mail": _is_free_mail,
    "is_role_address": _is_role_address,
    "is_disposable": _is_disposable,
    "bucket": _bucket,
    "country_in": _country_in,
    "region_in": _region_in,
    "state_in": _state_in,
}


def whole_column(name: str, arguments: Sequence[str | float]) -> Callable[[Any], Any] | None:
    """Return a test as a function of an Arrow column, many times faster than one by one; None if it has none."""
    from segaudit.text import columns  # noqa: PLC0415 - pyarrow is heavy: only rules that compare text need it

    words = [str(word) for word in arguments]
    if name == "is_free_mail":
        return partial(columns.in_domains, known=words)
    if name == "is_disposable":
        return partial(columns.in_domains, known=sorted(disposable_domains()))
    return partial(columns.has_localpart, known=words) if name == "is_role_address" else None


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
