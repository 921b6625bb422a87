"""A file under another name, where a library judges files by their names or cannot say the name at all."""

import shutil
from pathlib import Path


def under_name(file: Path, alias: Path) -> Path:
    """Make a file reachable under another name; return that name."""
    try:
        alias.symlink_to(file.resolve())
    except OSError:
        shutil.copyfile(file, alias)  # not every system lets everyone make links
    return alias
