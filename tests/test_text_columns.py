"""Text over whole columns says what it says one by one."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.text import columns
from segaudit.text.folding import fold, fold_case
from segaudit.text.tests import TESTS, domain_of, whole_column

_PIECES = st.sampled_from(
    ["", "@", ".", "..", "://", "http", "www.", "x", "Example.COM", "/", "?", "#", ":80", " ", "\t", "\x1c", "é", "ß",
     "İ", "ﬁ", "info", "+tag", "GMAIL.com", "mailinator.com", "\n", "a\u00a0", "\uff20", "\ufe6b", "nguyễn", "\u0338"]
)  # fmt: skip
TEXTS = st.lists(st.none() | st.lists(_PIECES, max_size=6).map("".join), max_size=6)


@settings(deadline=None, max_examples=600)
@given(texts=TEXTS)
def test_as_one_by_one(texts: list[str | None]) -> None:
    """Folding and domains of a column are those of its texts, and nothing of nothing."""
    array = pa.array(texts, pa.string())
    for whole, single in ((columns.folded, fold), (columns.case_folded, fold_case), (columns.domains, domain_of)):
        assert whole(array).to_pylist() == [None if text is None else single(text) for text in texts]


@pytest.mark.parametrize(
    ("name", "words"), [("is_free_mail", ("gmail.com",)), ("is_disposable", ()), ("is_role_address", ("info", "x"))]
)
@settings(deadline=None, max_examples=600)
@given(texts=TEXTS)
def test_tests_as_one_by_one(name: str, words: tuple[str, ...], texts: list[str | None]) -> None:
    """A test of addresses answers for a column what it answers for each text."""
    whole, single = whole_column(name, words), TESTS[name](*words)
    assert whole is not None
    expected = [None if text is None else single(text) for text in texts]
    assert whole(pa.array(texts, pa.string())).to_pylist() == expected


def test_without_a_form_for_columns() -> None:
    """Other tests are asked one by one."""
    assert whole_column("contains_word", ("fold", "trim", "x")) is None


def test_letters_that_never_become_ascii() -> None:
    """Each letter for whose sake a text is passed over stays beyond ASCII however it is folded."""
    first, last = ("À", "ỹ")
    letters = [chr(code) for code in range(ord(first), ord(last) + 1)]
    never = pa.array(letters).filter(pc.match_substring_regex(pa.array(letters), columns._NEVER_ASCII))  # noqa: SLF001
    assert len(never) > 250
    assert not [letter for letter in never.to_pylist() if fold(f"a{letter}b").isascii()]
