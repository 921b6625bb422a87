"""Words of names that are put right by the other words of their column."""

import pytest

from segaudit.identity.comparing.mending import mended

USUAL = [["philips", "lamps"], ["philips", "radio"], ["philips", "tubes"], ["philips", "valves"], ["philips", "wire"]]


@pytest.mark.parametrize("slip", ["phillips", "philip", "phiilps", "philops", "filips"])
def test_a_slip_is_put_right(slip: str) -> None:
    """A letter more, less, other or swapped, and what sounds the same, is the word that five times as many have."""
    assert mended([*USUAL, [slip, "mill"]])[-1] == ["philips", "mill"]


@pytest.mark.parametrize("word", ["phelps", "phillis", "mill", "philips2"])
def test_another_word_stays(word: str) -> None:
    """Two slips make another word, and so does one in a short word or beside a digit."""
    assert mended([*USUAL, ["till", "mill"], [word]])[-1] == [word]


def test_two_usual_words_are_two() -> None:
    """Where the other word is not many times as usual, nobody can say which one is right."""
    names = [*USUAL[:4], ["phillips", "mill"]]
    assert mended(names) == names


def test_words_run_together_are_parted() -> None:
    """A word is two where one name has both of them; that each stands somewhere is not enough."""
    assert mended([["gist", "brocades"], ["gistbrocades", "delft"]])[1] == ["gist", "brocades", "delft"]
    apart = [["gist", "yeast"], ["brocades", "silk"], ["gistbrocades"]]
    assert mended(apart) == apart


def test_the_order_of_names_says_nothing() -> None:
    """Names are put right in the same way whatever stands first."""
    names = [*USUAL, ["phillips", "mill"], ["philipsradio"], ["filips"]]
    assert mended(names[::-1])[::-1] == mended(names)
