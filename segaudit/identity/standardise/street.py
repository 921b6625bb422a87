"""Streets: house number, name of the street, unit within the house, post box."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.standardise.bytewise import DIGITS, LETTERS, byte_table, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import Words, boolean
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("number", "name", "unit", "box")
_TABLE = byte_table(LETTERS + DIGITS + "-/#", dropped="'`.")
_HOUSE = r"\d{1,5}(?: ?[a-z])?(?: ?[-/] ?\d{1,5}[a-z]?)?"


def standardise(texts: Any, lists: StandardLists) -> dict[str, Any]:  # noqa: ANN401 - pyarrow has no types
    """Return house number, name of the street in its usual short words, unit and post box.

    ``12a North Main Street, Apt. 4`` -> number ``12a``, name ``n main street``, unit ``apt 4``; ``Hauptstraße 5`` ->
    number ``5``, name ``hauptstr``.
    """
    spaced = worded(pc.replace_substring(plain(texts), "#", " # "), _TABLE)
    rest, box = _taken(spaced, _box_pattern(lists), r"box \1")
    rest, unit = _taken(rest, _unit_pattern(lists), r"\1 \2")
    rest, number = _number(rest)
    missing = pa.scalar(None, pa.string())
    kinds = {place: {word: standard for word, (standard, of) in lists.street_words.items() if of == place} for place in ("word", "first", "unit")}
    if unit.null_count < len(unit):
        unit = Words.of(pc.replace_substring(unit, "# ", "")).renamed(kinds["unit"]).joined()
    return {
        "number": pc.replace_substring(number, " ", ""),
        "name": _name(rest, kinds),
        "unit": unit,
        "box": pc.if_else(pc.is_valid(box), pc.replace_substring(box, "box ", ""), missing),
    }


def _box_pattern(lists: StandardLists) -> str:
    words = sorted((word for word, (_, place) in lists.street_words.items() if place == "box"), key=len, reverse=True)
    return r"\b(?:" + "|".join(words) + r") (?:no |nr |# )?([a-z]?\d[\d -]*)(?:$| )"


def _unit_pattern(lists: StandardLists) -> str:
    words = sorted((word for word, (_, place) in lists.street_words.items() if place == "unit"), key=len, reverse=True)
    return r" (" + "|".join(words) + r"|#)(?: no| nr| #)? ?(\d+ ?[a-z]?|[a-z]-?\d*)(?: |$)"


def _taken(texts: Any, pattern: str, form: str) -> tuple[Any, Any]:
    """Take what a pattern finds out of the texts that have it."""
    found = boolean(pc.match_substring_regex(texts, pattern))
    nothing = pa.nulls(len(texts), pa.string())
    if not found.any():
        return texts, nothing
    mask = pa.array(found)
    some = texts.filter(mask)
    taken = worded(pc.replace_substring_regex(some, ".*?" + pattern + ".*", form, max_replacements=1), _TABLE)
    left = worded(pc.replace_substring_regex(some, pattern, " ", max_replacements=1), _TABLE)
    return pc.replace_with_mask(texts, mask, left), pc.replace_with_mask(nothing, mask, taken)


def _number(texts: Any) -> tuple[Any, Any]:
    """Take out the house number: at the beginning, else at the end, else in the middle behind the street."""
    number = pa.nulls(len(texts), pa.string())
    for before, pattern in ((r"^", rf"^({_HOUSE}) (.+)$"), (r"$", rf"^(.*[a-z].*?) ({_HOUSE})$")):
        ordinal = r"^\d+ ?(?:st|nd|rd|th)\b" if before == "^" else r"(?:road|highway|route|hwy|rte|interstate|us) \d+$"
        found = boolean(pc.match_substring_regex(texts, pattern)) & ~boolean(pc.match_substring_regex(texts, ordinal))
        found &= boolean(pc.is_null(number))
        if not found.any():
            continue
        mask = pa.array(found)
        some = texts.filter(mask)
        groups = (r"\1", r"\2") if before == "^" else (r"\2", r"\1")
        number = pc.replace_with_mask(number, mask, pc.replace_substring_regex(some, pattern, groups[0]))
        texts = pc.replace_with_mask(texts, mask, pc.replace_substring_regex(some, pattern, groups[1]))
    return texts, number


def _name(texts: Any, kinds: dict[str, dict[str, str]]) -> Any:  # noqa: ANN401 - as above
    texts = worded(texts)
    texts = pc.replace_substring_regex(texts, r"strasse\b", "str")
    words = Words.of(texts)
    first = words.first
    named = words.renamed(kinds["word"])
    named = Words(pc.if_else(pa.array(first), words.renamed({**kinds["word"], **kinds["first"]}).flat, named.flat), words.offsets)
    return named.joined()
