"""Given names: the first one, and the further ones and initials behind it."""

from segaudit.identity.standardise.bytewise import Column, worded
from segaudit.identity.standardise.folding import plain
from segaudit.identity.standardise.tokens import Words, null_texts
from segaudit.rulebook.standards import StandardLists

COLUMNS = ("name", "rest")


def standardise(texts: Column, lists: StandardLists) -> dict[str, Column]:
    """Return the first given name and the further ones.

    ``Dr. Jean-Pierre B.`` -> name ``jean``, rest ``pierre b``. A form of address goes unless it is all there is.
    """
    name = worded(plain(texts))
    words = Words.of(name)
    if words.single:
        return {"name": name, "rest": null_texts(len(name))}
    titles = words.run_from_start(words.among(lists.names_of_kind("title")))
    return first_and_rest(words.kept(~(titles & ~words.last)))


def first_and_rest(words: Words) -> dict[str, Column]:
    """Return the first word of each row and the others."""
    first = words.first
    return {"name": words.kept(first).joined(), "rest": words.kept(~first).joined()}
