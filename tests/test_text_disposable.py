"""Domains of throw-away addresses."""

from disposable_email_domains import blocklist

from segaudit.text.disposable import disposable_domains
from tests.test_contract import MISTYPED


def test_a_slip_away_from_a_large_provider_is_no_throw_away_address() -> None:
    """What a mistyped gmail.com needs is a correction, and all else on the published list stays on it."""
    assert blocklist - disposable_domains() == MISTYPED
    assert "mailinator.com" in disposable_domains()
