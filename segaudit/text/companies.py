"""Names of companies: their legal form, and how they are capitalised."""

import re
from functools import cache

from cleanco import termdata

from segaudit.text.folding import fold_header

# How legal forms are written that are neither all capitals nor one capital and small letters.
_USUAL = {
    "gmbh": "GmbH", "mbh": "mbH", "kg": "KG", "kgaa": "KGaA", "ag": "AG", "ohg": "OHG", "ug": "UG", "ev": "e.V.",
    "llc": "LLC", "llp": "LLP", "lp": "LP", "pllc": "PLLC", "inc": "Inc", "ltd": "Ltd", "pty": "Pty", "pvt": "Pvt",
    "plc": "plc", "corp": "Corp", "co": "Co", "sa": "SA", "sas": "SAS", "sarl": "SARL", "srl": "SRL", "spa": "SpA",
    "sl": "SL", "bv": "BV", "nv": "NV", "ab": "AB", "as": "AS", "aps": "ApS", "oy": "Oy", "oyj": "Oyj", "se": "SE",
    "sro": "s.r.o.", "doo": "d.o.o.", "limited": "Limited", "incorporated": "Incorporated", "ltda": "Ltda",
}  # fmt: skip
_SAME = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "company": "co", "lc": "llc"}
_SMALL = frozenset("and of the de la du des und y e et for & von van in on at by".split())
_TOKEN = re.compile(r"[^\s,]+")


@cache
def _terms() -> frozenset[str]:
    """Return the legal forms cleanco knows, folded, one word each."""
    known = {fold_header(term) for terms in termdata.terms_by_type.values() for term in terms if " " not in term}
    return frozenset(known | set(_USUAL)) - {"", "company", "the"}


def has_legal_form(name: str) -> bool:
    """Tell whether a name in small letters and without signs ends in a legal form."""
    return " " in name and name.rpartition(" ")[2] in _terms()


def same_company(cell: str) -> str:
    """Return SQL for a name without signs and capitals, its legal form in the usual short form.

    ``Acme, Limited`` and ``ACME Ltd.`` -> ``acme ltd``.
    """
    plain = f"regexp_replace(replace(lower({cell}), '.', ''), '[^a-z0-9-􏿿]+', ' ', 'g')"
    ends = " ".join(
        f"WHEN ends_with(k, ' {long}') THEN k[:-{len(long) + 1}] || '{short}'" for long, short in _SAME.items()
    )
    return f"(SELECT CASE {ends} ELSE k END FROM (SELECT trim({plain}) AS k))"  # noqa: S608 - words of ours only


def company_case(name: str) -> str | None:
    """Return a company's name with usual capitals; None where short words may be abbreviations.

    ``ZEPHYRPOINT SOFTWARE INC.`` -> ``Zephyrpoint Software Inc.``
    """
    pieces, at, named = [], 0, 0
    for index, token in enumerate(_TOKEN.finditer(name)):
        pieces.append(name[at : token.start()])
        at = token.end()
        word, folded = token[0], fold_header(token[0])
        if folded in _terms() and index:
            pieces.append(_form(word, folded))
        elif word.lower() in _SMALL:
            pieces.append(word.lower() if index else word.capitalize())
        elif len(folded) < 4 or not folded.isalpha():  # noqa: PLR2004 - IBM, SAP, 3M: shorter words are rarely words
            return None
        else:
            named += 1
            pieces.append("-".join(part.capitalize() for part in word.split("-")))
    return "".join(pieces) + name[at:] if named > 1 else None


def _form(word: str, folded: str) -> str:
    usual = _USUAL.get(folded, word.capitalize())
    if "." in word and "." not in usual:
        dotted = word.rstrip(".")
        return word.upper() if "." in dotted else f"{usual}."
    return usual
