"""The verb that reads another system's lists as rules."""

from pathlib import Path

from segaudit.errors import InputError
from segaudit.files import check_output, whole_file
from segaudit.interop.hubspot_import import read_lists
from segaudit.model.exports import ListsImported
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue

_SYSTEMS = ("hubspot",)


def import_lists(path: str, system: str) -> ListsImported:
    """Read lists as a segment file.

    Args:
        path: JSON, as the system's API answers.
        system: ``hubspot``.

    Raises:
        InputError: The file is none, or holds no list.
    """
    if system not in _SYSTEMS:
        raise InputError(f'lists of "{system}" cannot be read', where="--from", hint="systems: " + ", ".join(_SYSTEMS))
    location = RulesLocation.at(None)
    return read_lists(path, location, load_catalogue(location))


def write_lists(imported: ListsImported, output: str, *, force: bool = False) -> None:
    """Write the segment file.

    Raises:
        OutputError: A file is there already, or cannot be written.
    """
    target = Path(output)
    check_output(target, inputs=(imported.source,), force=force)
    with whole_file(target) as temporary:
        temporary.write_text(imported.text, encoding="utf-8", newline="\n")
