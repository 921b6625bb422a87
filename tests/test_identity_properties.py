"""What holds for the entities of any table: order, strangers and copies, and that pairs hold them together."""

import random

import pytest

from tests.worlds.companies import make_companies
from tests.worlds.contacts import make_contacts
from tests.worlds.households import make_households
from tests.worlds.running import as_partition, find_entities, find_with_pairs
from tests.worlds.world import World

WORLDS = [make_contacts(500, seed=4), make_households(500, seed=4), make_companies(500, seed=4)]
NAMES = ["contacts", "households", "companies"]
HEADER = ("id", "first name", "last name", "email", "city")
ANN = ("Ann", "Fairweather", "ann@fairweather.example", "Lynford")
BOB = ("Bob", "Thistlewood", "bob@thistlewood.example", "Norwell")


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_the_order_of_rows_does_not_matter(world: World) -> None:
    """Shuffled rows make the same entities."""
    shuffled = random.Random(1).sample(world.rows, len(world.rows))  # noqa: S311 - an order that repeats
    assert as_partition(find_entities(world.header, shuffled)) == as_partition(find_entities(world.header, world.rows))


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_a_stranger_changes_nothing(world: World) -> None:
    """A record that shares nothing with any other stands alone, and the others stay together as they were."""
    stranger = ["s1", *(f"Zyxw{place}vut" for place in range(1, len(world.header)))]
    before, after = (find_entities(world.header, rows) for rows in (world.rows, [*world.rows, stranger]))
    assert as_partition(after) == as_partition(before) | {frozenset({"s1"})}


@pytest.mark.parametrize("world", WORLDS, ids=NAMES)
def test_an_entity_is_connected_by_its_pairs(world: World) -> None:
    """Within an entity each record reaches every other over pairs that are told as rather the same than not."""
    networkx = pytest.importorskip("networkx")
    found, judged = find_with_pairs(world.header, world.rows)
    graph = networkx.Graph()
    graph.add_nodes_from(found)
    for (left, right), probability in judged.items():
        if probability >= 0.5:
            graph.add_edge(world.rows[left - 1][0], world.rows[right - 1][0])
    for group in as_partition(found):
        assert networkx.is_connected(graph.subgraph(group)), group


def test_a_pair_is_told_once() -> None:
    """No pair is told in both directions, or of a row with itself, and each has a probability."""
    world = WORLDS[0]
    judged = find_with_pairs(world.header, world.rows)[1]
    assert judged
    assert all(left < right for left, right in judged)
    assert all(0 <= probability <= 1 for probability in judged.values())


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ([], []),
        ([ANN], ["0"]),
        ([ANN, ANN], ["01"]),
        ([ANN, BOB], ["0", "1"]),
        ([ANN, BOB, ANN], ["02", "1"]),
        ([ANN] * 9, ["012345678"]),
        ([("", "", "", "")] * 3, ["0", "1", "2"]),
    ],
)
def test_small_tables_have_entities_too(rows: list[tuple[str, ...]], groups: list[str]) -> None:
    """No row, one, two alike, all alike: copies are one entity; rows of which nothing is known are told apart."""
    found = find_entities(HEADER, [[str(number), *row] for number, row in enumerate(rows)])
    assert as_partition(found) == {frozenset(group) for group in groups}


def test_what_all_share_says_nothing() -> None:
    """A company and a town that every record has make nobody the same."""
    world = make_contacts(600, seed=5)
    truth = dict(zip((row[0] for row in world.rows), world.entities, strict=True))
    once = {entity: row for row, entity in zip(world.rows, world.entities, strict=True)}
    rows = [[*row[:5], "Acme Ltd", "Lynford", "LY1 2AB"] for row in once.values() if row[3] and "info@" not in row[3]]
    found = find_entities(world.header, rows)
    assert len(set(found.values())) >= len({truth[row[0]] for row in rows}) - 3
