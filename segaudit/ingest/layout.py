"""Where a table begins: what stands above its header, how many rows the header has, or that there is none."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.ingest.api_names import are_api_names
from segaudit.ingest.shapes import ColumnShapes, shape

_TITLES = 20  # rows in which a header is looked for
_TITLE_CELLS = 2
_TITLED_WIDTH = 4
_ROWS_LOOKED_AT = 200
_MOST_HEADER_ROWS = 3
_LEAST_CONTRADICTIONS = 2
_LEAST_ROWS_BELOW = 3  # filled rows that show what columns hold: fewer make no second header row
_MOSTLY = 0.6
_NEARLY_ALL = 0.9
_TELLING = {"date", "email", "url", "number", "phone", "time"}
_TEXT, _CODE = "text", "code"
_LEAST_NAMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderPlace:
    """Where a table's header is."""

    above: int  # rows above it
    header_rows: int  # 0: the table has none
    names: tuple[str, ...]  # of the columns; numbered if the table has no header


def find_header(
    rows: Sequence[Sequence[str]], *, header_rows: int | None = None, above: int | None = None
) -> HeaderPlace:
    """Find the header of a table.

    Args:
        rows: The first rows of a file or sheet; an empty line is a row without cells.
        header_rows: How many rows the header has, if the user said so.
        above: How many rows stand above it, if the user said so.

    Returns:
        Its place. No names, if there is no table.
    """
    first = _rows_above(rows) if above is None else above
    table = [row for row in rows[first : first + _ROWS_LOOKED_AT] if row]
    if not table:
        return HeaderPlace(above=first, header_rows=0, names=())
    count = _count_header_rows(table) if header_rows is None else min(header_rows, len(table))
    if not count and header_rows is None and above is None and first and _names_one_column(rows[first - 1], table):
        first, count, table = first - 1, 1, [rows[first - 1], *table]
    width = _width(table, count)
    if count == 1 and (lean := _without_surplus(table)):
        names = lean
    elif not count:
        names = tuple(f"Column {position}" for position in range(1, width + 1))
    else:
        names = _names(_for_people(table[:count]), width)
    return HeaderPlace(above=first, header_rows=count, names=names)


def _width(table: Sequence[Sequence[str]], header_rows: int) -> int:
    """Return the columns of a table: those of its header, or more if nearly all rows have as many more."""
    named = max((len(row) for row in table[:header_rows]), default=0)
    widths = Counter(len(row) for row in table[header_rows:])
    usual, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(named, 0))
    if not header_rows:
        return usual
    rows = sum(widths.values())
    return max(named, usual) if rows > 1 and count >= _NEARLY_ALL * rows else named


def _without_surplus(table: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of a header that has blank cells too many: just as many as its rows lack; else nothing."""
    filled = tuple(cell for cell in table[0] if cell.strip())
    widths = {len(row) for row in table[1:]}
    return filled if len(filled) < len(table[0]) and widths == {len(filled)} else ()


def _rows_above(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows above a table: empty ones, and titles.

    A title is a row of one or two cells above a table of at least four columns; a row with more may be a header that
    lacks names, and taking a data row for the header would lose it. Above fewer columns, it is one cell alone.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_ROWS_LOOKED_AT]]
    remarks = _remarks(rows, filled)
    if remarks:
        return remarks + _rows_above(rows[remarks:])
    typical = _typical(filled[: 2 * _TITLES])
    narrow = 1 if typical > 1 and _titled(filled, typical) else 0
    least = _TITLE_CELLS if typical >= _TITLED_WIDTH else narrow
    first = next((index for index, count in enumerate(filled) if count > least), len(filled))
    header = first
    while 0 < first <= header < len(filled) and _names_groups(rows[first - 1], rows[header]):
        first -= 1
    if first > _TITLES or first == len(filled):  # a table that is nearly empty all the way down has no titles
        first = next((index for index, count in enumerate(filled) if count), len(filled))
    return min(first, len(rows))


def _typical(filled: Sequence[int]) -> int:
    """Return how many cells a row of the table has: as many as the row in the middle.

    Not as the widest: one row with too many cells makes no header a title. Where single cells are in the majority, it
    is the row in which the cell in the middle stands: there may be more titles than rows.
    """
    widths = sorted(count for count in filled if count)
    typical = widths[(len(widths) - 1) // 2] if widths else 0
    if typical > 1:
        return typical
    passed = itertools.accumulate(widths)
    return next((width for width, cells in zip(widths, passed, strict=True) if 2 * cells >= sum(widths)), 0)


def _remarks(rows: Sequence[Sequence[str]], filled: Sequence[int]) -> int:
    """Count the lines at the top that begin with a hash and hold nothing else, if more follows."""
    count = next((i for i, row in enumerate(rows[: len(filled)]) if filled[i] > 1 or not _is_remark(row)), len(filled))
    return count if count < len(filled) else 0


def _is_remark(row: Sequence[str]) -> bool:
    return bool(row) and row[0].lstrip().startswith("#")


def _names_groups(row: Sequence[str], header: Sequence[str]) -> bool:
    """Tell whether a row right above a full header names groups of its columns: two names or more, blanks between."""
    filled = [index for index, cell in enumerate(row) if cell.strip()]
    gaps = len(filled) > 1 and filled[-1] - filled[0] >= len(filled)
    return gaps and len(row) == len(header) and all(cell.strip() for cell in header)


def _titled(filled: Sequence[int], typical: int) -> bool:
    """Tell whether lines of one cell stand above a narrow table whose next rows are all full."""
    after = next((index for index, count in enumerate(filled) if count > 1), len(filled))
    below = [count for count in filled[after : after + 4] if count]
    return len(below) > 1 and all(count >= typical for count in below)


def _names_one_column(row: Sequence[str], table: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row right above a table without a header is one: as wide, and a single word, in the first cell."""
    word = row[0].strip() if row else ""
    return bool(word) and " " not in word and len(row) == len(table[0]) > 1 and not any(map(str.strip, row[1:]))


def _names_for_programs(table: Sequence[Sequence[str]]) -> int | None:
    """Return which of a table's first rows names its columns for programs, if another names them for people."""
    pairs = ((row, beside) for row, beside in ((2, 0), (1, 0), (0, 1)) if max(row, beside) < len(table))
    return next((row for row, beside in pairs if are_api_names(table[row], table[beside])), None)


def _for_people(header: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    row = _names_for_programs(header)
    return [other for index, other in enumerate(header) if index != row]


def _count_header_rows(table: Sequence[Sequence[str]]) -> int:
    """Tell how many rows of a table are its header, by what the rows under it look like."""
    named_twice = _names_for_programs(table)
    if named_twice is not None:
        return max(named_twice + 1, 2)
    if len(table) == 1:
        shapes = [shape(cell) for cell in table[0] if cell.strip()]
        return 0 if len(shapes) > 1 and sum(name in _TELLING for name in shapes) > len(shapes) / 2 else 1
    if _is_data(table[0], table[1:]):
        return 0
    count = 1
    while count < min(_MOST_HEADER_ROWS, len(table) - 2) and _is_more_header(table[count], table, count):
        count += 1
    return count


def _is_data(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table's first row is like those under it."""
    if not any(cell.strip() for cell in row):
        return not any(cell.strip() for other in body for cell in other)
    body = [other for other in body if list(other) != list(row)]  # a header may be repeated
    shapes = ColumnShapes(body, len(row))
    alike, unlike = shapes.matches(row), shapes.contradicts(row)
    if alike and not _counts_up(row):
        return alike > unlike
    if unlike or not body:
        return False
    columns = [{other[index].strip() for other in body if index < len(other)} for index in range(len(row))]
    filled = [index for index, cell in enumerate(row) if cell.strip()]
    recurring = sum(row[index].strip() in columns[index] for index in filled)
    return len(filled) > 1 and recurring >= max(2, len(filled) / 2)


def _counts_up(row: Sequence[str]) -> bool:
    """Tell whether a row's numbers are 1, 2, 3 and so on: names of months or questions."""
    numbers = [int(cell) for cell in map(str.strip, row) if cell.isdecimal() and cell.isascii()]
    return len(numbers) > 1 and all(right - left == 1 for left, right in itertools.pairwise(numbers))


def _is_more_header(row: Sequence[str], table: Sequence[Sequence[str]], above: int) -> bool:
    """Tell whether a row under the header names columns, too: words where the rows below hold numbers and dates."""
    cells = [cell.strip() for cell in row]
    groups = _spread(table[0])
    named = [pair for pair in itertools.zip_longest(groups, cells, fillvalue="") if pair[1]]
    grouped = len(set(groups)) < len(groups)  # then names may recur from group to group
    different = len(set(named)) if grouped else len({name for _, name in named})
    if len(row) != len(table[0]) or different < len(named) or cells == [cell.strip() for cell in table[0]]:
        return False
    below = sum(any(cell.strip() for cell in other) for other in table[above + 1 :])
    if below < _LEAST_ROWS_BELOW and not (grouped and below):
        return False
    shapes = ColumnShapes(table[above + 1 :], len(row))
    if shapes.matches(row):
        return False
    told = [index for index in shapes.typed if index < len(cells) and cells[index]]
    wordlike = {_TEXT, _CODE} if grouped else {_TEXT}  # under a group stands Q1 as well as a word
    words = sum(shape(cells[index]) in wordlike and shapes.typed[index] not in wordlike for index in told)
    if words >= max(_LEAST_CONTRADICTIONS, _MOSTLY * len(told)):
        return True
    return grouped and not told and _fills_groups(cells, groups, table[above + 1 :], shapes)


def _fills_groups(
    cells: Sequence[str], groups: Sequence[str], below: Sequence[Sequence[str]], shapes: ColumnShapes
) -> bool:
    """Tell whether a row has a name for all that is grouped, and none where every row below has a number or a date."""
    shared = {name for name, count in Counter(groups).items() if name and count > 1}
    within = {index for index, name in enumerate(groups) if name in shared and index < len(cells)}
    always = {i for i in shapes.typed if all(i < len(row) and row[i].strip() for row in below if any(row))}
    return all(cells[index] for index in within) and len(always - within) >= _LEAST_CONTRADICTIONS


def has_names(cells: Sequence[str]) -> bool:
    """Tell whether a header's cells are words; one of figures may have the same cells as a row by chance."""
    shapes = [shape(cell) for cell in cells if cell.strip()]
    return sum(name in {_TEXT, _CODE} for name in shapes) > len(shapes) / 2


def may_repeat(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row with a header's cells is the header again; otherwise it is data like the rows around it.

    Words above figures or dates can be nothing else. Words above words may be values themselves, as in a file that
    begins with ``yes,no``. Then the rows that are not equal to the header have to speak for it: they do if hardly any
    of its words occurs in them, and if such rows do not recur anyway, so that a second one of a kind means something.
    """
    names = [cell.strip() for cell in header]
    if not has_names(names):
        return False
    others = [stripped for row in body if row and (stripped := [cell.strip() for cell in row]) != names]
    if ColumnShapes(others, len(names)).contradicts(names):
        return True
    values = {cell for row in others for cell in row}
    filled = [name for name in names if name]
    strange = sum(name not in values for name in filled)
    different = len(set(map(tuple, others)))
    return len(others) >= _LEAST_ROWS_BELOW and 2 * strange > len(filled) and 2 * different > len(others)


def is_header_like(cells: Sequence[str]) -> bool:
    """Tell whether a row could be a header: two or more different names, most of them words, and no blank."""
    stripped = [cell.strip() for cell in cells]
    if len(stripped) < _LEAST_NAMES or len(set(stripped)) < len(stripped):
        return False
    shapes = [shape(cell) for cell in stripped]
    return set(shapes) <= {_TEXT, _CODE} and shapes.count(_TEXT) > len(shapes) / 2


def _names(header: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Return the columns' names; several header rows become one, group names spread over their columns."""
    rows = [[*row, *[""] * width][:width] for row in header]
    if len(rows) == 1:
        return tuple(rows[0])
    spread = [_spread(row) for row in rows[:-1]]
    names = []
    for index in range(width):
        parts = [row[index].strip() for row in [*spread, rows[-1]]]
        names.append(" ".join(dict.fromkeys(filter(None, parts))))
    return tuple(names)


def _spread(row: Sequence[str]) -> list[str]:
    """Repeat a group's name over the blank cells right of it."""
    last = ""
    spread = []
    for cell in row:
        last = cell.strip() or last
        spread.append(last)
    return spread
