"""Text fields: the words that rules mention, words built from them, and any other word.

Words that every clause on the field treats alike are one; the other words are one too, of which a clause such as
``contains`` may be true or false, within what the words themselves imply (what starts with "soft" contains "of").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from segaudit.model.conditions import Clause, ClauseOptions
from segaudit.model.fields import FieldType
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import RuleField
from segaudit.segments.proof import smt
from segaudit.segments.proof.questions import EQUAL, Key, is_looked_into, key_of, test_of
from segaudit.segments.proof.smt import Model, Term
from segaudit.segments.proof.spans import POSITIVE
from segaudit.segments.proof.stranger import Stranger
from segaudit.sql.operators.expressions import numbers, texts
from segaudit.sql.operators.operator import folded

_MOST_BUILT = 12  # parts that words are built from in pairs
_LONGEST = 200  # characters of a word built for its length
_STRANGERS = ("anything else", "zz", "qq 77", "~")
_SHAPES = {
    FieldType.EMAIL: re.compile(r"[^\s@\"(),:;<>]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE),
    FieldType.URL: re.compile(r"(?:[a-z]+://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE),
    FieldType.PHONE: re.compile(r"\+?[0-9][0-9 ]{6,18}"),
}
_SHAPED = {
    FieldType.EMAIL: ("{}", "ann@{}", "{}@example.com", "ann.{}@example.com", "ann@{}.example.com"),
    FieldType.URL: ("{}", "www.{}", "{}.com", "https://www.example.com/{}"),
    FieldType.PHONE: ("{}", "+1 555 {}", "+1 555 0100 00"),
}
_NAMED = {FieldType.EMAIL: "ann@example.com", FieldType.URL: "www.example.com", FieldType.PHONE: "+1 555 010 0000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text."""

    index: Term  # into the words; their number is any other word
    words: tuple[str, ...]  # one for each class of words that no clause tells apart
    places: Mapping[str, int]  # every word considered -> its class
    written: tuple[int, ...]  # classes whose word can stand in a cell of the field
    mentioned: tuple[int, ...]  # of those, classes of words the rules mention
    answers: Mapping[Key, Term]
    bounds: tuple[Term, ...]

    def always(self) -> Iterable[Term]:
        """Return that the value is a word, and what is so of any other word."""
        return [self.index >= 0, self.index <= len(self.words), *self.bounds]

    def real(self) -> Term:
        """Return that the value is a word that can stand in a cell, not any other one."""
        return smt.any_of(self.index == place for place in self.written)

    def plain(self) -> Term:
        """Return that the value is a word the rules mention."""
        return smt.any_of(self.index == place for place in self.mentioned) if self.mentioned else smt.YES

    def near(self) -> Term:
        """Return true: each word stands for its class already."""
        return smt.YES

    bare = near

    def is_meant(self, means: object) -> Term:
        """Return that the value is the word a blank means."""
        return self.index == self.places[str(means)]

    def holds(self, clause: Clause) -> Term | None:
        """Return what a clause asks of the word."""
        return self.answers.get(key_of(clause))

    def read(self, model: Model) -> WitnessValue:
        """Return the word; for any other word one nobody mentions."""
        place = int(model.number(self.index))
        return self.words[place] if place < len(self.words) else _STRANGERS[0]

    def same_word(self, other: "Words", options: ClauseOptions) -> Term:
        """Return that two values that can be written down are the same word."""
        mine = {place: folded(self.words[place], options) for place in self.written}
        theirs = {place: folded(other.words[place], options) for place in other.written}
        pairs = [(one, two) for one, word in mine.items() for two, its in theirs.items() if word == its]
        return smt.any_of(smt.all_of([self.index == one, other.index == two]) for one, two in pairs)


def words(
    rule_field: RuleField, clauses: Sequence[Clause], missing: frozenset[str], *, compared: Sequence[Clause] = ()
) -> Words:
    """Return a field's words.

    Args:
        rule_field: Of a kind of text.
        clauses: Every clause on the field.
        missing: Folded words that stand for a missing value in the field.
        compared: Clauses of fields it is compared with: their words are told apart too.
    """
    asked = {key_of(clause): clause for clause in clauses if is_looked_into(clause)}
    tests = {key: test_of(clause) for key, clause in asked.items()}
    named, built = _candidates(rule_field, [*asked.values(), *filter(is_looked_into, compared)])
    shape = _SHAPES.get(rule_field.type)
    classes: dict[tuple[object, ...], int] = {}
    places: dict[str, int] = {}
    chosen: list[str] = []
    written: dict[int, None] = {}
    for word in [*named, *built]:
        bare = word.strip()
        fits = bool(bare) and folded(bare, ClauseOptions()) not in missing and (not shape or shape.fullmatch(bare))
        # Words that two fields are compared by stay apart even if no clause tells them apart.
        verdicts = (*(test(word) for test in tests.values()), word if compared else None, bool(fits))
        place = classes.setdefault(verdicts, len(chosen))
        places[word] = place
        if place == len(chosen):
            chosen.append(word)
        if fits:
            written[place] = None
    index = smt.whole(f"{rule_field.name}.word")
    stranger = Stranger(rule_field.name, asked)
    answers = {}
    for key, test in tests.items():
        known = [index == place for place, word in enumerate(chosen) if test(word)]
        other = smt.all_of([index == len(chosen), stranger.answer(asked[key])])
        answers[key] = smt.any_of([*known, other])
    return Words(
        index=index,
        words=tuple(chosen),
        places=places,
        written=tuple(written),
        mentioned=tuple(dict.fromkeys(places[word] for word in named if places[word] in written)),
        answers=answers,
        bounds=tuple(stranger.implied()),
    )


def _candidates(rule_field: RuleField, clauses: Sequence[Clause]) -> tuple[list[str], list[str]]:
    """Return the words the rules mention, and words built so that they meet several clauses or none."""
    named: dict[str, None] = {}
    parts: dict[str, None] = {}
    sizes: dict[int, None] = {}
    for clause in clauses:
        name = POSITIVE.get(clause.operator, clause.operator)
        if name == "length" and isinstance(clause.operand, dict):
            sizes |= dict.fromkeys(
                int(numbers(bound)[0]) + by for bound in clause.operand.values() for by in (0, 1, -1)
            )
            continue
        given = [word.strip() if clause.options.trim else word for word in texts(clause.operand)]
        named |= dict.fromkeys(given)
        if name not in EQUAL:
            parts |= dict.fromkeys(given)
    if rule_field.blank_means is not None:
        named[str(rule_field.blank_means)] = None
    pairs = permutations([word.strip() for word in parts][:_MOST_BUILT], 2)
    joints = ("@",) if rule_field.type is FieldType.EMAIL else (" ", "")
    built = [joint.join(pair) for pair in pairs for joint in joints]
    built += ["x" * size for size in sizes if 0 < size <= _LONGEST]
    if rule_field.type in _SHAPED:
        frames = _SHAPED[rule_field.type]
        built = [frame.format(word.strip()) for word in [*parts, *built] for frame in frames]
        return list(named), [*built, _NAMED[rule_field.type]]
    return list(named), [*built, *_STRANGERS]
