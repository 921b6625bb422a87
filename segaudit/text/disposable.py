"""Domains of throw-away addresses."""

from functools import cache

# A slip away from one of these, a domain on the published list is what people write who mean the provider.
_LARGE_PROVIDERS = ("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "live.com", "aol.com")


@cache
def disposable_domains() -> frozenset[str]:
    """Return the published list without those that are a slip away from a large provider: gmial.com is gmail.com."""
    from disposable_email_domains import blocklist  # noqa: PLC0415 - large; needed for addresses only
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    return frozenset(
        domain
        for domain in blocklist
        if not any(OSA.distance(domain, provider, score_cutoff=1) <= 1 for provider in _LARGE_PROVIDERS)
    )
