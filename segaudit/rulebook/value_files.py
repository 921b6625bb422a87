"""Lists kept in files beside the rules: one value in each line."""

from pathlib import Path

from segaudit.model.conditions import Place
from segaudit.sql.operators import OperandError


def read_values(name: object, place: Place) -> tuple[str, ...]:
    """Return the values of a text or CSV file, its first column; the path counts from the rules file.

    Raises:
        OperandError: There is no such file, or nothing in it.
    """
    if not isinstance(name, str):
        raise OperandError("takes the name of a file")
    path = Path(place.file).parent / name
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise OperandError(f'cannot read the file "{path}"') from None
    values = tuple(filter(None, (line.split(",", 1)[0].strip().strip('"') for line in lines)))
    if not values:
        raise OperandError(f'finds nothing in the file "{path}"')
    return values
