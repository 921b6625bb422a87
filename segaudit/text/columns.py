"""The functions of text over whole Arrow columns: by kernels where a text is printable ASCII, else one by one."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.text.folding import fold, fold_case
from segaudit.text.tests import domain_of

_PLAIN = "^[ -~]*$"
# Letters that no folding makes ASCII (ß, ĳ and the like do become so): a text with one equals no ASCII word.
_NEVER_ASCII = "[À-ÖØ-Þà-öø-ÿĀ-ıĴ-ľŁ-ňŊ-žẠ-ỹ]"
_OTHER_AT = "[\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}]"  # folding makes them an @


def _each(texts: Any, fast: Callable[[Any], Any], slow: Callable[[str], object], of: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return ``fast`` of the texts that are plain and ``slow`` of each other one; null of null."""
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN), fill_value=True)
    quick = fast(texts)
    if pc.all(plain).as_py() in {True, None}:
        return quick
    odd = pc.invert(plain)
    return pc.replace_with_mask(quick, odd, pa.array([slow(text) for text in texts.filter(odd).to_pylist()], of))


def folded(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return each text folded; see text.folding.fold."""
    return _each(texts, lambda plain: pc.ascii_trim_whitespace(pc.ascii_lower(plain)), fold, pa.string())


def case_folded(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return each text folded with the white space around it; see text.folding.fold_case."""
    return _each(texts, pc.ascii_lower, fold_case, pa.string())


def domains(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domain of each e-mail or web address, "" where there is none; see text.tests.domain_of."""
    mail = pc.and_(pc.match_substring(texts, "@"), pc.invert(pc.match_substring_regex(texts, _OTHER_AT)))
    addresses = pc.if_else(mail, texts, pa.scalar(None, pa.string()))
    of_addresses = _each(pc.replace_substring_regex(addresses, "(?s)^.*@", "@"), _plain_domains, domain_of, pa.string())
    others = pc.if_else(mail, pa.scalar(None, pa.string()), texts)
    if others.null_count == len(others):
        return of_addresses
    return pc.coalesce(of_addresses, _each(others, _plain_hosts, domain_of, pa.string()))


def _plain_domains(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domains of texts of printable ASCII that begin with their only @."""
    lower = pc.ascii_rtrim_whitespace(pc.ascii_lower(texts))
    return pc.ascii_rtrim(pc.ascii_ltrim(lower, "@"), ".")


def _plain_hosts(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the hosts of web addresses of printable ASCII without an @."""
    lower = pc.ascii_trim_whitespace(pc.ascii_lower(texts))
    host = pc.replace_substring_regex(lower, "^.*?://(.+)", r"\1")
    host = pc.replace_substring_regex(host, "[/?#:].*$", "")
    host = pc.ascii_rtrim(pc.replace_substring_regex(host, r"^www\.", ""), ".")
    return pc.if_else(pc.match_substring(host, "."), host, "")


def in_domains(texts: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether its domain is one of those known."""
    return _known(texts, pc.is_in(domains(texts), value_set=pa.array(sorted(known), pa.string())))


def has_localpart(texts: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether what stands before its last ``@``, without a plus tag, is one of those known."""
    odd = pc.match_substring_regex(texts, _OTHER_AT)
    # Folded only where there is one: nearly no text has it, and folding all of them takes longer than all else here.
    plain = pc.if_else(odd, folded(pc.if_else(odd, texts, pa.scalar(None, pa.string()))), texts)
    local = pc.replace_substring_regex(plain, "(?s)@[^@]*$", "")
    if all(word.isascii() for word in known):
        local = pc.if_else(pc.match_substring_regex(local, _NEVER_ASCII), "", local)
    # Folded for itself: it is a part of the text, and far fewer are beyond ASCII than whole texts.
    local = pc.replace_substring_regex(case_folded(local), r"(?s)\+.*$", "")
    found = pc.is_in(pc.utf8_ltrim_whitespace(local), value_set=pa.array(sorted(known), pa.string()))
    return _known(texts, pc.and_(found, pc.match_substring(plain, "@")))


def _known(texts: Any, answers: Any) -> Any:  # noqa: ANN401 - as above
    """Return answers, null where there is no text."""
    return pc.if_else(pc.is_valid(texts), answers, pa.scalar(None, pa.bool_()))
