"""Laws that one row breaks, and the cells that explain it: the one that is in most of them before any other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segaudit.model.quality import Suspicion

EXPLAINS = 0.85  # confidence in a cell that alone explains several broken laws


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A law between columns that a row breaks."""

    row: int
    cells: Mapping[int, str]  # of the columns it is between, as they stand there
    blamed: int  # the column to name where nothing else is told
    sure: float  # that one of the cells is wrong
    because: str
    right: Mapping[int, str]  # what the law says a cell should be, where it says so


def explained(breaks: Sequence[Break], check: str) -> Iterator[Suspicion]:
    """Yield the cells of one row that explain the laws it breaks.

    A cell that is in more broken laws than any other is the wrong one, and what a law says of it is suggested. Of the
    cells of a single law nobody can tell.
    """
    left = list(breaks)
    while left:
        counted = Counter(place for item in left for place in item.cells)
        (most, times), *others = counted.most_common()
        alone = times > 1 and times > others[0][1]
        found = [item for item in left if most in item.cells] if alone else left[:1]
        first = max(found, key=lambda item: (most in item.right, item.sure))
        position = most if alone else first.blamed
        yield Suspicion(
            check=check,
            position=position,
            value=first.cells[position],
            row=first.row,
            suggestion=first.right.get(position) if alone else None,
            confidence=EXPLAINS if alone else first.sure,
            because=first.because + (f"; {times} such laws say that it is this cell" if alone else ""),
        )
        left = [item for item in left if item not in found]
