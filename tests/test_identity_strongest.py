"""Of too many pairs that may be one, the strongest of each record are kept."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from segaudit.engine.duck import DuckEngine
from segaudit.identity.compared import Compared
from segaudit.identity.pairs import Floats, Pairs
from segaudit.identity.strongest import LEAST_EACH, keep_strongest
from tests.rules_support import run
from tests.worlds.contacts import make_contacts
from tests.worlds.households import make_households
from tests.worlds.products import make_products
from tests.worlds.running import find_in_world
from tests.worlds.scoring import score_partition
from tests.worlds.world import World

Edges = dict[tuple[int, int], float]


def edges_of(seed: int) -> Edges:
    """Return pairs of some records with their log odds, many of which are as strong as others."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    pairs = {(a, b) for a, b in ((rng.randrange(40), rng.randrange(40)) for _ in range(300)) if a < b}
    return {pair: float(rng.randrange(8)) for pair in sorted(pairs)}


def kept_by_hand(edges: Edges, most: int) -> set[tuple[int, int]]:
    """Return the pairs that are among the first of one of their records, for the most firsts there is room for."""
    of: dict[int, list[tuple[float, tuple[int, int]]]] = defaultdict(list)
    for pair, odds in edges.items():
        for record in pair:
            of[record].append((-odds, pair))
    ranked = {record: [pair for _, pair in sorted(found)] for record, found in of.items()}
    kept: set[tuple[int, int]] = set()
    for each in range(1, max(map(len, ranked.values())) + 1):
        more = {pair for pairs in ranked.values() for pair in pairs[:each]}
        if each > LEAST_EACH and len(more) > most:
            break
        kept = more
    return kept


@pytest.mark.parametrize("most", [1, 60, 90, 120, 150, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_the_strongest_of_each_record(seed: int, most: int) -> None:
    """They are those ranked by hand: as many of each record as there is room for, and never less than two."""
    edges = edges_of(seed)
    table = pa.table({"pair": [(a << 32) | b for a, b in edges], "log_odds": list(edges.values())})
    with DuckEngine() as engine:
        engine.load_arrow("promising", table)
        query, count = keep_strongest(engine, "promising", most)
        found = {(pair >> 32, pair & 0xFFFFFFFF): odds for pair, odds in engine.fetch(query)}
    expected = kept_by_hand(edges, most)
    assert found == {pair: edges[pair] for pair in expected}
    assert count == len(expected)
    assert any(set(pair).isdisjoint(other) for pair in expected for other in expected)  # it is no star


@pytest.mark.parametrize("make", [make_contacts, make_households, make_products])
def test_entities_of_the_strongest_pairs(make: Callable[[int], World], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pairs of each record find as much as all pairs do: those left out are compared within their groups."""
    world = make(1500)
    whole = score_partition(find_in_world(world), world.truth)
    left_out: list[int] = []

    def above(self: Compared, log_odds: Floats, least: float) -> Pairs:
        found = usual(self, log_odds, least)
        left_out.append(self.left_out)
        return found

    usual = Compared.above
    monkeypatch.setattr(Compared, "above", above)
    monkeypatch.setattr("segaudit.identity.compared.MOST_PAIRS", 1)
    monkeypatch.setattr("segaudit.identity.compared._AT_ONCE", 50)
    some = score_partition(find_in_world(world), world.truth)
    assert left_out[0] > 10
    assert some.f1 > whole.f1 - 0.005


def test_what_is_left_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run says how many pairs there was no room for, in words and in JSON; one that has room says nothing of it."""
    world = make_households(400)
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([world.header, *world.rows])
    said = "more pairs may be one than there is room for"
    assert said not in " ".join(run("dedupe", path).out.split())
    monkeypatch.setattr("segaudit.identity.compared.MOST_PAIRS", 1)
    count = json.loads(run("dedupe", path, "--format", "json").out)["blocking"]["left_out"]
    assert count > 0
    assert f"{count:,} {said}" in " ".join(run("dedupe", path).out.split())
