"""Names of companies in their standard forms."""

import pytest

from tests.standardise_support import form, forms


@pytest.mark.parametrize(
    ("cell", "name", "legal"),
    [
        ("Acme, Inc.", "acme", "inc"),
        ("Acme Incorporated", "acme", "inc"),
        ("Acme L.L.C.", "acme", "llc"),
        ("Acme Co., Ltd.", "acme", "co ltd"),
        ("ACME Pty. Limited", "acme", "pty ltd"),
        ("Acme Pvt Ltd", "acme", "pvt ltd"),
        ("Müller GmbH & Co. KG", "muller", "gmbh co kg"),
        ("Acme S.A. de C.V.", "acme", "sa de cv"),
        ("Acme S. de R.L. de C.V.", "acme", "s de rl de cv"),
        ("Acme Sp. z o.o.", "acme", "sp zoo"),
        ("Acme spol. s r.o.", "acme", "spol sro"),
        ("San Diego Zoo", "san diego zoo", None),
        ("Toyota K.K.", "toyota", "kk"),
        ("PHILIPS ELECTRONICS N V", "philips electronics", "nv"),
        ("OOO Romashka", "romashka", "ooo"),
        ("Acme AG (Bern)", "acme bern", "ag"),
        ("Acme N.V., Delft", "acme delft", "nv"),
        ("Acme Inc. UK", "acme uk", "inc"),
        ("Limited", "limited", None),
        ("Co KG", "co", "kg"),
        ("The Gap", "gap", None),
        ("Gap, The", "gap", None),
        ("The", "the", None),
        ("Smith & Jones", "smith jones", None),
        ("Smith and Jones", "smith jones", None),
        ("Schmidt und Söhne", "schmidt sohne", None),
        ("AT&T", "at t", None),
        ("J.P. Morgan", "jp morgan", None),
        ("L'Oréal", "loreal", None),
        ("Kellogg´s", "kelloggs", None),
        ("Amazon.com, Inc.", "amazon", "inc"),
        ("Intl Business Machines Corp", "international business machines", "corp"),
        ("Smith Bros Mfg", "smith brothers manufacturing", None),
        ("R&amp;D Systems", "rd systems", None),
        ("MÃ¼ller AG", "muller", "ag"),
        ("ООО Ромашка", "ромашка", "ооо"),
        ("...", None, None),
    ],
)
def test_company(cell: str, name: str | None, legal: str | None) -> None:
    """A company is its name without legal form, article and conjunction; nothing but a legal form stays a name."""
    assert form("company", "name", cell, "Zeta Ltd") == [name, "zeta"]
    assert form("company", "legal", cell) == [legal]


def test_compact_and_acronym() -> None:
    """Beside the name stand the name without blanks and, of several ASCII words, their first letters."""
    assert forms("company", "Face Book", "Facebook", "Ромашка Плюс", None) == [
        ("face book", "facebook", "fb", None),
        ("facebook", "facebook", None, None),
        ("ромашка плюс", "ромашкаплюс", None, None),
        (None, None, None, None),
    ]
