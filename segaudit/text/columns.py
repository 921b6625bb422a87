"""The functions of text over whole Arrow columns: by kernels where a text is printable ASCII, else one by one.

A regular expression takes ten times as long as any other kernel, so it is asked of as few and as short texts as can be,
unless all it looks at is how a text begins. Handing texts on takes longest of all: what is few is taken out first.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.text.folding import fold, fold_case
from segaudit.text.tests import domain_of

# Letters that no folding makes ASCII (ß, ĳ and the like do become so): a text with one equals no ASCII word.
_NEVER_ASCII = "[À-ÖØ-Þà-öø-ÿĀ-ıĴ-ľŁ-ňŊ-žẠ-ỹ]"
_MOST_TRIED = 1_000  # words that a text is tried for at once
_OTHER_AT = "[\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}]"  # folding makes them an @


def _each(
    texts: Any,  # noqa: ANN401 - pyarrow has no types
    fast: Callable[[Any], Any],
    slow: Callable[[str], object],
    of: Any,  # noqa: ANN401 - as above
    is_plain: Callable[[Any], Any] = pc.ascii_is_printable,
) -> Any:  # noqa: ANN401 - as above
    """Return ``fast`` of the texts that are plain and ``slow`` of each other one; null of null."""
    plain = pc.fill_null(is_plain(texts), fill_value=True)
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
    return _each(texts, pc.ascii_lower, fold_case, pa.string(), pc.string_is_ascii)


def _holds(texts: Any, beyond_ascii: str) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether it holds what a pattern of letters and signs beyond ASCII finds; not so of null."""
    odd = pc.invert(pc.fill_null(pc.string_is_ascii(texts), fill_value=True))
    found = pc.match_substring_regex(texts.filter(odd), beyond_ascii)
    return pc.replace_with_mask(pc.and_not(odd, odd), odd, found)


def _parted(texts: Any) -> tuple[Any, Any]:  # noqa: ANN401 - as above
    """Return what stands before the last @ and what behind it, of texts that all have one; null of null."""
    parts = pc.split_pattern(texts, "@", max_splits=1, reverse=True)
    return pc.list_element(parts, 0), pc.list_element(parts, 1)


def domains(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domain of each e-mail or web address, "" where there is none; see text.tests.domain_of."""
    mail = _is_mail(texts)
    _, behind = _parted(pc.if_else(mail, texts, pa.scalar(None, pa.string())))
    others = pc.if_else(mail, pa.scalar(None, pa.string()), texts)
    if others.null_count == len(others):
        return _domains_behind(behind)
    return pc.coalesce(_domains_behind(behind), _domains_of_hosts(others))


def _is_mail(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether it has an @ and no sign that folding makes one; null of null."""
    return pc.and_(pc.match_substring(texts, "@"), pc.invert(_holds(texts, _OTHER_AT)))


def _domains_behind(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domains that stand behind the @."""
    return _each(texts, _plain_domains, lambda domain: domain_of(f"@{domain}"), pa.string())


def _domains_of_hosts(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domains of texts that are no e-mail addresses."""
    return _each(texts, _plain_hosts, domain_of, pa.string())


def _plain_domains(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the domains that stand behind the @ in texts of printable ASCII."""
    return pc.ascii_rtrim(pc.ascii_rtrim_whitespace(pc.ascii_lower(texts)), ".")


def _plain_hosts(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return the hosts of web addresses of printable ASCII without an @."""
    lower = pc.ascii_trim_whitespace(pc.ascii_lower(texts))
    host = pc.replace_substring_regex(lower, "^.*?://(.+)", r"\1")
    host = pc.replace_substring_regex(host, "[/?#:].*$", "")
    host = pc.ascii_rtrim(pc.replace_substring_regex(host, r"^www\.", ""), ".")
    return pc.if_else(pc.match_substring(host, "."), host, "")


def in_domains(texts: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether its domain is one of those known."""
    wanted = pa.array(known, pa.string())
    mail = pc.fill_null(_is_mail(texts), fill_value=False)
    _, behind = _parted(texts.filter(mail))
    different = behind.dictionary_encode()  # many addresses are at the same domain
    listed = pc.is_in(_domains_behind(different.dictionary), value_set=wanted)
    others = pc.is_in(_domains_of_hosts(texts.filter(pc.invert(mail))), value_set=wanted)
    answers = pc.replace_with_mask(mail, mail, listed.take(different.indices))
    return _known(texts, pc.replace_with_mask(answers, pc.invert(mail), others))


def has_localpart(texts: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """Tell of each text whether what stands before its last ``@``, without a plus tag, is one of those known."""
    if len(known) > _MOST_TRIED:
        return _known(texts, _has_localpart(texts, known))
    # Of ASCII texts, only those that begin like one of the words can have it before the @.
    words = "|".join(re.escape(word) for word in known if word.isascii())
    likely = pc.match_substring_regex(texts, rf"(?i)^[\x00-\x20]*(?:{words})")
    likely = pc.fill_null(pc.or_(likely, pc.invert(pc.string_is_ascii(texts))), fill_value=False)
    found = _has_localpart(texts.filter(likely), known)
    return _known(texts, pc.replace_with_mask(likely, likely, found))


def _has_localpart(texts: Any, known: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    odd = _holds(texts, _OTHER_AT)
    # Folded only where there is one: nearly no text has it, and folding all of them takes longer than all else here.
    plain = pc.replace_with_mask(texts, odd, folded(texts.filter(odd)))
    has_at = pc.match_substring(plain, "@")
    local, _ = _parted(pc.if_else(has_at, plain, "@"))
    if all(word.isascii() for word in known):
        local = pc.if_else(_holds(local, _NEVER_ASCII), "", local)
    # Folded for itself: it is a part of the text, and far fewer are beyond ASCII than whole texts.
    local = pc.list_element(pc.split_pattern(case_folded(local), "+", max_splits=1), 0)
    found = pc.is_in(pc.utf8_ltrim_whitespace(local), value_set=pa.array(known, pa.string()))
    return pc.and_(found, has_at)


def _known(texts: Any, answers: Any) -> Any:  # noqa: ANN401 - as above
    """Return answers, null where there is no text."""
    return pc.if_else(pc.is_valid(texts), answers, pa.scalar(None, pa.bool_()))
