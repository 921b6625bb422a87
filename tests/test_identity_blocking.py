"""Which records are compared: handles of values, blocks and their pairs, the keys that are chosen."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.blocking.keys import choose_pairs
from segaudit.identity.blocking.pairs import (
    NO_KEY,
    blocks_of,
    combine,
    count_pairs,
    different,
    pack,
    pairs_within,
    some_rows,
    unpack,
)
from segaudit.identity.comparing.numbers import codes
from segaudit.identity.evidence import Evidence, Handle
from segaudit.identity.evidence.handles import beginning, called, ending, exact, rarest_words, sound
from tests.standardise_support import LISTS

Pairs = set[tuple[int, int]]


def attribute(texts: list[str | None], name: str = "field") -> Attribute:
    """Return a standard form, one text for each record."""
    return encode(name, "name", pa.array(texts, pa.string()), np.arange(len(texts), dtype=np.int32))


def groups(handle: Handle) -> list[list[int]]:
    """Return the records that share a handle, two or more."""
    found = [np.flatnonzero(handle.codes == code).tolist() for code in range(handle.codes.max(initial=0) + 1)]
    return sorted(group for group in found if len(group) > 1)


def as_set(packed: np.ndarray) -> Pairs:
    """Return packed pairs as a set; each stands in it once."""
    left, right = unpack(packed)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert len(found) == len(packed)
    return found


# -------------------------------------------------------------------------------------------------------------- handles


def test_handles_of_names() -> None:
    """Names meet by how they begin, end and sound, and nicknames by the name they are short for."""
    names = attribute(["meyer", "meier", "mey", "bob", "robert", None])
    assert groups(beginning(names, 3, 0.9)) == [[0, 2]]
    assert groups(ending(names, 2, 0.9)) == [[0, 1]]
    assert [0, 1] in [group[:2] for group in groups(sound(names, 0.9))]
    assert groups(called(names, LISTS, 0.9)) == [[3, 4]]
    assert groups(exact(names, 0.9)) == []


def test_what_is_too_short_has_no_beginning() -> None:
    """Of a blank, and of a name with fewer letters, there are no first four letters."""
    found = beginning(attribute(["ann", "anna", "annabel", None]), 4, 0.9)
    assert (found.codes < 0).tolist() == [True, False, False, True]


def test_rare_words_meet() -> None:
    """The Vine Street Cafe meets the Vine Cafe by the rarest word others have too; a lone one finds nothing."""
    names = attribute(["vine street cafe", "vine cafe", "mill street cafe", "norwell street cafe"])
    first, second = rarest_words(names, (0.9, 0.8))
    assert groups(first) == [[0, 1], [2, 3]]  # vine; street
    assert groups(second) == [[1, 2, 3]]  # cafe; of the first it is street, which only it has in this place


# ----------------------------------------------------------------------------------------------------- blocks and pairs


@given(st.lists(st.integers(-1, 4), max_size=40))
def test_a_block_yields_all_its_pairs(values: list[int]) -> None:
    """The pairs of blocks are the combinations of two of each, each once, the smaller number first."""
    keys = combine([np.array(values, dtype=np.int32)])
    rows, starts, sizes = blocks_of(keys)
    found = [pair for left, right in pairs_within(rows, sizes) for pair in zip(left, right, strict=True)]
    expected = [pair for pair in combinations(range(len(values)), 2) if values[pair[0]] == values[pair[1]] >= 0]
    assert sorted(found) == expected
    assert starts.tolist() == np.cumsum([0, *sizes])[:-1].tolist()


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=30))
def test_a_key_is_the_same_where_all_parts_are(parts: list[tuple[int, int]]) -> None:
    """Two records have one key if they agree in both parts; who lacks a part has none."""
    keys = combine([np.array(column, dtype=np.int32) for column in zip(*parts, strict=True)])
    assert [key == NO_KEY for key in keys] == [min(part) < 0 for part in parts]
    for one, other in combinations(range(len(parts)), 2):
        if keys[one] != NO_KEY:
            assert (keys[one] == keys[other]) == (parts[one] == parts[other])


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)), min_size=1))
def test_packed_pairs_unpack(pairs: list[tuple[int, int]]) -> None:
    """What is packed comes back; packed numbers sort as the pairs do."""
    left, right = (np.array(side, dtype=np.int32) for side in zip(*pairs, strict=True))
    packed = pack(left, right)
    assert list(zip(*(side.tolist() for side in unpack(packed)), strict=True)) == pairs
    back = unpack(different([packed, packed]))
    assert list(zip(*(side.tolist() for side in back), strict=True)) == sorted(set(pairs))


def test_some_rows_stand_for_all() -> None:
    """All that share a value are among some rows, or none; their pairs, times sixteen, are about all pairs."""
    values = np.repeat(np.arange(20_000, dtype=np.int32), 3)
    rows = some_rows(values)
    kept = np.bincount(values[rows], minlength=20_000)
    assert set(kept.tolist()) == {0, 3}
    assert count_pairs([values[rows]]) == pytest.approx(20_000 * 3, rel=0.1)


def test_no_keys_no_blocks() -> None:
    """Without a record there is no block, and without a block no pair."""
    rows, _, sizes = blocks_of(np.zeros(0, dtype=np.uint64))
    assert (len(rows), len(sizes), list(pairs_within(rows, sizes)), len(different([]))) == (0, 0, [], 0)


# ----------------------------------------------------------------------------------------------------------------- keys


def evidence(*columns: list[str | None]) -> list[Evidence]:
    """Return columns of codes as evidence, each found by its whole value."""
    found = []
    for place, texts in enumerate(columns):
        value = attribute(texts, f"code {place}")
        found.append(Evidence(comparison=codes(value, same=0.8, slip=0.05), handles=(exact(value, 0.8),)))
    return found


@pytest.mark.parametrize("records", [2, 3, 300])
def test_all_pairs_of_a_small_table(records: int) -> None:
    """Where there is room for all pairs, all are compared, whatever they share."""
    found = choose_pairs(evidence([str(place) for place in range(records)]), records, np.random.default_rng(1))
    assert as_set(found.pairs) == set(combinations(range(records), 2))
    assert (found.complete, found.recall, found.keys) == (True, 1.0, ())


def test_keys_make_up_for_each_other() -> None:
    """Of a large table the pairs that share a rare value in any column are compared, and far from all others."""
    rng = np.random.default_rng(3)
    records, doubles = 4_000, 200
    columns: list[list[str | None]] = [[f"{place}" for place in range(records)] for _ in range(3)]
    for double in range(doubles):  # each copy lacks one column, and has a slip in another
        for column in range(3):
            columns[column][records - 1 - double] = columns[column][double]
        columns[double % 3][records - 1 - double] = None
        columns[(double + 1) % 3][records - 1 - double] = f"slip {double}"
    towns = [f"town {place}" for place in rng.integers(0, 20, records)]
    found = choose_pairs(evidence(*columns, [*towns]), records, rng)
    assert not found.complete
    assert {(double, records - 1 - double) for double in range(doubles)} <= as_set(found.pairs)
    assert len(found.pairs) < records * (records - 1) / 20
    assert {use.name for use in found.keys} >= {"code 0", "code 1", "code 2"}


def test_a_crowd_with_one_value_is_no_block() -> None:
    """Where all records share one value and nothing else, not all pairs of them are compared."""
    records = 20_000
    own: list[str | None] = [f"{place // 2}" for place in range(records)]
    found = choose_pairs(evidence(["all"] * records, own), records, np.random.default_rng(1))
    assert {(place, place + 1) for place in range(0, records, 2)} <= as_set(found.pairs)
    assert len(found.pairs) <= 8 * records + 1_000_000
