"""Duplicates found in tables whose truth is known: people, households, companies, articles, and nobody twice."""

import random
from collections.abc import Callable

import pytest

from tests.worlds.companies import make_companies
from tests.worlds.contacts import make_contacts
from tests.worlds.crowd import make_crowd
from tests.worlds.households import HEADER, make_households
from tests.worlds.names import GIVEN_NAMES, STREETS, SURNAMES, TOWNS
from tests.worlds.products import make_products
from tests.worlds.running import find_entities, find_in_world, find_with_pairs
from tests.worlds.scoring import measure_reliability, score_partition
from tests.worlds.sites import make_sites
from tests.worlds.small import with_few_doubles
from tests.worlds.world import World

PEOPLE = make_households(400, seed=3)
FATHER = ("Arthur", "Quayle Sr", "7 Vine Road", "Upwell", "D4 2AZ", "1951-04-17", "01904 553311")
SON = ("Arthur", "Quayle Jr", "7 Vine Road", "Upwell", "D4 2AZ", "1979-11-02", "01904 553311")
SISTER = ("Norma", "Quayle", "7 Vine Road", "Upwell", "D4 2AZ", "1981-06-25", "01904 553311")
TWIN = ("Edwina", "Quayle", "7 Vine Road", "Upwell", "D4 2AZ", "1981-06-25", "01904 553311")


def same_among_people(*cells: tuple[str, ...]) -> bool:
    """Return whether rows of people become one entity when they stand among others."""
    added = [[f"x{number}", *row] for number, row in enumerate(cells)]
    found = find_entities(["record_id", *HEADER], [*PEOPLE.rows, *added])
    return len({found[row[0]] for row in added}) == 1


@pytest.mark.parametrize(
    ("make", "precision", "recall"),
    [
        (make_contacts, 0.9, 0.8),
        (make_households, 0.95, 0.9),
        (make_companies, 0.95, 0.9),
        (make_products, 0.9, 0.6),
    ],
)
def test_a_kind_of_table_needs_no_configuration(make: Callable[[int], World], precision: float, recall: float) -> None:
    """Most rows of one person, site or article are found together, and few others with them."""
    world = make(1500)
    score = score_partition(find_in_world(world), world.truth)
    assert score.precision >= precision
    assert score.recall >= recall


@pytest.mark.parametrize("columns", [HEADER, tuple(name for name in HEADER if name != "date_of_birth")])
def test_a_couple_with_one_mailbox_is_two_people(columns: tuple[str, ...]) -> None:
    """Donors and shop customers share an address for mail at home; it does not make one person of two given names."""
    dice = random.Random(8)  # noqa: S311 - made-up records
    rows: list[tuple[str, ...]] = []
    truth: list[object] = []
    for home in range(450):
        surname, (first, second) = dice.choice(SURNAMES), dice.sample(GIVEN_NAMES, 2)
        place = (f"{dice.randrange(1, 999)} {dice.choice(STREETS)}", dice.choice(TOWNS), f"627{dice.randrange(10, 99)}")
        phone = f"217{dice.randrange(2_000_000, 9_999_999)}"
        mailbox = f"{first}.{surname}{home}@gmail.com".lower()
        born = [f"19{dice.randrange(40, 99)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}" for _ in range(2)]
        people = [(first, surname, *place, born[0], phone, mailbox)]
        if home % 3 == 0:
            people.append((second, surname, *place, born[1], phone, dice.choice((mailbox, mailbox, ""))))
        if home % 3 == 1:
            people.append(
                (first.upper(), surname, *place, dice.choice((born[0], "")), phone, dice.choice((mailbox, "")))
            )
        rows += people
        truth += [home if home % 3 == 1 else f"{home} {person}" for person in range(len(people))]
    places = [place for place, name in enumerate((*HEADER, "email")) if name in {*columns, "email"}]
    shown = [[f"x{number}", *(row[place] for place in places)] for number, row in enumerate(rows)]
    found = find_entities(["record_id", *columns, "email"], shown)
    of_person: dict[object, set[str]] = {}
    of_entity: dict[str, set[object]] = {}
    for number, person in enumerate(truth):
        of_person.setdefault(person, set()).add(found[f"x{number}"])
        of_entity.setdefault(found[f"x{number}"], set()).add(person)
    assert sum(len(people) > 1 for people in of_entity.values()) <= 8  # of 150 couples, 100 with one mailbox
    assert sum(len(entities) > 1 for entities in of_person.values()) <= 3  # of 150 people who stand there twice


def test_nobody_twice_nobody_merged() -> None:
    """A table without duplicates keeps its records apart, but for one in five hundred at most."""
    world = make_crowd(1500)
    assert score_partition(find_in_world(world), world.truth).found_pairs <= 3


@pytest.mark.parametrize(
    ("make", "rows"),
    [
        *((make, rows) for make in (make_contacts, make_companies) for rows in (20, 50, 100)),
        (make_households, 50),  # in twenty rows four pairs of twins are more than all that is known of them beforehand
        (make_households, 100),
    ],
)
def test_a_small_table_needs_no_large_one(make: Callable[[int, int], World], rows: int) -> None:
    """Of the doubles of three small tables of one kind most are found, and hardly anybody else is put together."""
    worlds = [with_few_doubles(make(2 * rows, seed), rows, rows // 10) for seed in (1, 2, 3)]
    scores = [score_partition(find_in_world(world), world.truth) for world in worlds]
    found, right = (sum(getattr(score, name) for score in scores) for name in ("found_pairs", "right_pairs"))
    assert right >= 0.8 * 3 * (rows // 10)
    assert found - right <= 2


@pytest.mark.parametrize("make", [make_contacts, make_households, make_companies, make_products])
def test_a_small_table_without_doubles(make: Callable[[int, int], World]) -> None:
    """Where nobody stands twice hardly anybody is put together, few rows as there are to learn from."""
    worlds = [with_few_doubles(make(2 * rows, rows), rows, 0) for rows in (20, 50, 100)]
    assert sum(score_partition(find_in_world(world), world.truth).found_pairs for world in worlds) <= 1


@pytest.mark.parametrize("several", [0.02, 0.05])
def test_sites_of_one_owner_in_one_building(several: float) -> None:
    """The bar and the spa of one hotel are two, and a site written without its kind or with another word is one."""
    world = make_sites(800, several=several)
    score = score_partition(find_in_world(world), world.truth)
    assert score.precision >= 0.75
    assert score.recall >= 0.98


def test_an_exact_copy_is_found() -> None:
    """Two rows with the same cells are one person."""
    assert same_among_people(FATHER, FATHER)


def test_a_father_is_not_his_son() -> None:
    """One name at one address is two people if birth dates and suffixes say so."""
    assert not same_among_people(FATHER, SON)


def test_sisters_are_two() -> None:
    """Different given names and birth dates at one address are two people."""
    assert not same_among_people(SISTER, SON)


@pytest.mark.xfail(
    reason="where no other twins show that there are any, another name weighs less than all else together",
    strict=True,
)
def test_twins_are_two() -> None:
    """Different given names with everything else alike are two people."""
    assert not same_among_people(SISTER, TWIN)


def test_a_slip_and_a_gap_hide_nobody() -> None:
    """A misspelt name without a birth date, at the same address and telephone, is the same person."""
    assert same_among_people(SISTER, ("Norma", "Quayel", *SISTER[2:5], "", SISTER[6]))


def test_stated_probabilities_can_be_believed() -> None:
    """Of pairs stated as surely one entity, nearly all are."""
    world = make_contacts(1500, seed=2)
    _, judged = find_with_pairs(world.header, world.rows)
    truth = [world.entities[0], *world.entities]
    bins = measure_reliability(
        ((probability, truth[left] == truth[right]) for (left, right), probability in judged.items()), (0.0, 0.9, 1.0)
    )
    assert bins[-1].true >= bins[-1].stated - 0.05


@pytest.mark.parametrize("key", ["Household ID", "org_ref"])
def test_a_code_of_groups_is_nobodys_own(key: str) -> None:
    """Whoever lives or works together shares a number that no field is known for; it makes one person of nobody."""
    dice = random.Random(11)  # noqa: S311 - made-up records
    rows = []
    for group in range(240):
        surname = dice.choice(SURNAMES)
        place = (f"{dice.randrange(1, 999)} {dice.choice(STREETS)}", dice.choice(TOWNS))
        rows += [
            (given, surname, *place, f"{given}.{surname}{group}@gmail.com".lower(), f"G-{1000 + group}")
            for given in dice.sample(GIVEN_NAMES, dice.randrange(1, 5))
        ]
    header = ["record_id", "first_name", "last_name", "street", "town", "email", key]
    numbered = [[f"x{number}", *row] for number, row in enumerate(rows)]
    assert len(set(find_entities(header, numbered).values())) >= len(rows) - 2
    # A number that goes with the person, from another system, finds who stands there twice all the same.
    people = [[*row[:-1], f"K{number}"] for number, row in enumerate(numbered)]
    again = [[f"y{number}", row[1][:1], "", "", "", "", row[6]] for number, row in enumerate(people[:60])]
    found = find_entities(header, [*people, *again])
    assert sum(found[f"x{number}"] == found[f"y{number}"] for number in range(60)) >= 50
