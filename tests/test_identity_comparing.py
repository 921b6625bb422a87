"""What two records are to each other in one respect: the level of names, addresses, numbers, dates and texts."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.comparing.mail import Mailboxes
from segaudit.identity.comparing.names import family_names, given_names, in_order
from segaudit.identity.comparing.numbers import codes, dates, points, postal_codes, quantities
from segaudit.identity.comparing.texts import categories, lists, named_things, streets
from tests.standardise_support import LISTS, form

NOTHING = "no value"


def attribute(*texts: str | None, name: str = "field") -> Attribute:
    """Return a standard form of a table, one text for each record."""
    return encode(name, "name", pa.array(texts, pa.string()), np.arange(len(texts), dtype=np.int32))


def level(comparison: Comparison, left: int = 0, right: int = 1) -> str:
    """Return the name of the level of two records, the same from either side."""
    a, b = np.array([left], dtype=np.int32), np.array([right], dtype=np.int32)
    there, back = comparison.compare(a, b)[0], comparison.compare(b, a)[0]
    assert there == back
    return str(comparison.names()[there])


def agrees(comparison: Comparison, left: int = 0, right: int = 1) -> bool:
    """Return whether the level of two records speaks for them being one."""
    found = comparison.compare(np.array([left], dtype=np.int32), np.array([right], dtype=np.int32))[0]
    return bool(comparison.agreeing()[found])


# ------------------------------------------------------------------------------------------------------------- equality


def test_a_blank_says_nothing() -> None:
    """A pair of which one record has no value is at no level."""
    assert level(categories(attribute("red", None))) == NOTHING


def test_equality_is_told_by_how_many_share_the_value() -> None:
    """Two Smiths of eight are at another level than two Quayles of two."""
    names = attribute(*["smith"] * 8, "quayle", "quayle")
    comparison = categories(names)
    assert level(comparison, 0, 1) == "same (shared by 8+)"
    assert level(comparison, 8, 9) == "same (shared by 2+)"
    assert level(comparison, 0, 9) == "different"


def test_levels_of_one_entity_are_shares() -> None:
    """What is known beforehand of the levels adds up to 1 in each context; of a blank nothing is known."""
    given, family = attribute("ann", "bob", "ann"), attribute("smith", "smith", "smith")
    comparison = given_names(given, family, LISTS)
    prior = comparison.prior()
    sums = [prior[start : start + comparison.span].sum() for start in comparison.starts()]
    assert sums == pytest.approx([1.0, 1.0])
    assert prior[0] == 0
    assert len(prior) == len(comparison.names()) == len(comparison.agreeing()) == comparison.size


def test_levels_of_two_entities_are_shares() -> None:
    """What is known beforehand of chance adds up to 1 in each context, and is mostly difference; of colours nothing."""
    given, family = attribute("ann", "bob", "ann"), attribute("smith", "smith", "smith")
    for comparison in (given_names(given, family, LISTS), family_names(family, family, given)):
        chance = comparison.prior_chance()
        assert chance is not None
        assert chance[0] == 0
        for start in comparison.starts():
            part = chance[start : start + comparison.span]
            assert part.sum() == pytest.approx(1)
            assert part[0] > 0.9
    assert categories(given).prior_chance() is None


# ---------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("robert", "bob", "nickname"),
        ("r", "robert", "initial"),
        ("r", "bob", "different"),
        ("christopher", "chrsitopher", "one slip"),
        ("thorvald", "thor", "short form"),
        ("iván", "иван", NOTHING),
        ("ann", "theodor", "different"),
        ("ann", "agathe", "different, same initial"),
    ],
)
def test_given_names(left: str, right: str, expected: str) -> None:
    """Short for each other, an initial, misspelt, cut short; of two scripts nothing is said."""
    given = attribute(*form("given_name", "name", left, right))
    assert level(given_names(given, None, LISTS)) == expected


def test_a_rare_name_may_be_a_slip_and_a_usual_one_is_another_name() -> None:
    """Delvina beside Delvine is a slip if one of them is rare, and two names if many have either."""
    rare = given_names(attribute("delvina", *["delvine"] * 5), None, LISTS)
    usual = given_names(attribute("delvina", *["delvine"] * 5, *["delvina"] * 4), None, LISTS)
    assert (level(rare), agrees(rare)) == ("one slip", True)
    assert (level(usual), agrees(usual)) == ("alike, both usual names", False)


@pytest.mark.parametrize("given", [("brown", "john"), ("brown", "johnn")])
def test_names_in_each_others_column(given: tuple[str, str]) -> None:
    """John Brown and Brown John are swapped, with a slip too; the family name then says nothing beside."""
    first, last = attribute(*given), attribute("john", "brown")
    assert level(given_names(first, last, LISTS)) == "swapped with the family name"
    assert level(family_names(last, last, first)) == NOTHING


def test_two_of_one_family_are_not_swapped() -> None:
    """Ann Smith and Bob Smith have different given names."""
    assert level(given_names(attribute("ann", "bob"), attribute("smith", "smith"), LISTS)) == "different"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Meyer-Schmidt", "Schmidt", "part of a double name"),
        ("Thistlewood", "Thistelwood", "one slip"),
        ("S", "Schmidt", "initial"),
        ("Schmidt", "Quayle", "different"),
        ("Иванов", "Ivanov", NOTHING),
    ],
)
def test_family_names(left: str, right: str, expected: str) -> None:
    """Half of a double name, a slip, an initial; of two scripts nothing is said."""
    name, parts = (attribute(*form("family_name", which, left, right)) for which in ("name", "parts"))
    assert level(family_names(name, parts, None)) == expected


def test_names_are_put_in_order_where_the_table_knows_better() -> None:
    """Brown John is turned among many John Browns; Raju Kumar, whose names are both, stays."""
    given = attribute(*["john"] * 30, "brown", "raju", "kumar")
    family = attribute(*["brown"] * 30, "john", "kumar", "raju")
    first, last, turned = in_order(given, family)
    assert np.flatnonzero(turned).tolist() == [30]
    assert [first.texts[first.codes[place]] for place in (0, 30, 31, 32)] == ["john", "john", "raju", "kumar"]
    assert [last.texts[last.codes[place]] for place in (0, 30, 31, 32)] == ["brown", "brown", "kumar", "raju"]


# ------------------------------------------------------------------------------------------------------------ addresses


def mail(*addresses: str, given: Sequence[str], family: Sequence[str], own: bool) -> tuple[str, str]:
    """Return the levels of two addresses: at one company, and otherwise."""
    local, domain = zip(*(address.split("@") for address in addresses), strict=True)
    company = attribute(*(domain if own else [None] * len(domain)))
    boxes = Mailboxes(attribute(*addresses), attribute(*local), company, [attribute(*given), attribute(*family)])
    work, others = boxes.comparisons()
    return level(work), level(others)


def test_aliases_at_one_company_say_nothing() -> None:
    """ann.smith@ and asmith@ may be two addresses of one Ann Smith."""
    found = mail("ann.smith@acme.example", "asmith@acme.example", given=["ann"] * 2, family=["smith"] * 2, own=True)
    assert found == (NOTHING, NOTHING)


@pytest.mark.parametrize(
    ("left", "right", "given", "family", "expected"),
    [
        ("ann.smith", "asmith", ["ann", "a"], ["smith", "smith"], NOTHING),
        ("smith.ann", "smith", ["ann", "ann"], ["smith", "smiht"], NOTHING),
        ("ann.smith", "a.jones", ["ann", "ann"], ["smith", "jones"], "different"),
        ("ann", "anne", ["ann", "anne"], ["smith", "smith"], "different"),
        ("ann", "asmith", ["ann", "ann"], ["jones", "smith"], "different"),
    ],
)
def test_addresses_that_spell_one_name(
    left: str, right: str, given: Sequence[str], family: Sequence[str], expected: str
) -> None:
    """Two addresses may be one person's if both are made of the name of one of the two; a given name alone is not."""
    assert mail(f"{left}@acme.example", f"{right}@acme.example", given=given, family=family, own=True)[0] == expected


def test_a_number_is_given_to_the_second_of_one_name() -> None:
    """ann@ and ann2@ at one company are two people, although both are called Ann Smith."""
    found = mail("ann@acme.example", "ann2@acme.example", given=["ann"] * 2, family=["smith"] * 2, own=True)
    assert found == ("different", NOTHING)


def test_two_names_at_one_company_have_two_mailboxes() -> None:
    """sara@ and sarah@ of a Sara and a Sarah are no slip."""
    found = mail("sara@acme.example", "sarah@acme.example", given=["sara", "sarah"], family=["smith"] * 2, own=True)
    assert found == ("different", NOTHING)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("ann1980@one.example", "ann1980@two.example", "same telling name, another domain"),
        ("ann@one.example", "ann@two.example", NOTHING),
        ("ann.smith@one.example", "ann.smiht@one.example", NOTHING),
        ("ann@one.example", "fuzzybear@two.example", "different"),
    ],
)
def test_private_addresses(left: str, right: str, expected: str) -> None:
    """A telling name counts at any domain; a plain one, or a slip, says nothing; all else is another address."""
    assert mail(left, right, given=["ann"] * 2, family=["smith"] * 2, own=False) == (NOTHING, expected)


# ------------------------------------------------------------------------------------------------- numbers and the rest


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("8912345", "8912354", "one slip"), ("8912345", "8854321", "different"), ("123", "124", "different")],
)
def test_numbers(left: str, right: str, expected: str) -> None:
    """Two digits swapped are a slip in a long number, and another number in a short one."""
    assert level(codes(attribute(left, right), same=0.5, slip=0.05)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1980-03-04", "1980-04-03", "one slip"),
        ("1980-03-04", "1980-03-05", "one slip"),
        ("1980-03-04", "1980-05-24", "two slips"),
        ("1980-03-04", "1951-11-27", "different"),
    ],
)
def test_dates(left: str, right: str, expected: str) -> None:
    """Day and month swapped, or one digit wrong, is a slip; two digits are two."""
    assert level(dates(attribute(left, right))) == expected


def test_measures() -> None:
    """100 and 100.5 are hardly apart, 100 and 95 somewhat, 100 and 50 different; 0 and 0.0 too small to divide."""
    comparison = quantities(attribute("100", "100.5", "95", "50", "0", "0.0"))
    found = [level(comparison, left, right) for left, right in ((0, 1), (0, 2), (0, 3), (4, 5))]
    assert found == ["within 1 %", "within 10 %", "different", "within 1 %"]


def test_places_on_the_earth() -> None:
    """A thousandth of a degree to the north is 111 m, a hundredth 1.1 km, a tenth 11 km, one 111 km."""
    degrees = np.array([[50.0, 8.0], [50.001, 8.0], [50.01, 8.0], [50.1, 8.0], [51.0, 8.0]])
    comparison = points(attribute(*"abcde"), degrees)
    assert [level(comparison, 0, other) for other in (1, 2, 3, 4)] == [
        "within 150 m", "within 1500 m", "within 15 km", "far apart",
    ]  # fmt: skip


def test_postal_codes() -> None:
    """A digit wrong is a slip; the area alone is less; another area is another place."""
    comparison = postal_codes(attribute("80331", "80332", "80995", "10115"), attribute("80", "80", "80", "10"))
    assert [level(comparison, 0, other) for other in (1, 2, 3)] == ["one slip", "same area", "different"]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("international business machines", "ibm", "nearly all words shared"),
        ("sarabeths kitchen", "sarabeths kichen", "slips"),
        ("sarabeths", "sarabeths kitchen", "one has words more"),
        ("trail shoe size 9", "trail shoe size 10", "words shared, each has others"),
        ("rose of india", "jewel of india", "words shared, each has others"),
        ("thornbury manufacturing", "thornbury mfg", "words shortened or misspelt"),
        ("thornbury research park", "thornbury res", "words shortened or misspelt"),
        ("thornbury royal electronics", "electronics roial thornbury", "words shortened or misspelt"),
        ("thornbury unit r2", "thornbury unit r22", "words shared, each has others"),
        ("acme", "thistlewood", "different"),
    ],
)
def test_names_of_things(left: str, right: str, expected: str) -> None:
    """Acronyms, slips, short forms, a word more; numbers are never misspelt, and who has an own word is another."""
    others = [f"{word} {place}" for place in ("norwell", "upwell") for word in ("garage", "bakery", "mill", "forge")]
    assert level(named_things(attribute(left, right, *others))) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ritz carlton cafe", "ritz carlton dining room"),
        ("hilton bar", "spa hilton"),
        ("st marys chapel", "st marys primary school"),
        ("acme warehouse", "acme showroom"),
        ("hotel adlon", "restaurant adlon"),
        ("klinik am see", "apotheke am see"),
        ("church street cafe", "church street library"),
        ("hilton london bar", "hiltn london spa"),
    ],
)
def test_sites_of_one_owner(left: str, right: str) -> None:
    """Two names that agree but for the kind of site, of which each has its own, are a level of their own."""
    comparison = named_things(attribute(left, right, "mill", "forge"), anchor=True, site_kinds=LISTS.site_kinds)
    assert level(comparison) == "same but another kind of site"
    assert not agrees(comparison)
    assert comparison.apart is not None
    assert comparison.names()[comparison.apart] == "same but another kind of site"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ritz cafe", "ritz coffee shop"),  # two words for one kind
        ("ritz cafe", "ritz"),
        ("tonys grill", "tonys restaurant"),  # one says more closely what the other says
        ("hilton hotel", "hilton"),
        ("hilton bar and grill", "hilton bar"),
        ("norwell bar", "upwell spa"),  # nothing else in common
        ("cafe", "bar"),
    ],
)
def test_sites_that_may_be_one(left: str, right: str) -> None:
    """Words for one kind, a kind that one name leaves out or says less closely, and two owners: no such level."""
    others = [f"{word} {place}" for place in ("thorn", "mere") for word in ("garage", "bakery", "library", "spa")]
    comparison = named_things(attribute(left, right, *others), anchor=True, site_kinds=LISTS.site_kinds)
    assert level(comparison) != "same but another kind of site"


def test_lists() -> None:
    """Rare items count for more: half a list is some, and little if many have that half."""
    items = [["a", "b", "c", "d"], ["a", "b", "c", "d", "e"], ["a", "b", "x", "y"], ["c", "d", "v", "w"], ["z"]]
    items += [["a", "b"]] * 6
    comparison = lists(attribute(*(f"{place}" for place in range(len(items)))), items)
    assert [level(comparison, 0, other) for other in (1, 2, 3, 4)] == [
        "most shared", "little shared", "some shared", "nothing shared",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("12 Vine Road", "12 Vine Rd.", "same (shared by 2+)"),
        ("12 Vineyard Road", "12 Vinyard Road", "street alike, same number"),
        ("12 Vine Road", "14 Vine Road", "same street, another number"),
        ("12 Vine Road", "Vine Road", "same street, no number"),
        ("12 Vine Road", "12 Thistle Court", "different"),
    ],
)
def test_streets(left: str, right: str, expected: str) -> None:
    """A street misspelt at one number is nearly the same; another number in it is another address."""
    name, number = (attribute(*form("street", which, left, right)) for which in ("name", "number"))
    both = [f"{a} {b}" for a, b in zip(number.codes, name.codes, strict=True)]
    assert level(streets(attribute(*both), name, number)) == expected
