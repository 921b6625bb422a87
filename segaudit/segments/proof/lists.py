"""Multi-value fields: which words that rules mention are in the list, whether others are, and how many in all."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from segaudit.model.conditions import Clause, ClauseOptions
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import RuleField
from segaudit.segments.proof import smt
from segaudit.segments.proof.smt import Model, Term
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operator import folded

_SETS = frozenset({"has_any", "has_all", "has_none", "exactly"})
_FOLDED, _EXACT = ClauseOptions(), ClauseOptions(fold_case=False)
_FILLER = "another value"
_LONGEST = 100  # values in a list somebody would write down


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The words as clauses of one way of comparing see them: folded, or with their case."""

    options: ClauseOptions
    words: dict[str, Term]  # word -> it is in the list
    written: dict[str, str]  # word -> as the rules write it
    others: Term  # something that is none of the words is in the list

    def form(self, word: str) -> str:
        return folded(word, self.options)

    def present(self, model: Model) -> list[str]:
        return [word for word, term in self.words.items() if model.holds(term)]

    def any_word(self) -> Term:
        return smt.any_of([*self.words.values(), self.others])


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of words."""

    spellings: tuple[_Spelling, ...]
    count: Term  # of values, the same word twice counted twice

    def always(self) -> Iterable[Term]:
        """Return how the count, the words and their spellings hang together."""
        yield self.count >= 0
        for spelling in self.spellings:
            yield self.count >= smt.how_many([*spelling.words.values(), spelling.others])
            yield (self.count == 0) == smt.opposite(spelling.any_word())
        if len(self.spellings) > 1:
            yield from self._same_list()

    def _same_list(self) -> Iterable[Term]:
        """Yield that a word with its case is there if and only if the folded one is, in some case."""
        loose, exact = self.spellings
        for word, present in exact.words.items():
            yield smt.if_then(present, loose.words.get(loose.form(word), loose.others))
        for word, present in loose.words.items():
            spelled = [term for other, term in exact.words.items() if loose.form(other) == word]
            yield smt.if_then(present, smt.any_of([*spelled, exact.others]))
        strange = [term for other, term in exact.words.items() if loose.form(other) not in loose.words]
        yield smt.if_then(loose.others, smt.any_of([*strange, exact.others]))
        yield self.count >= smt.how_many([*loose.words.values(), *strange])

    def real(self) -> Term:
        """Return that somebody would write down so many values."""
        return self.count <= _LONGEST

    def plain(self) -> Term:
        """Return that the list holds something."""
        return self.count > 0

    def near(self) -> Term:
        """Return true: no list stands for others."""
        return smt.YES

    def bare(self) -> Term:
        """Return that the list holds words that rules mention, each once."""
        loosest = self.spellings[0]
        return smt.all_of([smt.opposite(loosest.others), self.count == smt.how_many([*loosest.words.values()])])

    def is_meant(self, means: object) -> Term:
        """Return that the list is the one word a blank means."""
        parts = [self.count == 1]
        for spelling in self.spellings:
            form = spelling.form(str(means))
            parts += [term if word == form else smt.opposite(term) for word, term in spelling.words.items()]
            parts.append(smt.opposite(spelling.others) if form in spelling.words else spelling.others)
        return smt.all_of(parts)

    def holds(self, clause: Clause) -> Term | None:
        """Return what a clause asks of the list."""
        if clause.operator == "count":
            return smt.compared(self.count, clause.operand)
        if clause.operator not in _SETS:
            return None
        spelling = next(item for item in self.spellings if item.options.fold_case == clause.options.fold_case)
        asked = list(dict.fromkeys(folded(word, clause.options) for word in texts(clause.operand)))
        wanted = [spelling.words.get(word, smt.NO) for word in asked]
        if clause.operator in {"has_any", "has_none"}:
            return smt.any_of(wanted)
        if clause.operator == "has_all":
            return smt.all_of(wanted)
        rest = [term for word, term in spelling.words.items() if word not in asked]
        return smt.all_of([*wanted, *(smt.opposite(term) for term in [*rest, spelling.others])])

    def read(self, model: Model) -> WitnessValue:
        """Return the words of the list, filled up to its count."""
        exact = next((item for item in self.spellings if not item.options.fold_case), None)
        found = exact.present(model) if exact is not None else []
        taken = exact.words if exact is not None else {}
        loosest = self.spellings[0]
        forms = [loosest.form(word) for word in found]
        found += [_spelled(loosest.written[word], taken) for word in loosest.present(model) if word not in forms]
        for spelling in self.spellings:
            strange = any(spelling.form(word) not in spelling.words for word in found)
            if model.holds(spelling.others) and not strange:
                # Strange to the case alone: another spelling of a word that is there. Else another word.
                known = found and spelling is not loosest and not model.holds(loosest.others)
                found.append(_spelled(found[0], taken) if known else _FILLER)
        return (*found, *([found[-1]] * (int(model.number(self.count)) - len(found)) if found else []))


def _spelled(word: str, taken: Collection[str]) -> str:
    """Return a word in a spelling that no clause asks for letter by letter."""
    return next((form for form in (word, word.lower(), word.upper(), word.swapcase()) if form not in taken), word)


def lists(rule_field: RuleField, clauses: Sequence[Clause]) -> Lists:
    """Return a field's lists, as the clauses on it compare them."""
    modes = [mode for mode in (_FOLDED, _EXACT) if any(c.options.fold_case == mode.fold_case for c in clauses)]
    spellings = []
    for mode in modes or [_FOLDED]:
        name = f"{rule_field.name}.{'folded' if mode.fold_case else 'exact'}"
        asked = [c for c in clauses if c.operator in _SETS and c.options.fold_case == mode.fold_case]
        written = {folded(word, c.options): word.strip() for c in asked for word in texts(c.operand)}
        if rule_field.blank_means is not None:
            written.setdefault(folded(str(rule_field.blank_means), mode), str(rule_field.blank_means))
        # A value of a list is never empty and never has white space around it.
        possible = [word for word in written if word and word == word.strip()]
        terms = {word: smt.flag(f"{name}.{index}") for index, word in enumerate(possible)}
        spellings.append(_Spelling(mode, terms, written, smt.flag(f"{name}.others")))
    return Lists(tuple(spellings), smt.whole(f"{rule_field.name}.count"))
