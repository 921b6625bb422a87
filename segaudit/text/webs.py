"""Web addresses: their host, how they are written, and mending what a slip of the hand did to them."""

import re

# The host of a web address without www, as SQL over ``t``.
HOST = "regexp_extract(lower(t), '^(?:[a-z][a-z0-9+]*://)?(?:www[0-9]?[.])?([^/?#:]+)', 1)"

# How an address is written, as SQL over ``t``: scheme, www, path, closing slash, capitals.
NOTATION = (
    "concat(CASE WHEN contains(t, '://') THEN lower(split_part(t, '://', 1)) || '://' ELSE '' END, "
    "CASE WHEN regexp_matches(lower(t), '^(?:[a-z]+://)?www[.]') THEN 'www.' ELSE '' END, 'host', "
    "CASE WHEN regexp_matches(t, '[^:/]/+[^/]|[?#]') THEN '/path' WHEN ends_with(t, '/') THEN '/' ELSE '' END, "
    "CASE WHEN t <> lower(t) AND NOT regexp_matches(t, '[^:/]/+[^/]|[?#]') THEN ' in capitals' ELSE '' END)"
)

_WEB = re.compile(r"(?:https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")
_SCHEME = re.compile(r"(?i)^(?:h?t+p(s?)|https?)\s*[:;.]?\s*[/\\]{1,3}\s*(?=\S)")
_TWICE = re.compile(r"(?i)^https?:/*(?=https?[:/])")
_WWW = re.compile(r"(?i)^(?:w{2}|w{4,5}|ww\.w)[.,](?=\S)|^www(?:[,;:]|\.{2,}|\s*\.\s*|\s+)")
_AROUND = " \t\r\n\xa0\u200b<>()[]{}\"'`,;"


def is_web_address(text: str) -> bool:
    """Tell whether a text is one web address."""
    return _WEB.fullmatch(text) is not None


def mend_web_address(text: str) -> str | None:
    """Return the web address a slip of the hand hides: ``htp:/www,acme.com`` -> ``http://www.acme.com``; or None."""
    mended = _TWICE.sub("", text.strip(_AROUND))
    scheme = _SCHEME.match(mended)
    if scheme is not None:
        rest = mended[scheme.end() :].lstrip("/\\")
        secure = "s" if mended.lower().startswith(("https", "htps", "ttps", "htttps")) else ""
        mended = f"http{secure}://{_mend_host(rest)}"
    else:
        mended = _mend_host(mended)
    return mended if mended != text and is_web_address(mended) else None


def _mend_host(text: str) -> str:
    host, slash, path = text.partition("/")
    host = re.sub(r"\s*\.\s*", ".", _WWW.sub("www.", host)).replace(",", ".")
    host = re.sub(r"\.{2,}", ".", host).rstrip(".")
    return f"{host}{slash}{path}"
