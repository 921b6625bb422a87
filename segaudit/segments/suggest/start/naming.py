"""Names of segments: for people, and as the rules file has them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_LONGEST = 60


def slug(words: str) -> str:
    """Return words as an id: lower case letters, digits and _."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    found = found if found and found[0].isalpha() else f"s_{found}".rstrip("_")
    return found[:_LONGEST].rstrip("_")


def ids_of(names: Iterable[str]) -> list[str]:
    """Return an id for each name, no two alike."""
    found: list[str] = []
    for name in names:
        own, number = slug(name), 2
        while own in found:
            own, number = f"{slug(name)[: _LONGEST - 3]}_{number}", number + 1
        found.append(own)
    return found


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Return words with commas, and the last one joined."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else "none"
