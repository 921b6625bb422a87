"""Lists kept in files beside the rules: one value in each line."""

import csv
from pathlib import Path

from segaudit.model.conditions import Place
from segaudit.sql.operators import OperandError

_LARGEST = 20_000_000  # bytes


def beside(name: object, place: Place) -> Path:
    """Return the file of a name in a rules file.

    Raises:
        OperandError: It is no name.
    """
    if not isinstance(name, str):
        raise OperandError("takes the name of a file")
    return Path(place.file).parent / name


def read_values(name: object, place: Place) -> tuple[str, ...]:
    """Return the lines of a text file, or the first column of a CSV file; the path counts from the rules file.

    Raises:
        OperandError: There is no such file, or nothing in it.
    """
    path = beside(name, place)
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise OperandError(f'cannot read the file "{path}": there is none, or it is larger than {_LARGEST:,} bytes')
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise OperandError(f'cannot read the file "{path}"') from None
    if path.suffix.lower() == ".csv":
        # Line by line, so that a quote nobody closed swallows one value and not the rest of the list.
        lines = [row[0] for row in (next(csv.reader([line]), []) for line in lines) if row]
    values = tuple(filter(None, map(str.strip, lines)))
    if not values:
        raise OperandError(f'finds nothing in the file "{path}"')
    return values
