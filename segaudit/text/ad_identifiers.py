"""Addresses as advertising platforms compare them: standardised as each asks, then hashed."""

import hashlib
from collections.abc import Collection
from functools import lru_cache

from segaudit.text.addresses import is_address
from segaudit.text.phones import judge_number

_LONGEST = 320  # characters


def ad_email(text: str, gmail: Collection[str] = ()) -> str | None:
    """Return an e-mail address as it is hashed: without white space, in small letters; None if it is none.

    Args:
        text: A cell.
        gmail: Domains in whose addresses dots before the @, and what stands behind a plus, say nothing.
    """
    address = "".join(text.split()).lower()
    if len(address) > _LONGEST or not is_address(address):
        return None
    local, _, domain = address.rpartition("@")
    if domain in gmail:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else None


@lru_cache(maxsize=100_000)
def ad_phone(text: str, region: str | None) -> str | None:
    """Return a phone number in the international form, with its +; None if no such number can be in use.

    Args:
        text: A cell.
        region: ISO 3166 code of the country it is dialled in; None where that is not known, and only numbers that
            begin with + or 00 can be told.
    """
    dialled = text.strip()
    if dialled.startswith("00") and region is None:
        dialled = f"+{dialled[2:]}"
    verdict, number = judge_number(dialled, region)
    return number if verdict == "fine" else None


def hashed(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as 64 small hexadecimal letters."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
