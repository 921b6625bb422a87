"""Each way to derive a field as one function of the cells of its sources."""

from collections.abc import Sequence
from datetime import date

from segaudit.model.derived import Derivation, Found, Items, Listed, Lookup, Reading, Words
from segaudit.rulebook.location import RulesLocation
from segaudit.segments.deriving.readings import CellReader, Cells, cell_reader
from segaudit.text.folding import fold
from segaudit.text.industry_codes import read_code
from segaudit.text.lists import split_items
from segaudit.text.phrases import PhraseReader

_SURE = 0.98  # the whole cell stands in a table
_SURE_NONE, _SURE_EACH = 0.6, 0.3  # none of the items is marked; and by how many of them the table knows
_MARK = "yes"
_SYSTEM_OF = {"sic_code": "SIC"}  # of fields that hold codes of one system
_NOTHING = Found(value=None)


def source_reader(
    derivation: Derivation, location: RulesLocation, as_of: date, separators: Sequence[str]
) -> CellReader:
    """Return the function that derives a field from the cells of its sources; None stands for a missing cell.

    Args:
        derivation: How; it is no list of cases, which are conditions and belong to the engine.
        location: Where the lists are.
        as_of: The day years are counted to.
        separators: What separates the items of each source, for lists.
    """
    method = derivation.method
    match method:
        case Words():
            return _words_reader(derivation.sources, method)
        case Lookup():
            return lambda cells: _looked_up(cells, derivation.sources, method)
        case Items():
            return lambda cells: _of_items(cells[0], separators[0], method)
        case Reading():
            return cell_reader(method.name, location, as_of)
        case _:
            raise TypeError(method)


def needs_first(derivation: Derivation) -> bool:
    """Tell whether the first source is what is read, and the others only help."""
    return isinstance(derivation.method, Reading) and derivation.method.name == "state_name"


def _words_reader(sources: Sequence[str], table: Words) -> CellReader:
    phrases = PhraseReader(table)

    def read(cells: Cells) -> Found:
        why = ""
        for source, cell in zip(sources, cells, strict=True):
            if cell is None:
                continue
            found = read_code(cell, table.codes, _SYSTEM_OF.get(source, "")) if table.codes else None
            found = found if found and found.value else phrases.read(cell)
            if found.value is not None:
                return Found(value=found.value, sure=found.sure, why=f"{source}: {found.why}")
            why = why or found.why
        return Found(value=None, why=why)

    return read


def _looked_up(cells: Cells, sources: Sequence[str], table: Lookup) -> Found:
    for source, cell in zip(sources, cells, strict=True):
        value = table.values.get(fold(cell)) if cell is not None else None
        if cell is not None and value is not None:
            return Found(value=value, sure=_SURE, why=f"{source}: {cell.strip()}")
    return _NOTHING


def _of_items(cell: str | None, separator: str, table: Items) -> Found:
    """Return what the items of a cell tell together; the more of them are known, the surer."""
    if cell is None:
        return _NOTHING
    items = split_items(cell, separator if separator in cell else ",")
    known = {item: table.values[fold(item)] for item in items if fold(item) in table.values}
    telling = {item: value for item, value in known.items() if value}
    if table.listed is Listed.FLAG:
        return _flag(items, telling, table)
    values = list(dict.fromkeys(telling.values()))
    if not values:
        return _NOTHING
    value = ";".join(values) if table.listed is Listed.LIST else values[0] if len(values) == 1 else "mixed"
    return Found(value=value, sure=_SURE * len(known) / len(items), why=", ".join(telling))


def _flag(items: Sequence[str], telling: dict[str, str], table: Items) -> Found:
    hits = [item for item, value in telling.items() if value.lower() == _MARK]
    if hits:
        return Found(value="true", sure=_SURE, why=", ".join(hits))
    if not items:
        return _NOTHING
    known = sum(fold(item) in table.values for item in items)
    return Found(value="false", sure=_SURE_NONE + _SURE_EACH * known / len(items), why="none of them is marked")


def is_unmarked(derivation: Derivation) -> bool:
    """Tell whether a flag cannot be told because nothing in its table is marked: nobody has said what is meant."""
    method = derivation.method
    if not isinstance(method, Items) or method.listed is not Listed.FLAG:
        return False
    return all(value.lower() != _MARK for value in method.values.values())
