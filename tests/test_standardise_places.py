"""Streets, postal codes, cities, states and countries in their standard forms."""

import pytest

from tests.standardise_support import form, forms


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12a North Main Street, Apt. 4", ("12a", "n main street", "apt 4", None)),
        ("12A N. Main St. #4", ("12a", "n main street", "unit 4", None)),
        ("500 Fifth Ave Suite 200", ("500", "5th avenue", "ste 200", None)),
        ("500 5th Avenue", ("500", "5th avenue", None, None)),
        ("5th Avenue", (None, "5th avenue", None, None)),
        ("435 S. La Cienega Blvd", ("435", "s la cienega boulevard", None, None)),
        ("12-14 High St", ("12-14", "high street", None, None)),
        ("St. James St 4", ("4", "saint james street", None, None)),
        ("12 N St James Ave", ("12", "n saint james avenue", None, None)),
        ("45 Mercer St. at Prince", ("45", "mercer street at prince", None, None)),
        ("Highway 9", (None, "highway 9", None, None)),
        ("Unit 5, 12 Main Rd", ("12", "main road", "unit 5", None)),
        ("123 Main St 3rd Floor", ("123", "main street", "fl 3", None)),
        ("Hauptstraße 5", ("5", "hauptstr", None, None)),
        ("Hauptstr. 5 a", ("5a", "hauptstr", None, None)),
        ("Berliner Straße 12, 2. OG", ("12", "berlinerstr", "fl 2", None)),
        ("Alexanderplatz 3", ("3", "alexanderpl", None, None)),
        ("C/ Mayor 12", ("12", "calle mayor", None, None)),
        ("Calle Mayor, 12", ("12", "calle mayor", None, None)),
        ("1 rue de la Paix", ("1", "rue de la paix", None, None)),
        ("5 bis av. de la Paix", ("5bis", "avenue de la paix", None, None)),
        ("P.O. Box 123", (None, None, None, "123")),
        ("Postfach 10 20 30", (None, None, None, "102030")),
        ("12 Main St, PO Box 9", ("12", "main street", None, "9")),
        ("中山路 12", ("12", "中山路", None, None)),
        ("!!", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_street(cell: str | None, expected: tuple[str | None, ...]) -> None:
    """A street is its house number, its name in usual words, the unit and the box, in any order they are written in."""
    assert forms("street", cell, "1 Elm Rd") == [expected, ("1", "elm road", None, None)]


@pytest.mark.parametrize(
    ("cell", "country", "expected"),
    [
        ("sw1a 1aa", None, ("SW1A1AA", "SW1A")),
        ("K1A-0B1", "CA", ("K1A0B1", "K1A")),
        ("02139-4307", None, ("02139", "021")),
        ("021394307", "US", ("02139", "021")),
        ("2139", "US", ("02139", "021")),
        ("2139", "AU", ("2139", "21")),
        ("2139", None, ("2139", "21")),
        ("D-10115", "DE", ("10115", "101")),
        ("75001.0", "FR", ("75001", "750")),
        (None, "US", (None, None)),
    ],
)
def test_postal_code(cell: str | None, country: str | None, expected: tuple[str | None, str | None]) -> None:
    """A postal code is bare; a lost zero comes back in the United States only; its beginning names the area."""
    assert forms("postal_code", cell, beside=country) == [expected]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("St. Louis, MO", "st louis"),
        ("Saint Louis", "st louis"),
        ("SAINT LOUIS, MISSOURI", "st louis"),
        ("Springfield IL", "springfield"),
        ("Frankfurt (Main)", "frankfurt"),
        ("10115 Berlin", "berlin"),
        ("Zürich", "zurich"),
        ("(x)", "x"),
        ("12", "12"),
        (None, None),
    ],
)
def test_city(cell: str | None, name: str | None) -> None:
    """A city is its name without state, brackets and postal code; saint, mount and directions are short."""
    assert form("city", "name", cell) == [name]


def test_countries_and_states() -> None:
    """Countries and states have their ISO code; a state that several countries have needs its country."""
    assert form("country", "code", "USA", "Deutschland", "U.K.", "nowhere", None) == ["US", "DE", "GB", None, None]
    assert form("state", "code", "California", "Bayern", "WA", None) == ["US-CA", "DE-BY", None, None]
    assert form("state", "code", "WA", "California", beside="US") == ["US-WA", "US-CA"]
    assert form("state", "name", "New South Wales") == ["new south wales"]
