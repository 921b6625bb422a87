"""What stands below a table: rows of sums, and the notes that systems add."""

from collections.abc import Sequence

from segaudit.rulebook.tables import Footers

_NARROW = 2  # columns; in such a table many a row has only the first


def is_note(cells: Sequence[str]) -> bool:
    """Tell whether a row is one cell of words, and nothing else."""
    filled = [cell for cell in map(str.strip, cells) if cell]
    return len(filled) == 1 and len(cells) > 1 and " " in filled[0] and any(map(str.isalpha, filled[0]))


def says_one_thing(cells: Sequence[str]) -> bool:
    """Tell whether a row holds words in its first cell and nothing else, or nothing at all; no row of two columns."""
    first = cells[0].strip()
    return len(cells) > _NARROW and not any(map(str.strip, cells[1:])) and (not first or any(map(str.isalpha, first)))


def ends_in_footer(rows: Sequence[Sequence[str]], footers: Footers) -> bool:
    """Tell whether the last of some rows is a note, or a total with nothing but words below it."""
    if not rows:
        return False
    filled = [row for row in rows if any(map(str.strip, row))]
    while filled and says_one_thing(filled[-1]) and not is_footer(filled[-1], footers):
        filled = filled[:-1]
    return is_note(rows[-1]) or (bool(filled) and is_footer(filled[-1], footers))


def is_footer(cells: Sequence[str], footers: Footers) -> bool:
    """Tell whether a row, if it is among the last, is a known note, or a total: its name, and only figures beside."""
    first = cells[0].strip()
    if first.startswith(footers.notes):
        return True
    if not first:
        first = next(filter(None, map(str.strip, cells)), "")
    name, _, rest = first.partition(":")
    if name.strip().casefold() not in footers.totals or len(cells) == 1:
        return False
    others = "".join(cell for cell in cells if cell.strip() != first)
    return not any(map(str.isalpha, others)) and (bool(others.strip()) or not rest.strip())
