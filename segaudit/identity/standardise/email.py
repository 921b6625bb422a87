"""E-mail addresses: one form for each mailbox, and whose it can be."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, LETTERS, Column, Texts, byte_table
from segaudit.identity.standardise.domains import mended_domains, registered_spelling
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import boolean, replaced, texts_of
from segaudit.rulebook.standards import StandardLists
from segaudit.text.addresses import mend_address
from segaudit.text.names import is_struck

COLUMNS = ("address", "local", "domain", "kind", "words")
_REGULAR = r"^[a-z0-9!#$%&'*+/=?^_{|}~.-]+@(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*[a-z0-9]$"
_DOTS_IGNORED = ("gmail.com",)
_LONGEST_ADDRESS = 320  # characters, a name and marks around it included
_SPELT_OUT = (" at ", "(at)", "[at]")
_WORDS = byte_table(LETTERS)
_SIGNIFICANT = byte_table(LETTERS + DIGITS, others="")
_LETTER_AT_LETTER = r"^[a-z0-9]@[a-z0-9](?:\.[a-z]+)?$"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "1234567890")
_LONGEST_STRUCK, _LONGEST_TWICE = 8, 4  # keys


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the address as its provider reads it, its parts, whose it is and the words of its local part.

    ``Ann.Smith+news@GoogleMail.com`` -> address ``annsmith@gmail.com``, local ``annsmith``, domain ``gmail.com``, kind
    ``free``, words ``ann smith``. Kinds are "junk" (nobody's), "role" (a function's), "free" (anybody's, at a provider)
    and "own" (at the domain of the person or the company).
    """
    local, domain = _parts(_mended(plain(registered_spelling(texts, after="@"))))
    domain = mended_domains(domain, lists.mail_providers, lists.free_mail)
    local = _without_tag(local)
    words = Texts.of(local).translated(_WORDS).array()
    ignored = pc.is_in(domain, value_set=texts_of(_DOTS_IGNORED))
    local = pc.if_else(ignored, pc.replace_substring(local, ".", ""), local)
    address = pc.binary_join_element_wise(local, domain, "@")
    kind = _kinds(local, domain, address, lists)
    return {"address": address, "local": local, "domain": domain, "kind": kind, "words": words}


def _mended(texts: Column) -> Column:
    """Return folded texts that are addresses; what a slip of the hand hides is mended, all else null."""
    texts = pc.ascii_trim_whitespace(texts)
    odd = boolean(pc.invert(pc.match_substring_regex(texts, _REGULAR)))
    return replaced(texts, odd, texts_of([_mended_one(text) for text in texts.filter(odd).to_pylist()]))


def _mended_one(text: str) -> str | None:
    if len(text) > _LONGEST_ADDRESS or ("@" not in text and not any(at in text for at in _SPELT_OUT)):
        return None
    mended = mend_address(text) or "".join(text.split())
    local, _, domain = mended.partition("@")
    return mended if local and domain and "@" not in domain else None


def _parts(addresses: Column) -> tuple[Column, Column]:
    """Return what stands before and behind the only @."""
    parts = pc.split_pattern(addresses, "@")
    missing = boolean(addresses.is_null())
    starts = np.asarray(parts.offsets)[:-1]
    return parts.values.take(pa.array(starts, mask=missing)), parts.values.take(pa.array(starts + 1, mask=missing))


def _without_tag(local: Column) -> Column:
    """Return local parts without what stands behind a plus; a plus at the beginning is no tag."""
    tagged = boolean(pc.match_substring_regex(local, r".\+"))
    if not tagged.any():
        return local
    return replaced(local, tagged, pc.replace_substring_regex(local.filter(tagged), r"^(.[^+]*)\+.*$", r"\1"))


def _kinds(local: Column, domain: Column, address: Column, lists: StandardLists) -> Column:
    junk = {part: {value for value, of in lists.junk_addresses if of == part} for part in ("local", "domain")}
    bare = Texts.of(local).translated(_SIGNIFICANT).array()
    nobodys = boolean(pc.is_in(bare, value_set=texts_of(sorted(junk["local"] | _struck()))))
    nobodys |= boolean(pc.is_in(domain, value_set=texts_of(sorted(junk["domain"]))))
    nobodys |= boolean(pc.match_substring_regex(address, _LETTER_AT_LETTER)) | boolean(bare.is_null())
    role = pc.is_in(local, value_set=texts_of(sorted(lists.roles)))
    free = pc.is_in(domain, value_set=texts_of(sorted(lists.free_mail)))
    kind = pc.if_else(pa.array(nobodys), "junk", pc.if_else(role, "role", pc.if_else(free, "free", "own")))
    return pc.if_else(pc.is_valid(domain), kind, pa.scalar(None, pa.string()))


@cache
def _struck() -> frozenset[str]:
    """Return keys struck in a row, once or twice, and one key held."""
    lengths = range(3, _LONGEST_STRUCK + 1)
    runs = {keys[start : start + n] for keys in _KEYS for n in lengths for start in range(len(keys) - n + 1)}
    held = {key * n for key in LETTERS + DIGITS for n in lengths}
    twice = {run * 2 for run in runs if len(run) <= _LONGEST_TWICE}
    return frozenset(run for run in runs | held | twice if run.isdigit() or is_struck(run))
