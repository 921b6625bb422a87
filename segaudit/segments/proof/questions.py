"""What clauses ask of a text, answered word by word, as the product answers them of cells."""

from collections.abc import Callable

from segaudit.model.conditions import Clause
from segaudit.segments.proof.smt import COMPARE
from segaudit.segments.proof.spans import POSITIVE
from segaudit.sql.operators.expressions import numbers, texts
from segaudit.sql.operators.operator import folded
from segaudit.text.tests import TESTS, domain_of

EQUAL = frozenset({"eq", "in", "in_file"})
PARTS = frozenset({"contains", "contains_word", "starts_with", "ends_with"})
_LOOKED_INTO = EQUAL | PARTS | {"length", "domain_in"}

Key = tuple[str, str, bool, bool]
Way = tuple[bool, bool]


def key_of(clause: Clause) -> Key:
    """Return what makes two clauses the same question; a negative one asks its positive one's."""
    name = POSITIVE.get(clause.operator, clause.operator)
    return name, repr(clause.operand), clause.options.fold_case, clause.options.trim


def is_looked_into(clause: Clause) -> bool:
    """Tell whether a clause on a text is answered word by word; others are free."""
    return POSITIVE.get(clause.operator, clause.operator) in _LOOKED_INTO


def test_of(clause: Clause) -> Callable[[str], bool]:
    """Return what a clause, or a negative one's positive, says of a word."""
    name, options = POSITIVE.get(clause.operator, clause.operator), clause.options
    if name == "length":
        return _length_test(clause)
    if name == "domain_in":
        domains = tuple(domain_asked(word) for word in texts(clause.operand))
        return lambda text: any(domain_of(text) == item or domain_of(text).endswith(f".{item}") for item in domains)
    asked = tuple(folded(word, options) for word in texts(clause.operand))
    listed = frozenset(asked)
    mode = ("fold" if options.fold_case else "exact", "trim" if options.trim else "as_is")
    has_word = TESTS["contains_word"](*mode, *asked)
    tests: dict[str, Callable[[str], bool]] = {
        "contains": lambda text: any(word in folded(text, options) for word in asked),
        "contains_word": lambda text: bool(has_word(text)),
        "starts_with": lambda text: folded(text, options).startswith(asked),
        "ends_with": lambda text: folded(text, options).endswith(asked),
    }
    return tests.get(name, lambda text: folded(text, options) in listed)


def _length_test(clause: Clause) -> Callable[[str], bool]:
    operand = clause.operand if isinstance(clause.operand, dict) else {}
    bounds = [(COMPARE[name], numbers(bound)[0]) for name, bound in operand.items()]

    def test(text: str) -> bool:
        size = len(text.strip() if clause.options.trim else text)
        return all(bool(compare(size, bound)) for compare, bound in bounds)

    return test


def domain_asked(word: str) -> str:
    """Return a domain as ``domain_in`` asks for it."""
    return word.strip().lower().removeprefix("@")


def way_of(clause: Clause) -> Way:
    """Return how a clause sees a text: folded or not, trimmed or not."""
    name = POSITIVE.get(clause.operator, clause.operator)
    if name == "domain_in":
        return True, True
    return clause.options.fold_case and name != "length", clause.options.trim
