"""Which pairs across two files are compared and drawn: against every pair, counted one by one."""

from itertools import product

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from segaudit.identity.attributes import Attribute
from segaudit.identity.blocking.pairs import unpack
from segaudit.identity.comparing.comparison import Comparison
from segaudit.identity.evidence import Evidence, Handle
from segaudit.identity.linking_pairs import Across, choose_links, sample_links

CODES = st.lists(st.integers(-1, 3), min_size=1, max_size=12)


def as_codes(*sides: list[int]) -> np.ndarray:
    """Return the codes of both files, one after the other."""
    return np.array([code for side in sides for code in side], dtype=np.int32)


def agreeing(left: list[int], right: list[int]) -> set[tuple[int, int]]:
    """Return the pairs across that agree, as they are defined."""
    numbered = product(enumerate(left), enumerate(right, start=len(left)))
    return {(one, other) for (one, a), (other, b) in numbered if a == b >= 0}


@given(CODES, CODES)
def test_blocks_hold_the_pairs_across_that_agree(left: list[int], right: list[int]) -> None:
    """Every pair of a left and a right record with one value is in a block once, and no other pair is."""
    blocks = Across(left=len(left), right=len(right)).blocks([as_codes(left, right)])
    found = list(zip(*(side.tolist() for side in unpack(blocks.packed())), strict=True))
    assert sorted(found) == sorted(agreeing(left, right))


@given(CODES, CODES)
def test_chance_is_the_share_of_pairs_that_agree(left: list[int], right: list[int]) -> None:
    """How often two records agree by chance is counted over all pairs across."""
    across = Across(left=len(left), right=len(right))
    assert across.chance(as_codes(left, right)) == len(agreeing(left, right)) / across.total


def evidence_on(codes: np.ndarray) -> Evidence:
    """Return evidence on one column of codes."""
    values = pa.array([f"v{number}" for number in range(int(codes.max()) + 1)])
    attribute = Attribute(name="c", form="c", codes=codes, values=values)
    comparison = Comparison(
        name="c", main=attribute, levels=(), same=0.9, find=lambda a, _: np.ones(len(a), dtype=np.uint8)
    )
    return Evidence(comparison=comparison, handles=(Handle(name="c", codes=codes, share=0.9),))


def test_few_records_are_all_compared() -> None:
    """Of two small files every pair across is compared, and no pair within one."""
    blocking = choose_links([], Across(left=2, right=3), np.random.default_rng(1))
    assert blocking.complete
    assert list(zip(*(side.tolist() for side in unpack(blocking.pairs)), strict=True)) == [
        (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4),
    ]  # fmt: skip


def test_many_records_are_compared_where_they_agree() -> None:
    """Of two large files the pairs with one value are compared, once each."""
    left = right = 2000
    codes = np.concatenate([np.arange(left), np.arange(right) + 500]).astype(np.int32)
    blocking = choose_links([evidence_on(codes)], Across(left=left, right=right), np.random.default_rng(1))
    one, other = unpack(blocking.pairs)
    assert not blocking.complete
    assert one.tolist() == list(range(500, 2000))
    assert other.tolist() == list(range(2000, 3500))


def test_the_sample_stands_for_all_pairs() -> None:
    """Weights add up to the number of pairs across, and to those that agree among them, within a twentieth."""
    rng = np.random.default_rng(3)
    across = Across(left=3000, right=2000)
    codes = rng.integers(0, 100, across.records).astype(np.int32)
    left, right, weights = sample_links([evidence_on(codes).comparison], np.zeros(0, dtype=np.int64), across, rng)
    agree = codes[left] == codes[right]
    assert (left < 3000).all()
    assert (right >= 3000).all()
    assert abs(weights.sum() / across.total - 1) < 0.05
    assert abs(weights[agree].sum() / (across.chance(codes) * across.total) - 1) < 0.05
