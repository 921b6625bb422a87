"""E-mail addresses: telling whether a text is one, and mending what a slip of the hand did to it."""

import re
from html import unescape

_LOCAL = r"[^\s@\"(),:;<>\[\]\\.]+"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
ADDRESS = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[^\W\d_]{{2,}}")

# The domain of an address as SQL over ``written``, what stands behind its last at sign. Few end in a dot, and looking
# whether one does is far cheaper than taking it off of all.
DOMAIN = "CASE WHEN ends_with(written, '.') THEN rtrim(written, '.') ELSE written END"

_SCHEME = re.compile(r"^\W*(?:mailto|e-?mail|mail)\s*:\s*", re.IGNORECASE)
_WRAPPED = re.compile(r"<\s*([^<>]*@[^<>]*?)\s*>")
_AT = re.compile(r"\s*[(\[{]\s*at\s*[)\]}]\s*|\s+at\s+|\uff20", re.IGNORECASE)
_DOT = re.compile(r"\s*[(\[{]\s*dot\s*[)\]}]\s*|\s+dot\s+", re.IGNORECASE)
_AROUND = " \t\r\n\xa0\u200b<>()[]{}\"'`,;:.!|/\\"


def is_address(text: str) -> bool:
    """Tell whether a text is one e-mail address."""
    return ADDRESS.fullmatch(text) is not None


def mend_address(text: str) -> str | None:
    """Return the one address a slip of the hand hides: ``Ann <a@x.org>,`` -> ``a@x.org``; None if there is no saying.

    Mended are the scheme of a link, brackets, blanks, a doubled or spelt out at sign, stray dots, and a comma that
    stands for a dot. Nothing is added that is not there.
    """
    mended = _SCHEME.sub("", unescape(text)).partition("?subject=")[0]
    wrapped = _WRAPPED.findall(mended)
    if len(wrapped) == 1:
        mended = wrapped[0]
    mended = _DOT.sub(".", _AT.sub("@", mended) if "@" not in mended else mended).strip(_AROUND)
    mended = re.sub(r"@[@\s.]*@", "@", mended)
    if mended.count("@") != 1:
        return None
    local, _, domain = mended.partition("@")
    local = re.sub(r"\.{2,}", ".", local.strip()).strip(".,;")
    domain = re.sub(r"[.,;]+", ".", re.sub(r"\s+", "", domain)).strip(".-")
    mended = f"{local}@{domain}"
    return mended if mended != text and is_address(mended) else None
