"""The part of a workspace file that says whose report it is."""

import re
from pathlib import Path

from segaudit.model.branding import Branding
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.workspace_options import read_text
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, YamlScalar

_KEYS = ("agency", "client", "logo", "colour", "language")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_LONGEST = 120  # characters of a name


def read_branding(node: YamlNode | None, folder: Path, problems: Problems) -> Branding:
    """Return what stands under ``report``; mistakes are noted.

    Args:
        node: What stands there.
        folder: Where the workspace file is; the logo's path is relative to it.
        problems: Takes the mistakes.
    """
    if node is None or (isinstance(node, YamlScalar) and node.value is None):
        return Branding()
    if not isinstance(node, YamlMap):
        problems.add(node.place, "report must be a map", "report: {agency: ..., client: ..., logo: logo.png}")
        return Branding()
    check_keys(node, _KEYS, "report", problems)
    said = {key: read_text(node, key, problems) or "" for key in _KEYS}
    for key in ("agency", "client"):
        if len(said[key]) > _LONGEST:
            _note(node, key, f"{key} is too long", f"{_LONGEST} characters are the most", problems)
    if said["colour"] and not _COLOUR.fullmatch(said["colour"]):
        _note(node, "colour", f'"{said["colour"]}" is no colour', 'write it in quotes, like "#1f6f8b"', problems)
    if said["language"] and not _LANGUAGE.fullmatch(said["language"]):
        _note(node, "language", f'"{said["language"]}" names no language', "write en or de", problems)
    if said["logo"]:
        said["logo"] = str(folder / said["logo"])
        if not Path(said["logo"]).is_file():
            _note(node, "logo", "the logo is not there", "its path counts from the workspace file", problems)
    return Branding(**said)


def _note(node: YamlMap, key: str, problem: str, hint: str, problems: Problems) -> None:
    value = node.get(key)
    problems.add(value.place if value is not None else node.place, problem, hint)
