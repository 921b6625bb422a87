"""Reads the texts of reports: rules/report/<language>/*.yaml, each a map of names to texts."""

from collections.abc import Iterator
from pathlib import Path

from segaudit.errors import InputError
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.yaml_nodes import YamlMap, YamlScalar, load_nodes

ENGLISH = "en"
_FOLDER = "report"


def languages(location: RulesLocation) -> tuple[str, ...]:
    """Return the languages there are texts in, by name."""
    folders = [location.shipped / _FOLDER, *([location.chosen / _FOLDER] if location.chosen is not None else [])]
    return tuple(sorted({item.name for folder in folders if folder.is_dir() for item in folder.iterdir()}))


def load_texts(location: RulesLocation, language: str) -> dict[str, str]:
    """Read the texts of a language; a client's replace the shipped ones, name by name.

    Raises:
        InputError: There are none in this language.
        SegauditError: A file is no map of names to texts.
    """
    known = languages(location)
    if language not in known:
        raise InputError(
            f'there is no report in the language "{language}"',
            hint=f"there are {', '.join(known)}; a folder report/{language}/ in your rules folder adds one",
        )
    return dict(pair for path in _files(location, language) for pair in _texts(path))


def _files(location: RulesLocation, language: str) -> Iterator[Path]:
    yield from sorted((location.shipped / _FOLDER / language).glob("*.yaml"))
    if location.chosen is not None and location.chosen.is_dir():
        yield from sorted((location.chosen / _FOLDER / language).glob("*.yaml"))


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    root = load_nodes(path)
    if not isinstance(root, YamlMap):
        raise InputError(
            "this is no map of names to texts", where=str(root.place), hint='write lines like name: "text"'
        )
    for name, place, node in root.items():
        value = node.value if isinstance(node, YamlScalar) else None
        if not isinstance(value, str):
            raise InputError(f"{name} is no text", where=str(place), hint="put it in quotes")
        yield name, value
