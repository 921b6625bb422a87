"""What stands below a table: rows of sums, and the notes that systems add."""

from collections.abc import Sequence

from segaudit.rulebook.tables import Footers


def is_note(cells: Sequence[str]) -> bool:
    """Tell whether a row is one cell of words, and nothing else."""
    filled = [cell for cell in map(str.strip, cells) if cell]
    return len(filled) == 1 and len(cells) > 1 and " " in filled[0] and any(map(str.isalpha, filled[0]))


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
