"""Places that are no files of this machine: storage with a scheme, and tables of a catalogue."""

import re

_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+")
TABLE = "table:"


def is_uri(path: str) -> bool:
    """Tell whether a path names storage by a scheme: ``s3a://bucket/folder``."""
    return _URI.match(path) is not None


def as_uri(path: str) -> str:
    """Return a URI with the two slashes that it loses where it is taken for a path."""
    return _URI.sub(lambda found: f"{found[1]}:///" if found[1] == "file" else f"{found[1]}://", path, count=1)
