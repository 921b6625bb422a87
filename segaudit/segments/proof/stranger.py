"""Any other word: what clauses may say of a text that is none of the words considered."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from segaudit.model.conditions import Clause
from segaudit.segments.proof import smt
from segaudit.segments.proof.questions import EQUAL, PARTS, Key, Way, domain_asked, key_of, way_of
from segaudit.segments.proof.smt import Term
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operator import folded

_MOST_IMPLIED = 200  # answers that are compared in pairs
_Atom = tuple[str, str, Way]  # operator, word, how the text is seen


class Stranger:
    """Any other word: what clauses may say of a word that is none of those considered."""

    def __init__(self, name: str, asked: Mapping[Key, Clause]) -> None:
        self._name = name
        self._atoms: dict[tuple[str, str, Way], Term] = {}
        self._size = smt.whole(f"{name}.length")
        # Compared in one way only, a word that equals none of the words is the stranger; compared in several, it may
        # still equal one of them in one way and not in another.
        self._one_way = len({way_of(clause) for clause in asked.values()}) <= 1

    def answer(self, clause: Clause) -> Term:
        """Return what a clause says of the stranger."""
        name, operand, *_ = key_of(clause)
        if name in EQUAL:
            return smt.NO if self._one_way else self._atom(name, operand, way_of(clause))
        if name == "length":
            return smt.compared(self._size, clause.operand)
        if name == "domain_in":
            return smt.any_of(self._atom(name, domain_asked(word), way_of(clause)) for word in texts(clause.operand))
        asked = [folded(word, clause.options) for word in texts(clause.operand)]
        return smt.any_of(self._part(name, word, way_of(clause)) for word in asked)

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
            if _excludes(one, two):
                yield smt.opposite(smt.all_of([term, other]))


def _implies(one: _Atom, two: _Atom) -> bool:
    name, word, _ = one
    other, its, _ = two
    if name == "domain_in" or other == "domain_in":
        return name == other and word.endswith(f".{its}")
    if other == "contains":
        return name in PARTS and its in word
    if name == other == "starts_with":
        return word.startswith(its)
    return name == other == "ends_with" and word.endswith(its)


def _excludes(one: _Atom, two: _Atom) -> bool:
    name, word, _ = one
    other, its, _ = two
    if name != other:
        return False
    if name == "domain_in":
        return not (word.endswith(f".{its}") or its.endswith(f".{word}"))
    if name == "starts_with":
        return not (word.startswith(its) or its.startswith(word))
    return name == "ends_with" and not (word.endswith(its) or its.endswith(word))
