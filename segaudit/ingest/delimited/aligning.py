"""Rows whose cells stand in the wrong columns, for a delimiter too many or too few: put back where they fit."""

import math
import re
from collections.abc import Collection, Sequence

from segaudit.ingest.shapes import ColumnShapes

_CLEARLY = math.log(10.0)  # one reading of a row is believed over another if it is ten times as likely
_WIDEST = 100  # columns; each way to read a row is looked at in every one of them
_MOST_SURPLUS, _MOST_LACKING = 8, 3  # cells
# Where two cells that lost what was between them meet: a figure and a letter, a small letter and a capital.
_SEAMS = re.compile(r"(?<=\d)(?=[^\W\d_]|[$€£¥])|(?<=[^\W\d_])(?=\d)|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_UNNATURAL = math.log(50.0)  # how much less likely they meet elsewhere
_SHORT = 40  # characters of a cell that is parted anywhere
_QUOTES = re.compile(r'(?<=.)"+(?=.)', re.DOTALL)

_Ways = dict[tuple[str, ...], float]  # rows, and the logarithm of how likely each is


def align(cells: Sequence[str], quoted: Collection[str], delimiter: str, shapes: ColumnShapes) -> list[str] | None:
    """Put the cells of a row that is a little too wide or too narrow where they belong.

    Args:
        cells: A row with up to eight cells too many, or three too few.
        quoted: Cells that stood in quotes, and so are whole.
        delimiter: What goes between two cells that were one.
        shapes: What the columns look like.

    Returns:
        The row in the right width; None unless one way is far more likely than each other.
    """
    surplus = len(cells) - shapes.width
    if shapes.width > _WIDEST or not -_MOST_LACKING <= surplus <= _MOST_SURPLUS:
        return None
    row = tuple(cells)
    if surplus > 0:
        return _clearly_best(_joined(row, quoted, delimiter, shapes), as_it_stands=row)
    for _ in range(-surplus):
        best = _clearly_best(_parted(row, shapes), as_it_stands=(*row, ""))
        if best is None:
            return None
        row = tuple(best)
    return list(row) if surplus else None


def _clearly_best(ways: _Ways, as_it_stands: tuple[str, ...]) -> list[str] | None:
    """Return the likeliest row; None if another is nearly as likely, or if it is the row as it stands."""
    scored = sorted(ways.items(), key=lambda pair: -pair[1])
    if not scored or scored[0][0] == as_it_stands or (len(scored) > 1 and scored[0][1] - scored[1][1] < _CLEARLY):
        return None
    return list(scored[0][0])


def _likelihood(row: Sequence[str], shapes: ColumnShapes) -> float:
    return sum(shapes.likelihood(index, cell) for index, cell in enumerate(row[: shapes.width]))


def _joined(row: tuple[str, ...], quoted: Collection[str], delimiter: str, shapes: ColumnShapes) -> _Ways:
    """Return the two likeliest ways to make neighbours one cell, and the row as it stands, its surplus at the end."""
    surplus = len(row) - shapes.width
    best: dict[int, _Ways] = {0: {(): 0.0}}  # by cells used, column by column
    for column in range(shapes.width):
        following: dict[int, _Ways] = {}
        for used, ways in best.items():
            for end in range(used + 1, min(used + surplus + 1, len(row)) + 1):
                filled = [index for index in range(used, end) if row[index].strip()]
                if len(filled) > 1 and any(row[index] in quoted for index in filled):
                    continue
                # Beside a blank cell the delimiter is the surplus; between two filled ones it is text.
                cell = delimiter.join(row[filled[0] : filled[-1] + 1]) if filled else row[used]
                gain = shapes.likelihood(column, cell)
                here = following.setdefault(end, {})
                for way, score in ways.items():
                    here[*way, cell] = max(score + gain, here.get((*way, cell), -math.inf))
        best = {used: _two_best(ways) for used, ways in following.items()}
    return {**best.get(len(row), {}), row: _likelihood(row, shapes)}


def _two_best(ways: _Ways) -> _Ways:
    return dict(sorted(ways.items(), key=lambda pair: -pair[1])[:2])


def _parted(row: tuple[str, ...], shapes: ColumnShapes) -> _Ways:
    """Return each way to put in a blank cell, or to part a cell in two."""
    ways: _Ways = {}

    def consider(start: int, cells: Sequence[str], used: int, prior: float = 0.0) -> None:
        way = (*row[:start], *cells, *row[start + used :])
        ways[way] = max(_likelihood(way, shapes) + prior, ways.get(way, -math.inf))

    for index in range(len(row) + 1):
        consider(index, [""], 0)
    for index, cell in enumerate(row):
        natural = {found.start() for found in _SEAMS.finditer(cell)}
        for position in range(1, len(cell)) if len(cell) <= _SHORT else sorted(natural):
            prior = 0.0 if position in natural else -_UNNATURAL
            consider(index, [cell[:position], cell[position:]], 1, prior)
        for quotes in _QUOTES.finditer(cell):
            # Where a quoted cell met another, one of the quotes read as text closed the first and opened the second.
            left = cell[: quotes.end() - 1]
            consider(index, [left, cell[quotes.end() :].removesuffix('"')], 1)
    return ways
