"""Slips of the hand: one letter left out, doubled, swapped with its neighbour or struck beside its key."""

from collections.abc import Iterator

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SURE, _LIKELY, _POSSIBLE = 0.97, 0.93, 0.7  # that a word one slip away from a well-known one is that slip


def _neighbours() -> dict[str, str]:
    at = {letter: (row, column) for row, letters in enumerate(_ROWS) for column, letter in enumerate(letters)}
    return {
        letter: "".join(
            other
            for other, (row_of_other, column_of_other) in at.items()
            if other != letter and abs(row - row_of_other) <= 1 and -1 <= column_of_other - column <= 1
        )
        for letter, (row, column) in at.items()
    }


NEIGHBOURS = _neighbours()


def slips(word: str) -> Iterator[tuple[str, float]]:
    """Yield what one slip makes of a word, with how likely somebody who wrote it meant the word.

    A first letter that is wrong or missing makes another word too easily, and counts as possible only.
    """
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        first = _POSSIBLE if i == 0 else None
        if after:
            yield before + after[0] + letter + after[1:], first or _SURE
        yield before + letter + letter + after, _SURE
        yield before + after, first or _LIKELY
        for other in _LETTERS:
            near = other in NEIGHBOURS.get(letter, "")
            yield before + other + after, first or (_LIKELY if near else _POSSIBLE)
            yield before + letter + other + after, _LIKELY if near else _POSSIBLE


def slips_of(words: tuple[str, ...]) -> dict[str, tuple[str, float]]:
    """Return every slip of some words with the word meant and how likely; a slip of two words is neither's."""
    best: dict[str, tuple[str, float]] = {}
    for word in words:
        for slip, confidence in slips(word):
            meant, surer = best.get(slip, (word, 0.0))
            if meant != word:
                best[slip] = (meant if surer >= confidence else word, min(_POSSIBLE, surer, confidence))
            elif confidence > surer:
                best[slip] = (word, confidence)
    return {slip: meant for slip, meant in best.items() if slip not in words}
