"""How often each text stands in some columns of what a task writes, counted while it passes."""

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

PlaceCounts: TypeAlias = dict[int, dict[str, int]]  # by the place of a column

MOST_TEXTS = 1000  # different ones of a column; one that has more is not counted


class Tally:
    """On the executors: counts the texts of columns."""

    def __init__(self, places: Sequence[int]) -> None:
        """Begin with nothing counted.

        Args:
            places: The columns, by their places among those that are written.
        """
        self._counts: PlaceCounts = {place: {} for place in places}

    def wanted(self) -> list[int]:
        """Return the places of the columns that are still counted."""
        return list(self._counts)

    def add(self, place: int, counted: Iterable[tuple[object, int]]) -> None:
        """Add cells of a column with how often each stands in more rows; with one of no text, it is not counted."""
        counts = self._counts.get(place, {})
        for text, count in counted:
            if not isinstance(text, str) or len(counts) >= MOST_TEXTS:
                self._counts.pop(place, None)
                return
            counts[text] = counts.get(text, 0) + count

    def said(self) -> str:
        """Return what was counted, as it travels to the driver."""
        return json.dumps(list(self._counts.items()))


def added_up(said: Iterable[str], places: Sequence[int]) -> PlaceCounts:
    """On the driver: return what all tasks counted; a column that one of them did not count is absent."""
    total: PlaceCounts = {place: {} for place in places}
    for each in said:
        own = {int(place): counts for place, counts in json.loads(each)}
        total = {place: counts for place, counts in total.items() if place in own}
        for place, counts in total.items():
            for text, count in own[place].items():
                counts[text] = counts.get(text, 0) + int(count)
    return total
