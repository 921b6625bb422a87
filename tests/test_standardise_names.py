"""Names of people in their standard forms."""

import pyarrow as pa
import pytest

from segaudit.identity.standardise import full_form, nickname_codes, phonetic, same_nickname
from tests.standardise_support import LISTS, form, forms


@pytest.mark.parametrize(
    ("cell", "name", "rest"),
    [
        ("Renée", "renee", None),
        ("Øyvind", "oyvind", None),
        ("Jean-Pierre", "jean", "pierre"),
        ("Ann B.", "ann", "b"),
        ("J.R.", "j", "r"),
        ("Dr. Ann", "ann", None),
        ("Herr", "herr", None),
        ('Robert "Bob"', "robert", "bob"),
        ("D'Angelo", "dangelo", None),
        ("Владимир", "владимир", None),
        ("--", None, None),
        (None, None, None),
    ],
)
def test_given_name(cell: str | None, name: str | None, rest: str | None) -> None:
    """A given name is its first word without accents and titles; further names and initials stand beside it."""
    assert forms("given_name", cell, "Jean Paul") == [(name, rest), ("jean", "paul")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Müller", ("muller", "muller", None)),
        ("Weiß", ("weiss", "weiss", None)),
        ("O’Brien", ("obrien", "obrien", None)),
        ("O Brien", ("obrien", "obrien", None)),
        ("Mc Donald", ("mcdonald", "mcdonald", None)),
        ("van der Berg", ("vanderberg", "vanderberg", None)),
        ("de la Cruz", ("delacruz", "delacruz", None)),
        ("St. John", ("stjohn", "stjohn", None)),
        ("Saint John", ("stjohn", "stjohn", None)),
        ("Smith-Jones", ("smithjones", "smith jones", None)),
        ("Smith Jones", ("smithjones", "smith jones", None)),
        ("Ortega y Gasset", ("ortegagasset", "ortega gasset", None)),
        ("Schmidt geb. Meyer", ("schmidtmeyer", "schmidt meyer", None)),
        ("Smith, Jr.", ("smith", "smith", "jr")),
        ("Smith Junior", ("smith", "smith", "jr")),
        ("Smith III", ("smith", "smith", "iii")),
        ("Smith PhD", ("smith", "smith", None)),
        ("Jr", ("jr", "jr", None)),
        ("Ma", ("ma", "ma", None)),
        (None, (None, None, None)),
    ],
)
def test_family_name(cell: str | None, expected: tuple[str | None, ...]) -> None:
    """A family name is one word with its particles; double names keep their parts, Jr and Sr stand beside."""
    assert forms("family_name", cell, "A B") == [expected, ("ab", "a b", None)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ann Smith", ("ann", None, "smith", "smith", None)),
        ("Smith, Ann B.", ("ann", "b", "smith", "smith", None)),
        ("SMITH, ANN", ("ann", None, "smith", "smith", None)),
        ("Dr. Ann van der Berg Jr.", ("ann", None, "vanderberg", "vanderberg", "jr")),
        ("Ann Smith, PhD, MBA", ("ann", None, "smith", "smith", None)),
        ("Prof. Dr. Hans Müller", ("hans", None, "muller", "muller", None)),
        ("Smith, Dr. Ann", ("ann", None, "smith", "smith", None)),
        ("Smith, Jr., John", ("john", None, "smith", "smith", "jr")),
        ("Smith Jr., John", ("john", None, "smith", "smith", "jr")),
        ("John Smith, Jr.", ("john", None, "smith", "smith", "jr")),
        ("John D Smith", ("john", "d", "smith", "smith", None)),
        ("Ann Smith-Jones", ("ann", None, "smithjones", "smith jones", None)),
        ("Jean-Paul Gaultier", ("jean", "paul", "gaultier", "gaultier", None)),
        ("Yo-Yo Ma", ("yo", "yo", "ma", "ma", None)),
        ("Ann Ma, MA", ("ann", None, "ma", "ma", None)),
        ("van Gogh, Vincent", ("vincent", None, "vangogh", "vangogh", None)),
        ("Smith", ("smith", None, None, None, None)),
        ("Herr Müller", (None, None, "muller", "muller", None)),
        ("Mr. and Mrs. Smith", (None, None, "smith", "smith", None)),
        ("Ann & Bob Smith", ("ann", "bob", "smith", "smith", None)),
        ("ANN SMITH (ACME)", ("ann", None, "smith", "smith", None)),
        ("Robert (Bob) Smith", ("robert", "bob", "smith", "smith", None)),
        ("Ann Smith, DO", ("ann", None, "smith", "smith", None)),
        ("Dr.", ("dr", None, None, None, None)),
        ("Ann,", ("ann", None, None, None, None)),
        (None, (None, None, None, None, None)),
    ],
)
def test_full_name(cell: str | None, expected: tuple[str | None, ...]) -> None:
    """A whole name is taken apart either way round, without titles and degrees; a lone word is given unless titled."""
    assert forms("full_name", cell) == [expected]
    assert forms("full_name", "Smith, Ann", cell, "Bo Li")[1] == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bob", "robert", True),
        ("robert", "bob", True),
        ("bob", "rob", True),
        ("bill", "robert", False),
        ("william", "robert", False),
        ("christopher", "christine", False),
        ("paco", "francisco", True),
        ("ann", "ann", True),
        ("ann", "bob", False),
        ("xyz", "xyz", True),
        (None, "bob", None),
    ],
)
def test_same_nickname(one: str | None, other: str, same: bool | None) -> None:  # noqa: FBT001 - an expected answer
    """Two given names may be one person's if one stands for the other or both for a third."""
    pair = pa.array([one], pa.string()), pa.array([other], pa.string())
    assert same_nickname(*pair, LISTS).to_pylist() == [same]


def test_nickname_codes() -> None:
    """A nickname has the full names it may stand for, a name nobody shortens has itself, nothing has nothing."""
    codes = nickname_codes(pa.array(["bob", "xyz", None]), LISTS).to_pylist()
    assert {"bob", "robert"} <= set(codes[0])
    assert codes[1:] == [["xyz"], None]


def test_full_form() -> None:
    """The full form of a nickname is one name, the same for all nicknames of it that stand for nothing else."""
    assert full_form(pa.array(["rob", "robert", "xyz", None]), LISTS).to_pylist() == ["robert", "robert", "xyz", None]


@pytest.mark.parametrize(
    "spellings",
    [
        "schwartz schwarz shvarts",
        "catherine kathryn catharine katrin",
        "philips phillips filips",
        "jeffrey geoffrey",
        "jackson jaxon",
        "meyer maier mayr",
        "mueller muller",
        "thompson tomson",
        "knight night nite",
        "yusuf jusuf",
        "christian kristian",
        "hughes hues",
    ],
)
def test_phonetic_same(spellings: str) -> None:
    """Spellings of one name have one code."""
    assert len(set(phonetic(pa.array(spellings.split())).to_pylist())) == 1


def test_phonetic_different() -> None:
    """Names that sound different have different codes; what is not ASCII is its own code, digits alone have none."""
    assert phonetic(pa.array(["schwartz", "smith", "anna", "hanna", "владимир", "12", None])).to_pylist() == [
        "SFRS", "SMT", "AN", "HN", "владимир", None, None,
    ]  # fmt: skip


def test_columns_are_of_one_length() -> None:
    """A kind gives as many forms as there are cells, also of no cells."""
    assert form("given_name", "name") == []
    assert form("family_name", "parts", None, None) == [None, None]
