"""Cities: one form of the many a name is written in."""

import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import Column, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import Words, boolean, replaced
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("name",)
_SHORT = {
    "saint": "st", "sainte": "st", "ste": "st", "sankt": "st", "skt": "st", "mount": "mt", "fort": "ft", "port": "pt",
    "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip
_BRACKETS = r"\s*[(\[][^)\]]*[)\]]"
_BEHIND_COMMA = r"^\s*([^,]*[^,\s\d][^,]*?)\s*,.*$"
_STATE_IN_CAPITALS = r"^(.*[a-z].*?)\s+[A-Z]{2}\s*$"
_NUMBER = r"^[0-9]+$"


def standardise(texts: Column, _lists: StandardLists | None = None) -> dict[str, Column]:
    """Return the name of the city without brackets, postal code and what stands behind a comma.

    ``St. Louis, MO`` and ``Saint Louis`` -> ``st louis``; ``Frankfurt (Main)`` -> ``frankfurt``.
    """
    for pattern, left in ((_BRACKETS, ""), (_BEHIND_COMMA, r"\1"), (_STATE_IN_CAPITALS, r"\1")):
        found = boolean(pc.match_substring_regex(texts, pattern))
        if not found.any():
            continue
        bare = pc.replace_substring_regex(texts.filter(found), pattern, left)
        texts = replaced(texts, found, pc.if_else(pc.match_substring_regex(bare, r"\S"), bare, texts.filter(found)))
    words = Words.of(worded(plain(texts)))
    numbers = boolean(pc.match_substring_regex(words.flat, _NUMBER))
    if numbers.any():
        words = words.kept(~numbers | ~words.spread(words.any_of_row(~numbers)))
    return {"name": words.renamed(_SHORT).joined()}
