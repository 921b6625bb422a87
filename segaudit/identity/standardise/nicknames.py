"""Nicknames: which names a given name may stand for, both ways."""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from nicknames import NickNamer

from segaudit.identity.standardise.bytewise import Column, Positions
from segaudit.identity.standardise.folding import plain_text
from segaudit.identity.standardise.tokens import texts_of
from segaudit.rulebook.standards import StandardLists

_Rows = tuple[tuple[str, str, str], ...]


def nickname_codes(names: Column, lists: StandardLists | None = None) -> Column:
    """Return the full names each folded given name may stand for, itself among them, as lists; null of null.

    ``bob`` -> ``bob, robert``. Two names may be the same person's if their lists share one.
    """
    keys, codes = _table(lists.nicknames if lists else ())
    found = codes.take(pc.index_in(names, value_set=keys))
    itself = pa.ListArray.from_arrays(pa.array(np.arange(len(names) + 1, dtype=np.int32)), pc.fill_null(names, ""))
    itself = pc.if_else(pc.is_valid(names), itself, pa.scalar(None, itself.type))
    return pc.coalesce(found, itself)


def full_form(names: Column, lists: StandardLists | None = None) -> Column:
    """Return the one full name each folded given name most likely stands for: of several, the one with most nicknames.

    ``bob`` and ``rob`` -> ``robert``. One key to find such pairs by; a name that stands for several may lack others.
    """
    rows = lists.nicknames if lists else ()
    keys, _ = _table(rows)
    return pc.coalesce(_full_forms(rows).take(pc.index_in(names, value_set=keys)), names)


def same_nickname(left: Column, right: Column, lists: StandardLists | None = None) -> Column:
    """Tell of each pair of folded given names whether they may be one person's; null where one is null.

    They are if they are equal, if one is a nickname of the other, or both of a third.
    """
    rows = lists.nicknames if lists else ()
    keys, _ = _table(rows)
    places = [
        np.asarray(pc.fill_null(pc.index_in(side, value_set=keys), -1)).astype(np.int64) for side in (left, right)
    ]
    related = np.isin(places[0] * len(keys) + places[1], _related(rows)) & (places[0] >= 0) & (places[1] >= 0)
    return pc.or_(pc.equal(left, right), pa.array(related))


@cache
def canonical_names(own: _Rows) -> Mapping[str, tuple[str, ...]]:
    """Return each name that is or has a nickname -> the names it may stand for, itself among them, in order.

    A table of nicknames is a graph with edges in both directions; the name with more nicknames is taken for the full
    one. Else William would stand for Robert, since Bill is listed with both.
    """
    listed = {plain_text(name): {plain_text(n) for n in short} for name, short in NickNamer.default_lookup().items()}
    full_names = {
        (nickname, name)
        for name, nicknames in listed.items()
        for nickname in nicknames
        if len(listed.get(nickname, ())) < len(nicknames)
    }
    full_names |= {(nickname, name) for nickname, name, same in own if same == "yes"}
    full_names -= {(nickname, name) for nickname, name, same in own if same == "no"}
    found: dict[str, set[str]] = {}
    for nickname, name in full_names:
        found.setdefault(name, set()).add(name)
        found.setdefault(nickname, {nickname}).add(name)
    return {name: tuple(sorted(codes)) for name, codes in sorted(found.items())}


@cache
def _table(own: _Rows) -> tuple[Column, Column]:
    known = canonical_names(own)
    return texts_of(known), pa.array([list(codes) for codes in known.values()], pa.list_(pa.string()))


@cache
def _full_forms(own: _Rows) -> Column:
    known = canonical_names(own)
    nicknames = Counter(code for codes in known.values() for code in codes)
    return texts_of([max(codes, key=lambda code: (nicknames[code], code)) for codes in known.values()])


@cache
def _related(own: _Rows) -> Positions:
    """Return the pairs of names that share one they may stand for: place of one * all names + place of the other."""
    by_code: dict[str, list[int]] = {}
    known = canonical_names(own)
    for place, codes in enumerate(known.values()):
        for code in codes:
            by_code.setdefault(code, []).append(place)
    pairs = {one * len(known) + other for places in by_code.values() for one in places for other in places}
    return np.array(sorted(pairs), np.int64)
