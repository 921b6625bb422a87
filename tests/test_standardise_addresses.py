"""Mail and web addresses in their standard forms."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tldextract import TLDExtract

from segaudit.identity.standardise.web import registered
from tests.standardise_support import form, forms

_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_LABELS = st.sampled_from(
    "a acme www co com uk ck city kawasaki jp github io compute amazonaws s3 de bd np gov local kobe er".split()
)


@pytest.mark.parametrize(
    ("cell", "address", "kind"),
    [
        ("Ann.Smith@Acme.com", "ann.smith@acme.com", "own"),
        ("ann+news@acme.com", "ann@acme.com", "own"),
        ("Ann.Smith+x@GoogleMail.com", "annsmith@gmail.com", "free"),
        ("a.n.n@gmail.com", "ann@gmail.com", "free"),
        ("a.n.n@yahoo.com", "a.n.n@yahoo.com", "free"),
        ("ann@gmial.com", "ann@gmail.com", "free"),
        ("ann@gmail.con", "ann@gmail.com", "free"),
        ("ann@hotmial.com", "ann@hotmail.com", "free"),
        ("ann@email.com", "ann@email.com", "free"),
        ("ann@acme.con", "ann@acme.com", "own"),
        ("ann@acme.co", "ann@acme.co", "own"),
        ("Ann <ann@acme.org>,", "ann@acme.org", "own"),
        ("mailto:ann@acme.org", "ann@acme.org", "own"),
        ("ann (at) acme.org", "ann@acme.org", "own"),
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de", "own"),
        ("info@acme.com", "info@acme.com", "role"),
        ("noemail@acme.com", "noemail@acme.com", "junk"),
        ("no-email@acme.com", "no-email@acme.com", "junk"),
        ("asdf@acme.com", "asdf@acme.com", "junk"),
        ("xxx@acme.com", "xxx@acme.com", "junk"),
        ("x@x.com", "x@x.com", "junk"),
        ("ann@example.com", "ann@example.com", "junk"),
        ("ann", None, None),
        ("@acme.com", None, None),
        (None, None, None),
    ],
)
def test_email(cell: str | None, address: str | None, kind: str | None) -> None:
    """An address is its mailbox, without tags, dots nobody reads and slips for providers; its kind says whose it is."""
    assert form("email", "address", cell, "b@acme.com") == [address, "b@acme.com"]
    assert form("email", "kind", cell) == [kind]


def test_email_parts() -> None:
    """Beside the address stand what is before and behind the @, and the letters of what is before it as words."""
    assert forms("email", "john.smith2@acme.com")[0] == (
        "john.smith2@acme.com", "john.smith2", "acme.com", "own", "john smith",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "domain", "host", "page"),
    [
        ("https://www.Shop.Acme.co.uk/de?x=1", "acme.co.uk", "shop.acme.co.uk", None),
        ("acme.com", "acme.com", "acme.com", None),
        ("WWW.ACME.COM:8080", "acme.com", "acme.com", None),
        ("http:\\\\acme.com\\", None, None, None),
        ("//acme.com#top", "acme.com", "acme.com", None),
        ("ann@acme.com", "acme.com", "acme.com", None),
        ("acme.github.io", "acme.github.io", "acme.github.io", None),
        ("münchen.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", None),
        ("facebook.com/Acme/", None, None, "facebook.com/acme"),
        ("https://de.linkedin.com/company/acme/about", None, None, "linkedin.com/company/acme"),
        ("facebook.com", None, None, None),
        ("co.uk", None, "co.uk", None),
        ("acme.local", None, "acme.local", None),
        ("acme", None, None, None),
        (None, None, None, None),
    ],
)
def test_web(cell: str | None, domain: str | None, host: str | None, page: str | None) -> None:
    """A web address is the domain somebody registered, or the page on a host that many share."""
    assert forms("web", cell, "b.org") == [(domain, host, page), ("b.org", "b.org", None)]


@settings(deadline=None, max_examples=300)
@example(hosts=["city.kobe.jp", "www.city.kobe.jp", "a.b.kobe.jp", "www.ck", "a.b.ck", "a.s3.amazonaws.com"])
@given(hosts=st.lists(st.lists(_LABELS, min_size=1, max_size=6).map(".".join), min_size=1, max_size=8))
def test_registered_domains(hosts: list[str]) -> None:
    """The registered domain of a whole column is that of tldextract for each host, private suffixes included."""
    parts = [_EXTRACT(host) for host in hosts]
    expected = [f"{part.domain}.{part.suffix}" if part.domain and part.suffix else None for part in parts]
    assert registered(pa.array(hosts)).to_pylist() == expected
