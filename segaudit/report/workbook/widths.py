"""How wide the columns of a sheet are: as wide as what stands in them, within reason."""

from collections.abc import Iterable, Sequence

from segaudit.report.page import Grid, Lines
from segaudit.report.workbook.parts import Heat, Part, Table
from segaudit.report.workbook.sheet import text_of, width_of

_LOOKED_AT = 400  # rows
_NARROWEST = 9.0
_WIDEST = ((4, 64.0), (8, 46.0), (10**6, 34.0))  # up to so many columns: the fewer, the more room each has
_BUTTON = 5.0  # characters of the filter's button and the margins
_NEARLY_ALL = 0.9  # of the cells fit without a second line
_SQUARE = 7.5
_PAPER, _READABLE = 190.0, 16.0  # characters of a sheet that is read in print, and of a column texts wrap in


def widths_of(parts: Iterable[Part]) -> list[float]:
    """Return the widths of a sheet's columns in characters: the widest any of its tables asks for."""
    widths: list[float] = []
    for part in parts:
        asked = _asked(part)
        widths += [0.0] * (len(asked) - len(widths))
        for place, width in enumerate(asked):
            widths[place] = max(widths[place], width)
    return _within(widths)


def _within(widths: list[float]) -> list[float]:
    """Return widths that are still read when the sheet is printed as wide as the paper: only wide columns give way."""
    over, spare = sum(widths) - _PAPER, sum(max(0.0, width - _READABLE) for width in widths)
    part = min(1.0, max(0.0, over / spare)) if spare else 0.0
    return [width - part * max(0.0, width - _READABLE) for width in widths]


def _asked(part: Part) -> list[float]:
    match part:
        case Table():
            return [_of_column(part.grid, place) for place in range(len(part.grid.columns))]
        case Heat():
            labels = [width_of(label[:60]) for label, _, _ in part.chart.rows]
            return [min(40.0, max([14.0, *labels]) + 2), *[_SQUARE] * len(part.chart.columns)]
        case _:
            return []


def _of_column(grid: Grid, place: int) -> float:
    header = grid.columns[place]
    widest = next(width for most, width in _WIDEST if len(grid.columns) <= most)
    texts = sorted(_cell_width(row, place) for row in grid.rows[:_LOOKED_AT])
    most = texts[min(len(texts) - 1, int(len(texts) * _NEARLY_ALL))] if texts else 0.0
    word = max((width_of(word) for word in header.split()), default=0.0)
    least = max(word, min(width_of(header), 15.0)) + _BUTTON
    # A text that wraps anyway reads better in a column that is not the narrowest.
    return min(widest, max(_NARROWEST, least, most + 3))


def _cell_width(row: Sequence[Lines], place: int) -> float:
    if place >= len(row):
        return 0.0
    lines = row[place]
    return max((width_of(part) for part in text_of(lines).split("\n")), default=0.0)
