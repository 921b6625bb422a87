"""Whole columns have the standard forms of their cells."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.identity.standardise import STANDARDS, phonetic, standardise
from segaudit.identity.standardise.folding import plain
from tests.standardise_support import LISTS, form, forms

_PIECES = st.sampled_from(
    """Dr. Mr van der de Smith Ann Jr. III , - ' . & and GmbH Co. KG S.A. C.V. s a n v Inc The Straße St. Ave 12 12a
    Apt Suite # PO Box Haupt str platz + 49 0 (0) 00 1 415 555 x @ gmail.com example.org mailto: http:// www. / .co.uk
    facebook.com ? é ß München ø İ ﬁ № ™ ´ ’ — 中 Владимир が \u0301 \u200b \x1f 10115 SW1A 1AA D- US MO (x) ( ) [ ]
    ; ; PhD MBA o' Mc y e sp z o.o. &amp; Ã¼ 2020-01-31 ٣ .0""".split()
)
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=6).map(" ".join), st.lists(_PIECES, max_size=6).map("".join), st.text(max_size=10)
)
_CELLS = st.lists(st.none() | _TEXTS, min_size=1, max_size=6)
_BESIDE = {"regions": "AR", "countries": "US", "separator": ";"}


@pytest.mark.parametrize("kind", STANDARDS)
@settings(deadline=None, max_examples=80)
@given(cells=_CELLS)
def test_a_cell_does_not_depend_on_the_others(kind: str, cells: list[str | None]) -> None:
    """Each cell has the forms it has alone, in columns of texts as long as the cells, none of them empty."""
    beside = _BESIDE.get(STANDARDS[kind].beside or "")
    whole = standardise(kind, pa.array(cells, pa.string()), LISTS, beside)
    assert tuple(whole) == STANDARDS[kind].columns
    for values in whole.values():
        values.validate(full=True)
        assert values.type == (pa.list_(pa.string()) if kind == "many" else pa.string())
        assert "" not in values.to_pylist()
    assert list(zip(*(values.to_pylist() for values in whole.values()), strict=True)) == [
        forms(kind, cell, beside=beside)[0] for cell in cells
    ]


@pytest.mark.parametrize("kind", ["given_name", "words", "city"])
@settings(deadline=None, max_examples=80)
@given(cells=_CELLS)
def test_standard_names_stay(kind: str, cells: list[str | None]) -> None:
    """The standard form of a standard form is itself."""
    once = form(kind, "name", *cells)
    assert form(kind, "name", *once) == once


@settings(deadline=None, max_examples=200)
@given(names=st.lists(st.none() | st.text("abcdeghkmpstwxyzé1 ", max_size=8), min_size=1, max_size=6))
def test_sounds_of_a_column(names: list[str | None]) -> None:
    """A name sounds in a column as it does alone."""
    assert phonetic(pa.array(names, pa.string())).to_pylist() == [
        phonetic(pa.array([name], pa.string()))[0].as_py() for name in names
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"), ("Straße", "strasse"), ("İstanbul", "istanbul"), ("Ｆｕｌｌ", "full"), ("ﬁn", "fin"),
        ("O’Brien", "o'brien"), ("x–y", "x-y"), ("Ærø", "aero"), ("Đorđe", "dorde"), ("Νίκος", "νικοσ"),
        ("Ёлкин", "елкин"), ("١٢", "12"), ("が", "が"), ("e\u0301", "e"), ("a\u200bb", "ab"), ("MÃ¼ller", "muller"),
        ("R&amp;D", "r&d"), ("Acme™", "acme "),
    ],
)  # fmt: skip
def test_plain(text: str, folded: str) -> None:
    """Accents and capitals go, letters of other scripts stay, signs become those of ASCII."""
    assert plain(pa.array([text, "PLAIN", None])).to_pylist() == [folded, "plain", None]


def test_words() -> None:
    """The name of a thing is its words, its different words in order, and its digits."""
    assert forms("words", "The GTX-20 (the new)", "Foo", None) == [
        ("the gtx 20 the new", "20 gtx new the", "20"),
        ("foo", "foo", None),
        (None, None, None),
    ]


def test_many() -> None:
    """A cell of several values has its different ones in order, or nothing."""
    assert form("many", "items", "b; A;;b", ";", None) == [["a", "b"], None, None]
    assert form("many", "items", "b| A", beside="|") == [["a", "b"]]


def test_date() -> None:
    """A day has its parts; what is no ISO date is nothing."""
    assert forms("date", "2020-01-31", "2020-01-31 10:00", "31.1.2020", "2020-13-01", None) == [
        ("2020-01-31", "2020", "01", "31"),
        ("2020-01-31", "2020", "01", "31"),
        *[(None, None, None, None)] * 3,
    ]


def test_chunks_and_slices() -> None:
    """Chunked, sliced and large columns are read like any other, and parts of a long column put together."""
    chunked = pa.chunked_array([["Ann"], ["Bo", None]])
    assert standardise("given_name", chunked, LISTS)["name"].to_pylist() == ["ann", "bo", None]
    sliced = pa.array(["x", "Ann Lee", None, "Bo"]).slice(1, 3)
    assert standardise("given_name", sliced, LISTS)["rest"].to_pylist() == ["lee", None, None]
    assert standardise("given_name", sliced.cast(pa.large_string()), LISTS)["name"].to_pylist() == ["ann", None, "bo"]
    numbers = pc.cast(pa.array(range(300_000)), pa.string())
    assert standardise("words", numbers, LISTS)["name"].equals(numbers)


def test_long_cell() -> None:
    """Of a cell longer than any name only the beginning counts."""
    assert len(form("words", "name", "ab " * 100_000)[0]) < 1001
