"""How often each text stands in some columns of what a task writes, counted while it passes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

PlaceCounts: TypeAlias = dict[int, dict[str, int]]  # by the place of a column

_MOST = 1000  # different texts of a column; one that has more is not counted


class Tally:
    """On the executors: counts the texts of columns."""

    def __init__(self, places: Sequence[int]) -> None:
        """Begin with nothing counted.

        Args:
            places: The columns, by their places among those to come.
        """
        self._counts: PlaceCounts = {place: {} for place in places}

    def add(self, columns: Sequence[Any]) -> None:
        """Count the texts of more rows, given their columns as Arrow arrays; one with a cell of none is not counted."""
        for place in list(self._counts):
            counts = self._counts[place]
            for item in columns[place].value_counts():
                text = item["values"].as_py()
                if not isinstance(text, str) or len(counts) >= _MOST:
                    del self._counts[place]
                    break
                counts[text] = counts.get(text, 0) + item["counts"].as_py()

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
