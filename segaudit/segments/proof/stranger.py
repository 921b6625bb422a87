"""Any other word: what clauses may say of a text that is none of the words considered."""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

from segaudit.model.conditions import Clause
from segaudit.segments.proof import smt
from segaudit.segments.proof.questions import EQUAL, PARTS, Key, Way, domain_asked, key_of, way_of
from segaudit.segments.proof.smt import Term
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operator import folded

_MOST_IMPLIED = 200  # answers that are compared in pairs
# What the word itself shows of a text that equals it.
_SEEN_IN: Mapping[str, Callable[[str, str], bool]] = {
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
_Atom = tuple[str, str, Way]  # operator, word, how the text is seen


class Stranger:
    """Any other word: what clauses may say of a word that is none of those considered."""

    def __init__(self, name: str, asked: Mapping[Key, Clause]) -> None:
        self._name = name
        self._atoms: dict[tuple[str, str, Way], Term] = {}
        self._size = smt.whole(f"{name}.length")
        self._ways = {way_of(clause) for clause in asked.values()}

    def answer(self, clause: Clause) -> Term:
        """Return what a clause says of the stranger."""
        name = key_of(clause)[0]
        if name in EQUAL:
            return self._equal(clause)
        if name == "length":
            return smt.compared(self._size, clause.operand)
        if name == "domain_in":
            return smt.any_of(self._atom(name, domain_asked(word), way_of(clause)) for word in texts(clause.operand))
        asked = [folded(word, clause.options) for word in texts(clause.operand)]
        return smt.any_of(self._part(name, word, way_of(clause)) for word in asked)

    def _equal(self, clause: Clause) -> Term:
        """Return whether the stranger equals a word in one way of comparing, which it may if it does not in another.

        In the way that tells the most texts apart, what equals one of the words is treated like it by every clause, so
        that it is no stranger.
        """
        way = way_of(clause)
        if all(_tells_apart(way, other) for other in self._ways):
            return smt.NO
        asked = dict.fromkeys(folded(word, clause.options) for word in texts(clause.operand))
        if len(asked) > _MOST_IMPLIED:
            return self._atom("in", repr(clause.operand), way)
        return smt.any_of(self._atom("eq", word, way) for word in asked)

    def _part(self, name: str, word: str, way: Way) -> Term:
        if not word:
            return smt.NO if name == "contains_word" else smt.YES
        return self._atom(name, word, way)

    def _atom(self, name: str, word: str, way: Way) -> Term:
        return self._atoms.setdefault((name, word, way), smt.flag(f"{self._name}.other.{name}.{word}.{way}"))

    def implied(self) -> Iterable[Term]:
        """Yield what one answer about the stranger implies for another."""
        yield self._size >= 0
        if len(self._atoms) > _MOST_IMPLIED:
            return
        for (one, term), (two, other) in combinations(self._atoms.items(), 2):
            if one[2] != two[2]:
                continue
            if _implies(one, two):
                yield smt.if_then(term, other)
            if _implies(two, one):
                yield smt.if_then(other, term)
            if _excludes(one, two) or _excludes(two, one):
                yield smt.opposite(smt.all_of([term, other]))


def _tells_apart(way: Way, other: Way) -> bool:
    """Tell whether texts that are equal in one way are equal in the other."""
    return way == other or (way[0] <= other[0] and way[1] <= other[1])


def _implies(one: _Atom, two: _Atom) -> bool:
    name, word, _ = one
    other, its, _ = two
    if name == "domain_in" or other == "domain_in":
        return name == other and word.endswith(f".{its}")
    if name == "eq":
        return other in _SEEN_IN and _SEEN_IN[other](word, its)
    if other == "contains":
        return name in PARTS and its in word
    if name == other == "starts_with":
        return word.startswith(its)
    return name == other == "ends_with" and word.endswith(its)


def _excludes(one: _Atom, two: _Atom) -> bool:
    name, word, _ = one
    other, its, _ = two
    if name == "eq" and other in _SEEN_IN:
        return not _SEEN_IN[other](word, its)
    if name != other:
        return False
    if name == "domain_in":
        return not (word.endswith(f".{its}") or its.endswith(f".{word}"))
    if name == "starts_with":
        return not (word.startswith(its) or its.startswith(word))
    if name == "eq":
        return True
    return name == "ends_with" and not (word.endswith(its) or its.endswith(word))
